"""How well a claim fits each entry of the list: by the entry's page where it is held, else by its words.

The answer is in log-odds that the entry is the one that the claim means, so that pages and words,
and an outlet named in the claim ("told DW"), add up.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tasks.link.words import content_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

ENTRY_FEATURES: dict[str, str] = {
    "entry_cosine": "cosine of the claim with the entry's title",
    "entry_title_shared": "share of the title's words, weighted by rarity in the list, that the claim has",
    "entry_claim_shared": "share of the claim's words that any title has, weighted, that this title has",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the list as it is compared with claims. ``vector`` is the title's unit vector."""

    reference: str
    words: frozenset[str]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EntryList:
    """All entries of a list, with how rare each word is among their titles.

    In a list on one subject the subject's words tell nothing: rarity within the list takes them out.
    """

    entries: tuple[Entry, ...]
    rarity: Mapping[str, float]

    def weight(self, words: Iterable[str]) -> float:
        """Return the summed rarity of ``words``; words of no title weigh nothing."""
        return sum(self.rarity.get(word, 0.0) for word in words)


def make_entry_list(entries: Sequence[Entry]) -> EntryList:
    """Weigh the words of the titles of ``entries`` by how few of them have each."""
    holding = Counter(word for entry in entries for word in entry.words)
    count = len(entries)
    rarity = {word: math.log1p((count - held + 0.5) / (held + 0.5)) for word, held in holding.items()}
    return EntryList(tuple(entries), rarity)


def entry_features(
    claim: str, vector: NDArray[np.float32], entries: EntryList
) -> dict[str, dict[str, float]]:
    """Return, for each reference id, the :data:`ENTRY_FEATURES` of ``claim`` against its entry."""
    words = frozenset(content_words(claim))
    known = entries.weight(words)
    features = {}
    for entry in entries.entries:
        shared = entries.weight(words & entry.words)
        title = entries.weight(entry.words)
        features[entry.reference] = {
            "entry_cosine": float(entry.vector @ vector),
            "entry_title_shared": shared / title if title else 0.0,
            "entry_claim_shared": shared / known if known else 0.0,
        }
    return features

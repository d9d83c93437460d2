"""Prepare a source for linking: its sentences as folded words, postings and vectors.

An index is built once a source and used for every claim and article that meets it.
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


@dataclass(frozen=True, slots=True)
class SourceIndex:
    """The sentences of one source (n of them), ready to be scored.

    ``postings`` maps a word to the sentences that hold it and how often; ``lengths`` is (n,) in words;
    ``title`` and ``published`` (an ISO date, as precise as known) are what the page says of itself.
    """

    document: str
    texts: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    words: tuple[frozenset[str], ...]
    postings: Mapping[str, tuple[tuple[int, int], ...]]
    lengths: NDArray[np.float32]
    title: str = ""
    published: str = ""

    @property
    def size(self) -> int:
        """The number of sentences."""
        return len(self.texts)


def index_source(
    document: str,
    texts: Sequence[str],
    spans: Sequence[tuple[int, int]],
    title: str = "",
    published: str = "",
) -> SourceIndex:
    """Return the index of a source's sentences, given as texts and their spans."""
    folded = [content_words(text) for text in texts]
    postings: dict[str, list[tuple[int, int]]] = {}
    for number, words in enumerate(folded):
        for word, count in Counter(words).items():
            postings.setdefault(word, []).append((number, count))
    return SourceIndex(
        document=document,
        texts=tuple(texts),
        spans=tuple(spans),
        words=tuple(frozenset(words) for words in folded),
        postings={word: tuple(places) for word, places in postings.items()},
        lengths=np.array([len(words) for words in folded], dtype=np.float32),
        title=title,
        published=published,
    )


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare a word is among the sentences of all sources that an article may mean."""

    sentences: int
    holding: Mapping[str, int]
    mean_length: float

    def weight(self, word: str) -> float:
        """Return the inverse document frequency of ``word``, at least 0."""
        held = self.holding.get(word, 0)
        return math.log1p((self.sentences - held + 0.5) / (held + 0.5))

    def weights(self, words: Iterable[str]) -> dict[str, float]:
        """Return each distinct word's weight."""
        return {word: self.weight(word) for word in words}


def measure_rarity(sources: Iterable[SourceIndex]) -> Rarity:
    """Count, over the sentences of ``sources``, how many hold each word."""
    holding: Counter[str] = Counter()
    sentences, length = 0, 0.0
    for source in sources:
        holding.update({word: len(places) for word, places in source.postings.items()})
        sentences += source.size
        length += float(source.lengths.sum())
    return Rarity(sentences, holding, length / sentences if sentences else 0.0)

"""Measure how a claim stands to a source: one named number a feature, all between 0 and about 1.

The table :data:`FEATURES` is the one place that names them; models are fitted over it and stored
with their names, so that a feature can be added without old models reading the wrong number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tasks.link.names import find_names
from tasks.link.numbers import find_quantities, missing_quantities
from tasks.link.passages import ClaimWords, choose_set, covered, rank_sentences, score_sentences
from tasks.link.quotes import check_quote_words, split_words, word_places
from tasks.link.words import content_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tasks.link.index import Rarity, SourceIndex
    from tasks.link.numbers import Quantity
    from tasks.link.passages import SentenceScores
    from tasks.link.quotes import QuoteCheck, Word

FEATURES: dict[str, str] = {
    "cosine_best": "cosine of the claim with the sentence that is nearest to it",
    "cosine_three": "mean cosine of the claim with its three nearest sentences",
    "score_best": "hybrid score of the best sentence",
    "coverage_one": "weighted share of the claim's words in the best sentence",
    "coverage_set": "weighted share of the claim's words in the chosen set of sentences",
    "coverage_page": "weighted share of the claim's words anywhere in the source or its title",
    "gain_page": "what the whole page covers more than the chosen set",
    "numbers_missing": "share of the claim's quantities with which none of the source agrees",
    "numbers_missing_set": "share of the claim's quantities with which none of the chosen set agrees",
    "names_missing": "share of the claim's names that the source does not hold",
    "names_missing_set": "share of the claim's names that the chosen set does not hold",
    "title_coverage": "share of the words of the source's title that the claim holds",
    "quotes_exact": "share of the claim's quotations that stand in the source, trimmed or not",
    "quotes_absent": "share of the claim's quotations that the source does not hold",
}
TOP_COSINES = 3
# A page without a sentence holds nothing of any claim.
EMPTY_SOURCE = {**dict.fromkeys(FEATURES, 0.0), "numbers_missing": 1.0, "names_missing": 1.0}
# What an honest quotation may be.
HELD = frozenset({"exact", "trimmed"})


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim ready to be judged: its words and vector, and the facts that are compared exactly."""

    words: ClaimWords
    quantities: tuple[Quantity, ...]
    names: frozenset[str]
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class SourceFacts:
    """A source ready to be judged: its index and vectors (n, dimension), quantities and words."""

    index: SourceIndex
    vectors: NDArray[np.float32]
    quantities: tuple[tuple[Quantity, ...], ...]  # of each sentence
    text: str
    page_words: frozenset[str]
    title_words: frozenset[str]

    @cached_property
    def numbers(self) -> tuple[Quantity, ...]:
        """The quantities of the whole source."""
        return tuple(number for sentence in self.quantities for number in sentence)

    @cached_property
    def quotable(self) -> tuple[list[Word], Mapping[str, Sequence[int]]]:
        """The words of the text and their places: made for the first claim that quotes."""
        words = split_words(self.text)
        return words, word_places(words)

    def check_quote(self, quote: str) -> QuoteCheck:
        """Compare a quotation with the source."""
        return check_quote_words(quote, *self.quotable)


@dataclass(frozen=True, slots=True)
class Match:
    """All that was measured between one claim and one source."""

    scores: SentenceScores
    ranking: tuple[int, ...]
    chosen: tuple[int, ...]
    quotes: tuple[QuoteCheck, ...]
    missing: tuple[Quantity, ...]
    features: Mapping[str, float]


def read_claim(text: str, quotes: Sequence[str], vector: NDArray[np.float32], rarity: Rarity) -> ClaimFacts:
    """Gather the facts of a claim's ``text``; ``quotes`` are its quotations without their marks."""
    return ClaimFacts(
        words=ClaimWords(rarity.weights(content_words(text)), vector),
        quantities=tuple(find_quantities(text)),
        names=find_names(text),
        quotes=tuple(quotes),
    )


def read_source(index: SourceIndex, vectors: NDArray[np.float32], text: str) -> SourceFacts:
    """Gather the facts of a source once, for all claims that are held against it."""
    title_words = frozenset(content_words(index.title))
    return SourceFacts(
        index=index,
        vectors=vectors,
        quantities=tuple(tuple(find_quantities(sentence)) for sentence in index.texts),
        text=text,
        page_words=title_words.union(*index.words),
        title_words=title_words,
    )


def compare(claim: ClaimFacts, source: SourceFacts, rarity: Rarity) -> Match:
    """Measure ``claim`` against ``source``."""
    scores = score_sentences(claim.words, source.index, source.vectors, rarity)
    chosen = choose_set(claim.words, source.index, scores)
    quotes = tuple(source.check_quote(quote) for quote in claim.quotes)
    missing = tuple(missing_quantities(claim.quantities, source.numbers))
    features = (
        {
            **_nearness(claim, source, scores, chosen),
            **_absences(claim, source, chosen, missing),
            "title_coverage": _share(
                len(source.title_words & claim.words.weights.keys()), len(source.title_words)
            ),
            "quotes_exact": _share(sum(check.status in HELD for check in quotes), len(quotes)),
            "quotes_absent": _share(sum(check.status == "absent" for check in quotes), len(quotes)),
        }
        if chosen
        else EMPTY_SOURCE
    )
    return Match(scores, tuple(rank_sentences(scores)), chosen, quotes, missing, features)


def _nearness(
    claim: ClaimFacts, source: SourceFacts, scores: SentenceScores, chosen: Sequence[int]
) -> dict[str, float]:
    """The features that tell how near the source comes to the claim in sense and words."""
    nearest = np.sort(scores.cosine)[::-1][:TOP_COSINES]
    coverage_set = covered(claim.words, source.index, chosen)
    page = sum(weight for word, weight in claim.words.weights.items() if word in source.page_words)
    coverage_page = page / claim.words.total
    return {
        "cosine_best": float(nearest[0]),
        "cosine_three": float(nearest.mean()),
        # The set begins with the best sentence.
        "score_best": float(scores.score[chosen[0]]),
        "coverage_one": float(scores.coverage[chosen[0]]),
        "coverage_set": coverage_set,
        "coverage_page": coverage_page,
        "gain_page": coverage_page - coverage_set,
    }


def _absences(
    claim: ClaimFacts, source: SourceFacts, chosen: Sequence[int], missing: Sequence[Quantity]
) -> dict[str, float]:
    """The features that tell which facts of the claim the source, or the chosen set, does not have."""
    set_words = frozenset[str]().union(*(source.index.words[sentence] for sentence in chosen))
    set_numbers = [number for sentence in chosen for number in source.quantities[sentence]]
    missing_set = missing_quantities(claim.quantities, set_numbers)
    return {
        "numbers_missing": _share(len(missing), len(claim.quantities)),
        "numbers_missing_set": _share(len(missing_set), len(claim.quantities)),
        "names_missing": _share(len(claim.names - source.page_words), len(claim.names)),
        "names_missing_set": _share(len(claim.names - set_words), len(claim.names)),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0

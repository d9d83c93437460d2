"""Measure how a claim stands to a source: one named number a feature, all between 0 and about 1.

The table :data:`FEATURES` is the one place that names them; models are fitted over it and stored
with their names, so that a feature can be added without old models reading the wrong number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tasks.link.names import find_names
from tasks.link.numbers import find_quantities, missing_quantities
from tasks.link.passages import (
    LEAST_WEIGHT,
    ClaimWords,
    arrange_sentences,
    covered,
    rank_sentences,
    score_sentences,
)
from tasks.link.quotes import check_quote_words, split_words, word_places
from tasks.link.words import content_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from tasks.link.index import Rarity, SourceIndex
    from tasks.link.numbers import Quantity
    from tasks.link.passages import SentenceScores
    from tasks.link.quotes import QuoteCheck, Word

FEATURES: dict[str, str] = {
    "cosine_best": "cosine of the claim with the sentence that is nearest to it",
    "cosine_three": "mean cosine of the claim with its three nearest sentences",
    "cosine_span": "how much of the claim's vector lies in the span of its five nearest sentences' vectors",
    "cosine_page": "cosine of the claim with the sum of all sentences' vectors",
    "score_best": "the ranker's score of the best sentence: about 0 where nothing stands, 1 where all does",
    "coverage_one": "weighted share of the claim's words in the best sentence",
    "coverage_three": "weighted share of the claim's words in the three sentences that cover most of it",
    "coverage_set": "weighted share of the claim's words in the chosen set of sentences",
    "coverage_page": "weighted share of the claim's words anywhere in the source or its title",
    "gain_page": "what the whole page covers more than the chosen set",
    "clause_least": "of the claim's clauses, that covered least by the sentence that covers it best: how far",
    "clause_mean": "mean over the claim's clauses of how far the sentence that covers it best does",
    "company": "mean over the claim's words of how much of the claim stands together about the word",
    "words_set": "share of the claim's words, all weighing the same, in the chosen set of sentences",
    "words_missing": "number of the claim's words that the source does not hold, in eighths, at most 1",
    "plain_missing": "weighted share missing from the source of the claim's words but names and numbers",
    "numbers_missing": "share of the claim's quantities with which none of the source agrees",
    "numbers_missing_set": "share of the claim's quantities with which none of the chosen set agrees",
    "numbers_missing_count": "number of quantities as in numbers_missing, in thirds, at most 1",
    "names": "number of words of names in the claim, in sixths, at most 1",
    "names_missing": "share of the claim's names that the source does not hold",
    "names_missing_set": "share of the claim's names that the chosen set does not hold",
    "title_coverage": "share of the words of the source's title that the claim holds",
    "quotes_exact": "share of the claim's quotations that stand in the source, trimmed or not",
    "quotes_absent": "share of the claim's quotations that the source does not hold",
}
TOP_COSINES = 3
# More nearest sentences than a gold set of evidence has would span whatever is on the page's subject.
SPANNING = 5
# Sentences of a paragraph may share a vector: directions weaker than this against the strongest are none.
LEAST_DIRECTION = 1e-3
# Where the sentences that cover a claim or its clauses best are looked for: the best by their score.
COVERING_CANDIDATES = 20
COVERING_SENTENCES = 3
# Counts are divided by what few claims exceed, so that they weigh like shares.
MANY_WORDS, MANY_NUMBERS, MANY_NAMES = 8, 3, 6
# Where a claim may be parted into what could be true apart: at punctuation and at words that join.
CLAUSE_BREAK = re.compile(
    r"[,;:()–—]|\b(?:and|or|but|which|who|whom|whose|that|where|when|while|after|before|because|although|with"
    r"|as|including|following|since|until|for)\b",
    re.IGNORECASE,
)
# A page without a sentence holds nothing of any claim.
EMPTY_SOURCE = {
    **dict.fromkeys(FEATURES, 0.0),
    **dict.fromkeys(("numbers_missing", "names_missing", "words_missing", "plain_missing"), 1.0),
}
# What an honest quotation may be.
HELD = frozenset({"exact", "trimmed"})


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim ready to be judged: its words and vector, and the facts that are compared exactly."""

    words: ClaimWords
    clauses: tuple[Mapping[str, float], ...]  # the weights of each clause's words; none without words
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
    def direction(self) -> NDArray[np.float32]:
        """The unit vector (dimension,) of all sentences together; zeros where none has a vector."""
        whole: NDArray[np.float32] = self.vectors.sum(axis=0)
        return whole / max(float(np.linalg.norm(whole)), LEAST_WEIGHT)

    @cached_property
    def numbers(self) -> tuple[Quantity, ...]:
        """The quantities of the whole source, with those of its headline and its date.

        What happened "on Monday" happened in the year of the page.
        """
        about = find_quantities(self.index.title) + find_quantities(self.index.published)
        return (*about, *(number for sentence in self.quantities for number in sentence))

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
        clauses=tuple(rarity.weights(words) for words in map(content_words, split_clauses(text)) if words),
        quantities=tuple(find_quantities(text)),
        names=find_names(text),
        quotes=tuple(quotes),
    )


def split_clauses(text: str) -> list[str]:
    """Return the parts of ``text`` between punctuation and joining words, in order; none is blank."""
    return [part for part in CLAUSE_BREAK.split(text) if part.strip()]


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
    ranking, chosen = arrange_sentences(claim.words, source.index, scores)
    quotes = tuple(source.check_quote(quote) for quote in claim.quotes)
    missing = tuple(missing_quantities(claim.quantities, source.numbers))
    features = (
        {
            **_nearness(claim, source, scores, chosen),
            **_absences(claim, source, chosen, missing),
            **_coverings(claim, source, scores),
            "title_coverage": _share(
                len(source.title_words & claim.words.weights.keys()), len(source.title_words)
            ),
            "quotes_exact": _share(sum(check.status in HELD for check in quotes), len(quotes)),
            "quotes_absent": _share(sum(check.status == "absent" for check in quotes), len(quotes)),
        }
        if chosen
        else EMPTY_SOURCE
    )
    return Match(scores, ranking, chosen, quotes, missing, features)


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
        "cosine_span": _spanned(claim, source, scores),
        "cosine_page": float(source.direction @ claim.words.vector),
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
    weights = claim.words.weights
    plain = {word for word in weights if word not in claim.names and not word[0].isdigit()}
    return {
        "words_set": _share(len(weights.keys() & set_words), len(weights)),
        "words_missing": _count(len(weights.keys() - source.page_words), MANY_WORDS),
        "plain_missing": _share(_weight(weights, plain - source.page_words), _weight(weights, plain)),
        "numbers_missing": _share(len(missing), len(claim.quantities)),
        "numbers_missing_count": _count(len(missing), MANY_NUMBERS),
        "names": _count(len(claim.names), MANY_NAMES),
        "numbers_missing_set": _share(len(missing_set), len(claim.quantities)),
        "names_missing": _share(len(claim.names - source.page_words), len(claim.names)),
        "names_missing_set": _share(len(claim.names - set_words), len(claim.names)),
    }


def _coverings(claim: ClaimFacts, source: SourceFacts, scores: SentenceScores) -> dict[str, float]:
    """The features that tell how much of the claim, and of each of its clauses, stands together."""
    index = source.index
    likely = [index.words[sentence] for sentence in rank_sentences(scores)[:COVERING_CANDIDATES]]
    clauses = [_best_share(clause, likely) for clause in claim.clauses]
    return {
        "coverage_three": _together(claim.words.weights, likely) / claim.words.total,
        "clause_least": min(clauses, default=0.0),
        "clause_mean": _share(sum(clauses), len(clauses)),
        "company": _company(claim, source),
    }


def _best_share(weights: Mapping[str, float], sentences: Sequence[frozenset[str]]) -> float:
    """Return the greatest weighted share of the words that stands in one of ``sentences``."""
    whole = sum(weights.values())
    # A clause all of whose words are everywhere has no weight: any page holds it.
    return max(_weight(weights, weights.keys() & held) for held in sentences) / whole if whole else 1.0


def _together(weights: Mapping[str, float], sentences: Sequence[frozenset[str]]) -> float:
    """Return the weight of the words in the sentences that, one after the other, add most."""
    open_words = set(weights)
    for _ in range(COVERING_SENTENCES):
        open_words -= max(sentences, key=lambda held: _weight(weights, open_words & held))
    return _weight(weights, weights.keys() - open_words)


def _company(claim: ClaimFacts, source: SourceFacts) -> float:
    """Return the mean over the claim's words of the greatest coverage about a sentence that holds the word.

    About a sentence is it and its two neighbours. A word that no sentence holds counts nothing.
    """
    size, weights = source.index.size, claim.words.weights
    places = {word: [n for n, _ in source.index.postings.get(word, ())] for word in weights}
    about = np.zeros(size)
    for word, held in places.items():
        reached = np.zeros(size + 2, dtype=bool)
        for shift in range(3):
            reached[np.array(held, dtype=int) + shift] = True
        about[reached[1:-1]] += weights[word]
    best = (float(about[held].max()) for held in places.values() if held)
    return _share(sum(best) / claim.words.total, len(weights))


def _spanned(claim: ClaimFacts, source: SourceFacts, scores: SentenceScores) -> float:
    """Return the length of the claim's unit vector once projected on its nearest sentences' vectors."""
    near = source.vectors[np.argsort(-scores.cosine, kind="stable")[:SPANNING]].astype(np.float64)
    along = near @ claim.words.vector
    inverse = np.linalg.pinv(near @ near.T, rcond=LEAST_DIRECTION, hermitian=True)
    return float(np.sqrt(np.clip(along @ inverse @ along, 0.0, 1.0)))


def _weight(weights: Mapping[str, float], words: AbstractSet[str]) -> float:
    """Return the summed weight of ``words``, in one order, so that equal sets weigh the same to the bit."""
    return sum(weights[word] for word in sorted(words))


def _count(number: int, many: int) -> float:
    return min(number / many, 1.0)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0

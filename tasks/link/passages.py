"""Score the sentences of a source for a claim, and choose the set of sentences that bears on it.

Similarity alone and words alone are both beaten by the two together; one sentence suffices for few
claims, so the evidence is a set that covers the claim's words, grown while it gains.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tasks.link.ranking import FEATURES, load_ranker, measure_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tasks.link.index import Rarity, SourceIndex
    from tasks.link.ranking import Ranker

# Gold evidence sets of more sentences than this are rare, and longer ones are not read.
MOST_SENTENCES = 4
# So many sentences come first for what they tell together, the others each for its own.
LEADING = 5
# Sentences below this rank for their own score are not considered for what they add.
LEADING_CANDIDATES = 20
# A claim without content words still divides.
LEAST_WEIGHT = 1e-9
COVERAGE = tuple(FEATURES).index("coverage")


@dataclass(frozen=True)
class ClaimWords:
    """A claim ready to be scored: each distinct content word with its weight, and its unit vector."""

    weights: Mapping[str, float]
    vector: NDArray[np.float32]

    @cached_property
    def total(self) -> float:
        """The weight of all words; at least a hair, so that it divides."""
        return max(sum(self.weights.values()), LEAST_WEIGHT)

    @cached_property
    def shares(self) -> dict[str, float]:
        """Each word's share of the weight of all: made once a claim, not once a source."""
        total = self.total
        return {word: weight / total for word, weight in self.weights.items()}


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """For the n sentences of a source, each (n,): cosine, covered share of the claim, and the score."""

    cosine: NDArray[np.float32]
    coverage: NDArray[np.float32]
    score: NDArray[np.float32]


def score_sentences(
    claim: ClaimWords, source: SourceIndex, vectors: NDArray[np.float32], rarity: Rarity
) -> SentenceScores:
    """Score each sentence of ``source``; ``vectors`` is (n, dimension), zero rows where unknown."""
    cosine = vectors @ claim.vector
    table = measure_sentences(claim.shares, source, cosine, rarity.mean_length)
    return SentenceScores(cosine, table[:, COVERAGE].astype(np.float32), load_ranker().score(table))


def covered(claim: ClaimWords, source: SourceIndex, sentences: Sequence[int]) -> float:
    """Return the weighted share of the claim's words that stand in ``sentences`` together."""
    held = frozenset[str]().union(*(source.words[sentence] for sentence in sentences))
    return sum(weight for word, weight in claim.weights.items() if word in held) / claim.total


def rank_sentences(scores: SentenceScores) -> list[int]:
    """Return the sentence indexes by score, best first; ties in the order of the text."""
    order: list[int] = np.argsort(-scores.score, kind="stable").tolist()
    return order


def arrange_sentences(
    claim: ClaimWords, source: SourceIndex, scores: SentenceScores, ranker: Ranker | None = None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the ranking of all sentences, and the set that bears on the claim, in the order chosen.

    The best sentence leads; then come those that are worth most by what they add to the ones before
    and by their score; then all others by score. The set is the first of them, as long as each covers
    enough more of the claim and scores, with that, not too far below the best. Both are empty only for
    a source without sentences.
    """
    ranker = ranker or load_ranker()
    order = rank_sentences(scores)
    leading, gains = _lead(claim, source, scores, order[:LEADING_CANDIDATES], ranker.gain_worth)
    size = min(len(leading), 1)
    while size < min(len(leading), MOST_SENTENCES) and (
        gains[size] >= ranker.least_gain
        and scores.score[leading[0]] - scores.score[leading[size]] - gains[size] <= ranker.furthest_below
    ):
        size += 1
    taken = set(leading)
    return (*leading, *(sentence for sentence in order if sentence not in taken)), tuple(leading[:size])


def _lead(
    claim: ClaimWords, source: SourceIndex, scores: SentenceScores, candidates: list[int], worth: float
) -> tuple[list[int], list[float]]:
    """Return the leading sentences of ``candidates`` (best first), and what each covers anew.

    They end before :data:`LEADING` where nothing is left to cover: the others stand by score alone.
    """
    shares = {word: share for word, share in claim.shares.items() if word in source.postings}
    held = np.array([[word in source.words[n] for word in shares] for n in candidates], dtype=bool)
    still_open = np.array(list(shares.values()))
    value = scores.score[candidates].astype(np.float64)
    places: list[int] = []
    gains: list[float] = []
    while len(places) < min(LEADING, len(candidates)):
        gain = (held * still_open).sum(axis=1)
        if places and not gain.any():
            break
        # The best sentence leads whatever it covers.
        place = int(np.argmax(value + worth * gain)) if places else 0
        places.append(place)
        gains.append(float(gain[place]))
        value[place] = -np.inf
        still_open = still_open * ~held[place]
    return [candidates[place] for place in places], gains

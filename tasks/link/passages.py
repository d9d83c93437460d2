"""Score the sentences of a source for a claim, and choose the set of sentences that bears on it.

Similarity alone and words alone are both beaten by the two together; one sentence suffices for few
claims, so the evidence is a set that covers the claim's words, grown while it gains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tasks.link.index import bm25

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tasks.link.index import Rarity, SourceIndex

# The share of the words' score in the mix; chosen on one half of WiCE, judged on the other.
WORDS_SHARE = 0.7
# A further sentence must cover at least this share more of the claim's weighted words.
LEAST_GAIN = 0.08
# Gold evidence sets of more sentences than this are rare, and longer ones are not read.
MOST_SENTENCES = 4
# Sentences below this rank for their own score are not considered for a set.
SET_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """A claim ready to be scored: each distinct content word with its weight, and its unit vector."""

    weights: Mapping[str, float]
    vector: NDArray[np.float32]

    @property
    def total(self) -> float:
        """The weight of all words; at least a hair, so that it divides."""
        return max(sum(self.weights.values()), 1e-9)


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """For the n sentences of a source, each (n,): cosine, covered share of the claim, and the mix."""

    cosine: NDArray[np.float32]
    coverage: NDArray[np.float32]
    score: NDArray[np.float32]


def score_sentences(
    claim: ClaimWords, source: SourceIndex, vectors: NDArray[np.float32], rarity: Rarity
) -> SentenceScores:
    """Score each sentence of ``source``; ``vectors`` is (n, dimension), zero rows where unknown."""
    cosine = vectors @ claim.vector
    lexical = bm25(claim.weights, source, rarity.mean_length)
    coverage = np.zeros(source.size, dtype=np.float32)
    for word, weight in claim.weights.items():
        for sentence, _ in source.postings.get(word, ()):
            coverage[sentence] += weight
    mixed = WORDS_SHARE * lexical / _best_possible(claim) + (1 - WORDS_SHARE) * cosine
    return SentenceScores(cosine, coverage / claim.total, mixed.astype(np.float32))


def _best_possible(claim: ClaimWords) -> float:
    """The score of a sentence of mean length with each of the claim's words once."""
    return claim.total


def covered(claim: ClaimWords, source: SourceIndex, sentences: Sequence[int]) -> float:
    """Return the weighted share of the claim's words that stand in ``sentences`` together."""
    held: set[str] = set()
    for sentence in sentences:
        held |= source.words[sentence]
    return sum(weight for word, weight in claim.weights.items() if word in held) / claim.total


def choose_set(claim: ClaimWords, source: SourceIndex, scores: SentenceScores) -> tuple[int, ...]:
    """Return the indexes, in the order chosen, of the sentences that together bear on the claim.

    The best sentence first; then, while it covers enough more of the claim, the one that adds most
    to coverage and score together. Empty only for a source without sentences.
    """
    order = rank_sentences(scores)
    if not order:
        return ()
    chosen = [order[0]]
    candidates = order[1:SET_CANDIDATES]
    have = covered(claim, source, chosen)
    while candidates and len(chosen) < MOST_SENTENCES:
        gains = [covered(claim, source, [*chosen, sentence]) - have for sentence in candidates]
        best = max(
            range(len(candidates)), key=lambda i: (gains[i] + float(scores.score[candidates[i]]), -i)
        )
        if gains[best] < LEAST_GAIN:
            break
        have += gains[best]
        chosen.append(candidates.pop(best))
    return tuple(chosen)


def rank_sentences(scores: SentenceScores) -> list[int]:
    """Return the sentence indexes, best first; ties in the order of the text."""
    return [int(index) for index in np.argsort(-scores.score, kind="stable")]

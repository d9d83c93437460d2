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
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from tasks.link.index import Rarity, SourceIndex

# The share of the words' score in the mix; chosen on one half of WiCE, judged on the other.
WORDS_SHARE = 0.7
# A further sentence must cover at least this share more of the claim's weighted words.
LEAST_GAIN = 0.08
# Gold evidence sets of more sentences than this are rare, and longer ones are not read.
MOST_SENTENCES = 4
# A claim without content words still divides.
LEAST_WEIGHT = 1e-9
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
        return max(sum(self.weights.values()), LEAST_WEIGHT)


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
    # All of the claim's words, once each, in a sentence of mean length score just its weight.
    mixed = WORDS_SHARE * lexical / claim.total + (1 - WORDS_SHARE) * cosine
    return SentenceScores(cosine, coverage / claim.total, mixed.astype(np.float32))


def covered(claim: ClaimWords, source: SourceIndex, sentences: Sequence[int]) -> float:
    """Return the weighted share of the claim's words that stand in ``sentences`` together."""
    held = frozenset[str]().union(*(source.words[sentence] for sentence in sentences))
    return sum(weight for word, weight in claim.weights.items() if word in held) / claim.total


def choose_set(claim: ClaimWords, source: SourceIndex, scores: SentenceScores) -> tuple[int, ...]:
    """Return the indexes, in the order chosen, of the sentences that together bear on the claim.

    The best sentence first; then, while it covers enough more of the claim, the one that adds most
    to coverage and score together. Empty only for a source without sentences.
    """
    order = rank_sentences(scores)
    if not order:
        return ()
    chosen, candidates = [order[0]], order[1:SET_CANDIDATES]
    open_words = claim.weights.keys() - source.words[order[0]]
    while candidates and len(chosen) < MOST_SENTENCES:
        gains = [_weight(claim, open_words & source.words[sentence]) for sentence in candidates]
        best = max(range(len(candidates)), key=lambda i: (gains[i] + float(scores.score[candidates[i]]), -i))
        if gains[best] < LEAST_GAIN:
            break
        open_words -= source.words[candidates[best]]
        chosen.append(candidates.pop(best))
    return tuple(chosen)


def _weight(claim: ClaimWords, words: Iterable[str]) -> float:
    """Return the share of the claim's weight that ``words`` of it have.

    Summed in one order, so that equal sets weigh the same to the last bit on every run.
    """
    return sum(claim.weights[word] for word in sorted(words)) / claim.total


def rank_sentences(scores: SentenceScores) -> list[int]:
    """Return the sentence indexes, best first; ties in the order of the text."""
    order: list[int] = np.argsort(-scores.score, kind="stable").tolist()
    return order

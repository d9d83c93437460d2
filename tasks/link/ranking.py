"""Rank the sentences of a source for a claim by a small linear model over named features.

:data:`FEATURES` is the one place that names them. All are told by the claim's words and cosines, for
every sentence at once. The weights lie in ``ranking.json``, written by ``benchmarks/rank.py`` with
the data (by hash), seed and date of the fit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tasks.link.index import SourceIndex

FILE = Path(__file__).with_name("ranking.json")

FEATURES: dict[str, str] = {
    "coverage": "weighted share of the claim's words in the sentence",
    "cosine": "cosine of the claim with the sentence",
    "cosine_near": "mean cosine of the claim with the sentences before and after",
    "gain_near": "what the sentence before covers that this one does not, and the same of the one after",
    "first_told": "weighted share of the claim's words that no sentence before holds",
    "length": "logarithm of the sentence's content words against the mean, one added to each",
    "place": "0 for the first sentence of the source to 1 for the last",
}


@dataclass(frozen=True, slots=True)
class Ranker:
    """The fitted numbers. A score is 0 where nothing of the claim stands, about 1 where all of it does.

    ``weights`` are those of :data:`FEATURES`. ``gain_worth`` is what a further sentence is worth, in
    scores, that covers the whole claim anew. A further sentence joins the set when it covers at least
    ``least_gain`` more of the claim, and its score with what it covers more is at most ``furthest_below``
    less than the score of the best.
    """

    weights: Mapping[str, float]
    gain_worth: float
    least_gain: float
    furthest_below: float

    def score(self, table: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the scores (n,) of the rows of ``table`` (n, features), whose columns are :data:`FEATURES`.

        Summed feature by feature, so that equal rows score the same to the last bit.
        """
        scores = np.zeros(len(table))
        for column, name in enumerate(FEATURES):
            scores += self.weights[name] * table[:, column]
        return scores.astype(np.float32)


@cache
def load_ranker() -> Ranker:
    """Read ``ranking.json``; raise ValueError where its features are not those measured here."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    if data["weights"].keys() != FEATURES.keys():
        raise ValueError(f"{FILE.name} names other features than this version measures: fit it anew")
    return Ranker(data["weights"], data["gain_worth"], data["least_gain"], data["furthest_below"])


def measure_sentences(
    shares: Mapping[str, float], source: SourceIndex, cosine: NDArray[np.float32], mean_length: float
) -> NDArray[np.float64]:
    """Return (n, features): :data:`FEATURES` of each sentence of ``source``, in their order.

    ``shares`` maps each word of the claim to its share of their weight; ``cosine`` is (n,);
    ``mean_length`` is that of a sentence, in content words.
    """
    held, first = _hold(shares, source)
    coverage = held.sum(axis=0)
    # What two neighbours both hold.
    common = np.minimum(held[:, 1:], held[:, :-1]).sum(axis=0)
    gain_near = _with_neighbours(coverage)
    gain_near[1:] -= common
    gain_near[:-1] -= common
    columns = {
        "coverage": coverage,
        "cosine": cosine,
        "cosine_near": _with_neighbours(cosine) / 2,
        "gain_near": gain_near,
        "first_told": first,
        "length": np.log1p(source.lengths) - np.log1p(mean_length),
        "place": np.arange(source.size) / max(source.size - 1, 1),
    }
    return np.stack([columns[name].astype(np.float64) for name in FEATURES], axis=1)


def _hold(
    shares: Mapping[str, float], source: SourceIndex
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (words, n), each word's share where a sentence holds it, and (n,) of those first held there.

    Words that the source does not hold have no row.
    """
    found = [(share, source.postings[word]) for word, share in shares.items() if word in source.postings]
    held = np.zeros((len(found), source.size))
    first = np.zeros(source.size)
    for row, (share, places) in zip(held, found, strict=True):
        row[[sentence for sentence, _ in places]] = share
        first[places[0][0]] += share
    return held, first


def _with_neighbours(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return (n,): of each sentence, the value of the one before plus that of the one after."""
    near = np.zeros(len(values))
    near[1:] += values[:-1]
    near[:-1] += values[1:]
    return near

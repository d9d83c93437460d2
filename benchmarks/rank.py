"""Fit the ranking of a page's sentences for a claim; write ``tasks/link/ranking.json``.

python -m benchmarks.rank PATH [--write]

``PATH`` is a file of claims with their pages and gold sets of sentences. The weights maximize the
likelihood of drawing a gold sentence out of all of a page's. The claims of such files are parts of
sentences, those of articles whole ones; so the claims of one page are also put together to one. On
these the numbers that make the set are chosen: the best of a grid, judged on scores by weights that
were fitted to other pages. The figures printed are cross-validated by pages; the grid has seen them.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.accuracy.evidence import FIRST, Found, reached
from benchmarks.accuracy.lines import file_hash
from benchmarks.accuracy.wice import Case, gold_sets, read_cases
from tasks.embed.encoder import load_encoder
from tasks.link.index import measure_rarity
from tasks.link.passages import (
    ClaimWords,
    SentenceScores,
    arrange_sentences,
    score_sentences,
)
from tasks.link.ranking import FEATURES, FILE, Ranker, measure_sentences
from tasks.link.vectors import Vectors
from tasks.link.words import content_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 20261123
FOLDS = 5
# Strength of the quadratic penalty on standardized weights; 3 and 30 did as well within a claim or two.
PENALTY = 10.0
# In scores: of 0 to 1, what stands alone to what holds all of the claim.
GAIN_WORTHS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
LEAST_GAINS = (0.02, 0.05, 0.08, 0.1, 0.12, 0.15)
FURTHEST_BELOW = (-0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
# Alternatives multiply where claims are put together; a claim with more is left as it stands.
MOST_ALTERNATIVES = 200
DIGITS = 6

Gold = list[frozenset[int]]


@dataclass(frozen=True, slots=True)
class Item:
    """A claim with its page: the features (n, features) of the sentences, and the gold sets."""

    page: str
    case: Case
    words: ClaimWords
    scores: SentenceScores
    table: NDArray[np.float64]
    gold: Gold

    @property
    def wanted(self) -> NDArray[np.float64]:
        """(n,): the share of each sentence among those of any gold set."""
        wanted = np.zeros(len(self.table))
        gold = sorted(frozenset[int]().union(*self.gold))
        wanted[gold] = 1.0 / len(gold)
        return wanted


def read_items(path: Path, vectors: Vectors) -> list[Item]:
    """Return the claims of ``path`` that have a gold set."""
    items = []
    for row, case in read_cases(path):
        at = {line: number for number, line in enumerate(case.kept)}
        gold = [frozenset(at[line] for line in one) for one in gold_sets(row) if one <= at.keys()]
        if gold:
            items.append(make_item(row["claim"], case, gold, vectors))
    return items


def make_item(claim: str, case: Case, gold: Gold, vectors: Vectors) -> Item:
    """Measure ``claim`` against the page of ``case``."""
    index = case.source.index
    rarity = measure_rarity([index])
    words = ClaimWords(rarity.weights(content_words(claim)), vectors.one(claim))
    scores = score_sentences(words, index, vectors.many(index.texts), rarity)
    table = measure_sentences(words.shares, index, scores.cosine, rarity.mean_length)
    return Item("\n".join(index.texts), case, words, scores, table, gold)


def put_together(items: Sequence[Item], vectors: Vectors) -> list[Item]:
    """Return an item for each page with several claims: all of them as one, borne out by sets of each."""
    pages: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        pages[item.page].append(item)
    made = []
    for group in pages.values():
        alternatives = np.prod([len(item.gold) for item in group])
        if len(group) > 1 and alternatives <= MOST_ALTERNATIVES:
            claim = " ".join(_claim(item) for item in group)
            sets = {frozenset[int]().union(*one) for one in product(*(item.gold for item in group))}
            made.append(make_item(claim, group[0].case, sorted(sets, key=sorted), vectors))
    return made


def _claim(item: Item) -> str:
    return item.case.article.claims[0].text


def fit_weights(items: Sequence[Item]) -> dict[str, float]:
    """Fit the weights; scaled so that those of coverage and cosine sum to 1."""
    from scipy.optimize import minimize

    table = np.vstack([item.table for item in items])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    # A feature that tells nothing gets no weight.
    scale[scale == 0] = 1.0
    table = (table - mean) / scale
    wanted = np.concatenate([item.wanted for item in items])
    starts = np.cumsum([0, *(len(item.table) for item in items[:-1])])
    page = np.repeat(np.arange(len(items)), [len(item.table) for item in items])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the penalized negative log-likelihood of gold sentences, and its gradient."""
        score = table @ weights
        score -= np.maximum.reduceat(score, starts)[page]
        log_share = score - np.log(np.add.reduceat(np.exp(score), starts))[page]
        value = -(wanted * log_share).sum() + PENALTY / 2 * weights @ weights
        return float(value), table.T @ (np.exp(log_share) - wanted) + PENALTY * weights

    fitted = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x / scale
    raw = dict(zip(FEATURES, fitted.tolist(), strict=True))
    whole = raw["coverage"] + raw["cosine"]
    return {name: round(weight / whole, DIGITS) for name, weight in raw.items()}


def cross_fitted(items: Sequence[Item]) -> list[SentenceScores]:
    """Return the scores of each item by weights fitted to those of other pages."""
    pages = sorted({item.page for item in items})
    numbers = np.random.default_rng(SEED).permutation(len(pages)) % FOLDS
    folds = dict(zip(pages, numbers.tolist(), strict=True))
    rankers = [
        Ranker(fit_weights([item for item in items if folds[item.page] != fold]), 0.0, 1.0, 0.0)
        for fold in range(FOLDS)
    ]
    return [rescored(item, rankers[folds[item.page]]) for item in items]


def rescored(item: Item, ranker: Ranker) -> SentenceScores:
    """Return the scores of an item's sentences by ``ranker``."""
    return SentenceScores(item.scores.cosine, item.scores.coverage, ranker.score(item.table))


def figures(items: Sequence[Item], scores: Sequence[SentenceScores], ranker: Ranker) -> dict[str, float]:
    """Return hits, whole sets within the first, F1 of the set, of the arrangement by ``ranker``."""
    return reached(
        [
            Found(item.gold, *arrange_sentences(item.words, item.case.source.index, one, ranker))
            for item, one in zip(items, scores, strict=True)
        ]
    )


def fit_set(items: Sequence[Item], scores: Sequence[SentenceScores], weights: dict[str, float]) -> Ranker:
    """Return the ranker with what the grid found best: whole sets first, then F1; the least where equal."""
    worth = max(
        GAIN_WORTHS,
        key=lambda gain: (
            figures(items, scores, Ranker(weights, gain, 1.0, 0.0))[f"whole set in {FIRST}"],
            -gain,
        ),
    )
    rankers = [Ranker(weights, worth, gain, below) for gain, below in product(LEAST_GAINS, FURTHEST_BELOW)]
    return max(rankers, key=lambda ranker: figures(items, scores, ranker)["F1 of the set"])


def main() -> None:
    """Fit, print the cross-validated figures, and with ``--write`` keep the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    arguments = parser.parse_args()
    vectors = Vectors(load_encoder())
    items = read_items(arguments.path, vectors)
    whole = put_together(items, vectors)
    every = [*items, *whole]
    scores = cross_fitted(every)
    parted = scores[: len(items)], scores[len(items) :]
    ranker = fit_set(whole, parted[1], fit_weights(every))
    measured = {
        "claims as they stand": figures(items, parted[0], ranker),
        "claims put together": figures(whole, parted[1], ranker),
    }
    provenance = {
        "command": "python -m benchmarks.rank PATH --write",
        "date": datetime.now(UTC).date().isoformat(),
        "seed": SEED,
        "data_sha256": file_hash(arguments.path),
        "measured": measured,
    }
    fitted = {name: getattr(ranker, name) for name in Ranker.__slots__}
    text = json.dumps({"provenance": provenance, **fitted}, indent=1)
    print(text)
    if arguments.write:
        FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

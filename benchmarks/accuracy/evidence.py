"""Which sentences of its page bear a claim out: ``wice/*.jsonl``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.figures import share
from benchmarks.accuracy.lines import Lines, read_lines
from benchmarks.accuracy.wice import gold_sets, read_cases
from tasks.embed.encoder import load_encoder
from tasks.link.index import SourceIndex, measure_rarity
from tasks.link.vectors import Vectors
from tasks.link.words import content_words

# A whole gold set counts where it lies within so many of the first.
FIRST = 5

# Robertson's usual constants: how fast repeated words stop counting, how much length is held against.
BM25_SATURATION = 1.2
BM25_LENGTH = 0.75


def predict(path: Path) -> Lines:
    """Return for each claim the sentences of its page, best first, and the chosen set."""
    vectors = Vectors(load_encoder())
    lines = []
    for index, (_, case) in enumerate(read_cases(path)):
        _, match = case.match(vectors)
        lines.append(
            {
                "index": index,
                "ranking": [case.kept[number] for number in match.ranking],
                "evidence": sorted(case.kept[number] for number in match.chosen),
            }
        )
    return lines


def baseline(path: Path) -> Lines:
    """BM25 within the page; the best sentence alone is the set."""
    lines = []
    for index, (row, case) in enumerate(read_cases(path)):
        rarity = measure_rarity([case.source.index])
        scores = bm25(rarity.weights(content_words(row["claim"])), case.source.index, rarity.mean_length)
        order = [case.kept[number] for number in (-scores).argsort(kind="stable").tolist()]
        lines.append({"index": index, "ranking": order, "evidence": order[:1]})
    return lines


def bm25(weights: Mapping[str, float], source: SourceIndex, mean_length: float) -> NDArray[np.float32]:
    """Return the BM25 score (n,) of each sentence of ``source`` for the words of a claim."""
    scores = np.zeros(source.size, dtype=np.float32)
    for word, weight in weights.items():
        for sentence, count in source.postings.get(word, ()):
            length = BM25_LENGTH * float(source.lengths[sentence]) / max(mean_length, 1.0)
            norm = BM25_SATURATION * (1 - BM25_LENGTH + length)
            scores[sentence] += weight * count * (BM25_SATURATION + 1) / (count + norm)
    return scores


def measure(path: Path, lines: Lines) -> dict[str, float]:
    """Return hits of the first sentences, whole sets within the first, and F1 of the chosen set.

    Of the claims that are supported, or partly (as the plain baseline was measured), and of all claims
    that have a gold set ("any label"). F1 is that with the nearest of the alternative sets.
    """
    found = [
        (row.get("label", ""), Found(sets, line["ranking"], line["evidence"]))
        for row, line in zip(read_lines(path), lines, strict=True)
        if (sets := gold_sets(row))
    ]
    supported = reached([one for label, one in found if label != "not_supported"])
    every = reached([one for _, one in found])
    return supported | {f"any label: {name}": value for name, value in every.items()}


class Found(NamedTuple):
    """What was found of a claim's evidence: its gold sets, and the sentences as ranked and as chosen."""

    gold: Sequence[frozenset[int]]
    ranking: Sequence[int]
    chosen: Sequence[int]


def reached(found: Sequence[Found]) -> dict[str, float]:
    """Return the figures over all claims of ``found``, each with a gold set."""
    sizes = len(found)
    hits = {
        count: sum(any(not one.isdisjoint(each.ranking[:count]) for one in each.gold) for each in found)
        for count in (1, 3)
    }
    whole = sum(any(one <= set(each.ranking[:FIRST]) for one in each.gold) for each in found)
    return {
        "claims": sizes,
        "hit@1": share(hits[1], sizes),
        "hit@3": share(hits[3], sizes),
        f"whole set in {FIRST}": share(whole, sizes),
        "F1 of the set": share(sum(_nearest(each) for each in found), sizes),
    }


def _nearest(each: Found) -> float:
    """Return F1 of the chosen sentences with the nearest of the gold sets."""
    chosen = set(each.chosen)
    return max(2 * len(one & chosen) / (len(one) + len(chosen)) for one in each.gold)

"""Fit the models that name a claim's unsupported words; write ``tasks/judge/unsupported.json``.

python -m benchmarks.calibrate_tokens --train PATH [--write]

PATH is a file of ``wice/non_supported_tokens``; judge on another. Prints the figures of words on PATH,
cross-validated by claim, and the threshold at which their F1 is best.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.figures import precision_recall
from benchmarks.accuracy.lines import file_hash
from benchmarks.accuracy.tokens import token_spans
from benchmarks.accuracy.wice import read_cases
from benchmarks.fitting import FOLDS, SEED, Features, fit
from tasks.embed.encoder import load_encoder
from tasks.judge.models import LogisticModel
from tasks.judge.unsupported import FILE, SURROUNDINGS, load_word_models, surroundings
from tasks.judge.wording import WORD_FEATURES, measure_words, read_page, split_claim
from tasks.link.vectors import Vectors

# Inverse strength of the penalty.
WORD_C = 0.03
KINDS = {"content": False, "function": True}
Pair = dict[bool, LogisticModel]


@dataclass(frozen=True, slots=True)
class Claims:
    """The words of each claim: their features, whether they are function words, whether unsupported."""

    features: list[Features]
    function: list[list[bool]]
    wanted: list[list[bool]]


def read_claims(path: Path, vectors: Vectors) -> Claims:
    """Measure the words of the claims of ``path``."""
    claims = Claims([], [], [])
    for row, case in read_cases(path):
        source, match = case.match(vectors)
        words = split_claim(row["claim"])
        gold = list(
            zip(token_spans(row["claim"], row["claim_tokens"]), row["non_supported_spans"], strict=True)
        )
        claims.features.append(measure_words(words, read_page(source.index), match.chosen))
        claims.function.append([not stem for stem in words.stems])
        claims.wanted.append(
            [any(bad and a < end and start < b for (a, b), bad in gold) for start, end in words.spans]
        )
    return claims


def fit_pair(
    claims: Claims, features: Sequence[Features], among: Sequence[int], names: Sequence[str]
) -> Pair:
    """Fit a model of content words and one of function words to the claims ``among`` all."""
    pair = {}
    for kind in KINDS.values():
        places = [
            (n, i) for n in among for i, is_function in enumerate(claims.function[n]) if is_function is kind
        ]
        rows = [features[n][i] for n, i in places]
        pair[kind] = fit(rows, [claims.wanted[n][i] for n, i in places], names, WORD_C)
    return pair


def log_odds(pair: Pair, claims: Claims, features: Sequence[Features], number: int) -> list[float]:
    """Return the log-odds of the words of claim ``number``."""
    words = zip(claims.function[number], features[number], strict=True)
    return [pair[kind].log_odds(row) for kind, row in words]


def crossed(claims: Claims, features: Sequence[Features], names: Sequence[str]) -> list[list[float]]:
    """Return the log-odds of the words of each claim by models of the other folds of claims."""
    order = np.random.default_rng(SEED).permutation(len(features)).tolist()
    out: list[list[float]] = [[] for _ in features]
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        pair = fit_pair(claims, features, sorted(set(order) - set(held)), names)
        for number in held:
            out[number] = log_odds(pair, claims, features, number)
    return out


def calibrate(path: Path, vectors: Vectors) -> dict[str, Any]:
    """Fit both judgements to ``path``; return what is written, with the cross-validated figures."""
    claims = read_claims(path, vectors)
    everyone = range(len(claims.features))
    first = fit_pair(claims, claims.features, everyone, tuple(WORD_FEATURES))
    # The second judgement learns from what the first says of claims that it did not see.
    about = [surroundings(odds) for odds in crossed(claims, claims.features, tuple(WORD_FEATURES))]
    again = fit_pair(claims, about, everyone, tuple(SURROUNDINGS))
    told = np.array([odds for claim in crossed(claims, about, tuple(SURROUNDINGS)) for odds in claim])
    wanted = [one for claim in claims.wanted for one in claim]
    probability = 1.0 / (1.0 + np.exp(-told))
    thresholds = np.arange(0.2, 0.6, 0.02)
    figures = [precision_recall((probability >= t).tolist(), wanted) for t in thresholds]
    best = max(range(len(thresholds)), key=lambda n: figures[n]["F1"])
    return {
        "said_from": round(float(thresholds[best]), 2),
        "measured": {"claims": len(claims.features), "words": len(wanted), **figures[best]},
        "models": {"first": _as_json(first), "again": _as_json(again)},
    }


def _as_json(pair: Pair) -> dict[str, Any]:
    return {
        kind: {
            "intercept": round(pair[key].intercept, 6),
            "coefficients": {name: round(value, 6) for name, value in pair[key].coefficients.items()},
        }
        for kind, key in KINDS.items()
    }


def main() -> None:
    """Fit, print the figures, and with ``--write`` keep the models."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="write tasks/judge/unsupported.json")
    arguments = parser.parse_args()
    fitted = calibrate(arguments.train, Vectors(load_encoder()))
    print(json.dumps({"said_from": fitted["said_from"], **fitted["measured"]}))
    if arguments.write:
        provenance = {
            "command": "python -m benchmarks.calibrate_tokens --train PATH --write",
            "date": datetime.now(UTC).date().isoformat(),
            "seed": SEED,
            "data_sha256": file_hash(arguments.train),
        }
        FILE.write_text(json.dumps({"provenance": provenance, **fitted}, indent=1) + "\n", encoding="utf-8")
        load_word_models.cache_clear()


if __name__ == "__main__":
    main()

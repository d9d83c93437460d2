"""Fit the logistic models of judging, and tell which data they were fitted to."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from tasks.judge.models import FILE, LogisticModel

SEED = 20260823
FOLDS = 10
# Inverse strength of the penalty: strong, for the data are few and the features tell much the same.
VERDICT_C = 0.05
VERDICTS = ("supported", "not_supported")
# What tells whether a page bears a claim out; the features left out of FEATURES made verdicts no better.
VERDICT_FEATURES = (
    "cosine_best",
    "cosine_span",
    "cosine_page",
    "score_best",
    "coverage_set",
    "coverage_three",
    "coverage_page",
    "clause_least",
    "clause_mean",
    "company",
    "words_set",
    "words_missing",
    "plain_missing",
    "numbers_missing",
    "numbers_missing_count",
    "names",
    "names_missing",
    "names_missing_set",
)
# What tells which of several pages a claim means. The margins of findings were set on these.
PAGE_FEATURES = (
    "cosine_best",
    "cosine_three",
    "score_best",
    "coverage_one",
    "coverage_set",
    "coverage_page",
    "gain_page",
    "numbers_missing",
    "numbers_missing_set",
    "names_missing",
    "names_missing_set",
    "title_coverage",
    "quotes_exact",
    "quotes_absent",
    "title_cosine",
)

Features = list[dict[str, float]]


def fitted_data() -> frozenset[str]:
    """Return the sha256 of each file that the product's models were fitted to."""
    return frozenset(json.loads(FILE.read_text(encoding="utf-8"))["provenance"]["data_sha256"].values())


def fit(features: Features, wanted: Sequence[bool], names: Sequence[str], strength: float) -> LogisticModel:
    """Fit a logistic regression on standardized features; return it for raw ones."""
    from sklearn.linear_model import LogisticRegression

    table = np.array([[row[name] for name in names] for row in features])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=strength, max_iter=2_000)
    model.fit((table - mean) / scale, np.array(wanted))
    raw = model.coef_[0] / scale
    intercept = float(model.intercept_[0] - (raw * mean).sum())
    return LogisticModel(intercept, {name: float(value) for name, value in zip(names, raw, strict=True)})


def fit_verdict(
    features: Features, wanted: Sequence[bool], names: Sequence[str] = VERDICT_FEATURES
) -> LogisticModel:
    """Fit the model of one verdict."""
    return fit(features, wanted, names, VERDICT_C)


def cross_validated(
    features: Features,
    wanted: Sequence[bool],
    names: Sequence[str] = VERDICT_FEATURES,
    seed: int = SEED,
) -> list[float]:
    """Return for each row the probability of a verdict by a model of the other folds."""
    from sklearn.model_selection import StratifiedKFold

    out = [0.0] * len(features)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(np.zeros(len(features)), np.array(wanted)):
        model = fit_verdict([features[i] for i in train], [wanted[i] for i in train], names)
        for i in test:
            out[i] = model.probability(features[i])
    return out

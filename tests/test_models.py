"""The fitted models: every number has a name that exists and a place where it comes from."""

from __future__ import annotations

import json
import math
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.judge.findings import LEAST_PRECISION
from tasks.judge.fit import ENTRY_FEATURES
from tasks.judge.models import FILE, LogisticModel, load_models
from tasks.link.features import FEATURES
from tasks.model import FindingKind

DATA = json.loads(FILE.read_text(encoding="utf-8"))
# All are raised by the rules of findings.py.
RAISED = sorted(get_args(FindingKind))


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param({*FEATURES, "title_cosine"}, "supported", id="supported"),
        pytest.param({*FEATURES, "title_cosine"}, "not_supported", id="not supported"),
        pytest.param({*FEATURES, "title_cosine"}, "page_fit", id="fit by pages"),
        pytest.param(set(ENTRY_FEATURES), "entry_fit", id="fit by entries"),
    ],
)
def test_a_model_names_features_that_are_measured(expected: set[str], name: str) -> None:
    """A feature that was renamed or dropped would fail only when an article is judged."""
    model = getattr(load_models(), name)
    assert set(model.coefficients) <= expected
    assert model.coefficients
    assert all(math.isfinite(value) for value in (model.intercept, *model.coefficients.values()))


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_a_feature_says_what_it_is(name: str) -> None:
    """The table of features is its documentation."""
    assert len(FEATURES[name].split()) > 2


def test_the_models_say_what_they_were_fitted_on() -> None:
    """Command, day, seed and the data by hash."""
    provenance = DATA["provenance"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", provenance["date"])
    assert "benchmarks.calibrate" in provenance["command"]
    assert isinstance(provenance["seed"], int)
    assert {"wice", "sources", "quotes"} <= set(provenance["data_sha256"])
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in provenance["data_sha256"].values())


@pytest.mark.parametrize("kind", RAISED)
def test_a_finding_is_raised_with_a_measured_precision(kind: str) -> None:
    """Each kind that the rules raise was measured, on a number of findings and a named set."""
    measured = DATA["findings"][kind]
    assert 0 <= measured["precision"] <= 1
    assert measured["findings"] > 0
    assert measured["on"]
    assert load_models().precision[kind] == measured["precision"]
    assert 0.5 <= LEAST_PRECISION <= 1


def test_verdicts_are_better_than_chance_by_a_margin() -> None:
    """The cross-validated figures stand beside the thresholds that they were measured with."""
    for name in ("supported", "not_supported"):
        measured = DATA["verdicts"]["measured"][name]
        # 0.5 is chance; the plainest baseline, twenty features of words, reached 0.71 and 0.74.
        assert measured["balanced_accuracy"] >= 0.72
        assert measured["calibration_error"] <= 0.08
        # What accuses is said from a higher threshold, where it is right more often than not.
        assert DATA["verdicts"][f"{name}_from"] == measured.get("said_from", measured["threshold"])
        assert measured.get("precision", 1.0) >= 0.6


def test_margins_ask_more_of_one_claim_than_of_each_of_several() -> None:
    """Joint evidence needs less of each claim."""
    for margins in (load_models().page_margins, load_models().entry_margins):
        assert margins.single > margins.swap_each
        assert margins.single > margins.shift_each
        assert margins.swap_total > 2 * margins.swap_each


def test_the_version_is_of_what_judges() -> None:
    """It is stored with the verdicts, and the same for the same file."""
    assert load_models().version
    assert load_models() is load_models()


@given(st.floats(-1e4, 1e4), st.floats(-5, 5), st.floats(0, 1))
def test_a_probability_is_the_logistic_of_the_log_odds(intercept: float, weight: float, value: float) -> None:
    """Between 0 and 1, rising with the log-odds, without overflow."""
    model = LogisticModel(intercept, {"x": weight})
    odds = model.log_odds({"x": value, "unused": 3.0})
    assert odds == pytest.approx(intercept + weight * value)
    probability = model.probability({"x": value})
    assert 0 <= probability <= 1
    if abs(odds) < 30:
        assert math.log(probability / (1 - probability)) == pytest.approx(odds, abs=1e-3)


def test_a_feature_that_a_model_needs_must_be_there() -> None:
    """A missing feature is an error, not a zero."""
    with pytest.raises(KeyError):
        LogisticModel(0.0, {"x": 1.0}).log_odds({})

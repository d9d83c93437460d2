"""The fitted numbers of judging: small logistic models, margins and thresholds, with where they come from.

All of them lie in ``models.json`` beside this module, written by ``benchmarks/calibrate.py``: each
model with the names of its features, coefficients and intercept on raw features, and the data (by
hash), seed and date of the fit; each kind of finding with its threshold and the precision measured.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.judge.numbering import Margins
from tasks.keys import content_key

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("models.json")


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """A logistic regression over named features."""

    intercept: float
    coefficients: Mapping[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """Return the log-odds for ``features``; a feature that the model names must be there."""
        return self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability, 0–1."""
        odds = self.log_odds(features)
        # Of a large number exp overflows; of its negative it does not.
        return 1.0 / (1.0 + math.exp(-odds)) if odds > 0 else math.exp(odds) / (1.0 + math.exp(odds))


@dataclass(frozen=True, slots=True)
class Models:
    """The models and thresholds that judging uses.

    ``supported`` and ``not_supported`` give verdicts; ``page_fit`` and ``entry_fit`` the log-odds that
    a reference is the one that a claim means, by its page and by its entry's words. ``precision``
    holds, for each kind of finding, the share that was right of the ``numbers`` it was measured on;
    "swapped_citation by entries" and the like are those found without all pages.
    """

    supported: LogisticModel
    not_supported: LogisticModel
    page_fit: LogisticModel
    entry_fit: LogisticModel
    supported_from: float
    not_supported_from: float
    page_margins: Margins
    entry_margins: Margins
    attribution: float
    precision: Mapping[str, float]
    numbers: Mapping[str, int]
    version: str


@cache
def load_models() -> Models:
    """Read ``models.json``. The version is a hash of what judges, so that a new fit redoes verdicts."""
    text = FILE.read_text(encoding="utf-8")
    data = json.loads(text)
    return Models(
        **{
            name: LogisticModel(data["models"][name]["intercept"], data["models"][name]["coefficients"])
            for name in ("supported", "not_supported", "page_fit", "entry_fit")
        },
        supported_from=data["verdicts"]["supported_from"],
        not_supported_from=data["verdicts"]["not_supported_from"],
        page_margins=_margins(data["margins"]["page"]),
        entry_margins=_margins(data["margins"]["entry"]),
        attribution=data["margins"]["attribution"],
        precision={kind: measured["precision"] for kind, measured in data["findings"].items()},
        numbers={kind: measured["findings"] for kind, measured in data["findings"].items()},
        version=content_key(text),
    )


def _margins(values: Mapping[str, Any]) -> Margins:
    return Margins(**{name: float(value) for name, value in values.items()})

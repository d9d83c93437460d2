"""The figures of classification: shares, F1, balanced accuracy, calibration error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Digits that a figure is told with: the data hold hundreds of items, not millions.
DIGITS = 4
# Equally filled parts over which probabilities are held against outcomes.
CALIBRATION_BINS = 10


def share(part: float, whole: float) -> float:
    """Return ``part / whole``, rounded; 0 of nothing."""
    return round(part / whole, DIGITS) if whole else 0.0


def f1(right: float, said: float, wanted: float) -> float:
    """Return the harmonic mean of precision ``right / said`` and recall ``right / wanted``, rounded."""
    return share(2 * right, said + wanted)


def precision_recall(said: Sequence[bool], wanted: Sequence[bool]) -> dict[str, float]:
    """Return precision, recall and F1 of what was said."""
    right = sum(s and w for s, w in zip(said, wanted, strict=True))
    return {
        "precision": share(right, sum(said)),
        "recall": share(right, sum(wanted)),
        "F1": f1(right, sum(said), sum(wanted)),
    }


def balanced_accuracy(said: Sequence[bool], wanted: Sequence[bool]) -> float:
    """Return the mean of the shares rightly affirmed and rightly denied; 0.5 is chance."""
    affirmed = [s for s, w in zip(said, wanted, strict=True) if w]
    denied = [not s for s, w in zip(said, wanted, strict=True) if not w]
    return round((share(sum(affirmed), len(affirmed)) + share(sum(denied), len(denied))) / 2, DIGITS)


def calibration_error(probability: Sequence[float], wanted: Sequence[bool]) -> float:
    """Return the expected calibration error over :data:`CALIBRATION_BINS` equally filled bins."""
    told, truth = np.array(probability), np.array(wanted, dtype=float)
    parts = np.array_split(np.argsort(told, kind="stable"), min(CALIBRATION_BINS, len(told)))
    gaps = (len(part) * abs(told[part].mean() - truth[part].mean()) for part in parts)
    return round(float(sum(gaps)) / len(told), DIGITS)

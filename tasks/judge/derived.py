"""Recognize a quantity that a writer worked out from those of the source.

"By 3 percentage points" stands in no page that says "from 6 to 9 percent", and "29 percent own no car"
in none that says "71 percent own one": both are as faithful as the page's own figures.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from tasks.link.numbers import PERIODS, POINTS, TIMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.link.numbers import Quantity

WHOLE = 100.0
# A writer rounds what a division gives: 22 percent for 21.7.
ROUNDED_SHARE = 0.02
# Floating point: sums of decimals as they are written.
LEAST_SLACK = 1e-9
# All pairs are tried; a table read as a sentence must not cost minutes.
MOST_QUANTITIES = 40


def is_derived(number: Quantity, told: Sequence[Quantity]) -> bool:
    """Whether ``number`` follows from one or two of the quantities ``told`` in sentences about the matter.

    The rest of a whole, a rate for another span of time, a sum, a difference, a ratio.
    """
    told = told[:MOST_QUANTITIES]
    if any(_is_rest(number, other) or _is_same_rate(number, other) for other in told):
        return True
    return any(
        _fits(number, value, share)
        for one, other in combinations(told, 2)
        if not one.clashes(other)
        for value, share in _worked_out(number, one, other)
    )


def _is_rest(number: Quantity, other: Quantity) -> bool:
    """77% did not, where the source says that 23% did."""
    if number.unit != "percent" or other.unit != "percent":
        return False
    return number.low <= WHOLE - other.value <= number.high or other.low <= WHOLE - number.value <= other.high


def _is_same_rate(number: Quantity, other: Quantity) -> bool:
    """$1,000 a month, where the source says $12,000 a year."""
    if number.unit != other.unit or not number.per or not other.per or number.per == other.per:
        return False
    return _fits(number, other.value * PERIODS[number.per] / PERIODS[other.per], ROUNDED_SHARE)


def _worked_out(number: Quantity, one: Quantity, other: Quantity) -> Iterator[tuple[float, float]]:
    """Yield what the two give in the unit of ``number``, each with the share by which it may be rounded."""
    larger, smaller = max(one.value, other.value), min(one.value, other.value)
    if number.unit == POINTS:
        if one.unit == other.unit == "percent":
            yield larger - smaller, 0.0
    elif not number.clashes(one) and not number.clashes(other) and one.per == other.per:
        yield larger - smaller, 0.0
        yield larger + smaller, 0.0
    if smaller <= 0:
        return
    if number.unit == TIMES:
        yield larger / smaller, ROUNDED_SHARE
    elif number.unit == "percent":
        yield WHOLE * smaller / larger, ROUNDED_SHARE
        yield WHOLE * (larger - smaller) / smaller, ROUNDED_SHARE
        yield WHOLE * (larger - smaller) / larger, ROUNDED_SHARE


def _fits(number: Quantity, value: float, share: float) -> bool:
    slack = max(LEAST_SLACK, share * abs(value))
    return number.low - slack <= value <= number.high + slack

"""Find a quantity of a claim that its source tells differently, in the very sentence about the matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.judge.derived import is_derived
from tasks.link.numbers import find_quantities, missing_quantities
from tasks.link.words import content_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.link.numbers import Quantity

# The sentence must share at least this part of the claim's other words, so that it is about the same
# matter; measured by `python -m benchmarks.calibrate` on WiCE's supported claims.
LEAST_SHARED = 0.5
# These tell when, or which of a row: two of them in one sentence seldom mean the same thing.
INCOMPARABLE_UNITS = frozenset({"day of month", "ordinal", "year", ""})


@dataclass(frozen=True, slots=True)
class NumberMismatch:
    """The claim's quantity, the source's, and the source's sentence."""

    claimed: Quantity
    told: Quantity
    sentence: str


def find_number_mismatch(
    claim: str,
    quantities: Sequence[Quantity],
    page: Sequence[Quantity],
    sentences: Sequence[str],
    passed_over: Sequence[Quantity] = (),
) -> NumberMismatch | None:
    """Return the first of the ``quantities`` of ``claim`` that its source contradicts, or None.

    Contradicted means: none of the quantities of the ``page`` agrees with it, nor does it follow from
    those of the ``sentences`` that fit the claim best; one of these shares enough of its other words;
    and there exactly one quantity of the same unit (for the same span of time, if it is a rate)
    differs that no quantity of the claim accounts for. ``passed_over`` are left alone.
    """
    return next(_mismatches(claim, quantities, page, sentences, passed_over), None)


def _mismatches(
    claim: str,
    quantities: Sequence[Quantity],
    page: Sequence[Quantity],
    sentences: Sequence[str],
    passed_over: Sequence[Quantity],
) -> Iterator[NumberMismatch]:
    asked = [n for n in quantities if n.unit not in INCOMPARABLE_UNITS and n not in passed_over]
    missing = missing_quantities(asked, page)
    if not missing:
        return
    numerals = {word for number in quantities for word in content_words(number.text)}
    words = set(content_words(claim)) - numerals
    about = [
        s for s in sentences if words and len(words & set(content_words(s))) / len(words) >= LEAST_SHARED
    ]
    told = {sentence: find_quantities(sentence) for sentence in about}
    together = [number for numbers in told.values() for number in numbers]
    for number in missing:
        if is_derived(number, together):
            continue
        for sentence, numbers in told.items():
            rivals = [
                other
                for other in numbers
                if (other.unit, other.per) == (number.unit, number.per)
                and not any(known.agrees(other) for known in quantities)
            ]
            if len(rivals) == 1:
                yield NumberMismatch(number, rivals[0], sentence)

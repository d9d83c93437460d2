"""Read quantities out of running text and compare them to their stated precision.

"4,523,000" agrees with "4.5 million", "two weeks" with "14 days" but not with "10 days".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.link.words import stem, stopwords

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# fmt: off
SMALL = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "dozen": 12,
}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "mn": 1e6, "m": 1e6, "bn": 1e9, "k": 1e3,
}
# fmt: on
# Seconds: a span of time is compared whatever unit it is told in.
DURATIONS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
PERCENT = frozenset({"%", "percent", "percentage", "pct", "per cent"})
# "about 40": the writer allows a tenth either way.
ROUGH = frozenset(
    "about around approximately roughly nearly almost some over more than under less close least most".split()
)
ROUGH_SHARE = 0.1
# Whole numbers in this range without a unit are read as years, which agree only with themselves.
YEARS = range(1500, 2100)
# "one" is a pronoun more often than a number.
WORDS = "|".join(sorted(SMALL, key=len, reverse=True))
SCALE = "|".join(sorted((name for name in SCALES if len(name) > 2), key=len, reverse=True))
NUMBER = re.compile(
    rf"(?P<currency>[$€£¥])?\s?(?P<digits>\d+(?:[.,]\d+)*)(?P<suffix>(?:bn|mn|m|k)\b|st\b|nd\b|rd\b|th\b)?"
    rf"|\b(?P<words>(?:(?:{WORDS})(?:[\s-](?:{WORDS}|one))?)|(?:an?\s)?dozen|a(?=\s(?:{SCALE})\b))\b",
    re.IGNORECASE,
)
FOLLOWING_SCALE = re.compile(rf"[\s-]*({SCALE}|bn|mn)\b", re.IGNORECASE)
FOLLOWING_UNIT = re.compile(r"[\s-]*(%|per\scent\b|[^\W\d_]+(?:['’][^\W\d_]+)?)")
PRECEDING_WORDS = re.compile(r"([^\W\d_]+)\W*(?:([^\W\d_]+)\W*)?$")
MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?,?\s*$", re.IGNORECASE
)
MONTH_AFTER = re.compile(
    r"\s*(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)", re.IGNORECASE
)
# Enough text before a number to see its month or its "about".
LOOK_BACK = 24


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: its value, what rounding it allows, and its unit ("" where none is told).

    ``low``/``high`` bound the values that round to what is written.
    """

    value: float
    low: float
    high: float
    unit: str
    start: int
    end: int
    text: str

    def agrees(self, other: Quantity) -> bool:
        """Whether the two may tell the same: each lies in the other's rounding, and units do not clash."""
        if self.unit and other.unit and self.unit != other.unit and _clash(self.unit, other.unit):
            return False
        inside = self.low <= other.value <= self.high or other.low <= self.value <= other.high
        return self.value == other.value or inside


def _clash(first: str, second: str) -> bool:
    """Units of measure clash; nouns do not, for one text's "people" are the other's "voters"."""
    measures = _measures()
    return first in measures or second in measures


@cache
def _measures() -> frozenset[str]:
    return frozenset({"percent", "time", "year", "day of month", "ordinal", *CURRENCIES.values()})


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities of ``text`` in order: figures, and number words from two up."""
    return list(_quantities(text))


def _quantities(text: str) -> Iterator[Quantity]:
    for match in NUMBER.finditer(text):
        value, step = _value(match)
        if value is None:
            continue
        end = match.end()
        suffix = (match["suffix"] or "").lower()
        scaled = FOLLOWING_SCALE.match(text, end) if not suffix else None
        scale = SCALES[scaled.group(1).lower()] if scaled else SCALES.get(suffix, 1.0)
        end = scaled.end() if scaled else end
        value, step = value * scale, step * scale
        before = text[max(0, match.start() - LOOK_BACK) : match.start()]
        unit, factor, end = _unit(text, match, before, value, end)
        value, step = value * factor, step * factor
        slack = step / 2 if scale > 1 or step < factor else 0.0
        if _rough(before) and unit not in {"year", "day of month", "ordinal"}:
            slack = max(slack, ROUGH_SHARE * value)
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        yield Quantity(value, value - slack, value + slack, unit, start, end, text[start:end])


def _value(match: re.Match[str]) -> tuple[float | None, float]:
    """Return the number and the worth of its last digit."""
    if match["words"]:
        words = re.split(r"[\s-]", match["words"].lower())
        return float(sum({"one": 1, **SMALL}.get(word, 0) for word in words) or 1), 1.0
    digits = match["digits"]
    groups = re.split(r"[.,]", digits)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3:
        if "." in digits and "," not in digits and len(groups) == 2:
            return float(digits), 1e-3
        return float("".join(groups)), 1.0
    if len(groups) == 2:
        return float(f"{groups[0]}.{groups[1]}"), 10.0 ** -len(groups[1])
    return (float(digits), 1.0) if len(groups) == 1 and len(digits) <= 15 else (None, 1.0)


def _unit(
    text: str, match: re.Match[str], before: str, value: float, end: int
) -> tuple[str, float, int]:
    """Return the unit, the factor that brings the value to it, and where the quantity ends."""
    suffix = (match["suffix"] or "").lower()
    if MONTH.search(before) and value <= 31 or MONTH_AFTER.match(text, end) and value <= 31:
        return "day of month", 1.0, end
    if suffix in {"st", "nd", "rd", "th"}:
        return "ordinal", 1.0, end
    if match["currency"]:
        return CURRENCIES[match["currency"]], 1.0, end
    follows = FOLLOWING_UNIT.match(text, end)
    word = follows.group(1).lower() if follows else ""
    if word in PERCENT and follows:
        return "percent", 1.0, follows.end()
    singular = word.removesuffix("s")
    if singular in DURATIONS and follows:
        return "time", DURATIONS[singular], follows.end()
    if singular in {"dollar", "euro", "pound", "yen"} and follows:
        return singular, 1.0, follows.end()
    if value in YEARS and value == int(value) and "," not in match.group() and match["digits"]:
        return "year", 1.0, end
    return "" if word in stopwords() else stem(word), 1.0, end


def _rough(before: str) -> bool:
    found = PRECEDING_WORDS.search(before)
    return bool(found) and any(word and word.lower() in ROUGH for word in found.groups())  # type: ignore[union-attr]


def missing_quantities(claim: Sequence[Quantity], source: Sequence[Quantity]) -> list[Quantity]:
    """Return the quantities of ``claim`` that no quantity of ``source`` agrees with."""
    return [number for number in claim if not any(number.agrees(other) for other in source)]

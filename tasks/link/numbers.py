"""Read quantities out of running text and compare them to their stated precision.

"4,523,000" agrees with "4.5 million", "two weeks" with "14 days" but not with "10 days".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.link.numerals import LOOK_BACK, find_numerals
from tasks.link.words import stem, stopwords

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.link.numerals import Numeral

# Seconds: a span of time is compared whatever unit it is told in. Years are not among these, so that
# "a 45-year-old" agrees with "Marwick, 45,".
DURATIONS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
PERCENT = frozenset({"%", "percent", "percentage", "pct", "pc", "per cent"})
# A rise from 6 to 9 percent is one by 3 percentage points: no share of anything.
POINTS = "percentage point"
# "three times as many": no span of time.
TIMES = "times"
# Seconds in the span that a rate is told for, so that $1,000 a month is $12,000 a year.
PERIODS = {**DURATIONS, "month": 2_629_800.0, "quarter": 7_889_400.0, "year": 31_557_600.0}
PERIOD_ADVERBS = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month",
                  "quarterly": "quarter", "yearly": "year", "annually": "year", "annual": "year"}  # fmt: skip
YEAR, YEARS, DAY, ORDINAL = "year", "years", "day of month", "ordinal"
OTHER_MEASURES = {YEAR: YEARS, "time": TIMES}
# Units of measure clash with any other; nouns do not, for one text's "people" are the other's "voters".
MEASURES = frozenset({"percent", POINTS, TIMES, "time", YEAR, DAY, ORDINAL, *CURRENCIES.values()})
# Measures that a reader takes as part of the number: "40 percent", "two weeks".
TOLD_WITH_NUMBER = frozenset({"percent", POINTS, TIMES, "time", YEARS, *CURRENCIES.values()})
# These tell which of a row, and are told exactly.
PLACES = frozenset({YEAR, DAY, ORDINAL})
# "about 40": the writer allows a tenth either way.
ROUGH = frozenset(
    {"about", "around", "approximately", "roughly", "nearly", "almost", "close", "some", "most"}
)
ROUGH_SHARE = 0.1
# "more than 40", "at least 40": nobody says so of 80 or more.
AT_LEAST = frozenset({"more", "over", "least", "above", "exceeding", "exceeded", "beyond"})
AT_LEAST_FACTOR = 2.0
# "fewer than 40", "up to 40": nobody says so of 20 or less.
AT_MOST = frozenset({"less", "fewer", "under", "below", "up"})
# Whole numbers from the first of these to below the second are read as years where nothing is counted.
CALENDAR_YEARS = (1500, 2100)
# Words before a number of four figures that make it a year whatever follows: "the 2016 elections".
BEFORE_YEAR = frozenset(
    {"in", "since", "by", "until", "till", "from", "during", "the", "after", "before", "of", "mid", "early",
     "late", "and", "to", "for", "its", "their", "this", "summer", "winter", "spring", "autumn", "fall"}
)  # fmt: skip
UNCOUNTED_PLURALS = frozenset({"people", "men", "women", "children", "police"})
LAST_DAY = 31
# "an annual grant to each household of": enough to see the adjective before the amount.
PERIOD_LOOK_BACK = 60
FOLLOWING_UNIT = re.compile(
    r"[\s-]*((?:percent(?:age)?|%|per\scent)[\s-]points?\b|%|per\scent\b|[^\W\d_]{1,40}(?:['’][^\W\d_]+)?)",
    re.IGNORECASE,
)
FOLLOWING_PERIOD = re.compile(
    r"[\s,]{0,2}(?:(?:an?|per|each|every)\s|/)\s?(second|minute|hour|day|week|month|quarter|year)\b"
    r"|\s(hourly|daily|weekly|monthly|quarterly|yearly|annually)\b",
    re.IGNORECASE,
)
PERIOD_BEFORE = re.compile(
    r"\b(hourly|daily|weekly|monthly|quarterly|yearly|annual)\s(?:[^\W\d_]{1,20}\s){0,4}$", re.IGNORECASE
)
WORDS = re.compile(r"\w+")
_MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    "Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
# With the case of a name, for "may" and "march" are verbs.
MONTH_BEFORE = re.compile(rf"\b(?:{_MONTHS}|{_MONTHS.upper()})\.?,?\s*$")
MONTH_AFTER = re.compile(rf"\s*(?:of\s)?(?:{_MONTHS}|{_MONTHS.upper()})\b")
DAY_BEFORE = re.compile(r"\d(?:st|nd|rd|th)?,\s*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: its value, what rounding it allows, and its unit ("" where none is told).

    ``low``/``high`` bound the values that may be meant by what is written. Spans of time are in
    seconds (unit "time"); a noun that is counted is stemmed. ``per`` is the span of time that a rate
    is told for ("month" for "$1,000 a month"), "" elsewhere.
    """

    value: float
    low: float
    high: float
    unit: str
    start: int
    end: int
    text: str
    per: str = ""

    def agrees(self, other: Quantity) -> bool:
        """Whether the two may tell the same: each lies in the other's rounding, and units do not clash."""
        if self.value == other.value:
            return self.unit == other.unit or not self.clashes(other)
        if self.unit in PLACES or other.unit in PLACES or self.clashes(other):
            return False
        return self.low <= other.value <= self.high or other.low <= self.value <= other.high

    def clashes(self, other: Quantity) -> bool:
        """Whether the units of the two never tell the same."""
        units = {self.unit, other.unit}
        if len(units) == 1 or "" in units or len(units & MEASURES) == 0:
            return False
        # "2000 people" may have been read as a year.
        return not (YEAR in units and len(units & MEASURES) == 1)


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities of ``text`` in order: figures, and number words from two up."""
    return list(_quantities(text))


def _quantities(text: str) -> Iterator[Quantity]:
    unit, unit_at = "", -1
    for numeral in find_numerals(text):
        # "June 10–12": the second day has its month before the first.
        days = unit == DAY and unit_at == numeral.end
        unit, factor, end = (DAY, 1.0, numeral.end) if days else _unit(text, numeral)
        unit_at = numeral.unit_at
        value = numeral.value * factor
        slack = numeral.step * factor / 2 if numeral.rounded else 0.0
        low, high = value - slack, value + slack
        if unit not in PLACES:
            low, high = _widen(text, numeral, value, low, high)
        yield Quantity(
            value, low, high, unit, numeral.start, end, text[numeral.start : end], _period(text, numeral, end)
        )


def _widen(text: str, numeral: Numeral, value: float, low: float, high: float) -> tuple[float, float]:
    """Widen the bounds by what the words before the number allow: "about", "more than", "up to"."""
    words = set(_words_before(text, numeral))
    if words & AT_LEAST:
        high = max(high, value * AT_LEAST_FACTOR)
    if words & AT_MOST:
        low = min(low, value / AT_LEAST_FACTOR)
    if words & ROUGH:
        low, high = min(low, value * (1 - ROUGH_SHARE)), max(high, value * (1 + ROUGH_SHARE))
    return low, high


def _period(text: str, numeral: Numeral, end: int) -> str:
    """Return the span of time that the quantity is told for: "$12,000 a year", "a monthly fee of $10"."""
    unit = FOLLOWING_UNIT.match(text, numeral.unit_at)
    counted = unit and unit[1].casefold() not in stopwords()
    ends = (end, unit.end()) if unit and counted else (end,)
    found = next((match for at in ends if (match := FOLLOWING_PERIOD.match(text, at))), None)
    found = found or PERIOD_BEFORE.search(text[max(0, numeral.start - PERIOD_LOOK_BACK) : numeral.start])
    if not found:
        return ""
    word = next(group for group in found.groups() if group).casefold()
    return PERIOD_ADVERBS.get(word, word)


def _words_before(text: str, numeral: Numeral) -> list[str]:
    """Return the last two words before a number, folded."""
    words = WORDS.findall(text[max(0, numeral.start - LOOK_BACK) : numeral.start])[-2:]
    return [word.casefold() for word in words if word.isalpha()]


def _unit(text: str, numeral: Numeral) -> tuple[str, float, int]:
    """Return the unit, the factor that brings the value to it, and where the quantity ends."""
    follows = FOLLOWING_UNIT.match(text, numeral.unit_at)
    word = " ".join(follows[1].casefold().split()) if follows else ""
    place = _place(text, numeral, word)
    if place or numeral.currency or not follows:
        return place or CURRENCIES.get(numeral.currency, ""), 1.0, numeral.end
    unit, factor = _measure(word)
    # In a range the unit stands behind the second number, and belongs to that one's text.
    told = unit in TOLD_WITH_NUMBER and numeral.unit_at == numeral.end
    return unit, factor, follows.end() if told else numeral.end


def _measure(word: str) -> tuple[str, float]:
    """Return the unit that the word behind a number means, and the factor that brings the value to it."""
    singular = word.removesuffix("s")
    # Of a point alone nobody knows whether it was scored.
    if singular.endswith((" point", "-point")):
        return POINTS, 1.0
    if word in PERCENT:
        return "percent", 1.0
    if singular in DURATIONS:
        return "time", DURATIONS[singular]
    if singular in OTHER_MEASURES:
        return OTHER_MEASURES[singular], 1.0
    if singular in CURRENCIES.values():
        return singular, 1.0
    return "" if word in stopwords() else stem(word), 1.0


def _place(text: str, numeral: Numeral, following: str) -> str:
    """Return which row the number names a place in ("year", "day of month", "ordinal"), or ""."""
    if numeral.named:
        return YEAR if numeral.named == "year" else DAY
    whole = numeral.step == 1 and not numeral.currency and numeral.scale == 1
    before = text[max(0, numeral.start - LOOK_BACK) : numeral.start]
    in_month = MONTH_BEFORE.search(before) or MONTH_AFTER.match(text, numeral.unit_at)
    if whole and 1 <= numeral.value <= LAST_DAY and in_month:
        return DAY
    if numeral.ordinal:
        return ORDINAL
    return YEAR if whole and _is_year(text, numeral, following) else ""


def _is_year(text: str, numeral: Numeral, following: str) -> bool:
    """Whether four figures name a year and do not count what follows: "in 2016", but "2016 people"."""
    first, behind = CALENDAR_YEARS
    if not first <= numeral.value < behind or not text[numeral.start : numeral.end].isdigit():
        return False
    if following in PERCENT or following.removesuffix("s") in DURATIONS:
        return False
    # A capital behind the number is a headline's or a name's: "2016 Games".
    small = text[numeral.unit_at : numeral.unit_at + 2].lstrip()[:1].islower()
    counted = small and (following in UNCOUNTED_PLURALS or (len(following) > 1 and following.endswith("s")))
    before = text[max(0, numeral.start - LOOK_BACK) : numeral.start]
    dated = MONTH_BEFORE.search(before) or DAY_BEFORE.search(before)
    named = bool(BEFORE_YEAR & set(_words_before(text, numeral)[-1:]))
    return not counted or following in stopwords() or named or dated is not None


def missing_quantities(claim: Sequence[Quantity], source: Sequence[Quantity]) -> list[Quantity]:
    """Return the quantities of ``claim`` that no quantity of ``source`` agrees with."""
    return [number for number in claim if not any(number.agrees(other) for other in source)]

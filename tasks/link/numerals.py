"""Find the numbers written in a text, as figures or as English words, and what they are worth.

Digits that count or measure nothing are left out: times of day (10:21), telephone numbers, versions
(1.2.3), powers (10^6, km^2), names with a number (COVID-19, U-17, 24/7). Of a numeric date its year
and day are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# "one" alone is a pronoun more often than a number: it counts only in "twenty-one" and "one million".
# fmt: off
DIGITS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SUFFIXES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
# fmt: on
DOZEN = 12
WORTH = {"a": 1, "an": 1, "one": 1, **DIGITS, **TEENS, **TENS}
# "a 100m race", "a 400m hurdler": whole numbers from here on with a bare "m" are metres, not millions.
LEAST_METRES = 50
# More digits than this are an identifier, and more than a float holds.
MOST_DIGITS = 15
# Enough text before a number to see the word that it is joined to.
LOOK_BACK = 24
# Words that a hyphen joins to a number without making a name of the two.
OPEN_PREFIXES = frozenset({"mid", "pre", "post", "top", "early", "late", "to", "plus", "circa", "of"})


def _any(words: dict[str, int] | dict[str, float]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


SCALE = _any(SCALES)
SMALL = rf"(?:{_any(TENS)})(?:[\s-](?:one|{_any(DIGITS)}))?|{_any(TEENS)}|{_any(DIGITS)}"
SPELLED = (
    rf"\b(?:(?P<half>half[\s-](?:an?\s)?dozen)|(?P<dozens>(?:an?|{SMALL})[\s-]dozen)"
    rf"|(?P<spelled>(?:(?:an?|one)(?=[\s-](?:{SCALE})\b)|{SMALL})(?:[\s-](?:{SCALE})\b)*"
    # "two hundred and fifty", but not "two and fifty".
    rf"(?:(?:(?<=hundred)|(?<=thousand)|(?<=million))\s(?:and\s)?(?:{SMALL})(?:[\s-](?:{SCALE})\b)*)*))\b"
)
# Figures that are no number, longest forms first; those in DATE tell a year and a day.
DATE = (
    r"(?P<year>(?:1[5-9]|20)\d\d)(?P<mark>[-/.])\d{1,2}(?P=mark)(?P<day>\d{1,2})(?!\d)"
    r"|\d{1,2}(?P<dmark>[-/.])\d{1,2}(?P=dmark)(?P<last>(?:1[5-9]|20)\d\d)(?!\d)"
)
YEARS = r"(?P<from>(?:1[5-9]|20)\d\d)[-–/](?P<to>\d\d)(?![\w/]|[-–.]\d)"
# A figure begins where no word, path or other figure goes on: "No.71" and "Sept.5", not "MP3" or "10:21".
START = r"(?<![\w/^])(?<!\d[.,:])"
CODE = (
    r"(?P<code>\+\d[\d\s().-]{5,20}\d|\(\d{2,5}\)\s?\d{2,4}[\s.-]?\d{3,4}|\d{3}[\s.]\d{3}[\s.]\d{4}"
    r"|10(?:\^\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b|\d+(?:[:/x×]\d+)+(?:\.\d+)?|\d+(?:-\d+){2,})"
)
FIGURE = (
    rf"(?:(?P<currency>[$€£¥])\s?)?{START}(?P<digits>\.\d+|\d+(?:[.,]\d+)*)"
    rf"(?P<suffix>(?:{_any(SUFFIXES)}|st|nd|rd|th)\b)?"
)
NUMERAL = re.compile(
    rf"(?=[\d.+($€£¥])(?:{START}(?:{DATE}|{YEARS}|{CODE})|{FIGURE})|(?=[a-z]){SPELLED}", re.IGNORECASE
)
NUMBER_WORDS = frozenset({*DIGITS, *TEENS, *TENS, *SCALES, "dozen"})
# What a number in words may begin with: "a hundred", "half a dozen".
NUMBER_STARTS = frozenset({*WORTH, "half"})
DIGIT, LETTERS = re.compile(r"\d"), re.compile(r"[a-z]+")
FOLLOWING_SCALE = re.compile(rf"[\s-]*({SCALE}|bn|mn|tn)(?:\s({SCALE}))?\b", re.IGNORECASE)
JOINED_WORD = re.compile(r"([^\W\d_]+)[-‑]$")
RANGE = re.compile(r"\s?[-–—]\s?|\s(?:to|or)\s|-to-", re.IGNORECASE)
BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)


WRITTEN = re.compile(rf"(?P<digits>\d+(?:[.,]\d+)*)[\s-](?P<scale>{SCALE})\b|{SPELLED}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text. ``step`` is the worth of its last digit: 0.1 million for "4.5 million".

    ``ordinal`` tells "3rd" from "3"; ``named`` says what a numeric date means it as ("year", "day") or
    "" elsewhere. ``unit_at`` is where its unit would follow: its own end, or in a range the end of the
    second number.
    """

    value: float
    step: float
    start: int
    end: int
    unit_at: int
    currency: str = ""
    scale: float = 1.0
    ordinal: bool = False
    named: str = ""

    @property
    def rounded(self) -> bool:
        """Whether it is told to fewer digits than it has: "4.5 million", "2.5"."""
        return self.scale > 1 or self.step < 1


def find_numerals(text: str) -> list[Numeral]:
    """Return the numbers of ``text`` in order; both ends of a range share scale, currency and unit."""
    if not DIGIT.search(text) and NUMBER_WORDS.isdisjoint(LETTERS.findall(text.casefold())):
        return []
    found = [numeral for match in NUMERAL.finditer(text) for numeral in _read(text, match)]
    for place, (first, second) in enumerate(pairwise(found)):
        if _is_range(text, first, second):
            found[place], found[place + 1] = _share(first, second)
    return found


def read_number_word(text: str, start: int) -> tuple[float, int] | None:
    """Return the worth of the number that begins at ``start`` and where it ends, or None.

    Only numbers that can be written in two ways are read: in words, or in figures with a scale as a
    word ("thirty-nine", "4.5 million").
    """
    match = WRITTEN.match(text, start)
    if not match:
        return None
    if not match["digits"]:
        return _spelled(match).value, match.end()
    read = _read_digits(match["digits"])
    return (read[0] * SCALES[match["scale"].casefold()], match.end()) if read else None


def _read(text: str, match: re.Match[str]) -> Iterator[Numeral]:
    if match["digits"]:
        yield from _figure(text, match)
    elif match["from"]:
        yield from _two_years(match)
    elif match["year"] or match["last"]:
        yield from _date(match)
    elif not match["code"]:
        yield _spelled(match)


def _plain(value: float, match: re.Match[str], group: str, named: str = "") -> Numeral:
    return Numeral(value, 1.0, match.start(group), match.end(group), match.end(group), named=named)


def _two_years(match: re.Match[str]) -> Iterator[Numeral]:
    """Read "2019-20" and "1914–18"; a month is no second year ("2019-03")."""
    first = int(match["from"])
    second = first - first % 100 + int(match["to"])
    yield _plain(first, match, "from", "year")
    if second > first:
        yield _plain(second, match, "to", "year")
    elif match["to"] == "00":
        yield _plain(second + 100, match, "to", "year")


def _date(match: re.Match[str]) -> Iterator[Numeral]:
    """The year, and the day where the order of day and month is beyond doubt."""
    group = "year" if match["year"] else "last"
    yield _plain(int(match[group]), match, group, "year")
    if match["day"]:
        yield _plain(int(match["day"]), match, "day", "day")


def _figure(text: str, match: re.Match[str]) -> Iterator[Numeral]:
    read = _read_digits(match["digits"])
    joined = JOINED_WORD.search(text[max(0, match.start() - LOOK_BACK) : match.start()])
    if read is None or (joined and joined[1].casefold() not in OPEN_PREFIXES):
        return
    value, step = read
    suffix = (match["suffix"] or "").casefold()
    scale, end = SUFFIXES.get(suffix, 1.0), match.end()
    if suffix == "m" and not match["currency"] and value >= LEAST_METRES and step == 1:
        scale, end = 1.0, match.end("digits")
    if not suffix and (scaled := FOLLOWING_SCALE.match(text, end)):
        names = [name.casefold() for name in scaled.groups() if name]
        scale, end = prod(SCALES.get(name) or SUFFIXES[name] for name in names), scaled.end()
    yield Numeral(
        value * scale,
        step * scale,
        match.start(),
        end,
        end,
        match["currency"] or "",
        scale,
        ordinal=suffix in {"st", "nd", "rd", "th"},
    )


def _read_digits(digits: str) -> tuple[float, float] | None:
    """Return the number and the worth of its last digit, or None where it is a version or a code.

    A single group of three after a point is decimals (English), after a comma thousands.
    """
    groups = re.split(r"[.,]", digits)
    whole, *parts = groups
    if len(digits) > MOST_DIGITS or (len(whole) > len("06") and whole.startswith("0")):
        return None
    thousands = all(len(part) == len("000") for part in parts) and 0 < len(whole) <= len("000")
    if thousands and whole != "0" and (len(parts) > 1 or "," in digits):
        return float("".join(groups)), 1.0
    if len(parts) == 1:
        return float(f"{whole or 0}.{parts[0]}"), 10.0 ** -len(parts[0])
    return None if parts else (float(whole), 1.0)


def _spelled(match: re.Match[str]) -> Numeral:
    start, end = match.span()
    if match["half"]:
        return Numeral(DOZEN / 2, 1.0, start, end, end)
    words = re.split(r"[\s-]+", match.group().casefold())
    if match["dozens"]:
        return Numeral(DOZEN * sum(WORTH.get(word, 0) for word in words), 1.0, start, end, end)
    total, group, scale = 0.0, 0.0, 1.0
    for word in words:
        if word in WORTH:
            group, scale = group + WORTH[word], 1.0
        elif word in SCALES:
            scale *= SCALES[word]
            group *= SCALES[word]
            if SCALES[word] > SCALES["hundred"]:
                total, group = total + group, 0.0
    return Numeral(total + group, scale, start, end, end, scale=scale)


def _is_range(text: str, first: Numeral, second: Numeral) -> bool:
    if first.named or second.named or first.ordinal or second.ordinal:
        return False
    joint = text[first.end : second.start]
    if joint.strip().casefold() == "and":
        return bool(BETWEEN.search(text[max(0, first.start - LOOK_BACK) : first.start]))
    return bool(RANGE.fullmatch(joint))


def _share(first: Numeral, second: Numeral) -> tuple[Numeral, Numeral]:
    """Complete the first of a range: "$10 to 12 million" is ten million dollars to twelve,
    "$500 to $2 million" is as it stands.
    """
    shared = replace(first, unit_at=second.unit_at)
    rising = first.value <= second.value / second.scale
    if first.scale == 1 and rising:
        shared = replace(
            shared, value=first.value * second.scale, step=first.step * second.scale, scale=second.scale
        )
    return shared, replace(second, currency=second.currency or first.currency)

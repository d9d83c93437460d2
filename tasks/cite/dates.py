"""Calendar dates in text, as ISO dates that are no more precise than what is written.

``2016``, ``2016-01`` and ``2016-01-23`` are the three precisions. Names of months come from
``months.toml``. A date whose day and month cannot be told apart ("03/04/2016") gives the year alone.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# A text longer than this is no date; it keeps odd input away from the slow fallback.
MAX_DATE_CHARACTERS = 60

# The months of a year, to tell a month from a day in "23/01/2016".
MONTHS = 12

# The longest date, "Wednesday, 23rd–24th of September, 2016", reaches no further from its year.
REACH = 40

_ANY_YEAR = re.compile(r"(?:1[5-9]|20)\d\d|\d{4}[年년]")

# Found date: where it starts and ends, and its ISO form.
FoundDate = tuple[int, int, str]


def _fold(name: str) -> str:
    """Lower case as the regular expressions see it: they take "ı" for "i" and "ſ" for "s"."""
    return name.casefold().replace("ı", "i")


@cache
def month_numbers() -> dict[str, int]:
    """Return the number (1–12) of each form of a month's name, folded by :func:`_fold`."""
    languages = tomllib.loads(Path(__file__).with_name("months.toml").read_text(encoding="utf-8"))
    return {
        _fold(form): number
        for names in languages.values()
        for number, forms in enumerate(names, start=1)
        for form in forms.split()
    }


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The forms of a dated text; of those that overlap the earliest, then the longest, counts."""
    names = sorted(month_numbers(), key=len, reverse=True)
    month = rf"(?P<month>{'|'.join(map(re.escape, names))})(?!\w)\.?"
    other = month.replace("?P<month>", "?:")
    day = r"(?<![\d.,])(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
    # "3–5 May 2016" is known to the month, "Jan./Feb. 2016" to the year.
    days = r"(?P<days>\s?[-–]\s?\d{1,2}(?:st|nd|rd|th|\.)?)?"
    months = rf"(?<!\w)(?P<months>{other}\s?[-–/]\s?)?"
    year = r"(?P<year>1[5-9]\d\d|20\d\d)(?!\d)"
    of = r"(?:of |del? )?"
    forms = (
        rf"{day}{days}[ -]{of}{month},?[ -]{of}{year}",
        rf"{months}{month} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?{days},? {year}",
        rf"(?<![\d/.-]){year},? {month}(?: (?P<day>\d{{1,2}})(?![\d:]))?",
        # "(2021, 4 mai)"
        rf"(?<![\d/.-]){year}, {day}{days} {of}{month}",
        rf"{months}{month},? {of}{year}",
        r"(?<![\d/.-])(?P<year>1[5-9]\d\d|20\d\d)(?P<mark>[-/.])(?P<first>\d{1,2})(?P=mark)(?P<second>\d{1,2})(?![\d/-])",
        r"(?<![\d/.-])(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)" + year + "(?![/-])",
        r"(?P<year>\d{4})[年년] ?(?P<first>\d{1,2})[月월](?: ?(?P<second>\d{1,2})[日일])?",
    )
    return tuple(re.compile(form.replace(" ", r"\s"), re.IGNORECASE) for form in forms)


# A year that stands by itself: in brackets, after a word that asks for one, or before a stop.
_YEAR = re.compile(
    r"(?<![\w$€£#.,:/+-])(?:(?<=\()|(?<=in\s)|(?<=since\s)|(?<=until\s)|(?<=by\s)|(?<=of\s)|(?<=from\s)"
    r"|(?P<free>))(?P<year>1[5-9]\d\d|20\d\d)(?=(?P<stop>[a-z]?[).;:!?](?!\d)|,(?!\d)|[a-z]?\s*$)|[\s–-])"
)


@cache
def _yearless() -> tuple[re.Pattern[str], ...]:
    names = "|".join(re.escape(name) for name in sorted(month_numbers(), key=len, reverse=True))
    month = rf"(?<!\w)(?P<month>{names})(?!\w)\.?"
    return (
        re.compile(rf"{month}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)", re.IGNORECASE),
        re.compile(
            rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s(?:of\s|de\s)?{month}", re.IGNORECASE
        ),
    )


def _iso(year: int, month: int = 0, day: int = 0) -> str:
    """The ISO form of the parts, cut before the first that is absent or not in the calendar."""
    if not 1 <= month <= MONTHS:
        return f"{year:04d}"
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}"


def _numeric_iso(year: int, first: int, second: int, mark: str, year_first: bool) -> str:
    """The ISO form of a date in figures; the order of day and month is guessed for none."""
    if year_first:
        return _iso(year, first, second)
    if mark == "." or first > MONTHS:
        return _iso(year, second, first)
    if second > MONTHS or first == second:
        return _iso(year, first, second)
    return _iso(year)


def _match_iso(match: re.Match[str]) -> str:
    parts = match.groupdict()
    year = int(parts["year"])
    if parts.get("first"):
        year_first = match.start("year") < match.start("first")
        return _numeric_iso(
            year, int(parts["first"]), int(parts["second"] or 0), parts.get("mark") or "", year_first
        )
    if parts.get("months"):
        return _iso(year)
    day = 0 if parts.get("days") else int(parts.get("day") or 0)
    return _iso(year, month_numbers()[_fold(parts["month"])], day)


def _years(text: str) -> Iterator[FoundDate]:
    for match in _YEAR.finditer(text):
        # "in 1994 gave" is a year, "2000 people" is none: a free one must stand before a stop.
        if match["free"] is None or match["stop"] is not None:
            yield match.start("year"), match.end("year"), match["year"]


def _yearless_dates(text: str) -> Iterator[FoundDate]:
    for pattern in _yearless():
        for match in pattern.finditer(text):
            month, day = month_numbers()[_fold(match["month"])], int(match["day"])
            # 2000 is a leap year, so that 29 February stays possible.
            if 1 <= day <= calendar.monthrange(2000, month)[1]:
                yield match.start(), match.end(), f"--{month:02d}-{day:02d}"


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches around the years of ``text``: only there can a full date stand."""
    start = end = -1
    for match in _ANY_YEAR.finditer(text):
        if match.start() - REACH > end:
            if end >= 0:
                yield start, end
            start = max(0, match.start() - REACH)
        end = match.end() + REACH
    if end >= 0:
        yield start, end


def find_dates(text: str, *, yearless: bool = False) -> list[FoundDate]:
    """Return the dates in ``text`` in order, without overlap, as (start, end, ISO date).

    With ``yearless`` a day of a month without year counts too, as ISO 8601 once wrote it: "--01-23".
    """
    if not any(character.isdigit() for character in text):
        return []
    found = [
        (match.start(), match.end(), _match_iso(match))
        for start, end in _windows(text)
        for pattern in _patterns()
        for match in pattern.finditer(text, start, end)
    ]
    found += _years(text)
    if yearless:
        found += _yearless_dates(text)
    kept: list[FoundDate] = []
    for start, end, iso in sorted(found, key=lambda date: (date[0], -date[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, iso))
    return kept


def parse_date(text: str) -> str:
    """Return the one date that ``text`` holds, in ISO form as precise as written; "" for none or many.

    Forms that the months' table does not hold go to dateparser (https://dateparser.readthedocs.io),
    which must find a day, a month and a year.
    """
    tidy = " ".join(text.split()).strip(" .,;()[]")
    if not tidy or len(tidy) > MAX_DATE_CHARACTERS:
        return ""
    if match := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[T ]\d\d:\d\d.*)?", tidy, re.ASCII):
        year, month, day = (int(part or 0) for part in match.groups())
        return _iso(year, month, day) if year else ""
    found = [iso for _, _, iso in find_dates(tidy)]
    if len(found) > 1:
        return ""
    # A bare year may be all that the patterns saw of a date in a language that the table lacks.
    bare = not found or "-" not in found[0]
    return (bare and _odd_date(tidy)) or "".join(found)


def _odd_date(text: str) -> str:
    """The date of a form that only the large tables of dateparser know; "" if they know none."""
    # A day in figures, a word and a year: without all three nothing exact can come out.
    if not re.search(r"(?<!\d)\d{1,2}(?!\d).*[^\W\d_]{3}.*(?<!\d)\d{4}(?!\d)", text):
        return ""
    from dateparser import parse

    parsed = parse(text, settings={"REQUIRE_PARTS": ["year", "month", "day"], "STRICT_PARSING": True})
    return parsed.date().isoformat() if parsed else ""

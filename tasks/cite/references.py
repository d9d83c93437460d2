"""One works-cited entry → its fields.

The address and the date of access are cut out first; then each style of :mod:`tasks.cite.styles`
reads the rest its own way, and the best reading is taken if it is sound. What no sound reading
gives stays empty: a field is left out rather than invented.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from tasks.cite.addresses import cut_address
from tasks.cite.dates import find_dates
from tasks.cite.reading import Entry
from tasks.cite.styles import best_reading
from tasks.cite.vocabulary import either
from tasks.model import Fields

# Beyond this an entry is a page that was taken for one: only its beginning is read.
MAX_ENTRY_CHARACTERS = 10_000

# The styles read so much of it: authors, a title and an outlet need less.
MAX_READ_CHARACTERS = 2_000

# Words such as "Accessed on" stand at most so far before their date.
CUE_REACH = 40

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LABEL = re.compile(r"^(?:\[\d{1,4}\]|\(\d{1,4}\))\s+")
# What stands between such words and the date: "retrieved on", "abgerufen am:", "consultado el".
_ON = r"(?:\s+(?:on|am|vom|le|el|em|op|il|in))?[\s:,]*$"
_MEDIUM = re.compile(r"(?<=[.,”\"]\s)(?:Web|Print|Online|Internet)\.(?=\s|$)")


@cache
def _cue(kind: str) -> re.Pattern[str]:
    """The words of ``kind`` before a date, with the marks around them."""
    return re.compile(rf"[\s,.;(\[]*(?<!\w)(?:{either(kind)}){_ON}", re.IGNORECASE)


def _clean(text: str) -> str:
    """One line, no invisible characters, no emphasis marks of Markdown, no number in brackets."""
    line = " ".join(_INVISIBLE.sub("", text[:MAX_ENTRY_CHARACTERS]).split())
    return _LABEL.sub("", line)


def _without_emphasis(text: str) -> str:
    return re.sub(
        r"(?<![\w*])\*{1,3}([^*\s](?:[^*]*[^*\s])?)\*{1,3}(?![\w*])|(?<!\w)_([^_]+)_(?!\w)", r"\1\2", text
    )


def _cut_dated(text: str, kind: str) -> tuple[str, str]:
    """The date that words of ``kind`` lead to, "" where there is none, and ``text`` without both."""
    for start, end, iso in find_dates(text):
        window = text[max(0, start - CUE_REACH) : start]
        if cue := _cue(kind).search(window):
            before = text[: start - len(window) + cue.start()]
            after = re.sub(r"^[\s,.;)\]]*(?:(?:from|at|de|unter)\b:?)?", "", text[end:])
            return iso, f"{before}. {after}".strip() if after else f"{before}."
    return "", text


def _leftovers(entry: Entry) -> Fields:
    """What is sure without any style: the address, and the date where there is but one."""
    exact = {iso for _, _, iso in find_dates(entry.text) if "-" in iso}
    return Fields(url=entry.url, published=exact.pop() if len(exact) == 1 else "")


def parse_reference(text: str) -> Fields:
    """Return the fields of one works-cited entry, its label already taken off.

    Authors come given names first, dates in ISO form as precise as printed, the address with its
    scheme (a DOI as https://doi.org/…). "Accessed", "Retrieved" and "Web." dates are ``accessed``,
    never ``published``; the date of an archived copy is neither. Any string is answered; a field that
    cannot be told soundly is empty.
    """
    url, rest = cut_address(_clean(text))
    _, rest = _cut_dated(rest, "archived")
    accessed, rest = _cut_dated(rest, "accessed")
    entry = Entry(_without_emphasis(_MEDIUM.sub("", rest)).strip()[:MAX_READ_CHARACTERS], url)
    reading = best_reading(entry)
    fields = reading.fields if reading else _leftovers(entry)
    return replace(fields, accessed=accessed)

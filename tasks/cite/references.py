"""One works-cited entry → its fields.

The address and the date of access are cut out first; then each style of :mod:`tasks.cite.styles`
reads the rest its own way, and the best reading is taken if it is sound. What no sound reading
gives stays empty: a field is left out rather than invented.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.cite.addresses import cut_address
from tasks.cite.dates import find_dates
from tasks.cite.reading import Entry
from tasks.cite.styles import best_reading
from tasks.model import Fields

# Beyond this an entry is a page that was taken for one: only its beginning is read.
MAX_ENTRY_CHARACTERS = 10_000

# The styles read so much of it: authors, a title and an outlet need less.
MAX_READ_CHARACTERS = 2_000

# Words such as "Accessed on" stand at most so far before their date.
CUE_REACH = 40

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LABEL = re.compile(r"^(?:\[\d{1,4}\]|\(\d{1,4}\))\s+")
_ACCESSED = re.compile(
    r"[\s,.;(\[]*\b(?:(?:last |date )?accessed|access date|retrieved|viewed|(?:last )?visited|consulted|web\."
    r"|abgerufen(?: am)?|zugriff(?: am)?|zuletzt (?:besucht|geprüft)"
    r"|consulté|consultado|consulta|page consultée)"
    r"(?:\s+(?:on|am|le|el))?[\s:,]*$",
    re.IGNORECASE,
)
_MEDIUM = re.compile(r"(?<=[.,”\"]\s)(?:Web|Print|Online|Internet)\.(?=\s|$)")


def _clean(text: str) -> str:
    """One line, no invisible characters, no emphasis marks of Markdown, no number in brackets."""
    line = " ".join(_INVISIBLE.sub("", text[:MAX_ENTRY_CHARACTERS]).split())
    return _LABEL.sub("", line)


def _without_emphasis(text: str) -> str:
    return re.sub(
        r"(?<![\w*])\*{1,3}([^*\s](?:[^*]*[^*\s])?)\*{1,3}(?![\w*])|(?<!\w)_([^_]+)_(?!\w)", r"\1\2", text
    )


def _cut_accessed(text: str) -> tuple[str, str]:
    """The date of access in ``text``, "" where there is none, and ``text`` without it."""
    for start, end, iso in find_dates(text):
        window = text[max(0, start - CUE_REACH) : start]
        if cue := _ACCESSED.search(window):
            before = text[: start - len(window) + cue.start()]
            after = re.sub(r"^[\s,.;)\]]*(?:from\b:?|at\b:?)?", "", text[end:])
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
    never ``published``. Any string is answered; a field that cannot be told soundly is empty.
    """
    url, rest = cut_address(_clean(text))
    accessed, rest = _cut_accessed(rest)
    entry = Entry(_without_emphasis(_MEDIUM.sub("", rest)).strip()[:MAX_READ_CHARACTERS], url)
    reading = best_reading(entry)
    fields = reading.fields if reading else _leftovers(entry)
    return replace(fields, accessed=accessed)

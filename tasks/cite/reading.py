"""What the styles of works-cited entries share: the entry, a reading of it, and what readings weigh."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.cite.authors import has_given_name, is_body, is_initials
from tasks.cite.container import Container
from tasks.cite.dates import find_dates
from tasks.cite.vocabulary import first_word
from tasks.model import Fields

# Quoted titles are surest, a date in brackets is the next best sign, bare stops prove little.
QUOTED_BASE, DATED_BASE, STOPPED_BASE = 3.0, 2.0, 1.0

# A part that reads as what its style has there (a date, a list of authors) adds this,
SIGN = 0.5

# and one that does not takes off twice as much: a wrong reading costs more than none.
DOUBT = 1.0

# A reading that has but its base and one more sign is not yet sound.
MIN_SCORE = 2.0

# A title longer than this is a paragraph.
MAX_TITLE_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry whose address and date of access have been cut out of ``text``."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of an entry."""

    style: str
    score: float
    fields: Fields


def clean_title(text: str) -> str:
    """Return ``text`` without the stop that its style, not the title itself, put at the end."""
    tidy = text.strip(" ,;*_")
    if tidy.endswith(".") and not tidy.endswith("..") and not re.search(r"\.[^\W\d_]\.$", tidy):
        tidy = tidy[:-1]
    return tidy.rstrip(" ,;:")


def one_date(text: str) -> str:
    """The one date in ``text`` by the months' table alone, "" for none or several."""
    found = find_dates(f"({text})")
    return found[0][2] if len(found) == 1 else ""


def make_fields(
    entry: Entry, container: Container, title: str, authors: tuple[str, ...], outlet: str
) -> Fields:
    return Fields(
        authors=authors,
        title=title,
        outlet=outlet,
        published=container.published,
        url=entry.url,
        publisher=container.publisher if outlet == container.outlet else "",
    )


def is_person(text: str) -> bool:
    """Whether ``text`` is plainly one person's name and no body's."""
    first = first_word(text)
    initial = "." in first and is_initials(first)
    return (initial or has_given_name(text)) and len(text.split()) > 1 and not is_body(text)

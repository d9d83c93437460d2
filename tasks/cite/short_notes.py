"""Notes that name their source by a note before them: "Ibid., 4." and "Roe, “Bridge closes,” 12."

Their text stays as printed; their fields are those of the entry that they mean, so that they resolve
to its page. One that could mean two entries, or none, keeps its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from tasks.model import Fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# "See ibid., pp. 14–15, 17." has 26 characters; what is longer names something else as well.
MAX_IBID_CHARACTERS = 40
# A short note names an author, a few words of the title and a page; a full reference is longer.
MAX_SHORT_CHARACTERS = 160
# "the", "of" and "in" stand in every title.
MIN_TELLING_CHARACTERS = 4

_PAGES = r"(?:(?:at|pp?|S|para)\b\.?\s?)?\d{1,5}(?:\s?[-–—,]\s?\d{1,5}){0,5}"
_IBID = re.compile(
    rf"(?:see\s)?(?:ib(?:[íi]d(?:em)?)?|id|ebd|ebda|ebenda)\b[\s.,:;]{{0,3}}(?:{_PAGES})?[\s.]{{0,3}}",
    re.IGNORECASE,
)
_LAST_PAGES = re.compile(rf"[\s,;:]{{1,3}}{_PAGES}[\s.]{{0,3}}$")
# An address, a DOI or a year belongs to a full reference.
_FULL = re.compile(r"https?:|www\.|\bdoi\b|\b(?:1[5-9]|20)\d\d\b", re.IGNORECASE)
# "*Ibid.*, 4": what Markdown and typed italics put around words.
_EMPHASIS = str.maketrans("", "", "*_")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Words between and behind authors that are no part of their names.
_JOINTS = frozenset(("and", "und", "et", "al", "y", "see"))


def is_ibid(text: str) -> bool:
    """Return whether an entry says "the same as before", with or without a page."""
    return len(text) <= MAX_IBID_CHARACTERS and _IBID.fullmatch(text.translate(_EMPHASIS)) is not None


def complete_short_notes(texts: Sequence[str], read: Sequence[Fields]) -> list[Fields]:
    """Return the fields of each entry of one list, in order; those of short notes from what they mean.

    ``read`` are the fields that each entry of ``texts`` gives by itself.
    """
    completed: list[Fields] = []
    full: defaultdict[str, list[Fields]] = defaultdict(list)
    for text, own in zip(texts, read, strict=True):
        meant = completed[-1] if completed and is_ibid(text) else _meant(text, own, full)
        completed.append(meant or own)
        if not meant and own.title:
            for name in _families(own):
                full[name].append(own)
    return completed


def _meant(text: str, own: Fields, full: dict[str, list[Fields]]) -> Fields | None:
    """Return the fields of the one full entry that a short note repeats; None for any other entry."""
    if len(text) > MAX_SHORT_CHARACTERS or own.url or own.published or _FULL.search(text):
        return None
    written, _, title = _LAST_PAGES.sub("", text).partition(",")
    names = [name for name in _words(written) if name not in _JOINTS]
    words = _words(title)
    if not names or not any(len(word) >= MIN_TELLING_CHARACTERS for word in words):
        return None
    found = {
        fields
        for fields in full.get(names[-1], ())
        if _is_named(names, fields) and _follow(words, fields.title)
    }
    return found.pop() if len(found) == 1 else None


def _families(fields: Fields) -> set[str]:
    """Return the last words of the authors' names, or of the outlet's where no author is named."""
    return {_words(name)[-1] for name in fields.authors or (fields.outlet,) if _words(name)}


def _is_named(names: Iterable[str], fields: Fields) -> bool:
    known = {word for name in fields.authors or (fields.outlet,) for word in _words(name)}
    return known.issuperset(names)


def _follow(words: Iterable[str], title: str) -> bool:
    """Return whether ``words`` stand in ``title`` in this order; a short title may leave some out."""
    rest = iter(_words(title))
    return all(word in rest for word in words)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]

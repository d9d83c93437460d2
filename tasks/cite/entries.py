"""One entry of a works-cited list: its label, its words, and whether it looks like a reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.cite.short_notes import is_ibid
from tasks.extract.headings import printed_label

if TYPE_CHECKING:
    from tasks.model import Block, Mark

# The longest entry of the measured lists has some 600 characters; at this length it is prose.
MAX_ENTRY_CHARACTERS = 3000
# Nearly all references are shorter than this; paragraphs of prose are longer.
USUAL_ENTRY_CHARACTERS = 600
# A reference shows at least two of the signs below; one alone (a year, a quoted title) is common prose.
MIN_SIGNS = 2
# An entry's first words name who or what is cited; prose says "is", "was" or "teaches" there.
OPENING_CHARACTERS = 70
# A backlink stands in the last characters of an entry, so no more of it is searched.
BACKLINK_CHARACTERS = 40

URL = re.compile(r"\bhttps?://|\bwww\.|\bdoi(?:\.org|:)", re.IGNORECASE)
_DOMAIN = r"\b[\w-]{2,40}\.(?:com|org|net|gov|edu|int|co|news|info|de|fr|es|uk|example)\b"
# "Baldor, Lolita", "Baldor, L." and "Smith, J., & Jones": a name turned round.
_TURNED_NAME = re.compile(r"^[^\W\d_][\w'’-]{1,30}(?: [\w'’-]{1,30})?, (?:[^\W\d_]\.|[^\W\d_]{2,20}[.,&]? ?)")
_SIGNS = (
    re.compile(rf"{URL.pattern}|{_DOMAIN}", re.IGNORECASE),
    re.compile(r"\b(?:1[5-9]|20)\d\d\b|\bn\.d\."),
    re.compile(r"[\"“„«‘][^\"“”„«»]{8,300}[\"”“»’]"),
    re.compile(
        r"\b(?:accessed|retrieved|web\.|print\.|pp?\. ?\d|vol\.|abgerufen|zugriff|consulté|consultado)",
        re.IGNORECASE,
    ),
    _TURNED_NAME,
)
_PROSE = re.compile(r"\b(?:is|are|was|teaches|writes|studies|works|lives|holds|ist|est|es)\b")
_TRAILING_BACKLINK = re.compile(r"(?:\s?[↩↵⏎⤴⬆↑^][\ufe0e\ufe0f]?(?:\s?\d{1,2})?)+\s?$")
# "^ a b Smith" is an encyclopedia's way back to places a and b.
_LEADING_BACKLINK = re.compile(r"[\^↑]\s?(?:a b (?:[c-z] ){0,24})?\s?")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list. ``text`` is the document's text from ``start`` to ``end``, label left out.

    ``targets`` are the addresses that its words link to, in order.
    """

    label: str
    text: str
    start: int
    end: int
    targets: tuple[str, ...] = ()


def looks_like_reference(text: str) -> bool:
    """Return whether ``text`` is an address or "Ibid.", or shows :data:`MIN_SIGNS` signs of a reference.

    Text that begins like prose needs one sign more; so does text longer than references are, unless a
    turned name opens it.
    """
    if URL.match(text) or is_ibid(text):
        return True
    opening = re.split(r"[\"“„«]", text[:OPENING_CHARACTERS], maxsplit=1)[0]
    is_long = len(text) > USUAL_ENTRY_CHARACTERS and not _TURNED_NAME.search(text)
    doubts = bool(_PROSE.search(opening)) + is_long
    return sum(bool(sign.search(text, 0, MAX_ENTRY_CHARACTERS)) for sign in _SIGNS) >= MIN_SIGNS + doubts


def read_entry(text: str, start: int, end: int, label: str, marks: list[Mark]) -> Entry:
    """Return the entry between ``start`` and ``end``; a label printed in the text wins over ``label``.

    ``marks`` are those inside the span: a superscript that opens it is its label, and links into the
    same page that close it are ways back, not words of the entry.
    """
    start = _skip_leading_backlink(text, start, end)
    printed, offset = printed_label(text[start:end])
    if printed:
        start += offset
    elif raised := next((m for m in marks if m.start == start and text[m.start : m.end].isdecimal()), None):
        printed, start = str(int(text[raised.start : raised.end])), raised.end
    start = _skip_leading_backlink(text, start, end)
    end = _skip_backlinks(text, start, end, marks)
    while start < end and text[start].isspace():
        start += 1
    targets = tuple(
        mark.target for mark in marks if mark.kind == "link" and start <= mark.start < mark.end <= end
    )
    return Entry(printed or label, text[start:end], start, end, targets)


def entry_label(text: str, block: Block, marks: list[Mark], start: int, end: int) -> str:
    """Return the label with which the line from ``start`` to ``end`` of ``block`` opens, or ""."""
    if block.label:
        return block.label
    line = text[start:end]
    label, _ = printed_label(line)
    if label:
        return label
    raised = (m for m in marks if m.kind == "superscript" and m.start == start and m.end < end)
    return next((text[m.start : m.end] for m in raised if text[m.start : m.end].isdecimal()), "")


def _skip_leading_backlink(text: str, start: int, end: int) -> int:
    found = _LEADING_BACKLINK.match(text, start, end)
    return found.end() if found else start


def _skip_backlinks(text: str, start: int, end: int, marks: list[Mark]) -> int:
    backlinks = [m for m in marks if m.kind == "link" and m.target.startswith("#") and m.start > start]
    before = -1
    while before != end:
        before = end
        tail = max(start, end - BACKLINK_CHARACTERS)
        if found := _TRAILING_BACKLINK.search(text, tail, end):
            end = found.start()
        end = start + len(text[start:end].rstrip())
        while backlinks and backlinks[-1].end >= end > backlinks[-1].start:
            end = backlinks.pop().start
    return end

"""Find the works-cited lists of a document, and which of its blocks are the article's own prose.

A list is a heading (Works Cited, References, Notes … in several languages) with entries below it, or,
without a heading, a numbered list of references that ends the text. Text after the last list (an
author's note, "Related") is neither entry nor prose.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tasks.cite.entries import (
    URL,
    USUAL_ENTRY_CHARACTERS,
    Entry,
    entry_label,
    looks_like_reference,
    read_entry,
)
from tasks.extract.headings import is_list_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tasks.model import Block, Document, Mark

# Of a list's entries, at least this share must look like references where the heading alone is no proof.
MIN_REFERENCE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Region:
    """A block of prose, or the part of it before a list that begins inside it. ``block`` is its index."""

    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a document's prose and its lists are: ``lists`` in reading order, each a tuple of entries."""

    body: tuple[Region, ...]
    lists: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block, the unit of lists that were typed with line breaks. ``label`` as printed."""

    block: int
    start: int
    end: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The lines ``first`` to ``last`` (not included) are a list: entries below a heading, if any."""

    first: int
    last: int
    entries: tuple[Entry, ...]


def find_lists(document: Document) -> Layout:
    """Return the lists of references of ``document`` and the regions of its prose."""
    marks = _Marks(document.marks)
    lines = [line for index in range(len(document.blocks)) for line in _lines(document, index, marks)]
    found = _headed_lists(document, lines, marks) or _trailing_list(document, lines, marks)
    return Layout(tuple(_body(lines, found)), tuple(item.entries for item in found))


class _Marks:
    """The marks of a document, to be asked by span."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = sorted(marks, key=lambda mark: (mark.start, mark.end))
        self._starts = [mark.start for mark in self._marks]

    def inside(self, start: int, end: int) -> list[Mark]:
        found = self._marks[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [mark for mark in found if mark.end <= end]


def _lines(document: Document, index: int, marks: _Marks) -> Iterator[_Line]:
    block = document.blocks[index]
    text, position = document.text[block.start : block.end], block.start
    for part in [text] if block.kind in ("list_item", "quote") else text.split("\n"):
        start, end = position, position + len(part)
        position = end + 1
        if part.strip():
            start += len(part) - len(part.lstrip())
            is_heading = block.kind == "heading"
            label = (
                "" if is_heading else entry_label(document.text, block, marks.inside(start, end), start, end)
            )
            yield _Line(index, start, end, label, document.text[start:end])


def _headed_lists(document: Document, lines: list[_Line], marks: _Marks) -> list[_Found]:
    heads = [number for number, line in enumerate(lines) if is_list_heading(line.text)]
    found = []
    for number, until in pairwise([*heads, len(lines)]):
        entries, last = _entries_below(document, lines, number, until, marks)
        if entries:
            found.append(_Found(number, last, entries))
    proven = [item for item in found if _reference_share(item.entries) >= MIN_REFERENCE_SHARE]
    return proven or found[-1:]


def _entries_below(
    document: Document, lines: list[_Line], head: int, until: int, marks: _Marks
) -> tuple[tuple[Entry, ...], int]:
    """Return the entries below the heading at line ``head`` and before line ``until``, and where they end."""
    gather = _Gather(document, lines, document.blocks[lines[head].block], until)
    number = head + 1
    while number < until and gather.take(number):
        number += 1
    entries = (
        read_entry(document.text, start, end, label, marks.inside(start, end))
        for start, end, label in gather.spans
    )
    return tuple(entry for entry in entries if entry.text), (gather.last + 1 if gather.spans else head + 1)


class _Gather:
    """Takes the lines below a heading one by one, until one cannot belong to the list."""

    def __init__(self, document: Document, lines: list[_Line], head: Block, until: int) -> None:
        self.document, self.lines, self.head, self.until = document, lines, head, until
        self.spans: list[tuple[int, int, str]] = []
        self.last = 0
        self._labelled = False

    def take(self, number: int) -> bool:
        """Return whether line ``number`` may stand in the list; if it is an entry, keep it."""
        line, block = self.lines[number], self.document.blocks[self.lines[number].block]
        if block.kind == "heading":
            return self._is_subheading(block, number)
        if line.label or block.kind == "list_item":
            self._labelled = self._labelled or bool(line.label)
            return self._add(number)
        if self._labelled:
            return self._continue(number)
        if looks_like_reference(line.text):
            return self._add(number)
        # One line may say something of the list ("All sources were read in May.") before it begins.
        return not self.spans and len(line.text) <= USUAL_ENTRY_CHARACTERS and self._opens(number + 1)

    def _add(self, number: int) -> bool:
        line = self.lines[number]
        self.spans.append((line.start, line.end, line.label))
        self.last = number
        return True

    def _continue(self, number: int) -> bool:
        """Take an unlabelled line below a labelled entry: its second line, its address, or a remark on it."""
        line, before = self.lines[number], self.lines[self.last]
        if line.block == before.block or (URL.match(line.text) and self._opens(number + 1)):
            start, _, label = self.spans[-1]
            self.spans[-1] = (start, line.end, label)
            self.last = number
            return True
        return self._opens(number + 1) and bool(self.lines[number + 1].label)

    def _is_subheading(self, block: Block, number: int) -> bool:
        deeper = self.head.kind != "heading" or block.level > self.head.level
        return deeper and self._opens(number + 1)

    def _opens(self, number: int) -> bool:
        if number >= self.until:
            return False
        line = self.lines[number]
        kind = self.document.blocks[line.block].kind
        return kind != "heading" and (
            bool(line.label) or kind == "list_item" or looks_like_reference(line.text)
        )


def _trailing_list(document: Document, lines: list[_Line], marks: _Marks) -> list[_Found]:
    """Return the last run of numbered lines, where it follows prose and reads like references."""
    last = next((n + 1 for n in range(len(lines) - 1, -1, -1) if lines[n].label), 0)
    first = last
    while first > 0 and lines[first - 1].label:
        first -= 1
    entries = tuple(
        read_entry(document.text, line.start, line.end, line.label, marks.inside(line.start, line.end))
        for line in lines[first:last]
    )
    # A footnote may be a remark; the numbers in the prose that link to it show what it is.
    pointed_at = any(
        mark.target.startswith("#") and document.text[mark.start : mark.end].strip("[]() ").isdecimal()
        for mark in marks.inside(0, lines[first].start if last else 0)
    )
    proven = pointed_at or _reference_share(entries) >= MIN_REFERENCE_SHARE
    return [_Found(first, last, entries)] if first > 0 and last and proven else []


def _reference_share(entries: Sequence[Entry]) -> float:
    return sum(looks_like_reference(entry.text) for entry in entries) / max(1, len(entries))


def _body(lines: list[_Line], found: Iterable[_Found]) -> Iterator[Region]:
    """Yield the prose: what is before and between the lists, and after them where that is longer."""
    taken = {number for item in found for number in range(item.first, item.last)}
    end = max(taken, default=len(lines))
    before = sum(len(line.text) for number, line in enumerate(lines[:end]) if number not in taken)
    after = sum(len(line.text) for line in lines[end + 1 :])
    until = len(lines) if after > before else end
    parts: dict[int, tuple[int, int]] = {}
    for number, line in enumerate(lines[:until]):
        if number not in taken:
            start, _ = parts.get(line.block, (line.start, line.end))
            parts[line.block] = (start, line.end)
    yield from (Region(block, start, stop) for block, (start, stop) in parts.items())

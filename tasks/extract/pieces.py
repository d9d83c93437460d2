"""Pieces of a page on their way to blocks: text with marks, put together into one extract.

Every reader makes pieces; :func:`assemble` joins them, so that spans are right by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, takewhile

from tasks.model import Block, BlockKind, Extract, Mark, MarkKind, Metadata

# Between two blocks of the extracted text.
BLOCK_BREAK = "\n\n"

# The text of a superscript that points at a reference: "1", "[2]", "3,4"; written in few parts.
MARKER = re.compile(r"\[?\d{1,3}(?:[,–-] ?\d{1,3}){0,9}\]?")
MARKER_PARTS = 8

# What a superscript number is the power of: ten as a factor, or a unit of length behind a number.
TEN = re.compile(r"(?:^|[\s(×·~≈])10$")
UNIT_OF_LENGTH = re.compile(r"\d\s?(?:[kcmdµn]?m|ft|mi|yd|in)$")
POWER_OF_TEN = re.compile(r"[-−]?\d{1,2}")
POWERS_OF_LENGTH = ("2", "3")
# "4,500 km" and the two digits of a power: what has to be looked at to tell one.
POWER_REACH = 12
RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")

SPACE = re.compile(r"[ \t\r\n\f\v]+")


@dataclass(slots=True)
class Piece:
    """One block's text with marks into that text. ``printed`` is what stands before it: "1. "."""

    kind: BlockKind
    text: str
    marks: list[Mark] = field(default_factory=list)
    level: int = 0
    label: str = ""
    printed: str = ""


@dataclass(slots=True)
class Writer:
    """Takes running text as a page gives it and keeps one space where a browser shows one."""

    kind: BlockKind
    level: int = 0
    label: str = ""
    parts: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    length: int = 0
    _gap: str = ""
    _open: list[tuple[MarkKind, int, str]] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Add running text; white space in it counts as in HTML."""
        if not text:
            return
        words = SPACE.sub(" ", text)
        if words[0] == " " and self.length and not self._gap:
            self._gap = " "
        words, ends_in_space = words.strip(" "), words[-1] == " "
        if not words:
            return
        if not self._gap and words[0].isalpha() and self._ends_in_marker():
            self._gap = " "
        self._flush_gap()
        self._append(words)
        self._gap = " " if ends_in_space else ""

    def break_line(self) -> None:
        """Add a line break, as ``<br>`` does; none at the beginning."""
        if self.length:
            self._gap = "\n"

    def open(self, kind: MarkKind, target: str = "") -> None:
        """Begin a mark at the next character."""
        self._open.append((kind, self.length, target))

    def close(self, kind: MarkKind) -> None:
        """End the mark of this kind that was opened last; an empty one is left out."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == kind:
                _, start, target = self._open.pop(index)
                # The space before a mark is written with its first word: it is not part of it.
                while start < self.length and self._is_space_at(start):
                    start += 1
                if kind == "superscript" and self._raise_power(start):
                    return
                if start < self.length:
                    self.marks.append(Mark(kind, start, self.length, target))
                return

    def piece(self) -> Piece:
        """Return what was written; marks still open end here."""
        while self._open:
            self.close(self._open[-1][0])
        marks = sorted(self.marks, key=lambda mark: (mark.start, mark.end, mark.kind))
        return Piece(self.kind, "".join(self.parts), marks, self.level, self.label)

    def _ends_in_marker(self) -> bool:
        """Return whether a superscript number ends here: a word set right after it is another word."""
        last = self.marks[-1] if self.marks else None
        if last is None or last.kind != "superscript" or last.end != self.length:
            return False
        return MARKER.fullmatch("".join(self.parts[-MARKER_PARTS:])[last.start - last.end :]) is not None

    def _raise_power(self, start: int) -> bool:
        """Write a power as raised digits, so that 10<sup>6</sup> is not 106; return whether it is one."""
        width = self.length - start
        if not 0 < width <= MARKER_PARTS or len(self.parts[-1]) != width:
            return False
        before = "".join(self.parts[-MARKER_PARTS:-1])[-POWER_REACH:]
        opened = (at for kind, at, _ in self._open if kind == "link")
        # Marks lie in the order of their ends: those before have ended before the number begins.
        closed = (mark.start for mark in takewhile(lambda mark: mark.end > start, reversed(self.marks)))
        # A number that is a link leads to its note.
        is_linked = any(at >= start for at in chain(opened, closed))
        if is_linked or not is_power(before, self.parts[-1]):
            return False
        self.parts[-1] = self.parts[-1].translate(RAISED)
        return True

    def _flush_gap(self) -> None:
        if self._gap:
            self._append(self._gap)

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def _is_space_at(self, position: int) -> bool:
        at = self.length
        for part in reversed(self.parts):
            at -= len(part)
            if at <= position:
                return part[position - at] in " \n"
        return False


def is_power(before: str, raised: str) -> bool:
    """Return whether the superscript ``raised`` is an exponent of what stands ``before`` it."""
    if UNIT_OF_LENGTH.search(before):
        return raised in POWERS_OF_LENGTH
    return bool(POWER_OF_TEN.fullmatch(raised) and TEN.search(before))


def part(piece: Piece, start: int, end: int) -> Piece:
    """Return the part ``[start:end]`` of a piece, white space at its ends left out, with its marks."""
    text = piece.text[start:end].lstrip()
    start = min(end, len(piece.text)) - len(text)
    text = text.rstrip()
    end = start + len(text)
    marks = [
        Mark(mark.kind, max(mark.start, start) - start, min(mark.end, end) - start, mark.target)
        for mark in piece.marks
        if mark.end > start and mark.start < end
    ]
    return Piece(piece.kind, text, marks, piece.level, piece.label, piece.printed)


def assemble(pieces: Iterable[Piece], metadata: Metadata, warnings: tuple[str, ...] = ()) -> Extract:
    """Join the pieces that hold text into an extract; blocks are parted by :data:`BLOCK_BREAK`."""
    parts: list[str] = []
    blocks: list[Block] = []
    marks: list[Mark] = []
    at = 0
    for given in pieces:
        # No-break spaces at its ends are left by the readers.
        piece = part(given, 0, len(given.text))
        if not piece.text:
            continue
        before = (BLOCK_BREAK if parts else "") + piece.printed
        start = at + len(before)
        at = start + len(piece.text)
        parts += [before, piece.text]
        blocks.append(Block(piece.kind, start, at, piece.level, piece.label))
        marks += (Mark(m.kind, start + m.start, start + m.end, m.target) for m in piece.marks)
    return Extract("".join(parts), tuple(blocks), tuple(marks), metadata, tuple(dict.fromkeys(warnings)))

"""Bring the list of references into one form: a heading, then one list item an entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tasks.extract.headings import MAX_HEADING_CHARACTERS, is_list_heading, printed_label
from tasks.extract.pieces import Piece, part


def tidy_list(pieces: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces; in a list of references, lines that carry labels become items with labels.

    Pages write such a list as an ordered list, as paragraphs "1. …", or as one paragraph with line
    breaks, sometimes with the heading as its first line. A label that is printed inside an item is
    taken out of it, and wins over the counted one.
    """
    in_list = False
    for piece in pieces:
        if piece.kind in ("heading", "paragraph") and is_list_heading(piece.text):
            in_list = True
            yield piece if piece.kind == "heading" else replace(piece, kind="heading", level=2)
        elif piece.kind == "paragraph" and (width := _heading_line(piece.text)):
            in_list = True
            yield replace(part(piece, 0, width), kind="heading", level=2)
            yield from _entries(part(piece, width, len(piece.text)))
        elif piece.kind == "heading":
            in_list = False
            yield piece
        elif in_list and piece.kind in ("paragraph", "list_item"):
            yield from _entries(piece)
        else:
            yield piece


def _heading_line(text: str) -> int:
    """Return the length of the first line where it heads a list and an entry follows at once, else 0."""
    width = text.find("\n", 0, MAX_HEADING_CHARACTERS + 1)
    heads = width > 0 and is_list_heading(text[:width]) and bool(_label_at(text, width + 1)[0])
    return width if heads else 0


def _entries(piece: Piece) -> Iterator[Piece]:
    starts = [0, *(at + 1 for at, character in enumerate(piece.text) if character == "\n")]
    labelled = [start for start in starts if _label_at(piece.text, start)[0]]
    if not labelled:
        yield piece
        return
    if labelled[0] > 0:
        yield part(piece, 0, labelled[0])
    for start, end in zip(labelled, [*labelled[1:], len(piece.text)], strict=True):
        label, width = _label_at(piece.text, start)
        entry = part(piece, start + width, end)
        entry.kind, entry.label, entry.level = "list_item", label, max(piece.level, 1)
        entry.printed = piece.text[start : start + width]
        yield entry


def _label_at(text: str, start: int) -> tuple[str, int]:
    end = text.find("\n", start)
    return printed_label(text[start : end if end >= 0 else len(text)])

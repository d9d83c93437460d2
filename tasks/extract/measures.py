"""How much of a page's pieces is text, and how much is links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.extract.pieces import Piece

NOT_LETTERS = re.compile(r"[\W_]+")

# Shorter paragraphs are captions, credits and buttons; only longer ones are counted as text.
MIN_PARAGRAPH = 80

# A teaser is all link; a paragraph of prose is linked in a few words.
MAX_LINKED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Placed:
    """A chosen piece, its place on the page, and the index of the page's piece that it is (-1: none)."""

    place: float
    index: int
    piece: Piece


def squeeze(text: str) -> str:
    """Return only the letters and digits of ``text``: what survives any reader's tidying."""
    return NOT_LETTERS.sub("", text)


def characters(pieces: Iterable[Piece]) -> int:
    """Return how many characters the pieces hold."""
    return sum(len(piece.text) for piece in pieces)


def is_prose(piece: Piece) -> bool:
    """Return whether the piece is a paragraph of running text."""
    long = len(piece.text) >= MIN_PARAGRAPH
    return piece.kind == "paragraph" and long and _linked(piece) <= MAX_LINKED_SHARE * len(piece.text)


def _linked(piece: Piece) -> int:
    return sum(mark.end - mark.start for mark in piece.marks if mark.kind == "link")


def unlinked(pieces: Iterable[Piece]) -> int:
    """Return how many characters stand outside of links: menus and teasers do not count as text."""
    return sum(len(piece.text) - _linked(piece) for piece in pieces)


def linked_share(piece: Piece) -> float:
    """Return the share of the piece's characters that are link."""
    return _linked(piece) / len(piece.text) if piece.text else 0.0

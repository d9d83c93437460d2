"""Choose which of a page's pieces are its main text, and bring back what the choice lost.

trafilatura decides what is text and what is furniture. Its own tree loses where a list begins to
count, ids, and at times words' spaces, so its blocks are looked up among the pieces of the page and
the page's own are taken. A list of references that it took for furniture is brought back: the list
is what a citing article is read for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.extract.headings import is_list_heading
from tasks.extract.pieces import Piece
from tasks.extract.walk import Found

NOT_LETTERS = re.compile(r"[\W_]+")

# Where trafilatura keeps less than this share of what lies outside asides, it has lost its way (it
# falls back on a teaser, a comment or the title alone): the page's own pieces are taken then.
MIN_SHARE = 0.25

# What lies in an aside by name is dropped, unless that would take more than this share of the text:
# then the name means something else on this page.
MAX_ASIDE_SHARE = 0.4

# Shorter paragraphs are captions, credits and buttons; only longer ones are counted as text.
MIN_PARAGRAPH = 80

# A teaser is all link; a paragraph of prose is linked in a few words.
MAX_LINKED_SHARE = 0.5

# A page is cut where so many paragraphs at its end are missing, and they are so much of its text.
MIN_LOST_PARAGRAPHS = 2
MIN_LOST_SHARE = 0.1

# An entry that is kept as part of a longer block is found by this many of its first letters.
PROBE_LETTERS = 80


@dataclass(frozen=True, slots=True)
class Placed:
    """A chosen piece, its place on the page, and the index of the page's piece that it is (-1: none)."""

    place: float
    index: int
    piece: Piece


def choose(page: list[Found], body: list[Found]) -> tuple[list[Piece], tuple[str, ...]]:
    """Return the main text's pieces in reading order, and reason codes of what was noticed.

    ``page`` holds all pieces of the page, ``body`` those of trafilatura's tree (empty where it found
    nothing). Reasons: ``no_main_text``, ``list_recovered``, ``text_truncated``.
    """
    warnings = []
    kept = _without_asides(page, _aligned(page, body))
    outside = [index for index, found in enumerate(page) if not found.aside]
    if _length(p.piece for p in kept) < MIN_SHARE * _length(page[index].piece for index in outside):
        if not kept:
            warnings.append("no_main_text")
        kept = [Placed(index, index, page[index].piece) for index in outside]
    text = squeeze("".join(placed.piece.text for placed in kept))
    if lost := _lost_lists(page, {placed.index for placed in kept}, text):
        warnings.append("list_recovered")
        kept = sorted(kept + lost, key=lambda placed: placed.place)
    if _tail_is_lost(page, text):
        warnings.append("text_truncated")
    return [placed.piece for placed in kept], tuple(warnings)


def squeeze(text: str) -> str:
    """Return only the letters and digits of ``text``: what survives any reader's tidying."""
    return NOT_LETTERS.sub("", text)


def _aligned(page: list[Found], body: list[Found]) -> list[Placed]:
    """Return the pieces of ``body`` with their place on the page; the page's own where it has them."""
    places: dict[str, list[int]] = defaultdict(list)
    for index in range(len(page) - 1, -1, -1):
        places[squeeze(page[index].piece.text)].append(index)
    kept: list[Placed] = []
    cursor = -1
    for found in body:
        index = _next_place(page, places[squeeze(found.piece.text)], cursor, found.piece)
        if index < 0:
            # The page has these words in another cut: they stay between their neighbours.
            kept.append(Placed(cursor + 0.5, -1, found.piece))
        else:
            kept.append(Placed(max(float(index), cursor + 0.5), index, page[index].piece))
            cursor = max(cursor, index)
    return kept


def _next_place(page: list[Found], places: list[int], cursor: int, piece: Piece) -> int:
    """Take out of ``places`` (descending) the best place for ``piece``; -1 where there is none.

    The same words may stand in a menu, in the headline and among the related stories.
    """
    if not places or not squeeze(piece.text):
        return -1
    best = min(places, key=lambda i: (page[i].aside, i <= cursor, page[i].piece.kind != piece.kind, i))
    places.remove(best)
    return best


def _without_asides(page: list[Found], kept: list[Placed]) -> list[Placed]:
    inside = [p for p in kept if p.index < 0 or not page[p.index].aside]
    dropped = _length(p.piece for p in kept) - _length(p.piece for p in inside)
    return kept if dropped > MAX_ASIDE_SHARE * _length(p.piece for p in kept) else inside


def _lost_lists(page: list[Found], kept: set[int], text: str) -> list[Placed]:
    """Return the entries of the page's lists of references that are not in the chosen ``text``."""
    lost: list[Placed] = []
    for index, found in enumerate(page):
        if not _opens_list(page, index):
            continue
        entries = list(_entries(page, index))
        missing = [i for i in entries if i not in kept and squeeze(page[i].piece.text)[:PROBE_LETTERS] not in text]
        if entries and index not in kept and is_list_heading(found.piece.text):
            missing.insert(0, index)
        kept = kept | set(missing)
        lost += [Placed(i, i, page[i].piece) for i in missing]
    return lost


def _opens_list(page: list[Found], index: int) -> bool:
    found = page[index]
    if found.notes and (index == 0 or page[index - 1].notes != found.notes):
        return True
    return found.piece.kind in ("heading", "paragraph") and is_list_heading(found.piece.text)


def _entries(page: list[Found], opener: int) -> Iterable[int]:
    """Yield the indexes of the entries below a heading, or in a container that is named for notes."""
    head = page[opener]
    first = opener + 1 if is_list_heading(head.piece.text) else opener
    labelled = any(found.piece.label for found in page[first : first + 1])
    for index in range(first, len(page)):
        found = page[index]
        if (head.notes and found.notes != head.notes) or found.piece.kind == "heading":
            return
        # A list in a footer counts only where it is numbered; a menu is not.
        if found.aside and not (labelled and found.piece.label):
            return
        if not head.notes and found.piece.kind != "list_item" and page[first].piece.kind == "list_item":
            return
        yield index


def _tail_is_lost(page: list[Found], text: str) -> bool:
    """Return whether paragraphs at the page's end are missing in ``text`` that stand beside kept ones."""
    prose = [found for found in page if not found.aside and _is_prose(found.piece)]
    lost: list[Piece] = []
    kept_boxes = {f.box for f in prose if squeeze(f.piece.text)[:PROBE_LETTERS] in text}
    for found in reversed(prose):
        if squeeze(found.piece.text)[:PROBE_LETTERS] in text:
            break
        if found.box in kept_boxes:
            lost.append(found.piece)
    total = _length(found.piece for found in prose)
    return len(lost) >= MIN_LOST_PARAGRAPHS and _length(lost) >= MIN_LOST_SHARE * total


def _is_prose(piece: Piece) -> bool:
    linked = sum(mark.end - mark.start for mark in piece.marks if mark.kind == "link")
    long = len(piece.text) >= MIN_PARAGRAPH
    return piece.kind == "paragraph" and long and linked <= MAX_LINKED_SHARE * len(piece.text)


def _length(pieces: Iterable[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)

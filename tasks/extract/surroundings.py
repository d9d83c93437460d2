"""What stands around a text and is taken for it, or the other way round: its lead, and teasers of others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from tasks.extract.headings import printed_label
from tasks.extract.measures import MAX_LINKED_SHARE, Placed, characters, is_prose, linked_share, squeeze
from tasks.extract.pieces import Piece
from tasks.extract.walk import Found

# What is named as an aside, or looks like teasers, is dropped, unless that would take more than this
# share of the text: then it is something else on this page.
MAX_ASIDE_SHARE = 0.4

# A line is a teaser by itself where it is link but for an arrow or a word in front.
MIN_TEASER_SHARE = 0.85

# No headline is longer; a linked sentence of the text may be.
MAX_HEADLINE = 160

# A lead is told by so many letters; shorter ones are the name of a section.
MIN_LEAD_LETTERS = 40
# Characters of a piece that are looked at: a description is cut at a few hundred.
MAX_LEAD = 1_000


def without_teasers(kept: list[Placed], listed: Collection[int]) -> list[Placed]:
    """Return what was kept without the headlines of other stories: what is all link, outside of lists.

    ``listed`` are the indexes of entries of the page's lists of references, which may be all links;
    where most of the text is, the page is a list of links.
    """
    shares = [0.0 if p.index in listed or _is_entry(p.piece) else linked_share(p.piece) for p in kept]
    lines = [
        share > MAX_LINKED_SHARE and not _is_sentence(p.piece) for p, share in zip(kept, shares, strict=True)
    ]
    # A line that is mostly link may be one of the story's own; two in a row are a list of others.
    alike = [
        here and (before or after or share >= MIN_TEASER_SHARE)
        for before, here, after, share in zip(
            [False, *lines], lines, [*lines[1:], False], shares, strict=False
        )
    ]
    rest = [placed for placed, is_teaser in zip(kept, alike, strict=True) if not is_teaser]
    dropped = characters(p.piece for p in kept) - characters(p.piece for p in rest)
    return kept if dropped > MAX_ASIDE_SHARE * characters(p.piece for p in kept) else rest


def _is_entry(piece: Piece) -> bool:
    """Return whether the piece may be an entry of a list, or leads to a place on the page itself."""
    labelled = piece.kind not in ("paragraph", "list_item") or piece.label or printed_label(piece.text)[0]
    return bool(labelled) or any(mark.target.startswith("#") for mark in piece.marks)


def _is_sentence(piece: Piece) -> bool:
    return piece.text.endswith((".", "。")) or len(piece.text) > MAX_HEADLINE


def with_lead(page: list[Found], kept: list[Placed], about: Sequence[str]) -> list[Placed]:
    """Return what was kept with the paragraph above it that the page's descriptions repeat.

    Many a page sets its lead as a heading: it becomes the paragraph that it is.
    """
    told = [letters for text in about if len(letters := squeeze(text)) >= MIN_LEAD_LETTERS]
    text = squeeze("".join(placed.piece.text for placed in kept if placed.piece.kind != "heading"))
    first = next((p.index for p in kept if p.index >= 0 and is_prose(p.piece)), 0)
    for index, found in enumerate(page[:first]):
        letters = squeeze(found.piece.text[:MAX_LEAD])
        if found.piece.level == 1 or found.aside or not _is_told(letters, told):
            continue
        if letters not in text:
            lead = Placed(index, index, replace(found.piece, kind="paragraph", level=0))
            return sorted([*(p for p in kept if p.index != index), lead], key=lambda placed: placed.place)
    return kept


def _is_told(letters: str, told: Sequence[str]) -> bool:
    """Return whether a piece is what is told: cut where it is long, or with a dateline in front."""
    return len(letters) >= MIN_LEAD_LETTERS and any(one in letters or letters in one for one in told)

"""Find the links in prose that serve as references: to a page of another site, from words of a sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tasks.cite.markers import Marker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.cite.lists import Region
    from tasks.model import Document

# A block that is nearly all link leads elsewhere ("Read more: …") and says nothing.
MAX_LINKED_SHARE = 0.8
# Shorter blocks without a full stop are bylines, captions and menus.
MIN_UNSTOPPED_WORDS = 15
# What stands behind the last full stop: a closing quotation mark, brackets, markers.
CLOSING_CHARACTERS = 25

_SHARING = re.compile(
    r"/(?:share|sharer|sharing|intent|submit|dialog)(?:[/.?]|$)|[?&](?:share|mini)=|/pin/create|shareArticle",
    re.IGNORECASE,
)
_SHARING_HOSTS = frozenset(("wa.me", "api.whatsapp.com", "addtoany.com", "addthis.com", "getpocket.com"))
_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»()\[\]{}]{4,2000}")
_STOP = re.compile(r"[.!?…]")


def find_hyperlinks(document: Document, body: Sequence[Region], markers: Sequence[Marker]) -> list[Marker]:
    """Return the links of the prose that cite, in order, as markers without labels.

    A linked word becomes a marker of style "hyperlink", an address typed out one of style "address".
    Left out: the article's own site, sharing buttons, links to a site's front page, blocks that are
    nothing but link, headings, and what already is one of ``markers``.
    """
    regions = [region for region in body if _is_prose(document, region)]
    own = host(document.metadata.url)
    found = [*_linked(document, regions), *_typed(document, regions)]
    taken = list(markers)
    kept: list[Marker] = []
    for marker in sorted(found, key=lambda item: (item.start, item.style != "hyperlink")):
        if (
            cites(marker.target, own)
            and not _overlaps(marker, taken)
            and not (kept and marker.start < kept[-1].end)
        ):
            kept.append(marker)
    return kept


def host(address: str) -> str:
    """Return the host that ``address`` names, in lower case and without "www."; "" where it names none."""
    try:
        parts = urlsplit(address.strip())
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def cites(target: str, own: str) -> bool:
    """Return whether ``target`` is a page, of another site than ``own``, that can hold what is claimed."""
    site = host(target)
    if not site or site in _SHARING_HOSTS or _SHARING.search(target):
        return False
    is_own = bool(own) and (site == own or site.endswith(f".{own}") or own.endswith(f".{site}"))
    return not is_own and not _is_front_page(target)


def _is_front_page(target: str) -> bool:
    parts = urlsplit(target)
    return parts.path in ("", "/") and not parts.query


def _is_prose(document: Document, region: Region) -> bool:
    block = document.blocks[region.block]
    text = document.text[region.start : region.end]
    ended = bool(_STOP.search(text[-CLOSING_CHARACTERS:]))
    return block.kind != "heading" and (ended or len(text.split()) >= MIN_UNSTOPPED_WORDS)


def _linked(document: Document, regions: list[Region]) -> Iterator[Marker]:
    starts = [region.start for region in regions]
    for mark in document.marks:
        number = bisect_right(starts, mark.start) - 1
        if mark.kind != "link" or number < 0 or mark.end > regions[number].end:
            continue
        anchor = document.text[mark.start : mark.end]
        linked = len(anchor) / max(1, regions[number].end - regions[number].start)
        if linked <= MAX_LINKED_SHARE and any(character.isalnum() for character in anchor):
            yield Marker(mark.start, mark.end, anchor, (), mark.target.strip(), "hyperlink")


def _typed(document: Document, regions: list[Region]) -> Iterator[Marker]:
    for region in regions:
        for found in _ADDRESS.finditer(document.text, region.start, region.end):
            address = found[0].rstrip(".,;:!?'’*_")
            start, end = found.start(), found.start() + len(address)
            around = document.text[max(region.start, start - 1) : start] + document.text[end : end + 1]
            if around == "()":
                start, end = start - 1, end + 1
            yield Marker(start, end, document.text[start:end], (), address, "address")


def _overlaps(marker: Marker, taken: list[Marker]) -> bool:
    number = bisect_right(taken, marker.end - 1, key=lambda item: item.start) - 1
    return number >= 0 and taken[number].end > marker.start

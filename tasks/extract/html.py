"""Read a web page: its main text as blocks and marks, and what it says of itself."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from tasks.extract.main_text import choose, length
from tasks.extract.metadata import page_metadata
from tasks.extract.pieces import Piece, assemble
from tasks.extract.reference_list import tidy_list
from tasks.extract.tree import parse
from tasks.extract.walk import Found, walk
from tasks.model import Extract, Mark, Metadata

# More items than any list of references has; the time that trafilatura takes grows with their square.
MAX_ITEMS = 500


def read_html(text: str) -> Extract:
    """Return the extract of a page; empty where nothing is on it.

    Link targets are absolute where the page says where it lies; fragments (``#fn1``) stay as written.
    """
    root, warnings = parse(text)
    if root is None:
        return assemble([], Metadata())
    metadata, descriptions = page_metadata(root)
    body = _main_body(root)
    page = walk(root)
    if length(page) <= length(body):
        # The page comes hidden and a script shows it, as some publishing systems stream their pages.
        page = walk(root, with_hidden=True)
    pieces, noticed = choose(page, body, descriptions)
    base = _base(root, metadata.url)
    pieces = [_with_targets(piece, base) for piece in tidy_list(pieces)]
    return assemble(pieces, metadata, warnings + noticed)


def _main_body(root: Any) -> list[Found]:
    """Return the pieces of what trafilatura takes for the page's main text."""
    from trafilatura import bare_extraction

    found = bare_extraction(
        _with_short_lists(deepcopy(root)),
        include_links=True,
        include_formatting=True,
        include_comments=False,
        # It remembers across documents and returns nothing from the fourth copy on.
        deduplicate=False,
        with_metadata=False,
    )
    body = getattr(found, "body", None)
    return walk(body) if body is not None else []


def _with_short_lists(root: Any) -> Any:
    """Return the tree with its longest lists in parts: trafilatura counts each item's elders anew."""
    for element in [each for each in root.iter("ol", "ul") if len(each) > MAX_ITEMS]:
        items = list(element)
        for first in range(len(items) - len(items) % MAX_ITEMS, 0, -MAX_ITEMS):
            rest = etree.Element(element.tag)
            rest.extend(items[first : first + MAX_ITEMS])
            element.addnext(rest)
    return root


def _base(root: Any, url: str) -> str:
    for element in root.iter("base"):
        if href := (element.get("href") or "").strip():
            return _joined(url, href)
    return url


def _with_targets(piece: Piece, base: str) -> Piece:
    piece.marks = [Mark(m.kind, m.start, m.end, _absolute(m.target, base)) for m in piece.marks]
    return piece


def _absolute(target: str, base: str) -> str:
    if not target or target.startswith("#") or not base:
        return target
    return _joined(base, target)


def _joined(base: str, target: str) -> str:
    try:
        url = urljoin(base, target)
        urlsplit(url)
    except ValueError:
        # "http://[oops" is no address: kept as written, and no one can follow it.
        return target
    return url

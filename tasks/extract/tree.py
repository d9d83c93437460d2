"""Parse a page into a tree that is shallow enough for all that reads it."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from tasks.extract.limits import refuse_outsized

# trafilatura loses a paragraph at depth 256 and all that follows it (measured); pages stay below 60.
MAX_DEPTH = 200

# Beyond this depth the tags are dropped in the source before it is parsed: dropping elements one by one
# takes quadratic time, and libxml2 stops reading at depth 2048 even when told that the tree may be huge.
SOURCE_DEPTH = 3 * MAX_DEPTH

# Below that depth all other elements go, their words stay: these are void, or hold no prose, or end
# by themselves at the next of their kind.
KEPT = frozenset(
    {
        "html", "head", "body", "title", "base", "meta", "link", "script", "style", "template",
        "noscript", "textarea", "select", "option", "p", "br", "hr", "img", "input", "area", "col",
        "embed", "source", "track", "wbr", "param",
    }
)  # fmt: skip

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:_-]{0,40})(?=[\s/>])[^<>]*>")

# Characters that no XML holds; a NUL would end the text in C.
NOT_XML = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")


def parse(text: str) -> tuple[Any, tuple[str, ...]]:
    """Return the page's root element, None where there is none, and warnings (``deep_nesting``).

    A page nested deeper than :data:`MAX_DEPTH` loses the elements below that depth, never the words.

    Raises:
        InputError: for a page beyond a limit of :mod:`tasks.extract.limits`.
    """
    text = NOT_XML.sub(" ", text)
    root = _parsed(text)
    if root is None:
        return None, ()
    refuse_outsized(root)
    deepest = max_depth(root)
    if deepest <= MAX_DEPTH:
        return root, ()
    if deepest > SOURCE_DEPTH:
        root = _parsed(_without_deep_tags(text))
    _flatten(root)
    return root, ("deep_nesting",)


def _parsed(text: str) -> Any:
    # As bytes, so that an XML declaration of another encoding neither fails nor counts.
    data = text.encode("utf-8", "replace")
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(data, parser=parser)
    except (etree.ParserError, ValueError):
        return None


def max_depth(root: Any) -> int:
    """Return how many elements the innermost element lies in, itself counted."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _flatten(root: Any) -> None:
    """Drop the elements that lie deeper than :data:`MAX_DEPTH`."""
    depth = 0
    deep: list[Any] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "start" and depth > MAX_DEPTH and element.tag not in KEPT:
            deep.append(element)
    # The innermost first: each is then dropped before it grows by what its children held.
    for element in reversed(deep):
        element.drop_tag()


def _without_deep_tags(text: str) -> str:
    """Return a page's source without the tags that lie deeper than :data:`MAX_DEPTH`."""
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in KEPT:
            return tag[0]
        if not tag[1]:
            depth += 1
            return tag[0] if depth <= MAX_DEPTH else " "
        depth = max(depth - 1, 0)
        return tag[0] if depth < MAX_DEPTH else " "

    return TAG.sub(kept, text)

"""Which parts of a page are not its text: navigation, related stories, comments, notices."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# What a browser does not show, or what holds no prose.
UNSEEN = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "audio",
        "video", "canvas", "map", "button", "select", "option", "textarea", "input", "datalist",
    }
)  # fmt: skip

ASIDE_TAGS = frozenset({"nav", "aside", "footer", "form", "dialog", "menu"})
ASIDE_ROLES = frozenset(
    {"navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar"}
)

# Words of class and id by which publishing systems name such parts (WordPress, Drupal, Ghost, Arc,
# Disqus, consent managers); compared with the whole name or with the parts between "-" and "_".
ASIDE_NAMES = frozenset(
    {
        "nav", "navbar", "navigation", "menu", "submenu", "breadcrumb", "breadcrumbs", "sidebar",
        "related", "recommended", "recommendations", "recirc", "recirculation", "outbrain",
        "taboola", "comments", "comment", "commentlist", "respond", "disqus", "cookie", "cookies",
        "consent", "gdpr", "newsletter", "subscribe", "subscription", "signup", "paywall", "promo",
        "share", "sharing", "sharebar", "social", "advert", "advertisement", "ads", "sponsored",
        "trending", "popular", "mostread", "pagination", "footer", "masthead", "widget",
    }
)  # fmt: skip

# Parts of a name that turn its sense round: "no-sidebar", "comment-free", "footer-notes".
HARMLESS = frozenset(
    {"no", "has", "with", "without", "open", "closed", "body", "page", "layout", "main", "content"}
)

NOTES_NAMES = frozenset(
    {
        "footnotes", "footnote", "endnotes", "endnote", "references", "reference", "reflist",
        "bibliography", "citations", "sources", "workscited",
    }
)  # fmt: skip
NOTES_ROLES = frozenset({"doc-endnotes", "doc-footnotes", "doc-bibliography"})

NAME_PARTS = re.compile(r"[-_\s]+|(?<=[a-z])(?=[A-Z])")
HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.IGNORECASE)

# A class attribute longer than this is styling by the hundred, not a name.
MAX_NAME_CHARACTERS = 500

# Distinct pairs of class and id that are remembered: those of some hundred pages.
REMEMBERED_NAMES = 10_000


def is_unseen(element: Any, with_hidden: bool = False) -> bool:
    """Return whether a browser would not show the element's text, be it hidden (``with_hidden``) or not."""
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return True
    # A page's head; in trafilatura's own trees "head" is a heading.
    if element.tag == "head" and element.get("rend") is None:
        return True
    style = element.get("style")
    if with_hidden:
        return False
    return "hidden" in element.attrib or bool(style and HIDDEN.search(style))


def is_aside(element: Any) -> bool:
    """Return whether the element is navigation, related stories, comments, a notice or a footer."""
    if is_notes(element):
        return False
    if element.tag in ASIDE_TAGS or element.get("role", "").lower() in ASIDE_ROLES:
        return True
    if element.tag in ("html", "body", "main", "article"):
        # Their class says what the page has: "has-sidebar", "nav-open".
        return False
    return _names_aside(element.get("class", ""), element.get("id", ""))


def is_notes(element: Any) -> bool:
    """Return whether the element says of itself that it holds footnotes or references."""
    if element.get("role", "").lower() in NOTES_ROLES:
        return True
    return _names_notes(element.get("class", ""), element.get("id", ""))


# A page names few kinds of elements and has many of each.
@lru_cache(maxsize=REMEMBERED_NAMES)
def _names_aside(classes: str, identity: str) -> bool:
    for name in _names(classes, identity):
        parts = {part.lower() for part in NAME_PARTS.split(name)}
        if parts & ASIDE_NAMES and not parts & HARMLESS:
            return True
    return False


@lru_cache(maxsize=REMEMBERED_NAMES)
def _names_notes(classes: str, identity: str) -> bool:
    return any(
        name.lower() in NOTES_NAMES or name.lower().replace("-", "") in NOTES_NAMES
        for name in _names(classes, identity)
    )


def _names(classes: str, identity: str) -> list[str]:
    return f"{classes} {identity}"[:MAX_NAME_CHARACTERS].split()

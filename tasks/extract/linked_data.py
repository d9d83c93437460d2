"""What a page's linked data (JSON-LD, schema.org) says of its article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ARTICLE_TYPE = re.compile(r"Article$|BlogPosting$|Report$|^Review$", re.IGNORECASE)

SITE_TYPE = re.compile(r"^WebSite$|^News\w*Organization$", re.IGNORECASE)

# Where an object holds the page's article.
INNER = ("@graph", "mainEntity", "mainEntityOfPage")

# A page's own article lies within so many objects; a shop window's catalogue does not end.
MAX_OBJECTS = 2_000

# Linked data of more than this is an inventory; reading it costs more than it tells.
MAX_SCRIPT_CHARACTERS = 1_000_000


@dataclass(slots=True)
class LinkedData:
    """The fields of the page's article, as written."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    outlet: str = ""
    published: str = ""
    url: str = ""
    description: str = ""


def linked_data(root: Any) -> LinkedData:
    """Return what the first article in the page's linked data says; all empty where there is none."""
    found = LinkedData()
    objects = list(_objects(root))
    articles = [o for o in objects if any(ARTICLE_TYPE.search(t) for t in _types(o))]
    names = {o["@id"]: o for o in objects if isinstance(o.get("@id"), str) and "name" in o}
    for article in articles[:1]:
        found.title = _text(article.get("headline") or article.get("name"))
        found.published = _text(article.get("datePublished") or article.get("dateCreated"))
        found.url = _text(article.get("url") or article.get("mainEntityOfPage"))
        found.description = _text(article.get("description"))
        found.authors = [
            _name(author, names) for author in _many(article.get("author") or article.get("creator"))
        ]
        found.outlet = next(filter(None, (_name(o, names) for o in _many(article.get("publisher")))), "")
    # A page that leaves its article out may still name the site that it belongs to.
    sites = (_name(one, names) for one in objects if any(SITE_TYPE.search(t) for t in _types(one)))
    found.outlet = found.outlet or next(filter(None, sites), "")
    return found


def _objects(root: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of all scripts of linked data, outer before inner."""
    count = 0
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        waiting = [_parsed(script.text or "")]
        while waiting and count < MAX_OBJECTS:
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting = item[:MAX_OBJECTS] + waiting
            elif isinstance(item, dict):
                count += 1
                yield item
                # Only what may hold the page's article; its comments and related stories do not count.
                waiting += [item[key] for key in INNER if key in item]


def _parsed(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    if not text or len(text) > MAX_SCRIPT_CHARACTERS:
        return None
    try:
        # Pages put line breaks into strings: strict would refuse them.
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _types(item: dict[str, Any]) -> list[str]:
    return [kind for kind in _many(item.get("@type")) if isinstance(kind, str)]


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("@value") or value.get("name")
    if isinstance(value, list):
        value = value[0] if value else ""
    return value.strip() if isinstance(value, str) else ""


def _name(value: Any, names: dict[str, dict[str, Any]]) -> str:
    """Return the name of a person or an organization, given whole, by parts or by reference."""
    if isinstance(value, dict):
        key = value.get("@id")
        if "name" not in value and isinstance(key, str):
            value = names.get(key, value)
        return _text(value.get("name")) or " ".join(
            filter(None, (_text(value.get("givenName")), _text(value.get("familyName"))))
        )
    return _text(value)

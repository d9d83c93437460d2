"""Read the front matter of a Markdown file: the ``key: value`` lines between two lines of ``---``.

The plain subset that publishing tools write; what is nested deeper than a list is passed over.
"""

from __future__ import annotations

import re
from typing import TypedDict

FENCE = "---"
LINE = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,40})\s*:(?:\s+(.*))?$")
ITEM = re.compile(r"\s*-\s+(.*)$")
DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")

# Beyond this many lines, what opened with "---" was a rule in the text.
MAX_LINES = 200

KEYS = {
    "title": ("title",),
    "authors": ("author", "authors", "by", "byline"),
    "outlet": ("outlet", "publication", "publisher", "site", "source"),
    "published": ("date", "published", "publishdate", "pubdate"),
    "url": ("canonical", "canonical_url", "url", "permalink"),
    "language": ("lang", "language", "locale"),
}


class FrontMatter(TypedDict, total=False):
    """What the front matter says, by the fields of the metadata; absent where it says nothing."""

    title: str
    authors: list[str]
    outlet: str
    published: str
    url: str
    language: str


def front_matter(text: str) -> tuple[FrontMatter, str]:
    """Return what the front matter says and the text below it; nothing and ``text`` without one."""
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    if not lines or lines[0].strip() != FENCE:
        return {}, text
    for end in range(1, min(len(lines), MAX_LINES)):
        if lines[end].strip() in (FENCE, "..."):
            values = _values([line.rstrip("\r\n") for line in lines[1:end]])
            return (_fields(values), "".join(lines[end + 1 :])) if values else ({}, text)
    return {}, text


def _values(lines: list[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    key = ""
    for line in lines:
        if found := LINE.match(line):
            key = found[1].lower()
            values[key] = _list(found[2] or "")
        elif key and (item := ITEM.match(line)):
            values[key].append(_bare(item[1]))
    return values


def _list(value: str) -> list[str]:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [_bare(part) for part in value[1:-1].split(",") if part.strip()]
    return [_bare(value)] if value else []


def _bare(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _fields(values: dict[str, list[str]]) -> FrontMatter:
    said: dict[str, list[str]] = {}
    for name, keys in KEYS.items():
        said[name] = next((values[key] for key in keys if values.get(key)), [])
    first = {name: found[0] for name, found in said.items() if found}
    date = DATE.match(first.get("published", ""))
    url = first.get("url", "")
    return {
        "title": first.get("title", ""),
        "authors": said["authors"],
        "outlet": first.get("outlet", ""),
        "published": date[0] if date else "",
        "url": url if url.startswith(("http://", "https://")) else "",
        "language": first.get("language", "")[:2].lower(),
    }

"""Read JSON Feed, versions 1.0 and 1.1: every type is checked, for a feed may hold anything."""

from __future__ import annotations

import json
from typing import Any

from tasks.discover.items import Found, Gathering, iso_time
from tasks.errors import InputError
from tasks.extract.decode import decode

# Every feed says its version by such an address; without it any answer of an API would pass for a feed.
VERSION = "https://jsonfeed.org/version/"


def read_json_feed(content: bytes, base: str, considered: int) -> Found:
    """Return the pages of a JSON Feed.

    An item's page is its ``url``, else its ``external_url``, else its ``id`` where that is an address.
    At most the first ``considered`` items are looked at.

    Raises:
        InputError: ``not_a_feed``.
    """
    entries = _entries(content)
    gathering = Gathering(base)
    gathering.count("over_limit", max(0, len(entries) - considered))
    for entry in entries[:considered]:
        fields = entry if isinstance(entry, dict) else {}
        gathering.add(
            _link(fields),
            _text(fields.get("id")),
            _text(fields.get("title")),
            iso_time(_text(fields.get("date_published"))),
            iso_time(_text(fields.get("date_modified"))),
        )
    return Found(tuple(gathering.kept.values()), (), dict(gathering.dropped))


def _entries(content: bytes) -> list[Any]:
    try:
        text, _ = decode(content, "")
        feed = json.loads(text.removeprefix("\ufeff"))
    # Too deep nesting ends in RecursionError, a number of too many digits in ValueError.
    except (ValueError, RecursionError, InputError) as error:
        raise InputError(f"not JSON: {error}", "not_a_feed") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise InputError("JSON, but without a list of items", "not_a_feed")
    if VERSION not in _text(feed.get("version")).replace("http://", "https://").replace("www.", ""):
        raise InputError("JSON, but not of a version of JSON Feed", "not_a_feed")
    entries: list[Any] = feed["items"]
    return entries


def _link(fields: dict[str, Any]) -> str:
    identity = _text(fields.get("id"))
    page = identity if identity.lower().startswith(("http://", "https://")) else ""
    return _text(fields.get("url")) or _text(fields.get("external_url")) or page


def _text(value: object) -> str:
    """A text as it is, a number as its digits (ids of early feeds are numbers), all else as ""."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""

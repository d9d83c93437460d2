"""What feeds, sitemaps and lists tell of, as data: pages with what is said of them, and what was dropped.

All of it is other people's text. An address leaves here only as an absolute one of the web, a title only as
one line of plain text, a date only as ISO.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from tasks.cite.urls import LONGEST_URL

# The longest headlines have some 300 characters; what is longer than this is a text under a title's name.
LONGEST_TITLE = 1_000
# An id is an address or a key; a longer one would only fill the store.
LONGEST_ID = 500
# "Wednesday, 01 September 2021 10:00:00 +0000" has 43 characters.
LONGEST_DATE = 60
# As many lines as a person can look at are named in warnings.
NAMED_DROPS = 3
# As much of a line as tells which one it is.
NAMED_CHARACTERS = 60

# Browsers leave these out of an address, and so do feeds' readers: a long address broken over lines.
BREAKS = re.compile(r"[\t\r\n]+")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# Soft hyphens, marks of direction, what joins nothing: they tell a reader nothing and hide what is there.
# The two joiners that Persian and Indian scripts spell with stay. Halves of a character alone are none.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """A page that a feed, sitemap or list tells of; what it does not tell is "".

    ``url`` is absolute, http or https. ``published`` and ``modified`` are ISO, as precise as told: a year,
    a month, a day, or a time in UTC to the second ("2024-02-01T10:00:00Z").
    """

    url: str
    item_id: str = ""
    title: str = ""
    published: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """All that was told of: pages, further sitemaps (``children``), and what was dropped, counted by reason.

    Reasons: ``bad_link`` (no address of the web), ``no_link``, ``duplicate`` (told before), ``over_limit``,
    ``cut_off`` (the last item of a feed that breaks off inside it).
    Things told of = items + children + the sum of ``dropped``. ``warnings`` are sentences for a person.
    """

    items: tuple[Item, ...] = ()
    children: tuple[Item, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathering:
    """Items as they are read, one kind of them: each is kept or counted under its reason.

    ``considered``: look at no more than so many, 0 is all.
    """

    base: str = ""
    considered: int = 0
    kept: dict[str, Item] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    seen: int = 0

    def add(
        self, link: str, item_id: str = "", title: str = "", published: str = "", modified: str = ""
    ) -> str:
        """Keep what ``link`` points at; return "" or the reason why not. Dates are ISO or ""."""
        self.seen += 1
        if self.considered and self.seen > self.considered:
            return self._drop("over_limit")
        if not link.strip():
            return self._drop("no_link")
        url = web_address(link, self.base)
        if not url:
            return self._drop("bad_link")
        if url in self.kept:
            return self._drop("duplicate")
        identity = plain_text(item_id)[:LONGEST_ID]
        self.kept[url] = Item(url, identity, plain_text(title), published, modified)
        return ""

    def count(self, reason: str, count: int) -> None:
        """Count ``count`` more things told of as dropped for ``reason``."""
        self.seen += count
        if count:
            self.dropped[reason] += count

    def _drop(self, reason: str) -> str:
        self.dropped[reason] += 1
        return reason


def newest(found: Found, limit: int) -> Found:
    """Return ``found`` with the ``limit`` pages that came or changed last, in the order of the telling.

    0 is all of them. Neither feeds nor sitemaps need be in order of time. Pages without a date count as the
    oldest; among equals, and where none has a date, those count that are told first.
    """
    if not limit or len(found.items) <= limit:
        return found
    kept = set(sorted(found.items, key=_last_date, reverse=True)[:limit])
    over = len(found.items) - limit + found.dropped.get("over_limit", 0)
    items = tuple(item for item in found.items if item in kept)
    return replace(found, items=items, dropped={**found.dropped, "over_limit": over})


def _last_date(item: Item) -> str:
    return max(item.published, item.modified)


def web_address(link: str, base: str = "") -> str:
    """Return ``link`` as an absolute address of the web, resolved against ``base``; "" where it is none."""
    link = BREAKS.sub("", link.strip())
    if not link or len(link) > LONGEST_URL:
        return ""
    try:
        address = urljoin(base, link)
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    if not usable or not address.isprintable() or " " in parts.netloc or len(address) > LONGEST_URL:
        return ""
    return address.replace(" ", "%20")


def plain_text(text: str) -> str:
    """Return ``text`` as one line: blanks folded, control and invisible characters out, cut when endless."""
    visible = INVISIBLE.sub("", CONTROLS.sub(" ", text[: 4 * LONGEST_TITLE]))
    return " ".join(visible.split())[:LONGEST_TITLE].rstrip()


def iso_time(text: str) -> str:
    """Return a date or time in ISO, in UTC, as precise as ``text`` is; "" where it is none.

    Read are the forms of the W3C note on dates, of ISO 8601 and of mail. A time without zone is taken as UTC.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_DATE:
        return ""
    try:
        if part := DAY.fullmatch(text):
            date(int(part[1]), int(part[2] or 1), int(part[3] or 1))
            return text
        return _day(text) or utc(_time(text))
    # Mail's reader lets wrong numbers through to what fails in several ways.
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _day(text: str) -> str:
    """ISO 8601's other ways to name a day, 20240201 and 2024-W05-4, in the usual one."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def utc(time: datetime) -> str:
    """Return ``time`` in UTC to the second; a time without zone is taken as UTC. Raises OverflowError."""
    aware = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    return aware.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def shown(line: str) -> str:
    """Return the beginning of a line of other people's text, fit to be named in a warning."""
    return repr(plain_text(line[:NAMED_CHARACTERS]))

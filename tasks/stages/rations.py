"""What is asked of feeds, sitemaps and lists: how many pages, and which sitemaps of an index.

An origin's limit is one for all sitemaps of its index: they take of it in their order, the newest first. How
many pages one took is noted with what came of asking it, so that a later run knows what is left for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from tasks.cite.urls import canonical_url
from tasks.stages.telling import moment

if TYPE_CHECKING:
    from tasks.discover.items import Found, Item
    from tasks.store.pages import Role

Kind = Literal["feed", "sitemap", "list"]
# What is known of each from asking it, by canonical address: rows of the query "polls".
Last = Mapping[str, Mapping[str, Any]]

# An index of an index of sitemaps is the deepest that the sitemaps protocol lets one expect.
DEEPEST_SITEMAP = 2
# What is noted of a sitemap that names others: what was left for a later run is not told again by a 304.
INDEX = "index"
# What is noted of each asking.
NOTED = re.compile(r"(article|source) (feed|sitemap|list), take (all|cited): (all|first) (\d+) pages")
# What a date alone leaves open, in days, by its characters: "2024", "2024-06", "2024-06-04".
LEFT_OPEN = {4: 366, 7: 31, 10: 1}
# A sitemap of an index has more pages than this, as a rule: more of them than a limit lets one take
# pages of are not asked for in one run.
LEAST_PAGES = 10
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Ration:
    """An origin's limit (0: none), and what each sitemap of its index takes of it, the newest first."""

    limit: int
    taken: dict[str, int] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def left(self, page: str) -> int | None:
        """Return how many pages a sitemap may take, None for all: what newer ones, and this run, left it."""
        if not self.limit:
            return None
        over = False
        used = 0
        for one, count in self.taken.items():
            over = over or one == page
            used += count if one != page and (not over or one in self.read) else 0
        return max(0, self.limit - used)

    def take(self, page: str, count: int) -> None:
        """Note how many pages a sitemap took in this run."""
        self.taken[page] = count
        self.read.add(page)


@dataclass(frozen=True, slots=True)
class Poll:
    """Something that tells of pages. ``take``: its pages are fetched, not only known."""

    role: Role
    kind: Kind
    url: str
    tag: str
    take: bool
    ration: Ration
    depth: int = 0

    @property
    def page(self) -> str:
        """The canonical address."""
        return canonical_url(self.url) or self.url

    @property
    def asks(self) -> tuple[str, str, str]:
        """What is asked for, the number of pages aside."""
        return self.role, self.kind, "all" if self.take else "cited"

    def left(self) -> int | None:
        """Return how many pages may be taken; None for all."""
        return self.ration.left(self.page)

    def noted(self, found: Found, left: int | None) -> str:
        """Return what is to be noted where ``found`` was taken and ``left`` was allowed (None: all)."""
        role, kind, take = self.asks
        extent = "first" if left is not None and "over_limit" in found.dropped else "all"
        return f"{role} {kind}, take {take}: {extent} {len(found.items)} pages"


def told_whole(poll: Poll, row: Mapping[str, Any]) -> bool:
    """Whether all that ``poll`` asks for was told the last time, so that "not changed" is an answer to it."""
    left = poll.left()
    extent, count = _notes(row).get(poll.asks, ("first", -1))
    return count >= 0 and (extent == "all" or (left is not None and left <= count))


def took(poll: Poll, row: Mapping[str, Any] | None) -> int:
    """Return how many pages were taken for ``poll`` when it was last read."""
    return max(0, _notes(row).get(poll.asks, ("", 0))[1]) if row else 0


def _notes(row: Mapping[str, Any]) -> dict[tuple[str, str, str], tuple[str, int]]:
    found = NOTED.findall(row["asked"])
    return {(role, kind, take): (extent, int(count)) for role, kind, take, extent, count in found}


def sitemaps_due(one: Poll, items: Iterable[Item], last: Last, most: int) -> list[Poll]:
    """Return those of an index' sitemaps (``items``) that are to be asked for now, at most ``most``.

    Those that changed since they were read take half of the places where others were never asked for: news
    must not wait until a site's past has been read, nor the past for a site that renews every date. Of what
    remains the longest ago comes first.
    """
    if one.depth >= DEEPEST_SITEMAP:
        return []
    due = [(poll, item) for poll, item in _in_reach(one, items, last) if _is_due(poll, item, last)]
    asked = {poll.url: _time(last.get(poll.page), "asked_at") for poll, _ in due}
    changed = [poll for poll, item in due if item.modified and asked[poll.url] > NEVER]
    others = [poll for poll, item in due if not (item.modified and asked[poll.url] > NEVER)]
    for polls in (changed, others):
        # Sorting keeps the newest first among those that were never asked for.
        polls.sort(key=lambda poll: asked[poll.url])
    news = changed[: most // 2]
    places = min(most, -(-one.ration.limit // LEAST_PAGES)) if one.ration.limit else most
    return [*news, *others, *changed[len(news) :]][:places]


def _in_reach(one: Poll, items: Iterable[Item], last: Last) -> Iterator[tuple[Poll, Item]]:
    """Yield the sitemaps, the newest first, until those before have taken all that the limit allows."""
    ration = one.ration
    used = sum(ration.taken.values())
    for item in sorted(items, key=lambda item: item.modified, reverse=True):
        if ration.limit and used >= ration.limit:
            return
        poll = replace(one, url=item.url, depth=one.depth + 1)
        if poll.page not in ration.taken:
            ration.taken[poll.page] = took(poll, last.get(poll.page))
            used += ration.taken[poll.page]
            yield poll, item


def _is_due(poll: Poll, item: Item, last: Last) -> bool:
    """Whether a sitemap may have changed since it was read, or more is asked of it than then."""
    row = last.get(poll.page)
    if row is None or not item.modified or not told_whole(poll, row):
        return True
    if row["read_at"] is None:
        return True
    # Not to be added to what the sitemap says: that may be the last day of the calendar.
    return moment(item.modified) >= _time(row, "read_at") - timedelta(
        days=LEFT_OPEN.get(len(item.modified), 0)
    )


def _time(row: Mapping[str, Any] | None, name: str) -> datetime:
    found: datetime | None = row[name] if row else None
    return found.replace(tzinfo=UTC) if found else NEVER

"""Ask feeds, sitemaps and lists what is new, and note the pages that they tell of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from tasks.cite.urls import canonical_url
from tasks.discover.items import Found, Item
from tasks.errors import InputError
from tasks.fetch.records import Visit, Wanted
from tasks.keys import content_key
from tasks.model import Issue
from tasks.stages.children import Failed
from tasks.stages.fetching import NOT_ASKED, STAGE, VERSION, Fetcher, named_pages
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.pages import Attempt, Page, Role, State, live_tables

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.fetch.records import Answer, Outcome
    from tasks.origins import ListOrigin, Origins, WebOrigin

Kind = Literal["feed", "sitemap", "list"]

# An index of an index of sitemaps is the deepest that the sitemaps protocol lets one expect.
DEEPEST_SITEMAP = 2
# "2024-06-04"
DAY_CHARACTERS = 10
# What is noted of a sitemap that names others.
INDEX = "index"
# Of an index the newest: a site that has a sitemap a day must not be asked for all of its years in a run.
SITEMAPS_A_RUN = 50


@dataclass(frozen=True, slots=True)
class Poll:
    """Something that tells of pages. ``take``: its pages are fetched, not only known."""

    role: Role
    kind: Kind
    url: str
    limit: int
    tag: str
    take: bool
    depth: int = 0


def polls_of(role: Role, origins: Origins) -> Iterator[Poll]:
    """Yield what the origins of a role name on the web."""
    kinds: tuple[tuple[Kind, Sequence[WebOrigin | ListOrigin]], ...] = (
        ("feed", origins.feeds),
        ("sitemap", origins.sitemaps),
        ("list", origins.lists),
    )
    for kind, named in kinds:
        for one in named:
            if one.url:
                yield Poll(role, kind, one.url, one.limit, one.tag, one.take == "all")


def poll(context: Context, polls: Sequence[Poll], by: Fetcher) -> None:
    """Ask for ``polls``, and for the sitemaps that an index names; commit what each tells of."""
    last = {row["page"]: row for row in context.store.rows("polls")}
    asked: set[str] = set()
    while polls:
        fresh = {one.url: one for one in polls if canonical_url(one.url) not in asked}
        asked |= {canonical_url(url) for url in fresh}
        children: list[Poll] = []
        for visit in by.visits([_wanted(one, last) for one in fresh.values()]):
            children += _read_one(context, fresh[visit.wanted.url], visit, last)
        polls = children


def _wanted(one: Poll, last: Mapping[str, Mapping[str, Any]]) -> Wanted:
    known = last.get(canonical_url(one.url), {})
    # What an index names and was left for a later run is not told again by a 304.
    if known.get("is_index"):
        return Wanted(one.url)
    return Wanted(one.url, known.get("etag", ""), known.get("last_modified", ""))


def _read_one(
    context: Context, one: Poll, visit: Visit, last: Mapping[str, Mapping[str, Any]]
) -> Sequence[Poll]:
    began = time.perf_counter()
    answer, reason, detail = visit.answer, visit.answer.reason, visit.answer.detail
    found = Found()
    if not reason and answer.status != 304:
        (read,) = context.parse(_read, [(one, answer)])
        if isinstance(read, Failed):
            reason, detail = read.reason, read.detail
        else:
            found = read
            detail = INDEX if found.children else detail
    outcome: Outcome = "failed" if reason else "unchanged" if answer.status == 304 else "kept"
    attempt = Attempt(
        canonical_url(one.url), one.kind, answer, outcome, visit.started_at, reason, detail, visit.robots
    )
    attempts = [] if reason in NOT_ASKED else [attempt]
    pages = told_of(context, found.items, one, origin=one.kind)
    result = (
        dropped(STAGE, one.url, reason, detail)
        if reason
        else Result(one.url, content_key("told", one.url), issues=_warnings(one.url, found))
    )
    tables = live_tables(attempts, pages, visit.hosts, context.run_id)
    context.commit(STAGE, VERSION, began, [Pending(one.url, "poll")], [result], tables)
    return _children(one, found, last)


def _read(work: tuple[Poll, Answer]) -> Found | Failed:
    """Read what a feed, sitemap or list answered; runs in a child process, as all that parses."""
    one, answer = work
    try:
        return READERS[one.kind](one, answer)
    except InputError as error:
        return Failed(error.reason, str(error))


def _read_feed(one: Poll, answer: Answer) -> Found:
    from tasks.discover.feeds import read_feed

    charset = f"; charset={answer.charset}" if answer.charset else ""
    return read_feed(answer.content, answer.final_url, answer.media_type + charset, one.limit)


def _read_sitemap(one: Poll, answer: Answer) -> Found:
    from tasks.discover.sitemaps import read_sitemap

    return read_sitemap(answer.content, answer.final_url, one.limit)


def _read_list(one: Poll, answer: Answer) -> Found:
    from tasks.discover.lists import read_list

    return limited(read_list(answer.content), one.limit)


READERS: Mapping[Kind, Callable[[Poll, Answer], Found]] = {
    "feed": _read_feed,
    "sitemap": _read_sitemap,
    "list": _read_list,
}


def limited(found: Found, limit: int) -> Found:
    """Return ``found`` with at most ``limit`` items, 0 for all; what is over counts as dropped."""
    over = len(found.items) - limit
    if not limit or over <= 0:
        return found
    return replace(found, items=found.items[:limit], dropped={**found.dropped, "over_limit": over})


def _warnings(url: str, found: Found) -> tuple[Issue, ...]:
    # That more is told of than is taken is what a limit is for.
    reasons = sorted(set(found.dropped) - {"over_limit", "duplicate"})
    words = "; ".join(found.warnings)
    if not reasons:
        return (Issue(STAGE, url, "damaged", words),) if words else ()
    counts = ", ".join(f"{reason.replace('_', ' ')}: {found.dropped[reason]} entries" for reason in reasons)
    return (Issue(STAGE, url, reasons[0], f"{counts}; {words}" if words else counts),)


def _children(one: Poll, found: Found, last: Mapping[str, Mapping[str, Any]]) -> list[Poll]:
    """Return the sitemaps of an index that changed since they were last got, the newest first."""
    if one.depth >= DEEPEST_SITEMAP:
        return []
    changed = [item for item in found.children if _is_newer(item, last.get(canonical_url(item.url)))]
    newest = sorted(changed, key=lambda item: item.modified, reverse=True)[:SITEMAPS_A_RUN]
    return [replace(one, url=item.url, depth=one.depth + 1) for item in newest]


def _is_newer(item: Item, last: Mapping[str, Any] | None) -> bool:
    if last is None or not item.modified:
        return True
    try:
        changed = datetime.fromisoformat(item.modified)
    except ValueError:
        return True
    if len(item.modified) == DAY_CHARACTERS:
        # A sitemap that says a day alone may have changed until that day's end.
        changed += timedelta(days=1)
    aware = changed if changed.tzinfo else changed.replace(tzinfo=UTC)
    return bool(aware >= last["fetched_at"].replace(tzinfo=UTC))


def told_of(context: Context, items: Iterable[Item], by: Poll, origin: str) -> list[Page]:
    """Return the rows of the pages that ``items`` name where they are new, or say something new."""
    named = {page: item for item in items if (page := canonical_url(item.url))}
    known = {
        row.page: row for due in named_pages(context, list(named)) for row in due.rows if row.role == by.role
    }
    now = datetime.now(UTC)
    rows = (_row(page, item, known.get(page), by, origin, now) for page, item in named.items())
    return [row for row in rows if row != known.get(row.page)]


def _row(page: str, item: Item, known: Page | None, by: Poll, origin: str, now: datetime) -> Page:
    fresh = Page(
        role=by.role,
        page=page,
        url=item.url,
        origin=origin,
        via=by.url,
        tag=by.tag,
        item_id=item.item_id,
        title=item.title,
        published=item.published,
        modified=item.modified,
        state="waiting" if by.take else "known",
        added_at=now,
    )
    if known is None:
        return fresh
    return replace(
        known,
        item_id=item.item_id or known.item_id,
        title=item.title or known.title,
        published=item.published or known.published,
        modified=item.modified or known.modified,
        state=_state(known, item, by.take),
    )


def _state(known: Page, item: Item, take: bool) -> State:
    """A page that was only known is asked for once it is taken; one that was held once it has changed."""
    if known.state == "known" and take:
        return "waiting"
    if known.state == "held" and item.modified not in ("", known.modified):
        return "waiting"
    return known.state


def read_list_file(context: Context, role: Role, path: Path, one: ListOrigin) -> None:
    """Note the pages that the list in the file ``path`` names."""
    from tasks.acquire.folders import printable
    from tasks.discover.lists import read_list

    began = time.perf_counter()
    uri = printable(str(path))
    by = Poll(role, "list", uri, one.limit, one.tag, one.take == "all")
    try:
        found = limited(read_list(path.read_bytes()), one.limit)
        result = Result(uri, content_key("told", uri), issues=_warnings(uri, found))
    except (InputError, OSError) as error:
        found = Found()
        result = dropped(STAGE, uri, getattr(error, "reason", "unreadable_file"), str(error))
    tables = live_tables([], told_of(context, found.items, by, "list"), [], context.run_id)
    context.commit(STAGE, VERSION, began, [Pending(uri, "poll")], [result], tables)

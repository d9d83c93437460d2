"""Ask feeds, sitemaps and lists what is new, and note the pages that they tell of.

What several origins name alike is asked for once a run. Where nothing has changed since, and no more is asked
of it than then, the ledger and the issues of the last reading stay as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tasks.discover.items import Found
from tasks.errors import InputError
from tasks.fetch.reasons import NOT_MODIFIED
from tasks.fetch.records import NOT_ASKED, Visit, Wanted
from tasks.keys import content_key
from tasks.model import Issue
from tasks.stages.asking import Fetcher
from tasks.stages.children import Failed
from tasks.stages.fetching import STAGE, VERSION
from tasks.stages.rations import INDEX, Kind, Last, Poll, Ration, sitemaps_due, told_whole, took
from tasks.stages.telling import Told, told_rows
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.pages import Attempt, Role, live_tables

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.fetch.records import Answer, HostState, Outcome
    from tasks.origins import ListOrigin, Origins, WebOrigin

# The stage whose progress this is part of.
BAR = "acquire"
# A site that has a sitemap a day must not be asked for all of its years in a run.
SITEMAPS_A_RUN = 50
# A batch ends with the first of these: a commit takes as long as some polls, a kill costs seconds of asking.
POLLS_A_BATCH = 50
PAGES_A_BATCH = 10_000
SECONDS_A_BATCH = 5.0
# Bodies are kept until they are committed.
BYTES_A_BATCH = 20_000_000


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
                yield Poll(role, kind, one.url, one.tag, one.take == "all", Ration(one.limit))


def poll(context: Context, polls: Sequence[Poll], by: Fetcher) -> None:
    """Ask for ``polls``, and for the sitemaps that an index names; commit what each tells of."""
    last = {row["page"]: row for row in context.store.rows("polls")}
    asked: set[tuple[str, tuple[str, str, str]]] = set()
    batch = _Batch(context)
    while polls:
        same: dict[str, list[Poll]] = {}
        for one in polls:
            if (one.page, one.asks) not in asked:
                same.setdefault(one.page, []).append(one)
        asked |= {(one.page, one.asks) for group in same.values() for one in group}
        by_url = {group[0].url: group for group in same.values()}
        batch.expect(len(by_url))
        children: list[Poll] = []
        for visit in by.visits([_wanted(group, last) for group in by_url.values()]):
            read = _read_all(context, by_url[visit.wanted.url], visit, last)
            batch.add(read)
            children += [child for one in read.told for child in one.children(last)]
        polls = children
    batch.commit()


def _wanted(polls: Sequence[Poll], last: Last) -> Wanted:
    """Return the request: conditional where "not changed" would be an answer to all that is asked."""
    url, row = polls[0].url, last.get(polls[0].page)
    # What went wrong with it is told again, and so is what an index names and was left for a later run.
    if row is None or not row["in_order"] or row["url"] != url or row["asked"].startswith(INDEX):
        return Wanted(url)
    if not all(told_whole(one, row) for one in polls):
        return Wanted(url)
    return Wanted(url, row["etag"], row["last_modified"], validators_from=row["validators_from"])


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one poll was told."""

    poll: Poll
    found: Found
    # What it was allowed to take.
    left: int | None

    def children(self, last: Last) -> list[Poll]:
        return sitemaps_due(self.poll, self.found.children, last, SITEMAPS_A_RUN)

    def pages(self) -> Iterator[Told]:
        one = self.poll
        return (Told(one.role, one.kind, one.url, one.tag, one.take, item) for item in self.found.items)


@dataclass(frozen=True, slots=True)
class _Answered:
    """What came of asking for one address, for all polls of it."""

    url: str
    told: Sequence[_Reading]
    attempt: Attempt
    hosts: Sequence[HostState]

    def result(self) -> Result | None:
        """Return what is to be noted; None where what was noted before still holds."""
        one = self.attempt
        if one.outcome == "unchanged":
            return None
        if one.reason == "budget_spent":
            # Nothing went wrong: the next run goes on.
            return Result(self.url, reason=one.reason)
        issues = tuple({issue: None for one in self.told for issue in _warnings(self.url, one.found)})
        if not one.reason:
            return Result(self.url, content_key("told", self.url), issues=issues)
        failed = dropped(STAGE, self.url, one.reason, one.detail)
        return replace(failed, issues=(*failed.issues, *issues))


def _read_all(context: Context, polls: Sequence[Poll], visit: Visit, last: Last) -> _Answered:
    """Read an answer for each of the polls that ask for its address."""
    outcome, reason, detail = _outcome(visit.answer)
    told: list[_Reading] = []
    for one in polls:
        if outcome == "unchanged":
            one.ration.take(one.page, took(one, last.get(one.page)))
        if outcome != "kept":
            continue
        left = one.left()
        read = _read(context, one, left, visit.answer)
        if isinstance(read, Failed):
            reason, detail = read.reason, read.detail
        else:
            one.ration.take(one.page, len(read.items))
            told.append(_Reading(one, read, left))
    attempt = Attempt(
        page=polls[0].page,
        purpose=polls[0].kind,
        answer=visit.answer,
        outcome="failed" if reason else outcome,
        fetched_at=visit.started_at,
        reason=reason,
        detail=detail if reason or outcome != "kept" else _notes(told),
        robots=visit.robots,
    )
    return _Answered(polls[0].url, told, attempt, visit.hosts)


def _outcome(answer: Answer) -> tuple[Outcome, str, str]:
    """Return what asking came to, before anything is read, with the reason and words where it failed."""
    outcome: Outcome = "unchanged" if answer.status == NOT_MODIFIED else "kept"
    return "failed" if answer.reason else outcome, answer.reason, answer.detail


def _notes(told: Sequence[_Reading]) -> str:
    """Return what a later run has to know of an asking."""
    indexes = [INDEX for one in told if one.found.children]
    return "; ".join([*indexes[:1], *(one.poll.noted(one.found, one.left) for one in told)])


def _read(context: Context, one: Poll, left: int | None, answer: Answer) -> Found | Failed:
    (read,) = context.parse(_parse, [(one.kind, left, answer)])
    return read


def _parse(work: tuple[Kind, int | None, Answer]) -> Found | Failed:
    """Read what a feed, sitemap or list answered; runs in a child process, as all that parses."""
    kind, left, answer = work
    try:
        # To the readers 0 is no limit.
        found = READERS[kind](answer, left or 0)
    except InputError as error:
        return Failed(error.reason, str(error))
    return limited(found, left)


def _read_feed(answer: Answer, limit: int) -> Found:
    from tasks.discover.feeds import read_feed

    charset = f"; charset={answer.charset}" if answer.charset else ""
    return read_feed(answer.content, answer.final_url, answer.media_type + charset, limit)


def _read_sitemap(answer: Answer, limit: int) -> Found:
    from tasks.discover.sitemaps import read_sitemap

    return read_sitemap(answer.content, answer.final_url, limit)


def _read_list(answer: Answer, _limit: int) -> Found:
    from tasks.discover.lists import read_list

    return read_list(answer.content)


READERS: Mapping[Kind, Callable[[Answer, int], Found]] = {
    "feed": _read_feed,
    "sitemap": _read_sitemap,
    "list": _read_list,
}


def limited(found: Found, left: int | None) -> Found:
    """Return ``found`` with at most ``left`` items, None for all; what is over counts as dropped."""
    over = len(found.items) - left if left is not None else 0
    if over <= 0:
        return found
    over += found.dropped.get("over_limit", 0)
    return replace(found, items=found.items[:left], dropped={**found.dropped, "over_limit": over})


def _warnings(url: str, found: Found) -> tuple[Issue, ...]:
    # That more is told of than is taken is what a limit is for.
    reasons = sorted(set(found.dropped) - {"over_limit", "duplicate"})
    words = "; ".join(found.warnings)
    if not reasons:
        return (Issue(STAGE, url, "damaged", words),) if words else ()
    counts = ", ".join(f"{reason.replace('_', ' ')}: {found.dropped[reason]} entries" for reason in reasons)
    return (Issue(STAGE, url, reasons[0], f"{counts}; {words}" if words else counts),)


@dataclass(slots=True)
class _Batch:
    """What was told and is not committed yet."""

    context: Context
    began: float = field(default_factory=time.perf_counter)
    unchanged: int = 0
    size: int = 0
    results: dict[str, Result] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    pages: list[Told] = field(default_factory=list)
    hosts: dict[str, HostState] = field(default_factory=dict)

    def expect(self, items: int) -> None:
        """Tell the progress that so many more are to come."""
        self.context.start(BAR, self.context.tally.pending + items)

    def add(self, one: _Answered) -> None:
        """Take what came of asking for one address; commit where the batch is full then."""
        if one.attempt.reason not in NOT_ASKED:
            self.attempts.append(one.attempt)
            self.size += len(one.attempt.answer.content)
        self.hosts.update({host.host: host for host in one.hosts})
        self.add_told(one.result(), (told for read in one.told for told in read.pages()))

    def add_told(self, result: Result | None, told: Iterable[Told]) -> None:
        """Take what something tells of, and what is to be noted of it: None for nothing new."""
        if result is None:
            self.unchanged += 1
        elif before := self.results.get(result.item):
            # Asked for a second time, in another role.
            issues = tuple(dict.fromkeys((*before.issues, *result.issues)))
            self.results[result.item] = replace(result, issues=issues)
            self.unchanged += 1
        else:
            self.results[result.item] = result
        self.pages += told
        if self._is_full():
            self.commit()

    def _is_full(self) -> bool:
        return (
            len(self.results) + self.unchanged >= POLLS_A_BATCH
            or len(self.pages) >= PAGES_A_BATCH
            or self.size >= BYTES_A_BATCH
            or time.perf_counter() - self.began >= SECONDS_A_BATCH
        )

    def commit(self) -> None:
        """Write all that was taken, in one transaction."""
        context, results = self.context, list(self.results.values())
        tables = live_tables(
            self.attempts, told_rows(context, self.pages), self.hosts.values(), context.run_id
        )
        pending = [Pending(result.item, "poll") for result in results]
        # What has not changed is as it was kept before; the ledger's row of it stays.
        context.tally.kept += self.unchanged
        if results or any(table.num_rows for table in tables.values()):
            context.commit(STAGE, VERSION, self.began, pending, results, tables)
        context.advance(self.unchanged)
        self.began, self.unchanged, self.size = time.perf_counter(), 0, 0
        self.results, self.attempts, self.pages, self.hosts = {}, [], [], {}


def read_list_files(context: Context, lists: Iterable[tuple[Role, Path, ListOrigin]]) -> None:
    """Note the pages that lists in files name."""
    batch = _Batch(context)
    for role, path, one in lists:
        batch.expect(1)
        batch.add_told(*_read_file(role, path, one))
    batch.commit()


def _read_file(role: Role, path: Path, one: ListOrigin) -> tuple[Result, list[Told]]:
    from tasks.acquire.folders import printable
    from tasks.discover.lists import read_list

    uri = printable(str(path))
    try:
        found = limited(read_list(path.read_bytes()), one.limit or None)
    except (InputError, OSError) as error:
        return dropped(STAGE, uri, getattr(error, "reason", "unreadable_file"), str(error)), []
    told = [Told(role, "list", uri, one.tag, one.take == "all", item) for item in found.items]
    return Result(uri, content_key("told", uri), issues=_warnings(uri, found)), told

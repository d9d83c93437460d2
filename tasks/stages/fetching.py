"""fetch: ask for pages, and commit what came of each: the page, or the reason why there is none.

A batch's documents, attempts, states of pages and hosts commit together. What was asked for and not
committed is asked for again: no address is lost, and a page that was kept is not kept twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tasks.cite.urls import canonical_url
from tasks.fetch.headers import printable, readable_as
from tasks.fetch.reasons import NOT_MODIFIED
from tasks.fetch.records import NOT_ASKED, TRANSIENT, Visit, Wanted
from tasks.keys import bytes_key, content_key
from tasks.model import Issue, Raw
from tasks.stages.asking import Fetcher
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.pages import Attempt, Page, State, live_tables
from tasks.store.rows import Acquired, utc
from tasks.store.tables import NO_PLACE

if TYPE_CHECKING:
    from tasks.fetch.records import Answer

STAGE = "fetch"
# Raise it when an answer would be read otherwise.
VERSION = "1"
# A batch ends with the first of these: a kill costs no more than some seconds of asking.
PAGES_A_BATCH = 50
BYTES_A_BATCH = 20_000_000
SECONDS_A_BATCH = 5.0
# Trouble that may pass is given so many tries over as many runs; then the page is set aside.
MOST_ATTEMPTS = 3
# A page that waits in one role is asked for in those in which it is held too: one page, one content.
ASKED = frozenset({"waiting", "held"})


@dataclass(frozen=True, slots=True)
class Due:
    """A page to ask for: its rows by role, the id of what is held of it ("": nothing), and its validators
    with the address that gave them.

    ``held``: the roles in which that is held. ``last_document`` is what was got last, held or not.
    """

    rows: tuple[Page, ...]
    document_id: str = ""
    held: frozenset[str] = frozenset()
    etag: str = ""
    last_modified: str = ""
    validators_from: str = ""
    last_document: str = ""

    @property
    def page(self) -> str:
        """The canonical address."""
        return self.rows[0].page

    @property
    def urls(self) -> tuple[str, ...]:
        """Its addresses, the one that is asked for first: one, unless its roles spell it differently."""
        return tuple(dict.fromkeys(row.url for row in self.rows))

    @property
    def items(self) -> tuple[str, ...]:
        """What an attempt tells of: its addresses, and where it was lost, the question for a copy of it."""
        lost = (row for row in self.rows if row.role == "source" and row.state == "failed")
        return (*self.urls, *(copy_item(row.url) for row in lost))

    @property
    def complete(self) -> bool:
        """Whether it is held in every one of its roles."""
        return all(row.role in self.held for row in self.rows)

    def wanted(self) -> Wanted:
        """Return the request: conditional where a copy is held."""
        first = self.rows[0]
        attempt = first.attempts + 1
        if not self.complete:
            return Wanted(first.url, attempt=attempt)
        return Wanted(first.url, self.etag, self.last_modified, attempt, self.validators_from)


def copy_item(url: str) -> str:
    """Return the ledger's item for the question whether an archive has a copy of ``url``."""
    return f"copy of {url}"


def due_pages(context: Context) -> list[Due]:
    """Return the pages that wait to be asked for now."""
    now = utc(datetime.now(UTC))
    pages = [row["page"] for row in context.store.rows("due_pages", now=now, run_id=context.run_id)]
    return [
        replace(due, rows=tuple(row for row in due.rows if row.state in ASKED))
        for due in named_pages(context, pages)
    ]


def named_pages(context: Context, pages: Sequence[str]) -> list[Due]:
    """Return those of these canonical addresses that are known, in their order, whatever their state."""
    by_page: dict[str, list[Mapping[str, Any]]] = {page: [] for page in pages}
    for row in context.store.rows("named_pages", pages=list(by_page)):
        by_page[row["page"]].append(row)
    return [_due(roles) for roles in by_page.values() if roles]


def _due(roles: Sequence[Mapping[str, Any]]) -> Due:
    """Return a page out of its rows, one a role."""
    extra = ("document_id", "in_role", "etag", "last_modified", "validators_from", "last_document")
    # Roles may spell it differently. Under the address at which it is held it is there, and under the one at
    # which it was got last it is what the validators are of.
    roles = sorted(roles, key=lambda row: (not row["in_role"], row["url"] != row["validators_from"]))
    pages = tuple(Page(**{k: v for k, v in row.items() if k not in extra}) for row in roles)
    held = frozenset(row["role"] for row in roles if row["in_role"])
    document = next(filter(None, (row["document_id"] for row in roles)), "")
    first = roles[0]
    got = {name: first[name] for name in ("etag", "last_modified", "validators_from", "last_document")}
    return Due(pages, document, held, **got)


def fetch_pages(context: Context, dues: Sequence[Due], by: Fetcher) -> Iterator[Attempt]:
    """Ask for ``dues`` and commit what came of them; yield each attempt then, its body left out."""
    wanted = [due.wanted() for due in dues]
    waiting = {one.url: due for one, due in zip(wanted, dues, strict=True)}
    began, size, batch = time.perf_counter(), 0, list[tuple[Due, Visit]]()
    for visit in by.visits(wanted):
        batch.append((waiting[visit.wanted.url], visit))
        size += len(visit.answer.content)
        full = len(batch) >= PAGES_A_BATCH or size >= BYTES_A_BATCH
        if full or time.perf_counter() - began >= SECONDS_A_BATCH:
            yield from _commit(context, began, batch)
            began, size, batch = time.perf_counter(), 0, []
    if batch:
        yield from _commit(context, began, batch)


def _commit(context: Context, began: float, batch: Sequence[tuple[Due, Visit]]) -> Iterator[Attempt]:
    attempts = [_attempt(due, visit) for due, visit in batch]
    # Where nothing was asked there is no attempt to tell of.
    asked = [one for one in attempts if one.reason not in NOT_ASKED]
    pages = [row for (due, _), one in zip(batch, attempts, strict=True) for row in _after(due, one)]
    hosts = {host.host: host for _, visit in batch for host in visit.hosts}
    tables = live_tables(asked, pages, hosts.values(), context.run_id)
    pending = [Pending(url, visit.wanted.etag or "asked") for due, visit in batch for url in due.items]
    results = [
        result for (due, _), one in zip(batch, attempts, strict=True) for result in _results(due, one, pages)
    ]
    context.commit(STAGE, VERSION, began, pending, results, tables)
    yield from (replace(one, answer=replace(one.answer, content=b""), acquired=()) for one in attempts)


def _attempt(due: Due, visit: Visit) -> Attempt:
    """Return what came of a visit, with the document in every role in which its page is known."""
    answer, first, archived_at = visit.answer, due.rows[0], None
    copied = next((row for row in due.rows if row.origin == "archive"), None)
    if copied:
        answer, archived_at = stripped(answer, copied.via)
    reason, detail = answer.reason, answer.detail
    kind = readable_as(answer.media_type, answer.content)
    not_modified = answer.status == NOT_MODIFIED
    if not (reason or not_modified or kind):
        reason, detail = "not_text", f"{answer.media_type or 'no media type'} is no page"
    acquired = () if reason or not_modified else _acquired(due, answer, kind, visit.started_at)
    document = acquired[0].document_id if acquired else ""
    if not reason and first.reason in NO_PLACE and document in ("", due.last_document):
        # What was found to be no article is none again.
        acquired, document, reason, detail = (), "", first.reason, "as it was before"
    # Many servers know no 304: the same bytes are no new version. In a new role they are written again.
    same = due.complete and document == due.document_id
    return Attempt(
        page=due.page,
        purpose="page",
        answer=answer,
        outcome="failed" if reason else "unchanged" if same or not_modified else "kept",
        fetched_at=visit.started_at,
        reason=reason,
        detail=detail,
        robots=visit.robots,
        attempt=visit.wanted.attempt,
        acquired=() if same else acquired,
        document_id=document,
        size=len(answer.content),
        archived_at=archived_at,
        copy_of=canonical_url(copied.via) if copied else "",
        not_before=visit.host.not_before,
    )


def stripped(answer: Answer, of: str) -> tuple[Answer, datetime | None]:
    """Return an archive's answer without what the archive put into the page, and when that copy was made.

    ``of``: the page whose copy was asked for. Where that led to anything else than a copy of it in the same
    archive, the answer has no content, and the reason is ``bad_archive_answer``.
    """
    from tasks.fetch.archive import copied_at, strip_banner

    archived_at = copied_at(answer.url, (*answer.redirects, answer.final_url))
    if archived_at is None and not answer.reason:
        way = " by ".join(dict.fromkeys((answer.final_url, *answer.redirects)))
        detail = printable(f"redirected to {way}: no copy of {of} in that archive")
        return replace(answer, reason="bad_archive_answer", detail=detail, content=b""), None
    return replace(answer, content=strip_banner(answer.content)), archived_at


def _acquired(due: Due, answer: Answer, kind: str, when: datetime) -> tuple[Acquired, ...]:
    # In each role under the address by which it is known there: they may be spelt differently.
    raws = [(row.role, Raw(row.url, kind, answer.content, answer.charset)) for row in due.rows]
    document = bytes_key(kind, answer.content, answer.charset)
    nanoseconds = int(when.timestamp() * 1_000_000_000)
    return tuple(Acquired(role, document, raw, nanoseconds, when) for role, raw in raws)


def _after(due: Due, attempt: Attempt) -> Iterator[Page]:
    """Yield the rows of a page as they are after an attempt."""
    for row in due.rows:
        if not attempt.reason:
            yield replace(row, state="held", reason="", attempts=0, not_before=None)
        elif attempt.reason in NOT_ASKED or (row.role in due.held and row.url != due.rows[0].url):
            # Nothing was learnt of what is held at an address that was not asked for.
            yield row
        elif attempt.reason in TRANSIENT:
            yield _in_trouble(row, attempt, row.role in due.held)
        else:
            state: State = "held" if row.role in due.held else "failed"
            yield replace(row, state=state, reason=attempt.reason, attempts=0, not_before=None)


def _in_trouble(row: Page, attempt: Attempt, held: bool) -> Page:
    attempts = row.attempts + 1
    not_before = utc(attempt.not_before) if attempt.not_before else None
    over: State = "held" if held else "set_aside"
    state = over if attempts >= MOST_ATTEMPTS else "waiting"
    return replace(row, state=state, reason=attempt.reason, attempts=attempts, not_before=not_before)


def _results(due: Due, attempt: Attempt, pages: Sequence[Page]) -> Iterator[Result]:
    """Yield what came of each of a page's addresses; issues are of the one that was asked for."""
    asked = _result(due, attempt, pages)
    yield asked
    yield from (replace(asked, item=url, issues=()) for url in due.items[1:])


def _result(due: Due, attempt: Attempt, pages: Sequence[Page]) -> Result:
    url = due.rows[0].url
    if not attempt.reason:
        document = attempt.document_id or "unchanged"
        return Result(url, content_key(document, *(row.role for row in due.rows)))
    if attempt.reason == "budget_spent":
        # Nothing went wrong: the next run goes on.
        return Result(url, reason=attempt.reason)
    status = attempt.answer.status
    result = dropped(STAGE, url, attempt.reason, attempt.detail or (f"status {status}" if status else ""))
    if any(row.state == "set_aside" and row.page == due.page for row in pages):
        return replace(result, issues=(*result.issues, set_aside(url, attempt.reason)))
    return result


def set_aside(item: str, reason: str) -> Issue:
    """Return what tells that ``item`` was tried too often."""
    detail = f"{reason}, {MOST_ATTEMPTS} times: workscited retry takes it up again"
    return Issue(STAGE, item, "set_aside", detail)

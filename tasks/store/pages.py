"""Pages of the web as rows: what is known of them, each attempt to get one, what is remembered of hosts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from tasks.cite.urls import canonical_url
from tasks.fetch.records import Answer, HostState, Outcome, RobotsVerdict
from tasks.keys import content_key
from tasks.store.rows import Acquired, raw_tables, utc
from tasks.store.tables import arrow

if TYPE_CHECKING:
    import pyarrow as pa

    from tasks.store.store import Store

Role = Literal["article", "source"]
State = Literal["known", "waiting", "held", "failed", "set_aside"]
Purpose = Literal["page", "feed", "sitemap", "list", "archive", "warc"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the web that is known in a role; see the table ``pages``. Times are naive, in UTC."""

    role: Role
    page: str
    url: str
    origin: str
    via: str = ""
    tag: str = ""
    item_id: str = ""
    title: str = ""
    published: str = ""
    modified: str = ""
    state: State = "waiting"
    reason: str = ""
    attempts: int = 0
    not_before: datetime | None = None
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to get a page, and what it gave; see the table ``fetches``.

    ``acquired`` holds the document in each role in which it is kept, none where nothing was; ``size`` is
    its size in bytes. ``not_before`` is how long the host is left alone. ``archived_at`` is when a web
    archive made its copy, of ``copy_of`` (a canonical address).
    """

    page: str
    purpose: Purpose
    answer: Answer
    outcome: Outcome
    fetched_at: datetime
    reason: str = ""
    detail: str = ""
    robots: RobotsVerdict = ""
    attempt: int = 1
    acquired: tuple[Acquired, ...] = ()
    document_id: str = ""
    size: int = 0
    archived_at: datetime | None = None
    copy_of: str = ""
    not_before: datetime | None = None


class KnownHosts(dict[str, HostState]):
    """What is remembered of sites and still counts, by name; times are aware.

    Each is read when it is first asked for, by ``[]``; get() and the like know those alone that were. A
    database knows of more hosts than a run meets, each with its robots.txt. Of one that was asked for before
    ``recent`` the text is left out. ``store`` is for this alone: it is asked in whichever thread asks here.
    """

    def __init__(self, store: Store, recent: datetime) -> None:
        super().__init__()
        self._store, self._recent = store, utc(recent)

    def __missing__(self, site: str) -> HostState:
        self.read([site])
        return self[site]

    def read(self, sites: Iterable[str]) -> None:
        """Read what is remembered of these sites, where that was not read before."""
        missing = [site for site in dict.fromkeys(sites) if site not in self]
        read = {row["host"]: row for row in self._store.rows("hosts", keys=missing, recent=self._recent)}
        for site in missing:
            # What came meanwhile is newer.
            self.setdefault(site, _host(read[site]) if site in read else HostState(site))


def _host(row: Mapping[str, Any]) -> HostState:
    times = {name: row[name] and row[name].replace(tzinfo=UTC) for name in ("not_before", "robots_at")}
    return HostState(**{**row, **times})


def live_tables(
    attempts: Sequence[Attempt], pages: Iterable[Page], hosts: Iterable[HostState], run_id: str
) -> dict[str, pa.Table]:
    """fetch: what came of attempts, what is known of pages and hosts after them."""
    acquired = [one for attempt in attempts for one in attempt.acquired]
    return {
        **raw_tables(acquired),
        "pages": arrow("pages", [_page_row(page) for page in pages]),
        "fetches": arrow("fetches", [_fetch_row(attempt, run_id) for attempt in attempts]),
        "addresses": arrow("addresses", [row for attempt in attempts for row in _address_rows(attempt)]),
        "hosts": arrow("hosts", [_host_row(host) for host in hosts]),
    }


def _page_row(page: Page) -> tuple[Any, ...]:
    p = page
    head = (p.role, p.page, p.url, p.origin, p.via, p.tag, p.item_id, p.title, p.published, p.modified)
    return (
        *head,
        p.state,
        p.reason,
        p.attempts,
        _naive(p.not_before),
        _naive(p.added_at or datetime.now(UTC)),
    )


def _fetch_row(attempt: Attempt, run_id: str) -> tuple[Any, ...]:
    a, when = attempt.answer, utc(attempt.fetched_at)
    return (
        content_key(attempt.page, attempt.purpose, a.url, when.isoformat()),
        *(attempt.page, a.url, a.final_url, attempt.purpose, attempt.outcome, a.status),
        *(attempt.reason, attempt.detail, a.redirects, a.media_type, a.charset),
        *(len(a.content), a.raw_bytes, hashlib.sha256(a.content).hexdigest() if a.content else ""),
        attempt.document_id or None,
        *(a.etag, a.last_modified, attempt.robots, a.tls_verified, attempt.attempt, when),
        *(_naive(attempt.archived_at), a.seconds, run_id),
    )


def _address_rows(attempt: Attempt) -> Iterable[tuple[Any, ...]]:
    document, when = attempt.document_id, _naive(attempt.archived_at)
    if not document:
        return
    passed: Mapping[str, str] = {
        canonical_url(attempt.answer.final_url): "final",
        **{canonical_url(url): "redirect" for url in attempt.answer.redirects},
        attempt.page: "asked",
    }
    for page, via in passed.items():
        if page:
            yield (page, document, via, when)
    if attempt.copy_of:
        yield (attempt.copy_of, document, "archive", when)


def _host_row(host: HostState) -> tuple[Any, ...]:
    h = host
    return (h.host, h.failures, _naive(h.not_before), h.robots, h.robots_status, _naive(h.robots_at))


def _naive(moment: datetime | None) -> datetime | None:
    return utc(moment) if moment else None

"""fetch: get the pages that articles cite: by address, from what outlets list, from web archives."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tasks.cite.urls import canonical_url
from tasks.fetch.records import DEAD, Wanted
from tasks.keys import content_key
from tasks.model import Issue
from tasks.stages.fetching import (
    NOT_ASKED,
    STAGE,
    VERSION,
    Fetcher,
    due_pages,
    fetch_pages,
    fetcher,
    named_pages,
)
from tasks.stages.weighing import weigh
from tasks.stages.work import Context, Pending, Result
from tasks.store.load import load_articles
from tasks.store.pages import Attempt, Page, Role, live_tables

if TYPE_CHECKING:
    from tasks.discover.lookup import Known
    from tasks.fetch.records import Visit
    from tasks.model import Reference

# What is gone, or turned out to be no article, may have a copy in a web archive; what is blocked is there.
COPIED = sorted(DEAD | {"thin", "soft_not_found", "redirected_home"})
# Raise it when references would be looked up otherwise.
LOOK_UP = "1"


def fetch(context: Context) -> None:
    """Get the cited pages that are not held: those that references name, then copies of the dead ones."""
    if not context.settings.live:
        return
    weigh(context)
    if context.settings.sources.cited:
        _want_cited(context)
    _look_up(context)
    due = due_pages(context)
    context.start(STAGE, len(due))
    if not due and not _uncopied(context):
        return
    with fetcher(context) as by:
        _finish(fetch_pages(context, due, by))
        if context.settings.fetch.archive and _ask_archive(context, by):
            _finish(fetch_pages(context, due_pages(context), by))


def _finish(attempts: Iterable[Attempt]) -> None:
    for _ in attempts:
        pass


def _want_cited(context: Context) -> None:
    """Note the pages whose addresses references name."""
    named: dict[str, str] = {}
    for row in context.store.rows("cited_addresses"):
        if page := canonical_url(row["url"]):
            url = absolute(row["url"])
            # Of several spellings the shortest: it has no tracking and no fragment.
            named[page] = min(named.get(page, url), url, key=lambda one: (len(one), one))
    want(context, named, origin="cited")


def absolute(url: str) -> str:
    """Return ``url`` as it can be asked for: entries print addresses without scheme, and break them."""
    joined = "".join(url.split())
    return joined if "://" in joined else f"https://{joined.removeprefix('//')}"


def want(
    context: Context, named: Mapping[str, str], origin: str, via: str = "", role: Role = "source"
) -> int:
    """Note pages, given as canonical address → address, as waiting; return how many are new to that."""
    began, now = time.perf_counter(), datetime.now(UTC)
    known = {
        row.page: row for due in named_pages(context, list(named)) for row in due.rows if row.role == role
    }
    new = [
        Page(role=role, page=page, url=url, origin=origin, via=via, added_at=now)
        for page, url in named.items()
        if page not in known
    ]
    told = [known[page] for page in named if page in known and known[page].state == "known"]
    rows = new + [replace(row, state="waiting", origin=origin) for row in told]
    if rows:
        context.commit(STAGE, VERSION, began, [], [], live_tables([], rows, [], context.run_id))
    return len(rows)


def _look_up(context: Context) -> None:
    """Look references without address up in what outlets list, then ask the search that is plugged in."""
    ids: dict[str, set[str]] = {}
    for row in context.store.rows("unaddressed_references"):
        ids.setdefault(row["document_id"], set()).add(row["reference_id"])
    if not ids:
        return
    listed = _listed(context)
    for article in load_articles(context.store, sorted(ids)):
        for reference in article.references:
            if reference.id in ids[article.document.id]:
                _look_up_one(context, reference, listed)


def _look_up_one(context: Context, reference: Reference, listed: Sequence[Known]) -> None:
    from tasks.discover.lookup import look_up

    found, _ = look_up(reference, listed)
    if found is not None:
        want(context, {canonical_url(found.url): found.url}, origin="lookup", via=reference.id)
    elif context.settings.sources.search:
        _search(context, reference)


def _listed(context: Context) -> list[Known]:
    from tasks.discover.lookup import Known

    return [
        Known(row["url"], row["title"], row["published"], row["modified"], row["page"].partition("/")[0])
        for row in context.store.rows("listed_pages")
    ]


def _search(context: Context, reference: Reference) -> None:
    """Ask the search that the settings name, once for a reference's words."""
    from tasks.discover.search import load_search

    name = context.settings.sources.search
    asked = content_key(name, reference.text)
    ledger = {row["item"]: row["input_hash"] for row in context.store.rows("stage_ledger", stage="search")}
    if ledger.get(reference.id) == asked:
        return
    began = time.perf_counter()
    found = [url for url in load_search(name)(reference) if canonical_url(url)]
    want(context, {canonical_url(url): url for url in found}, origin="lookup", via=name)
    result = Result(reference.id, content_key(*found))
    context.commit("search", LOOK_UP, began, [Pending(reference.id, asked)], [result], {})


def _uncopied(context: Context) -> Sequence[Mapping[str, str]]:
    rows: Sequence[Mapping[str, str]] = context.store.rows("uncopied_pages", reasons=COPIED)
    return rows if context.settings.fetch.archive else []


def _ask_archive(context: Context, by: Fetcher) -> int:
    """Ask the archive for copies of dead pages nearest to the articles that cite them; return how many."""
    from tasks.fetch.archive import availability_url

    endpoint, cited = context.settings.fetch.archive, _cited_on(context)
    asked = {
        availability_url(row["url"], cited.get(row["page"], ""), endpoint): row for row in _uncopied(context)
    }
    copies = 0
    for visit in by.visits([Wanted(url) for url in asked]):
        copies += _note_copy(context, visit, asked[visit.wanted.url], endpoint)
    return copies


def _cited_on(context: Context) -> dict[str, str]:
    """Return the date of the earliest article that cites each page, by canonical address."""
    found: dict[str, str] = {}
    for row in context.store.rows("cited_addresses"):
        page, day = canonical_url(row["url"]), row["published"]
        if day and (page not in found or day < found[page]):
            found[page] = day
    return found


def _note_copy(context: Context, visit: Visit, dead: Mapping[str, str], endpoint: str) -> int:
    """Commit what the archive says of a dead page; return 1 where it has a copy, which then waits."""
    from tasks.fetch.archive import read_availability

    began, answer = time.perf_counter(), visit.answer
    copy, reason = None, answer.reason
    if not reason:
        copy, reason = read_availability(answer, dead["url"], endpoint)
    if reason in NOT_ASKED:
        return 0
    attempt = Attempt(
        page=dead["page"],
        purpose="archive",
        answer=answer,
        outcome="failed" if reason else "kept",
        fetched_at=visit.started_at,
        reason=reason,
        detail=answer.detail,
        robots=visit.robots,
        archived_at=copy.archived_at if copy else None,
    )
    rows = list(_copy_rows(dead, copy.url, copy.archived_at)) if copy else []
    tables = live_tables([attempt], rows, visit.hosts, context.run_id)
    issues = (Issue(STAGE, dead["url"], reason, f"the archive's answer: {answer.detail or reason}"),)
    result = Result(endpoint_item(dead["url"]), content_key(dead["url"]), issues=() if copy else issues)
    context.commit(STAGE, VERSION, began, [Pending(result.item, "archive")], [result], tables)
    return len(rows)


def endpoint_item(url: str) -> str:
    """Return the ledger's item for the question whether an archive has a copy of ``url``."""
    return f"copy of {url}"


def _copy_rows(dead: Mapping[str, str], url: str, archived_at: datetime) -> Iterator[Page]:
    yield Page(
        role="source",
        page=canonical_url(url),
        url=url,
        origin="archive",
        via=dead["url"],
        published=archived_at.isoformat(),
        added_at=datetime.now(UTC),
    )

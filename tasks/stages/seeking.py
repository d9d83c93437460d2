"""fetch: get the pages that articles cite: by address, from what outlets list, from web archives."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tasks.cite.urls import canonical_url
from tasks.discover.search import no_search
from tasks.fetch.records import DEAD, TRANSIENT, Wanted
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
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.load import load_articles
from tasks.store.pages import Attempt, Page, Role, live_tables

if TYPE_CHECKING:
    from tasks.discover.lookup import Known
    from tasks.discover.search import Search
    from tasks.fetch.records import Visit
    from tasks.model import Reference

# What is gone, or turned out to be no article, may have a copy in a web archive; what is blocked is there.
COPIED = sorted(DEAD | {"thin", "soft_not_found", "redirected_home"})
# States from which a page waits again: a person who names a page that failed wants it tried.
BY_ITSELF = frozenset({"known"})
BY_HAND = frozenset({"known", "failed", "set_aside"})
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
    again = BY_HAND if origin == "added" else BY_ITSELF
    told = [known[page] for page in named if page in known and known[page].state in again]
    rows = new + [replace(row, state="waiting", origin=origin, attempts=0) for row in told]
    if rows:
        context.commit(STAGE, VERSION, began, [], [], live_tables([], rows, [], context.run_id))
    return len(rows)


def _look_up(context: Context) -> None:
    """Look references without address up in what outlets list, then ask the search that is plugged in."""
    (state,) = context.store.rows("listed_state")
    if state["listed"]:
        _find(context, "lookup", state["listed"], lambda: _in_listed(_listed(context)))
    if name := context.settings.sources.search:
        from tasks.discover.search import load_search

        _find(context, "search", content_key(name), lambda: load_search(name))


def _in_listed(listed: Sequence[Known]) -> Search:
    from tasks.discover.lookup import look_up

    def find(reference: Reference) -> Sequence[str]:
        known, _ = look_up(reference, listed)
        return (known.url,) if known else ()

    return find


def _find(context: Context, stage: str, asked: str, finder: Callable[[], Search]) -> None:
    """Ask a finder for addresses of the references that it was not asked about; what it gives then waits."""
    pending = context.pending("pending_look_up", stage=stage, version=LOOK_UP, asked=asked)
    by_article: dict[str, list[Pending]] = {}
    for one in pending:
        by_article.setdefault(one.row["document_id"], []).append(one)
    find = finder() if pending else no_search
    for batch in context.batches(list(by_article.items())):
        began = time.perf_counter()
        articles = load_articles(context.store, [document for document, _ in batch])
        references = {reference.id: reference for article in articles for reference in article.references}
        items = [one for _, group in batch for one in group]
        results = [_found(context, stage, references[one.item], find) for one in items]
        context.commit(stage, LOOK_UP, began, items, results, {})


def _found(context: Context, stage: str, reference: Reference, find: Search) -> Result:
    try:
        urls = {page: url for url in find(reference) if (page := canonical_url(url))}
    except Exception as error:
        # The search is the user's own code: its fault costs one reference.
        return dropped(stage, reference.id, "search_failed", f"{type(error).__name__}: {error}")
    want(context, urls, origin="lookup", via=stage)
    return Result(reference.id, content_key(stage, *urls))


def _listed(context: Context) -> list[Known]:
    from tasks.discover.lookup import Known

    return [
        Known(row["url"], row["title"], row["published"], row["modified"], re.split("[/?]", row["page"])[0])
        for row in context.store.rows("listed_pages")
    ]


def _uncopied(context: Context) -> Sequence[Mapping[str, str]]:
    rows: Sequence[Mapping[str, str]] = context.store.rows(
        "uncopied_pages", reasons=COPIED, passing=sorted(TRANSIENT)
    )
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
    for row in context.store.rows("citation_dates"):
        page, day = canonical_url(row["url"]), row["published"]
        if page not in found or day < found[page]:
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

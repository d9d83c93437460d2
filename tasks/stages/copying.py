"""fetch: get copies of pages that are dead, or no article, from a web archive.

The archive is asked once for each, and again in later runs where asking failed. A copy that cannot be had as
the page was served is taken as the archive shows it, without what it puts in.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tasks.cite.urls import canonical_url
from tasks.fetch.records import BLOCKED, DEAD, NOT_ASKED, TRANSIENT, Wanted
from tasks.keys import content_key
from tasks.model import Issue
from tasks.stages.fetching import MOST_ATTEMPTS, STAGE, VERSION, copy_item, named_pages, set_aside
from tasks.stages.work import Context, Pending, Result
from tasks.store.pages import Attempt, Page, live_tables

if TYPE_CHECKING:
    from tasks.fetch.records import Visit
    from tasks.stages.asking import Fetcher

# What is gone, or turned out to be no article, may have a copy in a web archive; what is blocked is there.
COPIED = sorted(DEAD | {"thin", "soft_not_found", "redirected_home"})
# Where a copy's address says that it is asked for as the page was served: /web/20240606070809id_/http://...
RAW_FORM = re.compile(r"(/[0-9]{14})id_/")
# The archive refuses both forms alike, and its own page of what is no article is none either.
SETTLED = sorted(BLOCKED | {"thin", "soft_not_found"})


def uncopied(context: Context) -> Sequence[Mapping[str, Any]]:
    """Return the pages for whose copies the archive is to be asked: page, url and failures so far."""
    rows: Sequence[Mapping[str, Any]] = context.store.rows(
        "uncopied_pages",
        reasons=COPIED,
        passing=sorted(TRANSIENT),
        run_id=context.run_id,
        tries=MOST_ATTEMPTS,
    )
    return rows if context.settings.fetch.archive else []


def ask_archive(context: Context, by: Fetcher) -> int:
    """Ask the archive for copies of dead pages nearest to the articles that cite them; return how many."""
    from tasks.fetch.archive import availability_url

    endpoint, dead = context.settings.fetch.archive, uncopied(context)
    cited = _cited_on(context) if dead else {}
    asked = {availability_url(row["url"], cited.get(row["page"], ""), endpoint): row for row in dead}
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


def _note_copy(context: Context, visit: Visit, dead: Mapping[str, Any], endpoint: str) -> int:
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
        attempt=dead["failures"] + 1,
        archived_at=copy.archived_at if copy else None,
    )
    rows = [_copy_page(dead["url"], copy.url, copy.archived_at.isoformat())] if copy else []
    tables = live_tables([attempt], rows, visit.hosts, context.run_id)
    last = reason in TRANSIENT and attempt.attempt >= MOST_ATTEMPTS
    result = _told(dead["url"], reason, f"the archive's answer: {answer.detail or reason}", last)
    context.commit(STAGE, VERSION, began, [Pending(result.item, "archive")], [result], tables)
    return len(rows)


def _told(url: str, reason: str, detail: str, last: bool) -> Result:
    """Return what came of asking an archive: that it has no copy is an answer, and worth knowing.

    ``last``: it is not asked again, unless a person wants that.
    """
    item = copy_item(url)
    told = [Issue(STAGE, item, reason, detail)] if reason else []
    issues = (*told, set_aside(item, reason)) if last else tuple(told)
    if reason not in ("", "not_archived"):
        return Result(item, reason=reason, issues=issues)
    return Result(item, content_key(item), issues=issues)


def _copy_page(of: str, url: str, archived_at: str) -> Page:
    return Page(
        role="source",
        page=canonical_url(url),
        url=url,
        origin="archive",
        via=of,
        published=archived_at,
        added_at=datetime.now(UTC),
    )


def want_shown(context: Context) -> list[str]:
    """Note copies that could not be had as the pages were served in the form in which the archive shows them.

    Return those pages, which then wait: each once.
    """
    if not context.settings.fetch.archive:
        return []
    began = time.perf_counter()
    shown = {
        canonical_url(url): _copy_page(row["via"], url, row["published"])
        for row in context.store.rows("raw_copies_failed", reasons=SETTLED)
        if (url := RAW_FORM.sub(r"\1/", row["url"], count=1)) != row["url"]
    }
    for due in named_pages(context, list(shown)):
        del shown[due.page]
    if shown:
        tables = live_tables([], shown.values(), [], context.run_id)
        context.commit(STAGE, VERSION, began, [], [], tables)
    return list(shown)

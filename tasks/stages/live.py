"""What is asked for by hand: add pages, get pages now, look again at pages that were got before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tasks.cite.urls import canonical_url
from tasks.fetch.records import BLOCKED, DEAD
from tasks.stages.asking import fetcher
from tasks.stages.fetching import Due, fetch_pages, named_pages
from tasks.stages.seeking import absolute, want

if TYPE_CHECKING:
    from tasks.stages.work import Context
    from tasks.store.pages import Attempt, Role

# More pages than any database of this project holds: no limit.
NO_LIMIT = 1_000_000_000


def add_pages(context: Context, urls: Sequence[str], role: Role) -> int:
    """Note ``urls`` as waiting for the next run; return how many were not waiting or held before."""
    return want(context, _by_page(urls), origin="added", role=role)


def fetch_pages_now(context: Context, urls: Sequence[str], role: Role) -> list[dict[str, Any]]:
    """Get ``urls`` now, whatever is known of them; return what came of each, ready for JSON."""
    add_pages(context, urls, role)
    return _get(context, list(_by_page(urls)))


def recheck(context: Context, dead: bool = False, limit: int = 0) -> list[dict[str, Any]]:
    """Ask again for pages that were asked for before, the longest ago first; ``dead``: only for dead ones.

    At most ``limit`` pages, 0 for all. A page that is held is asked for conditionally, and stays held
    whatever comes.
    """
    rows = context.store.rows("recheckable_pages", dead_only=dead, dead=sorted(DEAD), limit=limit or NO_LIMIT)
    return _get(context, [row["page"] for row in rows])


def _by_page(urls: Iterable[str]) -> dict[str, str]:
    return {page: absolute(url) for url in urls if (page := canonical_url(url))}


def _get(context: Context, pages: Sequence[str]) -> list[dict[str, Any]]:
    if not pages:
        return []
    dues = [_in_wanted_roles(due) for due in named_pages(context, pages)]
    with fetcher(context) as by:
        return [_told(one) for one in fetch_pages(context, dues, by)]


def _in_wanted_roles(due: Due) -> Due:
    """Return a page without the roles in which it is known only: a feed lists it there, nobody takes it."""
    return replace(due, rows=tuple(row for row in due.rows if row.state != "known"))


def _told(attempt: Attempt) -> dict[str, Any]:
    answer = attempt.answer
    return {
        "url": answer.url,
        "final_url": answer.final_url,
        "outcome": attempt.outcome,
        "status": answer.status,
        "reason": attempt.reason,
        "kind": "dead" if attempt.reason in DEAD else "blocked" if attempt.reason in BLOCKED else "",
        "detail": attempt.detail,
        "redirects": list(answer.redirects),
        "media_type": answer.media_type,
        "bytes": attempt.size,
        "document_id": attempt.document_id,
        "archived_at": attempt.archived_at and attempt.archived_at.isoformat(),
        "seconds": answer.seconds,
    }

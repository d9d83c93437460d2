"""fetch: get the pages that articles cite: by address, from what outlets list, from web archives."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from tasks.cite.urls import canonical_url
from tasks.fetch.headers import shown_url
from tasks.fetch.records import BLOCKED
from tasks.keys import content_key
from tasks.stages.asking import fetcher
from tasks.stages.copying import ask_archive, uncopied, want_shown
from tasks.stages.fetching import STAGE, VERSION, due_pages, fetch_pages, named_pages
from tasks.stages.weighing import weigh
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.load import load_articles
from tasks.store.pages import Page, Role, live_tables

if TYPE_CHECKING:
    from tasks.discover.lookup import Listed
    from tasks.discover.search import Search
    from tasks.model import Reference
    from tasks.stages.asking import Fetcher
    from tasks.stages.fetching import Due
    from tasks.stages.work import Tally

# States from which a page waits again: a person who names a page that failed wants it tried.
BY_ITSELF = frozenset({"known"})
BY_HAND = frozenset({"known", "failed", "set_aside"})
# The pages that an entry may mean, canonical address → address, the likeliest first; or why there are none.
Found = tuple[Mapping[str, str], str]
Finder = Callable[["Reference"], Found]

# Raise it when references would be looked up otherwise.
LOOK_UP = "2"
# With and without "www.", with http and https: so many spellings of one address are asked for before it is
# told that its page is not there.
MOST_SPELLINGS = 4
# A search gives the likeliest first; what comes after the third is a guess that costs a site a request.
MOST_ANSWERS = 3
# How often a search that failed is asked about a reference, over as many runs.
SEARCH_TRIES = 3


def fetch(context: Context) -> Mapping[str, str]:
    """Get the cited pages that are not held: those that references name, then copies of the dead ones.

    Return what became of each page that was asked for or found to be no article: the reason why it is not
    held, "" where it is. These are counted, each once, and the references that were looked up.
    """
    told: dict[str, str] = {}
    if not context.settings.live:
        return told
    tally = context.tally
    told |= weigh(context)
    spellings = _spellings(context) if context.settings.sources.cited else {}
    kept, before = tally.kept, Counter(tally.dropped)
    _look_up(context)
    looked_up = Counter({"": tally.kept - kept}) + (tally.dropped - before)
    due = [*due_pages(context), *_other_forms(context, spellings)]
    context.start(STAGE, tally.pending + len(due))
    if due or uncopied(context):
        with fetcher(context) as by:
            told |= _get(context, due, by, spellings)
            if ask_archive(context, by):
                told |= _get(context, due_pages(context), by, spellings)
    _count(tally, looked_up + Counter(told.values()))
    return told


def _count(tally: Tally, ended: Mapping[str, int]) -> None:
    """Let a tally count what ended how, by reason ("": kept), in place of what was committed on the way."""
    tally.kept, tally.pending = ended.get("", 0), sum(ended.values())
    tally.dropped = Counter({reason: number for reason, number in ended.items() if reason})


def _get(
    context: Context, due: Sequence[Due], by: Fetcher, spellings: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Ask for pages, and again in other forms of their addresses where they are not there in the first.

    Return what became of each at last: the reason why it was not got, or "".
    """
    told: dict[str, str] = {}
    for _ in range(MOST_SPELLINGS):
        told |= {attempt.page: attempt.reason for attempt in fetch_pages(context, due, by)}
        due = _other_forms(context, spellings)
        if not due:
            break
    return told


def _other_forms(context: Context, spellings: Mapping[str, Sequence[str]]) -> list[Due]:
    """Return the pages that are to be asked for in another form of their address than before."""
    return named_pages(context, [*_respell(context, spellings), *want_shown(context)])


def _spellings(context: Context) -> Mapping[str, Sequence[str]]:
    """Note the pages that references name; return the spellings of each address, the best first."""
    written: dict[str, Counter[str]] = {}
    wanted: dict[str, datetime] = {}
    for row in context.store.rows("cited_addresses"):
        if page := canonical_url(row["url"]):
            # What a fragment names is a place in the page.
            url = urldefrag(absolute(row["url"])).url
            written.setdefault(page, Counter())[url] += row["times"]
            if row["wanted"]:
                wanted[page] = max(row["cited_at"], wanted.get(page, row["cited_at"]))
    spellings = {page: ranked(times) for page, times in written.items()}
    want(context, {page: urls[0] for page, urls in spellings.items() if page in wanted}, origin="cited")
    _weigh_anew(context, wanted)
    return spellings


def _weigh_anew(context: Context, cited: Mapping[str, datetime]) -> None:
    """Let thin pages that have been cited anew wait: under another title they may be what is meant.

    ``cited``: when each page was cited last.
    """
    began = time.perf_counter()
    thin = [
        row["page"]
        for row in context.store.rows("thin_pages")
        if row["page"] in cited and cited[row["page"]] > row["weighed_at"]
    ]
    # Without their reason they are weighed again, though they be as they were.
    rows = [
        replace(row, state="waiting", reason="", attempts=0, not_before=None)
        for due in named_pages(context, thin)
        for row in due.rows
        if row.role == "source"
    ]
    if rows:
        context.commit(STAGE, VERSION, began, [], [], live_tables([], rows, [], context.run_id))


def ranked(times: Mapping[str, int]) -> list[str]:
    """Return spellings of an address: encrypted ones, then as it is mostly written, then short ones first."""
    return sorted(times, key=lambda url: (not url.startswith("https:"), -times[url], len(url), url))


def _respell(context: Context, spellings: Mapping[str, Sequence[str]]) -> list[str]:
    """Give pages that were not there the next spelling that references write; return those pages."""
    if not spellings:
        return []
    began = time.perf_counter()
    rows = context.store.rows("spellings_asked", reasons=sorted(BLOCKED | {"thin"}))
    other = {
        row["page"]: left[0]
        for row in rows
        if len(row["asked"]) < MOST_SPELLINGS
        and (left := [url for url in spellings.get(row["page"], ()) if shown_url(url) not in row["asked"]])
    }
    known = [row for due in named_pages(context, list(other)) for row in due.rows]
    if known:
        now = [
            replace(row, url=other[row.page], state="waiting", reason="", attempts=0, not_before=None)
            for row in known
        ]
        # Under the old spelling it is what it is; whether that is an issue is told by the last one.
        pending = [Pending(row.url, "spelt otherwise") for row in known]
        results = [Result(row.url, reason=row.reason) for row in known]
        context.commit(STAGE, VERSION, began, pending, results, live_tables([], now, [], context.run_id))
    return list(other)


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
    if hosts := {row["host"]: row["listed"] for row in context.store.rows("listed_hosts")}:
        _look_into_lists(context, hosts)
    if name := context.settings.sources.search:
        from tasks.discover.search import load_search

        asked = content_key(name)
        pending = [
            # Another search has not failed yet.
            Pending(row["reference_id"], asked, row if row["asked"] == asked else row | {"attempts": 0})
            for row in _unplaced(context, "search")
            if row["asked"] != asked or row["again"]
        ]
        if pending:
            _find(context, "search", pending, _by_search(load_search(name)))


def _unplaced(context: Context, stage: str) -> list[dict[str, Any]]:
    return context.store.rows(
        "pending_look_up", stage=stage, version=LOOK_UP, run_id=context.run_id, tries=SEARCH_TRIES
    )


def _look_into_lists(context: Context, listed: Mapping[str, str]) -> None:
    """Look references up whose outlet lists other pages than the last time; ``listed``: a key by host."""
    from tasks.discover.lookup import Known, Listed, OutletHosts

    outlets = OutletHosts(listed)
    pending, hosts = [], set[str]()
    for row in _unplaced(context, "lookup"):
        lies = outlets.of(row["outlet"]) or ()
        asked = content_key("listed", *(listed[host] for host in lies))
        if asked != row["asked"]:
            hosts.update(lies)
            pending.append(Pending(row["reference_id"], asked, row))
    if pending:
        known = (Known(**row) for row in context.store.rows("listed_pages", keys=sorted(hosts)))
        _find(context, "lookup", pending, _in_lists(Listed(known)))


def _in_lists(listed: Listed) -> Finder:
    def find(reference: Reference) -> Found:
        known, reason = listed.look_up(reference)
        return ({canonical_url(known.url): known.url} if known else {}), reason

    return find


def _by_search(search: Search) -> Finder:
    def find(reference: Reference) -> Found:
        answers = ((canonical_url(url), url) for url in search(reference))
        return dict(islice(((page, url) for page, url in answers if page), MOST_ANSWERS)), "not_found"

    return find


def _find(context: Context, stage: str, pending: Sequence[Pending], find: Finder) -> None:
    """Ask a finder for addresses of references; what it gives then waits."""
    by_article: dict[str, list[Pending]] = {}
    for one in pending:
        by_article.setdefault(one.row["document_id"], []).append(one)
    for batch in context.batches(list(by_article.items())):
        began = time.perf_counter()
        articles = load_articles(context.store, [document for document, _ in batch])
        references = {reference.id: reference for article in articles for reference in article.references}
        items = [one for _, group in batch for one in group]
        found: dict[str, str] = {}
        results = [_found(stage, references[one.item], find, found) for one in items]
        want(context, found, origin="lookup", via=stage)
        context.commit(stage, LOOK_UP, began, items, results, {})


def _found(stage: str, reference: Reference, find: Finder, found: dict[str, str]) -> Result:
    """Return what came of looking one reference up; its pages are added to ``found``."""
    try:
        urls, reason = find(reference)
    except Exception as error:
        # The search is the user's own code: its fault costs one reference.
        return dropped(stage, reference.id, "search_failed", f"{type(error).__name__}: {error}")
    found.update({page: url for page, url in urls.items() if page not in found})
    return Result(reference.id, page_keys(urls)) if urls else Result(reference.id, reason=reason)


def page_keys(pages: Iterable[str]) -> str:
    """Return what the ledger keeps of the pages that a reference may mean: their keys, in order."""
    return " ".join(content_key(page) for page in pages)

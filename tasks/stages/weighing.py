"""weigh: is a page that was fetched the article that is meant, or something else under its address?

A consent page, a paywall's stub, a listing or a "page not found" answered as if all were well must not
be held against a claim, nor take the place of an article. Where an earlier version of the page was
sound, that one is held again; where none was, such a source lies nowhere. The reason is kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tasks.keys import content_key
from tasks.model import Issue
from tasks.stages.fetching import STAGE, VERSION, named_pages
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.load import load_documents
from tasks.store.pages import Page, live_tables
from tasks.store.rows import Place, raw_tables

if TYPE_CHECKING:
    from tasks.model import Document

# Raise it when a page would be weighed otherwise.
WEIGH = "1"
# What comes out of weighing an article, by whatever titles it is cited: were it another each time, the store
# would forget what was read of it.
SOUND = content_key("sound")
# Rows of the query "sound_versions", by page.
Earlier = Mapping[str, Mapping[str, Any]]


def weigh(context: Context) -> Mapping[str, str]:
    """Weigh the pages that were fetched; return what became of each that is no article.

    By page: the reason why it lies nowhere, "" where an earlier version of it lies there again.
    """
    light: dict[str, str] = {}
    for batch in context.batches(context.pending("pending_weigh", version=WEIGH)):
        began = time.perf_counter()
        sound = []
        versions = _sound_versions(context, batch)
        for one, document in zip(batch, load_documents(context.store, [p.item for p in batch]), strict=True):
            earlier = versions.get(one.item, {})
            reason, detail = _weigh(document, one, earlier)
            if reason:
                light |= _put_back(context, one, earlier, reason, detail)
            else:
                sound.append(one)
        results = [Result(one.item, SOUND) for one in sound]
        context.commit("weigh", WEIGH, began, sound, results, {})
    return light


def _sound_versions(context: Context, batch: Sequence[Pending]) -> Mapping[str, Earlier]:
    """Return, by document of ``batch``, the sound earlier versions of its pages, by page."""
    asked = [(page, one.item) for one in batch for page in one.row["pages"]]
    pages, documents = [page for page, _ in asked], [document for _, document in asked]
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in context.store.rows("sound_versions", pages=pages, documents=documents):
        found.setdefault(row["weighed"], {})[row["page"]] = row
    return found


def _weigh(document: Document, one: Pending, earlier: Earlier) -> tuple[str, str]:
    """Return why ``document`` is no article, as a reason code and in words; "" twice where it is one."""
    from tasks.fetch.thin import is_dead_text, thinness

    if one.row["is_article"] and not earlier:
        # It was named as an article: what it lacks as one is told when it is read for citations.
        return "", ""
    if is_dead_text(document):
        return "soft_not_found", "the page says that it is not there, and answers as if it were"
    titles = [*one.row["titles"], *(row["title"] for row in earlier.values() if row["title"])]
    detail = thinness(document, titles)
    return ("thin", detail) if detail else ("", "")


def _put_back(context: Context, one: Pending, earlier: Earlier, reason: str, detail: str) -> dict[str, str]:
    """Commit that a page is no article: its earlier version lies there again, or nothing does.

    Return which it is, as :func:`weigh` does.
    """
    began = time.perf_counter()
    rows = [row for due in named_pages(context, one.row["pages"]) for row in due.rows if row.state == "held"]
    kept = [row for row in rows if row.page in earlier or row.role == "article"]
    pages = [_told(row, reason, held=row in kept) for row in rows]
    places = [_place(row, earlier[row.page]) for row in kept if row.page in earlier]
    tables = live_tables([], pages, [], context.run_id)
    tables["locations"] = raw_tables([], places)["locations"]
    urls = {row.url: row in kept for row in sorted(rows, key=lambda row: row in kept)}
    results = [
        Result(url, content_key(url, reason), issues=(Issue(STAGE, url, reason, detail),))
        if held
        else dropped(STAGE, url, reason, detail)
        for url, held in urls.items()
    ]
    context.commit(STAGE, VERSION, began, [Pending(url, "weighed") for url in urls], results, tables)
    # A page that is held in one of its roles is held.
    return {row.page: reason for row in rows} | {row.page: "" for row in kept}


def _told(row: Page, reason: str, held: bool) -> Page:
    return replace(row, state="held" if held else "failed", reason=reason, attempts=0)


def _place(row: Page, version: Mapping[str, Any]) -> Place:
    return Place(row.role, row.url, version["document_id"], version["bytes"], version["got_ns"], gone=False)

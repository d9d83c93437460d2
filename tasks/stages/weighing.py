"""weigh: is a page that was fetched the article that is meant, or something else under its address?

A consent page, a paywall's stub, a listing or a "page not found" answered as if all were well must not
be held against a claim, nor take the place of an article. Where an earlier version of the page was
sound, that one is held again; where none was, such a source lies nowhere. The reason is kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
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


def weigh(context: Context) -> int:
    """Weigh the pages that were fetched; return how many are no article."""
    light = 0
    for batch in context.batches(context.pending("pending_weigh", version=WEIGH)):
        began = time.perf_counter()
        sound = []
        for one, document in zip(batch, load_documents(context.store, [p.item for p in batch]), strict=True):
            earlier = {
                row["page"]: row
                for row in context.store.rows("sound_versions", pages=one.row["pages"], but=one.item)
            }
            reason, detail = _weigh(document, one, earlier)
            if reason:
                light += 1
                _put_back(context, one, earlier, reason, detail)
            else:
                sound.append(one)
        results = [Result(one.item, content_key(one.input_hash)) for one in sound]
        context.commit("weigh", WEIGH, began, sound, results, {})
    return light


def _weigh(document: Document, one: Pending, earlier: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
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


def _put_back(
    context: Context, one: Pending, earlier: Mapping[str, Mapping[str, Any]], reason: str, detail: str
) -> None:
    """Commit that a page is no article: its earlier version lies there again, or nothing does."""
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


def _told(row: Page, reason: str, held: bool) -> Page:
    return replace(row, state="held" if held else "failed", reason=reason, attempts=0)


def _place(row: Page, version: Mapping[str, Any]) -> Place:
    return Place(row.role, row.url, version["document_id"], version["bytes"], version["got_ns"], gone=False)

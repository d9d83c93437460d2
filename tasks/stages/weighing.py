"""weigh: is a page that was fetched for a reference the article that the reference means?

A consent page, a paywall's stub, a listing or a "page not found" answered as if all were well must not
be held against a claim. Such a page is no source: its place is marked gone, its reason is kept.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.keys import content_key
from tasks.stages.fetching import STAGE, VERSION, named_pages
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.load import load_documents
from tasks.store.pages import live_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.model import Document

# Raise it when a page would be weighed otherwise.
WEIGH = "1"


def weigh(context: Context) -> int:
    """Weigh the cited pages that were fetched; return how many are no article."""
    light = 0
    for batch in context.batches(context.pending("pending_weigh", version=WEIGH)):
        began = time.perf_counter()
        documents = load_documents(context.store, [one.item for one in batch])
        weighed = list(zip(batch, (_weigh(d, p) for d, p in zip(documents, batch, strict=True)), strict=True))
        sound = [one for one, (reason, _) in weighed if not reason]
        for one, (reason, detail) in weighed:
            if reason:
                light += 1
                _take_away(context, one.row["pages"], reason, detail)
        results = [Result(one.item, content_key(one.input_hash)) for one in sound]
        context.commit("weigh", WEIGH, began, sound, results, {})
    return light


def _weigh(document: Document, one: Pending) -> tuple[str, str]:
    """Return why ``document`` is no article, as a reason code and in words; "" twice where it is one."""
    from tasks.fetch.thin import is_dead_text, thinness

    if is_dead_text(document):
        return "soft_not_found", "the page says that it is not there, and answers as if it were"
    detail = thinness(document, one.row["titles"])
    return ("thin", detail) if detail else ("", "")


def _take_away(context: Context, pages: Sequence[str], reason: str, detail: str) -> None:
    began = time.perf_counter()
    rows = [
        replace(row, state="failed", reason=reason, attempts=0)
        for due in named_pages(context, pages)
        for row in due.rows
        if row.role == "source"
    ]
    pending = [Pending(row.url, "weighed") for row in rows]
    results = [dropped(STAGE, row.url, reason, detail) for row in rows]
    tables = live_tables([], rows, [], context.run_id)
    context.commit(STAGE, VERSION, began, pending, results, tables)

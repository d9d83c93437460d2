"""resolve: the held document that each reference of an article means, or why none."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.cite.urls import canonical_url
from tasks.fetch.records import DEAD, TRANSIENT
from tasks.keys import content_key
from tasks.model import Issue, Metadata
from tasks.resolve import Catalogue, holding_of
from tasks.stages.seeking import page_keys
from tasks.stages.work import Context, Result
from tasks.store.load import load_articles
from tasks.store.rows import resolution_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tasks.model import Article, Resolution

# The version of the stage's code: raise it when the stage would give another answer.
RESOLVE = "5"


def resolve(context: Context) -> None:
    """Find the held document that each reference means, again whenever the holdings changed."""
    pending = context.pending("pending_resolve", version=RESOLVE)
    context.start("resolve", len(pending))
    if not pending:
        return
    catalogue = Catalogue(
        holding_of(
            row["document_id"],
            Metadata(row["title"], tuple(row["authors"]), row["outlet"], row["published"], row["url"]),
            row["pages"],
            row["archived"],
        )
        for row in context.store.rows("holdings")
    )
    missed = {row["page"]: row["reason"] for row in context.store.rows("missed_pages")}
    dead = _dead(context)
    looked_up = _looked_up(context, missed)
    for batch in context.batches(pending):
        began = time.perf_counter()
        articles = load_articles(context.store, [one.item for one in batch])
        resolved = [(article, _resolve(article, catalogue, missed, dead, looked_up)) for article in articles]
        results = [
            Result(
                article.document.id,
                content_key(repr(resolutions)),
                issues=tuple(_unresolved(article, resolutions)),
            )
            for article, resolutions in resolved
        ]
        tables = resolution_tables([(article.document.id, found) for article, found in resolved])
        context.commit("resolve", RESOLVE, began, batch, results, tables)


def _dead(context: Context) -> dict[str, str]:
    """Return, by canonical address, why cited pages are dead, as judging tells it: it goes by this."""
    rows = context.store.rows("dead_pages", dead=sorted(DEAD), passing=sorted(TRANSIENT))
    return {row["page"]: row["reason"] for row in rows}


def _looked_up(context: Context, missed: Mapping[str, str]) -> dict[str, str]:
    """Return, by reference, why the page could not be got to which looking it up has led."""
    keys = {page_keys([page]): reason for page, reason in missed.items()}
    why: dict[str, str] = {}
    for row in context.store.rows("looked_up"):
        # Of several pages the likeliest: they come in that order.
        for reason in (keys[key] for key in row["found"].split() if key in keys):
            why.setdefault(row["reference_id"], reason)
    return why


def _resolve(
    article: Article,
    catalogue: Catalogue,
    missed: Mapping[str, str],
    dead: Mapping[str, str],
    looked_up: Mapping[str, str],
) -> list[Resolution]:
    found = [catalogue.resolve(reference, article.document.id) for reference in article.references]
    told = [
        _why(one, missed, dead, reference.fields.url)
        for one, reference in zip(found, article.references, strict=True)
    ]
    # That nothing is held has a reason; that it cannot be told apart, or is another's, is one.
    return [
        replace(one, reason=looked_up[one.reference]) if _unheld(one) and one.reference in looked_up else one
        for one in told
    ]


def _unheld(resolution: Resolution) -> bool:
    return not resolution.document and resolution.reason == "not_held"


def _why(resolution: Resolution, missed: Mapping[str, str], dead: Mapping[str, str], url: str) -> Resolution:
    """Return ``resolution`` with what came of asking for its page: why nothing is held, or that it died."""
    page = canonical_url(url) if url else ""
    reason = dead.get(page) or ("" if resolution.document else missed.get(page, ""))
    return replace(resolution, reason=reason) if reason else resolution


def _unresolved(article: Article, resolutions: Iterable[Resolution]) -> Iterable[Issue]:
    for reference, resolution in zip(article.references, resolutions, strict=True):
        if not resolution.document:
            name = f"entry {reference.label}" if reference.label else "link"
            words = reference.fields.title or reference.fields.url or reference.text
            yield Issue("resolve", article.document.id, resolution.reason, f"{name}: {words}"[:300])

"""resolve: the held document that each reference of an article means, or why none."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.cite.urls import canonical_url
from tasks.fetch.records import DEAD
from tasks.keys import content_key
from tasks.model import Issue, Metadata
from tasks.resolve import Catalogue, holding_of
from tasks.stages.work import Context, Result
from tasks.store.load import load_articles
from tasks.store.rows import resolution_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tasks.model import Article, Resolution

# The version of the stage's code: raise it when the stage would give another answer.
RESOLVE = "3"


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
    for batch in context.batches(pending):
        began = time.perf_counter()
        articles = load_articles(context.store, [one.item for one in batch])
        resolved = [(article, _resolve(article, catalogue, missed)) for article in articles]
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


def _resolve(article: Article, catalogue: Catalogue, missed: Mapping[str, str]) -> list[Resolution]:
    found = [catalogue.resolve(reference, article.document.id) for reference in article.references]
    return [_why(one, missed, ref.fields.url) for one, ref in zip(found, article.references, strict=True)]


def _why(resolution: Resolution, missed: Mapping[str, str], url: str) -> Resolution:
    """Return ``resolution`` with what came of asking for its page: why nothing is held, or that it died."""
    reason = missed.get(canonical_url(url), "") if url else ""
    told = reason in DEAD or (reason and not resolution.document)
    return replace(resolution, reason=reason) if told else resolution


def _unresolved(article: Article, resolutions: Iterable[Resolution]) -> Iterable[Issue]:
    for reference, resolution in zip(article.references, resolutions, strict=True):
        if not resolution.document:
            name = f"entry {reference.label}" if reference.label else "link"
            words = reference.fields.title or reference.fields.url or reference.text
            yield Issue("resolve", article.document.id, resolution.reason, f"{name}: {words}"[:300])

"""resolve, embed and judge: which page, which vectors, which findings."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tasks.judge.article import judge_article
from tasks.judge.models import load_models
from tasks.keys import content_key
from tasks.link.vectors import Vectors
from tasks.model import Issue, Metadata
from tasks.resolve import Catalogue, holding_of
from tasks.stages.linking import article_keys, encoder_in_space, encoder_of, held_documents, vector_batch
from tasks.stages.work import Context, Result
from tasks.store.load import load_articles, load_links, load_vectors
from tasks.store.rows import judgement_tables, resolution_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.model import Article, Resolution

# The version of each stage's code: raise it when the stage would give another answer.
RESOLVE = "1"
EMBED = "1"
JUDGE = "1"
# Texts embedded and committed at a time: some seconds of work, and a few megabytes of vectors.
TEXTS_A_BATCH = 4_000
# Articles judged at a time: their sources and links are in memory together.
ARTICLES_A_BATCH = 64


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
        )
        for row in context.store.rows("holdings")
    )
    for batch in context.batches(pending):
        began = time.perf_counter()
        articles = load_articles(context.store, [one.item for one in batch])
        resolved = [(article, _resolve(article, catalogue)) for article in articles]
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


def _resolve(article: Article, catalogue: Catalogue) -> list[Resolution]:
    return [catalogue.resolve(reference, article.document.id) for reference in article.references]


def _unresolved(article: Article, resolutions: Iterable[Resolution]) -> Iterable[Issue]:
    for reference, resolution in zip(article.references, resolutions, strict=True):
        if not resolution.document:
            name = f"entry {reference.label}" if reference.label else "link"
            words = reference.fields.title or reference.fields.url or reference.text
            yield Issue("resolve", article.document.id, resolution.reason, f"{name}: {words}"[:300])


def embed(context: Context) -> None:
    """Give each distinct text a vector; a change of the model drops all vectors first."""
    encoder = encoder_of(context.settings)
    space = context.store.space()
    if space is not None and space.key != encoder.key:
        context.store.replace_space(encoder)
    (count,) = context.store.rows("pending_texts_count")
    context.start("embed", count["texts"])
    after = ""
    while rows := context.store.rows("pending_texts", after=after, limit=TEXTS_A_BATCH):
        began = time.perf_counter()
        keys = [row["text_key"] for row in rows]
        vectors = encoder.encode([row["text"] for row in rows], context.advance)
        context.commit_vectors(encoder, vector_batch(context, EMBED, began, keys, vectors))
        after = max(keys)


def judge(context: Context) -> None:
    """Judge the claims of the linked articles, and raise findings."""
    version = f"{JUDGE}-{load_models().version}"
    pending = context.pending("pending_judge", version=version)
    context.start("judge", len(pending))
    encoder = encoder_in_space(context)
    for batch in context.batches(pending, ARTICLES_A_BATCH):
        began = time.perf_counter()
        ids = [one.item for one in batch]
        articles = load_articles(context.store, ids)
        links = dict(load_links(context.store, ids))
        held = held_documents(context, ids)
        vectors = Vectors(encoder, load_vectors(context.store, sorted(article_keys(articles))))
        judged = [
            (
                (article.document.id, article.document.uri),
                *judge_article(article, links[article.document.id], held[article.document.id], vectors),
            )
            for article in articles
        ]
        results = [
            Result(item, content_key(repr(verdicts), repr(findings)))
            for (item, _), verdicts, findings in judged
        ]
        context.commit("judge", version, began, batch, results, judgement_tables(judged, context.run_id))

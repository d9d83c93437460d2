"""resolve, embed, link and judge: from articles to findings."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from tasks.judge.article import judge_article
from tasks.judge.models import load_models
from tasks.keys import content_key
from tasks.link.article import claim_vector_text, link_article, reference_vector_text
from tasks.link.candidates import Source, prepare_source
from tasks.link.vectors import Vectors, text_key
from tasks.model import Document, Issue, Metadata
from tasks.resolve import Catalogue, holding_of
from tasks.stages.work import Context, Result
from tasks.store.load import load_articles, load_documents, load_links, load_resolutions, load_vectors
from tasks.store.rows import judgement_tables, link_tables, resolution_tables
from tasks.store.vectors import VectorBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tasks.embed.encoder import Encoder
    from tasks.model import Article, Resolution
    from tasks.settings import Settings

# The version of each stage's code: raise it when the stage would give another answer.
RESOLVE = "1"
EMBED = "1"
LINK = "1"
JUDGE = "1"
# Texts embedded and committed at a time: some seconds of work, and a few megabytes of vectors.
TEXTS_A_BATCH = 4_000
# Articles linked at a time: their sources and all vectors of these are in memory together.
ARTICLES_A_BATCH = 25


@lru_cache(maxsize=1)
def _encoder(settings: Settings) -> Encoder:
    from tasks.embed.encoder import load_encoder

    return load_encoder(settings.model.name, settings.model.cache, settings.model.form)


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
    encoder = _encoder(context.settings)
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
        context.commit_vectors(encoder, _vector_batch(context, began, keys, vectors))
        after = max(keys)


def _vector_batch(context: Context, began: float, keys: Sequence[str], vectors: object) -> VectorBatch:
    seconds = time.perf_counter() - began
    return VectorBatch(context.run_id, EMBED, datetime.now(UTC), seconds, keys, vectors)  # type: ignore[arg-type]


def link(context: Context) -> None:
    """Link the claims of each article with passages of the sources that its list names."""
    encoder = _encoder(context.settings)
    pending = context.pending("pending_link", version=LINK, space=encoder.key)
    context.start("link", len(pending))
    for batch in context.batches(pending, ARTICLES_A_BATCH):
        began = time.perf_counter()
        ids = [one.item for one in batch]
        articles = load_articles(context.store, ids)
        held = _held(context, ids)
        documents = {document.id: document for found in held.values() for document in found.values()}
        sources = {key: prepare_source(document) for key, document in documents.items()}
        vectors = Vectors(encoder, _known_vectors(context, articles, sources.values()))
        links = [
            (
                article.document.id,
                link_article(
                    article,
                    {r: sources[document.id] for r, document in held[article.document.id].items()},
                    vectors,
                ),
            )
            for article in articles
        ]
        if vectors.fresh:
            keys = sorted(vectors.fresh)
            rows = vectors.stack(keys)
            context.store.commit_vectors(encoder, _vector_batch(context, began, keys, rows))
        results = [Result(item, content_key(repr(found))) for item, found in links]
        context.commit("link", LINK, began, batch, results, link_tables(links))


def _held(context: Context, ids: Sequence[str]) -> dict[str, dict[str, Document]]:
    """Return, for each article, the documents that its references resolved to, by reference."""
    resolutions = load_resolutions(context.store, ids)
    wanted = sorted({one.document for _, found in resolutions for one in found if one.document})
    documents = {document.id: document for document in load_documents(context.store, wanted)}
    return {
        item: {one.reference: documents[one.document] for one in found if one.document}
        for item, found in resolutions
    }


def _known_vectors(context: Context, articles: Sequence[Article], sources: Iterable[Source]) -> dict:  # type: ignore[type-arg]
    texts = {text for source in sources for text in (*source.block_texts, *source.index.texts)}
    return load_vectors(context.store, sorted(_article_keys(articles) | {text_key(t) for t in texts}))


def _article_keys(articles: Sequence[Article]) -> set[str]:
    claims = {claim_vector_text(claim) for article in articles for claim in article.claims}
    entries = {reference_vector_text(one) for article in articles for one in article.references}
    return {text_key(text) for text in claims | entries}


def judge(context: Context) -> None:
    """Judge the claims of the linked articles, and raise findings."""
    version = f"{JUDGE}-{load_models().version}"
    pending = context.pending("pending_judge", version=version)
    context.start("judge", len(pending))
    for batch in context.batches(pending, ARTICLES_A_BATCH):
        began = time.perf_counter()
        ids = [one.item for one in batch]
        articles = load_articles(context.store, ids)
        links = dict(load_links(context.store, ids))
        held = _held(context, ids)
        vectors = Vectors(
            _encoder(context.settings), load_vectors(context.store, sorted(_article_keys(articles)))
        )
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

"""link: the claims of each article with passages of its sources, in worker processes where there are many."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from tasks.embed.encoder import DEFAULT_NAMES
from tasks.keys import content_key, text_key
from tasks.link.article import claim_vector_text, link_article, reference_vector_text
from tasks.link.candidates import prepare_source
from tasks.link.vectors import Vectors
from tasks.model import Article, Document, Link
from tasks.stages.work import Context, Result
from tasks.store.load import load_articles, load_documents, load_resolutions, load_vectors
from tasks.store.rows import link_tables
from tasks.store.vectors import VectorBatch, refuse_other_space

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tasks.embed.encoder import Encoder
    from tasks.settings import Model, Settings

# The version of the stage's code: raise it when the stage would give another answer.
LINK = "2"
# Articles committed at a time: they, their sources and the vectors of these are in memory together.
ARTICLES_A_BATCH = 64
# Articles that a worker takes at a time: they share sources, whose index is then built once.
ARTICLES_A_WORKER = 8
# Below this many portions a worker's start and its load of the model cost more than they save.
FEW_PORTIONS = 4


@dataclass(frozen=True, slots=True)
class Portion:
    """Some articles with all that linking them needs; it travels to a worker process."""

    model: Model
    articles: tuple[Article, ...]
    held: Mapping[str, Mapping[str, str]]  # article → reference → document
    documents: Mapping[str, Document]
    vectors: Mapping[str, NDArray[np.float32]]


def link(context: Context) -> None:
    """Link the claims of each article with passages of the sources that its list names."""
    import numpy as np

    encoder = encoder_in_space(context)
    pending = context.pending("pending_link", version=LINK, space=encoder.key)
    context.start("link", len(pending))
    # Another model would be loaded once a worker: gigabytes for some.
    few = FEW_PORTIONS if context.settings.model.name in DEFAULT_NAMES else len(pending) + 1
    for batch in context.batches(pending, ARTICLES_A_BATCH):
        began = time.perf_counter()
        links: list[tuple[str, list[Link]]] = []
        fresh: dict[str, NDArray[np.float32]] = {}
        portions = _portions(context, [one.item for one in batch])
        for linked, vectors in context.map(link_portion, portions, few=few, chunk=1):
            links += linked
            fresh.update(vectors)
        if fresh:
            keys = sorted(fresh)
            rows = np.stack([fresh[key] for key in keys])
            context.store.commit_vectors(encoder, vector_batch(context, LINK, began, keys, rows))
        results = [Result(item, content_key(repr(found))) for item, found in links]
        context.commit("link", LINK, began, batch, results, link_tables(links))


def link_portion(
    portion: Portion,
) -> tuple[list[tuple[str, list[Link]]], dict[str, NDArray[np.float32]]]:
    """Return the links of each article, and the vectors that were encoded for them, by key."""
    vectors = Vectors(_encoder(portion.model), portion.vectors)
    sources = {key: prepare_source(document) for key, document in portion.documents.items()}
    links = []
    for article in portion.articles:
        held = {r: sources[document] for r, document in portion.held[article.document.id].items()}
        links.append((article.document.id, link_article(article, held, vectors)))
    return links, vectors.fresh


@lru_cache(maxsize=1)
def _encoder(model: Model) -> Encoder:
    from tasks.embed.encoder import load_encoder

    # A worker is one of as many as there are cores.
    threads = None if parent_process() is None else 1
    return load_encoder(model.name, model.cache, model.form, threads)


def encoder_of(settings: Settings) -> Encoder:
    """Return the encoder that the settings name, loaded once a process."""
    return _encoder(settings.model)


def encoder_in_space(context: Context) -> Encoder:
    """Return the settings' encoder; raise EncoderError where the database's vectors are another's.

    Only the embed stage may replace them: until it has run, no later stage works on a mixture.
    """
    encoder = encoder_of(context.settings)
    refuse_other_space(context.store.space(), encoder)
    return encoder


def _portions(context: Context, ids: Sequence[str]) -> list[Portion]:
    articles = load_articles(context.store, ids)
    held = held_documents(context, ids)
    documents = {document.id: document for found in held.values() for document in found.values()}
    keys = {item: document_keys(document) for item, document in documents.items()}
    vectors = load_vectors(context.store, sorted(article_keys(articles).union(*keys.values())))
    return [
        _portion(context, articles[start : start + ARTICLES_A_WORKER], held, keys, vectors)
        for start in range(0, len(articles), ARTICLES_A_WORKER)
    ]


def _portion(
    context: Context,
    articles: Sequence[Article],
    held: Mapping[str, Mapping[str, Document]],
    keys: Mapping[str, set[str]],
    vectors: Mapping[str, NDArray[np.float32]],
) -> Portion:
    documents = {d.id: d for article in articles for d in held[article.document.id].values()}
    wanted = article_keys(articles).union(*(keys[item] for item in documents))
    return Portion(
        context.settings.model,
        tuple(articles),
        {a.document.id: {r: d.id for r, d in held[a.document.id].items()} for a in articles},
        documents,
        {key: vectors[key] for key in sorted(wanted) if key in vectors},
    )


def document_keys(document: Document) -> set[str]:
    """Return the keys under which the vectors of a source's blocks and sentences may be kept."""
    spans = [(b.start, b.end) for b in document.blocks] + [(s.start, s.end) for s in document.sentences]
    return {text_key(document.text[start:end]) for start, end in spans}


def vector_batch(
    context: Context, version: str, began: float, keys: Sequence[str], vectors: NDArray[np.float32]
) -> VectorBatch:
    """Return vectors (len(keys), dimension) as they are committed; ``began`` is a perf_counter."""
    seconds = time.perf_counter() - began
    return VectorBatch(context.run_id, version, datetime.now(UTC), seconds, keys, vectors)


def held_documents(context: Context, ids: Sequence[str]) -> dict[str, dict[str, Document]]:
    """Return, for each article, the documents that its references resolved to, by reference."""
    resolutions = load_resolutions(context.store, ids)
    wanted = sorted({one.document for _, found in resolutions for one in found if one.document})
    documents = {document.id: document for document in load_documents(context.store, wanted)}
    return {
        item: {one.reference: documents[one.document] for one in found if one.document}
        for item, found in resolutions
    }


def article_keys(articles: Sequence[Article]) -> set[str]:
    """Return the keys under which the vectors of claims and entries are kept."""
    claims = {claim_vector_text(claim) for article in articles for claim in article.claims}
    entries = {reference_vector_text(one) for article in articles for one in article.references}
    return {text_key(text) for text in claims | entries}

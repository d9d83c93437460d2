"""Rows as the model: what ``tasks.store.rows`` wrote comes back equal.

Each function takes document ids and returns what is held of them in the order of the ids; one that is not
held raises StoreError.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from tasks.errors import StoreError
from tasks.model import (
    Article,
    Block,
    Citation,
    Claim,
    Document,
    Extract,
    Fields,
    Link,
    Mark,
    Metadata,
    Passage,
    Quote,
    Raw,
    Reference,
    Resolution,
    Sentence,
)
from tasks.store.store import Store

if TYPE_CHECKING:
    import numpy as np

Row = dict[str, Any]
Made = TypeVar("Made")


def load_raws(store: Store, ids: Sequence[str]) -> list[tuple[str, Raw]]:
    """Return the contents of documents that lie somewhere now, each with its document id."""
    rows = _one_each(store, "raws", ids)
    return [(key, Raw(row["uri"], row["media_type"], row["content"], row["charset"])) for key, row in rows]


def load_extracts(store: Store, ids: Sequence[str]) -> list[tuple[str, Extract]]:
    """Return the extracts of ``ids``, each with its document id."""
    return [(key, _extract(row)) for key, row in _one_each(store, "extracts", ids)]


def load_documents(store: Store, ids: Sequence[str]) -> list[Document]:
    """Return the documents of ``ids``, with their sentences where they have been segmented."""
    rows = _one_each(store, "documents", ids)
    blocks, marks = _many(store, "blocks", ids, _block), _many(store, "marks", ids, _mark)
    sentences = _many(store, "sentences", ids, _sentence)
    return [
        Document(
            id=key,
            uri=row["uri"],
            text=row["text"],
            blocks=blocks[key],
            marks=marks[key],
            metadata=_metadata(row),
            sentences=sentences[key],
            offsets=tuple(zip(row["offsets_to"], row["offsets_from"], strict=True)),
        )
        for key, row in rows
    ]


def load_articles(store: Store, ids: Sequence[str]) -> list[Article]:
    """Return the articles of ``ids`` with all that was found in them; documents carry the article's uri."""
    rows = _one_each(store, "articles", ids)
    references = _many(store, "references", ids, _reference)
    citations = _many(store, "citations", ids, _citation)
    quotes = _many(store, "quotes", ids, _quote)
    claims = _many(store, "claims", ids, lambda row: row)
    return [
        Article(
            document=replace(document, uri=row["uri"]),
            references=references[key],
            citations=citations[key],
            claims=_claims(claims[key], quotes[key]),
            warnings=tuple(row["warnings"]),
        )
        for (key, row), document in zip(rows, load_documents(store, ids), strict=True)
    ]


def load_resolutions(store: Store, ids: Sequence[str]) -> list[tuple[str, tuple[Resolution, ...]]]:
    """Return the resolutions of the articles ``ids``, each with its document id."""
    found = _many(store, "resolutions", ids, _resolution)
    return [(key, found[key]) for key in ids]


def load_links(store: Store, ids: Sequence[str]) -> list[tuple[str, tuple[Link, ...]]]:
    """Return the links of the articles ``ids``, each with its document id."""
    found = _many(store, "links", ids, _link)
    return [(key, found[key]) for key in ids]


def load_vectors(store: Store, keys: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the vectors of those texts that have one: text key → vector of float32, shape (dimension,)."""
    import numpy as np

    table = store.table("vectors", keys=list(keys)).combine_chunks()
    if not table.num_rows:
        return {}
    column = table.column("vector").chunk(0)
    flat = column.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    matrix = flat.reshape(table.num_rows, -1)
    return dict(zip(table.column("text_key").to_pylist(), matrix, strict=True))


def _one_each(store: Store, query: str, ids: Sequence[str]) -> list[tuple[str, Row]]:
    found = {row["document_id"]: row for row in store.rows(query, ids=list(ids))}
    if missing := [key for key in ids if key not in found]:
        raise StoreError(f"The {query} of {len(missing)} documents are not held, such as {missing[0]}.")
    return [(key, found[key]) for key in ids]


def _many(
    store: Store, query: str, ids: Sequence[str], make: Callable[[Row], Made]
) -> dict[str, tuple[Made, ...]]:
    found: dict[str, list[Made]] = defaultdict(list)
    for row in store.rows(query, ids=list(ids)):
        found[row["document_id"]].append(make(row))
    return {key: tuple(found[key]) for key in ids}


def _extract(row: Row) -> Extract:
    return Extract(
        text=row["text"],
        blocks=tuple(_block(block) for block in row["blocks"]),
        marks=tuple(_mark(mark) for mark in row["marks"]),
        metadata=_metadata(row),
        warnings=tuple(row["warnings"]),
    )


def _block(row: Row) -> Block:
    return Block(row["kind"], row["start_at"], row["end_at"], row["level"], row["label"])


def _mark(row: Row) -> Mark:
    return Mark(row["kind"], row["start_at"], row["end_at"], row["target"])


def _sentence(row: Row) -> Sentence:
    return Sentence(row["start_at"], row["end_at"], row["block"])


def _metadata(row: Row) -> Metadata:
    return Metadata(
        title=row["title"],
        authors=tuple(row["authors"]),
        outlet=row["outlet"],
        published=row["published"],
        url=row["url"],
        language=row["language"],
    )


def _reference(row: Row) -> Reference:
    fields = Fields(
        authors=tuple(row["authors"]),
        title=row["title"],
        outlet=row["outlet"],
        published=row["published"],
        accessed=row["accessed"],
        url=row["url"],
        publisher=row["publisher"],
    )
    head = (row["reference_id"], row["label"], row["kind"], row["text"])
    return Reference(*head, row["start_at"], row["end_at"], fields)


def _citation(row: Row) -> Citation:
    return Citation(
        id=row["citation_id"],
        marker=row["marker"],
        start=row["start_at"],
        end=row["end_at"],
        labels=tuple(row["labels"]),
        references=tuple(row["reference_ids"]),
        claim=row["claim_id"],
        target=row["target"],
    )


def _quote(row: Row) -> Quote:
    span = (row["start_at"], row["end_at"])
    return Quote(row["quote_id"], row["claim_id"], *span, row["text"], row["speaker"], row["cue"])


def _claims(rows: Sequence[Row], quotes: Sequence[Quote]) -> tuple[Claim, ...]:
    by_claim: dict[str, list[Quote]] = defaultdict(list)
    for quote in quotes:
        by_claim[quote.claim].append(quote)
    return tuple(
        Claim(
            id=row["claim_id"],
            text=row["text"],
            start=row["start_at"],
            end=row["end_at"],
            citations=tuple(row["citation_ids"]),
            quotes=tuple(by_claim[row["claim_id"]]),
            context=row["context"],
        )
        for row in rows
    )


def _resolution(row: Row) -> Resolution:
    return Resolution(row["reference_id"], row["source_id"] or "", row["method"], row["score"], row["reason"])


def _link(row: Row) -> Link:
    passage = Passage(
        document=row["source_id"],
        sentences=tuple(row["sentences"]),
        start=row["start_at"],
        end=row["end_at"],
        text=row["text"],
        cosine=row["cosine"],
        coverage=row["coverage"],
        score=row["score"],
    )
    return Link(
        row["claim_id"], row["reference_id"], row["role"], row["rank"], passage, dict(row["features"])
    )

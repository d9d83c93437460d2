"""extract, normalize, segment and cite: from bytes to articles."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.errors import InputError
from tasks.keys import content_key
from tasks.model import Article, Document, Extract, Issue, Raw
from tasks.stages.children import Failed
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.load import load_documents, load_extracts, load_raws
from tasks.store.rows import article_tables, document_tables, extract_tables, sentence_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

# The version of each stage's code: raise it when the stage would give another answer.
EXTRACT = "3"
NORMALIZE = "1"
SEGMENT = "1"
CITE = "2"
# More of an exception's text than this is a page of the input.
LONGEST_DETAIL = 300


def _failed(error: Exception) -> Failed:
    """Any fault of a reader must cost its own document only, never the batch."""
    if isinstance(error, MemoryError):
        # The whole process is out of memory: its owner has to know.
        raise error
    if isinstance(error, InputError):
        return Failed(error.reason, str(error))
    return Failed("reader_failed", f"{type(error).__name__}: {error}"[:LONGEST_DETAIL])


def _dropped(stage: str, item: str, failed: Failed) -> Result:
    return dropped(stage, item, failed.reason, failed.detail)


def _warnings(stage: str, item: str, warnings: Sequence[str]) -> tuple[Issue, ...]:
    return tuple(Issue(stage, item, warning) for warning in warnings)


def _extract(raw: Raw) -> Extract | Failed:
    from tasks.extract.read import extract

    try:
        return extract(raw)
    except Exception as error:
        return _failed(error)


def extract(context: Context) -> None:
    """Read the main text of documents that were not read before."""
    pending = context.pending("pending_extract", version=EXTRACT)
    context.start("extract", len(pending))
    for batch in context.batches(pending):
        began = time.perf_counter()
        raws = load_raws(context.store, [one.item for one in batch])
        made = list(zip(raws, context.parse(_extract, [raw for _, raw in raws]), strict=True))
        kept = [(item, one) for (item, _), one in made if isinstance(one, Extract)]
        results = [
            _dropped("extract", item, one)
            if isinstance(one, Failed)
            else Result(item, content_key(repr(one)), issues=_warnings("extract", item, one.warnings))
            for (item, _), one in made
        ]
        context.commit("extract", EXTRACT, began, batch, results, extract_tables(kept))


def _normalize(work: tuple[Raw, Extract]) -> Document | Failed:
    from tasks.normalize import normalize

    try:
        return normalize(*work)
    except Exception as error:
        return _failed(error)


def normalize(context: Context) -> None:
    """Normalize the texts that were extracted."""
    pending = context.pending("pending_normalize", version=NORMALIZE)
    context.start("normalize", len(pending))
    for batch in context.batches(pending):
        began = time.perf_counter()
        ids = [one.item for one in batch]
        raws = [raw for _, raw in load_raws(context.store, ids)]
        extracts = [found for _, found in load_extracts(context.store, ids)]
        made = context.parse(_normalize, list(zip(raws, extracts, strict=True)))
        kept = [one for one in made if isinstance(one, Document)]
        results = [
            _dropped("normalize", item, one)
            if isinstance(one, Failed)
            else Result(item, content_key(one.text, repr(one.blocks), repr(one.marks), repr(one.metadata)))
            for item, one in zip(ids, made, strict=True)
        ]
        context.commit("normalize", NORMALIZE, began, batch, results, document_tables(kept))


def _segment(document: Document) -> Document | Failed:
    from tasks.segment import segment

    try:
        return replace(document, sentences=segment(document))
    except Exception as error:
        return _failed(error)


def segment(context: Context) -> None:
    """Split the normalized texts into sentences."""
    pending = context.pending("pending_segment", version=SEGMENT)
    context.start("segment", len(pending))
    for batch in context.batches(pending):
        began = time.perf_counter()
        documents = load_documents(context.store, [one.item for one in batch])
        made = context.parse(_segment, documents)
        kept = [one for one in made if isinstance(one, Document)]
        results = [
            _dropped("segment", document.id, one)
            if isinstance(one, Failed)
            else Result(document.id, content_key(repr(one.sentences)))
            for document, one in zip(documents, made, strict=True)
        ]
        context.commit("segment", SEGMENT, began, batch, results, sentence_tables(kept))


def _cite(document: Document) -> Article | Failed:
    from tasks.cite.article import cite

    try:
        return cite(document)
    except Exception as error:
        return _failed(error)


def cite(context: Context) -> None:
    """Find references, citations, claims and quotes in the articles."""
    pending = context.pending("pending_cite", version=CITE)
    doubles = context.pending("duplicate_articles", version=CITE)
    context.start("cite", len(pending) + len(doubles))
    for batch in context.batches(pending):
        began = time.perf_counter()
        uris = {one.item: one.row["uri"] for one in batch}
        documents = [
            replace(document, uri=uris[document.id]) for document in load_documents(context.store, list(uris))
        ]
        made = context.parse(_cite, documents)
        kept = [one for one in made if isinstance(one, Article)]
        results = [
            _dropped("cite", document.id, one)
            if isinstance(one, Failed)
            else Result(
                document.id,
                content_key(repr(one.references), repr(one.citations), repr(one.claims)),
                issues=_warnings("cite", document.id, one.warnings),
            )
            for document, one in zip(documents, made, strict=True)
        ]
        context.commit("cite", CITE, began, batch, results, article_tables(kept))
    for batch in context.batches(doubles):
        began = time.perf_counter()
        context.commit("cite", CITE, began, batch, [_double(one) for one in batch], article_tables([]))


def _double(one: Pending) -> Result:
    detail = f"{one.row['uri']} has the text of another article ({one.row['duplicate_of']})"
    return dropped("cite", one.item, "duplicate_text", detail)

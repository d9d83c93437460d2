"""The model as rows: each function returns the Arrow tables of one stage, by table name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tasks.keys import text_key
from tasks.model import (
    Article,
    Block,
    Claim,
    Document,
    Extract,
    Finding,
    Link,
    Mark,
    Metadata,
    Raw,
    Reference,
    Resolution,
    Verdict,
)
from tasks.store.tables import arrow
from tasks.store.text import storable

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Tables = dict[str, "pa.Table"]


@dataclass(frozen=True, slots=True)
class Acquired:
    """A content read at a place; ``role`` is "article" or "source", ``modified_ns`` its time of change.

    ``retrieved_at`` is an aware time, or a naive one in UTC.
    """

    role: str
    document_id: str
    raw: Raw
    modified_ns: int
    retrieved_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is known already, to be written again: because it is gone or because it was touched."""

    role: str
    uri: str
    document_id: str
    size: int
    modified_ns: int
    gone: bool


def _text_key(text: str) -> str:
    """Return the key under which a text's vector is kept; that of the text as it is stored."""
    return text_key(storable(text))


def utc(moment: datetime) -> datetime:
    """Return ``moment`` as the naive UTC time that the database holds."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def raw_tables(acquired: Sequence[Acquired], places: Sequence[Place] = ()) -> Tables:
    """acquire: contents and where they lie; ``places`` are those whose content was not read again."""
    now = utc(datetime.now(UTC))
    contents = {one.document_id: _raw_row(one) for one in acquired}
    read = [
        (a.role, a.raw.uri, a.document_id, len(a.raw.content), a.modified_ns, False, utc(a.retrieved_at))
        for a in acquired
    ]
    known = [(p.role, p.uri, p.document_id, p.size, p.modified_ns, p.gone, now) for p in places]
    return {"raws": arrow("raws", contents.values()), "locations": arrow("locations", read + known)}


def extract_tables(extracts: Sequence[tuple[str, Extract]]) -> Tables:
    """extract: one row a document, its blocks and marks as lists."""
    rows = [
        (
            document_id,
            extract.text,
            [_block_struct(block) for block in extract.blocks],
            [_mark_struct(mark) for mark in extract.marks],
            *_metadata(extract.metadata),
            extract.warnings,
        )
        for document_id, extract in extracts
    ]
    return {"extracts": arrow("extracts", rows)}


def document_tables(documents: Sequence[Document]) -> Tables:
    """normalize: documents, their blocks and marks."""
    blocks = [
        (d.id, n, b.kind, b.start, b.end, b.level, b.label, _text_key(d.text[b.start : b.end]))
        for d in documents
        for n, b in enumerate(d.blocks)
    ]
    marks = [(d.id, n, m.kind, m.start, m.end, m.target) for d in documents for n, m in enumerate(d.marks)]
    return {
        "documents": arrow("documents", [_document_row(document) for document in documents]),
        "blocks": arrow("blocks", blocks),
        "marks": arrow("marks", marks),
    }


def sentence_tables(documents: Sequence[Document]) -> Tables:
    """segment: the sentences of documents that carry them."""
    rows = [(d.id, n, s.start, s.end, s.block) for d in documents for n, s in enumerate(d.sentences)]
    return {"sentences": arrow("sentences", rows)}


def article_tables(articles: Sequence[Article]) -> Tables:
    """cite: articles with references, citations, claims and quotes."""
    references, citations, claims, quotes = [], [], [], []
    for article in articles:
        document_id = article.document.id
        references += [_reference_row(document_id, n, r) for n, r in enumerate(article.references)]
        citations += [
            (document_id, c.id, n, c.marker, c.start, c.end, c.labels, c.references, c.claim, c.target)
            for n, c in enumerate(article.citations)
        ]
        for n, claim in enumerate(article.claims):
            claims.append(_claim_row(document_id, n, claim))
            quotes += [
                (document_id, q.id, q.claim, m, q.start, q.end, q.text, q.speaker, q.cue)
                for m, q in enumerate(claim.quotes)
            ]
    return {
        "articles": arrow("articles", [(a.document.id, a.document.uri, a.warnings) for a in articles]),
        "references": arrow("references", references),
        "citations": arrow("citations", citations),
        "claims": arrow("claims", claims),
        "quotes": arrow("quotes", quotes),
    }


def resolution_tables(resolutions: Sequence[tuple[str, Sequence[Resolution]]]) -> Tables:
    """resolve: the resolutions of each article, given with its document id."""
    rows = [
        (document_id, r.reference, n, r.document or None, r.method, r.score, r.reason)
        for document_id, found in resolutions
        for n, r in enumerate(found)
    ]
    return {"resolutions": arrow("resolutions", rows)}


def embedding_tables(keys: Sequence[str], vectors: np.ndarray) -> Tables:
    """embed: ``vectors`` of shape (len(keys), dimension) as a fixed-size list of float32."""
    import numpy as np
    import pyarrow as pa

    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).reshape(-1))
    lists = pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
    return {"embeddings": pa.table({"text_key": pa.array(keys, pa.string()), "vector": lists})}


def link_tables(links: Sequence[tuple[str, Sequence[Link]]]) -> Tables:
    """link: the links of each article, given with its document id."""
    rows = [_link_row(document_id, n, link) for document_id, found in links for n, link in enumerate(found)]
    return {"links": arrow("links", rows)}


def judgement_tables(
    judged: Sequence[tuple[Document | tuple[str, str], Sequence[Verdict], Sequence[Finding]]], run_id: str
) -> Tables:
    """judge: verdicts and findings of each article, given as a document or as (document id, uri)."""
    verdicts, findings = [], []
    for article, its_verdicts, its_findings in judged:
        document_id, uri = (article.id, article.uri) if isinstance(article, Document) else article
        verdicts += [
            (document_id, n, v.claim, v.reference, v.verdict, v.probability, list(v.features.items()))
            for n, v in enumerate(its_verdicts)
        ]
        findings += [_finding_row(document_id, uri, finding, run_id) for finding in its_findings]
    return {"verdicts": arrow("verdicts", verdicts), "findings": arrow("findings", findings)}


def _raw_row(acquired: Acquired) -> tuple[Any, ...]:
    content = acquired.raw.content
    sha256 = hashlib.sha256(content).hexdigest()
    when = utc(acquired.retrieved_at)
    head = (acquired.document_id, acquired.raw.media_type, len(content), sha256, when)
    return (*head, content, acquired.raw.charset)


def _document_row(document: Document) -> tuple[Any, ...]:
    to = [pair[0] for pair in document.offsets]
    from_ = [pair[1] for pair in document.offsets]
    key, length = _text_key(document.text), len(document.text)
    head = (document.id, document.uri, document.text, key)
    return (*head, *_metadata(document.metadata), length, to, from_)


def _reference_row(document_id: str, ordinal: int, reference: Reference) -> tuple[Any, ...]:
    r, f = reference, reference.fields
    head = (document_id, r.id, ordinal, r.label, r.kind, r.text, _text_key(f.title or r.text), r.start, r.end)
    return (*head, f.authors, f.title, f.outlet, f.published, f.accessed, f.url, f.publisher)


def _claim_row(document_id: str, ordinal: int, claim: Claim) -> tuple[Any, ...]:
    c = claim
    return (document_id, c.id, ordinal, c.text, _text_key(c.text), c.start, c.end, c.citations, c.context)


def _link_row(document_id: str, ordinal: int, link: Link) -> tuple[Any, ...]:
    p, features = link.passage, list(link.features.items())
    head = (document_id, ordinal, link.claim, link.reference, link.role, link.rank)
    return (*head, p.document, p.sentences, p.start, p.end, p.text, p.cosine, p.coverage, p.score, features)


def _finding_row(document_id: str, uri: str, finding: Finding, run_id: str) -> tuple[Any, ...]:
    f = finding
    head = (f.id, f.kind, document_id, uri, f.claims, f.references, f.labels, f.suggested, f.reason)
    return (*head, f.score, f.precision, f.measured, "open", run_id)


def _metadata(metadata: Metadata) -> tuple[Any, ...]:
    m = metadata
    return (m.title, m.authors, m.outlet, m.published, m.url, m.language)


def _block_struct(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "start_at": block.start,
        "end_at": block.end,
        "level": block.level,
        "label": block.label,
    }


def _mark_struct(mark: Mark) -> dict[str, Any]:
    return {"kind": mark.kind, "start_at": mark.start, "end_at": mark.end, "target": mark.target}

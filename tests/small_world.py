"""A small world by hand: one article with three entries, two sources that are held, and what was found.

Texts hold characters outside the basic plane and combining ones, so that a span counted otherwise than in
code points would point elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from tasks.keys import bytes_key, content_key
from tasks.model import (
    Article,
    Block,
    BlockKind,
    Citation,
    Claim,
    Document,
    Extract,
    Fields,
    Finding,
    FindingKind,
    Issue,
    Link,
    Mark,
    Metadata,
    Passage,
    Quote,
    Raw,
    Reference,
    Resolution,
    Sentence,
    Verdict,
)
from tasks.store.batch import Batch, Outcome
from tasks.store.rows import (
    Acquired,
    article_tables,
    document_tables,
    extract_tables,
    judgement_tables,
    link_tables,
    raw_tables,
    resolution_tables,
    sentence_tables,
)
from tasks.store.store import Store
from tasks.store.vectors import EmbeddingSpace, VectorBatch

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SPACE = EmbeddingSpace("tiny@1", "tiny", "0" * 64, 384)
Part = tuple[BlockKind, str, list[str]]


def make_document(uri: str, parts: Sequence[Part], **metadata: str) -> Document:
    """A document of blocks (kind, label, sentences), one line a block, a space between sentences."""
    text, blocks, sentences = "", [], []
    for number, (kind, label, words) in enumerate(parts):
        start = len(text)
        for word in words:
            at = len(text) + (1 if len(text) > start else 0)
            text += " " * (at - len(text)) + word
            sentences.append(Sentence(at, at + len(word), number))
        blocks.append(Block(kind, start, len(text), 1 if kind in ("heading", "list_item") else 0, label))
        text += "\n"
    text = text.removesuffix("\n")
    # A document's id is its content's: the uri is left out.
    key = bytes_key("text/plain", text.encode())
    return Document(
        id=key,
        uri=uri,
        text=text,
        blocks=tuple(blocks),
        marks=(Mark("superscript", 0, 2),),
        metadata=Metadata(**metadata),
        sentences=tuple(sentences),
        offsets=((0, 0), (len(text), len(text))),
    )


HARBOUR = [
    ("heading", "", ["The harbour 🚢 we lost"]),
    (
        "paragraph",
        "",
        [
            "The po\u0301rt moved 4,500 boxes in May (1).",
            "“We lost the whole river 🌊,” the mayor told the Ledger (2).",
            "It cost nine million.",
            "The ferry sank twice (3).",
        ],
    ),
    ("heading", "", ["Works Cited"]),
    ("list_item", "1", ["Boxes of May. The Ledger, 2026."]),
    ("list_item", "2", ["A mayor speaks. The Courier, 2026."]),
    ("list_item", "3", ["The ferry. The Globe, 2025."]),
]

ARTICLE = make_document("articles/harbour.txt", HARBOUR, title="The harbour we lost")
LEDGER = make_document(
    "sources/ledger.txt",
    [
        ("heading", "", ["Boxes of May"]),
        ("paragraph", "", ["The port moved 5,400 boxes 📦.", "May was dry."]),
    ],
    title="Boxes of May",
    outlet="The Ledger",
)
COURIER = make_document(
    "sources/courier.txt",
    [("paragraph", "", ["“We lost the wide river,” the mayor said.", "Rain fell."])],
    title="A mayor speaks",
    outlet="The Courier",
)
DOCUMENTS = (ARTICLE, LEDGER, COURIER)


def span(document: Document, words: str) -> tuple[int, int]:
    start = document.text.index(words)
    return start, start + len(words)


def make_article(document: Document = ARTICLE) -> Article:
    """What cite would find in the article."""
    uri = document.uri
    entries = [block for block in document.blocks if block.kind == "list_item"]
    references = tuple(
        Reference(
            id=content_key("reference", uri, document.text[block.start : block.end]),
            label=block.label,
            kind="entry",
            text=document.text[block.start : block.end],
            start=block.start,
            end=block.end,
            fields=Fields(authors=("A. Writer",), title=document.text[block.start : block.end].split(".")[0]),
        )
        for block in entries
    )
    claims, citations = [], []
    for number, sentence in enumerate(document.sentences[1:5]):
        words = document.text[sentence.start : sentence.end]
        claim_id = content_key("claim", uri, words)
        marker = words[-4:-1] if words.endswith(").") else ""
        quotes = ()
        if "“" in words:
            quoted = words[words.index("“") + 1 : words.index(",”")]
            quotes = (
                Quote(
                    content_key("quote", claim_id),
                    claim_id,
                    *span(document, quoted),
                    quoted,
                    "the mayor",
                    "told",
                ),
            )
        cited = ()
        if marker:
            at = sentence.end - 4
            label = marker.strip("()")
            citation_id = content_key("citation", claim_id, "0")
            targets = tuple(r.id for r in references if r.label == label)
            citations.append(Citation(citation_id, marker, at, at + 3, (label,), targets, claim_id))
            cited = (citation_id,)
        claims.append(
            Claim(
                claim_id,
                words.removesuffix(f" {marker}."),
                sentence.start,
                sentence.end,
                cited,
                quotes,
                "context" * (number == 3),
            )
        )
    return Article(document, references, tuple(citations), tuple(claims), ("a_warning",))


CITED = make_article()


def make_resolutions(article: Article = CITED) -> tuple[Resolution, ...]:
    ids = [reference.id for reference in article.references]
    return (
        Resolution(ids[0], LEDGER.id, "title", 0.97, "title_and_outlet"),
        Resolution(ids[1], COURIER.id, "url", 1.0, "url"),
        Resolution(ids[2], "", "", 0.2, "no_such_title"),
    )


def make_links(article: Article = CITED) -> tuple[Link, ...]:
    def link(
        claim: int, reference: int, role: str, rank: int, source: Document, sentence: int, score: float
    ) -> Link:
        at = source.sentences[sentence]
        words = source.text[at.start : at.end]
        passage = Passage(source.id, (sentence,), at.start, at.end, words, score, score / 2, score)
        features = {"cosine": score, "names": 0.5} if rank == 1 else {}
        return Link(article.claims[claim].id, article.references[reference].id, role, rank, passage, features)

    return (
        link(0, 0, "cited", 1, LEDGER, 1, 0.8),
        link(0, 0, "cited", 2, LEDGER, 2, 0.1),
        link(0, 1, "sister", 1, COURIER, 1, 0.9),
        link(1, 1, "cited", 1, COURIER, 0, 0.7),
    )


def make_verdicts(article: Article = CITED) -> tuple[Verdict, ...]:
    claims, references = article.claims, article.references
    return (
        Verdict(claims[0].id, references[0].id, "not_supported", 0.2, {"cosine": 0.8, "numbers": 0.0}),
        Verdict(claims[1].id, references[1].id, "supported", 0.9, {"cosine": 0.7}),
        Verdict(claims[3].id, references[2].id, "source_unavailable", None),
    )


def make_finding(
    kind: FindingKind, claim: int | None, labels: tuple[str, ...], suggested: tuple[str, ...] = ()
) -> Finding:
    claims = () if claim is None else (CITED.claims[claim].id,)
    references = tuple(r.id for r in CITED.references if r.label in labels)
    key = content_key("finding", kind, *claims, *references)
    return Finding(key, kind, claims, references, labels, suggested, f"because of {kind}", 0.8, 0.95)


FINDINGS = (
    make_finding("number_mismatch", 0, ("1",)),
    make_finding("altered_quote", 1, ("2",)),
    make_finding("uncited_claim", 2, ()),
    make_finding("dead_source", 3, ("3",)),
    make_finding("swapped_citation", 0, ("1", "2"), ("2", "1")),
)


def batch(
    stage: str, outcomes: Sequence[Outcome], tables=None, run_id="run-1", version="1", issues=()
) -> Batch:
    return Batch(run_id, stage, version, NOON, 0.25, tuple(outcomes), tables or {}, tuple(issues))


def kept(items: Sequence[str], input_hash: str = "in", output_hash: str = "out") -> list[Outcome]:
    return [Outcome(item, input_hash, output_hash) for item in items]


def pending(store: Store, stage: str, version: str = "1", **params: str) -> dict[str, str]:
    """Item → input hash of what the stage has to do."""
    return {
        row["item"]: row["input_hash"] for row in store.rows(f"pending_{stage}", version=version, **params)
    }


def acquire(store: Store, documents: Sequence[Document], run_id: str = "run-1") -> None:
    """Commit where the documents lie: their uri's folder tells the role."""
    acquired = [
        Acquired(
            "article" if d.uri.startswith("articles") else "source",
            d.id,
            Raw(d.uri, "text/plain", d.text.encode()),
            7,
            NOON,
        )
        for d in documents
    ]
    outcomes = [Outcome(d.uri, "size and time", d.id) for d in documents]
    store.commit(batch("acquire", outcomes, raw_tables(acquired), run_id))


def read(store: Store, documents: Sequence[Document], run_id: str = "run-1", version: str = "1") -> None:
    """Commit extract, normalize and segment of those of the documents that are pending."""
    by_id = {document.id: document for document in documents}

    def due(stage: str) -> tuple[list[Outcome], list[Document]]:
        found = pending(store, stage, version)
        outcomes = [Outcome(i, h, content_key(stage, by_id[i].text)) for i, h in found.items() if i in by_id]
        return outcomes, [by_id[outcome.item] for outcome in outcomes]

    outcomes, chosen = due("extract")
    extracts = [
        (d.id, Extract(d.text, d.blocks, d.marks, d.metadata, ("undecodable_bytes",))) for d in chosen
    ]
    store.commit(batch("extract", outcomes, extract_tables(extracts), run_id, version))
    outcomes, chosen = due("normalize")
    store.commit(batch("normalize", outcomes, document_tables(chosen), run_id, version))
    outcomes, chosen = due("segment")
    store.commit(batch("segment", outcomes, sentence_tables(chosen), run_id, version))


def embed(store: Store, run_id: str = "run-1") -> int:
    """Give each text that lacks one a vector made of its key; return how many there were."""
    rows = store.rows("pending_texts", after="", limit=1000)
    keys = [row["text_key"] for row in rows]
    store.commit_vectors(SPACE, VectorBatch(run_id, "1", NOON, 0.5, keys, unit_vectors(len(keys))))
    return len(keys)


def unit_vectors(count: int, dimension: int = 384) -> np.ndarray:
    vectors = np.random.default_rng(7).normal(size=(count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def check(
    store: Store, article: Article = CITED, findings: Sequence[Finding] = FINDINGS, run_id: str = "run-1"
) -> None:
    """Commit cite, resolve, link and judge of the article where they are pending."""
    item = article.document.id
    tables = {
        "cite": lambda: article_tables([article]),
        "resolve": lambda: resolution_tables([(item, make_resolutions(article))]),
        "link": lambda: link_tables([(item, make_links(article))]),
        "judge": lambda: judgement_tables([(article.document, make_verdicts(article), findings)], run_id),
    }
    for stage, make in tables.items():
        due = pending(store, stage, **({"space": SPACE.key} if stage == "link" else {}))
        if item in due:
            output = content_key(stage, *(finding.id for finding in findings), article.document.uri)
            store.commit(batch(stage, [Outcome(item, due[item], output)], make(), run_id))


def fill(store: Store, run_id: str = "run-1") -> None:
    """Bring the whole small world into the store, with one item dropped and one issue."""
    store.start_run(run_id, "test", "0", NOON)
    acquire(store, DOCUMENTS, run_id)
    empty = Outcome("sources/empty.html", "size and time", "", kept=False, reason="empty_file")
    issue = Issue("acquire", "sources/empty.html", "empty_file", "The file is empty.")
    store.commit(batch("acquire", [empty], run_id=run_id, issues=[issue]))
    read(store, DOCUMENTS, run_id)
    check(store, run_id=run_id)
    embed(store, run_id)
    store.end_run(run_id, "issues", NOON)


def edited(document: Document, old: str, new: str) -> Document:
    """The same article after an edit of one sentence: another document at the same uri."""
    parts = [(kind, label, [s.replace(old, new) for s in sentences]) for kind, label, sentences in HARBOUR]
    return replace(make_document(document.uri, parts), metadata=document.metadata)


def count(store: Store, table: str) -> int:
    """How many rows a table has."""
    return store.rows("row_count", table=table)[0]["items"]


def statuses(store: Store) -> dict[str, str]:
    """The status of each finding by its kind."""
    return {row["kind"]: row["status"] for row in store.rows("findings")}


def verdicts_of(store: Store, document: str) -> tuple[Verdict, ...]:
    """The stored verdicts of an article, in their order."""
    stored = store.con.execute(
        "SELECT claim_id, reference_id, verdict, probability, features FROM verdicts "
        "WHERE document_id = ? ORDER BY ordinal",
        [document],
    ).fetchall()
    return tuple(Verdict(*head, dict(features)) for *head, features in stored)

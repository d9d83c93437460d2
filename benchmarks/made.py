"""Make articles and sources of the data sets' rows, so that the product's own stages judge them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tasks.keys import content_key
from tasks.link.candidates import Source, prepare_source
from tasks.model import (
    Article,
    Block,
    Citation,
    Claim,
    Document,
    Fields,
    Metadata,
    Quote,
    Reference,
    Sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# The data's claims are bare sentences: what stands in quotation marks is their quotations.
QUOTED = re.compile(r"[\"“]([^\"“”]{12,}?)[\"”]")
SHORTEST_QUOTE_WORDS = 4


def make_source(key: str, title: str, sentences: Sequence[str]) -> Source:
    """Return a source whose blocks are its sentences."""
    lines = [" ".join(sentence.split()) for sentence in sentences]
    lines = [line for line in lines if line]
    spans, at = [], 0
    for line in lines:
        spans.append((at, at + len(line)))
        at += len(line) + 1
    document = Document(
        id=key,
        uri=key,
        text="\n".join(lines),
        blocks=tuple(Block("paragraph", start, end) for start, end in spans),
        marks=(),
        metadata=Metadata(title=title),
        sentences=tuple(Sentence(start, end, n) for n, (start, end) in enumerate(spans)),
    )
    return prepare_source(document)


def make_article(key: str, claims: Sequence[dict[str, Any]], sources: Sequence[dict[str, Any]]) -> Article:
    """Return an article whose claims (id, text, cited) cite the list of ``sources`` (label, title)."""
    references = tuple(
        Reference(f"{key}/{s['label']}", s["label"], "entry", s["title"], 0, 0, Fields(title=s["title"]))
        for s in sources
    )
    by_label = {reference.label: reference.id for reference in references}
    made = [_claim(key, claim, by_label[claim["cited"]]) for claim in claims]
    text = "\n".join(claim["text"] for claim in claims)
    document = Document(content_key(key), key, text, (), (), Metadata())
    return Article(
        document, references, tuple(citation for citation, _ in made), tuple(claim for _, claim in made)
    )


def _claim(key: str, claim: dict[str, Any], reference: str) -> tuple[Citation, Claim]:
    name = f"{key}/{claim['id']}"
    label = claim["cited"]
    citation = Citation(f"{name}#", f"({label})", 0, 0, (label,), (reference,), name)
    quotes = tuple(_quotes(name, claim["text"]))
    return citation, Claim(name, claim["text"], 0, len(claim["text"]), (citation.id,), quotes)


def _quotes(claim: str, text: str) -> Iterator[Quote]:
    for match in QUOTED.finditer(text):
        if len(match.group(1).split()) >= SHORTEST_QUOTE_WORDS:
            yield Quote(f"{claim}@{match.start()}", claim, match.start(1), match.end(1), match.group(1))

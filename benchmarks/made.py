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
    """Return an article whose claims (text, cited) cite the list of ``sources`` (label, title).

    References and claims are in the order given. Of entries with one label the first is meant, as in the
    cite stage; a claim may name a label that no entry has.
    """
    references = tuple(_reference(f"{key}/r{place}", source) for place, source in enumerate(sources))
    by_label = {reference.label: reference.id for reference in reversed(references)}
    # Named by their place: two of an article may carry the same id or label.
    made = [_claim(f"{key}/c{place}", claim, by_label) for place, claim in enumerate(claims)]
    text = "\n".join(claim["text"] for claim in claims)
    document = Document(content_key(key), key, text, (), (), Metadata())
    return Article(
        document, references, tuple(citation for citation, _ in made), tuple(claim for _, claim in made)
    )


def _reference(name: str, source: dict[str, Any]) -> Reference:
    title = source.get("title") or ""
    return Reference(name, str(source["label"]), "entry", title, 0, 0, Fields(title=title))


def _claim(name: str, claim: dict[str, Any], by_label: dict[str, str]) -> tuple[Citation, Claim]:
    label = "" if claim["cited"] is None else str(claim["cited"])
    named = (by_label[label],) if label in by_label else ()
    citation = Citation(f"{name}#", f"({label})", 0, 0, (label,), named, name)
    quotes = tuple(_quotes(name, claim["text"]))
    return citation, Claim(name, claim["text"], 0, len(claim["text"]), (citation.id,), quotes)


def _quotes(claim: str, text: str) -> Iterator[Quote]:
    for match in QUOTED.finditer(text):
        if len(match.group(1).split()) >= SHORTEST_QUOTE_WORDS:
            yield Quote(f"{claim}@{match.start()}", claim, match.start(1), match.end(1), match.group(1))

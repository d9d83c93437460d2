"""Articles, pages and an encoder made by hand for the tests of linking and judging."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.link.candidates import Source, prepare_source
from tasks.link.vectors import Vectors
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

_QUOTED = re.compile(r"“([^”]*)”")
_CUE = re.compile(r"\bsaid\b")


class HashedWords:
    """Unit vectors of hashed words: texts with the same words are near, whatever their order.

    ``encoded`` counts how often each text was encoded.
    """

    dimension = 256

    def __init__(self) -> None:
        self.encoded: dict[str, int] = {}

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            self.encoded[text] = self.encoded.get(text, 0) + 1
            row[0] = 0.01
            for word in re.findall(r"\w+", text.casefold()):
                digest = hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()
                row[digest[0]] += 1 if digest[1] % 2 else -1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def make_vectors() -> Vectors:
    return Vectors(HashedWords())


def make_page(
    key: str, *paragraphs: str, title: str = "", outlet: str = "", url: str = "", published: str = ""
) -> Document:
    """A page of paragraphs whose sentences are parted by " | " (which stays out of the text)."""
    text, blocks, sentences = "", [], []
    for number, paragraph in enumerate(paragraphs):
        text += "\n" if text else ""
        start = len(text)
        for sentence in paragraph.split(" | "):
            text += " " if len(text) > start else ""
            sentences.append(Sentence(len(text), len(text) + len(sentence), number))
            text += sentence
        blocks.append(Block("paragraph", start, len(text)))
    metadata = Metadata(title=title, outlet=outlet, url=url, published=published)
    return Document(key, f"sources/{key}.html", text, tuple(blocks), (), metadata, tuple(sentences))


def make_source(key: str, *paragraphs: str, title: str = "", published: str = "") -> Source:
    return prepare_source(make_page(key, *paragraphs, title=title, published=published))


def make_entry(label: str, title: str, outlet: str = "", url: str = "") -> Reference:
    """An entry of the list; its id is "r" and its label."""
    return Reference(
        f"r{label}", label, "entry", f"{title}. {outlet}", 0, 0, Fields(title=title, outlet=outlet, url=url)
    )


def make_article(
    entries: Sequence[Reference], claims: Sequence[tuple[str, str]], targets: Sequence[str] = ()
) -> Article:
    """An article of claims (text, labels parted by commas, "" where it carries no marker).

    The claims' ids are c1, c2, …; each has one citation (k1, k2, …), and what stands between “ and ” are
    its quotations, spoken by somebody where the claim says "said". ``targets`` are the markers' hyperlinks, claim by claim.
    """
    by_label = {entry.label: entry.id for entry in entries}
    citations, made, text = [], [], ""
    for number, (words, written) in enumerate(claims, start=1):
        start = len(text)
        text += words + "\n"
        labels = tuple(label for label in written.split(",") if label)
        ids = tuple(by_label[label] for label in labels if label in by_label)
        target = targets[number - 1] if targets else ""
        if labels:
            marker = f"({', '.join(labels)})"
            citations.append(Citation(f"k{number}", marker, start, start, labels, ids, f"c{number}", target))
        cue = "said" if _CUE.search(words) else ""
        quotes = tuple(
            Quote(f"q{number}-{n}", f"c{number}", start + m.start(1), start + m.end(1), m[1], cue=cue)
            for n, m in enumerate(_QUOTED.finditer(words), start=1)
        )
        cited = (f"k{number}",) if labels else ()
        made.append(Claim(f"c{number}", words, start, start + len(words), cited, quotes))
    document = Document("a", "articles/a.txt", text, (), (), Metadata())
    return Article(document, tuple(entries), tuple(citations), tuple(made))

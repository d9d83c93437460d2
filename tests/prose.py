"""Documents for the tests of citing: built from a few lines of typed text, or read from a file."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tasks.extract.read import extract
from tasks.model import Block, BlockKind, Document, Mark, MarkKind, Metadata, Raw
from tasks.normalize import normalize
from tasks.segment import segment

MEDIA_TYPES = {".html": "text/html", ".md": "text/markdown", ".txt": "text/plain"}

_TAG = re.compile(r"<sup>(?P<sup>.*?)</sup>|<a (?P<target>[^>]*)>(?P<anchor>.*?)</a>")


def build(*blocks: str, url: str = "", language: str = "en", authors: tuple[str, ...] = ()) -> Document:
    """Return a document of ``blocks``: "# Heading", "- item", "3) item with label", "> quote" or a paragraph.

    ``<sup>1</sup>`` and ``<a ADDRESS>words</a>`` become marks.
    """
    text, made, marks = "", [], []
    for source in blocks:
        kind, level, label, words = _kind(source)
        text += "\n\n" if text else ""
        start = len(text)
        text = _inline(text, words, marks)
        made.append(Block(kind, start, len(text), level, label))
    metadata = Metadata(
        title=blocks[0].lstrip("# ") if blocks else "", authors=authors, url=url, language=language
    )
    document = Document("d", "articles/a.txt", text, tuple(made), tuple(marks), metadata)
    return replace(document, sentences=segment(document))


def read(path: Path) -> Document:
    """Return the document in the file at ``path``, read as the pipeline does."""
    raw = Raw(path.name, MEDIA_TYPES[path.suffix], path.read_bytes())
    document = normalize(raw, extract(raw))
    return replace(document, sentences=segment(document))


def _kind(source: str) -> tuple[BlockKind, int, str, str]:
    if found := re.match(r"(#+) ", source):
        return "heading", len(found[1]), "", source[found.end() :]
    if found := re.match(r"(\d+)\) ", source):
        return "list_item", 1, found[1], source[found.end() :]
    if source.startswith("- "):
        return "list_item", 1, "", source[2:]
    return ("quote", 0, "", source[2:]) if source.startswith("> ") else ("paragraph", 0, "", source)


def _inline(text: str, words: str, marks: list[Mark]) -> str:
    position = 0
    for found in _TAG.finditer(words):
        text += words[position : found.start()]
        start = len(text)
        inner = found["sup"] if found["sup"] is not None else found["anchor"]
        text = _inline(text, inner, marks)
        kind: MarkKind = "superscript" if found["sup"] is not None else "link"
        marks.append(Mark(kind, start, len(text), found["target"] or ""))
        position = found.end()
    return text + words[position:]

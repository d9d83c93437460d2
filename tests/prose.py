"""Build documents for the tests of citing from a few lines of typed text."""

from __future__ import annotations

import re

from tasks.model import Block, BlockKind, Document, Mark, MarkKind, Metadata, Sentence

_TAG = re.compile(r"<sup>(?P<sup>.*?)</sup>|<a (?P<target>[^>]*)>(?P<anchor>.*?)</a>")
# A sentence ends at a stop, its closing quotation mark and the markers right behind it.
_STOP = re.compile(r"[.!?][”\"»“’]?(?:\s?(?:\[[\d^,–]+\]|\(\d+\)|[¹²³⁴-⁹]+))*\s+(?=[^\W\d_a-zà-ÿ]|[“\"«„])")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|Mr|Dr|Jan|Sept|Dept)\.$")


def build(*blocks: str, url: str = "", language: str = "en", authors: tuple[str, ...] = ()) -> Document:
    """Return a document of ``blocks``: "# Heading", "- item", "3) item with label", "> quote" or a paragraph.

    ``<sup>1</sup>`` and ``<a ADDRESS>words</a>`` become marks.
    """
    text, made, marks, sentences = "", [], [], []
    for number, source in enumerate(blocks):
        kind, level, label, words = _kind(source)
        text += "\n\n" if text else ""
        start = len(text)
        text = _inline(text, words, marks)
        made.append(Block(kind, start, len(text), level, label))
        sentences += _sentences(_raised(text, marks), start, number)
    metadata = Metadata(
        title=blocks[0].lstrip("# ") if blocks else "", authors=authors, url=url, language=language
    )
    return Document("d", "articles/a.txt", text, tuple(made), tuple(marks), metadata, tuple(sentences))


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


def _raised(text: str, marks: list[Mark]) -> str:
    for mark in marks:
        if mark.kind == "superscript":
            text = text[: mark.start] + text[mark.start : mark.end].translate(_RAISED) + text[mark.end :]
    return text


def _sentences(text: str, start: int, block: int) -> list[Sentence]:
    found, first = [], start
    for stop in _STOP.finditer(text, start):
        if not _ABBREVIATION.search(text[first : stop.start() + 1]):
            end = first + len(text[first : stop.end()].rstrip())
            found.append(Sentence(first, end, block))
            first = stop.end()
    if text[first:].strip():
        found.append(Sentence(first, len(text), block))
    return found

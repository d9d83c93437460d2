"""Split a document's blocks into sentences.

In: a :class:`~tasks.model.Document`. Out: its :class:`~tasks.model.Sentence`s, in order, apart from
each other, covering every character of the blocks that is not white space. Citation markers are
blanked with as many spaces before nupunkt splits, so that a marker after the full stop stays with the
sentence before it: "Prices fell.[2] Then they rose." are two sentences, the first with its marker.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from tasks.model import Block, Document, Sentence

STAGE = "segment"

# "(1)", "[2]", "[1, 3]", "[2–4]", "[^1]", superscript digits; up to three digits, since "(1994)" is a year.
MARKER = re.compile(
    r"\(\d{1,3}(?:\s?[,;–—-]\s?\d{1,3}){0,20}\)|\[\^?\d{1,3}(?:\s?[,;–—-]\s?\d{1,3}){0,20}\]"
    r"|[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾˒,–-]{0,20}(?<![,–-])"
)

# A raised text is a marker when it is short and has no letters but one: "3", "[4,5]", "a", "*".
RAISED_MARKER = re.compile(r"[\s\[\]()\d,;.–—*†‡§¶-]{0,20}[a-z]?[\s\])]{0,3}")

# Where a sentence ends in scripts that set no space after it.
WIDE_STOP = re.compile(r"[。！？｡]+[」』”’）)\]\s]*|[।॥۔]\s+")

# A day before its month: "3. Januar" is no end of a sentence in the languages that count so.
ORDINAL = re.compile(
    r"\b\d{1,2}(\.)(?=\s(?:Jan|Feb|Mär|Mar|Apr|Mai|Maj|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Dec|Jahrh|led|úno|bře|dub|kvě|čer"
    r"|srp|zář|říj|lis|pro))",
    re.IGNORECASE,
)

# A list item up to this length is one entry or one point; longer ones are prose set as a list.
LONG_ITEM = 600


def segment(document: Document) -> tuple[Sentence, ...]:
    """Return the sentences of ``document``, block by block; headings and short list items are one."""
    raised = _raised_by_block(document)
    sentences: list[Sentence] = []
    for number, block in enumerate(document.blocks):
        text = document.text[block.start : block.end]
        for start, end in _spans(text, block, raised[number]):
            sentences.append(Sentence(block.start + start, block.start + end, number))
    return tuple(sentences)


def _spans(text: str, block: Block, raised: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    whole = block.kind == "heading" or (block.kind == "list_item" and len(text) <= LONG_ITEM)
    starts = [0] if whole else _starts(_masked(text, raised))
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        stripped = text[start:end].strip()
        if stripped:
            begin = start + len(text[start:end]) - len(text[start:end].lstrip())
            yield begin, begin + len(stripped)


def _masked(text: str, raised: list[tuple[int, int]]) -> str:
    """Return ``text`` with its markers as spaces and the stops that end nothing as letters."""
    parts: list[str] = []
    done = 0
    for start, end in raised:
        parts += (text[done:start], " " * (end - max(start, done)))
        done = max(done, end)
    text = "".join([*parts, text[done:]])
    text = MARKER.sub(lambda marker: " " * len(marker[0]), text)
    return ORDINAL.sub(lambda day: day[0][:-1] + "x", text)


def _starts(text: str) -> list[int]:
    """Return where sentences begin in the masked ``text``; what stands before the second is the first's."""
    from nupunkt import sent_spans

    # nupunkt keeps its model once it is loaded.
    cuts = {start for start, _ in sent_spans(text)}
    cuts.update(stop.end() for stop in WIDE_STOP.finditer(text))
    starts, seen = [0], len(text.rstrip())
    for cut in sorted(cuts):
        # What is left blank by a marker makes no sentence.
        if cut < seen and not text[starts[-1] : cut].isspace() and cut > starts[-1]:
            starts.append(cut)
    return starts


def _raised_by_block(document: Document) -> list[list[tuple[int, int]]]:
    """Return for each block the spans of its raised markers, ascending, from the block's start."""
    starts = [block.start for block in document.blocks]
    raised: list[list[tuple[int, int]]] = [[] for _ in document.blocks]
    for mark in sorted(document.marks, key=lambda mark: mark.start):
        number = bisect_right(starts, mark.start) - 1
        if number < 0 or mark.kind != "superscript" or mark.end > document.blocks[number].end:
            continue
        if RAISED_MARKER.fullmatch(document.text[mark.start : mark.end]):
            raised[number].append((mark.start - starts[number], mark.end - starts[number]))
    return raised

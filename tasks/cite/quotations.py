"""Find the words in quotation marks of any style, nested ones inside their outer ones.

One pass over a block with a stack of open marks: “…”, "…", ‘…’, „…“, «…», »…«, ‹…›, 「…」.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# What closes each opening mark. A mark that both opens and closes stands in both places.
_CLOSERS = {
    "“": '”"',
    "„": '“”"',
    "‟": "”",
    '"': '"”',
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "‘": "’",
    "‚": "‘’",
    "「": "」",
    "『": "』",
}
_MARKS = frozenset("".join(_CLOSERS) + "".join(_CLOSERS.values()))
# Marks that open only at the head of a word: elsewhere they close, or mean inches.
_OPEN_AT_A_WORD = frozenset('"”»')
# More marks open inside each other than prose ever has: the text is no prose, forget the outer ones.
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks; ``start``–``end`` leave the marks out, the outer span has them."""

    start: int
    end: int
    outer_start: int
    outer_end: int


def find_quotations(text: str, start: int = 0, end: int | None = None) -> list[Quotation]:
    """Return the outermost quotations of ``text`` from ``start`` to ``end``, in order.

    A quotation still open at the end is one only where another block may go on with it: when nothing
    was closed behind it. It ends there, as in prose that opens each paragraph of a long quotation anew.
    """
    end = len(text) if end is None else end
    found: list[Quotation] = []
    stack: list[int] = []
    for position in _mark_positions(text, start, end):
        mark = text[position]
        level = next((n for n in range(len(stack) - 1, -1, -1) if mark in _CLOSERS[text[stack[n]]]), -1)
        if level >= 0 and _closes(text, position, end):
            opened = stack[level]
            del stack[level:]
            if not stack:
                found.append(_quotation(text, opened, position))
        elif mark in _CLOSERS and _opens(text, position, start, end):
            if len(stack) == MAX_DEPTH:
                stack.clear()
            stack.append(position)
    return [
        quotation for quotation in _with_unclosed(text, found, stack, end) if quotation.end > quotation.start
    ]


def _mark_positions(text: str, start: int, end: int) -> Iterator[int]:
    return (position for position in range(start, end) if text[position] in _MARKS)


def _closes(text: str, position: int, end: int) -> bool:
    # ’ between letters is an apostrophe; before a space it may be one too, but then nothing is lost.
    if text[position] in "’‘":
        return not (position + 1 < end and text[position + 1].isalnum())
    if text[position] in "“":
        # „…“ closes with the mark that opens an English quotation.
        return not (position + 1 < end and text[position + 1].isalnum())
    return True


def _opens(text: str, position: int, start: int, end: int) -> bool:
    before = text[position - 1] if position > start else " "
    after = text[position + 1] if position + 1 < end else " "
    if text[position] in _OPEN_AT_A_WORD:
        return not after.isspace() and not before.isalnum() and before not in ".,!?"
    return text[position] != "‘" or not before.isalnum()


def _quotation(text: str, opened: int, closed: int) -> Quotation:
    start, end = opened + 1, closed
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    # “… government,” he said: the comma is the sentence's, not the speaker's.
    if start < end and text[end - 1] == ",":
        end -= 1
    return Quotation(start, end, opened, min(closed + 1, len(text)))


def _with_unclosed(text: str, found: list[Quotation], stack: list[int], end: int) -> list[Quotation]:
    if not stack or text[stack[0]] not in "“„«" or text[stack[0] : end].count("\n\n"):
        return found
    return [*[item for item in found if item.end <= stack[0]], _quotation(text, stack[0], end)]

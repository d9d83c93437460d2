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
# Two single marks typed for a double one; as long as what they stand for, so that positions stay.
_PAIRS = {"’’": "”\0", "‘‘": "\0“", "''": '"\0', "``": "\0“"}
# Marks that open only at the head of a word: elsewhere they close, or mean inches.
_OPEN_AT_A_WORD = frozenset('"”»')
# More marks open inside each other than prose ever has; of such text only the outer ones are kept.
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

    A quotation still open at the end of the text ends there, as in prose that opens each paragraph of
    a long quotation anew; but not where the same mark opens another behind it.
    """
    end = len(text) if end is None else end
    inner = text[start:end]
    for pair, mark in _PAIRS.items():
        inner = inner.replace(pair, mark)
    return [
        Quotation(item.start + start, item.end + start, item.outer_start + start, item.outer_end + start)
        for item in _quotations(inner)
    ]


def _quotations(text: str) -> list[Quotation]:
    found: list[Quotation] = []
    stack: list[int] = []
    for position in _mark_positions(text):
        mark = text[position]
        level = next((n for n in range(len(stack) - 1, -1, -1) if mark in _CLOSERS[text[stack[n]]]), -1)
        if level >= 0 and _closes(text, position):
            opened = stack[level]
            del stack[level:]
            if not stack:
                found.append(_quotation(text, opened, position))
        elif mark in _CLOSERS and _opens(text, position):
            # The same mark again inside itself: the first one was never closed, and opened nothing.
            again = next((n for n, opened in enumerate(stack) if text[opened] == mark), len(stack))
            del stack[min(again, MAX_DEPTH - 1) :]
            stack.append(position)
    return [quotation for quotation in _with_unclosed(text, found, stack) if quotation.end > quotation.start]


def _mark_positions(text: str) -> Iterator[int]:
    return (position for position, character in enumerate(text) if character in _MARKS)


def _closes(text: str, position: int) -> bool:
    # ’ between letters is an apostrophe; before a space it may be one too, but then nothing is lost.
    if text[position] in "’‘":
        return not text[position + 1 : position + 2].isalnum()
    if text[position] in "“":
        # „…“ closes with the mark that opens an English quotation.
        return not text[position + 1 : position + 2].isalnum()
    return True


def _opens(text: str, position: int) -> bool:
    before = text[position - 1] if position else " "
    after = text[position + 1] if position + 1 < len(text) else " "
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


def _with_unclosed(text: str, found: list[Quotation], stack: list[int]) -> list[Quotation]:
    if not stack or text[stack[0]] not in "“„«" or "\n\n" in text[stack[0] :]:
        return found
    return [*[item for item in found if item.end <= stack[0]], _quotation(text, stack[0], len(text))]

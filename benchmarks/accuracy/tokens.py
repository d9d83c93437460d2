"""Which words of a claim its page does not support: ``wice/non_supported_tokens/*.jsonl``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy.figures import precision_recall
from benchmarks.accuracy.lines import Lines, read_lines
from benchmarks.accuracy.wice import read_cases
from tasks.embed.encoder import load_encoder
from tasks.judge.unsupported import find_unsupported
from tasks.judge.wording import read_page
from tasks.link.vectors import Vectors

WORDS = re.compile(r"\w+")
# Characters between two tokens of a claim; more means that a token is written otherwise in the text.
WIDEST_GAP = 3


def token_spans(text: str, tokens: Sequence[str]) -> list[tuple[int, int]]:
    """Return the span of each token in ``text``; an empty one where a token is written otherwise there."""
    spans, at, unseen = [], 0, 0
    for token in tokens:
        start = text.find(token, at, at + unseen + WIDEST_GAP + len(token))
        if start < 0:
            # Quotation marks and brackets are often rewritten by tokenizers: the next token finds the place.
            unseen += len(token) + WIDEST_GAP
            spans.append((at, at))
        else:
            at, unseen = start + len(token), 0
            spans.append((start, at))
    return spans


def marked(spans: Sequence[tuple[int, int]], tokens: Sequence[tuple[int, int]]) -> list[bool]:
    """Return for each token whether it lies in one of ``spans``, wholly or in part."""
    return [any(start < end_of and begin < end for start, end in spans) for begin, end_of in tokens]


def predict(path: Path) -> Lines:
    """Return for each claim which of its tokens its page does not support."""
    vectors = Vectors(load_encoder())
    lines = []
    for index, (row, case) in enumerate(read_cases(path)):
        source, match = case.match(vectors)
        spans = find_unsupported(row["claim"], read_page(source.index), match.chosen)
        tokens = token_spans(row["claim"], row["claim_tokens"])
        lines.append({"index": index, "unsupported": marked(spans, tokens)})
    return lines


def baseline(path: Path) -> Lines:
    """The tokens that have a word which the page does not hold; punctuation never."""
    lines = []
    for index, row in enumerate(read_lines(path)):
        held = {word for line in row["evidence"] for word in WORDS.findall(line.casefold())}
        absent = [not held.issuperset(WORDS.findall(token.casefold())) for token in row["claim_tokens"]]
        lines.append({"index": index, "unsupported": absent})
    return lines


def measure(path: Path, lines: Lines) -> dict[str, float]:
    """Return precision, recall and F1 over all tokens of all claims, and how many tokens there are."""
    wanted, said = [], []
    for row, line in zip(read_lines(path), lines, strict=True):
        if len(row["non_supported_spans"]) != len(line["unsupported"]):
            raise ValueError(f"claim {line['index']} has another number of tokens")
        wanted += [bool(one) for one in row["non_supported_spans"]]
        said += line["unsupported"]
    return {"tokens": len(wanted), "unsupported": sum(wanted), **precision_recall(said, wanted)}

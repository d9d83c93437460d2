"""Splitting blocks into sentences."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.read import extract
from tasks.model import Block, BlockKind, Document, Mark, Metadata, Raw
from tasks.normalize import normalize
from tasks.segment import LONG_ITEM, segment


def document_of(text: str, kind: BlockKind = "paragraph", *marks: Mark) -> Document:
    return Document("id", "uri", text, (Block(kind, 0, len(text)),), marks, Metadata())


def sentences(document: Document) -> list[str]:
    return [document.text[sentence.start : sentence.end] for sentence in segment(document)]


def tiles(document: Document) -> bool:
    """Return whether the sentences are in order, apart, trimmed, and leave out white space alone."""
    covered = set()
    end = 0
    for sentence in segment(document):
        block = document.blocks[sentence.block]
        text = document.text[sentence.start : sentence.end]
        if not (
            end <= sentence.start < sentence.end
            and block.start <= sentence.start
            and sentence.end <= block.end
        ):
            return False
        if text != text.strip():
            return False
        covered.update(range(sentence.start, sentence.end))
        end = sentence.end
    seen = {i for b in document.blocks for i in range(b.start, b.end) if not document.text[i].isspace()}
    return seen <= covered


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(["Prices fell (1).", "Then they rose."], id="marker before the stop"),
        pytest.param(["Prices fell.[2]", "Then they rose."], id="marker glued to the stop"),
        pytest.param(["Prices fell. [2]", "Then they rose."], id="marker after the stop"),
        pytest.param(["Prices fell.[1][2]", "Then they rose."], id="two markers"),
        pytest.param(["Prices fell.[1, 3–5]", "Then they rose."], id="list and range"),
        pytest.param(["Prices fell.¹", "Then they rose.²⁻⁴", "They fell."], id="superscript digits"),
        pytest.param(["“Prices fell.” (1)", "Then they rose."], id="marker after a quotation"),
        pytest.param(["“Prices fell.”[1]", "“Then they rose,” he said."], id="marker between quotations"),
        pytest.param(["Why did prices fall? (1)", "Nobody knows! [2]", "They rose."], id="other stops"),
        pytest.param(["[1] Prices fell.", "Then they rose."], id="marker at the beginning"),
        pytest.param(["Prices fell in 1994 (1994).", "Then they rose."], id="a year in brackets"),
        pytest.param(
            ["The U.S. Dept. of State met on Jan. 3 at 5 a.m. in Rome (1).", "It said no."],
            id="abbreviations",
        ),
        pytest.param(["Mr. J. R. Roe met Gov. Lee in St. Louis.", "They spoke."], id="titles and initials"),
        pytest.param(["Sales rose 3.5 percent to 1.2 million.", "It was No. 5."], id="decimals"),
        pytest.param(["Er kam am 3. Januar nach Berlin.", "Dann ging er."], id="German dates"),
        pytest.param(["He asked her, “Why?” and left.", "She stayed."], id="stop inside a quotation"),
    ],
)
def test_a_marker_belongs_to_the_sentence_before_it(expected: list[str]) -> None:
    """Sentences end where a reader ends them, and a marker after the stop stays with what it cites."""
    assert sentences(document_of(" ".join(expected))) == expected


def test_scripts_without_spaces_are_split_at_their_stops() -> None:
    """Japanese sentences end at their stop and keep the marker behind it."""
    assert sentences(document_of("価格が下がった。[2]「その後上がった。」それだけだ。")) == [
        "価格が下がった。[2]",
        "「その後上がった。」",
        "それだけだ。",
    ]


def test_raised_markers_do_not_hide_the_end_of_a_sentence() -> None:
    """A superscript number after the stop is blanked for splitting; a raised word is not."""
    text = "Prices fell.12 Then they rose on the 4th. He left."
    marks = (Mark("superscript", 12, 14), Mark("superscript", text.index("th."), text.index("th.") + 2))
    assert sentences(document_of(text, "paragraph", *marks)) == [
        "Prices fell.12",
        "Then they rose on the 4th.",
        "He left.",
    ]
    assert sentences(document_of(text)) != sentences(document_of(text, "paragraph", *marks))


@pytest.mark.parametrize(
    ("expected", "kind", "text"),
    [
        pytest.param(1, "heading", "What fell? Prices. Then they rose.", id="heading"),
        pytest.param(1, "list_item", "Lee, Ann. A Dam. The Ledger. 3 May 2020.", id="entry"),
        pytest.param(30, "list_item", "Prices fell all the year. " * 30, id="long item"),
        pytest.param(3, "quote", "Prices fell. Then they rose. He left.", id="quotation"),
        pytest.param(0, "paragraph", " ", id="nothing"),
    ],
)
def test_what_is_one_sentence(expected: int, kind: BlockKind, text: str) -> None:
    """Headings and list items are one sentence each; long items and all else are split."""
    assert kind != "list_item" or (expected == 1) == (len(text) <= LONG_ITEM)
    assert len(sentences(document_of(text, kind))) == expected


def test_sentences_name_their_block() -> None:
    """Spans are into the document's text, and each sentence says which block it is of."""
    text = "The Dam\n\nIt fell. It rose.\n\nIt stands."
    blocks = (Block("heading", 0, 7, 1), Block("paragraph", 9, 26), Block("paragraph", 28, 38))
    document = Document("id", "uri", text, blocks, (), Metadata())
    assert [(s.block, text[s.start : s.end]) for s in segment(document)] == [
        (0, "The Dam"),
        (1, "It fell."),
        (1, "It rose."),
        (2, "It stands."),
    ]


@given(
    st.lists(
        st.text(
            st.sampled_from("aB1. ?!()[]¹²“”。\n3") | st.characters(exclude_categories=["Cs"]),
            min_size=1,
            max_size=60,
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 5)), max_size=4),
)
def test_sentences_tile_their_blocks(texts: list[str], raised: list[tuple[int, int]]) -> None:
    """Whatever the text and its marks, no visible character is left out or counted twice."""
    blocks, at = [], 0
    for text in texts:
        blocks.append(Block("paragraph", at, at + len(text)))
        at += len(text) + 2
    whole = "\n\n".join(texts)
    marks = tuple(
        Mark("superscript", start, min(start + width, at)) for start, width in raised if start < len(whole)
    )
    assert tiles(Document("id", "uri", whole, tuple(blocks), marks, Metadata()))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 200_000, id="no stop in a megabyte"),
        pytest.param("e.g. " * 200_000, id="abbreviations"),
        pytest.param("3. " * 300_000, id="numbers"),
        pytest.param("[1] " * 250_000, id="markers"),
        pytest.param("(1, " * 250_000, id="markers that never end"),
        pytest.param("¹" * 1_000_000, id="superscripts"),
        pytest.param("。" * 300_000, id="wide stops"),
        pytest.param("It fell. " * 100_000, id="short sentences"),
    ],
)
def test_a_megabyte_is_split_in_linear_time(text: str) -> None:
    """No block of a megabyte takes longer than seconds, on a busy machine too."""
    begun = time.process_time()
    segment(document_of(text))
    assert time.process_time() - begun < 20


def test_the_examples_and_the_seed_are_tiled(examples: Path) -> None:
    """Every document at hand is covered whole, in order."""
    kinds = {".html": "text/html", ".md": "text/markdown", ".txt": "text/plain"}
    paths = [
        path for path in sorted(examples.glob("*/*")) if path.suffix in kinds and path.parent.name != "data"
    ]
    assert paths
    for path in paths:
        raw = Raw(path.name, kinds[path.suffix], path.read_bytes())
        document = normalize(raw, extract(raw))
        assert tiles(document)
        assert len(segment(document)) > len(document.blocks)

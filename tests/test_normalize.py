"""Normalizing a text, and the way back to what was extracted."""

from __future__ import annotations

import time
import unicodedata
from array import array
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.keys import bytes_key
from tasks.model import Block, Document, Extract, Mark, Metadata, Raw
from tasks.normalize import NORMALIZERS, apply_edits, normalize, normalize_text

RAW = Raw("articles/a.txt", "text/plain", b"content")

# What the normalizers act on, and what they must leave alone.
ODD = st.sampled_from(
    "ab .’“”¹²ﬁ漢e\u0301\u0323\u00e9\u00a0\u2009\t\r\n\u000b\u2028\u200b\u200d\u00ad\ufeff\x00\x85\x9f"
    "\ud800\udc00\u1112\u1161\u11ab\u09c7\u09be\u212b\u0958\U0001f600\U000e0041"
)
WILD = st.lists(ODD | st.characters(), max_size=40).map("".join)


def extract_of(*texts: str) -> Extract:
    """Return an extract of paragraphs, one empty line between them."""
    blocks, at = [], 0
    for text in texts:
        blocks.append(Block("paragraph", at, at + len(text)))
        at += len(text) + 2
    return Extract("\n\n".join(texts), tuple(blocks), (), Metadata())


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("a b", "a\u00a0b", id="no-break space"),
        pytest.param("a b", "a \u2009\t\u3000 b", id="run of odd spaces"),
        pytest.param("ab", "a\u00adb", id="soft hyphen"),
        pytest.param("ab", "\ufeffa\u200b\u2060b\u200e", id="zero-width characters"),
        pytest.param("a b", "a \u200b b", id="spaces around what is dropped"),
        pytest.param("a\nb\nc\n\nd", "a\r\nb\rc\r\n\r\nd", id="line ends"),
        pytest.param("a\nb\nc", "a\u2028b\x0bc", id="separators"),
        pytest.param("ab", "a\x00\x1b\x9fb", id="control characters"),
        pytest.param("a\ufffdb", "a\ud800b", id="lone surrogate"),
        pytest.param("café", "cafe\u0301", id="letter and accent"),
        pytest.param("café", "cafe\u200b\u0301", id="accent behind what is dropped"),
        pytest.param("한국", unicodedata.normalize("NFD", "한국"), id="Hangul"),
        pytest.param("\u09cb", "\u09c7\u09be", id="Bengali vowel of two letters"),
        pytest.param("“a” ‘b’ x¹ 10² ﬁ — – …", "“a” ‘b’ x¹ 10² ﬁ — – …", id="what stays"),
        pytest.param("", "\u200b", id="nothing left"),
    ],
)
def test_texts_are_normalized(expected: str, text: str) -> None:
    """Spaces, line ends, accents and invisible characters take one form; quotes and superscripts stay."""
    assert normalize_text(text)[0] == expected


@given(WILD)
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    """A normalized text stays as it is, and can be encoded."""
    once = normalize_text(text)[0]
    assert normalize_text(once)[0] == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


def letter_around(text: str, at: int) -> str:
    """The letter at ``at`` with all its combining marks: NFC joins these in an order of its own."""
    start, end = at, at + 1
    while start > 0 and unicodedata.combining(text[start]):
        start -= 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return unicodedata.normalize("NFD", text[start:end])


@example("\u0301\u0323")
@example("A\u0323\u030a")
@example("\u1ea0\u030a")
@given(WILD)
def test_every_character_comes_from_one_that_made_it(text: str) -> None:
    """The map ascends, ends at the end, and each unchanged character points at itself or its neighbour mark."""
    normal, origin = normalize_text(text)
    assert len(origin) == len(normal) + 1
    assert origin[-1] == len(text)
    assert list(origin) == sorted(origin)
    for character, source in zip(normal, origin, strict=False):
        is_space = (character in " \n" and not text[source].isprintable()) or text[source].isspace()
        replaced = character == "\ufffd" and "\ud800" <= text[source] <= "\udfff"
        joined = set(unicodedata.normalize("NFD", character)) & set(letter_around(text, source))
        assert character == text[source] or is_space or replaced or joined


@given(st.lists(WILD, min_size=1, max_size=5))
def test_a_block_of_the_document_is_its_extracted_block_normalized(texts: list[str]) -> None:
    """Each block's text equals its extracted text normalized by itself; blocks left empty are left out."""
    # Readers leave no white space at a block's ends.
    texts = [text.strip() for text in texts]
    document = normalize(RAW, extract_of(*texts))
    expected = [normal for text in texts if (normal := normalize_text(text)[0])]
    assert [document.text[block.start : block.end] for block in document.blocks] == expected


@given(WILD)
def test_the_stored_steps_lead_back(text: str) -> None:
    """From the pairs alone each position of the document finds its position in the extracted text."""
    document = normalize(RAW, extract_of(text))
    normal, origin = normalize_text(text)
    back = []
    steps = [*document.offsets, (len(normal) + 1, 0)]
    for (start, source), (end, _) in pairwise(steps):
        back += range(source, source + end - start)
    assert back == list(origin)
    assert all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(document.offsets))


@given(WILD)
def test_each_normalizer_replaces_spans_in_order(text: str) -> None:
    """Edits ascend, do not overlap and lie in the text, and making them leaves nothing to edit."""
    for normalizer in NORMALIZERS:
        edits = list(normalizer(text))
        ends = [0, *(end for _, end, _ in edits)]
        assert all(
            end <= start < stop <= len(text) for end, (start, stop, _) in zip(ends, edits, strict=False)
        )
        changed, _ = apply_edits(text, array("l", range(len(text) + 1)), edits)
        assert list(normalizer(changed)) == []


def test_a_document_carries_marks_metadata_and_the_key_of_its_bytes() -> None:
    """Marks move with their words, empty ones go, metadata is tidied, and the id is made of the bytes."""
    text = "The\u00ad dam\u00a0\u00a0fell.\u200b1 It rose."
    extract = Extract(
        text,
        (Block("list_item", 0, len(text), 2, "7"),),
        (
            Mark("superscript", text.index("1"), text.index("1") + 1),
            Mark("link", text.index("dam"), text.index("fell"), "https://x.example/a"),
            Mark("link", text.index("\u200b"), text.index("\u200b") + 1, "gone"),
        ),
        Metadata(
            " The\u00a0\u00a0Dam\n",
            ("Ann\u00a0Lee", "\u200b"),
            "The\u00adLedger",
            "2020-05",
            "https://x.example",
            "en",
        ),
    )
    document = normalize(RAW, extract)
    assert document == Document(
        id=bytes_key("text/plain", b"content"),
        uri="articles/a.txt",
        text="The dam fell.1 It rose.",
        blocks=(Block("list_item", 0, 23, 2, "7"),),
        marks=(Mark("superscript", 13, 14), Mark("link", 4, 8, "https://x.example/a")),
        metadata=Metadata("The Dam", ("Ann Lee",), "TheLedger", "2020-05", "https://x.example", "en"),
        offsets=((0, 0), (3, 4), (8, 10), (13, 16)),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The “dam” on the river — 11 countries¹ said, café. " * 20_000, id="prose"),
        pytest.param(unicodedata.normalize("NFD", "Ärger über Öl, à côté. ") * 40_000, id="accents apart"),
        pytest.param("a\u200b" * 500_000, id="every other character dropped"),
        pytest.param(" " * 1_000_000, id="spaces"),
        pytest.param("\u0301" * 1_000_000, id="accents alone"),
        pytest.param("한국말" * 300_000, id="one run without spaces"),
    ],
)
def test_a_megabyte_is_normalized_in_linear_time(text: str) -> None:
    """No text of a megabyte takes longer than seconds, on a busy machine too."""
    begun = time.process_time()
    normalize_text(text)
    assert time.process_time() - begun < 10

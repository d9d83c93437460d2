"""Reading plain text into blocks and metadata."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import InputError
from tasks.model import Block
from tests.made_pages import (
    entries,
    holds,
    read,
)

WRAPPED = """The Old Wall
By Ann Lee

The dam on the river Arl holds back more water than the engineers who
built it had ever reckoned with (1), and the people of the valley below
have begun to ask about peace-
keeping.

WORKS CITED
===========
[1] Lee, Ann. "A Dam." The Ledger,
    3 May 2020.
[2] Roe, Bo. "The Wall." The Post, 4 May 2020.

Ann Lee is a writer.
"""


def test_plain_text_becomes_blocks() -> None:
    """Title, byline, wrapped lines and hanging entries are recognized by how the lines look."""
    found = read(WRAPPED, "plain")
    assert (found.metadata.title, found.metadata.authors) == ("The Old Wall", ("Ann Lee",))
    assert [(b.kind, b.level, b.label, found.text[b.start : b.end]) for b in found.blocks] == [
        ("heading", 1, "", "The Old Wall"),
        ("paragraph", 0, "", "By Ann Lee"),
        (
            "paragraph",
            0,
            "",
            "The dam on the river Arl holds back more water than the engineers who built it had ever reckoned with "
            "(1), and the people of the valley below have begun to ask about peace-keeping.",
        ),
        ("heading", 2, "", "WORKS CITED"),
        ("list_item", 1, "1", 'Lee, Ann. "A Dam." The Ledger, 3 May 2020.'),
        ("list_item", 1, "2", 'Roe, Bo. "The Wall." The Post, 4 May 2020.'),
        ("paragraph", 0, "", "Ann Lee is a writer."),
    ]
    assert "[1] Lee" in found.text


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        pytest.param(
            [("1", "Lee, A."), ("2", "Roe, B.")], "Text here.\n\nSources:\n\n1. Lee, A.\n\n2. Roe, B.\n", id="parted by empty lines"
        ),
        pytest.param([("1", "Lee, A."), ("2", "Roe, B.")], "Text.\n\n## References\n(1) Lee, A.\n(2) Roe, B.", id="round brackets"),
        pytest.param([("1", "Lee, A."), ("2", "Roe, B.")], "Text.\n\nnotes\n1 Lee, A.\n2 Roe, B.", id="bare numbers in order"),
        pytest.param([("1", "Lee, A."), ("2", "Roe, B.")], "Text.\nMore.\nEndnotes\n¹ Lee, A.\n² Roe, B.", id="superscripts, no empty line"),
        pytest.param([("", "Lee, A."), ("", "Roe, B.")], "Text.\n\nBibliography\n\nLee, A.\n\nRoe, B.", id="without numbers"),
        pytest.param([("", "Lee, A."), ("", "Roe, B.")], "Text.\n\nBibliography\nLee, A.\nRoe, B.", id="without numbers, a line each"),
        pytest.param([], "Text.\n\nThe sources of the river are far away.", id="no heading"),
    ],
)  # fmt: skip
def test_lists_of_plain_texts(expected: list[tuple[str, str]], source: str) -> None:
    """Each entry of the list is an item with its label, however the list is set."""
    assert entries(read(source, "plain")) == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_are_alike(newline: str) -> None:
    """A text reads the same whichever system wrote it."""
    assert read(WRAPPED.replace("\n", newline), "plain") == read(WRAPPED, "plain")


@given(st.text(alphabet=st.sampled_from("aB1.()[]¹ \n#*-=:“”\ufeff\u00a0é"), max_size=200))
def test_any_text_gives_blocks_that_hold_and_loses_no_letter(text: str) -> None:
    """Every letter of a plain text comes out, in order, in a block or as a label."""
    try:
        found = read(text, "plain")
    except InputError as error:
        assert error.reason in ("no_text", "empty_file")
        return
    assert holds(found)
    assert [c for c in found.text if c.isalpha()] == [c for c in text if c.isalpha()]


def test_blocks_are_plain_records() -> None:
    """A block is what the model says it is."""
    assert read("Words alone", "plain").blocks == (Block("paragraph", 0, 11),)

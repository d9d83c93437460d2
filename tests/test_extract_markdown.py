"""Reading Markdown into blocks, marks and metadata."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import InputError
from tasks.model import Metadata
from tests.made_pages import (
    MORE,
    PROSE,
    entries,
    holds,
    marked,
    page,
    read,
    texts,
)

MARKDOWN = f"""---
title: "The Old Wall"
author: [Ann Lee, Bo Roe]
date: 2020-05-03
lang: en-GB
---

# The Old *Wall*

{PROSE} It fell.[^1] It rose [2](https://x.example/2), and *again* [as the paper says](https://x.example/a).[^b]
A line goes on<sup>3</sup>  
after a break.

> A quotation.

7. seven
8. eight
   - below

| Year | Level |
|------|-------|
| 1999 | 44    |

## References

[1] Lee, Ann. A Dam. 2020.
[2] Roe, Bo. The Wall. 2020.

[^1]: Fox, Cy. A Note.
  It goes on.
[^b]: Another.
"""  # noqa: W291 - two spaces are Markdown's line break


def test_markdown_becomes_blocks_and_marks() -> None:
    """Headings, quotes, lists, tables, links, footnotes and front matter each have their place."""
    found = read(MARKDOWN, "markdown")
    assert found.metadata == Metadata("The Old Wall", ("Ann Lee", "Bo Roe"), "", "2020-05-03", "", "en")
    assert texts(found)[1].endswith(
        "It fell.[1] It rose [2], and again as the paper says.[1] A line goes on3\nafter a break."
    )
    assert marked(found) == [
        ("superscript", "[1]", ""),
        ("link", "[2]", "https://x.example/2"),
        ("link", "as the paper says", "https://x.example/a"),
        ("superscript", "[1]", ""),
        ("superscript", "3", ""),
    ]
    assert [(b.kind, b.level, b.label, found.text[b.start : b.end]) for b in found.blocks[2:]] == [
        ("quote", 0, "", "A quotation."),
        ("list_item", 1, "7", "seven"),
        ("list_item", 1, "8", "eight"),
        ("list_item", 2, "", "below"),
        ("paragraph", 0, "", "Year\nLevel"),
        ("paragraph", 0, "", "1999\n44"),
        ("heading", 2, "", "References"),
        ("list_item", 1, "1", "Lee, Ann. A Dam. 2020."),
        ("list_item", 1, "2", "Roe, Bo. The Wall. 2020."),
        ("list_item", 1, "1", "Fox, Cy. A Note. It goes on."),
        ("list_item", 1, "1", "Another."),
    ]
    assert holds(found)


ROE = "Roe, Bo. “The Wall.” 2020."
LEE = "Lee, Ann. “A Dam.” 2020."


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"## Works Cited\n\n[1] {ROE}\n[2] {LEE}", id="heading"),
        pytest.param(f"Works Cited\n\n[1] {ROE}\n[2] {LEE}", id="plain line"),
        pytest.param(f"**Works Cited**\n\n[1] {ROE}\n[2] {LEE}", id="bold line"),
        pytest.param(f"*Sources:*\n\n(1) {ROE}\n(2) {LEE}", id="italic line with a colon"),
        pytest.param(f"**Works Cited:**\n\n1. {ROE}\n2. {LEE}", id="ordered list"),
        pytest.param(f"Works Cited\n\n¹ {ROE}\n² {LEE}", id="raised digits"),
        pytest.param(f"**Works Cited**\n[1] {ROE}\n[2] {LEE}", id="no empty line"),
        pytest.param(f"Works Cited  \n[1] {ROE}\n[2] {LEE}", id="a hard line break"),
    ],
)
def test_the_entries_of_a_markdown_list_stay_apart(source: str) -> None:
    """Below a heading of any dress, each line with a label is an entry, with or without empty lines."""
    found = read(f"# The Old Wall\n\n{PROSE}\n\n{source}", "markdown")
    assert entries(found) == [("1", ROE), ("2", LEE)]


def test_lines_above_the_list_are_joined() -> None:
    """A wrapped line that happens to open with a number in brackets is no entry before the list."""
    found = read(
        "# The Old Wall\n\nIt fell in\n(1) spring and\n(2) autumn.\n\nWorks Cited\n\n[1] Roe.", "markdown"
    )
    assert texts(found)[1] == "It fell in (1) spring and (2) autumn."


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        pytest.param("It holds 4 × 10⁶ tonnes.", "It holds 4 × 10<sup>6</sup> tonnes.", id="power of ten"),
        pytest.param("It holds 10⁻³ grams.", "It holds 10<sup>-3</sup> grams.", id="negative power"),
        pytest.param("It covers 40 km² of land.", "It covers 40 km<sup>2</sup> of land.", id="square kilometres"),
        pytest.param("It holds 40m³ of water.", "It holds 40m<sup>3</sup> of water.", id="cubic metres"),
        pytest.param("It fell in 20102.", "It fell in 2010<sup>2</sup>.", id="marker behind a year"),
        pytest.param("It fell by 102.", "It fell by 10<sup><a href='#n2'>2</a></sup>.", id="linked marker"),
        pytest.param("It fell by 102.", "It fell by 10<a href='#n2'><sup>2</sup></a>.", id="marker in a link"),
        pytest.param("It covers 40 km5.", "It covers 40 km<sup>5</sup>.", id="marker behind a unit"),
        pytest.param("It fell in2 May.", "It fell in<sup>2</sup> May.", id="marker behind a word like a unit"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_powers_stay_powers(kind: str, expected: str, words: str) -> None:
    """A superscript that is an exponent is kept raised, so that 10<sup>6</sup> is not 106."""
    source = page(f"<article><p>{PROSE}</p><p>{words}</p></article>") if kind == "html" else words
    found = read(source, kind)
    assert texts(found)[-1] == expected
    assert ("superscript" in {mark.kind for mark in found.marks}) is not any(c in expected for c in "⁶³²")


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        pytest.param("A rule and words", "---\n\nA rule and words", id="a rule, not front matter"),
        pytest.param("key: value", "key: value", id="no fence"),
        pytest.param("words after", "<div><p>words after</p></div>", id="HTML block"),
        pytest.param("a b", "a <span class='x'>b</span><!-- c -->", id="HTML in a line"),
        pytest.param("x < y", "x < y", id="a sign, not a tag"),
    ],
)
def test_markdown_that_is_hardly_markdown(expected: str, source: str) -> None:
    """HTML is stripped to its words, and what only looks like a construct stays text."""
    assert read(source, "markdown").text == expected


def test_markdown_nested_too_deep_is_read_as_text() -> None:
    """Below the depth at which the parser would drop the words, they are read as plain text."""
    found = read(f"{PROSE}\n\n" + ">" * 300 + f" The deepest words.\n\n{MORE}", "markdown")
    assert "The deepest words." in found.text
    assert MORE in found.text
    assert found.warnings == ("deep_nesting",)


@given(st.text(alphabet=st.sampled_from("ab1.()[]^¹ \n#*-=:>|<`“”"), max_size=150))
def test_any_markdown_gives_blocks_that_hold(text: str) -> None:
    """No Markdown crashes the reader."""
    try:
        assert holds(read(text, "markdown"))
    except InputError as error:
        assert error.reason in ("no_text", "empty_file")

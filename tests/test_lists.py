"""The works-cited list is found under any heading or none, and its entries are read whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import build

from tasks.cite.entries import looks_like_reference, read_entry
from tasks.cite.lists import find_lists

PROSE = "The talks begin in Moscow and nobody knows what they will bring."
POST = 'Ferris, Amie. "Russia invites Taliban to Moscow." The Post, 24 Aug. 2018.'
PRESS = "Baldor, Lolita. “US declines invitation to talks.” The Press, 23 Aug. 2018."
WIRE = "Coastal Wire. “A port without ships.” 3 May 2021. https://coastalwire.example/port"
BIO = "Daniel Hurley is a senior at The College of New Jersey."


def labels_and_texts(*blocks: str) -> list[list[tuple[str, str]]]:
    return [[(entry.label, entry.text) for entry in entries] for entries in find_lists(build(*blocks)).lists]


@pytest.mark.parametrize(
    "heading",
    [
        "# Works Cited",
        "### REFERENCES",
        "Sources:",
        "**Works Cited**",
        "## 7. Bibliography",
        "Reference list",
        "# Endnotes",
        "# Footnotes",
        "# Citations",
        "# Quellen",
        "# Literatur",
        "# Einzelnachweise",
        "# Références",
        "# Bibliographie",
        "# Fuentes",
        "# Referencias",
        "# Bibliografía",
        "## Quellen und Literatur",
        "Liste des références",
        "Fuentes consultadas:",
        "# Notas",
    ],
)
def test_a_heading_in_any_case_and_language_opens_the_list(heading: str) -> None:
    """A heading of any level, or a short paragraph of just those words, opens the list."""
    assert labels_and_texts("# Title", PROSE, heading, f"1. {POST}", f"2. {PRESS}") == [
        [("1", POST), ("2", PRESS)]
    ]


@pytest.mark.parametrize(
    ("label", "printed"),
    [
        pytest.param("1", f"1. {POST}", id="stop"),
        pytest.param("1", f"[1] {POST}", id="square"),
        pytest.param("1", f"(1) {POST}", id="round"),
        pytest.param("1", f"1) {POST}", id="half-round"),
        pytest.param("1", f"¹ {POST}", id="raised"),
        pytest.param("1", f"<sup>1</sup> {POST}", id="superscript"),
        pytest.param("1", f"[^1]: {POST}", id="markdown"),
        pytest.param("4", f"4) {POST}", id="list-item"),
        pytest.param("2", f"- [2] {POST}", id="label-inside-an-item"),
        pytest.param("1", f"1. ^ {POST}", id="backlink-in-front"),
        pytest.param("1", f"1. ^ a b {POST}", id="backlinks-in-front"),
        pytest.param("1", f"1. {POST} ↩", id="backlink-behind"),
        pytest.param("1", f"1. {POST} ↩︎ ↩2", id="backlinks-behind"),
        pytest.param("1", f"1. {POST} <a #fnref1>Back to text</a>", id="linked-words-back"),
        pytest.param("", POST, id="unnumbered"),
        pytest.param("", f"- {POST}", id="unnumbered-item"),
    ],
)
def test_labels_and_backlinks_are_no_words_of_the_entry(label: str, printed: str) -> None:
    """An entry is its words alone, and its span covers them."""
    document = build("# Title", PROSE, "# Notes", printed)
    [[entry]] = find_lists(document).lists
    assert (entry.label, entry.text) == (label, POST)
    assert document.text[entry.start : entry.end] == POST


@pytest.mark.parametrize(
    ("expected", "blocks"),
    [
        pytest.param([[("1", POST)]], ["# Notes", f"1. {POST}", BIO], id="bio-behind-numbers"),
        pytest.param([[("", POST)]], ["# Notes", POST, BIO], id="bio-behind-unnumbered"),
        pytest.param([[("", POST)]], ["# Notes", f"- {POST}", BIO], id="bio-behind-items"),
        pytest.param([[("1", POST)]], ["# Notes", f"1. {POST}", "# Related", f"- {PRESS}"], id="related"),
        pytest.param(
            [[("", POST), ("", PRESS)]],
            ["# Works Cited", "## Press", POST, "## Agencies", PRESS],
            id="subheadings",
        ),
        pytest.param([[("", POST)]], ["# Sources", "All were read in May.", POST], id="remark-in-front"),
        pytest.param(
            [[("1", f"{POST}\nhttps://post.example/a"), ("2", PRESS)]],
            ["# Sources", f"1. {POST}\nhttps://post.example/a\n2. {PRESS}"],
            id="lines-of-one-paragraph",
        ),
        pytest.param([[("", POST), ("", PRESS)]], ["# Sources", f"{POST}\n{PRESS}"], id="unnumbered-lines"),
        pytest.param(
            [[("1", POST)], [("", PRESS)]],
            ["# Notes", f"1. {POST}", "# Bibliography", PRESS],
            id="notes-and-bibliography",
        ),
        pytest.param(
            [[("1", POST)]],
            ["# Sources", "- Wind", "- Sun", PROSE, "# References", f"1. {POST}"],
            id="section-that-is-no-list",
        ),
        pytest.param([], ["# Notes", PROSE], id="heading-over-prose"),
        pytest.param([[("1", POST), ("2", PRESS)]], [f"1) {POST}", f"2) {PRESS}"], id="no-heading"),
        pytest.param([[("1", WIRE)]], [f"¹ {WIRE}"], id="footnote-without-heading"),
        pytest.param([], ["1) Leave the house", "2) Lock the door"], id="numbered-advice"),
        pytest.param([], [PROSE], id="no-list"),
    ],
)
def test_the_list_ends_where_the_entries_end(
    expected: list[list[tuple[str, str]]], blocks: list[str]
) -> None:
    """Entries are what belongs to the list, and neither the note on the author nor other sections."""
    assert labels_and_texts("# Title", PROSE, *blocks) == expected


def test_numbers_in_the_prose_that_link_to_notes_make_them_a_list() -> None:
    """Notes that are remarks, not references, are a list where the prose links to them."""
    blocks = ["# Title", "The talks begin.<a #fn1>1</a>", "1) A remark of the author."]
    assert labels_and_texts(*blocks) == [[("1", "A remark of the author.")]]
    assert labels_and_texts(*[block.replace("#fn1", "https://a.example") for block in blocks]) == []


@pytest.mark.parametrize(
    ("expected", "blocks"),
    [
        pytest.param(["Title", PROSE], ["# Notes", f"1. {POST}", BIO], id="tail-left-out"),
        pytest.param(
            ["Title", PROSE, PROSE * 3], ["# Notes", f"1. {POST}", PROSE * 3], id="list-before-the-main-text"
        ),
        pytest.param(["Title", PROSE, PROSE], [PROSE], id="no-list"),
    ],
)
def test_prose_is_what_is_no_list(expected: list[str], blocks: list[str]) -> None:
    """The prose is before the list, or behind it where that is the longer part."""
    document = build("# Title", PROSE, *blocks)
    assert [document.text[r.start : r.end] for r in find_lists(document).body] == expected


def test_prose_above_a_heading_in_the_same_block_stays_prose() -> None:
    """A list that begins inside a block leaves the lines above its heading to the prose."""
    document = build("# Title", f"{PROSE}\nSources\n1. {POST}")
    layout = find_lists(document)
    assert [entry.text for entries in layout.lists for entry in entries] == [POST]
    assert document.text[layout.body[-1].start : layout.body[-1].end] == PROSE


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(True, POST, id="mla"),
        pytest.param(True, "Smith, J. (2020, May 3). A title of some length. The Post.", id="apa"),
        pytest.param(True, "https://www.dw.com/en/a-45200000", id="address"),
        pytest.param(True, WIRE, id="outlet-first"),
        pytest.param(False, BIO, id="bio"),
        pytest.param(
            False,
            "Jane Doe is a writer. Her novel “The House by the Lake” won a prize in 2019.",
            id="bio-with-a-year-and-a-title",
        ),
        pytest.param(False, PROSE, id="prose"),
        pytest.param(False, "In 2019 the council met again.", id="year-in-prose"),
    ],
)
def test_references_are_told_from_prose(expected: bool, text: str) -> None:
    """A reference shows two signs: an address, a year, a quoted title, a turned name, "accessed"."""
    assert looks_like_reference(text) is expected


@given(st.text(alphabet="a1.[]()^↩¹ \n\t", max_size=80))
def test_an_entry_is_a_span_of_its_line(text: str) -> None:
    """Whatever an entry looks like, its text is what its span holds, inside the line."""
    entry = read_entry(text, 0, len(text), "", [])
    assert text[entry.start : entry.end] == entry.text
    assert 0 <= entry.start <= entry.end <= len(text)

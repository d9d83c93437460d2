"""The list of references of a page, and the choice of its main text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.extract.headings import is_list_heading, printed_label
from tasks.extract.main_text import choose
from tasks.extract.tree import parse
from tasks.extract.walk import walk
from tests.made_pages import DEEP, ENTRIES, LIST, MORE, PROSE, article, entries, holds, page, read, texts


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"<h2>Works Cited</h2>{LIST}", id="ordered list"),
        pytest.param(f"<h4>REFERENCES:</h4>{LIST}", id="capitals and colon"),
        pytest.param(f"<section id='references'><h2>References</h2>{LIST}</section>", id="section"),
        pytest.param(f"<h3>Sources</h3>{LIST.replace('<ol>', '<ol class=references>')}", id="classed list"),
        pytest.param(f"<div class='footnotes'><hr>{LIST}</div>", id="footnotes without heading"),
        pytest.param(f"<section role='doc-endnotes'>{LIST}</section>", id="endnotes by role"),
        pytest.param(f"<footer><h2>Notes</h2>{LIST}</footer>", id="in the article's footer"),
        pytest.param(f"<p><strong>Works Cited</strong></p>{LIST}", id="heading that is a bold paragraph"),
        pytest.param(f"<details><summary>x</summary><h2>Bibliography</h2>{LIST}</details>", id="folded away"),
        pytest.param(
            "<h2>Notes</h2><p>1. Lee, Ann. “A Dam.” <i>The Ledger</i>, 3 May 2020.</p>"
            "<p>2. Roe, Bo. “The Wall.” <i>The Post</i>, 4 May 2020.</p>",
            id="numbered paragraphs",
        ),
        pytest.param(
            "<h2>Notes</h2><p>[1] Lee, Ann. “A Dam.” <i>The Ledger</i>, 3 May 2020.<br>"
            "[2] Roe, Bo. “The Wall.” <i>The Post</i>, 4 May 2020.</p>",
            id="one paragraph with line breaks",
        ),
        pytest.param(
            "<h2>Notes</h2><ul><li>(1) Lee, Ann. “A Dam.” <i>The Ledger</i>, 3 May 2020.</li>"
            "<li>(2) Roe, Bo. “The Wall.” <i>The Post</i>, 4 May 2020.</li></ul>",
            id="bullets with printed numbers",
        ),
        pytest.param(
            "<h2>Notes</h2><ol><li><p>Lee, Ann. “A Dam.” <i>The Ledger</i>,</p><p>3 May 2020.</p></li>"
            "<li><div>Roe, Bo. “The Wall.” <i>The Post</i>, 4 May 2020.</div></li></ol>",
            id="paragraphs inside items",
        ),
    ],
)
def test_the_list_of_references_is_kept_however_it_is_written(source: str) -> None:
    """The entries come as list items with the labels that a reader sees, inside the article or below it."""
    inside = page(f"<article><h1>The Old Wall</h1><p>{PROSE}</p><p>{MORE}</p>{source}</article>")
    below = page(f"<main><article><h1>The Old Wall</h1><p>{PROSE}</p><p>{MORE}</p></article>{source}</main>")
    for where in (inside, below):
        found = read(where)
        assert [(label, text.replace("\n", " ")) for label, text in entries(found)] == ENTRIES
        assert holds(found)


def test_a_lost_list_is_brought_back_and_said_so() -> None:
    """Where the boilerplate rules drop a list below its heading, it is recovered once, with a warning."""
    lost = f"<div class='widget sidebar'><section class='footnotes'><h2>Notes</h2>{LIST}</section></div>"
    found = read(page(f"<article><h1>The Old Wall</h1><p>{PROSE}</p><p>{MORE}</p></article>{lost}"))
    assert entries(found) == ENTRIES
    assert "list_recovered" in found.warnings


@pytest.mark.parametrize(
    ("expected", "kept"),
    [
        pytest.param((), 12, id="nothing lost"),
        pytest.param((), 11, id="one paragraph, perhaps a notice"),
        pytest.param(("text_truncated",), 8, id="a third lost"),
    ],
)
def test_a_text_that_loses_its_end_is_noticed(expected: tuple[str, ...], kept: int) -> None:
    """The characters are counted again: where paragraphs at the end of the page are gone, it is said."""
    paragraphs = [f"<p>In the year {1900 + n} {PROSE}</p>" for n in range(12)]
    teasers = "<p><a href='/x'>" + MORE + "</a></p>" * 3
    whole, _ = parse(page(f"<article>{''.join(paragraphs)}{teasers}</article>"))
    cut, _ = parse(page(f"<article>{''.join(paragraphs[:kept])}</article>"))
    pieces, warnings = choose(walk(whole), walk(cut))
    assert len(pieces) == kept
    assert warnings == expected


def test_a_page_without_main_text_keeps_all_but_its_furniture() -> None:
    """Where the extraction finds nothing, what lies outside navigation and comments is the text."""
    root, _ = parse(page("<nav><p>Menu of this page</p></nav><div><p>Short words.</p></div>"))
    pieces, warnings = choose(walk(root), [])
    assert [piece.text for piece in pieces] == ["Short words."]
    assert warnings == ("no_main_text",)


@pytest.mark.parametrize("hidden", ["<div hidden id='S:0'>", "<div style='display:none'>"])
def test_a_page_that_comes_hidden_is_read(hidden: str) -> None:
    """Where the whole page waits for a script to show it, it is read all the same, with its numbers."""
    body = (
        f"<article><p>{PROSE}</p><p>{MORE}</p><h2>Notes</h2>{LIST.replace('<ol>', '<ol start=4>')}</article>"
    )
    found = read(page(f"{hidden}{body}</div>"))
    assert texts(found, "paragraph") == [PROSE, MORE]
    assert [label for label, _ in entries(found)] == ["4", "5"]


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param([PROSE, MORE], "related", id="a related story"),
        pytest.param([PROSE, MORE, DEEP], "story", id="part of the story"),
        pytest.param([PROSE, MORE, DEEP], "no-sidebar", id="a name that says that there is none"),
    ],
)
def test_furniture_that_the_extraction_kept_is_dropped(expected: list[str], name: str) -> None:
    """What lies in a part that is named as furniture is no text, although the extraction took it in."""
    root, _ = parse(page(f"<div><p>{PROSE}</p><p>{MORE}</p></div><div class='{name}'><p>{DEEP}</p></div>"))
    found = walk(root)
    pieces, _ = choose(found, [replace(each, aside=False) for each in found])
    assert [piece.text for piece in pieces] == expected


def test_a_name_of_furniture_on_the_whole_text_means_something_else() -> None:
    """Where most of what was extracted lies in such a part, it is the text."""
    root, _ = parse(page(f"<div class='widget'><p>{PROSE}</p><p>{MORE}</p></div><p>{DEEP}</p>"))
    found = walk(root)
    pieces, _ = choose(found, [replace(each, aside=False) for each in found])
    assert [piece.text for piece in pieces] == [PROSE, MORE, DEEP]


LEAD = "The wall above the valley holds back more than it was built for, and nobody has looked at it."


@pytest.mark.parametrize(
    ("expected", "about"),
    [
        pytest.param([LEAD, PROSE, MORE], LEAD, id="word by word"),
        pytest.param([LEAD, PROSE, MORE], LEAD[:70] + "…", id="cut"),
        pytest.param(
            [PROSE, MORE], "Something else that is said of the page, long enough for a lead.", id="another"
        ),
        pytest.param([PROSE, MORE], LEAD[:20], id="too little to tell"),
    ],
)
@pytest.mark.parametrize("tag", ["p", "h2"])
def test_a_lost_lead_is_brought_back(expected: list[str], about: str, tag: str) -> None:
    """The lead above the text is a paragraph of it where the page's description repeats it."""
    root, _ = parse(
        page(f"<header><{tag}>{LEAD}</{tag}></header><article><p>{PROSE}</p><p>{MORE}</p></article>")
    )
    found = walk(root)
    pieces, _ = choose(found, found[1:], [about])
    assert [(piece.kind, piece.text) for piece in pieces] == [("paragraph", text) for text in expected]


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param(f"<p>{LEAD}</p>", [MORE, LEAD], id="the lead that the text has too"),
        pytest.param("<p>The wall above</p>", [PROSE, MORE], id="a few of its words"),
        pytest.param(f"<aside><p>{LEAD}</p></aside>", [PROSE, MORE], id="a teaser of the story itself"),
    ],
)
def test_what_stands_above_the_text_is_no_second_lead(header: str, body: list[str]) -> None:
    """Only a lead that the text lacks is brought back, and nothing that merely shares words with it."""
    paragraphs = "".join(f"<p>{text}</p>" for text in body)
    root, _ = parse(page(f"<header>{header}</header><article>{paragraphs}</article>"))
    found = walk(root)
    pieces, _ = choose(found, found[1:], [LEAD])
    assert [piece.text for piece in pieces] == body


HEADLINE = "<a href='/b'>The bridge below the dam falls</a>"


@pytest.mark.parametrize(
    ("gone", "source"),
    [
        pytest.param(True, f"<p>{HEADLINE}</p>", id="a line that is all link"),
        pytest.param(True, f"<ul><li>Rivers: {HEADLINE}</li><li>Bridges: {HEADLINE}</li></ul>", id="lines that are mostly link"),
        pytest.param(False, f"<p>Rivers: {HEADLINE}</p>", id="one line that is mostly link"),
        pytest.param(False, f"<p>{HEADLINE}, says the ministry, and nobody knows why it did.</p>", id="a sentence with a link"),
        pytest.param(False, f"<p>{HEADLINE}.</p>", id="a linked sentence"),
        pytest.param(False, f"<h2>Sources</h2><ul><li>{HEADLINE}</li><li>{HEADLINE}</li></ul>", id="the list of references"),
        pytest.param(False, f"<ol><li>{HEADLINE}</li><li>{HEADLINE}</li></ol>", id="a numbered list"),
        pytest.param(False, "<p><a href='#n1'>The bridge below the dam falls</a></p>", id="a link within the page"),
        pytest.param(False, f"<p>{HEADLINE}</p>" * 30, id="most of the text"),
    ],
)  # fmt: skip
def test_headlines_of_other_stories_are_no_text(gone: bool, source: str) -> None:
    """Lines that lead away go where they are links by themselves or in a row, except in lists of entries."""
    root, _ = parse(article(source))
    found = walk(root)
    pieces, warnings = choose(found, found)
    assert any("The bridge below" in piece.text for piece in pieces) is not gone
    # What had to be brought back would be told.
    assert warnings == ()
    assert {PROSE, MORE} <= {piece.text for piece in pieces}


def test_a_short_text_among_many_links_is_not_given_up() -> None:
    """Menus and teasers outside of named parts do not count against what was extracted."""
    menu = "".join(
        f"<div><a href='/{n}'>Story number {n} of this week, and what came of it</a></div>" for n in range(60)
    )
    root, _ = parse(page(f"<div>{menu}</div><article><p>{PROSE}</p></article>"))
    found = walk(root)
    pieces, _ = choose(found, [each for each in found if each.piece.text == PROSE])
    assert [piece.text for piece in pieces] == [PROSE]


def test_what_follows_the_list_is_no_entry() -> None:
    """The paragraph on the author below the list stays a paragraph."""
    bio = "Ann Lee is a writer who lives near the river and has walked along the wall since she was a child."
    found = read(page(f"<article><p>{PROSE}</p><p>{MORE}</p><h2>References</h2>{LIST}<p>{bio}</p></article>"))
    assert entries(found) == ENTRIES
    assert bio in texts(found, "paragraph")


@pytest.mark.parametrize(
    ("expected", "heading"),
    [
        *[
            pytest.param(True, text, id=text)
            for text in (
                "Works Cited", "REFERENCES", "Sources:", "bibliography", "## Notes", "Endnotes", "4. References",
                "Quellen", "Références", "Fuentes", "**Works Cited**", "Notes & References", "Footnotes ---",
                "Endnoten", "Fussnoten", "Fußnoten", "Quelle", "Fuente:", "Sources and Further Reading",
            )
        ],
        *[
            pytest.param(False, text, id=text or "nothing")
            for text in ("Further Reading", "Sources of the river", "Note that", "", "Related", "References " * 20)
        ],
    ],
)  # fmt: skip
def test_headings_that_open_a_list(expected: bool, heading: str) -> None:
    """The usual headings count in any case and dress; sentences that begin with such a word do not."""
    assert is_list_heading(heading) is expected


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        pytest.param(("1", "Lee, Ann."), "1. Lee, Ann.", id="stop"),
        pytest.param(("12", "Lee, Ann."), "12) Lee, Ann.", id="bracket after"),
        pytest.param(("3", "Lee, Ann."), "(3) Lee, Ann.", id="round brackets"),
        pytest.param(("4", "Lee, Ann."), "[4] Lee, Ann.", id="square brackets"),
        pytest.param(("4", "Lee, Ann."), "[^4]: Lee, Ann.", id="Markdown's"),
        pytest.param(("10", "Lee, Ann."), "¹⁰ Lee, Ann.", id="superscript digits"),
        pytest.param(("7", "“A Dam.”"), "7.“A Dam.”", id="no space"),
        pytest.param(("", "2019. A year."), "2019. A year.", id="year"),
        pytest.param(("", "3.5 million"), "3.5 million", id="decimal"),
        pytest.param(("", "Lee, Ann. 1. x"), "Lee, Ann. 1. x", id="number further on"),
        pytest.param(("", "[1]"), "[1]", id="label alone"),
    ],
)
def test_labels_that_entries_open_with(expected: tuple[str, str], line: str) -> None:
    """The label comes without its brackets, and the entry begins behind it."""
    label, start = printed_label(line)
    assert (label, line[start:]) == expected

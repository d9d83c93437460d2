"""Reading pages, Markdown and plain text into blocks, marks and metadata."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import InputError
from tasks.extract.bylines import split_names
from tasks.extract.decode import decode, join_surrogates
from tasks.extract.headings import is_list_heading, printed_label
from tasks.extract.main_text import choose
from tasks.extract.read import extract
from tasks.extract.tree import MAX_DEPTH, max_depth, parse
from tasks.extract.walk import walk
from tasks.model import Block, Extract, Metadata, Raw

PROSE = (
    "The dam on the river Arl holds back more water than the engineers who built it had ever reckoned with, "
    "and the people of the valley below have begun to ask how long the old wall is going to stand."
)
MORE = (
    "The ministry has promised an inspection before the winter, but it promised the same a year ago, and the "
    "year before that, and the only thing that was inspected in all that time was the road that leads there."
)
DEEP = (
    "Whoever wants to know what the wall is made of has to go down to where the first stones were laid, and "
    "nobody alive has been there, for the archive burned and the plans of the builders burned with it."
)
LIST = (
    "<ol><li>Lee, Ann. “A Dam.” <i>The Ledger</i>, 3 May 2020.</li>"
    "<li>Roe, Bo. “The Wall.” <i>The Post</i>, 4 May 2020.</li></ol>"
)
ENTRIES = [
    ("1", "Lee, Ann. “A Dam.” The Ledger, 3 May 2020."),
    ("2", "Roe, Bo. “The Wall.” The Post, 4 May 2020."),
]


def read(text: str | bytes, kind: str = "html") -> Extract:
    content = text.encode() if isinstance(text, str) else text
    return extract(Raw("in.x", f"text/{kind}", content))


def page(body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>A page</title>{head}</head><body>{body}</body></html>"
    )


def article(body: str, head: str = "") -> str:
    return page(f"<article><h1>The Old Wall</h1><p>{PROSE}</p>{body}<p>{MORE}</p></article>", head)


def texts(found: Extract, kind: str = "") -> list[str]:
    return [found.text[block.start : block.end] for block in found.blocks if not kind or block.kind == kind]


def entries(found: Extract) -> list[tuple[str, str]]:
    return [(b.label, found.text[b.start : b.end]) for b in found.blocks if b.kind == "list_item"]


def marked(found: Extract) -> list[tuple[str, str, str]]:
    return [(mark.kind, found.text[mark.start : mark.end], mark.target) for mark in found.marks]


def holds(found: Extract) -> bool:
    """Return whether blocks and marks lie in the text, in order, and are the things they say."""
    ends = [0, *(block.end for block in found.blocks)]
    in_order = all(end <= block.start < block.end for end, block in zip(ends, found.blocks, strict=False))
    inside = all(0 <= mark.start < mark.end <= len(found.text) for mark in found.marks)
    return in_order and inside and all(text == text.strip() != "" for text in texts(found))


# --- pages: blocks and marks


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        pytest.param(
            "eleven countries1 and more",
            "eleven countries<sup>1</sup>and more",
            id="superscript glued to a word",
        ),
        pytest.param("longer than that", "<em>long</em>er than that", id="part of a word in italics"),
        pytest.param(
            "the old wall stands", "the <b>old</b> <i>wall</i> stands", id="spaces between elements"
        ),
        pytest.param("the old wall stands", "the<b> old </b>wall\n   stands", id="spaces inside elements"),
        pytest.param("one\ntwo", "one<br>two", id="line break"),
        pytest.param("one\ntwo", "one <br/> two", id="line break among spaces"),
        pytest.param("a & b < c “d”", "a &amp; b &lt; c &ldquo;d&rdquo;", id="entities"),
        pytest.param("at 10² and H2O", "at 10² and H<sub>2</sub>O", id="digits that stay"),
    ],
)
def test_words_keep_their_spaces(expected: str, source: str) -> None:
    """Elements inside a line neither glue words nor split them."""
    found = read(
        article(f"<p>It was {source}, said the ministry of works on Tuesday, and it gave no reason.</p>")
    )
    assert f"It was {expected}, said" in found.text
    assert holds(found)


def test_superscripts_and_links_become_marks() -> None:
    """A mark spans just its words; fragments stay as written, other targets become absolute."""
    found = read(
        article(
            "<p>It fell in a year<sup>1</sup> by a <a href='/report'>third of all</a> that it held,<sup>"
            "<a href='#fn2'>[2]</a></sup> wrote <a href='https://other.example/x?y=1'>the paper</a> on Monday.</p>",
            "<link rel='canonical' href='https://ledger.example/2020/wall'>",
        )
    )
    assert sorted(marked(found)) == [
        ("link", "[2]", "#fn2"),
        ("link", "the paper", "https://other.example/x?y=1"),
        ("link", "third of all", "https://ledger.example/report"),
        ("superscript", "1", ""),
        ("superscript", "[2]", ""),
    ]


def test_blocks_have_their_kind_and_level() -> None:
    """Headings carry their level, list items their depth and number, quotations are quotes."""
    found = read(
        article(
            "<h2>Below the wall</h2><blockquote><p>We shall not leave, they told us in the spring.</p></blockquote>"
            "<ol start='3'><li>The third of the demands</li><li>The fourth<ul><li>with a part</li></ul></li>"
            "<li value='9'>The ninth</li></ol>"
        )
    )
    blocks = [(b.kind, b.level, b.label, found.text[b.start : b.end][:12]) for b in found.blocks]
    assert blocks[0] == ("heading", 1, "", "The Old Wall")
    assert blocks[2:8] == [
        ("heading", 2, "", "Below the wa"),
        ("quote", 0, "", "We shall not"),
        ("list_item", 1, "3", "The third of"),
        ("list_item", 1, "4", "The fourth"),
        ("list_item", 2, "", "with a part"),
        ("list_item", 1, "9", "The ninth"),
    ]


@pytest.mark.parametrize(
    ("expected", "attributes"),
    [
        pytest.param(["1", "2"], "", id="plain"),
        pytest.param(["5", "6"], "start=5", id="start"),
        pytest.param(["2", "1"], "reversed", id="reversed"),
        pytest.param(["a", "b"], "type=a", id="letters"),
        pytest.param(["AA", "AB"], "type=A start=27", id="letters beyond z"),
        pytest.param(["ix", "x"], "type=i start=9", id="roman"),
        pytest.param(["1", "2"], "start=99999999999", id="absurd"),
    ],
)
def test_numbers_of_ordered_lists_are_as_a_reader_sees_them(expected: list[str], attributes: str) -> None:
    """The label is what a browser prints before the item."""
    found = read(article(LIST.replace("<ol>", f"<h2>Notes</h2><ol {attributes}>")))
    assert [label for label, _ in entries(found)] == expected


@pytest.mark.parametrize(
    "furniture",
    [
        pytest.param("<nav><ul><li><a href='/'>GONE home</a></li></ul></nav>", id="navigation"),
        pytest.param(
            "<aside><h3>GONE</h3><p>GONE is what everyone reads these days in this town.</p></aside>",
            id="aside",
        ),
        pytest.param(
            "<section class='related-stories'><h3>GONE Related</h3><ul><li><a href='/y'>GONE bridge falls</a></li></ul>"
            "</section>",
            id="related stories",
        ),
        pytest.param(
            "<div id='comments'><h3>GONE Comments</h3><p>GONE I have never read anything so true about any dam.</p></div>",
            id="comments",
        ),
        pytest.param(
            "<div class='cookie-notice'><p>GONE We use cookies to improve your experience on this page.</p></div>",
            id="cookie notice",
        ),
        pytest.param(
            "<div hidden><p>GONE and not to be seen by anyone who reads this page.</p></div>", id="hidden"
        ),
        pytest.param(
            "<div style='display: none'><p>GONE and not to be seen by anyone at all.</p></div>",
            id="not displayed",
        ),
        pytest.param("<script>var GONE = '<p>GONE</p>';</script><style>.GONE{}</style>", id="script"),
        pytest.param(
            "<footer><p>GONE Copyright of this newspaper, all rights reserved.</p></footer>", id="footer"
        ),
    ],
)
def test_what_is_not_the_text_is_left_out(furniture: str) -> None:
    """Furniture goes wherever it stands; the paragraphs around it and the list below stay."""
    body = f"<article><h1>The Old Wall</h1><p>{PROSE}</p><p>{MORE}</p><h2>References</h2>{LIST}</article>"
    for source in (page(furniture + body), page(body + furniture)):
        found = read(source)
        assert "GONE" not in found.text
        assert PROSE in found.text
        assert MORE in found.text
        assert entries(found) == ENTRIES


# --- pages: the list of references


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


# --- pages: metadata

LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Not this"},
        {
            "@type": ["NewsArticle"],
            "headline": "The Old &amp; the New Wall",
            "datePublished": "2020-05-03T08:00:00Z",
            "author": [{"@type": "Person", "name": "Ann Lee"}, {"@id": "#bo"}],
            "publisher": {"@type": "Organization", "name": "The Ledger"},
        },
        {"@id": "#bo", "@type": "Person", "name": "Bo Roe"},
    ],
}
LINKED_HEAD = f"<script type='application/ld+json'>{json.dumps(LINKED)}</script>"
META_HEAD = (
    "<meta property='og:title' content='The Old Wall | The Ledger'><meta property='og:site_name' content='The Ledger'>"
    "<meta name='author' content='By ANN LEE and Bo Roe, Staff Writers'>"
    "<meta property='article:published_time' content='2020/05/03 09:00'><link rel=canonical href='https://l.example/a'>"
)


@pytest.mark.parametrize(
    ("expected", "head", "body"),
    [
        pytest.param(
            Metadata("The Old & the New Wall", ("Ann Lee", "Bo Roe"), "The Ledger", "2020-05-03", "", "en"),
            LINKED_HEAD,
            "",
            id="linked data",
        ),
        pytest.param(
            Metadata("The Old Wall", ("Ann Lee", "Bo Roe"), "The Ledger", "2020-05-03", "https://l.example/a", "en"),
            META_HEAD,
            "",
            id="meta elements",
        ),
        pytest.param(
            Metadata("The Old Wall", ("Ann Lee", "Bo Roe"), "", "2020-05-03", "", "en"),
            "",
            "<p class='byline'>By Ann Lee and Bo Roe</p><time datetime='2020-05-03T10:00'>May 3</time>",
            id="the page's text",
        ),
        pytest.param(
            Metadata("The Old Wall", ("Ann Lee",), "", "2020-05", "", "en"),
            "<meta name='date' content='2020-05'><meta name='author' content='Lee, Ann'>",
            "",
            id="month, family name first",
        ),
        pytest.param(
            Metadata("The Old Wall", ("Ann Lee",), "", "2020-05-03", "", "en"),
            "<script type='application/ld+json'>{\"@type\": [broken</script>" + META_HEAD[META_HEAD.index("<meta name") :]
            .replace(" and Bo Roe", "").replace("<link rel=canonical href='https://l.example/a'>", ""),
            "",
            id="broken linked data",
        ),
    ],
)  # fmt: skip
def test_a_page_says_what_it_is(expected: Metadata, head: str, body: str) -> None:
    """Title, authors, outlet, date, address and language are read from wherever the page has them."""
    assert read(article(body, head)).metadata == expected


def test_lone_surrogates_in_linked_data_are_replaced() -> None:
    r"""A title with \ud800 in it becomes text that can be stored."""
    head = (
        '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "A \\ud800 wall"}</script>'
    )
    assert read(article("", head)).metadata.title == "A \ufffd wall"


@pytest.mark.parametrize(
    ("expected", "byline"),
    [
        pytest.param(("Ann Lee", "Bob Stone"), "By Ann Lee and Bob Stone", id="two"),
        pytest.param(("Ann Lee", "Bob Stone", "Cy Roe"), "By Ann Lee, Bob Stone, and Cy Roe", id="three"),
        pytest.param(("Ann O'Lee",), "By ANN O'LEE, Ledger staff", id="capitals and role"),
        pytest.param(("Ann Lee",), "Lee, Ann", id="family name first"),
        pytest.param(("John Smith Jr.",), "John Smith, Jr.", id="suffix"),
        pytest.param(("Ann Lee",), "Ann Lee; ann lee; Ann Lee", id="the same thrice"),
        pytest.param(("Karl Müller",), "Von Karl Müller (kmü)", id="German"),
        pytest.param((), "By", id="nothing but By"),
        pytest.param((), "https://ledger.example/ann", id="an address"),
        pytest.param((), "Staff writer", id="a role"),
    ],
)
def test_bylines_become_names(expected: tuple[str, ...], byline: str) -> None:
    """Names come given name first, each once; roles and addresses are no names."""
    assert split_names(byline) == expected


# --- bytes


@pytest.mark.parametrize(
    ("expected", "warnings", "content"),
    [
        pytest.param("café “x”", (), "café “x”".encode(), id="utf-8"),
        pytest.param("café", (), b"\xef\xbb\xbf" + "café".encode(), id="utf-8 with mark"),
        pytest.param("café", (), b"\xff\xfe" + "café".encode("utf-16-le"), id="utf-16"),
        pytest.param("<meta charset=iso-8859-1>café “x”", (), "<meta charset=iso-8859-1>café “x”".encode("cp1252"), id="latin 1 that is 1252"),
        pytest.param("<meta charset=iso-8859-1>café “x”", (), "<meta charset=iso-8859-1>café “x”".encode(), id="utf-8 that says latin 1"),
        pytest.param("<meta charset=shift_jis>価格①", (), "<meta charset=shift_jis>価格①".encode("cp932"), id="Japanese"),
        pytest.param("<meta charset=iso-2022-jp>価格", (), "<meta charset=iso-2022-jp>価格".encode("iso2022_jp"), id="seven bits"),
        pytest.param("<meta charset=hex>café", (), "<meta charset=hex>café".encode(), id="a codec that makes no text"),
        pytest.param("naïve café \ufffd\ufffd ok", ("undecodable_bytes",), "naïve café ".encode() + b"\xff\xfe ok", id="invalid utf-8"),
        pytest.param("a\ufffdb café", ("lone_surrogates",), b"a\xed\xa0\x80b caf\xc3\xa9", id="lone surrogate"),
        pytest.param("😀", ("lone_surrogates",), "\ud83d\ude00".encode("utf-8", "surrogatepass"), id="pair in two halves"),
    ],
)  # fmt: skip
def test_bytes_become_text(expected: str, warnings: tuple[str, ...], content: bytes) -> None:
    """Encodings are recognized; what cannot be decoded is U+FFFD and said so, never dropped."""
    assert decode(content, "in.html") == (expected, warnings)


@given(st.binary(max_size=300))
def test_any_bytes_become_text_that_can_be_stored_or_are_refused(content: bytes) -> None:
    """No bytes crash the decoder, and no lone surrogate comes out of it."""
    try:
        text, _ = decode(content, "in.txt")
    except InputError as error:
        assert error.reason in ("empty_file", "binary_content")
    else:
        assert text.encode("utf-8").decode() == text


@given(st.text(st.characters(), max_size=50))
def test_surrogates_are_joined_or_replaced(text: str) -> None:
    """The result can be encoded, and a text without surrogates stays as it is."""
    joined = join_surrogates(text)
    joined.encode("utf-8")
    assert join_surrogates(joined) == joined


@pytest.mark.parametrize(
    ("reason", "kind", "content"),
    [
        pytest.param("empty_file", "html", b"", id="empty"),
        pytest.param("empty_file", "plain", b" \n", id="white space"),
        pytest.param("binary_content", "html", b"%PDF-1.7 \x00\x01", id="PDF named .html"),
        pytest.param("binary_content", "html", b"PK\x03\x04" + bytes(100), id="ZIP named .html"),
        pytest.param("binary_content", "plain", b"\x89PNG\r\n\x1a\n", id="image named .txt"),
        pytest.param("binary_content", "html", b"\x1f\x8b\x08 words", id="gzip named .html"),
        pytest.param("binary_content", "html", bytes(range(256)) * 4, id="bytes of all kinds"),
        pytest.param("no_text", "html", b"<html><head><title></title></head><body><img></body></html>", id="page without words"),
        pytest.param("no_text", "html", b"<", id="broken markup alone"),
        pytest.param("no_text", "markdown", b"---\n***\n", id="rules alone"),
        pytest.param("no_text", "plain", b"\xef\xbb\xbf...", id="stops alone"),
        pytest.param("unknown_media_type", "csv", b"words", id="another media type"),
    ],
)  # fmt: skip
def test_what_holds_no_text_is_refused_with_a_reason(reason: str, kind: str, content: bytes) -> None:
    """An input that cannot be read says why, by a code and in a sentence that names it."""
    with pytest.raises(InputError, match=r"in\.x") as error:
        read(content, kind)
    assert error.value.reason == reason


@pytest.mark.parametrize("kind", ["html", "markdown", "plain"])
def test_invalid_bytes_in_a_document_cost_only_themselves(kind: str) -> None:
    """The words around bytes that are no UTF-8, around surrogates and control characters stay."""
    content = f"{PROSE} naïve café ".encode() + b"\xff\x00\x08 after it. " + f"Näher. {MORE}".encode()
    found = read(b"<p>" + content + b"</p>" if kind == "html" else content, kind)
    assert "undecodable_bytes" in found.warnings
    assert PROSE in found.text
    assert MORE in found.text


# --- deep and hostile pages


@pytest.mark.parametrize("depth", [50, 300, 2_000, 5_000, 50_000])
@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "b", "ul><li", "table><tr><td", "x-y", "sup"])
def test_nesting_of_any_depth_loses_no_text(tag: str, depth: int) -> None:
    """What stands in and after deeply nested elements is kept, and the depth is said."""
    opened = f"<{tag}>" * depth
    closed = "".join(f"</{name}>" for name in reversed(tag.split("><"))) * depth
    found = read(page(f"<p>{PROSE}</p>{opened}<p>{DEEP}</p>{closed}<p>{MORE}</p><p>The end of it.</p>"))
    for words in (PROSE, DEEP, MORE, "The end of it."):
        assert words in found.text
    assert ("deep_nesting" in found.warnings) is (depth * len(tag.split("><")) > MAX_DEPTH)
    assert holds(found)


def test_a_tree_never_comes_out_deeper_than_the_limit() -> None:
    """After flattening, no path of the tree is longer than the limit and a little."""
    root, warnings = parse("<html><body>" + "<div><p>a" * 3_000)
    assert warnings == ("deep_nesting",)
    # A kept element, such as a paragraph, may lie in the last of the others.
    assert max_depth(root) <= MAX_DEPTH + 3


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        pytest.param("html", "<p>" + "word " * 200_000, id="one paragraph of a megabyte"),
        pytest.param("html", "<b" * 100_000 + " words", id="unclosed tags"),
        pytest.param("html", "<p>x<a href='" * 20_000 + " words", id="unclosed attributes"),
        pytest.param("html", "<p>a</p>" * 20_000 + "words", id="many small paragraphs"),
        pytest.param("html", "<h2>Notes</h2><ol>" + "<li>An entry of the list, 2020.</li>" * 10_000 + "</ol>", id="long list"),
        pytest.param("html", "<!--" * 50_000 + " words", id="comments that never end"),
        pytest.param("markdown", "[" * 20_000 + " words", id="open brackets"),
        pytest.param("markdown", "*a_ " * 20_000 + " words", id="emphasis that never ends"),
        pytest.param("markdown", ">" * 5_000 + " words", id="quotes in quotes"),
        pytest.param("markdown", "- " * 3_000 + " words", id="lists in lists"),
        pytest.param("markdown", "[^1]: words\n" * 20_000, id="footnotes"),
        pytest.param("markdown", "a\n" * 300_000, id="many lines"),
        pytest.param("plain", "Sources\n" + "1. words\n" * 50_000, id="entries"),
        pytest.param("plain", "1" * 500_000 + " words", id="digits"),
        pytest.param("plain", "(" * 500_000 + "\n\n" + " " * 500_000 + "words", id="brackets and spaces"),
        pytest.param("plain", "By " * 300_000, id="bylines"),
    ],
)  # fmt: skip
def test_hostile_input_takes_linear_time(kind: str, source: str) -> None:
    """Inputs made to be slow are read within seconds, or refused."""
    begun = time.process_time()
    try:
        found = read(source, kind)
        assert holds(found)
    except InputError as error:
        assert error.reason == "no_text"
    # Quadratic reading of any of these takes minutes; the machine may be busy.
    assert time.process_time() - begun < 30


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div class=nav>", "</div>", "<ol start=2>", "<li>", "</ol>", "<sup>", "</sup>", "<a href=#x>", "</a>",
             "<h2>", "Notes", "</h2>", "<br>", "<table><tr><td>", "</table>", " ", "word ", "1. ", "<blockquote>", "</blockquote>", PROSE]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_any_page_gives_blocks_that_hold(parts: list[str]) -> None:
    """However elements are thrown together, spans are right, or the page is refused for lack of text."""
    try:
        assert holds(read("".join(parts) or "<p>"))
    except InputError as error:
        assert error.reason in ("no_text", "empty_file")


# --- Markdown

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


# --- plain text

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
@settings(deadline=None)
def test_any_text_gives_blocks_that_hold_and_loses_no_letter(text: str) -> None:
    """Every letter of a plain text comes out, in order, in a block or as a label."""
    try:
        found = read(text, "plain")
    except InputError as error:
        assert error.reason in ("no_text", "empty_file")
        return
    assert holds(found)
    assert [c for c in found.text if c.isalpha()] == [c for c in text if c.isalpha()]


@given(st.text(alphabet=st.sampled_from("ab1.()[]^¹ \n#*-=:>|<`“”"), max_size=150))
@settings(deadline=None)
def test_any_markdown_gives_blocks_that_hold(text: str) -> None:
    """No Markdown crashes the reader."""
    try:
        assert holds(read(text, "markdown"))
    except InputError as error:
        assert error.reason in ("no_text", "empty_file")


# --- real pages


def test_real_pages_are_read_and_keep_their_text(shared: Path) -> None:
    """Of each kept news page the gold body comes out nearly whole, and no page crashes the reader."""
    shares = []
    for path in sorted((shared / "data" / "pages").glob("*/*.html.gz"))[::6]:
        (gold_file,) = path.parent.glob(path.name.split("_")[0] + ".json")
        try:
            found = read(gzip.decompress(path.read_bytes()))
        except InputError as error:
            assert error.reason == "no_text"
            continue
        assert holds(found)
        letters = "".join(filter(str.isalnum, found.text))
        best = 0.0
        for version in json.loads(gold_file.read_text()).values():
            sections = (version.get("body") or {}).get("sections") or []
            gold = ["".join(filter(str.isalnum, p)) for section in sections for p in section["paragraphs"]]
            kept = sum(len(p) for p in gold if p in letters)
            best = max(best, kept / max(1, sum(map(len, gold))))
        # The gold of other versions is of other pages: their words are not on this one.
        if best > 0.05:
            shares.append(best)
    assert len(shares) >= 10
    assert sum(shares) / len(shares) > 0.9


def test_titles_and_authors_of_real_pages(shared: Path) -> None:
    """Of the English pages with a gold record most titles and dates come out exactly."""
    folder = shared / "data" / "pages_english"
    titles = dates = total = 0
    for line in (folder / "metadata_gold.jsonl").read_text().splitlines():
        record = json.loads(line)
        said = read(gzip.decompress((folder / record["html"]).read_bytes())).metadata
        plain = said.title.replace("’", "'").replace("‘", "'")
        titles += plain == record["gold"]["title"]
        dates += said.published == record["gold"]["date"]
        total += 1
    # Measured: 12 and 9 of 13. The rest are renamed stories and dates that the gold has otherwise.
    assert titles >= total - 1
    assert dates >= total - 4


def test_the_seed_articles(shared: Path) -> None:
    """The real article keeps its title, its author, its paragraphs and its three entries."""
    for path in (shared / "seeds").glob("*.txt"):
        found = extract(Raw(path.name, "text/plain", path.read_bytes()))
        assert holds(found)
        assert found.metadata.title
        assert [label for label, _ in entries(found)] == ["1", "2", "3"]


def test_blocks_are_plain_records() -> None:
    """A block is what the model says it is."""
    assert read("Words alone", "plain").blocks == (Block("paragraph", 0, 11),)

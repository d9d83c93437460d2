"""Reading pages into blocks and marks, without what is not their text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import InputError
from tests.made_pages import (
    ENTRIES,
    LIST,
    MORE,
    PROSE,
    article,
    entries,
    holds,
    marked,
    page,
    read,
)


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


@settings(max_examples=60)
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

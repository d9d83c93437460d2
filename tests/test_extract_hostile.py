"""Deep nesting and inputs made to be slow."""

from __future__ import annotations

import time

import pytest

from tasks.errors import InputError
from tasks.extract.tree import MAX_DEPTH, max_depth, parse
from tests.made_pages import (
    DEEP,
    MORE,
    PROSE,
    holds,
    page,
    read,
)


@pytest.mark.parametrize("depth", [50, 300, 900])
@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "b", "ul><li", "table><tr><td", "x-y", "sup"])
def test_nesting_up_to_the_limit_loses_no_text(tag: str, depth: int) -> None:
    """What stands in and after deeply nested elements is kept, and the depth is said."""
    depth = depth // len(tag.split("><"))
    opened = f"<{tag}>" * depth
    closed = "".join(f"</{name}>" for name in reversed(tag.split("><"))) * depth
    found = read(page(f"<p>{PROSE}</p>{opened}<p>{DEEP}</p>{closed}<p>{MORE}</p><p>The end of it.</p>"))
    for words in (PROSE, DEEP, MORE, "The end of it."):
        assert words in found.text
    assert ("deep_nesting" in found.warnings) is (depth * len(tag.split("><")) > MAX_DEPTH)
    assert holds(found)


@pytest.mark.parametrize("depth", [1_001, 1_800, 2_000, 5_000, 50_000, 300_000])
@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "x-y"])
def test_nesting_beyond_the_limit_is_refused(tag: str, depth: int) -> None:
    """No browser shows such a page as nested so: it was made for its reader, or it is damaged."""
    with pytest.raises(InputError) as error:
        read(page(f"<p>{PROSE}</p>" + f"<{tag}>" * depth + f"<p>{DEEP}</p><p>{MORE}</p>"))
    assert error.value.reason == "too_deep"


def test_a_tree_never_comes_out_deeper_than_the_limit() -> None:
    """After flattening, no path of the tree is longer than the limit and a little."""
    root, warnings = parse("<html><body>" + "<div><p>a" * 900)
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
        pytest.param("html", "<p>" + "words<sup>2</sup> " * 20_000, id="superscripts"),
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
        assert error.reason in {"no_text", "too_many_blocks", "too_deep"}
    # Quadratic reading of any of these takes minutes; the machine may be busy.
    assert time.process_time() - begun < 30

"""Citation markers are found in every style, and nothing else that looks like one is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import build

from tasks.cite.markers import MAX_RANGE, expand, find_markers

FIVE = ("1", "2", "3", "4", "5")
# Two markers in each style, so that the article has one.
BRACKETS = " More was said [1]. And more [2]."
PARENS = " More was said (1). And more (2)."


def found(text: str, labels: tuple[str, ...] = FIVE, tail: str = "") -> list[tuple[str, tuple[str, ...]]]:
    document = build(text + tail)
    markers = find_markers(document.text, document.marks, labels)
    end = len(document.text) - len(tail)
    return [(marker.text, marker.labels) for marker in markers if marker.start < end]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param([("(1)", ("1",))], "The talks begin (1).", id="round"),
        pytest.param([("[2]", ("2",))], "The talks begin [2].", id="square"),
        pytest.param([("[1, 3]", ("1", "3"))], "The talks begin [1, 3].", id="list"),
        pytest.param([("(1,3)", ("1", "3"))], "The talks begin (1,3).", id="round-list"),
        pytest.param([("[1; 3]", ("1", "3"))], "The talks begin [1; 3].", id="semicolon"),
        pytest.param([("(1 and 3)", ("1", "3"))], "The talks begin (1 and 3).", id="list-in-words"),
        pytest.param([("[2–4]", ("2", "3", "4"))], "The talks begin [2–4].", id="range-en-dash"),
        pytest.param([("[2-4]", ("2", "3", "4"))], "The talks begin [2-4].", id="range-hyphen"),
        pytest.param([("[1, 3–5]", ("1", "3", "4", "5"))], "The talks begin [1, 3–5].", id="list-and-range"),
        pytest.param([("[1]", ("1",)), ("[2]", ("2",))], "The talks begin.[1][2]", id="in-a-row"),
        pytest.param([("[2, p. 15]", ("2",))], "The talks begin [2, p. 15].", id="page-of-a-source"),
        pytest.param([("¹", ("1",))], "The talks begin.¹ Then", id="raised"),
        pytest.param([("²⁻⁴", ("2", "3", "4"))], "The talks begin.²⁻⁴", id="raised-range"),
        pytest.param([("¹,³", ("1", "3"))], "The talks begin.¹,³", id="raised-list"),
        pytest.param([("¹²", ("1", "2"))], "The talks begin.¹²", id="raised-pair-of-a-short-list"),
        pytest.param([("[^1]", ("1",))], "The talks begin.[^1]", id="markdown"),
        pytest.param([("1", ("1",))], "The talks begin.<sup>1</sup> Then", id="superscript"),
        pytest.param([("1,3", ("1", "3"))], "The talks begin.<sup>1,3</sup> Then", id="superscript-list"),
        pytest.param([("[1]", ("1",))], "The talks begin.<sup>[1]</sup> Then", id="superscript-bracket"),
        pytest.param([("2", ("2",))], "The talks begin.<a #fn2>2</a> Then", id="footnote-link"),
        pytest.param([("¹", ("1",))], "It was like that in 2014¹ and later.", id="raised-behind-a-year"),
        pytest.param([("(3)", ("3",))], "It was like that in 2014 (3).", id="round-behind-a-year"),
    ],
)
def test_a_marker_of_any_style_is_found(expected: list[tuple[str, tuple[str, ...]]], text: str) -> None:
    """A marker names its labels, lists and ranges expanded."""
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The war ended (1994) at last.", id="year"),
        pytest.param("A small part (3 percent) of it.", id="amount"),
        pytest.param("He wants (1) growth, (2) jobs and (3) peace.", id="enumeration"),
        pytest.param("Two reasons: (1) The war ended. (2) The price fell.", id="enumeration-of-sentences"),
        pytest.param("(1) The first thing to do is to leave.", id="item-number"),
        pytest.param("Under Article 5 (2) it must act.", id="article-of-a-law"),
        pytest.param("See Figure (2) for the numbers.", id="figure"),
        pytest.param("The three (3) parties agreed.", id="number-repeated"),
        pytest.param("The score (3-1) was fair.", id="score"),
        pytest.param(f"Between (1–{MAX_RANGE + 2}) of them.", id="wide-range"),
        pytest.param("Maria Novak (45), a teacher, agreed.", id="age"),
        pytest.param("“He [sic] left […] at once.”", id="sic"),
    ],
)
def test_what_only_looks_like_a_round_marker_is_left_alone(text: str) -> None:
    """Years, amounts, enumerations, ages and numbered names are no markers, even where round ones cite."""
    assert found(text, tail=PARENS) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("An area of 30 km² was lost.", id="square-kilometres"),
        pytest.param("It is 10² times more.", id="power-of-ten"),
        pytest.param("It has 40 m<sup>2</sup> of floor.", id="square-metres"),
        pytest.param("They found <sup>2</sup>H in it.", id="isotope"),
        pytest.param("It was E = mc² again.", id="formula"),
    ],
)
def test_exponents_are_no_markers(text: str) -> None:
    """A raised number behind a unit, a number or in front of a letter is an exponent."""
    assert found(text, tail=" More was said.¹ And more.²") == []


@pytest.mark.parametrize(
    ("expected", "text", "tail"),
    [
        pytest.param([("[9]", ("9",))], "The talks begin [9].", BRACKETS, id="square-in-style"),
        pytest.param([("(7)", ("7",))], "The talks begin (7).", PARENS, id="round-in-style-and-near"),
        pytest.param([], "The talks begin (60).", PARENS, id="round-far-off"),
        pytest.param([], "The talks begin (9).", BRACKETS, id="round-in-a-square-article"),
        pytest.param([("(2)", ("2",))], "The talks begin (2).", BRACKETS, id="known-in-another-style"),
        pytest.param([], "Ali (2) was there.", BRACKETS, id="known-but-inside-a-clause"),
    ],
)
def test_the_style_of_the_article_decides_on_numbers_without_entry(
    expected: list[tuple[str, tuple[str, ...]]], text: str, tail: str
) -> None:
    """A number that no entry has dangles where the article cites in that style, and is no marker elsewhere."""
    assert found(text, tail=tail) == expected


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(2, "It fell [1]. It rose [2].", id="two-labels"),
        pytest.param(0, "It fell [1].", id="one-label-shows-no-style"),
        pytest.param(0, "It fell [4]. It rose [7].", id="no-first-label"),
        pytest.param(0, "They fell (2,1). They rose (1,3).", id="scores"),
        pytest.param(0, "They fell (1,3). They rose (1,2).", id="decimals"),
        pytest.param(3, "It fell [1]. It rose [2]. It fell again [1].", id="cited-again"),
        pytest.param(2, "It fell [1]. It rose [2] by half (3).", id="another-style-besides"),
    ],
)
def test_without_a_list_a_style_must_show_itself(expected: int, text: str) -> None:
    """In an article without list, markers are those of the most used style if they count from 1."""
    assert len(found(text, labels=())) == expected


def test_a_marker_carries_the_address_that_it_links_to() -> None:
    """The link on a marker is its target; a marker with two different links has none."""
    document = build(
        "It fell <a https://a.example/x>[1]</a>. It rose [<a https://a.example/y>1</a>, <a https://a.example/z>2</a>]."
    )
    markers = find_markers(document.text, document.marks, FIVE)
    assert [marker.target for marker in markers] == ["https://a.example/x", ""]


def test_only_the_given_spans_are_read() -> None:
    """What lies outside the prose, such as the list itself, holds no markers."""
    text = "It fell [1]. It rose [2]."
    assert [marker.text for marker in find_markers(text, (), FIVE, [(13, len(text))])] == ["[2]"]


@pytest.mark.parametrize(
    ("expected", "inner"),
    [
        pytest.param(("1", "3"), "1, 3", id="list"),
        pytest.param(("3", "1"), "3,1,3", id="order-kept-and-once"),
        pytest.param((), "4-2", id="descending"),
        pytest.param((), "0", id="zero"),
        pytest.param((), "1–60", id="too-wide"),
        pytest.param(tuple(map(str, range(1, 52))), "1–51", id="as-wide-as-can-be"),
        pytest.param(("7",), "07", id="leading-zero"),
    ],
)
def test_lists_and_ranges_are_expanded(expected: tuple[str, ...], inner: str) -> None:
    """Labels are in printed order, each once; what is no list of labels gives none."""
    assert expand(inner) == expected


@given(st.text(alphabet="ab (1)[2],3–4¹²^.\n", max_size=200), st.sets(st.sampled_from(FIVE)))
def test_markers_are_spans_in_order(text: str, labels: set[str]) -> None:
    """For any text, markers lie in order, do not overlap, and hold what they say."""
    markers = find_markers(text, (), labels)
    assert all(text[marker.start : marker.end] == marker.text and marker.labels for marker in markers)
    assert all(first.end <= second.start for first, second in pairwise(markers))

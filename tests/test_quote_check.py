"""Quotations against pages, word by word: exact, trimmed, altered or absent."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.link.quotes import check_quote, check_quote_words, split_words, word_places
from tasks.link.words import stopwords

PAGE = (
    "The ferry office opened late. “We had no warning at all of the flood,” said Ilse Marwick, who runs "
    "it, “and 4,500 crates were on the quay … nobody told us.” The mayor, Tom Reyes, said he had told "
    "everyone on the island in May. They don’t want charity. Nobody told us by e-mail after thirty-nine "
    "years in no man’s land, with 1,200,000 crates of six."
)

# Measured on the data set when this floor was set: 100 of 100 altered found, no false alarm.
ALTERED_FOUND = 0.98
FALSE_ALARMS = 0.01


@pytest.mark.parametrize(
    ("expected", "quote"),
    [
        pytest.param("exact", "We had no warning at all of the flood", id="verbatim"),
        pytest.param("exact", "we had no warning at all of the flood.", id="case and stop"),
        pytest.param("exact", "WE HAD NO WARNING, AT ALL — of the flood", id="punctuation"),
        pytest.param("exact", "and 4500 crates were on the quay", id="comma of a number"),
        pytest.param("exact", "on the quay … nobody told us", id="the page itself trails off"),
        pytest.param("exact", "no warning", id="two words"),
        pytest.param("trimmed", "We had no warning … of the flood", id="marked omission"),
        pytest.param("trimmed", "We had no warning ... of the flood", id="three points"),
        pytest.param("trimmed", "We had no warning [. . .] of the flood", id="bracketed points"),
        pytest.param("trimmed", "[w]e had no warning at all", id="bracketed letter"),
        pytest.param("trimmed", "[The mayor] had told everyone on the island", id="bracketed words"),
        pytest.param("exact", "and four thousand five hundred crates", id="number in words"),
        pytest.param("exact", "nobody told us by email", id="hyphen left out"),
        pytest.param("exact", "after 39 years in no-man’s land", id="number in figures, hyphen put in"),
        pytest.param("exact", "1.2 million crates of half a dozen", id="number with a scale"),
        pytest.param("trimmed", "told us by email … 39 years", id="hyphen left out beside an omission"),
        pytest.param("trimmed", "had no warn[ing] at all", id="the end of a word in brackets"),
        pytest.param("trimmed", "They do[n't] want charity", id="a clitic in brackets"),
        pytest.param("trimmed", "nobody tol[ls] us", id="another form of the word"),
        pytest.param("altered", "had some warn[ing] at all of the flood", id="brackets and another word"),
        pytest.param("altered", "after 38 years in no man’s land", id="another number in figures"),
        pytest.param("altered", "We had some warning at all of the flood", id="another word"),
        pytest.param("altered", "We had no warning of the flood", id="omission without a mark"),
        pytest.param("altered", "We had had no good warning at all of the flood", id="words put in"),
        pytest.param("altered", "and 5,400 crates were on the quay", id="another number"),
        pytest.param("altered", "had not told everyone on the island in May", id="negation"),
        pytest.param("absent", "The island will never be sold to strangers", id="another text's words"),
        pytest.param("absent", "", id="nothing"),
        pytest.param("absent", "…", id="only a mark"),
        pytest.param("absent", "the the the of and", id="function words"),
    ],
)
def test_a_quotation_stands_to_its_page(expected: str, quote: str) -> None:
    """Case, typography and punctuation do not count; marks of omission do; every other word does."""
    assert check_quote(quote, PAGE).status == expected


@pytest.mark.parametrize(
    ("expected", "quote"),
    [
        pytest.param((("some",), ("no",)), "We had some warning at all of the flood", id="exchanged"),
        pytest.param(((), ("at", "all")), "We had no warning of the flood", id="left out"),
        pytest.param((("good",), ()), "We had no good warning at all of the flood", id="put in"),
        pytest.param(
            (("some",), ("no",)), "[w]e had some warning at all of the flood", id="beside a bracket"
        ),
    ],
)
def test_an_alteration_is_told_word_by_word(
    expected: tuple[tuple[str, ...], tuple[str, ...]], quote: str
) -> None:
    """The words only the quotation has and those only the page has there; the span is their place."""
    check = check_quote(quote, PAGE)
    assert (check.added, check.removed) == expected
    assert PAGE[check.start : check.end] == "We had no warning at all of the flood"


def test_a_number_is_told_as_it_is_written() -> None:
    """Numbers are compared by their worth and shown in their own words; a hyphen is no alteration."""
    check = check_quote("Nobody told us by email after forty-one years in no man’s land", PAGE)
    assert (check.added, check.removed) == (("forty-one",), ("thirty-nine",))


def test_the_span_of_an_exact_quotation_is_its_place() -> None:
    """The first place counts."""
    check = check_quote("told us", f"{PAGE} Nobody told us.")
    assert PAGE[check.start : check.end] == "told us"


def test_parts_of_a_trimmed_quotation_stand_in_order_and_near() -> None:
    """Parts that the page has the other way round, or far apart, were not said so."""
    assert check_quote("crates were on the quay … no warning at all", PAGE).status != "trimmed"
    far = "We had no warning at all. " + "Rain fell. " * 200 + "Nobody told us of the flood."
    assert check_quote("We had no warning at all … Nobody told us of the flood", far).status != "trimmed"


def test_words_split_beforehand_give_the_same_answer() -> None:
    """A page that several quotations are held against is split and indexed once."""
    words = split_words(PAGE)
    for quote in ("no warning at all", "We had some warning at all of the flood", "sold to strangers"):
        assert check_quote_words(quote, words, word_places(words)) == check_quote(quote, PAGE)


WORDS = st.lists(st.from_regex(r"[a-zé]{1,12}|[1-9][0-9]{0,3}", fullmatch=True), min_size=1, max_size=60)


@given(st.text(), st.data())
@example("a… b", None)
@example("[a] b", None)
def test_words_copied_from_a_text_are_exact(text: str, data: st.DataObject | None) -> None:
    """A verbatim run of whole words of any text stands in it exactly."""
    words = split_words(text)
    if not words:
        assert check_quote(text, text).status == "absent"
        return
    first = data.draw(st.integers(0, len(words) - 1)) if data else 0
    last = data.draw(st.integers(first, len(words) - 1)) if data else len(words) - 1
    quote = text[words[first].start : words[last].end]
    if "[" in quote:
        # A bracket in the page's own words looks like the writer's insertion.
        assert check_quote(quote, text).status in {"exact", "trimmed", "altered", "absent"}
    else:
        assert check_quote(quote, text).status == "exact"


@given(WORDS, st.data())
def test_a_quotation_with_one_other_word_is_never_exact(words: list[str], data: st.DataObject) -> None:
    """One content word of six or more exchanged gives altered, or absent, never exact or trimmed."""
    content = [number for number, word in enumerate(words) if word not in stopwords()]
    if len(content) < 6:
        return
    place = data.draw(st.sampled_from(content))
    quote = " ".join([*words[:place], "zzzunheardof", *words[place + 1 :]])
    check = check_quote(quote, " ".join(words))
    assert check.status in {"altered", "absent"}
    if check.status == "altered":
        assert "zzzunheardof" in check.added


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(quote: str, source: str) -> None:
    """Nothing raises, and a span lies in the source."""
    check = check_quote(quote, source)
    assert 0 <= check.start <= check.end <= len(source)
    assert (check.status == "absent") == (check.end == 0) or check.status != "absent"


@pytest.mark.parametrize(
    ("quote", "source"),
    [
        pytest.param("the " * 500, "the " * 20_000, id="one word over and over"),
        pytest.param("a b " * 300 + "c", "a b " * 10_000, id="a long period"),
        pytest.param("… ".join(["a"] * 200), "a " * 20_000, id="many omissions"),
        pytest.param("[" * 5_000, "[" * 50_000, id="brackets"),
        pytest.param(". " * 5_000, "word " * 20_000, id="points"),
    ],
)
def test_a_hostile_page_takes_no_long_time(quote: str, source: str) -> None:
    """Repetition does not multiply the work."""
    began = time.process_time()
    check_quote(quote, source)
    # Under a second here; trying every place for every word takes minutes.
    assert time.process_time() - began < 10


def test_known_quotations_are_judged_as_well_as_before(shared: Path) -> None:
    """On 400 made quotations nearly all alterations are found, and hardly a faithful one is accused."""
    path = shared / "data" / "quotes" / "dev.jsonl"
    if not path.is_file():
        pytest.skip("quotes/dev.jsonl is absent")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    pages = {row["source"]: split_words(row["source"]) for row in rows}
    said = Counter(
        (row["gold"], check_quote_words(row["quote"], pages[row["source"]]).status) for row in rows
    )
    totals = Counter(row["gold"] for row in rows)
    faithful = totals["exact"] + totals["trimmed"]
    accused = sum(said[gold, "altered"] + said[gold, "absent"] for gold in ("exact", "trimmed"))
    assert said["altered", "altered"] / totals["altered"] >= ALTERED_FOUND
    assert said["absent", "absent"] / totals["absent"] >= ALTERED_FOUND
    assert accused / faithful <= FALSE_ALARMS

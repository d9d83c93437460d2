"""Folding to content words: two ways of writing one thing give the same words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.link.words import LONGEST_PLACE_WORDS, content_words, stem, stopwords


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(["bridg", "reopen"], "The bridge reopened", id="stems, without function words"),
        pytest.param(["bridg", "reopen"], "BRIDGES REOPENING", id="shouted"),
        pytest.param(["cafe", "zurich"], "Café, Zürich", id="accents"),
        pytest.param(["ferri", "captain"], "the ferry’s captain", id="possessive, curly"),
        pytest.param(["ferri", "captain"], "the ferry's captain", id="possessive, straight"),
        pytest.param(["o'neil"], "O’Neill", id="apostrophe inside a name"),
        pytest.param(["@us"], "U.S.", id="abbreviation with stops"),
        pytest.param(["@us"], "US", id="abbreviation without stops"),
        pytest.param([], "us", id="the pronoun is no country"),
        pytest.param(["@us"], "the United States of America", id="the longest name of a place"),
        pytest.param(["@us", "@uk"], "American and British", id="peoples"),
        pytest.param(["unit", "front"], "a united front", id="the beginning of a place's name alone"),
        pytest.param(["4.5", "4523000"], "4.5 4,523,000", id="numbers keep points, lose commas"),
        pytest.param(["10", "km"], "10km", id="a unit written close"),
        pytest.param([], "", id="nothing"),
        pytest.param([], " — … !", id="punctuation only"),
    ],
)
def test_a_text_folds_to_its_content_words(expected: list[str], text: str) -> None:
    """Case, accents, possessives, endings and the names of one country do not tell texts apart."""
    assert content_words(text) == expected


@pytest.mark.parametrize(
    ("expected", "word"),
    [("oyster", "oysters"), ("reopen", "reopened"), ("3rd", "3rd"), ("10s", "10s")],
    ids=["plural", "past", "ordinal keeps its letters", "decade"],
)
def test_stems(expected: str, word: str) -> None:
    """Endings fall; what has a digit stays."""
    assert stem(word) == expected


def test_function_words_are_folded_themselves() -> None:
    """A stop word with a capital or an accent would never be met."""
    assert {"the", "and", "of", "der", "les"} <= stopwords()
    assert all(word == word.casefold() for word in stopwords())


@given(st.text())
@example("U.S.A.")
@example("\ud800 x")
@example("İstanbul")
@example("ﬁne")
def test_any_text_folds_to_words_without_spaces(text: str) -> None:
    """Nothing raises, no word is empty, none holds white space, and no function word is left."""
    words = content_words(text)
    assert all(word and not any(character.isspace() for character in word) for word in words)
    assert not set(words) & {"the", "and", "of"}


@given(
    st.lists(st.sampled_from(["bridges", "Ferry’s", "US", "United", "States", "the", "4,500", "São", "x."]))
)
def test_folding_does_not_depend_on_what_is_far_away(parts: list[str]) -> None:
    """Words of two texts parted by a word of no name are the words of both."""
    left, right = " ".join(parts), " ".join(reversed(parts))
    wall = "wall " * LONGEST_PLACE_WORDS
    assert content_words(f"{left} {wall}{right}") == [
        *content_words(left),
        *content_words(wall),
        *content_words(right),
    ]

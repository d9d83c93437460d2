"""Names: capitals that a sentence's beginning does not explain."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.link.names import find_names
from tasks.link.words import content_words


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param({"marwick", "ils"}, "The harbour master, Ilse Marwick, resigned.", id="inside"),
        pytest.param({"marwick", "ils"}, "Ilse Marwick resigned.", id="first two words"),
        pytest.param(set(), "Residents resigned.", id="first word alone"),
        pytest.param(set(), "It rained. Residents left.", id="first word of a later sentence"),
        pytest.param(set(), "He said: “Residents left.”", id="first word of a quotation"),
        pytest.param({"arl"}, "They crossed the Arle.", id="river"),
        pytest.param({"@us"}, "They told the U.S. so.", id="country by its token"),
        pytest.param(set(), "They met on Monday in June.", id="days and months"),
        pytest.param(set(), "and The of", id="function words"),
        pytest.param(set(), "", id="nothing"),
    ],
)
def test_names_are_capitals_that_the_sentence_does_not_explain(expected: set[str], text: str) -> None:
    """A sentence's first word needs a second capital beside it; days, months and "The" are none."""
    assert find_names(text) == expected


@given(st.text())
@example("A")
@example("“Ab Cd")
def test_names_are_among_the_words_of_the_text(text: str) -> None:
    """Nothing raises; each name is the fold of a word that stands there."""
    words = {fold for word in text.split() for fold in content_words(word)} | set(content_words(text))
    assert all(isinstance(name, str) for name in find_names(text))
    assert len(find_names(text)) <= len(words) or not words

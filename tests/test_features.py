"""Features: what is measured between a claim and a source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.link.features import FEATURES, Match, compare, read_claim, read_source, split_clauses
from tasks.link.index import measure_rarity
from tasks.link.vectors import Vectors
from tests.made_articles import HashedWords, make_source

PAGE = (
    "The port of Tessmark moved 4,523,000 crates in May. | “We had no warning at all of the flood,” said "
    "Ilse Marwick. | Rain fell. | The growers sued the council."
)


def measure(
    claim: str, *paragraphs: str, quotes: tuple[str, ...] = (), title: str = "", published: str = ""
) -> Match:
    """Measure a claim against a page."""
    source, vectors = (
        make_source("page", *paragraphs, title=title, published=published),
        Vectors(HashedWords()),
    )
    rarity = measure_rarity([source.index])
    facts = read_claim(claim, quotes, vectors.one(claim), rarity)
    rows = vectors.many(source.index.texts)
    return compare(facts, read_source(source.index, rows, source.document.text), rarity)


@pytest.mark.parametrize(
    ("expected", "feature", "claim"),
    [
        pytest.param(1.0, "coverage_one", "The growers sued the council.", id="all words in one sentence"),
        pytest.param(1.0, "coverage_set", "The growers sued; rain fell.", id="all words in two"),
        pytest.param(0.0, "gain_page", "The growers sued the council.", id="nothing more on the page"),
        pytest.param(1.0, "cosine_best", "Rain fell.", id="the same sentence"),
        pytest.param(0.0, "numbers_missing", "It moved 4.5 million crates.", id="number rounded"),
        pytest.param(1.0, "numbers_missing", "It moved 6 million crates.", id="number of its own"),
        pytest.param(0.5, "numbers_missing", "It moved 4.5 million crates in 2016.", id="one of two"),
        pytest.param(0.0, "numbers_missing", "It moved crates.", id="no number"),
        pytest.param(0.0, "names_missing", "They asked Marwick.", id="name held"),
        pytest.param(1.0, "names_missing", "They asked Reyes.", id="name of another"),
        pytest.param(0.5, "title_coverage", "The flood was near.", id="half of the title"),
        pytest.param(1.0, "cosine_span", "Rain fell.", id="a sentence lies in the span of the nearest"),
        pytest.param(
            1.0, "coverage_three", "Rain fell; growers sued; crates moved.", id="in three sentences"
        ),
        pytest.param(1.0, "clause_least", "Growers sued, and rain fell.", id="each clause has its sentence"),
        pytest.param(0.0, "clause_least", "Growers sued, and bees swarmed.", id="a clause has none"),
        pytest.param(0.5, "clause_mean", "Growers sued, and bees swarmed.", id="one clause of two"),
        pytest.param(1.0, "company", "Rain fell; growers sued.", id="neighbours keep company"),
        pytest.param(0.0, "company", "Bees swarmed.", id="no word is held"),
        pytest.param(0.5, "words_set", "The growers sued bees and wasps.", id="half of the words in the set"),
        pytest.param(0.25, "words_missing", "Growers sued bees and wasps.", id="two words are missing"),
        pytest.param(1.0, "words_missing", "One big red bus hit nine old cats, two dogs.", id="many are"),
        pytest.param(0.0, "plain_missing", "The growers sued Reyes.", id="a name is no plain word"),
        pytest.param(
            1 / 3, "numbers_missing_count", "It moved 6 million crates.", id="one number is missing"
        ),
        pytest.param(1 / 3, "names", "They asked Ilse Marwick.", id="two names of six"),
    ],
)
def test_a_feature_tells_what_its_name_says(expected: float, feature: str, claim: str) -> None:
    """Words, numbers, names and titles are measured as shares."""
    match = measure(claim, PAGE, title="A flood foretold")
    assert match.features[feature] == pytest.approx(expected, abs=1e-5)


def test_what_only_the_page_has_is_missing_from_the_set() -> None:
    """A number and a name that add too little to join the set are missing from it, not from the page."""
    things = [
        "oyster",
        "crate",
        "quay",
        "tide",
        "ledger",
        "ferry",
        "grower",
        "council",
        "flood",
        "mayor",
        "harbour",
        "bay",
        "lamp",
        "rope",
        "sail",
    ]
    features = measure(f"The {' '.join(things)} and 12, says Reyes.", *things, "12", "Reyes").features
    assert features["names_missing"] == features["numbers_missing"] == 0.0
    assert features["names_missing_set"] == features["numbers_missing_set"] == 1.0


@pytest.mark.parametrize(
    ("expected", "quotes"),
    [
        pytest.param((0.0, 0.0), (), id="none"),
        pytest.param((1.0, 0.0), ("no warning at all",), id="exact"),
        pytest.param((1.0, 0.0), ("We had no warning … of the flood",), id="trimmed"),
        pytest.param((0.0, 1.0), ("sold to strangers for nothing",), id="absent"),
        pytest.param((0.0, 0.0), ("We had some warning at all of the flood",), id="altered is neither"),
        pytest.param((0.5, 0.5), ("no warning at all", "sold to strangers for nothing"), id="one of two"),
    ],
)
def test_quotations_are_counted(expected: tuple[float, float], quotes: tuple[str, ...]) -> None:
    """The shares held and absent are two features."""
    features = measure("She spoke.", PAGE, quotes=quotes).features
    assert (features["quotes_exact"], features["quotes_absent"]) == expected


def test_a_missing_quantity_is_named() -> None:
    """What a page does not tell stands beside the share."""
    assert [number.text for number in measure("6 million crates in May", PAGE).missing] == ["6 million"]


def test_a_word_has_company_only_where_the_claim_stands_together() -> None:
    """All of the claim's words stand on both pages, on one of them far apart."""
    claim, far = "Growers sued; rain fell.", ["Nobody knew why."] * 3
    together = measure(claim, "The growers sued.", "Rain fell.", *far).features
    apart = measure(claim, "The growers sued.", *far, "Rain fell.").features
    assert together["coverage_page"] == apart["coverage_page"] == pytest.approx(1.0)
    assert apart["company"] == pytest.approx(0.5)
    assert together["company"] == pytest.approx(1.0)


def test_sentences_that_share_a_vector_span_no_more_than_one() -> None:
    """Repeating a sentence brings the claim no nearer."""
    once = measure("The growers wept.", "The growers sued.").features
    often = measure("The growers wept.", *["The growers sued."] * 4).features
    assert 0.0 < once["cosine_span"] < 0.99
    assert often["cosine_span"] == pytest.approx(once["cosine_span"], abs=1e-3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("Rain fell.", ["Rain fell."], id="one"),
        pytest.param("Rain fell, and growers sued", ["Rain fell", " growers sued"], id="comma and word"),
        pytest.param("He sang (badly); she left", ["He sang ", "badly", " she left"], id="brackets"),
        pytest.param("The band android", ["The band android"], id="no part of a word joins"),
    ],
)
def test_clauses_are_parted_where_one_may_be_true_alone(text: str, expected: list[str]) -> None:
    """At punctuation and at joining words."""
    assert split_clauses(text) == expected


def test_an_empty_source_holds_nothing() -> None:
    """Every feature is there all the same."""
    match = measure("The port moved 12 crates, said Ilse Marwick.")
    assert set(match.features) == set(FEATURES)
    assert match.chosen == ()
    assert match.features["numbers_missing"] == match.features["names_missing"] == 1.0
    assert match.features["words_missing"] == match.features["plain_missing"] == 1.0
    assert match.features["cosine_best"] == match.features["coverage_page"] == 0.0


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=80), max_size=4))
def test_any_claim_and_page_have_all_features_in_bounds(claim: str, paragraphs: list[str]) -> None:
    """Shares lie in 0–1 and cosines in -1–1; the page covers at least what the set does."""
    features = measure(claim, *paragraphs).features
    assert set(features) == set(FEATURES)
    for name, value in features.items():
        low = -1.0 if name.startswith(("cosine", "score")) else 0.0
        high = 3.0 if name.startswith("score") else 1.0
        assert low - 1e-5 <= value <= high + 1e-5, name


@pytest.mark.parametrize(
    ("expected", "title", "published"),
    [
        pytest.param(1.0, "", "", id="nowhere"),
        pytest.param(0.0, "", "2016-08-25", id="in the page's date"),
        pytest.param(0.0, "The flood of 2016", "", id="in its headline"),
        pytest.param(1.0, "The flood", "2017-08-25", id="another year"),
    ],
)
def test_headline_and_date_line_tell_the_year(expected: float, title: str, published: str) -> None:
    """A page that says "on Monday" bears out the year in which it was published."""
    match = measure("The flood came in 2016.", "The flood came on Monday.", title=title, published=published)
    assert match.features["numbers_missing"] == expected

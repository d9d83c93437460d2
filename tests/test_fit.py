"""How well a claim fits the entries of a list: by their words, by an outlet it names, by their pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.judge.attribution import attributed_references
from tasks.judge.evidence import gather_evidence, make_entries
from tasks.judge.fit import ENTRY_FEATURES, entry_features
from tasks.judge.models import load_models
from tasks.link.article import link_article
from tests.made_articles import make_article, make_entry, make_source, make_vectors

TITLES = ("Ferry service ends in Tessmark", "Oysters die in Tessmark", "Tessmark council sells the quay")


def measure(claim: str, *titles: str) -> dict[str, dict[str, float]]:
    """The features of a claim against entries r1, r2, … with these titles."""
    vectors = make_vectors()
    entries = make_entries([make_entry(str(n), title) for n, title in enumerate(titles, 1)], vectors)
    return entry_features(claim, vectors.one(claim), entries)


@pytest.mark.parametrize(
    ("expected", "feature", "claim"),
    [
        pytest.param([1.0, 0.0, 0.0], "entry_claim_shared", "The ferry stopped.", id="word of one title"),
        pytest.param(
            [0.0, 1.0, 0.0], "entry_title_shared", "Oysters die.", id="all telling words of a title"
        ),
        pytest.param([0.0, 0.0, 0.0], "entry_claim_shared", "Rain fell.", id="words of no title"),
        pytest.param(
            [0.5, 0.5, 0.0], "entry_claim_shared", "The ferry; oysters.", id="a word of two titles each"
        ),
    ],
)
def test_words_count_by_their_rarity_in_the_list(expected: list[float], feature: str, claim: str) -> None:
    """What all entries share tells nothing."""
    features = measure(claim, *TITLES)
    assert [features[f"r{n}"][feature] for n in (1, 2, 3)] == pytest.approx(expected, abs=0.15)


def test_the_nearest_title_has_the_highest_cosine() -> None:
    """Each entry has all features."""
    features = measure("The ferry service ends in Tessmark.", *TITLES)
    assert max(features, key=lambda reference: features[reference]["entry_cosine"]) == "r1"
    assert all(set(one) == set(ENTRY_FEATURES) for one in features.values())


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=5))
def test_shares_lie_between_zero_and_one(claim: str, titles: list[str]) -> None:
    """Whatever the texts; an entry without words has none to share."""
    for features in measure(claim, *titles).values():
        assert 0 <= features["entry_claim_shared"] <= 1 + 1e-9
        assert 0 <= features["entry_title_shared"] <= 1 + 1e-9
        assert -1 - 1e-5 <= features["entry_cosine"] <= 1 + 1e-5


@pytest.mark.parametrize(
    ("expected", "claim"),
    [
        pytest.param({"r1": "DW"}, "The spokesman told DW that it was over.", id="abbreviation"),
        pytest.param(
            {"r2": "Associated Press"}, "It is over, the Associated Press reported.", id="full name"
        ),
        pytest.param(
            {"r3": "Ledger"}, "It is over, according to the Ledger.", id="last word of a list's outlet"
        ),
        pytest.param({}, "The spokesman told everybody.", id="no outlet"),
        pytest.param({}, "The spokesman told CNN that it was over.", id="an outlet that the list lacks"),
    ],
)
def test_an_outlet_that_a_claim_names_points_to_its_entry(expected: dict[str, str], claim: str) -> None:
    """Aliases of the outlet, or the outlet of the entry's address, count as its name."""
    entries = (
        make_entry("1", "Talks end", "Deutsche Welle"),
        make_entry("2", "Talks over", "", "https://apnews.com/article/talks"),
        make_entry("3", "Talks at last", "The Harbor Ledger"),
    )
    article = make_article(entries, [(claim, "1")])
    assert attributed_references(article.claims[0], entries) == expected


CLAIMS = [
    ("The ferry to the island stopped in May.", "1"),
    ("Oysters died in the warm bay of Tessmark.", "2"),
]
PAGES = {
    "r1": make_source("ferry", "The ferry to the island stopped in May. | It was old.", title=TITLES[0]),
    "r2": make_source("oysters", "Oysters died in the warm bay of Tessmark. | It was hot.", title=TITLES[1]),
}


def evidence_for(claims: list[tuple[str, str]], held: dict, outlets: tuple[str, ...] = ("", "")):
    """The evidence of an article of two entries."""
    vectors = make_vectors()
    entries = [
        make_entry(str(n), title, outlet)
        for n, (title, outlet) in enumerate(zip(TITLES[:2], outlets, strict=True), 1)
    ]
    article = make_article(entries, claims)
    return gather_evidence(article, link_article(article, held, vectors), vectors, load_models())


@pytest.mark.parametrize("held", [PAGES, {}], ids=["with pages", "by the entries' words"])
def test_a_claim_fits_its_own_entry_best(held: dict) -> None:
    """With the pages, and from the list's own words."""
    evidence = evidence_for(CLAIMS, held)
    assert [(fit.claim, fit.cited, fit.best()) for fit in evidence.fits] == [
        ("c1", "r1", "r1"),
        ("c2", "r2", "r2"),
    ]
    assert evidence.references == ("r1", "r2")
    assert evidence.held == frozenset(held)


def test_pages_tell_more_than_titles() -> None:
    """The claim is farther from the other entry when both pages are held."""
    (by_page, _), (by_words, _) = (evidence_for(CLAIMS, held).fits for held in (PAGES, {}))
    assert by_page.fits["r1"] - by_page.fits["r2"] > by_words.fits["r1"] - by_words.fits["r2"] > 0


def test_a_named_outlet_adds_what_the_models_say() -> None:
    """To the entries of that outlet alone."""
    claim = [("The ferry stopped, the Associated Press reported.", "1")]
    without, named = (
        evidence_for(claim, {}, outlets).fits[0].fits
        for outlets in (("", "Coast Wire"), ("Associated Press", "Coast Wire"))
    )
    assert named["r1"] - without["r1"] == pytest.approx(load_models().attribution)
    assert named["r2"] == pytest.approx(without["r2"])


@pytest.mark.parametrize(
    ("expected", "labels"),
    [
        pytest.param(["c1"], "1", id="one entry"),
        pytest.param([], "1,2", id="two entries"),
        pytest.param([], "", id="no marker"),
        pytest.param([], "9", id="an entry that is not there"),
    ],
)
def test_only_claims_that_cite_one_entry_take_part(expected: list[str], labels: str) -> None:
    """What two entries support together fits neither alone."""
    evidence = evidence_for([("The ferry to the island stopped in May.", labels)], {})
    assert [fit.claim for fit in evidence.fits] == expected


def test_an_entry_whose_page_is_missing_never_outbids_by_its_words() -> None:
    """Against a held page that was cited, words of an entry count for at most even odds."""
    evidence = evidence_for([("Ferry service ends in Tessmark.", "2")], {"r2": PAGES["r2"]})
    assert evidence.fits[0].fits["r1"] <= 0.0
    assert evidence.held == {"r2"}

"""Verdicts: one for each claim and cited source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.judge.models import load_models
from tasks.judge.verdicts import judge_claims, name_verdict
from tasks.link.article import link_article
from tests.made_articles import make_article, make_entry, make_source, make_vectors

ENTRIES = (make_entry("1", "Crates of May"), make_entry("2", "Oysters die"), make_entry("3", "Lost page"))
HELD = {
    "r1": make_source("crates", "The port of Tessmark moved 4,500 crates in May. | The mayor praised it."),
    "r2": make_source("oysters", "Oysters died. | Rain fell on the island."),
}
SAID = "The port of Tessmark moved 4,500 crates in May."


def judge(*claims: tuple[str, str], held: dict = HELD):
    """The verdicts on claims that cite the three entries."""
    article = make_article(ENTRIES, claims)
    return judge_claims(article, link_article(article, held, make_vectors()), load_models())


@pytest.mark.parametrize(
    ("expected", "supported", "not_supported"),
    [
        pytest.param("supported", 0.8, 0.1, id="surely"),
        pytest.param("supported", 0.4, 0.2, id="at the threshold"),
        pytest.param("partially_supported", 0.3, 0.2, id="neither"),
        pytest.param("not_supported", 0.1, 0.6, id="surely not"),
        pytest.param("supported", 0.7, 0.6, id="both, supported more"),
        pytest.param("not_supported", 0.6, 0.7, id="both, not supported more"),
    ],
)
def test_a_verdict_follows_from_two_probabilities(
    expected: str, supported: float, not_supported: float
) -> None:
    """Not supported needs its threshold and the upper hand."""
    models = replace(load_models(), supported_from=0.4, not_supported_from=0.5)
    assert name_verdict(supported, not_supported, models) == expected


@pytest.mark.parametrize(
    ("expected", "claim", "label"),
    [
        pytest.param("supported", SAID, "1", id="the page says it"),
        pytest.param("not_supported", SAID, "2", id="the page says something else"),
        pytest.param("source_unavailable", SAID, "3", id="the page is not held"),
    ],
)
def test_a_claim_is_judged_by_the_page_it_cites(expected: str, claim: str, label: str) -> None:
    """The fitted models on a page that plainly says it or plainly does not."""
    (verdict,) = judge((claim, label))
    assert (verdict.verdict, verdict.reference) == (expected, f"r{label}")


def test_there_is_a_verdict_for_each_cited_reference_in_order() -> None:
    """An uncited sentence has none; a reference that a claim cites twice has one."""
    found = judge((SAID, "1,3"), ("Nobody says.", ""), ("Oysters died.", "2,2"))
    assert [(verdict.claim, verdict.reference) for verdict in found] == [
        ("c1", "r1"),
        ("c1", "r3"),
        ("c3", "r2"),
    ]


def test_a_verdict_carries_the_probability_and_what_it_rests_on() -> None:
    """Of an unavailable source nothing is known."""
    held, missing = judge((SAID, "1,3"))
    assert held.probability == load_models().supported.probability(held.features)
    assert 0 < held.probability < 1
    assert (missing.probability, missing.features) == (None, {})


def test_an_empty_page_is_an_unavailable_one() -> None:
    """Nothing was extracted: nothing can be said against the claim."""
    (verdict,) = judge((SAID, "1"), held={"r1": make_source("empty")})
    assert verdict.verdict == "source_unavailable"

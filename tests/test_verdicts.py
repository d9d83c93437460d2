"""Verdicts: one for each claim and cited source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.judge.models import LogisticModel, load_models
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


GERMAN = "Der Bürgermeister hat am Dienstag vor der Schließung gewarnt. | Das ist nicht mehr zu ändern, und es wird teuer."


@pytest.mark.parametrize(
    ("expected", "claim", "page"),
    [
        pytest.param("not_supported", SAID, "Oysters died. | Rain fell on the island.", id="it can be told"),
        pytest.param("partially_supported", SAID, GERMAN, id="the page is in another language"),
        pytest.param("partially_supported", "It was Tessmark.", "Oysters died.", id="few words"),
        pytest.param(
            "partially_supported", "Tessmark, Tessmark, Tessmark!", "Oysters died.", id="few words, repeated"
        ),
    ],
)
def test_what_cannot_be_told_is_not_denied(expected: str, claim: str, page: str) -> None:
    """The probability stays what it is; only the word is held back."""
    models = replace(load_models(), not_supported_from=0.0)
    article = make_article(ENTRIES, [(claim, "1")])
    links = link_article(article, {"r1": make_source("page", page)}, make_vectors())
    (verdict,) = judge_claims(article, links, models)
    assert verdict.verdict == expected
    assert verdict.probability == models.supported.probability(verdict.features) < 0.3


QUOTED = "The port of Tessmark moved crates in May, and “nobody here will ever forget that winter”"


@pytest.mark.parametrize(
    ("expected", "claim"),
    [
        pytest.param("not_supported", f"{QUOTED}, the mayor said.", id="words that somebody said"),
        pytest.param("partially_supported", f"{QUOTED}.", id="words in marks alone"),
        pytest.param(
            "partially_supported", "The port moved crates in May, “a record”, the mayor said.", id="two words"
        ),
    ],
)
def test_a_page_without_the_words_that_were_said_is_not_the_source(expected: str, claim: str) -> None:
    """However sure the models would have to be: the page must hold what it is cited for saying."""
    models = replace(load_models(), not_supported_from=1.0, supported_from=1.0)
    models = replace(models, supported=LogisticModel(-3.0, {}), not_supported=LogisticModel(-1.0, {}))
    article = make_article(ENTRIES, [(claim, "1")])
    links = link_article(article, HELD, make_vectors())
    (verdict,) = judge_claims(article, links, models)
    assert verdict.verdict == expected


def test_a_page_in_the_articles_own_language_is_denied_in_any_language() -> None:
    """A German article is held against German pages as an English one against English ones."""
    claim = "Die Fabrik hat nach dem Brand nicht wieder geöffnet, und der Eigentümer ist verschwunden."
    article = make_article(ENTRIES, [(claim, "1")])
    links = link_article(article, {"r1": make_source("page", GERMAN)}, make_vectors())
    (verdict,) = judge_claims(article, links, replace(load_models(), not_supported_from=0.0))
    assert verdict.verdict == "not_supported"


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

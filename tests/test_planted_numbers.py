"""Wrong numbers planted in faithful articles are found where the pages share one subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.planted import faults, measure, plant, single_citations
from tasks.model import Article
from tests.made_articles import make_article, make_entry

FOLDER = Path(__file__).with_name("faithful")


@pytest.fixture(scope="module")
def figures() -> dict[str, dict[str, float]]:
    """What is found of the faults planted in the faithful articles."""
    return measure(FOLDER)


@pytest.mark.parametrize(
    ("fault", "least"),
    [("swap by pages", 0.95), ("wrong by pages", 0.7), ("swap by entries", 0.4)],
)
def test_planted_numbers_are_found(figures: dict[str, dict[str, float]], fault: str, least: float) -> None:
    """With the pages nearly every swap is found, and most single wrong numbers."""
    assert figures[fault]["found whole"] >= least
    assert figures[fault]["planted"] > 50


@pytest.mark.parametrize("fault", ["swap by pages", "wrong by pages", "shift by entries"])
def test_what_is_raised_names_the_right_entry(figures: dict[str, dict[str, float]], fault: str) -> None:
    """Of a hundred planted numbers at most one is corrected wrongly."""
    assert figures[fault]["false findings"] <= 0.01 * figures[fault]["planted"]


def bridges(*labels: str) -> Article:
    """An article whose claims cite entries 1 to 4 by these labels."""
    entries = [make_entry(str(number), f"Bridge {number}") for number in range(1, 5)]
    return make_article(entries, [(f"Claim {n}.", label) for n, label in enumerate(labels, start=1)])


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("swap", [{"k1": "r2", "k2": "r1"}, {"k1": "r3", "k3": "r1"}, {"k2": "r3", "k3": "r2"}]),
        ("shift", [{"k1": "r2", "k2": "r3", "k3": "r4"}]),
    ],
)
def test_every_fault_is_planted_once(fault: str, expected: list[dict[str, str]]) -> None:
    """A claim with two entries takes no part; each pair, and each run, is planted."""
    article = bridges("1", "2", "3", "1,2")
    pages = {f"r{number}": f"page {number}" for number in range(1, 5)}
    assert [moved for name, moved in faults(article, pages) if name == fault] == expected
    assert single_citations(article) == {"k1": "r1", "k2": "r2", "k3": "r3"}


def test_no_fault_lies_between_entries_of_one_page() -> None:
    """Where two entries name one page, either number is right."""
    pages = {"r1": "one", "r2": "one", "r3": "other", "r4": "one"}
    moved = [pair for _, pair in faults(bridges("1", "2"), pages)]
    assert moved == [{"k1": "r3"}, {"k2": "r3"}]


def test_a_planted_marker_prints_the_other_number() -> None:
    """Label and entry change together, the rest of the article stays."""
    article = bridges("1", "2")
    planted = plant(article, {"k1": "r4"})
    assert [(one.labels, one.references) for one in planted.citations] == [
        (("4",), ("r4",)),
        (("2",), ("r2",)),
    ]
    assert (planted.claims, planted.references) == (article.claims, article.references)

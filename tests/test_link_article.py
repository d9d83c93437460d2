"""Linking an article: every claim against the page of every entry."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tasks.link.article import PASSAGES, link_article
from tasks.link.features import FEATURES
from tasks.link.vectors import Vectors
from tests.made_articles import HashedWords, make_article, make_entry, make_source, make_vectors

ENTRIES = (make_entry("1", "Crates of May"), make_entry("2", "Oysters die"), make_entry("3", "Lost page"))
ARTICLE = make_article(
    ENTRIES,
    [
        ("The port moved 4,500 crates in May.", "1"),
        ("Oysters died, and the growers sued the council.", "2,1"),
        ("Somebody sang.", ""),
    ],
)
HELD = {
    "r1": make_source(
        "crates", "The port moved 4,500 crates in May. | The mayor praised it.", title="Crates"
    ),
    "r2": make_source("oysters", "Oysters died. | Rain fell.", "The growers sued the council. | It was hot."),
}


def test_each_claim_is_held_against_each_page() -> None:
    """The claim's own references are "cited", the others "sister"; entries without a page have no link."""
    roles = {(link.claim, link.reference): link.role for link in link_article(ARTICLE, HELD, make_vectors())}
    assert roles == {
        ("c1", "r1"): "cited",
        ("c1", "r2"): "sister",
        ("c2", "r1"): "cited",
        ("c2", "r2"): "cited",
        ("c3", "r1"): "sister",
        ("c3", "r2"): "sister",
    }


def test_the_first_rank_is_a_set_and_carries_the_features() -> None:
    """Ranks count from 1 for each pair; sentences of the set are not shown again."""
    links = link_article(ARTICLE, HELD, make_vectors())
    pairs = {(link.claim, link.reference) for link in links}
    for pair in pairs:
        own = [link for link in links if (link.claim, link.reference) == pair]
        assert [link.rank for link in own] == list(range(1, len(own) + 1))
        assert len(own) <= PASSAGES
        assert set(own[0].features) == {*FEATURES, "title_cosine"}
        assert not any(link.features for link in own[1:])
        shown = [number for link in own for number in link.passage.sentences]
        assert len(shown) == len(set(shown))


def test_a_passage_points_into_its_document() -> None:
    """The span runs from its first to its last sentence; its text joins just these."""
    (link,) = [
        one
        for one in link_article(ARTICLE, HELD, make_vectors())
        if (one.claim, one.reference, one.rank) == ("c2", "r2", 1)
    ]
    passage = link.passage
    assert passage.document == "oysters"
    assert passage.sentences == (0, 2)
    assert passage.text == "Oysters died. … The growers sued the council."
    text = HELD["r2"].document.text
    assert text[passage.start : passage.end] == "Oysters died. Rain fell.\nThe growers sued the council."
    assert passage.coverage == pytest.approx(1.0)
    assert passage.cosine == pytest.approx(link.features["cosine_best"], abs=0.2)


def test_neighbouring_sentences_are_joined_without_a_mark() -> None:
    """Only what was left out between is marked."""
    article = make_article(ENTRIES[:1], [("Oysters died and growers sued the council.", "1")])
    held = {"r1": make_source("page", "Oysters died. | The growers sued the council. | Rain fell.")}
    best = link_article(article, held, make_vectors())[0]
    assert best.passage.text == "Oysters died. The growers sued the council."


@pytest.mark.parametrize(
    ("expected", "held"),
    [
        pytest.param(0, {}, id="no page held"),
        pytest.param(0, {"r1": make_source("empty")}, id="an empty page"),
    ],
)
def test_without_sentences_there_are_no_links(expected: int, held: dict) -> None:
    """A page of which nothing was extracted is as none."""
    assert len(link_article(ARTICLE, held, make_vectors())) == expected


def test_two_entries_may_mean_one_page() -> None:
    """Both get their links, from one reading of the page."""
    links = link_article(ARTICLE, {"r1": HELD["r1"], "r3": HELD["r1"]}, make_vectors())
    best = {link.reference: link for link in links if link.claim == "c1" and link.rank == 1}
    assert best["r1"].passage == best["r3"].passage
    assert (best["r1"].role, best["r3"].role) == ("cited", "sister")


def test_linking_again_gives_the_same() -> None:
    """Known vectors or fresh ones, and whichever article came before, make no difference."""
    vectors = make_vectors()
    first = link_article(ARTICLE, HELD, vectors)
    encoder = HashedWords()
    again = link_article(ARTICLE, HELD, Vectors(encoder, dict(vectors.fresh)))
    assert again == first
    assert encoder.encoded == {}


def test_an_entry_is_compared_by_its_title() -> None:
    """The cosine of claim and title is a feature of its own."""
    vectors = make_vectors()
    (link,) = [
        one
        for one in link_article(ARTICLE, HELD, vectors)
        if (one.claim, one.reference, one.rank) == ("c1", "r1", 1)
    ]
    by_hand = float(np.dot(vectors.one(ARTICLE.claims[0].text), vectors.one("Crates of May")))
    assert link.features["title_cosine"] == pytest.approx(by_hand)


def test_a_pair_of_claim_and_page_takes_some_milliseconds() -> None:
    """An article of 6 claims and 6 pages of 40 sentences is linked in well under a second."""
    words = [
        "port",
        "crate",
        "mayor",
        "oyster",
        "bay",
        "grower",
        "council",
        "flood",
        "ferry",
        "quay",
        "ledger",
        "tide",
    ]

    def sentence(seed: int) -> str:
        return f"The {words[seed % 12]} met {seed} {words[seed * 5 % 12]}s near the {words[seed * 7 % 12]}."

    entries = [make_entry(str(number), f"Story {number}") for number in range(6)]
    article = make_article(entries, [(sentence(number * 11), str(number)) for number in range(6)])
    held = {
        f"r{number}": make_source(f"p{number}", " | ".join(sentence(number * 40 + n) for n in range(40)))
        for number in range(6)
    }
    vectors = make_vectors()
    link_article(article, held, vectors)
    began = time.process_time()
    link_article(article, held, vectors)
    # 0.06 s here; the bound leaves room for a slow or busy machine.
    assert time.process_time() - began < 1

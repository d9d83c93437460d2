"""Passages: a source's index, the scores of its sentences, the set that bears on a claim, and vectors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.accuracy.evidence import bm25
from tasks.keys import text_key
from tasks.link.candidates import SHORTLIST, sentence_vectors, shortlist
from tasks.link.index import index_source, measure_rarity
from tasks.link.passages import (
    LEADING,
    MOST_SENTENCES,
    ClaimWords,
    SentenceScores,
    arrange_sentences,
    covered,
    rank_sentences,
    score_sentences,
)
from tasks.link.ranking import Ranker
from tasks.link.vectors import Vectors
from tasks.link.words import content_words
from tests.made_articles import HashedWords, make_source

PORT = (
    "The port moved 4,500 crates in May. | The mayor praised the crates.",
    "Oysters died in the warm bay. | Nobody paid the growers. | Crates, crates, crates.",
)


def read(claim: str, source, vectors: Vectors | None = None):
    """A claim's words and the rarity of words among the sentences of one source."""
    rarity = measure_rarity([source.index])
    vectors = vectors or Vectors(HashedWords())
    return ClaimWords(rarity.weights(content_words(claim)), vectors.one(claim)), rarity


def test_an_index_holds_each_word_with_its_sentences() -> None:
    """Postings name the sentences and how often; lengths count content words; spans are those of the page."""
    source = make_source("port", *PORT)
    index = index_source("x", source.index.texts, source.index.spans, "Crates of May")
    assert index.size == 5
    assert index.postings["crate"] == ((0, 1), (1, 1), (4, 3))
    assert [int(length) for length in index.lengths] == [5, 3, 4, 3, 3]
    assert index.title == "Crates of May"
    assert [source.document.text[start:end] for start, end in index.spans] == list(index.texts)


@pytest.mark.parametrize(
    ("expected", "word"),
    [(math.log1p(5.5 / 0.5), "zebra"), (math.log1p(2.5 / 3.5), "crate"), (math.log1p(4.5 / 1.5), "oyster")],
    ids=["in no sentence", "in three of five", "in one of five"],
)
def test_a_rare_word_weighs_more(expected: float, word: str) -> None:
    """The weight is the inverse document frequency over sentences."""
    assert measure_rarity([make_source("port", *PORT).index]).weight(word) == pytest.approx(expected)


def test_rarity_of_no_source_is_defined() -> None:
    """An article none of whose sources is held, or whose sources are empty, has weights all the same."""
    assert measure_rarity([]).weights(["crate"]) == {"crate": pytest.approx(math.log1p(1.0))}
    assert measure_rarity([make_source("empty").index]).mean_length == 0


def test_bm25_is_the_published_formula() -> None:
    """Weight × count × (k + 1) / (count + k × (1 - b + b × length / mean length)), k = 1.2, b = 0.75."""
    index = make_source("port", *PORT).index
    scores = bm25({"crate": 2.0}, index, 3.6)
    by_hand = [
        2.0 * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / 3.6)) if count else 0.0
        for count, length in [(1, 5), (1, 3), (0, 4), (0, 3), (3, 3)]
    ]
    assert scores == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("expected", "claim"),
    [
        pytest.param(0, "In May the port moved 4,500 crates.", id="words of the first"),
        pytest.param(2, "Oysters died.", id="words of the third"),
        pytest.param(3, "The growers were not paid by anybody.", id="some words"),
    ],
)
def test_the_sentence_that_says_it_ranks_first(expected: int, claim: str) -> None:
    """Words and vectors together choose the sentence."""
    source, vectors = make_source("port", *PORT), Vectors(HashedWords())
    words, rarity = read(claim, source, vectors)
    scores = score_sentences(words, source.index, vectors.many(source.index.texts), rarity)
    assert rank_sentences(scores)[0] == expected
    assert float(scores.coverage[expected]) == pytest.approx(covered(words, source.index, [expected]))


def test_equal_scores_rank_in_the_order_of_the_text() -> None:
    """Two sentences that score the same keep their order, so that a run is like any other."""
    # More than a few, for sorting keeps short rows in order by chance.
    equal = np.array([0.5, 0.7] * 40, dtype=np.float32)
    assert rank_sentences(SentenceScores(equal, equal, equal)) == [*range(1, 80, 2), *range(0, 80, 2)]


@pytest.mark.parametrize(
    ("expected", "claim", "paragraphs"),
    [
        pytest.param((0,), "Oysters died.", ("Oysters died. | The mayor sang.",), id="one suffices"),
        pytest.param(
            (0, 1),
            "Oysters died and the growers sued the council.",
            ("Oysters died. | The growers sued the council. | The mayor sang. | Rain fell.",),
            id="two cover what neither does",
        ),
        pytest.param((), "Oysters died.", (), id="an empty source"),
    ],
)
def test_the_set_grows_while_it_covers_more(
    expected: tuple[int, ...], claim: str, paragraphs: tuple[str, ...]
) -> None:
    """Sentences join while each adds words of the claim."""
    source, vectors = make_source("page", *paragraphs), Vectors(HashedWords())
    words, rarity = read(claim, source, vectors)
    scores = score_sentences(words, source.index, vectors.many(source.index.texts), rarity)
    ranking, chosen = arrange_sentences(words, source.index, scores)
    assert tuple(sorted(chosen)) == expected
    assert ranking[: len(chosen)] == chosen


@pytest.mark.parametrize(
    ("expected", "gain_worth", "least_gain", "furthest_below"),
    [
        pytest.param(((1, 2, 0, 3), (1, 2)), 1.0, 0.1, 1.0, id="what adds to the best comes before its like"),
        pytest.param(
            ((1, 0, 2, 3), (1,)), 0.0, 0.1, 1.0, id="by score alone its like comes next and adds nothing"
        ),
        pytest.param(((1, 2, 0, 3), (1,)), 1.0, 0.6, 1.0, id="it adds too little"),
        pytest.param(((1, 2, 0, 3), (1,)), 1.0, 0.1, -0.2, id="it lies too far below the best"),
    ],
)
def test_sentences_that_complete_each_other_lead(
    expected: tuple[tuple[int, ...], tuple[int, ...]],
    gain_worth: float,
    least_gain: float,
    furthest_below: float,
) -> None:
    """What a sentence covers anew counts with its score for its place, and for whether it joins the set."""
    source = make_source("page", "Oysters died. | Many oysters died. | Growers sued. | Rain fell.")
    words = ClaimWords(
        {"oyster": 0.25, "die": 0.25, "grower": 0.25, "su": 0.25}, np.zeros(2, dtype=np.float32)
    )
    score = np.array([0.8, 0.9, 0.5, 0.1], dtype=np.float32)
    ranker = Ranker({}, gain_worth, least_gain, furthest_below)
    assert expected == arrange_sentences(words, source.index, SentenceScores(score, score, score), ranker)


SENTENCES = st.lists(
    st.lists(
        st.sampled_from(["crate", "port", "mayor", "oyster", "bay", "grower", "council", "flood"]), max_size=6
    ).map(" ".join),
    max_size=8,
)


@given(SENTENCES, st.lists(st.sampled_from(["crate", "port", "mayor", "oyster", "zebra"]), max_size=5))
def test_any_set_is_made_of_different_sentences_and_gains_with_each(
    sentences: list[str], claim: list[str]
) -> None:
    """At most four; the best comes first; each further one covers more; all shares lie between 0 and 1."""
    source, vectors = make_source("page", " | ".join(sentences)), Vectors(HashedWords())
    words, rarity = read(" ".join(claim), source, vectors)
    scores = score_sentences(words, source.index, vectors.many(source.index.texts), rarity)
    ranking, chosen = arrange_sentences(words, source.index, scores)
    assert sorted(ranking) == list(range(source.index.size))
    rest = list(ranking[LEADING:])
    assert rest == [sentence for sentence in rank_sentences(scores) if sentence in rest]
    assert ranking[: len(chosen)] == chosen
    assert len(set(chosen)) == len(chosen) <= MOST_SENTENCES
    assert chosen[:1] == tuple(rank_sentences(scores)[:1])
    shares = [covered(words, source.index, chosen[:count]) for count in range(1, len(chosen) + 1)]
    assert shares == sorted(set(shares))
    assert all(0 <= share <= 1 + 1e-6 for share in (*shares, *map(float, scores.coverage)))


@pytest.mark.parametrize(
    ("expected", "claim"),
    [
        pytest.param([0], "Oysters died in the bay.", id="one sentence shares its words"),
        pytest.param([0, 1], "Oysters died in the bay as rain fell.", id="two share its words"),
        pytest.param([], "The council met on Monday.", id="none does"),
    ],
)
def test_only_the_best_sentences_get_vectors_of_their_own(expected: list[int], claim: str) -> None:
    """Others keep their paragraph's vector, and each text is encoded once however many claims ask."""
    encoder = HashedWords()
    vectors = Vectors(encoder)
    filler = " | ".join(
        f"Item {word} was discussed." for word in ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    )
    source = make_source("page", "Oysters died in the bay. | Rain fell.", filler)
    words, rarity = read(claim, source, vectors)
    rows = sentence_vectors([words, words], [source], vectors, rarity)["page"]
    listed = shortlist(words, source, vectors.many(source.block_texts), rarity)
    assert sorted(listed) == expected
    assert len(listed) <= SHORTLIST
    for number in range(source.index.size):
        text = source.index.texts[number] if number in listed else source.block_texts[number]
        assert np.array_equal(rows[number], vectors.one(text))
    unlisted = set(source.index.texts) - {source.index.texts[number] for number in listed}
    assert unlisted
    assert not unlisted & set(encoder.encoded)
    assert set(encoder.encoded.values()) == {1}


def test_known_vectors_are_not_encoded_again() -> None:
    """What was stored is used; what is new is listed as fresh under its key."""
    encoder = HashedWords()
    (stored,) = encoder.encode(["a crate"])
    encoder.encoded.clear()
    vectors = Vectors(encoder, {text_key("a crate"): stored})
    vectors.require(["a crate", "a port", "a port"])
    assert encoder.encoded == {"a port": 1}
    assert set(vectors.fresh) == {text_key("a port")}
    assert np.array_equal(vectors.one("a crate"), stored)
    assert np.array_equal(vectors.fresh[text_key("a port")], vectors.one("a port"))


def test_an_empty_text_has_a_row_of_zeros() -> None:
    """A sentence without text is near to nothing."""
    rows = Vectors(HashedWords()).many(["", "a crate", ""])
    assert rows.shape == (3, HashedWords.dimension)
    assert not rows[[0, 2]].any()
    assert float(np.linalg.norm(rows[1])) == pytest.approx(1)

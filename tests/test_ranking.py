"""The ranking of sentences: its features by hand, its fitted numbers, and how well it does on real claims."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import rank
from benchmarks.accuracy.lines import file_hash
from tasks.link import ranking
from tasks.link.ranking import FEATURES, FILE, Ranker, load_ranker, measure_sentences
from tasks.link.vectors import Vectors
from tests.made_articles import HashedWords, make_source

TRAIN = Path("data/wice/non_supported_tokens/train.jsonl")
# Stems with their shares of the claim, together 1; "su" is that of "sued".
SHARES = {"oyster": 0.4, "die": 0.3, "grower": 0.2, "su": 0.1}
PAGE = "Rain fell. | Oysters died. | The growers mourned the oysters. | Growers sued."
COSINE = np.array([0.1, 0.8, 0.5, 0.3], dtype=np.float32)


@pytest.mark.parametrize(
    ("expected", "feature"),
    [
        ([0.0, 0.7, 0.6, 0.3], "coverage"),
        ([0.1, 0.8, 0.5, 0.3], "cosine"),
        ([0.4, 0.3, 0.55, 0.25], "cosine_near"),
        ([0.7, 0.2, 0.4, 0.4], "gain_near"),
        ([0.0, 0.7, 0.2, 0.1], "first_told"),
        ([0.0, 0.0, math.log(4 / 3), 0.0], "length"),
        ([0.0, 1 / 3, 2 / 3, 1.0], "place"),
    ],
    ids=FEATURES,
)
def test_a_feature_is_what_its_line_says(expected: list[float], feature: str) -> None:
    """Each column, counted by hand on four sentences whose mean length is taken as two words."""
    table = measure_sentences(SHARES, make_source("page", PAGE).index, COSINE, 2.0)
    # Lengths are of single precision.
    assert expected == pytest.approx(table[:, list(FEATURES).index(feature)].tolist(), abs=1e-6)


@pytest.mark.parametrize(
    ("rows", "page", "shares"),
    [
        pytest.param(0, "", SHARES, id="an empty source"),
        pytest.param(1, "Oysters died.", SHARES, id="one sentence"),
        pytest.param(4, PAGE, {}, id="a claim without words"),
    ],
)
def test_little_text_is_measured(rows: int, page: str, shares: dict[str, float]) -> None:
    """Every number is finite, and there is a row for each sentence."""
    index = make_source("page", *([page] if page else [])).index
    table = measure_sentences(shares, index, np.zeros(rows, dtype=np.float32), 0.0)
    assert (rows, len(FEATURES)) == table.shape
    assert np.isfinite(table).all()


WORDS = st.lists(st.sampled_from(["oysters", "died", "growers", "sued", "rain", "the"]), max_size=6)


@given(st.lists(WORDS.map(" ".join), max_size=8))
def test_shares_stay_shares(sentences: list[str]) -> None:
    """No sentence covers more than all; what is told first adds up to what the page covers."""
    index = make_source("page", " | ".join(sentences)).index
    table = measure_sentences(SHARES, index, np.zeros(index.size, dtype=np.float32), 2.0)
    column = {name: table[:, number] for number, name in enumerate(FEATURES)}
    for name, most in (("coverage", 1.0), ("first_told", 1.0), ("gain_near", 2.0), ("place", 1.0)):
        assert (column[name] >= -1e-9).all()
        assert (column[name] <= most + 1e-9).all()
    held = frozenset[str]().union(*index.words)
    assert column["first_told"].sum() == pytest.approx(sum(SHARES[word] for word in held & SHARES.keys()))


def test_the_score_is_the_weighted_sum() -> None:
    """Columns are weighted by the name of their feature; equal rows score the same to the last bit."""
    ranker = Ranker({name: float(10**n) for n, name in enumerate(FEATURES)}, 0.0, 0.0, 0.0)
    table = np.array([np.arange(1.0, 8.0), np.zeros(7), np.arange(1.0, 8.0)])
    scores = ranker.score(table)
    assert [7654321.0, 0.0, 7654321.0] == scores.tolist()
    assert np.float32 == scores.dtype


def test_the_fitted_numbers_make_sense() -> None:
    """Words and sense weigh for a sentence and together 1, and the file tells what it was fitted to."""
    ranker, provenance = load_ranker(), json.loads(FILE.read_text(encoding="utf-8"))["provenance"]
    assert ranker.weights["coverage"] + ranker.weights["cosine"] == pytest.approx(1.0, abs=1e-5)
    assert min(ranker.weights["coverage"], ranker.weights["cosine"]) > 0.2
    assert 0 < ranker.least_gain < 0.5
    assert ranker.gain_worth > 0
    assert {"command", "date", "seed", "data_sha256", "measured"} == provenance.keys()


def test_numbers_of_other_features_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file fitted to other features would weigh the wrong ones."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    data["weights"]["rhyme"] = data["weights"].pop("place")
    other = tmp_path / "ranking.json"
    other.write_text(json.dumps(data), encoding="utf-8")
    monkeypatch.setattr(ranking, "FILE", other)
    load_ranker.cache_clear()
    try:
        with pytest.raises(ValueError, match="fit it anew"):
            load_ranker()
    finally:
        load_ranker.cache_clear()


def _rows(path: Path) -> Path:
    """Write claims of two pages; on each the sentence that shares the claim's words bears it out."""
    lines = [
        {"claim": claim, "evidence": evidence, "supporting_sentences": gold, "label": "supported"}
        for subject in ("harbour", "orchard")
        for evidence in [
            [
                f"The {subject} lies in the north.",
                "",
                f"Storms broke the {subject} in March.",
                f"The council will mend the {subject}.",
            ]
        ]
        for claim, gold in [
            (f"Storms broke the {subject}.", [[2]]),
            (f"The council mends the {subject}.", [[3], [2, 3]]),
            ("Nobody knows.", [[]]),
        ]
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_gold_sentences_are_found_in_the_page(tmp_path: Path) -> None:
    """Empty lines are no sentences; claims without gold are left out; those of one page are put together."""
    vectors = Vectors(HashedWords())
    items = rank.read_items(_rows(tmp_path / "rows.jsonl"), vectors)
    assert [[{1}], [{2}, {1, 2}]] * 2 == [item.gold for item in items]
    assert [0.0, 1.0, 0.0] == items[0].wanted.tolist()
    assert [0.0, 0.5, 0.5] == items[1].wanted.tolist()
    assert [[{1, 2}]] * 2 == [item.gold for item in rank.put_together(items, vectors)]
    # Of the first page one claim is left: there is nothing to put it together with.
    assert [[{1, 2}]] == [item.gold for item in rank.put_together(items[1:], vectors)]


def test_fitting_prefers_what_bears_out(tmp_path: Path) -> None:
    """Fitted to claims whose gold sentence shares their words, the ranking puts it first."""
    items = rank.read_items(_rows(tmp_path / "rows.jsonl"), Vectors(HashedWords()))
    weights = rank.fit_weights(items)
    assert weights["coverage"] + weights["cosine"] == pytest.approx(1.0, abs=1e-5)
    ranker = Ranker(weights, 1.0, 0.1, 0.2)
    for item in items:
        assert int(ranker.score(item.table).argmax()) in frozenset[int]().union(*item.gold)


@pytest.mark.parametrize(
    ("hit", "whole", "overlap", "gold"),
    [
        pytest.param(1.0, 1.0, 1.0, [{1}], id="the first and only"),
        pytest.param(0.0, 1.0, 0.0, [{0}], id="another, within the first"),
        pytest.param(1.0, 1.0, 0.6667, [{0, 1}], id="one of two"),
        pytest.param(1.0, 1.0, 1.0, [{0, 1}, {1}], id="the nearest of alternatives"),
    ],
)
def test_figures_are_counted_by_hand(
    tmp_path: Path, hit: float, whole: float, overlap: float, gold: list[set[int]]
) -> None:
    """The set is one sentence, number 1: held against each gold set the figures are known."""
    first = rank.read_items(_rows(tmp_path / "rows.jsonl"), Vectors(HashedWords()))[0]
    item = rank.Item(
        first.page, first.case, first.words, first.scores, first.table, [frozenset(one) for one in gold]
    )
    said = rank.figures([item], [first.scores], Ranker(load_ranker().weights, 0.0, 1.0, 0.0))
    expected = {"claims": 1, "hit@1": hit, "hit@3": 1.0, "whole set in 5": whole, "F1 of the set": overlap}
    assert expected == said


def test_the_fitted_data_is_the_data(shared: Path) -> None:
    """The numbers were fitted to the training claims, not to those that they are judged on."""
    provenance = json.loads(FILE.read_text(encoding="utf-8"))["provenance"]
    assert provenance["data_sha256"] == file_hash(shared / TRAIN)

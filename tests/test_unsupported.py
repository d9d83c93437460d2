"""Unsupported words: what of a claim its page does not bear out, and the task that measures it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.accuracy import tokens
from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.lines import file_hash, read_lines
from tasks.judge.unsupported import FILE, SURROUNDINGS, find_unsupported, load_word_models, surroundings
from tasks.judge.wording import WORD_FEATURES, measure_words, read_page, split_claim
from tests.made_articles import make_source

PAGE = (
    "Ilse Marwick became the director of the port of Tessmark in May 2016. | She had studied law in Hallern. | "
    "The port moved 4,523,000 crates that year. | The United States bought a third of them. | Rain fell."
)
CHOSEN = (0, 2)


def unsupported(claim: str, page: str = PAGE, chosen: tuple[int, ...] = CHOSEN) -> list[str]:
    """The parts of a claim that a page does not support."""
    spans = find_unsupported(claim, read_page(make_source("page", page).index), chosen)
    return [claim[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        pytest.param("Ilse Marwick became the director of the port of Tessmark.", [], id="all is there"),
        pytest.param("Marwick became director of the port.", [], id="a part of the name"),
        pytest.param("The port moved 4.5 million crates.", [], id="a number rounded"),
        pytest.param("The port moved 9 million crates.", ["9 million"], id="a number of its own"),
        pytest.param("Ilse Marwick became the director in August 2019.", ["in August 2019"], id="a date"),
        pytest.param(
            "Ilse Marwick became the flamboyant director of the port",
            ["the flamboyant"],
            id="a word, with its article",
        ),
        pytest.param("Gregor Reyes became director of the port.", ["Gregor Reyes"], id="a name"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_what_the_page_does_not_bear_out_is_named(claim: str, expected: list[str]) -> None:
    """Whole phrases, as a reader would mark them."""
    assert unsupported(claim) == expected


def measured(claim: str, word: str, page: str = PAGE) -> dict[str, float]:
    """The features of one word of a claim."""
    words = split_claim(claim)
    rows = measure_words(words, read_page(make_source("page", page, title="Port of call").index), CHOSEN)
    return rows[words.surfaces.index(word)]


@pytest.mark.parametrize(
    ("expected", "feature", "claim", "word"),
    [
        pytest.param(1.0, "absent_page", "The bees swarmed.", "bees", id="nowhere"),
        pytest.param(0.0, "absent_page", "They call.", "call", id="in the title"),
        pytest.param(0.0, "absent_page", "They studied laws.", "laws", id="another form"),
        pytest.param(0.0, "absent_page", "4.5 million crates", "4.5", id="a figure told otherwise"),
        pytest.param(0.0, "absent_page", "The US bought", "us", id="a country by another name"),
        pytest.param(0.0, "absent_page", "The U.S. of old", "u.s.", id="a country in short"),
        pytest.param(1.0, "absent_set", "She studied law.", "law", id="in a sentence not chosen"),
        pytest.param(0.0, "absent_near", "She studied law.", "law", id="beside a chosen sentence"),
        pytest.param(1.0, "name", "They met Reyes.", "reyes", id="a name"),
        pytest.param(1.0, "number", "They moved two crates.", "two", id="a number word"),
        pytest.param(1.0, "number_missing_page", "They moved two million crates.", "two", id="a wrong one"),
        pytest.param(1.0, "date", "It rained in May.", "may", id="a month"),
        pytest.param(1.0, "date", "It rained in 2016.", "2016", id="a year"),
        pytest.param(0.0, "date", "It moved 40 crates.", "40", id="no year"),
        pytest.param(1.0, "rank", "The first port.", "first", id="a rank"),
        pytest.param(1.0, "being", "It was late.", "was", id="to be"),
        pytest.param(1.0, "pronoun", "It was his port.", "his", id="a pronoun"),
        pytest.param(1.0, "joining", "The port and crates.", "and", id="a joining word"),
        pytest.param(0.2, "frequent", "Rain fell", "rain", id="one sentence of five"),
        pytest.param(0.5, "alone", "Rain and crates", "rain", id="half of the claim is elsewhere"),
        pytest.param(0.0, "alone_near", "Law and crates", "law", id="it is in the next sentence"),
        pytest.param(1.0, "neighbours_apart", "Rain and crates", "rain", id="never with its neighbour"),
        pytest.param(0.0, "pair_before", "The port is closed", "port", id="the page has the pair"),
        pytest.param(
            0.0, "pair_before", "The port moved 4.5 million", "4.5", id="a figure told otherwise parts none"
        ),
        pytest.param(1.0, "pair_before", "It moved crates 2016", "2016", id="a figure told the same does"),
        pytest.param(1.0, "pair_after", "The port is closed", "port", id="not with what follows"),
        pytest.param(1.0, "before_absent_page", "Bees at the port", "port", id="the word before is absent"),
        pytest.param(1.0, "after_absent_page", "The port of bees", "port", id="the word behind is absent"),
        pytest.param(0.0, "clause_absent_page", "Rain fell, bees swarmed", "rain", id="this clause is held"),
        pytest.param(1.0, "clause_absent_page", "Rain fell, bees swarmed", "bees", id="that one is not"),
        pytest.param(0.5, "claim_absent_page", "Rain fell, bees swarmed", "bees", id="half of the claim"),
        pytest.param(0.5, "place", "Rain fell", "fell", id="half way"),
        pytest.param(1.0, "last", "Rain fell", "fell", id="the end"),
    ],
)
def test_a_words_feature_tells_what_its_name_says(
    expected: float, feature: str, claim: str, word: str
) -> None:
    """Each is a share or a yes."""
    assert measured(claim, word)[feature] == pytest.approx(expected)


def test_each_word_of_a_countrys_name_is_held_where_the_country_is() -> None:
    """The page calls it otherwise, with none of the words."""
    row = measured("The United States bought", "united", "The US bought it. | Rain fell. | Snow fell.")
    assert row["absent_page"] == row["absent_set"] == 0.0


def test_a_number_beside_the_evidence_is_told_from_one_far_off() -> None:
    """What is near is asked apart from what is anywhere on the page."""
    page = PAGE + " | Snow fell. | Hail fell. | It cost 77 dollars."
    row = measured("It cost 77 dollars.", "77", page)
    assert (row["number_missing_page"], row["number_missing_near"]) == (0.0, 1.0)


def test_surroundings_look_three_words_either_way() -> None:
    """Beyond the ends stands what is fairly surely supported."""
    rows = surroundings([1.0, 3.0, -1.0])
    assert {"self": 3.0, "before_1": 1.0, "after_1": -1.0, "before_2": -2.0, "after_3": -2.0}.items() <= rows[
        1
    ].items()
    assert (rows[1]["mean"], rows[1]["greatest"], rows[1]["either"], rows[1]["both"]) == (1.0, 3.0, 1.0, -1.0)


def test_the_models_name_what_is_measured_and_their_data() -> None:
    """A feature added to the table without a fit would be read as another."""
    models = load_word_models()
    for kind in (True, False):
        assert set(models.first[kind].coefficients) == set(WORD_FEATURES)
        assert set(models.again[kind].coefficients) == set(SURROUNDINGS)
    provenance = json.loads(FILE.read_text(encoding="utf-8"))["provenance"]
    assert len(provenance["data_sha256"]) == 64


@given(st.text(max_size=120), st.lists(st.text(min_size=1, max_size=60), max_size=4))
def test_spans_lie_in_order_inside_any_claim(claim: str, sentences: list[str]) -> None:
    """Whatever the claim and the page, no span is empty and none meets the next."""
    index = make_source("page", *sentences).index
    spans = find_unsupported(claim, read_page(index), range(min(2, index.size)))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(claim) for edge in edges)


@given(st.text(max_size=120), st.lists(st.text(min_size=1, max_size=60), max_size=4))
def test_every_word_has_all_features_in_bounds(claim: str, sentences: list[str]) -> None:
    """All of them are shares."""
    index = make_source("page", *sentences).index
    for row in measure_words(split_claim(claim), read_page(index), range(min(2, index.size))):
        assert set(row) == set(WORD_FEATURES)
        assert all(0.0 <= value <= 1.0 for value in row.values())


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        pytest.param("Rain fell.", ["Rain", "fell", "."], [(0, 4), (5, 9), (9, 10)], id="plain"),
        pytest.param("ex-pats", ["ex", "-", "pats"], [(0, 2), (2, 3), (3, 7)], id="hyphen"),
        pytest.param(
            'A "b" c', ["A", "``", "b", "''", "c"], [(0, 1), (1, 1), (3, 4), (4, 4), (6, 7)], id="rewritten"
        ),
        pytest.param(
            "A café costs b", ["A", "caffe-costs", "b"], [(0, 1), (1, 1), (13, 14)], id="a long one"
        ),
        pytest.param("a b a", ["a", "b", "a"], [(0, 1), (2, 3), (4, 5)], id="the same again"),
    ],
)
def test_tokens_are_found_in_the_claim(text: str, parts: list[str], expected: list[tuple[int, int]]) -> None:
    """One that is written otherwise gets an empty span and the next ones are found all the same."""
    assert tokens.token_spans(text, parts) == expected


ROW = {
    "claim": "Ilse Marwick became the flamboyant director of the port of Tessmark.",
    "claim_tokens": [
        "Ilse",
        "Marwick",
        "became",
        "the",
        "flamboyant",
        "director",
        "of",
        "the",
        "port",
        "of",
        "Tessmark",
        ".",
    ],
    "non_supported_spans": [n in (3, 4) for n in range(12)],
    "evidence": ["(meta data) TITLE: The port", "", *PAGE.split(" | ")],
    "supporting_sentences": [[2]],
    "label": "partially_supported",
}


def test_the_task_writes_a_boolean_a_token(tmp_path: Path) -> None:
    """The figures can be made of the lines alone."""
    data, out = tmp_path / "tokens.jsonl", tmp_path / "out.jsonl"
    data.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    assert main(["tokens", str(data), "--predictions", str(out)]) == 0
    (line,) = read_lines(out)
    assert line == {"index": 0, "unsupported": ROW["non_supported_spans"]}
    assert tokens.measure(data, [line])["F1"] == 1.0


def test_lines_of_another_length_are_refused(tmp_path: Path) -> None:
    """A prediction that lacks a token is not measured as if it were right."""
    data = tmp_path / "tokens.jsonl"
    data.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="another number of tokens"):
        tokens.measure(data, [{"index": 0, "unsupported": [True]}])


def test_the_baseline_marks_what_is_absent_but_no_punctuation(tmp_path: Path) -> None:
    """A word is held in whatever case."""
    data = tmp_path / "tokens.jsonl"
    row = {**ROW, "claim_tokens": ["ILSE", "Gregor", ",", "v."], "evidence": ["Ilse said v, no."]}
    data.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert tokens.baseline(data)[0]["unsupported"] == [False, True, False, False]


@pytest.mark.slow
def test_words_are_named_better_than_by_absence(shared: Path) -> None:
    """On claims that the models were not fitted to."""
    path = shared / "data" / "wice" / "non_supported_tokens" / "dev.jsonl"
    fitted = json.loads(FILE.read_text(encoding="utf-8"))["provenance"]["data_sha256"]
    assert file_hash(path) != fitted
    product, plain = tokens.measure(path, tokens.predict(path)), tokens.measure(path, tokens.baseline(path))
    assert product["F1"] > plain["F1"] + 0.05

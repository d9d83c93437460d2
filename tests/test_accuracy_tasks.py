"""The accuracy tasks on small made data: what they count, what they may see, and what they put up with."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.accuracy import evidence, lines, quotes, resolve, sources, verdict, wice
from benchmarks.accuracy.__main__ import main
from benchmarks.made import make_article
from tests.made_rows import (
    CATALOGUE,
    CLAIM,
    ENTRY,
    ESSAY,
    HELD,
    NEWS,
    PAGE,
    QUOTE,
    ROW,
    TOKENS,
    Row,
    as_text,
    changed,
    essay,
    listing,
    write,
)

# Task → a row, the fields of a line, and the row with all that is gold turned into something else.
ALL_TASKS = {
    "evidence": (
        CLAIM,
        ["index", "ranking", "evidence"],
        changed(CLAIM, supporting_sentences=[[4], [2, 3]], label="not_supported", meta={}),
    ),
    "verdict": (
        CLAIM,
        ["index", "label", "p_supported", "p_not_supported"],
        changed(CLAIM, supporting_sentences=[], label="not_supported", meta={}),
    ),
    "verdict of a flat page": (
        ROW,
        ["index", "label", "p_supported", "p_not_supported"],
        changed(ROW, ground_truth="Supported"),
    ),
    "tokens": (
        CLAIM | TOKENS,
        ["index", "unsupported"],
        changed(CLAIM | TOKENS, supporting_sentences=[[4]], label="x", non_supported_spans=[True] * 7),
    ),
    "references": (
        NEWS,
        ["index", "authors", "title", "outlet", "date", "url"],
        changed(NEWS, gold={"authors": ["X Y"], "title": "B", "outlet": "C", "date": "1999", "url": "d"}),
    ),
    "quotes": (
        QUOTE,
        ["id", "status", "differing"],
        changed(QUOTE, gold="exact", kind="verbatim", changed=None, original="other words"),
    ),
    "sources": (
        ESSAY,
        ["id", "best", "findings"],
        changed(
            ESSAY,
            fault="clean",
            claims=[one | {"gold": one["cited"], "partial": True} for one in ESSAY["claims"]],
        ),
    ),
    "resolve": (
        CATALOGUE,
        ["id", "document", "reason"],
        changed(CATALOGUE, references=[ENTRY | {"gold": None, "absent": True, "corruption": "title_cut"}]),
    ),
}


@pytest.mark.parametrize("task", ALL_TASKS)
def test_predictions_have_the_fields_of_the_task_and_nothing_of_the_gold(tmp_path: Path, task: str) -> None:
    """With every answer exchanged the lines stay the same, field by field."""
    row, fields, scrambled = ALL_TASKS[task]
    predict = importlib.import_module(f"benchmarks.accuracy.{task.partition(' ')[0]}").predict
    (line,) = predict(write(tmp_path, row))
    assert fields == list(line)
    assert [line] == predict(write(tmp_path, scrambled))


@pytest.mark.parametrize("task", ALL_TASKS)
@pytest.mark.parametrize(
    "disguise",
    [
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(lambda text: "\n \n" + text + "\n\n", id="blank lines"),
    ],
)
def test_a_file_may_be_written_by_any_editor(
    tmp_path: Path, task: str, disguise: Callable[[str], str]
) -> None:
    """Marks and line ends that editors add change no prediction."""
    row, _, _ = ALL_TASKS[task]
    predict = importlib.import_module(f"benchmarks.accuracy.{task.partition(' ')[0]}").predict
    plain = predict(write(tmp_path, row))
    other = tmp_path / "other.jsonl"
    other.write_text(disguise(as_text([row])), encoding="utf-8", newline="")
    assert plain == predict(other)


def test_written_lines_stay_one_an_item(tmp_path: Path) -> None:
    """A line separator inside a text does not end the line for any reader."""
    rows = [{"title": "A\u2028b\u0085c"}, {"title": "half \ud83d"}]
    lines.write_lines(tmp_path / "out.jsonl", rows)
    assert rows == [json.loads(one) for one in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]


# Rows that lack, or have strangely, what other files of the format may.
ODD = {
    "evidence: empty sentences": ("evidence", changed(CLAIM, evidence=["", *PAGE, " "])),
    "evidence: one sentence": ("evidence", changed(CLAIM, evidence=PAGE[1:2])),
    "evidence: no sentence": ("evidence", changed(CLAIM, evidence=[])),
    "evidence: no gold": ("evidence", changed(CLAIM, ("label", "meta", "supporting_sentences"))),
    "evidence: gold of empty sets": ("evidence", changed(CLAIM, supporting_sentences=[[]])),
    "evidence: a claim of function words": ("evidence", changed(CLAIM, claim="It was of the and.")),
    "evidence: an empty claim": ("evidence", changed(CLAIM, claim="")),
    "evidence: another script": ("evidence", changed(CLAIM, claim="توقفت العبارة إلى الجزيرة في مايو")),
    "verdict: an empty page": ("verdict", changed(ROW, source_text="")),
    "verdict: markup left in": (
        "verdict",
        changed(ROW, source_text="<p>One &amp; two.</p><script>x</script>"),
    ),
    "verdict: an empty claim": ("verdict", changed(ROW, claim_text="")),
    "quotes: an empty source": ("quotes", changed(QUOTE, source="")),
    "quotes: an empty quotation": ("quotes", changed(QUOTE, quote="")),
    "quotes: half a change": ("quotes", changed(QUOTE, changed={"added": ["June"]})),
    "quotes: no kind": ("quotes", changed(QUOTE, ("kind", "changed"))),
    "sources: gold unknown": ("sources", essay(gold=None, partial=True)),
    "sources: a label that the list has not": ("sources", essay(cited="9")),
    "sources: gold that the list has not": ("sources", essay(gold="9")),
    "sources: a claim that cites nothing": ("sources", essay(cited=None)),
    "sources: one id twice": ("sources", essay(id="c2")),
    "sources: one label twice": ("sources", listing(label="2")),
    "sources: an empty page": ("sources", listing(text="")),
    "sources: no title": ("sources", listing(title=None)),
    "sources: no claim": ("sources", changed(ESSAY, claims=[])),
    "sources: no source": ("sources", changed(ESSAY, sources=[])),
    "sources: no fault told": ("sources", changed(ESSAY, ("fault", "order"))),
    "resolve: nothing held": (
        "resolve",
        changed(CATALOGUE, documents=[], references=[ENTRY | {"gold": None}]),
    ),
    "resolve: unknown fields": (
        "resolve",
        changed(CATALOGUE, documents=[dict.fromkeys(HELD) | {"id": "d1"}, {"id": "d2"}]),
    ),
    "resolve: no corruption told": (
        "resolve",
        changed(CATALOGUE, references=[changed(ENTRY, ("corruption", "style", "absent"))]),
    ),
}


@pytest.mark.parametrize(("task", "row"), ODD.values(), ids=ODD)
def test_odd_rows_are_measured_with_the_others(tmp_path: Path, task: str, row: Row) -> None:
    """A line comes for each, product and baseline alike, and the file's figures with them."""
    sound = {"evidence": CLAIM, "verdict": ROW, "quotes": QUOTE, "sources": ESSAY | {"id": "a2"}}
    rows = [row, sound[task]] if task in sound else [row]
    out = tmp_path / "out.jsonl"
    assert main([task, str(write(tmp_path, *rows)), "--baseline", "--predictions", str(out)]) == 0
    assert len(rows) == len(lines.read_lines(out))


@pytest.mark.parametrize(
    ("task", "row"),
    [
        pytest.param("evidence", changed(CLAIM, evidence="one text"), id="a page that is no list"),
        pytest.param("evidence", changed(CLAIM, claim=None), id="no claim"),
        pytest.param("verdict", changed(ROW, ground_truth=None), id="no verdict at all"),
        pytest.param("verdict", changed(ROW, source_text=None), id="no page"),
        pytest.param("quotes", changed(QUOTE, gold=None), id="no gold at all"),
        pytest.param("sources", changed(ESSAY, claims=None), id="no claims"),
        pytest.param("resolve", {"documents": [], "references": []}, id="no references"),
        pytest.param("resolve", {"documents": ["d"], "references": ["r"]}, id="references that are none"),
    ],
)
def test_what_is_no_data_of_the_task_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], task: str, row: Row
) -> None:
    """The command ends with 2 and says which file it is."""
    path = write(tmp_path, row)
    assert main([task, str(path)]) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(f"{path}: not data for the task {task}: ")


def test_a_folder_that_is_not_there_is_told_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Predictions that can be written nowhere are not computed."""
    with pytest.raises(SystemExit, match="2"):
        main(["quotes", str(tmp_path / "none.jsonl"), "--predictions", str(tmp_path / "no" / "out.jsonl")])
    assert f"there is no folder {tmp_path / 'no'}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ranking", "chosen", "expected"),
    [
        ([1, 0, 2, 3, 4], [1], (1.0, 1.0, 1.0, 1.0)),
        ([0, 1, 2, 3, 4], [0, 1], (1.0, 1.0, 1.0, 1.0)),
        ([4, 3, 1, 2, 0], [1, 4], (0.0, 1.0, 1.0, 0.6667)),
        ([4, 3, 2, 1, 0], [3], (0.0, 0.0, 1.0, 0.0)),
        ([4, 3, 2], [], (0.0, 0.0, 0.0, 0.0)),
    ],
    ids=["the one", "the other set", "third", "too late", "never"],
)
def test_evidence_is_held_against_the_nearest_set(
    tmp_path: Path, ranking: list[int], chosen: list[int], expected: tuple[float, ...]
) -> None:
    """Any one of the gold sets is enough; claims without a set are not counted."""
    path = write(tmp_path, CLAIM, changed(CLAIM, supporting_sentences=[[]]))
    said = {"index": 0, "ranking": ranking, "evidence": chosen}
    measured = evidence.measure(path, [said, said])
    names = ("hit@1", "hit@3", "whole set in 5", "F1 of the set")
    assert (1, *expected) == tuple(measured[name] for name in ("claims", *names))


def test_claims_that_are_not_supported_count_only_under_any_label(tmp_path: Path) -> None:
    """As the baseline was measured; claims of every label stand beside."""
    path = write(tmp_path, CLAIM, changed(CLAIM, label="not_supported"))
    said = [{"index": n, "ranking": [first], "evidence": [first]} for n, first in enumerate((1, 4))]
    measured = evidence.measure(path, said)
    assert (1.0, 0.5) == (measured["hit@1"], measured["any label: hit@1"])


def test_verdicts_are_counted_by_hand(tmp_path: Path) -> None:
    """Two of four are supported; one is found, one of the others is taken for it; one row has no gold."""
    golds = ["Supported", "supported", "Partially supported", "Not supported", None]
    told = [("supported", 0.9, 0.1), ("partially_supported", 0.2, 0.1), ("supported", 0.8, 0.2)]
    told += [("not_supported", 0.1, 0.9), ("supported", 1.0, 0.0)]
    path = write(tmp_path, *(changed(ROW, ground_truth=gold) for gold in golds))
    measured = verdict.measure(
        path,
        [
            {"index": n, "label": label, "p_supported": yes, "p_not_supported": no}
            for n, (label, yes, no) in enumerate(told)
        ],
    )
    expected = {
        "claims": 4,
        "supported: balanced accuracy": 0.5,
        "supported: F1": 0.5,
        "supported: calibration error": (0.1 + 0.8 + 0.8 + 0.1) / 4,
        "supported: precision of the label": 0.5,
        "supported: recall of the label": 0.5,
        "not_supported: balanced accuracy": 1.0,
        "not_supported: F1": 1.0,
        "not_supported: calibration error": (0.1 + 0.1 + 0.2 + 0.1) / 4,
        "not_supported: recall of the label": 1.0,
    }
    assert expected == pytest.approx({name: measured[name] for name in expected})


@pytest.mark.parametrize("page", ["", " \n ", "\0\1\2" * 99], ids=["empty", "blank", "bytes of no text"])
def test_a_page_that_cannot_be_read_is_no_page(tmp_path: Path, page: str) -> None:
    """As in the pipeline, it bears nothing out and accuses nobody."""
    (line,) = verdict.predict(write(tmp_path, changed(ROW, source_text=page)))
    assert line["label"] == "source_unavailable"


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param("Wolves swam.", id="few words"),
        pytest.param(
            "Der Bürgermeister sagte, dass die Bibliothek mit den alten Büchern im Winter nicht schließt.",
            id="another language",
        ),
    ],
)
def test_the_label_is_the_judge_stage_s_own(tmp_path: Path, claim: str) -> None:
    """What the judge stage never calls not supported is not called so here."""
    (line,) = verdict.predict(write(tmp_path, changed(CLAIM, claim=claim)))
    assert line["p_not_supported"] > line["p_supported"]
    assert line["label"] != "not_supported"


def test_claims_of_the_fitted_file_are_judged_by_models_that_did_not_see_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very bytes are cross-validated; with one more blank line the shipped models judge."""
    rows = [
        changed(CLAIM, claim=f"The ferry number {n} stopped in May.", label=label)
        for n, label in enumerate(("supported", "not_supported") * 10)
    ]
    text = as_text(rows)
    fitted = frozenset({hashlib.sha256(text.encode()).hexdigest()})
    path = write(tmp_path, *rows)
    shipped = verdict.predict(path)
    monkeypatch.setattr(verdict, "fitted_data", lambda: fitted)
    others = verdict.predict(path)
    path.write_text(text + "\n", encoding="utf-8")
    assert others != shipped == verdict.predict(path)


def test_quotations_are_counted_by_class(tmp_path: Path) -> None:
    """A faithful quotation called altered or absent is a false alarm; one without gold is left out."""
    golds = ["exact", "exact", "trimmed", "altered", "altered", "absent", None]
    said = ["exact", "altered", "exact", "altered", "absent", "absent", "exact"]
    path = write(tmp_path, *(changed(QUOTE, gold=gold) for gold in golds))
    found = [{"id": "q1", "status": status, "differing": ["may", "june"]} for status in said]
    assert quotes.measure(path, found) == {
        "right": 0.5,
        "exact": 0.5,
        "trimmed": 0.0,
        "altered": 0.5,
        "absent": 1.0,
        "change_named": 1.0,
        "false_alarms": 0.3333,
    }


def test_resolutions_are_right_wrong_or_none(tmp_path: Path) -> None:
    """Of an absent page none is right; any document is wrong."""
    golds, said = ["d1", "d1", "d1", None, None], ["d1", "d2", None, None, "d1"]
    rows = [ENTRY | {"gold": gold} for gold in golds]
    measured = resolve.measure(
        write(tmp_path, changed(CATALOGUE, references=rows)),
        [{"id": "r1", "document": one, "reason": ""} for one in said],
    )
    assert measured == {
        "absent: right": 0.5,
        "absent: wrong": 0.5,
        "all: right": 0.4,
        "all: wrong": 0.4,
        "all: unresolved": 0.2,
        "held: right": 0.3333,
        "held: wrong": 0.3333,
        "held: unresolved": 0.3333,
        "kind none: right": 0.4,
        "kind none: wrong": 0.4,
        "kind none: unresolved": 0.2,
    }


SWAP = {"kind": "swapped_citation", "claims": ["c1", "c2"]}
MISCITED = {"kind": "miscited", "claims": ["c3"]}


@pytest.mark.parametrize(
    ("best", "findings", "expected"),
    [
        (["1", "2", "3"], [SWAP], (1.0, 1.0, 1.0, 1.0, 1.0, 1.0)),
        (["1", "1", "3"], [], (0.6667, 0.0, 0.0, 0.0, 0.0, 0.0)),
        (["1", "2", "1"], [SWAP, MISCITED], (0.6667, 0.5, 0.6667, 1.0, 1.0, 1.0)),
        (["1", "2", "3"], [MISCITED | {"claims": ["c1"]}], (1.0, 1.0, 1.0, 0.5, 1.0, 0.0)),
        (["1", "2", None], [SWAP | {"claims": ["c1", "c3"]}], (0.6667, 0.0, 0.5, 0.5, 1.0, 1.0)),
    ],
    ids=["all", "nothing", "one too many", "another kind", "half right"],
)
def test_findings_are_right_where_every_claim_is_cited_wrongly(
    tmp_path: Path, best: list[str | None], findings: list[Row], expected: tuple[float, ...]
) -> None:
    """Choices are counted by claim, findings whole and by claim, articles by whether the fault is told."""
    measured = sources.measure(write(tmp_path, ESSAY), [{"id": "a1", "best": best, "findings": findings}])
    names = ("right source: all", "precision: all", "precision by claim", "recall by claim")
    names += ("articles: swap found", "articles: swap told")
    assert expected == tuple(measured[name] for name in names)


@pytest.mark.parametrize(
    ("row", "findings", "expected"),
    [
        (changed(ESSAY, fault="clean", claims=ESSAY["claims"][2:]), [MISCITED], (1.0, 1.0)),
        (changed(ESSAY, fault="clean", claims=ESSAY["claims"][2:]), [], (0.0, 1.0)),
        (changed(ESSAY, claims=[ESSAY["claims"][2] | {"gold": None}]), [MISCITED], (0.0, 0.0)),
    ],
    ids=["flagged", "left alone", "unknown gold"],
)
def test_clean_articles_and_unknown_sources_have_their_own_count(
    tmp_path: Path, row: Row, findings: list[Row], expected: tuple[float, float]
) -> None:
    """A finding in a clean article is a false alarm; a claim without gold is no choice."""
    measured = sources.measure(write(tmp_path, row), [{"id": "a1", "best": ["3"], "findings": findings}])
    assert expected == (measured["articles: clean flagged"], measured["right source: all"])


def test_the_swapped_claims_of_the_essay_find_their_sources(tmp_path: Path) -> None:
    """The labels are those of the list, whatever they are called."""
    assert [line["best"] for line in sources.predict(write(tmp_path, ESSAY))] == [["1", "2", "3"]]
    named = {"1": "Lee 2019a", "2": "Lee 2019b", "3": "Roe"}
    row = changed(
        ESSAY,
        claims=[one | {"cited": named[one["cited"]], "gold": None} for one in ESSAY["claims"]],
        sources=[one | {"label": named[one["label"]]} for one in ESSAY["sources"]],
    )
    assert sources.predict(write(tmp_path, row))[0]["best"] == list(named.values())


def test_a_claim_whose_label_has_no_entry_gets_no_best(tmp_path: Path) -> None:
    """The product chooses none for it; the claims beside it keep theirs."""
    (line,) = sources.predict(write(tmp_path, essay(cited="9")))
    assert line["best"] == [None, "2", "3"]


def test_of_entries_with_one_label_the_first_is_cited() -> None:
    """As in the cite stage; each keeps an id of its own."""
    twice = [{"label": "1", "title": "One"}, {"label": "1", "title": "Two"}]
    article = make_article("a", [{"id": "c", "text": "Rain.", "cited": "1"}] * 2, twice)
    first, second = (reference.id for reference in article.references)
    assert first != second
    assert [(first,), (first,)] == [citation.references for citation in article.citations]
    assert len({claim.id for claim in article.claims}) == 2


def test_sentence_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    """Empty lines are no sentences, but they are counted."""
    (line,) = evidence.predict(write(tmp_path, changed(CLAIM, evidence=["", " ", *PAGE[2:], PAGE[1]])))
    assert (5, {2, 3, 4, 5}) == (line["ranking"][0], set(line["ranking"]))
    assert 5 in line["evidence"]


@pytest.mark.parametrize(
    ("sets", "expected"),
    [([[1], [2, 3]], [{1}, {2, 3}]), ([[]], []), ([], []), (None, [])],
    ids=["two", "an empty one", "none", "unknown"],
)
def test_gold_sets_are_those_with_a_sentence(sets: list[list[int]] | None, expected: list[set[int]]) -> None:
    """A claim may have none."""
    assert expected == wice.gold_sets({"supporting_sentences": sets})

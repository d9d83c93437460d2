"""The accuracy task of pages: its lines, the gold that judges a page, and its figures."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.accuracy import pages
from benchmarks.accuracy.page_gold import golds_of
from benchmarks.accuracy.paragraphs import common, long_ones
from tests.made_pages import DEEP, MORE, PROSE, article

HEAD = (
    "<meta property='og:title' content='The Old Wall'><meta name='author' content='Ann Lee'>"
    "<meta property='og:site_name' content='Harbor Ledger'>"
    "<meta property='article:published_time' content='2020-05-03T23:30:00Z'>"
)


BELOW = "What lies below the old wall of the dam"


def version(*paragraphs: str, title: str = "The Old Wall") -> dict[str, object]:
    """A version of a publisher's gold."""
    return {
        "title": title,
        "authors": ["Ann Lee"],
        "publishing_date": "2020-05-03 23:30:00+00:00",
        "body": {"summary": [], "sections": [{"headline": [BELOW], "paragraphs": list(paragraphs)}]},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one country with two pages of a publisher, the second of which has no gold."""
    country = tmp_path / "at"
    country.mkdir()
    (country / "HarborLedger_2020_05_03.html.gz").write_bytes(gzip.compress(article("", HEAD).encode()))
    other = article("", HEAD).replace(PROSE, DEEP).replace(MORE, "Something else was said, and nothing more.")
    (country / "HarborLedger_2021_05_03.html.gz").write_bytes(gzip.compress(other.encode()))
    gold = {
        "V1": version("Of another page altogether, in many words.", title="No"),
        "V2": version(PROSE, MORE),
    }
    (country / "HarborLedger.json").write_text(json.dumps(gold), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("below", ["", "at"], ids=["all countries", "one country"])
def test_a_page_becomes_a_line_of_its_fields(folder: Path, below: str) -> None:
    """The fields are those that the pipeline stores; paragraphs stand one a line."""
    line, _ = pages.predict(folder / below)
    assert line == {
        "html": "HarborLedger_2020_05_03.html.gz",
        "authors": ["Ann Lee"],
        "title": "The Old Wall",
        "outlet": "Harbor Ledger",
        "date": "2020-05-03",
        "text": f"{PROSE}\n{MORE}",
    }


def test_a_page_is_judged_by_the_version_that_stands_on_it(folder: Path) -> None:
    """The gold of another page is passed over, and a page without gold is not judged."""
    first, second = golds_of(folder)
    assert first is not None
    assert (first.title, first.outlet, first.paragraphs) == ("The Old Wall", "HarborLedger", [PROSE, MORE])
    assert second is None
    figures = pages.measure(folder, pages.predict(folder))
    assert figures["pages judged"] == 1
    assert {figures[name] for name in ("title", "authors", "outlet", "date", "paragraphs: F1")} == {1.0}


def test_which_gold_judges_does_not_depend_on_the_prediction(folder: Path) -> None:
    """Empty lines are judged by the same page, and are wrong."""
    lines = [
        {**line, "authors": [], "title": "", "outlet": "", "date": "", "text": ""}
        for line in pages.predict(folder)
    ]
    figures = pages.measure(folder, lines)
    assert figures["pages judged"] == 1
    assert set(list(figures.values())[1:]) == {0.0}


def test_listed_pages_are_judged_by_their_fields_alone(tmp_path: Path) -> None:
    """The list may be given itself; dates in words and years alone count as precise as they are."""
    golds = [("June 29, 2014", "2014-06-29"), ("2004", "2004-05-06"), ("2004-05-07", "2004-05-06")]
    rows = [
        {
            "html": f"{n}.html.gz",
            "url": "",
            "gold": {"title": "A", "authors": [], "website": "AP", "date": gold},
        }
        for n, (gold, _) in enumerate(golds)
    ]
    listed = tmp_path / "metadata_gold.jsonl"
    listed.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    lines = [
        {
            "html": row["html"],
            "authors": [],
            "title": "a.",
            "outlet": "Associated Press",
            "date": said,
            "text": "",
        }
        for row, (_, said) in zip(rows, golds, strict=True)
    ]
    figures = pages.measure(listed, lines)
    assert figures == pages.measure(tmp_path, lines)
    assert (figures["title"], figures["outlet"], figures["date"], figures["date near"]) == (
        1.0,
        1.0,
        0.6667,
        1.0,
    )
    assert "paragraphs: F1" not in figures


@pytest.mark.parametrize(
    ("kept", "fitting", "gold", "said"),
    [
        pytest.param(2, 2, [PROSE, MORE], [MORE, PROSE], id="the same in another order"),
        pytest.param(1, 1, [PROSE], ["→ " + PROSE.upper()], id="folded"),
        pytest.param(1, 1, [PROSE], [PROSE + " Read on."], id="a few words more"),
        pytest.param(0, 0, [PROSE + " " + MORE], [PROSE, MORE], id="cut in two"),
        pytest.param(1, 1, [PROSE, PROSE], [PROSE], id="each once"),
        pytest.param(1, 1, [PROSE + " One.", PROSE + " Two."], [PROSE], id="each once, nearly"),
        pytest.param(0, 0, [PROSE], ["By Ann Lee"], id="too short to count"),
    ],
)
def test_paragraphs_match_each_once(kept: int, fitting: int, gold: list[str], said: list[str]) -> None:
    """Two paragraphs are one where their letters are, nearly."""
    ours, theirs = common(long_ones(gold), long_ones(said))
    assert (len(ours), len(theirs)) == (kept, fitting)


def test_by_characters_the_cut_does_not_matter(folder: Path) -> None:
    """A text in one paragraph keeps all characters; headings are neither right nor wrong."""
    line, other = pages.predict(folder)
    joined = {**line, "text": f"{BELOW}\n{PROSE} {MORE}"}
    figures = pages.measure(folder, [joined, other])
    assert (figures["paragraphs: recall"], figures["characters: recall"]) == (0.0, 1.0)
    figures = pages.measure(folder, [{**line, "text": f"{BELOW}\n{line['text']}"}, other])
    assert (figures["paragraphs: precision"], figures["characters: precision"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("exact", "near", "said", "gold"),
    [
        pytest.param(True, True, ["Bo Roe", "ANN LEE"], ["Ann Lee", "Bo Roe"], id="in any order and case"),
        pytest.param(False, True, ["A. Lee"], ["Ann Lee"], id="an initial"),
        pytest.param(False, False, ["Ann Lee"], ["Ann Lee", "Bo Roe"], id="one missing"),
        pytest.param(True, True, [], [], id="none and none"),
        pytest.param(False, False, ["Ann Lee"], [], id="one invented"),
    ],
)
def test_authors_are_right_together(exact: bool, near: bool, said: list[str], gold: list[str]) -> None:
    """All of them, and nobody else."""
    line = {"authors": said, "title": "", "outlet": "", "date": ""}
    known = golds_of_one(gold)
    assert pages.right(known, line)["authors"] == (exact, near)


def golds_of_one(authors: list[str]) -> pages.Gold:
    """The gold of a page of which the authors alone are known."""
    return pages.Gold("", authors, "", "")


@pytest.mark.slow
@pytest.mark.parametrize("data", ["pages", "pages_english"])
def test_no_figure_is_below_that_of_trafilatura(shared: Path, data: str) -> None:
    """On real pages each figure is at least that of the plain baseline."""
    path = shared / "data" / data
    reached = pages.measure(path, pages.predict(path))
    plain = pages.measure(path, pages.baseline(path))
    assert {name: value for name, value in plain.items() if reached[name] < value} == {}

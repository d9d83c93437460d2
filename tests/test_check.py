"""workscited check: one article, its report, its JSON and its exit status."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.commands.check import MANY_PAGES
from tasks.model import Document, Sentence
from tasks.segment import segment

HERE = Path(__file__).parent
# The two articles' markers in the order of their texts, and what they should read.
PRINTED = [("1",), ("2",), ("3",), ("3",)]
RIGHT = {"(2)": "(3)", "(3)": "(2)"}


@dataclass(frozen=True, slots=True)
class Swapped:
    """An article whose text has exchanged (2) and (3), the pages that it cites, and what names the fault."""

    article: Path
    pages: Path
    outlets: tuple[str, str, str]
    told: str
    author: str


@pytest.fixture(scope="module", params=["own", "seed"])
def swapped(request: pytest.FixtureRequest) -> Swapped:
    """The project's own article, and the one beside the checkout where it is there."""
    if request.param == "own":
        outlets = ("The Lantern Post", "Coastal Wire", "Radio Meridian")
        folder = HERE / "swapped"
        return Swapped(folder / "article.txt", folder / "sources", outlets, outlets[2], "Silke Vane")
    (path,) = (request.getfixturevalue("shared") / "seeds").glob("*.txt")
    outlets = ("The Washington Post", "Associated Press", "Deutsche Welle")
    return Swapped(path, HERE / "sources_for_seed", outlets, "DW", "Matthew Pennington")


@pytest.fixture
def righted(swapped: Swapped, tmp_path: Path) -> Path:
    """The article with its two numbers put right in the text; the list stays."""
    body, heading, entries = swapped.article.read_text(encoding="utf-8").partition("Works Cited")
    path = tmp_path / swapped.article.name
    fixed = re.sub(r"\([23]\)", lambda marker: RIGHT[marker.group()], body)
    path.write_text(fixed + heading + entries, encoding="utf-8")
    return path


def checked(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    status = main(["check", *map(str, arguments), "--json"])
    return status, json.loads(capsys.readouterr().out)


def sources(swapped: Swapped, pages: bool) -> list[object]:
    return ["--sources", swapped.pages] if pages else []


WAYS = pytest.mark.parametrize("pages", [False, True], ids=["by the list's words", "with the pages"])


@WAYS
def test_a_swap_is_found_and_nothing_else(
    pages: bool, swapped: Swapped, capsys: pytest.CaptureFixture[str]
) -> None:
    status, report = checked(capsys, swapped.article, *sources(swapped, pages))
    assert status == 1
    assert [r["label"] for r in report["references"]] == ["1", "2", "3"]
    assert tuple(r["outlet"] for r in report["references"]) == swapped.outlets
    assert [tuple(c["labels"]) for c in report["citations"]] == PRINTED
    assert [c["marker"] for c in report["citations"]] == ["(1)", "(2)", "(3)", "(3)"]
    (finding,) = report["findings"]
    assert (finding["kind"], finding["labels"], finding["suggested"]) == (
        "swapped_citation",
        ["2", "3"],
        ["3", "2"],
    )
    assert f"names {swapped.told}" in finding["reason"]
    assert len(finding["claims"]) == 3


def test_the_pages_make_the_finding_stronger(swapped: Swapped, capsys: pytest.CaptureFixture[str]) -> None:
    _, words = checked(capsys, swapped.article)
    _, pages = checked(capsys, swapped.article, *sources(swapped, True))
    assert pages["findings"][0]["score"] > words["findings"][0]["score"]
    assert all(reference["document"] for reference in pages["references"])
    verdicts = {claim["verdict"] for claim in words["claims"]}
    assert verdicts == {"source_unavailable"}
    found = [claim["verdict"] for claim in pages["claims"]]
    assert found[:3] == ["supported", "not_supported", "not_supported"]
    # Of the claim that quotes nobody by name, half the words stand in the other page as well.
    assert found[3] != "supported"


@WAYS
def test_it_is_silent_where_the_two_numbers_are_put_right(
    pages: bool, swapped: Swapped, righted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, report = checked(capsys, righted, *sources(swapped, pages))
    assert (status, report["findings"]) == (0, [])
    if pages:
        assert {claim["verdict"] for claim in report["claims"]} == {"supported"}


def test_the_report_shows_references_claims_passages_verdicts_and_reasons(
    swapped: Swapped, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(swapped.article), "--sources", str(swapped.pages)]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    for words in (
        "References (3)",
        "Citations (4)",
        swapped.author,
        f"told {swapped.told}",
        "not supported",
        "swapped citation 2, 3 → 3, 2",
        "were right",
    ):
        assert words in shown


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A folder of the three pages of the project's own article among many others."""
    folder = tmp_path / "pages"
    shutil.copytree(HERE / "swapped" / "sources", folder)
    for number in range(MANY_PAGES):
        page = f"<html><head><title>Notice {number}</title></head><body><p>The ice works close early on day {number}.</p></body></html>"
        (folder / f"notice_{number}.html").write_text(page, encoding="utf-8")
    return folder


def test_only_pages_that_the_list_means_are_split_into_sentences(
    crowded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The article and its three sources, whatever else lies in the folder."""
    titles = []

    def noted(document: Document) -> tuple[Sentence, ...]:
        titles.append(document.metadata.title)
        return segment(document)

    monkeypatch.setattr("tasks.segment.segment", noted)
    article = HERE / "swapped" / "article.txt"
    _, report = checked(capsys, article, "--sources", crowded)
    assert len(titles) == 1 + len(report["references"])
    assert not [title for title in titles if title.startswith("Notice")]
    assert report == checked(capsys, article, "--sources", HERE / "swapped" / "sources")[1]


@pytest.mark.parametrize(("expected", "terminal"), [(True, True), (False, False)], ids=["terminal", "pipe"])
def test_a_bar_is_shown_where_many_pages_are_read_and_a_person_watches(
    expected: bool,
    terminal: bool,
    crowded: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    main(["check", str(HERE / "swapped" / "article.txt"), "--sources", str(crowded), "--json"])
    out, err = capsys.readouterr()
    assert json.loads(out)["findings"]
    assert (f"{MANY_PAGES + 3}/{MANY_PAGES + 3}" in err) == expected


def test_json_spans_point_into_one_text(examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Claims and citations are in the order of the text, and evidence carries its place."""
    article = examples / "articles" / "paying-twice-for-the-same-water.html"
    _, report = checked(capsys, article, "--sources", examples / "sources")
    starts = [citation["start"] for citation in report["citations"]]
    assert starts == sorted(starts)
    claims = {claim["id"]: claim for claim in report["claims"]}
    for citation in report["citations"]:
        claim = claims[citation["claim"]]
        assert claim["start"] < claim["end"] <= report["article"]["characters"]
        assert citation["start"] < citation["end"] <= report["article"]["characters"]
    for claim in report["claims"]:
        assert all(0 <= one["start"] < one["end"] for one in claim["evidence"])
        assert claim["verdict"] is None or 0 <= claim["probability"] <= 1


@pytest.mark.parametrize(
    ("message", "name", "content"),
    [
        pytest.param("no such file", "absent.txt", None, id="absent"),
        pytest.param("empty", "empty.txt", b"", id="empty"),
        pytest.param("PNG image", "picture.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 30, id="binary"),
        pytest.param("only .html", "letter.pdf", b"%PDF-1.7", id="another kind"),
    ],
)
def test_input_that_cannot_be_read_exits_2_with_one_clear_line(
    message: str, name: str, content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["check", str(tmp_path / name)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert message in captured.err

"""workscited check: one article, its report, its JSON and its exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main

SOURCES = Path(__file__).with_name("sources_for_seed")
# The seed's markers in the order of its text, and what they should read.
PRINTED = [("1",), ("2",), ("3",), ("3",)]
RIGHT = {"(2)": "(3)", "(3)": "(2)"}


@pytest.fixture(scope="module")
def seed(shared: Path) -> Path:
    (path,) = (shared / "seeds").glob("*.txt")
    return path


@pytest.fixture
def righted(seed: Path, tmp_path: Path) -> Path:
    """The seed article with its two numbers put right in the text; the list stays."""
    body, heading, entries = seed.read_text(encoding="utf-8").partition("Works Cited")
    path = tmp_path / seed.name
    fixed = re.sub(r"\([23]\)", lambda marker: RIGHT[marker.group()], body)
    path.write_text(fixed + heading + entries, encoding="utf-8")
    return path


def checked(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    status = main(["check", *map(str, arguments), "--json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("pages", [[], ["--sources", SOURCES]], ids=["by the list's words", "with the pages"])
def test_the_seeds_swap_is_found_and_nothing_else(
    pages: list[object], seed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, report = checked(capsys, seed, *pages)
    assert status == 1
    assert [r["label"] for r in report["references"]] == ["1", "2", "3"]
    assert [r["outlet"] for r in report["references"]] == [
        "The Washington Post",
        "Associated Press",
        "Deutsche Welle",
    ]
    assert [tuple(c["labels"]) for c in report["citations"]] == PRINTED
    assert [c["marker"] for c in report["citations"]] == ["(1)", "(2)", "(3)", "(3)"]
    (finding,) = report["findings"]
    assert (finding["kind"], finding["labels"], finding["suggested"]) == (
        "swapped_citation",
        ["2", "3"],
        ["3", "2"],
    )
    assert "names DW" in finding["reason"]
    assert len(finding["claims"]) == 3


def test_the_pages_make_the_finding_stronger(seed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, words = checked(capsys, seed)
    _, pages = checked(capsys, seed, "--sources", SOURCES)
    assert pages["findings"][0]["score"] > words["findings"][0]["score"]
    assert all(reference["document"] for reference in pages["references"])
    verdicts = {claim["verdict"] for claim in words["claims"]}
    assert verdicts == {"source_unavailable"}
    assert [claim["verdict"] for claim in pages["claims"]] == ["supported", *["not_supported"] * 3]


@pytest.mark.parametrize("pages", [[], ["--sources", SOURCES]], ids=["by the list's words", "with the pages"])
def test_it_is_silent_on_the_seed_with_the_two_numbers_put_right(
    pages: list[object], righted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, report = checked(capsys, righted, *pages)
    assert (status, report["findings"]) == (0, [])
    if pages:
        assert {claim["verdict"] for claim in report["claims"]} == {"supported"}


def test_the_report_shows_references_claims_passages_verdicts_and_reasons(
    seed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(seed), "--sources", str(SOURCES)]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    for words in (
        "References (3)",
        "Citations (4)",
        "Lolita C. Baldor, Matthew Pennington",
        "told DW during a phone interview",
        "not supported",
        "swapped citation 2, 3 → 3, 2",
        "were right on measured data",
    ):
        assert words in shown


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

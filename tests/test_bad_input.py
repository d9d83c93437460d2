"""Bad input: each kind gets its reason, the rest of the batch goes through, and nothing is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.settings import load_settings
from tasks.stages import STAGES, StageCounts, run_stage, start_run
from tasks.store.lock import writer_lock
from tasks.store.read import query

GOOD = """Bridges

By Ann Ode

The bridge at Lund closed in March 2021, the ministry told the Lund Gazette (1). It should never have been built.

Works Cited

1. Roe, Jane. "Bridge at Lund closes." Lund Gazette, 3 Mar. 2021.
"""
NO_LIST = """Bridges

The bridge at Lund closed in March 2021 (1). The ministry told nobody of it beforehand (2). It opened again
in June 2022, four months late (3).
"""
NO_MARKERS = GOOD.replace(" (1).", ".")
NOTHING_CITED = (
    "Bridges\n\nA bridge is a promise that two banks make to each other, and some of them keep it.\n"
)
LONG_ENTRY = GOOD + "\n2. " + "Words without end " * 300 + ".\n"
SURROGATES = GOOD.replace("Bridges", "Br\ud800idges", 1).encode("utf-8", "surrogatepass")
# As deep as no page is, by far; the words must survive all the same.
DEEP = "<html><body>" + "<div>" * 900 + "<p>" + "The deep words survive here. " * 8 + "</p>" + "</div>" * 900
DEEP += "<p>" + "And the words after it as well. " * 8 + "</p></body></html>"


def run_all(config: Path) -> dict[str, StageCounts]:
    """Run every stage once; return the counts by stage."""
    settings = load_settings(config)
    settings.database.path.parent.mkdir(parents=True, exist_ok=True)
    with writer_lock(settings.database.path, "a test"):
        run_id = start_run(settings)
        return {stage: run_stage(stage, settings, run_id) for stage in STAGES}


def ask(config: Path, sql: str) -> list[tuple[object, ...]]:
    return list(query(load_settings(config).database.current, sql)[1])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A configuration with one good article in its folder, and no source."""
    for name in ("articles", "sources"):
        (tmp_path / name).mkdir()
    (tmp_path / "articles" / "good.txt").write_text(GOOD, encoding="utf-8")
    config = tmp_path / "workscited.toml"
    config.write_text(
        '[articles]\nfolders = ["articles"]\n[sources]\nfolders = ["sources"]\n', encoding="utf-8"
    )
    return config


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50_000_000)


CASES: list[tuple[str, str, bytes | Callable[[Path], None]]] = [
    ("acquire empty_file", "empty.html", b"  \n"),
    ("extract binary_content", "picture.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + os.urandom(64) * 20),
    ("acquire too_large", "huge.html", huge),
    ("extract undecodable_bytes", "damaged.txt", GOOD.replace('"', "”").encode() + b"\xff\xfe\x81 and so on"),
    ("extract lone_surrogates", "surrogates.txt", SURROGATES),
    ("extract deep_nesting", "deep.html", DEEP.encode()),
    ("extract too_deep", "deeper.html", DEEP.replace("<div>", "<div><div>").encode()),
    ("extract too_many_blocks", "lines.html", b"<p>A line of it.</p>" * 50_000),
    ("extract too_many_cells", "cells.html", b"<p>Words.</p><table><tr>" + b"<td>1" * 1_000_000),
    ("cite markers_without_list", "no-list.txt", NO_LIST.encode()),
    ("cite list_without_markers", "no-markers.txt", NO_MARKERS.encode()),
    ("cite no_reference_list", "nothing-cited.txt", NOTHING_CITED.encode()),
    ("cite entry_too_long", "long-entry.txt", LONG_ENTRY.encode()),
    ("cite duplicate_text", "same.txt", GOOD.replace("\n\n", "\n\n\n").encode()),
    ("extract no_text", "no-text.html", b"<html><head><script>let a = 1</script></head><body></body></html>"),
]


@pytest.mark.parametrize(("reason", "name", "content"), CASES, ids=[case[0] for case in CASES])
def test_it_becomes_an_issue_with_a_reason_and_the_rest_goes_through(
    reason: str, name: str, content: bytes | Callable[[Path], None], place: Path
) -> None:
    path = place.parent / "articles" / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    counts = run_all(place)
    stage, code = reason.split()
    issues = ask(place, "SELECT stage, reason FROM issues WHERE stage <> 'resolve'")
    assert (stage, code) in issues, issues
    for one in counts.values():
        assert one.pending == one.kept + sum(one.dropped.values()), one
    assert [("articles/good.txt",)] == ask(place, "SELECT uri FROM articles WHERE uri = 'articles/good.txt'")
    assert run_all(place)["acquire"].pending == 0


def test_the_words_inside_and_after_deep_nesting_are_kept(place: Path) -> None:
    (place.parent / "articles" / "deep.html").write_bytes(DEEP.encode())
    run_all(place)
    ((text,),) = ask(place, "SELECT text FROM documents WHERE uri LIKE '%deep.html'")
    assert "The deep words survive here." in str(text)
    assert "And the words after it as well." in str(text)


def test_of_two_articles_with_the_same_text_one_is_checked_and_the_other_named(place: Path) -> None:
    (place.parent / "articles" / "same.txt").write_text(GOOD.replace("\n\n", "\n\n\n"), encoding="utf-8")
    run_all(place)
    assert ask(place, "SELECT uri FROM articles") == [("articles/good.txt",)]
    ((detail,),) = ask(place, "SELECT detail FROM issues WHERE reason = 'duplicate_text'")
    assert "articles/same.txt" in str(detail)


def test_a_source_that_is_also_an_article_is_one_document_with_two_places(place: Path) -> None:
    """It is checked as an article, and can be cited by another."""
    page = GOOD.replace("Bridges\n", "Bridge at Lund closes\n", 1)
    for folder in ("articles", "sources"):
        (place.parent / folder / "both.txt").write_text(page, encoding="utf-8")
    run_all(place)
    assert ask(
        place, "SELECT count(DISTINCT document_id), count(*) FROM locations WHERE uri LIKE '%both.txt'"
    ) == [(1, 2)]
    assert [("articles/both.txt",), ("articles/good.txt",)] == ask(
        place, "SELECT uri FROM articles ORDER BY uri"
    )
    cited = "SELECT count(*) FROM resolutions JOIN articles USING (document_id) WHERE source_id IS NOT NULL AND uri = 'articles/good.txt'"
    assert ask(place, cited) == [(1,)]


def test_a_folder_that_cannot_be_listed_is_an_issue_and_its_documents_are_not_lost(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = place.parent / "articles" / "inner"
    inner.mkdir()
    shutil.copy(place.parent / "articles" / "good.txt", inner / "other.txt")
    (inner / "other.txt").write_text(GOOD.replace("Lund", "Malm"), encoding="utf-8")
    run_all(place)
    scan = os.scandir

    def refuse(path: object) -> object:
        if Path(str(path)) == inner:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        counts = run_all(place)
    assert counts["acquire"].dropped == {"unreadable_folder": 1}
    assert ask(place, "SELECT reason, item FROM issues WHERE stage = 'acquire'") == [
        ("unreadable_folder", "articles/inner")
    ]
    assert ask(place, "SELECT count(*) FROM articles") == [(2,)]
    run_all(place)
    assert ask(place, "SELECT count(*) FROM issues WHERE stage = 'acquire'") == [(0,)]


def test_a_file_that_has_gone_is_noted_and_its_findings_are_closed(place: Path) -> None:
    """The text is kept; what was derived from the article goes with it."""
    second = GOOD.replace("Lund", "Malm").replace(
        "never have been built.", "never have been built (1), said Roe (2)."
    )
    (place.parent / "articles" / "gone.txt").write_text(second, encoding="utf-8")
    run_all(place)
    assert ask(place, "SELECT count(*) FROM open_findings WHERE article_uri LIKE '%gone.txt'") != [(0,)]
    (place.parent / "articles" / "gone.txt").unlink()
    assert run_all(place)["acquire"].dropped == {"gone": 1}
    assert ask(place, "SELECT count(*) FROM open_findings WHERE article_uri LIKE '%gone.txt'") == [(0,)]
    assert ask(place, "SELECT count(*) FROM documents") == [(2,)]
    assert run_all(place)["acquire"].pending == 0


def test_files_of_other_kinds_are_passed_over_by_name_without_an_issue(place: Path) -> None:
    (place.parent / "articles" / "style.css").write_text("p { margin: 0 }", encoding="utf-8")
    assert run_all(place)["acquire"].dropped == {"not_a_document": 1}
    assert ask(place, "SELECT count(*) FROM issues WHERE stage = 'acquire'") == [(0,)]

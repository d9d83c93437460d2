"""The flow on a real Prefect server: what it does, what it reports, and how it fails."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import copied_examples
from live_world import article, feed, story, world

from flows.cli import main
from flows.commands.report import show
from flows.progress import watched
from tasks.errors import EncoderError, LockHeldError
from tasks.settings import load_settings
from tasks.store.lock import writer_lock
from tasks.store.read import query
from tasks.store.store import Store

# An ephemeral server took 14-26 s to start on an idle machine.
STARTUP_SECONDS = 120


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """A Prefect server of the session's own, on a database of its own."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    # The heartbeat's thread would outlive the server and complain.
    with (
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        prefect_test_harness(server_startup_timeout=STARTUP_SECONDS),
    ):
        yield


pytestmark = pytest.mark.usefixtures("prefect")


def flowed(config: Path, stages: list[str] | None = None) -> dict[str, Any]:
    from flows.pipeline import pipeline

    report: dict[str, Any] = pipeline(config=str(config), stages=stages)
    return report


def last_run(config: Path) -> dict[str, Any]:
    with Store.open_read_only(load_settings(config).database.path) as store:
        (run,) = store.rows("last_run")
    return run


@dataclass(frozen=True, slots=True)
class Ran:
    """A copy of the examples after one run of the flow, and that run's report."""

    config: Path
    report: dict[str, Any]


@pytest.fixture(scope="module")
def ran(prefect: None, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    config = copied_examples(tmp_path_factory.mktemp("ran"))
    return Ran(config, flowed(config))


def test_a_run_reports_every_stage_and_what_the_database_holds(ran: Ran) -> None:
    report = ran.report
    assert [one["stage"] for one in report["stages"]] == [
        "acquire", "extract", "normalize", "segment", "cite", "resolve", "fetch", "embed", "link", "judge", "publish",
    ]  # fmt: skip
    assert report["changed"]
    assert report["totals"]["citations"] > 0
    assert report["totals"]["references_resolved"] > 0
    assert report["totals"]["open_findings"] == sum(report["findings"].values()) > 0
    assert Path(report["published"]).resolve().is_file()
    assert json.loads(json.dumps(report)) == report


def test_what_was_pending_is_kept_or_dropped_for_a_reason(ran: Ran) -> None:
    counts = [(one["stage"], one["pending"], one["kept"], one["dropped"]) for one in ran.report["stages"]]
    assert [one for one in counts if one[1] != one[2] + sum(one[3].values())] == []


def test_a_second_run_changes_nothing_and_says_so(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    second = flowed(ran.config)
    assert not second["changed"]
    assert {(one["pending"], one["rows"]) for one in second["stages"]} == {(0, 0)}
    assert second["totals"] == ran.report["totals"]
    show(second, ran.config)
    assert (
        "Nothing changed: no document parsed, nothing embedded, no answer changed." in capsys.readouterr().out
    )


def test_the_report_says_where_things_are_and_a_question_that_can_be_asked_next(
    ran: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    show(ran.report, ran.config)
    out = capsys.readouterr().out
    for word in ("citations", "references resolved", *ran.report["findings"]):
        assert word.replace("_", " ") in out
    assert f"database        {ran.report['database']}\n" in out
    assert f"published copy  {ran.report['published']}\n" in out
    (line,) = [line for line in out.splitlines() if line.startswith("try next")]
    words = shlex.split(line.removeprefix("try next"))
    assert main([*words[words.index("query") :], "--json"]) == 0
    assert "swapped_citation" in capsys.readouterr().out


def test_readers_of_the_published_copy_see_the_run_as_ended(ran: Ran) -> None:
    _, rows = query(Path(ran.report["published"]), "SELECT run_id, state, ended_at IS NOT NULL FROM runs")
    assert (ran.report["run"], "issues", True) in list(rows)


def test_stages_run_alone_and_in_the_pipelines_order(corpus: Path) -> None:
    report = flowed(corpus, ["extract", "acquire"])
    assert [one["stage"] for one in report["stages"]] == ["acquire", "extract"]
    assert report["totals"]["article_files"] > 0
    assert report["totals"]["citations"] == 0
    assert flowed(corpus, ["normalize"])["stages"][0]["kept"] > 0


def test_a_run_that_fails_is_recorded_as_failed_and_the_next_one_completes(corpus: Path) -> None:
    text = corpus.read_text(encoding="utf-8")
    # Refused as it is loaded: only the default model has the form "onnx".
    corpus.write_text(f'{text}\n[model]\nname = "no-model"\nform = "onnx"\n', encoding="utf-8")
    with pytest.raises(EncoderError):
        flowed(corpus, ["acquire", "embed"])
    assert last_run(corpus)["state"] == "failed"
    corpus.write_text(text, encoding="utf-8")
    assert flowed(corpus, ["acquire"])["stages"][0]["pending"] == 0
    assert last_run(corpus)["state"] == "completed"


def test_a_run_under_a_held_lock_fails_with_that_error_and_writes_nothing(corpus: Path) -> None:
    database = load_settings(corpus).database.path
    with (
        writer_lock(database, "a test that writes"),
        pytest.raises(LockHeldError, match="a test that writes"),
    ):
        flowed(corpus)
    assert not database.exists()


class Listener:
    """Notes what a stage says of its progress."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []
        self.advanced = 0
        self.finished = 0

    def start(self, stage: str, total: int) -> None:
        self.started.append((stage, total))

    def advance(self, n: int) -> None:
        self.advanced += n

    def finish(self) -> None:
        self.finished += 1


def test_who_watches_a_run_is_told_how_far_each_stage_is(corpus: Path) -> None:
    listener = Listener()
    with watched(listener):
        report = flowed(corpus, ["acquire", "extract"])
    flowed(corpus, ["acquire"])
    pending = [(one["stage"], one["pending"]) for one in report["stages"]]
    assert listener.started == pending
    assert listener.advanced == sum(number for _, number in pending)
    assert listener.finished == 2


@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        pytest.param("nothing", ["--quiet"], id="quiet"),
        pytest.param("json", ["--json"], id="json"),
        pytest.param("table", [], id="table"),
    ],
)
def test_the_command_prints_what_was_asked_for(
    expected: str, arguments: list[str], corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--config", str(corpus), "--only", "acquire", *arguments]) == 0
    out = capsys.readouterr().out
    if expected == "nothing":
        assert out == ""
    elif expected == "json":
        assert json.loads(out)["state"] == "ok"
    else:
        assert "acquire" in out


def test_an_issue_makes_the_status_1(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus.parent / "articles" / "nothing.txt").write_bytes(b"")
    assert main(["run", "--config", str(corpus), "--json", "--only", "acquire"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["state"] == "issues"
    assert report["totals"]["issues"] == 1
    assert last_run(corpus)["state"] == "issues"


def test_a_run_from_the_shell_starts_its_own_server_and_prints_one_json_object(
    corpus: Path, root: Path, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PYTHONPATH": str(root), "PREFECT_HOME": str(tmp_path / "prefect")}
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "run", "--config", corpus.name, "--json", "--only", "acquire"],
        cwd=corpus.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * STARTUP_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stages"][0]["stage"] == "acquire"
    assert done.stderr == ""


def test_a_flow_reads_the_web_judges_it_and_publishes_what_became_of_each_page(tmp_path: Path) -> None:
    """Feed, article, its cited pages, one of them dead: the rounds of fetch count as one stage."""
    with world(tmp_path) as live:
        held = live.agency.page("/boxes", story("Boxes of May"))
        lost = f"{live.agency.url}/lost"
        cited = [("Boxes of May", held), ("The vote of June", lost)]
        live.journal.page("/a", article("The port grows", cited))
        live.journal.page("/rss.xml", feed({"url": f"{live.journal.url}/a"}))
        report = flowed(live.config)
    assert report["state"] == "issues"
    assert {"article_pages": 1, "source_pages": 1, "pages_dead": 1}.items() <= report["totals"].items()
    assert [one["stage"] for one in report["stages"]].count("fetch") == 1
    assert report["findings"]["dead_source"] == 1
    asked = "SELECT url, reason FROM fetches WHERE purpose = 'page' AND outcome = 'failed'"
    _, rows = query(Path(report["published"]), asked)
    assert list(rows) == [(lost, "not_found")]

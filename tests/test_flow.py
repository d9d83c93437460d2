"""The flow on a real Prefect server: what it does, what it reports, and how it fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import EncoderError, LockHeldError
from tasks.settings import load_settings
from tasks.store.lock import writer_lock
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


def test_a_run_reports_every_stage_and_what_the_database_holds(corpus: Path) -> None:
    report = flowed(corpus)
    stages = {one["stage"]: one for one in report["stages"]}
    assert list(stages) == [
        "acquire", "extract", "normalize", "segment", "cite", "resolve", "embed", "link", "judge", "publish",
    ]  # fmt: skip
    assert report["changed"]
    for one in report["stages"]:
        assert one["pending"] == one["kept"] + sum(one["dropped"].values()), one
    assert report["totals"]["citations"] > 0
    assert report["totals"]["references_resolved"] > 0
    assert report["totals"]["open_findings"] == sum(report["findings"].values()) > 0
    assert Path(report["published"]).resolve().is_file()
    assert json.loads(json.dumps(report)) == report
    assert last_run(corpus)["state"] in ("completed", "issues")


def test_a_second_run_changes_nothing_and_says_so(corpus: Path) -> None:
    first = flowed(corpus)
    second = flowed(corpus)
    assert not second["changed"]
    assert {one["stage"]: (one["pending"], one["rows"]) for one in second["stages"]} == {
        one["stage"]: (0, 0) for one in first["stages"]
    }
    assert second["totals"] == first["totals"]
    assert Path(second["published"]).resolve() == Path(first["published"]).resolve()


def test_stages_run_alone_and_in_the_pipelines_order(corpus: Path) -> None:
    report = flowed(corpus, ["extract", "acquire"])
    assert [one["stage"] for one in report["stages"]] == ["acquire", "extract"]
    assert report["totals"]["article_files"] > 0
    assert report["totals"]["citations"] == 0
    assert flowed(corpus, ["normalize"])["stages"][0]["kept"] > 0


def test_a_run_that_fails_is_recorded_as_failed_and_the_next_one_completes(corpus: Path) -> None:
    text = corpus.read_text(encoding="utf-8")
    corpus.write_text(f'{text}\n[model]\nname = "{corpus.parent}/no-model"\n', encoding="utf-8")
    with pytest.raises(EncoderError):
        flowed(corpus)
    assert last_run(corpus)["state"] == "failed"
    corpus.write_text(text, encoding="utf-8")
    assert flowed(corpus)["totals"]["citations"] > 0
    assert last_run(corpus)["state"] != "failed"


def test_a_run_under_a_held_lock_fails_with_that_error_and_writes_nothing(corpus: Path) -> None:
    database = load_settings(corpus).database.path
    with (
        writer_lock(database, "a test that writes"),
        pytest.raises(LockHeldError, match="a test that writes"),
    ):
        flowed(corpus)
    assert not database.exists()


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
    from flows.cli import main

    status = main(["run", "--config", str(corpus), *arguments])
    out = capsys.readouterr().out
    if expected == "nothing":
        assert out == ""
    elif expected == "json":
        assert status == (1 if json.loads(out)["totals"]["issues"] else 0)
    else:
        assert "published copy" in out
        assert "workscited query" in out
        assert main(["run", "--config", str(corpus)]) == status
        assert "Nothing changed: no document parsed" in capsys.readouterr().out


def test_an_issue_makes_the_status_1(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from flows.cli import main

    (corpus.parent / "articles" / "nothing.txt").write_bytes(b"")
    assert main(["run", "--config", str(corpus), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["state"] == "issues"
    assert report["totals"]["issues"] > 0
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

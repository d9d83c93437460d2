"""The command line: what it prints, where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flows.cli import main
from flows.environment import prepare_prefect
from flows.progress import Bars
from flows.terminal import harmless, one_line
from tasks.store.lock import writer_lock

if TYPE_CHECKING:
    from conftest import Demo

# Long enough for a cold start on a busy machine; nothing is timed here.
PATIENCE = 120


def command(
    *arguments: str, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    root = Path(__file__).resolve().parent.parent
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


COMMANDS = ("init", "check", "run", "add", "fetch", "recheck", "retry", "query", "doctor", "verify")

# Each of these takes a noticeable part of a second, or many, to import.
HEAVY = (
    "duckdb",
    "httpcore2",
    "httpx2",
    "numpy",
    "onnxruntime",
    "prefect",
    "pyarrow",
    "pydantic",
    "torch",
    "trafilatura",
)


def test_help_names_the_commands_and_imports_none_of_what_they_need() -> None:
    code = f"import sys; from flows.cli import main; main(['--help']); print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    for name in COMMANDS:
        assert f" {name} " in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_its_exit_status(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    assert "Exit status: 0" in capsys.readouterr().out


def test_the_version_is_that_of_the_project(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    version = capsys.readouterr().out.strip()
    assert f'version = "{version}"' in (root / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        pytest.param("there is no such configuration file", ["run", "--config", "nowhere.toml"], id="run"),
        pytest.param("there is no such configuration file", ["query", "SELECT 1"], id="query"),
        pytest.param("there is no such configuration file", ["verify"], id="verify"),
        pytest.param(
            "there is no database nowhere", ["query", "SELECT 1", "--database", "nowhere"], id="no database"
        ),
        pytest.param(
            "there is no database nowhere", ["verify", "--database", "nowhere"], id="nothing to verify"
        ),
        pytest.param("nowhere.txt", ["check", "nowhere.txt"], id="check"),
        pytest.param("there is no such configuration file", ["add", "https://a.example/"], id="add"),
        pytest.param("there is no such configuration file", ["fetch", "https://a.example/"], id="fetch"),
        pytest.param("there is no such configuration file", ["recheck"], id="recheck"),
        pytest.param("there is no such configuration file", ["retry"], id="retry"),
    ],
)
def test_an_error_is_one_line_on_standard_error_and_status_2(
    expected: str,
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("workscited: ")
    assert expected in err
    assert len(err.splitlines()) == 1


def test_the_traceback_is_shown_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKSCITED_DEBUG", "1")
    assert main(["verify"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_unknown_stage_is_refused_before_anything_starts(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--config", str(corpus), "--only", "guess"]) == 2
    assert "there is no stage guess; stages are acquire, extract" in capsys.readouterr().err
    assert not (corpus.parent / "data").exists()


@pytest.mark.parametrize(
    ("expected", "origins"),
    [
        pytest.param("no origin carries the tag 'hourli'; none carries any", "", id="no tags"),
        pytest.param(
            "no origin carries the tag 'hourli'; tags are hourly, nightly",
            '[[sources.folders]]\npath = "a"\ntag = "nightly"\n[[sources.folders]]\npath = "a"\ntag = "hourly"\n',
            id="other tags",
        ),
    ],
)
def test_an_unknown_tag_is_refused_before_anything_starts(
    expected: str, origins: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").mkdir()
    config = tmp_path / "workscited.toml"
    config.write_text(f'[articles]\nfolders = ["a"]\n{origins}', encoding="utf-8")
    assert main(["run", "--config", str(config), "--tag", "hourli"]) == 2
    assert expected in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_second_run_ends_with_75_names_the_holder_and_does_not_import_prefect(corpus: Path) -> None:
    database = corpus.parent / "data" / "workscited.duckdb"
    database.parent.mkdir()
    with writer_lock(database, "a test that writes"):
        done = command("run", "--config", str(corpus), PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 75
    imported, said = [], []
    for line in done.stderr.splitlines():
        (imported if line.startswith("import time:") else said).append(line)
    assert len(said) == 1
    assert "a test that writes" in said[0]
    assert f"process {os.getpid()} " in said[0]
    assert imported
    assert not [line for line in imported if line.split("|")[-1].strip() == "prefect"]


def asked(capsys: pytest.CaptureFixture[str], demo: Demo, *arguments: str) -> str:
    assert main(["query", *arguments, "--config", str(demo.config)]) == 0
    return capsys.readouterr().out


def test_a_question_is_answered_as_json(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    question = "SELECT 1 AS one, 'é' AS word, [1.5, NULL] AS numbers, DATE '2020-01-02' AS day, 'nan'::DOUBLE AS none"
    expected = {"one": 1, "word": "é", "numbers": [1.5, None], "day": "2020-01-02", "none": None}
    assert json.loads(asked(capsys, demo, question, "--json")) == [expected]
    assert json.loads(asked(capsys, demo, "SELECT 1 WHERE false", "--json")) == []
    assert len(json.loads(asked(capsys, demo, "SELECT range FROM range(2500)", "--json"))) == 2500


def test_a_question_is_answered_as_csv(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    text = asked(capsys, demo, "SELECT 'a,b' AS x, NULL AS y, ['é'] AS z, 0.123456789 AS f", "--csv")
    assert list(csv.reader(io.StringIO(text))) == [["x", "y", "z", "f"], ["a,b", "", '["é"]', "0.123456789"]]


def test_a_question_is_answered_as_a_table(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    text = asked(capsys, demo, "SELECT 'red [bold]herring[/bold]' AS fish, 0.123456::DOUBLE AS share")
    assert "fish" in text
    assert "red [bold]herring[/bold]" in text
    assert "0.1235" in text


def test_an_answer_too_wide_for_the_terminal_is_printed_one_record_below_the_other(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every name and value can be read whole; on a wide terminal the same answer is a table."""
    question = "SELECT 'the ' || n AS place_of_the_finding, repeat('wide ', n) AS words, 1 AS a_number_with_a_name, 2 AS another_number FROM range(9, 11) t(n)"
    records = [
        f"place_of_the_finding: the {n} words: {'wide ' * n}a_number_with_a_name: 1 another_number: 2"
        for n in (9, 10)
    ]
    monkeypatch.setenv("COLUMNS", "80")
    text = asked(capsys, demo, question)
    assert [" ".join(record.split()) for record in text.split("\n\n")] == records
    assert max(map(len, text.splitlines())) <= 80
    monkeypatch.setenv("COLUMNS", "200")
    assert "┃ place_of_the_finding ┃" in asked(capsys, demo, question)


def test_an_answer_without_rows_says_so(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    question = "SELECT 1 AS one WHERE false"
    assert main(["query", question, "--config", str(demo.config)]) == 0
    assert "(no rows)" in capsys.readouterr().err


def test_a_long_text_alone_stays_in_the_table(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = asked(capsys, demo, "SELECT 1 AS n, repeat('wide ', 40) AS words, 'x' AS last")
    assert "┃ n ┃ words " in text
    assert text.count("wide") == 40


@pytest.mark.parametrize(
    ("expected", "limit"),
    [pytest.param(3, ["--limit", "3"], id="three"), pytest.param(10, ["--limit", "0"], id="all"), pytest.param(10, [], id="enough")],
)  # fmt: skip
def test_a_limit_is_kept_and_said(
    expected: int, limit: list[str], demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "SELECT range FROM range(10)"
    assert main(["query", question, "--config", str(demo.config), "--json", *limit]) == 0
    out, err = capsys.readouterr()
    assert len(json.loads(out)) == expected
    assert ("more rows" in err) == (expected < 10)


def test_named_questions_are_listed_and_answered(
    demo: Demo, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = asked(capsys, demo)
    names = sorted(path.stem for path in (root / "sql" / "examples").glob("*.sql"))
    assert len(names) >= 8
    for name in names:
        assert name in listed
        assert isinstance(json.loads(asked(capsys, demo, name, "--json")), list)


@pytest.mark.parametrize("form", ["--json", "--csv", "--limit=5"], ids=["json", "csv", "table"])
def test_escape_codes_in_data_do_not_reach_the_terminal(
    form: str, demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    question = (
        "SELECT 'a' || chr(27) || '[31mred' || chr(7) || chr(155) || chr(8238) AS word, [chr(27)] AS list"
    )
    text = asked(capsys, demo, question, form)
    assert "red" in text
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("plain é 漢 👩‍👧", "plain é 漢 👩‍👧", id="plain text stays"),
        pytest.param("a b c", "a\nb\tc", id="breaks become spaces"),
        pytest.param("a\ufffd[2Jb", "a\x1b[2Jb", id="escape"),
        pytest.param("a\ufffdb", "a\x9bb", id="one-byte escape"),
        pytest.param("a\ufffdb", "a\u202eb", id="right to left override"),
        pytest.param("a\ufffdb", "a\ud800b", id="lone surrogate"),
    ],
)
def test_a_line_shows_text_and_obeys_none_of_it(expected: str, text: str) -> None:
    assert one_line(text) == expected
    assert harmless(text).split() == expected.split()


@pytest.mark.parametrize(
    "question",
    ["COPY (SELECT 1) TO 'out.csv'", "SELECT * FROM '/etc/passwd'", "DROP TABLE runs", "SELEC 1", "SELECT 1; SELECT 2", "nobody_asked_this"],
)  # fmt: skip
def test_what_is_no_question_is_refused_with_one_line(
    question: str, demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["query", question, "--config", str(demo.config)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_verify_holds_on_the_demo_and_fails_on_a_broken_copy(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import duckdb

    assert main(["verify", "--config", str(demo.config)]) == 0
    assert "0 failed" in capsys.readouterr().out
    broken = tmp_path / "broken.duckdb"
    shutil.copy(demo.database, broken)
    with duckdb.connect(str(broken)) as con:
        con.execute("UPDATE sentences SET end_at = start_at - 1")
    assert main(["verify", "--database", str(broken)]) == 1
    assert "FAILED" in capsys.readouterr().out
    assert main(["verify", "--database", str(broken), "--json"]) == 1
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert not report["ok"]
    assert sum(report["checks"].values()) > 0


def test_verify_refuses_what_is_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("not a database", encoding="utf-8")
    assert main(["verify", "--database", str(tmp_path / "notes.txt")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        pytest.param("120", {}, id="filled in"),
        pytest.param(
            "7", {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "7"}, id="the user's own stays"
        ),
    ],
)
def test_prefect_is_told_what_the_user_has_not_said(expected: str, given: dict[str, str]) -> None:
    environment = {**given, "PREFECT_API_URL": "", "PREFECT_HOME": "/somewhere"}
    prepare_prefect(environment)
    assert environment["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] == expected
    assert (environment["DO_NOT_TRACK"], environment["PREFECT_SERVER_ANALYTICS_ENABLED"]) == ("1", "false")
    assert "PREFECT_API_URL" not in environment
    assert environment["PREFECT_HOME"] == "/somewhere"


def test_a_bar_names_its_stage_and_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Makes rich draw as it does in a terminal.
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Bars() as bars:
        bars.start("embed", 4)
        bars.advance(3)
        bars.advance(1)
        bars.finish()
        bars.start("link", 0)
        bars.finish()
    out, err = capsys.readouterr()
    assert out == ""
    assert "embed" in err
    assert "4/4" in err
    assert "link" in err


def looked(capsys: pytest.CaptureFixture[str], config: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    status = main(["doctor", "--config", str(config), "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["healthy"] == (status == 0)
    return status, {check["name"]: check for check in report["checks"]}


def test_the_doctor_finds_the_demo_healthy(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    status, checks = looked(capsys, demo.config)
    assert [name for name, check in checks.items() if not check["ok"]] == []
    assert status == 0
    assert checks["duckdb"]["seen"].startswith("2.")
    assert "53aa51172d142c89" in checks["model"]["seen"]
    assert checks["prefect's server"]["seen"] == "imports"
    assert checks["lock"]["seen"] == "free"
    assert checks["last run"]["seen"].startswith("completed")
    assert checks["published copy"]["seen"].startswith(str(demo.published))


def test_the_doctor_names_who_holds_the_lock(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    with writer_lock(demo.database, "a test that writes"):
        status, checks = looked(capsys, demo.config)
    assert status == 0
    assert "a test that writes" in checks["lock"]["seen"]
    assert checks["last run"]["seen"] == "is under way"


def test_the_doctor_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "workscited.toml"
    config.write_text("[articles]\nfolders = ['nowhere']\n", encoding="utf-8")
    status, checks = looked(capsys, config)
    assert status == 1
    assert "there is no folder" in checks["configuration"]["seen"]
    assert main(["doctor", "--config", str(config)]) == 1
    assert "WRONG  configuration" in capsys.readouterr().out

"""The commands that ask for pages: what they print, what they keep, and how they end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from origin import Origin

from flows.cli import main
from flows.commands.visits import told
from tasks.settings import load_settings
from tasks.stages import end_run, run_stage, start_run
from tasks.store.lock import writer_lock
from tasks.store.read import query
from tasks.store.store import Store

PAGE = "<html><head><title>Rents rise</title></head><body><p>{}</p></body></html>".format("Rents rose. " * 40)
# Larger than what the settings of these tests let a page be.
TOO_LARGE = b"x" * 1_100_000
SHOWN_LATER = "(`workscited query` shows this after the next `workscited run`)"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration that may ask this machine, without waiting between two requests."""
    (tmp_path / "articles").mkdir()
    path = tmp_path / "workscited.toml"
    path.write_text(
        '[articles]\nfolders = ["articles"]\n[fetch]\ncontact = "desk@journal.example"\narchive = ""\n'
        'allow = ["127.0.0.0/8"]\ndelay_seconds = 0\ntries = 1\nmax_megabytes = 1\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as one:
        one.page("/rents", PAGE, etag='"1"')
        one.redirect("/old", "/rents")
        one.page("/gone", "gone", status=410)
        one.page("/forbidden", "no", status=403)
        one.page("/broken", "oh", status=500)
        one.page("/large", TOO_LARGE)
        yield one


def pages(config: Path) -> dict[str, tuple[str, str]]:
    """Return role and state of each page that the database knows, by the path of its address."""
    with Store.open_read_only(load_settings(config).database.path) as store:
        rows = store.con.execute("SELECT url, role, state FROM pages ORDER BY url").fetchall()
    return {f"/{url.rpartition('/')[2]}": (role, state) for url, role, state in rows}


def runs(config: Path) -> list[str]:
    with Store.open_read_only(load_settings(config).database.path) as store:
        return [row[0] for row in store.con.execute("SELECT state FROM runs ORDER BY started_at").fetchall()]


@pytest.mark.parametrize(
    ("expected", "option"),
    [pytest.param("article", [], id="articles"), pytest.param("source", ["--source"], id="sources")],
)
def test_added_pages_wait_for_the_next_run_and_nothing_is_asked_for(
    expected: str, option: list[str], config: Path, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = [origin.url + "/rents", origin.url + "/gone", origin.url + "/rents"]
    assert main(["add", *urls, *option, "--config", str(config)]) == 0
    assert capsys.readouterr().out == f"2 new {expected}s, 0 known before\n"
    assert pages(config) == {"/rents": (expected, "waiting"), "/gone": (expected, "waiting")}
    assert main(["add", urls[0], *option, "--config", str(config)]) == 0
    assert capsys.readouterr().out == f"0 new {expected}s, 1 known before\n"
    assert origin.requests == []
    assert runs(config) == ["completed", "completed"]


@pytest.mark.parametrize(
    ("expected", "path", "status"),
    [
        pytest.param("kept  200  551 bytes  {url}/rents", "/rents", 0, id="kept"),
        pytest.param("kept  200  551 bytes  {url}/old → {url}/rents", "/old", 0, id="redirected"),
        pytest.param("dead: gone (410)  {url}/gone", "/gone", 1, id="gone"),
        pytest.param("dead: not found (404)  {url}/nowhere", "/nowhere", 1, id="not found"),
        pytest.param("blocked: forbidden (403)  {url}/forbidden", "/forbidden", 1, id="forbidden"),
        pytest.param("may pass: server error (500)  {url}/broken", "/broken", 1, id="broken"),
        pytest.param("failed: too large", "/large", 1, id="too large"),
    ],
)
def test_a_page_that_is_fetched_gets_a_line_that_says_what_happened(
    expected: str, path: str, status: int, config: Path, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", origin.url + path, "--config", str(config)]) == status
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(expected.format(url=origin.url))
    assert line.endswith(path) or path == "/old"


def test_several_pages_are_counted_and_one_that_failed_makes_the_status_1(
    config: Path, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = [origin.url + path for path in ("/rents", "/gone", "/forbidden")]
    assert main(["fetch", *urls, "--config", str(config)]) == 1
    *lines, total = capsys.readouterr().out.splitlines()
    assert sorted(line.split()[0] for line in lines) == ["blocked:", "dead:", "kept"]
    assert total == "3 pages: 1 blocked, 1 dead, 1 kept"
    assert pages(config)["/rents"] == ("source", "held")
    assert runs(config) == ["issues"]


@pytest.mark.parametrize(
    ("expected", "option"),
    [pytest.param("source", [], id="sources"), pytest.param("article", ["--article"], id="articles")],
)
def test_fetched_pages_are_held_as_sources_unless_told_otherwise(
    expected: str, option: list[str], config: Path, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", origin.url + "/rents", *option, "--config", str(config), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["url"], row["outcome"], row["status"]) == (origin.url + "/rents", "kept", 200)
    assert pages(config) == {"/rents": (expected, "held")}
    (request,) = [one for one in origin.requests if one.path == "/rents"]
    assert request.headers["user-agent"].startswith("workscited/")
    assert request.headers["user-agent"].endswith(" (+desk@journal.example)")


def test_pages_are_asked_for_again_and_what_changed_is_said(
    config: Path, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", origin.url + "/rents", origin.url + "/gone", "--config", str(config)]) == 1
    capsys.readouterr()
    assert main(["recheck", "--config", str(config)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"unchanged  {origin.url}/rents" in lines
    assert f"dead: gone (410)  {origin.url}/gone" in lines
    origin.page("/rents", PAGE + "<p>Rents fell.</p>", etag='"2"')
    origin.page("/gone", PAGE)
    assert main(["recheck", "--dead", "--config", str(config)]) == 0
    assert capsys.readouterr().out == f"kept  200  551 bytes  {origin.url}/gone\n"
    assert main(["recheck", "--limit", "1", "--config", str(config)]) == 0
    size = len(PAGE) + len("<p>Rents fell.</p>")
    assert capsys.readouterr().out == f"changed: a new version is held  {size} bytes  {origin.url}/rents\n"


@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        pytest.param([SHOWN_LATER], ["add", "{url}/new"], id="added"),
        pytest.param([], ["add", "{url}/rents", "--source"], id="known before"),
        pytest.param([SHOWN_LATER], ["fetch", "{url}/rents"], id="fetched"),
        pytest.param([SHOWN_LATER], ["fetch", "{url}/nowhere"], id="not got"),
        pytest.param([], ["fetch", "{url}/rents", "--json"], id="fetched, for a program"),
        pytest.param([SHOWN_LATER], ["recheck"], id="asked again"),
        pytest.param([], ["recheck", "--json"], id="asked again, for a program"),
        pytest.param(["(no pages)"], ["recheck", "--dead"], id="nothing to ask"),
        pytest.param([SHOWN_LATER], ["retry"], id="tried again"),
    ],
)
def test_what_readers_of_the_published_copy_do_not_see_yet_is_said(
    expected: list[str],
    arguments: list[str],
    config: Path,
    origin: Origin,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fetch", origin.url + "/rents", "--config", str(config)]) == 0
    for _ in range(3):
        assert main(["fetch", origin.url + "/broken", "--config", str(config)]) == 1
    capsys.readouterr()
    main([one.format(url=origin.url) for one in arguments] + ["--config", str(config)])
    assert capsys.readouterr().err.splitlines() == expected


def test_after_a_run_readers_of_the_published_copy_see_it(config: Path, origin: Origin) -> None:
    assert main(["fetch", origin.url + "/rents", origin.url + "/gone", "--config", str(config)]) == 1
    settings = load_settings(config)
    with writer_lock(settings.database.path, "a test's run"):
        run_id = start_run(settings)
        run_stage("publish", settings, run_id)
        end_run(settings, run_id, (), "ok")
    _, rows = query(settings.database.current, "SELECT state FROM pages ORDER BY state")
    assert list(rows) == [("failed",), ("held",)]


def test_where_nothing_is_to_be_asked_again_that_is_said(
    config: Path, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", origin.url + "/rents", "--config", str(config)]) == 0
    assert main(["recheck", "--config", str(config)]) == 0
    assert "(no pages)" in capsys.readouterr().err
    assert main(["recheck", "--config", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_what_was_set_aside_is_tried_again(
    config: Path, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        assert main(["fetch", origin.url + "/broken", "--config", str(config)]) == 1
    assert pages(config) == {"/broken": ("source", "set_aside")}
    capsys.readouterr()
    assert main(["retry", "--config", str(config)]) == 0
    assert capsys.readouterr().out == "1 item to be tried again by the next run\n"
    assert pages(config) == {"/broken": ("source", "waiting")}
    assert main(["retry", "--config", str(config)]) == 0
    assert capsys.readouterr().out == "0 items to be tried again by the next run\n"


@pytest.mark.parametrize("command", ["add", "fetch"])
@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("ftp", "ftp://journal.example/a", id="other scheme"),
        pytest.param("file", "file:///etc/passwd", id="file"),
        pytest.param("10.1.2.3", "http://10.1.2.3/", id="private address"),
        pytest.param("81", "http://journal.example:81/", id="port"),
        pytest.param("journal.example", "http://me:secret@journal.example/", id="password"),
        pytest.param("words", "words", id="words"),
        pytest.param("a\ufffd", "https://journal.example/a\x1b[2J", id="escape code"),
    ],
)
def test_addresses_that_cannot_be_asked_get_a_line_each_and_status_2(
    expected: str, url: str, command: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Whose own machine may be asked at any port may have a name for it.
    config.write_text(config.read_text(encoding="utf-8").replace("allow", "# allow"), encoding="utf-8")
    assert main([command, url, "--config", str(config)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 2
    assert expected in err.splitlines()[0]
    assert "\x1b" not in err
    assert not (config.parent / "data").exists()


def test_a_bad_address_beside_a_good_one_makes_the_status_1(
    config: Path, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "words", origin.url + "/rents", "--config", str(config)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("kept")
    assert err.splitlines()[1:] == [SHOWN_LATER]
    assert main(["add", "words", origin.url + "/rents", "--config", str(config)]) == 1


@pytest.mark.parametrize(
    "arguments", [["add", "https://a.example/"], ["fetch", "https://a.example/"], ["recheck"]]
)
def test_nobody_is_asked_in_the_name_of_nobody(
    arguments: list[str], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text('[articles]\nfolders = ["articles"]\n', encoding="utf-8")
    assert main([*arguments, "--config", str(config)]) == 2
    err = capsys.readouterr().err
    assert f"{config}: [fetch] contact is empty" in err
    assert len(err.splitlines()) == 1
    assert not (config.parent / "data").exists()


@pytest.mark.parametrize("arguments", [["recheck"], ["retry"]])
def test_what_needs_a_database_says_that_there_is_none(
    arguments: list[str], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--config", str(config)]) == 2
    assert "first workscited run" in capsys.readouterr().err
    assert not (config.parent / "data").exists()


@pytest.mark.parametrize(
    "arguments", [["add", "https://a.example/"], ["fetch", "https://a.example/"], ["recheck"], ["retry"]]
)
def test_while_another_run_writes_the_status_is_75(
    arguments: list[str], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = load_settings(config).database.path
    with writer_lock(database, "a test that writes"):
        database.touch()
        assert main([*arguments, "--config", str(config)]) == 75
    assert "a test that writes" in capsys.readouterr().err


def test_a_run_that_is_interrupted_is_recorded_as_failed(
    config: Path, origin: Origin, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The process is interrupted while the page is on its way."""
    monkeypatch.setattr("tasks.stages.live.fetch_pages", interrupted)
    assert main(["fetch", origin.url + "/rents", "--config", str(config)]) == 130
    assert capsys.readouterr().err == "workscited: interrupted; the next run goes on from here\n"
    assert runs(config) == ["failed"]


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


ROW: dict[str, Any] = {
    "url": "https://a.example/b",
    "final_url": "https://a.example/b",
    "outcome": "failed",
    "status": None,
    "reason": "",
    "detail": "",
    "bytes": 0,
    "document_id": "",
    "archived_at": None,
}


@pytest.mark.parametrize(
    ("expected", "row"),
    [
        pytest.param("kept  200  12 bytes  {}", {"outcome": "kept", "status": 200, "bytes": 12}, id="bytes"),
        pytest.param("kept  200  34 kB  {}", {"outcome": "kept", "status": 200, "bytes": 34_499}, id="kilobytes"),
        pytest.param("kept  200  2.5 MB  {}", {"outcome": "kept", "status": 200, "bytes": 2_500_000}, id="megabytes"),
        pytest.param("kept  200  1 kB  copy of 2024-05-01  {}", {"outcome": "kept", "status": 200, "bytes": 1_000, "archived_at": "2024-05-01T10:00:00+00:00"}, id="archived copy"),
        pytest.param("unchanged  {}", {"outcome": "unchanged", "status": 304}, id="unchanged"),
        pytest.param("dead: there is no such host  {}", {"reason": "no_such_host"}, id="no host"),
        pytest.param("blocked: its robots.txt forbids it  {}", {"reason": "robots_disallowed"}, id="robots"),
        pytest.param("blocked: too many requests (429)  {}", {"reason": "too_many_requests", "status": 429}, id="blocked rather than passing"),
        pytest.param("may pass: timed out, 60 s  {}", {"reason": "timed_out", "detail": "60 s"}, id="with a detail"),
        pytest.param("not asked: this run's budget is spent  {}", {"reason": "budget_spent"}, id="not asked"),
        pytest.param("not asked: its host is left alone for a while  {}", {"reason": "host_paused"}, id="paused"),
        pytest.param("failed: too large  {}", {"reason": "too_large", "status": 200}, id="a good status is no reason"),
        pytest.param("failed: no page of text, a\ufffd[2Jb c  {}", {"reason": "not_text", "detail": "a\x1b[2Jb\nc"}, id="what a server says is not obeyed"),
        pytest.param("unchanged  {} → https://c.example/", {"outcome": "unchanged", "final_url": "https://c.example/"}, id="redirected"),
    ],
)  # fmt: skip
def test_a_line_says_in_words_what_became_of_a_page(expected: str, row: dict[str, Any]) -> None:
    assert told({**ROW, **row}) == expected.format(ROW["url"])


def test_a_page_that_was_held_and_is_kept_has_changed() -> None:
    row = {**ROW, "outcome": "kept", "status": 200, "bytes": 1_000}
    assert told(row, again=True) == f"changed: a new version is held  1 kB  {ROW['url']}"
    assert told({**ROW, "outcome": "unchanged"}, again=True) == f"unchanged  {ROW['url']}"

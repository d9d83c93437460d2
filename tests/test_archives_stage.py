"""Archived crawls as an origin: pages held as if fetched when captured, read once, whatever befalls the files."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from live_world import World, article, story, world

from tasks.stages import start_run
from tasks.stages.live import recheck
from tasks.stages.work import Context
from tasks.store.logical import logical_content
from tasks.store.store import Store
from tasks.store.verify import verify

# Each of them runs the stages several times over a small web: half a minute together.
pytestmark = pytest.mark.slow

URL = "http://paper.example/wall"
EARLY, LATE = "2019-03-04T05:06:07Z", "2020-03-04T05:06:07Z"
ONE_DAY = 86_400

# Archives that are made for a test of batches have this many pages in batches of that many.
MANY_PAGES, PAGES_A_BATCH = 600, 100


@pytest.fixture
def live(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "crawl").mkdir()
    with world(tmp_path) as made:
        made.configure('warcs = ["crawl/*.warc*"]', sources="")
        yield made
        assert [] == verify(made.settings.database.path)


def record(
    body: str = "", url: str = URL, when: str = EARLY, status: str = "200 OK", kind: str = "html"
) -> bytes:
    """A record of a WARC file that holds a page as it was served."""
    page = (body or story("The wall")).encode()
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n".encode() + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {when}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def keep(live: World, *records: bytes, name: str = "a.warc.gz", age: int = 0) -> Path:
    """Write an archive whose time of change lies ``age`` days back, so that it can be told from another."""
    path = live.config.parent / "crawl" / name
    path.write_bytes(b"".join(map(gzip.compress, records)) if name.endswith(".gz") else b"".join(records))
    changed = datetime.now(UTC).timestamp() - age * ONE_DAY
    os.utime(path, (changed, changed))
    return path


def acquire(live: World) -> None:
    live.run(stages=("acquire",))


def batches(live: World) -> list[int]:
    """How many pages each batch of the last run kept."""
    found: list[int] = live.ask(
        "SELECT kept FROM batches WHERE stage = 'fetch' AND kept > 0 AND run_id = "
        "(SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1) ORDER BY batch"
    )
    return found


def test_a_page_of_an_archive_is_held_under_its_address_at_the_time_of_its_capture(live: World) -> None:
    keep(live, record())
    live.run(stages=("acquire", "extract", "normalize"))
    assert [("article", URL, False)] == live.ask("SELECT role, uri, gone FROM locations")
    assert [("warc", "kept", 200, "2019-03-04 05:06:07")] == live.ask(
        "SELECT purpose, outcome, status, fetched_at::VARCHAR FROM fetches"
    )
    assert [("held", "warc", "crawl/a.warc.gz")] == live.ask("SELECT state, origin, via FROM pages")
    assert ["The wall"] == live.ask("SELECT title FROM documents")


def test_a_second_run_reads_nothing_and_a_changed_file_is_read_again(live: World) -> None:
    """A file is known by its size and its time of change."""
    keep(live, record(), age=2)
    acquire(live)
    assert [1] == batches(live)
    acquire(live)
    assert [] == batches(live)
    keep(live, record(), record(url=f"{URL}/2"), age=1)
    acquire(live)
    assert [2] == batches(live)
    assert [URL, f"{URL}/2"] == live.ask("SELECT uri FROM locations WHERE NOT gone ORDER BY uri")
    assert [2] == live.ask("SELECT count(*) FROM fetches")


def test_what_was_read_stays_held_when_the_archive_is_moved_away(live: World) -> None:
    path = keep(live, record())
    acquire(live)
    path.unlink()
    acquire(live)
    assert [False] == live.ask("SELECT gone FROM locations")


@pytest.mark.parametrize(
    ("expected", "limit"), [pytest.param(2, 2, id="limited"), pytest.param(3, 0, id="unlimited")]
)
def test_a_limit_is_the_most_pages_that_are_read(expected: int, limit: int, live: World) -> None:
    """And a raised one reads the file again."""
    keep(live, *(record(story(f"Story {n}", n), f"{URL}/{n}") for n in range(3)))
    for most in (1, limit):
        live.configure(f'warcs = [{{ pattern = "crawl/*.warc.gz", limit = {most} }}]', sources="")
        acquire(live)
    assert [expected] == live.ask("SELECT count(*) FROM pages WHERE state = 'held'")


def test_a_limit_is_one_for_all_files_of_a_pattern(live: World) -> None:
    """They take of it in the order of their names; a file for which nothing is left is not read."""
    for name in "abc":
        keep(
            live,
            *(record(story(f"Story {name}", n), f"{URL}/{name}{n}") for n in range(3)),
            name=f"{name}.warc",
        )
    for expected, limit in ((4, 4), (4, 4), (5, 5), (9, 0), (9, 4)):
        live.configure(f'warcs = [{{ pattern = "crawl/*.warc", limit = {limit} }}]', sources="")
        acquire(live)
        assert [expected] == live.ask("SELECT count(*) FROM pages WHERE state = 'held'")
        left_out = [("crawl/c.warc", "over_limit")] if expected < 9 else []
        assert left_out == live.ask("SELECT item, reason FROM ledger WHERE stage = 'acquire' AND NOT kept")
    assert [] == batches(live)


def test_what_was_pending_is_what_was_kept_and_dropped(live: World) -> None:
    """Pages and files alike."""
    keep(live, record(), record(url=f"{URL}/2"))
    keep(live, name="b.warc").write_bytes(b"no archive")
    for expected in ((4, 3), (0, 0)):
        counts = live.run(("acquire",))["acquire"]
        assert expected == (counts.pending, counts.kept)
        assert counts.pending == counts.kept + sum(counts.dropped.values())


@pytest.mark.parametrize("roles", ["articles and sources", "two patterns"])
def test_a_file_that_two_origins_name_is_read_once_for_each_role(roles: str, live: World) -> None:
    """Not anew in every run, each reading making the other forget."""
    keep(live, record())
    one, other = 'warcs = ["crawl/*.gz"]', 'warcs = [{ pattern = "crawl/a.*", limit = 5 }]'
    if roles == "two patterns":
        one, other = 'warcs = ["crawl/*.gz", { pattern = "crawl/a.*", limit = 5 }]', ""
    live.configure(one, other)
    acquire(live)
    assert ([1, 1] if other else [1]) == batches(live)
    acquire(live)
    assert [] == batches(live)
    held = ["article", "source"] if other else ["article"]
    assert held == live.ask("SELECT role FROM pages WHERE state = 'held' ORDER BY role")


@pytest.mark.parametrize(
    "order",
    [pytest.param((0, 1), id="older first"), pytest.param((1, 0), id="newer first")],
)
@pytest.mark.parametrize(
    "files", ["one file", pytest.param("two files", marks=pytest.mark.slow), "two runs", "two batches"]
)
def test_of_two_captures_the_newest_is_held_and_the_older_is_a_version(
    files: str, order: tuple[int, int], live: World
) -> None:
    """In whatever order they come."""
    records = [record(story("The wall", 1), when=EARLY), record(story("The wall", 22), when=LATE)]
    one, other = (records[n] for n in order)
    if files == "one file":
        keep(live, one, other)
    elif files == "two batches":
        live.configure('warcs = ["crawl/*.gz"]', sources="", fetch="[run]\nbatch_documents = 1")
        keep(live, one, other)
    else:
        keep(live, one, name="a.warc.gz")
        if files == "two runs":
            acquire(live)
        keep(live, other, name="b.warc.gz")
    live.run(stages=("acquire", "extract", "normalize"))
    assert [(False, "2019-03-04 05:06:07"), (True, "2020-03-04 05:06:07")] == live.ask(
        "SELECT is_current, last_fetched_at::VARCHAR FROM page_versions ORDER BY last_fetched_at"
    )
    assert [True] == live.ask(
        "SELECT text LIKE '%counted 22 boxes%' FROM documents JOIN current_documents USING (document_id)"
    )


def test_two_captures_of_one_moment_are_one_attempt(live: World) -> None:
    """Crawls are put together of others and hold a record twice, or two of one second; the last one counts."""
    keep(live, record(), record(), record(story("The wall", 7)))
    acquire(live)
    assert [(True, 1)] == live.ask("SELECT is_current, count(*) OVER () FROM page_versions")
    assert [1] == live.ask("SELECT count(*) FROM fetches")


def test_two_spellings_of_an_address_are_one_page(live: World) -> None:
    keep(live, record(), record(url="https://www.paper.example/wall?utm_source=x", when=LATE))
    acquire(live)
    assert ["held"] == live.ask("SELECT state FROM pages")
    assert [1] == live.ask("SELECT count(*) FROM locations")
    assert [2] == live.ask("SELECT count(*) FROM fetches")


@pytest.mark.parametrize(
    ("expected", "when"),
    [
        pytest.param(["page"], EARLY, id="captured before"),
        pytest.param(["warc"], "2100-01-01T00:00:00Z", id="captured after"),
    ],
)
def test_a_page_that_was_fetched_later_than_its_capture_stays(
    expected: list[str], when: str, live: World
) -> None:
    """The capture is a version of it all the same."""
    url = live.journal.page("/wall", story("The wall", 5))
    (live.config.parent / "urls.txt").write_text(url)
    live.configure('lists = ["urls.txt"]\nwarcs = ["crawl/*.gz"]', sources="")
    acquire(live)
    keep(live, record(story("The wall", 9), url, when))
    acquire(live)
    assert [2] == live.ask("SELECT count(*) FROM page_versions")
    assert expected == live.ask(
        "SELECT purpose FROM fetches JOIN current_documents USING (document_id) WHERE document_id IS NOT NULL"
    )
    assert ["list"] == live.ask("SELECT origin FROM pages")


def test_a_page_that_was_found_unchanged_after_its_capture_stays(live: World) -> None:
    """The capture tells of a time between the two."""
    url = live.journal.page("/wall", story("The wall", 5), etag='"1"')
    listed = 'lists = ["urls.txt"]'
    (live.config.parent / "urls.txt").write_text(url)
    live.configure(listed, sources="")
    acquire(live)
    between = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    settings = live.settings
    run_id = start_run(settings)
    with Store.open(settings.database.path) as store, Context(store, settings, run_id, None) as context:
        assert ["unchanged"] == [row["outcome"] for row in recheck(context)]
    keep(live, record(story("The wall", 9), url, between))
    live.configure(f'{listed}\nwarcs = ["crawl/*.gz"]', sources="")
    acquire(live)
    assert [("page", True), ("warc", False)] == live.ask(
        "SELECT purpose, is_current FROM page_versions JOIN fetches USING (document_id) ORDER BY purpose"
    )


def test_what_is_known_of_a_page_stays_known_when_an_archive_brings_it(live: World) -> None:
    """Where it became known, its title, and that it died after it was captured."""
    url = f"{live.journal.url}/wall"
    live.journal.page(
        "/rss.xml",
        f"<rss><channel><item><link>{url}</link><title>The wall stands</title></item></channel></rss>",
    )
    live.configure(f'feeds = ["{live.journal.url}/rss.xml"]\nwarcs = ["crawl/*.gz"]', sources="")
    acquire(live)
    assert [("failed", "not_found")] == live.ask("SELECT state, reason FROM pages")
    keep(live, record(url=url))
    acquire(live)
    assert [("held", "not_found", "feed", "The wall stands")] == live.ask(
        "SELECT state, reason, origin, title FROM pages"
    )


def test_a_source_of_an_archive_resolves_the_entry_that_names_its_address(live: World) -> None:
    """And is not asked for, though cited pages are fetched."""
    cited = f"{live.agency.url}/boxes"
    (live.config.parent / "own").mkdir()
    (live.config.parent / "own" / "a.html").write_text(article("The port grows", [("Boxes of May", cited)]))
    live.configure('folders = ["own"]', 'cited = true\nwarcs = ["crawl/*.gz"]')
    keep(live, record(story("Boxes of May"), cited))
    live.run()
    assert [("url", "")] == live.ask("SELECT method, reason FROM resolutions")
    assert [] == live.agency.paths


@pytest.mark.parametrize(
    ("expected", "damage"),
    [
        pytest.param((1, "broken_archive"), lambda whole: whole[:-40], id="cut off"),
        pytest.param((0, "broken_archive"), lambda whole: b"no archive", id="something else"),
        pytest.param((0, "broken_archive"), lambda whole: b"", id="empty"),
        pytest.param((1, "bad_record"), lambda whole: whole[:-40] + b"\0" * 40, id="zeros at the end"),
        pytest.param(
            (1, "bad_record"),
            lambda whole: whole.replace(b"WARC-Date: 2020", b"WARC-Date: when"),
            id="a record without date",
        ),
    ],
)
def test_of_a_broken_archive_what_can_be_read_is_kept_and_the_rest_is_an_issue(
    expected: tuple[int, str], damage: object, live: World
) -> None:
    """Once: the next run does not try it again, one of the mended file does and forgets the issue."""
    assert callable(damage)
    pages, reason = expected
    whole = record() + record(url=f"{URL}/2", when=LATE)
    path = keep(live, name="a.warc", age=2)
    path.write_bytes(damage(whole))
    for _ in range(2):
        acquire(live)
        assert [pages] == live.ask("SELECT count(*) FROM pages WHERE state = 'held'")
        assert [("crawl/a.warc", reason)] == live.ask(
            "SELECT item, reason FROM issues WHERE stage = 'acquire'"
        )
    keep(live, whole, name="a.warc")
    acquire(live)
    assert [2] == live.ask("SELECT count(*) FROM pages WHERE state = 'held'")
    assert [0] == live.ask("SELECT count(*) FROM issues WHERE stage = 'acquire'")


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"])
def test_a_capture_of_no_likely_time_is_kept_all_the_same(when: str, live: World) -> None:
    """Whatever the archive says: a run goes on."""
    keep(live, record(when=when), record(url=f"{URL}/2"))
    acquire(live)
    assert [2] == live.ask("SELECT count(*) FROM pages WHERE state = 'held'")
    assert [when[:10]] == live.ask(f"SELECT fetched_at::DATE::VARCHAR FROM fetches WHERE url = '{URL}'")


def test_an_archive_of_many_pages_is_read_in_batches(live: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the setting's size, and of few bytes where pages are large; none is left out."""
    live.configure('warcs = ["crawl/*.gz"]', sources="", fetch=f"[run]\nbatch_documents = {PAGES_A_BATCH}")
    keep(live, *(record(f"<p>Story {n} of the wall.</p>", f"{URL}/{n}") for n in range(MANY_PAGES)))
    acquire(live)
    assert [PAGES_A_BATCH] * (MANY_PAGES // PAGES_A_BATCH) == batches(live)
    monkeypatch.setattr("tasks.stages.archives.BYTES_A_BATCH", 2_000)
    keep(live, *(record("<p>" + "wall " * 150, f"{URL}/{n}") for n in range(9)), name="b.warc.gz")
    acquire(live)
    assert [3, 3, 3] == batches(live)


KILLED = """
import os, signal, sys
from pathlib import Path
import tasks.stages.archives as archives
from tasks.settings import load_settings
from tasks.stages import run_stage, start_run

keep, left = archives._keep, [int(sys.argv[2])]

def dying(*args):
    keep(*args)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)

archives._keep = dying
settings = load_settings(Path(sys.argv[1]))
run_stage("acquire", settings, start_run(settings))
"""


@pytest.mark.parametrize("batch", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_a_reading_that_was_killed_is_completed_by_the_next_run(
    batch: int, live: World, root: Path, tmp_path: Path
) -> None:
    """With nothing lost and nothing twice: what is held is what an uninterrupted reading holds."""
    live.configure('warcs = ["crawl/*.gz"]', sources="", fetch="[run]\nbatch_documents = 2")
    keep(live, *(record(story(f"Story {n}", n), f"{URL}/{n % 7}", f"20{n:02}-01-01") for n in range(10, 20)))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(live.config), str(batch)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert -signal.SIGKILL == done.returncode, done.stderr
    assert [2 * batch] == live.ask("SELECT count(*) FROM fetches")
    live.run(stages=("acquire", "extract"))
    assert [10] == live.ask("SELECT count(*) FROM fetches")
    shutil.copytree(tmp_path / "crawl", tmp_path / "whole" / "crawl", copy_function=shutil.copy2)
    with world(tmp_path / "whole") as other:
        other.configure('warcs = ["crawl/*.gz"]', sources="", fetch="[run]\nbatch_documents = 2")
        other.run(stages=("acquire", "extract"))
        assert logical_content(other.settings.database.path) == logical_content(live.settings.database.path)


def test_each_of_the_real_archives_ends_read_or_with_an_issue(shared: Path, live: World) -> None:
    """Damaged ones included; one that is named otherwise lies here as a copy."""
    folder = shared / "data" / "warc"
    real = [path for path in folder.iterdir() if path.name != "LICENSE"]
    for path in real:
        if path.suffix == ".bad":
            shutil.copy(path, live.config.parent / "crawl" / path.stem)
    named = ", ".join(f'"{folder}/*{ending}"' for ending in (".warc", ".warc.gz", ".arc", ".arc.gz"))
    live.configure(f'warcs = [{named}, "crawl/*.gz"]', sources="")
    acquire(live)
    read = live.ask("SELECT DISTINCT item FROM ledger WHERE stage = 'acquire'")
    assert 16 == len(real) == len(read)
    assert [0] == live.ask(
        "SELECT count(*) FROM ledger WHERE stage = 'acquire' AND NOT kept AND "
        "item NOT IN (SELECT item FROM issues WHERE stage = 'acquire' AND reason <> '')"
    )
    # Four are damaged in their records, three of them so that no page is left.
    assert 4 <= len(live.ask("SELECT DISTINCT item FROM issues WHERE stage = 'acquire'"))
    assert 2 <= live.ask("SELECT count(*) FROM pages WHERE state = 'held'")[0]
    acquire(live)
    assert [] == batches(live)

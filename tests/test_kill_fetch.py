"""kill -9 at any request or statement of a run that reads the web: no page is lost, none is stored twice.

A page that was answered and whose commit was killed is asked for again; nothing else is done twice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from live_world import World, article, feed, html_page, story, world

from tasks.fetch.archive import availability_url
from tasks.stages.fetching import MOST_ATTEMPTS
from tasks.store.logical import logical_content
from tasks.store.verify import verify

# The promise is made for so many kills at least.
LEAST_KILLS = 100
# So many kills on a database of their own each, spread over a run from its first event to its last.
FRESH_KILLS = 8
# How much longer each run goes on than the one before where the clock kills: no multiple of what a run does.
LONGER_MILLISECONDS = 130
# Twice what a run has: a series that came so far would never end.
MOST_EVENTS = 2_000

# What databases may differ in: when something was done, and how often the feeds were asked.
TIMED = frozenset({"pages", "fetches", "hosts"})
# What they say of these tables apart from that.
SAID = {
    "pages": "SELECT role, page, url, origin, via, title, state, reason, attempts, not_before FROM pages",
    "fetches": "SELECT page, url, final_url, purpose, outcome, status, reason, bytes, document_id, attempt, "
    "archived_at FROM fetches WHERE purpose NOT IN ('feed', 'sitemap', 'list')",
    "hosts": "SELECT host, failures, not_before, robots, robots_status FROM hosts",
}
# What must not be there twice, however often the runs were killed.
ONCE = {
    "a page in a role": "SELECT role, page FROM pages GROUP BY ALL HAVING count(*) > 1",
    "a place in a role": "SELECT role, uri FROM locations GROUP BY ALL HAVING count(*) > 1",
    "a content": "SELECT document_id FROM raws GROUP BY ALL HAVING count(*) > 1",
    "an answer that was kept": "SELECT page, purpose FROM fetches WHERE outcome = 'kept' AND purpose IN ('page', 'warc', 'archive') "
    "GROUP BY ALL HAVING count(*) > 1",
    "an address of a content": "SELECT page, document_id FROM addresses GROUP BY ALL HAVING count(*) > 1",
    "an issue": "SELECT stage, item, reason FROM issues GROUP BY ALL HAVING count(*) > 1",
    "an article": "SELECT uri FROM articles GROUP BY ALL HAVING count(*) > 1",
}
STAMP = "20240606070809"


@dataclass(frozen=True, slots=True)
class Runs:
    """The process that forks the runs."""

    process: subprocess.Popen[str]

    def run(self, config: Path, kind: str = "event", ordinal: int = 0) -> dict[str, int] | None:
        """Run, killed at that event; return the counts of events, None when it was killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(config, kind, ordinal, file=self.process.stdin, flush=True)
        told: dict[str, int] | None = json.loads(self.process.stdout.readline())
        assert told != {}, "a run failed by itself: what it raised stands in the errors"
        return told


@pytest.fixture(scope="module")
def runs(root: Path) -> Iterator[Runs]:
    started = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("killed_fetch.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root}:{root / 'tests'}"},
    )
    with started:
        yield Runs(started)
        assert started.stdin is not None
        started.stdin.close()
        assert started.wait(60) == 0


@contextmanager
def web(folder: Path) -> Iterator[World]:
    """A journal of seven articles that cite eleven pages of an agency: dead, thin, moved, archived ones too."""
    with world(folder) as made:
        cited = agency(made)
        crawl(folder / "crawl.warc", made.agency.url)
        told = [
            made.journal.page(f"/a{n}", article(f"Article {n} of the port", [cited[at] for at in places]))
            for n, places in enumerate(((0, 1, 7), (1, 2, 8), (2, 3, 9), (3, 4, 10), (4, 5), (6, 10)))
        ]
        # The last one cites a page that is held as an article: it is no second page.
        own = [("Article 0 of the port", told[0]), cited[5]]
        told.append(made.journal.page("/a6", article("Article 6 of the port", own)))
        made.journal.page("/rss.xml", feed(*({"url": url} for url in told)), etag='"1"')
        never = {"url": f"{made.agency.url}/never"}
        made.agency.page("/rss.xml", feed({"url": cited[0][1], "title": "Boxes 0"}, never), etag='"1"')
        configure(made)
        yield made


def configure(made: World) -> None:
    made.configure(
        f'feeds = ["{made.journal.url}/rss.xml"]',
        f'cited = true\nfeeds = ["{made.agency.url}/rss.xml"]\nwarcs = ["crawl.warc"]\n'
        "[run]\nworkers = 1\nbatch_documents = 4",
    )


def agency(made: World) -> list[tuple[str, str]]:
    """Let the agency have pages; return their titles and addresses."""
    host = made.agency
    pages = [(f"Boxes {n}", host.page(f"/boxes/{n}", story(f"Boxes {n}", 4_000 + n))) for n in range(7)]
    host.page("/new", story("A third crane", 9_000))
    pages.append(("A third crane", host.redirect("/old", "/new")))
    thin = host.page(
        "/consent", html_page("Before you continue", ["We use cookies. Accept all cookies to go on."])
    )
    pages.append(("The council agrees", thin))
    lost = f"{host.url}/lost"
    pages.append(("The vote of June", lost))
    pages.append(("Captured 0", f"{host.url}/captured/0"))
    made.copy(lost, STAMP, story("The vote of June", 8_000))
    asked = availability_url(thin, "2024-06-05", f"{made.archive.url}/available").removeprefix(
        made.archive.url
    )
    made.archive.page(asked, '{"archived_snapshots": {}}', media_type="application/json")
    return pages


def crawl(path: Path, host: str) -> None:
    """Make an archived crawl of three pages."""
    records = []
    for n in range(3):
        page = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{story(f'Captured {n}', 7_000 + n)}".encode()
        )
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {host}/captured/{n}\r\n"
            f"WARC-Date: 2024-06-0{n + 1}T05:06:07Z\r\n"
            f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(page)}\r\n\r\n"
        )
        records.append(head.encode() + page + b"\r\n\r\n")
    path.write_bytes(b"".join(records))


def expected(made: World) -> set[tuple[str, str, str, str]]:
    """Every address of the world: role, address, state and reason at the end."""
    here, there = made.journal.url, made.agency.url
    copy = f"{made.archive.url}/web/{STAMP}id_/{there}/lost"
    return {
        *(("article", f"{here}/a{n}", "held", "") for n in range(7)),
        *(("source", f"{there}/boxes/{n}", "held", "") for n in range(7)),
        *(("source", f"{there}/captured/{n}", "held", "") for n in range(3)),
        ("source", f"{there}/old", "held", ""),
        ("source", f"{there}/consent", "failed", "thin"),
        ("source", f"{there}/lost", "failed", "not_found"),
        ("source", f"{there}/never", "known", ""),
        ("source", copy, "held", ""),
    }


def elsewhere(made: World, name: str) -> World:
    """The same web, and a configuration with a database of its own."""
    folder = made.config.parent / name
    folder.mkdir()
    crawl(folder / "crawl.warc", made.agency.url)
    other = replace(made, config=folder / "workscited.toml", runs=[])
    configure(other)
    return other


def content(made: World) -> Mapping[str, Any]:
    """What the database says, apart from when it was done."""
    same = {k: v for k, v in logical_content(made.settings.database.path).items() if k not in TIMED}
    return same | {name: made.ask(f"{question} ORDER BY ALL") for name, question in SAID.items()}


def to_the_end(runs: Runs, made: World) -> dict[str, int]:
    """Run to the end, and once more: that asks the feeds, and for nothing else."""
    counts = runs.run(made.config)
    assert counts is not None
    before = [len(host.paths) for host in (made.journal, made.agency, made.archive)]
    assert runs.run(made.config) is not None
    asked = [
        host.paths[n:] for host, n in zip((made.journal, made.agency, made.archive), before, strict=True)
    ]
    assert [["/rss.xml"], ["/rss.xml"], []] == asked
    return counts


def check(made: World, uninterrupted: Mapping[str, Any] | None = None) -> None:
    """Nothing lost, nothing twice, and all as if no run had been killed."""
    assert expected(made) == set(made.ask("SELECT role, url, state, reason FROM pages"))
    assert {what: [] for what in ONCE} == {what: made.ask(question) for what, question in ONCE.items()}
    assert [0] == made.ask("SELECT max(attempts) FROM pages")
    assert [1] == made.ask("SELECT DISTINCT attempt FROM fetches")
    assert [] == verify(made.settings.database.path)
    # Whichever run it was that asked: for the copy nearest to the article.
    assert {"timestamp=20240605"} == {
        path.rpartition("&")[2] for path in made.archive.paths if path.startswith("/available")
    }
    if uninterrupted is not None:
        assert uninterrupted == content(made)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[World]:
    with web(tmp_path) as opened:
        yield opened


def test_a_run_killed_at_six_places_loses_no_page_and_stores_none_twice(made: World, runs: Runs) -> None:
    """One database, a kill after the other, each further on its way, then a run to the end."""
    places = [
        ("execute", 10),  # the tables are being made
        ("ask", 4),  # the feeds have told of articles
        ("answer", 8),  # some of them are held, some are answered
        ("commit", 9),
        ("parse", 18),
        ("answer", 12),  # cited pages are answered
    ]
    for kind, ordinal in places:
        assert runs.run(made.config, kind, ordinal) is None, f"there was no {kind} {ordinal}"
    to_the_end(runs, made)
    check(made)


def test_a_kill_is_no_attempt(made: World, runs: Runs) -> None:
    """Killed more often than a page is tried, with its answer at hand: it is as if nobody had asked."""
    page = made.journal.page("/trouble", "", status=503)
    (made.config.parent / "urls.txt").write_text(page)
    made.configure('lists = ["urls.txt"]', sources="")
    for _ in range(MOST_ATTEMPTS + 1):
        # The first answer is robots.txt.
        assert runs.run(made.config, "answer", 2) is None
    assert MOST_ATTEMPTS + 1 == len(made.journal.paths)
    assert [("waiting", "", 0)] == made.ask("SELECT state, reason, attempts FROM pages")
    assert runs.run(made.config) is not None
    assert [("waiting", "server_error", 1)] == made.ask("SELECT state, reason, attempts FROM pages")


@pytest.mark.slow
def test_a_hundred_kills_lose_no_page_and_store_none_twice(made: World, runs: Runs) -> None:
    """At the first event of a run, the second one of the next, and so on until a run ends by itself.

    Then on databases of their own, killed once each from the first event of a run to its last.
    """
    whole = elsewhere(made, "whole")
    events = to_the_end(runs, whole)["event"]
    uninterrupted = content(whole)
    check(whole)

    kills = 0
    while runs.run(made.config, "event", kills + 1) is None:
        kills += 1
        assert kills < MOST_EVENTS, "no run ends by itself"
    to_the_end(runs, made)
    check(made, uninterrupted)

    for number in range(FRESH_KILLS):
        fresh = elsewhere(made, f"fresh {number}")
        assert runs.run(fresh.config, "event", 1 + number * (events - 1) // (FRESH_KILLS - 1)) is None
        kills += 1
        to_the_end(runs, fresh)
        check(fresh, uninterrupted)
    assert kills >= LEAST_KILLS


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_and_nothing_stored_twice(made: World, runs: Runs) -> None:
    """By the clock: in the middle of a statement, of a commit, of closing the database."""
    kills = 0
    while runs.run(made.config, "millisecond", (kills + 1) * LONGER_MILLISECONDS) is None:
        kills += 1
        assert kills < MOST_EVENTS, "no run ends by itself"
    to_the_end(runs, made)
    check(made)
    assert kills

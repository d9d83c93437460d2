"""Who asks the web in a run: what is left of the budget, which hosts were asked of late, what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import duckdb
import pytest
from live_world import World, story, world

from tasks.fetch.hosts import host_of, site_of
from tasks.fetch.records import HostState, Wanted
from tasks.fetch.robots import rules_of
from tasks.stages import start_run
from tasks.stages.asking import Fetcher, fetcher
from tasks.stages.fetching import MOST_ATTEMPTS
from tasks.stages.work import Context
from tasks.store.batch import Batch
from tasks.store.pages import KnownHosts, live_tables
from tasks.store.store import Store

Made = TypeVar("Made")
NOW = datetime.now(UTC)
RULES = "user-agent: *\ndisallow: /private\n"
# As large as a robots.txt may be, with a letter for which a text takes four bytes a character.
WHOLE = RULES + "# \U0001f600\n" + "# filling\n" * 49_000


@pytest.fixture
def live(tmp_path: Path) -> Iterator[World]:
    """The small web."""
    with world(tmp_path) as made:
        yield made


def change(live: World, sql: str) -> None:
    """Change the database as if time had passed."""
    with duckdb.connect(str(live.settings.database.path)) as con:
        con.execute(sql)


def opened(live: World, work: Callable[[Fetcher], Made], run_id: str = "") -> Made:
    """What ``work`` gives with what asks in a stage of a run, of a new one without an id."""
    settings = live.settings
    run_id = run_id or start_run(settings)
    with (
        Store.open(settings.database.path) as store,
        Context(store, settings, run_id, None) as context,
        fetcher(context) as by,
    ):
        return work(by)


def test_what_was_never_asked_for_takes_no_budget(live: World) -> None:
    """Neither what robots.txt forbids nor what no one may ask for; a page is asked for in their place."""
    live.journal.robots("User-agent: *\nDisallow: /no")
    pages = [live.journal.page(f"/no{n}", story("No")) for n in range(4)]
    pages += ["http://10.0.0.1/a", live.journal.page("/a", story("The port grows"))]
    (live.config.parent / "urls.txt").write_text("\n".join(pages))
    live.configure('lists = ["urls.txt"]', sources="", fetch="budget_pages = 3")
    live.run()
    (run_id,) = live.ask("SELECT DISTINCT run_id FROM fetches")
    assert ([6], ["/a"]) == (live.ask("SELECT count(*) FROM fetches"), live.journal.paths)
    assert 2 == opened(live, lambda by: by.outing.pages_left, run_id)


@pytest.mark.parametrize(
    ("expected", "times"),
    [
        pytest.param(0, [], id="nothing"),
        pytest.param(5, [(0, 5)], id="one"),
        pytest.param(20, [(0, 5), (10, 10)], id="a pause of a host"),
        pytest.param(12, [(0, 10), (2, 10), (3, 4)], id="side by side"),
        pytest.param(15, [(0, 5), (2_400, 10)], id="minutes of other stages"),
        pytest.param(65, [(0, 20), (1, 1), (50, 15), (3_000, 0)], id="a host that is waited for"),
    ],
)
def test_only_the_time_of_asking_counts(live: World, expected: float, times: list[tuple[int, int]]) -> None:
    """Seconds from the first request on and how long it took; the stages between two that ask are none."""
    settings = live.settings
    run_id = start_run(settings)
    with Store.open(settings.database.path) as store:
        for n, (began, seconds) in enumerate(times):
            at = NOW.replace(tzinfo=None) + timedelta(seconds=began)
            store.con.execute(
                "INSERT INTO fetches (fetch_id, page, url, final_url, purpose, outcome, reason, detail, redirects, "
                "media_type, charset, bytes, raw_bytes, sha256, etag, last_modified, robots, attempt, fetched_at, "
                "seconds, run_id) VALUES (?, '', '', '', 'page', 'kept', '', '', [], '', '', 0, 0, '', '', '', '', "
                "1, ?, ?, ?)",
                [str(n), at, float(seconds), run_id],
            )
        (asked,) = store.rows("asked_in_run", run_id=run_id, pause=30.0)
    assert (len([one for one in times if one[1]]), expected) == (asked["requests"], asked["seconds"])


@pytest.mark.parametrize(
    ("known", "ago", "delay"),
    [
        pytest.param(True, 20, 0.0, id="within a robots.txt's longest delay"),
        pytest.param(False, 40, 0.0, id="beyond it"),
        pytest.param(True, 100, 120.0, id="within a delay of two minutes"),
        pytest.param(False, 130, 120.0, id="beyond that"),
    ],
)
def test_a_host_that_was_asked_within_the_longest_pause_is_known(
    live: World, known: bool, ago: int, delay: float
) -> None:
    """By when the asking ended, however long it took."""
    page = live.journal.page("/a", story("The port grows"))
    (live.config.parent / "urls.txt").write_text(page)
    live.configure('lists = ["urls.txt"]', sources="")
    live.run()
    change(live, f"UPDATE fetches SET fetched_at = fetched_at - INTERVAL {ago + 300} SECOND, seconds = 300")
    live.configure('lists = ["urls.txt"]', sources="", fetch=f"delay_seconds = {delay}")
    assert known is opened(live, lambda by: host_of(page) in by.outing.ended)


def remembered(store: Store, hosts: list[HostState]) -> None:
    """Write what is remembered of hosts."""
    store.start_run("r", "run", "1", NOW)
    store.commit(Batch("r", "fetch", "1", NOW, 0.1, (), live_tables([], [], hosts, "r")))


def test_hosts_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    """Once, and never over what is newer; of an older database the whole robots.txt is read, and binds."""
    state = HostState("a.example", 2, NOW, WHOLE, "found", NOW)
    old = replace(state, host="old.example", robots_at=NOW - timedelta(days=2))
    well = HostState("well.example", robots_status="found", robots=RULES, robots_at=NOW - timedelta(days=2))
    with Store.open(tmp_path / "w.duckdb") as store:
        remembered(store, [state, old, well])
        hosts = KnownHosts(store, NOW - timedelta(days=1))
        assert {} == hosts
        assert (state, ["a.example"]) == (hosts["a.example"], list(hosts))
        assert "disallowed" == rules_of(hosts["a.example"], "workscited").verdict("https://a.example/private")
        hosts["b.example"] = newer = HostState("b.example", 1)
        hosts.read(["a.example", "b.example", "old.example", "well.example", "c.example"])
        assert replace(old, robots="") == hosts["old.example"]
        assert (newer, HostState("well.example"), HostState("c.example")) == (
            hosts["b.example"],
            hosts["well.example"],
            hosts["c.example"],
        )


def test_a_stage_reads_no_host_that_it_does_not_ask(live: World) -> None:
    """Those of what is wanted, and of where it redirects to: nobody asks their robots.txt again."""
    moved = live.journal.redirect("/a", live.agency.page("/a", story("The port grows")))
    (live.config.parent / "urls.txt").write_text(moved)
    live.configure('lists = ["urls.txt"]', sources="")
    live.run()
    with Store.open(live.settings.database.path) as store:
        remembered(store, [HostState(f"{n}.example", 1) for n in range(50)])

    def ask(by: Fetcher) -> list[str]:
        assert {} == by.hosts
        assert [""] == [visit.answer.reason for visit in by.visits([Wanted(moved)])]
        return sorted(host for host, state in by.hosts.items() if state.robots_status)

    assert sorted(site_of(one.url) for one in (live.journal, live.agency)) == opened(live, ask)
    asked = [one.path for host in (live.journal, live.agency) for one in host.requests]
    assert 2 == asked.count("/robots.txt")


def test_a_redirect_to_a_host_that_is_down_counts_as_an_attempt_only_when_that_was_asked(live: World) -> None:
    """As a page of that host does; its robots.txt is asked for once in so many runs within the hour."""
    live.agency.robots("", status=503)
    page = live.journal.redirect("/a", f"{live.agency.url}/a")
    (live.config.parent / "urls.txt").write_text(page)
    live.configure('lists = ["urls.txt"]', sources="")
    for _ in range(MOST_ATTEMPTS + 1):
        live.run()
    assert [("waiting", "robots_unavailable", 1)] == live.ask("SELECT state, reason, attempts FROM pages")
    assert ["/robots.txt"] == [one.path for one in live.agency.requests]
    assert [(1, "unavailable")] == live.ask(
        f"SELECT failures, robots_status FROM hosts WHERE host = '{site_of(live.agency.url)}'"
    )

"""Pages asked for by hand, and asked for again: what changed, what died, what came back, in which role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from live_world import World, article, feed, html_page, story, world

from tasks.stages import start_run
from tasks.stages.live import add_pages, fetch_pages_now
from tasks.stages.live import recheck as recheck_pages
from tasks.stages.work import Context
from tasks.store.lock import writer_lock
from tasks.store.store import Store
from tasks.store.verify import verify


@pytest.fixture
def live(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.configure("", "")
        yield made
        assert [] == verify(made.settings.database.path)


def by_hand(live: World, work: Callable[[Context], Any]) -> Any:
    """Do what a command does: in a run of its own."""
    settings = live.settings
    with writer_lock(settings.database.path, "a test"):
        run_id = start_run(settings)
        with Store.open(settings.database.path) as store, Context(store, settings, run_id, None) as context:
            return work(context)


def recheck(live: World, dead: bool = False, limit: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = by_hand(live, lambda context: recheck_pages(context, dead, limit))
    return found


def fetch(live: World, *urls: str, role: Any = "source") -> list[str]:
    """Fetch pages; return what came of each, in the order of their addresses."""
    rows = by_hand(live, lambda context: fetch_pages_now(context, urls, role))
    return [row["reason"] or row["outcome"] for row in sorted(rows, key=lambda row: row["url"])]


def add(live: World, *urls: str, role: Any = "article") -> int:
    new: int = by_hand(live, lambda context: add_pages(context, urls, role))
    return new


def outcomes(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [row["reason"] or row["outcome"] for row in rows]


@pytest.mark.parametrize(
    ("expected", "validators"),
    [
        pytest.param(304, {"etag": '"1"'}, id="ETag"),
        pytest.param(304, {"last_modified": "Mon, 03 Jun 2024 10:00:00 GMT"}, id="Last-Modified"),
        pytest.param(200, {}, id="same bytes"),
    ],
)
def test_a_page_that_is_the_same_is_unchanged(expected: int, validators: Any, live: World) -> None:
    """Told so by the server or by its bytes; no version is made of it."""
    fetch(live, live.agency.page("/boxes", story("Boxes of May"), **validators))
    (row,) = recheck(live)
    assert ("unchanged", expected) == (row["outcome"], row["status"])
    assert [1] == live.ask("SELECT count(*) FROM page_versions")
    assert ["kept", "unchanged"] == live.ask("SELECT outcome FROM fetches ORDER BY fetched_at")


def test_a_changed_page_is_a_new_version_and_the_old_one_stays(live: World) -> None:
    url = live.agency.page("/boxes", story("Boxes of May", 1), etag='"1"')
    fetch(live, url)
    live.agency.page("/boxes", story("Boxes of May", 2), etag='"2"')
    assert ["kept"] == outcomes(recheck(live))
    assert [False, True] == live.ask("SELECT is_current FROM page_versions ORDER BY first_fetched_at")
    assert [2] == live.ask("SELECT count(*) FROM raws WHERE content IS NOT NULL")
    # The validators are those of the new version.
    assert ["unchanged"] == outcomes(recheck(live))
    assert '"2"' == live.agency.requests[-1].headers["if-none-match"]


def test_a_page_that_changes_back_is_the_version_of_before(live: World) -> None:
    url = live.agency.page("/boxes", story("Boxes of May", 1))
    fetch(live, url)
    for n in (2, 1):
        live.agency.page("/boxes", story("Boxes of May", n))
        assert ["kept"] == outcomes(recheck(live))
    assert [True, False] == live.ask("SELECT is_current FROM page_versions ORDER BY first_fetched_at")


def cite(live: World, url: str) -> None:
    """Let the journal's feed tell of an article that cites ``url``; fetch both."""
    told = live.journal.page("/a", article("The port grows", [("Boxes of May", url)]))
    live.journal.page("/rss.xml", feed({"url": told}), media_type="application/rss+xml")
    live.configure(f'feeds = ["{live.journal.url}/rss.xml"]')
    live.run()


def test_a_page_that_dies_stays_held_and_is_told_as_dead_until_it_comes_back(live: World) -> None:
    """Its entry keeps its document and says that the page died; back again, all of that is forgotten."""
    url = live.agency.page("/boxes", story("Boxes of May"), etag='"1"')
    cite(live, url)
    (document,) = live.ask("SELECT source_id FROM resolutions")
    live.agency.page("/boxes", "<p>Not here.</p>", status=404)
    assert ["not_found", "unchanged"] == sorted(outcomes(recheck(live)))
    live.run()
    told = (
        f"SELECT state, pages.reason, source_id = '{document}', resolutions.reason, gone, "
        "(SELECT count(*) FROM issues WHERE stage = 'fetch') FROM pages, resolutions, locations "
        "WHERE pages.role = 'source' AND locations.role = 'source'"
    )
    assert [("held", "not_found", True, "not_found", False, 1)] == live.ask(told)
    live.agency.page("/boxes", story("Boxes of May"), etag='"1"')
    (row,) = recheck(live, dead=True)
    assert ("unchanged", 304) == (row["outcome"], row["status"])
    live.run()
    assert [("held", "", True, "", False, 0)] == live.ask(told)


def test_a_dead_page_that_was_never_held_comes_back(live: World) -> None:
    """Its reason and its issue go, and the entry that names it is resolved."""
    cite(live, f"{live.agency.url}/boxes")
    assert [("failed", "not_found")] == live.ask("SELECT state, reason FROM pages WHERE role = 'source'")
    assert [(None, "not_found")] == live.ask("SELECT source_id, reason FROM resolutions")
    live.agency.page("/boxes", story("Boxes of May"))
    assert ["kept"] == outcomes(recheck(live, dead=True))
    live.run()
    assert [("held", "")] == live.ask("SELECT state, reason FROM pages WHERE role = 'source'")
    assert [("url", "")] == live.ask("SELECT method, reason FROM resolutions")
    assert [0] == live.ask("SELECT count(*) FROM issues WHERE stage = 'fetch'")


@pytest.mark.parametrize(
    ("expected", "dead"),
    [
        pytest.param(["/forbidden", "/gone", "/here", "/nowhere", "/pdf"], False, id="all"),
        pytest.param(["/gone", "/nowhere"], True, id="dead ones"),
    ],
)
def test_what_is_asked_again(expected: list[str], dead: bool, live: World) -> None:
    """What is held, dead, blocked or unreadable; not what waits, what is set aside, and what was never asked."""
    live.agency.page("/here", story("Boxes of May"))
    live.agency.page("/gone", "gone", status=410)
    live.agency.page("/forbidden", "no", status=403)
    live.agency.page("/pdf", b"%PDF-1.7 ", media_type="application/pdf")
    for path in ("/broken", "/tired"):
        live.agency.page(path, "oh", status=500)
    names = ("here", "gone", "forbidden", "pdf", "nowhere", "broken", "tired")
    fetch(live, *(f"{live.agency.url}/{name}" for name in names))
    for _ in range(2):
        fetch(live, f"{live.agency.url}/tired")
    add(live, f"{live.agency.url}/added")
    assert ["set_aside"] == live.ask("SELECT state FROM pages WHERE url LIKE '%/tired'")
    asked = len(live.agency.paths)
    recheck(live, dead)
    assert expected == sorted(live.agency.paths[asked:])


def test_a_limit_takes_those_asked_longest_ago_first(live: World) -> None:
    """So that rechecks of some pages each come round to all of them."""
    for n in (3, 1, 2):
        fetch(live, live.agency.page(f"/{n}", story(f"Story {n}", n)))
    asked = len(live.agency.paths)
    for _ in range(2):
        recheck(live, limit=2)
    assert [{"/3", "/1"}, {"/2", "/3"}] == [set(live.agency.paths[at : at + 2]) for at in (asked, asked + 2)]
    assert asked + 4 == len(live.agency.paths)


def test_trouble_at_a_recheck_leaves_a_page_held(live: World) -> None:
    """However often: what was read stays, and it is never set aside."""
    url = live.agency.page("/boxes", story("Boxes of May"))
    fetch(live, url)
    live.agency.page("/boxes", "oh", status=500)
    for _ in range(3):
        fetch(live, url)
    assert [("held", "server_error", False)] == live.ask(
        "SELECT state, reason, gone FROM pages JOIN locations ON url = uri"
    )
    live.agency.page("/boxes", story("Boxes of May"))
    assert ["unchanged"] == outcomes(recheck(live))
    assert [("held", "", 0)] == live.ask("SELECT state, reason, attempts FROM pages")


def test_added_pages_are_got_by_the_next_run(live: World) -> None:
    """Each spelling of an address once; a page that is held already is not asked again."""
    url = live.agency.page("/boxes", story("Boxes of May"))
    live.configure('lists = ["urls.txt"]', "")
    (live.config.parent / "urls.txt").write_text("# none\n")
    assert 1 == add(live, url, f"{url}?utm_source=a", f"{url}#top")
    live.run(stages=("acquire",))
    assert 0 == add(live, url)
    live.run(stages=("acquire",))
    assert ["/boxes"] == live.agency.paths
    assert [("article", "held")] == live.ask("SELECT role, state FROM pages")


@pytest.mark.parametrize("roles", [("source", "article"), ("article", "source")])
@pytest.mark.parametrize("suffix", ["", "?utm_source=x"])
def test_a_page_fetched_in_a_second_role_is_held_in_both(
    suffix: str, roles: tuple[str, str], live: World
) -> None:
    """However its address is spelt; from then on both are asked about at once."""
    url = live.agency.page("/boxes", story("Boxes of May"), etag='"1"')
    assert ["kept"] == fetch(live, url, role=roles[0])
    assert ["kept"] == fetch(live, url + suffix, role=roles[1])
    held = (
        "SELECT role, state FROM pages JOIN locations USING (role) WHERE url = uri AND NOT gone ORDER BY role"
    )
    assert [("article", "held"), ("source", "held")] == live.ask(held)
    assert ["unchanged"] == outcomes(recheck(live))
    assert '"1"' == live.agency.requests[-1].headers["if-none-match"]
    live.agency.page("/boxes", story("Boxes of June"), etag='"2"')
    assert ["kept"] == outcomes(recheck(live))
    assert [1] == live.ask("SELECT count(DISTINCT document_id) FROM locations WHERE NOT gone")


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        pytest.param(("failed", "not_found"), 404, id="dead"),
        pytest.param(("waiting", "server_error"), 500, id="trouble"),
    ],
)
def test_a_page_that_dies_before_its_second_role_is_held_in_its_first_alone(
    expected: tuple[str, str], status: int, live: World
) -> None:
    """Nothing was got of it as an article."""
    url = live.agency.page("/boxes", story("Boxes of May"))
    fetch(live, url)
    live.agency.page("/boxes", "no", status=status)
    for _ in range(3 if status == 500 else 1):
        assert [expected[1]] == fetch(live, url, role="article")
    state = "set_aside" if status == 500 else expected[0]
    assert [("article", state), ("source", "held")] == live.ask("SELECT role, state FROM pages ORDER BY role")
    assert ["source"] == live.ask("SELECT role FROM locations WHERE NOT gone")


@pytest.mark.slow
def test_a_page_that_only_says_that_it_is_not_there_is_weighed_again(live: World) -> None:
    """A recheck brings the same words: they are no source a second time either."""
    soft = html_page("Page not found", ["Sorry, the page you asked for was not found."])
    url = live.agency.page("/boxes", soft)
    cite(live, url)
    for _ in range(2):
        assert [("failed", "soft_not_found", True)] == live.ask(
            "SELECT state, reason, gone FROM pages JOIN locations ON url = uri WHERE pages.role = 'source'"
        )
        recheck(live)
        live.run()
    live.agency.page("/boxes", story("Boxes of May"))
    recheck(live)
    live.run()
    assert [("held", "")] == live.ask("SELECT state, reason FROM pages WHERE role = 'source'")
    assert [("url", "")] == live.ask("SELECT method, reason FROM resolutions")

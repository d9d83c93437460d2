"""Feeds, sitemaps and lists: what is asked of them, when again, what is taken of them, what is noted."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_world import World, feed, sitemap, story, world
from origin import Request

from tasks.discover.items import Item
from tasks.stages import run_stage, start_run
from tasks.stages.acquire import lies_in
from tasks.stages.rations import Poll, Ration, sitemaps_due
from tasks.stages.telling import Told, _added, is_later, moment, told_rows
from tasks.store.pages import Page
from tasks.store.verify import verify

XML, RSS = "application/xml", "application/rss+xml"
DAY, TEN, NOON, NEXT = "2024-06-04", "2024-06-04T10:00:00Z", "2024-06-04T12:00:00Z", "2024-06-05"
# Each of them runs the stages several times over a small web: half a minute together.
pytestmark = pytest.mark.slow

NO_LINK = "<rss><channel><item><title>x</title></item><item><link>{url}</link></item></channel></rss>"
LAST_RUN = "(SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1)"
FEED_ISSUES = "SELECT reason FROM issues WHERE stage = 'fetch' ORDER BY reason"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.configure(f'sitemaps = ["{made.journal.url}/map"]', sources="")
        yield made
        assert [] == verify(made.settings.database.path)


def acquire(live: World, times: int = 1) -> None:
    for _ in range(times):
        live.run(("acquire",))


def page(live: World, n: int) -> str:
    return live.journal.page(f"/{n}", story(f"Story {n}", n), etag=f'"{n}"')


def mapped(live: World, url: str, modified: str, path: str = "/map") -> None:
    live.journal.page(path, sitemap({"url": url, "modified": modified}), media_type=XML)


def index(live: World, *maps: str, modified: Sequence[str] = ()) -> None:
    """Let the journal's /map be an index of sitemaps, with their dates or without any."""
    dates = [f"<lastmod>{one}</lastmod>" for one in modified] or [""] * len(maps)
    listed = "".join(f"<sitemap><loc>{m}</loc>{d}</sitemap>" for m, d in zip(maps, dates, strict=True))
    body = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'
    live.journal.page("/map", body, media_type=XML)


def maps_of(live: World, pages: Sequence[Sequence[int]]) -> list[str]:
    """Let the journal have a sitemap of each group of its pages."""
    return [
        live.journal.page(
            f"/map{n}", sitemap(*({"url": page(live, one)} for one in group)), media_type=XML, etag='"1"'
        )
        for n, group in enumerate(pages)
    ]


def held(live: World) -> list[str]:
    """The paths of the pages that are held."""
    urls: list[str] = live.ask("SELECT url FROM pages WHERE state = 'held' ORDER BY url")
    return [url.removeprefix(live.journal.url) for url in urls]


# Who asks


def test_a_feed_of_articles_and_of_sources_is_asked_once_for_both(live: World) -> None:
    """Each role has its pages, with what is taken in that role."""
    live.journal.page("/rss.xml", feed({"url": page(live, 0)}), media_type=RSS)
    named = f'feeds = ["{live.journal.url}/rss.xml"]'
    live.configure(named, named)
    acquire(live)
    assert [("article", "held"), ("source", "known")] == live.ask("SELECT role, state FROM pages ORDER BY 1")
    assert 1 == live.journal.paths.count("/rss.xml")
    assert [1] == live.ask("SELECT count(*) FROM fetches WHERE purpose = 'feed'")


def test_a_sitemap_of_sources_is_one_of_an_index_of_articles_too(live: World) -> None:
    """Though it was asked for before the index named it."""
    index(live, *maps_of(live, [[0]]))
    live.configure(
        f'sitemaps = ["{live.journal.url}/map"]', f'sitemaps = ["{live.journal.url}/map0", "{live.journal.url}/map"]'
    )  # fmt: skip
    acquire(live)
    assert [("article", "held"), ("source", "known")] == live.ask("SELECT role, state FROM pages ORDER BY 1")


def test_one_address_as_feed_and_as_sitemap_is_read_as_both(live: World) -> None:
    live.journal.page("/rss.xml", feed({"url": page(live, 0)}), media_type=RSS)
    url = f'"{live.journal.url}/rss.xml"'
    live.configure(f"feeds = [{url}]\nsitemaps = [{url}]", sources="")
    acquire(live)
    assert ["/rss.xml", "/0"] == live.journal.paths
    assert [] == live.ask(FEED_ISSUES)


@pytest.mark.parametrize("kind", ["feeds", "sitemaps"])
def test_a_limit_takes_what_is_new_where_the_oldest_stands_first(kind: str, live: World) -> None:
    """A page comes a day; the limit is of what is taken of one answer."""
    live.configure(f'{kind} = [{{ url = "{live.journal.url}/told", limit = 2 }}]', sources="")
    for days in (2, 3, 4):
        dated = [(page(live, day), day) for day in range(1, days + 1)]
        items = "".join(
            f"<item><link>{url}</link><pubDate>{day:02} Jun 2024 10:00:00 GMT</pubDate></item>"
            for url, day in dated
        )
        mapped = sitemap(*({"url": url, "modified": f"2024-06-{day:02}"} for url, day in dated))
        told = f"<rss><channel>{items}</channel></rss>" if kind == "feeds" else mapped
        live.journal.page("/told", told, media_type=XML)
        acquire(live)
    assert ["/1", "/2", "/3", "/4"] == held(live)


# When a page is asked for again


@pytest.mark.parametrize(
    ("expected", "told", "known"),
    [
        pytest.param(False, "", "", id="nothing twice"),
        pytest.param(False, "", DAY, id="nothing"),
        pytest.param(True, DAY, "", id="after nothing"),
        pytest.param(False, DAY, DAY, id="the same"),
        pytest.param(True, TEN, DAY, id="a time of the day"),
        pytest.param(False, DAY, TEN, id="the day of the time"),
        pytest.param(True, NOON, TEN, id="later that day"),
        pytest.param(False, TEN, NOON, id="earlier that day"),
        pytest.param(True, NEXT, NOON, id="the next day"),
        pytest.param(True, "2024-07", NOON, id="the next month"),
        pytest.param(False, "2024", DAY, id="its year"),
        pytest.param(False, "soon", DAY, id="no date"),
    ],
)
def test_what_is_later_is_told_by_time_and_not_by_spelling(expected: bool, told: str, known: str) -> None:
    assert expected is is_later(told, known)


@given(st.text(alphabet="0123456789-T:Z+", max_size=25), st.text(max_size=25))
def test_of_two_dates_at_most_one_is_later(one: str, other: str) -> None:
    """Whatever they are: none makes two origins ask by turns."""
    assert not (is_later(one, other) and is_later(other, one))
    assert moment(one).tzinfo is not None


@pytest.mark.parametrize(
    ("expected", "later"),
    [pytest.param(1, DAY, id="as before"), pytest.param(2, NEXT, id="the next day")],
)
def test_two_sitemaps_that_date_a_page_differently_do_not_ask_by_turns(
    expected: int, later: str, live: World
) -> None:
    """The page is asked for once, and once more when one of them tells of a later change."""
    url = page(live, 0)
    mapped(live, url, DAY)
    mapped(live, url, TEN, "/news")
    live.configure(f'sitemaps = ["{live.journal.url}/map", "{live.journal.url}/news"]', sources="")
    acquire(live, 2)
    assert [TEN] == live.ask("SELECT modified FROM pages")
    mapped(live, url, later)
    acquire(live, 2)
    assert expected == live.journal.paths.count("/0")
    assert [max(later, TEN)] == live.ask("SELECT modified FROM pages")


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        pytest.param(1, ["2099-01-01"] * 3, id="for good"),
        pytest.param(1, ["2099-01-01", DAY, DAY], id="then corrected to what was before"),
        pytest.param(2, ["2099-01-01", "now", "now"], id="then a change"),
        pytest.param(2, [DAY, "2099-01-01", "2099-01-01"], id="after a time that was right"),
        pytest.param(3, [DAY, "2099-01-01", "now"], id="between two that were right"),
        pytest.param(1, ["2099-01-01", "2098-01-01", "9999"], id="by turns"),
    ],
)
def test_a_time_of_change_that_lies_ahead_counts_as_the_day_on_which_it_is_told(
    expected: int, told: list[str], live: World
) -> None:
    """The page is asked for then, not in every run, and again when it has changed after that."""
    began = datetime.now(UTC)
    for modified in told:
        mapped(live, page(live, 0), f"{began:%Y-%m-%dT%H:%M:%SZ}" if modified == "now" else modified)
        acquire(live)
        (known,) = live.ask("SELECT modified FROM pages")
        assert moment(known) <= datetime.now(UTC)
    # On the two days over which a run may last at midnight it is asked for once more.
    assert live.journal.paths.count("/0") - expected in (0, (datetime.now(UTC).date() - began.date()).days)


@pytest.mark.parametrize("told", [DAY, "2099-01-01"])
def test_a_row_with_a_time_ahead_is_put_right(told: str) -> None:
    """As databases hold it that were filled when such times were kept as they were told."""
    known = Page(
        "article", "a.example/0", "https://a.example/0", "sitemap", modified="2099-01-01", state="held"
    )
    now = datetime(2024, 6, 9, 12, tzinfo=UTC)
    item = Item("https://a.example/0", modified=told)
    row = _added(known, Told("article", "sitemap", "", "", take=True, item=item), now)
    assert ("waiting", min(told, "2024-06-09")) == (row.state, row.modified)
    same = _added(replace(row, state="held"), Told("article", "sitemap", "", "", take=True, item=item), now)
    assert "held" == same.state


def test_two_feeds_that_title_a_page_differently_do_not_rewrite_it_by_turns(live: World) -> None:
    """What the first told stays until that one tells otherwise."""
    url = page(live, 0)
    for name, title in (("a", "The wall"), ("b", "The wall | All news")):
        live.journal.page(f"/{name}", feed({"url": url, "title": title}), media_type=RSS)
    live.configure(f'feeds = ["{live.journal.url}/a", "{live.journal.url}/b"]', sources="")
    acquire(live, 2)
    assert ["The wall"] == live.ask("SELECT title FROM pages")
    # Two attempts and what is known of the host; no page.
    assert [3] == live.ask(f"SELECT written FROM batches WHERE stage = 'fetch' AND run_id = {LAST_RUN}")
    live.journal.page("/a", feed({"url": url, "title": "The wall falls"}), media_type=RSS)
    acquire(live)
    assert ["The wall falls"] == live.ask("SELECT title FROM pages")


@pytest.mark.parametrize(
    ("expected", "modified"), [pytest.param("held", NEXT, id="later"), pytest.param("failed", DAY, id="as before")]
)  # fmt: skip
def test_a_page_that_was_gone_is_asked_for_when_it_has_changed(
    expected: str, modified: str, live: World
) -> None:
    url = f"{live.journal.url}/0"
    mapped(live, url, DAY)
    acquire(live)
    assert [("failed", "not_found")] == live.ask("SELECT state, reason FROM pages")
    page(live, 0)
    mapped(live, url, modified)
    acquire(live)
    assert [expected] == live.ask("SELECT state FROM pages")


# An index of sitemaps


def test_all_sitemaps_without_a_date_are_read_over_runs(live: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """First those that were never asked for, dead ones among them, then those asked for the longest ago."""
    monkeypatch.setattr("tasks.stages.polling.SITEMAPS_A_RUN", 2)
    lost = [f"{live.journal.url}/lost{n}" for n in range(2)]
    index(live, *lost, *maps_of(live, [[0], [1]]))
    acquire(live, 4)
    asked = [path for path in live.journal.paths if path.startswith(("/lost", "/map")) and path != "/map"]
    assert ["/lost0", "/lost1", "/map0", "/map1"] * 2 == asked
    assert ["/0", "/1"] == held(live)


def poll_of(limit: int = 0) -> Poll:
    return Poll("article", "sitemap", "https://a.example/index", "", take=True, ration=Ration(limit))


def row_of(taken: int, day: int, extent: str = "all") -> dict[str, object]:
    when = datetime(2024, 6, day)
    return {"asked": f"article sitemap, take all: {extent} {taken} pages", "read_at": when, "asked_at": when}


@pytest.mark.parametrize(
    ("expected", "limit", "dates", "read"),
    [
        pytest.param("4321", 0, "1234", {}, id="newest first"),
        pytest.param("43", 0, "1234", {1: row_of(1, 9), 2: row_of(1, 9)}, id="only the unread"),
        pytest.param(
            "3421", 0, "..5.", {1: row_of(1, 8), 2: row_of(1, 7), 3: row_of(1, 4)}, id="changed first"
        ),
        pytest.param("4321", 0, "....", {n: row_of(1, 9 - n) for n in (1, 2, 3)}, id="never asked first"),
        pytest.param("4", 2, "1234", {}, id="few for a low limit"),
        pytest.param("43", 12, "1234", {}, id="more for a higher one"),
        pytest.param("", 2, "1234", {4: row_of(2, 9)}, id="the newest took all"),
        pytest.param("4", 2, "1239", {4: row_of(2, 5), 3: row_of(2, 5)}, id="the newest changed"),
        pytest.param("3", 3, "1234", {4: row_of(1, 9)}, id="the newest left some"),
        pytest.param("1", 15, "4444", {n: row_of(8, 9, "first") for n in (1, 2, 3)}, id="a raised limit"),
    ],
)
def test_the_sitemaps_that_are_asked_for_are_the_newest_that_the_limit_reaches(
    expected: str, limit: int, dates: str, read: dict[int, dict[str, object]]
) -> None:
    """Each is named by a number here, and dated by a day of June, "." for none."""
    items = [
        Item(f"https://a.example/{n}", modified="" if day == "." else f"2024-06-0{day}")
        for n, day in enumerate(dates, 1)
    ]
    last = {f"a.example/{n}": row for n, row in read.items()}
    due = "".join(poll.url[-1] for poll in sitemaps_due(poll_of(limit), items, last, 4))
    assert expected == due


def test_half_of_a_runs_sitemaps_are_those_that_changed() -> None:
    """News do not wait until a site's past was read, nor the past for a site that renews every date."""
    items = [Item(f"https://a.example/{n}", modified="2024-06-09") for n in range(9)]
    last = {f"a.example/{n}": row_of(1, 5) for n in range(5)}
    due = [poll.url[-1] for poll in sitemaps_due(poll_of(), items, last, 4)]
    assert ["0", "1", "5", "6"] == due


@pytest.mark.parametrize("modified", ["9999-12-31", "9999", "0001-01-01"])
def test_a_sitemap_of_the_end_of_time_is_asked_for(modified: str) -> None:
    items = [Item("https://a.example/1", modified=modified)]
    due = sitemaps_due(poll_of(), items, {"a.example/1": row_of(1, 5)}, 4)
    assert (["https://a.example/1"] if modified > "1" else []) == [poll.url for poll in due]


def test_a_limit_is_one_for_all_sitemaps_of_an_index(live: World) -> None:
    """The newest take of it first; later runs take no more, unless the newest tells of more."""
    maps = maps_of(live, [[0, 1], [2, 3], [4, 5]])
    index(live, *maps, modified=(NEXT, DAY, DAY))
    live.configure(f'sitemaps = [{{ url = "{live.journal.url}/map", limit = 3 }}]', sources="")
    acquire(live, 2)
    assert ["/0", "/1", "/2"] == held(live)
    assert "/map2" not in live.journal.paths
    live.journal.page("/map0", sitemap(*({"url": page(live, n)} for n in (0, 1, 6))), media_type=XML)
    index(live, *maps, modified=(f"{datetime.now(UTC):%Y-%m-%d}", DAY, DAY))
    acquire(live)
    assert ["/0", "/1", "/2", "/6"] == held(live)


# What is asked under a condition


@pytest.mark.parametrize(
    ("expected", "before", "after"),
    [
        pytest.param((200, 2), "take = 'all', limit = 1", "take = 'all', limit = 2", id="a raised limit"),
        pytest.param((200, 2), "take = 'all', limit = 1", "take = 'all'", id="no limit any more"),
        pytest.param((200, 2), "take = 'cited'", "take = 'all'", id="all instead of cited"),
        pytest.param((304, 2), "take = 'all'", "take = 'all'", id="as before"),
        pytest.param(
            (304, 2), "take = 'all', limit = 2", "take = 'all', limit = 3", id="a limit not reached"
        ),
        pytest.param((304, 2), "take = 'all'", "take = 'all', limit = 1", id="a lower limit"),
    ],
)
def test_a_feed_of_which_more_is_asked_is_read_though_it_has_not_changed(
    expected: tuple[int, int], before: str, after: str, live: World
) -> None:
    """In the run after the configuration changed; after that it is asked under a condition again."""
    told = feed(*({"url": page(live, n)} for n in range(2)))
    live.journal.page("/rss.xml", told, media_type=RSS, etag='"1"')
    for asked in (before, after, after):
        live.configure("", f'feeds = [{{ url = "{live.journal.url}/rss.xml", {asked} }}]')
        acquire(live)
    status, pages = expected
    assert [200, status, 304] == live.ask(
        "SELECT status FROM fetches WHERE purpose = 'feed' ORDER BY fetched_at"
    )
    assert pages == len(held(live))


def test_validators_outlive_an_answer_without_any(live: World) -> None:
    """Many servers send them with a page, and nothing with "not changed"."""
    told, asked = feed({"url": page(live, 0)}).encode(), []

    def answer(connection: socket.socket, request: Request) -> None:
        asked.append(request.headers.get("if-modified-since"))
        if asked[-1]:
            head, body = "304 X\r\n", b""
        else:
            head, body = f"200 X\r\nContent-Type: {RSS}\r\nLast-Modified: {since}\r\n", told
        connection.sendall(f"HTTP/1.1 {head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    since = "Tue, 04 Jun 2024 10:00:00 GMT"
    live.journal.script("/rss.xml", answer)
    live.configure(f'feeds = ["{live.journal.url}/rss.xml"]', sources="")
    acquire(live, 4)
    assert [None, since, since, since] == asked


# What is noted


def test_what_is_wrong_with_a_feed_is_told_until_it_is_mended(live: World) -> None:
    """Also where it has not changed since, and after trouble of another kind."""
    live.configure(f'feeds = ["{live.journal.url}/rss.xml"]', sources="")
    url = page(live, 0)
    steps = (
        (["no_link"], NO_LINK, 200, '"1"'),
        (["no_link"], NO_LINK, 200, '"1"'),
        (["server_error"], "", 500, ""),
        (["no_link"], NO_LINK, 200, '"1"'),
        ([], feed({"url": url}), 200, '"2"'),
    )
    for expected, body, status, etag in steps:
        live.journal.page("/rss.xml", body.format(url=url), status=status, media_type=RSS, etag=etag)
        acquire(live)
        assert expected == live.ask(FEED_ISSUES)
    assert ["kept", "unchanged", "failed", "kept", "kept"] == live.ask(
        "SELECT outcome FROM fetches WHERE purpose = 'feed' ORDER BY fetched_at"
    )


def test_feeds_are_committed_many_at_a_time(live: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred that have not changed cost a few commits, and no question of which pages are known."""
    monkeypatch.setattr("tasks.stages.polling.POLLS_A_BATCH", 20)
    monkeypatch.setattr("tasks.stages.polling.SECONDS_A_BATCH", 60.0)
    urls = [live.journal.page(f"/f{n}", feed(), media_type=RSS, etag='"1"') for n in range(30)]
    live.configure(f"feeds = {urls!r}", sources="")
    acquire(live, 2)
    assert [2, 2] == live.ask("SELECT count(*) FROM batches WHERE stage = 'fetch' GROUP BY run_id")
    assert [30, 30] == live.ask("SELECT count(*) FROM fetches GROUP BY outcome")
    assert [] == told_rows(None, [])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("batches", "bound", "value"),
    [
        pytest.param(2, "PAGES_A_BATCH", 2, id="pages"),
        pytest.param(4, "BYTES_A_BATCH", 1, id="bytes"),
        pytest.param(4, "SECONDS_A_BATCH", 0.0, id="seconds"),
        pytest.param(1, "POLLS_A_BATCH", 9, id="none"),
    ],
)
def test_a_batch_of_feeds_ends_with_the_first_bound(
    batches: int, bound: str, value: float, live: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.stages.polling.SECONDS_A_BATCH", 60.0)
    monkeypatch.setattr(f"tasks.stages.polling.{bound}", value)
    urls = [
        live.journal.page(f"/f{n}", feed({"url": f"{live.journal.url}/{n}"}), media_type=RSS)
        for n in range(4)
    ]
    live.configure("", f"feeds = {urls!r}")
    acquire(live)
    assert [batches] == live.ask("SELECT count(*) FROM batches WHERE stage = 'fetch'")
    assert [4] == live.ask("SELECT count(*) FROM pages")


class Recorder:
    """What a stage tells of its progress."""

    def __init__(self) -> None:
        self.total = self.done = 0

    def start(self, stage: str, total: int) -> None:
        assert "acquire" == stage
        assert self.total <= total
        self.total = total

    def advance(self, n: int) -> None:
        self.done += n
        assert self.done <= self.total

    def finish(self) -> None:
        pass


def test_what_was_pending_is_what_was_kept_and_dropped(live: World) -> None:
    """Polls, the sitemaps of an index, lists in files, pages and files alike; also where nothing changed."""
    index(live, *maps_of(live, [[0], [1]]), f"{live.journal.url}/lost")
    live.journal.page("/rss.xml", feed({"url": page(live, 2)}), media_type=RSS, etag='"1"')
    folder = live.config.parent
    (folder / "urls.txt").write_text(f"{page(live, 3)}\n{live.journal.url}/gone")
    (folder / "own").mkdir()
    (folder / "own" / "a.html").write_text(story("Ours"))
    live.configure(
        f'folders = ["own"]\nlists = ["urls.txt"]\nsitemaps = ["{live.journal.url}/map"]\n'
        f'feeds = ["{live.journal.url}/rss.xml"]',
        sources="",
    )
    for kept, dropped in ((10, 2), (5, 1)):
        told, settings = Recorder(), live.settings
        counts = run_stage("acquire", settings, start_run(settings), told)
        assert (kept, dropped) == (counts.kept, sum(counts.dropped.values()))
        assert kept + dropped == counts.pending == told.total == told.done


class Unwalked(frozenset[str]):
    """Folders that must be looked up, not gone through."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("all folders are gone through for one file")


@pytest.mark.parametrize(
    ("expected", "uri"),
    [
        pytest.param(True, "a/b", id="the folder"),
        pytest.param(True, "a/b/c/d.md", id="in it"),
        pytest.param(False, "a/bc.md", id="a name that begins alike"),
        pytest.param(False, "a.md", id="above"),
    ],
)
def test_a_file_of_a_folder_that_was_not_read_is_found_by_its_path(expected: bool, uri: str) -> None:
    """However many folders there are: with a schedule's tag every file of the others is asked about."""
    assert expected is lies_in(uri, Unwalked({"a/b", "z"}))

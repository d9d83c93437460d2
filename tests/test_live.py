"""The web comes in: feeds, cited pages, changed ones, dead ones and their copies, against real servers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from live_world import READING, World, article, feed, html_page, sitemap, story, world

from tasks.stages import StageCounts, merged, run_stage, run_stages, start_run
from tasks.store.verify import verify


@pytest.fixture
def live(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made
        assert [] == verify(made.settings.database.path)


def cite(live: World, *cited: tuple[str, str], path: str = "/a", title: str = "The port grows") -> str:
    """Let the journal's feed tell of one article that cites pages (title, address)."""
    url = live.journal.page(path, article(title, cited))
    live.journal.page("/rss.xml", feed({"url": url, "title": title}), media_type="application/rss+xml")
    return url


def test_a_feeds_article_and_the_pages_that_it_cites_are_held(live: World) -> None:
    """From the feed's address alone: the article, its two sources, each resolved by its address."""
    boxes = live.agency.page("/boxes", story("Boxes of May"))
    crane = live.agency.page("/crane", story("A third crane"))
    cite(live, ("Boxes of May", boxes), ("A third crane", crane))
    live.run()
    assert [("url", ""), ("url", "")] == live.ask("SELECT method, reason FROM resolutions")
    assert ["held"] * 3 == live.ask("SELECT state FROM pages")
    assert ["/rss.xml", "/a"] == live.journal.paths
    assert ["/boxes", "/crane"] == live.agency.paths


def test_a_second_run_asks_the_feed_alone_and_changes_nothing(live: World) -> None:
    """Conditionally; nothing is read, written or asked again."""
    cite(live, ("Boxes of May", live.agency.page("/boxes", story("Boxes of May"))))
    live.journal.page("/rss.xml", feed({"url": f"{live.journal.url}/a"}), etag='"7"')
    live.run()
    again = live.run()
    assert ["/rss.xml", "/a", "/rss.xml"] == live.journal.paths
    assert '"7"' == live.journal.requests[-1].headers["if-none-match"]
    assert ["/boxes"] == live.agency.paths
    assert ["kept", "unchanged"] == live.ask(
        "SELECT outcome FROM fetches WHERE purpose = 'feed' ORDER BY fetched_at"
    )
    assert [0] * 5 == [again[stage].kept for stage in ("extract", "normalize", "segment", "cite", "fetch")]


def test_an_item_whose_address_changes_is_no_new_article(live: World) -> None:
    """Its id in the feed says so; ids that several items share say nothing."""

    def told(*items: tuple[str, str]) -> str:
        entries = "".join(
            f'<item><guid isPermaLink="false">{name}</guid><link>{live.journal.url}{path}</link></item>'
            for name, path in items
        )
        return f'<rss version="2.0"><channel><title>All</title>{entries}</channel></rss>'

    for path in ("/old", "/new", "/x", "/y"):
        live.journal.page(path, story(f"Story {path[1:]}"))
    live.journal.page("/rss.xml", told(("7", "/old")))
    live.run()
    live.journal.page("/rss.xml", told(("7", "/new"), ("8", "/x"), ("8", "/y")))
    live.run()
    assert ["/old", "/x", "/y"] == [path for path in live.journal.paths if path != "/rss.xml"]


def test_a_page_that_two_articles_cite_is_fetched_once(live: World) -> None:
    """However they spell its address."""
    boxes = live.agency.page("/boxes", story("Boxes of May"))
    urls = [
        live.journal.page("/a", article("The port grows", [("Boxes of May", boxes)])),
        live.journal.page("/b", article("The port's debts", [("Boxes of May", f"{boxes}?utm_source=b#top")])),
    ]
    live.journal.page("/rss.xml", feed(*({"url": url} for url in urls)))
    live.run()
    assert ["/boxes"] == live.agency.paths
    assert [2] == live.ask("SELECT count(*) FROM resolutions WHERE method = 'url'")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        pytest.param("feeds", "feed", id="feed"),
        pytest.param("sitemaps", "sitemap", id="sitemap"),
        pytest.param("lists", "list", id="list"),
    ],
)
def test_each_way_to_name_articles_brings_them(live: World, kind: str, told: str) -> None:
    """With its limit, and with where the page became known."""
    pages = [live.journal.page(f"/{n}", story(f"Story {n}", n)) for n in range(3)]
    bodies = {
        "feed": feed(*({"url": url} for url in pages)),
        "sitemap": sitemap(*({"url": url} for url in pages)),
        "list": "\n".join(pages),
    }
    types = {"feed": "application/rss+xml", "sitemap": "application/xml", "list": "text/plain"}
    live.journal.page("/told", bodies[told], media_type=types[told])
    live.configure(f'{kind} = [{{ url = "{live.journal.url}/told", limit = 2 }}]', sources="")
    live.run()
    assert [(told, 2)] == live.ask("SELECT origin, count(*) FROM pages WHERE state = 'held' GROUP BY origin")
    assert ["/told", "/0", "/1"] == live.journal.paths


def test_a_list_in_a_file_names_articles_too(live: World) -> None:
    """Read anew in every run; what it names already is not asked again."""
    (live.config.parent / "urls.txt").write_text(f"# ours\n{live.journal.page('/0', story('Boxes'))}\n")
    live.configure('lists = ["urls.txt"]', sources="")
    live.run()
    live.run()
    assert ["/0"] == live.journal.paths


def test_a_changed_page_is_a_new_version_beside_the_old_one(live: World) -> None:
    """A sitemap's lastmod says so; the article is one article, with its new text."""
    url = live.journal.page("/0", story("Boxes of May", 4_500))
    live.journal.page("/map", sitemap({"url": url, "modified": "2024-06-04"}), media_type="application/xml")
    live.configure(f'sitemaps = ["{live.journal.url}/map"]', sources="")
    live.run()
    live.journal.page("/0", story("Boxes of May", 5_400))
    live.journal.page("/map", sitemap({"url": url, "modified": "2024-06-05"}), media_type="application/xml")
    live.run()
    versions = live.ask("SELECT is_current, characters FROM page_versions ORDER BY first_fetched_at")
    assert [False, True] == [current for current, _ in versions]
    assert [1] == live.ask("SELECT count(*) FROM articles")
    assert [2] == live.ask("SELECT count(*) FROM raws WHERE content IS NOT NULL")
    assert [True] == live.ask(
        "SELECT text LIKE '%5400%' FROM documents JOIN current_documents USING (document_id)"
    )


@pytest.mark.parametrize(
    ("state", "reason", "status"),
    [
        pytest.param("failed", "not_found", 404, id="not found"),
        pytest.param("failed", "gone", 410, id="gone"),
        pytest.param("failed", "forbidden", 403, id="forbidden"),
        pytest.param("failed", "unauthorized", 401, id="unauthorized"),
        pytest.param("waiting", "too_many_requests", 429, id="too many requests"),
        pytest.param("waiting", "server_error", 503, id="server error"),
    ],
)
def test_a_cited_page_that_is_not_there_says_why(live: World, state: str, reason: str, status: int) -> None:
    """In the pages, the attempts, the issues, and the entry that is not resolved."""
    boxes = live.agency.page("/boxes", "<p>No.</p>", status=status)
    cite(live, ("Boxes of May", boxes))
    live.run()
    assert [(state, reason)] == live.ask("SELECT state, reason FROM pages WHERE role = 'source'")
    assert [(status, reason)] == live.ask(f"SELECT status, reason FROM fetches WHERE url = '{boxes}'")
    assert [boxes] == live.ask(
        f"SELECT item FROM issues WHERE stage = 'fetch' AND reason = '{reason}' AND item = '{boxes}'"
    )
    assert [reason] == live.ask("SELECT reason FROM resolutions WHERE source_id IS NULL")


def test_trouble_is_tried_over_three_runs_and_then_set_aside(live: World) -> None:
    """And taken up again by hand."""
    cite(live, ("Boxes of May", live.agency.page("/boxes", "", status=500)))
    for _ in range(4):
        live.run()
    assert [1, 2, 3] == live.ask(
        "SELECT attempt FROM fetches WHERE reason = 'server_error' ORDER BY fetched_at"
    )
    assert ["set_aside"] == live.ask("SELECT state FROM pages WHERE role = 'source'")
    assert [1] == live.ask("SELECT count(*) FROM issues WHERE reason = 'set_aside'")
    from tasks.store.store import Store

    with Store.open(live.settings.database.path) as store:
        assert 1 == store.retry()
    live.agency.page("/boxes", story("Boxes of May"))
    live.run()
    assert ["held"] == live.ask("SELECT state FROM pages WHERE role = 'source'")


def test_a_dead_page_is_replaced_by_its_copy_with_the_copys_date(live: World) -> None:
    """Asked for by the article's date, without the archive's banner, shown beside the evidence."""
    lost = f"{live.agency.url}/boxes"
    live.copy(lost, "20240606070809", story("Boxes of May"))
    cite(live, ("Boxes of May", lost))
    live.run()
    asked = next(path for path in live.archive.paths if path.startswith("/available"))
    assert "timestamp=20240605" in asked
    assert [("archive", "not_found")] == live.ask("SELECT method, reason FROM resolutions")
    assert ["2024-06-06 07:08:09"] == live.ask(
        "SELECT archived_at::VARCHAR FROM fetches WHERE document_id IS NOT NULL AND archived_at IS NOT NULL"
    )
    assert ["held"] == live.ask("SELECT state FROM pages WHERE origin = 'archive'")
    live.run()
    assert 1 == len([path for path in live.archive.paths if path.startswith("/available")])


@pytest.mark.parametrize(
    ("reason", "page"),
    [
        pytest.param(
            "thin",
            html_page("Before you continue", ["We use cookies. Accept all cookies to go on."]),
            id="consent",
        ),
        pytest.param(
            "soft_not_found",
            html_page("Page not found", ["Sorry, the page you asked for was not found."]),
            id="soft 404",
        ),
    ],
)
def test_a_page_that_is_no_article_is_not_held_against_a_claim(live: World, reason: str, page: str) -> None:
    """Nor is it dead; its archived copy stands for it where there is one."""
    boxes = live.agency.page("/boxes", page)
    cite(live, ("Boxes of May", boxes))
    live.run()
    assert [("failed", reason)] == live.ask(f"SELECT state, reason FROM pages WHERE url = '{boxes}'")
    assert [("", reason)] == live.ask("SELECT method, reason FROM resolutions")
    assert ["not_archived"] == live.ask("SELECT reason FROM fetches WHERE purpose = 'archive'")


def test_a_redirect_to_the_front_page_is_no_source(live: World) -> None:
    """The way in which many sites drop their old pages."""
    live.agency.page("/", story("All of today"))
    live.agency.redirect("/boxes", "/")
    cite(live, ("Boxes of May", f"{live.agency.url}/boxes"))
    live.run()
    assert ["redirected_home"] == live.ask("SELECT reason FROM resolutions")


def test_a_page_is_found_at_every_address_of_its_redirects(live: World) -> None:
    """One entry names the old address, another one the new."""
    new = live.agency.page("/2024/boxes", story("Boxes of May"))
    live.agency.redirect("/boxes", "/2024/boxes")
    cite(live, ("Boxes of May", f"{live.agency.url}/boxes"), ("Boxes in May", new))
    live.run()
    assert ["url", "url"] == live.ask("SELECT method FROM resolutions")
    assert [1] == live.ask("SELECT count(DISTINCT source_id) FROM resolutions")


def test_what_is_known_of_hosts_outlives_the_run(live: World) -> None:
    """Of those to which a redirect led as well: robots.txt is asked for once a day, not once a run."""
    live.archive.page("/boxes", story("Boxes of May"))
    live.agency.redirect("/boxes", f"{live.archive.url}/boxes")
    cite(live, ("Boxes of May", f"{live.agency.url}/boxes"))
    live.run()
    known = {host.url for host in (live.journal, live.agency, live.archive)}
    assert known == set(live.ask("SELECT host FROM hosts"))
    live.journal.page("/b", article("The port again", [("Boxes", f"{live.agency.url}/boxes?again")]))
    live.journal.page("/rss.xml", feed({"url": f"{live.journal.url}/b"}))
    live.run()
    asked = [one.path for host in (live.journal, live.agency, live.archive) for one in host.requests]
    assert 3 == asked.count("/robots.txt")


def test_robots_txt_is_obeyed_and_its_block_is_not_death(live: World) -> None:
    """A page that robots.txt forbids is never asked for."""
    live.agency.robots("User-agent: *\nDisallow: /")
    cite(live, ("Boxes of May", live.agency.page("/boxes", story("Boxes of May"))))
    live.run()
    assert [] == live.agency.paths
    assert [("disallowed", "robots_disallowed")] == live.ask(
        "SELECT robots, reason FROM fetches WHERE reason <> '' AND purpose = 'page'"
    )
    assert [] == [path for path in live.archive.paths if path.startswith("/available")]


def test_an_entry_without_address_is_looked_up_in_its_outlets_feed(
    live: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By title; the feed's other pages are known and never asked for."""
    named = live.name(live.agency, "harborledger.example", monkeypatch)
    live.agency.page("/boxes", story("Boxes of May fill the harbour"))
    told = (
        {"url": f"{named}/boxes", "title": "Boxes of May fill the harbour"},
        {"url": f"{named}/other", "title": "The mayor's new garden"},
    )
    live.agency.page("/rss.xml", feed(*told))
    cite(live, ("Boxes of May fill the harbour", ""))
    live.configure(
        f'feeds = ["{live.journal.url}/rss.xml"]',
        f'feeds = ["{named}/rss.xml"]',
        fetch=f"ports = [80, 443, {live.agency.port}]",
    )
    live.run()
    assert [("source", "feed", "known"), ("source", "lookup", "held")] == live.ask(
        "SELECT role, origin, state FROM pages WHERE role = 'source' ORDER BY origin"
    )
    assert ["title"] == live.ask("SELECT method FROM resolutions")
    assert ["/rss.xml", "/boxes"] == live.agency.paths


def test_a_search_of_the_users_own_is_asked_for_what_is_found_nowhere(
    live: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, and again in the next run where it fails; what it finds is fetched and matched by title."""
    page = live.agency.page("/boxes", story("Boxes of May fill the harbour"))
    lines = (
        "asked = []",
        "def find(reference):",
        "    asked.append(reference.fields.title)",
        "    if 'Lost' in reference.fields.title:",
        "        raise OSError('no line')",
        f"    return ['{page}', 'javascript:alert(1)']",
    )
    (live.config.parent / "finder.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(live.config.parent))
    cite(live, ("Boxes of May fill the harbour", ""), ("Lost boxes of the year", ""))
    live.configure(f'feeds = ["{live.journal.url}/rss.xml"]', 'search = "finder:find"')
    live.run()
    live.run()
    import finder

    lost = ["Lost boxes of the year"] * 2
    assert ["Boxes of May fill the harbour", *lost] == finder.asked
    assert [("title", ""), ("", "not_held")] == live.ask(
        "SELECT method, reason FROM resolutions ORDER BY ordinal"
    )
    assert ["OSError: no line"] == live.ask("SELECT detail FROM issues WHERE reason = 'search_failed'")


def test_a_runs_tag_chooses_its_origins(live: World) -> None:
    """What carries another tag is neither asked nor told to be gone."""
    for name in ("hourly", "nightly"):
        live.journal.page(f"/{name}", feed({"url": live.journal.page(f"/{name}/0", story(name.title()))}))
    folder = live.config.parent / "own"
    folder.mkdir()
    (folder / "a.html").write_text(story("Ours"))
    live.configure(
        f'folders = [{{ path = "own", tag = "nightly" }}]\n'
        f'feeds = [{{ url = "{live.journal.url}/hourly", tag = "hourly" }}, {{ url = "{live.journal.url}/nightly", tag = "nightly" }}]',
        sources="",
    )
    live.run(tag="nightly")
    live.run(tag="hourly")
    assert ["/nightly", "/nightly/0", "/hourly", "/hourly/0"] == live.journal.paths
    assert [3] == live.ask("SELECT count(*) FROM locations WHERE NOT gone")


def test_the_budget_of_a_run_leaves_the_rest_for_the_next(live: World) -> None:
    """Nothing is lost, nothing counts as failed."""
    pages = [live.journal.page(f"/{n}", story(f"Story {n}", n)) for n in range(5)]
    (live.config.parent / "urls.txt").write_text("\n".join(pages))
    live.configure('lists = ["urls.txt"]', sources="", fetch="budget_pages = 3")
    counts = live.run()
    assert {"budget_spent": 2} == counts["acquire"].dropped
    assert [0] == live.ask("SELECT count(*) FROM issues WHERE stage = 'fetch'")
    live.run()
    assert ["held"] * 5 == live.ask("SELECT state FROM pages")
    assert 5 == len(live.journal.paths)


def fetch_counts(live: World) -> tuple[int, int, dict[str, int], int]:
    """Run; return what fetch had to do, kept and dropped in all of its rounds, and how many those were."""
    rounds = 0

    def one(stage: str) -> StageCounts:
        nonlocal rounds
        rounds += stage == "fetch"
        return run_stage(stage, settings, run_id)

    settings = live.settings
    run_id = start_run(settings)
    counts = next(one for one in merged(run_stages(READING, one)) if one.stage == "fetch")
    assert counts.pending == counts.kept + sum(counts.dropped.values())
    return counts.pending, counts.kept, counts.dropped, rounds


def cite_five(live: World) -> list[str]:
    """Let the journal's article cite five pages of the agency, all of them well."""
    names = [f"Story {n}" for n in range(5)]
    urls = [live.agency.page(f"/{n}", story(name, n)) for n, name in enumerate(names)]
    cite(live, *zip(names, urls, strict=True))
    return urls


def test_what_fetch_did_is_counted_by_pages(live: World) -> None:
    """That they were weighed as well is no work of its own, and no reason to look for more of it."""
    cite_five(live)
    assert (5, 5, {}, 2) == fetch_counts(live)
    assert (0, 0, {}, 1) == fetch_counts(live)


def test_a_source_that_is_cited_anew_is_weighed_again_and_not_read_again(live: World) -> None:
    """Under another title it may be a thin page; the text that is weighed stays what it was."""
    boxes = live.agency.page("/boxes", story("Boxes of May"))
    cite(live, ("Boxes of May", boxes))
    live.run()
    cite(live, ("The boxes of the month of May", boxes), path="/b", title="The port again")
    again = live.run()
    assert [1] * 4 == [again[stage].kept for stage in ("extract", "normalize", "segment", "cite")]
    assert [2] == live.ask("SELECT count(DISTINCT run_id) FROM batches WHERE stage = 'weigh'")
    assert [3] == live.ask("SELECT count(*) FROM documents")


def test_what_was_not_asked_is_counted_once_and_ends_the_rounds(live: World) -> None:
    """All else would be as it was: the budget is one for the whole run."""
    cite_five(live)
    live.configure(f'feeds = ["{live.journal.url}/rss.xml"]', fetch="budget_pages = 4")
    assert (5, 2, {"budget_spent": 3}, 2) == fetch_counts(live)


def test_a_host_that_is_left_alone_is_told_once_a_page(live: World) -> None:
    """However often the rounds come to it."""
    boxes = [(f"Story {n}", live.agency.page(f"/{n}", story(f"Story {n}", n))) for n in range(2)]
    crane = live.archive.page("/crane", story("A third crane"))
    cite(live, *boxes, ("A third crane", crane))
    live.agency.robots("", status=503)
    live.run()
    live.journal.page("/b", article("More", [*boxes, ("Four", live.archive.page("/4", story("Four")))]))
    live.journal.page("/rss.xml", feed({"url": f"{live.journal.url}/b"}))
    assert (3, 1, {"host_paused": 2}, 2) == fetch_counts(live)


def test_what_became_of_a_page_at_last_is_what_counts(live: World) -> None:
    """One was got, then found to be thin, and a copy stands for it; one is in none of its spellings there."""
    thin = live.agency.page("/0", html_page("Before you continue", ["We use cookies. Accept all cookies."]))
    live.copy(thin, "20240606070809", story("Boxes of May"))
    lost = f"{live.agency.url}/lost"
    cite(live, ("Boxes of May", thin), ("Lost", lost), ("Lost again", f"{lost}?utm_source=x"))
    assert (3, 1, {"not_found": 1, "thin": 1}, 3) == fetch_counts(live)


def test_two_stories_of_one_script_are_two_pages(live: World) -> None:
    """What a query holds tells pages apart; only tracking does not."""
    live.agency.page("/story.php?sid=1", story("Boxes of May", 1))
    live.agency.page("/story.php?sid=2", story("A third crane", 2))
    names = (("Boxes of May", "sid=1"), ("A third crane", "sid=2&utm_source=x"))
    cite(live, *((title, f"{live.agency.url}/story.php?{query}") for title, query in names))
    live.agency.page("/story.php?sid=2&utm_source=x", story("A third crane", 2))
    live.run()
    assert [2] == live.ask("SELECT count(DISTINCT source_id) FROM resolutions WHERE method = 'url'")


def test_an_archive_that_was_in_trouble_is_asked_again(live: World) -> None:
    """In the next run; one that has no copy is not."""
    live.archive.page("/available", "", status=503)
    cite(live, ("Boxes of May", f"{live.agency.url}/boxes"))
    live.run()
    live.copy(f"{live.agency.url}/boxes", "20240606070809", story("Boxes of May"))
    live.run()
    assert ["archive"] == live.ask("SELECT method FROM resolutions")


def test_all_sitemaps_of_an_index_are_read_over_runs(live: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the index itself has not changed since; and one that changed today is asked for again."""
    monkeypatch.setattr("tasks.stages.polling.SITEMAPS_A_RUN", 2)
    maps = []
    for n in range(5):
        url = live.journal.page(f"/{n}", story(f"Story {n}", n))
        maps.append(live.journal.page(f"/map{n}", sitemap({"url": url}), media_type="application/xml"))
    listed = "".join(f"<sitemap><loc>{one}</loc><lastmod>2024-06-04</lastmod></sitemap>" for one in maps)
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'
    live.journal.page("/index", index, media_type="application/xml", etag='"1"')
    live.configure(f'sitemaps = ["{live.journal.url}/index"]', sources="")
    for _ in range(3):
        live.run()
    assert [5] == live.ask("SELECT count(*) FROM pages WHERE state = 'held'")


@pytest.mark.parametrize(
    ("asked", "modified"),
    [
        pytest.param(1, "2024-06-04", id="a day that is over"),
        pytest.param(2, "today", id="today"),
    ],
)
def test_a_sitemap_that_changed_on_the_day_when_it_was_read_is_read_again(
    live: World, asked: int, modified: str
) -> None:
    """A day alone says nothing of the hour: what came after the first look would be lost."""
    day = f"{datetime.now(UTC):%Y-%m-%d}" if modified == "today" else modified
    live.journal.page("/map", sitemap(), media_type="application/xml")
    one = f"<sitemap><loc>{live.journal.url}/map</loc><lastmod>{day}</lastmod></sitemap>"
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{one}</sitemapindex>'
    live.journal.page("/index", index, media_type="application/xml")
    live.configure(f'sitemaps = ["{live.journal.url}/index"]', sources="")
    live.run()
    live.run()
    assert asked == live.journal.paths.count("/map")


def test_a_robots_txt_that_cannot_be_had_counts_where_it_was_asked_for(live: World) -> None:
    """One trouble, remembered over three runs, does not set a page aside."""
    live.agency.robots("", status=503)
    cite(live, ("Boxes of May", live.agency.page("/boxes", story("Boxes of May"))))
    for _ in range(4):
        live.run()
    assert [("waiting", 1)] == live.ask("SELECT state, attempts FROM pages WHERE role = 'source'")
    assert [] == live.agency.paths


def test_a_page_that_becomes_a_consent_page_keeps_its_earlier_version(live: World) -> None:
    """An article and a source alike; the reason is told, and gone again once the page is back."""
    wall = html_page("Before you continue", ["We use cookies. Accept all cookies to go on."])
    boxes = live.agency.page("/boxes", story("Boxes of May"))
    url = cite(live, ("Boxes of May", boxes))
    live.run()
    live.agency.page("/boxes", wall)
    live.journal.page("/a", wall)
    live.recheck()
    live.run()
    assert [("held", "thin")] * 2 == live.ask("SELECT state, reason FROM pages")
    assert [1] == live.ask("SELECT count(*) FROM articles")
    assert [("url", "")] == live.ask("SELECT method, reason FROM resolutions")
    live.recheck()
    assert ["thin"] * 2 == live.ask("SELECT reason FROM pages")
    live.agency.page("/boxes", story("Boxes of May", 77))
    live.journal.page("/a", article("The port grows", [("Boxes of May", boxes)]))
    live.recheck()
    live.run()
    assert [("held", "")] * 2 == live.ask("SELECT state, reason FROM pages")
    assert [] == live.ask(f"SELECT item FROM issues WHERE item IN ('{url}', '{boxes}')")


def test_a_thin_page_that_is_then_not_there_is_just_that(live: World) -> None:
    """Whatever comes after, nothing lies there."""
    boxes = live.agency.page("/boxes", html_page("Before you continue", ["We use cookies. Accept all."]))
    cite(live, ("Boxes of May", boxes))
    live.run()
    live.agency.page("/boxes", "", status=404)
    live.recheck()
    live.run()
    assert [("failed", "not_found")] == live.ask("SELECT state, reason FROM pages WHERE role = 'source'")


def test_an_added_page_is_fetched_where_nothing_else_of_the_web_is_named(live: World) -> None:
    """By the next run, which else would not ask the web at all."""
    live.configure(articles="", sources="")
    live.add(live.journal.page("/a", story("The port grows")))
    live.run()
    assert ["/a"] == live.journal.paths


def test_the_budget_is_one_for_all_that_a_run_asks_for(live: World) -> None:
    """Articles, cited pages and their copies together."""
    cited = [(f"Story {n}", live.agency.page(f"/{n}", story(f"Story {n}", n))) for n in range(4)]
    cite(live, *cited)
    live.configure(f'feeds = ["{live.journal.url}/rss.xml"]', fetch="budget_pages = 4")
    live.run()
    assert 2 == len(live.agency.paths)
    live.run()
    live.run()
    assert ["held"] * 5 == live.ask("SELECT state FROM pages")


def publishes(live: World) -> bool:
    """Publish as a run does; return whether that made a new copy."""
    from tasks.publish import publish

    database = live.settings.database
    return publish(database.path, database.published, database.keep, database.parquet).changed


def test_a_quiet_run_publishes_nothing_new(live: World) -> None:
    """A feed that answers 304 is no reason to copy the database."""
    cite(live, ("Boxes of May", live.agency.page("/boxes", story("Boxes of May"))))
    live.journal.page("/rss.xml", feed({"url": f"{live.journal.url}/a"}), etag='"7"')
    changed = []
    for _ in range(3):
        live.run()
        changed.append(publishes(live))
    assert [True, False, False] == changed


@pytest.mark.parametrize(
    ("expected", "before", "after"),
    [
        pytest.param([False, False], "title", "title", id="the same bytes"),
        pytest.param([False, False], "title", "title<!-- of noon -->", id="other bytes that tell the same"),
        pytest.param([True, False], "title", "a better title", id="another title"),
        pytest.param([True, False], "title", "</rss>", id="what cannot be read"),
    ],
)
def test_a_feed_without_validators_is_a_new_copy_only_where_it_tells_something_new(
    expected: list[bool], before: str, after: str, live: World
) -> None:
    """That it was read, once more, is nothing that readers of a copy could want to know."""
    url = live.journal.page("/a", story("Boxes of May"))
    changed = []
    for title in (before, after, after):
        told = feed({"url": url, "title": title}) if title != "</rss>" else title
        live.journal.page("/rss.xml", told, media_type="application/rss+xml")
        live.run()
        changed.append(publishes(live))
    assert [True, *expected] == changed


def test_an_index_of_sitemaps_that_tells_the_same_is_no_new_copy(live: World) -> None:
    """It is never asked for under a condition: what was left for a later run would not be told again."""
    url = live.journal.page("/a", story("Boxes of May"))
    listed = live.journal.page("/map", sitemap({"url": url}), media_type="application/xml")
    index = f"<sitemapindex><sitemap><loc>{listed}</loc></sitemap></sitemapindex>"
    live.journal.page("/index", index, media_type="application/xml")
    live.configure(f'sitemaps = ["{live.journal.url}/index"]', sources="")
    changed = []
    for _ in range(3):
        live.run()
        changed.append(publishes(live))
    assert [True, False, False] == changed


def test_a_page_that_is_back_is_no_copy_any_more(live: World) -> None:
    """Though its bytes are those of the copy."""
    lost, page = f"{live.agency.url}/boxes", story("Boxes of May")
    live.copy(lost, "20240606070809", page)
    cite(live, ("Boxes of May", lost))
    live.run()
    assert ["archive"] == live.ask("SELECT method FROM resolutions")
    live.agency.page("/boxes", page)
    live.recheck(dead=True)
    live.run()
    assert [("url", "")] == live.ask("SELECT method, reason FROM resolutions")


def test_a_304_without_validators_leaves_those_that_are_known(live: World) -> None:
    """Else every second run would fetch the whole feed."""
    live.journal.page("/rss.xml", feed(), last_modified="Tue, 04 Jun 2024 10:00:00 GMT")
    for _ in range(4):
        live.run()
    asked = [one for one in live.journal.requests if one.path == "/rss.xml"]
    assert [False, True, True, True] == ["if-modified-since" in one.headers for one in asked]

"""What is known of a page over the runs: addresses that move, ids that return, trouble that passes, titles that come later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from live_world import STORY, World, article, feed, html_page, sitemap, story, world

from tasks.stages.live import fetch_pages_now
from tasks.store.store import Store
from tasks.store.verify import verify

JOURNAL = 'feeds = ["{}/rss.xml"]'
# Too few words to be an article by themselves: that its title is in the page tells what it is.
NOTE = (
    "The authority counted 4,500 boxes in the month of May, more than in any May before, its head told "
    "reporters on Tuesday in the old town hall by the water. A third crane is to come in autumn, it said, if "
    "the council agrees to pay half of it."
)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made
        assert [] == verify(made.settings.database.path)


def cite(live: World, *articles: tuple[tuple[str, str], ...]) -> None:
    """Let the journal's feed tell of articles that each cite pages (title, address)."""
    urls = [
        live.journal.page(f"/{n}", article(f"The port grows {n}", cited)) for n, cited in enumerate(articles)
    ]
    live.journal.page("/rss.xml", feed(*({"url": url} for url in urls)))


def items(live: World, *told: tuple[str, str, str, str]) -> None:
    """Let the journal's feed tell of items: id, path, title and day of June."""
    entries = "".join(
        f'<item><guid isPermaLink="false">{name}</guid><link>{live.journal.url}{path}</link>'
        f"<title>{title}</title>{f'<pubDate>{day} Jun 2024 10:00:00 GMT</pubDate>' if day else ''}</item>"
        for name, path, title, day in told
    )
    live.journal.page("/rss.xml", f'<rss version="2.0"><channel><title>All</title>{entries}</channel></rss>')


def asked(live: World) -> list[str]:
    """The journal's pages that were asked for, in their order."""
    return [path for path in live.journal.paths if path != "/rss.xml"]


def test_an_address_that_led_elsewhere_means_its_own_page_once_it_has_one(live: World) -> None:
    """Also where the other page, to which it led, is held itself and has the title that is cited."""
    crane, boxes = f"{live.agency.url}/crane", live.agency.page("/boxes", story("Boxes of May"))
    live.agency.redirect("/crane", boxes)
    cite(live, (("Boxes of May", crane),), (("Boxes of May", boxes),))
    live.run()
    told = """
        SELECT "references".url, documents.title
        FROM resolutions JOIN "references" USING (reference_id)
        JOIN documents ON documents.document_id = resolutions.source_id
        ORDER BY ALL
    """
    assert [(boxes, "Boxes of May"), (crane, "Boxes of May")] == live.ask(told)
    words = [*STORY, "Read more about the Boxes of May on another page."]
    live.agency.page("/crane", html_page("New cranes went to work", words))
    live.recheck()
    live.run()
    assert [(boxes, "Boxes of May"), (crane, "New cranes went to work")] == live.ask(told)
    # And back again, though nothing else of what is held changes.
    live.agency.redirect("/crane", boxes)
    live.recheck()
    live.run()
    assert [(boxes, "Boxes of May"), (crane, "Boxes of May")] == live.ask(told)


def test_a_page_shows_as_current_only_what_it_holds_itself(live: World) -> None:
    """What it held before is none of its current versions, though another page holds that still."""
    crane, boxes = f"{live.agency.url}/crane", live.agency.page("/boxes", story("Boxes of May"))
    live.agency.redirect("/crane", boxes)
    cite(live, (("Two new cranes", crane), ("Boxes of May", boxes)))
    live.run()
    live.agency.page("/crane", story("New cranes went to work", 7))
    live.recheck()
    live.run()
    assert [("Boxes of May", False), ("New cranes went to work", True)] == live.ask(
        "SELECT title, is_current FROM page_versions WHERE url LIKE '%/crane' ORDER BY first_fetched_at"
    )


@pytest.mark.parametrize(
    ("expected", "first", "then"),
    [
        pytest.param(["/1", "/2"], ("day", "/1", "One", ""), ("day", "/2", "Two", ""), id="another title"),
        pytest.param(["/1", "/2"], ("day", "/1", "Port", "3"), ("day", "/2", "Port", "4"), id="another date"),
        pytest.param(["/1"], ("7", "/1", "Port", ""), ("7", "/2", "Port", ""), id="the same title"),
        pytest.param(["/1"], ("7", "/1", "Port", "3"), ("7", "/2", "Ports", "3"), id="the same date"),
    ],
)
def test_an_id_that_a_feed_gives_to_one_story_after_another_loses_none(
    expected: list[str], first: tuple[str, str, str, str], then: tuple[str, str, str, str], live: World
) -> None:
    """Only where date or title agree too, an id tells of a page that has moved."""
    for path in ("/1", "/2"):
        live.journal.page(path, story(f"Story {path[1:]}"))
    for told in (first, then):
        items(live, told)
        live.run()
    assert expected == asked(live)


def test_an_item_that_could_not_be_had_is_asked_for_where_it_is_now(live: World) -> None:
    """A feed that corrects its link brings the article, whatever became of the wrong address."""
    live.journal.page("/wrong", "", status=503)
    items(live, ("7", "/wrong", "Port", "3"))
    live.run()
    live.journal.page("/wrong", "", status=404)
    live.journal.page("/right", story("Port"))
    items(live, ("7", "/right", "Port", "3"))
    live.run()
    assert [("held", "/right")] == live.ask(
        "SELECT state, regexp_extract(url, '/[a-z]+$') FROM pages WHERE state <> 'failed'"
    )


def test_an_item_that_has_gone_from_its_address_is_asked_for_where_it_is_now(live: World) -> None:
    """A page that has moved is no new article; one that is there no more has no other place to be read."""
    live.journal.page("/old", story("Port"))
    live.journal.page("/new", story("Port", 77))
    items(live, ("7", "/old", "Port", "3"))
    live.run()
    items(live, ("7", "/new", "Port", "3"))
    live.run()
    assert ["/old"] == asked(live)
    live.journal.page("/old", "", status=404)
    live.recheck()
    live.run()
    assert ["/old", "/old", "/new"] == asked(live)


def test_a_page_that_was_given_up_is_tried_as_often_when_it_has_changed_anew(live: World) -> None:
    """Trouble of another day does not count against a change; what is given up again can be retried."""
    live.configure(f'sitemaps = ["{live.journal.url}/map.xml"]')
    url = live.journal.page("/a", story("The port grows"))
    told = "SELECT state, reason, attempts FROM pages"

    def changes(day: int) -> None:
        live.journal.page("/map.xml", sitemap({"url": url, "modified": f"2024-06-0{day}"}))

    changes(1)
    live.run()
    live.journal.page("/a", "", status=503)
    changes(2)
    for _ in range(3):
        live.run()
    assert [("held", "server_error", 3)] == live.ask(told)
    changes(3)
    live.run()
    assert [("waiting", "server_error", 1)] == live.ask(told)
    live.run()
    live.run()
    assert [("held", "server_error", 3)] == live.ask(told)
    with Store.open(live.settings.database.path) as store:
        assert (1, 0) == (store.retry(), store.retry())
    live.journal.page("/a", story("The port grows", 77))
    live.run()
    assert [False, True] == live.ask("SELECT is_current FROM page_versions ORDER BY first_fetched_at")


@pytest.mark.parametrize(
    "letter", [pytest.param(one, id=f"U+{ord(one):04X}") for one in "\u00ad\u200b\u200d\ufeff\u2028\ue000"]
)
def test_a_dead_page_whose_address_has_an_invisible_letter_is_asked_once(letter: str, live: World) -> None:
    """However its address is kept: it was asked for in this spelling."""
    entry = f'<li><a href="{live.agency.url}/bo{letter}xes">Boxes of May.</a> The Harbor Ledger, 2024.</li>'
    page = article("The port grows", [("Boxes of May", "")])
    before, _, after = page.partition("<ol>")
    live.journal.page("/0", f"{before}<ol>{entry}{after.partition('</li>')[2]}")
    live.journal.page("/rss.xml", feed({"url": f"{live.journal.url}/0"}))
    live.run()
    once = live.agency.paths
    assert len(once) == len(set(once)) > 0
    live.run()
    assert once == live.agency.paths


def test_validators_go_to_the_address_that_gave_them(live: World) -> None:
    """To the end of the redirects, not to their beginning: there another page may come to lie."""
    new = live.agency.page("/boxes", story("Boxes of May"), last_modified="Wed, 05 Jun 2024 10:00:00 GMT")
    old = live.journal.redirect("/boxes", new)
    live.by_hand(lambda context: fetch_pages_now(context, [old], "source"), "fetch")
    (row,) = live.recheck()
    assert ("unchanged", 304) == (row["outcome"], row["status"])
    sent = [host.requests[-1].headers.get("if-modified-since", "") for host in (live.journal, live.agency)]
    assert ["", "Wed, 05 Jun 2024 10:00:00 GMT"] == sent
    live.journal.page("/boxes", story("A page anew", 7), last_modified="Tue, 04 Jun 2024 10:00:00 GMT")
    (row,) = live.recheck()
    assert ("kept", 200) == (row["outcome"], row["status"])


@pytest.mark.parametrize(
    "order", [pytest.param(("Council quarrels", "Harbour counts"), id="the other first"),
              pytest.param(("Harbour counts", "Council quarrels"), id="its own first")],
)  # fmt: skip
def test_whether_a_page_is_thin_does_not_depend_on_who_cites_it_first(
    order: tuple[str, str], live: World
) -> None:
    """A short page is what is meant by the title that it has, and weighed again when that comes."""
    titles = {"Council quarrels": "Council quarrels about schools", "Harbour counts": "Harbour counts boxes"}
    page = live.agency.page("/p", html_page("Harbour counts boxes in record May", [NOTE]))
    for many in (1, 2):
        cite(live, *(((titles[one], page),) for one in order[:many]))
        live.run()
    assert [("held", "")] == live.ask("SELECT state, reason FROM pages WHERE role = 'source'")
    assert [("url", "")] * 2 == live.ask("SELECT method, reason FROM resolutions")
    times = len(live.agency.paths)
    live.run()
    assert times == len(live.agency.paths)


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        pytest.param([("article", "held", ""), ("source", "known", "")], 200, id="there"),
        pytest.param([("article", "waiting", "server_error"), ("source", "known", "")], 503, id="trouble"),
        pytest.param([("article", "held", "not_found"), ("source", "known", "")], 404, id="gone"),
    ],
)
def test_a_recheck_leaves_a_role_that_nobody_takes_as_it_is(
    expected: list[tuple[str, str, str]], status: int, live: World
) -> None:
    """A page that a feed of sources lists, and that nothing cites, is known and no more."""
    live.configure(JOURNAL.format(live.journal.url), JOURNAL.format(live.journal.url))
    cite(live, ())
    live.run()
    live.journal.page("/0", article("The port grows", []) if status == 200 else "", status=status)
    live.recheck()
    assert expected == live.ask("SELECT role, state, reason FROM pages ORDER BY role")


def test_a_held_page_that_is_added_in_another_spelling_is_not_dead_by_that(live: World) -> None:
    """It is asked for where it is held, and serves in both roles."""
    boxes = live.agency.page("/boxes", story("Boxes of May"))
    cite(live, (("Boxes of May", boxes),))
    live.run()
    live.agency.page("/boxes/", "", status=404)
    live.add(f"{boxes}/")
    live.run()
    assert [("article", "held", ""), ("source", "held", "")] == live.ask(
        f"SELECT role, state, reason FROM pages WHERE url LIKE '{boxes}%' ORDER BY role"
    )
    assert "/boxes/" not in live.agency.paths

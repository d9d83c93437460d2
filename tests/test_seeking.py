"""Cited pages are looked for until one is there: other spellings, lists, a search, an archive's copies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from live_world import READING, World, article, feed, story, world

from tasks.fetch.archive import HEAD_END, TOOLBAR_BEGIN, TOOLBAR_END
from tasks.stages.seeking import ranked
from tasks.store.store import Store
from tasks.store.verify import verify

# Each of them runs the stages several times over a small web: half a minute together.
pytestmark = pytest.mark.slow

TITLE = "Boxes of May fill the harbour"
STAMP = "20240606070809"
FETCH = ("fetch",)
JOURNAL = 'feeds = ["{}/rss.xml"]'


@pytest.fixture
def live(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made
        assert [] == verify(made.settings.database.path)


def cite(live: World, *articles: tuple[tuple[str, str], ...], first: int = 0) -> None:
    """Let the journal's feed tell of articles that cite pages (title, address), numbered from ``first``."""
    urls = [
        live.journal.page(f"/{n}", article(f"The port grows {n}", cited))
        for n, cited in enumerate(articles, first)
    ]
    live.journal.page("/rss.xml", feed(*({"url": url} for url in urls)), media_type="application/rss+xml")


def outlet(live: World, monkeypatch: pytest.MonkeyPatch, *told: tuple[str, str]) -> str:
    """Let the agency be the Harbor Ledger, with a feed of pages (path, title); return its address."""
    named = live.name(live.agency, "harborledger.example", monkeypatch)
    live.agency.page("/rss.xml", feed(*({"url": named + path, "title": title} for path, title in told)))
    return named


def look_up_in(live: World, *feeds: str, search: str = "") -> None:
    named = ", ".join(f'"{one}/rss.xml"' for one in feeds)
    live.configure(
        JOURNAL.format(live.journal.url),
        f'feeds = [{named}]\nsearch = "{search}"',
        fetch=f"ports = [80, 443, {live.agency.port}]",
    )


def finder(live: World, monkeypatch: pytest.MonkeyPatch, name: str, *lines: str) -> str:
    """Write a search of the user's own; return the setting that names it."""
    body = "\n".join(("asked = []", "def find(reference):", "    asked.append(reference.id)", *lines))
    (live.config.parent / f"{name}.py").write_text(body + "\n")
    monkeypatch.syspath_prepend(str(live.config.parent))
    return f"{name}:find"


def test_a_cited_page_is_asked_for_although_another_document_has_its_title(live: World) -> None:
    """What the entry names is what the claim is held against."""
    folder = live.config.parent / "own"
    folder.mkdir()
    (folder / "old.html").write_text(story(TITLE))
    boxes = live.agency.page("/boxes", story(TITLE, 9_999))
    cite(live, ((TITLE, boxes),))
    live.configure(JOURNAL.format(live.journal.url), 'cited = true\nfolders = ["own"]')
    live.run()
    assert ["/boxes"] == live.agency.paths
    assert [("url", "9999")] == live.ask(
        "SELECT method, regexp_extract(text, '9999') FROM resolutions "
        "JOIN documents ON documents.document_id = source_id"
    )


@pytest.mark.parametrize(
    ("expected", "times"),
    [
        pytest.param("https://www.a.example/b", {"https://www.a.example/b": 1, "http://a.example/b": 9}, id="https"),
        pytest.param("https://a.example/b/", {"https://a.example/b/": 2, "https://a.example/b": 1}, id="mostly"),
        pytest.param("https://a.example/b", {"https://a.example/b/": 1, "https://a.example/b": 1}, id="short"),
        pytest.param("http://a.example/a", {"http://a.example/b": 1, "http://a.example/a": 1}, id="by letter"),
    ],
)  # fmt: skip
def test_of_several_spellings_one_is_asked_for_first(expected: str, times: Mapping[str, int]) -> None:
    """An encrypted one, then what is mostly written, then what is short."""
    assert expected == ranked(times)[0]


@pytest.mark.parametrize(
    ("expected", "runs"),
    [
        pytest.param(["/boxes/index.html", "/boxes"], ("/boxes/index.html", "/boxes"), id="in later runs"),
        pytest.param(["/boxes/", "/boxes"], ("/boxes/ /boxes/ /boxes",), id="at once"),
    ],
)
def test_a_page_that_is_there_under_another_spelling_is_not_dead(
    live: World, expected: list[str], runs: tuple[str, ...]
) -> None:
    """Each spelling that references write is asked for once, and before its death is believed."""
    live.agency.page("/boxes", story(TITLE))
    for n, paths in enumerate(runs):
        cite(live, *(((TITLE, live.agency.url + path),) for path in paths.split()), first=10 * n)
        live.run()
    assert expected == live.agency.paths
    assert [(f"{live.agency.url}/boxes", "held", "")] == live.ask(
        "SELECT url, state, reason FROM pages WHERE role = 'source'"
    )
    assert {("url", "")} == set(live.ask("SELECT method, reason FROM resolutions"))
    assert [] == live.ask("SELECT item FROM issues WHERE reason = 'not_found'")


def test_a_page_that_is_there_under_no_spelling_is_dead(live: World) -> None:
    """It is asked for under each once, over all runs, and then for a copy of it."""
    cite(live, *(((TITLE, f"{live.agency.url}/boxes{end}"),) for end in ("", "/", "#top", "/index.html")))
    live.run()
    live.run(FETCH)
    assert ["/boxes", "/boxes/", "/boxes/index.html"] == live.agency.paths
    assert {("", "not_found")} == set(live.ask("SELECT method, reason FROM resolutions"))
    assert 1 == len(live.archive.paths)


def test_a_page_that_is_blocked_is_not_asked_for_otherwise(live: World) -> None:
    """It is there, but not for us: knocking at another door is no manners."""
    live.agency.page("/boxes", "", status=403)
    cite(live, *(((TITLE, f"{live.agency.url}/boxes{end}"),) for end in ("", "/")))
    live.run()
    assert ["/boxes"] == live.agency.paths


def test_an_archive_in_trouble_is_asked_once_a_run_and_three_times_in_all(live: World) -> None:
    """Then it is set aside, and taken up again by hand."""
    live.archive.page("/available", "", status=503)
    cite(live, ((TITLE, f"{live.agency.url}/boxes"),))
    live.run()
    assert 1 == len(live.archive.paths)
    for _ in range(3):
        live.run(FETCH)
    assert [1, 2, 3] == live.ask("SELECT attempt FROM fetches WHERE purpose = 'archive' ORDER BY fetched_at")
    lost = "item LIKE 'copy of %'"
    assert [(False, "server_error")] == live.ask(f"SELECT kept, reason FROM ledger WHERE {lost}")
    assert ["server_error", "set_aside"] == live.ask(
        f"SELECT reason FROM issues WHERE {lost} ORDER BY reason"
    )
    live.copy(f"{live.agency.url}/boxes", STAMP, story(TITLE))
    with Store.open(live.settings.database.path) as store:
        assert (1, 0) == (store.retry(), store.retry())
    live.run()
    assert [("archive", "not_found")] == live.ask("SELECT method, reason FROM resolutions")
    assert [] == live.ask(f"SELECT reason FROM issues WHERE {lost}")


def test_that_an_archive_has_no_copy_is_an_answer(live: World) -> None:
    """Kept, asked for once, and an issue; one of trouble before it is none any more."""
    live.archive.page("/available", "", status=503)
    cite(live, ((TITLE, f"{live.agency.url}/boxes"),))
    live.run()
    live.archive.page("/available", '{"archived_snapshots": {}}', media_type="application/json")
    live.run(FETCH)
    live.run(FETCH)
    assert 2 == len(live.archive.paths)
    lost = "item LIKE 'copy of %'"
    assert [(True, "")] == live.ask(f"SELECT kept, reason FROM ledger WHERE {lost}")
    assert ["not_archived"] == live.ask(f"SELECT reason FROM issues WHERE {lost}")


def shown() -> str:
    """A page as an archive shows it."""
    words = "The archive has kept 1,204 captures of this page, which its readers may visit."
    toolbar = f"{TOOLBAR_BEGIN.decode()}<div><p>{words}</p></div>{TOOLBAR_END.decode()}"
    page = story(TITLE).replace("<body>", f"<body>{toolbar}")
    return page.replace("<head>", f"<head>{HEAD_END.decode()}")


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        pytest.param("", {"status": 404}, id="not found"),
        pytest.param("<html></html>", {}, id="no text"),
    ],
)
def test_a_copy_that_cannot_be_had_raw_is_taken_from_the_archives_own_page(
    live: World, raw: str, answer: dict[str, str]
) -> None:
    """Asked for once, and without what the archive puts into it."""
    lost = f"{live.agency.url}/boxes"
    live.copy(lost, STAMP, "")
    live.archive.page(f"/web/{STAMP}id_/{lost}", raw, **answer)
    live.archive.page(f"/web/{STAMP}/{lost}", shown())
    cite(live, ((TITLE, lost),))
    live.run()
    live.run(FETCH)
    copies = [path for path in live.archive.paths if path.startswith("/web")]
    assert [f"/web/{STAMP}id_/{lost}", f"/web/{STAMP}/{lost}"] == copies
    assert ["archive"] == live.ask("SELECT method FROM resolutions")
    (held,) = live.ask("SELECT content::BLOB FROM raws JOIN resolutions ON source_id = raws.document_id")
    assert b"Boxes of May" in held
    assert TOOLBAR_BEGIN not in held
    assert b"1,204 captures" not in held


def lead_astray(live: World, lost: str) -> str:
    """Let the archive lead from its copy to a live page of the title; return what it leads to."""
    return live.journal.page("/evil", story(TITLE, 9_999))


def lead_to_another_page(live: World, lost: str) -> str:
    """To its copy of another page."""
    return live.archive.page(f"/web/{STAMP}id_/{lost}/evil", story(TITLE, 9_999))


def lead_there_and_back(live: World, lost: str) -> str:
    """To a page elsewhere that leads to a copy in the archive."""
    older = live.archive.page(f"/web/20110101000000id_/{lost}", story(TITLE, 9_999))
    return live.journal.redirect("/evil", older)


@pytest.mark.parametrize(
    "lead",
    [
        pytest.param(lead_astray, id="a live page"),
        pytest.param(lead_to_another_page, id="another page's copy"),
        pytest.param(lead_there_and_back, id="there and back"),
    ],
)
def test_what_an_archive_leads_to_is_no_copy_unless_it_is_one(
    live: World, lead: Callable[[World, str], str]
) -> None:
    """Nothing of it is kept; the issue tells where it led."""
    lost = f"{live.agency.url}/boxes"
    live.copy(lost, STAMP, "")
    target = lead(live, lost)
    live.archive.redirect(f"/web/{STAMP}id_/{lost}", target)
    cite(live, ((TITLE, lost),))
    live.run()
    copy = f"{live.archive.url}/web/{STAMP}id_/{lost}"
    assert [("", "not_found")] == live.ask("SELECT method, reason FROM resolutions")
    assert [("failed", "bad_archive_answer")] == live.ask(
        f"SELECT state, reason FROM pages WHERE url = '{copy}'"
    )
    assert [("failed", None, None)] == live.ask(
        "SELECT outcome, document_id, archived_at FROM fetches WHERE reason = 'bad_archive_answer'"
    )
    assert [] == live.ask("SELECT page FROM addresses WHERE via <> 'asked' OR archived_at IS NOT NULL")
    assert [0] == live.ask("SELECT count(*) FROM raws WHERE content::BLOB::VARCHAR LIKE '%9999%'")
    (told,) = live.ask(f"SELECT detail FROM issues WHERE item = '{copy}' AND reason = 'bad_archive_answer'")
    assert target in told


def test_a_copy_of_another_time_has_that_as_its_date(live: World) -> None:
    """An archive leads to the nearest that it has; what it was asked for is no date of that."""
    lost = f"{live.agency.url}/boxes"
    live.copy(lost, STAMP, "")
    older = f"/web/20110101000000id_/{lost}"
    live.archive.redirect(f"/web/{STAMP}id_/{lost}", older)
    live.archive.page(older, story(TITLE))
    cite(live, ((TITLE, lost),))
    live.run()
    assert ["archive"] == live.ask("SELECT method FROM resolutions")
    ways = ["archive", "asked", "final"]
    assert [(way, "2011-01-01 00:00:00") for way in ways] == live.ask(
        "SELECT via, archived_at::VARCHAR FROM addresses WHERE archived_at IS NOT NULL ORDER BY via"
    )
    assert ["2011-01-01 00:00:00"] == live.ask(
        "SELECT archived_at::VARCHAR FROM fetches WHERE document_id IS NOT NULL AND archived_at IS NOT NULL"
    )


def test_a_search_is_asked_for_what_the_lists_have_not_told(
    live: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the first three of its answers are taken."""
    named = outlet(live, monkeypatch, ("/boxes", TITLE))
    live.agency.page("/boxes", story(TITLE))
    answers = [live.archive.page(f"/{n}", story(f"Another story {n}")) for n in range(5)]
    line = f"    return ['', 'mailto:a@a.example', *{json.dumps(answers)}]"
    search = finder(live, monkeypatch, "finder_of_five", line)
    cite(live, ((TITLE, ""), ("Mayor opens a garden in the north", "")))
    look_up_in(live, named, search=search)
    live.run()
    import finder_of_five

    assert 1 == len(finder_of_five.asked)
    assert ["/0", "/1", "/2"] == sorted(live.archive.paths)
    assert ["title", ""] == live.ask("SELECT method FROM resolutions ORDER BY ordinal")


def test_a_search_that_failed_is_tried_in_three_runs(live: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once in each, however many rounds it has."""
    search = finder(live, monkeypatch, "finder_of_none", "    raise OSError('no line')")
    cite(live, ((TITLE, ""),))
    look_up_in(live, search=search)
    import finder_of_none

    tried = []
    for stages in (READING, FETCH, FETCH, FETCH):
        live.run(stages)
        tried.append(len(finder_of_none.asked))
    assert [1, 2, 3, 3] == tried
    assert [(3, "search_failed")] == live.ask("SELECT attempts, reason FROM ledger WHERE stage = 'search'")


def test_only_references_of_the_outlet_that_tells_something_new_are_looked_up_again(
    live: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither others', nor all because a page that was found was fetched."""
    named = outlet(live, monkeypatch, ("/boxes", TITLE), ("/other", "Mayor opens a garden"))
    live.agency.page("/boxes", story(TITLE))
    times = feed({"url": "http://tessmarktimes.example/1", "title": "Rain"})
    live.archive.page("/rss.xml", times)
    page = article(
        "The port", [(TITLE, ""), ("No such story at all here", ""), ("Ferries stop for good", "")]
    )
    head, sep, tail = page.rpartition("The Harbor Ledger")
    live.journal.page("/0", f"{head}Tessmark Times{tail}")
    live.journal.page("/rss.xml", feed({"url": f"{live.journal.url}/0"}))
    look_up_in(live, named, live.archive.url)
    looks = "SELECT items FROM batches WHERE stage = 'lookup' ORDER BY started_at"
    live.run()
    assert sep
    assert [3] == live.ask(looks)
    more = {"url": "http://tessmarktimes.example/2", "title": "Snow"}
    live.archive.page("/rss.xml", times.replace("</channel>", feed(more).split("</title>", 1)[1]))
    live.run()
    assert [3, 1] == live.ask(looks)
    assert ["not_listed"] * 2 == live.ask("SELECT reason FROM ledger WHERE stage = 'lookup' AND NOT kept")


@pytest.mark.parametrize(
    ("reason", "status", "by"),
    [
        pytest.param("forbidden", 403, "lookup", id="found in a list"),
        pytest.param("not_found", 404, "search", id="found by a search"),
    ],
)
def test_why_a_page_that_was_looked_up_is_not_held_is_told(
    live: World, monkeypatch: pytest.MonkeyPatch, by: str, reason: str, status: int
) -> None:
    """Of each reference that may mean it."""
    named = outlet(
        live, monkeypatch, ("/boxes" if by == "lookup" else "/other", TITLE if by == "lookup" else "Rain")
    )
    live.agency.page("/boxes", "", status=status)
    name = f"finder_of_{reason}"
    search = finder(live, monkeypatch, name, f"    return ['{named}/boxes']") if by == "search" else ""
    cite(live, ((TITLE, ""),), ((TITLE, ""),))
    look_up_in(live, named, search=search)
    live.run()
    assert [("", reason)] * 2 == live.ask("SELECT method, reason FROM resolutions")

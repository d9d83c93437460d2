"""The finding dead_source: raised for pages that are gone, for no others, and for as long as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from live_world import READING, World, article, feed, story, world

from benchmarks.dead_sources import figures_of, measure
from benchmarks.dead_web import STATES, cited_pages
from benchmarks.precision import dead_source
from tasks.judge.findings import LEAST_PRECISION
from tasks.judge.models import load_models
from tasks.stages import start_run
from tasks.stages.judging import dead_pages
from tasks.stages.live import recheck
from tasks.stages.work import Context
from tasks.store.lock import writer_lock
from tasks.store.store import Store
from tasks.store.verify import verify

STAGES = (*READING, "embed", "link", "judge")
# Names do not resolve in the tests: this one has no host.
NO_HOST = "http://harbour-news.example/vote"

Told = dict[str, str]


@dataclass(frozen=True, slots=True)
class Moment:
    """What is told after a run: reasons of open findings by title, verdicts by title, runs of the findings."""

    dead: Told
    verdicts: Told
    first_runs: Told
    copied: dict[str, str | None]
    kinds: set[str]


def moment(live: World) -> Moment:
    """What the database says now."""
    findings = live.ask(
        'SELECT "references".title, findings.reason, first_run_id FROM findings '
        'JOIN "references" ON list_contains(findings.reference_ids, reference_id) '
        "WHERE status = 'open' AND findings.kind = 'dead_source'"
    )
    judged = live.ask(
        'SELECT title, verdict, source_archived_at::VARCHAR FROM claim_evidence JOIN "references" USING (reference_id)'
    )
    return Moment(
        {title: reason for title, reason, _ in findings},
        {title: verdict for title, verdict, _ in judged},
        {title: run for title, _, run in findings},
        {title: copied for title, _, copied in judged},
        set(live.ask("SELECT DISTINCT kind FROM open_findings")),
    )


@contextmanager
def by_hand(live: World) -> Iterator[Context]:
    """What a command works with."""
    settings = live.settings
    with writer_lock(settings.database.path, "a test"):
        run_id = start_run(settings)
        with Store.open(settings.database.path) as store, Context(store, settings, run_id, None) as context:
            yield context


def ask_again(live: World) -> Moment:
    """What is told after the pages were asked for again, and a run."""
    with by_hand(live) as context:
        recheck(context)
    live.run(STAGES)
    return moment(live)


def obituaries(live: World) -> Told:
    """What would be told of pages, by their addresses, without a run of the stages that judge."""
    with by_hand(live) as context:
        return dead_pages(context)


@pytest.fixture(scope="module")
def days() -> set[str]:
    """The days on which the pages may have been asked for: a run may go over midnight."""
    return {f"{datetime.now(UTC):%Y-%m-%d}"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, days: set[str], cache: Any) -> Iterator[dict[str, Moment]]:
    """What is told after each turn in the life of the pages that two articles cite."""
    with world(tmp_path_factory.mktemp("dead")) as live:
        yield turns(live, days)


def turns(live: World, days: set[str]) -> dict[str, Moment]:
    """Let pages die, be refused, be in trouble and come back; return what is told after each turn."""
    page, lost = live.agency.page, live.agency.url
    page("/garden", "<p>No.</p>", status=403)
    page("/days", "<p>No.</p>", status=410)
    live.copy(f"{lost}/days", "20240606070809", story("Nine days at sea"))
    first = [
        ("Boxes of May", page("/boxes", story("Boxes of May"))),
        ("A third crane", f"{lost}/crane"),
        ("The garden wall", f"{lost}/garden"),
    ]
    second = [
        ("Nine days at sea", f"{lost}/days"),
        ("The old quay", page("/quay", story("The old quay", 12))),
        ("A vote in June", NO_HOST),
    ]
    urls = [
        live.journal.page("/a", article("The port grows", first)),
        live.journal.page("/b", article("The port's debts", second)),
    ]
    live.journal.page("/rss.xml", feed(*({"url": url} for url in urls)), media_type="application/rss+xml")
    found = {}
    live.run(STAGES)
    found["first run"] = moment(live)
    live.run(STAGES)
    found["second run"] = moment(live)
    page("/quay", "<p>No.</p>", status=404)
    found["the quay died"] = ask_again(live)
    for path in ("/quay", "/crane"):
        page(path, "<p>Later.</p>", status=503)
    found["trouble"] = ask_again(live)
    page("/quay", "<p>No.</p>", status=403)
    page("/crane", story("A third crane", 3))
    found["refused, and back"] = ask_again(live)
    days.add(f"{datetime.now(UTC):%Y-%m-%d}")
    assert [] == verify(live.settings.database.path)
    return found


DEAD_AT_FIRST = {"A third crane", "Nine days at sea", "A vote in June"}


@pytest.mark.parametrize(
    ("expected", "turn"),
    [
        pytest.param(DEAD_AT_FIRST, "first run", id="first run"),
        pytest.param(DEAD_AT_FIRST, "second run", id="nothing changed"),
        pytest.param(DEAD_AT_FIRST | {"The old quay"}, "the quay died", id="one more died"),
        pytest.param(DEAD_AT_FIRST | {"The old quay"}, "trouble", id="trouble tells nothing"),
        pytest.param(DEAD_AT_FIRST - {"A third crane"}, "refused, and back", id="refused, and back"),
    ],
)
def test_pages_that_are_gone_are_findings_and_no_others(
    expected: set[str], turn: str, told: dict[str, Moment]
) -> None:
    """Neither one that is there nor one that is refused; what is refused or comes back is none any more."""
    assert expected == set(told[turn].dead)
    assert {"dead_source"} == told[turn].kinds


@pytest.mark.parametrize(
    ("expected", "title", "turn"),
    [
        pytest.param(
            ("entry 2", "status 404", "no copy of it is held"), "A third crane", "first run", id="no copy"
        ),
        pytest.param(
            ("entry 1", "status 410", "an archive's copy of 2024-06-06 is held"),
            "Nine days at sea",
            "first run",
            id="archived copy",
        ),
        pytest.param(
            ("entry 3", "its host is no more", "no copy of it is held"),
            "A vote in June",
            "first run",
            id="no host",
        ),
        pytest.param(
            ("entry 2", "status 404", "/quay is held as it was on DAY"),
            "The old quay",
            "the quay died",
            id="held before",
        ),
        pytest.param(
            ("entry 2", "status 404", "/quay is held as it was on DAY"),
            "The old quay",
            "trouble",
            id="held before, in trouble now",
        ),
    ],
)
def test_the_reason_says_how_it_is_known_since_when_and_what_is_held(
    expected: tuple[str, ...], title: str, turn: str, told: dict[str, Moment], days: set[str]
) -> None:
    """The entry, the status, the day, and whether there is a copy."""
    reason = told[turn].dead[title]
    assert any(f"asked on {day})" in reason for day in days)
    assert all(any(part.replace("DAY", day) in reason for day in days) for part in expected), reason


def test_an_unchanged_world_leaves_findings_as_they_are(told: dict[str, Moment]) -> None:
    """What was raised first stays what was raised first, with its words, through all turns."""
    assert told["first run"] == told["second run"]
    for turn, one in told.items():
        for title in DEAD_AT_FIRST & set(one.dead):
            assert told["first run"].first_runs[title] == one.first_runs[title], turn
            assert told["first run"].dead[title] == one.dead[title], turn


def test_a_claim_is_judged_by_the_copy_and_says_of_when_it_is(told: dict[str, Moment]) -> None:
    """The page itself is gone; its archived copy speaks for it."""
    one = told["first run"]
    assert "source_unavailable" != one.verdicts["Nine days at sea"]
    assert "2024-06-06 07:08:09" == one.copied["Nine days at sea"]
    assert {None} == {when for title, when in one.copied.items() if title != "Nine days at sea"}


@pytest.mark.parametrize("title", ["A third crane", "The garden wall", "A vote in June"])
def test_a_claim_whose_page_never_came_has_no_verdict_on_it(title: str, told: dict[str, Moment]) -> None:
    """Dead or refused."""
    assert "source_unavailable" == told["first run"].verdicts[title]


def test_the_verdict_stays_when_a_page_dies_after_it_was_held(told: dict[str, Moment]) -> None:
    """Through death, trouble and refusal; and a page that comes back is judged."""
    assert "source_unavailable" != told["first run"].verdicts["The old quay"]
    assert 1 == len({one.verdicts["The old quay"] for one in told.values()})
    assert "source_unavailable" != told["refused, and back"].verdicts["A third crane"]


def test_a_machine_without_a_network_finds_no_page_dead(tmp_path: Any) -> None:
    """Its resolver may say of every name that there is none: only where something answers is that an answer."""
    with world(tmp_path) as live:
        (tmp_path / "own").mkdir()
        (tmp_path / "own" / "a.html").write_text(article("The port grows", [("A vote in June", NO_HOST)]))
        live.configure('folders = ["own"]', fetch='archive = ""')
        live.run()
        assert ["no_such_host"] == live.ask("SELECT reason FROM pages")
        assert {} == obituaries(live)


def test_a_page_whose_host_has_gone_since_is_dead_of_that(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason names the last death and its day, not the first one."""
    with world(tmp_path) as live, monkeypatch.context() as patch:
        named = live.name(live.agency, "harbour-news.example", patch)
        url = live.journal.page("/a", article("The port grows", [("A vote in June", f"{named}/vote")]))
        live.journal.page("/rss.xml", feed({"url": url}), media_type="application/rss+xml")
        live.configure(
            f'feeds = ["{live.journal.url}/rss.xml"]', fetch=f"ports = [80, 443, {live.agency.port}]"
        )
        page = f"harbour-news.example:{live.agency.port}/vote"
        live.run()
        assert "status 404" in obituaries(live)[page]
        patch.undo()
        with by_hand(live) as context:
            recheck(context)
        # The article, asked for again too, shows that the network is there.
        assert "its host is no more" in obituaries(live)[page]


def test_what_is_measured_are_pages_in_all_states_far_apart() -> None:
    """Each page has a host of its own, and no article cites those of one state alone."""
    pages = cited_pages()
    assert sum(state.pages for state in STATES) == len(pages) == len({page.host for page in pages})
    assert 200 <= len(pages)
    assert {"gone", "there", "blocked", "trouble", "other"} == {page.state.truth for page in pages}
    assert 5 <= len({page.state.name for page in pages[:10]})


@pytest.mark.parametrize(
    ("expected", "gone", "there", "blocked"),
    [
        pytest.param((1.0, 1.0, 0), 100, 0, 0, id="all that is gone"),
        pytest.param((0.8, 0.4, 0), 40, 10, 0, id="less than half of it, and some that are there"),
        pytest.param((0.0, 0.0, 0), 0, 0, 0, id="nothing"),
        pytest.param((0.5, 0.1, 10), 10, 0, 10, id="as many that are refused"),
    ],
)
def test_precision_is_the_share_of_what_is_told(
    expected: tuple[float, float, int], gone: int, there: int, blocked: int
) -> None:
    """And recall that of what is gone."""
    pages = cited_pages()
    wanted = {"gone": gone, "there": there, "blocked": blocked}
    told = {
        host
        for truth, count in wanted.items()
        for host in [page.host for page in pages if page.state.truth == truth][:count]
    }
    figures = figures_of(pages, told)
    assert expected == (figures["precision"], figures["recall"], figures["blocked_told"])


@pytest.mark.slow
def test_the_precision_that_is_stored_is_the_one_that_is_measured() -> None:
    """On made pages: no blocked one is told dead, none in trouble, none by a machine without a network."""
    figures = measure()
    stored = load_models()
    measured = dead_source(figures)
    assert (measured["precision"], measured["findings"]) == (
        stored.precision["dead_source"],
        stored.numbers["dead_source"],
    )
    assert measured["precision"] >= LEAST_PRECISION
    assert (0, 0, 0) == (
        figures["blocked_told"],
        figures["trouble_told"],
        figures["without_network"]["told"],
    )
    # What came back is told no more.
    assert figures["after_recheck"]["precision"] > figures["precision"]

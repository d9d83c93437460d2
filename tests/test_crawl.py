"""Many addresses, many hosts: what is asked for, when, how often and how politely, and that nothing is lost."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from certificates import AUTHORITY, self_signed, serving
from origin import Origin, Request
from protego import Protego
from stamina import instrumentation

from tasks.fetch.binding import KEPT_CHARACTERS
from tasks.fetch.client import Client
from tasks.fetch.crawl import SPARE_BODIES, crawl
from tasks.fetch.dial import Guard, GuardedBackend, connect_address
from tasks.fetch.hosts import Manners, site_of
from tasks.fetch.outing import Outing
from tasks.fetch.records import Answer, HostState, Limits, Visit, Wanted
from tasks.fetch.robots import CRAWL_DELAY_CAP, LARGE_CHARACTERS, Parsed
from tasks.fetch.threads import Threads
from tasks.fetch.trip import Trip

GUARD = Guard(allowed=("127.0.0.0/8",))
LIMITS = Limits(connect_seconds=3, read_seconds=3, total_seconds=6)
# No pauses, so that tests of other things are quick; retries as short as they can be.
QUICK = Manners(delay_seconds=0, retry_seconds=0.001)
# A server that was descheduled after its answer still counts it: long enough for that to be over.
CLEAR = replace(QUICK, delay_seconds=0.05)
FORBIDDEN = "user-agent: *\ndisallow: /private\n"


@pytest.fixture
def client() -> Iterator[Client]:
    """A client that may ask this machine alone."""
    with Client(agent="workscited/0 (+tests@example.org)", limits=LIMITS, guard=GUARD) as opened:
        yield opened


@pytest.fixture
def origins() -> Iterator[Callable[[], Origin]]:
    """Opens web servers, each on an address of its own."""
    with ExitStack() as stack:
        numbers = iter(range(2, 250))
        yield lambda: stack.enter_context(Origin(f"127.0.0.{next(numbers)}"))


@pytest.fixture
def origin(origins: Callable[[], Origin]) -> Origin:
    """One web server."""
    return origins()


def asked(
    client: Client,
    urls: Sequence[str],
    manners: Manners = QUICK,
    hosts: Mapping[str, HostState] | None = None,
    outing: Outing | None = None,
) -> list[Visit]:
    """What became of ``urls``, in their order."""
    came = crawl(map(Wanted, urls), client, hosts or {}, manners, outing)
    visits = {visit.wanted.url: visit for visit in came}
    return [visits[url] for url in urls]


def reasons(visits: Sequence[Visit]) -> list[str]:
    """Their reason codes."""
    return [visit.answer.reason for visit in visits]


def gaps(origin: Origin) -> list[float]:
    """Seconds between requests, in their order."""
    return [later.at - earlier.at for earlier, later in pairwise(origin.requests)]


def fetching() -> list[str]:
    """The threads of crawls that are alive."""
    return [thread.name for thread in threading.enumerate() if thread.name in {"crawl", "fetch"}]


def one_after_the_other(*statuses: int, headers: str = "") -> Callable[[socket.socket, Request], None]:
    """Answers with these statuses in turn, the last one for ever; ``headers`` with all but a 200."""
    left = list(statuses)

    def answer(connection: socket.socket, _: Request) -> None:
        status = left.pop(0) if len(left) > 1 else left[0]
        more = "" if status == 200 else headers
        head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n{more}Content-Length: 5\r\n\r\n"
        connection.sendall(head.encode() + b"words")

    return answer


def test_each_address_is_visited_once_and_those_of_a_host_in_their_order(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """Whatever it ends with, every address comes back with its own body; hosts take turns."""
    servers = [origins() for _ in range(4)]
    pages = [server.page(f"/{n}", f"{server.url} {n}") for n in range(6) for server in servers]
    missing = [f"{server.url}/missing" for server in servers]
    odd = ["ftp://example.org/", "http://10.0.0.1/", "http://[", ""]
    visits = list(crawl(map(Wanted, pages + missing + odd), client, {}, QUICK))
    came = [visit.wanted.url for visit in visits]
    assert sorted(pages + missing + odd) == sorted(came)
    for server in servers:
        here = [url for url in came if url.startswith(server.url)]
        assert [url for url in pages + missing if url.startswith(server.url)] == here
        assert ["/robots.txt"] == [one.path for one in server.requests if one.path == "/robots.txt"]
    by_url = {visit.wanted.url: visit.answer for visit in visits}
    assert all(by_url[url].content.decode() == url.replace("/", " ", 3).replace(" ", "/", 2) for url in pages)
    assert {"not_found"} == {by_url[url].reason for url in missing}
    assert ["refused_scheme", "refused_address", "bad_url", "bad_url"] == [by_url[url].reason for url in odd]


def test_nothing_wanted_is_nothing_done(client: Client) -> None:
    """No thread is started for it."""
    assert [] == list(crawl([], client, {}, QUICK))
    assert [] == fetching()


def test_hosts_are_asked_side_by_side_and_each_one_request_at_a_time(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """Pages, robots.txt and redirects from elsewhere: a host never has two requests of ours at once."""
    servers = [origins() for _ in range(4)]
    together = threading.Barrier(len(servers), timeout=10)

    def wait_for_all(connection: socket.socket, request: Request) -> None:
        together.wait()
        one_after_the_other(200)(connection, request)

    urls = []
    for server in servers:
        server.script("/together", wait_for_all)
        server.page("/target", "words", delay=0.02)
        urls += [server.url + "/together"]
        # Each leads to all others, so that hops and pages meet everywhere.
        urls += [
            server.redirect(f"/to{n}", other.url + f"/target?{server.port}")
            for n, other in enumerate(servers)
        ]
        urls += [server.page(f"/{n}", "words", delay=0.02) for n in range(3)]
    assert {""} == set(reasons(asked(client, urls, CLEAR)))
    assert [1] * len(servers) == [server.most_at_once for server in servers]


def test_between_two_requests_to_a_host_lies_the_delay_whatever_they_are_for(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """robots.txt, pages, tries, redirects within the host and from another one: all wait."""
    one, two = origins(), origins()
    two.script("/again", one_after_the_other(503, 200))
    urls = [one.page("/a", "words"), one.redirect("/b", two.url + "/c"), one.redirect("/d", two.url + "/c?2")]
    urls += [two.page("/c", "words"), two.redirect("/e", "/c?3"), two.url + "/again"]
    assert {""} == set(reasons(asked(client, urls, replace(QUICK, delay_seconds=0.15))))
    assert (4, 8) == (len(one.requests), len(two.requests))
    assert min(gaps(one) + gaps(two)) >= 0.15


@pytest.mark.parametrize(
    ("least", "text"),
    [
        pytest.param(0.4, "user-agent: *\ncrawl-delay: 0.4", id="longer than ours"),
        pytest.param(0.1, "user-agent: *\ncrawl-delay: 0.001", id="shorter than ours"),
    ],
)
def test_the_longer_of_our_delay_and_the_hosts_counts(
    least: float, text: str, client: Client, origin: Origin
) -> None:
    """What robots.txt asks for holds from the first page on."""
    origin.robots(text)
    urls = [origin.page(f"/{n}", "words") for n in range(2)]
    asked(client, urls, replace(QUICK, delay_seconds=0.1))
    assert least <= min(gaps(origin))
    assert 3 == len(origin.requests)


@pytest.mark.parametrize(
    ("expected", "status", "text"),
    [
        pytest.param("robots_disallowed", 200, "user-agent: *\ndisallow: /", id="all disallowed"),
        pytest.param("", 200, "user-agent: *\ndisallow: /b", id="others disallowed"),
        pytest.param("", 404, "", id="none"),
        pytest.param("", 403, "", id="forbidden"),
        pytest.param("robots_unavailable", 500, "", id="server error"),
        pytest.param("robots_unavailable", 503, "", id="unavailable"),
        pytest.param("robots_unavailable", 429, "", id="asked too often"),
    ],
)
def test_no_page_is_asked_for_that_robots_txt_does_not_allow(
    expected: str, status: int, text: str, client: Client, origin: Origin
) -> None:
    """Where it cannot be had none is; what was found out is remembered for the next run."""
    origin.robots(text, status=status)
    urls = [origin.page(f"/a{n}", "words") for n in range(3)]
    visits = asked(client, urls)
    assert [expected] * 3 == reasons(visits)
    assert (urls if not expected else []) == [origin.url + path for path in origin.paths]
    verdicts = {"": "allowed", "robots_disallowed": "disallowed", "robots_unavailable": "unavailable"}
    assert {(verdicts[expected], 0 if expected else 1)} == {(visit.robots, visit.tries) for visit in visits}
    before = len(origin.requests)
    again = asked(client, urls, hosts={visits[-1].host.host: visits[-1].host})
    assert [expected] * 3 == reasons(again)
    assert before + (0 if expected else 3) == len(origin.requests)


@pytest.mark.parametrize(
    ("expected", "media_type"),
    [
        pytest.param("robots_disallowed", "text/x-robots", id="a type of its own"),
        pytest.param("robots_disallowed", "application/octet-stream", id="no word on the type"),
        pytest.param("robots_disallowed", "image/png", id="a picture's type"),
        pytest.param("robots_disallowed", "nonsense", id="no type at all"),
        pytest.param("", "application/pdf", id="another file indeed"),
    ],
)
def test_robots_txt_is_one_whatever_its_media_type(
    expected: str, media_type: str, client: Client, origin: Origin
) -> None:
    """Its bytes tell; a page of such a type is none."""
    text = "user-agent: *\ndisallow: /private\n# \x00\x07"
    body = "%PDF-1.7\n" + text if media_type == "application/pdf" else text
    origin.page("/robots.txt", body, media_type=media_type)
    urls = [origin.page("/private", "words"), origin.page("/a", body, media_type="text/x-robots")]
    assert [expected, "not_text"] == reasons(asked(client, urls))


def test_what_robots_txt_forbids_is_told_as_never_asked_for_whenever_it_was_read(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """Requests for robots.txt are none for the page: no tries, no status; only ``robots_at`` tells the run."""
    shut, down = origins(), origins()
    shut.robots("user-agent: *\ndisallow: /")
    down.robots("", status=503)
    urls = [server.page("/a", "words") for server in (shut, down)]
    began = datetime.now(UTC)
    first = asked(client, urls)
    again = asked(client, urls, hosts={visit.host.host: visit.host for visit in first})
    for visits, is_new in ((first, True), (again, False)):
        assert ["robots_disallowed", "robots_unavailable"] == reasons(visits)
        assert {(0, None)} == {(visit.tries, visit.answer.status) for visit in visits}
        assert {is_new} == {visit.host.robots_at >= began for visit in visits}
        began = datetime.now(UTC)
    assert (1, 3) == (len(shut.requests), len(down.requests))


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Each parsing of a robots.txt that begins: in which thread, and of what. Each takes a moment."""
    seen: list[tuple[str, str]] = []
    parse = Protego.parse

    def noted(text: str) -> Protego:
        seen.append((threading.current_thread().name, text))
        time.sleep(0.1)
        return parse(text)

    monkeypatch.setattr(Protego, "parse", noted)
    return seen


def test_a_large_robots_txt_is_parsed_once_and_holds_nobody_up(
    client: Client, origins: Callable[[], Origin], parses: list[tuple[str, str]]
) -> None:
    """In a thread, one for each host, however many pages and tries and redirects ask for its rules."""
    servers = [origins() for _ in range(12)]
    filling = "".join(f"disallow: /{n}/*x\n" for n in range(LARGE_CHARACTERS // 12))
    assert len(filling) < KEPT_CHARACTERS
    urls = []
    for server in servers:
        server.robots(f"user-agent: *\ndisallow: /private\ndisallow: /{server.host}\n{filling}")
        server.script("/again", one_after_the_other(503, 200))
        urls += [server.page(f"/{word}", "words") for word in "abc"] + [server.page("/private", "words")]
        urls += [server.url + "/again", server.redirect("/r", servers[0].url + "/a")]
    visits = asked(client, urls)
    assert ["", "", "", "robots_disallowed", "", ""] * len(servers) == reasons(visits)
    assert {"fetch"} == {thread for thread, _ in parses}
    assert len(servers) == len({text for _, text in parses}) == len(parses)


def test_remembered_rules_are_parsed_once_however_many_want_them_at_once(
    client: Client, origins: Callable[[], Origin], parses: list[tuple[str, str]]
) -> None:
    """Redirects from several hosts meet at one whose robots.txt an earlier run has read."""
    target = origins()
    name = site_of(target.url)
    state = HostState(name, robots=FORBIDDEN, robots_status="found", robots_at=datetime.now(UTC))
    urls = [origins().redirect("/r", f"{target.url}/private?{n}") for n in range(4)]
    assert ["robots_disallowed"] * 4 == reasons(asked(client, urls, hosts={name: state}))
    assert (1, []) == (len(parses), target.requests)


def test_rules_that_are_not_kept_are_parsed_again_and_hold(
    client: Client, origin: Origin, parses: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each page: the delay is kept whatever the size."""
    monkeypatch.setattr("tasks.fetch.crawl.Parsed", lambda: Parsed(most=10))
    origin.robots(FORBIDDEN + "crawl-delay: 0.2")
    urls = [origin.page(f"/{word}", "words") for word in ("a", "b", "private")]
    assert ["", "", "robots_disallowed"] == reasons(asked(client, urls))
    assert (3, True) == (len(parses) - 1, min(gaps(origin)) >= 0.2)


def test_robots_txt_is_asked_for_anew_when_it_is_old(client: Client, origin: Origin) -> None:
    """Yesterday's rules are replaced by today's."""
    url = origin.page("/private", "words")
    (visit,) = asked(client, [url])
    origin.robots(FORBIDDEN)
    old = replace(visit.host, robots_at=visit.host.robots_at - timedelta(days=1))
    assert ["robots_disallowed"] == reasons(asked(client, [url], hosts={old.host: old}))


def test_robots_txt_is_asked_for_once_however_many_want_it_at_once(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """Redirects from several hosts meet at one whose rules are not known yet."""
    target = origins()
    target.page("/robots.txt", FORBIDDEN, media_type="text/plain", delay=0.2)
    urls = [origins().redirect("/r", f"{target.url}/private?{n}") for n in range(4)]
    assert ["robots_disallowed"] * 4 == reasons(asked(client, urls))
    assert ["/robots.txt"] == [one.path for one in target.requests]


def test_many_robots_txt_files_take_no_room_from_pages(client: Client, origins: Callable[[], Origin]) -> None:
    """Each is let go when it is read: more hosts than bodies may be held at once are no matter."""
    servers = [origins() for _ in range(SPARE_BODIES + 3)]
    for server in servers:
        server.robots(FORBIDDEN)
    urls = [server.page("/a", "words") for server in servers]
    assert {""} == set(reasons(asked(client, urls, replace(QUICK, parallel_hosts=1))))


def test_a_paused_host_is_not_asked_for_its_robots_txt(client: Client, origin: Origin) -> None:
    """And nothing is remembered as if it had been."""
    pause = datetime.now(UTC) + timedelta(minutes=10)
    state = HostState(site_of(origin.url), failures=6, not_before=pause)
    (visit,) = asked(client, [origin.page("/a", "words")], hosts={state.host: state})
    assert ("host_paused", state, []) == (visit.answer.reason, visit.host, origin.requests)


def test_robots_txt_that_moved_to_another_host_binds_and_waits_its_turn(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """It is followed like a page, asking no rules: a host without name may send to the one with www."""
    one, two = origins(), origins()
    one.redirect("/robots.txt", two.url + "/robots.txt", 301)
    two.robots(FORBIDDEN)
    urls = [one.page("/private", "words"), one.page("/open", "words"), two.page("/a", "words", delay=0.1)]
    assert ["robots_disallowed", "", ""] == reasons(asked(client, urls, CLEAR))
    assert [1, 1] == [one.most_at_once, two.most_at_once]


def test_a_robots_txt_that_leads_to_a_forbidden_place_makes_its_host_unavailable(
    client: Client, origin: Origin
) -> None:
    """The pages are not asked for, and are not said to be refused themselves."""
    origin.redirect("/robots.txt", "http://10.0.0.1/robots.txt")
    (visit,) = asked(client, [origin.page("/a", "words")])
    assert ("robots_unavailable", []) == (visit.answer.reason, origin.paths)
    assert "refused_address" in visit.answer.detail


def test_a_host_that_does_not_exist_is_looked_up_once_and_all_its_pages_say_so() -> None:
    """Its pages are gone, not merely without robots.txt; nothing of it is remembered as its rules."""
    looked_up = []

    def resolve(host: str) -> tuple[str, ...]:
        looked_up.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    urls = [f"http://gone.example.org/{n}" for n in range(3)]
    with Client(
        agent="workscited/0", limits=LIMITS, backend=GuardedBackend(GUARD, resolve=resolve)
    ) as client:
        visits = asked(client, urls)
    assert (["no_such_host"] * 3, ["gone.example.org"]) == (reasons(visits), looked_up)
    assert {HostState("http://gone.example.org")} == {visit.host for visit in visits}


@pytest.mark.parametrize(
    ("expected", "tries", "statuses"),
    [
        pytest.param(("", 3), 3, (503, 503, 200), id="the third try"),
        pytest.param(("", 2), 3, (429, 200), id="the second try"),
        pytest.param(("server_error", 3), 3, (503,), id="no luck"),
        pytest.param(("server_error", 1), 1, (503, 200), id="one try alone"),
        pytest.param(("not_found", 1), 3, (404, 200), id="not there"),
        pytest.param(("forbidden", 1), 3, (403, 200), id="forbidden"),
    ],
)
def test_trouble_that_may_pass_is_tried_again_in_the_run(
    expected: tuple[str, int], tries: int, statuses: tuple[int, ...], client: Client, origin: Origin
) -> None:
    """Three times at most; what will not pass is not tried again."""
    origin.script("/a", one_after_the_other(*statuses))
    (visit,) = asked(client, [origin.url + "/a"], replace(QUICK, tries=tries))
    assert (*expected, expected[1]) == (visit.answer.reason, visit.tries, len(origin.paths))
    assert (200 in statuses[:tries] and expected[0] == "") is bool(visit.answer.content)


def test_robots_txt_is_tried_again_too(client: Client, origin: Origin) -> None:
    """One lost connection does not cost the host's pages the run."""
    origin.script("/robots.txt", one_after_the_other(503, 404))
    assert [""] == reasons(asked(client, [origin.page("/a", "words")]))


Sites = tuple[Client, Origin, Origin]
PLAIN, SECURE = "http://news.example.org", "https://news.example.org"


def two_sites(plain: Origin, tls: ssl.SSLContext, folder: Path) -> Iterator[Sites]:
    """A client for which one server is a host under http, another one, with this certificate, under https."""
    authority = folder / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(authority)
    with Origin("127.0.0.250", tls) as secure:
        places = {80: (plain.host, plain.port), 443: (secure.host, secure.port)}
        backend = GuardedBackend(
            GUARD,
            resolve=lambda _: (plain.host,),
            connect=lambda address, port, timeout: connect_address(
                *places.get(port, (address, port)), timeout
            ),
        )
        options = {"limits": LIMITS, "guard": GUARD, "backend": backend, "ca_file": authority}
        with Client(agent="workscited/0", **options) as client:
            yield client, plain, secure


@pytest.fixture
def both(origin: Origin, tmp_path: Path) -> Iterator[Sites]:
    """A client, and the servers of news.example.org under http and under https."""
    yield from two_sites(origin, serving(AUTHORITY.issue_cert("news.example.org")), tmp_path)


@pytest.fixture
def unsound(origin: Origin, tmp_path: Path) -> Iterator[Sites]:
    """The same, with a certificate that nobody signed."""
    yield from two_sites(origin, self_signed(), tmp_path)


@pytest.mark.parametrize("first", [PLAIN, SECURE])
@pytest.mark.parametrize(
    ("expected", "plain_robots", "secure_robots"),
    [
        pytest.param(("", "robots_disallowed"), (None, 200), ("user-agent: *\ndisallow: /", 200), id="https"),
        pytest.param(("robots_disallowed", ""), ("user-agent: *\ndisallow: /", 200), (None, 200), id="http"),
        pytest.param(("", "robots_unavailable"), (None, 200), ("", 503), id="https is down"),
        pytest.param(("robots_unavailable", ""), ("", 503), (None, 200), id="http is down"),
    ],
)
def test_robots_txt_binds_the_scheme_under_which_it_stands(
    expected: tuple[str, str],
    plain_robots: tuple[str | None, int],
    secure_robots: tuple[str | None, int],
    first: str,
    both: Sites,
) -> None:
    """Whichever of a host's pages comes first, and in the next run too: its row knows the scheme."""
    client, plain, secure = both
    plain.robots(*plain_robots)
    secure.robots(*secure_robots)
    for server in (plain, secure):
        server.page("/a", "words")
        server.page("/b", "words")
    urls = sorted(
        (f"{site}/{page}" for site in (PLAIN, SECURE) for page in "ab"), key=lambda url: first not in url
    )
    visits = asked(client, urls)
    by_site = dict(zip((PLAIN, SECURE), expected, strict=True))
    assert [by_site[url[:-2]] for url in urls] == reasons(visits)
    hosts = {state.host: state for visit in visits for state in visit.hosts}
    assert {"news.example.org", "http://news.example.org"} == set(hosts)
    before = [one.path for server in (plain, secure) for one in server.requests].count("/robots.txt")
    assert [by_site[url[:-2]] for url in urls] == reasons(asked(client, urls, hosts=hosts))
    assert before == [one.path for server in (plain, secure) for one in server.requests].count("/robots.txt")


@pytest.mark.parametrize("first", [PLAIN, SECURE])
def test_a_bad_certificate_shuts_no_page_that_is_asked_for_without(first: str, unsound: Sites) -> None:
    """Nor does it count as the other site's trouble."""
    client, plain, _ = unsound
    for page in "ab":
        plain.page(f"/{page}", "words")
    urls = sorted(
        (f"{site}/{page}" for site in (PLAIN, SECURE) for page in "ab"), key=lambda url: first not in url
    )
    visits = asked(client, urls)
    assert ["tls_failed" if SECURE in url else "" for url in urls] == reasons(visits)
    assert ["/a", "/b"] == plain.paths


def test_the_breaker_of_a_site_opens_for_no_other(both: Sites) -> None:
    """Five troubles of the one are none of the other, and an answer of that ends none of the one's."""
    client, plain, secure = both
    urls = [f"{site}/{n}" for n in range(6) for site in (PLAIN, SECURE)]
    for n in range(6):
        plain.page(f"/{n}", "words", status=500)
        secure.page(f"/{n}", "words")
    visits = asked(client, urls)
    assert [""] * 6 == reasons(visits[1::2])
    assert ["server_error"] * 2 + ["host_paused"] * 4 == reasons(visits[::2])
    assert (5, 0, None) == (visits[-2].host.failures, visits[-1].host.failures, visits[-1].host.not_before)


@pytest.mark.parametrize("first", [PLAIN, SECURE])
def test_a_host_that_asks_to_wait_is_left_alone_under_both_schemes(first: str, both: Sites) -> None:
    """One machine answers both; the next run knows of it, whichever it asks."""
    client, plain, secure = both
    other = {PLAIN: SECURE, SECURE: PLAIN}[first]
    for server in (plain, secure):
        server.script("/a", one_after_the_other(429, headers="Retry-After: 600\r\n"))
    (visit,) = asked(client, [first + "/a"])
    hosts = {state.host: state for state in visit.hosts}
    assert "too_many_requests" == visit.answer.reason
    assert ["host_paused"] * 2 == reasons(asked(client, [other + "/a", first + "/a"], hosts=hosts))
    assert [["/a"], []] == sorted((plain.paths, secure.paths), reverse=True)
    assert 1 == sum(state.failures for state in hosts.values())


def test_a_host_has_one_turn_and_one_delay_under_both_schemes(
    both: Sites, origins: Callable[[], Origin]
) -> None:
    """Redirects from other hosts lead to both; the longer of the delays that their robots.txt ask for holds."""
    client, plain, secure = both
    others = [origins() for _ in range(4)]
    for server in (plain, secure):
        server.page("/a", "words", delay=0.1)
    urls = [
        other.redirect("/r", f"{site}/a?{n}")
        for n, (other, site) in enumerate(zip(others, (PLAIN, SECURE) * 2, strict=True))
    ]
    text = "user-agent: *\ncrawl-delay: 0.3\n"
    slow = HostState(site_of(SECURE), robots=text, robots_status="found", robots_at=datetime.now(UTC))
    assert {""} == set(reasons(asked(client, urls, hosts={slow.host: slow})))
    at = sorted((one.at, one.path) for server in (plain, secure) for one in server.requests)
    assert 5 == len(at)
    # From the end of a request to the next: that for a page takes a while, that for robots.txt does not.
    least = [0.3 if path == "/robots.txt" else 0.4 for _, path in at]
    assert all(later[0] - one[0] >= gap for (one, later), gap in zip(pairwise(at), least, strict=False))


@pytest.mark.parametrize(
    ("expected", "failures", "status", "text"),
    [
        pytest.param("robots_disallowed", 0, 200, "user-agent: *\ndisallow: /", id="it forbids all"),
        pytest.param("robots_unavailable", 3, 503, "", id="it is in trouble"),
    ],
)
def test_where_a_redirect_led_is_remembered_though_no_page_of_it_was_asked_for(
    expected: str, failures: int, status: int, text: str, client: Client, origins: Callable[[], Origin]
) -> None:
    """Its robots.txt is not asked for again, and its troubles count."""
    one, two = origins(), origins()
    two.robots(text, status=status)
    url = one.redirect("/r", two.url + "/a")
    (visit,) = asked(client, [url])
    hosts = {state.host: state for state in visit.hosts}
    assert (expected, {site_of(one.url), site_of(two.url)}) == (visit.answer.reason, set(hosts))
    assert failures == hosts[site_of(two.url)].failures
    before = len(two.requests)
    (again,) = asked(client, [url], hosts=hosts)
    assert (expected, before) == (again.answer.reason, len(two.requests))


def test_where_a_robots_txt_led_is_remembered_with_its_troubles(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """The breaker of that host counts them as any others."""
    one, two = origins(), origins()
    one.redirect("/robots.txt", two.url + "/robots.txt")
    two.robots("", status=503)
    (visit,) = asked(client, [one.url + "/a"])
    states = {state.host: (state.failures, state.robots_status) for state in visit.hosts}
    assert {site_of(one.url): (0, "unavailable"), site_of(two.url): (3, "")} == states


def test_the_spellings_of_an_address_are_one_host(client: Client) -> None:
    """One request at a time, and one robots.txt."""
    names = ("::1", "0:0:0:0:0:0:0:1", "0::1", "::0:1", "0000::1")
    with Origin("::1") as origin:
        origin.robots(None)
        origin.page("/a", "words", delay=0.05)
        urls = [f"http://[{name}]:{origin.port}/a?{n}" for n, name in enumerate(names)]
        with Client(agent="workscited/0", limits=LIMITS, guard=Guard(allowed=("::1",))) as here:
            assert {""} == set(reasons(asked(here, urls, CLEAR)))
        assert (1, 1) == (origin.most_at_once, [one.path for one in origin.requests].count("/robots.txt"))


def test_only_what_binds_us_is_remembered_of_a_robots_txt(client: Client, origin: Origin) -> None:
    """However large it is."""
    origin.robots("# \U0001f600\n" * 10_000 + FORBIDDEN + "user-agent: other\ndisallow: /\n" * 1_000)
    urls = [origin.page("/private", "words"), origin.page("/a", "words")]
    visits = asked(client, urls)
    assert ["robots_disallowed", ""] == reasons(visits)
    assert {"# what binds workscited\nuser-agent: *\ndisallow: /private\n"} == {
        visit.host.robots for visit in visits
    }


def test_tries_are_further_apart_each_time(client: Client, origin: Origin) -> None:
    """At least the first wait, then twice that; the time of all is the visit's."""
    origin.script("/a", one_after_the_other(503))
    (visit,) = asked(client, [origin.url + "/a"], replace(QUICK, retry_seconds=0.2))
    _, first, second = gaps(origin)
    assert (first >= 0.2, second >= 0.4, visit.answer.seconds >= 0.6) == (True, True, True)


def test_tries_are_told_to_the_users_own_hooks_and_to_no_terminal(
    client: Client, origin: Origin, capfd: pytest.CaptureFixture[str]
) -> None:
    """The retry hooks of a process are its own: a crawl leaves them as they are."""
    heard: list[object] = []
    origin.script("/a", one_after_the_other(503, 200))
    assert [""] == reasons(asked(client, [origin.url + "/a"]))
    before = instrumentation.get_on_retry_hooks()
    instrumentation.set_on_retry_hooks([heard.append])
    try:
        origin.script("/b", one_after_the_other(503, 200))
        assert [""] == reasons(asked(client, [origin.url + "/b"]))
        assert ((heard.append,), 1) == (instrumentation.get_on_retry_hooks(), len(heard))
    finally:
        instrumentation.set_on_retry_hooks(before)
    assert ("", "") == capfd.readouterr()


def test_a_short_retry_after_is_waited_for_without_holding_other_hosts(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """The page is asked for again when it is time; with one thread alone the other hosts go on meanwhile."""
    slow, quick = origins(), origins()
    slow.script("/a", one_after_the_other(503, 200, headers="Retry-After: 1\r\n"))
    urls = [slow.url + "/a"] + [quick.page(f"/{n}", "words") for n in range(5)]
    visits = list(crawl(map(Wanted, urls), client, {}, replace(QUICK, parallel_hosts=1)))
    assert slow.url + "/a" == visits[-1].wanted.url
    assert {""} == set(reasons(visits))
    assert gaps(slow)[-1] >= 0.99


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_ends_the_hosts_pages_for_this_run(
    status: int, client: Client, origin: Origin
) -> None:
    """It is capped at an hour, and obeyed by the next run."""
    origin.script("/0", one_after_the_other(status, headers="Retry-After: 90000\r\n"))
    urls = [origin.url + "/0"] + [origin.page(f"/{n}", "words") for n in range(1, 3)]
    visits = asked(client, urls)
    reason = {429: "too_many_requests", 503: "server_error"}[status]
    assert [reason, "host_paused", "host_paused"] == reasons(visits)
    assert ([1, 0, 0], ["/0"]) == ([visit.tries for visit in visits], origin.paths)
    pause = visits[-1].host.not_before - datetime.now(UTC)
    assert timedelta(minutes=55) < pause <= timedelta(hours=1)
    assert ["host_paused"] * 3 == reasons(asked(client, urls, hosts={visits[-1].host.host: visits[-1].host}))


def test_the_breaker_opens_outlives_the_run_and_closes(client: Client, origin: Origin) -> None:
    """Five troubles in a row; then nothing is asked until its time; one good answer and all is forgotten."""
    urls = [f"{origin.url}/{n}" for n in range(6)]
    for n in range(6):
        origin.page(f"/{n}", "words", status=500)
    visits = asked(client, urls)
    assert ["server_error"] * 2 + ["host_paused"] * 4 == reasons(visits)
    assert 5 == len(origin.paths)
    state = visits[-1].host
    assert ["host_paused"] * 6 == reasons(asked(client, urls, hosts={state.host: state}))
    assert 5 == len(origin.paths)
    over = replace(state, not_before=datetime.now(UTC) - timedelta(seconds=1))
    (still,) = asked(client, urls[:1], hosts={over.host: over})
    assert (6, 6) == (len(origin.paths), still.host.failures)
    # That robots.txt comes is no sign that the pages do.
    over = replace(still.host, not_before=None, robots_status="")
    (still,) = asked(client, urls[:1], hosts={over.host: over})
    assert (7, 7) == (len(origin.paths), still.host.failures)
    origin.page("/0", "words")
    over = replace(still.host, not_before=datetime.now(UTC) - timedelta(seconds=1))
    (well,) = asked(client, urls[:1], hosts={over.host: over})
    assert ("", 0, None) == (well.answer.reason, well.host.failures, well.host.not_before)


def test_what_the_budget_of_pages_does_not_reach_is_left_over(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """No request is made for it; tries and redirects of the others are not counted."""
    one, two = origins(), origins()
    one.script("/again", one_after_the_other(503, 503, 200))
    urls = (
        [one.url + "/again"] + [one.redirect("/r", "/again")] + [two.page(f"/{n}", "words") for n in range(9)]
    )
    visits = asked(client, urls, replace(QUICK, budget_pages=4))
    assert ["budget_spent"] * 7 + [""] * 4 == sorted(reasons(visits), reverse=True)
    left = [visit for visit in visits if visit.answer.reason]
    assert {(0, None)} == {(visit.tries, visit.answer.status) for visit in left}
    # The one that another redirects to may be asked for on that one's behalf.
    came = {server.url + path for server in (one, two) for path in server.paths} - {one.url + "/again"}
    assert not came & {visit.wanted.url for visit in left}


def test_what_the_budget_of_time_does_not_reach_is_left_over(client: Client, origin: Origin) -> None:
    """A host in its pause is not waited for beyond it, and nothing is asked afterwards."""
    urls = [origin.page(f"/{n}", "words") for n in range(20)]
    began = time.monotonic()
    visits = asked(client, urls, replace(QUICK, delay_seconds=25, budget_seconds=0.5))
    assert (20, {"budget_spent"}) == (len(visits), set(reasons(visits)))
    assert (["/robots.txt"], True) == ([one.path for one in origin.requests], time.monotonic() - began < 15)


@pytest.mark.parametrize(
    ("expected", "outing"),
    [
        pytest.param(["", "", "", "budget_spent"], {}, id="what manners allow"),
        pytest.param(["", "", "budget_spent", "budget_spent"], {"pages_left": 2}, id="pages"),
        pytest.param(["budget_spent"] * 4, {"pages_left": 0}, id="no page"),
        pytest.param(["budget_spent"] * 4, {"seconds_left": 0}, id="no time"),
    ],
)
def test_the_crawls_of_a_run_share_its_budget(
    expected: list[str], outing: dict[str, int], client: Client, origin: Origin
) -> None:
    """What the first has asked for the second cannot; what is left is told."""
    urls = [origin.page(f"/{n}", "words") for n in range(4)]
    manners = replace(QUICK, budget_pages=3)
    run = Outing(manners, **outing)
    visits = [visit for part in (urls[:1], urls[1:]) for visit in asked(client, part, manners, outing=run)]
    assert expected == reasons(visits)
    assert expected.count("") == len(origin.paths)
    assert outing.get("pages_left", 3) - len(origin.paths) == run.pages_left
    # Another run begins anew.
    assert "" == asked(client, urls[3:], manners)[0].answer.reason


def test_the_time_of_a_run_is_that_of_all_its_crawls(client: Client, origin: Origin) -> None:
    """It passes between them too."""
    run = Outing(QUICK, seconds_left=5)
    assert [""] == reasons(asked(client, [origin.page("/a", "words")], outing=run))
    run.until = time.monotonic()
    assert (["budget_spent"], 0) == (
        reasons(asked(client, [origin.url + "/a"], outing=run)),
        run.seconds_left,
    )


@pytest.mark.parametrize(
    ("least", "text"),
    [
        pytest.param(0.25, None, id="ours"),
        pytest.param(0.5, "user-agent: *\ncrawl-delay: 0.5", id="the host's"),
    ],
)
def test_the_pause_of_a_host_is_kept_from_one_crawl_of_a_run_to_the_next(
    least: float, text: str | None, client: Client, origins: Callable[[], Origin]
) -> None:
    """For the host to which a redirect led as for the one that was asked."""
    one, two = origins(), origins()
    one.robots(text)
    url = one.page("/a", "words")
    manners = replace(QUICK, delay_seconds=0.25)
    run, hosts = Outing(manners), dict[str, HostState]()
    for wanted in (url, two.redirect("/r", url), url):
        (visit,) = asked(client, [wanted], manners, hosts, run)
        hosts |= {state.host: state for state in visit.hosts}
        assert "" == visit.answer.reason
    assert 4 == len(one.requests)
    assert min(gaps(one)) >= least


def test_a_run_remembers_no_host_longer_than_a_pause_may_last() -> None:
    """However many it asks: what ended long ago delays nothing."""
    run = Outing(QUICK)
    for number in range(50):
        run.note_end(f"{number}.example")
    run.note_end("0.example")
    assert ["1.example", "0.example"] == [next(iter(run.ended)), list(run.ended)[-1]]
    for host in list(run.ended)[:-1]:
        run.ended[host] -= CRAWL_DELAY_CAP + 1
    run.note_end("new.example")
    assert ["0.example", "new.example"] == list(run.ended)
    assert run.last_end("1.example") < 0 < run.last_end("0.example") <= run.last_end("new.example")


def test_trouble_for_which_no_time_is_left_is_told_as_what_it_was(client: Client, origin: Origin) -> None:
    """Not as a page that was never asked for."""
    url = origin.page("/a", "words", status=503)
    (visit,) = asked(client, [url], replace(QUICK, retry_seconds=1.5, budget_seconds=1))
    assert ("server_error", 503, 1) == (visit.answer.reason, visit.answer.status, visit.tries)


def test_redirects_are_followed_over_hosts_and_told_in_their_order(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """The answer is the last one's under the first one's address, with the addresses between."""
    one, two, three = origins(), origins(), origins()
    three.page("/end", "words")
    two.redirect("/b", three.url + "/end")
    two.redirect("/a", "/b")
    url = one.redirect("/start", two.url + "/a", 301)
    (visit,) = asked(client, [url])
    answer = visit.answer
    assert (url, three.url + "/end", b"words") == (answer.url, answer.final_url, answer.content)
    assert (two.url + "/a", two.url + "/b") == answer.redirects
    assert (site_of(one.url), 4) == (visit.host.host, visit.tries)


@pytest.mark.parametrize(
    ("expected", "target"),
    [
        pytest.param("robots_disallowed", "{two}/private", id="forbidden there"),
        pytest.param("robots_unavailable", "{broken}/a", id="robots.txt unavailable there"),
        pytest.param("redirected_home", "{two}/", id="another's front page"),
        pytest.param("redirected_home", "/", id="its own front page"),
        pytest.param("redirect_loop", "{one}/r", id="to itself"),
        pytest.param("redirect_loop", "{two}/back", id="there and back"),
        pytest.param("too_many_redirects", "{two}/on?0", id="on and on"),
        pytest.param("refused_address", "http://10.0.0.1/", id="a private address"),
        pytest.param("refused_scheme", "javascript:alert(1)", id="a script"),
        pytest.param("not_found", "{two}/missing", id="nothing"),
        pytest.param("server_error", "{two}/500", id="a host in trouble"),
    ],
)
def test_a_redirect_is_asked_for_under_the_rules_of_the_host_that_it_leads_to(
    expected: str, target: str, client: Client, origins: Callable[[], Origin]
) -> None:
    """What is not to be asked for is not asked for, and the trouble is that host's, not the first one's."""
    one, two, broken = origins(), origins(), origins()
    two.robots(FORBIDDEN)
    broken.robots("", status=503)
    for server in (one, two):
        server.page("/", "The front page")
    two.page("/private", "words")
    two.page("/500", "words", status=500)
    two.redirect("/back", one.url + "/r")
    left = iter(range(1, 99))
    two.script(
        "/on",
        lambda connection, _: connection.sendall(
            f"HTTP/1.1 302 X\r\nLocation: /on?{next(left)}\r\nContent-Length: 0\r\n\r\n".encode()
        ),
    )
    url = one.redirect("/r", target.format(one=one.url, two=two.url, broken=broken.url))
    (visit,) = asked(client, [url])
    # Where it was going when it stopped is told, or is the address that answered.
    last = target.rpartition("/")[2] if "{" in target and "?" not in target else ""
    assert last in f"{visit.answer.final_url} {visit.answer.detail}"
    assert (expected, b"", 0) == (visit.answer.reason, visit.answer.content, visit.host.failures)
    assert "/private" not in two.paths
    assert [] == broken.paths
    assert len(two.paths) <= QUICK.redirects


@pytest.mark.parametrize(
    ("expected", "ours", "servers"),
    [
        pytest.param("", 0.4, 0.0, id="our pauses"),
        pytest.param("timed_out", 0.0, 0.4, id="a slow server"),
    ],
)
def test_redirects_are_given_up_when_the_server_is_slow_and_not_when_we_wait(
    expected: str,
    ours: float,
    servers: float,
    client: Client,
    origin: Origin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The requests' own seconds count; the visit tells of all."""
    monkeypatch.setattr("tasks.fetch.trip.REDIRECT_SECONDS", 0.7)
    origin.page("/3", "words")
    for n in range(3):
        there = {"Location": f"/{n + 1}"}
        origin.page(f"/{n}", b"", status=302, media_type="", headers=there, delay=servers)
    (visit,) = asked(client, [origin.url + "/0"], replace(QUICK, delay_seconds=ours))
    assert (expected, True) == (visit.answer.reason, visit.answer.seconds > 0.7)
    assert (4 if not expected else 2) == len(origin.paths)


def test_a_host_that_is_asked_over_and_over_counts_as_one_that_is_remembered(
    client: Client, origins: Callable[[], Origin], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It crowds no other out: the rules of where a redirect led are still known after many pages."""
    monkeypatch.setattr("tasks.fetch.sites.HOSTS_KEPT", 3)
    one, two = origins(), origins()
    two.page("/a", "words")
    pages = [one.page(f"/{n}", "words") for n in range(8)]
    urls = [one.redirect("/first", two.url + "/a"), *pages, one.redirect("/last", two.url + "/a")]
    assert {""} == set(reasons(asked(client, urls)))
    assert ["/robots.txt", "/a", "/a"] == [request.path for request in two.requests]


def test_a_held_copys_validators_go_to_the_address_that_gave_them_alone(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """Unchanged is told as 304, over redirects too; any other address is asked without condition."""
    one, two = origins(), origins()
    one.page("/a", "words", etag='"1"')
    two.page("/b", "words", etag='"1"')
    moved, gone = one.redirect("/moved", "/a"), one.redirect("/gone", two.url + "/b")
    wanted = [
        Wanted(one.url + "/a", '"1"'),
        Wanted(moved + "?1", '"1"', validators_from=one.url + "/a"),
        Wanted(gone + "?1", '"1"', validators_from=two.url + "/b"),
        Wanted(moved + "?2", '"1"'),
        Wanted(gone + "?2", '"1"', validators_from=one.url + "/a"),
    ]
    visits = list(crawl(wanted, client, {}, QUICK))
    assert [304, 304, 304, 200, 200] == [visit.answer.status for visit in visits]
    assert [b""] * 3 + [b"words"] * 2 == [visit.answer.content for visit in visits]
    asked_with = [request.path for request in two.requests if "if-none-match" in request.headers]
    assert (["/b"], 2) == (asked_with, len(two.paths))


def test_a_redirect_that_left_https_is_told() -> None:
    """Whichever of the redirects it was; the body is no less good for it."""
    trip = Trip(Wanted("https://a.example/1"), asked=["https://a.example/1", "http://b.example/2"])
    answer = trip.answered(Answer("", "http://b.example/2", 200, "", content=b"words"))
    assert ("redirected from https to http", "") == (answer.detail, answer.reason)
    assert "https://a.example/1" == answer.url


def test_a_call_that_is_cancelled_before_its_turn_is_never_made() -> None:
    """What runs goes on; what waits is dropped; and the threads end."""
    started, over, calls = threading.Event(), threading.Event(), []

    def first() -> None:
        calls.append("first")
        started.set()
        over.wait(10)

    async def run(threads: Threads) -> None:
        running = asyncio.ensure_future(threads.run(first))
        waiting = asyncio.ensure_future(threads.run(lambda: calls.append("second")))
        await asyncio.to_thread(started.wait, 10)
        waiting.cancel()
        await asyncio.wait([waiting])
        over.set()
        await running

    threads = Threads(1, "fetch")
    asyncio.run(run(threads))
    for thread in threads.stop():
        thread.join(10)
    assert (["first"], []) == (calls, fetching())


class Faulty:
    """A client with a fault of its own: it raises for one address."""

    def __init__(self, client: Client, broken: str) -> None:
        self.client, self.broken = client, broken

    def get(
        self, wanted: Wanted, *, check: Callable[[str], str] | None = None, any_type: bool = False
    ) -> Answer:
        """Ask, or raise."""
        if wanted.url.endswith(self.broken):
            raise RuntimeError("a fault")
        return self.client.get(wanted, check=check, any_type=any_type)


@pytest.mark.parametrize(
    ("expected", "broken"),
    [
        pytest.param(["", "bad_response", ""], "/1", id="at a page"),
        pytest.param(["bad_response"] * 3, "", id="always"),
        pytest.param(["robots_unavailable"] * 3, "/robots.txt", id="at robots.txt"),
    ],
)
def test_a_fault_costs_what_it_was_at_and_never_hangs(
    expected: list[str], broken: str, client: Client, origin: Origin
) -> None:
    """An exception that nobody thought of is a reason code."""
    urls = [origin.page(f"/{n}", "words") for n in range(3)]
    assert expected == reasons(asked(Faulty(client, broken), urls))


def test_a_fault_of_what_is_wanted_reaches_the_caller(client: Client) -> None:
    """And leaves no thread behind."""

    def wanted() -> Iterator[Wanted]:
        yield Wanted("http://127.0.0.1/")
        raise OSError("the list ends here")

    with pytest.raises(OSError, match="the list ends here"):
        list(crawl(wanted(), client, {}, QUICK))
    assert [] == fetching()


@pytest.mark.parametrize("taken", [0, 1, 5])
def test_closing_early_leaves_no_thread_and_asks_for_nothing_more(
    taken: int, client: Client, origins: Callable[[], Origin]
) -> None:
    """Whether in a pause, in a request or between two: all threads end, and the servers are left alone."""
    servers = [origins() for _ in range(3)]
    urls = [server.page(f"/{n}", "words", delay=0.02) for server in servers for n in range(100)]
    # One host waits long for another try, one for its robots.txt's delay.
    servers[0].script("/0", one_after_the_other(503, headers="Retry-After: 25\r\n"))
    servers[1].robots("user-agent: *\ncrawl-delay: 25\n")
    with closing(crawl(map(Wanted, urls), client, {}, QUICK)) as visits:
        for _ in range(taken):
            next(visits)
        began = time.monotonic()
    assert ([], True) == (fetching(), time.monotonic() - began < 5)
    before = [len(server.requests) for server in servers]
    time.sleep(0.2)
    assert before == [len(server.requests) for server in servers]


def test_an_error_of_the_taker_stops_everything(client: Client, origin: Origin) -> None:
    """An interrupt in the middle of a loop ends the threads as closing does."""
    urls = [origin.page(f"/{n}", "words") for n in range(50)]

    def take() -> None:
        for _ in crawl(map(Wanted, urls), client, {}, QUICK):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take()
    deadline = time.monotonic() + 5
    while fetching() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [] == fetching()


def test_bodies_are_not_hoarded_while_the_taker_is_slow(
    client: Client, origins: Callable[[], Origin]
) -> None:
    """When as many are finished or under way as may be, no page is asked for until one is taken."""
    servers = [origins() for _ in range(6)]
    urls = [server.page(f"/{n}", "words") for server in servers for n in range(20)]
    most = 3 + SPARE_BODIES

    def came() -> int:
        return sum(len(server.paths) for server in servers)

    with closing(crawl(map(Wanted, urls), client, {}, replace(QUICK, parallel_hosts=3))) as visits:
        for taken in range(1, 13):
            next(visits)
            deadline = time.monotonic() + 5
            # The first of what is taken is given back when the next is asked for.
            while came() < taken - 1 + most and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(0.02)
            assert taken - 1 + most == came()
        assert len(urls) == 12 + sum(1 for _ in visits)


def test_a_body_is_let_go_when_the_next_visit_is_asked_for(client: Client, origin: Origin) -> None:
    """Neither the crawl nor its threads keep what was taken."""

    # What holds the bytes can be watched, the bytes cannot.
    class Watched(Answer):
        __slots__ = ("__weakref__",)

    class Watching(Faulty):
        def get(
            self, wanted: Wanted, *, check: Callable[[str], str] | None = None, any_type: bool = False
        ) -> Answer:
            answer = self.client.get(wanted, check=check, any_type=any_type)
            return Watched(**{name: getattr(answer, name) for name in Answer.__slots__})

    taken: list[weakref.ref[Answer]] = []
    let_go = []

    def wait(connection: socket.socket, request: Request) -> None:
        # The crawl is asked for this page's visit, and holds no other.
        deadline = time.monotonic() + 2
        while not (gone := [one() for one in taken] == [None] * 4) and time.monotonic() < deadline:
            time.sleep(0.005)
        let_go.append(gone)
        one_after_the_other(200)(connection, request)

    origin.script("/last", wait)
    urls = [origin.page(f"/{n}", "words") for n in range(4)] + [origin.url + "/last"]
    for visit in crawl(map(Wanted, urls), Watching(client, "never"), {}, QUICK):
        taken.append(weakref.ref(visit.answer))
        assert visit.answer.content
        del visit
    assert (5, [True]) == (len(taken), let_go)


def test_thousands_of_hosts_are_no_matter(client: Client) -> None:
    """Each has its lane, though few threads; here none can be asked at all."""
    urls = [f"http://10.{n // 250}.{n % 250}.1/" for n in range(3_000)]
    visits = asked(client, urls)
    assert (3_000, {"refused_address"}) == (len({visit.host.host for visit in visits}), set(reasons(visits)))

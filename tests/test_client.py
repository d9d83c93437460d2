"""Asking for one address: what good servers answer, redirects, conditions, certificates, proxies."""

from __future__ import annotations

import gzip
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import brotli
import pytest
from backports import zstd
from origin import Origin, Request

from tasks.fetch.client import Client
from tasks.fetch.dial import Guard
from tasks.fetch.records import Answer, Limits, Wanted

PAGE = "<p>The council met on Monday — in the café.</p>".encode() * 50
LIMITS = Limits(connect_seconds=30, read_seconds=30, total_seconds=60)
LOOPBACK = Guard(allowed=("127.0.0.0/8", "::1"))


def get(url: str, etag: str = "", last_modified: str = "", limits: Limits = LIMITS) -> Answer:
    """Return what a client that may dial the loopback interface answers."""
    return loopback_client(limits).get(Wanted(url, etag, last_modified))


@cache
def loopback_client(limits: Limits) -> Client:
    """Return a client for many tests: it keeps nothing between requests, open connections neither."""
    return Client(agent="tests", limits=limits, guard=LOOPBACK)


def test_a_page_comes_with_all_that_was_told_of_it() -> None:
    """The bytes, and beside them type, character set, validators and times as the server gives them."""
    with Origin() as origin:
        url = origin.page(
            "/a?b=c",
            PAGE,
            media_type="Text/HTML; Charset=UTF-8",
            etag='W/"1"',
            last_modified="Thu, 01 Jan 2026 00:00:00 GMT",
            headers={"Retry-After": "7"},
        )
        answer = get(url + "#part")
    assert 0 < answer.seconds < 10
    assert replace(answer, seconds=0.0) == Answer(
        url + "#part",
        url,
        200,
        "",
        media_type="text/html",
        charset="utf-8",
        content=PAGE,
        raw_bytes=len(PAGE),
        etag='W/"1"',
        last_modified="Thu, 01 Jan 2026 00:00:00 GMT",
        retry_after=7.0,
        tls_verified=None,
    )


def test_the_request_says_who_asks_and_what_can_be_read_and_keeps_nothing() -> None:
    """Cookies that a server sets are not sent back, and each request has its own connection."""
    with Origin() as origin:
        origin.page("/a", PAGE, headers={"Set-Cookie": "id=1"})
        with Client(agent="workscited/1 (+https://example.org/bot)", guard=LOOPBACK) as client:
            client.get(Wanted(origin.url + "/a"))
            client.get(Wanted(origin.url + "/a"))
        assert origin.connections == 2
        for request in origin.requests:
            assert dict(request.headers) == {
                "host": origin.authority,
                "user-agent": "workscited/1 (+https://example.org/bot)",
                "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.9,*/*;q=0.5",
                "accept-encoding": "gzip, deflate, br, zstd",
                "connection": "close",
            }


@pytest.mark.parametrize("agent", ["", "a\r\nX-Injected: 1", "caf\u00e9", "a\0", "x" * 501])
def test_an_agent_that_cannot_be_sent_is_refused_at_once(agent: str) -> None:
    """It comes from the settings: whoever wrote it is told."""
    with pytest.raises(ValueError, match="user agent"):
        Client(agent=agent)


def deflated(data: bytes) -> bytes:
    """Return deflate without zlib's header, as some servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


ENCODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "Deflate": deflated(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstd.compress(PAGE),
    "identity": PAGE,
}


def chunked(body: bytes, size: int) -> bytes:
    """Return ``body`` in chunks, with an extension and a trailer as the standard lets servers send them."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x;name=value\r\n%b\r\n" % (len(part), part) for part in parts)
    return chunks + b"0\r\nX-Trailer: 1\r\n\r\n"


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("framing", ["length", "chunks", "close", "http/1.0"])
def test_every_encoding_and_framing_gives_equal_bytes(encoding: str, framing: str) -> None:
    """However a body is packed and however its end is told."""
    raw = ENCODED[encoding]
    head = f"HTTP/1.{0 if framing == 'http/1.0' else 1} 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {encoding}\r\n"
    told = {"length": f"Content-Length: {len(raw)}\r\n", "chunks": "Transfer-Encoding: chunked\r\n"}
    body = chunked(raw, 37) if framing == "chunks" else raw
    whole = (head + told.get(framing, "") + "\r\n").encode() + body
    with Origin() as origin:
        url = origin.script("/a", lambda connection, request: connection.sendall(whole))
        answer = get(url)
    assert (answer.reason, answer.content, answer.raw_bytes) == ("", PAGE, len(raw))


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        pytest.param("gzip", ENCODED["gzip"] + bytes(4), id="gzip and zeros"),
        pytest.param("gzip", ENCODED["gzip"] + b"\n", id="gzip and a line feed"),
        pytest.param("gzip", PAGE, id="no gzip at all"),
        pytest.param("br", PAGE, id="no brotli at all"),
        pytest.param("none", PAGE, id="none"),
        pytest.param("utf-8", PAGE, id="a character set"),
        pytest.param("utf-8, gzip", ENCODED["gzip"], id="a character set and gzip"),
    ],
)
def test_bodies_that_every_browser_reads_are_read(encoding: str, raw: bytes) -> None:
    """What servers and proxies get wrong costs no page."""
    with Origin() as origin:
        answer = get(origin.page("/a", raw, headers={"Content-Encoding": encoding}))
    assert (answer.reason, answer.content, answer.raw_bytes) == ("", PAGE, len(raw))


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("not_found", 404),
        ("gone", 410),
        ("unauthorized", 401),
        ("forbidden", 403),
        ("legal_reasons", 451),
        ("too_many_requests", 429),
        ("server_error", 500),
        ("server_error", 503),
        ("server_error", 599),
        ("payment_required", 402),
        ("timed_out", 408),
        ("server_error", 425),
        ("too_many_requests", 420),
        ("too_many_requests", 509),
        ("too_many_requests", 529),
        ("forbidden", 999),
        ("client_error", 400),
        ("client_error", 418),
        ("unexpected_status", 201),
        ("unexpected_status", 204),
        ("unexpected_status", 206),
        ("unexpected_status", 300),
        ("unexpected_status", 304),
        ("unexpected_status", 305),
        ("unexpected_status", 600),
        ("unexpected_status", 998),
    ],
)
def test_every_status_has_its_reason_and_no_content(reason: str, status: int) -> None:
    """The body of an error page is not the page; when to come back is told all the same."""
    with Origin() as origin:
        url = origin.page(
            "/a", b"" if status in {204, 304} else PAGE, status=status, headers={"Retry-After": "120"}
        )
        answer = get(url)
    assert (answer.status, answer.reason, answer.content) == (status, reason, b"")
    assert answer.retry_after == 120.0


@pytest.mark.parametrize(
    ("reason", "media_type", "body"),
    [
        pytest.param("", "text/html", PAGE, id="html"),
        pytest.param("", "application/xhtml+xml; charset=utf-8", PAGE, id="xhtml"),
        pytest.param("", "TEXT/PLAIN", PAGE, id="plain"),
        pytest.param("", "application/rss+xml", PAGE, id="a feed"),
        pytest.param("", "application/feed+json", b"{}", id="a feed in JSON"),
        pytest.param("", "application/x-gzip", ENCODED["gzip"], id="a sitemap packed"),
        pytest.param("", "application/xml", ENCODED["gzip"], id="a sitemap packed and not told"),
        pytest.param("", "application/octet-stream", ENCODED["gzip"], id="a sitemap packed, of no told type"),
        pytest.param("", "", PAGE, id="nothing told, text"),
        pytest.param("", "nonsense", PAGE, id="no type, text"),
        pytest.param("", "application/octet-stream", PAGE, id="octets that are text"),
        pytest.param("", "", "\ufeffcafé".encode("utf-16"), id="nothing told, UTF-16 with its mark"),
        pytest.param("not_text", "application/pdf", b"%PDF-1.7", id="pdf"),
        pytest.param("not_text", "image/png", b"\x89PNG", id="an image"),
        pytest.param("not_text", "video/mp4", PAGE, id="a video"),
        pytest.param("not_text", "application/octet-stream", bytes(range(256)), id="octets"),
        pytest.param("not_text", "application/octet-stream", bytes(range(256)) * 40, id="many octets"),
        pytest.param("not_text", "", b"%PDF-1.7\n1 0 obj", id="nothing told, pdf"),
        pytest.param("not_text", "text/html", b"%PDF-1.7\n1 0 obj", id="pdf called html"),
        pytest.param("not_text", "text/html", ENCODED["gzip"], id="gzip called html"),
        pytest.param("not_text", "text/plain", b"PK\x03\x04" + PAGE, id="zip called plain"),
        pytest.param("empty_body", "text/html", b"", id="nothing"),
        pytest.param("empty_body", "text/html", b" \r\n\t", id="white space"),
    ],
)
def test_only_what_may_be_text_is_kept(reason: str, media_type: str, body: bytes) -> None:
    """By its type, by its first bytes where no type is told, and never against its first bytes."""
    with Origin() as origin:
        answer = get(origin.page("/a", body, media_type=media_type))
    assert (answer.reason, answer.content) == (reason, b"" if reason else body)


def test_the_body_of_another_type_is_not_read() -> None:
    """A film that never ends costs one look at its headers."""

    def film(connection: object, request: Request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n")  # type: ignore[attr-defined]
        origin.pause(30)

    with Origin() as origin:
        answer = get(origin.script("/film", film))
        assert (answer.reason, answer.detail, answer.raw_bytes) == ("not_text", "video/mp4", 0)
        assert answer.seconds < 5


def test_redirects_are_followed_and_kept_in_their_order() -> None:
    """Each kind of redirect, relative and absolute, with a fragment that is dropped, to another host too."""
    with Origin() as origin, Origin("127.0.0.2") as other:
        origin.redirect("/1", "2#fragment", 301)
        origin.redirect("/2", "?3", 302)
        origin.redirect("/2?3", "//" + other.authority + "/4", 303)
        other.redirect("/4", origin.url + "/a b/é?q=ü", 307)
        origin.redirect("/a%20b/%C3%A9?q=%C3%BC", "/6", 308)
        origin.page("/6", PAGE)
        answer = get(origin.url + "/1")
    assert (answer.reason, answer.content) == ("", PAGE)
    assert answer.final_url == origin.url + "/6"
    assert answer.redirects == (
        origin.url + "/2",
        origin.url + "/2?3",
        other.url + "/4",
        origin.url + "/a%20b/%C3%A9?q=%C3%BC",
    )


@pytest.mark.parametrize(
    ("reason", "location"),
    [
        pytest.param("bad_redirect", None, id="none"),
        pytest.param("bad_redirect", "", id="empty"),
        pytest.param("bad_redirect", "http://[::1", id="half an address"),
        pytest.param("bad_redirect", "http://", id="no host"),
        pytest.param("bad_redirect", "http:///a", id="no host but a path"),
        pytest.param("bad_redirect", "http:b", id="a scheme and a path"),
        pytest.param("bad_redirect", "/a\x01b", id="a control character"),
        pytest.param("bad_redirect", "/\\127.0.0.1/", id="a backslash"),
        pytest.param("bad_redirect", "/" + "x" * 2_000, id="too long"),
        pytest.param("redirect_loop", "/a", id="to itself"),
        pytest.param("redirect_loop", "#again", id="to a part of itself"),
        pytest.param("redirect_loop", "/b", id="to and fro"),
        pytest.param("too_many_redirects", "/1", id="on and on"),
        pytest.param("not_found", "/nowhere", id="to what is not there"),
        pytest.param("redirected_home", "/", id="home"),
    ],
)
def test_redirects_that_lead_nowhere(reason: str, location: str | None) -> None:
    """Each ends with its reason, the address that answered last, and a bounded number of requests."""
    with Origin() as origin:
        origin.page("/a", b"", status=302, headers={} if location is None else {"Location": location})
        origin.redirect("/b", "/a")
        origin.page("/", PAGE)
        for number in range(20):
            origin.redirect(f"/{number}", f"/{number + 1}")
        answer = get(origin.url + "/a", limits=replace(LIMITS, redirects=3))
        assert len(origin.requests) <= 4
        assert answer.final_url == origin.url + origin.paths[-1]
    assert (answer.reason, answer.content) == (reason, b"")


def test_of_a_redirect_that_ends_in_trouble_only_the_trouble_is_told() -> None:
    """Status, headers and times are those of the last answer; where none came, there are none."""
    with Origin() as origin:
        headers = {"Location": "http://127.0.0.1:1/b", "Retry-After": "9", "ETag": '"1"'}
        origin.page("/a", b"", status=301, headers=headers)
        answer = get(origin.url + "/a")
    assert (answer.reason, answer.status) == ("connection_failed", None)
    assert (answer.final_url, answer.redirects) == ("http://127.0.0.1:1/b", ())
    assert (answer.retry_after, answer.etag, answer.media_type) == (None, "", "")


@pytest.mark.parametrize(
    ("reason", "asked", "ends"),
    [
        pytest.param("redirected_home", "/2024/05/story.html", "/", id="the front page"),
        pytest.param("redirected_home", "/2024/05/story.html", "/?utm_source=old", id="with tracking"),
        pytest.param("redirected_home", "/story", "/index.html", id="an index"),
        pytest.param("redirected_home", "/de/nachricht", "/de/", id="a language"),
        pytest.param("redirected_home", "/story", "/en-GB", id="an edition"),
        pytest.param("redirected_home", "/story", "/en/index.php", id="an edition's index"),
        pytest.param("redirected_home", "/?p=123", "/", id="an article by its number"),
        pytest.param("redirected_home", "/?a=story-title", "/", id="an article by its title"),
        pytest.param("", "/", "/en/", id="from home to home"),
        pytest.param("", "/index.html", "/", id="from the index to home"),
        pytest.param("", "/story", "/?p=123", id="to an article by its number"),
        pytest.param("", "/story", "/?attachment=3", id="to an article by another number"),
        pytest.param("", "/story", "/index.php?action=article&no=5", id="to an article of an index"),
        pytest.param("", "/2024/05/show.html", "/tv", id="to a section of two letters"),
        pytest.param("", "/story", "/world", id="to a section"),
        pytest.param("", "/story", "/news/index.html", id="to an index below"),
        pytest.param("", "/story.html", "/story/", id="to the article elsewhere"),
    ],
)
def test_a_page_that_redirects_to_the_front_page_is_not_that_page(reason: str, asked: str, ends: str) -> None:
    """Gone pages often end there with status 200; a front page that was wanted is fine."""
    with Origin() as origin:
        origin.redirect(asked, ends)
        origin.page(ends, PAGE)
        assert get(origin.url + asked).reason == reason


def test_the_check_is_asked_before_every_request_and_may_stop_it() -> None:
    """With the first address and each target; what it forbids gets no request, and its time is not counted."""
    asked: list[str] = []

    def check(url: str) -> str:
        asked.append(url)
        threading.Event().wait(0.4)
        return "robots_disallowed" if "private" in url else ""

    with Origin() as origin:
        origin.redirect("/a#b", "/b")
        origin.redirect("/a", "/b")
        origin.redirect("/b", "/private/c#d")
        origin.page("/private/c", PAGE)
        with Client(agent="tests", limits=Limits(total_seconds=1), guard=LOOPBACK) as client:
            answer = client.get(Wanted(origin.url + "/a#b"), check=check)
            assert client.get(Wanted(origin.url + "/private/c"), check=check).reason == "robots_disallowed"
        assert origin.paths == ["/a", "/b"]
    assert asked == [origin.url + path for path in ("/a", "/b", "/private/c", "/private/c")]
    assert (answer.reason, answer.status, answer.final_url) == ("robots_disallowed", 302, origin.url + "/b")
    assert answer.detail == f"redirected to {origin.url}/private/c"
    assert answer.seconds < 1


def test_what_the_check_raises_is_not_hidden() -> None:
    """A mistake of the program's own is no reason code."""
    with Client(agent="tests", guard=LOOPBACK) as client, pytest.raises(ZeroDivisionError):
        client.get(Wanted("http://127.0.0.1/"), check=lambda url: str(1 / 0))


DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "etag", "last_modified"),
    [
        pytest.param(304, '"1"', "", id="the etag"),
        pytest.param(304, "", DATE, id="the date"),
        pytest.param(304, '"1"', DATE, id="both"),
        pytest.param(200, '"2"', "", id="an old etag"),
        pytest.param(200, "", "Thu, 01 Jan 2015 00:00:00 GMT", id="an old date"),
        pytest.param(200, "", "", id="nothing"),
        pytest.param(200, '"1"\r\nX-Injected: 1', "", id="an etag with a header in it"),
        pytest.param(200, '"\x00"', "", id="an etag with a zero byte"),
        pytest.param(200, "\u201c1\u201d", "", id="an etag in other letters"),
        pytest.param(200, '"' + "1" * 1_000 + '"', "", id="an etag without end"),
    ],
)
def test_a_held_page_is_asked_for_on_condition(status: int, etag: str, last_modified: str) -> None:
    """What is unchanged comes without a body; a validator that cannot be a header is not sent."""
    with Origin() as origin:
        answer = get(origin.page("/a", PAGE, etag='"1"', last_modified=DATE), etag, last_modified)
        (request,) = origin.requests
    assert (answer.status, answer.reason, answer.content) == (status, "", b"" if status == 304 else PAGE)
    assert (answer.etag, answer.last_modified) == ('"1"', DATE)
    assert not {"x-injected"} & set(request.headers)
    if status == 200 and etag != '"2"' and not last_modified:
        assert "if-none-match" not in request.headers


@pytest.mark.parametrize(
    ("reason", "sent", "giver"),
    [
        pytest.param("unexpected_status", ['"1"', None, None], "", id="the address itself"),
        pytest.param("unexpected_status", [None, '"1"', None], "/b", id="one between"),
        pytest.param("", [None, None, '"1"'], "/c", id="the last one"),
        pytest.param("unexpected_status", [None, None, None], "/d", id="another"),
    ],
)
def test_conditions_go_to_the_address_that_gave_them_alone(
    reason: str, sent: list[str | None], giver: str
) -> None:
    """Redirects do not carry them on, and a 304 of an address that was not asked so means nothing."""
    with Origin() as origin, Origin("127.0.0.2") as other:
        origin.redirect("/a", "/b")
        origin.redirect("/b", other.url + "/c")
        other.page("/c", b"", status=304)
        given = f"{(other if giver == '/c' else origin).url}{giver}" if giver else ""
        answer = loopback_client(LIMITS).get(Wanted(origin.url + "/a", '"1"', DATE, validators_from=given))
        requests = [*origin.requests, *other.requests]
    assert [request.headers.get("if-none-match") for request in requests] == sent
    assert [request.headers.get("if-modified-since") for request in requests] == [
        one and DATE for one in sent
    ]
    assert (answer.status, answer.reason) == (304, reason)


@pytest.mark.parametrize(
    ("reason", "url"),
    [
        pytest.param("bad_url", "", id="nothing"),
        pytest.param("bad_url", "no address", id="words"),
        pytest.param("bad_url", "//example.org/", id="no scheme"),
        pytest.param("bad_url", "http://", id="no host"),
        pytest.param("bad_url", "http://example.org/" + "x" * 2_000, id="too long"),
        pytest.param("bad_url", "http://example.org/" + "\u00fc" * 1_000, id="too long when escaped"),
        pytest.param("bad_url", "http://example.org/\x00", id="a zero byte"),
        pytest.param("bad_url", "http://example.org/a\r\nHost: b", id="a header in it"),
        pytest.param("bad_url", "http://example.org/\ud800", id="half a character"),
        pytest.param("refused_scheme", "file:///etc/passwd", id="a file"),
        pytest.param("refused_port", "http://192.0.3.1:22/", id="a port"),
        pytest.param("refused_address", "http://10.0.0.1/", id="a private address"),
        pytest.param("no_such_host", "http://no-such-host.example.org/", id="no such host"),
        pytest.param("connection_failed", "http://127.0.0.1:1/", id="nobody listens"),
    ],
)
def test_addresses_that_cannot_be_asked_for(reason: str, url: str) -> None:
    """The answer holds a printable form of the address and the reason, and a status of none."""
    answer = get(url)
    assert (answer.reason, answer.status, answer.content, answer.tls_verified) == (reason, None, b"", None)
    assert answer.url.isprintable()
    assert answer.final_url.isprintable()
    assert len(answer.url) <= 2_000
    answer.url.encode()


def test_the_whole_errand_has_one_deadline() -> None:
    """Many redirects, each quick enough by itself, end together when the time is over."""
    with Origin() as origin:
        for number in range(50):
            origin.page(f"/{number}", b"", status=302, headers={"Location": f"/{number + 1}"}, delay=0.3)
        answer = get(origin.url + "/0", limits=Limits(read_seconds=5, total_seconds=1, redirects=50))
    assert answer.reason == "timed_out"
    assert answer.seconds < 4
    assert 1 <= len(origin.requests) <= 4


def test_many_threads_share_one_client() -> None:
    """Each gets its own page."""
    with Origin() as origin:
        urls = [origin.page(f"/{number}", b"page %d" % number, delay=0.05) for number in range(64)]
        with Client(agent="tests", guard=LOOPBACK) as client, ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda url: client.get(Wanted(url)), urls))
        assert origin.most_at_once > 1
    assert [answer.content for answer in answers] == [b"page %d" % number for number in range(64)]


def test_an_origin_on_ipv6_is_asked_by_its_name_in_brackets() -> None:
    """The Host header has the address as the URL has it."""
    with Origin("::1") as origin:
        answer = get(origin.page("/a", PAGE))
        assert origin.requests[0].headers["host"] == f"[::1]:{origin.port}"
    assert (answer.reason, answer.content) == ("", PAGE)

"""Asking for one address: what good servers answer, redirects, conditions, certificates, proxies."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import brotli
import pytest
import trustme
from backports import zstd
from origin import Origin, Request

from tasks.fetch.client import Client
from tasks.fetch.dial import Guard, GuardedBackend
from tasks.fetch.records import Answer, Limits, Wanted

PAGE = "<p>The council met on Monday — in the café.</p>".encode() * 50
LIMITS = Limits(connect_seconds=5, read_seconds=5, total_seconds=10)
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


def test_conditions_go_to_the_host_that_gave_them_alone() -> None:
    """A redirect on the same host carries them on, one to another host does not; its 304 means nothing."""
    with Origin() as origin, Origin("127.0.0.2") as other:
        origin.redirect("/a", "/b")
        origin.redirect("/b", other.url + "/c")
        other.page("/c", b"", status=304)
        answer = get(origin.url + "/a", '"1"', DATE)
        assert [request.headers.get("if-none-match") for request in origin.requests] == ['"1"', '"1"']
        assert not {"if-none-match", "if-modified-since"} & set(other.requests[0].headers)
    assert (answer.status, answer.reason) == (304, "unexpected_status")


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


# Certificates.

AUTHORITY = trustme.CA()


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return what a server with this certificate speaks TLS by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority that signs the tests' certificates."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return path


def named_client(origin: Origin, ca: Path | None) -> Client:
    """Return a client for which every name is that of the origin's address."""
    guard = Guard(allowed=(origin.authority,))
    backend = GuardedBackend(guard, resolve=lambda host: [origin.host])
    return Client(agent="tests", limits=LIMITS, guard=guard, ca_file=ca, backend=backend)


def test_a_certificate_of_a_trusted_authority_for_the_name_is_verified(ca_file: Path) -> None:
    """The address that is dialled is not in it: the name counts."""
    with Origin(tls=serving(AUTHORITY.issue_cert("news.example.org"))) as origin:
        origin.page("/a", PAGE)
        with named_client(origin, ca_file) as client:
            answer = client.get(Wanted(f"https://news.example.org:{origin.port}/a"))
    assert (answer.reason, answer.content, answer.tls_verified) == ("", PAGE, True)


def self_signed() -> ssl.SSLContext:
    """Return what a server speaks whose certificate nobody signed."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "news.example.org")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    builder = builder.add_extension(
        x509.SubjectAlternativeName([x509.DNSName("news.example.org")]), critical=False
    )
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with trustme.Blob(private + certificate).tempfile() as path:
        context.load_cert_chain(path)
    return context


def old_tls() -> ssl.SSLContext:
    """Return what a server speaks that knows nothing newer than TLS 1.1."""
    context = serving(AUTHORITY.issue_cert("news.example.org"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BAD_TLS = {
    "another name": lambda: serving(AUTHORITY.issue_cert("other.example.org")),
    "the address instead of the name": lambda: serving(AUTHORITY.issue_cert("127.0.0.1")),
    "a wildcard two levels up": lambda: serving(AUTHORITY.issue_cert("*.org")),
    "expired": lambda: serving(
        AUTHORITY.issue_cert("news.example.org", not_before=LONG_AGO, not_after=LONG_AGO + timedelta(9))
    ),
    "not yet valid": lambda: serving(
        AUTHORITY.issue_cert(
            "news.example.org",
            not_before=datetime.now(UTC) + timedelta(2),
            not_after=datetime.now(UTC) + timedelta(9),
        )
    ),
    "self-signed": self_signed,
    "an unknown authority": lambda: serving(trustme.CA().issue_cert("news.example.org")),
    "old TLS": old_tls,
}


@pytest.mark.parametrize("name", BAD_TLS)
def test_no_page_comes_over_tls_that_is_not_verified(name: str, ca_file: Path) -> None:
    """The server gets no request, the answer says tls_failed."""
    with Origin(tls=BAD_TLS[name]()) as origin:
        origin.page("/a", PAGE)
        with named_client(origin, ca_file) as client:
            answer = client.get(Wanted(f"https://news.example.org:{origin.port}/a"))
        assert origin.requests == []
    assert (answer.reason, answer.status, answer.content, answer.tls_verified) == (
        "tls_failed",
        None,
        b"",
        None,
    )
    assert answer.detail


def broken_handshake(reply: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Return a server's side that reads the first message of TLS, answers with ``reply``, waits and leaves."""

    def act(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(10)
            connection.recv(10_000)
            connection.sendall(reply)
            if pause:
                connection.settimeout(pause)
                with suppress(OSError):
                    connection.recv(1)

    return act


@pytest.mark.parametrize(
    ("reason", "act"),
    [
        pytest.param("tls_failed", broken_handshake(b"HTTP/1.1 400 Bad Request\r\n\r\n"), id="no TLS at all"),
        pytest.param("tls_failed", broken_handshake(b"\x15\x03\x03\x00\x02\x02\x28"), id="an alert"),
        pytest.param("tls_failed", broken_handshake(bytes(500)), id="zeros"),
        pytest.param("connection_lost", broken_handshake(b""), id="gone at once"),
        pytest.param(
            "connection_lost", broken_handshake(b"\x16\x03\x03\x00\x7a\x02"), id="gone in the middle"
        ),
        pytest.param("timed_out", broken_handshake(b"\x16\x03\x03", 20), id="silent"),
    ],
)
def test_a_handshake_that_does_not_end_well_ends_in_time(
    reason: str, act: Callable[[socket.socket], None]
) -> None:
    """What is no TLS is told apart from a connection that was lost."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=act, args=(listener,))
        thread.start()
        limits = Limits(connect_seconds=1, read_seconds=1, total_seconds=2)
        answer = get(f"https://127.0.0.1:{listener.getsockname()[1]}/", limits=limits)
        thread.join(30)
    assert (answer.reason, answer.status, answer.tls_verified) == (reason, None, None)
    assert answer.seconds < 6


def test_a_host_in_any_script_is_asked_for_in_ascii(ca_file: Path) -> None:
    """Names are looked up, sent and verified in the form that the web knows them by."""
    asked: list[str] = []

    def resolve(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with Origin(tls=serving(AUTHORITY.issue_cert("xn--mnchen-3ya.example.org"))) as origin:
        origin.page("/stra%C3%9Fe", PAGE)
        guard = Guard(allowed=(origin.authority,))
        backend = GuardedBackend(guard, resolve=resolve)
        with Client(agent="tests", guard=guard, ca_file=ca_file, backend=backend) as client:
            answer = client.get(Wanted(f"https://m\u00fcnchen.example.org:{origin.port}/stra\u00dfe"))
        host = origin.requests[0].headers["host"]
    assert (answer.reason, answer.content) == ("", PAGE)
    assert asked == ["xn--mnchen-3ya.example.org"]
    assert answer.final_url == f"https://{host}/stra%C3%9Fe"


def test_the_environment_makes_no_authority_trusted(
    ca_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """SSL_CERT_FILE, SSL_CERT_DIR and others change nothing; nothing is written to SSLKEYLOGFILE."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(ca_file))
    monkeypatch.setenv("SSL_CERT_DIR", str(ca_file.parent))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with Origin(tls=serving(AUTHORITY.issue_cert("news.example.org"))) as origin:
        with named_client(origin, None) as client:
            answer = client.get(Wanted(f"https://news.example.org:{origin.port}/a"))
        assert origin.requests == []
    assert answer.reason == "tls_failed"
    assert not (tmp_path / "keys").exists()


def test_a_redirect_from_https_to_http_is_followed_and_told(ca_file: Path) -> None:
    """Some papers still do so; whoever reads the row sees it, and that the last answer came unencrypted."""
    with Origin() as plain, Origin(tls=serving(AUTHORITY.issue_cert("127.0.0.1"))) as secure:
        secure.redirect("/a", plain.page("/b", PAGE))
        with Client(agent="tests", guard=LOOPBACK, ca_file=ca_file) as client:
            answer = client.get(Wanted(secure.url + "/a"))
    assert (answer.reason, answer.content, answer.tls_verified) == ("", PAGE, None)
    assert answer.detail == "redirected from https to http"


def test_no_certificate_file_no_client(tmp_path: Path) -> None:
    """A file that is not there or holds no certificate is told at once, not with the first page."""
    (tmp_path / "empty.pem").write_text("")
    for name in ("gone.pem", "empty.pem"):
        with pytest.raises(OSError):
            Client(agent="tests", ca_file=tmp_path / name)


def test_nothing_downloads_by_another_way(root: Path) -> None:
    """No module asks the web by another library's own downloader, and none turns the verifying off."""
    forbidden = (
        "fetch_url",
        "fetch_response",
        "no_ssl",
        "trafilatura.downloads",
        "CERT_NONE",
        "check_hostname = False",
        "verify=False",
        "_create_unverified_context",
        "urlopen",
        "httpx2.get",
        "httpx2.Client",
    )
    modules = [path for folder in ("tasks", "flows") for path in sorted((root / folder).rglob("*.py"))]
    assert len(modules) > 100
    found = [(path.name, word) for path in modules for word in forbidden if word in path.read_text()]
    assert found == []

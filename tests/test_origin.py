"""The scripted web server of the tests: what it is told, it does, and it leaves nothing behind."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading

import pytest
import trustme
from origin import Origin, Request


def ask(
    origin: Origin, path: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers (lower-case names) and body of a GET."""
    connection = http.client.HTTPConnection(origin.host, origin.port, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return (
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(),
        )
    finally:
        connection.close()


def test_pages_redirects_robots_and_what_is_not_there() -> None:
    """Each path answers what it was given; the rest, robots.txt too at first, is a 404."""
    with Origin() as origin:
        origin.page("/a", "café", headers={"X-One": "1"})
        origin.page("/a?b=c", b"\xff", media_type="", status=503)
        origin.redirect("/old", "/a", status=301)
        status, headers, body = ask(origin, "/a?x=y")
        assert (status, headers["x-one"], body) == (200, "1", "café".encode())
        assert headers["content-type"] == "text/html; charset=utf-8"
        status, headers, body = ask(origin, "/a?b=c")
        assert (status, headers.get("content-type"), body) == (503, None, b"\xff")
        status, headers, body = ask(origin, "/old")
        assert (status, headers["location"], body) == (301, "/a", b"")
        assert ask(origin, "/robots.txt")[0] == ask(origin, "/none")[0] == 404
        origin.robots("User-agent: *")
        assert ask(origin, "/robots.txt")[2] == b"User-agent: *"
        assert origin.paths == ["/a?x=y", "/a?b=c", "/old", "/none"]
        assert origin.requests[0].method == "GET"
        assert origin.requests[0].headers["host"] == origin.authority


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        pytest.param(304, {"If-None-Match": '"1"'}, id="the etag"),
        pytest.param(200, {"If-None-Match": '"2"'}, id="another etag"),
        pytest.param(304, {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}, id="the date"),
        pytest.param(200, {"If-Modified-Since": "Wed, 31 Dec 2025 00:00:00 GMT"}, id="an earlier date"),
        pytest.param(200, {}, id="nothing"),
    ],
)
def test_validators_that_match_are_answered_with_304(status: int, headers: dict[str, str]) -> None:
    """A 304 has no body; everything else has the whole one."""
    with Origin() as origin:
        origin.page("/a", b"words", etag='"1"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT")
        answered, _, body = ask(origin, "/a", headers)
    assert (answered, body) == (status, b"" if status == 304 else b"words")


def test_a_script_has_the_raw_connection_and_its_mistakes_are_told() -> None:
    """What a script sends goes out as it is; an assertion that fails in it fails the test."""

    def answer(connection: socket.socket, request: Request) -> None:
        connection.sendall(b"HTTP/1.1 299 Odd\r\nContent-Length: 2\r\n\r\nok")
        assert request.path == "/right"

    with Origin() as origin:
        origin.script("/right", answer)
        assert ask(origin, "/right")[0] == 299
    with pytest.raises(AssertionError), Origin() as origin:
        origin.script("/wrong", answer)
        ask(origin, "/wrong")


def test_requests_in_flight_are_counted() -> None:
    """Three slow answers at once are three; one after another they are one."""
    with Origin() as origin:
        origin.page("/quick", b"1")
        ask(origin, "/quick")
        ask(origin, "/quick")
        assert origin.most_at_once == 1
        origin.page("/slow", b"1", delay=0.5)
        threads = [threading.Thread(target=ask, args=(origin, "/slow")) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (origin.most_at_once, origin.connections) == (3, 5)


def test_leaving_ends_endless_scripts_and_open_connections() -> None:
    """Neither a script that never stops sending nor a client that stays holds the server up."""

    def endless(connection: socket.socket, request: Request) -> None:
        while True:
            connection.sendall(b"x" * 1000)

    with Origin() as origin:
        origin.script("/", endless)
        idle = socket.create_connection((origin.host, origin.port))
        busy = socket.create_connection((origin.host, origin.port))
        busy.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert busy.recv(10)
    idle.close()
    busy.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((origin.host, origin.port))


def test_it_speaks_tls_at_another_loopback_address() -> None:
    """With a context the URL is https, and a client that trusts the authority gets the page."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.5").configure_cert(server)
    authority.configure_trust(client)
    with Origin("127.0.0.5", tls=server) as origin:
        origin.page("/", b"words")
        assert origin.url == f"https://127.0.0.5:{origin.port}"
        connection = http.client.HTTPSConnection(origin.host, origin.port, timeout=10, context=client)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"words"
        connection.close()

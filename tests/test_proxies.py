"""Asking through a proxy: only where the user chose one, only for what may be asked for, and in time."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import AUTHORITY, serving
from dialling import SLACK_SECONDS, queue_filled
from origin import Origin, Request

from tasks.fetch.client import Client
from tasks.fetch.dial import Guard
from tasks.fetch.records import Limits, Wanted

PAGE = b"<p>The council met on Monday.</p>" * 50
LIMITS = Limits(connect_seconds=30, read_seconds=30, total_seconds=60)

PROXY_NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without proxies, to which the test adds its own."""
    for name in PROXY_NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_proxies_of_the_environment_are_not_used(proxied: pytest.MonkeyPatch) -> None:
    """Unless the user chose so, pages are asked for directly."""
    with Origin() as origin, Origin("127.0.0.2") as proxy:
        for name in PROXY_NAMES[:3]:
            proxied.setenv(name, proxy.url)
            proxied.setenv(name.upper(), proxy.url)
        with Client(agent="tests", limits=LIMITS, guard=Guard((origin.authority,))) as client:
            answer = client.get(Wanted(origin.page("/a", PAGE)))
        assert proxy.connections == 0
    assert answer.content == PAGE


def proxied_client(allowed: tuple[str, ...], ca: Path | None = None, limits: Limits = LIMITS) -> Client:
    """Return a client that asks through what the environment names."""
    return Client(agent="tests", limits=limits, guard=Guard(allowed), ca_file=ca, trust_env_proxies=True)


def test_a_chosen_proxy_is_asked_for_pages_but_not_for_those_that_it_leaves_out(
    proxied: pytest.MonkeyPatch,
) -> None:
    """The proxy may stand at a private address; its password goes to it alone."""
    with Origin() as origin, Origin("127.0.0.2") as proxy:
        proxied.setenv("HTTP_PROXY", f"http://user:word@{proxy.authority}")
        proxied.setenv("NO_PROXY", origin.host)
        proxied.setenv("no_proxy", origin.host)
        proxied.setenv("http_proxy", f"http://user:word@{proxy.authority}")
        proxy.page("http://news.example.org/a", PAGE)
        origin.page("/b", PAGE)
        with proxied_client((origin.authority,)) as client:
            assert client.get(Wanted("http://news.example.org/a")).content == PAGE
            assert client.get(Wanted(origin.url + "/b")).content == PAGE
        assert proxy.paths == ["http://news.example.org/a"]
        assert proxy.requests[0].headers["proxy-authorization"] == "Basic dXNlcjp3b3Jk"
        assert proxy.requests[0].headers["host"] == "news.example.org"
        assert "proxy-authorization" not in origin.requests[0].headers


@pytest.mark.parametrize(
    ("reason", "url"),
    [
        pytest.param("refused_address", "http://127.0.0.1/a", id="loopback"),
        pytest.param("refused_address", "http://169.254.169.254/latest", id="link-local"),
        pytest.param("refused_host", "http://localhost/a", id="a local name"),
        pytest.param("refused_host", "http://2130706433/a", id="a number"),
        pytest.param("refused_port", "http://news.example.org:22/a", id="a port"),
        pytest.param("refused_scheme", "ftp://news.example.org/a", id="a scheme"),
    ],
)
def test_a_proxy_is_not_asked_for_what_must_not_be_asked_for(
    reason: str, url: str, proxied: pytest.MonkeyPatch
) -> None:
    """The guard judges the address before the proxy sees it."""
    with Origin("127.0.0.2") as proxy:
        for name in ("http_proxy", "all_proxy"):
            proxied.setenv(name, proxy.url)
        with proxied_client(()) as client:
            assert client.get(Wanted(url)).reason == reason
        assert proxy.connections == 0


def test_a_name_that_means_a_private_address_is_not_asked_for_through_a_proxy(
    proxied: pytest.MonkeyPatch,
) -> None:
    """Where this machine can look the name up, all its addresses must be public."""
    monkey = proxied
    monkey.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("10.0.0.1", 0))])
    with Origin("127.0.0.2") as proxy:
        monkey.setenv("http_proxy", proxy.url)
        with proxied_client(()) as client:
            assert client.get(Wanted("http://news.example.org/a")).reason == "refused_address"
        assert proxy.connections == 0


def test_https_goes_through_a_tunnel_that_the_proxy_cannot_read(
    proxied: pytest.MonkeyPatch, ca_file: Path
) -> None:
    """CONNECT, then TLS with the site itself, verified against its name; a proxy that refuses is a failed connection."""

    def tunnel(connection: socket.socket, request: Request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        served = serving(AUTHORITY.issue_cert("news.example.org")).wrap_socket(connection, server_side=True)
        with served:
            assert served.recv(10_000).startswith(b"GET /a HTTP/1.1\r\nHost: news.example.org\r\n")
            served.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")

    with Origin("127.0.0.2") as proxy:
        proxied.setenv("https_proxy", proxy.url)
        proxy.script("news.example.org:443", tunnel)
        proxy.page("other.example.org:443", b"", status=403)
        with proxied_client((), ca_file) as client:
            answer = client.get(Wanted("https://news.example.org/a"))
            assert (answer.reason, answer.content, answer.tls_verified) == ("", b"ok", True)
            assert client.get(Wanted("https://other.example.org/a")).reason == "connection_failed"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "ftp://127.0.0.1"])
def test_a_proxy_that_cannot_be_spoken_to_is_told_at_once(proxy: str, proxied: pytest.MonkeyPatch) -> None:
    """Going around it would be against what the user chose."""
    proxied.setenv("all_proxy", proxy)
    with pytest.raises(ValueError, match="only http and https"):
        proxied_client(())


# Longer than any deadline here: a proxy that is waited for so long is waited for without one.
LONG = replace(LIMITS, connect_seconds=30.0, read_seconds=30.0, total_seconds=1.0)


def test_connecting_to_a_proxy_ends_with_the_deadline(proxied: pytest.MonkeyPatch) -> None:
    """A proxy that does not answer costs a page no more than its time."""
    with closing(socket.create_server(("127.0.0.3", 0), backlog=0)) as stuck:
        port = stuck.getsockname()[1]
        waiting = queue_filled("127.0.0.3", port)
        proxied.setenv("http_proxy", f"http://127.0.0.3:{port}")
        try:
            with proxied_client((), limits=LONG) as client:
                answer = client.get(Wanted("http://93.184.216.34/a"))
        finally:
            for each in waiting:
                each.close()
    assert (answer.reason, answer.status) == ("timed_out", None)
    assert 0.5 < answer.seconds < SLACK_SECONDS


def test_looking_a_proxy_up_ends_with_the_deadline(proxied: pytest.MonkeyPatch) -> None:
    """The resolver goes on in its own thread."""
    release = threading.Event()
    proxied.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(60) and [])
    proxied.setenv("http_proxy", "http://proxy.example.org:8080")
    try:
        with proxied_client((), limits=LONG) as client:
            answer = client.get(Wanted("http://93.184.216.34/a"))
    finally:
        release.set()
    assert (answer.reason, answer.status) == ("timed_out", None)
    assert 0.5 < answer.seconds < SLACK_SECONDS


def test_a_proxy_that_is_not_known_makes_no_page_dead(proxied: pytest.MonkeyPatch) -> None:
    """That its name does not exist says nothing of the page's host."""
    proxied.setenv("http_proxy", "http://proxy.example.org:8080")
    with proxied_client(()) as client:
        answer = client.get(Wanted("http://93.184.216.34/a"))
    assert (answer.reason, answer.status) == ("connection_failed", None)
    assert "proxy" in answer.detail


def test_a_proxy_with_several_addresses_is_asked_at_the_one_that_answers(proxied: pytest.MonkeyPatch) -> None:
    """As any host is; its addresses are the user's choice and may be private ones."""

    def look_up(host: str, *_: object, **__: object) -> list[object]:
        addresses = [host] if host[0].isdigit() else ["127.0.0.3", "127.0.0.2"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, proxy.port)) for each in addresses]

    with Origin("127.0.0.2") as proxy:
        proxied.setattr(socket, "getaddrinfo", look_up)
        proxied.setenv("http_proxy", f"http://proxy.example.org:{proxy.port}")
        proxy.page("http://93.184.216.34/a", PAGE)
        with proxied_client(()) as client:
            assert client.get(Wanted("http://93.184.216.34/a")).content == PAGE

"""Asking over TLS: what is verified gives pages, all else none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from certificates import AUTHORITY, old_tls, self_signed, serving
from dialling import SLACK_SECONDS
from origin import Origin

from tasks.fetch.client import Client
from tasks.fetch.dial import Guard, GuardedBackend
from tasks.fetch.records import Limits, Wanted

PAGE = b"<p>The council met on Monday.</p>" * 50
LIMITS = Limits(connect_seconds=30, read_seconds=30, total_seconds=60)
LOOPBACK = Guard(allowed=("127.0.0.0/8",))


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
        # What ends by itself must not run out of time on a busy machine.
        limits = Limits(connect_seconds=1, total_seconds=2) if reason == "timed_out" else LIMITS
        with Client(agent="tests", limits=limits, guard=LOOPBACK) as client:
            answer = client.get(Wanted(f"https://127.0.0.1:{listener.getsockname()[1]}/"))
        thread.join(30)
    assert (answer.reason, answer.status, answer.tls_verified) == (reason, None, None)
    assert answer.seconds < SLACK_SECONDS


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

"""From a name to a connection: the look-up, the addresses in turn, and the other end that must be the one dialled."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import closing

import httpcore2
import pytest
from dialling import PUBLIC_ADDRESS, Net, connected, queue_filled, within
from origin import Origin

from tasks.fetch.dial import (
    MAX_DIALLED,
    DnsFailed,
    Guard,
    GuardedBackend,
    NoSuchHost,
    Refused,
    connect_address,
    deadline,
    resolve_host,
)


@pytest.mark.parametrize(
    ("expected", "outcome"),
    [
        pytest.param(NoSuchHost, socket.gaierror(socket.EAI_NONAME, "unknown"), id="no such name"),
        pytest.param(NoSuchHost, socket.gaierror(socket.EAI_NODATA, "no data"), id="no address"),
        pytest.param(NoSuchHost, (), id="an empty answer"),
        pytest.param(NoSuchHost, UnicodeError("label too long"), id="no name at all"),
        pytest.param(DnsFailed, socket.gaierror(socket.EAI_AGAIN, "try again"), id="try again"),
        pytest.param(DnsFailed, socket.gaierror(socket.EAI_FAIL, "failed"), id="failed"),
        pytest.param(DnsFailed, OSError("no more files"), id="another trouble of the system"),
        pytest.param(KeyError, KeyError("a fault of ours"), id="a fault is not hidden"),
    ],
)
def test_what_becomes_of_a_look_up(expected: type[Exception], outcome: object) -> None:
    """A name that does not exist is told from a look-up that failed: the first is for ever."""

    def resolve(host: str) -> Sequence[str]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome  # type: ignore[return-value]

    with pytest.raises(expected, match=r"news\.example|fault"):
        GuardedBackend(Guard(), resolve).connect_tcp("news.example", 80, 2.0)


def test_the_systems_resolver_answers_for_this_machine() -> None:
    """Each address comes once; an unknown name is the system's own error."""
    addresses = resolve_host("localhost")
    assert "127.0.0.1" in addresses
    assert len(set(addresses)) == len(addresses)
    with pytest.raises(socket.gaierror):
        resolve_host("news.example")


def test_a_look_up_that_hangs_costs_no_more_than_the_time_to_connect() -> None:
    """The resolver goes on in its own thread; who waits for it is told that it took too long."""
    release = threading.Event()
    backend = GuardedBackend(Guard(), lambda host: (str(release.wait(60.0)),))
    try:
        with within(), pytest.raises(DnsFailed, match="too long"):
            backend.connect_tcp("news.example", 80, 0.2)
        with within(), deadline(time.monotonic() + 0.2), pytest.raises(httpcore2.ConnectTimeout):
            backend.connect_tcp("news.example", 80, 60.0)
    finally:
        release.set()


def test_few_addresses_of_both_protocols_are_tried_in_turn(net: Net) -> None:
    """Of many addresses four are dialled, the two protocols in turn, the resolver's favourite first."""
    six = tuple(f"2606:4700::{number}" for number in range(1, 9))
    four = tuple(f"8.8.8.{number}" for number in range(1, 9))
    for answer, order in (
        (six + four, (six[0], four[0], six[1], four[1])),
        (four + six, (four[0], six[0], four[1], six[1])),
        (four, four[:4]),
        ((four[0], *six[:2]), (four[0], six[0], six[1])),
    ):
        net.answers = [answer]
        net.dialled.clear()
        assert connected(net, "news.example", 80, Guard()) == "dialled"
        assert [address for address, _ in net.dialled] == list(order)
        assert len(order) <= MAX_DIALLED


def closed_port() -> int:
    """Return a port of 127.0.0.1 at which nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    """The second address answers when the first refuses, and an error says so when none does."""
    with Origin("127.0.0.2") as live:
        guard = Guard(allowed=("127.0.0.0/8",))
        backend = GuardedBackend(guard, lambda host: ("127.0.0.3", "127.0.0.2"))
        stream = backend.connect_tcp("news.example", live.port, 5.0, socket_options=[(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)])  # fmt: skip
        assert stream.get_extra_info("server_addr") == ("127.0.0.2", live.port)
        assert stream.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert stream.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        stream.close()
    with pytest.raises(httpcore2.ConnectError):
        GuardedBackend(guard).connect_tcp("127.0.0.1", closed_port(), 5.0)


def test_a_bad_option_closes_the_connection_and_a_local_address_is_refused() -> None:
    """What cannot be done as asked is not done otherwise."""
    backend = GuardedBackend(Guard(allowed=("127.0.0.1",)))
    with Origin() as live:
        with pytest.raises(httpcore2.ConnectError):
            backend.connect_tcp("127.0.0.1", live.port, 5.0, socket_options=[(9999, 9999, 1)])
        with pytest.raises(ValueError, match="dial from"):
            backend.connect_tcp("127.0.0.1", live.port, 5.0, local_address="127.0.0.2")
    with pytest.raises(NotImplementedError):
        backend.connect_unix_socket("/run/a.sock")


def test_an_address_that_does_not_answer_leaves_time_for_the_next() -> None:
    """A first address whose packets vanish takes its share of the time, and the second one is reached."""
    with closing(socket.create_server(("127.0.0.3", 0), backlog=0)) as stuck:
        port = stuck.getsockname()[1]
        waiting = queue_filled("127.0.0.3", port)
        guard = Guard(allowed=("127.0.0.0/8",))
        try:
            with within(), pytest.raises(httpcore2.ConnectTimeout):
                GuardedBackend(guard).connect_tcp("127.0.0.3", port, 0.3)
            with closing(socket.create_server(("127.0.0.2", port))):
                backend = GuardedBackend(guard, lambda host: ("127.0.0.3", "127.0.0.2"))
                with within():
                    stream = backend.connect_tcp("news.example", port, 2.0)
                assert stream.get_extra_info("server_addr")[0] == "127.0.0.2"
                stream.close()
        finally:
            for each in waiting:
                each.close()


def not_connected(made: socket.socket) -> tuple[str, int]:
    """The system's word on the other end, when that has gone away at once."""
    raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")


def test_a_connection_that_ends_elsewhere_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the other end is not the address that was dialled, or cannot be told, nothing is sent to it."""
    with Origin() as live:
        with closing(connect_address("127.0.0.1", live.port, 5.0)) as made:
            assert made.get_extra_info("server_addr") == ("127.0.0.1", live.port)
        monkeypatch.setattr(socket.socket, "getpeername", lambda _: ("127.0.0.9", live.port), raising=False)
        with pytest.raises(Refused, match=r"127.0.0.9 answered"):
            connect_address("127.0.0.1", live.port, 5.0)
        monkeypatch.setattr(socket.socket, "getpeername", not_connected, raising=False)
        with pytest.raises(httpcore2.ConnectError):
            connect_address("127.0.0.1", live.port, 5.0)


def test_a_name_keeps_its_certificate_though_its_address_is_dialled(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """TLS is held against the name of the URL: the right certificate passes, another name's does not."""
    server, client = tls
    net = Net([(PUBLIC_ADDRESS,)])
    with Origin("127.0.0.2", tls=server) as origin:
        origin.page("/", "<p>Words.</p>")
        net.front = (origin.host, origin.port)
        with httpcore2.ConnectionPool(ssl_context=client, network_backend=net.backend(Guard())) as pool:
            assert pool.request("GET", "https://news.example/").content == b"<p>Words.</p>"
            with pytest.raises(httpcore2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                pool.request("GET", "https://other.example/")
    assert net.dialled == [(PUBLIC_ADDRESS, 443)] * 2

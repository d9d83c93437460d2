"""The deadline of a request: whatever drips, hangs or does not read ends with it."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpcore2
import pytest
from dialling import PUBLIC_ADDRESS, SLACK_SECONDS, Net, within
from origin import Origin, Request

from tasks.fetch.dial import Guard, GuardedStream, connect_address, deadline


@pytest.fixture
def pair() -> Iterator[tuple[GuardedStream, socket.socket]]:
    """A guarded stream and its other end."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        stream = GuardedStream(connect_address("127.0.0.1", server.getsockname()[1], SLACK_SECONDS))
        theirs, _ = server.accept()
    theirs.settimeout(SLACK_SECONDS)
    yield stream, theirs
    stream.close()
    theirs.close()


@contextmanager
def dripping(there: socket.socket, first: bytes, drop: bytes) -> Iterator[None]:
    """Send ``first``, then ``drop`` again and again, each well within any time-out."""
    stop = threading.Event()

    def drip() -> None:
        there.sendall(first)
        while not stop.wait(0.02):
            try:
                there.sendall(drop)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_bytes_that_drip_end_with_the_deadline(pair: tuple[GuardedStream, socket.socket]) -> None:
    """A server that sends a byte now and then holds nobody beyond the deadline."""
    stream, there = pair
    timed_out = pytest.raises(httpcore2.ReadTimeout)
    with dripping(there, b"HTTP/1.1 200 OK\r\n", b"x"), within(), timed_out, deadline(time.monotonic() + 0.4):
        until = time.monotonic() + SLACK_SECONDS
        while time.monotonic() < until:
            assert stream.read(1, 5.0)


def test_a_handshake_that_drips_ends_with_the_deadline(pair: tuple[GuardedStream, socket.socket]) -> None:
    """The same before TLS is there: a handshake record that never ends."""
    stream, there = pair
    record = b"\x16\x03\x03\x40\x00"
    timed_out = pytest.raises(httpcore2.ConnectTimeout)
    with dripping(there, record, b"\x02"), within(), timed_out, deadline(time.monotonic() + 0.4):
        stream.start_tls(ssl.create_default_context(), "news.example", 60.0)


def test_a_server_that_does_not_read_ends_with_the_deadline(
    pair: tuple[GuardedStream, socket.socket],
) -> None:
    """Writing waits no longer than the deadline, either."""
    stream, _ = pair
    with within(), deadline(time.monotonic() + 0.2), pytest.raises(httpcore2.WriteTimeout):
        stream.write(b"x" * 50_000_000, 60.0)


def test_after_the_deadline_nothing_is_asked_dialled_read_or_written(
    net: Net, pair: tuple[GuardedStream, socket.socket]
) -> None:
    """Each ends as its ordinary time-out; a handshake closes the connection that its caller has given away."""
    stream, there = pair
    there.sendall(b"words")
    with deadline(time.monotonic()):
        with pytest.raises(httpcore2.ConnectTimeout):
            net.backend(Guard()).connect_tcp(PUBLIC_ADDRESS, 80, 60.0)
        with pytest.raises(httpcore2.ReadTimeout):
            stream.read(5, 60.0)
        with pytest.raises(httpcore2.WriteTimeout):
            stream.write(b"words", 60.0)
        # Without a deadline in between: an inner one ends no later than the outer one.
        with deadline(time.monotonic() + 60.0), pytest.raises(httpcore2.ReadTimeout):
            stream.read(5, None)
    assert net.dialled == []
    assert stream.read(5, 1.0) == b"words"
    with deadline(time.monotonic()), pytest.raises(httpcore2.ConnectTimeout):
        stream.start_tls(ssl.create_default_context(), "news.example", 60.0)
    assert there.recv(1) == b""


def test_a_deadline_is_that_of_its_own_thread(pair: tuple[GuardedStream, socket.socket]) -> None:
    """One page that is late takes no time from those that other threads fetch; without one only the time-out counts."""
    stream, there = pair
    there.sendall(b"words")
    read: list[bytes] = []
    with deadline(time.monotonic()):
        thread = threading.Thread(target=lambda: read.append(stream.read(5, 1.0)))
        thread.start()
        thread.join()
    assert read == [b"words"]
    with within(), pytest.raises(httpcore2.ReadTimeout):
        stream.read(1, 0.05)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_headers_that_drip_end_with_the_deadline(
    scheme: str, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    """The pool's own connection keeps the deadline, too, with TLS and without: headers that never end."""

    def drip(connection: socket.socket, request: Request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        until = time.monotonic() + 2 * SLACK_SECONDS
        while time.monotonic() < until:
            connection.sendall(b"X-A: b\r\n")
            time.sleep(0.02)

    server, client = tls
    net = Net([(PUBLIC_ADDRESS,)])
    timed_out = pytest.raises(httpcore2.ReadTimeout)
    with (
        Origin("127.0.0.2", tls=server if scheme == "https" else None) as origin,
        httpcore2.ConnectionPool(ssl_context=client, network_backend=net.backend(Guard())) as pool,
    ):
        net.front = (origin.host, origin.port)
        origin.script("/", drip)
        with within(), timed_out, deadline(time.monotonic() + 0.6):
            pool.request("GET", f"{scheme}://news.example/", extensions={"timeout": {"read": 5.0}})

"""Dial only what may be dialled: each address is checked, and the address that was checked is dialled.

In: the host and port that the HTTP library wants to reach. Out: a connected stream, or an error. A name
is looked up once a connection; when any of its addresses is neither public nor allowed, nothing is
dialled. So a name that answers with another address the next time (DNS rebinding) changes nothing. Why
so: docs/decisions/addresses.md.

Errors: :class:`Refused` (a reason code, trying again does not help), :class:`NoSuchHost` (the same),
:class:`DnsFailed` (may pass); the rest are httpcore2's own: ``ConnectError``, ``ConnectTimeout``,
``ReadTimeout`` and so on.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import Any

import httpcore2

from tasks.fetch.addresses import is_address
from tasks.fetch.guard import Guard, Refused

__all__ = [
    "DnsFailed",
    "Guard",
    "GuardedBackend",
    "GuardedStream",
    "NoSuchHost",
    "Refused",
    "connect_address",
    "deadline",
    "dial",
    "look_up",
    "resolve_host",
    "time_limit",
]

# A host lists a few addresses for each of the two protocols; one that lists hundreds must not make this
# machine knock at all of them.
MAX_DIALLED = 4

# Names that do not exist, told apart from look-ups that failed.
NO_SUCH_HOST = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

# What looks a name up, and what dials an address at a port within so many seconds.
Resolve = Callable[[str], Sequence[str]]
Connect = Callable[[str, int, float | None], httpcore2.NetworkStream]

_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))


class NoSuchHost(Exception):  # noqa: N818  (an answer, not a fault)
    """The name's servers say that there is no such name, or that it has no address."""


class DnsFailed(Exception):  # noqa: N818  (an answer, not a fault)
    """Looking the name up failed or took too long; it may work later."""


@contextmanager
def deadline(at: float) -> Iterator[None]:
    """Let no connecting, reading or writing of this thread go on after ``at`` (of ``time.monotonic``).

    What would take longer ends as httpcore2's ordinary time-outs. An inner deadline can only be earlier.
    """
    token = _deadline.set(min(at, _deadline.get()))
    try:
        yield
    finally:
        _deadline.reset(token)


def resolve_host(host: str) -> tuple[str, ...]:
    """Return the addresses of ``host``, each once, the system's favourite first.

    Raises socket.gaierror. It cannot be interrupted and may take as long as the system's resolver waits.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(row[4][0]) for row in found))


def connect_address(address: str, port: int, timeout: float | None) -> httpcore2.NetworkStream:
    """Return a stream to ``address``, connected within ``timeout`` seconds.

    Raises httpcore2.ConnectError, httpcore2.ConnectTimeout; Refused where another address answered.
    """
    stream = httpcore2.SyncBackend().connect_tcp(address, port, timeout)
    try:
        peer = str(stream.get_extra_info("server_addr")[0])
        if ip_address(peer) != ip_address(address):
            raise Refused("refused_address", f"{address} was dialled, {peer} answered")
    except OSError as error:
        # It went away at once, and with it its address.
        stream.close()
        raise httpcore2.ConnectError(error) from error
    except BaseException:
        stream.close()
        raise
    return stream


def time_limit(timeout: float | None) -> float:
    """Return when ``timeout`` seconds from now are over, of ``time.monotonic``; None never is."""
    return time.monotonic() + (float("inf") if timeout is None else timeout)


def look_up(host: str, until: float, resolve: Resolve = resolve_host) -> Sequence[str]:
    """Return the addresses of ``host``, asked for once, before ``until``.

    The system's resolver cannot be interrupted: it has a thread, which is left behind when the time is over.
    Raises NoSuchHost, DnsFailed, httpcore2.ConnectTimeout when the deadline has passed.
    """
    answers: list[Sequence[str] | Exception] = []

    def ask() -> None:
        try:
            answers.append(tuple(resolve(host)))
        except Exception as error:
            # Handed on to the thread that waits.
            answers.append(error)

    thread = threading.Thread(target=ask, name="look-up", daemon=True)
    thread.start()
    thread.join(_left(until, httpcore2.ConnectTimeout))
    if not answers:
        _left(float("inf"), httpcore2.ConnectTimeout)
        raise DnsFailed(f"looking {host} up took too long")
    return _read_answer(host, answers[0])


def dial(
    addresses: Sequence[str], port: int, until: float, connect: Connect = connect_address
) -> httpcore2.NetworkStream:
    """Return a stream to one of the first few ``addresses``, tried in turn.

    Each gets its share of the time, so that a dead one leaves some.

    Raises httpcore2.ConnectError, httpcore2.ConnectTimeout: those of the last one that was tried.
    """
    failure: Exception = httpcore2.ConnectError("no address was dialled")
    chosen = _chosen(addresses)
    for tried, address in enumerate(chosen):
        left = _left(until, httpcore2.ConnectTimeout)
        share = None if left is None else left / (len(chosen) - tried)
        try:
            return connect(address, port, share)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            failure = error
    raise failure


class GuardedStream(httpcore2.NetworkStream):
    """A stream that keeps the deadline of whoever uses it: each wait ends when it has passed."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _clamped(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _clamped(timeout, httpcore2.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Return the stream with TLS on it; the certificate is held against the name, not the address."""
        try:
            within = _clamped(timeout, httpcore2.ConnectTimeout)
        except httpcore2.ConnectTimeout:
            # The caller has no other hold on the connection than what this returns.
            self.close()
            raise
        return GuardedStream(self._stream.start_tls(ssl_context, server_hostname, within))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore2.NetworkBackend):
    """httpcore2's network, guarded. ``resolve`` and ``connect`` are what asks and what dials.

    Unix sockets are not dialled at all: the base class raises NotImplementedError.
    """

    def __init__(
        self, guard: Guard, resolve: Resolve = resolve_host, connect: Connect = connect_address
    ) -> None:
        self._guard = guard
        self._resolve = resolve
        self._connect = connect

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Return a stream to ``host``. ``timeout`` (seconds) is for looking up and dialling together.

        Raises Refused, NoSuchHost, DnsFailed, httpcore2.ConnectError, httpcore2.ConnectTimeout.
        """
        if local_address is not None:
            raise ValueError("the address to dial from cannot be chosen")
        until = time_limit(timeout)
        self._guard.check_host(host, port)
        addresses = (host,) if is_address(host) else look_up(host, until, self._resolve)
        for address in addresses:
            self._guard.check_address(address, port)
        stream = dial(addresses, port, until, self._connect)
        try:
            for option in socket_options or ():
                stream.get_extra_info("socket").setsockopt(*option)
        except OSError as error:
            stream.close()
            raise httpcore2.ConnectError(error) from error
        return GuardedStream(stream)


def _read_answer(host: str, answer: Sequence[str] | Exception) -> Sequence[str]:
    if isinstance(answer, socket.gaierror) and answer.errno not in NO_SUCH_HOST:
        raise DnsFailed(f"looking {host} up failed: {answer.strerror}") from answer
    # UnicodeError: the standard library holds the name for none that could be looked up.
    if isinstance(answer, (socket.gaierror, UnicodeError)):
        raise NoSuchHost(f"there is no host {host}") from answer
    if isinstance(answer, OSError):
        raise DnsFailed(f"looking {host} up failed: {answer}") from answer
    if isinstance(answer, Exception):
        raise answer
    if not answer:
        raise NoSuchHost(f"{host} has no address")
    return answer


def _chosen(addresses: Sequence[str]) -> list[str]:
    """Take the first few, of both protocols in turn: where one leads nowhere the other is tried."""
    favourite = ":" in addresses[0]
    first = [address for address in addresses if (":" in address) == favourite]
    second = [address for address in addresses if (":" in address) != favourite]
    mixed = chain.from_iterable(zip_longest(first, second))
    return [address for address in mixed if address is not None][:MAX_DIALLED]


def _left(until: float, late: type[Exception]) -> float | None:
    """Return the seconds until ``until`` or the deadline, None without either; raise ``late`` when passed."""
    end = min(until, _deadline.get())
    if end == float("inf"):
        return None
    left = end - time.monotonic()
    if left <= 0:
        raise late("the time for this request is over")
    return left


def _clamped(timeout: float | None, late: type[Exception]) -> float | None:
    left = _left(float("inf"), late)
    return timeout if left is None else left if timeout is None else min(timeout, left)

"""What tests of dialling share: a net that keeps a list, and what waits no longer than it should."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpcore2

from tasks.fetch.addresses import refusal
from tasks.fetch.dial import Guard, GuardedBackend, Refused, connect_address

PUBLIC_ADDRESS = "93.184.216.34"
OTHER_ADDRESS = "2606:4700:4700::1111"

# Far beyond what any of these waits takes, far below the time that a broken one would take.
SLACK_SECONDS = 8.0


@dataclass
class Net:
    """A look-up that answers as told and a dialler that keeps a list.

    Each look-up takes the next of ``answers``, the last one stays. Public addresses are never dialled: in
    their place stands ``front``, or a refusal without one. All others are dialled for real, while ``real``.
    """

    answers: list[tuple[str, ...]] = field(default_factory=lambda: [("127.0.0.1",)])
    front: tuple[str, int] | None = None
    asked: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    real: bool = True

    def resolve(self, host: str) -> tuple[str, ...]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def connect(self, address: str, port: int, timeout: float | None) -> httpcore2.NetworkStream:
        self.dialled.append((address, port))
        if refusal(address) and self.real:
            return connect_address(address, port, timeout)
        if self.front is None:
            raise httpcore2.ConnectError("nobody is here")
        return connect_address(*self.front, timeout)

    def backend(self, guard: Guard) -> GuardedBackend:
        return GuardedBackend(guard, self.resolve, self.connect)


@contextmanager
def within(seconds: float = SLACK_SECONDS) -> Iterator[None]:
    """Fail when the block took far longer than what it promises."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


def connected(net: Net, host: str, port: int, guard: Guard) -> str:
    """Return "dialled" or the reason of what came of wanting to reach ``host``."""
    try:
        net.backend(guard).connect_tcp(host, port, 2.0).close()
    except Refused as error:
        return error.reason
    except httpcore2.ConnectError:
        pass
    return "dialled"


def queue_filled(address: str, port: int) -> list[socket.socket]:
    """Knock where nobody accepts until the queue is full and the kernel drops what knocks; return who waits."""
    waiting = []
    for _ in range(50):
        waiting.append(socket.socket())
        waiting[-1].settimeout(0.2)
        try:
            waiting[-1].connect((address, port))
        except TimeoutError:
            return waiting
    raise AssertionError("the queue is never full")

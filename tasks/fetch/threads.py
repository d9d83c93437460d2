"""Run calls that block in threads, for an event loop that must not.

Unlike those of the standard library's executor the threads are daemons: a process that is told to end does
not wait for a slow server.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """``count`` threads that run calls, first come, first served."""

    def __init__(self, count: int, name: str) -> None:
        self._calls: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    async def run(self, call: Callable[[], T]) -> T:
        """Return what ``call`` returns, or raise what it raises. Cancelled before its turn, it never runs."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._calls.put((call, future))
        return await future

    def stop(self) -> list[threading.Thread]:
        """Let the threads end after the calls that are waiting, and return them."""
        for _ in self._threads:
            self._calls.put(None)
        return self._threads

    def _work(self) -> None:
        while self._work_once():
            pass

    def _work_once(self) -> bool:
        """Run the next call; False when none comes any more. A function, so that no result is kept here."""
        job = self._calls.get()
        if job is None:
            return False
        call, future = job
        if not future.cancelled():
            settle = _settling(call, future)
            # A loop that has been closed waits for nothing.
            with suppress(RuntimeError):
                future.get_loop().call_soon_threadsafe(_settle, future, settle)
        return True


def _settling(call: Callable[[], T], future: asyncio.Future[T]) -> Callable[[], None]:
    """Make the call; return what tells ``future`` of its end."""
    try:
        return partial(future.set_result, call())
    except Exception as error:
        return partial(future.set_exception, error)


def _settle(future: asyncio.Future[T], settle: Callable[[], None]) -> None:
    if not future.done():
        settle()

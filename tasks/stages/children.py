"""Parsing in child processes: whatever a page does to its reader costs that page alone.

A child that hangs is ended at the deadline, one that takes too much memory or crashes is replaced, and the
page is given back as :class:`Failed`; all other pages go on.
"""

from __future__ import annotations

import atexit
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pebble import ProcessPool

# The reasons that a child's end gives. Another try may end otherwise: the machine may have been too busy.
CRASHED, TIMED_OUT, OUT_OF_MEMORY = "crashed", "timed_out", "out_of_memory"

# Loaded before the first page, so that loading neither counts as a page's time nor as its memory.
WARM = (
    "trafilatura",
    "tasks.extract.html",
    "tasks.extract.markdown",
    "tasks.extract.plain",
    "tasks.normalize",
    "tasks.segment",
    "tasks.cite.article",
)
# A child's start takes as long as so many pages: for fewer, another child saves nothing.
ITEMS_A_CHILD = 40
# Items handed to the pool beyond those at work, so that no child waits for its next one.
AHEAD = 2
# How long after its deadline a child that nobody has ended ends itself: the run that started it is gone.
LAST_CALL_SECONDS = 30.0
# How long the pool may say nothing beyond the deadline before it is taken for broken: children that have to
# start on a machine that is busy with other things have been seen to take some seconds.
SILENCE_SECONDS = 60.0
# How often it is looked whether the pool still works.
LOOK_SECONDS = 1.0
# Not the exit status of any signal or of Python: the child has caught a MemoryError.
EXIT_OUT_OF_MEMORY = 86

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one item may cost: seconds of time, bytes of memory beyond those of a child without work."""

    # The largest page that is read takes a few seconds; the machine may be busy with other things.
    seconds: float = 60.0
    # The largest texts that are read (10 MB) take 450 MB; two children and the database fit in 8 GB.
    memory_bytes: int = 1_500_000_000
    # Items after which a child is replaced: what libraries leak is small, and a start costs as 40 items.
    items: int = 500


# A name of its own, so that one place changes it for all.
BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Failed:
    """What became of an item instead of a result: a reason code and words for the reader."""

    reason: str
    detail: str


class Children:
    """Child processes that take one item at a time; started with the first item, kept until closed."""

    def __init__(self, workers: int, bounds: Bounds) -> None:
        self.workers = workers
        self.bounds = bounds
        self._pool: ProcessPool | None = None

    def map(self, function: Callable[[Item], Made], items: Sequence[Item]) -> list[Made | Failed]:
        """Return ``function`` of each item in order, or :class:`Failed` where the item cost a child its life.

        ``function`` and the items must be picklable. An exception of ``function`` is a failure too.
        """
        results: dict[int, Made | Failed] = {}
        try:
            if self._is_broken():
                self.close()
            lost = self._work(function, items, range(len(items)), results, self.workers + AHEAD)
            # One of these has broken the pool itself: alone, each can break it for itself only.
            for index in lost:
                if self._work(function, items, [index], results, 1):
                    results[index] = Failed(CRASHED, "the reader's process broke off without a word")
        except BaseException:
            self.close()
            raise
        return [results[index] for index in range(len(items))]

    def close(self) -> None:
        """End all children, at once and whatever they do."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _work(
        self,
        function: Callable[[Item], Made],
        items: Sequence[Item],
        chosen: Sequence[int],
        results: dict[int, Made | Failed],
        most: int,
    ) -> list[int]:
        """Fill in the results of the chosen items; return those that the pool was working on as it broke."""
        waiting, running, heard = deque(chosen), dict[Future[Made], int](), time.monotonic()
        lost: list[int] = []
        while waiting or running:
            while waiting and len(running) < most:
                index = waiting.popleft()
                running[self._schedule(function, items[index])] = index
            done, _ = wait(running, LOOK_SECONDS, FIRST_COMPLETED)
            if done:
                heard = time.monotonic()
            if self._is_broken() or time.monotonic() - heard > self.bounds.seconds + SILENCE_SECONDS:
                lost += running.values()
                running, heard = {}, time.monotonic()
                self.close()
                continue
            for future in done:
                results[running.pop(future)] = _outcome(future, self.bounds)
        return lost

    def _schedule(self, function: Callable[[Item], Made], item: Item) -> Future[Made]:
        task = (function, item, self.bounds.seconds + LAST_CALL_SECONDS)
        try:
            return self._started().schedule(_child_run, task, timeout=self.bounds.seconds)
        except RuntimeError:
            # The pool broke while nobody looked: an idle child was killed. What else it had is found lost.
            broken: Future[Made] = Future()
            broken.cancel()
            return broken

    def _is_broken(self) -> bool:
        return self._pool is None or not self._pool.active

    def _started(self) -> ProcessPool:
        if self._pool is None:
            from pebble import ProcessPool

            # A forked child would inherit DuckDB's and Prefect's threads in an unknown state.
            context = get_context("spawn")
            head = (self.workers, self.bounds.items, _child_start, (self.bounds.memory_bytes,))
            self._pool = ProcessPool(*head, context=context)
        return self._pool


def _outcome(future: Future[Any], bounds: Bounds) -> Any:
    from pebble import ProcessExpired

    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, ProcessExpired):
        return _expired(int(error.exitcode), bounds)
    if isinstance(error, TimeoutError):
        return Failed(TIMED_OUT, _too_slow(bounds))
    return Failed("reader_failed", type(error).__name__)


def _expired(status: int, bounds: Bounds) -> Failed:
    if status == EXIT_OUT_OF_MEMORY:
        return Failed(OUT_OF_MEMORY, f"more than {bounds.memory_bytes / 1e6:.0f} MB were needed")
    if status == -signal.SIGALRM:
        return Failed(TIMED_OUT, _too_slow(bounds))
    how = signal.Signals(-status).name if -status in set(signal.Signals) else f"status {status}"
    return Failed(CRASHED, f"the reader's process ended with {how}")


def _too_slow(bounds: Bounds) -> str:
    return f"not read within {bounds.seconds:g} seconds"


def _child_start(memory_bytes: int) -> None:
    """Make a new process ready to parse, and bound its memory."""
    for name in WARM:
        import_module(name)
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_mapped_bytes() + memory_bytes, hard))
    # Where the system bounds no memory, or less was allowed from outside, the deadline is what remains.
    except (ImportError, OSError, ValueError):
        return


def _mapped_bytes() -> int:
    """Return the size of this process's address space in bytes; raises OSError where it is not told."""
    with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123 (no path of ours)
        return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _child_run(function: Callable[[Any], Any], item: Any, last_call: float) -> Any:
    """Run in the child: ``function`` of ``item``, with an alarm that no code of a page can outlive."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, last_call)
    try:
        return function(item)
    except MemoryError:
        # Not to go on in a process whose memory is full: its next page would pay for it.
        os._exit(EXIT_OUT_OF_MEMORY)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


_shared: Children | None = None


def shared_children(workers: int, bounds: Bounds) -> Children:
    """Return the children that all stages of this process share, ``workers`` or more of them.

    They start anew where there are fewer, or where they have other bounds.
    """
    global _shared  # noqa: PLW0603 (one pool a process: a stage's start would cost as much as its work)
    if _shared is None or _shared.bounds != bounds or _shared.workers < workers:
        close_children()
        _shared = Children(workers, bounds)
    return _shared


@atexit.register
def close_children(most: int = 0) -> None:
    """End the shared children where they are more than ``most``; the next stage that parses starts others."""
    global _shared
    if _shared is not None and _shared.workers > most:
        children, _shared = _shared, None
        children.close()

"""Progress of a run, shown as bars where a person watches.

Prefect's tasks take values that can be written as JSON, which a bar cannot; so the command that
watches a run lays its bars into a context variable, and the stages' tasks find them there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import TaskID

    from tasks.stages import Progress

# What the stages of this run report to; nothing in a worker, where nobody watches.
watching: ContextVar[Progress | None] = ContextVar("watching", default=None)

# Aligns the bars: the longest stage name is "normalize".
NAME_WIDTH = 9


class Bars:
    """One bar a stage, on standard error, drawn by rich; plain pipes get no bars at all."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._bars = Progress(
            TextColumn(f"{{task.description:<{NAME_WIDTH}}}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._current: TaskID | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def start(self, stage: str, total: int) -> None:
        """Open the bar of ``stage`` with ``total`` items to come; where it is open already, set its total."""
        if self._current is not None and self._stage == stage:
            self._bars.update(self._current, total=total)
        else:
            self._current = self._bars.add_task(stage, total=total)
        self._stage = stage

    def advance(self, n: int) -> None:
        """Move the open bar on by ``n`` items."""
        if self._current is not None:
            self._bars.advance(self._current, n)

    def finish(self) -> None:
        """Fill the open bar and stop its clock."""
        if self._current is not None:
            total = self._bars.tasks[self._current].total
            self._bars.update(self._current, completed=total)
            self._bars.stop_task(self._current)
            self._current = None


@contextmanager
def watched(progress: Progress | None) -> Iterator[None]:
    """Have the stages of runs inside the ``with`` report to ``progress``."""
    token = watching.set(progress)
    try:
        yield
    finally:
        watching.reset(token)

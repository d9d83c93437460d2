"""What a stage is made of: its context, the results of its items, and the loop that commits batches."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from tasks.model import Issue
from tasks.stages.children import (
    BOUNDS,
    CRASHED,
    ITEMS_A_CHILD,
    OUT_OF_MEMORY,
    TIMED_OUT,
    Failed,
    close_children,
    shared_children,
)
from tasks.store.batch import Batch, Outcome

if TYPE_CHECKING:
    import pyarrow as pa

    from tasks.settings import Settings
    from tasks.store.store import Store
    from tasks.store.vectors import Space, VectorBatch

# Reasons that another run may not meet again. An item that ends so is tried this many times, then set aside;
# the macro may_try_again of sql/macros tells the same to the queries.
MAY_PASS = frozenset({CRASHED, OUT_OF_MEMORY, TIMED_OUT})
TRIES = 3
# The stages that may_try_again is asked for: elsewhere a reason of the same name means something else.
PARSING = frozenset({"extract", "normalize", "segment", "cite"})

Item = TypeVar("Item")
Made = TypeVar("Made")


class Progress(Protocol):
    """Who is told how far a stage is."""

    def start(self, stage: str, total: int) -> None: ...

    def advance(self, n: int) -> None: ...

    def finish(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Pending:
    """An item that a stage has still to do, with the hash of what goes in."""

    item: str
    input_hash: str
    row: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item: an output hash when kept, else the reason why it was dropped."""

    item: str
    output_hash: str = ""
    reason: str = ""
    issues: tuple[Issue, ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts of a stage as its batches are committed."""

    pending: int = 0
    kept: int = 0
    rows: int = 0
    issues: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


class Context:
    """A stage at work: its store, settings and run, its progress, and worker processes on demand."""

    def __init__(
        self, store: Store, settings: Settings, run_id: str, progress: Progress | None, tag: str = ""
    ) -> None:
        self.store = store
        self.settings = settings
        self.run_id = run_id
        self.progress = progress
        # The schedule tag of the origins that the run looks into; "" for all.
        self.tag = tag
        self.tally = Tally()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if kind is not None:
            close_children()

    def advance(self, items: int) -> None:
        """Tell the progress that ``items`` more are done."""
        if self.progress is not None:
            self.progress.advance(items)

    def map(
        self,
        function: Callable[[Item], Made],
        items: Sequence[Item],
        few: int,
        chunk: int,
    ) -> Iterator[Made]:
        """Yield ``function`` of each item in order, in worker processes where there are at least ``few``.

        ``function`` and the items must be picklable; workers take ``chunk`` items at a time. Not for
        parsing: an item that hangs or crashes takes the run with it.
        """
        workers = self.settings.run.workers or _cores()
        if workers == 1 or len(items) < few:
            return map(function, items)
        if self._pool is None:
            # A forked child would inherit DuckDB's and Prefect's threads in an unknown state.
            self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        return self._pool.map(function, items, chunksize=chunk)

    def parse(self, function: Callable[[Item], Made], items: Sequence[Item]) -> list[Made | Failed]:
        """Return ``function`` of each item in order, or Failed where the item cost a child its life.

        Always in child processes: what is parsed is never trusted. See :mod:`tasks.stages.children`.
        """
        if not items:
            return []
        worth = 1 + max(self.tally.pending, len(items)) // ITEMS_A_CHILD
        workers = min(self.settings.run.workers or _cores(), worth)
        return shared_children(workers, BOUNDS).map(function, items)

    def pending(self, query: str, **params: str) -> list[Pending]:
        """Return what the query of that name says is still to do."""
        return [Pending(row["item"], row["input_hash"], row) for row in self.store.rows(query, **params)]

    def start(self, stage: str, items: int) -> None:
        """Note how many items the stage has to do."""
        self.tally.pending = items
        if self.progress is not None:
            self.progress.start(stage, items)

    def batches(self, pending: Sequence[Item], most: int = 0) -> Iterator[Sequence[Item]]:
        """Yield ``pending`` in batches of the setting's size, or of ``most`` where that is smaller."""
        size = min(self.settings.run.batch_documents, most or self.settings.run.batch_documents)
        for start in range(0, len(pending), size):
            yield pending[start : start + size]

    def commit(
        self,
        stage: str,
        version: str,
        began: float,
        pending: Sequence[Pending],
        results: Iterable[Result],
        tables: Mapping[str, pa.Table],
    ) -> None:
        """Commit the results of one batch of ``pending`` with their rows; ``began`` is a perf_counter."""
        tried = {one.item: one.row.get("attempts", 0) + 1 for one in pending}
        done = {result.item: result for result in results}
        if stage in PARSING:
            done = {item: _set_aside(result, tried[item]) for item, result in done.items()}
        seconds = time.perf_counter() - began
        issues = tuple(issue for result in done.values() for issue in result.issues)
        outcomes = tuple(
            Outcome(
                one.item,
                one.input_hash,
                done[one.item].output_hash,
                kept=not done[one.item].reason,
                reason=done[one.item].reason,
                attempts=tried[one.item],
            )
            for one in pending
        )
        self.store.commit(
            Batch(
                run_id=self.run_id,
                stage=stage,
                version=version,
                started_at=datetime.now(UTC),
                seconds=seconds,
                outcomes=outcomes,
                tables=tables,
                issues=issues,
            )
        )
        self.tally.kept += sum(outcome.kept for outcome in outcomes)
        self.tally.dropped.update(outcome.reason for outcome in outcomes if not outcome.kept)
        self.tally.rows += sum(table.num_rows for table in tables.values())
        self.tally.issues += len(issues)
        # Some of what a stage does is found while it works: what was handled was pending.
        self.tally.pending = max(self.tally.pending, self.tally.kept + self.tally.dropped.total())
        self.advance(len(pending))

    def commit_vectors(self, space: Space, batch: VectorBatch) -> None:
        """Commit vectors that were encoded; the embed stage counts them as kept."""
        self.store.commit_vectors(space, batch)
        self.tally.kept += len(batch.keys)
        self.tally.rows += len(batch.keys)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def dropped(stage: str, item: str, reason: str, detail: str) -> Result:
    """Return the result of an item that cannot go on, with the issue that says why."""
    return Result(item, reason=reason, issues=(Issue(stage, item, reason, detail),))


def _set_aside(result: Result, attempts: int) -> Result:
    """Return ``result``, with the issue ``set_aside`` where it was tried so often that it is not any more."""
    if result.reason not in MAY_PASS or attempts < TRIES:
        return result
    issues = tuple(
        replace(issue, reason="set_aside", detail=f"{issue.reason}: {issue.detail}; tried {attempts} times")
        if issue.reason in MAY_PASS
        else issue
        for issue in result.issues
    )
    return replace(result, issues=issues)

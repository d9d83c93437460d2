"""Run a stage, or note the beginning and end of a run."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tasks.fetch.records import NOT_ASKED
from tasks.stages.work import Context, Progress

if TYPE_CHECKING:
    from tasks.settings import Settings

STAGES: tuple[str, ...] = (
    "acquire",
    "extract",
    "normalize",
    "segment",
    "cite",
    "resolve",
    "fetch",
    "embed",
    "link",
    "judge",
    "publish",
)


@dataclass(frozen=True, slots=True)
class StageCounts:
    """What a stage did: items pending, kept and dropped by reason; rows written, issues, seconds.

    ``pages``: what became of each page of the web that is among the items, the reason or "" for kept.
    """

    stage: str
    pending: int
    kept: int
    dropped: dict[str, int]
    rows: int
    seconds: float
    issues: int
    pages: dict[str, str] = field(default_factory=dict)

    def as_object(self) -> dict[str, Any]:
        """Return the counts ready for JSON, without the line a page."""
        return {name: value for name, value in asdict(self).items() if name != "pages"}


Work = Callable[[Context], Mapping[str, str] | None]


def _work(stage: str) -> Work:
    from tasks.stages.acquire import acquire
    from tasks.stages.embedding import embed
    from tasks.stages.judging import judge
    from tasks.stages.linking import link
    from tasks.stages.resolving import resolve
    from tasks.stages.seeking import fetch
    from tasks.stages.texts import cite, extract, normalize, segment

    work: Mapping[str, Work] = {
        "acquire": acquire,
        "extract": extract,
        "normalize": normalize,
        "segment": segment,
        "cite": cite,
        "resolve": resolve,
        "fetch": fetch,
        "embed": embed,
        "link": link,
        "judge": judge,
    }
    return work[stage]


def run_stage(
    stage: str, settings: Settings, run_id: str, progress: Progress | None = None, tag: str = ""
) -> StageCounts:
    """Run one of :data:`STAGES` over all that it has to do, committing batch by batch.

    ``tag`` lets acquire look only into the origins that carry it.

    Hold the ``writer_lock`` of the database around it. Raises what :mod:`tasks.errors` holds; what was
    committed before stays.
    """
    from tasks.store.store import Store

    if stage == "publish":
        return _publish(settings, progress)
    began = time.perf_counter()
    work = _work(stage)
    with (
        Store.open(settings.database.path) as store,
        Context(store, settings, run_id, progress, tag) as context,
    ):
        pages, tally = work(context), context.tally
    if progress is not None:
        progress.finish()
    return StageCounts(
        stage=stage,
        pending=tally.pending,
        kept=tally.kept,
        dropped=dict(sorted(tally.dropped.items())),
        rows=tally.rows,
        seconds=round(time.perf_counter() - began, 3),
        issues=tally.issues,
        pages=dict(pages or {}),
    )


def _publish(settings: Settings, progress: Progress | None) -> StageCounts:
    from tasks.publish import publish

    began = time.perf_counter()
    if progress is not None:
        progress.start("publish", 1)
    database = settings.database
    done = publish(database.path, database.published, database.keep, database.parquet)
    if progress is not None:
        progress.finish()
    changed = int(done.changed)
    return StageCounts("publish", changed, changed, {}, 0, round(time.perf_counter() - began, 3), 0)


def start_run(settings: Settings, command: str = "run") -> str:
    """Record the beginning of a run, by the name of its command, and return its id."""
    from tasks.store.store import Store

    run_id = uuid.uuid4().hex[:20]
    with Store.open(settings.database.path) as store:
        store.start_run(run_id, command, version("workscited"), datetime.now(UTC))
    return run_id


# What a fetched page has to go through before it is known whether it is the one that was meant.
AFTER_FETCH = ("extract", "normalize", "segment", "cite", "resolve")
# Pages; then copies of those that were dead or thin; then what turns out of the copies.
FETCH_ROUNDS = 3


def run_stages(chosen: Sequence[str], run: Callable[[str], StageCounts]) -> Iterator[StageCounts]:
    """Yield the counts of each of ``chosen``, as ``run`` gives them, in order.

    What fetch brings goes through the stages of :data:`AFTER_FETCH` again, and then fetch: as long as it
    keeps something, or drops it for another reason than that it was not asked for.
    """
    for stage in chosen:
        if stage == "fetch":
            yield from _fetch_rounds([again for again in AFTER_FETCH if again in chosen], run)
        else:
            yield run(stage)


def _fetch_rounds(again: Sequence[str], run: Callable[[str], StageCounts]) -> Iterator[StageCounts]:
    for _ in range(FETCH_ROUNDS):
        counts = run("fetch")
        yield counts
        if not counts.kept and set(counts.dropped) <= NOT_ASKED:
            return
        yield from map(run, again)


def merged(counts: Iterable[StageCounts]) -> list[StageCounts]:
    """Return one record a stage, in the order of the first of each: what all of its rounds did together."""
    by_stage: dict[str, StageCounts] = {}
    for one in counts:
        known = by_stage.get(one.stage)
        by_stage[one.stage] = _added(known, one) if known else one
    return list(by_stage.values())


def _added(one: StageCounts, other: StageCounts) -> StageCounts:
    """Return both together. A page that both tell of counts once, as what became of it at last."""
    again = Counter(one.pages[page] for page in other.pages if page in one.pages)
    dropped = Counter(one.dropped) + Counter(other.dropped) - again
    return StageCounts(
        one.stage,
        one.pending + other.pending - again.total(),
        one.kept + other.kept - again[""],
        dict(sorted(dropped.items())),
        one.rows + other.rows,
        round(one.seconds + other.seconds, 3),
        one.issues + other.issues,
        {**one.pages, **other.pages},
    )


# How a run's report names its end, and how the table of runs does.
_STATES = {"ok": "completed", "issues": "issues", "failed": "failed"}


def end_run(settings: Settings, run_id: str, counts: Sequence[StageCounts], state: str) -> None:
    """Record how a run ended: "ok", "issues" or "failed", with the stages that it came through."""
    from tasks.store.store import Store

    with Store.open(settings.database.path) as store:
        detail = ", ".join(f"{one.stage} {one.kept}" for one in merged(counts) if one.kept)
        store.end_run(run_id, _STATES[state], datetime.now(UTC), detail)

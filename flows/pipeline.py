"""The pipeline as one Prefect flow of coarse tasks, one a stage.

```
acquire → extract → normalize → segment → cite → resolve → fetch → embed → link → judge → publish
             ↑                                              │
             └──────────── cited pages that were got ───────┘
```

Each stage asks the database what is missing and commits it batch by batch, so that a run may be
killed anywhere and the next one goes on from there. The whole run holds the database's lock: a
second one fails with :class:`~tasks.errors.LockHeldError`, whoever scheduled it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows import DEFAULT_CONFIG
from flows.choice import chosen_stages
from flows.progress import watching
from tasks.settings import Settings, load_settings
from tasks.stages import StageCounts, end_run, merged, run_stage, run_stages, start_run
from tasks.stages.judging import entailment_of
from tasks.store.lock import writer_lock
from tasks.store.store import Store

PURPOSE = "workscited run"
# As many findings as a screen holds; the query that the report names gives the rest.
FINDINGS_SHOWN = 12


@flow(name="workscited", persist_result=False)
def pipeline(
    config: str = str(DEFAULT_CONFIG), stages: list[str] | None = None, tag: str = ""
) -> dict[str, Any]:
    """Bring the database that ``config`` names up to date; return the run's counts, ready for JSON.

    ``stages`` runs only those, in the pipeline's order; ``tag`` looks only into the origins that carry it.
    Raises what :mod:`tasks.errors` holds; the run is then recorded as failed.
    """
    settings = load_settings(Path(config))
    chosen = chosen_stages(stages)
    if "judge" in chosen:
        # Hours before its turn: a model that cannot be used is as wrong as a key of the file.
        entailment_of(settings)
    with writer_lock(settings.database.path, PURPOSE):
        run_id = start_run(settings)

        def run_one(name: str) -> StageCounts:
            return StageCounts(**stage.with_options(name=name)(name, config, run_id, tag))

        counts: list[StageCounts] = []
        try:
            # Grows as the stages end: what was done before one failed is told too.
            counts.extend(run_stages([name for name in chosen if name != "publish"], run_one))
            found = _found(settings)
            if "publish" in chosen:
                # Before the copy is made: its readers are to see this run as ended.
                end_run(settings, run_id, counts, found["state"])
                counts.append(run_one("publish"))
        except BaseException:
            end_run(settings, run_id, counts, "failed")
            raise
        end_run(settings, run_id, counts, found["state"])
        return _report(settings, run_id, counts, found)


@task(cache_policy=NO_CACHE, persist_result=False, task_run_name="{name}")
def stage(name: str, config: str, run_id: str, tag: str = "") -> dict[str, Any]:
    """Run one stage over all that it has to do; return its counts as plain data."""
    return asdict(run_stage(name, load_settings(Path(config)), run_id, watching.get(), tag))


def _found(settings: Settings) -> dict[str, Any]:
    """Return what the database holds, as the report tells it, and the run's state that follows from it."""
    with Store.open(settings.database.path) as store:
        (totals,) = store.rows("run_totals")
        return {
            "state": "issues" if totals["issues"] else "ok",
            "totals": totals,
            "findings": {row["kind"]: row["findings"] for row in store.rows("run_findings")},
            "first_findings": store.rows("first_findings", limit=FINDINGS_SHOWN),
            "issues": {row["reason"]: row["issues"] for row in store.rows("issue_reasons")},
        }


def _changed(counts: Sequence[StageCounts]) -> bool:
    """Whether a run brought anything new: that a feed was asked and said nothing new is nothing."""
    published = [one for one in counts if one.stage == "publish"]
    return any(one.kept for one in published) if published else any(one.kept or one.rows for one in counts)


def _report(
    settings: Settings, run_id: str, counts: Sequence[StageCounts], found: dict[str, Any]
) -> dict[str, Any]:
    return {
        "run": run_id,
        "changed": _changed(counts),
        "stages": [one.as_object() for one in merged(counts)],
        "database": str(settings.database.path),
        "published": str(settings.database.current),
        **found,
    }

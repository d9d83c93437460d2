"""Run the stages over a configuration, and die by SIGKILL at one commit: `killed_run.py CONFIG STAGE WHEN`.

WHEN is "inside" (the rows are written, the transaction not committed) or "after" (just committed).
STAGE may be "publish", which is killed before and after its symlink is swapped. Not a test itself:
``test_kill.py`` starts it as a process of its own.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tasks.publish
import tasks.store.commit
import tasks.store.vectors
from tasks.settings import load_settings
from tasks.stages import STAGES, end_run, run_stage, start_run
from tasks.store.lock import writer_lock


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(transaction: Callable[..., Any], when: str) -> Callable[..., Any]:
    @contextmanager
    def inner(*args: Any) -> Iterator[None]:
        with transaction(*args):
            yield
            if when == "inside":
                die()
        die()

    return inner


def dying_point(point: Callable[..., None], when: str) -> Callable[..., None]:
    def inner(*args: Any) -> None:
        if when == "after":
            point(*args)
        die()

    return inner


def main(config: Path, victim: str, when: str) -> None:
    settings = load_settings(config)
    with writer_lock(settings.database.path, "a run that is killed"):
        run_id = start_run(settings)
        counts = []
        for stage in STAGES:
            if stage == victim == "publish":
                tasks.publish._point = dying_point(tasks.publish._point, when)
            elif stage == victim:
                for module in (tasks.store.commit, tasks.store.vectors):
                    module.transaction = dying(module.transaction, when)
            counts.append(run_stage(stage, settings, run_id))
        end_run(settings, run_id, counts, "ok")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])

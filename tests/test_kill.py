"""kill -9 at any stage's commit costs nothing but time: the next run completes, and holds the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.stages import STAGES
from tasks.store.logical import logical_content
from tasks.store.verify import verify
from tests.conftest import Demo


def run_killed(config: Path, stage: str, when: str) -> int:
    """Run until ``stage`` commits; return the process's exit status, negative for a signal."""
    script = Path(__file__).with_name("killed_run.py")
    done = subprocess.run(
        [sys.executable, str(script), str(config), stage, when],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=script.parent.parent,
        env={**os.environ, "PYTHONPATH": str(script.parent.parent)},
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


def database_of(config: Path) -> Path:
    return config.parent / "data" / "workscited.duckdb"


@pytest.mark.parametrize("when", ["inside", "after"])
def test_a_run_killed_at_every_stages_commit_in_turn_ends_where_an_uninterrupted_one_does(
    when: str, corpus: Path, demo: Demo
) -> None:
    """One database, a kill at each stage's first commit, one after the other, then a run to the end."""
    for stage in STAGES:
        assert run_killed(corpus, stage, when) == -signal.SIGKILL, f"{stage} committed nothing"
    assert run_killed(corpus, "none", when) == 0
    assert logical_content(database_of(corpus)) == logical_content(demo.database)
    assert verify(database_of(corpus)) == []
    assert (corpus.parent / "data" / "published" / "current.duckdb").exists()


@pytest.mark.slow
@pytest.mark.parametrize("when", ["inside", "after"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_fresh_run_killed_at_a_stages_commit_is_completed_by_the_next(
    stage: str, when: str, corpus: Path, demo: Demo
) -> None:
    """Each stage on a database of its own."""
    assert run_killed(corpus, stage, when) == -signal.SIGKILL
    assert run_killed(corpus, "none", when) == 0
    assert logical_content(database_of(corpus)) == logical_content(demo.database)

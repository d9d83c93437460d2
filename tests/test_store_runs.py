"""Runs, and a database that another process has open or that a kill interrupted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_world import (
    DOCUMENTS,
    NOON,
    acquire,
    fill,
    read,
)

from tasks.errors import LockHeldError, StoreError
from tasks.store.logical import logical_content
from tasks.store.store import Store
from tasks.store.verify import verify

ROOT = Path(__file__).resolve().parent.parent


def test_a_run_begins_and_ends_in_one_row(store):
    """With its state and a word on how it ended."""
    store.start_run("r", "workscited run", "0.1", NOON)
    assert store.rows("last_run")[0]["state"] == "running"
    store.end_run("r", "failed", NOON, "disk full")
    (row,) = store.rows("run", run_id="r")
    assert (row["state"], row["detail"], row["ended_at"]) == (
        "failed",
        "disk full",
        NOON.replace(tzinfo=None),
    )


@pytest.mark.parametrize(
    ("message", "run", "state"), [("There is no run", "x", "failed"), ("A run ends as", "r", "tired")]
)
def test_a_run_that_cannot_end_so_is_a_clear_error(store, message, run, state):
    """An unknown run, an unknown state."""
    store.start_run("r", "workscited run", "0.1", NOON)
    with pytest.raises(StoreError, match=message):
        store.end_run(run, state, NOON)


def test_a_database_that_another_process_has_open_is_told_as_such(tmp_path):
    """DuckDB's own lock, held by one who does not know of ours, such as its command line."""
    path = tmp_path / "w.duckdb"
    Store.open(path).close()
    code = "import duckdb, sys\nc = duckdb.connect(sys.argv[1])\nprint('on', flush=True)\nsys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(LockHeldError, match="Another process has"):
            Store.open(path)
    finally:
        process.kill()
        process.communicate()


KILLED = """
import os, signal, sys
sys.path.insert(0, "tests")
from pathlib import Path
from small_world import fill
import tasks.store.commit as commit
from tasks.store.store import Store

# Ends the process, as kill -9 does, at the given write of the whole run: before its commit.
countdown = int(sys.argv[2])
write = commit._write
def counted(con, statement, **tables):
    global countdown
    countdown -= 1
    if countdown == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    write(con, statement, **tables)
commit._write = counted
with Store.open(Path(sys.argv[1])) as store:
    fill(store)
"""


@pytest.mark.parametrize("at", [2, 9, 14, 21, 27, 38], ids=lambda at: f"write-{at}")
def test_a_run_killed_inside_a_commit_is_completed_by_the_next(tmp_path, at):
    """Nothing of the batch is there, everything before it is, and the next run ends where an undisturbed one does."""
    whole, killed = tmp_path / "whole.duckdb", tmp_path / "killed.duckdb"
    with Store.open(whole) as store:
        fill(store)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(killed), str(at)], cwd=ROOT, env=os.environ, check=False
    )
    assert done.returncode == -9
    assert [failure.check for failure in verify(killed)] == []
    with Store.open(killed) as store:
        store.con.execute("DELETE FROM runs")
        fill(store)
    assert logical_content(killed) == logical_content(whole)
    assert verify(killed) == []


def test_logical_content_does_not_depend_on_order_time_or_run(tmp_path):
    """And does depend on everything else."""
    contents = []
    for name, documents, run in [
        ("a", DOCUMENTS, "run-1"),
        ("b", DOCUMENTS[::-1], "run-9"),
        ("c", DOCUMENTS[:2], "run-1"),
    ]:
        with Store.open(tmp_path / name) as store:
            for document in documents:
                acquire(store, [document], run)
            read(store, documents, run)
        contents.append(logical_content(tmp_path / name))
    assert contents[0] == contents[1]
    different = {table for table in contents[0] if contents[0][table] != contents[2][table]}
    assert different == {
        "ledger",
        "locations",
        "raws",
        "extracts",
        "documents",
        "blocks",
        "marks",
        "sentences",
    }

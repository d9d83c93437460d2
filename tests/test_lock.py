"""One writer a database: who holds the lock, who is turned away, and what a killed holder leaves."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tasks.errors import LockHeldError, StoreError
from tasks.store.lock import lock_holder, lock_path, writer_lock

ROOT = Path(__file__).resolve().parent.parent

HOLD = """
import sys
from pathlib import Path
from tasks.store.lock import writer_lock
with writer_lock(Path(sys.argv[1]), "workscited run"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_process(database: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_process_is_turned_away_and_told_who_holds_the_lock(tmp_path):
    """The message names what the holder does, its process, and since when."""
    database = tmp_path / "w.duckdb"
    with other_process(database) as process:
        message = rf"'workscited run', process {process.pid} on .+ since 2"
        with pytest.raises(LockHeldError, match=message), writer_lock(database, "workscited run"):
            pass
        holder = lock_holder(database)
        assert holder is not None
        assert (holder.pid, holder.purpose) == (process.pid, "workscited run")


def test_a_lock_whose_holder_was_killed_is_free(tmp_path):
    """The kernel frees it; what the killed holder wrote names nobody."""
    database = tmp_path / "w.duckdb"
    with other_process(database) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert json.loads(lock_path(database).read_text())["pid"] == process.pid
        assert lock_holder(database) is None
        with writer_lock(database, "the next run") as holder:
            assert holder.pid == os.getpid()


def test_one_process_cannot_hold_the_lock_twice(tmp_path):
    """Two flows in one process would write to one database as well."""
    database = tmp_path / "w.duckdb"
    refused = pytest.raises(LockHeldError, match="'first'")
    with writer_lock(database, "first"), refused, writer_lock(database, "second"):
        pass


def test_a_lock_is_free_after_its_block_also_when_the_block_fails(tmp_path):
    """The file stays, empty: deleting it would split those who wait on it from those who come."""
    database = tmp_path / "w.duckdb"
    with pytest.raises(RuntimeError, match="stop"), writer_lock(database, "first"):
        raise RuntimeError("stop")
    assert lock_path(database).read_bytes() == b""
    assert lock_holder(database) is None
    with writer_lock(database, "second"):
        pass


def test_a_symlink_to_a_database_has_the_lock_of_the_database(tmp_path):
    """Two names of one file are one database."""
    (tmp_path / "w.duckdb").touch()
    (tmp_path / "link.duckdb").symlink_to("w.duckdb")
    refused = pytest.raises(LockHeldError, match="'first'")
    with (
        writer_lock(tmp_path / "w.duckdb", "first"),
        refused,
        writer_lock(tmp_path / "link.duckdb", "second"),
    ):
        pass


def test_a_database_that_nobody_ever_locked_has_no_holder(tmp_path):
    """Looking makes no file."""
    assert lock_holder(tmp_path / "w.duckdb") is None
    assert list(tmp_path.iterdir()) == []


def test_one_who_looks_does_not_turn_a_writer_away(tmp_path):
    """Who looks takes the lock, shared, for an instant; a writer outlasts a far longer look than that."""
    database = tmp_path / "w.duckdb"
    looking = os.open(lock_path(database), os.O_RDWR | os.O_CREAT)
    fcntl.flock(looking, fcntl.LOCK_SH)
    end = threading.Timer(0.03, os.close, [looking])
    end.start()
    with writer_lock(database, "writer"):
        end.join()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"pid": "x"}', b"\xff\xfe"],
    ids=["empty", "cut", "list", "fields", "bytes"],
)
def test_a_lock_file_with_any_content_still_locks(tmp_path, content):
    """Who cannot be named is still turned away from, or let in."""
    database = tmp_path / "w.duckdb"
    lock_path(database).write_bytes(content)
    with writer_lock(database, "first"):
        lock_path(database).write_bytes(content)
        with (
            pytest.raises(LockHeldError, match="a process that has just started"),
            writer_lock(database, "second"),
        ):
            pass


def test_a_lock_in_a_place_that_is_no_folder_is_a_clear_error(tmp_path):
    """A file where the folder should be."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreError, match=r"lock file .* cannot be opened"),
        writer_lock(tmp_path / "file" / "w.duckdb", "x"),
    ):
        pass

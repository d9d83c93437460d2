"""One writer a database: an OS lock on a file beside it, which names its holder.

The kernel frees the lock when its holder ends, however it ends. The file is never deleted: a process that
waits on it would then hold a lock on a file that nobody else can find.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasks.errors import LockHeldError, StoreError

# A holder's line is some 200 bytes; more than this is no line of ours.
_MAX_HOLDER_BYTES = 4096
# lock_holder takes the lock for some microseconds: one who only looks must not turn a writer away.
_ATTEMPTS = 5
_PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: process, host, what it does, and since when (ISO, UTC)."""

    pid: int
    host: str
    purpose: str
    since: str

    def __str__(self) -> str:
        return f"{self.purpose!r}, process {self.pid} on {self.host} since {self.since}"


def lock_path(database: Path) -> Path:
    """Return the lock file's path: ``<database>.lock``, beside the file that ``database`` points to."""
    real = database.resolve()
    return real.with_name(real.name + ".lock")


@contextmanager
def writer_lock(database: Path, purpose: str) -> Iterator[Holder]:
    """Hold the lock of ``database`` while the block runs; take it before DuckDB opens the file.

    ``purpose`` is told to whoever is turned away. Raises LockHeldError, which names the holder, at once
    when another holds it.
    """
    path = lock_path(database)
    descriptor = _open(path)
    try:
        if not _take(descriptor):
            who = _read(descriptor) or "a process that has just started"
            raise LockHeldError(f"Another run writes to {database}: {who}.")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        holder = Holder(os.getpid(), socket.gethostname(), purpose, now)
        _write(descriptor, holder)
        try:
            yield holder
        finally:
            # Emptied, not deleted: see the module's docstring.
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def lock_holder(database: Path) -> Holder | None:
    """Return who holds the lock of ``database`` now, or None; what a killed holder left is no holder.

    Looking takes the lock for an instant when it is free, shared, so that two who look do not meet.
    """
    try:
        descriptor = os.open(lock_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor) or Holder(0, "", "a process that has just started", "")
    else:
        return None
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Closed on exec: a child that lives on must not keep the lock.
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"The lock file {path} cannot be opened: {error.strerror}.") from error


def _take(descriptor: int) -> bool:
    for _ in range(_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return True
    return False


def _write(descriptor: int, holder: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)


def _read(descriptor: int) -> Holder | None:
    try:
        fields = json.loads(os.pread(descriptor, _MAX_HOLDER_BYTES, 0))
        return Holder(int(fields["pid"]), str(fields["host"]), str(fields["purpose"]), str(fields["since"]))
    except (ValueError, KeyError, TypeError):
        return None

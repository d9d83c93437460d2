"""Publishing: one copy of the working database for readers, replaced whole or not at all.

A version is a file of its own, and ``current.duckdb`` a symlink to the newest: a reader has a whole run or
the one before, and a copy that is being read stays as it is. (A file replaced under its own name would be
served stale to a process that had it open.)
"""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasks.errors import StoreError
from tasks.store.connect import CONFIG, connect, store_errors
from tasks.store.statements import load
from tasks.store.store import Store

CURRENT = "current.duckdb"
CURRENT_PARQUET = "current-parquet"

# Stands in front of what is not finished, so that what a killed run leaves is known for what it is.
_UNFINISHED = ".publishing-"

# Of the content's hash in a version's name: 12 hex digits tell versions apart, and a name stays readable.
_HASH_DIGITS = 12

# <database>-<UTC time to the microsecond>-<hash>: sorting by name sorts by time.
_VERSION = re.compile(r"(?P<stem>.+)-\d{8}T\d{12}Z-(?P<hash>[0-9a-f]{12})(?P<kind>\.duckdb|-parquet)\Z")


@dataclass(frozen=True, slots=True)
class Publication:
    """What readers find now. ``changed`` is False when nothing had changed since the last publication."""

    path: Path
    current: Path
    parquet: Path | None
    changed: bool
    content_hash: str
    bytes: int
    seconds: float


def publish(database: Path, folder: Path, keep: int = 3, parquet: bool = False) -> Publication:
    """Publish ``database`` into ``folder`` and point ``current.duckdb`` to it, unless nothing has changed.

    ``keep`` versions stay, the current one always. Hold the database's writer lock, with no Store open on it.
    Raises StoreError when the copy cannot be made or does not hold what the database holds; readers then
    still have the copy before.
    """
    began = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    _clear_unfinished(folder)
    with Store.open(database) as store:
        content_hash = store.rows("publication_state")[0]["content_hash"][:_HASH_DIGITS]
    current = folder / CURRENT
    target = _target(current)
    changed = not _holds(target, database.stem, content_hash)
    if changed:
        target = _publish_version(database, folder, content_hash)
    assert target is not None
    tables = _export(target, folder) if parquet else None
    _prune(folder, database.stem, keep)
    seconds = time.perf_counter() - began
    return Publication(target, current, tables, changed, content_hash, target.stat().st_size, seconds)


def _target(link: Path) -> Path | None:
    """Return what the symlink ``link`` points to, None when it is not there or points to nothing."""
    if link.exists() and not link.is_symlink():
        raise StoreError(f"{link} is no symlink: move it away, its name is needed for the published copy.")
    return link.resolve() if link.exists() else None


def _holds(target: Path | None, stem: str, content_hash: str) -> bool:
    match = _VERSION.match(target.name) if target else None
    return match is not None and match["stem"] == stem and match["hash"] == content_hash


def _publish_version(database: Path, folder: Path, content_hash: str) -> Path:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    version = folder / f"{database.stem}-{now}-{content_hash}.duckdb"
    unfinished = folder / f"{_UNFINISHED}{version.name}"
    try:
        with store_errors(f"Publishing {database}"):
            _copy(database, unfinished)
            _refuse_incomplete(database, unfinished)
        _sync(unfinished)
        unfinished.rename(version)
        _sync(folder)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _point(folder / CURRENT, version)
    return version


def _copy(database: Path, unfinished: Path) -> None:
    import duckdb

    with duckdb.connect(":memory:", config=dict(CONFIG)) as con:
        con.execute(load("publish", "attach_working"), {"working": str(database.resolve())})
        con.execute(load("publish", "attach_published"), {"published": str(unfinished)})
        con.execute(load("publish", "copy_schema"))
        con.execute(load("publish", "copy_rows"))
        con.execute(load("publish", "detach"))


def _refuse_incomplete(database: Path, unfinished: Path) -> None:
    """Open the copy as a reader would, and hold its row counts against the working database's."""
    counts = []
    for path in (database, unfinished):
        with Store.open_read_only(path) as store:
            tables = [row["table_name"] for row in store.rows("tables")]
            counts.append({table: store.rows("row_count", table=table)[0]["items"] for table in tables})
    if counts[0] != counts[1]:
        raise StoreError(f"The published copy of {database} does not hold the same rows; it was thrown away.")


def _export(version: Path, folder: Path) -> Path:
    """Write each table of ``version`` to a Parquet file, in a folder of the version's own."""
    final = folder / f"{version.stem}-parquet"
    if not final.is_dir():
        unfinished = folder / f"{_UNFINISHED}{final.name}"
        unfinished.mkdir()
        with store_errors("Writing Parquet"):
            _write_parquet(version, unfinished)
        _sync(unfinished)
        unfinished.rename(final)
        _sync(folder)
    _target(folder / CURRENT_PARQUET)
    _point(folder / CURRENT_PARQUET, final)
    return final


def _write_parquet(version: Path, folder: Path) -> None:
    con = connect(version, read_only=True)
    try:
        for (table,) in con.execute(load("queries", "tables")).fetchall():
            file = folder / f"{table}.parquet"
            con.execute(load("publish", "export"), {"table": table, "file": str(file)})
            _sync(file)
    finally:
        con.close()


def _point(link: Path, target: Path) -> None:
    """Make ``link`` a symlink to ``target``, which lies beside it, in one step."""
    unfinished = link.with_name(f"{_UNFINISHED}{link.name}")
    unfinished.unlink(missing_ok=True)
    # Relative, so that the folder can be moved or mounted elsewhere.
    unfinished.symlink_to(target.name)
    unfinished.replace(link)
    _sync(link.parent)


def _prune(folder: Path, stem: str, keep: int) -> None:
    """Delete all but the newest ``keep`` versions of each kind; never one that a symlink points to."""
    in_use = {_target(folder / CURRENT), _target(folder / CURRENT_PARQUET)}
    for kind in (".duckdb", "-parquet"):
        versions = [path for path in sorted(folder.iterdir()) if _is_version(path, stem, kind)]
        for path in versions[: max(0, len(versions) - max(keep, 1))]:
            if path.resolve() not in in_use:
                _remove(path)


def _is_version(path: Path, stem: str, kind: str) -> bool:
    match = _VERSION.match(path.name)
    return match is not None and match["stem"] == stem and match["kind"] == kind


def _clear_unfinished(folder: Path) -> None:
    for path in folder.glob(f"{_UNFINISHED}*"):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _sync(path: Path) -> None:
    """Force a file or folder to the disk: a name must never survive a power cut without what it names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

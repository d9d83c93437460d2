"""Opening a DuckDB file, with every error of DuckDB turned into one of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import LockHeldError, StoreError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Extensions would be downloaded, and a Python variable must never stand in for a missing table.
CONFIG: dict[str, str] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}


def connect(
    path: Path, *, read_only: bool, extra: Mapping[str, str] | None = None
) -> duckdb.DuckDBPyConnection:
    """Open the DuckDB file ``path``.

    Raises LockHeldError when another process has it open, StoreError when it cannot be opened at all.
    A damaged write-ahead log makes DuckDB raise its base class, hence ``duckdb.Error``.
    """
    import duckdb

    if read_only and not path.is_file():
        raise StoreError(f"There is no database at {path}.")
    try:
        return duckdb.connect(path, read_only=read_only, config={**CONFIG, **(extra or {})})
    except duckdb.Error as error:
        if "lock" in str(error):
            raise LockHeldError(f"Another process has {path} open: {_first_line(error)}") from error
        raise StoreError(f"The database {path} cannot be opened: {_first_line(error)}") from error


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: commit what the block does, or undo it when it raises."""
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        con.rollback()
        raise


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, **tables: pa.Table) -> Iterator[None]:
    """Let SQL see Arrow tables by these names while the block runs."""
    for name, table in tables.items():
        con.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            con.unregister(name)


@contextmanager
def store_errors(doing: str) -> Iterator[None]:
    """Turn DuckDB's errors into StoreError: "``doing`` failed: …"."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise StoreError(f"{doing} failed: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]

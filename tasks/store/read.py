"""The published copy for readers: read-only, locked down, one question at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.errors import InputError
from tasks.store.connect import connect
from tasks.store.statements import load, names, title

if TYPE_CHECKING:
    import duckdb

# No file, no address, no extension, no setting: a question may only read this one database.
LOCKED_DOWN = {"enable_external_access": "false", "lock_configuration": "true"}

# What may be asked. DESCRIBE, SHOW, SUMMARIZE and FROM are SELECT to DuckDB.
_ALLOWED = ("SELECT", "EXPLAIN")

# Rows are fetched in portions of this many, so that a long answer is not held whole.
_PORTION = 1000

_NAME = re.compile(r"[a-z0-9_]+\Z")

Row = tuple[Any, ...]


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database read-only and locked down. A symlink is followed first.

    DuckDB keeps open files by name: through the link, one process could be served a copy that has been
    replaced since.
    """
    return connect(path.resolve(), read_only=True, extra=LOCKED_DOWN)


def examples() -> list[tuple[str, str]]:
    """Return the name and the title of each question of ``sql/examples``, by name."""
    return [(name, title(load("examples", name))) for name in names("examples")]


def query(path: Path, question: str) -> tuple[list[str], Iterator[Row]]:
    """Ask the database at ``path``: the name of an example, or one SELECT.

    Returns the names of the columns, and an iterator over the rows. Raises InputError for a question that
    cannot be answered, StoreError when the database cannot be opened.
    """
    sql = _sql(question)
    con = open_published(path)
    try:
        _refuse_other_than_select(con, sql)
        columns = _start(con, sql)
    except BaseException:
        con.close()
        raise
    return columns, _rows(con)


def _sql(question: str) -> str:
    if not _NAME.match(question.strip()):
        return question
    name = question.strip()
    if name not in names("examples"):
        raise InputError(f"There is no question named {name!r}. There are: {', '.join(names('examples'))}.")
    return load("examples", name)


def _refuse_other_than_select(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    import duckdb

    try:
        kinds = [statement.type.name for statement in con.extract_statements(sql)]
    # A statement of a kind that the Python client has no name for raises ValueError.
    except (duckdb.Error, ValueError) as error:
        raise InputError(f"This is no question that DuckDB understands: {_message(error)}") from error
    if len(kinds) != 1:
        raise InputError(f"Ask one question at a time: this holds {len(kinds)} statements.")
    if kinds[0] not in _ALLOWED:
        raise InputError(f"Only SELECT may be asked of the published copy, not {kinds[0]}.")


def _start(con: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    import duckdb

    try:
        con.execute(sql)
    except duckdb.PermissionException as error:
        raise InputError("A question may only read this database, no files and no addresses.") from error
    except duckdb.Error as error:
        raise InputError(f"The question cannot be answered: {_message(error)}") from error
    return [column[0] for column in con.description or []]


def _rows(con: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    import duckdb

    try:
        while portion := con.fetchmany(_PORTION):
            yield from portion
    except duckdb.Error as error:
        raise InputError(f"The question cannot be answered: {_message(error)}") from error
    finally:
        con.close()


def _message(error: Exception) -> str:
    """Return what DuckDB says and its hint, on one line, without the echo of the statement."""
    return " ".join(str(error).partition("\nLINE ")[0].split())

"""The schema's history: numbered files, applied once, in order, never changed afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import StoreError
from tasks.store.connect import transaction
from tasks.store.statements import load, names, sql_folder

if TYPE_CHECKING:
    import duckdb

# The tables that hold the history itself; made before it is read, so not part of it.
_BOOKKEEPING = "000_bookkeeping"


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered file of ``sql/schema``."""

    number: int
    name: str
    sha256: str
    sql: str


def read_migrations(folder: Path) -> list[Migration]:
    """Return the migrations that lie in ``folder``, by number."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        if path.stem == _BOOKKEEPING:
            continue
        text = path.read_text(encoding="utf-8")
        found.append(Migration(int(path.stem.split("_")[0]), path.name, _sha256(text), text))
    return found


def migrate(con: duckdb.DuckDBPyConnection, migrations: list[Migration] | None = None) -> None:
    """Bring the database to the newest schema, each migration in a transaction of its own.

    Raises StoreError for a database that is not workscited's, one of a newer workscited, and one whose
    applied migrations are not those that lie here.
    """
    if migrations is None:
        migrations = read_migrations(sql_folder() / "schema")
    ours, tables = con.execute(load("queries", "has_tables")).fetchall()[0]
    if not ours:
        if tables:
            raise StoreError("This DuckDB file holds tables that are not workscited's; name another file.")
        with transaction(con):
            con.execute(load("schema", _BOOKKEEPING))
    applied = con.execute(load("queries", "migrations")).fetchall()
    _refuse_foreign_history(applied, migrations)
    for migration in migrations[len(applied) :]:
        _apply(con, migration)
    _define(con)


def _refuse_foreign_history(applied: list[tuple[int, str, str]], migrations: list[Migration]) -> None:
    if len(applied) > len(migrations):
        raise StoreError(
            f"This database was written by a newer workscited (schema {applied[-1][0]},"
            f" here {len(migrations)}): install that version."
        )
    for (number, name, sha256), migration in zip(applied, migrations, strict=False):
        if number != migration.number or sha256 != migration.sha256:
            raise StoreError(f"The migration {name} differs from the one that was applied to this database.")


def _apply(con: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    with transaction(con):
        con.execute(migration.sql)
        row = {
            "number": migration.number,
            "name": migration.name,
            "sha256": migration.sha256,
            "applied_at": datetime.now(UTC).replace(tzinfo=None),
        }
        con.execute(load("writes", "migration"), row)


def _define(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros and views anew when their files are not those of the database."""
    definitions = [load(folder, name) for folder in ("macros", "views") for name in names(folder)]
    sha256 = _sha256("\0".join(definitions))
    if con.execute(load("queries", "definitions")).fetchall() == [(sha256,)]:
        return
    with transaction(con):
        for definition in definitions:
            con.execute(definition)
        con.execute(load("writes", "definitions_forget"))
        con.execute(load("writes", "definitions"), {"sha256": sha256})


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

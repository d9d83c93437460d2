"""Every check of ``sql/checks`` on a database: each must return no row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.errors import StoreError
from tasks.store.connect import store_errors
from tasks.store.statements import load, names, title
from tasks.store.store import Store

# Enough to see what is wrong; the rest is counted.
SAMPLE_ROWS = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that returned rows: its name, what it states, how many rows, and the first of them."""

    check: str
    title: str
    rows: int
    sample: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        first = ", ".join(f"{key}={value}" for key, value in self.sample[0].items())
        return f"{self.title} {self.rows} rows break this, such as {first}"


def checks() -> list[str]:
    """Return the names of all checks, sorted."""
    return names("checks")


def verify(path: Path) -> list[Failure]:
    """Run every check on the database at ``path``; return those that failed.

    Raises StoreError when ``path`` is no database of workscited, or cannot be read.
    """
    with Store.open_read_only(path) as store:
        if not store.rows("has_tables")[0]["ours"]:
            raise StoreError(f"{path} is no database of workscited.")
        return run_checks(store)


def run_checks(store: Store) -> list[Failure]:
    """Run every check on an open database; return those that failed."""
    return [failure for name in checks() if (failure := _run(store, name))]


def _run(store: Store, name: str) -> Failure | None:
    text = load("checks", name)
    with store_errors(f"The check {name}"):
        table = store.con.sql(text).to_arrow_table()
    if not table.num_rows:
        return None
    return Failure(name, title(text), table.num_rows, tuple(table.slice(0, SAMPLE_ROWS).to_pylist()))

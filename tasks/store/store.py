"""The working database: open it, ask it by query name, commit batches to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tasks.errors import StoreError
from tasks.store.batch import Batch
from tasks.store.commit import commit_batch
from tasks.store.connect import connect, registered, store_errors, transaction
from tasks.store.migrate import migrate
from tasks.store.rows import utc
from tasks.store.statements import load
from tasks.store.tables import arrow
from tasks.store.text import storable
from tasks.store.vectors import EmbeddingSpace, Space, VectorBatch, commit_vectors, read_space, replace_space

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# DuckDB keeps what it has read until so much is full; its own default is four fifths of the machine, so that
# a run over a large corpus would take all of it. Larger than any batch, and what is over goes to the disk.
WRITER_MEMORY = "2GB"
# What a run can end as, besides "running".
RUN_STATES = ("completed", "issues", "failed")


class Store:
    """A working database, opened for writing; hold its ``writer_lock`` while one is open."""

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path) -> None:
        self.con = con
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the database at ``path``, made when absent, and bring it to the newest schema.

        Raises StoreError for a file that is no database of workscited, is damaged, or is newer.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder {path.parent} cannot be made: {error.strerror}.") from error
        con = connect(path, read_only=False, extra={"memory_limit": WRITER_MEMORY})
        try:
            with store_errors(f"Bringing {path} to the newest schema"):
                migrate(con)
        except BaseException:
            con.close()
            raise
        return cls(con, path)

    @classmethod
    def open_read_only(cls, path: Path) -> Store:
        """Open the database at ``path`` for reading; it must be there. Its schema is left as it is."""
        return cls(connect(path, read_only=True), path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database: what was committed is written to its file."""
        self.con.close()

    def table(self, query: str, **params: Any) -> pa.Table:
        """Return what ``sql/queries/<query>.sql`` gives, as an Arrow table; ``params`` are its parameters."""
        with store_errors(f"The query {query}"):
            return self.con.sql(load("queries", query), params=storable(params)).to_arrow_table()

    def rows(self, query: str, **params: Any) -> list[dict[str, Any]]:
        """Return what ``sql/queries/<query>.sql`` gives, one dict a row."""
        rows: list[dict[str, Any]] = self.table(query, **params).to_pylist()
        return rows

    def commit(self, batch: Batch) -> None:
        """Write a batch's rows, ledger rows and issues in one transaction; see ``tasks.store.commit``."""
        with store_errors(f"The commit of a batch of {batch.stage}"):
            commit_batch(self.con, batch)

    def start_run(self, run_id: str, command: str, version: str, started_at: datetime) -> None:
        """Record that a run began."""
        self._write_run((run_id, command, version, utc(started_at), None, "running", ""))

    def end_run(self, run_id: str, state: str, ended_at: datetime, detail: str = "") -> None:
        """Record how a run ended: one of :data:`RUN_STATES`."""
        if state not in RUN_STATES:
            raise StoreError(f"A run ends as one of {', '.join(RUN_STATES)}, not as {state!r}.")
        begun = self.rows("run", run_id=run_id)
        if not begun:
            raise StoreError(f"There is no run {run_id!r} that could end.")
        run = begun[0]
        head = (run_id, run["command"], run["version"], run["started_at"])
        self._write_run((*head, utc(ended_at), state, detail))

    def retry(self) -> int:
        """Let the next run try what was set aside, documents and pages; return how many."""
        with store_errors("Taking up what was set aside"), transaction(self.con):
            return sum(
                len(self.con.execute(load("writes", name)).fetchall())
                for name in ("retry_ledger", "retry_pages")
            )

    def space(self) -> EmbeddingSpace | None:
        """Return the embedding space of the database's vectors, or None before the first."""
        return read_space(self.con)

    def replace_space(self, space: Space) -> None:
        """Drop every vector and make ``space`` the database's, in one transaction."""
        with store_errors("Replacing the embedding space"):
            replace_space(self.con, space)

    def commit_vectors(self, space: Space, batch: VectorBatch) -> None:
        """Keep vectors, and the row of their batch, in one transaction."""
        with store_errors("The commit of vectors"):
            commit_vectors(self.con, space, batch)

    def _write_run(self, row: tuple[Any, ...]) -> None:
        run = registered(self.con, incoming=arrow("runs", [row]))
        with store_errors("Recording the run"), run, transaction(self.con):
            self.con.execute(load("writes", "runs"))

"""Writing a batch: its rows, its ledger rows, its issues and its own row, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tasks.errors import StoreError
from tasks.store.batch import Batch, refuse_unsound
from tasks.store.connect import registered, transaction
from tasks.store.rows import utc
from tasks.store.statements import load
from tasks.store.tables import (
    ITEM_COLUMN,
    NO_PLACE,
    PLACING_STAGES,
    STAGE_TABLES,
    arrow,
    later_stages,
    schemas,
)
from tasks.store.text import storable

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Stages whose rows are read by articles that cite the document.
_TEXT_STAGES = ("extract", "normalize", "segment")


def commit_batch(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Write ``batch`` whole or not at all. A batch that says nothing new writes nothing."""
    tables = _tables(batch)
    refuse_unsound(batch)
    issues = arrow("issues", [(i.stage, i.item, i.reason, i.detail, batch.run_id) for i in batch.issues])
    if not batch.outcomes and not any(t.num_rows for t in tables.values()) and _all_known(con, issues):
        return
    with transaction(con), _outcomes(con, batch):
        again = con.sql(load("queries", "again")).to_arrow_table()
        _forget_what_followed(con, batch.stage, again)
        for name, rows in tables.items():
            _write(con, name, again=again.select(["item"]), incoming=rows)
        moved = _moves(batch, tables)
        _settle(con, batch, moved)
        number = next_batch(con, batch.run_id)
        forgotten = pairs((batch.stage, outcome.item) for outcome in batch.outcomes)
        _write(con, "ledger", forgotten=forgotten, incoming=_ledger(batch, number))
        _write(con, "issues", forgotten=forgotten, incoming=issues)
        _write(con, "batches", incoming=_batch_row(batch, number, sum(t.num_rows for t in tables.values())))
        if moved:
            _forget_departed(con)


def next_batch(con: duckdb.DuckDBPyConnection, run_id: str) -> int:
    """Return the number of the run's next batch."""
    return int(con.execute(load("queries", "next_batch"), {"run_id": storable(run_id)}).fetchall()[0][0])


def pairs(rows: Iterable[tuple[str, str]]) -> pa.Table:
    """Return (stage, item) rows as an Arrow table."""
    import pyarrow as pa

    stages, items = list(zip(*storable(list(rows)), strict=True)) or [(), ()]
    return pa.table({"stage": pa.array(stages, pa.string()), "item": pa.array(items, pa.string())})


def _write(con: duckdb.DuckDBPyConnection, statement: str, **tables: pa.Table) -> None:
    with registered(con, **tables):
        con.execute(load("writes", statement))


def _tables(batch: Batch) -> dict[str, pa.Table]:
    """Return the batch's tables in order, those left out as empty; refuse rows of items not kept."""
    import pyarrow.compute as pc

    if batch.stage not in STAGE_TABLES:
        raise StoreError(f"There is no stage {batch.stage!r} that writes batches.")
    names = STAGE_TABLES[batch.stage]
    if unknown := set(batch.tables) - set(names):
        raise StoreError(f"{batch.stage} does not write {', '.join(sorted(unknown))}.")
    kept = {storable(outcome.item) for outcome in batch.outcomes if outcome.kept}
    for name, table in batch.tables.items() if batch.stage not in PLACING_STAGES else ():
        if strays := set(pc.unique(table.column(ITEM_COLUMN)).to_pylist()) - kept:
            few = sorted(strays)[:3]
            raise StoreError(f"{batch.stage}: rows in {name} of items that were not kept: {few}")
    return {name: batch.tables.get(name, schemas()[name].empty_table()) for name in names}


def _all_known(con: duckdb.DuckDBPyConnection, issues: pa.Table) -> bool:
    with registered(con, incoming=issues):
        known = len(con.execute(load("queries", "known_issues")).fetchall())
    return known == int(issues.num_rows)


@contextmanager
def _outcomes(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[None]:
    with registered(con, outcomes=_ledger(batch, 0)):
        yield


def _ledger(batch: Batch, number: int) -> pa.Table:
    head, tail = (batch.stage,), (batch.run_id, number)
    rows = [
        (*head, o.item, batch.version, o.input_hash, o.output_hash, o.kept, o.reason, *tail, o.attempts)
        for o in batch.outcomes
    ]
    return arrow("ledger", rows)


def _batch_row(batch: Batch, number: int, written: int) -> pa.Table:
    items = len(batch.outcomes)
    kept = sum(outcome.kept for outcome in batch.outcomes)
    reasons = list(batch.reasons().items())
    head = (batch.run_id, number, batch.stage, batch.version, utc(batch.started_at), batch.seconds)
    return arrow("batches", [(*head, items, kept, items - kept, reasons, written, 0)])


def _moves(batch: Batch, tables: Mapping[str, pa.Table]) -> bool:
    """Whether places may lie elsewhere after ``batch``: most attempts to get a page change none."""
    if batch.stage != "fetch":
        return batch.stage in PLACING_STAGES
    return bool(tables["locations"].num_rows) or not NO_PLACE.isdisjoint(batch.reasons())


def _settle(con: duckdb.DuckDBPyConnection, batch: Batch, moved: bool) -> None:
    """Set right what other tables say of places and of articles that are no longer judged."""
    if moved:
        con.execute(load("writes", "document_uris"))
    if moved or (batch.reasons() and batch.stage not in PLACING_STAGES):
        con.execute(load("writes", "orphan_findings"))


def _forget_what_followed(con: duckdb.DuckDBPyConnection, stage: str, again: pa.Table) -> None:
    """Delete what later stages made of items whose output differs now, also in articles that cite them."""
    changed = again.filter(again.column("changed")).select(["item"])
    if stage in PLACING_STAGES or not changed.num_rows:
        return
    if stage in _TEXT_STAGES:
        with registered(con, again=changed):
            citing = con.sql(load("queries", "citing_articles")).to_arrow_table()
        _forget(con, later_stages("cite"), citing)
    _forget(con, later_stages(stage), changed)


def _forget_departed(con: duckdb.DuckDBPyConnection) -> None:
    """Delete what was derived from articles that lie nowhere any more; their texts stay."""
    departed = con.sql(load("queries", "departed_articles")).to_arrow_table()
    _forget(con, later_stages("segment"), departed)


def _forget(con: duckdb.DuckDBPyConnection, stages: tuple[str, ...], items: pa.Table) -> None:
    if not items.num_rows:
        return
    for stage in reversed(stages):
        # Findings are never deleted: they are closed, by the statements that know when.
        for table in STAGE_TABLES[stage]:
            if table != "findings":
                _write(con, table, again=items, incoming=schemas()[table].empty_table())
        gone: list[Any] = [(stage, item) for item in items.column("item").to_pylist()]
        _write(con, "ledger", forgotten=pairs(gone), incoming=schemas()["ledger"].empty_table())
        _write(con, "issues", forgotten=pairs(gone), incoming=schemas()["issues"].empty_table())

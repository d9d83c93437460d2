"""What a database says, apart from when and in which run it was written."""

from __future__ import annotations

from pathlib import Path

from tasks.store.store import Store

# Tables that record when and how, not what.
_RECORDS = frozenset({"runs", "batches", "schema_migrations", "schema_definitions"})

# Columns that differ between two runs over the same files.
_VOLATILE = ["run_id", "first_run_id", "batch", "first_seen", "retrieved_at", "modified_ns"]
# And those of asking the web: when, how long it took, and when a host or page may be asked again.
_VOLATILE += ["fetch_id", "fetched_at", "seconds", "added_at", "not_before", "robots_at"]

# acquire's input hash holds times of change; those of later stages follow from outputs, which are compared.
_VOLATILE_LEDGER = [*_VOLATILE, "input_hash"]


def logical_content(path: Path) -> dict[str, str]:
    """Return table → number of rows and hash of what they say, whatever their order.

    Two databases whose results are equal hold the same. Raises StoreError when ``path`` cannot be read.
    """
    with Store.open_read_only(path) as store:
        tables = [row["table_name"] for row in store.rows("tables")]
        return {table: _hash(store, table) for table in tables if table not in _RECORDS}


def _hash(store: Store, table: str) -> str:
    volatile = _VOLATILE_LEDGER if table == "ledger" else _VOLATILE
    (row,) = store.rows("logical_content", table=table, volatile=volatile)
    return f"{row['items']} rows, {row['content_hash']}"

"""A run's memory does not grow with what the database holds."""

from __future__ import annotations

from pathlib import Path

from tasks.store.store import WRITER_MEMORY, Store


def test_the_writers_cache_ends_at_a_fixed_size(tmp_path: Path) -> None:
    """DuckDB keeps no more than was set, be the machine ever so large."""
    with Store.open(tmp_path / "w.duckdb") as store:
        (shown,) = store.con.execute("SELECT current_setting('memory_limit')").fetchone()
    assert WRITER_MEMORY == "2GB"
    assert shown == "1.8 GiB"

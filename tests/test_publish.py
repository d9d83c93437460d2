"""Publishing: a whole copy or the one before, readable by older DuckDB, and no more copies than asked for."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from small_web import fill_web
from small_world import ARTICLE, LEDGER, acquire, fill

from tasks.errors import StoreError
from tasks.publish import CURRENT, CURRENT_PARQUET, publish
from tasks.store.logical import logical_content
from tasks.store.read import query
from tasks.store.store import Store
from tasks.store.verify import verify

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "w.duckdb"
    with Store.open(path) as store:
        fill(store)
    return path


@pytest.fixture
def database(tmp_path, template):
    return Path(shutil.copy(template, tmp_path / "w.duckdb"))


def change(database: Path, number: int = 1) -> None:
    """Let another place of a source appear."""
    with Store.open(database) as store:
        acquire(store, [replace(LEDGER, uri=f"sources/copy-{number}.txt")])


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("w-*.duckdb"))


def test_the_copy_holds_what_the_database_holds(database, tmp_path):
    """Every table's rows, views, macros and comments; only the contents as they were read stay behind."""
    with Store.open(database) as store:
        fill_web(store)
    publication = publish(database, tmp_path / "out")
    assert publication.changed
    assert publication.current.resolve() == publication.path.resolve()
    mine, theirs = logical_content(database), logical_content(publication.path)
    assert {table for table in mine if mine[table] != theirs[table]} == {"raws"}
    assert verify(publication.path) == []
    with Store.open_read_only(database) as working, Store.open_read_only(publication.path) as copy:
        for query_name in ("dictionary_tables", "dictionary_columns", "dictionary_macros", "migrations"):
            assert copy.rows(query_name) == working.rows(query_name)
        for table in working.rows("tables"):
            rows = copy.rows("row_count", table=table["table_name"])
            assert rows == working.rows("row_count", table=table["table_name"])
            assert rows[0]["items"] > 0
        assert copy.con.execute("SELECT bytes > 0, content FROM raws").fetchall() == [(True, None)] * 5


def test_the_copy_is_in_the_form_that_duckdb_1_4_reads(database, tmp_path):
    """Its storage version, as DuckDB itself tells it."""
    publication = publish(database, tmp_path)
    with duckdb.connect(publication.path, read_only=True) as con:
        rows = con.execute(
            "SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal"
        ).fetchall()
    assert rows == [("v1.4.0+",)]


def test_publishing_again_without_a_change_does_nothing(database, tmp_path):
    """And says so; a run that changed nothing is no change."""
    first = publish(database, tmp_path)
    with Store.open(database) as store:
        store.start_run("run-2", "workscited run", "0", datetime(2026, 1, 2))
    again = publish(database, tmp_path)
    assert (again.changed, again.path, again.content_hash) == (False, first.path, first.content_hash)
    assert len(versions(tmp_path)) == 1


@pytest.mark.parametrize(
    "loss",
    [lambda current: current.unlink(), lambda current: current.resolve().unlink()],
    ids=["symlink", "version"],
)
def test_a_copy_that_was_lost_is_published_again(database, tmp_path, loss):
    """Although nothing changed in the database."""
    loss(publish(database, tmp_path).current)
    again = publish(database, tmp_path)
    assert again.changed
    assert list(query(again.current, "SELECT count(*) FROM claims")[1]) == [(4,)]


@pytest.mark.parametrize(("expected", "keep"), [(1, 1), (2, 2), (3, 3), (1, 0)])
def test_the_last_few_versions_are_kept(database, tmp_path, expected, keep):
    """And never fewer than the current one; nothing but versions is deleted."""
    (tmp_path / "w-mine.duckdb").write_bytes(b"a user's own")
    for number in range(4):
        change(database, number)
        publication = publish(database, tmp_path, keep=keep)
    assert versions(tmp_path)[:-1][-expected:][-1] == publication.path.name
    assert len(versions(tmp_path)) == expected + 1
    assert (tmp_path / "w-mine.duckdb").read_bytes() == b"a user's own"


def test_the_current_version_is_kept_although_others_look_newer(database, tmp_path):
    """As after a clock that went wrong: the names of two versions say that they come from the future."""
    for day in ("01", "02"):
        (tmp_path / f"w-999912{day}T000000000000Z-aaaaaaaaaaaa.duckdb").write_bytes(b"")
    publication = publish(database, tmp_path, keep=1)
    assert versions(tmp_path) == [publication.path.name, "w-99991202T000000000000Z-aaaaaaaaaaaa.duckdb"]
    assert list(query(publication.current, "SELECT count(*) FROM claims")[1]) == [(4,)]


def test_a_reader_of_the_old_copy_goes_on_while_a_new_one_comes(database, tmp_path):
    """Whole as it was, even when its file has been deleted since; the next to open has the new one."""
    publish(database, tmp_path, keep=1)
    _, rows = query(tmp_path / CURRENT, "SELECT uri FROM locations, range(5000) ORDER BY uri")
    first = next(rows)
    change(database)
    publish(database, tmp_path, keep=1)
    assert len([first, *rows]) == 3 * 5000
    assert list(query(tmp_path / CURRENT, "SELECT count(*) FROM locations")[1]) == [(4,)]


def test_the_symlink_survives_a_move_of_the_folder(database, tmp_path):
    """It is relative."""
    publish(database, tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    assert list(query(tmp_path / "there" / CURRENT, "SELECT count(*) FROM articles")[1]) == [(1,)]


def test_a_file_in_the_place_of_the_symlink_is_not_overwritten(database, tmp_path):
    """It is somebody's."""
    (tmp_path / CURRENT).write_bytes(b"mine")
    with pytest.raises(StoreError, match="is no symlink"):
        publish(database, tmp_path)
    assert (tmp_path / CURRENT).read_bytes() == b"mine"


def test_parquet_holds_each_table_in_one_file(database, tmp_path):
    """In a folder of the version's own, with a symlink to the newest; also when asked for only later."""
    assert publish(database, tmp_path).parquet is None
    publication = publish(database, tmp_path, parquet=True)
    assert (publication.changed, publication.parquet) == (False, (tmp_path / CURRENT_PARQUET).resolve())
    with Store.open_read_only(database) as store:
        tables = [row["table_name"] for row in store.rows("tables")]
    assert sorted(path.stem for path in publication.parquet.iterdir()) == tables
    counted = duckdb.sql(
        f"SELECT count(*), any_value(text ORDER BY ordinal) FROM '{publication.parquet}/claims.parquet'"
    )
    assert counted.fetchall() == [(4, "The po\u0301rt moved 4,500 boxes in May")]
    change(database)
    publish(database, tmp_path, keep=1, parquet=True)
    assert len(list(tmp_path.glob("*-parquet"))) == 2


@pytest.mark.parametrize("name", ["it's.duckdb", 'a "quoted" name.duckdb', "näme; DROP.duckdb", "-x.duckdb"])
def test_any_file_name_can_be_published(template, tmp_path, name):
    """A name is data: it is never part of a statement."""
    database = Path(shutil.copy(template, tmp_path / name))
    publication = publish(database, tmp_path / "o'ut", parquet=True)
    assert list(query(publication.current, "SELECT count(*) FROM claims")[1]) == [(4,)]
    assert publish(database, tmp_path / "o'ut").changed is False


KILLED = """
import os, signal, sys
from pathlib import Path
import tasks.publish as publishing

step = sys.argv[3]
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(publishing, step, die)
publishing.publish(Path(sys.argv[1]), Path(sys.argv[2]), parquet=True)
"""


@pytest.mark.parametrize("step", ["_refuse_incomplete", "_sync", "_point", "_write_parquet", "_prune"])
def test_a_killed_publication_leaves_the_copy_before_and_is_made_good(database, tmp_path, step):
    """Readers never see a part; the next publication clears up what was left."""
    out = tmp_path / "out"
    publish(database, out)
    change(database)
    arguments = [sys.executable, "-c", KILLED, str(database), str(out), step]
    assert subprocess.run(arguments, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    places = list(query(out / CURRENT, "SELECT count(*) FROM locations")[1])
    assert places == ([(4,)] if step in ("_write_parquet", "_prune") else [(3,)])
    publication = publish(database, out, parquet=True)
    assert list(query(out / CURRENT, "SELECT count(*) FROM locations")[1]) == [(4,)]
    assert not list(out.glob(".publishing-*"))
    assert publication.parquet is not None
    assert (publication.parquet / "claims.parquet").is_file()


def test_a_copy_that_would_lack_rows_is_thrown_away(database, tmp_path, monkeypatch):
    """The row counts of both are compared before readers see it."""
    import tasks.publish as publishing

    copy = publishing._copy

    def lossy(database: Path, unfinished: Path) -> None:
        copy(database, unfinished)
        with duckdb.connect(unfinished) as con:
            con.execute("DELETE FROM claims WHERE ordinal = 0")

    monkeypatch.setattr(publishing, "_copy", lossy)
    with pytest.raises(StoreError, match="does not hold the same rows"):
        publish(database, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_log_of_a_killed_run_is_published_too(tmp_path):
    """What was committed is in the log alone when a run was killed."""
    code = "import os, sys; sys.path.insert(0, 'tests'); from pathlib import Path; from small_world import fill\n"
    code += (
        "from tasks.store.store import Store\nstore = Store.open(Path(sys.argv[1])); fill(store); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "w.duckdb")], cwd=ROOT, check=True)
    assert Path(f"{tmp_path / 'w.duckdb'}.wal").exists()
    publication = publish(tmp_path / "w.duckdb", tmp_path)
    found = query(publication.current, f"SELECT title FROM documents WHERE document_id = '{ARTICLE.id}'")[1]
    assert list(found) == [("The harbour we lost",)]

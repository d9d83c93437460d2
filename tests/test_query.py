"""Questions to the published copy: answered, or refused in one clear line; nothing else can be reached."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from small_world import fill

from tasks.errors import InputError, StoreError
from tasks.publish import publish
from tasks.store.read import examples, open_published, query
from tasks.store.statements import load, names
from tasks.store.store import Store


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    with Store.open(folder / "w.duckdb") as store:
        fill(store)
    return publish(folder / "w.duckdb", folder).current


def test_a_question_in_sql_is_answered(published):
    """Names of columns, and rows one after the other."""
    columns, rows = query(
        published, 'SELECT label, len(text) AS size FROM "references" ORDER BY label -- all'
    )
    assert columns == ["label", "size"]
    assert next(rows) == ("1", 31)
    assert [label for label, _ in rows] == ["2", "3"]


@pytest.mark.parametrize("name", names("examples"))
def test_each_example_is_answered_by_its_name(published, name):
    """With the rows of its file."""
    columns, rows = query(published, f" {name}\n")
    again, same = query(published, load("examples", name))
    assert (columns, list(rows)) == (again, list(same))


def test_each_example_has_a_title_that_asks():
    """Its first line, for the list of what can be asked; at least eight of them."""
    titles = dict(examples())
    assert len(titles) >= 8
    assert all("?" in title for title in titles.values())


@pytest.mark.parametrize(
    "question",
    [
        "DESCRIBE claims",
        "SHOW TABLES",
        "FROM funnel",
        "EXPLAIN SELECT 1",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "VALUES (1)",
    ],
)
def test_whatever_only_reads_may_be_asked(published, question):
    """In any of the forms that DuckDB has for it."""
    _, rows = query(published, question)
    assert list(rows)


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("not COPY", "COPY claims TO '{out}'"),
        ("not COPY", "COPY (SELECT 1) TO '{out}' (FORMAT parquet)"),
        ("not COPY", "COPY claims FROM '/etc/passwd'"),
        ("not EXPORT", "EXPORT DATABASE '{out}'"),
        ("not ATTACH", "ATTACH '{out}'"),
        ("not ATTACH", "ATTACH ':memory:' AS aside"),
        ("no files", "SELECT * FROM read_csv('/etc/passwd')"),
        ("no files", "SELECT * FROM read_text('/etc/passwd')"),
        ("no files", "SELECT * FROM read_blob('/etc/passwd')"),
        ("no files", "SELECT * FROM glob('/etc/*')"),
        ("no files", "SELECT * FROM parquet_scan('https://harborledger.example/x.parquet')"),
        ("does not exist", "SELECT * FROM '/etc/passwd'"),
        ("no files", "SELECT * FROM 'x.csv'"),
        ("not LOAD", "INSTALL fts"),
        ("not LOAD", "LOAD json"),
        ("not SET", "SET threads = 1"),
        ("not SET", "RESET threads"),
        ("not SET", "SET enable_external_access = true"),
        ("not SET", "SET VARIABLE x = 1"),
        ("not PRAGMA", "PRAGMA database_list"),
        ("not CREATE", "CREATE TABLE mine (a INTEGER)"),
        ("not CREATE", "CREATE TEMP TABLE mine (a INTEGER)"),
        ("not DROP", "DROP TABLE claims"),
        ("not INSERT", "INSERT INTO runs SELECT * FROM runs"),
        ("not UPDATE", "UPDATE claims SET text = ''"),
        ("not DELETE", "DELETE FROM claims"),
        ("not TRANSACTION", "BEGIN"),
        ("2 statements", "SELECT 1; SELECT 2"),
        ("2 statements", "SELECT 1; DROP TABLE claims"),
        ("0 statements", ""),
        ("0 statements", "-- nothing"),
        ("no question that DuckDB understands", "SELEKT 1"),
        ("no question that DuckDB understands", "UPDATE EXTENSIONS"),
        ("cannot be answered", "SELECT \x00"),
        ("Table with name nowhere does not exist", "SELECT * FROM nowhere"),
        ("cannot be answered", "SELECT error('no')"),
        ("cannot be answered", "SELECT CAST(text AS INTEGER) FROM claims"),
        ("no question named 'funel'", "funel"),
    ],
)
def test_whatever_does_more_than_read_this_database_is_refused(published, tmp_path, message, question):
    """In one line that says why, without DuckDB's traceback, and nothing is written anywhere."""
    with pytest.raises(InputError, match=message) as refusal:
        list(query(published, question.format(out=tmp_path / "out"))[1])
    assert "\n" not in str(refusal.value)
    assert "LINE" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_the_settings_are_refused_by_the_connection_itself(published):
    """Not only by the look at the statement before."""
    con = open_published(published)
    for statement in (
        "SET threads = 1",
        "COPY claims TO '/tmp/x.csv'",
        "CREATE TABLE a (b INTEGER)",
        "INSTALL fts",
    ):
        with pytest.raises(duckdb.Error, match=r"locked|disabled by configuration|read-only"):
            con.execute(statement)
    con.close()


@pytest.mark.parametrize("content", [None, b"no database"], ids=["absent", "text"])
def test_a_copy_that_cannot_be_read_is_a_clear_error(tmp_path, content):
    """It names the file."""
    path = tmp_path / "current.duckdb"
    if content:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=r"current\.duckdb"):
        query(path, "SELECT 1")


def test_a_reader_who_stops_early_leaves_nothing_open(published):
    """The rows that were not asked for are let go, and the next question is answered."""
    _, rows = query(published, "SELECT * FROM range(100000)")
    assert next(rows) == (0,)
    del rows
    assert list(query(published, "SELECT 1")[1]) == [(1,)]


def test_readers_need_no_right_to_write(published, tmp_path):
    """A copy in a folder, of a file, that nobody may write to."""
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(Path(published).read_bytes())
    copy.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert list(query(copy, "SELECT count(*) FROM claims")[1]) == [(4,)]
    finally:
        tmp_path.chmod(0o755)

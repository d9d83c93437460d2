"""The schema: its history, its comments, and every SQL file of the project, each of them run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from small_web import PAGE, fill_web
from small_world import ARTICLE, NOON, fill

from tasks.errors import StoreError
from tasks.fetch.records import BLOCKED, DEAD, TRANSIENT
from tasks.store.dictionary import dictionary, main
from tasks.store.migrate import Migration, migrate, read_migrations
from tasks.store.statements import load, names, sql_folder, title
from tasks.store.store import Store
from tasks.store.tables import STAGE_TABLES, arrow, schemas
from tasks.store.verify import verify

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("schema", "queries", "writes", "checks", "views", "macros", "examples", "publish")
FILES = [(folder, name) for folder in FOLDERS for name in names(folder)]

# Queries that read what a commit has laid out for them; they are run by every commit.
OF_A_COMMIT = {"again", "citing_articles", "known_issues"}


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "w.duckdb") as opened:
        yield opened


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("filled") / "w.duckdb"
    with Store.open(path) as opened:
        fill(opened)
        fill_web(opened)
        yield opened


def refused(path: Path, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Store.open(path)


def test_every_table_view_and_column_has_a_comment(store):
    """A table's and a view's comment states its grain and its key."""
    for table in store.rows("dictionary_tables"):
        assert re.search(r"^(One row|At most one row).*Key: ", table["comment"] or ""), table
    for column in store.rows("dictionary_columns"):
        assert column["comment"], column
    assert all(macro["comment"] for macro in store.rows("dictionary_macros"))


@pytest.mark.parametrize(("folder", "name"), FILES, ids=[f"{folder}/{name}" for folder, name in FILES])
def test_every_sql_file_opens_with_what_it_is(folder, name):
    """A sentence on the first line, and the grain where rows come out of it."""
    head = "".join(line for line in load(folder, name).splitlines(keepends=True) if line.startswith("--"))
    assert len(title(load(folder, name))) > 15
    if folder in ("queries", "writes", "views", "checks", "examples"):
        assert "-- grain" in head


@pytest.mark.parametrize("name", sorted(set(names("queries")) - OF_A_COMMIT))
def test_every_query_runs_on_a_database_with_rows(filled, name):
    """With the parameters that it names."""
    body = "\n".join(line for line in load("queries", name).splitlines() if not line.startswith("--"))
    examples = {
        "ids": [ARTICLE.id],
        "keys": ["x"],
        "limit": 5,
        "table": "documents",
        "volatile": ["run_id"],
        "pages": [PAGE],
        "now": NOON.replace(tzinfo=None),
        "dead": ["not_found"],
        "dead_only": True,
        "but": "x",
        "reasons": ["thin"],
        "passing": ["server_error"],
        "recent": NOON.replace(tzinfo=None),
        "since": NOON.replace(tzinfo=None),
        "tries": 3,
        "items": ["x"],
    }
    params = {key: examples.get(key, "1") for key in set(re.findall(r"\$(\w+)", body))}
    assert filled.table(name, **params).num_columns > 0


@pytest.mark.parametrize("name", names("examples"))
def test_every_example_answers_with_rows_and_the_same_ones_each_time(filled, name):
    """On the small world, which holds something for each question."""
    first = filled.con.execute(load("examples", name)).fetchall()
    assert first
    assert filled.con.execute(load("examples", name)).fetchall() == first


@pytest.mark.parametrize("view", names("views"))
def test_every_view_has_rows_and_the_key_that_it_says(filled, view):
    """The key of the comment is unique."""
    name = view[3:]
    comment = next(row["comment"] for row in filled.rows("dictionary_tables") if row["name"] == name)
    key = re.search(r"Key: (.+)\.$", comment)[1]
    rows, keys = filled.con.execute(f"SELECT count(*), count(DISTINCT row({key})) FROM {name}").fetchall()[0]
    assert rows == keys > 0


def test_claim_and_evidence_stand_side_by_side(filled):
    """With the passage's place, the source's hash and when it was retrieved."""
    rows = filled.con.execute(
        "SELECT claim, labels, passage, source_title, source_outlet, verdict, span_text(text, passage_start, passage_end)"
        " FROM claim_evidence JOIN documents ON document_id = source_id WHERE retrieved_at IS NOT NULL ORDER BY labels"
    ).fetchall()
    assert rows == [
        (
            "The po\u0301rt moved 4,500 boxes in May",
            ["1"],
            "The port moved 5,400 boxes 📦.",
            "Boxes of May",
            "The Ledger",
            "not_supported",
            "The port moved 5,400 boxes 📦.",
        ),
        (
            "“We lost the whole river 🌊,” the mayor told the Ledger",
            ["2"],
            "“We lost the wide river,” the mayor said.",
            "A mayor speaks",
            "The Courier",
            "supported",
            "“We lost the wide river,” the mayor said.",
        ),
    ]


def test_the_funnel_counts_citations_down_to_the_flagged(filled):
    """Three citations, each with an entry, two resolved and judged."""
    rows = filled.con.execute("SELECT items FROM funnel ORDER BY step").fetchall()
    assert rows == [(1,), (3,), (3,), (2,), (2,), (3,)]


def test_the_dictionary_is_current():
    """docs/schema.md is what the schema's comments say now: write it with python -m tasks.store.dictionary."""
    assert (ROOT / "docs" / "schema.md").read_text(encoding="utf-8") == dictionary()


def test_the_dictionary_is_written_where_it_is_asked_for(tmp_path, capsys):
    """To a file, or to the standard output."""
    assert main([str(tmp_path / "schema.md")]) == main([]) == 0
    assert capsys.readouterr().out == (tmp_path / "schema.md").read_text(encoding="utf-8") == dictionary()


def test_arrow_and_the_database_agree_on_every_column(store):
    """Names, order and types: an Arrow table of each kind can be written as it is."""
    columns: dict[str, list[str]] = {}
    for row in store.rows("dictionary_columns"):
        columns.setdefault(row["name"], []).append(row["column_name"])
    for table, schema in schemas().items():
        assert schema.names == columns[table], table
        store.con.register("incoming", arrow(table, []))
        quoted = '"references"' if table == "references" else table
        types = [store.con.execute(f"DESCRIBE FROM {name}").fetchall() for name in ("incoming", quoted)]
        assert [row[:2] for row in types[0]] == [row[:2] for row in types[1]], table
        store.con.unregister("incoming")


def test_each_table_of_a_stage_has_a_statement_that_writes_it():
    """One file a table, and no table belongs to two stages, but that both that bring documents say where."""
    tables = [
        table
        for stage, written in STAGE_TABLES.items()
        for table in written
        if stage != "fetch" or table not in STAGE_TABLES["acquire"]
    ]
    assert len(tables) == len(set(tables))
    assert set(tables) <= set(names("writes"))


def test_the_published_copy_holds_the_rows_of_every_table(store):
    """A table that is not copied would be published empty."""
    copied = set(re.findall(r'INTO published\."?(\w+)"? ', load("publish", "copy_rows")))
    assert copied == {row["table_name"] for row in store.rows("tables")}


@pytest.mark.parametrize(("macro", "codes"), [("is_dead", DEAD), ("is_blocked", BLOCKED)])
def test_sql_and_python_name_the_same_reasons(store, macro, codes):
    """A reason that one of them forgets would make a blocked page a dead one."""
    known = sorted(DEAD | BLOCKED | TRANSIENT | {"thin", "too_large", ""})
    told = {code for code in known if store.con.execute(f"SELECT {macro}(?)", [code]).fetchall() == [(True,)]}
    assert told == codes


# --- migrations ---------------------------------------------------------------------------------------


def test_migrations_are_numbered_from_one_without_a_gap():
    """So that "newer" can be told from the count."""
    migrations = read_migrations(sql_folder() / "schema")
    assert [migration.number for migration in migrations] == list(range(1, len(migrations) + 1))


def test_opening_again_changes_nothing(tmp_path):
    """Not a byte of the file, so that an unchanged run costs nothing."""
    path = tmp_path / "w.duckdb"
    Store.open(path).close()
    before = path.read_bytes()
    Store.open(path).close()
    assert path.read_bytes() == before


def test_a_new_migration_is_applied_and_recorded(store):
    """The rows that are there stay."""
    store.start_run("r", "c", "v", datetime(2026, 1, 1))
    known = read_migrations(sql_folder() / "schema")
    added = Migration(len(known) + 1, "009_new.sql", "f" * 64, "ALTER TABLE runs ADD COLUMN mood VARCHAR;")
    migrate(store.con, [*known, added])
    migrate(store.con, [*known, added])
    assert store.rows("migrations")[-1] == {"number": added.number, "name": "009_new.sql", "sha256": "f" * 64}
    assert store.con.execute("SELECT run_id, mood FROM runs").fetchall() == [("r", None)]


def test_a_migration_that_fails_is_not_half_applied(store):
    """Neither its first statement nor its record is there."""
    known = read_migrations(sql_folder() / "schema")
    broken = Migration(
        len(known) + 1, "b.sql", "f" * 64, "CREATE TABLE half (a INTEGER); SELECT nonsense FROM runs;"
    )
    with pytest.raises(Exception, match="nonsense"):
        migrate(store.con, [*known, broken])
    assert "half" not in {row["table_name"] for row in store.rows("tables")}
    assert len(store.rows("migrations")) == len(known)


def test_an_applied_migration_that_was_changed_is_refused(tmp_path):
    """Its file must never change: the database would not be what the file says."""
    with Store.open(tmp_path / "w.duckdb") as store:
        store.con.execute("UPDATE schema_migrations SET sha256 = 'other'")
    refused(tmp_path / "w.duckdb", "migration 001_initial.sql differs from the one that was applied")


def test_a_database_of_a_newer_workscited_is_refused(tmp_path):
    """It may hold what this version would not keep right."""
    with Store.open(tmp_path / "w.duckdb") as store:
        store.con.execute("INSERT INTO schema_migrations VALUES (999, 'later.sql', 'x', now()::TIMESTAMP)")
    refused(tmp_path / "w.duckdb", "written by a newer workscited .schema 999")


def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path):
    """No table of ours appears in it."""
    import duckdb

    with duckdb.connect(tmp_path / "w.duckdb") as con:
        con.execute("CREATE TABLE theirs (a INTEGER)")
    refused(tmp_path / "w.duckdb", "tables that are not workscited's")
    with duckdb.connect(tmp_path / "w.duckdb", read_only=True) as con:
        assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("theirs",)]
    with pytest.raises(StoreError, match="is no database of workscited"):
        verify(tmp_path / "w.duckdb")


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"no database" * 1000),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["text", "cut-off", "folder"],
)
def test_a_damaged_database_is_a_clear_error(tmp_path, damage):
    """It names the file."""
    Store.open(tmp_path / "w.duckdb").close()
    damage(tmp_path / "w.duckdb")
    refused(tmp_path / "w.duckdb", r"w\.duckdb")


def test_a_damaged_write_ahead_log_is_a_clear_error(tmp_path):
    """A killed process leaves the log; one byte of it is turned."""
    path = tmp_path / "w.duckdb"
    code = "import os, sys; sys.path.insert(0, 'tests'); from pathlib import Path; from small_world import fill\n"
    code += (
        "from tasks.store.store import Store\nstore = Store.open(Path(sys.argv[1])); fill(store); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=True)
    log = Path(f"{path}.wal")
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 0xFF
    log.write_bytes(content)
    refused(path, r"w\.duckdb cannot be opened")


def test_views_follow_their_files(tmp_path):
    """A view that differs from its file is made anew at the next opening."""
    path = tmp_path / "w.duckdb"
    with Store.open(path) as store:
        store.con.execute("CREATE OR REPLACE VIEW funnel AS SELECT 1 AS step")
        store.con.execute("UPDATE schema_definitions SET sha256 = 'of an older version'")
    with Store.open(path) as store:
        assert store.con.execute("SELECT name FROM funnel WHERE step = 2").fetchall() == [("citations",)]


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("queries", "nonsense"),
        ("queries", "../schema/001_initial"),
        ("..", "x"),
        ("queries", "locations.sql"),
    ],
    ids=["unknown", "up", "outside", "suffix"],
)
def test_sql_is_loaded_by_plain_name_only(folder, name):
    """A name is never a path."""
    with pytest.raises(StoreError, match="There is no SQL file named"):
        load(folder, name)


def test_sql_is_found_inside_an_installed_package(tmp_path):
    """There it lies in tasks/sql, and a folder sql beside the package is another distribution's."""
    shutil.copytree(ROOT / "tasks", tmp_path / "tasks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(sql_folder(), tmp_path / "tasks" / "sql")
    (tmp_path / "sql" / "schema").mkdir(parents=True)
    code = "from tasks.store.statements import sql_folder; print(sql_folder())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(tmp_path / "tasks" / "sql")

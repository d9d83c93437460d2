"""Text of any characters in and out of the database: unchanged but for lone surrogates, spans in step."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_world import NOON, batch, count

from tasks.model import Issue
from tasks.store.batch import Outcome
from tasks.store.connect import registered
from tasks.store.store import Store
from tasks.store.tables import STAGE_TABLES, arrow, schemas
from tasks.store.text import storable

# As many strings as the promise names.
STRINGS = 10_000
LONGEST = 24
SEED = 20_260_504

# Ranges of characters that break one program or another, by what they are.
KINDS = {
    "ascii": (0x20, 0x7E),
    "NUL": (0, 0),
    "C0 controls": (0x01, 0x1F),
    "C1 controls": (0x7F, 0x9F),
    "letters": (0xC0, 0x24F),
    "combining": (0x300, 0x36F),
    "bidi marks": (0x200B, 0x200F),
    "line ends and bidi embeddings": (0x2028, 0x202E),
    "bidi isolates": (0x2066, 0x2069),
    "high surrogates": (0xD800, 0xDBFF),
    "low surrogates": (0xDC00, 0xDFFF),
    "variants": (0xFE00, 0xFE0F),
    "byte order mark": (0xFEFF, 0xFEFF),
    "noncharacters": (0xFDD0, 0xFDEF),
    "last of the plane": (0xFFF0, 0xFFFF),
    "pictures": (0x1F300, 0x1FAFF),
    "skin tones and joiners": (0x1F3FB, 0x1F3FF),
    "tags": (0xE0000, 0xE007F),
    "last of all planes": (0x10FFF0, 0x10FFFF),
}
# Words that were cut wrongly somewhere: two code units of one picture, a family, decomposed letters, bidi.
KNOWN = [
    "\ud83d\ude00",
    "👩‍👩‍👧‍👦",
    "e\u0301\u0301",
    "a\0b",
    "\u202eabc\u202c",
    "\r\n",
    "🇩🇪🇫🇷",
    "'; DROP TABLE runs; --",
    "",
]


def hostile(number: int = STRINGS) -> list[str]:
    """So many strings, the same each time."""
    chance = random.Random(SEED)
    ranges = list(KINDS.values())

    def one() -> str:
        return "".join(chr(chance.randint(*chance.choice(ranges))) for _ in range(chance.randint(0, LONGEST)))

    return [*KNOWN, *(one() for _ in range(number - len(KNOWN)))]


def is_lone(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("text") / "w.duckdb") as made:
        yield made


def returned(store: Store, table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table after they have been in the database."""
    with registered(store.con, incoming=table):
        store.con.execute("CREATE OR REPLACE TEMP TABLE stored AS SELECT * FROM incoming")
    rows: list[dict[str, Any]] = store.con.sql("SELECT * FROM stored").to_arrow_table().to_pylist()
    return rows


def test_storable_replaces_lone_surrogates_one_for_one_and_nothing_else() -> None:
    """Two halves of a pair, each on its own, are two: the length must stay."""
    for text in hostile():
        expected = "".join("\ufffd" if is_lone(character) else character for character in text)
        assert expected == storable(text)
        assert len(text) == len(storable(text))


def test_text_comes_back_from_arrow_tables_as_it_was_stored(opened: Store) -> None:
    """Alone, in lists, in structs, in maps; a batch with one lone surrogate and a batch without."""
    texts = hostile()
    for some in (texts, [text for text in texts if not any(map(is_lone, text))]):
        rows = []
        for text in some:
            mark = {"kind": "link", "start_at": 0, "end_at": 1, "target": text}
            rows.append([text, text, [], [mark], text, [text, "b", text], text, text, text, text, [text]])
        found = returned(opened, arrow("extracts", rows))
        names = schemas()["extracts"].names
        assert [dict(zip(names, storable(row), strict=True)) for row in rows] == found
    verdicts = [("d", 0, "c", "r", "supported", 0.5, [(text, 1.0)]) for text in texts]
    assert [[(storable(text), 1.0)] for text in texts] == [
        row["features"] for row in returned(opened, arrow("verdicts", verdicts))
    ]


def test_text_comes_back_from_parameters_as_it_was_stored(opened: Store) -> None:
    """Alone, in lists, and as values of a dictionary."""
    texts = hostile()
    (found,) = opened.con.execute("SELECT $texts", storable({"texts": texts})).fetchall()[0]
    assert storable(texts) == found
    for text in texts[:: STRINGS // 200]:
        alone, inside = opened.con.execute(
            "SELECT $one, $two", storable({"one": text, "two": {"a": [text]}})
        ).fetchall()[0]
        assert (storable(text), {"a": [storable(text)]}) == (alone, inside)


def test_spans_in_the_database_are_those_of_python(opened: Store) -> None:
    """substr, slices, lengths and our macro count code points, whatever combines with what."""
    chance = random.Random(SEED)
    rows = []
    for text in map(storable, hostile()):
        start = chance.randint(0, len(text))
        rows.append({"text": text, "a": start, "b": chance.randint(start, len(text))})
    with registered(opened.con, incoming=pa.Table.from_pylist(rows)):
        found = opened.con.sql(
            "SELECT text, a, b, substr(text, a + 1, b - a), text[a + 1:b], span_text(text, a, b), length(text) FROM incoming"
        ).fetchall()
    assert STRINGS == len(found)
    for text, a, b, cut, sliced, span, length in found:
        assert (text[a:b], text[a:b], text[a:b], len(text)) == (cut, sliced, span, length)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_any_text_survives_and_is_cut_alike(opened: Store, text: str, one: int, other: int) -> None:
    """Python's characters hold the surrogates too."""
    kept, (a, b) = storable(text), sorted((one, other))
    assert (kept, kept[a:b]) == opened.con.execute(
        "SELECT $1, substr($1, $2, $3)", [kept, a + 1, b - a]
    ).fetchall()[0]
    (row,) = returned(opened, arrow("articles", [("d", text, [text])]))
    assert {"document_id": "d", "uri": kept, "warnings": [kept]} == row


def made(kind: pa.DataType, text: str) -> Any:
    """A value of an Arrow type in which every string is ``text``."""
    if pa.types.is_string(kind):
        return text
    if pa.types.is_map(kind):
        return [(text, made(kind.item_type, text))]
    if pa.types.is_list(kind):
        return [made(kind.value_type, text)] * 2
    if pa.types.is_struct(kind):
        return {field.name: made(field.type, text) for field in kind}
    if pa.types.is_timestamp(kind):
        return datetime(2026, 5, 4)
    return b"bytes" if pa.types.is_binary(kind) else False if pa.types.is_boolean(kind) else 1


ODD = ["\ud83d and \ude00", "a\0b\x1b[31m\x85", "\u202e\u2066👩‍👩‍👧e\u0301\ufdd0\U0010ffff", "'; --\r\n"]
# What a statement decides for itself.
DECIDED = {"status", "first_run_id", "first_seen"}


@pytest.mark.parametrize("odd", ODD, ids=["surrogates", "controls", "bidi-and-beyond", "quotes"])
@pytest.mark.parametrize("stage", STAGE_TABLES)
def test_a_commit_stores_hostile_text_in_every_text_column(stage: str, odd: str, store: Store) -> None:
    """The rows, the ledger, the issue and the batch: nothing refuses it, nothing changes it."""
    tables = {
        name: arrow(name, [[made(field.type, odd) for field in schemas()[name]]])
        for name in STAGE_TABLES[stage]
    }
    issue = Issue(stage, odd, odd, odd)
    outcomes = [Outcome(odd, odd, odd), Outcome(f"{odd}!", odd, "", kept=False, reason=odd)]
    store.commit(batch(stage, outcomes, tables, run_id=odd, version=odd, issues=[issue]))
    for name, table in tables.items():
        columns = [field.name for field in table.schema if field.name not in DECIDED]
        found = store.con.sql(f'SELECT * FROM "{name}"').to_arrow_table().select(columns).to_pylist()
        assert table.select(columns).to_pylist() == found, name
    kept = storable(odd)
    ledger = "SELECT item, version, input_hash, output_hash, reason, run_id FROM ledger ORDER BY kept DESC"
    assert [
        (kept, kept, kept, kept, "", kept),
        (f"{kept}!", kept, kept, "", kept, kept),
    ] == store.con.execute(ledger).fetchall()
    assert [(stage, kept, kept, kept, kept)] == store.con.execute("SELECT * FROM issues").fetchall()
    (row,) = store.con.sql("SELECT run_id, version, reasons FROM batches").to_arrow_table().to_pylist()
    assert {"run_id": kept, "version": kept, "reasons": [(kept, 1)]} == row
    store.commit(batch(stage, outcomes, tables, run_id=odd, version=odd, issues=[issue]))
    assert 2 == count(store, "ledger")


@pytest.mark.parametrize("odd", ODD, ids=["surrogates", "controls", "bidi-and-beyond", "quotes"])
def test_a_run_is_recorded_with_hostile_words(odd: str, store: Store) -> None:
    """Its command, its version and how it ended; it is found again by the id that it was given."""
    store.start_run(odd, odd, odd, NOON)
    store.end_run(odd, "failed", NOON, odd)
    (row,) = store.rows("run", run_id=odd)
    kept = storable(odd)
    assert (kept, kept, kept) == (row["command"], row["version"], row["detail"])


def test_the_file_of_an_issue_may_have_any_name(tmp_path: Path, store: Store) -> None:
    """Even where an issue is all that a batch holds: twice is once."""
    issue = Issue("acquire", "a\udcff.html", "unreadable_file", "no \ud800 such file")
    for _ in range(2):
        store.commit(batch("acquire", [], issues=[issue]))
    assert 1 == count(store, "issues")

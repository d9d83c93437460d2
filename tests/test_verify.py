"""The checks: each passes on a sound database, and each is seen to fail when what it holds is broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_web import fill_web
from small_world import fill

from tasks.errors import StoreError
from tasks.store.store import Store
from tasks.store.verify import checks, run_checks, verify

# What breaks each check; where several things are checked, each is broken in turn.
BREAKS = [
    ("articles", "UPDATE locations SET role = 'source' WHERE role = 'article'"),
    ("articles", "INSERT INTO articles SELECT 'another', uri, warnings FROM articles"),
    ("articles", "UPDATE documents SET uri = 'elsewhere'"),
    ("block_order", "UPDATE blocks SET block = block + 1"),
    ("block_order", "UPDATE blocks SET start_at = start_at - 3 WHERE block = 1"),
    ("counts", "UPDATE batches SET kept = kept + 1"),
    ("counts", "UPDATE batches SET reasons = MAP {'other': 5::BIGINT} WHERE dropped > 0"),
    ("counts", "DELETE FROM ledger WHERE stage = 'judge'"),
    ("evidence", "DELETE FROM links"),
    ("findings", "UPDATE findings SET suggested = ['1', '2', '3'] WHERE kind = 'swapped_citation'"),
    ("findings", 'UPDATE findings SET "precision" = 1.5'),
    ("findings", "UPDATE findings SET \"precision\" = 'nan'"),
    ("findings", "UPDATE findings SET status = 'perhaps'"),
    ("findings", "UPDATE findings SET reason = ''"),
    ("findings", "UPDATE findings SET uri = 'nowhere'"),
    ("fetches", "UPDATE fetches SET reason = ''"),
    (
        "fetches",
        "DELETE FROM addresses; DELETE FROM raws WHERE document_id IN (SELECT document_id FROM fetches)",
    ),
    ("fetches", "UPDATE pages SET state = 'lost'"),
    ("fetches", "UPDATE pages SET state = 'held'"),
    ("keys", "INSERT INTO pages SELECT * FROM pages LIMIT 1"),
    ("keys", "INSERT INTO fetches SELECT * FROM fetches LIMIT 1"),
    ("keys", "INSERT INTO addresses SELECT * FROM addresses LIMIT 1"),
    ("keys", "INSERT INTO hosts SELECT * FROM hosts LIMIT 1"),
    ("keys", "INSERT INTO documents SELECT * FROM documents LIMIT 1"),
    ("keys", "INSERT INTO links SELECT * FROM links LIMIT 1"),
    ("keys", "INSERT INTO ledger SELECT * FROM ledger LIMIT 1"),
    ("keys", "INSERT INTO embeddings SELECT * FROM embeddings LIMIT 1"),
    ("keys", "UPDATE claims SET claim_id = ''"),
    ("ledger", "UPDATE ledger SET reason = 'why' WHERE kept"),
    ("ledger", "UPDATE ledger SET reason = '' WHERE NOT kept"),
    ("ledger", "UPDATE ledger SET output_hash = '' WHERE kept"),
    ("links", "UPDATE links SET sentences = [1, 0]"),
    ("links", "UPDATE links SET end_at = end_at - 1"),
    ("links", "UPDATE links SET cosine = 2"),
    ("links", "UPDATE links SET role = 'cousin'"),
    ("markers", "UPDATE citations SET start_at = start_at - 1"),
    ("offsets", "UPDATE documents SET offsets_to = [5, 4]"),
    ("offsets", "UPDATE documents SET offsets_from = [0]"),
    ("offsets", "UPDATE documents SET offsets_from = [0, 1000000]"),
    ("references", "DELETE FROM documents"),
    ("references", "DELETE FROM raws"),
    ("references", "DELETE FROM runs"),
    ("references", "DELETE FROM claims"),
    ("references", 'DELETE FROM "references"'),
    ("references", "DELETE FROM citations"),
    ("references", "UPDATE sentences SET block = 99"),
    ("references", "UPDATE resolutions SET source_id = 'nobody'"),
    ("references", "UPDATE batches SET stage = 'cite'"),
    ("resolutions", "UPDATE resolutions SET method = ''"),
    ("resolutions", "UPDATE resolutions SET reason = ''"),
    ("resolutions", "UPDATE resolutions SET score = 1.2"),
    ("rows_of_items", "DELETE FROM extracts WHERE title = 'Boxes of May'"),
    ("rows_of_items", "DELETE FROM articles"),
    ("rows_of_items", "UPDATE locations SET gone = true"),
    ("sentence_cover", "DELETE FROM sentences WHERE sentence = 2"),
    ("sentence_cover", "UPDATE sentences SET end_at = end_at - 1 WHERE sentence = 1"),
    ("sentence_order", "UPDATE sentences SET sentence = sentence + 1"),
    ("sentence_order", "UPDATE sentences SET end_at = end_at + 2"),
    ("spans", "UPDATE claims SET end_at = 100000"),
    ("spans", "UPDATE quotes SET start_at = -1"),
    ("spans", 'UPDATE "references" SET end_at = start_at - 1'),
    ("spans", "UPDATE links SET end_at = 100000"),
    ("spans", "UPDATE extracts SET text = ''"),
    ("text_length", "UPDATE documents SET text = text || '🚢'"),
    ("vectors", "UPDATE embeddings SET vector = list_transform(vector, lambda x: x * 2)::FLOAT[384]"),
    ("vectors", "UPDATE embeddings SET vector = list_transform(vector, lambda x: 'nan'::FLOAT)::FLOAT[384]"),
    ("vectors", "UPDATE embedding_space SET dimension = 768"),
    ("vectors", "DELETE FROM embedding_space"),
    ("vectors", "INSERT INTO embedding_space VALUES ('other', 'other', 'x', 384)"),
    ("verdicts", "UPDATE verdicts SET probability = 1.01 WHERE probability > 0"),
    ("verdicts", "UPDATE verdicts SET probability = NULL"),
    ("verdicts", "UPDATE verdicts SET verdict = 'maybe'"),
    ("verdicts", "UPDATE resolutions SET source_id = NULL, method = ''"),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "w.duckdb"
    with Store.open(path) as store:
        fill(store)
        fill_web(store)
    return path


@pytest.fixture(scope="module")
def one_store(sound, tmp_path_factory):
    path = tmp_path_factory.mktemp("broken") / "w.duckdb"
    with Store.open(Path(shutil.copy(sound, path))) as store:
        yield store


@pytest.fixture
def opened(one_store):
    """A database that is broken in a transaction, and whole again after it."""
    one_store.con.begin()
    yield one_store
    one_store.con.rollback()


def test_a_sound_database_passes_every_check(sound):
    """The checks that are broken below all pass before."""
    assert verify(sound) == []


@pytest.mark.parametrize(("check", "breaking"), BREAKS, ids=[f"{n}-{c}" for n, (c, _) in enumerate(BREAKS)])
def test_a_broken_database_fails_the_check_that_holds_it(opened, check, breaking):
    """With the number of rows, and one of them in words."""
    opened.con.execute(breaking)
    failures = {failure.check: failure for failure in run_checks(opened)}
    assert check in failures
    assert failures[check].rows > 0
    assert f"{failures[check].rows} rows break this, such as " in str(failures[check])


def test_a_broken_database_fails_from_its_file(tmp_path, sound):
    """As the command does it: opened for reading alone."""
    path = Path(shutil.copy(sound, tmp_path / "w.duckdb"))
    with Store.open(path) as store:
        store.con.execute("UPDATE claims SET end_at = 100000")
    assert [failure.check for failure in verify(path)] == ["spans"]


def test_every_check_is_broken_by_something():
    """A check that nothing breaks would check nothing."""
    assert {check for check, _ in BREAKS} == set(checks())


@pytest.mark.parametrize("content", [None, b"no database"], ids=["absent", "text"])
def test_what_cannot_be_read_is_a_clear_error(tmp_path, content):
    """Never an empty list, which would say that all is well."""
    path = tmp_path / "w.duckdb"
    if content:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=r"w\.duckdb"):
        verify(path)

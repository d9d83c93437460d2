"""The store: what is pending, what a commit replaces, and what never happens by half."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_world import (
    ARTICLE,
    CITED,
    COURIER,
    DOCUMENTS,
    FINDINGS,
    LEDGER,
    NOON,
    SPACE,
    acquire,
    batch,
    check,
    edited,
    embed,
    fill,
    kept,
    make_article,
    make_document,
    make_finding,
    make_links,
    make_resolutions,
    make_verdicts,
    pending,
    read,
    unit_vectors,
)

from tasks.errors import EncoderError, LockHeldError, StoreError
from tasks.keys import content_key
from tasks.link.article import reference_vector_text
from tasks.model import (
    Article,
    Block,
    Citation,
    Claim,
    Document,
    Extract,
    Fields,
    Issue,
    Link,
    Mark,
    Metadata,
    Passage,
    Quote,
    Reference,
    Resolution,
    Sentence,
    Verdict,
)
from tasks.store.batch import Outcome
from tasks.store.connect import transaction
from tasks.store.load import (
    load_articles,
    load_documents,
    load_extracts,
    load_links,
    load_raws,
    load_resolutions,
    load_vectors,
)
from tasks.store.logical import logical_content
from tasks.store.rows import (
    Place,
    article_tables,
    document_tables,
    extract_tables,
    judgement_tables,
    link_tables,
    raw_tables,
    resolution_tables,
    sentence_tables,
)
from tasks.store.store import Store
from tasks.store.vectors import EmbeddingSpace, VectorBatch
from tasks.store.verify import verify

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "w.duckdb") as opened:
        yield opened


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A database that holds the whole small world; each test that changes it gets a copy."""
    path = tmp_path_factory.mktemp("template") / "w.duckdb"
    with Store.open(path) as opened:
        fill(opened)
    return path


@pytest.fixture
def filled(tmp_path, template):
    with Store.open(Path(shutil.copy(template, tmp_path / "w.duckdb"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    """One store for the property tests, in which each example replaces the rows of the one before."""
    with Store.open(tmp_path_factory.mktemp("store") / "w.duckdb") as opened:
        yield opened


def count(store: Store, table: str) -> int:
    return store.rows("row_count", table=table)[0]["items"]


def statuses(store: Store) -> dict[str, str]:
    return {row["kind"]: row["status"] for row in store.rows("findings")}


# --- the model comes back equal ---------------------------------------------------------------------

# Lone surrogates are left out: they have no UTF-8 form and are replaced, as a test of its own says.
words = st.text(st.characters(codec="utf-8"), max_size=12)
names = st.lists(words, max_size=3).map(tuple)
numbers = st.integers(0, 2**31 - 1)
shares = st.floats(0, 1)
reals = st.floats(allow_nan=False, allow_infinity=False)
features = st.dictionaries(words, reals, max_size=3)
fields = st.builds(Fields, names, words, words, words, words, words, words)
metadata = st.builds(Metadata, words, names, words, words, words, words)
kinds = st.sampled_from(["heading", "paragraph", "list_item", "quote"])
blocks = st.lists(st.builds(Block, kinds, numbers, numbers, numbers, words), max_size=4).map(tuple)
mark_kinds = st.sampled_from(["superscript", "link"])
marks = st.lists(st.builds(Mark, mark_kinds, numbers, numbers, words), max_size=4).map(tuple)
extracts = st.builds(Extract, words, blocks, marks, metadata, names)
sentences = st.lists(st.builds(Sentence, numbers, numbers, numbers), max_size=4).map(tuple)
offsets = st.lists(st.tuples(numbers, numbers), max_size=4).map(tuple)
documents = st.builds(
    Document, st.just("d"), st.just("u"), words, blocks, marks, metadata, sentences, offsets
)
references = st.builds(
    Reference, words, words, st.sampled_from(["entry", "hyperlink"]), words, numbers, numbers, fields
)
citations = st.builds(Citation, words, words, numbers, numbers, names, names, words, words)
claims = st.builds(Claim, words, words, numbers, numbers, names, st.just(()), words)
quotes = st.builds(Quote, words, words, numbers, numbers, words, words, words)
resolutions = st.lists(st.builds(Resolution, words, words, words, shares, words), max_size=4).map(tuple)
passages = st.builds(
    Passage, words, st.lists(numbers, max_size=3).map(tuple), numbers, numbers, words, reals, reals, reals
)
roles = st.sampled_from(["cited", "sister"])
links = st.lists(st.builds(Link, words, words, roles, numbers, passages, features), max_size=4).map(tuple)
verdict_names = st.sampled_from(["supported", "partially_supported", "not_supported", "source_unavailable"])
verdicts = st.lists(
    st.builds(Verdict, words, words, verdict_names, st.none() | shares, features), max_size=4
).map(tuple)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    some = draw(st.lists(claims, max_size=3, unique_by=lambda claim: claim.id))
    quoted = tuple(
        replace(claim, quotes=tuple(replace(q, claim=claim.id) for q in draw(st.lists(quotes, max_size=2))))
        for claim in some
    )
    return Article(
        draw(documents),
        tuple(draw(st.lists(references, max_size=3))),
        tuple(draw(st.lists(citations, max_size=3))),
        quoted,
        draw(names),
    )


quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(extract=extracts)
def test_an_extract_comes_back_equal(shared_store, extract):
    """Blocks, marks, metadata and warnings, whatever characters they hold."""
    shared_store.commit(batch("extract", kept(["d"]), extract_tables([("d", extract)])))
    assert load_extracts(shared_store, ["d"]) == [("d", extract)]


@quick
@given(document=documents)
def test_a_document_comes_back_equal(shared_store, document):
    """Also NUL, combining characters and those outside the basic plane."""
    shared_store.commit(batch("normalize", kept(["d"]), document_tables([document])))
    shared_store.commit(batch("segment", kept(["d"]), sentence_tables([document])))
    assert load_documents(shared_store, ["d"]) == [document]


@quick
@given(article=articles())
def test_an_article_comes_back_equal(shared_store, article):
    """References, citations, claims and their quotes in order."""
    shared_store.commit(batch("normalize", kept(["d"]), document_tables([article.document])))
    shared_store.commit(batch("segment", kept(["d"]), sentence_tables([article.document])))
    shared_store.commit(batch("cite", kept(["d"]), article_tables([article])))
    assert load_articles(shared_store, ["d"]) == [article]


def verdicts_of(store: Store, document: str) -> tuple[Verdict, ...]:
    """The stored verdicts of an article, in their order."""
    stored = store.con.execute(
        "SELECT claim_id, reference_id, verdict, probability, features FROM verdicts "
        "WHERE document_id = ? ORDER BY ordinal",
        [document],
    ).fetchall()
    return tuple(Verdict(*head, dict(features)) for *head, features in stored)


@quick
@given(some_resolutions=resolutions, some_links=links, some_verdicts=verdicts)
def test_resolutions_links_and_verdicts_come_back_equal(
    shared_store, some_resolutions, some_links, some_verdicts
):
    """In order, with their scores to the last bit."""
    shared_store.commit(batch("resolve", kept(["d"]), resolution_tables([("d", some_resolutions)])))
    shared_store.commit(batch("link", kept(["d"]), link_tables([("d", some_links)])))
    shared_store.commit(
        batch("judge", kept(["d"]), judgement_tables([(("d", "u"), some_verdicts, [])], "run-1"))
    )
    assert load_resolutions(shared_store, ["d"]) == [("d", some_resolutions)]
    assert load_links(shared_store, ["d"]) == [("d", some_links)]
    assert verdicts_of(shared_store, "d") == some_verdicts


def test_lone_surrogates_become_one_replacement_character_each(store):
    """UTF-8 has no form for them; as one character takes the place of one, spans stay right."""
    extract = Extract(
        "a\ud800b\udfff", (Block("paragraph", 0, 4),), (), Metadata(title="\udc80"), ("\ud801",)
    )
    store.commit(batch("extract", kept(["d"]), extract_tables([("d", extract)])))
    expected = replace(
        extract, text="a\ufffdb\ufffd", metadata=Metadata(title="\ufffd"), warnings=("\ufffd",)
    )
    assert load_extracts(store, ["d"]) == [("d", expected)]


def test_what_is_not_held_is_a_clear_error(store):
    """Never a shorter list than what was asked for."""
    with pytest.raises(StoreError, match=r"documents of 1 documents are not held, such as x"):
        load_documents(store, ["x"])


def test_contents_come_back_under_their_smallest_article_place(store):
    """One content in two places is one row, read under the name of the article."""
    twice = [replace(LEDGER, uri="sources/a.txt"), replace(LEDGER, uri="articles/b.txt")]
    acquire(store, twice)
    (loaded,) = load_raws(store, [LEDGER.id])
    assert (loaded[0], loaded[1].uri, loaded[1].content) == (
        LEDGER.id,
        "articles/b.txt",
        LEDGER.text.encode(),
    )
    assert (count(store, "raws"), count(store, "locations")) == (1, 2)


@pytest.mark.parametrize(
    ("expected", "start", "end"),
    [("🚢", 12, 13), ("\u0301", 24, 25), ("lost", 17, 21)],
    ids=["astral", "combining", "after-astral"],
)
def test_a_span_means_the_same_in_sql_and_in_python(store, expected, start, end):
    """Both count code points: neither bytes, nor UTF-16 units, nor what a reader sees as one letter."""
    text = "The harbour 🚢 we lost\npo\u0301rt"
    assert text[start:end] == expected
    assert store.con.execute(
        "SELECT span_text($t, $s, $e)", {"t": text, "s": start, "e": end}
    ).fetchall() == [(expected,)]


def test_a_whole_small_world_passes_every_check_and_comes_back(filled):
    """All stages written, all of it read again."""
    store = filled
    store.close()
    assert verify(store.path) == []
    with Store.open(store.path) as again:
        assert load_articles(again, [ARTICLE.id]) == [CITED]
        assert load_links(again, [ARTICLE.id]) == [(ARTICLE.id, make_links())]
        assert verdicts_of(again, ARTICLE.id) == make_verdicts()
        assert load_resolutions(again, [ARTICLE.id]) == [(ARTICLE.id, make_resolutions())]


# --- what is pending --------------------------------------------------------------------------------


def test_nothing_is_pending_after_a_whole_run(filled):
    """Each stage says so by itself."""
    store = filled
    stages = ("extract", "normalize", "segment", "cite", "resolve", "judge")
    assert {stage: pending(store, stage) for stage in stages} == {stage: {} for stage in stages}
    assert pending(store, "link", space=SPACE.key) == {}
    assert embed(store) == 0


@pytest.mark.parametrize(
    ("items", "stage", "following"),
    [
        (DOCUMENTS, "extract", "normalize"),
        (DOCUMENTS, "normalize", "segment"),
        (DOCUMENTS, "segment", "cite"),
        ((ARTICLE,), "cite", "resolve"),
        ((ARTICLE,), "resolve", "judge"),
        ((ARTICLE,), "judge", "extract"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(len(value)),
)
def test_a_new_version_of_a_stage_makes_its_own_items_pending(filled, items, stage, following):
    """And what follows stays done as long as what comes out is the same."""
    outputs = {row["item"]: row["output_hash"] for row in filled.rows("stage_ledger", stage=stage)}
    due = pending(filled, stage, version="2")
    assert set(due) == {document.id for document in items}
    outcomes = [Outcome(item, due[item], outputs[item]) for item in due]
    tables = {
        "extract": extract_tables([(d.id, Extract(d.text, d.blocks, d.marks, d.metadata)) for d in items]),
        "normalize": document_tables(items),
        "segment": sentence_tables(items),
        "cite": article_tables([CITED]),
        "resolve": resolution_tables([(ARTICLE.id, make_resolutions())]),
        "judge": judgement_tables([(ARTICLE, make_verdicts(), FINDINGS)], "run-2"),
    }
    filled.commit(batch(stage, outcomes, tables[stage], version="2"))
    assert pending(filled, stage, version="2") == {}
    assert pending(filled, following) == {}


def test_another_model_makes_links_pending(filled):
    """The space is part of what link is made of."""
    store = filled
    assert set(pending(store, "link", space="another")) == {ARTICLE.id}


def test_a_new_source_makes_every_article_s_resolutions_pending(filled):
    """It may be what an entry means."""
    store = filled
    globe = make_document("sources/globe.txt", [("paragraph", "", ["The ferry sank twice."])])
    acquire(store, [globe])
    assert pending(store, "resolve") == {}
    read(store, [globe])
    assert set(pending(store, "resolve")) == {ARTICLE.id}


def test_a_source_that_reads_otherwise_makes_its_articles_pending(filled):
    """Here segment gives other sentences: resolve, and link through the sources' own hash."""
    store = filled
    changed = [Outcome(LEDGER.id, pending(store, "segment", version="2")[LEDGER.id], "other sentences")]
    store.commit(batch("segment", changed, sentence_tables([LEDGER]), version="2"))
    assert set(pending(store, "resolve")) == {ARTICLE.id}
    assert (count(store, "links"), count(store, "resolutions"), count(store, "articles")) == (0, 0, 1)
    assert statuses(store)["number_mismatch"] == "open"
    store.close()
    assert verify(store.path) == []


def test_of_articles_with_the_same_text_only_the_first_is_cited(filled):
    """The others are listed apart, to be dropped for that reason; a title alone makes no other text."""
    copy = replace(ARTICLE, id="another-content", uri="articles/a copy.txt")
    store = filled
    acquire(store, [copy])
    read(store, [copy])
    assert set(pending(store, "cite")) == {"another-content"}
    (duplicate,) = store.rows("duplicate_articles", version="1")
    assert (duplicate["item"], duplicate["duplicate_of"]) == (ARTICLE.id, "another-content")
    dropped = Outcome(ARTICLE.id, duplicate["input_hash"], "", kept=False, reason="duplicate_text")
    store.commit(batch("cite", [dropped]))
    assert store.rows("duplicate_articles", version="1") == []
    assert count(store, "claims") == 0
    assert set(statuses(store).values()) == {"closed"}
    store.close()
    assert verify(store.path) == []


def test_a_text_is_pending_once_however_often_it_occurs(store):
    """Texts of blocks, claims and references, the shortest first, in portions that cover all of them.

    Blocks of sources only: nothing is linked to a paragraph of an article that is no source.
    """
    acquire(store, DOCUMENTS)
    read(store, DOCUMENTS)
    check(store)
    whole = {row["text_key"]: row["text"] for row in store.rows("pending_texts", after="", limit=1000)}
    sources = {row["document_id"] for row in store.rows("locations") if row["role"] == "source"}
    expected = {d.text[b.start : b.end] for d in DOCUMENTS for b in d.blocks if d.id in sources}
    expected |= {claim.text for claim in CITED.claims} | set(map(reference_vector_text, CITED.references))
    assert sorted(whole.values()) == sorted(expected)
    assert whole == {content_key(text): text for text in expected}
    assert list(map(len, whole.values())) == sorted(map(len, whole.values()))
    after, portions = "", []
    while rows := store.rows("pending_texts", after=after, limit=3):
        assert len(rows) <= 3
        after = max(row["text_key"] for row in rows)
        portions += [row["text_key"] for row in rows]
    assert sorted(portions) == sorted(whole)
    assert store.rows("pending_texts_count") == [{"texts": len(whole)}]


# --- what a commit replaces ---------------------------------------------------------------------------


def test_a_commit_replaces_the_items_rows_and_no_others(store):
    """The same batch twice leaves the rows of one; other documents' rows stay."""
    acquire(store, DOCUMENTS)
    read(store, DOCUMENTS)
    before = count(store, "blocks"), count(store, "marks"), count(store, "documents")
    store.commit(batch("normalize", kept([LEDGER.id]), document_tables([LEDGER])))
    assert (count(store, "blocks"), count(store, "marks"), count(store, "documents")) == before


def test_a_batch_is_counted_with_its_reasons_and_what_later_batches_took_from_it(store):
    """The items are kept + Σ dropped by reason; superseded says how many ledger rows have gone since."""
    outcomes = [
        *kept(["a", "b"]),
        *(Outcome(i, "in", "", kept=False, reason=r) for i, r in [("c", "x"), ("d", "x"), ("e", "y")]),
    ]
    extract = Extract("", (), (), Metadata())
    tables = extract_tables([("a", extract), ("b", extract)])
    store.commit(batch("extract", outcomes, tables))
    store.commit(batch("extract", kept(["b"]), extract_tables([("b", extract)])))
    row = store.con.execute(
        "SELECT items, kept, dropped, reasons, written, superseded FROM batches ORDER BY batch"
    ).fetchall()
    assert row == [(5, 2, 3, {"x": 2, "y": 1}, 2, 1), (1, 1, 0, {}, 1, 0)]


@pytest.mark.parametrize(
    ("message", "stage", "outcomes", "tables"),
    [
        ("two outcomes", "extract", [*kept(["a"]), *kept(["a"])], {}),
        ("kept with an output, or dropped", "extract", [Outcome("a", "in", "")], {}),
        ("kept with an output, or dropped", "extract", [Outcome("a", "in", "out", reason="x")], {}),
        ("kept with an output, or dropped", "extract", [Outcome("a", "in", "", kept=False)], {}),
        ("no stage 'paint'", "paint", kept(["a"]), {}),
        ("does not write links", "extract", kept(["a"]), link_tables([])),
        (
            "of items that were not kept",
            "extract",
            kept(["a"]),
            extract_tables([("b", Extract("", (), (), Metadata()))]),
        ),
    ],
    ids=["twice", "no-output", "kept-with-reason", "dropped-without", "stage", "table", "stray-row"],
)
def test_a_batch_whose_counts_could_not_add_up_is_refused_whole(store, message, stage, outcomes, tables):
    """Nothing of it is written."""
    with pytest.raises(StoreError, match=message):
        store.commit(batch(stage, outcomes, tables))
    assert (count(store, "batches"), count(store, "ledger"), count(store, "extracts")) == (0, 0, 0)


def test_a_commit_that_fails_halfway_leaves_nothing_behind(store):
    """Here the last table cannot be written: the rows before it go as well."""
    acquire(store, DOCUMENTS)
    tables = document_tables([LEDGER])
    tables["marks"] = tables["marks"].rename_columns(
        ["document_id", "mark", "kind", "start_at", "end_at", "nonsense"]
    )
    before = count(store, "ledger"), count(store, "batches")
    with pytest.raises(StoreError, match="commit of a batch of normalize failed"):
        store.commit(batch("normalize", kept([LEDGER.id]), tables))
    assert (count(store, "documents"), count(store, "blocks")) == (0, 0)
    assert (count(store, "ledger"), count(store, "batches")) == before
    store.commit(batch("normalize", kept([LEDGER.id]), document_tables([LEDGER])))
    assert count(store, "documents") == 1


def test_a_variable_of_python_never_stands_in_for_a_table(store):
    """DuckDB would otherwise take a misspelt table for a variable of the program."""
    incoming_rows = raw_tables([])["raws"]
    assert incoming_rows.num_rows == 0
    with pytest.raises(duckdb.Error, match="does not exist"):
        store.con.execute("SELECT * FROM incoming_rows")


def test_a_stop_between_two_statements_leaves_nothing_behind(store):
    """Also when it is no error of the database, such as Ctrl-C."""
    with pytest.raises(KeyboardInterrupt), transaction(store.con):
        store.con.execute("INSERT INTO embedding_space VALUES ('k', 'n', 'w', 3)")
        raise KeyboardInterrupt
    assert count(store, "embedding_space") == 0


def test_issues_are_kept_once_and_go_with_the_item_that_is_done_again(store):
    """An issue of something that is no item is not written twice; a batch that says nothing new leaves no row."""
    folder = Issue("acquire", "articles", "unreadable_folder", "Permission denied.")
    item = Issue("extract", "d", "text_truncated")
    extract = extract_tables([("d", Extract("", (), (), Metadata()))])
    store.commit(batch("acquire", [], issues=[folder]))
    store.commit(batch("acquire", [], issues=[folder], run_id="run-2"))
    assert (count(store, "issues"), count(store, "batches")) == (1, 1)
    store.commit(batch("extract", kept(["d"]), extract, issues=[item]))
    assert count(store, "issues") == 2
    store.commit(batch("extract", kept(["d"]), extract))
    assert count(store, "issues") == 1


def test_an_item_that_is_dropped_takes_along_what_was_made_of_it(filled):
    """Its text can no longer be read: blocks, claims and links go, findings are closed, and counts add up."""
    store = filled
    dropped = Outcome(ARTICLE.id, ARTICLE.id, "", kept=False, reason="binary_content")
    store.commit(batch("extract", [dropped], version="2"))
    gone = (
        "extracts",
        "documents",
        "blocks",
        "sentences",
        "articles",
        "references",
        "claims",
        "links",
    )
    left = {
        table
        for table in gone
        if ARTICLE.id in store.table(table, ids=[ARTICLE.id]).column("document_id").to_pylist()
    }
    assert left == set()
    assert verdicts_of(store, ARTICLE.id) == ()
    assert set(statuses(store).values()) == {"closed"}
    store.close()
    assert verify(store.path) == []


def test_an_edited_article_keeps_its_texts_and_replaces_what_was_found(filled):
    """Documents of both versions stay; claims, links and verdicts are those of the version that lies there now."""
    store = filled
    after = edited(ARTICLE, "nine", "ten")
    acquire(store, [after])
    assert (count(store, "claims"), count(store, "links"), count(store, "documents")) == (0, 0, 3)
    assert statuses(store)["uncited_claim"] == "open"
    read(store, [after])
    check(store, make_article(after), FINDINGS[:2], run_id="run-2")
    assert count(store, "documents") == 4
    rows = {row["kind"]: row for row in store.rows("findings")}
    assert {kind: row["status"] for kind, row in rows.items()} == {
        "number_mismatch": "open",
        "altered_quote": "open",
        "uncited_claim": "closed",
        "dead_source": "closed",
        "swapped_citation": "closed",
    }
    assert {row["first_run_id"] for row in rows.values()} == {"run-1"}
    assert rows["altered_quote"]["document_id"] == after.id
    store.close()
    # run-2 was not begun as a run here, which the check of references rightly says; nothing else is wrong.
    assert [failure.check for failure in verify(store.path)] == ["references"]


def test_a_finding_that_arises_again_is_open_again_under_its_first_run(filled):
    """Closed and opened, never written anew."""
    store = filled
    for version, findings in [("2", FINDINGS[1:]), ("3", FINDINGS)]:
        due = pending(store, "judge", version=version)
        tables = judgement_tables([(ARTICLE, make_verdicts(), findings)], f"run-{version}")
        store.commit(
            batch("judge", [Outcome(ARTICLE.id, due[ARTICLE.id], "j" + version)], tables, version=version)
        )
        expected = "closed" if version == "2" else "open"
        assert statuses(store)["number_mismatch"] == expected
    assert {row["first_run_id"] for row in store.rows("findings")} == {"run-1"}


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "said otherwise"},
        {"score": 0.1},
        {"precision": 0.5},
        {"labels": ("7",)},
        {"suggested": ("8",)},
        {"claims": ()},
        {"references": ("r",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_finding_that_says_something_else_is_replaced(filled, change):
    """Each column that a reader sees is brought up to date."""
    store = filled
    other = replace(FINDINGS[0], **change)
    due = pending(store, "judge", version="2")
    tables = judgement_tables([(ARTICLE, make_verdicts(), [other, *FINDINGS[1:]])], "run-2")
    store.commit(batch("judge", [Outcome(ARTICLE.id, due[ARTICLE.id], "j2")], tables, version="2"))
    (row,) = [row for row in store.rows("findings") if row["kind"] == "number_mismatch"]
    column = {"claims": "claim_ids", "references": "reference_ids"}.get(
        next(iter(change)), next(iter(change))
    )
    value = next(iter(change.values()))
    assert row[column] == (list(value) if isinstance(value, tuple) else value)
    assert row["first_run_id"] == "run-1"


def test_findings_of_other_articles_are_not_closed(filled):
    """A batch speaks for its own articles alone."""
    store = filled
    other = replace(edited(ARTICLE, "nine", "ten"), uri="articles/other.txt")
    acquire(store, [other])
    read(store, [other])
    check(store, make_article(other), [replace(make_finding("uncited_claim", None, ()), id="other")])
    assert sorted(row["status"] for row in store.rows("findings")) == ["open"] * 6


@pytest.mark.parametrize("way", ["place", "outcome"], ids=["told-by-its-place", "dropped-by-acquire"])
def test_an_article_that_is_gone_leaves_closed_findings_and_its_text(filled, way):
    """What was derived from it goes; documents, blocks and sentences stay."""
    store = filled
    places = [Place("article", ARTICLE.uri, ARTICLE.id, 5, 7, True)] if way == "place" else []
    outcome = Outcome(ARTICLE.uri, "", "", kept=False, reason="gone")
    store.commit(batch("acquire", [outcome], raw_tables([], places)))
    assert {(row["uri"], row["gone"]) for row in store.rows("locations")} == {
        (ARTICLE.uri, True),
        (LEDGER.uri, False),
        (COURIER.uri, False),
    }
    assert (count(store, "claims"), count(store, "verdicts"), count(store, "documents")) == (0, 0, 3)
    assert set(statuses(store).values()) == {"closed"}
    store.close()
    assert verify(store.path) == []


def test_an_article_that_moves_is_cited_anew_under_its_new_uri(filled):
    """The uri is part of what its ids are made of."""
    store = filled
    moved = replace(ARTICLE, uri="articles/a/harbour.txt")
    acquire(store, [moved])
    assert set(pending(store, "cite")) == {ARTICLE.id}
    assert store.con.execute("SELECT uri FROM documents WHERE document_id = ?", [ARTICLE.id]).fetchall() == [
        (moved.uri,)
    ]
    assert set(statuses(store).values()) == {"closed"}


def test_a_place_keeps_the_time_when_it_was_first_seen(store):
    """However often it is read again."""
    acquire(store, [LEDGER])
    (before,) = store.con.execute("SELECT first_seen FROM locations").fetchall()
    store.commit(
        batch(
            "acquire",
            [Outcome(LEDGER.uri, "touched", LEDGER.id)],
            raw_tables([], [Place("source", LEDGER.uri, LEDGER.id, 5, 8, False)]),
        )
    )
    assert store.con.execute("SELECT first_seen, modified_ns FROM locations").fetchall() == [(*before, 8)]


# --- vectors ------------------------------------------------------------------------------------------


def vectors(keys, matrix, run_id="run-1"):
    return VectorBatch(run_id, "1", NOON, 0.1, keys, matrix)


def test_vectors_come_back_to_the_last_bit(store):
    """Those that are not held are left out."""
    matrix = unit_vectors(3)
    store.commit_vectors(SPACE, vectors(["a", "b", "c"], matrix))
    loaded = load_vectors(store, ["c", "a", "x"])
    assert sorted(loaded) == ["a", "c"]
    assert loaded["a"].dtype == np.float32
    assert np.array_equal(loaded["c"], matrix[2])
    assert load_vectors(store, []) == {}


def test_a_text_that_has_a_vector_keeps_it(store):
    """One vector a distinct text, also when two batches bring it, or one brings it twice."""
    matrix = unit_vectors(4)
    store.commit_vectors(SPACE, vectors(["a"], matrix[:1]))
    store.commit_vectors(SPACE, vectors(["a", "b", "b"], matrix[1:]))
    assert count(store, "embeddings") == 2
    assert np.array_equal(load_vectors(store, ["a"])["a"], matrix[0])


def bad(position: int, value: float) -> np.ndarray:
    matrix = unit_vectors(3)
    matrix[position] = value
    return matrix


@pytest.mark.parametrize(
    ("error", "matrix"),
    [
        (EncoderError, bad(1, 0.0)),
        (EncoderError, bad(2, np.nan)),
        (EncoderError, bad(0, np.inf)),
        (EncoderError, unit_vectors(3) * 2),
        (StoreError, unit_vectors(3, 128)),
        (StoreError, unit_vectors(2)),
    ],
    ids=["zero", "nan", "infinite", "not-unit", "dimension", "count"],
)
def test_unsound_vectors_are_refused_whole(store, error, matrix):
    """Not one of the batch is kept."""
    with pytest.raises(error):
        store.commit_vectors(SPACE, vectors(["a", "b", "c"], matrix))
    assert (count(store, "embeddings"), count(store, "batches")) == (0, 0)


def test_vectors_of_another_space_are_refused(store):
    """Mixing is refused with both names; nothing is written."""
    store.commit_vectors(SPACE, vectors(["a"], unit_vectors(1)))
    other = EmbeddingSpace("big@2", "big", "1" * 64, 384)
    with pytest.raises(
        EncoderError, match=r"holds vectors of tiny \(tiny@1\); vectors of big \(big@2\) must not be mixed"
    ):
        store.commit_vectors(other, vectors(["b"], unit_vectors(1)))
    assert count(store, "embeddings") == 1
    assert store.space() == SPACE


def test_replacing_the_space_drops_all_vectors_and_takes_the_new_dimension(store):
    """The table is made anew, with its comments, and takes vectors of the new dimension."""
    comments = store.rows("dictionary_columns")
    store.commit_vectors(SPACE, vectors(["a"], unit_vectors(1)))
    other = EmbeddingSpace("big@2", "big", "1" * 64, 768)
    store.replace_space(other)
    assert (count(store, "embeddings"), store.space()) == (0, other)
    store.commit_vectors(other, vectors(["a"], unit_vectors(1, 768)))
    assert load_vectors(store, ["a"])["a"].shape == (768,)
    expected = [{**row, "data_type": row["data_type"].replace("384", "768")} for row in comments]
    assert store.rows("dictionary_columns") == expected


def test_a_first_space_may_have_any_dimension(store):
    """The database settles on it with the first vectors."""
    other = EmbeddingSpace("big@2", "big", "1" * 64, 12)
    store.commit_vectors(other, vectors(["a"], unit_vectors(1, 12)))
    assert store.space() == other


# --- runs, opening, killing ---------------------------------------------------------------------------


def test_a_run_begins_and_ends_in_one_row(store):
    """With its state and a word on how it ended."""
    store.start_run("r", "workscited run", "0.1", NOON)
    assert store.rows("last_run")[0]["state"] == "running"
    store.end_run("r", "failed", NOON, "disk full")
    (row,) = store.rows("run", run_id="r")
    assert (row["state"], row["detail"], row["ended_at"]) == (
        "failed",
        "disk full",
        NOON.replace(tzinfo=None),
    )


@pytest.mark.parametrize(
    ("message", "run", "state"), [("There is no run", "x", "failed"), ("A run ends as", "r", "tired")]
)
def test_a_run_that_cannot_end_so_is_a_clear_error(store, message, run, state):
    """An unknown run, an unknown state."""
    store.start_run("r", "workscited run", "0.1", NOON)
    with pytest.raises(StoreError, match=message):
        store.end_run(run, state, NOON)


def test_a_database_that_another_process_has_open_is_told_as_such(tmp_path):
    """DuckDB's own lock, held by one who does not know of ours, such as its command line."""
    path = tmp_path / "w.duckdb"
    Store.open(path).close()
    code = "import duckdb, sys\nc = duckdb.connect(sys.argv[1])\nprint('on', flush=True)\nsys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(LockHeldError, match="Another process has"):
            Store.open(path)
    finally:
        process.kill()
        process.communicate()


KILLED = """
import os, signal, sys
sys.path.insert(0, "tests")
from pathlib import Path
from small_world import fill
import tasks.store.commit as commit
from tasks.store.store import Store

# Ends the process, as kill -9 does, at the given write of the whole run: before its commit.
countdown = int(sys.argv[2])
write = commit._write
def counted(con, statement, **tables):
    global countdown
    countdown -= 1
    if countdown == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    write(con, statement, **tables)
commit._write = counted
with Store.open(Path(sys.argv[1])) as store:
    fill(store)
"""


@pytest.mark.parametrize("at", [2, 9, 14, 21, 27, 38], ids=lambda at: f"write-{at}")
def test_a_run_killed_inside_a_commit_is_completed_by_the_next(tmp_path, at):
    """Nothing of the batch is there, everything before it is, and the next run ends where an undisturbed one does."""
    whole, killed = tmp_path / "whole.duckdb", tmp_path / "killed.duckdb"
    with Store.open(whole) as store:
        fill(store)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(killed), str(at)], cwd=ROOT, env=os.environ, check=False
    )
    assert done.returncode == -9
    assert [failure.check for failure in verify(killed)] == []
    with Store.open(killed) as store:
        store.con.execute("DELETE FROM runs")
        fill(store)
    assert logical_content(killed) == logical_content(whole)
    assert verify(killed) == []


def test_logical_content_does_not_depend_on_order_time_or_run(tmp_path):
    """And does depend on everything else."""
    contents = []
    for name, documents, run in [
        ("a", DOCUMENTS, "run-1"),
        ("b", DOCUMENTS[::-1], "run-9"),
        ("c", DOCUMENTS[:2], "run-1"),
    ]:
        with Store.open(tmp_path / name) as store:
            for document in documents:
                acquire(store, [document], run)
            read(store, documents, run)
        contents.append(logical_content(tmp_path / name))
    assert contents[0] == contents[1]
    different = {table for table in contents[0] if contents[0][table] != contents[2][table]}
    assert different == {
        "ledger",
        "locations",
        "raws",
        "extracts",
        "documents",
        "blocks",
        "marks",
        "sentences",
    }

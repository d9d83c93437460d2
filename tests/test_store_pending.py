"""What each stage has still to do, as the ledger tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_world import (
    ARTICLE,
    CITED,
    DOCUMENTS,
    FINDINGS,
    LEDGER,
    SPACE,
    acquire,
    batch,
    check,
    count,
    embed,
    make_document,
    make_resolutions,
    make_verdicts,
    pending,
    read,
    statuses,
)

from tasks.keys import content_key
from tasks.link.article import reference_vector_text
from tasks.model import (
    Extract,
)
from tasks.store.batch import Outcome
from tasks.store.rows import (
    article_tables,
    document_tables,
    extract_tables,
    judgement_tables,
    resolution_tables,
    sentence_tables,
)
from tasks.store.verify import verify


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

"""What is stored comes back equal, whatever characters it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_world import (
    ARTICLE,
    CITED,
    LEDGER,
    acquire,
    batch,
    count,
    kept,
    make_links,
    make_resolutions,
    make_verdicts,
    verdicts_of,
)

from tasks.errors import StoreError
from tasks.model import (
    Article,
    Block,
    Citation,
    Claim,
    Document,
    Extract,
    Fields,
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
from tasks.store.load import (
    load_articles,
    load_documents,
    load_extracts,
    load_links,
    load_raws,
    load_resolutions,
)
from tasks.store.rows import (
    article_tables,
    document_tables,
    extract_tables,
    judgement_tables,
    link_tables,
    resolution_tables,
    sentence_tables,
)
from tasks.store.store import Store
from tasks.store.verify import verify


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    """One store for the property tests, in which each example replaces the rows of the one before."""
    with Store.open(tmp_path_factory.mktemp("store") / "w.duckdb") as opened:
        yield opened


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


quick = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


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

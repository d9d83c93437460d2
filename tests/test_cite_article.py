"""An article is read whole: its references, citations, claims and quotes, with ids that last."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import build, read

from tasks.cite.article import cite
from tasks.cite.entries import MAX_ENTRY_CHARACTERS
from tasks.model import Article, Document, Fields

# trafilatura tries to import a SOCKS proxy that nothing here needs, and urllib3 warns that it is absent.
SOCKS = pytest.mark.filterwarnings("ignore:SOCKS support in urllib3")
POST = 'Ferris, Amie. "Russia invites Taliban to Moscow." The Post, 24 Aug. 2018. https://post.example/a'
PRESS = "Baldor, Lolita. “US declines invitation to talks.” The Press, 23 Aug. 2018."
WIRE = "Iwu, Sanna. “Afghanistan stays at home for now.” The Wire, 22 Aug. 2018."
FIRST = "The talks begin in early May (1). “We will not go there,” Elin Marsh told the Press (2)."
SECOND = "The trees are dying (1, 3). The city employs 19 gardeners for all of its trees."
NOTES = ("# Notes", f"1. {POST}", f"2. {PRESS}", f"3. {WIRE}")


def ids(article: Article) -> dict[str, set[str]]:
    return {
        "references": {reference.id for reference in article.references},
        "citations": {citation.id for citation in article.citations},
        "claims": {claim.id for claim in article.claims},
        "quotes": {quote.id for claim in article.claims for quote in claim.quotes},
    }


def pointed_at(article: Article) -> list[list[str]]:
    texts = {reference.id: reference.fields.url or reference.text for reference in article.references}
    return [[texts[key] for key in citation.references] for citation in article.citations]


def test_an_article_is_read_whole() -> None:
    """References, citations, claims and quotes come out of an article, tied to each other."""
    article = cite(build("# Title", FIRST, SECOND, *NOTES))
    assert [(reference.label, reference.text) for reference in article.references] == [
        ("1", POST),
        ("2", PRESS),
        ("3", WIRE),
    ]
    assert article.references[1].fields.title == "US declines invitation to talks"
    assert [citation.marker for citation in article.citations] == ["(1)", "(2)", "(1, 3)"]
    assert pointed_at(article) == [["https://post.example/a"], [PRESS], ["https://post.example/a", WIRE]]
    assert [len(claim.citations) for claim in article.claims] == [1, 1, 1, 0]
    [quote] = article.claims[1].quotes
    assert (quote.text, quote.speaker, quote.cue) == ("We will not go there", "Elin Marsh", "told")
    assert quote.claim == article.claims[1].id
    assert article.warnings == ()


EDITS = {
    "renumbered": (FIRST.replace("(1)", "(3)").replace("(2)", "(1)"), SECOND.replace("(1, 3)", "(3, 2)"), "# Notes", f"1. {PRESS}", f"2. {WIRE}", f"3. {POST}"),
    "another-paragraph": ("Something was put in front of it all, about 40 people (2).", FIRST, SECOND, *NOTES),
    "another-style": (FIRST.replace("(", "[").replace(")", "]"), SECOND.replace("(", "[").replace(")", "]"), *NOTES),
    "another-entry": (FIRST, SECOND, *NOTES, "4. Valk, Imre. “Nobody comes to the talks.” The Times, 21 Aug. 2018."),
    "another-typography": (FIRST.replace("“", '"').replace("”", '"'), SECOND, *NOTES),
    "marker-behind-the-stop": (FIRST.replace(" (1).", ".(1)"), SECOND, *NOTES),
}  # fmt: skip


@pytest.mark.parametrize("blocks", [pytest.param(blocks, id=name) for name, blocks in EDITS.items()])
def test_ids_outlive_edits_elsewhere(blocks: tuple[str, ...]) -> None:
    """Renumbering the list, editing another paragraph or another style of marker changes no id."""
    before, after = ids(cite(build("# Title", FIRST, SECOND, *NOTES))), ids(cite(build("# Title", *blocks)))
    assert {kind: before[kind] - after[kind] for kind in before} == {kind: set() for kind in before}


def test_equal_claims_and_entries_have_ids_of_their_own() -> None:
    """The same words twice are two claims and two references."""
    article = cite(
        build("# Title", "It fell (1). It rose (2). It fell (2).", "# Notes", f"1. {POST}", f"2. {POST}")
    )
    assert len(ids(article)["claims"]) == 3
    assert len(ids(article)["references"]) == 2


def test_ids_belong_to_the_article() -> None:
    """The same words in another article have other ids; the document's own id does not count."""
    document = build("# Title", FIRST, *NOTES)
    elsewhere = Document(
        document.id,
        "b.txt",
        *(getattr(document, name) for name in ("text", "blocks", "marks", "metadata", "sentences")),
    )
    same = Document(
        "other",
        *(getattr(document, name) for name in ("uri", "text", "blocks", "marks", "metadata", "sentences")),
    )
    assert not ids(cite(document))["claims"] & ids(cite(elsewhere))["claims"]
    assert ids(cite(document)) == ids(cite(same))


LONG = f"{POST} " + "A very long entry of 2018. " * 200


@pytest.mark.parametrize(
    ("expected", "blocks"),
    [
        pytest.param((), ["It fell (1). It rose (2).", *NOTES], id="all-well"),
        pytest.param(("no_reference_list", "no_markers"), ["It fell."], id="nothing"),
        pytest.param(("list_without_markers",), ["It fell.", *NOTES], id="no-markers"),
        pytest.param(("markers_without_list",), ["It fell (1). It rose (2)."], id="no-list"),
        pytest.param(
            ("duplicate_label",), ["It fell (1). It rose (2).", *NOTES, f"2. {WIRE}"], id="label-twice"
        ),
        pytest.param(
            ("entry_too_long",), ["It fell (1). It rose (2).", *NOTES, f"4. {LONG}"], id="long-entry"
        ),
        pytest.param(
            ("entry_too_long",), ["It fell (1).", "# Notes", LONG, POST], id="long-entry-unnumbered"
        ),
        pytest.param(
            ("entries_run_together",),
            ["It fell (1). It rose (2).", "# Notes", f"1. {POST} [2] {PRESS}"],
            id="two-entries-in-one",
        ),
        pytest.param((), ["It fell in <a https://a.example/x>early May</a>, they say."], id="links-only"),
    ],
)
def test_what_is_missing_is_told(expected: tuple[str, ...], blocks: list[str]) -> None:
    """Each lack of list or markers has a reason code of its own."""
    assert cite(build("# Title", *blocks)).warnings == expected


def test_an_entry_that_is_too_long_is_kept_as_text() -> None:
    """An entry of 5,000 characters keeps its words and gets no fields."""
    assert len(LONG) > MAX_ENTRY_CHARACTERS
    article = cite(build("# Title", "It fell (1). It rose (2).", "# Notes", f"1. {LONG}", f"2. {POST}"))
    assert [(len(r.text), r.fields == Fields()) for r in article.references] == [
        (len(LONG.strip()), True),
        (len(POST), False),
    ]


def test_a_marker_without_entry_is_a_citation_of_nothing() -> None:
    """A dangling marker keeps its labels and names no reference."""
    article = cite(build("# Title", "It fell (1). It rose (2). It fell again (7).", *NOTES))
    assert [(citation.labels, len(citation.references)) for citation in article.citations] == [
        (("1",), 1),
        (("2",), 1),
        (("7",), 0),
    ]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(["1", "2"], "It fell (1). It rose (2).", id="numbered-by-place"),
        pytest.param(["", ""], "It fell. It rose.", id="without-numbers"),
    ],
)
def test_an_unnumbered_list_is_numbered_where_markers_are(expected: list[str], text: str) -> None:
    """Entries without labels get their places as labels only if the prose has numbers."""
    assert [
        reference.label for reference in cite(build("# Title", text, "# Notes", POST, PRESS)).references
    ] == expected


def test_numbered_notes_come_before_a_bibliography() -> None:
    """With notes and a bibliography, markers mean the notes, and the bibliography has no labels."""
    article = cite(
        build(
            "# Title",
            "It fell (1). It rose (2).",
            "# Notes",
            f"1. {PRESS}",
            f"2. {WIRE}",
            "# Bibliography",
            POST,
        )
    )
    assert pointed_at(article) == [[PRESS], [WIRE]]
    assert [reference.label for reference in article.references] == ["1", "2", ""]


def test_each_chapter_has_its_own_notes() -> None:
    """Where every chapter ends with notes numbered from 1, a marker means the notes that follow it."""
    chapters = [
        "It fell (1). It rose again at once and nobody knew why that was so (2).",
        "# Notes",
        f"1. {PRESS}",
        f"2. {WIRE}",
    ]
    later = ["# Chapter", "It stayed as it was for a very long time (1).", "# Notes", f"1. {POST}"]
    assert pointed_at(cite(build("# Title", *chapters, *later))) == [
        [PRESS],
        [WIRE],
        ["https://post.example/a"],
    ]


def test_the_address_behind_an_entry_counts_where_none_is_printed() -> None:
    """An entry whose title is linked has that address; a printed one wins."""
    linked = (
        "1. Iwu, Sanna. <a https://wire.example/b>“Afghanistan stays at home.”</a> The Wire, 22 Aug. 2018."
    )
    both = f"2. <a https://elsewhere.example/c>Ferris</a>{POST.removeprefix('Ferris')}"
    article = cite(build("# Title", "It fell (1). It rose (2).", "# Notes", linked, both))
    assert [reference.fields.url for reference in article.references] == [
        "https://wire.example/b",
        "https://post.example/a",
    ]


LINK = "The talks will begin in <a {}>early May of this year</a>, as many had hoped."


@pytest.mark.parametrize(
    ("expected", "blocks"),
    [
        pytest.param(["https://a.example/x"], [LINK.format("https://a.example/x")], id="another-site"),
        pytest.param([], [LINK.format("https://own.example/x")], id="own-site"),
        pytest.param([], [LINK.format("https://www.own.example/x")], id="own-site-www"),
        pytest.param([], [LINK.format("https://blog.own.example/x")], id="own-site-below"),
        pytest.param([], [LINK.format("/about")], id="path"),
        pytest.param([], [LINK.format("#part")], id="same-page"),
        pytest.param([], [LINK.format("mailto:a@a.example")], id="mail"),
        pytest.param([], [LINK.format("javascript:void(0)")], id="script"),
        pytest.param([], [LINK.format("https://www.facebook.com/sharer/sharer.php?u=x")], id="sharing"),
        pytest.param([], [LINK.format("https://twitter.com/intent/tweet?x=1")], id="tweeting"),
        pytest.param(["https://twitter.com/someone/status/1"], [LINK.format("https://twitter.com/someone/status/1")], id="post"),
        pytest.param([], [LINK.format("https://a.example/")], id="front-page"),
        pytest.param([], [LINK.format("http://[broken")], id="broken-address"),
        pytest.param([], ["<a https://a.example/x>Read more about the talks in May.</a>"], id="nothing-but-link"),
        pytest.param([], ["Photo by <a https://a.example/x>Nora Castell</a>"], id="caption"),
        pytest.param([], ["## The talks in <a https://a.example/x>May</a>."], id="heading"),
        pytest.param(["https://a.example/x"], ["The talks begin in early May (https://a.example/x)."], id="typed-out"),
        pytest.param(["https://a.example/x"], [LINK.format("https://a.example/x"), LINK.format("https://a.example/x#part")], id="once-a-page"),
    ],
)  # fmt: skip
def test_links_to_other_sites_are_references(expected: list[str], blocks: list[str]) -> None:
    """A link in a sentence to a page of another site serves as a reference; other links do not."""
    article = cite(build("# Title", *blocks, url="https://own.example/article"))
    assert [reference.fields.url for reference in article.references] == expected
    assert {(reference.kind, reference.label) for reference in article.references} <= {("hyperlink", "")}
    assert {key for citation in article.citations for key in citation.references} == ids(article)[
        "references"
    ]


def test_a_link_stands_for_its_sentence() -> None:
    """The citation of a link is its words; its claim is the sentence, with those words in it."""
    article = cite(build("# Title", LINK.format("https://a.example/x")))
    [citation], [claim] = article.citations, article.claims
    assert (citation.marker, citation.labels, citation.target) == (
        "early May of this year",
        (),
        "https://a.example/x",
    )
    assert claim.text == "The talks will begin in early May of this year, as many had hoped."


def test_an_address_typed_out_is_no_word_of_its_claim() -> None:
    """An address in brackets is the marker, and is left out of the claim."""
    [claim] = cite(build("# Title", "The talks begin in early May (https://a.example/x).")).claims
    assert claim.text == "The talks begin in early May"


def test_a_link_to_the_page_of_an_entry_cites_that_entry() -> None:
    """A link beside a list names the list's entry where it has that page."""
    article = cite(
        build("# Title", f"It fell (1). It rose (2). {LINK.format('https://www.post.example/a/')}", *NOTES)
    )
    assert pointed_at(article)[-1] == ["https://post.example/a"]
    assert len(article.references) == 3


def test_a_linked_marker_keeps_where_it_leads() -> None:
    """A marker that links to another site is a numeric citation with that target."""
    article = cite(build("# Title", "It fell <a https://wire.example/b>[1]</a>. It rose [2].", *NOTES))
    assert [(citation.labels, citation.target) for citation in article.citations] == [
        (("1",), "https://wire.example/b"),
        (("2",), ""),
    ]
    assert len(article.references) == 3


def test_the_seed_article(shared: Path) -> None:
    """The article with the swapped markers gives 3 references and 4 citations, and no silly claims."""
    [path] = sorted((shared / "seeds").glob("*.txt"))
    article = cite(read(path))
    assert [reference.label for reference in article.references] == ["1", "2", "3"]
    assert [citation.marker for citation in article.citations] == ["(1)", "(2)", "(3)", "(3)"]
    quotes = [(quote.speaker, quote.cue) for claim in article.claims for quote in claim.quotes]
    assert quotes == [
        ("ministry spokesman Sebghatullah Ahmadi", "told"),
        ("a State Department official", "according to"),
        ("", ""),
    ]
    assert [claim.text for claim in article.claims if not claim.citations] == []
    assert article.warnings == ()


@SOCKS
def test_the_example_articles(examples: Path) -> None:
    """Every entry and marker of the example articles is found as written down beside them, and no other."""
    for expected in json.loads((examples / "expected.json").read_text("utf-8")):
        article = cite(read(examples / expected["article"]))
        found = [(citation.labels, citation.target) for citation in article.citations]
        assert found == [(tuple(marker["labels"]), marker["target"]) for marker in expected["markers"]], (
            expected["article"]
        )
        assert [reference.label for reference in article.references] == [
            entry["label"] for entry in expected["references"]
        ]
        assert article.warnings == ()


@SOCKS
def test_uncited_claims_of_the_example_articles(examples: Path) -> None:
    """The one sentence that was left without marker on purpose is listed, and none besides."""
    planted = json.loads((examples / "planted.json").read_text("utf-8"))
    wanted = [(item["article"], item["claim"]) for item in planted if item["kind"] == "uncited_claim"]
    found = [
        (f"articles/{path.name}", claim.text)
        for path in sorted((examples / "articles").iterdir())
        for claim in cite(read(path)).claims
        if not claim.citations
    ]
    assert len(found) == len(wanted)
    assert all(
        article == name and words in text
        for (article, text), (name, words) in zip(found, wanted, strict=True)
    )


TOKENS = st.sampled_from([
    "Works Cited", "1.", "[1]", "(2)", "¹", "“", "”", '"', "‘", "’", "said", "Elin Marsh", "told", "according to", ".", " ", "\n",
    "#", "https://a.example/x", "2018", "40", "percent", "The", "he", "(", ")", "[", "]", "↩", "^", "\ud800", "é", "行", "\0", "�", "–", ",",
])  # fmt: skip
BLOCKS = st.lists(st.one_of(st.text(max_size=60), st.lists(TOKENS, max_size=25).map(" ".join)), max_size=6)


@given(BLOCKS, st.sampled_from(["", "en", "de", "xx", "-"]))
def test_any_text_can_be_read(blocks: list[str], language: str) -> None:
    """No text raises, every span holds what it says, ids are unique, and reading twice is the same."""
    document = build(*blocks, language=language)
    article = cite(document)
    text = document.text
    assert all(text[reference.start : reference.end] == reference.text for reference in article.references)
    assert all(text[citation.start : citation.end] == citation.marker for citation in article.citations)
    assert all(0 <= claim.start <= claim.end <= len(text) for claim in article.claims)
    quotes = [(claim, quote) for claim in article.claims for quote in claim.quotes]
    assert all(
        claim.start <= quote.start < quote.end <= claim.end and quote.claim == claim.id
        for claim, quote in quotes
    )
    assert [citation.start for citation in article.citations] == sorted(
        citation.start for citation in article.citations
    )
    assert {citation.claim for citation in article.citations} <= ids(article)["claims"]
    made = [len(article.references), len(article.citations), len(article.claims), len(quotes)]
    assert [len(found) for found in ids(article).values()] == made
    assert cite(document) == article


def test_claims_hold_no_markers() -> None:
    """The text of a claim is free of markers whatever their style."""
    styles = [
        "It fell (1). It rose (2).",
        "It fell [1]. It rose [2].",
        "It fell.¹ It rose.²",
        "It fell.[^1] It rose.[^2]",
        "It fell<sup>1</sup>. It rose<sup>2</sup>.",
    ]
    texts = [claim.text for style in styles for claim in cite(build("# Title", style, *NOTES)).claims]
    assert len(texts) == 2 * len(styles)
    assert not any(re.search(r"[\d¹²^()\[\]]", text) for text in texts)

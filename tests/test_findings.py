"""Findings: each kind is raised where it should be, and not where it should not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.judge.article import judge_article
from tasks.judge.contradictions import find_number_mismatch
from tasks.judge.evidence import Evidence, find_by_basis
from tasks.judge.findings import LEAST_PRECISION, by_entries, raise_findings
from tasks.judge.models import LogisticModel, load_models
from tasks.judge.numbering import ClaimFit
from tasks.link.article import link_article
from tasks.link.candidates import prepare_source
from tasks.link.numbers import find_quantities
from tasks.link.vectors import Vectors
from tasks.model import Article, Document, Finding, Metadata
from tests.made_articles import make_article, make_entry, make_page, make_vectors

# The rules alone are tried here: as if every kind had been measured to be always right.
KINDS = ("swapped_citation", "off_by_one", "miscited")
SURE = replace(
    load_models(), precision=dict.fromkeys([*load_models().precision, *KINDS, *map(by_entries, KINDS)], 1.0)
)

STORIES = {
    "1": ("Ferry service ends", "The ferry to the island stopped in May after forty years. | It was old."),
    "2": ("Oysters die", "Oysters died in the warm bay, and growers sued the council. | It was hot."),
    "3": ("Bridge sold", "A foreign bank bought the iron bridge over the Arle for 12 million dollars. | Few came."),
    "4": ("Library shut", "The branch library shut its reading room to save heat. | “We had no warning at all of "
          "the closure,” said Ilse Marwick. | 4,500 readers signed a letter. | " + "More was said of books. " * 40),
    "5": ("Night train", "The sleeper to the capital is fully booked until winter. | " + "Fares rose. " * 60),
}  # fmt: skip
ENTRIES = tuple(
    make_entry(label, title, url=f"https://e{label}.example/x") for label, (title, _) in STORIES.items()
)
SAID = {
    "1": "The ferry to the island stopped in May after forty years.",
    "2": "Oysters died in the warm bay, and growers sued the council.",
    "3": "A foreign bank bought the iron bridge over the Arle for 12 million dollars.",
    "4": "The branch library shut its reading room to save heat.",
    "5": "The sleeper to the capital is fully booked until winter.",
}
PAGES = {
    f"r{label}": make_page(f"p{label}", text, title=title, url=f"https://e{label}.example/x")
    for label, (title, text) in STORIES.items()
}


def find(
    article: Article, pages: dict[str, Document], vectors: Vectors | None = None, models=SURE
) -> list[Finding]:
    """The findings of an article whose entries' pages are ``pages``."""
    vectors = vectors or make_vectors()
    held = {reference: prepare_source(page) for reference, page in pages.items()}
    return raise_findings(article, link_article(article, held, vectors), pages, vectors, models)


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Kind, labels and suggested labels, each joined by spaces."""
    return [(one.kind, " ".join(one.labels), " ".join(one.suggested)) for one in findings]


def cite(*numbers: str, story: str = "12345") -> list[tuple[str, str]]:
    """Claims that say the stories in order and carry these numbers."""
    return [(SAID[label], number) for label, number in zip(story, numbers, strict=True)]


@pytest.mark.parametrize(
    ("expected", "claims"),
    [
        pytest.param([], cite("1", "2", "3", "4", "5"), id="every number right"),
        pytest.param([("swapped_citation", "2 1", "1 2")], cite("2", "1", "3", "4", "5"), id="two exchanged"),
        pytest.param([("swapped_citation", "4 1", "1 4")], cite("4", "2", "3", "1", "5"), id="far apart"),
        pytest.param(
            [("off_by_one", "2 3 4", "1 2 3")], cite("2", "3", "4", "4", "5"), id="a run of the next number"
        ),
        pytest.param(
            [("off_by_one", "1 2 3", "2 3 4")], cite("1", "1", "2", "3", "5"), id="a run of the number before"
        ),
        pytest.param([("miscited", "5", "3")], cite("1", "2", "5", "4", "5") + cite("3", story="3"), id="one wrong"),
        pytest.param([], [(SAID["1"], "1,2"), (SAID["2"], "2,1"), *cite("3", "4", "5", story="345")], id="two each"),
    ],
)  # fmt: skip
def test_wrong_numbers_are_told_with_the_right_ones(
    expected: list[tuple[str, str, str]], claims: list[tuple[str, str]]
) -> None:
    """Labels as printed, what they should read in the same order; silent where every number is right."""
    assert told(find(make_article(ENTRIES, claims), PAGES)) == expected


def test_a_misnumbering_says_why() -> None:
    """The claims, the entries that fit, and what their pages say."""
    (finding,) = find(make_article(ENTRIES, cite("2", "1", "3", "4", "5")), PAGES)
    assert finding.claims == ("c1", "c2")
    assert "Ferry service ends" in finding.reason
    assert "stopped in May" in finding.reason
    assert finding.precision == SURE.precision["swapped_citation"]


# Longer endings are pages of their own.
LONG = 600
QUOTED = "It was sudden: “{}”, said Marwick of the library room."


@pytest.mark.parametrize(
    ("expected", "quote", "label"),
    [
        pytest.param([], "We had no warning at all of the closure", "4", id="exact"),
        pytest.param([], "We had no warning … of the closure", "4", id="trimmed"),
        pytest.param(
            ["altered_quote"], "We had fair warning at all of the closure", "4", id="one other word"
        ),
        pytest.param(
            ["altered_quote"], "We had no warning of the closure", "4", id="omission without a mark"
        ),
        pytest.param(["unsupported_claim"], "Nobody will ever read a book here again", "4", id="absent"),
        pytest.param([], "closed for good", "4", id="absent, but short"),
        pytest.param([], "We had no warning at all of the closure", "1,4", id="one of two pages has it"),
        pytest.param([], "Nobody will ever read a book here again", "4,9", id="cites what is not there too"),
    ],
)
def test_a_quotation_is_held_against_the_pages_it_cites(expected: list[str], quote: str, label: str) -> None:
    """Altered or absent words are told; a page that is missing might have them."""
    entries = (*ENTRIES, make_entry("9", "Lost page"))
    claims = [*cite("1", "2", "3", "5", "9", story="12351"), (QUOTED.format(quote), label), (SAID["4"], "4")]
    found = find(make_article(entries, claims), PAGES)
    assert [one.kind for one in found if one.claims == ("c6",)] == expected


@pytest.mark.parametrize(
    ("expected", "claim"),
    [
        pytest.param("supported", SAID["3"], id="as the page says"),
        pytest.param("partially_supported", SAID["3"].replace("12", "17"), id="another number"),
    ],
)
def test_a_contradicted_claim_is_not_called_supported(expected: str, claim: str) -> None:
    """However near the page comes, a finding against the claim takes "supported" back, not the probability."""
    models = replace(SURE, supported=LogisticModel(2.0, {}), not_supported=LogisticModel(-2.0, {}))
    article, vectors = make_article(ENTRIES, [(claim, "3"), (SAID["1"], "1")]), make_vectors()
    links = link_article(article, {r: prepare_source(page) for r, page in PAGES.items()}, vectors)
    verdicts, _ = judge_article(article, links, PAGES, vectors, models)
    assert [one.verdict for one in verdicts] == [expected, "supported"]
    assert len({one.probability for one in verdicts}) == 1


def test_an_altered_quotation_is_told_word_by_word() -> None:
    """What stands there, and what for."""
    claim = QUOTED.format("We had fair warning at all of the closure")
    (finding,) = find(make_article(ENTRIES[3:4], [(claim, "4")]), PAGES)
    assert "“fair” stands for “no”" in finding.reason
    assert "We had no warning at all of the closure" in finding.reason
    assert finding.labels == ("4",)


def test_a_number_inside_an_altered_quotation_is_told_once() -> None:
    """The alteration names both numbers; the same number outside the quotation is told on its own."""
    quote = "“We gave it up after 31 years, for all that was said,” said Marwick."
    page = make_page("p4", "“We gave it up after 13 years, for all that was said,” said Marwick.")
    found = find(make_article(ENTRIES[3:4], [(quote, "4")]), {"r4": page})
    assert [one.kind for one in found] == ["altered_quote"]
    outside = "Marwick gave up after 31 years: “We gave it up after 31 years, for all that was said”."
    found = find(make_article(ENTRIES[3:4], [(outside, "4")]), {"r4": page})
    assert [one.kind for one in found] == ["altered_quote", "number_mismatch"]


def test_words_that_nobody_spoke_are_no_quotation() -> None:
    """Scare quotes, slogans and titles need stand in no page."""
    claim = "It was “the long slow death of a room of books”, Marwick of the library thinks."
    assert find(make_article(ENTRIES[3:4], [(claim, "4")]), PAGES) == []


@pytest.mark.parametrize(
    ("expected", "end", "language"),
    [
        pytest.param(["unsupported_claim"], "It closed at noon.", "", id="whole"),
        pytest.param(["unsupported_claim"], "It closed at noon.", "en-GB", id="whole, a country's English"),
        pytest.param([], "Subscribe to continue reading.", "", id="subscribe"),
        pytest.param([], "Log in to read the rest.", "", id="log in"),
        pytest.param([], "Already a subscriber? Welcome back.", "", id="for subscribers"),
        pytest.param([], "The mayor said that …", "", id="breaks off"),
        pytest.param([], "The mayor said that... Read more »", "", id="breaks off before a link"),
        pytest.param([], "It closed at noon.", "nl", id="says that it is in another language"),
        pytest.param(
            [],
            "Die Bibliothek schließt ihren Lesesaal, und der Rat der Stadt ist nicht zu sprechen. " * 30,
            "en",
            id="is in another language, whatever it says",
        ),
    ],
)
def test_only_a_whole_page_in_the_articles_language_lacks_a_quotation(
    expected: list[str], end: str, language: str
) -> None:
    """Teasers and translations cannot hold the article's words."""
    start = "" if len(end) > LONG else "Books were lent to all who came. " * 30
    page = make_page("p4", f"{start}{end}", title="Library shut")
    page = replace(page, metadata=replace(page.metadata, language=language))
    article = make_article(ENTRIES[3:4], [(QUOTED.format("Nobody will ever read a book here again"), "4")])
    article = replace(article, document=replace(article.document, metadata=Metadata(language="en")))
    assert [one.kind for one in find(article, {"r4": page})] == expected


def test_a_stub_of_a_page_cannot_show_that_a_quotation_is_absent() -> None:
    """A few lines before a paywall are not the page."""
    claim = QUOTED.format("Nobody will ever read a book here again")
    stub = make_page("p4", "The branch library shut its reading room to save heat.", title="Library shut")
    assert find(make_article(ENTRIES[3:4], [(claim, "4")]), {"r4": stub}) == []


@pytest.mark.parametrize(
    ("expected", "claim"),
    [
        pytest.param([], "The bank bought the iron bridge for 12 million dollars.", id="the same"),
        pytest.param([], "The bank bought the iron bridge for $12.2 million.", id="rounds to it"),
        pytest.param(
            ["number_mismatch"], "The bank bought the iron bridge for 21 million dollars.", id="another"
        ),
        pytest.param([], "The bank bought the iron bridge.", id="no number"),
        pytest.param([], "The bank bought the iron bridge, 40 metres long.", id="a number of something else"),
        pytest.param(
            [], "Next year 21 million dollars will go to parks and swimming pools.", id="another matter"
        ),
        pytest.param([], "In 2016 the bank bought the iron bridge over the Arle.", id="a year"),
    ],
)
def test_a_number_is_held_against_the_sentence_about_it(expected: list[str], claim: str) -> None:
    """Only another quantity of the same unit in a sentence about the same matter contradicts it."""
    found = find(make_article(ENTRIES[2:3], [(claim, "3")]), PAGES)
    assert [one.kind for one in found if one.kind == "number_mismatch"] == expected


def test_the_facts_of_a_misnumbered_claim_are_held_against_the_entry_that_fits() -> None:
    """A swap is one finding; the pages that the claims do not mean say nothing of their words."""
    quoted = (
        f"{SAID['4']} “We had no warning at all of the closure,” said Ilse Marwick; 4,500 readers signed."
    )
    claims = [*cite("1", "2", "3", story="123"), (quoted, "5"), (SAID["5"], "4")]
    assert told(find(make_article(ENTRIES, claims), PAGES)) == [("swapped_citation", "5 4", "4 5")]


RATES = "Joblessness rose to 9 percent from 6 percent."
SALES = "The port sold 12 boats, then 4 boats."


@pytest.mark.parametrize(
    ("expected", "claim", "sentence"),
    [
        pytest.param(("21", "12"), "The port sold 21 boats.", "The port sold 12 boats.", id="another number"),
        pytest.param(None, "The port sold 21 boats.", "The port sold 12 boats or 14 boats.", id="two rivals"),
        pytest.param(None, "The port sold 21 boats.", "The port sold 12 crates.", id="other things"),
        pytest.param(None, "The port sold about 13 boats.", "The port sold 12 boats.", id="rough"),
        pytest.param(
            None,
            "The port sold 12 boats, later 21 boats.",
            "The port sold 12 boats.",
            id="rival accounted for",
        ),
        pytest.param(
            ("10 days", "two weeks"), "The ban lasts 10 days.", "The ban lasts two weeks.", id="time"
        ),
        pytest.param(None, "Joblessness rose by 3 percentage points.", RATES, id="points, of two rates"),
        pytest.param(
            ("4 percentage points", "3 percentage points"),
            "Joblessness rose by 4 percentage points.",
            "Joblessness rose by 3 percentage points.",
            id="other points",
        ),
        pytest.param(None, "In all, 77% found no job.", "In all, 23% found a job.", id="rest of a whole"),
        pytest.param(
            None, "In all, 77% found no job.", "In all, 23% found a job, 40% quit.", id="rest, and another"
        ),
        pytest.param(
            ("67%", "23%"), "In all, 67% found no job.", "In all, 23% found a job.", id="no rest of a whole"
        ),
        pytest.param(None, "The grant is $1,000 a month.", "The grant is $12,000 a year.", id="same rate"),
        pytest.param(
            None, "The grant is $1,000 a month.", "The grant is $12,000 a year, not $500 a month.", id="rates"
        ),
        pytest.param(None, "The grant is $1,500 a month.", "The grant is $12,000 a year.", id="other span"),
        pytest.param(
            ("$15,000", "$12,000"), "The grant is $15,000 a year.", "The grant is $12,000 a year.", id="rate"
        ),
        pytest.param(None, "The port sold 26 boats.", "The port sold 12 boats, then 14 boats.", id="sum"),
        pytest.param(
            None, "The port sold 5 boats more.", "The port sold 12 boats, before 7.", id="difference"
        ),
        pytest.param(None, "The port sold three times the boats.", SALES, id="ratio"),
        pytest.param(None, "The port sold 67% fewer boats.", SALES + " Sales fell 9%.", id="share of a fall"),
        pytest.param(
            ("80%", "9%"), "The port sold 80% fewer boats.", SALES + " Sales fell 9%.", id="no share of it"
        ),
    ],
)
def test_a_contradicted_number_is_named_with_its_rival(
    expected: tuple[str, str] | None, claim: str, sentence: str
) -> None:
    """Exactly one quantity of the same unit must differ."""
    page = find_quantities(sentence)
    found = find_number_mismatch(claim, find_quantities(claim), page, [sentence])
    assert (found and (found.claimed.text, found.told.text)) == expected


@pytest.mark.parametrize(
    ("expected", "claims"),
    [
        pytest.param([], cite("1", "2", story="12"), id="both there"),
        pytest.param(
            [("dangling_marker", "7", "")], [*cite("1", "2", story="12"), ("Rain.", "7")], id="no entry 7"
        ),
        pytest.param(
            [("dangling_marker", "7", ""), ("dangling_marker", "8", "")],
            [*cite("1", "2", story="12"), ("Rain.", "7,1,8")],
            id="two in one marker",
        ),
        pytest.param([("unused_reference", "2", "")], cite("1", story="1"), id="an entry never cited"),
        pytest.param([], [], id="no claim at all"),
        pytest.param(
            [("uncited_claim", "", "")],
            [*cite("1", "2", story="12"), ("40 people died.", "")],
            id="no marker",
        ),
        pytest.param([], [("40 people died.", "")], id="an article without markers"),
    ],
)
def test_markers_and_entries_must_meet(
    expected: list[tuple[str, str, str]], claims: list[tuple[str, str]]
) -> None:
    """A marker without entry, an entry without marker, a checkable sentence without either."""
    found = find(make_article(ENTRIES[:2], claims), {})
    assert told(found) == expected
    assert len({one.id for one in found}) == len(found)


def test_a_marker_in_an_article_without_a_list_is_no_finding() -> None:
    """There is nothing that it could point to: an issue of reading, told elsewhere."""
    assert find(make_article((), [("Rain.", "7")]), {}) == []


@pytest.mark.parametrize(
    ("expected", "target"),
    [
        pytest.param([], "", id="no link"),
        pytest.param([], "http://www.e1.example/x/", id="the entry's own page"),
        pytest.param([("link_mismatch", "1", "")], "https://e2.example/x", id="another entry's page"),
        pytest.param([], "https://elsewhere.example/y", id="a page of no entry"),
        pytest.param([], "#ref-1", id="a place in the article"),
    ],
)
def test_a_marker_s_link_goes_to_its_entry(expected: list[tuple[str, str, str]], target: str) -> None:
    """Only a link to another entry's page contradicts the number."""
    article = make_article(ENTRIES[:2], cite("1", "2", story="12"), (target, ""))
    assert told(find(article, {})) == expected


@pytest.mark.parametrize(
    ("expected", "precision"),
    [
        pytest.param(["unused_reference"], {"unused_reference": LEAST_PRECISION}, id="just enough"),
        pytest.param([], {"unused_reference": LEAST_PRECISION - 0.01}, id="too often wrong"),
        pytest.param([], {}, id="not measured"),
    ],
)
def test_only_kinds_that_were_measured_to_be_right_are_raised(
    expected: list[str], precision: dict[str, float]
) -> None:
    """Precision first, and the figure is shown with the finding."""
    article = make_article(ENTRIES[:2], cite("1", story="1"))
    found = find(article, {}, models=replace(SURE, precision=precision))
    assert [one.kind for one in found] == expected
    assert [one.precision for one in found] == [precision[kind] for kind in expected]


def test_a_finding_keeps_its_id_when_the_list_is_renumbered() -> None:
    """The id is made of kind, claims and references, never of labels."""
    article = make_article(ENTRIES[:3], cite("1", story="1"))
    new = {"1": "2", "2": "3", "3": "1"}
    renumbered = replace(
        article, references=tuple(replace(one, label=new[one.label]) for one in article.references)
    )
    before, after = find(article, {}), find(renumbered, {})
    assert {one.id for one in before} == {one.id for one in after}
    assert {one.labels for one in before} != {one.labels for one in after}


def test_a_page_held_twice_and_a_page_without_text_are_no_finding() -> None:
    """Two entries of one page, or an empty page, never accuse a claim that fits."""
    entries = (*ENTRIES[:2], make_entry("6", "Ferry service ends at last"))
    article = make_article(entries, [(SAID["1"], "1"), (SAID["2"], "2"), (SAID["1"], "6")])
    assert find(article, {**{r: PAGES[r] for r in ("r1", "r2")}, "r6": PAGES["r1"]}) == []
    assert find(article, {"r1": PAGES["r1"], "r2": make_page("empty"), "r6": PAGES["r1"]}) == []


def test_every_claim_and_reference_of_a_finding_is_of_the_article() -> None:
    """Verdicts and findings of an article with most faults at once."""
    claims = [*cite("2", "1", "3"[:1], story="123"), ("Rain.", "9"), ("40 people died.", ""),
              (QUOTED.format("We had fair warning at all of the closure"), "4")]  # fmt: skip
    article = make_article(ENTRIES, claims)
    vectors = make_vectors()
    held = {reference: prepare_source(page) for reference, page in PAGES.items()}
    verdicts, findings = judge_article(article, link_article(article, held, vectors), PAGES, vectors)
    ids = {claim.id for claim in article.claims}
    references = {reference.id for reference in article.references}
    assert {one.claim for one in verdicts} <= ids
    assert {one.kind for one in findings} >= {
        "altered_quote",
        "dangling_marker",
        "uncited_claim",
        "unused_reference",
    }
    for finding in findings:
        assert set(finding.claims) <= ids
        assert set(finding.references) <= references
        assert finding.reason
        assert 0 <= finding.precision <= 1


@pytest.fixture(scope="module")
def model_vectors(cache) -> Vectors:
    """Vectors of the packaged model."""
    from tasks.embed.encoder import load_encoder

    return Vectors(load_encoder())


@pytest.mark.parametrize(
    ("expected", "numbers"),
    [
        pytest.param([], "12345", id="every number right"),
        pytest.param([("swapped_citation", "2 1", "1 2")], "21345", id="two exchanged"),
        pytest.param([("off_by_one", "2 3 4", "1 2 3")], "23445", id="a run"),
    ],
)
def test_the_packaged_model_finds_wrong_numbers_in_other_words(
    expected: list[tuple[str, str, str]], numbers: str, model_vectors: Vectors
) -> None:
    """Claims that say the stories in words of their own."""
    said = [
        "After four decades the boat to the island no longer sails.",
        "Shellfish farmers took the town to court when their oysters perished in water that was too warm.",
        "The iron bridge across the Arle now belongs to a bank from abroad.",
        "To spend less on heating, the library closed the room where people read.",
        "No berth is left on the night train to the capital before winter comes.",
    ]
    article = make_article(ENTRIES, list(zip(said, numbers, strict=True)))
    found = find(article, PAGES, model_vectors)
    misnumbered = [one for one in found if one.kind in KINDS]
    assert told(misnumbered) == expected


@pytest.mark.parametrize(
    ("expected", "fits"),
    [
        pytest.param(True, {"a", "b", "c"}, id="every page held"),
        pytest.param(True, {"a", "b"}, id="a page missing that takes no part"),
        pytest.param(False, {"a", "c"}, id="a page missing that takes part"),
        pytest.param(False, set(), id="no page held"),
    ],
)
def test_a_missing_page_counts_only_where_it_takes_part(expected: bool, fits: set[str]) -> None:
    """A swap of a and b rests on pages when both pages are held, whatever else the list holds."""
    claims = (
        ClaimFit("one", "a", {"a": -9.0, "b": 9.0, "c": -9.0}),
        ClaimFit("two", "b", {"a": 9.0, "b": -9.0, "c": -9.0}),
    )
    evidence = Evidence(claims, {}, ("a", "b", "c"), frozenset(fits))
    ((finding, by_pages),) = find_by_basis(evidence, load_models())
    assert (finding.kind, by_pages) == ("swapped_citation", expected)


def test_an_entry_that_names_the_page_of_a_cited_note_is_not_unused() -> None:
    """Notes and a numbered bibliography may list a page twice."""
    entries = [
        make_entry("1", "Ferry service ends", url="https://www.wire.example/ferry"),
        make_entry("2", "The ferry service ends", url="http://wire.example/ferry/"),
        make_entry("3", "Another page that nobody cites"),
    ]
    found = told(find(make_article(entries, [(SAID["1"], "1")]), {}))
    assert found == [("unused_reference", "3", "")]

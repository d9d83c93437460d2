"""Each marker stands for a claim, and checkable sentences without marker are listed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import build

from tasks.cite.article import cite
from tasks.model import Article, Claim

LIST = (
    "# Works Cited",
    'Ferris, Amie. "Russia invites Taliban." The Post, 24 Aug. 2018.',
    "Baldor, Lolita. “US declines invitation.” The Press, 23 Aug. 2018.",
    "Iwu, Sanna. “Afghanistan stays at home.” The Wire, 22 Aug. 2018.",
    "Valk, Imre. “Nobody comes to the talks.” The Times, 21 Aug. 2018.",
)
LABELLED = (LIST[0], *(f"{number}. {entry}" for number, entry in enumerate(LIST[1:], start=1)))


def article(*blocks: str, **options: str) -> Article:
    return cite(build("# Title", *blocks, *LABELLED, **options))


def cited(made: Article) -> list[tuple[str, tuple[str, ...]]]:
    by_id = {citation.id: citation for citation in made.citations}
    return [
        (claim.text, tuple(label for key in claim.citations for label in by_id[key].labels))
        for claim in made.claims
        if claim.citations
    ]


def uncited(made: Article) -> list[str]:
    return [claim.text for claim in made.claims if not claim.citations]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param([("The talks begin in early May", ("1",))], "The talks begin in early May (1).", id="sentence"),
        pytest.param([("The talks begin in early May.", ("1",))], "The talks begin in early May.[1] Nobody comes.", id="behind-the-stop"),
        pytest.param([("The talks begin in early May.", ("1",))], "The talks begin in early May. [1] Nobody comes.", id="behind-the-stop-and-a-space"),
        pytest.param([("The talks begin.", ("1",)), ("They soon fail.", ("2",))], "The talks begin.¹ They soon fail.²", id="each-its-sentence"),
        pytest.param(
            [("The talks begin in early May", ("1",)), ("while the US stays at home", ("2",))],
            "The talks begin in early May (1), while the US stays at home (2).",
            id="part-since-the-marker-before",
        ),
        pytest.param(
            [("the US and the UK left the talks.", ("1", "2"))],
            "the US [1] and the UK [2] left the talks.",
            id="fragments-stand-for-the-sentence",
        ),
        pytest.param(
            [("The foreign minister of Russia invited the Taliban.", ("1",))],
            "The foreign minister of Russia (1) invited the Taliban.",
            id="marker-inside-a-clause",
        ),
        pytest.param([("The talks begin in early May", ("1", "2"))], "The talks begin in early May [1][2].", id="in-a-row"),
        pytest.param([("The talks begin in early May", ("1", "3"))], "The talks begin in early May (1), (3).", id="in-a-row-with-a-comma"),
        pytest.param([("The talks begin in early May", ("2", "3", "4"))], "The talks begin in early May [2–4].", id="range"),
        pytest.param(
            [("“We go. We stay there. We come back,” Elin Marsh said", ("1",))],
            "Nobody knows. “We go. We stay there. We come back,” Elin Marsh said (1).",
            id="quotation-of-three-sentences",
        ),
        pytest.param(
            [("“We will never go there!” Elin Marsh told DW", ("2",))],
            "Nobody knows. “We will never go there!” Elin Marsh told DW (2).",
            id="speaker-in-a-sentence-of-its-own",
        ),
        pytest.param(
            [("“We go. We stay over there", ("1",)), ("We come back soon,” Elin Marsh said", ("2",))],
            "“We go. We stay over there [1]. We come back soon,” Elin Marsh said [2].",
            id="marker-inside-a-quotation",
        ),
        pytest.param(
            [("“We will never go there.”", ("1",)), ("Elin Marsh told DW about it", ("2",))],
            "“We will never go there.” [1] Elin Marsh told DW about it [2].",
            id="quotation-with-a-marker-of-its-own",
        ),
        pytest.param(
            [("“We will go,” Elin Marsh told DW. “We will not stay there.”", ("2",))],
            "Nobody knows. “We will go,” Elin Marsh told DW. “We will not stay there.” [2]",
            id="quotation-split-by-its-speaker",
        ),
        pytest.param(
            [("“We will go,” Elin Marsh told DW. “We will stay.” “We will come back.”", ("2",))],
            "Nobody knows. “We will go,” Elin Marsh told DW. “We will stay.” “We will come back.”[2]",
            id="quotation-split-in-three",
        ),
        pytest.param(
            [("“We will go,” Elin Marsh told DW", ("1",)), ("“We will not stay there.”", ("2",))],
            "“We will go,” Elin Marsh told DW [1]. “We will not stay there.” [2]",
            id="split-quotation-with-two-markers",
        ),
        pytest.param(
            [("“We will not stay there,” she said.", ("2",))],
            "“We will go,” Elin Marsh told DW. “We will not stay there,” she said. [2]",
            id="quotation-with-a-speaker-of-its-own",
        ),
        pytest.param([("The talks begin in early May.", ("1",))], "The talks begin in early May.<sup>1</sup> Nobody comes.", id="superscript"),
    ],
)  # fmt: skip
def test_a_marker_stands_for_what_is_before_it(
    expected: list[tuple[str, tuple[str, ...]]], text: str
) -> None:
    """A claim is the sentence, or the part since the marker before, with all of its quotation."""
    style = "And more ({}). And more ({})." if "(" in text else "And more [{}]. And more [{}]."
    found = cited(article(text, style.format(1, 2)))
    assert found == [*expected, ("And more", ("1",)), ("And more", ("2",))]


def test_a_marker_on_a_heading_stands_for_the_heading() -> None:
    """A heading's marker covers the heading."""
    assert cited(article("## The talks have failed again [1]", "More [2]. "))[0] == (
        "The talks have failed again",
        ("1",),
    )


def test_markers_alone_in_a_block_stand_for_the_sentence_before() -> None:
    """A marker set below a quotation belongs to it."""
    made = article("> We will never go there.", "[1]", "More was said [2].")
    assert cited(made)[0] == ("We will never go there.", ("1",))


@pytest.mark.parametrize(
    ("expected", "before", "text"),
    [
        pytest.param("The minister spoke.", "The minister spoke.", "He will leave in May [1].", id="pronoun"),
        pytest.param(
            "The minister spoke.", "The minister spoke.", "The spokesman denied it all [1].", id="role"
        ),
        pytest.param(
            "", "The minister spoke.", "Elin Marsh said that she will leave [1].", id="pronoun-explained"
        ),
        pytest.param("", "The minister spoke.", "The price of bread will rise [1].", id="no-pronoun"),
        pytest.param(
            "The minister spoke.",
            "The minister spoke [2].",
            "It was in vain this time [1].",
            id="markers-left-out",
        ),
        pytest.param(
            "",
            "The minister spoke.",
            "“He will never ever leave,” Elin Marsh said [1].",
            id="pronoun-in-a-quotation",
        ),
    ],
)
def test_a_claim_that_points_back_has_its_context(expected: str, before: str, text: str) -> None:
    """Where a pronoun or a role points back, the sentence before goes with the claim."""
    claims = article(f"{before} {text}", "And more [1]. And more [2].").claims
    [claim] = [
        claim for claim in claims if claim.text[:12].strip("“") in text and "minister spoke" not in claim.text
    ]
    assert claim.context == expected


def test_a_part_of_a_sentence_has_the_rest_of_it_as_context() -> None:
    """Where a part points back, what stands before it in its sentence is the context."""
    made = article("The US declined the offer made [1], and it stayed at home then [2].")
    assert [claim.context for claim in made.claims] == ["", "The US declined the offer made"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The city employs 19 gardeners for all of its trees.", id="number"),
        pytest.param("Nearly 47% of the young trees died last summer.", id="percentage"),
        pytest.param("It took three million crowns to plant all the trees.", id="number-in-words"),
        pytest.param("Ulrike Dahl told the council that trees need much water.", id="named-speaker"),
        pytest.param("According to the Arden Gazette, the trees are all dying.", id="named-outlet"),
        pytest.param(
            "All agree that “a street without shade is a street that people leave”.", id="quotation"
        ),
    ],
)
def test_a_checkable_sentence_without_marker_is_listed(text: str) -> None:
    """A number, a named speaker or a direct quotation makes a sentence checkable."""
    assert uncited(article("Trees matter to a town.", f"Trees are good. {text}", "More was said [1].")) == [
        text
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The city has not been the same since 1994 at all.", id="year"),
        pytest.param("On 24 August 2018 the city was not the same any more.", id="date"),
        pytest.param("The city of Group 7 has a school on Highway 61 today.", id="names-with-numbers"),
        pytest.param("The COVID-19 years and the 1990s were hard for the G20 states.", id="numbers-in-words"),
        pytest.param("There are 2 reasons why nobody cares about the trees.", id="own-points"),
        pytest.param("How could 47 percent of all the trees have died?", id="question"),
        pytest.param("If 47 percent of the trees died, nobody would plant more.", id="supposition"),
        pytest.param("I counted 47 trees on my way to work this morning.", id="the-author's-own"),
        pytest.param("Officials said nothing of it for a long time.", id="unnamed-speaker"),
        pytest.param("The so-called “experts” of the city do not care.", id="scare-quotes"),
        pytest.param("Some 19 gardeners.", id="fragment"),
        pytest.param("Published in Arden with 19 photographs by our staff", id="caption"),
        pytest.param(
            "Port Calder has always argued about its water and its fish.", id="verb-that-need-not-attribute"
        ),
    ],
)
def test_what_is_not_plainly_checkable_is_not_listed(text: str) -> None:
    """Dates in passing, names, questions, suppositions and the author's own words need no marker."""
    assert uncited(article("Trees matter to a town.", text, "More was said [1].")) == []


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(0, "Elin Marsh told DW that 9 of 10 died [1]. They lost 40 more, according to Elin Marsh.", id="same-speaker"),
        pytest.param(0, "Elin Marsh told DW that 9 of 10 died [1]. All 40 were lost, according to the spokeswoman.", id="role"),
        pytest.param(0, "The trees are dying [1]. They need 40 litres of water a day.", id="pronoun"),
        pytest.param(0, "The trees are dying [1]. They need water. It takes 40 litres of it a day.", id="chain"),
        pytest.param(1, "The trees are dying [1]. Sam Reed told DW that 40 more were lost.", id="another-speaker"),
        pytest.param(1, "The trees are dying [1]. The city employs 19 gardeners for all of them.", id="another-fact"),
        pytest.param(1, "The trees are dying [1]. Nobody cares. They need 40 litres of water a day.", id="chain-broken"),
        pytest.param(0, "They planted 40 trees in the north [1], and 50 of them died at once.", id="rest-of-a-cited-sentence"),
    ],
)  # fmt: skip
def test_what_goes_on_with_a_cited_sentence_is_covered(expected: int, text: str) -> None:
    """In the same paragraph, the same speaker or a pronoun goes on with what was cited just before."""
    assert len(uncited(article(text, "More was said [2]."))) == expected


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(0, "“A street needs 40 trees,” Elin Marsh told DW. “It has none at all.” [1]", id="split-quotation"),
        pytest.param(0, "Elin Marsh told DW that 9 of 10 died. “They need more water,” she said [1].", id="she"),
        pytest.param(0, "Elin Marsh told DW that 9 of 10 died. Marsh said that all the others were ill [1].", id="same-speaker"),
        pytest.param(0, "Elin Marsh told DW that 9 died. She said it was hot. “They need water,” she said [1].", id="chain"),
        pytest.param(1, "Elin Marsh told DW that 9 of 10 died. Sam Reed told DW that they were not ill [1].", id="another-speaker"),
        pytest.param(1, "Elin Marsh told DW that 9 of 10 died. Nobody cares. “They need water,” she said [1].", id="chain-broken"),
        pytest.param(2, "Elin Marsh told DW that 9 of 10 died. “They need more water,” she said.", id="nobody-is-cited"),
    ],
)  # fmt: skip
def test_speech_that_is_carried_on_by_a_cited_sentence_is_covered(expected: int, text: str) -> None:
    """Who speaks on in the next sentence, which is cited, said the one before in the same place."""
    found = uncited(
        article(f"{text} The trees are dying [2]. Nobody has ever counted them.", "And more [2].")
    )
    assert len(found) == expected


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(0, "Only 40 trees are left. The city employs 19 gardeners. They water all of them [1].", id="sentences"),
        pytest.param(0, "Only 40 trees are left there now. They are watered once a week.[1][2]", id="row-of-markers"),
        pytest.param(0, "Only 40 trees are left there now. They are watered once a week. (1)", id="behind-the-stop"),
        pytest.param(1, "Only 40 trees are left there now. They are watered once a week [1]. Nobody cares.", id="not-at-the-end"),
        pytest.param(1, "Trees die [1]. Only 40 trees are left there now. They are watered once a week [2].", id="not-the-only-one"),
        pytest.param(1, "Only 40 trees are left <a https://a.example/x>there</a>. The others are dead, every one of them. The city employs 19 gardeners for all of them. Nobody knows [1].", id="a-link-besides"),
    ],
)  # fmt: skip
def test_a_paragraphs_only_marker_at_its_end_covers_the_paragraph(expected: int, text: str) -> None:
    """One marker, or one row of them, at the end of a paragraph stands for all of it."""
    style = "And more ({})." if "(1)" in text else "And more [{}]."
    assert len(uncited(article(text, style.format(2)))) == expected


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("# The city employs 19 gardeners for all of its trees.", id="heading"),
        pytest.param("- The city employs 19 gardeners for all of its trees.", id="list-item"),
        pytest.param("By Nora Castell, who has written 19 books about all trees.", id="byline"),
        pytest.param(
            "Nora Castell teaches botany and has written 19 books about trees.", id="note-on-the-author"
        ),
    ],
)
def test_headings_lists_and_notes_on_the_author_are_not_listed(block: str) -> None:
    """Only sentences of the article's own paragraphs are listed."""
    assert uncited(article("More was said [1]. And more [2].", block)) == []


def test_the_note_on_the_author_is_known_by_the_byline() -> None:
    """A last paragraph that begins with the author's name is a note, whatever it says."""
    note = "Nora Castell has 19 cats, which is more than most people have."
    assert uncited(cite(build("# Title", "Trees matter.", note, authors=("Nora Castell",)))) == []
    assert uncited(cite(build("# Title", "Trees matter.", f"Not {note}", *["And so on."] * 2))) == [
        f"Not {note}"
    ]


@pytest.mark.parametrize(
    ("expected", "language", "text"),
    [
        pytest.param(1, "de", "Die Stadt beschäftigt 19 Gärtner für alle ihre Bäume.", id="german-number"),
        pytest.param(
            1, "de", "Sprecher Hans Meier sagte, dass die Bäume viel Wasser brauchen.", id="german-speaker"
        ),
        pytest.param(0, "de", "Der Sprecher sagte, dass die Bäume viel Wasser brauchen.", id="german-role"),
        pytest.param(
            1, "fr", "Selon Anne Morel, les arbres de la ville manquent toujours d’eau.", id="french-speaker"
        ),
        pytest.param(
            1, "es", "La ciudad emplea a 19 jardineros para todos sus árboles.", id="spanish-number"
        ),
        pytest.param(
            1, "pt", "A cidade emprega 19 jardineiros para todas as suas árvores.", id="number-without-cues"
        ),
    ],
)
def test_sentences_of_other_languages(expected: int, language: str, text: str) -> None:
    """Numbers count in every language, speakers where the language has cues."""
    assert len(uncited(article("Titel.", text, "More [1].", language=language))) == expected


def test_claims_have_spans_that_hold_their_words() -> None:
    """A claim's span holds its text, and inner markers where there are some."""
    made = article("The US [1] and the UK [2] left the talks.", "They fail in May [3].")
    texts = [made.document.text[claim.start : claim.end] for claim in made.claims]
    assert texts[0].startswith("The US [1] and the UK [2] left the talks")
    assert texts[1] == made.claims[1].text == "They fail in May"


WORDS = st.sampled_from(
    [
        "The talks",
        " fail",
        " (1)",
        " [2]",
        ".",
        "¹",
        " “We go”",
        ", Elin Marsh said",
        " 40 people",
        "\n",
        " and",
        "[1]",
    ]
)


@given(st.lists(st.lists(WORDS, max_size=12).map("".join), max_size=4))
def test_every_citation_has_its_claim(blocks: list[str]) -> None:
    """For any article: each citation names a claim that names it, spans are in the text and in order."""
    made = article(*[block for block in blocks if block.strip()])
    claims: dict[str, Claim] = {claim.id: claim for claim in made.claims}
    assert len(claims) == len(made.claims)
    assert all(citation.id in claims[citation.claim].citations for citation in made.citations)
    assert all(claim.text for claim in made.claims if claim.citations)
    assert [citation.start for citation in made.citations] == sorted(
        citation.start for citation in made.citations
    )

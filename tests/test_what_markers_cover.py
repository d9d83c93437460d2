"""What a marker covers, and what only looks like one: hard cases in four languages."""

from __future__ import annotations

import pytest
from prose import build
from test_claims import LABELLED, cited

from tasks.cite.article import cite

Cited = list[tuple[str, tuple[str, ...]]]


def covered(language: str, style: str, *blocks: str) -> Cited:
    """The claims of ``blocks`` with their labels, in an article that cites in ``style``."""
    tail = f"And more {style.format(1)}. And more {style.format(2)}."
    made = cite(build("# Title", *blocks, tail, *LABELLED, language=language))
    return [claim for claim in cited(made) if claim[0] != "And more"]


@pytest.mark.parametrize(
    ("expected", "language", "text"),
    [
        pytest.param(
            [],
            "en",
            "The plan would (1) cut taxes; (2) raise wages; and (3) build homes.",
            id="enum-semicolons",
        ),
        pytest.param(
            [],
            "en",
            "Three demands were made: (1) Better pay; (2) Shorter hours; (3) New ships.",
            id="enum-cap",
        ),
        pytest.param(
            [],
            "en",
            "Crews demanded (1) better pay and (2) shorter hours on all ships.",
            id="enum-after-verb",
        ),
        pytest.param([], "en", "It must either (1) pay or (2) leave.", id="enum-or"),
        pytest.param(
            [("The treaty (2016) failed", ("1",))], "en", "The treaty (2016) failed (1).", id="year"
        ),
        pytest.param(
            [("Few (3 percent) agreed with the plan", ("1",))],
            "en",
            "Few (3 percent) agreed with the plan (1).",
            id="percent",
        ),
        pytest.param(
            [("The team won (5-4) on Sunday", ("2",))], "en", "The team won (5-4) on Sunday (2).", id="score"
        ),
        pytest.param([], "en", "The team won the cup on Sunday (3-2).", id="score-end"),
        pytest.param([], "en", "He wrote it down at length (p. 3).", id="page"),
        pytest.param(
            [("Maria Novak (24) joined the crew", ("1",))],
            "en",
            "Maria Novak (24) joined the crew (1).",
            id="age",
        ),
        pytest.param(
            [("The crew had a bad night", ("4",))],
            "en",
            "Tommy Novak (4) was rescued from the ferry by the crew. The crew had a bad night (4).",
            id="age-low",
        ),
        pytest.param(
            [("The plan is defended by James Miller", ("3",))],
            "en",
            "The plan is defended by James Miller (3) and attacked by somebody.",
            id="names-cited",
        ),
        pytest.param(
            [("The town shrank after World War I", ("1",)), ("It chose plan B", ("2",))],
            "en",
            "The town shrank after World War I[1]. It chose plan B[2].",
            id="single-capital",
        ),
        pytest.param(
            [
                ("The union lost its case", ("2",)),
                ("The union lost its case and left in the first stage of talks.", ("1",)),
            ],
            "en",
            "The union lost its case (2) and left in the first stage (1) of talks.",
            id="everyday-nouns",
        ),
        pytest.param(
            [("It lost 25 million 30 days later.", ("1",))],
            "en",
            "It lost 25 million (1) 30 days later.",
            id="days-behind",
        ),
        pytest.param([], "en", "Tommy (2) and Anna (4) were rescued from the ferry.", id="ages-row"),
        pytest.param([], "en", "The value of f(2) is larger than that of g(3) here.", id="math"),
        pytest.param([], "en", "We have (1) + (2) = 3 in the sum.", id="math2"),
        pytest.param([], "en", "Section 230(c)(1) protects the firm from suits.", id="section"),
        pytest.param(
            [], "en", "Under 42 U.S.C. § 1983 (2) and Article 6(1) of the treaty it may sue.", id="section2"
        ),
        pytest.param([], "en", "The group is a 501(c)(3) with no staff.", id="501c3"),
        pytest.param([], "en", "Call (202) 555-0101 or (1) 202 555 for help.", id="phone"),
        pytest.param([], "en", "The deal of (5/4) and (4.5.) fell through soon.", id="date"),
        pytest.param([], "en", "He was warned three (3) times and fined two (2) dollars.", id="times"),
        pytest.param([], "en", "The ferry(s) and item (4) of the list were cut.", id="plural"),
        pytest.param([], "en", "He chose option (2) over option (1) at once.", id="grade"),
        pytest.param([], "en", "A dose (4 mg) is given twice (2x) a day.", id="unit"),
        pytest.param([], "en", "The fee ($4) rose again (€3).", id="money"),
        pytest.param([], "en", "He came (1st) and she came (2nd) in the race.", id="ordinal"),
        pytest.param([], "en", "She played 1. e4 e5 (1-0) and won the title.", id="chess"),
        pytest.param(
            [("The crews left the port at noon", ("1", "2"))],
            "en",
            "The crews left the port at noon (1)(2).",
            id="row",
        ),
        pytest.param([], "en", "The crews left the port at noon (see 1).", id="see"),
        pytest.param(
            [("The crews left the port at noon", ("1", "2", "3"))],
            "en",
            "The crews left the port at noon (1–3).",
            id="dash-range",
        ),
        pytest.param([], "de", "Er nannte (1) den Preis, (2) die Zeit und (3) das Wetter.", id="de-enum"),
        pytest.param([], "de", "Nach Artikel 5 (2) und Absatz (1) ist das verboten.", id="de-art"),
        pytest.param([], "de", "Nach § 12 (3) darf er das nicht tun.", id="de-paragraf"),
        pytest.param([], "de", "Anna (4) und Paul (2) wurden gerettet.", id="de-alter"),
        pytest.param([], "de", "Die drei (3) Parteien stimmten zu.", id="de-drei"),
        pytest.param(
            [("Nur wenige (3 Prozent) stimmten dem Plan zu", ("1",))],
            "de",
            "Nur wenige (3 Prozent) stimmten dem Plan zu (1).",
            id="de-prozent",
        ),
        pytest.param([], "fr", "Il a cité (1) le prix, (2) le temps et (3) la mer.", id="fr-enum"),
        pytest.param([], "fr", "Selon l’article 5 (2) et l’alinéa (1), c’est interdit.", id="fr-art"),
        pytest.param(
            [("Anna (4 ans) et Paul (2 ans) ont été sauvés", ("1",))],
            "fr",
            "Anna (4 ans) et Paul (2 ans) ont été sauvés (1).",
            id="fr-age",
        ),
        pytest.param([], "es", "Citó (1) el precio, (2) el tiempo y (3) el mar.", id="es-enum"),
        pytest.param([], "es", "Según el artículo 5 (2) y el apartado (1), está prohibido.", id="es-art"),
        pytest.param([], "es", "Los tres (3) partidos votaron a favor.", id="es-tres"),
        pytest.param([], "en", "They act under paragraph (2) of the law.", id="law-subsection"),
        pytest.param(
            [
                ("After the war the crews came back to the port", ("2",)),
                ("the crews came back to the port", ("1",)),
            ],
            "en",
            "After the war (2) the crews came back to the port (1).",
            id="war",
        ),
        pytest.param([], "de", "Sie handeln nach absatz (2) des Gesetzes.", id="de-absatz"),
        pytest.param([], "es", "Ana (4) y Carmen (2) fueron rescatadas.", id="es-edad"),
        pytest.param([], "fr", "Les trois (3) partis ont voté pour.", id="fr-trois"),
        pytest.param(
            [("Le club a gagné (3-1) dimanche soir", ("2",))],
            "fr",
            "Le club a gagné (3-1) dimanche soir (2).",
            id="fr-score",
        ),
        pytest.param(
            [("El club ganó (3-1) el domingo", ("2",))],
            "es",
            "El club ganó (3-1) el domingo (2).",
            id="es-marcador",
        ),
        pytest.param(
            [("Der Klub gewann (3:1) am Sonntag", ("2",))],
            "de",
            "Der Klub gewann (3:1) am Sonntag (2).",
            id="de-spielstand",
        ),
    ],
)
def test_round_brackets_cite_only_where_nothing_else_explains_them(
    expected: Cited, language: str, text: str
) -> None:
    """Enumerations, ages, scores, laws, sums, amounts and repeated numbers are no markers."""
    assert covered(language, "({})", text) == expected


@pytest.mark.parametrize(
    ("expected", "language", "text"),
    [
        pytest.param(
            [("The code a[1] and b[2] runs well", ("1",))],
            "en",
            "The code a[1] and b[2] runs well [1].",
            id="array",
        ),
        pytest.param(
            [("Values in [0, 1] are allowed by the rule", ("2",))],
            "en",
            "Values in [0, 1] are allowed by the rule [2].",
            id="interval",
        ),
        pytest.param(
            [("In the year [2016] it fell apart", ("1",))],
            "en",
            "In the year [2016] it fell apart [1].",
            id="year",
        ),
        pytest.param(
            [("“We will never go there,” Elin Marsh told DW.", ("1",))],
            "en",
            "“We will never go there,”[1] Elin Marsh told DW.",
            id="after-close-quote",
        ),
        pytest.param(
            [("“We will never go there.”", ("1",)), ("The crews left at noon.", ("2",))],
            "en",
            "“We will never go there.”[1] The crews left at noon.[2]",
            id="stop-quote",
        ),
        pytest.param(
            [("Elin Marsh said: “We will never go there.”", ("3",))],
            "en",
            "Elin Marsh said: “We will never go there.” [3] The crews left.",
            id="stop-in-quote-out",
        ),
        pytest.param(
            [("The crews left the port at noon", ("1", "2", "3"))],
            "en",
            "The crews left the port at noon [1][2][3].",
            id="row3",
        ),
        pytest.param(
            [("The crews left the port at noon.", ("1", "2"))],
            "en",
            "The crews left the port at noon.[1] [2] They came back.",
            id="row-space",
        ),
        pytest.param(
            [("The crews left the port at noon,", ("1",)), ("and the ships stayed behind.", ("2",))],
            "en",
            "The crews left the port at noon,[1] and the ships stayed behind.[2]",
            id="comma",
        ),
        pytest.param(
            [("The crews left the port at noon", ("1",)), ("the ships stayed behind.", ("2",))],
            "en",
            "The crews left the port at noon[1]—the ships stayed behind.[2]",
            id="dash",
        ),
        pytest.param(
            [
                (
                    "Marsh said the crews had left. She added that the ships would stay. They would come back in May, she said",
                    ("1",),
                )
            ],
            "en",
            "Marsh said the crews had left. She added that the ships would stay. They would come back in May, she said [1].",
            id="indirect-run",
        ),
        pytest.param(
            [("They would be sold in May.", ("1",))],
            "en",
            "According to Marsh, the crews had left at noon. The ships would stay in port. They would be sold in May. [1]",
            id="indirect-run2",
        ),
        pytest.param(
            [("The result was clear: the crews had won the vote", ("1",))],
            "en",
            "The result was clear: the crews had won the vote [1].",
            id="colon",
        ),
        pytest.param(
            [("The crews left the port at noon", ("1",))],
            "en",
            "(The crews left the port at noon [1].) The ships stayed there.",
            id="paren-sentence",
        ),
        pytest.param(
            [("The crews left the port at noon", ("1",))],
            "en",
            "The crews left the port at noon [1, p. 14].",
            id="page-marker",
        ),
        pytest.param(
            [("Did the crews leave?", ("1",)), ("Nobody can say for sure", ("2",))],
            "en",
            "Did the crews leave? [1] Nobody can say for sure [2].",
            id="question",
        ),
        pytest.param(
            [
                ("„Wir gehen nie wieder hin“, sagte Elin Marsch der DW.", ("1",)),
                ("Die Schiffe blieben.", ("2",)),
            ],
            "de",
            "„Wir gehen nie wieder hin“, sagte Elin Marsch der DW.[1] Die Schiffe blieben.[2]",
            id="de-quote",
        ),
        pytest.param(
            [("„Wir gehen nie wieder hin.“", ("1",)), ("Die Schiffe blieben im Hafen.", ("2",))],
            "de",
            "„Wir gehen nie wieder hin.“[1] Die Schiffe blieben im Hafen.[2]",
            id="de-quote2",
        ),
        pytest.param(
            [("Die Besatzung ging am Mittag", ("1",)), ("während die Schiffe im Hafen blieben", ("2",))],
            "de",
            "Die Besatzung ging am Mittag [1], während die Schiffe im Hafen blieben [2].",
            id="de-part",
        ),
        pytest.param(
            [
                ("« Nous n’irons jamais là-bas », a déclaré Elin Marsh à l’AFP", ("1",)),
                ("Les navires sont restés", ("2",)),
            ],
            "fr",
            "« Nous n’irons jamais là-bas », a déclaré Elin Marsh à l’AFP [1]. Les navires sont restés [2].",
            id="fr-quote",
        ),
        pytest.param(
            [("« Nous n’irons jamais là-bas. »", ("1",)), ("Les navires sont restés au port", ("2",))],
            "fr",
            "« Nous n’irons jamais là-bas. » [1] Les navires sont restés au port [2].",
            id="fr-quote2",
        ),
        pytest.param(
            [("L’équipage est parti à midi", ("1",)), ("mais les navires sont restés au port", ("2",))],
            "fr",
            "L’équipage est parti à midi [1], mais les navires sont restés au port [2].",
            id="fr-part",
        ),
        pytest.param(
            [
                ("«No iremos nunca», dijo Elin Marsh a EFE", ("1",)),
                ("Los barcos se quedaron en el puerto", ("2",)),
            ],
            "es",
            "«No iremos nunca», dijo Elin Marsh a EFE [1]. Los barcos se quedaron en el puerto [2].",
            id="es-quote",
        ),
        pytest.param(
            [
                ("La tripulación salió al mediodía", ("1",)),
                ("pero los barcos se quedaron en el puerto", ("2",)),
            ],
            "es",
            "La tripulación salió al mediodía [1], pero los barcos se quedaron en el puerto [2].",
            id="es-part",
        ),
        pytest.param(
            [("The U.S. and the U.K. both agreed to leave the talks.", ("1", "2"))],
            "en",
            "The U.S. [1] and the U.K. [2] both agreed to leave the talks.",
            id="abbreviation",
        ),
    ],
)
def test_square_brackets_stand_for_what_is_before_them(expected: Cited, language: str, text: str) -> None:
    """The sentence, the part since the last marker, the quotation, or the run of reported speech."""
    assert covered(language, "[{}]", text) == expected


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(
            "Marsh said the crews had left. The spokesman added that the ships would stay",
            "Nobody came. Marsh said the crews had left. The spokesman added that the ships would stay [1].",
            id="role",
        ),
        pytest.param(
            "Ida Crow added that the ships would stay",
            "Marsh said the crews had left. Ida Crow added that the ships would stay [1].",
            id="another-speaker",
        ),
        pytest.param(
            "She added that the ships would stay",
            "Marsh said the crews had left [2]. She added that the ships would stay [1].",
            id="cited-before",
        ),
        pytest.param(
            "She added that the ships would stay",
            "The crews had left. She added that the ships would stay [1].",
            id="nobody-named",
        ),
        pytest.param(
            "the ships would stay, she added",
            "Marsh said the crews had left. They left at noon [2], and the ships would stay, she added [1].",
            id="part-of-a-sentence",
        ),
    ],
)
def test_reported_speech_is_covered_from_where_its_speaker_is_named(expected: str, text: str) -> None:
    """A marker closes the run that one speaker goes on with; another speaker or marker ends it."""
    assert expected in [
        claim.removeprefix("and ") for claim, labels in covered("en", "[{}]", text) if labels == ("1",)
    ]


@pytest.mark.parametrize(
    ("expected", "blocks"),
    [
        pytest.param([("The crews leave the port [in May]", ("1",))], ("## The crews leave the port [in May] [1]",), id="heading"),
        pytest.param([("Photo: the crews leave the port", ("2",))], ("Photo: the crews leave the port [2]",), id="caption"),
        pytest.param([("The crews leave the port at noon", ("3",))], ("- The crews leave the port at noon [3]",), id="list-item"),
        pytest.param([("We leave the port at noon.", ("1",))], ("> We leave the port at noon. [1]",), id="block-quote"),
    ],
)  # fmt: skip
def test_headings_captions_and_items_are_cited_as_sentences_are(
    expected: Cited, blocks: tuple[str, ...]
) -> None:
    """What a block is makes no difference to its marker."""
    assert covered("en", "[{}]", *blocks) == expected

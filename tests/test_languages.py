"""Articles in each language with a word file: claims, quotes, attributions and entries are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import build

from tasks.cite.article import cite
from tasks.cite.cues import languages, load_cues
from tasks.cite.dates import month_numbers
from tasks.cite.references import parse_reference
from tasks.extract.headings import is_list_heading
from tasks.model import Article

ARTICLES = {
    "de": [
        "# Fähren stehen still",
        "„Wir werden nicht auslaufen“, sagte Kapitän Jens Brandt der Deutschen Welle [1]. Die Reederei teilte mit, dass 42 Schiffe im Hafen liegen [2].",
        "Laut Hafenamt verloren 1,2 Millionen Reisende ihren Platz.",
        "Nach Angaben von Ministerin Ida Kron dauert der Streik noch zwei Wochen [3]. Sie fügte hinzu, „niemand wird entlassen“ [3].",
        "# Literatur",
        "1. Weber, Anna: „Kapitäne bleiben an Land“. In: Deutsche Welle, 4. Mai 2021, https://www.dw.com/de/a, abgerufen am 9. Juni 2021.",
        "2. Klein, Bernd: 42 Schiffe im Hafen. In: Süddeutsche Zeitung, 5. Mai 2021.",
        "3. dpa: Streik dauert an. Die Zeit, 6. Mai 2021. (zuletzt abgerufen am 9. Juni 2021)",
    ],
    "en": [
        "# Ferries stand still",
        "“We will not sail,” Captain John Marsh told Deutsche Welle [1]. The company said that 42 ships are in port [2].",
        "According to Julia Marchant, 1.2 million travellers lost their place.",
        "According to minister Ida Carrow, the strike will last two weeks [3]. “Nobody will be fired,” she added [3].",
        "# Works Cited",
        "1. Weber, Anna. “Captains stay ashore.” Deutsche Welle, 4 May 2021. Accessed 9 June 2021.",
        "2. Klein, Ben. “42 ships in port.” The Guardian, 5 May 2021.",
        "3. Carrow, I. (2021, May 6). Strike goes on. Vox. https://www.vox.com/strike",
    ],
    "es": [
        "# Los ferris, parados",
        "«No vamos a zarpar», dijo el capitán Juan Morales a EFE [1]. La empresa informó que 42 barcos siguen en el puerto [2].",
        "Según Julia Marchena, 1,2 millones de viajeros perdieron su plaza.",
        "De acuerdo con la ministra Ida Carreras, la huelga durará dos semanas [3]. «Nadie será despedido», agregó Carreras [3].",
        "# Referencias",
        "1. Ruiz, Carmen. «Los capitanes se quedan en tierra». EFE, 4 de mayo de 2021. Consultado el 9 de junio de 2021.",
        "2. López, Marta. «42 barcos en el puerto». El País, 5 de mayo de 2021.",
        "3. Carreras, I. (6 de mayo de 2021). La huelga sigue. El Mundo. https://www.elmundo.es/huelga",
    ],
    "fr": [
        "# Les ferries à l’arrêt",
        "« Nous ne partirons pas », a déclaré le capitaine Jean Morel à l’AFP [1]. La compagnie a indiqué que 42 navires sont au port [2].",
        "Selon Julie Marchand, 1,2 million de voyageurs ont perdu leur place.",
        "D’après la ministre Ida Caron, la grève durera deux semaines [3]. « Personne ne sera licencié », a-t-elle ajouté [3].",
        "# Références",
        "1. Moreau, Anne. « Les capitaines restent à terre ». AFP, 4 mai 2021, consulté le 9 juin 2021.",
        "2. Durand, Paul, « 42 navires au port », Le Monde, 5 mai 2021.",
        "3. Caron, I. (6 mai 2021). La grève continue. Libération. https://www.liberation.fr/greve",
    ],
}

QUOTES = {
    "en": [("We will not sail", "Captain John Marsh", "told"), ("Nobody will be fired", "", "added")],
    "de": [("Wir werden nicht auslaufen", "Kapitän Jens Brandt", "sagte"), ("niemand wird entlassen", "", "fügte hinzu")],
    "fr": [
        ("Nous ne partirons pas", "le capitaine Jean Morel", "a déclaré"),
        ("Personne ne sera licencié", "", "a-t-elle ajouté"),
    ],
    "es": [("No vamos a zarpar", "el capitán Juan Morales", "dijo"), ("Nadie será despedido", "Carreras", "agregó")],
}  # fmt: skip
# Authors, outlet, date and date of access of the entries.
ENTRIES = {
    "en": [
        ("Anna Weber", "Deutsche Welle", "2021-05-04", "2021-06-09"),
        ("Ben Klein", "The Guardian", "2021-05-05", ""),
        ("I. Carrow", "Vox", "2021-05-06", ""),
    ],
    "de": [
        ("Anna Weber", "Deutsche Welle", "2021-05-04", "2021-06-09"),
        ("Bernd Klein", "Süddeutsche Zeitung", "2021-05-05", ""),
        ("dpa", "Die Zeit", "2021-05-06", "2021-06-09"),
    ],
    "fr": [
        ("Anne Moreau", "AFP", "2021-05-04", "2021-06-09"),
        ("Paul Durand", "Le Monde", "2021-05-05", ""),
        ("I. Caron", "Libération", "2021-05-06", ""),
    ],
    "es": [
        ("Carmen Ruiz", "EFE", "2021-05-04", "2021-06-09"),
        ("Marta López", "El País", "2021-05-05", ""),
        ("I. Carreras", "El Mundo", "2021-05-06", ""),
    ],
}  # fmt: skip
CODES = sorted(ARTICLES)


def labels_of(made: Article) -> list[tuple[str, ...]]:
    by_id = {citation.id: citation for citation in made.citations}
    return [tuple(label for key in claim.citations for label in by_id[key].labels) for claim in made.claims]


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("declared", [pytest.param(True, id="declared"), pytest.param(False, id="guessed")])
def test_an_article_is_cited_alike_in_each_language(language: str, declared: bool) -> None:
    """Four cited claims and one that states a number without marker, whether the page tells its language or not."""
    made = cite(build(*ARTICLES[language], language=language if declared else ""))
    assert labels_of(made) == [("1",), ("2",), (), ("3",), ("3",)]
    quotes = [(quote.text, quote.speaker, quote.cue) for claim in made.claims for quote in claim.quotes]
    assert (QUOTES[language], ()) == (quotes, made.warnings)


@pytest.mark.parametrize("language", CODES)
def test_the_list_is_read_in_each_language(language: str) -> None:
    """Entries in the ways of its papers give author, outlet and both dates."""
    made = cite(build(*ARTICLES[language], language=language))
    fields = [reference.fields for reference in made.references]
    found = [(", ".join(one.authors), one.outlet, one.published, one.accessed) for one in fields]
    assert found == ENTRIES[language]


@pytest.mark.parametrize("language", CODES)
def test_a_language_has_words_enough(language: str) -> None:
    """Each word file names at least 25 cue verbs, all months, and no word twice in two cases."""
    cues = load_cues(language)
    assert len(cues.verbs | cues.weak_verbs) >= 25
    assert {month_numbers()[month] for month in cues.months if month in month_numbers()} == set(range(1, 13))
    assert len(cues.days) >= 7
    words = cues.verbs | cues.weak_verbs | cues.prefixes | cues.pronouns | cues.roles | cues.months
    assert [word for word in words if word != word.lower()] == []
    assert (
        min(len(getattr(cues, name)) for name in ("determiners", "divisions", "paragraphs", "magnitudes")) > 0
    )


def test_the_four_languages_are_there() -> None:
    """English, German, French and Spanish have a word file."""
    assert set(CODES) == set(languages()) >= {"en", "de", "fr", "es"}


@pytest.mark.parametrize(
    "heading",
    [
        "Literatur", "Quellen", "Literaturverzeichnis", "Einzelnachweise", "Références", "Bibliographie",
        "Notes et références", "Referencias", "Fuentes", "Bibliografía", "Works Cited", "Sources",
    ],
)  # fmt: skip
def test_a_list_is_known_by_its_heading(heading: str) -> None:
    """The headings of four languages open a list, dressed with a number or a colon too."""
    assert is_list_heading(heading)
    assert is_list_heading(f"4. {heading.upper()}:")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("2021-06-09", "abgerufen am 9. Juni 2021", id="abgerufen-am"),
        pytest.param("2021-06-09", "Abruf: 09.06.2021", id="abruf"),
        pytest.param("2021-06-09", "zuletzt aufgerufen am 9. Juni 2021", id="zuletzt-aufgerufen"),
        pytest.param("2021-06-09", "consulté le 9 juin 2021", id="consulte-le"),
        pytest.param("2021-06-09", "page consultée le 9 juin 2021", id="page-consultee"),
        pytest.param("2021-06-09", "consultado el 9 de junio de 2021", id="consultado-el"),
        pytest.param("2021-06-09", "fecha de consulta: 9 de junio de 2021", id="fecha-de-consulta"),
        pytest.param("2021-06-09", "recuperado el 9 de junio de 2021", id="recuperado"),
        pytest.param("2021-06-09", "retrieved on 9 June 2021", id="retrieved-on"),
        pytest.param("", "updated 9 June 2021", id="updated-is-no-access"),
    ],
)
def test_the_date_of_access_is_known_in_each_language(expected: str, text: str) -> None:
    """It is ``accessed``, and the date of the article stays what it is."""
    fields = parse_reference(f"Roe, Ben. “Ferries stop.” Vox, 4 May 2021, {text}.")
    assert (expected, "2021-05-04") == (fields.accessed, fields.published)


SCRIPTS = st.text(
    alphabet=st.characters(
        categories=["Lu", "Ll", "Lo", "Lm", "Mn", "Mc", "Nd", "Po", "Ps", "Pe", "Pi", "Pf", "Zs"]
    ),
    max_size=120,
)
FOREIGN = (
    "министр сказал в мае 部长 说 在五月 الوزير قال השר אמר मंत्री ने कहा 장관은 말했다 đã nói ο υπουργός είπε "
    "“不” 「はい」 «да» „ja“ (1) [2] ¹ [3] 12 2021 。 ？ . , : https://x.example/a"
)
WORDS = st.lists(st.sampled_from(FOREIGN.split()), max_size=40).map(" ".join)


@given(
    st.lists(SCRIPTS | WORDS, min_size=1, max_size=4),
    st.lists(SCRIPTS | WORDS, max_size=3),
    st.sampled_from(["", "ru", "zh", "ar", "he", "ja", "de-AT", "fr_CA", "xx"]),
)
def test_nothing_breaks_in_any_script(paragraphs: list[str], entries: list[str], language: str) -> None:
    """Whatever is written, claims, quotes and markers are spans of the text, and each marker has one claim."""
    blocks = [" ".join(part.split()) or "x" for part in paragraphs]
    listed = [f"{number}. {' '.join(entry.split())}" for number, entry in enumerate(entries, start=1)]
    made = cite(build("Title", *blocks, "# References", *listed, language=language))
    text = made.document.text
    assert all(text[one.start : one.end] == one.marker for one in made.citations)
    assert all(0 <= one.start < one.end <= len(text) for one in made.claims)
    assert sorted(key for one in made.claims for key in one.citations) == sorted(
        one.id for one in made.citations
    )
    assert all(0 <= quote.start < quote.end <= len(text) for one in made.claims for quote in one.quotes)

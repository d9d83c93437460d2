"""Quotations of any style are found, with who said them and the cue that tells so."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import build

from tasks.cite.cues import guess_language, languages, load_cues
from tasks.cite.lists import find_lists
from tasks.cite.prose import read_prose
from tasks.cite.quotations import find_quotations
from tasks.cite.quotes import find_quotes, is_quote
from tasks.cite.speakers import is_anaphoric, is_named


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(["We will go"], "“We will go,” he said.", id="typographic"),
        pytest.param(["We will go"], '"We will go," he said.', id="straight"),
        pytest.param(["We will go"], "‘We will go,’ he said.", id="single"),
        pytest.param(["Nous irons"], "« Nous irons », dit-il.", id="guillemets"),
        pytest.param(["Wir gehen"], "„Wir gehen“, sagte er.", id="german"),
        pytest.param(["Wir gehen"], "»Wir gehen«, sagte er.", id="guillemets-reversed"),
        pytest.param(["Vi går"], "Han sade: ”Vi går”.", id="swedish"),
        pytest.param(["行きます"], "彼は「行きます」と言った。", id="japanese"),
        pytest.param(["He told me ‘no’ twice"], "“He told me ‘no’ twice,” she said.", id="nested"),
        pytest.param(
            ["It’s the students’ right"], "“It’s the students’ right,” she said.", id="apostrophes-inside"
        ),
        pytest.param(["It’s ours"], "‘It’s ours,’ she said.", id="apostrophe-in-single"),
        pytest.param([], "It’s the students’ right, they’d say.", id="apostrophes"),
        pytest.param([], 'A 5" pipe was laid.', id="inches"),
        pytest.param(["one", "two"], "“one” and “two”", id="two"),
        pytest.param(["We go. We stay"], "“We go. We stay,” he said.", id="two-sentences"),
        pytest.param(["We go on"], "He said: “We go on", id="open-at-the-end"),
        pytest.param(["We will go"], "“We will go,’’ he said.", id="typed-as-two-single-marks"),
        pytest.param(["We will go"], "``We will go,'' he said.", id="backticks"),
        pytest.param(["no", "yes"], "“We go. He said “no” and then “yes” to it.", id="never-closed"),
        pytest.param([], "", id="empty"),
        pytest.param([], "“”", id="nothing-quoted"),
    ],
)
def test_words_in_quotation_marks_are_found(expected: list[str], text: str) -> None:
    """The outermost words in quotation marks are found, without marks and the comma of the sentence."""
    assert [text[item.start : item.end] for item in find_quotations(text)] == expected


def quoted(text: str, language: str = "en") -> list[tuple[str, str, str]]:
    document = build("# Title", text, language=language)
    prose = read_prose(document, find_lists(document).body, language, [])
    start = document.text.index("\n\n") + 2
    attributions = [item for index in range(len(prose.sentences)) for item in prose.attributions(index)]
    found = find_quotes(prose.text, prose.quotations, attributions, (start, len(prose.text)), language)
    return [(prose.text[item.start : item.end], item.speaker, item.cue) for item in found]


@pytest.mark.parametrize(
    ("speaker", "cue", "text"),
    [
        pytest.param("ministry spokesman Sam Ahmadi", "told", "“We will not go there,” ministry spokesman Sam Ahmadi told DW.", id="told-an-outlet"),
        pytest.param("a State Department official", "according to", "It refused “as a matter of principle”, according to a State Department official.", id="according-to"),
        pytest.param("the Post", "according to", "According to the Post, nobody “wants to go there now”.", id="according-to-in-front"),
        pytest.param("Elin Marsh", "said", "“We will not go there,” said Elin Marsh, the director.", id="speaker-behind"),
        pytest.param("the director of the BBC", "said", "“We will not go there,” said the director of the BBC.", id="of-an-outlet"),
        pytest.param("Elin Marsh", "said", "“We will not go there,” said Elin Marsh during a phone interview.", id="ends-at-during"),
        pytest.param("Marta Quill", "told", "“We will not go there,” Marta Quill, the president of the union, told the Tribune.", id="explained-name"),
        pytest.param("Olav Renner", "spoke of", "On Monday, the minister, Olav Renner, spoke of lines “closed with a pen”.", id="explained-in-front"),
        pytest.param("Noor Haddad", "said", "Noor Haddad, who leads the charity, said: “We will not go there.”", id="relative-clause"),
        pytest.param("Grete Holm", "called", "It passed over the protest of Grete Holm, who called it “a hotel on wheels”.", id="name-before-who"),
        pytest.param("Ahmadi", "wrote", "On Monday Ahmadi later wrote that “nobody will go there”.", id="day-in-front"),
        pytest.param("the spokesman", "said", "“We will not go there,” the spokesman said.", id="role"),
        pytest.param("", "said", "“We will not go there,” he said.", id="pronoun"),
        pytest.param("the U.S. envoy", "said", "“We will not go there,” said the U.S. envoy.", id="abbreviation"),
        pytest.param("", "", "It was “a road to nowhere at all” for years in prose without a name.", id="nobody"),
        pytest.param("", "", "He was told “we will not go there”.", id="passive"),
    ],
)  # fmt: skip
def test_the_speaker_stands_beside_the_cue(speaker: str, cue: str, text: str) -> None:
    """The speaker is the name at the cue, before it or behind it; a pronoun names nobody."""
    assert [item[1:] for item in quoted(text)] == [(speaker, cue)]


@pytest.mark.parametrize(
    ("expected", "language", "text"),
    [
        pytest.param(("Wir gehen nicht dorthin", "Sprecher Hans Meier", "sagte"), "de", "„Wir gehen nicht dorthin“, sagte Sprecher Hans Meier.", id="german"),
        pytest.param(("nicht dorthin zu bringen", "dem Ministerium", "laut"), "de", "Laut dem Ministerium ist man „nicht dorthin zu bringen“.", id="german-laut"),
        pytest.param(("Nous n’irons pas là", "la porte-parole Anne Morel", "a déclaré"), "fr", "« Nous n’irons pas là », a déclaré la porte-parole Anne Morel.", id="french"),
        pytest.param(("pas aller à Moscou", "le ministère", "selon"), "fr", "Selon le ministère, on ne veut « pas aller à Moscou ».", id="french-selon"),
        pytest.param(("No iremos a Moscú", "el portavoz Luis Vega", "dijo"), "es", "«No iremos a Moscú», dijo el portavoz Luis Vega.", id="spanish"),
        pytest.param(("Não vamos a Moscou", "", ""), "pt", "“Não vamos a Moscou”, disse a porta-voz.", id="language-without-cues"),
    ],
)  # fmt: skip
def test_cues_of_other_languages(expected: tuple[str, str, str], language: str, text: str) -> None:
    """German, French and Spanish have cues of their own; other languages keep the quote without speaker."""
    assert quoted(text, language) == [expected]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(["unacceptable"], "“unacceptable,” said Elin Marsh.", id="one-word-attributed"),
        pytest.param([], "The so-called “experts” of the city met.", id="scare-quotes"),
        pytest.param([], "The book “The Long Road Home” sold well.", id="title"),
        pytest.param(["a road to nowhere"], "It remains “a road to nowhere” for all.", id="phrase"),
    ],
)
def test_irony_terms_and_titles_are_no_quotes(expected: list[str], text: str) -> None:
    """One or two words count only when somebody is said to have said them; a title never without that."""
    assert [item[0] for item in quoted(text)] == expected


def test_a_quotation_over_several_sentences_is_one_quote() -> None:
    """The words of three sentences inside one pair of marks are one quote with one speaker."""
    [quote] = quoted("“We go. We stay there. We come back,” Elin Marsh said.")
    assert quote == ("We go. We stay there. We come back", "Elin Marsh", "said")


def test_each_of_two_quotes_has_its_own_speaker() -> None:
    """Where a sentence quotes two people, each quote has the nearest cue."""
    quotes = quoted("“We will not go there,” said Elin Marsh, but Sam Reed wrote: “They must go there.”")
    assert [item[1:] for item in quotes] == [("Elin Marsh", "said"), ("Sam Reed", "wrote")]


@pytest.mark.parametrize(
    ("expected", "speaker", "language"),
    [
        pytest.param((True, False), "Elin Marsh", "en", id="name"),
        pytest.param((False, True), "the spokesman", "en", id="role"),
        pytest.param((False, True), "he", "en", id="pronoun"),
        pytest.param((False, True), "", "en", id="nobody"),
        pytest.param((True, False), "spokesman Marsh", "en", id="role-with-name"),
        pytest.param((True, False), "NATO", "en", id="initials"),
        pytest.param((False, False), "Officials", "en", id="capital-at-the-head-only"),
        pytest.param((False, True), "der Sprecher", "de", id="german-noun"),
        pytest.param((True, False), "Sprecher Meier", "de", id="german-name"),
    ],
)
def test_names_are_told_from_roles_and_pronouns(
    expected: tuple[bool, bool], speaker: str, language: str
) -> None:
    """A speaker is named by capitals that no sentence's head explains, or points back to somebody."""
    cues = load_cues(language)
    sentence = f"{speaker} said that it rains."
    assert (is_named(speaker, sentence, cues), is_anaphoric(speaker, cues)) == expected


@pytest.mark.parametrize(
    ("expected", "declared", "text"),
    [
        pytest.param("fr", "fr", "The page is in English and says the contrary.", id="declared"),
        pytest.param("en", "", "The page is in English and it says that of the others.", id="english"),
        pytest.param(
            "de", "", "Der Rat und die Stadt sagen, das sei nicht von Dauer und mit Kosten.", id="german"
        ),
        pytest.param(
            "es", "", "El alcalde y los vecinos por una vez con las obras del puerto.", id="spanish"
        ),
        pytest.param("en", "", "12345", id="no-words"),
    ],
)
def test_the_language_is_declared_or_guessed(expected: str, declared: str, text: str) -> None:
    """What a page declares counts; else its frequent words tell, and English where nothing tells."""
    assert guess_language(declared, text) == expected


def test_every_language_has_every_list() -> None:
    """No list is forgotten: but English alone marks listeners by the verb, French alone turns verbs round."""
    for code in languages():
        cues = load_cues(code)
        empty = {
            name
            for name in cues.__slots__
            if name not in ("listener_verbs", "inverted", "nouns_capitalized") and not getattr(cues, name)
        }
        assert empty == set(), code


@given(st.text(alphabet="ab ,.“”\"'‘’„«»\n", max_size=150))
def test_quotations_are_spans_in_order(text: str) -> None:
    """For any text, quotations lie in order, do not overlap and hold something."""
    found = find_quotations(text)
    assert all(0 <= q.outer_start < q.start < q.end <= q.outer_end <= len(text) for q in found)
    assert all(first.outer_end <= second.outer_start for first, second in pairwise(found))


@given(st.text(max_size=100))
def test_attributed_words_always_count(words: str) -> None:
    """Words that somebody said are a quote as soon as there is a word."""
    assert is_quote(words, attributed=True) >= is_quote(words, attributed=False)


@given(st.text(alphabet="aB ,.“”:said who told the", max_size=150))
def test_speakers_are_words_of_the_text(text: str) -> None:
    """A speaker is never invented: it stands in the text, and so does the cue."""
    for quote, speaker, cue in quoted("x" + text):
        assert quote in text
        assert speaker in "x" + text
        assert cue in " ".join(text.lower().split())

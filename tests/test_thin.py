"""Pages that are no article are told from those that are, and articles under another headline are not."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.accuracy.page_gold import content_of, golds_of, pages_of
from tasks.errors import InputError
from tasks.extract.read import extract
from tasks.fetch.thin import has_title, is_dead_text, letters_of, load_cues, thinness
from tasks.model import Block, Document, Mark, Metadata, Raw
from tasks.normalize import normalize
from tests.made_pages import DEEP, MORE, PROSE
from tests.made_thin_pages import CONSENT, DEAD, ENGLISH, LISTING, PAYWALL, SHORT, document, page, paragraphs
from tests.prose import build

CITED = "What the inspectors found beneath the wall of the dam"

# Of real pages called thin: with their own title, and with another's.
MOST_OWN = 0.01
MOST_CHANGED = 0.03
# CPU seconds for a text of the largest size.
MOST_SECONDS = 10.0


def cases(pages: dict[str, str]) -> list[object]:
    return [pytest.param(text, id=name) for name, text in pages.items()]


def test_there_are_enough_made_pages() -> None:
    """Thirty and more, of every kind in four languages."""
    assert sum(map(len, (CONSENT, PAYWALL, LISTING, SHORT, DEAD))) >= 30


@pytest.mark.parametrize("text", cases(CONSENT))
def test_consent_pages_are_thin(text: str) -> None:
    """A page that asks for consent is no article, in whichever words it asks."""
    for titles in ([CITED], []):
        assert thinness(document(text), titles).startswith("a consent page")


@pytest.mark.parametrize("text", cases(PAYWALL))
def test_stubs_before_paywalls_are_thin_though_their_title_is_right(text: str) -> None:
    """Two sentences of the article and an offer could prove no claim, nor disprove one."""
    made = document(text)
    for titles in ([made.metadata.title], [CITED], []):
        assert thinness(made, titles).startswith("a paywall stub")


@pytest.mark.parametrize("text", cases(LISTING))
def test_listings_are_thin_though_they_name_the_story(text: str) -> None:
    """A front page, a section, a ticker: one of its headlines is no article."""
    for titles in ([ENGLISH[0]], [CITED], []):
        assert thinness(document(text), titles).startswith("a listing")


@pytest.mark.parametrize("text", cases(SHORT))
def test_pages_with_next_to_nothing_are_thin(text: str) -> None:
    """Checks, refusals, empty frames and forms are no article."""
    assert thinness(document(text), [CITED]).startswith("too short")


@pytest.mark.parametrize("text", cases(DEAD))
def test_pages_that_say_that_there_is_none_are_dead(text: str) -> None:
    """What is served as a page but says "not found" is not found."""
    assert is_dead_text(document(text))


ARTICLE = page("Old wall", f"<article><h1>The Old Wall</h1>{paragraphs(PROSE, MORE, DEEP, PROSE)}</article>")


@pytest.mark.parametrize(
    ("titles", "text"),
    [
        pytest.param(["The Old Wall"], ARTICLE, id="its own title"),
        pytest.param([CITED], ARTICLE, id="another headline"),
        pytest.param([], ARTICLE, id="no title"),
        pytest.param(["..."], ARTICLE, id="a title without letters"),
        pytest.param(
            [CITED],
            page("Old wall", f"<h1>Wall</h1>{paragraphs(PROSE, MORE, DEEP, PROSE, 'Subscribe now and cancel anytime.')}"),
            id="an offer below it",
        ),
        pytest.param(
            [CITED],
            page("Cookies", f"<h1>The law on consent</h1>{paragraphs(PROSE, MORE, DEEP, PROSE, 'Sites that ask you to accept all cookies break it, and so do those where we value your privacy is all they say.')}"),
            id="about consent",
        ),
        pytest.param(
            [CITED],
            page("Wall", f"<h1>Wall</h1>{paragraphs(PROSE, MORE, DEEP, PROSE)}<h2>Read on</h2><ul>{''.join(f'<li><a href=/{n}>{one}</a></li>' for n, one in enumerate(ENGLISH))}</ul>"),
            id="a list of stories below it",
        ),
        pytest.param(["Boats collide"], page("Boats collide", f"<h1>Boats collide</h1>{paragraphs(PROSE, 'Nobody was hurt.')}"), id="short, with its title"),
        pytest.param([], page("Boats collide", f"<h1>Boats collide</h1>{paragraphs(PROSE, 'Nobody was hurt.')}"), id="short, no title known"),
    ],
)  # fmt: skip
def test_articles_are_not_thin(titles: list[str], text: str) -> None:
    """An article's worth of prose is one, whatever its headline is and whatever stands around it."""
    made = document(text)
    assert (thinness(made, titles), is_dead_text(made)) == ("", False)


def test_stories_listed_below_an_article_leave_it_one() -> None:
    """A run of paragraphs as long as an article is one, however many links follow."""
    links = [f"- <a /{n}>{one}</a>" for n, one in enumerate(ENGLISH)]
    assert "" == thinness(build(PROSE, MORE, DEEP, PROSE, *links), [CITED])
    assert thinness(build(PROSE, *links), [CITED]).startswith("a listing")


def test_an_article_about_dead_pages_is_not_dead() -> None:
    """Its title has the words, but it has a text."""
    assert not is_dead_text(build("# Page not found: why links die", PROSE, MORE, DEEP, PROSE))


def test_pages_of_tables_are_not_thin() -> None:
    """Many short lines may be what a claim rests on: results, lists, records."""
    rows = "".join(
        f"<li>{n} {one.split()[0]} {one.split()[-1]} {n * 7} points</li>" for n, one in enumerate(ENGLISH * 5)
    )
    assert "" == thinness(
        document(page("Results", f"<h1>Results of the season</h1><ol>{rows}</ol>")), [CITED]
    )


def test_a_short_page_with_another_title_is_thin() -> None:
    """A few lines under a title that nobody cited are not what was cited."""
    made = document(page("Boats collide", f"<h1>Boats collide</h1>{paragraphs(PROSE, 'Nobody was hurt.')}"))
    assert thinness(made, [CITED]).startswith("too short")


@pytest.mark.parametrize(
    ("expected", "title", "own"),
    [
        pytest.param(True, "The Old Wall of the Dam", "The old wall of the dam", id="the same"),
        pytest.param(
            True, "The Old Wall of the Dam", "The old wall of the dam | The Ledger", id="with the outlet"
        ),
        pytest.param(True, "The Old Wall of the Dam: What We Know", "The old wall of the dam", id="longer"),
        pytest.param(True, "The Old Wal of the Dam", "The old wall of the dam", id="mistyped"),
        pytest.param(True, "Überflutung im Tal", "UBERFLUTUNG IM TAL", id="accents"),
        pytest.param(False, "The Old Wall of the Dam", "Home", id="another"),
        pytest.param(False, "Coming home", "Home", id="a short word of it"),
        pytest.param(False, "", "Home", id="none"),
    ],
)
def test_titles_are_compared_as_references_are(expected: bool, title: str, own: str) -> None:
    """Case, accents, typing errors, an outlet's name and cuts make no difference."""
    made = build("Some words.")
    assert expected == has_title(replace(made, metadata=Metadata(title=own)), [title])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("404 people rescued from the harbour", id="a number"),
        pytest.param("Errors of the county, and who pays for them", id="errors"),
        pytest.param("Missing page of the treaty found", id="a page"),
    ],
)
def test_short_news_with_words_of_dead_pages_is_not_dead(text: str) -> None:
    """Only what a site says of its own page counts."""
    assert not is_dead_text(document(page(text, f"<h1>{text}</h1>{paragraphs(PROSE)}")))


def test_characters_of_dense_scripts_count_for_more() -> None:
    """A Japanese article of 300 characters is none of 300 letters."""
    assert 300 == letters_of("a" * 300)
    assert 750 == letters_of("宮" * 300)


def test_phrases_are_in_four_languages_and_of_more_than_one_word_or_long() -> None:
    """A single short word would stand in many an article."""
    cues = load_cues()
    for phrases in (cues.consent, cues.paywall, cues.dead, cues.shell):
        assert len(phrases) > 30
        assert all(len(phrase.split()) > 1 or len(phrase.strip()) >= 8 for phrase in phrases)


@pytest.fixture(scope="module")
def real(shared: Path) -> list[tuple[Document, str]]:
    """Real pages with the titles that their publishers gave them."""
    read = []
    for folder in (shared / "data" / "pages", shared / "data" / "pages_english"):
        for path, gold in zip(pages_of(folder), golds_of(folder), strict=True):
            raw = Raw(path.name, "text/html", content_of(path))
            try:
                made = normalize(raw, extract(raw))
            except InputError:
                continue
            if gold is not None:
                read.append((made, gold.title))
    return read


@pytest.mark.slow
def test_real_articles_are_not_called_thin(real: list[tuple[Document, str]]) -> None:
    """Fewer than one in a hundred with its own title, or none; fewer than three under another page's headline."""
    titles = [title for _, title in real]
    others = titles[7:] + titles[:7]
    own = [made.uri for made, title in real if thinness(made, [title])]
    none = [made.uri for made, _ in real if thinness(made, [])]
    changed = [made.uri for (made, _), other in zip(real, others, strict=True) if thinness(made, [other])]
    assert len(real) > 150
    assert (len(own) < MOST_OWN * len(real), len(none) < MOST_OWN * len(real)) == (True, True), (own, none)
    assert len(changed) < MOST_CHANGED * len(real), changed
    assert [] == [made.uri for made, _ in real if is_dead_text(made)]


@settings(max_examples=100)
@given(
    texts=st.lists(
        st.text(max_size=200) | st.sampled_from([PROSE, "Accept all", "Page not found", *ENGLISH]),
        max_size=20,
    ),
    titles=st.lists(st.text(max_size=40), max_size=3),
    linked=st.booleans(),
)
def test_any_document_gets_an_answer(texts: list[str], titles: list[str], linked: bool) -> None:
    """Empty, odd or endless: there is an answer, and it is the same twice."""
    text, blocks = "", []
    for one in texts:
        if one:
            blocks.append(Block("paragraph", len(text), len(text) + len(one)))
            text += one + "\n"
    marks = tuple(Mark("link", b.start, b.end, "/") for b in blocks) if linked else ()
    made = Document("d", "d", text, tuple(blocks), marks, Metadata())
    assert thinness(made, titles) == thinness(made, titles)
    assert is_dead_text(made) in (True, False)


@pytest.mark.parametrize("kind", ["paragraph", "heading"])
@pytest.mark.parametrize("one", ["Words of a line.", "Accept all cookies now, we value your privacy. " * 5])
def test_the_largest_documents_take_seconds_not_minutes(one: str, kind: str) -> None:
    """Time is linear in blocks, links and characters."""
    blocks, marks, text = [], [], (one + "\n") * (1_500_000 // (len(one) + 1))
    for start in range(0, len(text), len(one) + 1):
        blocks.append(Block(kind, start, start + len(one)))  # type: ignore[arg-type]
        marks.append(Mark("link", start, start + len(one), "/"))
    made = Document("d", "d", text, tuple(blocks), tuple(marks), Metadata(title="Words"))
    began = time.process_time()
    thinness(made, [CITED])
    thinness(replace(made, marks=()), [CITED])
    is_dead_text(made)
    assert time.process_time() - began < MOST_SECONDS

"""Is a page that came back no article: a consent page, the stub before a paywall, a listing, next to nothing?

An outlet changes its headlines, so another title alone tells nothing: a page with an article's worth of
prose is taken for one. What each number is worth was measured on real pages; see the tests.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rapidfuzz import fuzz

from tasks.model import Block, Document
from tasks.resolve import SAME_TITLE, SHORTEST_CUT_CHARACTERS, fold_title

# A Chinese or Japanese character says as much as two and a half letters of an alphabet, as translations run.
IDEOGRAPH_WEIGHT = 2.5
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Shorter blocks are headlines, captions, buttons and names; a sentence of news is seldom shorter.
PROSE_LETTERS = 80
SENTENCE_ENDS = '.!?:;…。！？”"’»›)]'
# The end of a sentence may be followed by a closing mark, a note's number or an author's initials.
END_CHARACTERS = 4

# With so much prose a page is an article, whatever else stands on it: the shortest real news in full have
# 800 to 900 letters, stubs before paywalls up to 500.
ARTICLE_LETTERS = 600
# Below this no page can tell whether a claim is right, whatever its title: two sentences.
LEAST_LETTERS = 200
# What is longer, but has little prose, may be a table, a score sheet or a page for reference.
SHORT_LETTERS = 1_500
# A consent page or a paywall says what it is in several ways; in a short text one offer is enough.
CONSENT_PHRASES = 2
PAYWALL_PHRASES = 2
# A page that says it is none may show some stories instead, but no article.
DEAD_LETTERS = ARTICLE_LETTERS
# One that says it below its title does so in its first words.
DEAD_OPENING = 200

# Consent pages and stubs are short; behind so many characters neither phrases nor titles are looked for.
SEARCHED = 50_000

# A listing is made of links: a block is one when so much of it is.
LINKED_SHARE = 0.7
# A headline is no shorter; the words of a menu are.
HEADLINE_LETTERS = 20
# It has this many, and no fewer of them than paragraphs. Articles have up to 6 such blocks, but long runs
# of paragraphs.
LEAST_LINKED = 5
# One of whose teasers only the text was read looks like an article, but each speaks of something else: of
# its paragraphs less than this share has a word in common with another. Real news has from 0.69 on.
LEAST_TOGETHER = 0.4
# Fewer paragraphs tell nothing, and teasers are short.
LEAST_TEASERS = 6
TEASER_LETTERS = 250
# Words of so many letters carry the matter; their beginnings are the same in all their forms.
WORD = re.compile(r"[^\W\d_]{6,}")
STEM_LETTERS = 6
# Writing without spaces shows no words; Korean joins its particles to them.
IDEOGRAPH_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Cues:
    """Folded phrases of all languages, each with a space before and behind it."""

    consent: tuple[str, ...]
    paywall: tuple[str, ...]
    dead: tuple[str, ...]
    shell: tuple[str, ...]


@cache
def load_cues() -> Cues:
    """Return the phrases of ``thin_cues.toml``."""
    path = resources.files(__package__).joinpath("thin_cues.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8")).values()

    def folded(kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_spaced(phrase) for table in tables for phrase in table[kind]))

    return Cues(folded("consent"), folded("paywall"), folded("dead"), folded("shell"))


def thinness(document: Document, titles: Sequence[str]) -> str:
    """Return why the page is no article, in a sentence, or "".

    ``titles`` are those of the references that cite it; where one stands on the page, a short one passes.
    """
    if (listing := _listing(document)) and not _is_called(document, titles):
        return f"a listing: {listing}"
    asked = _asked(document)
    # What asks for consent or money is no article's prose.
    own = [block for block in document.blocks if block not in asked]
    letters = sum(letters_of(text) for block in own if is_prose(text := _text(document, block)))
    if letters >= ARTICLE_LETTERS:
        return ""
    whole = letters_of(document.text)
    stub = _stub(set().union(*asked.values()), whole)
    return stub or _too_short(document, titles, letters, whole)


def _asked(document: Document) -> dict[Block, set[str]]:
    """Return the blocks that have a phrase of consent, paywall or shell pages, with those phrases."""
    cues = load_cues()
    phrases = {*cues.consent, *cues.paywall, *cues.shell}
    first = [block for block in document.blocks if block.start < SEARCHED]
    found = {block: _found(phrases, _spaced(_text(document, block))) for block in first}
    return {block: phrases for block, phrases in found.items() if phrases}


def _stub(phrases: set[str], whole: float) -> str:
    cues, short = load_cues(), whole < SHORT_LETTERS
    consent, paywall = len(phrases & {*cues.consent}), len(phrases & {*cues.paywall})
    if consent >= CONSENT_PHRASES and consent >= paywall:
        return "a consent page: it asks for consent and has hardly any text"
    if paywall >= PAYWALL_PHRASES or (paywall and short):
        return "a paywall stub: it asks for a subscription and has hardly any text"
    if phrases & {*cues.shell} and short:
        return "too short: it asks for a script or a check and has hardly any text"
    return ""


def _too_short(document: Document, titles: Sequence[str], letters: float, whole: float) -> str:
    if whole < LEAST_LETTERS:
        return f"too short: {whole:.0f} letters"
    if whole < SHORT_LETTERS and any(map(fold_title, titles)) and not has_title(document, titles):
        return f"too short: {letters:.0f} letters of prose, and the title that is cited is not on it"
    return ""


def is_dead_text(document: Document) -> bool:
    """Whether the page says that there is none ("page not found"), though it was served as one."""
    prose = (text for block in document.blocks if is_prose(text := _text(document, block)))
    if sum(map(letters_of, prose)) >= DEAD_LETTERS:
        return False
    places = [_spaced(text) for text in (*_titles(document), document.text[:DEAD_OPENING])]
    return any(place == " 404 " or _found(load_cues().dead, place) for place in places)


def has_title(document: Document, titles: Iterable[str]) -> bool:
    """Whether one of ``titles`` is the page's, stands on it, or is like its title or one of its headings."""
    text, own = _spaced(document.text[:SEARCHED]), _titles(document)
    return any(
        f" {title} " in text or _is_like(title, own) for title in filter(None, map(fold_title, titles))
    )


def _titles(document: Document) -> list[str]:
    """Return the page's title and its headings."""
    first = [block for block in document.blocks if block.kind == "heading" and block.start < SEARCHED]
    return [document.metadata.title, *(_text(document, block) for block in first)]


def _is_called(document: Document, titles: Iterable[str]) -> bool:
    return any(_is_like(title, (document.metadata.title,)) for title in filter(None, map(fold_title, titles)))


def _is_like(title: str, others: Iterable[str]) -> bool:
    """Whether a folded title is one of ``others`` but for typing errors, a part of it or has it as a part."""
    for other in map(fold_title, others):
        short, long = sorted((title, other), key=len)
        # A page's title may have the outlet's name behind it, a reference's may be cut.
        if len(short) >= SHORTEST_CUT_CHARACTERS and f" {short} " in f" {long} ":
            return True
        if fuzz.ratio(title, other) >= SAME_TITLE * 100:
            return True
    return False


def letters_of(text: str) -> float:
    """Return the length of ``text`` in letters of an alphabet."""
    return len(text) + (IDEOGRAPH_WEIGHT - 1) * len(IDEOGRAPH.findall(text))


def is_prose(text: str) -> bool:
    """Whether a block is a paragraph of sentences rather than a headline, a caption or a button."""
    return letters_of(text) >= PROSE_LETTERS and any(c in SENTENCE_ENDS for c in text[-END_CHARACTERS:])


def _listing(document: Document) -> str:
    """Return by what the page is told to be a list of stories, "" where it is none."""
    linked = _linked(document)
    teasers: list[str] = []
    run = longest = 0.0
    for block in document.blocks:
        text = _text(document, block)
        is_teaser = is_prose(text) and block not in linked
        teasers += [text] if is_teaser else []
        run = run + letters_of(text) if is_teaser else 0.0
        longest = max(longest, run)
    if len(linked) >= max(LEAST_LINKED, len(teasers)) and longest < ARTICLE_LETTERS:
        return "most of it are links"
    return "" if _belong_together(teasers) else "its paragraphs have nothing to do with each other"


def _belong_together(paragraphs: Sequence[str]) -> bool:
    letters = sum(map(len, paragraphs))
    if len(paragraphs) < LEAST_TEASERS or letters > TEASER_LETTERS * len(paragraphs):
        return True
    if len(IDEOGRAPH.findall("".join(paragraphs))) > IDEOGRAPH_SHARE * letters:
        return True
    words = [{word[:STEM_LETTERS].casefold() for word in WORD.findall(text)} for text in paragraphs]
    counts = Counter(word for one in words for word in one)
    together = sum(any(counts[word] > 1 for word in one) for one in words)
    return together >= LEAST_TOGETHER * len(paragraphs)


def _linked(document: Document) -> set[Block]:
    """Return the blocks that are links for the most part."""
    links = [(mark.start, mark.end) for mark in document.marks if mark.kind == "link"]
    starts = [start for start, _ in links]
    found = set()
    for block in document.blocks:
        # Marks come in order, and none reaches from one block into the next.
        inside = links[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
        size = block.end - block.start
        if size >= HEADLINE_LETTERS and sum(end - start for start, end in inside) >= LINKED_SHARE * size:
            found.add(block)
    return found


def _text(document: Document, block: Block) -> str:
    return document.text[block.start : block.end]


def _spaced(text: str) -> str:
    return f" {fold_title(text)} "


def _found(phrases: Iterable[str], text: str) -> set[str]:
    return {phrase for phrase in phrases if phrase in text}

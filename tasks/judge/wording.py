"""Measure the words of a claim against a page: how each word stands to the page and to its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tasks.cite.cues import every
from tasks.link.features import CLAUSE_BREAK
from tasks.link.names import find_names
from tasks.link.numbers import DAY, YEAR, find_quantities, missing_quantities
from tasks.link.words import LONGEST_PLACE_WORDS, WORD, content_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tasks.link.index import SourceIndex
    from tasks.link.numbers import Quantity

WORD_FEATURES: dict[str, str] = {
    "absent_page": "the page does not hold the word",
    "absent_near": "the chosen sentences and those about them do not",
    "absent_set": "the chosen sentences do not",
    "name": "the word is of a name",
    "number": "the word is of a quantity",
    "number_missing_page": "the word is of a quantity with which none of the page agrees",
    "number_missing_near": "none of the chosen sentences and those about them agrees with it",
    "date": "the word is of a date: a month, a day, a year",
    "rank": "the word tells a place in a row: first, only, last",
    "name_absent": "the word is of a name, and the chosen sentences and those about them do not hold it",
    "date_absent": "the same of a date",
    "being": "the word is a form of to be, or one that stands like it",
    "pronoun": "the word points back to who or what was named",
    "joining": "the word joins clauses or things: and, or, but",
    "frequent": "share of the page's sentences that hold the word",
    "alone": "one less the share of the claim's words that a sentence which holds the word has, at best",
    "alone_near": "the same, with the sentences before and after it",
    "neighbours_apart": "share of the content words about the word that no sentence holds together with it",
    "pair_before": "the page does not have the word behind the word before it",
    "pair_after": "the page does not have the word before the word behind it",
    "before_absent_page": "the page does not hold the content word before",
    "after_absent_page": "the page does not hold the content word behind",
    "before_absent_near": "the chosen sentences and those about them do not hold the content word before",
    "after_absent_near": "they do not hold the content word behind",
    "clause_absent_page": "share of the clause's content words that the page does not hold",
    "clause_absent_near": "share that the chosen sentences and those about them do not hold",
    "claim_absent_page": "share of the claim's content words that the page does not hold",
    "claim_absent_near": "share that the chosen sentences and those about them do not hold",
    "place": "how far into the claim the word stands, 0-1",
    "last": "the word is the claim's last",
}
# What pages seldom say in so many words, and claims like to add.
RANKS = frozenset(
    {"first", "second", "third", "last", "latest", "only", "former", "erste", "ersten", "zweite", "zweiten",
     "letzte", "letzten", "einzige", "einzigen", "premier", "première", "deuxième", "dernier", "dernière",
     "seul", "seule", "primer", "primera", "segundo", "segunda", "último", "última", "único", "única"}
)  # fmt: skip
# Sentences about a chosen one that a reader takes in with it.
NEAR_SENTENCES = 2
# Content words on either side that should keep a word company.
NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """What a sentence, or some of a page together, hold: stems, lower-case forms and quantities."""

    words: frozenset[str]
    surfaces: frozenset[str]
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class PageWords:
    """A page ready to be asked for words: its n sentences, all with the title, and its pairs of words."""

    sentences: tuple[Scope, ...]
    whole: Scope
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Words:
    """The n words of a claim: spans, lower-case forms, stems ("" of a function word), clause numbers."""

    spans: tuple[tuple[int, int], ...]
    surfaces: tuple[str, ...]
    stems: tuple[str, ...]
    clauses: tuple[int, ...]
    names: frozenset[str]
    quantities: tuple[Quantity | None, ...]

    @property
    def content(self) -> list[int]:
        """The places of the content words."""
        return [place for place, stem in enumerate(self.stems) if stem]


def read_page(index: SourceIndex) -> PageWords:
    """Read the words of a page once, for all claims that are held against it."""
    forms = [_surfaces(text) for text in index.texts]
    sentences = tuple(
        Scope(words, frozenset(surfaces), tuple(find_quantities(text)))
        for words, surfaces, text in zip(index.words, forms, index.texts, strict=True)
    )
    title = Scope(frozenset(content_words(index.title)), frozenset(_surfaces(index.title)), ())
    pairs = frozenset(pair for surfaces in forms for pair in pairwise(surfaces))
    return PageWords(sentences, _together([title, *sentences]), pairs)


def split_claim(text: str) -> Words:
    """Return the words of a claim's ``text``."""
    matches = list(WORD.finditer(text))
    clauses, number = [], 0
    for place, match in enumerate(matches):
        gap = text[matches[place - 1].end() if place else 0 : match.end()]
        number += bool(place and CLAUSE_BREAK.search(gap))
        clauses.append(number)
    quantities = find_quantities(text)
    return Words(
        spans=tuple(match.span() for match in matches),
        surfaces=tuple(match.group().casefold() for match in matches),
        stems=tuple(_stems(text, [match.span() for match in matches])),
        clauses=tuple(clauses),
        names=find_names(text),
        quantities=tuple(_quantity(match.span(), quantities) for match in matches),
    )


def _stems(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the stem of each word, that of a whole name of a place for each word of it."""
    stems = [" ".join(content_words(text[start:end])) for start, end in spans]
    for length in range(2, LONGEST_PLACE_WORDS + 1):
        for first in range(len(spans) - length + 1):
            words = content_words(text[spans[first][0] : spans[first + length - 1][1]])
            if len(words) == 1 and words[0].startswith("@"):
                stems[first : first + length] = words * length
    return stems


def _quantity(span: tuple[int, int], quantities: Iterable[Quantity]) -> Quantity | None:
    return next((one for one in quantities if span[0] < one.end and one.start < span[1]), None)


def _surfaces(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _together(scopes: Iterable[Scope]) -> Scope:
    listed = list(scopes)
    return Scope(
        frozenset[str]().union(*(one.words for one in listed)),
        frozenset[str]().union(*(one.surfaces for one in listed)),
        tuple(quantity for one in listed for quantity in one.quantities),
    )


def measure_words(claim: Words, page: PageWords, chosen: Sequence[int]) -> list[dict[str, float]]:
    """Return the :data:`WORD_FEATURES` of each word of ``claim``."""
    size = len(page.sentences)
    about = {n for one in chosen for n in range(one - NEAR_SENTENCES, one + NEAR_SENTENCES + 1)}
    scopes = {
        "page": page.whole,
        "near": _together(page.sentences[n] for n in sorted(about & set(range(size)))),
        "set": _together(page.sentences[n] for n in chosen),
    }
    absent = {
        name: [_absent(claim, place, scope) for place in range(len(claim.spans))]
        for name, scope in scopes.items()
    }
    shares = _shares(claim, page)
    return [
        {
            **{f"absent_{name}": float(absent[name][place]) for name in scopes},
            **_as_fact(claim, place, scopes),
            **_kind(claim, place, absent["near"][place]),
            **_company(claim, place, page, shares),
            **_missing_about(claim, place, absent),
            "place": place / len(claim.spans),
            "last": float(place == len(claim.spans) - 1),
        }
        for place in range(len(claim.spans))
    ]


def _absent(claim: Words, place: int, scope: Scope) -> bool:
    """Whether ``scope`` lacks a word: its form, its stem, and of a number what it tells."""
    if claim.surfaces[place] in scope.surfaces or claim.stems[place] in scope.words:
        return False
    quantity = claim.quantities[place]
    return quantity is None or _missing(quantity, scope)


def _missing(quantity: Quantity | None, scope: Scope) -> bool:
    return quantity is not None and bool(missing_quantities([quantity], scope.quantities))


def _as_fact(claim: Words, place: int, scopes: Mapping[str, Scope]) -> dict[str, float]:
    quantity = claim.quantities[place]
    return {
        "number": float(quantity is not None),
        "number_missing_page": float(_missing(quantity, scopes["page"])),
        "number_missing_near": float(_missing(quantity, scopes["near"])),
    }


def _kind(claim: Words, place: int, absent: bool) -> dict[str, float]:
    """Tell what kind of word it is, by the lists of all languages."""
    surface, quantity = claim.surfaces[place], claim.quantities[place]
    dated = quantity is not None and quantity.unit in (YEAR, DAY)
    date = dated or surface in every("months") | every("days")
    name = claim.stems[place] in claim.names
    return {
        "name": float(name),
        "name_absent": float(name and absent),
        "date": float(date),
        "date_absent": float(date and absent),
        "rank": float(surface in RANKS),
        "being": float(surface in every("passives")),
        "pronoun": float(surface in every("pronouns") | every("anaphors")),
        "joining": float(surface in every("conjunctions")),
    }


def _shares(claim: Words, page: PageWords) -> list[tuple[float, float]]:
    """Return for each sentence the share of the claim's content words in it, and in it and its neighbours."""
    wanted = {stem for stem in claim.stems if stem}
    held = [wanted & one.words for one in page.sentences]
    whole = max(len(wanted), 1)
    return [
        (len(own) / whole, len(own.union(*held[max(n - 1, 0) : n + 2])) / whole) for n, own in enumerate(held)
    ]


def _company(
    claim: Words, place: int, page: PageWords, shares: Sequence[tuple[float, float]]
) -> dict[str, float]:
    """Tell what stands with the word where the page holds it."""
    holding = [n for n, one in enumerate(page.sentences) if not _absent(claim, place, one)]
    others = [n for n in claim.content if n != place and abs(n - place) <= NEIGHBOURS]
    together = (sum(claim.stems[n] in page.sentences[s].words for n in others) for s in holding)
    return {
        "frequent": len(holding) / max(len(page.sentences), 1),
        "alone": 1.0 - max((shares[n][0] for n in holding), default=0.0),
        "alone_near": 1.0 - max((shares[n][1] for n in holding), default=0.0),
        "neighbours_apart": 1.0 - max(together, default=0) / max(len(others), 1),
        "pair_before": float(_parted(claim, place - 1, page)),
        "pair_after": float(_parted(claim, place, page)),
    }


def _parted(claim: Words, place: int, page: PageWords) -> bool:
    """Whether the page lacks the pair of this word and the next, neither told in other figures."""
    pair = claim.surfaces[place : place + 2] if place >= 0 else ()
    if len(pair) < 2 or pair in page.pairs:
        return False
    whole = page.whole
    return not any(
        surface not in whole.surfaces and quantity is not None and not _missing(quantity, whole)
        for surface, quantity in zip(pair, claim.quantities[place : place + 2], strict=True)
    )


def _missing_about(claim: Words, place: int, absent: Mapping[str, Sequence[bool]]) -> dict[str, float]:
    """Tell which of the content words about the word are absent."""
    content = claim.content
    before = [n for n in content if n < place][-1:]
    after = [n for n in content if n > place][:1]
    clause = [n for n in content if claim.clauses[n] == claim.clauses[place]]
    parts = {"before": before, "after": after, "clause": clause, "claim": content}
    return {
        f"{name}_absent_{scope}": sum(absent[scope][n] for n in places) / max(len(places), 1)
        for name, places in parts.items()
        for scope in ("page", "near")
    }

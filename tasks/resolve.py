"""Resolve references: which held document does an entry mean? By address, else by title, else a reason.

A title alone can be common to many pages ("Editorial"), and a syndicated story lies in many places:
outlet, date and authors must not speak against it, and one candidate must remain.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from tasks.cite.outlets import find_outlet, outlet_key
from tasks.cite.urls import canonical_url
from tasks.model import Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tasks.model import Fields, Metadata, Reference

# A title that is this like is the same but for typing errors or typography (share of equal letters).
SAME_TITLE = 0.9
# A title this like needs two of outlet, date and author to agree as well.
LIKELY_TITLE = 0.75
# A cut title must keep at least this many letters to stand for the whole.
SHORTEST_CUT_CHARACTERS = 16
# What an agreeing or contradicting outlet, date or author adds to or takes from a title's likeness.
AGREEMENT = 0.05
CONTRADICTION = 0.08
# One candidate remains when the next lies at least this far behind.
CLEAR_LEAD = 0.03
# A story is dated by the day it was written, printed or changed.
NEAR_DAYS = 3
# Candidates below this likeness are not looked at.
LEAST_LIKENESS = 70.0
PUNCTUATION = re.compile(r"[^\w\s]+")


@dataclass(frozen=True, slots=True)
class Holding:
    """A held document as references are matched with it. ``urls`` are all its canonical addresses."""

    document: str
    title: str
    outlet: str
    published: str
    authors: tuple[str, ...]
    urls: tuple[str, ...]


def holding_of(document: str, metadata: Metadata) -> Holding:
    """Return what resolving needs of a document."""
    address = canonical_url(metadata.url)
    return Holding(
        document,
        fold_title(metadata.title),
        _outlet(metadata.outlet, metadata.url),
        metadata.published[:10],
        tuple(family for author in metadata.authors if (family := _family(author))),
        (address,) if address else (),
    )


def fold_title(title: str) -> str:
    """Return ``title`` in lower case without accents and punctuation, words parted by one space."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(PUNCTUATION.sub(" ", plain).split())


def _outlet(name: str, url: str) -> str:
    known = find_outlet(url) if url and not name else None
    return outlet_key(known.name if known else name)


def _family(author: str) -> str:
    words = fold_title(author).split()
    return words[-1] if words else ""


class Catalogue:
    """The held documents, ready to be matched."""

    def __init__(self, holdings: Iterable[Holding]) -> None:
        self.holdings = sorted(holdings, key=lambda holding: holding.document)
        self._by_url: dict[str, list[Holding]] = {}
        for holding in self.holdings:
            for url in holding.urls:
                self._by_url.setdefault(url, []).append(holding)
        self._titles = [holding.title for holding in self.holdings]

    def resolve(self, reference: Reference, citing: str = "") -> Resolution:
        """Return the document that ``reference`` means, or why none; never ``citing``, its own article.

        Reasons: ``no_title`` (neither address nor title to go by), ``not_held`` (no candidate),
        ``ambiguous`` (several that nothing tells apart), ``contradicted`` (the title is held, but
        outlet and date are another's).
        """
        address = canonical_url(reference.fields.url)
        at_url = [one for one in self._by_url.get(address, []) if one.document != citing]
        if at_url:
            best = max(at_url, key=lambda holding: (_likeness(reference.fields, holding), holding.document))
            return Resolution(reference.id, best.document, "url", 1.0, "")
        if not fold_title(reference.fields.title):
            reason = "no_title" if not reference.fields.url else "not_held"
            return Resolution(reference.id, "", "", 0.0, reason)
        return self._by_title(reference, citing)

    def _by_title(self, reference: Reference, citing: str) -> Resolution:
        title = fold_title(reference.fields.title)
        whole = process.extract(title, self._titles, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=8)
        numbers = {number for _, _, number in whole}
        if len(title) >= SHORTEST_CUT_CHARACTERS:
            numbers |= {n for n, held in enumerate(self._titles) if _cut_of(title, held)}
        scored = sorted(
            (
                (_likeness(reference.fields, self.holdings[n]), self.holdings[n])
                for n in numbers
                if self.holdings[n].document != citing
            ),
            key=lambda pair: (-pair[0], pair[1].document),
        )
        return _accept(reference.id, scored)


def _accept(reference: str, scored: Sequence[tuple[float, Holding]]) -> Resolution:
    if not scored:
        return Resolution(reference, "", "", 0.0, "not_held")
    score, best = scored[0]
    if score < SAME_TITLE:
        reason = "contradicted" if score >= LIKELY_TITLE else "not_held"
        return Resolution(reference, "", "", round(min(score, 1.0), 4), reason)
    rivals = [holding for other, holding in scored[1:] if score - other < CLEAR_LEAD]
    if rivals:
        return Resolution(reference, "", "", round(min(score, 1.0), 4), "ambiguous")
    return Resolution(reference, best.document, "title", round(min(score, 1.0), 4), "")


def _cut_of(title: str, held: str) -> bool:
    """Whether ``title`` is the beginning of ``held``, or the other way round, at a word's end."""
    short, long = sorted((title, held), key=len)
    return len(short) >= SHORTEST_CUT_CHARACTERS and (long + " ").startswith(short + " ")


def _likeness(fields: Fields, holding: Holding) -> float:
    """The titles' likeness, 0–1, with what outlet, date and authors add or take; may pass 1."""
    title = fold_title(fields.title)
    likeness = 1.0 if _cut_of(title, holding.title) else fuzz.ratio(title, holding.title) / 100
    signs = [
        _agree_outlet(_outlet(fields.outlet, fields.url), holding.outlet),
        _agree_date(fields.published, holding.published),
        _agree_authors([_family(author) for author in fields.authors], holding.authors),
    ]
    agreeing, against = signs.count(True), signs.count(False)
    if likeness < LIKELY_TITLE or (likeness < SAME_TITLE and agreeing < 2):
        return min(likeness, LIKELY_TITLE - CLEAR_LEAD)
    # Two of three agree: the letters that differ are typing errors.
    lift = max(0.0, SAME_TITLE - likeness) if agreeing >= 2 else 0.0
    return likeness + lift + AGREEMENT * agreeing - CONTRADICTION * against


def _agree_outlet(one: str, other: str) -> bool | None:
    if not one or not other:
        return None
    return one == other or f" {one} " in f" {other} " or f" {other} " in f" {one} "


def _agree_date(one: str, other: str) -> bool | None:
    """Whether two dates agree as far as both are told; whole days may differ by :data:`NEAR_DAYS`."""
    if not one or not other:
        return None
    shared = min(len(one), len(other))
    if shared == len("2016-01-23"):
        try:
            return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) <= NEAR_DAYS
        except ValueError:
            return None
    return one[:shared] == other[:shared]


def _agree_authors(one: Sequence[str], other: Sequence[str]) -> bool | None:
    if not one or not other:
        return None
    return bool(set(one) & set(other))


def resolve_all(references: Iterable[Reference], holdings: Iterable[Holding]) -> Mapping[str, Resolution]:
    """Return the resolution of each of ``references`` among ``holdings``, by reference id."""
    catalogue = Catalogue(holdings)
    return {reference.id: catalogue.resolve(reference) for reference in references}

"""Resolve references: which held document does an entry mean? By address, else by title, else a reason.

A page that is held itself goes before a copy of it in a web archive.

A title alone can be common to many pages ("Editorial"), and a syndicated story lies in many places:
outlet, date and authors must not speak against it, and one candidate must remain.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from tasks.cite.outlets import find_outlet, outlet_key
from tasks.cite.urls import canonical_url
from tasks.model import Metadata, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tasks.model import Reference

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
# The character that follows the space: what begins with words and a space lies before words and this.
AFTER_SPACE = "!"


@dataclass(frozen=True, slots=True)
class Holding:
    """A held document as references are matched with it. ``urls`` are all its canonical addresses.

    ``archived`` are the addresses of pages of which it is a copy in a web archive.
    """

    document: str
    title: str
    outlet: str
    published: str
    authors: tuple[str, ...]
    urls: tuple[str, ...]
    archived: tuple[str, ...] = ()


def holding_of(
    document: str, metadata: Metadata, found_at: Iterable[str] = (), copy_of: Iterable[str] = ()
) -> Holding:
    """Return what resolving needs of a document; ``found_at`` and ``copy_of`` are canonical addresses."""
    address, copied = canonical_url(metadata.url), tuple(copy_of)
    outlet = _outlet(metadata.outlet, metadata.url)
    # An outlet that signs its own stories is no person whom an entry's author could contradict.
    persons = [author for author in metadata.authors if outlet_key(author) != outlet]
    return Holding(
        document,
        fold_title(metadata.title),
        outlet,
        metadata.published[:10],
        tuple(family for author in persons if (family := _family(author))),
        tuple(dict.fromkeys(url for url in (address, *found_at) if url and url not in copied)),
        copied,
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
        self._copies: dict[str, list[Holding]] = {}
        for holding in self.holdings:
            for url in holding.urls:
                self._by_url.setdefault(url, []).append(holding)
            for url in holding.archived:
                self._copies.setdefault(url, []).append(holding)
        self._titles = [holding.title for holding in self.holdings]
        # In the order of their titles, each closed by a space: what begins with some words lies together.
        self._in_order = sorted(range(len(self._titles)), key=self._closed)

    def resolve(self, reference: Reference, citing: str = "") -> Resolution:
        """Return the document that ``reference`` means, or why none; never ``citing``, its own article.

        Reasons: ``no_title`` (neither address nor title to go by), ``not_held`` (no candidate),
        ``ambiguous`` (several that nothing tells apart), ``contradicted`` (the title is held, but
        outlet and date are another's).
        """
        sought = _sought(reference)
        for method, places in (("url", self._by_url), ("archive", self._copies)):
            there = [h for url in sought.urls for h in places.get(url, []) if h.document != citing]
            if there:
                best = max(there, key=lambda holding: (_likeness(sought, holding), holding.document))
                return Resolution(reference.id, best.document, method, 1.0, "")
        if not sought.title:
            reason = "no_title" if not reference.fields.url else "not_held"
            return Resolution(reference.id, "", "", 0.0, reason)
        near = [self.holdings[n] for n in self._near(sought.title) if self.holdings[n].document != citing]
        scored = [(_likeness(sought, holding), holding) for holding in near]
        return _accept(reference.id, sorted(scored, key=lambda pair: (-pair[0], pair[1].document)))

    def _near(self, title: str) -> set[int]:
        """The numbers of the holdings whose titles are like ``title``, or begin with it, or it with them."""
        whole = process.extract(title, self._titles, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=8)
        return {number for _, _, number in whole} | set(self._cuts(title))

    def _cuts(self, title: str) -> Iterable[int]:
        if len(title) < SHORTEST_CUT_CHARACTERS:
            return
        yield from self._between(f"{title} ", title + AFTER_SPACE)
        for end in (n for n, character in enumerate(title) if character == " "):
            if end >= SHORTEST_CUT_CHARACTERS:
                beginning = title[: end + 1]
                yield from self._between(beginning, beginning + "\0")

    def _between(self, first: str, beyond: str) -> Sequence[int]:
        """The numbers of the titles that, closed, lie from ``first`` on and before ``beyond``."""
        start = bisect_left(self._in_order, first, key=self._closed)
        return self._in_order[start : bisect_left(self._in_order, beyond, lo=start, key=self._closed)]

    def _closed(self, number: int) -> str:
        return f"{self._titles[number]} "


def _sought(reference: Reference) -> Holding:
    """The document that an entry describes, as if it were held; folded once, compared with many."""
    fields = reference.fields
    return holding_of("", Metadata(fields.title, fields.authors, fields.outlet, fields.published, fields.url))


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


def _likeness(sought: Holding, holding: Holding) -> float:
    """The titles' likeness, 0–1, with what outlet, date and authors add or take; may pass 1."""
    whole = fuzz.ratio(sought.title, holding.title) / 100
    likeness = 1.0 if _cut_of(sought.title, holding.title) else whole
    signs = [
        _agree_outlet(sought.outlet, holding.outlet),
        _agree_date(sought.published, holding.published),
        _agree_authors(sought.authors, holding.authors),
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

"""Look up which page an entry without address means, among those that its outlet's feeds and sitemaps name.

A page with a title is compared by it, one without by the words of its address. The answer is a page to get
and look at: what it holds then decides whether the entry means it. Still it has to be one page with a clear
lead; a guess costs the outlet a request.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from rapidfuzz import fuzz, process

from tasks.cite.outlets import find_outlet, fold_name
from tasks.cite.urls import canonical_url
from tasks.link.words import stopwords
from tasks.model import Reference
from tasks.resolve import (
    LEAST_LIKENESS,
    NEAR_DAYS,
    SHORTEST_CUT_CHARACTERS,
    Catalogue,
    Holding,
    fold_title,
)

# An address says a title when each has this share of the other's words: headlines are shortened, and the
# address keeps the first one.
SAME_SLUG = 0.6
# One word in ten tells two pages of a series apart ("first day", "second day").
CLEAR_SLUG_LEAD = 0.1
# Fewer words than this in common are a subject ("budget deal"), not a headline.
LEAST_SLUG_WORDS = 3
# A name of fewer letters is too easily a part of another host's.
LEAST_NAME_CHARACTERS = 4
# The pages of a large outlet's sitemaps are asked about many times.
REMEMBERED_PAGES = 100_000

URL_DATE = re.compile(r"/(\d{4})[/-](\d{1,2})(?:[/-](\d{1,2}))?(?=[/-]|$)")
EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+")
DAYS_OF_MONTH = 31
# Addresses spell these letters in one or in two: "muenchen" and "munchen", "groesse" and "grosse".
LETTERS = str.maketrans("ıøłđæœ", "ioldao")
TWO_LETTERS = re.compile(r"([aou])e")


@dataclass(frozen=True, slots=True)
class Known:
    """A page that a feed or sitemap names; ``host`` is where it lies, dates are ISO, "" is not told."""

    url: str
    title: str = ""
    published: str = ""
    modified: str = ""
    host: str = ""


# Whether a host is of the outlet that is looked for, and how that is found by the outlet's name.
Place = Callable[[str], bool]
Where = Callable[[str], Place | None]


def outlet_place(outlet: str) -> Place | None:
    """Return what tells whether a host is of the outlet of that name; None where none could tell.

    An outlet of the table lies at its domains and below them. Another one lies where the whole of its name is
    a part of the host between dots: The Harbor Ledger at harborledger.example, not at ledger.example.
    """
    name = outlet.strip()
    if known := find_outlet(name):
        return lambda host: any(_is_below(host, domain) for domain in known.domains)
    if "." in name and " " not in name:
        domain = canonical_url(name).partition("/")[0]
        return (lambda host: _is_below(host, domain)) if domain else None
    joined = re.sub(r"[\W_]+", "", fold_name(name))
    if len(joined) < LEAST_NAME_CHARACTERS:
        return None
    return lambda host: joined in host.lower().replace("-", "").split(".")[:-1]


def _is_below(host: str, domain: str) -> bool:
    name = host.lower().partition(":")[0]
    return host.lower() == domain or name == domain or name.endswith(f".{domain}")


class Listed:
    """What feeds and sitemaps name, by host: built once, asked for many entries.

    ``where`` finds what tells an outlet's hosts by its name; it is asked once an outlet.
    """

    def __init__(self, known: Iterable[Known], *, where: Where = outlet_place) -> None:
        self._by_host: dict[str, list[Known]] = {}
        for page in known:
            self._by_host.setdefault(page.host, []).append(page)
        self._hosts = OutletHosts(self._by_host, where=where)
        self._shelves: dict[tuple[str, ...], _Shelf] = {}

    def look_up(self, reference: Reference) -> tuple[Known | None, str]:
        """Return the one page that ``reference`` means, or None and the reason why none.

        Only pages of the outlet that the entry names count, and none that its date speaks against by more
        than :data:`~tasks.resolve.NEAR_DAYS`. Reasons: ``no_title``, ``no_outlet`` (none named that could be
        told by its host), ``not_listed``, ``ambiguous``.
        """
        title = fold_title(reference.fields.title)
        if not title:
            return None, "no_title"
        hosts = self._hosts.of(reference.fields.outlet)
        if hosts is None:
            return None, "no_outlet"
        if hosts not in self._shelves:
            self._shelves[hosts] = _Shelf(page for host in hosts for page in self._by_host[host])
        found, reason = self._shelves[hosts].by_title(reference, title)
        if reason == "not_listed":
            return self._shelves[hosts].by_slug(reference, _content_words(title))
        return found, reason


class OutletHosts:
    """Which of ``hosts`` are of an outlet; found out once an outlet."""

    def __init__(self, hosts: Iterable[str], *, where: Where = outlet_place) -> None:
        self._all = sorted(hosts)
        self._where = where
        self._known: dict[str, tuple[str, ...] | None] = {}

    def of(self, outlet: str) -> tuple[str, ...] | None:
        """Return the outlet's hosts in order; None where the name is none that hosts could tell."""
        if outlet not in self._known:
            place = self._where(outlet)
            self._known[outlet] = tuple(filter(place, self._all)) if place else None
        return self._known[outlet]


class _Shelf:
    """The pages of one outlet, as titles and words find them: an entry is compared with few of many."""

    def __init__(self, pages: Iterable[Known]) -> None:
        every = list(pages)
        self._titled = [page for page in every if page.title.strip()]
        self._titles = [fold_title(page.title) for page in self._titled]
        self._beginning: dict[str, list[int]] = {}
        for number, title in enumerate(self._titles):
            self._beginning.setdefault(title[:SHORTEST_CUT_CHARACTERS], []).append(number)
        # Feed and sitemap spell one page's address in several ways: it is one page all the same.
        self._untitled = {_page(page): page for page in every if not page.title.strip()}
        self._slugs = {key: slug_words(key) for key in self._untitled}
        self._with_word: dict[str, list[str]] = {}
        for key, words in self._slugs.items():
            for word in words:
                self._with_word.setdefault(word, []).append(key)

    def by_title(self, reference: Reference, title: str) -> tuple[Known | None, str]:
        """The page whose title is the entry's, by the same measure as among the pages that are held."""
        near = (self._titled[number] for number in self._near(title))
        published = reference.fields.published
        pages = {_page(page): page for page in near if not _contradicts(published, page)}
        found = Catalogue(
            Holding(key, fold_title(page.title), "", page.published[:10], (), ())
            for key, page in pages.items()
        ).resolve(reference)
        if found.document:
            return pages[found.document], ""
        return None, "ambiguous" if found.reason == "ambiguous" else "not_listed"

    def _near(self, title: str) -> list[int]:
        """The numbers of all titles that the measure could take for ``title``: like it, or one cut short."""
        like = process.extract(
            title, self._titles, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=None
        )
        near = {number for _, _, number in like}
        if len(title) >= SHORTEST_CUT_CHARACTERS:
            near.update(self._beginning.get(title[:SHORTEST_CUT_CHARACTERS], ()))
        return sorted(near)

    def by_slug(self, reference: Reference, words: frozenset[str]) -> tuple[Known | None, str]:
        """The page without title whose address has the words of the entry's title."""
        shared = Counter(key for word in words for key in self._with_word.get(word, ()))
        published = reference.fields.published
        scored = sorted(
            (
                (_share(words, self._slugs[key]), key)
                for key, count in shared.items()
                if count >= LEAST_SLUG_WORDS and not _contradicts(published, self._untitled[key])
            ),
            reverse=True,
        )
        if not scored or scored[0][0] < SAME_SLUG:
            return None, "not_listed"
        if len(scored) > 1 and scored[0][0] - scored[1][0] < CLEAR_SLUG_LEAD:
            return None, "ambiguous"
        return self._untitled[scored[0][1]], ""


def _page(page: Known) -> str:
    return canonical_url(page.url) or page.url


def _share(title: frozenset[str], slug: frozenset[str]) -> float:
    """The smaller of two shares: of the title's words in the slug, and of the slug's in the title."""
    shared = len(title & slug)
    return shared / max(len(title), len(slug)) if shared >= LEAST_SLUG_WORDS else 0.0


@lru_cache(maxsize=REMEMBERED_PAGES)
def slug_words(url: str) -> frozenset[str]:
    """Return the content words of that part of an address's path that has most of them."""
    parts = unquote(urlsplit(f"//{url}").path if "://" not in url else urlsplit(url).path).split("/")
    words = [_content_words(fold_title(" ".join(WORD.findall(EXTENSION.sub("", part))))) for part in parts]
    return max(words, key=len, default=frozenset())


def _content_words(folded: str) -> frozenset[str]:
    # What has digits is a key in most addresses ("-12345678", "-idUSKBN1XY2Z"); headlines' are seldom there.
    words = (word for word in folded.split() if word not in stopwords() and not _is_key(word))
    return frozenset(TWO_LETTERS.sub(r"\1", word.translate(LETTERS)) for word in words)


def _is_key(word: str) -> bool:
    return any(character.isdigit() for character in word) or len(word) == 1


def _contradicts(published: str, page: Known) -> bool:
    """Whether a page cannot be what was published on that day, as far as dates are known."""
    sought = _days(published)
    if not sought:
        return False
    told = [days for days in (_days(page.published), _days(_url_date(page.url))) if days]
    if told:
        return all(_gap(sought, days) > NEAR_DAYS for days in told)
    # A page changes long after it is published, but never before.
    changed = _days(page.modified)
    return changed is not None and (sought[0] - changed[1]).days > NEAR_DAYS


def _url_date(url: str) -> str:
    match = URL_DATE.search(urlsplit(url).path)
    return "-".join(part.zfill(2) for part in match.groups() if part) if match else ""


def _days(iso: str) -> tuple[date, date] | None:
    """The first and the last day that a date of any precision may mean; None where it tells none."""
    parts = iso[:10].split("-")
    try:
        year, month, day = (int(parts[n]) if n < len(parts) else 0 for n in range(3))
        first = date(year, month or 1, day or 1)
        if day:
            return first, first
        if not month:
            return first, date(year, 12, 31)
        return first, (first + timedelta(days=DAYS_OF_MONTH)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _gap(one: tuple[date, date], other: tuple[date, date]) -> int:
    """The days between two spans of days; 0 where they meet."""
    return max(0, (one[0] - other[1]).days, (other[0] - one[1]).days)

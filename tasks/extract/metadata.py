"""What a page says of itself: title, authors, outlet, date, address and language.

Each field is asked of the most deliberate source first: the page's linked data, its meta elements,
its marked-up text, then trafilatura's and htmldate's reading of the rest.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from tasks.extract.bylines import split_names
from tasks.extract.decode import join_surrogates
from tasks.extract.linked_data import LinkedData, linked_data
from tasks.model import Metadata

OUTLET_NAMES = (
    "og:site_name",
    "dc.publisher",
    "dcterms.publisher",
    "citation_publisher",
    "citation_journal_title",
    "application-name",
)
TITLE_NAMES = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title", "citation_title")
AUTHOR_NAMES = (
    "author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author",
    "citation_author", "citation_authors", "og:article:author",
)  # fmt: skip
DATE_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "ptime",
    "dc.date.issued", "dcterms.created", "dc.date", "parsely-pub-date", "sailthru.date",
    "citation_publication_date", "date",
)  # fmt: skip

# A date that opens a field, year first: "2014-06-29T12:00", "2014/06/29 12:00", "20140629", "2014".
ISO_DATE = re.compile(
    r"\s*((?:1[89]|20)\d\d)(?:[-/.]?(0[1-9]|1[0-2])(?:[-/.]?(0[1-9]|[12]\d|3[01]))?)?(?![\d/.-])"
)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
TAGS = re.compile(r"<[^<>]{1,200}>")

# The title element ends in the outlet's name after one of these.
TITLE_BREAK = re.compile(r"\s+[|–—·»:-]+\s+")

# The words of a byline's class or itemprop, on the elements that hold the names.
BYLINE_NAMES = re.compile(r"(?<![a-z])(?:byline|authors?)(?![a-z])", re.IGNORECASE)

# A byline with roles and a place; more is the story about its author.
MAX_BYLINE_CHARACTERS = 160

# Longer fields are not what they say they are.
MAX_FIELD_CHARACTERS = 500


def page_metadata(root: Any) -> Metadata:
    """Return the metadata of the page below ``root``; the tree stays as it is."""
    linked = linked_data(root)
    meta = _meta(root)
    outlet = _first([*_values(meta, ["og:site_name"]), linked.outlet, *_values(meta, OUTLET_NAMES)])
    url = _url(root, meta, linked)
    outlet = outlet or _outlet_in_title(root, url)
    title = _first([linked.title, *_values(meta, TITLE_NAMES)])
    authors = split_names(*map(_clean, linked.authors)) or split_names(
        *(name for name in _values(meta, AUTHOR_NAMES) if "://" not in name)
    )
    authors = authors or _byline(root)
    published = _first(map(_iso_date, [linked.published, *_values(meta, DATE_NAMES), *_times(root)]))
    if not (title and authors and published):
        read = _trafilatura_reads(root)
        title = title or _clean(read.title)
        authors = authors or split_names(_clean(read.author))
        published = published or _clean(read.date)
    return Metadata(
        title=_without_outlet(title, outlet),
        authors=tuple(name for name in authors if name.casefold() != outlet.casefold()),
        outlet=outlet,
        published=published,
        url=url,
        language=_language(root, meta),
    )


def _meta(root: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = _clean(element.get("content"))
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _values(meta: dict[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    """Yield all that the first of ``names`` says that says anything."""
    for name in names:
        if name in meta:
            yield from meta[name]
            return


def _first(values: Iterable[str]) -> str:
    return next((text for value in values if (text := _clean(value))), "")


def _clean(value: str | None) -> str:
    """Return a field as one line of text: no tags, no entities, no lone surrogates."""
    text = html.unescape(TAGS.sub(" ", (value or "")[: 4 * MAX_FIELD_CHARACTERS]))
    return " ".join(join_surrogates(text).split())[:MAX_FIELD_CHARACTERS]


def _iso_date(text: str) -> str:
    found = ISO_DATE.match(text)
    return "-".join(filter(None, found.groups())) if found else ""


def _times(root: Any) -> Iterator[str]:
    """Yield the dates of elements that say that they tell when the page was published."""
    for element in root.iter("time", "span", "div", "p", "abbr"):
        if element.get("itemprop") == "datePublished" or "pubdate" in element.attrib:
            yield element.get("datetime") or element.get("content") or element.text or ""
    # Without such a word the first time of an article is its own, not that of a related story.
    for article in root.iter("article"):
        for element in article.iter("time"):
            yield element.get("datetime") or ""
            return


def _byline(root: Any) -> tuple[str, ...]:
    for element in root.iter("a", "span", "p", "div", "address", "li", "h3", "h4"):
        said = element.get("itemprop") == "author" or element.get("rel") == "author"
        if said or BYLINE_NAMES.search(element.get("class") or ""):
            text = _clean(" ".join(element.itertext()))
            if len(text) <= MAX_BYLINE_CHARACTERS and (names := split_names(text)):
                return names
    return ()


def _url(root: Any, meta: dict[str, list[str]], linked: LinkedData) -> str:
    canonical = (
        e.get("href") for e in root.iter("link") if "canonical" in (e.get("rel") or "").lower().split()
    )
    for url in (*canonical, *meta.get("og:url", ()), linked.url):
        address = (url or "").strip()
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            return join_surrogates(address)
    return ""


def _outlet_in_title(root: Any, url: str) -> str:
    """Return the name that the title element ends in, where the page's address carries it too."""
    for element in root.iter("title"):
        *_, last = TITLE_BREAK.split(_clean(element.text))
        name = "".join(filter(str.isalnum, last)).casefold()
        host = "".join(filter(str.isalnum, urlsplit(url).netloc)).casefold()
        return last if name and name in host and last != _clean(element.text) else ""
    return ""


def _without_outlet(title: str, outlet: str) -> str:
    """Return the title without the outlet's name at its end: "Dams | The Harbor Ledger"."""
    breaks = list(TITLE_BREAK.finditer(title))
    if breaks and outlet and title[breaks[-1].end() :].casefold() == outlet.casefold():
        return title[: breaks[-1].start()]
    return title


def _language(root: Any, meta: dict[str, list[str]]) -> str:
    for text in (root.get("lang") or "", *meta.get("og:locale", ()), *meta.get("content-language", ())):
        if found := LANGUAGE.match(text.strip()):
            return found[0].lower()
    return ""


def _trafilatura_reads(root: Any) -> Any:
    from trafilatura.metadata import extract_metadata

    return extract_metadata(deepcopy(root))

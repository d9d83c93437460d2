"""What a page says of itself: title, authors, outlet, date, address and language.

Each field is asked of the most deliberate source first: the page's linked data, its meta elements,
its marked-up text, then trafilatura's and htmldate's reading of the rest.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from tasks.extract.authors import page_authors
from tasks.extract.bylines import split_names
from tasks.extract.decode import join_surrogates
from tasks.extract.linked_data import LinkedData, linked_data
from tasks.extract.titles import is_outlet, page_outlet, page_title
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
DESCRIPTION_NAMES = ("og:description", "description", "twitter:description", "dc.description")
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

# Longer fields are not what they say they are.
MAX_FIELD_CHARACTERS = 500


def page_metadata(root: Any) -> tuple[Metadata, list[str]]:
    """Return the metadata of the page below ``root``, and what it says its text is about.

    The latter, its descriptions, often are its lead, word by word. The tree stays as it is.
    """
    linked = linked_data(root)
    meta = _meta(root)
    url = _url(root, meta, linked)
    headings = [_clean(" ".join(element.itertext())) for element in root.iter("h1")]
    page_titles = [_clean(element.text) for element in root.iter("title")][:1]
    told = [*_values(meta, ["og:site_name"]), _clean(linked.outlet), *_values(meta, OUTLET_NAMES)]
    outlet = page_outlet(told, page_titles, url)
    titles = [_clean(linked.title), *_values(meta, TITLE_NAMES)]
    title = page_title(titles, [*titles, *headings, *page_titles], outlet, url)
    authors = page_authors(root, map(_clean, linked.authors), meta, partial(is_outlet, outlet=outlet, url=""))
    published = _first(map(_iso_date, [linked.published, *_values(meta, DATE_NAMES), *_times(root)]))
    if not (title and authors and published):
        read = _trafilatura_reads(root)
        title = title or page_title([_clean(read.title)], [*headings, *page_titles], outlet, url)
        authors = authors or split_names(_clean(read.author))
        published = published or _clean(read.date)
    metadata = Metadata(title, authors, outlet, published, url, _language(root, meta))
    described = (value for name in DESCRIPTION_NAMES for value in meta.get(name, ()))
    return metadata, list(dict.fromkeys([*described, _clean(linked.description)]))


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


def _language(root: Any, meta: dict[str, list[str]]) -> str:
    for text in (root.get("lang") or "", *meta.get("og:locale", ()), *meta.get("content-language", ())):
        if found := LANGUAGE.match(text.strip()):
            return found[0].lower()
    return ""


def _trafilatura_reads(root: Any) -> Any:
    from trafilatura.metadata import extract_metadata

    return extract_metadata(deepcopy(root))

"""Read feeds: RSS 0.9x to 2.0, RSS 1.0 (RDF), Atom, JSON Feed. Bytes in, pages out; nothing is fetched.

A feed is parsed by lxml, which is hard to trouble, and what tells of pages (titles, links, ids, dates) is
written anew, flat and short. Only that goes to feedparser, which knows the formats' many ways but spends
minutes on some hostile feeds (many namespaces, many categories), and that as a stream: given a text or bytes
it would open the file or address that they spell.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from itertools import islice
from typing import Any

from tasks.discover.items import (
    LONGEST_DATE,
    LONGEST_TITLE,
    Found,
    Gathering,
    iso_time,
    newest,
    utc,
    web_address,
)
from tasks.discover.json_feed import read_json_feed
from tasks.discover.xml import local_name, parse_tree, root_name, safe_xml
from tasks.errors import InputError

# Feeds with the whole text of a hundred articles have some 2 MB.
MAX_BYTES = 10_000_000
# A feed of 10 MB in which every paragraph is marked up has about 400,000; each costs memory, some 120 bytes.
MAX_MARKS = 1_000_000
# Feeds hold 10 to 500 items, whole archives a few thousand; feedparser reads 7,000 a second.
MAX_ITEMS = 5_000
# An item has one of each, an Atom entry several links; what a page is called and where it is stands first.
MAX_FIELDS = 8
# Longer than any address that is kept, so that a cut one is never taken for a whole one.
FIELD_CHARACTERS = 4 * LONGEST_TITLE

FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
ITEM_TAGS = ("{*}item", "{*}entry")
# By lower-case local name, what tells which page an item is.
TEXTS = frozenset({"title", "guid", "id"})
DATES = frozenset({"pubdate", "published", "issued", "created", "date", "updated", "modified"})
ATOM = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})
DUBLIN_CORE = frozenset({"http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"})
RSS = frozenset(
    {
        "",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss",
        "http://backend.userland.com/rss2",
        "http://blogs.law.harvard.edu/tech/rss",
    }
)
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
# The attributes that bear on which page is meant; a title's "type" says whether it is marked up.
ATTRIBUTES = ("href", "rel", "type", "isPermaLink", "mode", "version", XML_BASE, RDF_ABOUT)
# What tells which page an item is, in the spellings that feeds use; lxml finds them by these at once.
FIELD_TAGS = tuple(f"{{*}}{name}" for name in (*sorted(TEXTS | DATES), "link", "pubDate"))
# A title with a few words marked up holds some elements; beyond so many it is a trap.
MAX_MARKUP = 100
# Tags that part words, and all others.
PARTING_TAG = re.compile(r"<(?:br|p|div|li)\b[^<>]{0,1000}>", re.IGNORECASE)
# feedparser reads the names of months in several languages; of numbers alone it makes a date of any.
MONTH_NAME = re.compile(r"[^\W\d_]{2}|[^\x00-\x7f]")
TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>")


def read_feed(content: bytes, base: str, media_type: str = "", limit: int = 0) -> Found:
    """Return the pages that a feed tells of, in its order.

    ``base`` is the feed's own address. Relative links are resolved against xml:base, then the channel's
    link (RSS), then ``base``. ``limit`` keeps the so many that came or changed last, the first ones where no
    dates are told; 0 is all of them, up to :data:`MAX_ITEMS`.

    Raises:
        InputError: ``not_a_feed``, ``too_large``, ``xml_entities`` or ``bad_xml``.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"{base}: {len(content)} bytes; feeds of {MAX_BYTES} are read", "too_large")
    try:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" or "json" in media_type.lower():
            return newest(read_json_feed(content, base, MAX_ITEMS), limit)
        body = safe_xml(content, max_bytes=MAX_BYTES, max_marks=MAX_MARKS, media_type=media_type)
        if root_name(body) not in FEED_ROOTS:
            raise InputError(f"its root is {root_name(body)!r}", "not_a_feed")
        return newest(_read_xml(body, web_address(base)), limit)
    except InputError as error:
        raise InputError(f"{base}: {error}", error.reason) from error


def _read_xml(body: bytes, base: str) -> Found:
    root, mended = parse_tree(body, base)
    told = root.iter(*ITEM_TAGS)
    items = list(islice(told, MAX_ITEMS))
    beyond = sum(1 for _ in told)
    if mended and not items:
        raise InputError("not well-formed, and no item is left of it", "bad_xml")
    cut = int(mended and not beyond and _ends_inside_item(body))
    items = items[: len(items) - cut]
    atom = local_name(root.tag) == "feed"
    entries, channel = _parse(_flat(root, items))
    start = base if atom else web_address(channel, base) or base
    gathering = Gathering(start)
    for entry in entries:
        gathering.add(_link(entry), str(dict.get(entry, "id", "")), _title(entry), *_dates(entry, atom))
    gathering.count("over_limit", beyond)
    gathering.count("cut_off", cut)
    warnings = ("the feed is not well-formed: read as far as it could be mended",) if mended else ()
    return Found(tuple(gathering.kept.values()), (), dict(gathering.dropped), warnings)


def _ends_inside_item(body: bytes) -> bool:
    """Whether the feed breaks off inside its last item, whose address may be half an address then."""
    opened = max(body.rfind(b"<item"), body.rfind(b"<entry"))
    return opened > max(body.rfind(b"</item"), body.rfind(b"</entry"))


def _flat(root: Any, items: list[Any]) -> bytes:
    """The feed with nothing in it but what tells of pages: elements that hold text only, cut to a length."""
    from lxml import etree

    # A prefix that nothing declares lxml reads as part of a name, and makes no element of such a name.
    name = root.tag if root.tag.startswith("{") else root.tag.rpartition(":")[2]
    top = etree.Element(name, _attributes(root))
    channel = next(root.iterchildren("{*}channel"), None)
    holder = top if channel is None else etree.SubElement(top, channel.tag, _attributes(channel))
    links = (root if channel is None else channel).iterchildren("{*}link")
    for link in islice(filter(_is_told, links), MAX_FIELDS):
        _copy(holder, link)
    for item in items:
        copied = etree.SubElement(holder, item.tag, _attributes(item))
        for field in islice(filter(_is_told, item.iterchildren(*FIELD_TAGS)), MAX_FIELDS):
            _copy(copied, field)
    return bytes(etree.tostring(top, encoding="utf-8"))


def _kind(element: Any) -> str:
    """What a field of a feed or item is: "link", "text", "date", or "" for what tells nothing of pages."""
    name = local_name(element.tag)
    namespace = element.tag[1:].partition("}")[0] if str(element.tag).startswith("{") else ""
    if namespace in DUBLIN_CORE or namespace.startswith("http://purl.org/dc/"):
        return "date" if name in DATES else ""
    if namespace not in RSS and namespace not in ATOM:
        return ""
    return "link" if name == "link" else "text" if name in TEXTS else "date" if name in DATES else ""


def _is_told(element: Any) -> bool:
    kind = _kind(element)
    # An empty link would take the place of one that the item's id gives.
    return bool(kind) and (kind != "link" or bool(element.get("href") or (element.text or "").strip()))


def _copy(holder: Any, element: Any) -> None:
    from lxml import etree

    copied = etree.SubElement(holder, element.tag, _attributes(element))
    copied.text = _words(element)
    # Its markup is out: what is left is text.
    if len(element) and copied.get("type"):
        copied.set("type", "text")


def _words(element: Any) -> str:
    parts = [element.text or ""]
    for inner in islice(element.iterdescendants(), MAX_MARKUP):
        parts += (inner.text or "", inner.tail or "")
    return "".join(parts)[:FIELD_CHARACTERS]


def _attributes(element: Any) -> dict[str, str]:
    # Asked for by name: lxml looks each attribute up anew, and a hostile element has a million.
    kept = {key: value[:FIELD_CHARACTERS] for key in ATTRIBUTES if (value := element.get(key)) is not None}
    if XML_BASE in kept:
        # feedparser resolves no relative xml:base against another; lxml does.
        kept[XML_BASE] = web_address(element.base or "")
    return kept


def _parse(flat: bytes) -> tuple[list[Any], str]:
    """The entries as feedparser reads them, and the channel's link."""
    import feedparser

    # The charset is told, so that none is guessed; nothing here needs feedparser's cleaning of HTML.
    headers = {"content-type": "application/xml; charset=utf-8"}
    parsed = feedparser.parse(
        io.BytesIO(flat), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    link = dict.get(parsed.feed, "link", "")
    return parsed.entries, link if isinstance(link, str) else ""


def _link(entry: Any) -> str:
    """The entry's page: the first link that is one, else its id where that is an address by itself."""
    links = [link for link in dict.get(entry, "links", ()) if link.get("href")]
    pages = [link for link in links if link.get("rel", "alternate") == "alternate"]
    marked_up = [link for link in pages if "html" in link.get("type", "html")]
    for link in (*marked_up, *pages):
        return str(link["href"])
    identity = str(dict.get(entry, "link", "") or "")
    return identity if web_address(identity) else ""


def _title(entry: Any) -> str:
    detail = dict.get(entry, "title_detail") or {}
    title = str(detail.get("value") or "")
    if "html" not in dict.get(detail, "type", ""):
        return title
    return unescape(TAG.sub("", PARTING_TAG.sub(" ", title)))


def _dates(entry: Any, atom: bool) -> Iterator[str]:
    """When the entry was published and when it was changed; RSS has one date only, whatever it is called."""
    published = _date(entry, "published") or _date(entry, "created")
    updated = _date(entry, "updated")
    yield published or ("" if atom else updated)
    yield updated if atom or published else ""


def _date(entry: Any, name: str) -> str:
    written = str(dict.get(entry, name, "") or "")[:LONGEST_DATE]
    if told := iso_time(written):
        return told
    parsed = dict.get(entry, f"{name}_parsed")
    try:
        return utc(datetime(*parsed[:6])) if parsed and MONTH_NAME.search(written) else ""
    except (ValueError, OverflowError):
        return ""

"""Read sitemaps: of pages, of sitemaps, of news; as XML, as plain text, as a feed; gzipped or not.

The XML is read as it streams by, without a tree: fifty thousand addresses cost the memory that they fill.
"""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING

from tasks.discover.feeds import FEED_ROOTS, read_feed
from tasks.discover.items import Found, Gathering, iso_time, newest
from tasks.discover.lists import read_list
from tasks.discover.xml import local_name, mend, parser_options, root_name, safe_xml
from tasks.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

# The protocol's own limits: 50 MB uncompressed, 50,000 addresses.
MAX_BYTES = 50_000_000
MAX_ADDRESSES = 50_000
# 50,000 addresses with four fields and ten translations each have a million tags.
MAX_MARKS = 1_000_000
# Sitemaps repeat themselves and compress 10 to 40 times; a bomb 1,000 times.
MAX_RATIO = 200
# A small sitemap of one address a hundred times may compress further; this much is always read.
ALWAYS_BYTES = 1_000_000
GZIP = b"\x1f\x8b\x08"
# Gzip made in blocks of 64 kB has some 800 of them in 50 MB; a million empty ones would take minutes.
MAX_MEMBERS = 2_000
# As much as the parser is given at a time, in bytes.
PIECE = 1 << 16
# Longer than any address that is kept, so that a cut one is never taken for a whole one.
FIELD_CHARACTERS = 4_000

SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})
# Where the fields stand below the root, by local names: other tools' and times' namespaces are many.
FIELDS = {
    ("url", "loc"): "loc",
    ("url", "lastmod"): "lastmod",
    ("url", "news", "title"): "title",
    ("url", "news", "publication_date"): "published",
    ("sitemap", "loc"): "loc",
    ("sitemap", "lastmod"): "lastmod",
}
# "urlset", "url", "news", "title".
DEEPEST_FIELD = 4


def read_sitemap(content: bytes, base: str, limit: int = 0) -> Found:
    """Return the pages that a sitemap tells of, and as ``children`` the sitemaps that an index tells of.

    ``limit`` keeps the so many that changed last, for sitemaps are in no order of time; 0 is all of them, up
    to :data:`MAX_ADDRESSES`. What is told first stands first.

    Raises:
        InputError: ``not_a_sitemap``, ``too_large``, ``too_compressed``, ``bad_encoding`` (broken gzip),
            ``xml_entities`` or ``bad_xml``.
    """
    try:
        return newest(_read(_unpacked(content), base), limit)
    except InputError as error:
        reason = "not_a_sitemap" if error.reason in {"not_a_feed", "not_a_list"} else error.reason
        raise InputError(f"{base}: {error}", reason) from error


def _read(content: bytes, base: str) -> Found:
    if len(content) > MAX_BYTES:
        raise InputError(f"{len(content)} bytes; sitemaps of {MAX_BYTES} are read", "too_large")
    if b"<" not in content.replace(b"\0", b"")[:PIECE]:
        return _plain(content)
    body = safe_xml(content, max_bytes=MAX_BYTES, max_marks=MAX_MARKS)
    name = root_name(body)
    if name in FEED_ROOTS:
        return read_feed(content, base)
    if name not in SITEMAP_ROOTS:
        raise InputError(f"its root is {name!r}", "not_a_sitemap")
    return _read_xml(body, base)


def _plain(content: bytes) -> Found:
    found = read_list(content)
    if not found.items:
        raise InputError("neither XML nor a list of addresses", "not_a_sitemap")
    return found


def _read_xml(body: bytes, base: str) -> Found:
    reader, damaged = _parsed(body, base)
    pages, children = reader.pages, reader.children
    if damaged and not pages.seen and not children.seen:
        raise InputError("not well-formed, and no address is left of it", "bad_xml")
    warnings = ("the sitemap is not well-formed: read as far as it could be mended",) if damaged else ()
    dropped = dict(pages.dropped + children.dropped)
    return Found(tuple(pages.kept.values()), tuple(children.kept.values()), dropped, warnings)


def _parsed(body: bytes, base: str) -> tuple[_Reader, bool]:
    """What was read, and whether the sitemap had to be mended for it."""
    reader, damaged = _run(body, base, recover=False)
    return (_run(mend(body), base, recover=True)[0], True) if damaged else (reader, False)


def _run(body: bytes, base: str, *, recover: bool) -> tuple[_Reader, bool]:
    """What was read, and whether the parser stopped at a fault."""
    from lxml import etree

    reader = _Reader(base)
    parser = etree.XMLParser(target=reader, **parser_options(recover=recover))
    try:
        for start in range(0, len(body), PIECE):
            parser.feed(body[start : start + PIECE])
        parser.close()
    except etree.XMLSyntaxError:
        return reader, True
    return reader, False


class _Reader:
    """Takes what the parser meets, in order, and keeps the fields of the record that is open."""

    def __init__(self, base: str) -> None:
        self.pages = Gathering(base)
        self.children = Gathering(base)
        self._path: list[str] = []
        self._fields: dict[str, str] = {}
        self._open = ""

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._path.append(local_name(tag))
        name = FIELDS.get(tuple(self._path[1:]), "") if len(self._path) <= DEEPEST_FIELD else ""
        # The first of two counts, and what stands inside a field is no part of it.
        self._open = name if name and name not in self._fields else ""
        if self._open:
            self._fields[self._open] = ""

    def data(self, text: str) -> None:
        if self._open and len(self._fields[self._open]) < FIELD_CHARACTERS:
            self._fields[self._open] += text[:FIELD_CHARACTERS]

    def end(self, _tag: str) -> None:
        self._open = ""
        path, depth = self._path, len(self._path)
        if depth == len(("urlset", "url")) and path[1] in {"url", "sitemap"}:
            self._close(self.pages if path[1] == "url" else self.children)
        path.pop()

    def close(self) -> None:
        """Nothing is left open that counts."""

    def _close(self, gathering: Gathering) -> None:
        told, self._fields = self._fields, {}
        if gathering.seen >= MAX_ADDRESSES:
            gathering.count("over_limit", 1)
            return
        gathering.add(
            told.get("loc", ""),
            title=told.get("title", ""),
            published=iso_time(told.get("published", "")),
            modified=iso_time(told.get("lastmod", "")),
        )


def _unpacked(content: bytes) -> bytes:
    """``content`` without gzip, if it is gzipped; never more of it than the limits allow."""
    if not content.startswith(GZIP):
        return content
    if content.count(GZIP) > MAX_MEMBERS:
        raise InputError(f"gzip of more than {MAX_MEMBERS} parts", "bad_encoding")
    allowed = min(MAX_BYTES, max(ALWAYS_BYTES, MAX_RATIO * len(content)))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = file.read(allowed + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"broken gzip: {error}", "bad_encoding") from error
    if len(unpacked) > allowed:
        reason = "too_large" if allowed == MAX_BYTES else "too_compressed"
        raise InputError(f"{len(content)} bytes of gzip hold more than {allowed}", reason)
    if unpacked.startswith(GZIP):
        raise InputError("gzip in gzip", "not_a_sitemap")
    return unpacked

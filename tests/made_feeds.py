"""Feeds, sitemaps and lists of invented text, whole and broken."""

from __future__ import annotations

import json
from html import escape

from hypothesis import strategies as st

from tasks.discover.items import plain_text

BASE = "https://feeds.harborledger.example/all.xml"
SITE = "https://harborledger.example/"

# What parsers of feeds and sitemaps meet, in any order: more of it is nearly a feed than of random bytes.
SHREDS = [
    *(f"<{name}>".encode() for name in ("rss", "channel", "item", "title", "link", "guid", "feed", "entry", "id")),
    *(f"</{name}>".encode() for name in ("rss", "channel", "item", "title", "link", "feed", "entry", "urlset")),
    *(f"<{name}>".encode() for name in ("urlset", "sitemapindex", "url", "sitemap", "loc", "lastmod", "rdf:RDF")),
    *(b"</url>", b"</loc>", b"</sitemap>", b"<updated>", b"</updated>", b"<pubDate>", b"</pubDate>"),
    *(b'<link href="a?b=1&c"/>', b'<feed xmlns="http://www.w3.org/2005/Atom">', b"<title type='xhtml'>", b"<b>"),
    *(b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE rss>", b"<!ENTITY a 'b'>", b"<?xml version='1.0'?>"),
    *(b"&amp;", b"&", b"&nbsp;", b"&#0;", b"&#xD800;", b"&#99999999;", b"&lt;b&gt;", b"\xff", b"\0", b"\xef\xbf\xbf"),
    *(b"https://a.example/1", b"/2", b"javascript:x", b"http://[", b"2024-02-30", b"Mon, 99 Jan 2024", b"0000-00"),
    *(b'{"version":"https://jsonfeed.org/version/1","items":[', b'{"url":"a"},', b"]}", b"\\ud800", b"[", b"1e999"),
    *(b"\n", b"\t", b"\r", b"#", b"words", "é".encode(), b"\xff\xfe", b"\x1f\x8b\x08", b" xml:base='http://['"),
]  # fmt: skip
BROKEN = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(SHREDS), max_size=25).map(b"".join))

# No surrogates, which XML cannot hold; control characters neither.
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=40)
PATHS = st.from_regex(
    r"[a-z0-9_~./-]{1,20}(\?[a-z]{1,4}=[a-z0-9]{0,4}(&[a-z]{1,4}=[0-9]{1,3})?)?", fullmatch=True
)
Told = list[tuple[str, str]]


def survives(title: str) -> bool:
    """Whether feedparser leaves a title alone: what could be UTF-8 read as Latin-1 it takes for that."""
    try:
        title.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return plain_text(title) == title
    return title.isascii() and plain_text(title) == title


TITLES = WORDS.map(plain_text).filter(survives)
TOLD = st.lists(
    st.tuples(PATHS.map(lambda path: f"{SITE}{path}"), TITLES), max_size=6, unique_by=lambda told: told[0]
)


def rss(told: Told) -> bytes:
    """An RSS 2.0 feed; its titles are marked up, as most are, and so escaped twice."""
    items = "".join(
        f"<item><title>{escape(escape(title, quote=False))}</title><link>{escape(url)}</link></item>"
        for url, title in told
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ledger</title>{items}</channel></rss>'.encode()


def atom(told: Told) -> bytes:
    """An Atom feed, its titles plain text."""
    entries = "".join(
        f'<entry><title>{escape(title)}</title><link href="{escape(url)}"/></entry>' for url, title in told
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Ledger</title>{entries}</feed>'.encode()


def json_feed(told: Told) -> bytes:
    """A JSON Feed 1.1."""
    items = [{"id": url, "url": url, "title": title} for url, title in told]
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Ledger", "items": items}
    ).encode()


def sitemap(told: Told) -> bytes:
    """A news sitemap."""
    urls = "".join(
        f"<url><loc>{escape(url)}</loc><n:news><n:title>{escape(title)}</n:title></n:news></url>"
        for url, title in told
    )
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    return f"<urlset {names}>{urls}</urlset>".encode()


def url_list(told: Told) -> bytes:
    """A list of addresses with titles."""
    return "".join(f"{url}\t{title}\n" for url, title in told).encode()

"""Sitemaps: which pages and further sitemaps they tell of, in every form, and what is refused or dropped."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from made_feeds import BASE, BROKEN, SITE, TOLD, Told, atom, rss, sitemap

from tasks.discover.feeds import read_feed
from tasks.discover.items import Found, Item
from tasks.discover.sitemaps import MAX_ADDRESSES, MAX_BYTES, MAX_MEMBERS, read_sitemap
from tasks.errors import InputError

NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = f"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="//harborledger.example/style.xsl"?><!-- made by hand -->
<urlset {NAMES}><url><loc>
 {SITE}a?b=1&amp;c=2 </loc><lastmod>2024-02-01T10:00:00+02:00</lastmod><priority>0.5</priority></url>
<url><loc><![CDATA[{SITE}b]]></loc></url></urlset>"""
TWO = (Item(f"{SITE}a?b=1&c=2", modified="2024-02-01T08:00:00Z"), Item(f"{SITE}b"))
NEWS = f"""<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:other="urn:any" xmlns:i="urn:image">
<s:url><i:image><i:loc>{SITE}a.jpg</i:loc><i:title>A picture</i:title></i:image><s:loc>{SITE}a</s:loc>
<other:news><other:publication><other:name>Ledger</other:name></other:publication>
<other:publication_date>2024-02</other:publication_date><other:title>Ferry &amp; mail</other:title></other:news></s:url></s:urlset>"""
INDEX = f"""<sitemapindex {NAMES}><sitemap><loc>{SITE}1.xml</loc><lastmod>2024-02-01</lastmod></sitemap>
<sitemap><loc>/2.xml.gz</loc></sitemap></sitemapindex>"""


def read(content: str | bytes, limit: int = 0) -> Found:
    return read_sitemap(
        content if isinstance(content, bytes) else content.encode(), f"{SITE}sitemap.xml", limit
    )


def pages(inside: str) -> str:
    return f"<urlset {NAMES}>{inside}</urlset>"


def url(place: str, changed: str = "") -> str:
    return f"<url><loc>{place}</loc><lastmod>{changed}</lastmod></url>"


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        pytest.param(Found(TWO), PAGES.encode(), id="pages"),
        pytest.param(Found(TWO), PAGES.replace("UTF-8", "UTF-16").encode("utf-16"), id="UTF-16"),
        pytest.param(Found(TWO), gzip.compress(PAGES.encode()), id="gzip"),
        pytest.param(Found(TWO), gzip.compress(PAGES[:200].encode()) + gzip.compress(PAGES[200:].encode()) + b"\0\0", id="gzip in parts"),
        pytest.param(Found(TWO), PAGES.replace(NAMES, "").encode(), id="without namespace"),
        pytest.param(Found((Item(f"{SITE}a", "", "Ferry & mail", "2024-02"),)), NEWS.encode(), id="news"),
        pytest.param(Found((), (Item(f"{SITE}1.xml", modified="2024-02-01"), Item(f"{SITE}2.xml.gz"))), INDEX.encode(), id="index"),
        pytest.param(Found((Item(f"{SITE}a"), Item(f"{SITE}b"))), f"{SITE}a\r\n{SITE}b\r\n".encode(), id="plain text"),
        pytest.param(Found((Item(f"{SITE}a"),)), gzip.compress(b"\xef\xbb\xbf" + f"{SITE}a\n".encode()), id="plain text in gzip"),
        pytest.param(Found(), pages("").encode(), id="no page"),
    ],
)  # fmt: skip
def test_every_form_tells_of_its_pages(expected: Found, content: bytes) -> None:
    """Addresses, titles and dates come out of each form; a picture's address is none of a page."""
    assert expected == read(content)


@pytest.mark.parametrize("make", [rss, atom])
def test_a_feed_may_stand_in_for_a_sitemap(make: object) -> None:
    """The protocol allows feeds: they are read as feeds."""
    feed = make([(f"{SITE}a", "A page")])  # type: ignore[operator]
    assert read_feed(feed, BASE) == read_sitemap(feed, BASE)
    assert len(read(feed).items) == 1


@pytest.mark.parametrize(
    ("reason", "inside"),
    [
        pytest.param("bad_link", url("javascript:x"), id="script"),
        pytest.param("bad_link", url("ftp://a.example/x"), id="another scheme"),
        pytest.param("bad_link", url(f"{SITE}{'a' * 100_000}"), id="endless"),
        pytest.param("no_link", "<url><lastmod>2024</lastmod></url>", id="no address"),
        pytest.param("no_link", "<url/>", id="empty"),
        pytest.param("duplicate", url(f"{SITE}ok"), id="told before"),
    ],
)
def test_what_is_no_page_is_counted(reason: str, inside: str) -> None:
    """A record that leads nowhere is dropped under its reason; those around it are kept."""
    found = read(pages(url(f"{SITE}ok") + inside + url(f"{SITE}end")))
    assert [f"{SITE}ok", f"{SITE}end"] == [item.url for item in found.items]
    assert found.dropped == {reason: 1}


def test_sitemaps_of_an_index_are_checked_like_pages() -> None:
    """An index names each sitemap once, by addresses of the web."""
    inside = "".join(
        f"<sitemap><loc>{place}</loc></sitemap>" for place in ("a.xml", "file:///etc/a.xml", "a.xml")
    )
    found = read(f"<sitemapindex>{inside}</sitemapindex>")
    assert ([f"{SITE}a.xml"], {"bad_link": 1, "duplicate": 1}) == (
        [item.url for item in found.children],
        found.dropped,
    )


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        pytest.param([f"{SITE}a?b=1&c=2", f"{SITE}b"], pages(url(f"{SITE}a?b=1&c=2") + url(f"{SITE}b")), id="bare ampersand"),
        pytest.param([f"{SITE}a"], pages(url(f"{SITE}a") + url(f"{SITE}broken"))[:-30], id="broken off"),
        pytest.param([f"{SITE}a"], pages(url(f"{SITE}a")) + "</urlset>", id="more behind the root"),
        pytest.param([f"{SITE}a"], "notice\n" + pages(url(f"{SITE}a")) + "<", id="words before"),
    ],
)  # fmt: skip
def test_a_damaged_sitemap_gives_what_it_gives(expected: list[str], content: str) -> None:
    """A fault costs no more than it has to, no half address comes out, and the damage is said."""
    found = read(content)
    assert expected == [item.url for item in found.items]
    assert ["the sitemap is not well-formed"] == [warning.partition(":")[0] for warning in found.warnings]


def test_wherever_a_sitemap_breaks_off_no_half_address_comes_out() -> None:
    """Cut at any byte, it gives the records that were whole, or it is refused."""
    whole = pages(url(f"{SITE}page-1") + url(f"{SITE}page-2"))
    for end in range(len(whole)):
        try:
            found = read(whole[:end])
        except InputError as error:
            assert error.reason in {"bad_xml", "not_a_sitemap"}
        else:
            assert {item.url for item in found.items} <= {f"{SITE}page-1", f"{SITE}page-2"}


@pytest.mark.parametrize(
    ("reason", "content"),
    [
        pytest.param("not_a_sitemap", b"", id="nothing"),
        pytest.param("not_a_sitemap", b"words\nand words", id="words"),
        pytest.param("not_a_sitemap", b"<!DOCTYPE html><html><p>x</p></html>", id="a page"),
        pytest.param("not_a_sitemap", b'{"items": []}', id="JSON"),
        pytest.param("bad_xml", b"<urlset><url><loc>https://a.example/", id="broken off in the first record"),
        pytest.param("bad_encoding", gzip.compress(PAGES.encode())[:-12], id="broken gzip"),
        pytest.param("bad_encoding", gzip.compress(b"") * (MAX_MEMBERS + 1), id="gzip of endless parts"),
        pytest.param("too_compressed", gzip.compress(b"<urlset>" + b" " * 30_000_000), id="a small bomb"),
        pytest.param("too_large", gzip.compress(b"<urlset>" + b" " * 60_000_000, 1), id="a bomb"),
        pytest.param("not_a_sitemap", gzip.compress(gzip.compress(PAGES.encode())), id="gzip in gzip"),
        pytest.param("too_large", b" " * (MAX_BYTES + 1), id="51 MB"),
    ],
)  # fmt: skip
def test_what_is_no_sitemap_is_refused(reason: str, content: bytes) -> None:
    """The reason says why, the message names the sitemap."""
    with pytest.raises(InputError, match=SITE) as error:
        read(content)
    assert error.value.reason == reason


def test_a_limit_keeps_the_pages_that_changed_last() -> None:
    """Sitemaps are in no order of time: the newest count, in the order in which they are told."""
    days = ["2024-01-01", "", "2024-03-01", "2023-12-31T23:59:59Z", "2024-02"]
    found = read(pages("".join(url(f"{SITE}{n}", day) for n, day in enumerate(days))), limit=2)
    assert ([f"{SITE}2", f"{SITE}4"], {"over_limit": 3}) == (
        [item.url for item in found.items],
        found.dropped,
    )


def test_no_more_addresses_are_read_than_the_protocol_allows() -> None:
    """The largest sitemap of the protocol is read whole; what is beyond is counted."""
    content = pages("".join(url(f"{SITE}some/place/{n}", "2024-02-01") for n in range(MAX_ADDRESSES + 5)))
    found = read(content)
    assert (MAX_ADDRESSES, {"over_limit": 5}) == (len(found.items), found.dropped)


@given(told=TOLD)
def test_what_was_written_is_read_back(told: Told) -> None:
    """Titles and addresses of any characters come out as they went in."""
    assert told == [(item.url, item.title) for item in read(sitemap(told)).items]


@given(content=BROKEN)
def test_any_bytes_are_a_sitemap_or_refused(content: bytes) -> None:
    """Nothing but InputError comes out of bytes that are no sitemap, gzipped or not."""
    for form in (content, gzip.compress(content), b"<urlset>" + content):
        try:
            found = read(form)
        except InputError as error:
            assert error.reason in {"not_a_sitemap", "bad_xml", "xml_entities", "bad_encoding"}
        else:
            assert all(item.url.startswith(("http://", "https://")) for item in found.items + found.children)
            assert all(f"{item.url}{item.title}{item.published}".encode() for item in found.items)

"""Feeds: which pages they tell of, whatever format and however damaged, and what is refused or dropped."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from made_feeds import BASE, BROKEN, SITE, TOLD, Told, atom, json_feed, rss

from tasks.discover.feeds import MAX_BYTES, MAX_ITEMS, read_feed
from tasks.discover.items import LONGEST_TITLE, Found, Item, iso_time, plain_text, web_address
from tasks.errors import InputError

RSS_2 = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Ledger</title><atom:link rel="self" href="https://feeds.harborledger.example/all.xml"/>
<link>https://harborledger.example/</link>
<item><title>Ferry stops</title><link>https://harborledger.example/ferry?utm_source=rss</link>
<guid isPermaLink="false">n-1</guid><pubDate>Thu, 01 Feb 2024 10:00:00 +0200</pubDate></item></channel></rss>"""
RSS_091 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Ledger</title><link>https://harborledger.example/</link>
<item><title>Café closes</title><link>https://harborledger.example/cafe</link></item></channel></rss>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://harborledger.example/">
<title>Ledger</title><link>https://harborledger.example/</link><items><rdf:Seq/></items></channel>
<item rdf:about="https://harborledger.example/id"><title>Rain</title><link>https://harborledger.example/rain</link>
<dc:date>2024-02</dc:date></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Ledger</title><link href="https://harborledger.example/"/>
<entry><title>Mayor</title><link rel="enclosure" href="https://harborledger.example/m.mp3"/>
<link href="https://harborledger.example/mayor"/><link rel="alternate" type="text/html" hreflang="de" href="https://harborledger.example/de"/>
<id>tag:harborledger.example,2024:1</id><published>2024-02-01</published><updated>2024-02-03T23:30:00-01:00</updated></entry></feed>"""
JSON_1 = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1",
        "items": [
            {
                "id": 7,
                "external_url": "https://harborledger.example/seven",
                "title": "Seven",
                "date_published": "2024-02-01T10:00:00+02:00",
                "date_modified": "2024-02-02",
            }
        ],
    }
)


def read(feed: str | bytes, **options: object) -> Found:
    return read_feed(feed if isinstance(feed, bytes) else feed.encode(), BASE, **options)  # type: ignore[arg-type]


def items(inside: str) -> str:
    """An RSS feed with a channel link, of these items."""
    return f"<rss version='2.0'><channel><link>{SITE}news/</link>{inside}</channel></rss>"


@pytest.mark.parametrize(
    ("expected", "feed"),
    [
        pytest.param(
            Item(f"{SITE}ferry?utm_source=rss", "n-1", "Ferry stops", "2024-02-01T08:00:00Z"), RSS_2.encode(), id="RSS 2.0"
        ),
        pytest.param(Item(f"{SITE}cafe", "", "Café closes"), RSS_091.encode("latin-1"), id="RSS 0.91"),
        pytest.param(Item(f"{SITE}rain", f"{SITE}id", "Rain", "2024-02"), RDF.encode(), id="RSS 1.0"),
        pytest.param(
            Item(f"{SITE}mayor", "tag:harborledger.example,2024:1", "Mayor", "2024-02-01", "2024-02-04T00:30:00Z"),
            ATOM.encode(),
            id="Atom",
        ),
        pytest.param(
            Item(f"{SITE}seven", "7", "Seven", "2024-02-01T08:00:00Z", "2024-02-02"), JSON_1.encode(), id="JSON Feed"
        ),
        pytest.param(
            Item(f"{SITE}ferry?utm_source=rss", "n-1", "Ferry stops", "2024-02-01T08:00:00Z"),
            RSS_2.replace(' encoding="utf-8"', "").encode("utf-16"),
            id="UTF-16",
        ),
        pytest.param(
            Item(f"{SITE}cafe", "", "Café closes"), b"\xef\xbb\xbf\n" + RSS_091.encode(), id="UTF-8 against its declaration"
        ),
    ],
)  # fmt: skip
def test_every_format_tells_of_its_pages(expected: Item, feed: bytes) -> None:
    """Address, id, title and dates come out of each format alike, the tracking left as it is."""
    assert read(feed) == Found((expected,))


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        pytest.param(f"{SITE}news/a", "<item><link>a</link></item>", id="relative to the channel"),
        pytest.param(f"{SITE}a", "<item><link>/a</link></item>", id="from the host"),
        pytest.param(
            "https://b.example/c/a",
            "<item xml:base='https://b.example/c/'><link>a</link></item>",
            id="xml:base",
        ),
        pytest.param(f"{SITE}g", f"<item><guid>{SITE}g</guid></item>", id="permalink"),
        pytest.param(
            f"{SITE}g", f"<item><guid>{SITE}g</guid><link/></item>", id="permalink beside an empty link"
        ),
        pytest.param(
            f"{SITE}a", f"<item><guid>{SITE}g</guid><link>{SITE}a</link></item>", id="link before permalink"
        ),
        pytest.param(f"{SITE}a?b=1&c=2", f"<item><link>{SITE}a?b=1&amp;c=2</link></item>", id="ampersand"),
        pytest.param(
            f"{SITE}a?b=1&c=2", f"<item><link><![CDATA[ {SITE}a?b=1&c=2 ]]></link></item>", id="CDATA"
        ),
        pytest.param(f"{SITE}a%20b", f"<item><link>{SITE}a b</link></item>", id="space"),
        pytest.param(f"{SITE}ab", f"<item><link>{SITE}a\n\tb</link></item>", id="broken over lines"),
        pytest.param(
            "https://cdn.example/a", "<item><link>//cdn.example/a</link></item>", id="without scheme"
        ),
    ],
)
def test_links_become_absolute(url: str, inside: str) -> None:
    """A link is resolved against xml:base or the channel; a permalink serves where there is no link."""
    found = read(items(inside))
    assert [url] == [item.url for item in found.items]
    assert found.dropped == {}


def test_relative_links_of_atom_are_resolved_against_the_feed() -> None:
    """In Atom the feed's own address is the base, and nested xml:base are resolved step by step."""
    entry = "<entry {}><link href='a'/></entry>"
    feed = "<feed xmlns='http://www.w3.org/2005/Atom' {}><link href='https://other.example/'/>{}</feed>"
    assert read(feed.format("", entry.format(""))).items[0].url == "https://feeds.harborledger.example/a"
    assert (
        read(feed.format("xml:base='/x/'", entry.format("xml:base='y/'"))).items[0].url
        == "https://feeds.harborledger.example/x/y/a"
    )


@pytest.mark.parametrize(
    ("reason", "inside"),
    [
        pytest.param("bad_link", "<item><link>javascript:alert(1)</link></item>", id="script"),
        pytest.param("bad_link", "<item><link>data:text/html,x</link></item>", id="data"),
        pytest.param("bad_link", "<item><link>mailto:a@b.example</link></item>", id="mail"),
        pytest.param("bad_link", "<item><link>file:///etc/hostname</link></item>", id="file"),
        pytest.param("bad_link", "<item><link>http://</link></item>", id="no host"),
        pytest.param("bad_link", "<item><link>http://a.example:x/</link></item>", id="bad port"),
        pytest.param("bad_link", "<item><link>http://[a/</link></item>", id="bad bracket"),
        pytest.param("bad_link", f"<item><link>{SITE}{'a' * 3000}</link></item>", id="endless"),
        pytest.param("no_link", "<item><title>Words</title></item>", id="no link at all"),
        pytest.param("no_link", "<item><guid>12345</guid></item>", id="an id that is no address"),
        pytest.param(
            "no_link", f"<item><guid isPermaLink='false'>{SITE}g</guid></item>", id="an id that is no link"
        ),
        pytest.param(
            "no_link", "<item><enclosure url='https://a.example/a.mp3'/></item>", id="a recording only"
        ),
        pytest.param("duplicate", f"<item><link>{SITE}ok</link></item>", id="told before"),
    ],
)
def test_what_is_no_page_is_counted(reason: str, inside: str) -> None:
    """An item that leads nowhere is dropped under its reason; those beside it are kept."""
    found = read(items(f"<item><link>{SITE}ok</link></item>{inside}"))
    assert [f"{SITE}ok"] == [item.url for item in found.items]
    assert found.dropped == {reason: 1}


@pytest.mark.parametrize("base", ["", "feeds/all.xml", "http://[", "\ud800"])
def test_a_relative_link_without_any_base_is_a_bad_link(base: str) -> None:
    """Where neither feed nor caller says where the feed lies, a relative link leads nowhere."""
    feed = b"<rss><channel><item><link>a</link></item></channel></rss>"
    assert read_feed(feed, base).dropped == {"bad_link": 1}


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        pytest.param("AT&T wins", "<title>AT&amp;T wins</title>", id="escaped once"),
        pytest.param("AT&T wins", "<title>AT&amp;amp;T wins</title>", id="escaped twice"),
        pytest.param("A big win", "<title>A &lt;b&gt;big&lt;/b&gt; win</title>", id="marked up"),
        pytest.param("A big win", "<title><![CDATA[A <i>big</i><br/>win]]></title>", id="marked up in CDATA"),
        pytest.param("A big win", "<title>A <b>big</b> win</title>", id="elements inside"),
        pytest.param("5 < 6", "<title>5 &lt; 6</title>", id="less than"),
        pytest.param("two lines", "<title>\n two\n\tlines </title>", id="blanks"),
        pytest.param("Right", "<m:title xmlns:m='http://search.yahoo.com/mrss/'>Wrong</m:title><title>Right</title>", id="media's"),
        pytest.param("x" * LONGEST_TITLE, f"<title>{'x' * 50_000}</title>", id="endless"),
        pytest.param("hidden", "<title>hid\u00adden\u202e</title>", id="invisible"),
    ],
)  # fmt: skip
def test_titles_are_plain_text(expected: str, title: str) -> None:
    """A title is one line without markup or entities, however often it was escaped."""
    assert expected == read(items(f"<item>{title}<link>{SITE}a</link></item>")).items[0].title


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        pytest.param("a <b> c &amp;", "<title>a &lt;b&gt; c &amp;amp;</title>", id="text"),
        pytest.param("a c", "<title type='html'>&lt;b&gt;a&lt;/b&gt; c</title>", id="html"),
        pytest.param(
            "a <b> c", "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a &lt;b> <i>c</i></div></title>", id="xhtml"
        ),
    ],
)  # fmt: skip
def test_titles_of_atom_are_what_their_type_says(expected: str, title: str) -> None:
    """Text that looks like markup is text where Atom says so."""
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{title}<link href='{SITE}a'/></entry></feed>"
    assert expected == read(feed).items[0].title


@pytest.mark.parametrize(
    ("expected", "date"),
    [
        pytest.param("2024", "2024", id="year"),
        pytest.param("2024-02", "2024-02", id="month"),
        pytest.param("2024-02-29", "2024-02-29", id="day"),
        pytest.param("2024-02-01", "20240201", id="day without hyphens"),
        pytest.param("2024-02-01T08:00:00Z", "2024-02-01T10:00+02:00", id="minute with zone"),
        pytest.param("2024-02-01T10:00:00Z", "2024-02-01T10:00:00.123Z", id="fraction"),
        pytest.param("2024-02-01T10:00:00Z", "2024-02-01 10:00:00", id="no zone"),
        pytest.param("2024-02-01T15:00:00Z", "Thu, 01 Feb 2024 10:00:00 EST", id="mail with a zone's name"),
        pytest.param("2024-02-01T10:00:00Z", "1 Feb 24 10:00 GMT", id="mail, short"),
        pytest.param("", "2024-02-30", id="no such day"),
        pytest.param("", "2024-13", id="no such month"),
        pytest.param("", "0000", id="no such year"),
        pytest.param("", "0001-01-01T00:00:00+14:00", id="before all time"),
        pytest.param("", "yesterday", id="words"),
        pytest.param("", "9" * 400, id="digits"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_dates_are_iso_in_utc_and_as_precise_as_told(expected: str, date: str) -> None:
    """A date is never made more precise than it is, and what is none gives none."""
    assert expected == iso_time(date)
    found = read(items(f"<item><link>{SITE}a</link><pubDate>{date}</pubDate></item>"))
    assert expected == found.items[0].published


@pytest.mark.parametrize(
    ("expected", "feed"),
    [
        pytest.param([f"{SITE}a?b=1&c=2"], items(f"<item><link>{SITE}a?b=1&c=2</link></item>"), id="bare ampersand"),
        pytest.param([f"{SITE}a"], items(f"<item><title>Caf&eacute;&nbsp;</title><link>{SITE}a</link></item>"), id="HTML entity"),
        pytest.param([f"{SITE}a"], items(f"<item><title>a</titel><link>{SITE}a</link></item>"), id="misspelled end"),
        pytest.param([f"{SITE}a"], items(f"<item><link>{SITE}a</link></item>") + "<script/>", id="more behind the root"),
        pytest.param([f"{SITE}a", f"{SITE}b"], items(f"<item><link>{SITE}a</link><item><link>{SITE}b</link></item>"), id="no end of an item"),
        pytest.param([f"{SITE}a"], f"<rss><channel><item><link>{SITE}a</link></item>", id="no end at all"),
        pytest.param([f"{SITE}a"], f"<a:rss><channel><item><link>{SITE}a</link></item></channel></a:rss>", id="a prefix of the root that nothing declares"),
        pytest.param([f"{SITE}a"], "Warning: line 3\n" + items(f"<item><link>{SITE}a</link></item>") + "<", id="words before"),
    ],
)  # fmt: skip
def test_a_damaged_feed_gives_what_it_gives(expected: list[str], feed: str) -> None:
    """A fault costs no more than it has to, addresses come out whole, and the damage is said."""
    found = read(feed)
    assert expected == [item.url for item in found.items]
    assert ["the feed is not well-formed"] == [warning.partition(":")[0] for warning in found.warnings]


def test_the_address_at_which_a_feed_breaks_off_is_not_believed() -> None:
    """Half an address is an address, but of another page: the item in which the feed ends is dropped."""
    feed = items("".join(f"<item><title>T</title><link>{SITE}page-{n}</link></item>" for n in range(3)))
    for end in range(feed.index("page-2"), feed.rindex("</item>") + 2):
        found = read(feed[:end])
        assert [f"{SITE}page-0", f"{SITE}page-1"] == [item.url for item in found.items]
        assert found.dropped == {"cut_off": 1}


def test_stray_control_characters_harm_nothing() -> None:
    """XML forbids them and old programs write them: they are left out."""
    found = read(items(f"<item><title>a\x0b\x1b b\0</title><link>{SITE}a</link></item>"))
    assert found == Found((Item(f"{SITE}a", "", "a b"),))


@pytest.mark.parametrize(
    ("reason", "content"),
    [
        pytest.param("not_a_feed", b"", id="nothing"),
        pytest.param("not_a_feed", b"words", id="words"),
        pytest.param("not_a_feed", b"<!DOCTYPE html><html><body>x</body></html>", id="a page"),
        pytest.param("not_a_feed", b"<urlset><url/></urlset>", id="a sitemap"),
        pytest.param("not_a_feed", b'{"items": []}', id="other JSON"),
        pytest.param("not_a_feed", b'{"version": "https://jsonfeed.org/version/1"}', id="no items"),
        pytest.param("not_a_feed", b'{"version": "https://jsonfeed.org/version/1", "items": {}}', id="items of another type"),
        pytest.param("not_a_feed", b'{"items": [', id="broken JSON"),
        pytest.param("bad_xml", b"<rss><channel>", id="broken off before the first item"),
        pytest.param("bad_xml", b'<?xml version="1.0" encoding="x-none"?><rss/>', id="an unknown encoding"),
        pytest.param("bad_xml", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", id="an image"),
        pytest.param("bad_xml", b"<!-- <rss/>", id="a comment without end"),
        pytest.param("too_large", b" " * (MAX_BYTES + 1), id="11 MB"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused(reason: str, content: bytes) -> None:
    """The reason says why, the message names the feed."""
    with pytest.raises(InputError, match=BASE) as error:
        read(content)
    assert error.value.reason == reason


def test_the_media_type_helps_where_the_feed_says_nothing() -> None:
    """A charset of the answer's header counts for a feed that declares none and is no UTF-8."""
    feed = items(f"<item><title>Щука</title><link>{SITE}a</link></item>").encode("koi8-r")
    assert read(feed, media_type="application/rss+xml; charset=KOI8-R").items[0].title == "Щука"


@pytest.mark.parametrize(
    ("reason", "entry"),
    [
        pytest.param("no_link", 3, id="a number"),
        pytest.param("no_link", None, id="null"),
        pytest.param("no_link", {"url": ["https://a.example/"]}, id="an address in a list"),
        pytest.param("no_link", {"url": True, "id": "x"}, id="true"),
        pytest.param("bad_link", {"url": "https://a.example/\ud800"}, id="half a character"),
        pytest.param("bad_link", {"url": "javascript:x"}, id="script"),
    ],
)
def test_items_of_a_json_feed_may_be_anything(reason: str, entry: object) -> None:
    """Values of wrong types count as absent."""
    feed = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [entry, {"id": f"{SITE}a", "title": 5}]}
    )
    assert read(feed) == Found((Item(f"{SITE}a", f"{SITE}a", "5"),), (), {reason: 1})


@pytest.mark.parametrize("make", [rss, atom, json_feed])
def test_the_limit_keeps_the_first_and_counts_the_rest(make: object) -> None:
    """A limit of 2 keeps two good pages; what is beyond is counted, what is beyond all limits too."""
    told = [(f"{SITE}{n}", f"Page {n}") for n in range(MAX_ITEMS + 7)]
    feed = make(told)  # type: ignore[operator]
    found = read(feed, limit=2)
    assert [f"{SITE}0", f"{SITE}1"] == [item.url for item in found.items]
    assert found.dropped == {"over_limit": MAX_ITEMS + 5}
    found = read(feed)
    assert len(found.items) == MAX_ITEMS
    assert found.dropped == {"over_limit": 7}


@pytest.mark.parametrize(
    ("expected", "days"),
    [
        pytest.param([3, 4], [1, 2, 3, 4, 5], id="the oldest first"),
        pytest.param([0, 1], [5, 4, 3, 2, 1], id="the newest first"),
        pytest.param([1, 3], [1, 5, 2, 4, 3], id="in no order"),
        pytest.param([0, 2], [2, 0, 1, 0, 0], id="some without a date"),
        pytest.param([0, 1], [7, 7, 7, 7, 7], id="all of one day"),
    ],
)
def test_a_limit_keeps_the_items_that_came_last(expected: list[int], days: list[int]) -> None:
    """By their dates, whatever the order of the feed, in which they stay; without dates the first ones."""
    entries = [
        (f"{SITE}{n}", f"2024-06-{day:02}T10:00:00Z", f"{day:02} Jun 2024 10:00:00 GMT")
        if day
        else (f"{SITE}{n}", "", "")
        for n, day in enumerate(days)
    ]
    forms = (
        items(
            "".join(f"<item><link>{url}</link><pubDate>{mail}</pubDate></item>" for url, _, mail in entries)
        ),
        "<feed xmlns='http://www.w3.org/2005/Atom'>"
        + "".join(f"<entry><link href='{url}'/><updated>{iso}</updated></entry>" for url, iso, _ in entries)
        + "</feed>",
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [{"url": url, "date_published": iso} for url, iso, _ in entries],
            }
        ),
    )
    for form in forms:
        found = read(form, limit=2)
        assert [f"{SITE}{n}" for n in expected] == [item.url for item in found.items]
        assert found.dropped == {"over_limit": 3}


@pytest.mark.parametrize("make", [rss, atom, json_feed])
@given(told=TOLD)
def test_what_was_written_is_read_back(make: object, told: Told) -> None:
    """Titles and addresses of any characters come out of each format as they went in."""
    found = read(make(told))  # type: ignore[operator]
    assert told == [(item.url, item.title) for item in found.items]
    assert found.dropped == {}


@given(content=BROKEN)
def test_any_bytes_are_a_feed_or_refused(content: bytes) -> None:
    """Nothing but InputError comes out of bytes that are no feed, and what is found can be stored."""
    try:
        found = read(content)
    except InputError as error:
        assert error.reason in {"not_a_feed", "bad_xml", "xml_entities", "too_large"}
    else:
        for item in found.items:
            assert item.url == web_address(item.url)
            assert item.title == plain_text(item.title)
            f"{item.url}{item.item_id}{item.title}{item.published}{item.modified}".encode()

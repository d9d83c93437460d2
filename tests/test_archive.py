"""Copies in a web archive: which one is taken, what is refused, and how a shown copy becomes the page again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.read import extract
from tasks.fetch.archive import (
    ANSWER_BYTES,
    HEAD_END,
    SCRIPT_END,
    TOOLBAR_BEGIN,
    TOOLBAR_END,
    Copy,
    availability_url,
    copied_at,
    read_availability,
    strip_banner,
)
from tasks.fetch.client import Client
from tasks.fetch.dial import Guard
from tasks.fetch.records import Answer, Limits, Wanted
from tasks.model import Raw
from tests.made_pages import MORE, PROSE
from tests.origin import Origin

PAGE = "https://www.paper.example/2019/wall?id=7"
STAMP = "20190304050607"
WHEN = datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)
PUBLIC = "https://archive.org/wayback/available"

# CPU seconds that a hostile page of the largest size may cost: some hundred times what one pass takes.
MOST_SECONDS = 5.0


@pytest.fixture
def archive() -> Iterator[Origin]:
    """A web archive on the loopback interface."""
    with Origin() as origin:
        yield origin


@pytest.fixture
def get(archive: Origin) -> Iterator[Callable[[str], Answer]]:
    """What asks for an address: the product's own client, to which the archive's address is allowed."""
    guard = Guard(allowed=(archive.authority,))
    with Client(agent="workscited-test", guard=guard, limits=Limits(total_seconds=5.0)) as client:
        yield lambda url: client.get(Wanted(url))


def asked(get: Callable[[str], Answer], when: str, endpoint: str) -> tuple[Copy | None, str]:
    """Ask the archive for the copy nearest to ``when``."""
    return read_availability(get(availability_url(PAGE, when, endpoint)), PAGE, endpoint)


def closest(place: str, /, **changes: object) -> str:
    """An archive's answer that names a copy."""
    found = {"available": True, "url": place, "timestamp": STAMP, "status": "200"} | changes
    return json.dumps({"url": PAGE, "archived_snapshots": {"closest": found}})


def test_the_copy_nearest_to_a_date_is_asked_for_and_named(
    archive: Origin, get: Callable[[str], Answer]
) -> None:
    """The page's address and the date go to the archive; the copy comes in its raw form."""
    place = f"{archive.url}/web/{STAMP}/http://paper.example:80/2019/wall?id=7"
    archive.page("/wayback/available", closest(place), media_type="application/json")
    found = asked(get, "2019-03-01", f"{archive.url}/wayback/available")
    raw = place.replace(STAMP, f"{STAMP}id_")
    assert (Copy(raw, WHEN), "") == found
    (request,) = archive.requests
    assert {"url": [PAGE], "timestamp": ["20190301"]} == parse_qs(urlsplit(request.path).query)


@pytest.mark.parametrize(
    ("expected", "when"),
    [
        pytest.param("20190304", "2019-03-04", id="day"),
        pytest.param("20190304", "2019-03-04T10:00:00+02:00", id="time"),
        pytest.param("201903", "2019-03", id="month"),
        pytest.param("2019", "2019", id="year"),
        pytest.param("", "", id="no date"),
        pytest.param("", "last week", id="no ISO date"),
        pytest.param("", "2019-03-04&url=x", id="something else"),
    ],
)
def test_the_date_is_as_precise_as_it_is_known(expected: str, when: str) -> None:
    """Without a date the archive gives its newest copy."""
    query = parse_qs(urlsplit(availability_url(PAGE, when, f"{PUBLIC}?key=1")).query)
    assert ([PAGE], ["1"], [expected] if expected else None) == (
        query["url"],
        query["key"],
        query.get("timestamp"),
    )


def answered(content: str | bytes, endpoint: str = PUBLIC) -> tuple[Copy | None, str]:
    body = content.encode() if isinstance(content, str) else content
    return read_availability(Answer(endpoint, endpoint, 200, "", content=body), PAGE, endpoint)


def test_copies_named_by_http_are_asked_for_by_https() -> None:
    """The Wayback Machine names its copies by http; its own endpoint shows that it speaks https."""
    copy, _ = answered(closest(f"http://web.archive.org/web/{STAMP}/{PAGE}"))
    assert copy is not None
    assert f"https://web.archive.org/web/{STAMP}id_/{PAGE}" == copy.url


GOOD = f"https://web.archive.org/web/{STAMP}/{PAGE}"


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        pytest.param("", closest(GOOD), id="a copy"),
        pytest.param("", closest(GOOD.replace(STAMP, f"{STAMP}if_")), id="named in another form"),
        pytest.param("", closest(GOOD.replace("https://www.", "http://")), id="another spelling"),
        pytest.param("not_archived", '{"archived_snapshots": {}}', id="none"),
        pytest.param("not_archived", '{"archived_snapshots": {"closest": {}}}', id="none closest"),
        pytest.param("not_archived", closest(GOOD, available=False), id="not available"),
        pytest.param("not_archived", "{}", id="empty answer"),
        *[
            pytest.param("bad_archive_answer", content, id=name)
            for name, content in {
                "no JSON": "<html>busy</html>",
                "no object": "[]",
                "text": '"archived"',
                "not UTF-8": b"\xff\xfe\xff",
                "nested": "[" * 50_000,
                "long": " " * (ANSWER_BYTES + 1),
                "copies of another kind": '{"archived_snapshots": 7}',
                "closest of another kind": '{"archived_snapshots": {"closest": [1]}}',
                "available in words": closest(GOOD, available="yes"),
                "status 404": closest(GOOD, status="404"),
                "status a number": closest(GOOD, status=200),
                "short time": closest(GOOD, timestamp=STAMP[:8]),
                "another time": closest(GOOD, timestamp="20190304050608"),
                "no time": closest(GOOD, timestamp=None),
                "a time that is none": closest(
                    GOOD.replace(STAMP, "20191399000000"), timestamp="20191399000000"
                ),
                "digits of another script": closest(GOOD.replace(STAMP, "٢" * 14), timestamp="٢" * 14),
                "no address": closest(GOOD, url=None),
                "another page": closest(GOOD.replace("id=7", "id=8")),
                "another site": closest(f"https://web.archive.org/web/{STAMP}/https://other.example/"),
                "another archive": closest(GOOD.replace("web.archive.org", "archive.example")),
                "a host that ends alike": closest(GOOD.replace("web.archive.org", "webarchive.org")),
                "a host that begins alike": closest(
                    GOOD.replace("web.archive.org", "archive.org.evil.example")
                ),
                "userinfo": closest(GOOD.replace("web.archive.org", "archive.org@evil.example")),
                "userinfo the other way": closest(
                    GOOD.replace("web.archive.org", "evil.example@archive.org")
                ),
                "another port": closest(GOOD.replace("web.archive.org", "web.archive.org:22")),
                "loopback": closest(GOOD.replace("web.archive.org", "127.0.0.1")),
                "a script": closest(f"javascript:alert(1)//web/{STAMP}/{PAGE}"),
                "a file": closest(f"file:///web/{STAMP}/{PAGE}"),
                "line feeds": closest(GOOD + "\r\nHost: evil.example"),
                "endless": closest(GOOD + "a" * 5_000),
                "a bracket open": closest(GOOD.replace("web.archive.org", "[web.archive.org")),
            }.items()
        ],
    ],
)
def test_nothing_that_an_archive_says_is_believed_unchecked(expected: str, content: str | bytes) -> None:
    """A copy is of this page, was there, lies in this archive and says when it was made; else there is none."""
    copy, reason = answered(content)
    assert expected == reason
    assert (copy is None) == bool(expected)


@pytest.mark.parametrize(
    ("expected", "page", "other"),
    [
        pytest.param("bad_archive_answer", "/story.php?sid=12", "/story.php?sid=99", id="another story"),
        pytest.param("bad_archive_answer", "/story.php?sid=12", "/story.php", id="none"),
        pytest.param("bad_archive_answer", "/story.php", "/story.php?sid=12", id="one where none was"),
        pytest.param("bad_archive_answer", "/?12", "/?99", id="a bare number"),
        pytest.param("bad_archive_answer", "/watch?v=AbC", "/watch?v=abc", id="case"),
        pytest.param("", "/story.php?sid=12", "/story.php?sid=12", id="the same"),
        pytest.param("", "/story.php?sid=12&b=c", "/story.php?b=c&sid=12", id="in another order"),
        pytest.param("", "/story.php?sid=12", "/story.php?sid=12&utm_source=mail", id="with tracking"),
    ],
)
def test_a_copy_of_another_query_is_one_of_another_page(expected: str, page: str, other: str) -> None:
    """Papers tell their stories apart by it."""
    url, place = (
        f"https://paper.example{page}",
        f"https://web.archive.org/web/{STAMP}/http://paper.example{other}",
    )
    answer = Answer(PUBLIC, PUBLIC, 200, "", content=closest(place).encode())
    copy, reason = read_availability(answer, url, PUBLIC)
    assert expected == reason
    assert (copy is None) == bool(expected)


AT = "https://web.archive.org/web"
RAW_COPY = f"{AT}/{STAMP}id_/{PAGE}"
OLDER = datetime(2011, 1, 2, 3, 4, 5, tzinfo=UTC)
STRAY = "https://harbour.example/evil"


@pytest.mark.parametrize(
    ("expected", "passed"),
    [
        pytest.param(WHEN, (RAW_COPY,), id="no redirect"),
        pytest.param(WHEN, (f"{AT}/{STAMP}/{PAGE}",), id="another form"),
        pytest.param(OLDER, (f"{AT}/20110102030405id_/{PAGE}",), id="another time"),
        pytest.param(OLDER, (f"{AT}/20110102030405id_/http://paper.example:80/2019/wall?id=7",), id="another spelling"),
        pytest.param(OLDER, (f"{AT}/20190304050608id_/{PAGE}", f"{AT}/20110102030405id_/{PAGE}"), id="two redirects"),
        pytest.param(OLDER, (f"https://web.archive.org/all/20110102030405/{PAGE}",), id="another collection"),
        pytest.param(None, (STRAY,), id="a page of the web"),
        pytest.param(None, (PAGE,), id="the page itself"),
        pytest.param(None, (f"{AT}/20110102030405id_/{STRAY}",), id="a copy of another page"),
        pytest.param(None, (RAW_COPY.replace("id=7", "id=8"),), id="a copy of another story"),
        pytest.param(None, (f"{AT}/",), id="the archive's front page"),
        pytest.param(None, (f"{AT}/20111399000000id_/{PAGE}",), id="a time that is none"),
        pytest.param(None, (f"{STRAY}/web/{STAMP}id_/{PAGE}",), id="another archive"),
        pytest.param(None, (RAW_COPY.replace("web.archive", "upload.archive"),), id="another site of the domain"),
        pytest.param(None, (RAW_COPY.replace("archive.org", "archive.org:8443"),), id="another port"),
        pytest.param(None, (RAW_COPY.replace("web.archive.org", "web.archive.org@evil.example"),), id="userinfo"),
        pytest.param(None, (RAW_COPY.replace("https://web", "http://web"),), id="without encryption"),
        pytest.param(None, (STRAY, RAW_COPY), id="there and back"),
    ],
)  # fmt: skip
def test_a_copy_is_where_the_archive_leads_within_itself(
    expected: datetime | None, passed: tuple[str, ...]
) -> None:
    """Of the same page, of the time that its own address tells; whatever came by another way is no copy."""
    assert expected == copied_at(RAW_COPY, passed)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/a%20b", id="escaped"),
        pytest.param("/ä/你", id="letters"),
        pytest.param("/a?ä|b", id="a query's letters"),
        pytest.param("/a?b=c&utm_source=d#e", id="a fragment"),
        pytest.param("/a/../b", id="dots"),
        pytest.param("/http://ä.example/a", id="a host's letters"),
    ],
)
def test_a_copy_is_known_however_its_address_is_sent(
    archive: Origin, get: Callable[[str], Answer], address: str
) -> None:
    """The client escapes and shortens what it asks for: that is no redirect."""
    place = f"{archive.url}/web/{STAMP}id_/http://paper.example{address}"
    answer = get(place)
    assert (1, ()) == (len(archive.paths), answer.redirects)
    assert WHEN == copied_at(place, (answer.final_url,))


def test_an_archive_may_lead_to_its_encrypted_self() -> None:
    """The other way is no part of it."""
    plain = RAW_COPY.replace("https://web", "http://web")
    assert WHEN == copied_at(plain, (plain, RAW_COPY))


@settings(max_examples=300)
@given(
    content=st.binary(max_size=200)
    | st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=20)
        | st.sampled_from([GOOD, STAMP, "200"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["archived_snapshots", "closest", "url", "timestamp", "status", "available"]),
                inner,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_answer_ends_as_a_copy_or_a_reason(content: bytes) -> None:
    """Whatever the archive sends, nothing is raised."""
    copy, reason = answered(content)
    assert (copy is None) == (reason in {"not_archived", "bad_archive_answer"})


def test_trouble_with_the_archive_is_told_as_it_is(archive: Origin, get: Callable[[str], Answer]) -> None:
    """What went wrong in asking is the reason."""
    archive.page("/down", "busy", status=503)
    assert (None, "server_error") == asked(get, "", f"{archive.url}/down")


def original(links: str = "https://paper.example/a") -> bytes:
    return (
        f"<!DOCTYPE html>\n<html><head>\n<title>The Old Wall</title>"
        f'<script type="application/ld+json">{{"headline": "The Old Wall", "image": "/_static/a.png"}}</script>'
        f'<script src="https://paper.example/site.js"></script></head>\n<body><h1>The Old Wall</h1>'
        f'<p>{PROSE} <a href="{links}">More</a></p><p>{MORE}</p></body></html>\n'
    ).encode()


INJECTED = (
    '<script type="text/javascript" src="https://web-static.archive.org/_static/js/bundle-playback.js?v=1" charset="utf-8"></script>\n'
    '<script type="text/javascript" src="/_static/js/wombat.js"></script>\n'
    "<script>window.RufflePlayer=window.RufflePlayer||{};</script>\n"
    '<script type="text/javascript">\n  __wm.init("https://web.archive.org/web");\n</script>\n'
    '<link rel="stylesheet" type="text/css" href="https://web-static.archive.org/_static/css/banner-styles.css" />\n'
)
TOOLBAR = (
    "<style type='text/css'>#wm-ipp{}</style><div id='wm-ipp'>"
    "<p>The archive has kept 1,204 captures of this page between 2011 and 2024, which readers may visit.</p></div>"
)
NOTES = (
    "<!--\n     FILE ARCHIVED ON 05:06:07 Mar 04, 2019 AND RETRIEVED FROM THE\n     ARCHIVE ON 01:02:03.\n-->\n"
    "<!--\nplayback timings (ms):\n  load: 1\n-->"
)


def shown() -> bytes:
    """The page as an archive shows it."""
    page = original(f"https://web.archive.org/web/{STAMP}/https://paper.example/a").decode()
    page = page.replace('src="https://', f'src="/web/{STAMP}js_/https://')
    page = page.replace("<head>", f"<head>{INJECTED}{HEAD_END.decode()}")
    page = page.replace("<body>", f"<body>{TOOLBAR_BEGIN.decode()}\n{TOOLBAR}\n{TOOLBAR_END.decode()}")
    return (page + NOTES).encode()


def test_a_shown_copy_becomes_the_page_again() -> None:
    """Nothing of the archive is left, nothing of the page is lost, and its links lead where they led."""
    page = strip_banner(shown())
    assert b"".join(original().split()) == b"".join(page.split())
    assert extract(Raw("a", "text/html", original())) == extract(Raw("a", "text/html", page))
    assert "1,204 captures" in extract(Raw("a", "text/html", shown())).text


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(original(), id="plain"),
        pytest.param(original(GOOD), id="with a link to a copy"),
        pytest.param(b"<script src='/_static/doc.js'></script>" + original(), id="with files of a like name"),
        pytest.param(original() + TOOLBAR_BEGIN, id="with half a toolbar"),
        pytest.param(b"<!-- FILE ARCHIVED ON a whim -->" + original(), id="with a comment of like words"),
        pytest.param(b"", id="empty"),
        pytest.param(bytes(range(256)), id="bytes"),
    ],
)
def test_a_page_without_marks_stays_byte_for_byte(page: bytes) -> None:
    """Links to an archive that the page itself has are the page's."""
    assert page == strip_banner(page)


def test_another_kind_of_link_keeps_its_address() -> None:
    """Only addresses of the web are taken out of an archive's; where the page itself led to a copy, it does again."""
    page = TOOLBAR_BEGIN + TOOLBAR_END + b'<a href="%b"> <a href="%b"> <a href="%b"> /web/2019/x'
    stamp = STAMP.encode()
    links = (
        b"/web/%bim_/http://a.example/b" % stamp,
        b"//web.archive.org/web/%b/https://web.archive.org/web/%b/http://a.example/c" % (stamp, stamp),
        b"/web/%b/mailto:a@a.example" % stamp,
    )
    expected = (
        b'\n<a href="http://a.example/b"> <a href="https://web.archive.org/web/%b/http://a.example/c">'
        % stamp
    )
    assert strip_banner(page % links).startswith(expected)
    assert strip_banner(page % links).endswith(b'<a href="/web/%b/mailto:a@a.example"> /web/2019/x' % stamp)


PARTS = st.sampled_from(
    [
        TOOLBAR_BEGIN, TOOLBAR_END, HEAD_END, b"<head>", b"<!--", b"-->", b"\n", b"FILE ARCHIVED ON", b"<!--\n FILE ARCHIVED ON",
        b"<script>__wm.x</script>", b"<script", b">", b"</script>", b"/web/20190304050607", b"/", b"im_/", b"http://", b"<!-- BEGIN WAY",
        b"BACK TOOLBAR INSERT -->", b"<!-- End Wayback Rewrite", b" JS Include -->", b"Words.", b"<link href='/_static/a'>",
        b"//web.archive.org", b"playback timings", b" ",
    ]
)  # fmt: skip


@settings(max_examples=500)
@given(parts=st.lists(PARTS, max_size=25))
def test_stripping_twice_is_stripping_once(parts: list[bytes]) -> None:
    """Whatever is joined by what was taken out, no new mark comes of it."""
    once = strip_banner(b"".join(parts))
    assert once == strip_banner(once)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(b"<!--<!--\nFILE ARCHIVED ON x--> FILE ARCHIVED ON y-->", id="a note in a note"),
        pytest.param(b"<!-- BEGIN WAY" + TOOLBAR_BEGIN + TOOLBAR_END + TOOLBAR_BEGIN[14:] + TOOLBAR_END, id="a toolbar in a mark"),
        pytest.param(b"<head>" + HEAD_END[:9] + HEAD_END + HEAD_END[9:], id="a mark in a mark"),
    ],
)  # fmt: skip
def test_marks_do_not_come_of_what_was_around_others(page: bytes) -> None:
    """What stood around a mark never becomes one by being joined."""
    once = strip_banner(page)
    assert once != page
    assert once == strip_banner(once)


# About the largest page that is read.
MANY = 400_000
# A page of a size that papers serve: were time quadratic, it would take an hour.
PAPER_BYTES = 2_000_000


def often(part: bytes) -> bytes:
    """``part`` as often as a page has room for it."""
    return part * (PAPER_BYTES // len(part))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(TOOLBAR_BEGIN * (MANY // 2), id="toolbars without end"),
        pytest.param((TOOLBAR_BEGIN + TOOLBAR_END) * (MANY // 4), id="toolbars"),
        pytest.param(b"<head>" + b"<script>" * MANY + HEAD_END, id="scripts without end"),
        pytest.param(b"<head>" + b"<script " * MANY + HEAD_END, id="tags without end"),
        pytest.param(b"<head>" * MANY + HEAD_END * 9, id="heads"),
        pytest.param(b"<!--\n FILE ARCHIVED ON" * MANY, id="notes without end"),
        pytest.param(TOOLBAR_BEGIN + TOOLBAR_END + f"/web/{STAMP}/".encode() * MANY, id="links without end"),
        pytest.param(TOOLBAR_BEGIN + TOOLBAR_END + b"/" * 9_000_000, id="slashes"),
        pytest.param(b"<!--" + b"\n" * 9_000_000 + b"<!--" + b" " * 90, id="blanks"),
        pytest.param(b"<head>" + often(b"<script>") + SCRIPT_END + HEAD_END, id="scripts with one end"),
        pytest.param(b"<head>" + often(b"<script ") + b">" + SCRIPT_END + HEAD_END, id="tags with one end"),
        pytest.param(b"<head>" + often(b"<script>a</script>") + HEAD_END, id="scripts"),
        pytest.param(b"<head>" + often(b"<script>__wm.</script>") + HEAD_END, id="scripts of the archive"),
        pytest.param(
            b"<head><script>" + often(b"archive.org") + SCRIPT_END + HEAD_END, id="names in a script"
        ),
        pytest.param(b"<head>" + often(b"<script><link>") + SCRIPT_END + HEAD_END, id="links in scripts"),
        pytest.param(b"<head>" + often(b"<link ") + HEAD_END, id="links without end of their tags"),
        pytest.param(b"<head>" + often(b"<link ") + b">" + HEAD_END, id="links with one end"),
        pytest.param(b"<head>" + often(b"<link>") + HEAD_END, id="links of the page"),
        pytest.param(b"<head>" + often(b"<link href='/_static/a'>") + HEAD_END, id="links of the archive"),
        pytest.param(often(HEAD_END), id="ends of heads"),
        pytest.param(often(TOOLBAR_BEGIN) + TOOLBAR_END, id="toolbars with one end"),
        pytest.param(often(TOOLBAR_END) + TOOLBAR_BEGIN, id="ends of toolbars"),
        pytest.param(often(b"<!--"), id="comments without end"),
        pytest.param(often(b"<!--") + b"\n FILE ARCHIVED ON -->", id="comments with one end"),
        pytest.param(often(b"<!--\n FILE ARCHIVED ON") + b"-->", id="notes with one end"),
        pytest.param(HEAD_END + often(f"/web/{STAMP}"[:-1].encode()), id="times cut short"),
        pytest.param(HEAD_END + often(b"https://web.archive.org"), id="hosts of the archive"),
        pytest.param(HEAD_END + often(f"/web/{STAMP}/http://".encode()), id="links with ends"),
    ],
)
def test_hostile_pages_take_no_longer_than_others(page: bytes) -> None:
    """Time is linear in the size, whatever is repeated."""
    began = time.process_time()
    strip_banner(page)
    assert time.process_time() - began < MOST_SECONDS

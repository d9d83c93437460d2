"""Archives of crawls: which records are pages, which are not and why, and what damage ends as."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zlib
from base64 import b32encode, b64encode
from collections import Counter
from datetime import UTC, datetime
from hashlib import md5, sha1, sha256
from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.acquire.folders import MAX_RAW_BYTES
from tasks.discover.captures import HEADER_BYTES
from tasks.discover.warc import PIECE_BYTES, Ignored, Record, read_warc
from tasks.model import Issue

PAGE = b"<!doctype html><title>The Old Wall</title><p>The wall of the dam is old.</p>\n"
URL = "http://paper.example/wall"
WHEN = "2019-03-04T05:06:07Z"

# Growth of a reader's memory that a record of the limit may cost: raw, unpacked, and copies on the way.
MOST_GROWTH_KB = 64_000


def warc(
    kind: str = "response",
    block: bytes = b"",
    url: str = URL,
    *,
    length: str = "",
    when: str = WHEN,
    media_type: str = "application/http;msgtype=response",
    more: str = "",
) -> bytes:
    """A record of a WARC file; ``more`` are further header lines."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {when}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {length or len(block)}\r\n{more}\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http(
    body: bytes = PAGE, status: str = "200 OK", media_type: str = "text/html; charset=UTF-8", more: str = ""
) -> bytes:
    """An HTTP response; ``more`` are further header lines."""
    said = f"Content-Type: {media_type}\r\n" if media_type else ""
    return f"HTTP/1.1 {status}\r\n{said}{more}\r\n".encode() + body


def arc(*documents: bytes, url: str = URL, length: str = "") -> bytes:
    """An ARC file of documents."""
    about = b"1 0 Made\nURL IP-address Archive-date Content-type Archive-length\n"
    whole = f"filedesc://made.arc 0.0.0.0 20190304050607 text/plain {len(about)}\n".encode() + about
    for one in documents:
        whole += f"\n{url} 192.0.2.1 20190304050607 text/html {length or len(one)}\n".encode() + one
    return whole + b"\n"


def chunked(body: bytes, size: int = 20) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%X;note=1\r\n%b\r\n" % (len(one), one) for one in parts) + b"0\r\n\r\n"


def read(folder: Path, content: bytes, name: str = "made.warc") -> list[Record | Ignored | Issue]:
    path = folder / name
    path.write_bytes(content)
    return list(read_warc(path))


def told(found: list[Record | Ignored | Issue]) -> list[str]:
    """``page``, an ignored record's reason or ``! reason`` of an issue, in the file's order."""
    return [
        f"! {one.reason}" if isinstance(one, Issue) else "page" if isinstance(one, Record) else one.reason
        for one in found
    ]


def test_a_response_becomes_a_page_with_all_that_is_told_of_it(tmp_path: Path) -> None:
    """Where and when it was got, its type, its text, and what is needed to ask for it again."""
    more = 'ETag: "abc"\r\nLast-Modified: Mon, 04 Mar 2019 01:00:00 GMT\r\n'
    (page,) = read(tmp_path, warc(block=http(more=more)))
    assert page == Record(
        key="0",
        url=URL,
        captured_at=datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC),
        media_type="text/html",
        content=PAGE,
        status=200,
        charset="utf-8",
        etag='"abc"',
        last_modified="Mon, 04 Mar 2019 01:00:00 GMT",
        raw_bytes=len(PAGE),
    )


@pytest.mark.parametrize(
    ("expected", "record"),
    [
        pytest.param("page", warc(block=http()), id="response"),
        pytest.param("page", warc("resource", PAGE, media_type="text/html"), id="resource"),
        pytest.param("page", warc(block=http(media_type="application/xhtml+xml")), id="xhtml"),
        pytest.param("page", warc(block=http(media_type="TEXT/Plain")), id="plain text"),
        pytest.param("page", warc(block=http(media_type="text/markdown")), id="markdown"),
        pytest.param("page", warc(block=http(), url="https://paper.example/"), id="https"),
        pytest.param("page", warc(block=http(), url=f"<{URL}>"), id="address in brackets"),
        pytest.param(
            "page", warc(block=b"HTTP/2 200\r\nContent-Type: text/html\r\n\r\n" + PAGE), id="http 2"
        ),
        pytest.param(
            "page", warc(block=b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n" + PAGE), id="bare line feeds"
        ),
        pytest.param("not_text", warc(block=http(media_type="image/png")), id="image"),
        pytest.param("not_text", warc(block=http(media_type="")), id="no type told"),
        pytest.param("not_text", warc("resource", PAGE, media_type="image/png"), id="image resource"),
        pytest.param("not_http", warc("resource", PAGE, "file:///a", media_type="text/html"), id="a file"),
        pytest.param(
            "not_http", warc("response", b"93.184.216.34", "dns:paper.example"), id="a name looked up"
        ),
        pytest.param("not_http", warc("response", http(), "javascript:alert(1)"), id="a script"),
        pytest.param("status_404", warc(block=http(status="404 Not Found")), id="not found"),
        pytest.param("status_301", warc(block=http(status="301 Moved")), id="moved"),
        pytest.param("status_206", warc(block=http(status="206 Partial")), id="a part"),
        pytest.param("warcinfo", warc("warcinfo", b"software: made"), id="warcinfo"),
        pytest.param("request", warc("request", b"GET / HTTP/1.1\r\n\r\n"), id="request"),
        pytest.param("metadata", warc("metadata", b"via: x"), id="metadata"),
        pytest.param("revisit", warc("revisit", http(b"")), id="revisit"),
        pytest.param("not_a_response", warc("conversion", PAGE), id="conversion"),
        pytest.param("not_a_response", warc("continuation", PAGE), id="continuation"),
        pytest.param("not_a_response", warc("", PAGE), id="no kind"),
        pytest.param("! bad_record", warc(block=b"", length="-5"), id="negative length"),
        pytest.param("! bad_record", warc(block=http(), when="yesterday"), id="no date"),
        pytest.param("! bad_record", warc(block=http(), when="2019-02-30"), id="a day that is none"),
        pytest.param("! bad_record", warc(block=http(), length=str(len(http()) - 4)), id="length too small"),
        pytest.param("! bad_url", warc(block=http(), url="http://"), id="no host"),
        pytest.param("! bad_url", warc(block=http(), url="http://[::1"), id="a bracket open"),
        pytest.param("! bad_url", warc(block=http(), url=URL + "a" * 2_000), id="endless address"),
        pytest.param("! bad_response", warc(block=PAGE), id="no status line"),
        pytest.param("! bad_response", warc(block=b"HTTP/1.1 OK\r\n\r\n" + PAGE), id="no status"),
        pytest.param("! bad_response", warc(block=b"HTTP/1.1 200 OK\r\nA: b"), id="headers cut"),
        pytest.param(
            "! bad_response", warc(block=http(more="A: b\r\n" * (HEADER_BYTES // 6))), id="endless headers"
        ),
        pytest.param("! bad_response", warc(block=b""), id="empty block"),
        pytest.param("! empty_body", warc(block=http(b" \r\n")), id="blank page"),
        pytest.param(
            "! too_short", warc(block=http(), more="WARC-Truncated: length\r\n"), id="cut by the crawl"
        ),
        pytest.param("! too_short", warc(block=http(), more="WARC-Segment-Number: 1\r\n"), id="in segments"),
        pytest.param("! too_large", warc(block=http(b"a" * (MAX_RAW_BYTES + 1))), id="one byte above"),
        pytest.param("page", warc(block=http(b"a" * MAX_RAW_BYTES)), id="at the limit"),
        pytest.param("not_text", warc(block=http(b"a" * 11_000_000, media_type="video/mp4")), id="a film"),
    ],
)
def test_each_record_is_a_page_or_ignored_or_an_issue_and_the_next_is_read(
    expected: str, record: bytes, tmp_path: Path
) -> None:
    """A record costs only itself, and nothing is dropped without a reason."""
    good = warc(block=http(), url="http://paper.example/next")
    for content in (record + good, gzip.compress(record) + gzip.compress(good), gzip.compress(record + good)):
        assert [expected, "page"] == told(read(tmp_path, content))


@pytest.mark.parametrize(
    ("expected", "body", "more"),
    [
        pytest.param("page", gzip.compress(PAGE), "Content-Encoding: gzip\r\n", id="gzip"),
        pytest.param("page", zlib.compress(PAGE), "Content-Encoding: deflate\r\n", id="deflate"),
        pytest.param("page", brotli.compress(PAGE), "Content-Encoding: br\r\n", id="brotli"),
        pytest.param("page", PAGE, "Content-Encoding: identity\r\n", id="identity"),
        pytest.param("page", PAGE, "Content-Encoding: gzip\r\n", id="unpacked by the crawler"),
        pytest.param("page", PAGE, "Content-Encoding: none\r\n", id="no coding"),
        pytest.param(
            "page", gzip.compress(PAGE) + bytes(4), "Content-Encoding: gzip\r\n", id="gzip and zeros"
        ),
        pytest.param("! bad_encoding", PAGE, "Content-Encoding: dcb\r\n", id="a coding that is not read"),
        pytest.param("page", chunked(PAGE), "Transfer-Encoding: chunked\r\n", id="chunks"),
        pytest.param("page", PAGE, "Transfer-Encoding: chunked\r\n", id="joined by the crawler"),
        pytest.param(
            "page",
            chunked(gzip.compress(PAGE)),
            "Content-Encoding: gzip\r\nTransfer-Encoding: Chunked\r\n",
            id="gzip in chunks",
        ),
        pytest.param("! bad_encoding", gzip.compress(PAGE)[:-4], "Content-Encoding: gzip\r\n", id="cut gzip"),
        pytest.param("! bad_encoding", b"\x1f\x8b" + PAGE, "Content-Encoding: gzip\r\n", id="no gzip"),
        pytest.param(
            "! stacked_encoding",
            gzip.compress(gzip.compress(PAGE)),
            "Content-Encoding: gzip, gzip\r\n",
            id="packed twice",
        ),
        pytest.param(
            "! too_compressed",
            gzip.compress(bytes(9_000_000)),
            "Content-Encoding: gzip\r\n",
            id="a bomb below the limit",
        ),
        pytest.param(
            "! too_large",
            gzip.compress(PAGE * 200_000, 1),
            "Content-Encoding: gzip\r\n",
            id="too large unpacked",
        ),
        pytest.param(
            "! too_short",
            chunked(PAGE)[: -len(b"0\r\n\r\n")],
            "Transfer-Encoding: chunked\r\n",
            id="no last chunk",
        ),
        pytest.param(
            "! too_short", b"FFFFFFFF\r\n" + PAGE, "Transfer-Encoding: chunked\r\n", id="a chunk cut off"
        ),
        pytest.param(
            "! bad_encoding",
            b"14\r\n" + PAGE + b"\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n",
            id="a wrong size of chunk",
        ),
    ],
)
def test_codings_are_undone_within_bounds(expected: str, body: bytes, more: str, tmp_path: Path) -> None:
    """A page's text comes as the server meant it, or not at all: never a part of it, nor the coding's own bytes."""
    found = read(tmp_path, warc(block=http(body, more=more)) + warc(block=http()))
    assert [expected, "page"] == told(found)
    assert {PAGE} == {one.content for one in found if isinstance(one, Record)}


def test_only_spelled_sizes_of_chunks_are_left_out(tmp_path: Path) -> None:
    """A page whose text opens like a chunk, but whose server sent none, stays as it is."""
    (page,) = read(tmp_path, warc(block=http(b"14\r\n" + PAGE)))
    assert b"14\r\n" + PAGE == page.content


BLOCK = http(chunked(PAGE), more="Transfer-Encoding: chunked\r\n")
BODY = chunked(PAGE)


@pytest.mark.parametrize(
    ("expected", "digest"),
    [
        pytest.param(
            "page", f"WARC-Block-Digest: sha1:{b32encode(sha1(BLOCK).digest()).decode()}", id="block"
        ),
        pytest.param(
            "page", f"WARC-Payload-Digest: sha1:{b32encode(sha1(BODY).digest()).decode()}", id="payload"
        ),
        pytest.param(
            "page", f"WARC-Payload-Digest: sha1:{b32encode(sha1(PAGE).digest()).decode()}", id="of the joined"
        ),
        pytest.param(
            "page", f"WARC-Payload-Digest: SHA-1:{sha1(BODY).hexdigest().upper()}", id="hexadecimal"
        ),
        pytest.param(
            "page",
            f"WARC-Block-Digest: sha1:{b32encode(sha1(BLOCK).digest()).decode().lower()}",
            id="lower case",
        ),
        pytest.param("page", f"WARC-Block-Digest: sha256:{sha256(BLOCK).hexdigest()}", id="sha256"),
        pytest.param("page", f"WARC-Block-Digest: md5:{b64encode(md5(BLOCK).digest()).decode()}", id="md5"),
        pytest.param("page", "WARC-Block-Digest: blake3:AAAA", id="one that is not known"),
        pytest.param("page", "WARC-Block-Digest: nonsense", id="none at all"),
        pytest.param("! bad_digest", f"WARC-Block-Digest: sha1:{'A' * 32}", id="wrong block"),
        pytest.param("! bad_digest", f"WARC-Payload-Digest: sha1:{'A' * 32}", id="wrong payload"),
        pytest.param("! bad_digest", "WARC-Payload-Digest: sha1:zz??", id="garbled"),
        pytest.param(
            "page",
            f"WARC-Block-Digest: sha1:{sha1(BLOCK).hexdigest()}\r\nWARC-Payload-Digest: sha1:{'A' * 32}",
            id="the block vouches for the payload",
        ),
    ],
)
def test_declared_digests_are_checked(expected: str, digest: str, tmp_path: Path) -> None:
    """What is not what its digest was made of is not used."""
    assert [expected] == told(read(tmp_path, warc(block=BLOCK, more=f"{digest}\r\n")))


@pytest.mark.parametrize(
    ("expected", "when"),
    [
        pytest.param("2019-03-04T05:06:07+00:00", "2019-03-04T05:06:07Z", id="seconds"),
        pytest.param("2019-03-04T05:06:07.123456+00:00", "2019-03-04T05:06:07.123456789Z", id="nanoseconds"),
        pytest.param("2019-03-04T03:06:07+00:00", "2019-03-04T05:06:07+02:00", id="another zone"),
        pytest.param("2019-03-04T05:06:00+00:00", "2019-03-04T05:06Z", id="minutes"),
        pytest.param("2019-03-04T00:00:00+00:00", "2019-03-04", id="day"),
        pytest.param("2019-01-01T00:00:00+00:00", "2019", id="year"),
    ],
)
def test_the_time_of_capture_is_utc_as_precise_as_told(expected: str, when: str, tmp_path: Path) -> None:
    """WARC 1.1 allows dates of any precision."""
    (page,) = read(tmp_path, warc(block=http(), when=when))
    assert expected == page.captured_at.isoformat()


def test_addresses_are_fit_to_print_and_keep_their_percent_signs(tmp_path: Path) -> None:
    """Blanks and control characters are spelled with percent signs; what was spelled stays."""
    url = "http://paper.example/a b%20c\x1b[31m\u202e/é"
    (page,) = read(tmp_path, warc(block=http(), url=url))
    assert page.url == "http://paper.example/a%20b%20c%1B[31m%E2%80%AE/é"


def test_validators_that_could_carry_something_else_are_dropped(tmp_path: Path) -> None:
    """They are sent back to the server: plain characters only, not many."""
    (page,) = read(tmp_path, warc(block=http(more=f"ETag: a\x07b\r\nLast-Modified: {'a' * 9_000}\r\n")))
    assert ("", "") == (page.etag, page.last_modified)


def test_arc_files_are_read_alike(tmp_path: Path) -> None:
    """The older format gives the same pages, its own first record counted; lengths that are none cost a record."""
    found = read(tmp_path, arc(http(), http(status="404 No"), http(media_type="image/gif")), "made.arc")
    assert ["warcinfo", "page", "status_404", "not_text"] == told(found)
    assert isinstance(found[1], Record)
    assert (URL, PAGE) == (found[1].url, found[1].content)
    assert datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC) == found[1].captured_at
    assert ["warcinfo", "! bad_record", "! bad_record"] == told(read(tmp_path, arc(b"", b"", length="abc")))


FIRST, SECOND = warc(block=http()), warc(block=http(), url="http://paper.example/next")


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        pytest.param(["! broken_archive"], b"", id="empty"),
        pytest.param(["! broken_archive"], b"\r\n\r\n", id="blank lines"),
        pytest.param(["! broken_archive"], b"\n" * (HEADER_BYTES + 1), id="endless blank lines"),
        pytest.param(["! broken_archive"], b"one two three four five\n" * 9, id="prose"),
        pytest.param(["! broken_archive"], b"one 1.1.1.1 20190304050607 text/html 5\n", id="no ARC header"),
        pytest.param(["! broken_archive"], b"W" * 200_000, id="a line without end"),
        pytest.param(["! broken_archive"], b"WARC/1.0\r\n" + b"A: b\r\n" * 20_000, id="headers without end"),
        pytest.param(["! broken_archive"], b"WARC/9.0\r\n\r\n", id="a format to come"),
        pytest.param(["! broken_archive"], bytes(range(256)) * 9, id="bytes"),
        pytest.param(["! broken_archive"], b"\x1f\x8b" + bytes(50), id="broken gzip"),
        pytest.param(["! broken_archive"], gzip.compress(b""), id="empty gzip"),
        pytest.param(["page", "! broken_archive"], FIRST + SECOND[:-20], id="cut in a block"),
        pytest.param(["page", "! broken_archive"], FIRST + SECOND[:30], id="cut in a header"),
        pytest.param(["page", "! broken_archive"], FIRST + b"GARBAGE\r\n\r\n" + SECOND, id="garbage between"),
        pytest.param(
            ["page", "! broken_archive"], gzip.compress(FIRST) + gzip.compress(SECOND)[:-30], id="cut gzip"
        ),
        pytest.param(
            ["page", "! broken_archive"],
            gzip.compress(FIRST) + gzip.compress(SECOND)[:-8] + bytes(8),
            id="wrong checksum",
        ),
        pytest.param(
            ["page", "page", "! broken_archive"],
            gzip.compress(FIRST) + gzip.compress(SECOND) + b"no gzip any more",
            id="garbage behind gzip",
        ),
        pytest.param(
            ["page", "page"], gzip.compress(FIRST) + gzip.compress(SECOND) + bytes(9), id="zeros behind"
        ),
    ],
)
def test_what_can_be_read_comes_before_the_issue(expected: list[str], content: bytes, tmp_path: Path) -> None:
    """A damaged file gives the pages before the damage, then one issue that names file and place."""
    found = read(tmp_path, content)
    assert expected == told(found)
    for issue in (one for one in found if isinstance(one, Issue)):
        assert ("acquire", "made.warc") == (issue.stage, issue.item)
        assert "unpacked bytes from its start" in issue.detail


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        pytest.param("a header of more than", b"WARC/1.0 " + b"W" * 200_000, id="a line without end"),
        pytest.param(
            "a header of more than", b"WARC/1.0\r\n" + b"A: b\r\n" * 20_000, id="headers without end"
        ),
        pytest.param("a header of more than", FIRST + b"\n" * 200_000, id="blank lines without end"),
        pytest.param(
            "unpacks to more than", gzip.compress(warc("warcinfo", bytes(300_000_000))), id="a packed bomb"
        ),
    ],
)
def test_nothing_without_end_is_read_to_its_end(expected: str, content: bytes, tmp_path: Path) -> None:
    """Headers, blank lines and what unpacks beyond measure are given up at a bound."""
    *_, issue = read(tmp_path, content)
    assert isinstance(issue, Issue)
    assert ("broken_archive", True) == (issue.reason, expected in issue.detail)


def stored(size: int) -> bytes:
    """A page of ``size`` bytes in a member that packs nothing."""
    return gzip.compress(warc(block=http(b"a" * size)), compresslevel=0)


def test_a_page_whose_checksum_is_wrong_is_not_given(tmp_path: Path) -> None:
    """It is whole before its checksum is read, which lies just behind the end of a piece of the file."""
    size = 3 * PIECE_BYTES - len(stored(100_000)) + 100_000
    content = next(one for one in map(stored, range(size - 40, size + 40)) if len(one) == 3 * PIECE_BYTES + 6)
    assert ["page"] == told(read(tmp_path, content))
    assert ["! broken_archive"] == told(read(tmp_path, content[:-8] + bytes(8)))


def test_files_that_are_none_are_unreadable(tmp_path: Path) -> None:
    """A missing file, a folder and a pipe are issues at once."""
    os.mkfifo(tmp_path / "pipe.warc")
    for path in (tmp_path / "gone.warc", tmp_path, tmp_path / "pipe.warc", Path("a\0b")):
        assert ["! unreadable_file"] == told(list(read_warc(path)))


def test_keys_are_places_in_the_unpacked_file_and_are_passed_over_on_demand(tmp_path: Path) -> None:
    """A key is the same whatever the file is called and however it is packed; what is known is not read again."""
    plain = read(tmp_path, FIRST + SECOND, "a.warc")
    packed = read(tmp_path, gzip.compress(FIRST) + gzip.compress(SECOND), "b.warc.gz")
    assert [0, len(FIRST)] == [int(one.key) for one in plain]
    assert plain == packed
    assert plain[1:] == list(read_warc(tmp_path / "a.warc", skip={"0"}))
    assert [] == list(read_warc(tmp_path / "b.warc.gz", skip={one.key for one in plain}))


def test_issues_name_the_file_as_the_caller_does(tmp_path: Path) -> None:
    """A record's issue is the file's uri with the record's key."""
    path = tmp_path / "odd\n.warc"
    path.write_bytes(FIRST + warc(block=b"") + b"x\n")
    one, other = (issue for issue in read_warc(path, uri="crawl/a.warc") if isinstance(issue, Issue))
    assert (f"crawl/a.warc#{len(FIRST)}", "crawl/a.warc") == (one.item, other.item)
    assert all(i.item.startswith("odd%0A.warc") for i in read_warc(path) if isinstance(i, Issue))


# What each file of the folder ends as: pages, ignored records, issues.
REAL = {
    "bad.arc": (0, {"warcinfo": 1}, ["bad_record", "bad_response", "bad_record"]),
    "example-bad-non-chunked.warc.gz": (1, {"warcinfo": 2, "request": 2, "revisit": 1}, []),
    "example-bad.warc.gz.bad": (1, {"warcinfo": 1, "request": 2, "revisit": 1, "status_302": 1}, []),
    "example-digest.warc": (0, {"request": 4}, []),
    "example-iana.org-chunked.warc": (1, {"warcinfo": 1, "request": 1}, []),
    "example-resource.warc.gz": (1, {"warcinfo": 2}, []),
    "example-space-in-target-uri.warc.gz": (0, {"warcinfo": 1, "not_http": 1}, []),
    "example-space-in-url.arc": (0, {"warcinfo": 1}, ["broken_archive"]),
    "example-trunc.warc": (0, {"warcinfo": 2, "request": 1}, ["bad_digest"]),
    "example-wget-bad-target-uri.warc.gz": (
        1,
        {"warcinfo": 1, "request": 1, "metadata": 1, "not_http": 2},
        [],
    ),
    "example-wrong-chunks.warc.gz": (0, {"request": 1}, ["bad_digest"]),
    "example.arc": (1, {"warcinfo": 1}, []),
    "example.arc.gz": (1, {"warcinfo": 1}, []),
    "example.warc": (1, {"warcinfo": 2, "request": 2, "revisit": 1}, []),
    "example.warc.gz": (1, {"warcinfo": 2, "request": 2, "revisit": 1}, []),
    "post-test.warc.gz": (0, {"not_text": 3, "request": 3}, []),
}


def test_real_and_broken_files_end_read_or_as_issues(shared: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every record of 16 files is accounted for, and nothing is printed on the way."""
    folder = shared / "data" / "warc"
    files = sorted(path for path in folder.iterdir() if path.name != "LICENSE")
    ends = {}
    for path in files:
        found = list(read_warc(path))
        ignored = Counter(one.reason for one in found if isinstance(one, Ignored))
        issues = [one.reason for one in found if isinstance(one, Issue)]
        ends[path.name] = (sum(isinstance(one, Record) for one in found), dict(ignored), issues)
    assert ends == REAL
    assert ("", "") == capfd.readouterr()


SMALL = (
    warc("warcinfo", b"software: made\r\n")
    + warc(block=http(chunked(PAGE), more="Transfer-Encoding: chunked\r\n"))
    + warc(block=http(gzip.compress(PAGE, mtime=0), more="Content-Encoding: gzip\r\n"))
    + warc(
        "resource", PAGE, media_type="text/html", more=f"WARC-Block-Digest: sha1:{sha1(PAGE).hexdigest()}\r\n"
    )
)
WHOLE = {
    "warc": SMALL,
    "warc.gz": b"".join(gzip.compress(b"WARC/1.0" + one, mtime=0) for one in SMALL.split(b"WARC/1.0")[1:]),
    "arc": arc(http(), http(b"Words.", media_type="text/plain")),
}


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One of the small archives with bytes changed, cut out, put in, or its end gone."""
    content = bytearray(WHOLE[draw(st.sampled_from(sorted(WHOLE)))])
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content) - 1))
        match draw(st.sampled_from(("change", "cut", "insert", "digit"))):
            case "change":
                content[at] = draw(st.integers(0, 255))
            case "cut":
                del content[at : at + draw(st.integers(1, 40))]
            case "insert":
                content[at:at] = draw(
                    st.binary(max_size=20) | st.sampled_from((b"\r\n\r\n", b"WARC/1.0\r\n"))
                )
            case "digit":
                places = [n for n, byte in enumerate(content) if 48 <= byte < 58]
                if places:
                    content[places[at % len(places)]] = draw(st.integers(48, 57))
        if not content:
            return b""
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=damaged() | st.binary(max_size=400))
def test_damage_of_any_kind_ends_as_pages_ignored_records_or_issues(content: bytes, tmp_path: Path) -> None:
    """No byte that is changed, lost or added makes reading raise or hang; it reads the same twice."""
    found = read(tmp_path, content)
    assert found == list(read_warc(tmp_path / "made.warc"))
    assert all(isinstance(one, Record | Ignored | Issue) for one in found)
    assert len({one.key for one in found if not isinstance(one, Issue)}) == sum(
        not isinstance(one, Issue) for one in found
    )


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, len(WHOLE["warc.gz"]) - 1))
def test_a_packed_file_that_is_cut_gives_only_whole_pages(cut: int, tmp_path: Path) -> None:
    """A page comes whole or not at all."""
    found = read(tmp_path, WHOLE["warc.gz"][:cut])
    assert {one.content for one in found if isinstance(one, Record)} <= {PAGE}
    assert isinstance(found[-1], Issue) or len(told(found)) < 4


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.integers(0, len(WHOLE["warc.gz"]) - 1),
    byte=st.integers(0, 255),
)
def test_a_changed_byte_of_a_packed_file_never_changes_a_page(place: int, byte: int, tmp_path: Path) -> None:
    """The checksum of the member that holds a page is asked before the page is given."""
    content = bytearray(WHOLE["warc.gz"])
    content[place] = byte
    assert {one.content for one in read(tmp_path, bytes(content)) if isinstance(one, Record)} <= {PAGE}


MEASURED = """
import resource, sys
from pathlib import Path
from tasks.discover.warc import read_warc
warm, path = Path(sys.argv[1]), Path(sys.argv[2])
list(read_warc(warm))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in read_warc(path))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_one_record_is_in_memory_at_a_time(tmp_path: Path, root: Path) -> None:
    """An archive of many pages of almost the limit costs no more memory than a few copies of one."""
    (tmp_path / "warm.warc").write_bytes(FIRST)
    large = warc(block=http(os.urandom(250_000) * 39))
    film = warc(block=http(os.urandom(1_000_000) * 120, media_type="video/mp4"))
    with (tmp_path / "large.warc").open("wb") as file:
        for record in (*[large] * 12, film):
            file.write(record)
    arguments = [str(tmp_path / "warm.warc"), str(tmp_path / "large.warc")]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments], capture_output=True, text=True, check=True, cwd=root
    )
    count, growth = map(int, done.stdout.split())
    assert count == 13
    assert growth < MOST_GROWTH_KB

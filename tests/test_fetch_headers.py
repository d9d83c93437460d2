"""What headers, statuses and errors come to: codes and plain text, whatever a server sends."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpcore2
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch.bodies import BadBodyError
from tasks.fetch.dial import DnsFailed, NoSuchHost, Refused
from tasks.fetch.headers import (
    by_name,
    charset,
    content_length,
    is_text,
    media_type,
    printable,
    readable_as,
    retry_after,
    validator,
)
from tasks.fetch.homes import is_home
from tasks.fetch.reasons import reason_of_error, reason_of_status
from tasks.fetch.records import BLOCKED, DEAD, TRANSIENT

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "value"),
    [
        pytest.param(0.0, "0", id="now"),
        pytest.param(120.0, "120", id="seconds"),
        pytest.param(9_999_999_999.0, "9999999999", id="centuries"),
        pytest.param(60.0, "Mon, 04 May 2026 12:01:00 GMT", id="a date"),
        pytest.param(0.0, "Mon, 04 May 2026 11:59:00 GMT", id="a date that has passed"),
        pytest.param(3_600.0, "Mon, 04 May 2026 15:00:00 +0200", id="a date in another zone"),
        pytest.param(60.0, "Mon, 04 May 2026 12:01:00 -0000", id="a date without a zone"),
        pytest.param(None, "", id="nothing"),
        pytest.param(None, "soon", id="a word"),
        pytest.param(None, "-5", id="negative"),
        pytest.param(None, "1.5", id="a fraction"),
        pytest.param(None, "1e9", id="a power"),
        pytest.param(None, "9" * 5_000, id="no number of seconds"),
        pytest.param(None, "١٢", id="other digits"),
        pytest.param(None, "Mon, 99 May 2026 12:01:00 GMT", id="no date"),
        pytest.param(None, "Mon, 04 May 99999 12:01:00 GMT", id="no year"),
        pytest.param(None, "inf", id="endless"),
    ],
)
def test_when_to_come_back(seconds: float | None, value: str) -> None:
    """Seconds or a date; what is neither says nothing."""
    assert retry_after({"retry-after": value}, NOW) == seconds


@given(st.integers(-(10**6), 10**6))
def test_every_date_comes_back_as_its_seconds(seconds: int) -> None:
    """As the standard writes it."""
    value = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after({"retry-after": value}, NOW) == max(0, seconds)


@pytest.mark.parametrize(
    ("kind", "encoding", "value"),
    [
        pytest.param("text/html", "", "text/html", id="alone"),
        pytest.param("text/html", "utf-8", 'Text/HTML; Charset="UTF-8"', id="capitals and quotes"),
        pytest.param("text/html", "iso-8859-1", "text/html;charset=ISO-8859-1; x=y", id="another parameter"),
        pytest.param("application/rss+xml", "utf-8", "application/rss+xml ; charset = utf-8", id="spaces"),
        pytest.param("text/html", "utf-8", "text/html, charset=utf-8", id="a comma"),
        pytest.param("", "", "", id="nothing"),
        pytest.param("", "", "html", id="no type"),
        pytest.param("", "utf-8", "; charset=utf-8", id="only a character set"),
        pytest.param("", "", "\x1b[31m/\x1b[0m", id="control characters"),
    ],
)
def test_type_and_character_set(kind: str, encoding: str, value: str) -> None:
    """In lower case, without what stands around them."""
    assert (media_type({"content-type": value}), charset({"content-type": value})) == (kind, encoding)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"Content-Type", b"retry-after", b"ETag", b"CONTENT-LENGTH"]),
            st.binary(max_size=200),
        )
    )
)
def test_whatever_a_header_holds_what_is_read_is_plain(headers: list[tuple[bytes, bytes]]) -> None:
    """Printable, bounded, and no error; a validator that is kept can be sent as it is."""
    found = by_name(headers)
    texts = (media_type(found), charset(found), validator(found.get("etag", "")))
    assert all(text.isprintable() and len(text) <= 500 for text in texts)
    assert (retry_after(found, NOW) or 0) >= 0
    assert (content_length(found) or 0) >= 0
    assert texts[2].isascii()


def test_the_first_of_a_name_counts_but_all_encodings_do() -> None:
    """Two encodings in two lines are two encodings."""
    lines = [(b"ETag", b"1"), (b"etag", b"2"), (b"Content-Encoding", b"gzip"), (b"content-encoding", b"br")]
    assert by_name(lines) == {"etag": "1", "content-encoding": "gzip, br"}


@pytest.mark.parametrize(
    ("expected", "start", "kind"),
    [
        pytest.param(True, b"<html>", "", id="markup"),
        pytest.param(True, "Überschrift\n\tText".encode("latin-1"), "", id="latin-1"),
        pytest.param(True, b"\x1b$B...\x1b(B", "", id="a Japanese encoding with escapes"),
        pytest.param(True, b"\x1f\x8b\x08", "", id="gzip"),
        pytest.param(True, b"\x1f\x8b\x08", "text/xml", id="gzip called XML"),
        pytest.param(False, b"\x1f\x8b\x08", "text/html", id="gzip called HTML"),
        pytest.param(False, b"\x00\x01", "", id="zero bytes"),
        pytest.param(True, b"\x00\x01<p>", "text/html", id="zero bytes called HTML"),
        pytest.param(False, b"GIF89a", "text/html", id="an image called HTML"),
    ],
)
def test_the_first_bytes_tell(expected: bool, start: bytes, kind: str) -> None:
    """What no type is told of must look like text; what is called text must not open as another file."""
    assert is_text(start, kind) is expected


@pytest.mark.parametrize(
    ("expected", "kind", "content"),
    [
        pytest.param("text/html", "text/html", b"Words.", id="html"),
        pytest.param("text/html", "application/xhtml+xml", b"<html>", id="xhtml"),
        pytest.param("text/plain", "text/plain", b"<html>", id="plain, whatever is in it"),
        pytest.param("text/markdown", "text/markdown", b"# Words", id="markdown"),
        pytest.param("", "application/json", b"{}", id="json"),
        pytest.param("", "application/rss+xml", b"<rss>", id="a feed"),
        pytest.param("text/html", "", b"<!DOCTYPE html>", id="nothing told, markup"),
        pytest.param("text/html", "", b"\xef\xbb\xbf\r\n <p>", id="nothing told, markup behind a mark"),
        pytest.param("text/html", "", "\ufeff\n<p>".encode("utf-16-be"), id="nothing told, markup in UTF-16"),
        pytest.param("text/html", "application/octet-stream", b"<p>", id="octets that are markup"),
        pytest.param("text/plain", "", "Der Rat — ".encode(), id="nothing told, text"),
        pytest.param("text/plain", "", b"3 < 4", id="nothing told, a sign inside"),
        pytest.param("", "", b"\x1f\x8b\x08<p>", id="nothing told, gzip"),
        pytest.param("", "", b"%PDF-1.7 <p>", id="nothing told, pdf"),
        pytest.param("", "", b"<p>\0", id="nothing told, a zero byte"),
        pytest.param("", "", b"<p>" + b" " * 500 + b"\x01", id="nothing told, a control character later"),
    ],
)
def test_which_reader_a_page_has(expected: str, kind: str, content: bytes) -> None:
    """By its type; where that says nothing, by how it opens; what is no text has none."""
    assert readable_as(kind, content) == expected


def test_messages_are_printable_and_bounded() -> None:
    """No escape sequence of a server reaches a terminal."""
    assert printable("a\x1b[31mb\u202ec\n\ud800") == "a?[31mb?c??"
    assert len(printable("x" * 10_000)) == 300


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        ("timed_out", httpcore2.ConnectTimeout()),
        ("timed_out", httpcore2.ReadTimeout("late")),
        ("timed_out", httpcore2.WriteTimeout()),
        ("timed_out", httpcore2.PoolTimeout()),
        ("connection_failed", httpcore2.ConnectError(ConnectionRefusedError(111, "Connection refused"))),
        ("connection_failed", httpcore2.ConnectError()),
        ("tls_failed", httpcore2.ConnectError(ssl.SSLCertVerificationError("no"))),
        ("tls_failed", httpcore2.ConnectError(ssl.SSLError("no"))),
        ("connection_lost", httpcore2.ConnectError(ssl.SSLEOFError("gone"))),
        ("connection_lost", httpcore2.ReadError(ConnectionResetError(104, "reset"))),
        ("connection_lost", httpcore2.WriteError(BrokenPipeError(32, "pipe"))),
        ("tls_failed", httpcore2.ReadError(ssl.SSLError("bad record mac"))),
        ("connection_failed", OSError(99, "no address")),
        ("tls_failed", ssl.SSLError("odd")),
        (
            "too_short",
            httpcore2.RemoteProtocolError("peer closed connection without sending complete message body"),
        ),
        ("connection_lost", httpcore2.RemoteProtocolError("Server disconnected without sending a response.")),
        ("bad_response", httpcore2.RemoteProtocolError("illegal header line")),
        ("bad_response", httpcore2.LocalProtocolError("odd")),
        ("connection_failed", httpcore2.ProxyError("403 Forbidden")),
        ("refused_scheme", httpcore2.UnsupportedProtocol("x")),
        ("refused_port", Refused("refused_port", "22")),
        ("no_such_host", NoSuchHost("there is none")),
        ("dns_failed", DnsFailed("later")),
        ("too_large", BadBodyError("too_large", "more")),
        ("bad_response", ValueError("odd")),
        ("bad_response", RecursionError("odd")),
        ("bad_response", AssertionError()),
        ("bad_response", httpx2.InvalidURL("odd")),
        ("connection_failed", socket.gaierror(1, "odd")),
    ],
)
def test_every_error_has_its_reason(expected: str, error: Exception) -> None:
    """With a sentence that says something."""
    reason, detail = reason_of_error(error)
    assert reason == expected
    assert detail
    assert detail.isprintable()


def test_no_exception_of_the_library_is_forgotten() -> None:
    """A newer version may bring more of them: each must be thought of by name here."""
    raised = {
        name
        for name in httpcore2.__all__
        if isinstance(getattr(httpcore2, name), type) and issubclass(getattr(httpcore2, name), Exception)
    }
    assert raised == {
        "ConnectError",
        "ConnectTimeout",
        "ConnectionNotAvailable",
        "LocalProtocolError",
        "NetworkError",
        "PoolTimeout",
        "ProtocolError",
        "ProxyError",
        "ReadError",
        "ReadTimeout",
        "RemoteProtocolError",
        "TimeoutException",
        "UnsupportedProtocol",
        "WriteError",
        "WriteTimeout",
    }


def test_every_status_has_a_reason_and_only_two_are_good() -> None:
    """From 100 to 999."""
    reasons = {status: reason_of_status(status) for status in range(1_000)}
    assert [status for status, reason in reasons.items() if not reason] == [200, 304]
    assert {reasons[status] for status in range(500, 600)} == {"server_error", "too_many_requests"}
    assert {reasons[status] for status in (401, 402, 403, 429, 451, 999)} <= BLOCKED
    assert {reasons[status] for status in (408, 420, 425, 429, 500, 503, 509, 529)} <= TRANSIENT
    assert {status for status, reason in reasons.items() if reason in DEAD} == {404, 410}


@pytest.mark.parametrize(
    ("home", "path"),
    [
        (True, ""), (True, "/"), (True, "/?"), (True, "/index.html"), (True, "/INDEX.HTM"), (True, "/default.aspx"),
        (True, "/home"), (True, "/home/"), (True, "/en"), (True, "/de-AT/"), (True, "/pt_br/index.php"), (True, "/FR"),
        (True, "/?utm_source=mail&fbclid=1"), (True, "/en/?utm_campaign=x"), (True, "/en-us"), (True, "/zh"),
        (False, "/?p=1"), (False, "/index.php?id=7"), (False, "/?attachment=3"), (False, "/?a=story-title"), (False, "/?12345"),
        (False, "/index.php?action=article&no=5"), (False, "/?story&utm_source=mail"), (False, "/en/?a=b"),
        (False, "/news"), (False, "/index.html/x"), (False, "/eng/"), (False, "/tv"), (False, "/us"), (False, "/xx-us"),
        (False, "/homes"), (False, "/en/news"), (False, "//"), (False, "/2024/"), (False, "/index.php/2019/04/title"),
    ],
)  # fmt: skip
def test_front_pages_by_their_addresses(home: bool, path: str) -> None:
    """No path, a language's, or an index's; a section is none, nor what a query tells apart."""
    assert is_home("https://news.example.org" + path) is home

"""Two hundred ways in which a web server can misbehave, made as a table.

Each has a name, the reasons that a client may give for it ("" where what came is whole after all), and a
script for :class:`origin.Origin`. ``WHOLE`` is the only body that is right.
"""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import brotli
from backports import zstd

WHOLE = b"<p>The council met on Monday.</p>" * 40
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

# Between two bytes of a drip: well below the tests' read time-out, so that only the deadline ends it.
DRIP_SECONDS = 0.1
# What never ends is sent for so long: far beyond the tests' deadlines.
FOREVER_SECONDS = 120.0

ENCODED = {
    "plain": (b"", WHOLE),
    "gzip": (b"Content-Encoding: gzip\r\n", gzip.compress(WHOLE, mtime=0)),
    "deflate": (b"Content-Encoding: deflate\r\n", zlib.compress(WHOLE)),
    "br": (b"Content-Encoding: br\r\n", brotli.compress(WHOLE)),
    "zstd": (b"Content-Encoding: zstd\r\n", zstd.compress(WHOLE)),
}


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """``act`` has the connection after the request was read; the connection is closed when it returns."""

    name: str
    reasons: frozenset[str]
    act: Callable[[socket.socket], None]


def reset(connection: socket.socket) -> None:
    """Let closing the connection send RST: what is under way is thrown away."""
    # Without the pause the client's system may throw away what it has not read yet.
    time.sleep(0.02)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(connection: socket.socket, data: bytes, at_once: bytes = b"") -> None:
    """Send ``at_once``, then ``data`` over and over, byte by byte."""
    connection.sendall(at_once)
    end = time.monotonic() + FOREVER_SECONDS
    while time.monotonic() < end:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(DRIP_SECONDS)


def flood(connection: socket.socket, data: bytes, at_once: bytes = b"") -> None:
    """Send ``at_once``, then ``data`` as fast as it is taken, and again."""
    connection.sendall(at_once)
    end = time.monotonic() + FOREVER_SECONDS
    while time.monotonic() < end:
        connection.sendall(data)


def stall(connection: socket.socket, at_once: bytes = b"") -> None:
    """Send ``at_once`` and then nothing more."""
    connection.sendall(at_once)
    connection.settimeout(FOREVER_SECONDS)
    connection.recv(1)


def length(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n" % len(body)


def chunks(body: bytes, size: int = 100) -> bytes:
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def sent(name: str, reasons: str, data: bytes) -> Misbehaviour:
    """Return the misbehaviour of sending just ``data``; ``reasons`` are words, "whole" means none."""
    return Misbehaviour(name, as_set(reasons), lambda connection: connection.sendall(data))


def as_set(reasons: str) -> frozenset[str]:
    return frozenset("" if each == "whole" else each for each in reasons.split())


def all_misbehaviours() -> list[Misbehaviour]:
    """Return all of them; each name is there once."""
    return [
        *cut_off(),
        *slow_ones(),
        *endless_ones(),
        *status_lines(),
        *header_lines(),
        *wrong_lengths(),
        *bad_chunks(),
        *wrong_labels(),
        *interim_answers(),
        *redirects(),
    ]


def cut_off() -> Iterator[Misbehaviour]:
    """Right answers that end early, with FIN or with RST: before the status, in the head, in the body."""
    for encoding, (header, body) in ENCODED.items():
        for framing in ("length", "chunks", "close"):
            head = (
                OK
                + header
                + {"length": length(body), "chunks": b"Transfer-Encoding: chunked\r\n"}.get(framing, b"")
            )
            data = head + b"\r\n" + (chunks(body) if framing == "chunks" else body)
            cuts = {
                "in the head": len(head) // 2,
                "at the body": len(head) + 2,
                "at the last byte": len(data) - 1,
            }
            for place, at in cuts.items():
                yield from _ended(f"{encoding} by {framing}, cut {place}", data[:at], framing, place)
    for place, data in (("before all", b""), ("after one byte", b"H"), ("in the status", b"HTTP/1.1 20")):
        yield from _ended(f"cut {place}", data, "length", "in the head")


def _ended(name: str, data: bytes, framing: str, place: str) -> Iterator[Misbehaviour]:
    fin = {"in the head": "connection_lost", "at the body": "too_short empty_body"}.get(
        place, "too_short bad_encoding"
    )
    # A body that ends with its connection cannot be told from one that is cut, but by its encoding.
    if not (framing == "close" and name.startswith("plain") and place == "at the last byte"):
        yield sent(f"{name}, FIN", fin, data)

    def act(connection: socket.socket) -> None:
        connection.sendall(data)
        reset(connection)

    yield Misbehaviour(f"{name}, RST", as_set("connection_lost"), act)


def slow_ones() -> Iterator[Misbehaviour]:
    """Bytes that come one by one, each in time, and silence."""
    full = OK + length(WHOLE) + b"\r\n"
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    drips = {
        "the status line": (b"HTTP/1.1 200 OK", b""),
        "a header's value": (b"x", OK + b"X-Long: "),
        "headers": (b"X-Next: 1\r\n", OK),
        "a body by length": (WHOLE, full),
        "a body to the close": (WHOLE, OK + b"\r\n"),
        "chunks": (b"1\r\nx\r\n", chunked),
        "a chunk's size": (b"0", chunked),
        "a chunk's extension": (b"x", chunked + b"1;x="),
        "a trailer": (b"X-Next: 1\r\n", chunked + b"0\r\n"),
        "interim answers": (b"HTTP/1.1 102 Processing\r\n\r\n", b""),
        "gzip": (ENCODED["gzip"][1], OK + ENCODED["gzip"][0] + b"\r\n"),
    }
    for name, (data, at_once) in drips.items():
        yield Misbehaviour(f"drips {name}", as_set("timed_out bad_response"), _acting(drip, data, at_once))
    silences = {"at once": b"", "in the head": OK, "before the body": full, "in the body": full + WHOLE[:50]}
    for name, at_once in silences.items():
        yield Misbehaviour(f"falls silent {name}", as_set("timed_out"), _acting(stall, at_once))


def _acting(act: Callable[..., None], *arguments: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: act(connection, *arguments)


def endless_ones() -> Iterator[Misbehaviour]:
    """What comes fast and never ends."""
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(WHOLE * 50) + packer.flush(zlib.Z_FULL_FLUSH)
    floods = {
        "a status line": ("bad_response", b"x" * 5_000, b"HTTP/1.1 200 "),
        "headers": ("bad_response", b"X-Next: 1\r\n" * 500, OK),
        "one header": ("bad_response", b"x" * 5_000, OK + b"X-Long: "),
        "a folded header": ("bad_response", b"\r\n x" * 1_000, OK + b"X-Long: "),
        "a body": ("too_large", WHOLE, OK + b"\r\n"),
        "chunks": ("too_large", chunks(WHOLE)[:-5], chunked),
        "chunks of one byte": ("too_large timed_out", b"1\r\nx\r\n" * 500, chunked),
        "a chunk's size": ("bad_response", b"0" * 5_000, chunked),
        "a chunk's extension": ("bad_response", b"x" * 5_000, chunked + b"1;x="),
        "trailers": ("bad_response", b"X-Next: 1\r\n" * 500, chunked + b"0\r\n"),
        "interim answers": ("timed_out", b"HTTP/1.1 102 Processing\r\n\r\n" * 200, b""),
        "a gzip member": ("bad_encoding too_large", packed, OK + ENCODED["gzip"][0] + b"\r\n"),
    }
    for name, (reasons, data, at_once) in floods.items():
        yield Misbehaviour(f"never ends {name}", as_set(reasons), _acting(flood, data, at_once))


def status_lines() -> Iterator[Misbehaviour]:
    """First lines that are none, and numbers that are no status."""
    rest = b"Content-Type: text/html\r\n" + length(WHOLE) + b"\r\n" + WHOLE
    lines = {
        "HTTP/0.9": (b"", "bad_response connection_lost"),
        "HTTP/2's preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "bad_response"),
        "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", "bad_response"),
        "a TLS alert": (b"\x15\x03\x01\x00\x02\x02\x46", "bad_response connection_lost"),
        "zeros": (b"\0" * 100 + b"\r\n", "bad_response"),
        "bytes of no sense": (bytes(range(128, 256)) + b"\r\n", "bad_response"),
        "an empty line": (b"\r\n", "bad_response"),
        "status 000": (b"HTTP/1.1 000 OK\r\n", "bad_response"),
        "status 999": (b"HTTP/1.1 999 OK\r\n", "forbidden"),
        "status abc": (b"HTTP/1.1 abc OK\r\n", "bad_response"),
        "status 20": (b"HTTP/1.1 20 OK\r\n", "bad_response"),
        "status 2000": (b"HTTP/1.1 2000 OK\r\n", "bad_response"),
        "status -200": (b"HTTP/1.1 -200 OK\r\n", "bad_response"),
        "status 200 in other digits": ("HTTP/1.1 ２００ OK\r\n".encode(), "bad_response"),
        "status 101": (b"HTTP/1.1 101 Switching\r\n", "bad_response unexpected_status"),
        "no status": (b"HTTP/1.1\r\n", "bad_response"),
        "version 3": (b"HTTP/3.0 200 OK\r\n", "whole"),
        "version x": (b"HTTP/x 200 OK\r\n", "bad_response"),
        "small letters": (b"http/1.1 200 OK\r\n", "bad_response"),
        "a tab": (b"HTTP/1.1\t200\tOK\r\n", "bad_response"),
        "a zero byte in the phrase": (b"HTTP/1.1 200 O\0K\r\n", "bad_response"),
        "no phrase": (b"HTTP/1.1 200\r\n", "whole"),
        "bare line feeds": (b"HTTP/1.1 200 OK\n", "whole"),
        "a request": (b"GET / HTTP/1.1\r\n", "bad_response"),
    }
    for name, (line, reasons) in lines.items():
        yield sent(f"first line: {name}", reasons, line + rest)


def header_lines() -> Iterator[Misbehaviour]:
    """Headers that are none."""
    rest = length(WHOLE) + b"\r\n" + WHOLE
    lines = {
        "no colon": (b"Nonsense\r\n", "bad_response"),
        "no name": (b": value\r\n", "bad_response"),
        "a space before the colon": (b"X-Name : value\r\n", "bad_response"),
        "a zero byte in the value": (b"X-Name: a\0b\r\n", "bad_response"),
        "a zero byte in the name": (b"X-\0: b\r\n", "bad_response"),
        "other letters in the name": ("X-Näme: b\r\n".encode(), "bad_response"),
        "other letters in the value": ("X-Name: ä\r\n".encode(), "whole"),
        "control characters in the value": (b"X-Name: \x1b[31m\x07\r\n", "whole bad_response"),
        "a lone carriage return": (b"X-Name: a\rb\r\n", "bad_response"),
        "a folded first line": (b" folded\r\n", "whole bad_response"),
        "90 KB in one": (b"X-Name: " + b"x" * 90_000 + b"\r\n", "whole"),
        "200 KB in one": (b"X-Name: " + b"x" * 200_000 + b"\r\n", "bad_response"),
        "5,000 of them": (b"X-Name: 1\r\n" * 5_000, "whole"),
        "20,000 of them": (b"X-Name: 1\r\n" * 20_000, "bad_response"),
        "a validator of 50 KB": (b"ETag: " + b"x" * 50_000 + b"\r\n", "whole"),
        "a validator that is a header": (b"ETag: a%0d%0aX: 1\r\n", "whole"),
        "two types": (b"Content-Type: image/png\r\n", "whole"),
        "a Retry-After without sense": (b"Retry-After: " + b"9" * 5_000 + b"\r\n", "whole"),
        "cookies": (b"Set-Cookie: a=" + b"b" * 4_000 + b"\r\n", "whole"),
        "a bare line feed": (b"X-Name: a\nX-Other: b\r\n", "whole"),
    }
    for name, (line, reasons) in lines.items():
        yield sent(f"header: {name}", reasons, OK + line + rest)


def wrong_lengths() -> Iterator[Misbehaviour]:
    """Lengths that are not that of the body, or no lengths."""
    right = len(WHOLE)
    cases = {
        "one more than comes": (b"%d" % (right + 1), "too_short"),
        "much more than comes": (b"%d" % (right + 9_000), "too_short"),
        "more than is read": (b"99999999", "too_large"),
        "more than any machine has": (b"9" * 19, "too_large"),
        "of 5,000 digits": (b"9" * 5_000, "bad_response"),
        "negative": (b"-1", "bad_response"),
        "with a plus": (b"+%d" % right, "bad_response"),
        "in hexadecimal": (b"0x%x" % right, "bad_response"),
        "in other digits": ("１２".encode(), "bad_response"),
        "a word": (b"all", "bad_response"),
        "empty": (b"", "bad_response"),
        "two in one": (b"%d, %d" % (right, right), "whole"),
        "two in one that differ": (b"%d, %d" % (right, right + 1), "bad_response"),
        "zero": (b"0", "empty_body"),
    }
    for name, (value, reasons) in cases.items():
        yield sent(f"length: {name}", reasons, OK + b"Content-Length: " + value + b"\r\n\r\n" + WHOLE)
    two = b"Content-Length: %d\r\nContent-Length: %d\r\n\r\n"
    yield sent("length: twice, the second other", "bad_response", OK + two % (right, 5) + WHOLE)
    yield sent("length: more comes", "whole", OK + length(WHOLE) + b"\r\n" + WHOLE + b"<p>And more.")
    both = OK + length(b"12345") + b"Transfer-Encoding: chunked\r\n\r\n"
    yield sent("length: and chunks too", "whole bad_response", both + chunks(WHOLE))


def bad_chunks() -> Iterator[Misbehaviour]:
    """Chunks that are none. Each follows a right one."""
    head = OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(WHOLE[:200])[:-5]
    cases = {
        "a size of no sense": (b"xyz\r\nabc\r\n0\r\n\r\n", "bad_response"),
        "a negative size": (b"-3\r\nabc\r\n0\r\n\r\n", "bad_response"),
        "a huge size": (b"ffffffffff\r\nabc", "too_short"),
        "a size of 30 digits": (b"f" * 30 + b"\r\nabc", "bad_response"),
        "an empty size": (b"\r\nabc\r\n0\r\n\r\n", "bad_response"),
        "a size in 0x": (b"0x3\r\nabc\r\n0\r\n\r\n", "bad_response"),
        "a size that is too small": (b"2\r\nabc\r\n0\r\n\r\n", "bad_response"),
        "a size that is too large": (b"9\r\nabc\r\n0\r\n\r\n", "bad_response too_short"),
        "no end": (b"3\r\nabc\r\n", "too_short"),
        "no last line": (b"3\r\nabc\r\n0\r\n", "too_short"),
        "garbage for a trailer": (b"0\r\nnonsense\r\n\r\n", "bad_response"),
    }
    for name, (data, reasons) in cases.items():
        yield sent(f"chunks: {name}", reasons, head + data)
    for coding, reasons in (
        (b"gzip", "bad_response"),
        (b"gzip, chunked", "bad_response"),
        (b"x", "bad_response"),
    ):
        line = b"Transfer-Encoding: " + coding + b"\r\n\r\n"
        yield sent(f"chunks: coded as {coding.decode()}", reasons, OK + line + chunks(WHOLE))


def wrong_labels() -> Iterator[Misbehaviour]:
    """Bodies that are not what their headers say."""
    for label in ("gzip", "deflate", "br", "zstd"):
        for kind, (_, body) in ENCODED.items():
            if kind != label:
                head = OK + b"Content-Encoding: " + label.encode() + b"\r\n" + length(body) + b"\r\n"
                # What came unpacked is read, as every browser does.
                reasons = "whole" if kind == "plain" else "bad_encoding"
                yield sent(f"{kind} called {label}", reasons, head + body)
    for label, reasons in (
        ("compress", "bad_encoding"),
        ("gzip, br", "stacked_encoding"),
        ("\x01", "bad_encoding bad_response"),
    ):
        head = OK + f"Content-Encoding: {label}\r\n".encode() + length(WHOLE) + b"\r\n"
        yield sent(f"called {label!r}", reasons, head + WHOLE)


def interim_answers() -> Iterator[Misbehaviour]:
    """Answers before the answer."""
    final = OK + length(WHOLE) + b"\r\n" + WHOLE
    yield sent("100 before the answer", "whole", b"HTTP/1.1 100 Continue\r\n\r\n" + final)
    yield sent("100 a thousand times", "whole", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000 + final)
    yield sent("103 with headers", "whole", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + final)
    yield sent("100 and no more", "connection_lost", b"HTTP/1.1 100 Continue\r\n\r\n")
    yield sent("two answers", "whole", final + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad")


def redirects() -> Iterator[Misbehaviour]:
    """Redirects that lead nowhere."""
    targets: Iterable[tuple[str, bytes | None, str]] = [
        ("to itself", b"#again", "redirect_loop"),
        ("to nothing", None, "bad_redirect"),
        ("to an empty address", b"", "bad_redirect"),
        ("to half an address", b"http://[", "bad_redirect"),
        ("to a number of no sense", b"http://127.0.0.1:99999/", "bad_redirect refused_port bad_url"),
        ("to 60 KB", b"/" + b"x" * 60_000, "bad_redirect"),
        ("to control characters", b"/\x1b[2J", "bad_redirect bad_response"),
        ("to a script", b"javascript:alert(1)", "refused_scheme"),
        ("to data", b"data:text/html,<p>x", "refused_scheme"),
        ("to no UTF-8", b"/\xff\xfe", "not_found"),
    ]
    for name, target, reasons in targets:
        line = b"" if target is None else b"Location: " + target + b"\r\n"
        yield sent(
            f"redirects {name}", reasons, b"HTTP/1.1 302 Found\r\n" + line + b"Content-Length: 0\r\n\r\n"
        )

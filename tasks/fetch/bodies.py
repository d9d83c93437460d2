"""Decode a body as it comes, and never more of it than it may cost.

In: the raw bytes of one body in pieces, with its Content-Encoding. Out: its decoded bytes, or
:class:`BadBodyError` with a reason code. Whatever the bytes are, no more than one piece beyond the limit is
ever held: every decoder gives its output in pieces of ``PIECE_BYTES``.

What every browser reads is read: a page that is called packed and came unpacked, a Content-Encoding that
names no coding at all, and what is left over after a body of gzip. A body that ends early, or another that
goes on after its end, is no body: ``bad_encoding``.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

from tasks.fetch.headers import GZIP_MAGIC, NAME_CHARACTERS, SNIFFED_BYTES, is_plain
from tasks.fetch.records import Limits

# The codings that are asked for and read, each with itself alone.
READ = ("gzip", "deflate", "br", "zstd")
ACCEPTED = ", ".join(READ)

# Codings that nobody was asked for and some tools know, and those of the registry that pages never have.
UNREAD = frozenset(
    {
        "compress", "zlib", "bzip", "bzip2", "xz", "lzma", "lz4", "snappy", "sdch",
        "dcb", "dcz", "exi", "aes128gcm", "pack200-gzip",
    }
)  # fmt: skip
# What is written by mistake where a coding is told: "none", "utf-8", a media type. No control characters.
WORD = re.compile(r"[\x21-\x7e]+")

# How pages, feeds, JSON and robots.txt open when they came unpacked after all, whatever was told.
UNPACKED = re.compile(rb"(?:\xef\xbb\xbf)?\s*[<{#a-z]", re.IGNORECASE)

# The first bytes of deflate and br, which have no mark, may all look like text; of so many at least one is a
# control character, but for once in a million times (229 of 256 bytes are none).
SURE_BYTES = 128
MARKED = ("gzip", "zstd")

# What servers and proxies leave behind a body: zeros that fill a block, a line feed, a comment with a time.
LEFT_OVER_BYTES = 1_024

# Output is taken in pieces of this size: small beside the limits, large enough to be quick.
PIECE_BYTES = 65_536

# Input is taken in slices of this size: what one of them unpacks to tells a bomb early, and apart from a page
# that is only large.
SLICE_BYTES = 4_096

# Below this size any ratio is fine: a short page of one repeated line compresses as well as a bomb.
RATIO_FREE_BYTES = 1_000_000

# A log joined of parts has some hundred members; a body of empty ones costs time for nothing.
MEMBERS = 1_000

# What a zstd frame may want to look back on, as RFC 9659 bounds it for the web: 2**23 bytes, 8 MB.
ZSTD_WINDOW_LOG = 23

# The first half-byte of a zlib header says "deflate"; a raw stream starts with it only if it is malformed.
ZLIB_METHOD = 8
# The two bytes of a zlib header are a multiple of this.
ZLIB_CHECK = 31


class BadBodyError(Exception):
    """The body is not kept. ``reason``: too_large, too_compressed, bad_encoding or stacked_encoding."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Body:
    """One body on its way in. ``raw_bytes`` is what came so far, ``content`` what it decodes to.

    Raises:
        BadBodyError: from any method, as soon as the body is known to be bad.
    """

    def __init__(self, encoding: str, limits: Limits) -> None:
        self.raw_bytes = 0
        self.content = bytearray()
        self._limits = limits
        self._coding, self._other_words = _coding(encoding)
        self._decoder = _decoder(self._coding)
        # What came until it is known whether that is packed at all; None from then on.
        self._start: bytes | None = b"" if self._coding else None

    def announce(self, raw_bytes: int) -> None:
        """Hear how long the body will be, before any of it comes."""
        _refuse_above(raw_bytes, self._limits.raw_bytes, "sent")

    def feed(self, raw: bytes) -> None:
        """Take the next raw bytes in."""
        for start in range(0, len(raw), SLICE_BYTES):
            part = raw[start : start + SLICE_BYTES]
            self.raw_bytes += len(part)
            _refuse_above(self.raw_bytes, self._limits.raw_bytes, "sent")
            if self._start is None:
                self._decode(part)
            else:
                self._start += part
                if len(self._start) >= SNIFFED_BYTES:
                    self._look()

    def end(self) -> bytes:
        """Return the decoded bytes: nothing more comes."""
        if self._start:
            self._look()
        if self._decoder is not None and self.raw_bytes and not self._decoder.complete:
            raise BadBodyError("bad_encoding", "the encoded body ends before its end")
        if self._other_words and not is_plain(bytes(self.content[:SNIFFED_BYTES])):
            raise BadBodyError("bad_encoding", f"encoded as {self._other_words!r}, whatever that is")
        return bytes(self.content)

    def _look(self) -> None:
        """Decode the start, once there is enough of it: or keep it, where it came unpacked."""
        start, self._start = self._start or b"", None
        if _is_unpacked(start, self._coding):
            self._decoder = None
        self._decode(start)

    def _decode(self, part: bytes) -> None:
        for piece in self._decoder.decode(part) if self._decoder else (part,):
            self._keep(piece)

    def _keep(self, piece: bytes) -> None:
        size = len(self.content) + len(piece)
        if size > RATIO_FREE_BYTES and size > self._limits.ratio * self.raw_bytes:
            text = f"{self.raw_bytes:,} bytes unpack to more than {self._limits.ratio} times as many"
            raise BadBodyError("too_compressed", text)
        _refuse_above(size, self._limits.decoded_bytes, "unpacked")
        self.content += piece


def _refuse_above(size: int, limit: int, what: str) -> None:
    if size > limit:
        raise BadBodyError("too_large", f"more than the {limit:,} bytes that may be {what}")


class _Decoder(Protocol):
    @property
    def complete(self) -> bool:
        """Whether the bytes so far are a whole encoded body."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yield what the next bytes decode to, in pieces of bounded size."""


def _coding(encoding: str) -> tuple[str, str]:
    """Return the coding that a Content-Encoding names, "" for a body as it is, and its other words."""
    words = (each.partition(";")[0].strip().removeprefix("x-") for each in encoding.lower().split(","))
    told = [word for word in words if word not in {"", "identity"}]
    codings = [word for word in told if word in READ or word in UNREAD or not WORD.fullmatch(word)]
    if len(codings) > 1:
        raise BadBodyError("stacked_encoding", f"encoded {len(codings)} times over")
    coding = codings[0] if codings else ""
    if coding and coding not in READ:
        raise BadBodyError("bad_encoding", f"encoded as {coding[:NAME_CHARACTERS]!r}, which is not read")
    return coding, ", ".join(word for word in told if word not in READ)[:NAME_CHARACTERS]


def _decoder(coding: str) -> _Decoder | None:
    match coding:
        case "gzip":
            return _Gzip()
        case "deflate":
            return _Deflate()
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstandard()
    return None


def _is_unpacked(start: bytes, coding: str) -> bool:
    """Whether a body that is told to be of ``coding`` came unpacked.

    Bytes of a coding open with its mark, or hold control characters before long; text does neither.
    """
    if coding not in MARKED and len(start) < SURE_BYTES:
        return False
    return UNPACKED.match(start) is not None and is_plain(start)


def _has_zlib_header(start: bytes) -> bool:
    return start[0] & 15 == ZLIB_METHOD and int.from_bytes(start[:2], "big") % ZLIB_CHECK == 0


class _Gzip:
    """gzip, its members one after another, with zeros between them; what else follows them is left over."""

    def __init__(self) -> None:
        self._members = 0
        self._stream = zlib.decompressobj()
        # Bytes behind a member that are of no other; once there are others than zeros, no member follows.
        self._left_over = 0
        self._is_over = False
        self._held = b""

    @property
    def complete(self) -> bool:
        return self._members > 0 and self._stream.eof and not self._held

    def decode(self, data: bytes) -> Iterator[bytes]:
        data, self._held = self._held + data, b""
        while data:
            if self._members and self._stream.eof:
                data = self._next_member(data)
                if not data:
                    return
            if self._members == 0 or self._stream.eof:
                self._members = _counted(self._members)
                self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield from _inflated(self._stream, data)
            data = self._stream.unused_data

    def _next_member(self, data: bytes) -> bytes:
        """Return what of the bytes behind a member is of the next one."""
        member = b"" if self._is_over else data.lstrip(b"\0")
        if member and not member.startswith(GZIP_MAGIC):
            # One byte of the mark does not tell yet; at the end of a body it is a member that is cut.
            self._held = member if member == GZIP_MAGIC[:1] else b""
            self._is_over = not self._held
            member = b""
        self._left_over += len(data) - len(member) - len(self._held)
        if self._left_over > LEFT_OVER_BYTES:
            raise BadBodyError("bad_encoding", f"more than {LEFT_OVER_BYTES:,} bytes follow the encoded body")
        return member


class _Deflate:
    """deflate, with zlib's header as the standard says or without. The first bytes come two at least."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None

    @property
    def complete(self) -> bool:
        return self._stream is not None and self._stream.eof

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            bits = zlib.MAX_WBITS if _has_zlib_header(data) else -zlib.MAX_WBITS
            self._stream = zlib.decompressobj(bits)
        if not self._stream.eof:
            yield from _inflated(self._stream, data)
            data = self._stream.unused_data
        if data and self._stream.eof:
            raise BadBodyError("bad_encoding", "something follows the encoded body")


def _inflated(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while True:
        try:
            piece = stream.decompress(data, PIECE_BYTES)
        except zlib.error as error:
            raise BadBodyError("bad_encoding", str(error)) from error
        yield piece
        data = stream.unconsumed_tail
        # A full piece may have more behind it even where all input is used up.
        if stream.eof or (not data and len(piece) < PIECE_BYTES):
            return


class _Brotli:
    def __init__(self) -> None:
        import brotli

        self._error: type[Exception] = brotli.error
        self._stream = brotli.Decompressor()

    @property
    def complete(self) -> bool:
        return bool(self._stream.is_finished())

    def decode(self, data: bytes) -> Iterator[bytes]:
        while True:
            try:
                # Raises too where something follows the end.
                piece: bytes = self._stream.process(data, output_buffer_limit=PIECE_BYTES)
            except self._error as error:
                raise BadBodyError("bad_encoding", str(error)) from error
            yield piece
            data = b""
            # Where it could take more data in, it may still have some to give out.
            if self.complete or not piece:
                return


class _Zstandard:
    def __init__(self) -> None:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd

        self._zstd = zstd
        self._members = 0
        self._stream = zstd.ZstdDecompressor()

    @property
    def complete(self) -> bool:
        return self._members > 0 and self._stream.eof

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._members == 0 or self._stream.eof:
                self._members = _counted(self._members)
                options = {int(self._zstd.DecompressionParameter.window_log_max): ZSTD_WINDOW_LOG}
                self._stream = self._zstd.ZstdDecompressor(options=options)
            try:
                yield self._stream.decompress(data, PIECE_BYTES)
                while not (self._stream.eof or self._stream.needs_input):
                    yield self._stream.decompress(b"", PIECE_BYTES)
            except self._zstd.ZstdError as error:
                raise BadBodyError("bad_encoding", str(error)) from error
            data = self._stream.unused_data if self._stream.eof else b""


def _counted(members: int) -> int:
    if members == MEMBERS:
        raise BadBodyError("bad_encoding", f"encoded in more than {MEMBERS:,} parts")
    return members + 1

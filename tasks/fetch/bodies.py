"""Decode a body as it comes, and never more of it than it may cost.

In: the raw bytes of one body in pieces, with its Content-Encoding. Out: its decoded bytes, or
:class:`BadBodyError` with a reason code. Whatever the bytes are, no more than one piece beyond the limit is
ever held: every decoder gives its output in pieces of ``PIECE_BYTES``.

A body that ends early, or goes on after its end, is no body: ``bad_encoding``.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

from tasks.fetch.records import Limits

# The encodings that are asked for and read, each with itself alone.
ACCEPTED = "gzip, deflate, br, zstd"

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
        self._decoder = _decoder(encoding)

    def announce(self, raw_bytes: int) -> None:
        """Hear how long the body will be, before any of it comes."""
        _refuse_above(raw_bytes, self._limits.raw_bytes, "sent")

    def feed(self, raw: bytes) -> None:
        """Take the next raw bytes in."""
        for start in range(0, len(raw), SLICE_BYTES):
            part = raw[start : start + SLICE_BYTES]
            self.raw_bytes += len(part)
            _refuse_above(self.raw_bytes, self._limits.raw_bytes, "sent")
            for piece in self._decoder.decode(part) if self._decoder else (part,):
                self._keep(piece)

    def end(self) -> bytes:
        """Return the decoded bytes: nothing more comes."""
        if self._decoder is not None and self.raw_bytes and not self._decoder.complete:
            raise BadBodyError("bad_encoding", "the encoded body ends before its end")
        return bytes(self.content)

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


def _decoder(encoding: str) -> _Decoder | None:
    """Return the decoder of a Content-Encoding, None where the body is sent as it is."""
    names = [name for each in encoding.lower().split(",") if (name := each.strip()) not in {"", "identity"}]
    if len(names) > 1:
        raise BadBodyError("stacked_encoding", f"encoded {len(names)} times over")
    match names:
        case []:
            return None
        case ["gzip" | "x-gzip"]:
            return _Inflater(gzip=True)
        case ["deflate"]:
            return _Inflater(gzip=False)
        case ["br"]:
            return _Brotli()
        case ["zstd"]:
            return _Zstandard()
    raise BadBodyError("bad_encoding", f"encoded as {names[0]!r}, which was not asked for")


class _Inflater:
    """gzip, its members one after another; deflate, with zlib's header as the standard says or without."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._members = 0
        self._held = b""
        self._stream = zlib.decompressobj()

    @property
    def complete(self) -> bool:
        return self._members > 0 and self._stream.eof

    def decode(self, data: bytes) -> Iterator[bytes]:
        data, self._held = self._held + data, b""
        while data:
            if self._members == 0 or self._stream.eof:
                # One byte does not tell which kind of deflate this is.
                if len(data) == 1 and not (self._gzip or self._members):
                    self._held = data
                    return
                self._open(data)
            yield from self._inflate(data)
            data = self._stream.unused_data

    def _open(self, data: bytes) -> None:
        if self._members and not self._gzip:
            raise BadBodyError("bad_encoding", "something follows the encoded body")
        self._members = _counted(self._members)
        if self._gzip:
            bits = zlib.MAX_WBITS | 16
        else:
            zlib_header = data[0] & 15 == ZLIB_METHOD and int.from_bytes(data[:2], "big") % ZLIB_CHECK == 0
            bits = zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS
        self._stream = zlib.decompressobj(bits)

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        while True:
            try:
                piece = self._stream.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                raise BadBodyError("bad_encoding", str(error)) from error
            yield piece
            data = self._stream.unconsumed_tail
            # A full piece may have more behind it even where all input is used up.
            if self._stream.eof or (not data and len(piece) < PIECE_BYTES):
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

"""Read WARC and ARC files: the pages that a crawl kept, each with where and when it was got.

Each record of a file ends as one of three: a :class:`Record` (a page as it was served), :class:`Ignored`
(no page, for a named reason) or an :class:`~tasks.model.Issue`. One record is in memory at a time. warcio
reads the records' headers; it is given bounded lines only, and going from record to record is done here,
because warcio skips what is damaged and prints to the terminal where it does.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tasks.acquire.folders import printable
from tasks.discover.captures import (
    HEADER_BYTES,
    Ignored,
    Record,
    UnusableError,
    not_a_page,
    page_of,
    shown_url,
)
from tasks.model import Issue

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Ignored", "Record", "read_warc"]

STAGE = "acquire"

# The file, and what is passed over in it, is read in pieces of this size.
PIECE_BYTES = 65_536
# Markup packs 3 to 10 times, a page of repeated markup seldom 50 times; a bomb 1,000 times.
LARGEST_RATIO = 200
# A single record may pack better than a whole archive, whose ratio is looked at from this size on.
RATIO_FREE_BYTES = 100_000_000

WARC_OPENING = b"WARC/"
ARC_OPENING = b"filedesc://"
GZIP_MAGIC = b"\x1f\x8b"
# zlib then reads gzip's header, and its checksum behind each member.
GZIP_BITS = 16 + zlib.MAX_WBITS
# An ARC record's header: address, IP address, time, media type, length.
ARC_LINE = re.compile(rb"\S[^\r\n]* \S+ [0-9]{14,20} \S+ \S+\s{0,9}")
# Eighteen digits are more than any file holds.
NUMBER = re.compile(r"[0-9]{1,18}")
NO_RECORD = "what follows is no record of a WARC or ARC file"


class _BrokenError(Exception):
    """Nothing after this place of the file can be read."""


def read_warc(path: Path, skip: Collection[str] = (), uri: str = "") -> Iterator[Record | Ignored | Issue]:
    """Yield what becomes of each record of a WARC or ARC file, gzip or not, in the file's order.

    Records whose key is in ``skip`` are passed over unread and yield nothing. Issues name the file by
    ``uri`` (by its name where that is "") and a record of it as ``uri#key``. Issues of a record:
    ``bad_record`` (no length, date or separator), ``bad_url``, ``bad_response``, ``bad_digest``,
    ``too_large``, ``too_short``, ``empty_body``, ``bad_encoding``, ``stacked_encoding``,
    ``too_compressed``; of the file: ``unreadable_file``, or ``broken_archive`` after all that could be
    read.
    """
    name = uri or printable(path.name)
    try:
        # A pipe or a device would block or never end: only plain files are opened.
        if not path.is_file():
            yield Issue(STAGE, name, "unreadable_file", "there is no such file")
            return
        file = path.open("rb")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        yield Issue(STAGE, name, "unreadable_file", why.lower())
        return
    with file:
        source = _Source(file)
        try:
            yield from _records(source, skip, name)
        except _BrokenError as error:
            yield Issue(
                STAGE, name, "broken_archive", f"{error}, {source.at:,} unpacked bytes from its start"
            )


class _Members(RawIOBase):
    """The unpacked bytes of gzip members one after another: one a record as a rule, or one for all.

    Unlike gzip.GzipFile it costs a record's few lines no call in Python each.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._stream = zlib.decompressobj(GZIP_BITS)
        self._data = file.read(PIECE_BYTES)
        self._given = 0
        # Up to here checksums have shown that the unpacked bytes are the right ones.
        self.checked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill ``buffer`` from one member.

        Raises:
            zlib.error: it is no gzip or not what its checksum was made of.
            EOFError: the file ends inside the member.
        """
        view = memoryview(buffer)
        while True:
            if self._stream.eof:
                # Some writers fill a file up with zeros.
                self._data = self._stream.unused_data.lstrip(b"\0")
                while not self._data and (more := self._file.read(PIECE_BYTES)):
                    self._data = more.lstrip(b"\0")
                if not self._data:
                    return 0
                self._stream = zlib.decompressobj(GZIP_BITS)
            data = self._data or self._file.read(PIECE_BYTES)
            if not data:
                raise EOFError
            piece = self._stream.decompress(data, len(view))
            self._data = self._stream.unconsumed_tail
            self._given += len(piece)
            if self._stream.eof:
                self.checked = self._given
            if piece:
                view[: len(piece)] = piece
                return len(piece)


class _Source:
    """The unpacked bytes of an archive, with bounds on what warcio reads without any.

    ``at`` is the place of the next byte, ``header_left`` how many bytes of lines may still be read, and
    ``ended`` whether a line was asked for behind the last one.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._packed = file
        packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        self._members = _Members(file) if packed else None
        self._file = BufferedReader(self._members, PIECE_BYTES) if self._members else file
        self.at = 0
        self.header_left = HEADER_BYTES
        self.ended = False

    def read(self, size: int) -> bytes:
        """Return just ``size`` bytes."""
        data = self._checked(self._file.read, size)
        if len(data) < size:
            raise _BrokenError("the file ends inside a record")
        self._check_ratio()
        return data

    def readline(self) -> bytes:
        """Return the next line of a header, b"" at the end."""
        line = self._checked(self._file.readline, self.header_left + 1)
        self.header_left -= len(line)
        self.ended = not line
        if self.header_left < 0:
            raise _BrokenError(f"a header of more than {HEADER_BYTES:,} bytes")
        return line

    def _checked(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            data = read(size)
        except (EOFError, OSError, zlib.error) as error:
            raise _BrokenError(f"the file is damaged or cut off ({type(error).__name__})") from error
        self.at += len(data)
        return data

    def begin_header(self) -> None:
        """Allow for the next header, however much of lines the one before took."""
        self.header_left = HEADER_BYTES
        self._check_ratio()

    def is_checked(self, end: int) -> bool:
        """Whether the bytes before ``end`` are known to be as they were packed; plain ones have to pass."""
        return self._members is None or self._members.checked >= end

    def _check_ratio(self) -> None:
        if self._members and self.at > RATIO_FREE_BYTES + LARGEST_RATIO * self._packed.tell():
            raise _BrokenError(f"it unpacks to more than {LARGEST_RATIO} times its size")


class _Block:
    """What a record holds after its header: ``left`` bytes."""

    def __init__(self, source: _Source, length: int) -> None:
        self._source = source
        self.left = length

    def read(self, most: int) -> bytes:
        size = min(most, self.left)
        data = self._source.read(size) if size else b""
        self.left -= size
        return data

    def pass_over(self) -> None:
        while self.left:
            self.read(PIECE_BYTES)


def _records(source: _Source, skip: Collection[str], name: str) -> Iterator[Record | Ignored | Issue]:
    place, line = _first_line(source)
    while line:
        key = str(place)
        headers = _headers(source, line)
        length = headers.get("content-length", "")
        block = _Block(source, int(length) if NUMBER.fullmatch(length) else 0)
        found = None if key in skip else _read(headers, block, key, f"{name}#{key}")
        block.pass_over()
        end = source.at
        try:
            # Only then is the record known to be whole: what checks it stands behind it.
            place, line, odd = _next_line(source)
        except _BrokenError:
            if found is not None and source.is_checked(end):
                yield found
            raise
        if isinstance(found, Record) and odd:
            detail = "something else than a blank line follows it: its length is wrong"
            found = Issue(STAGE, f"{name}#{key}", "bad_record", detail)
        if found is not None:
            yield found


def _read(headers: Mapping[str, str], block: _Block, key: str, item: str) -> Record | Ignored | Issue:
    try:
        if NUMBER.fullmatch(headers.get("content-length", "")):
            return page_of(headers, block, key)
        if reason := not_a_page(headers):
            return Ignored(key, shown_url(headers), reason)
    except UnusableError as error:
        return Issue(STAGE, item, error.reason, str(error))
    return Issue(STAGE, item, "bad_record", "its length is no number")


def _first_line(source: _Source) -> tuple[int, bytes]:
    place, line = _beyond_blank_lines(source)
    if not line:
        raise _BrokenError("there is nothing in it")
    # Any prose has lines of five words, which would pass for the header of an ARC record.
    if not line.startswith((WARC_OPENING, ARC_OPENING)):
        raise _BrokenError("it is neither a WARC nor an ARC file")
    return place, line


def _next_line(source: _Source) -> tuple[int, bytes, bool]:
    """Return where the next record opens, its first line (b"" at the end), and whether it was hard to find.

    One line right after a record that belongs to none is passed over: a length that is too small leaves it.
    """
    source.begin_header()
    place, line = source.at, source.readline()
    if line.startswith(WARC_OPENING):
        return place, line, False
    return *_beyond_blank_lines(source), bool(line.strip())


def _beyond_blank_lines(source: _Source) -> tuple[int, bytes]:
    place, line = source.at, source.readline()
    while line and not line.strip():
        place, line = source.at, source.readline()
    return place, line


def _headers(source: _Source, line: bytes) -> dict[str, str]:
    """Return the headers of the record that ``line`` opens, those of ARC under WARC's names."""
    from warcio.recordloader import ARC2WARCHeadersParser, ArcWarcRecordLoader
    from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

    warc = line.startswith(WARC_OPENING)
    if not warc and not ARC_LINE.fullmatch(line):
        raise _BrokenError(NO_RECORD)
    parser = StatusAndHeadersParser(ArcWarcRecordLoader.WARC_TYPES) if warc else ARC2WARCHeadersParser()
    try:
        found = parser.parse(source, line)
    except (StatusAndHeadersParserException, ValueError, TypeError, IndexError, OverflowError) as error:
        raise _BrokenError(NO_RECORD) from error
    # warcio takes the end of the file for the blank line that ends a header.
    if source.ended:
        raise _BrokenError("the file ends inside a header")
    # Of a header that stands there twice the first counts.
    headers = {name.lower(): value.strip() for name, value in reversed(found.headers)}
    if not warc and NUMBER.fullmatch(headers["content-length"]):
        # The length of an ARC file's first record counts two lines that were read as its header.
        headers["content-length"] = str(max(0, int(headers["content-length"]) - found.total_len))
    return headers

"""What a record of a WARC or ARC file holds: a page as it was served, or why it holds none.

warcio reads the HTTP headers; lengths, digests and codings are checked here, because warcio goes on
silently where they are wrong.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Protocol
from urllib.parse import quote, urlsplit

from tasks.acquire.folders import MAX_RAW_BYTES
from tasks.cite.urls import LONGEST_URL
from tasks.fetch.bodies import BadBodyError, Body
from tasks.fetch.headers import READABLE, by_name, charset, media_type, printable, validator
from tasks.fetch.records import Limits

# Kinds of records that belong to every crawl and hold no page; any other is ignored as "not_a_response".
OTHER_KINDS = frozenset({"warcinfo", "request", "metadata", "revisit"})

# Web servers and clients refuse headers of more than 8 to 64 kB, and an archive's own are shorter.
HEADER_BYTES = 65_536
# A detail quotes no more than this of what the crawl says.
QUOTED_CHARACTERS = 40

HTTP_VERSIONS = ("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3.0", "HTTP/3")
STATUS = re.compile(r"[1-9][0-9]{2}")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
# WARC allows dates cut to the year, the month or the day.
DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T.{1,40})?)?)?")
DIGESTS = {"md5": "md5", "sha1": "sha1", "sha-1": "sha1", "sha256": "sha256", "sha-256": "sha256"}


@dataclass(frozen=True, slots=True)
class Record:
    """A page as it was served. ``key`` is its place in the unpacked file, the same wherever that lies.

    ``content`` is free of transfer and content codings. ``status`` is None where the crawl kept a page
    without its HTTP headers. ``raw_bytes`` is the size of the body as recorded.
    """

    key: str
    url: str
    captured_at: datetime
    media_type: str
    content: bytes
    status: int | None
    charset: str
    etag: str
    last_modified: str
    raw_bytes: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """A record that is no page.

    ``reason`` is the record's kind ("request", "metadata", "revisit", "warcinfo"), "not_a_response"
    (any other kind), "not_http", "not_text" or the status ("status_404").
    """

    key: str
    url: str
    reason: str


class UnusableError(Exception):
    """This record would be a page, but for ``reason`` it cannot be used; the next one may be."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Block(Protocol):
    """What a record holds after its header: ``left`` bytes."""

    left: int

    def read(self, most: int) -> bytes:
        """Return the next ``most`` bytes, or all that is left."""


def not_a_page(headers: Mapping[str, str]) -> str:
    """Return for which reason a record with these headers is ignored, "" where it may hold a page."""
    kind = headers.get("warc-type", "").lower()
    if kind in ("response", "resource"):
        return "" if _target(headers).lower().startswith(("http://", "https://")) else "not_http"
    return kind if kind in OTHER_KINDS else "not_a_response"


def page_of(headers: Mapping[str, str], block: Block, key: str) -> Record | Ignored:
    """Return the page that a record holds, or why it is none; what is no text is not read.

    ``headers`` are the record's own, by lower-case name.

    Raises:
        UnusableError: it would be a page but is damaged, cut or too large.
    """
    if reason := not_a_page(headers):
        return Ignored(key, shown_url(headers), reason)
    bare = headers["warc-type"].lower() == "resource"
    head = b"" if bare else block.read(HEADER_BYTES)
    status, served, start = (None, headers, 0) if bare else _response(head)
    if status not in (None, 200):
        return Ignored(key, shown_url(headers), f"status_{status}")
    kind = READABLE.get(media_type(served))
    if kind is None:
        return Ignored(key, shown_url(headers), "not_text")
    url, captured_at = _url(headers), _captured_at(headers)
    body = _whole(headers, head, start, block)
    content = body if bare else _decoded(body, served)
    if not content.strip():
        raise UnusableError("empty_body", "there is nothing in it")
    etag, changed = (validator(served.get(name, "")) for name in ("etag", "last-modified"))
    return Record(
        key, url, captured_at, kind, content, status, charset(served), etag, changed, raw_bytes=len(body)
    )


def _response(head: bytes) -> tuple[int, Mapping[str, str], int]:
    """Return a response's status, its headers, and where its body begins."""
    from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

    stream = BytesIO(head)
    try:
        http = StatusAndHeadersParser(HTTP_VERSIONS).parse(stream)
    except (StatusAndHeadersParserException, EOFError) as error:
        raise UnusableError("bad_response", "it does not open with an HTTP status") from error
    start = stream.tell()
    if not STATUS.fullmatch(http.get_statuscode()):
        raise UnusableError("bad_response", "it has no HTTP status of three digits")
    if not head[:start].endswith((b"\n\r\n", b"\n\n")):
        raise UnusableError("bad_response", "its HTTP headers do not end")
    served = by_name((name.encode("latin-1", "replace"), value.encode()) for name, value in http.headers)
    return int(http.get_statuscode()), served, start


def _whole(headers: Mapping[str, str], head: bytes, start: int, block: Block) -> bytes:
    """Return the body as recorded, checked against what the record says of it."""
    if truncated := headers.get("warc-truncated"):
        why = printable(truncated, QUOTED_CHARACTERS)
        raise UnusableError("too_short", f"the crawl cut it off ({why})")
    if "warc-segment-number" in headers:
        raise UnusableError("too_short", "it is one part of a page that is kept in several records")
    size = len(head) - start + block.left
    if size > MAX_RAW_BYTES:
        most = f"{MAX_RAW_BYTES / 1e6:.0f} MB that are read"
        raise UnusableError("too_large", f"{size / 1e6:.0f} MB is more than the {most}")
    rest = block.read(block.left)
    body = head[start:] + rest
    if (same := _is_same(headers.get("warc-block-digest", ""), head, rest)) is None:
        # Some crawlers make the payload's digest before, others after undoing the chunks. One of the whole
        # block vouches for the payload too.
        payload = headers.get("warc-payload-digest", "")
        same = _is_same(payload, body) or _is_same(payload, _plain_chunks(body))
    if same is False:
        raise UnusableError("bad_digest", "it is not what its digest was made of")
    return body


def _is_same(declared: str, *parts: bytes) -> bool | None:
    """Whether ``declared`` is the digest of ``parts`` joined; None where it is none that can be made here."""
    algorithm, _, value = declared.partition(":")
    known = DIGESTS.get(algorithm.strip().lower())
    if not known:
        return None
    digest = hashlib.new(known, usedforsecurity=False)
    for part in parts:
        digest.update(part)
    made = digest.digest()
    value = value.strip().rstrip("=")
    if value.lower() in (made.hex(), _plain(base64.b32encode(made)).lower()):
        return True
    return value in (_plain(base64.b64encode(made)), _plain(base64.urlsafe_b64encode(made)))


def _plain(encoded: bytes) -> str:
    return encoded.decode().rstrip("=")


def _plain_chunks(body: bytes) -> bytes:
    try:
        return _joined(body)
    except UnusableError:
        return b""


def _decoded(body: bytes, served: Mapping[str, str]) -> bytes:
    """Undo transfer and content coding; some crawlers undo them themselves and leave the headers."""
    if served.get("transfer-encoding", "").lower() == "chunked" and CHUNK.match(body):
        body = _joined(body)
    encoding = served.get("content-encoding", "")
    if not encoding:
        return body
    try:
        packed = Body(encoding, Limits())
        packed.feed(body)
        return packed.end()
    except BadBodyError as error:
        raise UnusableError(error.reason, str(error)) from error


def _joined(body: bytes) -> bytes:
    """Return a body that came in chunks, without their sizes."""
    whole = bytearray()
    at = 0
    while chunk := CHUNK.match(body, at):
        size, at = int(chunk[1], 16), chunk.end()
        if not size:
            return bytes(whole)
        whole += body[at : at + size]
        at += size
        if body[at : at + 2] != b"\r\n":
            break
        at += 2
    if at >= len(body):
        raise UnusableError("too_short", "it ends before its last chunk")
    raise UnusableError("bad_encoding", "its chunks are broken")


def _target(headers: Mapping[str, str]) -> str:
    target = headers.get("warc-target-uri", "")
    # Some versions of wget put the address in angle brackets.
    return target[1:-1] if target.startswith("<") and target.endswith(">") else target


def shown_url(headers: Mapping[str, str]) -> str:
    """Return the address that a record is of, fit for printing; "" where there is none."""
    target = _target(headers)[:LONGEST_URL]
    if target.isprintable() and " " not in target:
        return target
    return "".join(c if c.isprintable() and not c.isspace() else quote(c) for c in target)


def _url(headers: Mapping[str, str]) -> str:
    if len(_target(headers)) > LONGEST_URL:
        raise UnusableError("bad_url", f"its address has more than {LONGEST_URL:,} characters")
    url = shown_url(headers)
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host:
        raise UnusableError("bad_url", "its address has no host")
    return url


def _captured_at(headers: Mapping[str, str]) -> datetime:
    """Return when the record was made, in UTC; what its date leaves out is the first month, day or hour."""
    found = DATE.fullmatch(headers.get("warc-date", ""))
    try:
        if found is None:
            raise ValueError
        year, month, day, clock = found.groups()
        when = datetime.fromisoformat(f"{year}-{month or '01'}-{day or '01'}{clock or 'T00:00:00Z'}")
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnusableError("bad_record", "it does not say when it was made") from error

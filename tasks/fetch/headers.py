"""What the headers of an answer say, as plain text that nobody needs to fear.

Everything here takes what a server sent, whatever that is, and raises nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Types that hold an article, a feed, a sitemap or a list; gzip is what large sitemaps are sent as.
TEXT_TYPES = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "text/xml",
        "application/xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/json",
        "application/feed+json",
        "application/gzip",
        "application/x-gzip",
    }
)
# Under these a sitemap may be gzip inside, whatever its Content-Encoding.
GZIP_TYPES = frozenset({"application/gzip", "application/x-gzip", "application/xml", "text/xml"})

# Types that say nothing: the first bytes must tell.
UNTOLD_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream"})

# The types of pages, by the type under which their readers know them.
READABLE = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
    "text/markdown": "text/markdown",
}

# How much of a body tells text from something else.
SNIFFED_BYTES = 1_024
GZIP_MAGIC = b"\x1f\x8b"
# How files open that are sent as text by mistake: PDF, ZIP (office documents too), PNG, JPEG, GIF, zstd.
OTHER_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x28\xb5\x2f\xfd")
# Bytes below it are control characters.
SPACE = 0x20
# Control characters that texts have: tab, line feed, form feed, carriage return, and escape of ISO-2022.
TEXT_CONTROLS = frozenset(b"\t\n\f\r\x1b")

# What may stand before a page's first "<": marks of byte order, the zeros of UTF-16, white space.
BEFORE_TEXT = b"\xef\xbb\xbf\xff\xfe\0 \t\n\f\r"

# No media type or character set has a longer name, and a message is read by a person.
NAME_CHARACTERS = 100
DETAIL_CHARACTERS = 300
# Longer addresses are traps that servers make of what they are asked, or data.
URL_CHARACTERS = 2_000
# Longer validators exist in nobody's server; they would be sent back with every request.
VALIDATOR_CHARACTERS = 500

CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)
VALIDATOR = re.compile(r"[\x20-\x7e]+")
# Ten digits of seconds are three centuries.
SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)
# The protocol's parser lets no more digits through.
LENGTH = re.compile(r"[0-9]{1,20}", re.ASCII)


def by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by lower-case name: the first of each name, encodings all of them, with commas."""
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), _decoded(raw_value).strip()
        if name == "content-encoding" and name in found:
            found[name] += f", {value}"
        found.setdefault(name, value)
    return found


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type in lower case, "" where none is told or what is told is none."""
    match = MEDIA_TYPE.match(headers.get("content-type", "").lower())
    return match.group()[:NAME_CHARACTERS] if match else ""


def charset(headers: Mapping[str, str]) -> str:
    """Return the character set in lower case, "" where none is told."""
    match = CHARSET.search(headers.get("content-type", ""))
    return printable(match.group(1).lower(), NAME_CHARACTERS) if match else ""


def content_length(headers: Mapping[str, str]) -> int | None:
    """Return the announced size of the raw body in bytes, None where none is."""
    # The same number may stand there twice; other repetitions do not come through the protocol's parser.
    value = headers.get("content-length", "").partition(",")[0].strip()
    return int(value) if LENGTH.fullmatch(value) else None


def validator(text: str) -> str:
    """Return an ETag or a Last-Modified as it may be stored and sent, "" where it must not be."""
    return text if len(text) <= VALIDATOR_CHARACTERS and VALIDATOR.fullmatch(text) else ""


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return after how many seconds the server wants to be asked again, not capped.

    It says so in seconds or with a date; a date that has passed is 0. None where it does not say.
    """
    value = headers.get("retry-after", "")
    if SECONDS.fullmatch(value):
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, IndexError, OverflowError):
        return None
    # "-0000" gives a time without a zone, which means UTC all the same.
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def is_text(start: bytes, kind: str) -> bool:
    """Return whether a body that starts so can be what its media type says; text, where that says nothing.

    Sitemaps are gzip at times, whatever is said of them.
    """
    start = start[:SNIFFED_BYTES]
    if start.startswith(GZIP_MAGIC):
        return kind in GZIP_TYPES | UNTOLD_TYPES
    if start.startswith(OTHER_MAGIC):
        return False
    return kind not in UNTOLD_TYPES or is_plain(start)


def is_plain(start: bytes) -> bool:
    """Return whether a body that starts so can be text: UTF-16 with its mark, or no control characters."""
    start = start[:SNIFFED_BYTES]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return all(byte >= SPACE or byte in TEXT_CONTROLS for byte in start)


def readable_as(kind: str, content: bytes) -> str:
    """Return the type of the reader for a page that came as media type ``kind``, "" where there is none.

    Where the type says nothing, what opens with "<" is "text/html", other text "text/plain".
    """
    if kind not in UNTOLD_TYPES:
        return READABLE.get(kind, "")
    start = content[:SNIFFED_BYTES]
    if start.startswith((GZIP_MAGIC, *OTHER_MAGIC)) or not is_plain(start):
        return ""
    return "text/html" if start.lstrip(BEFORE_TEXT).startswith(b"<") else "text/plain"


def printable(text: str, most: int = DETAIL_CHARACTERS) -> str:
    """Return ``text`` with every character that is not printable as "?", cut to ``most`` characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:most])


def shown_url(url: str) -> str:
    """Return an address as answers tell it and tables keep it: printable, cut to :data:`URL_CHARACTERS`."""
    return printable(url, URL_CHARACTERS)


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")

"""Make fetched XML safe before a parser sees it, and parse it without reading anything else.

What reaches a parser is UTF-8 from the root element on: no declaration, no document type, no entities but
XML's own five, nothing before the root that could name another file. So what was looked at is what is parsed,
whatever encoding the sender chose.

Document types: one without an internal subset that has a public name, or none at all, is dropped (RSS 0.91
feeds carry Netscape's); one with an internal subset or only a SYSTEM address is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5
from typing import TYPE_CHECKING, Any

from tasks.discover.charset import utf8
from tasks.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

# XML has no control characters but these three; parsers stop at others, and old programs wrote them.
CONTROLS = bytes(set(range(32)) - {9, 10, 13})
QUOTED = rb"""(?:"[^"<>]*"|'[^'<>]*')"""
HARMLESS_DOCTYPE = re.compile(
    rb"<!DOCTYPE\s+[^\s\[<>\"']+\s*(?:PUBLIC\s*" + QUOTED + rb"\s*(?:" + QUOTED + rb"\s*)?)?>", re.IGNORECASE
)
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)\b", re.IGNORECASE)
ROOT = re.compile(rb"<(?:[^\s<>/:]{1,60}:)?([^\s<>/:]{1,60})")

AMPERSAND = re.compile(rb"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));|&")
XML_ENTITIES = frozenset({b"lt", b"gt", b"amp", b"quot", b"apos"})
# A damaged feed of 10 MB with escaped HTML has some 400,000; mending more than this takes seconds.
MAX_MENDED = 600_000

# Tags of sitemaps with translations have three attributes, most tags none; every attribute costs time.
EQUALS_PER_MARK = 2
# The whole text of an article, escaped, has some 100 kB. A tag of 10 MB has a million attributes, each of
# which costs a parser 300 bytes.
MAX_STRETCH = 1_000_000

# Before the root stand a declaration, a document type, a style sheet, some comments.
MAX_PROLOG_PARTS = 1_000


def safe_xml(content: bytes, *, max_bytes: int, max_marks: int, media_type: str = "") -> bytes:
    """Return ``content`` in UTF-8 from its root element on; b"" where there is no element at all.

    ``max_bytes`` is the largest size, ``max_marks`` the largest number of "<" that is parsed. ``media_type``
    may carry a charset, which counts where the document declares none.

    Raises:
        InputError: ``too_large``, ``xml_entities`` (a document type that declares things or names a file),
            ``bad_xml`` (an encoding that is not read, a prolog without end).
    """
    if len(content) > max_bytes:
        raise InputError(f"{len(content)} bytes; no more than {max_bytes} are read", "too_large")
    plain = utf8(content, media_type).translate(None, CONTROLS)
    body = plain[_root_start(plain) :]
    if (marks := body.count(b"<")) > max_marks:
        raise InputError(f"{marks} tags; no more than {max_marks} are read", "too_large")
    if (equals := body.count(b"=")) > EQUALS_PER_MARK * max_marks:
        raise InputError(f'{equals} "=": more attributes than are read', "too_large")
    if _has_endless_tag(body):
        raise InputError(f"a tag or text of more than {MAX_STRETCH} bytes", "too_large")
    return body


def _has_endless_tag(body: bytes) -> bool:
    """Whether more than :data:`MAX_STRETCH` bytes stand between one "<" and the next."""
    position = 0
    while len(body) - position > MAX_STRETCH:
        position = body.rfind(b"<", position + 1, position + MAX_STRETCH + 1)
        if position < 0:
            return True
    return False


def root_name(body: bytes) -> str:
    """Return the local name, in lower case, of the root element of what :func:`safe_xml` returned."""
    match = ROOT.match(body)
    return match[1].decode("utf-8", "replace").lower() if match else ""


# Documents have a few dozen names, met a million times.
@lru_cache(maxsize=1_000)
def local_name(tag: object) -> str:
    """Return an element's name without namespace, in lower case; "" for what is no element."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def parser_options(*, recover: bool = False) -> dict[str, Any]:
    """Return how lxml parses here: nothing is loaded, nothing replaced, libxml2's own limits hold.

    Those are a depth of 256 elements and 10 MB for one text or name.
    """
    return {
        "encoding": "utf-8",
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
        "recover": recover,
    }


def parse_tree(body: bytes, base: str) -> tuple[Any, bool]:
    """Return the root of what :func:`safe_xml` returned, and whether it had to be mended.

    ``base`` is the address against which lxml resolves xml:base; nothing is read from it.

    Raises:
        InputError: ``bad_xml`` or ``xml_entities``.
    """
    from lxml import etree

    try:
        return etree.fromstring(body, etree.XMLParser(**parser_options()), base_url=base), False
    except etree.XMLSyntaxError as error:
        why = str(error)
    try:
        root = etree.fromstring(mend(body), etree.XMLParser(**parser_options(recover=True)), base_url=base)
    except etree.XMLSyntaxError as error:
        raise InputError(f"not well-formed: {error}", "bad_xml") from error
    if root is None:
        raise InputError(f"not well-formed: {why}", "bad_xml")
    return root, True


def mend(body: bytes) -> bytes:
    """Return ``body`` with bare ampersands escaped and HTML's entities spelled out, CDATA left as it is.

    These are the common faults, and a parser that recovers by itself drops the ampersand of an address.

    Raises:
        InputError: ``xml_entities`` for a declaration inside the root, ``bad_xml`` where too much is amiss.
    """
    if (count := body.count(b"&")) > MAX_MENDED:
        raise InputError(f"not well-formed, and {count} ampersands are too many to mend", "bad_xml")
    return b"".join(_mended(body))


def _mended(body: bytes) -> Iterator[bytes]:
    position = 0
    while True:
        start = body.find(b"<![CDATA[", position)
        end = body.find(b"]]>", start) if start >= 0 else -1
        outside = body[position:] if end < 0 else body[position:start]
        if FORBIDDEN.search(outside):
            raise InputError("declares entities or a document type", "xml_entities")
        yield AMPERSAND.sub(_spelled, outside)
        if end < 0:
            return
        position = end + len(b"]]>")
        yield body[start:position]


def _spelled(match: re.Match[bytes]) -> bytes:
    whole, number, name = match[0], match[1], match[2]
    if number:
        return whole if _is_character(number) else b""
    if name in XML_ENTITIES:
        return whole
    if name and (character := html5.get(f"{name.decode('ascii')};")):
        return character.encode()
    return b"&amp;" + whole[1:]


def _is_character(number: bytes) -> bool:
    """Whether a character reference names one that XML can hold: parsers break on half a surrogate pair."""
    code = int(number[2:], 16) if number[1:2] in b"xX" else int(number[1:])
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def _root_start(content: bytes) -> int:
    """Where the root element begins: declaration, comments and a harmless document type are behind it."""
    position = 0
    for _ in range(MAX_PROLOG_PARTS):
        # Words before the root are no XML, but what follows them may be.
        position = content.find(b"<", position)
        if position < 0:
            return len(content)
        if content.startswith(b"<?", position):
            position = _behind(content, b"?>", position)
        elif content.startswith(b"<!--", position):
            position = _behind(content, b"-->", position)
        elif content.startswith(b"<!", position):
            position = _behind_doctype(content, position)
        else:
            return position
    raise InputError(f"more than {MAX_PROLOG_PARTS} things before the root element", "bad_xml")


def _behind(content: bytes, mark: bytes, position: int) -> int:
    end = content.find(mark, position)
    if end < 0:
        raise InputError(f"no {mark.decode()} before the root element", "bad_xml")
    return end + len(mark)


def _behind_doctype(content: bytes, position: int) -> int:
    harmless = HARMLESS_DOCTYPE.match(content, position)
    if not harmless:
        raise InputError("its document type declares entities or names a file", "xml_entities")
    return harmless.end()

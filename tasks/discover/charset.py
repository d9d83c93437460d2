"""Bring a feed or sitemap to UTF-8, from the encodings that they are written in and from no other."""

from __future__ import annotations

import codecs
import re

from tasks.errors import InputError
from tasks.extract.decode import BYTE_ORDER_MARKS, WIDER, decode

# What feeds and sitemaps are written in, by Python's names; browsers' old sets included. Encodings in which
# "<" can be spelled in another way (UTF-7, ISO 2022, EBCDIC) are not read.
ENCODINGS = frozenset(
    {
        *("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "tis-620", "cp874"),
        *(f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
        *(f"cp{page}" for page in range(1250, 1259)),
        *("shift_jis", "cp932", "euc_jp", "gb2312", "gbk", "gb18030", "big5", "big5hkscs", "euc_kr", "cp949"),
    }
)
# The declaration is the first thing in the document and short.
DECLARATION = re.compile(
    rb"""\s*<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([^"'>]{0,60})["']""", re.IGNORECASE
)
CHARSET = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
EBCDIC_DECLARATION = b"\x4c\x6f\xa7\x94"
UTF16_DECLARATIONS = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}

# UTF-8 is checked in pieces, so that checking does not hold the text a second time, in bytes.
PIECE = 1 << 16


def utf8(content: bytes, media_type: str = "") -> bytes:
    """Return ``content`` in UTF-8 without byte order mark, as parsers shall read it whatever it declares.

    A byte order mark counts first, then UTF-8 where it is that, then what the document declares, then the
    charset of ``media_type``, then a guess. Only what is not UTF-8 is held as text on the way.

    Raises:
        InputError: ``bad_xml`` for an encoding that is not read, and for what is no text.
    """
    if content.startswith(codecs.BOM_UTF8):
        content = content[len(codecs.BOM_UTF8) :]
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace").encode("utf-8", "replace")
    if encoding := UTF16_DECLARATIONS.get(content[:2], ""):
        return content.decode(encoding, "replace").encode("utf-8", "replace")
    if content.startswith(EBCDIC_DECLARATION):
        raise InputError("written in EBCDIC", "bad_xml")
    declared = DECLARATION.match(content)
    charset = CHARSET.search(media_type)
    names = [_known(declared[1].decode("ascii", "replace"))] if declared else []
    if _is_utf8(content):
        return content
    return _converted(content, [*names, charset[1] if charset else ""])


def _known(name: str) -> str:
    """The codec of a declared name; raises InputError for one that is not read."""
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        codec = ""
    if codec not in ENCODINGS:
        raise InputError(f"written in {name.strip()!r}, which is not read", "bad_xml")
    return WIDER.get(codec, codec)


def _converted(content: bytes, names: list[str]) -> bytes:
    for name in filter(None, names):
        try:
            return content.decode(_known(name)).encode("utf-8", "replace")
        except (UnicodeDecodeError, InputError):
            continue
    try:
        return decode(content, "")[0].encode("utf-8", "replace")
    except InputError as error:
        raise InputError(f"not text{error}", "bad_xml") from error


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), PIECE):
            decoder.decode(content[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True

"""Bytes to text: byte order mark, UTF-8, what the server and the page declare, and only then a guess."""

from __future__ import annotations

import codecs
import re

from tasks.errors import InputError

# First bytes of formats that are no text but turn up under a text file's name.
MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x89PNG": "a PNG image",
    b"GIF8": "a GIF image",
    b"\xff\xd8\xff": "a JPEG image",
    b"RIFF": "a RIFF image or recording",
    b"\x1f\x8b": "gzip data",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x7fELF": "a program",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"SQLite format 3": "an SQLite database",
    b"{\\rtf": "an RTF document",
}

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32's mark opens with UTF-16's, so it is tried first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Browsers read these names as the larger sets that pages really use (WHATWG Encoding Standard).
WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}

# Pages must declare their encoding within the first 1024 bytes (HTML Standard); some put scripts first.
DECLARATION_BYTES = 4096
DECLARATION = re.compile(
    rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE
)

# Text has no control bytes; a stray one in a page is no reason to refuse it, one in fifty bytes is.
MAX_CONTROL_SHARE = 0.02
CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})

# A guess from more than this costs time and changes nothing.
GUESS_BYTES = 50_000

# Replaced bytes below this share of what is not ASCII: UTF-8 with some damage, not another encoding.
MAX_DAMAGE = 0.5


def decode(content: bytes, uri: str, charset: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text of ``content`` and warnings: ``undecodable_bytes``, ``lone_surrogates``.

    ``charset`` is what the server said; as in a browser it goes before what the page says.

    What cannot be decoded is U+FFFD, never dropped.

    Raises:
        InputError: ``empty_file`` or ``binary_content``.
    """
    if not content.strip():
        raise InputError(f"{uri}: the file is empty", "empty_file")
    for start, name in MAGIC.items():
        if content.startswith(start):
            raise InputError(f"{uri}: this is {name}, not text", "binary_content")
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _forgiving(content[len(mark) :], encoding)
    # Text in letters of two bytes has NUL bytes wherever it has markup; without any the server is wrong.
    if _is_wide(served := _codec(charset)) and b"\0" in content:
        return _forgiving(content, served)
    controls = len(content) - len(content.translate(None, CONTROL))
    if controls > MAX_CONTROL_SHARE * len(content):
        raise InputError(f"{uri}: {controls} control bytes: this is not text", "binary_content")
    return _without_mark(content, charset)


def _without_mark(content: bytes, charset: str) -> tuple[str, tuple[str, ...]]:
    served, declared = _codec(charset), _declared(content)
    # A server that says "UTF-8" of everything is common; what is no UTF-8 is then what the page says.
    if served not in ("", "utf-8") and not _is_wide(served):
        declared = served
    # What is valid as UTF-8 is UTF-8, whatever the page says: saved copies keep their old declaration.
    # Only encodings of seven bits would pass for it.
    seven_bits = declared.startswith(("iso2022", "hz"))
    for encoding in (declared, "utf-8") if seven_bits else ("utf-8", declared):
        try:
            if encoding:
                return content.decode(encoding), ()
        except UnicodeDecodeError:
            continue
    if declared == "utf-8" or _is_damaged_utf8(content):
        return _forgiving(content, "utf-8")
    return _forgiving(content, declared or _guess(content))


def _declared(content: bytes) -> str:
    """Return the codec that the page names, "" where it names none that is known."""
    found = DECLARATION.search(content[:DECLARATION_BYTES])
    name = _codec(found[1].decode("ascii")) if found else ""
    # A page that could be searched for an ASCII word is not UTF-16, whatever it says.
    return "utf-8" if _is_wide(name) else name


def _codec(name: str) -> str:
    """Return Python's name of the encoding that browsers read for ``name``, "" for one that is not known."""
    try:
        known = codecs.lookup(name.strip("\"' ")).name
        "".encode(known)  # refuses codecs such as "hex", which make no text
    except (LookupError, ValueError):
        return ""
    return WIDER.get(known, known)


def _is_wide(codec: str) -> bool:
    return codec.startswith(("utf-16", "utf-32", "utf_16", "utf_32"))


def _is_damaged_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8", "surrogatepass")
        return True
    except UnicodeDecodeError:
        foreign = len(content.translate(None, bytes(range(128))))
    damage = content.decode("utf-8", "replace").count("\ufffd")
    return damage < MAX_DAMAGE * foreign


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:GUESS_BYTES]).best()
    return best.encoding if best else "cp1252"


def _forgiving(content: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    try:
        return content.decode(encoding), ()
    except UnicodeDecodeError:
        pass
    if encoding.startswith("utf"):
        try:
            text = content.decode(encoding, "surrogatepass")
            return join_surrogates(text), ("lone_surrogates",)
        except UnicodeDecodeError:
            pass
    text = content.decode(encoding, "replace")
    return text, ("undecodable_bytes",) if "\ufffd" in text else ()


def join_surrogates(text: str) -> str:
    """Return ``text`` with pairs of surrogates joined and each lone one as U+FFFD.

    A lone surrogate cannot be stored, and silently cuts the text in some parsers.
    """
    if not any("\ud800" <= c <= "\udfff" for c in set(text)):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

"""Read any document: raw bytes to an extract, by media type."""

from __future__ import annotations

from dataclasses import replace

from tasks.errors import InputError
from tasks.extract.decode import decode
from tasks.model import Extract, Raw

STAGE = "extract"


def extract(raw: Raw) -> Extract:
    """Return the main text of ``raw`` with its blocks, marks and metadata.

    ``Extract.warnings`` says what was noticed: ``undecodable_bytes``, ``lone_surrogates``,
    ``deep_nesting``, ``text_truncated``, ``list_recovered``, ``no_main_text``.

    Raises:
        InputError: with reason ``empty_file``, ``binary_content``, ``no_text`` or ``unknown_media_type``.
    """
    text, warnings = decode(raw.content, raw.uri, raw.charset)
    if raw.media_type == "text/html":
        from tasks.extract.html import read_html

        found = read_html(text)
    elif raw.media_type == "text/markdown":
        from tasks.extract.markdown import read_markdown

        found = read_markdown(text)
    elif raw.media_type == "text/plain":
        from tasks.extract.plain import read_plain

        found = read_plain(text)
    else:
        raise InputError(f"{raw.uri}: there is no reader for {raw.media_type!r}", "unknown_media_type")
    if not any(character.isalnum() for character in found.text):
        raise InputError(f"{raw.uri}: there is no text in it", "no_text")
    return replace(found, warnings=tuple(dict.fromkeys(warnings + found.warnings)))

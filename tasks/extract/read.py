"""Read any document: raw bytes to an extract, by media type."""

from __future__ import annotations

from dataclasses import replace

from tasks.errors import InputError
from tasks.extract.decode import decode
from tasks.extract.limits import refuse_many_blocks
from tasks.model import Extract, Raw

STAGE = "extract"


def extract(raw: Raw) -> Extract:
    """Return the main text of ``raw`` with its blocks, marks and metadata.

    ``Extract.warnings`` says what was noticed: ``undecodable_bytes``, ``lone_surrogates``,
    ``deep_nesting``, ``text_truncated``, ``list_recovered``, ``no_main_text``.

    Raises:
        InputError: with reason ``empty_file``, ``binary_content``, ``no_text``, ``unknown_media_type``, or
            one of :mod:`tasks.extract.limits`.
    """
    text, warnings = decode(raw.content, raw.uri, raw.charset)
    try:
        found = _read(raw.media_type, text)
        refuse_many_blocks(len(found.blocks))
    except InputError as error:
        raise InputError(f"{raw.uri}: {error}", error.reason) from error
    if not any(character.isalnum() for character in found.text):
        raise InputError(f"{raw.uri}: there is no text in it", "no_text")
    return replace(found, warnings=tuple(dict.fromkeys(warnings + found.warnings)))


def _read(media_type: str, text: str) -> Extract:
    if media_type == "text/html":
        from tasks.extract.html import read_html

        return read_html(text)
    if media_type == "text/markdown":
        from tasks.extract.markdown import read_markdown

        return read_markdown(text)
    if media_type == "text/plain":
        from tasks.extract.plain import read_plain

        return read_plain(text)
    raise InputError(f"there is no reader for {media_type!r}", "unknown_media_type")

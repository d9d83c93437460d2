"""Deterministic keys made of content, never of order or time."""

from __future__ import annotations

import hashlib

# 80 bits: a collision among ten million keys has a chance of about one in 10^11.
KEY_CHARACTERS = 20


def content_key(*parts: str) -> str:
    """Return the key of ``parts``: lower-case hex of :data:`KEY_CHARACTERS` characters.

    Each part's length goes in before the part, so that ("ab", "c") and ("a", "bc") differ.
    Lone surrogates are kept apart from each other rather than refused.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()[:KEY_CHARACTERS]


def text_key(text: str) -> str:
    """Return the key under which the vector of ``text`` is kept."""
    return content_key(text)


def bytes_key(media_type: str, content: bytes, charset: str = "") -> str:
    """Return the key of raw ``content`` read as ``media_type``: the id of the document it holds.

    The same bytes that a server says to be in another ``charset`` are another document.
    """
    kind = f"{media_type}; charset={charset}" if charset else media_type
    digest = hashlib.sha256(kind.encode() + b"\0")
    digest.update(content)
    return digest.hexdigest()[:KEY_CHARACTERS]

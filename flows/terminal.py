"""Fetched text on its way to a terminal: shown, never obeyed."""

from __future__ import annotations

import sys
import unicodedata

REPLACEMENT = "\ufffd"

# Characters that reorder what stands beside them, so that a line could read otherwise than it is.
BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

# Cc: control characters, ESC among them. Cs: lone surrogates, which no terminal can be sent.
REFUSED_CATEGORIES = ("Cc", "Cs")


class _Harmless(dict[int, str]):
    """Decides once for each character that occurs; ``str.translate`` asks for the rest of a text."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        refused = character in BIDIRECTIONAL or unicodedata.category(character) in REFUSED_CATEGORIES
        self[code] = REPLACEMENT if refused else character
        return self[code]


_LINE = _Harmless({ord("\n"): " ", ord("\t"): " ", ord("\r"): " ", 0x2028: " ", 0x2029: " "})
_TEXT = _Harmless({ord("\n"): "\n", ord("\t"): "\t"})


def one_line(text: str) -> str:
    """Return ``text`` for one line or cell: breaks become spaces, escape codes U+FFFD."""
    return text.translate(_LINE)


def harmless(text: str) -> str:
    """Return ``text`` with its line breaks and tabs, escape codes replaced by U+FFFD."""
    return text.translate(_TEXT)


def say(text: str) -> None:
    """Print one line on standard error."""
    print(one_line(text), file=sys.stderr)

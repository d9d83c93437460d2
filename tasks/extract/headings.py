"""The words that open a list of references, and the labels that its entries carry."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("list_headings.toml")

# "4. References:" and "## Works Cited" head a list as well as "Works Cited" does.
HEADING_DRESS = re.compile(r"^[\s#*_]*(?:\d{1,2}[.)]\s{1,9})?|[\s:.*_#=-]*$")

# Longer lines are prose that begins with such a word.
MAX_HEADING_CHARACTERS = 60

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

# "1. ", "1) ", "(1) ", "[1] ", "[^1]: ", "¹ "; three digits, since a year opens many a line.
LABEL = re.compile(
    r"\s{0,9}(?:\[\^?(?P<square>\d{1,3})\]:?\s{0,9}|\((?P<round>\d{1,3})\)\s{0,9}"
    r"|(?P<bare>\d{1,3})(?:\.\s{1,9}|\.(?=[^\W\d]|[\"“‘«„])|\)\s{0,9})|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\s{0,9})"
)


@cache
def list_headings() -> frozenset[str]:
    """Return the headings that open a list, of all languages in ``list_headings.toml``."""
    languages = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return frozenset(heading for headings in languages.values() for heading in headings)


def is_list_heading(text: str) -> bool:
    """Return whether ``text`` is one of the headings that open a list of references."""
    if len(text) > MAX_HEADING_CHARACTERS:
        return False
    words = " ".join(HEADING_DRESS.sub("", text).split())
    return words.casefold().replace("&", "and") in list_headings()


def printed_label(line: str) -> tuple[str, int]:
    """Return the label that a line opens with and where its entry begins; ("", 0) without one."""
    found = LABEL.match(line)
    if not found or found.end() == len(line):
        return "", 0
    digits = next(group for group in found.groups() if group)
    return str(int(digits.translate(SUPERSCRIPTS))), found.end()

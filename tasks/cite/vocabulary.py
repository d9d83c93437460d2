"""The words and phrases of works-cited entries, from data files, and where the parts of an entry end."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

# Brackets hide the stops and commas inside them: "The Buffalo News (Buffalo, NY)".
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_STOP = re.compile(r"[.?!。？！][\"'”’»)\]]{0,4}\s(?=\S)")
_COMMA = re.compile(r"\s?[,;|•·]\s")

# No abbreviation is longer, "Ph.D" and "U.S.A" included.
MAX_ABBREVIATION = 12


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of one list of ``reference_words.toml``, in lower case."""
    lists = tomllib.loads(Path(__file__).with_name("reference_words.toml").read_text(encoding="utf-8"))
    return frozenset(lists[kind].split())


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """Return the phrases of one kind of ``reference_phrases.toml``, of all languages, longest first."""
    tables = tomllib.loads(Path(__file__).with_name("reference_phrases.toml").read_text(encoding="utf-8"))
    found = {phrase for lists in tables.values() for phrase in lists.get(kind, ())}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def either(kind: str) -> str:
    """Return the phrases of one kind as the alternatives of a regular expression."""
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s") for phrase in phrases(kind))


def first_word(text: str) -> str:
    """Return the first word of ``text``, "" where it has none."""
    return next(iter(text.split(maxsplit=1)), "")


def hide_brackets(text: str) -> str:
    """Return ``text`` with what is in brackets replaced, at the same length, by a letter."""
    return _BRACKETS.sub(lambda match: "x" * len(match[0]), text)


def ends_in_abbreviation(text: str) -> bool:
    """Whether the last word of ``text``, its stop left out, is one whose stop ends no sentence."""
    last = re.split(r"\s", text[-MAX_ABBREVIATION:])[-1].lstrip("(\"'“‘")
    if len(last) == 1 and last.isupper():
        return True
    # "U.S", "Ph.D", or a listed one.
    return bool(re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]{1,2}", last)) or last.lower() in words("abbreviation")


def split_sentences(text: str) -> list[str]:
    """Split ``text``, one line, after each stop that ends a sentence; the stops stay with what they end."""
    parts: list[str] = []
    start = 0
    hidden = hide_brackets(text)
    for match in _STOP.finditer(hidden):
        before = hidden[max(0, match.start() - MAX_ABBREVIATION) : match.start()]
        if match[0].startswith(".") and ends_in_abbreviation(before):
            continue
        parts.append(text[start : match.end()].strip())
        start = match.end()
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def split_commas(text: str) -> list[str]:
    """Split ``text`` at commas, semicolons and bars outside brackets; empty parts are left out."""
    parts: list[str] = []
    start = 0
    for match in _COMMA.finditer(hide_brackets(text)):
        parts.append(text[start : match.start()])
        start = match.end()
    parts.append(text[start:])
    return [tidy for part in parts if (tidy := part.strip(" ,;|"))]

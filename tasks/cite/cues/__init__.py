"""The words by which prose cites, attributes and points back: one TOML file a language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

# A page's language is told from its first words; this many characters hold some 400 of them.
GUESS_CHARACTERS = 2500
# Fewer frequent words than this in the sample say nothing of its language.
GUESS_MINIMUM = 3
DEFAULT_LANGUAGE = "en"

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Cues:
    """The word lists of one language, all in lower case; ``en.toml`` says what each is for."""

    common: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    inverted: frozenset[str] = frozenset()
    weak_verbs: frozenset[str] = frozenset()
    listener_verbs: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    complementizers: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    passives: frozenset[str] = frozenset()
    lead_ins: frozenset[str] = frozenset()
    boundaries: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    anaphors: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    first_person: frozenset[str] = frozenset()
    hypotheticals: frozenset[str] = frozenset()
    conjunctions: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    itemized: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()
    paragraphs: frozenset[str] = frozenset()
    magnitudes: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    bylines: frozenset[str] = frozenset()
    bio_verbs: frozenset[str] = frozenset()
    # In order: the word at place n means the number n.
    numbers: tuple[str, ...] = ()
    # German writes every noun with a capital, so a capital alone is no name there.
    nouns_capitalized: bool = False


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file, sorted."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


@cache
def load_cues(language: str) -> Cues:
    """Return the words of ``language`` ("de", "de-AT"); those of a language without a file are empty."""
    code = re.split(r"[-_]", language.lower(), maxsplit=1)[0]
    if code not in languages():
        return Cues()
    data = tomllib.loads(resources.files(__name__).joinpath(f"{code}.toml").read_text("utf-8"))
    numbers, capitalized = tuple(data.pop("numbers")), bool(data.pop("nouns_capitalized"))
    lists: dict[str, Any] = {name: frozenset(words) for name, words in data.items()}
    return Cues(**lists, numbers=numbers, nouns_capitalized=capitalized)


def guess_language(declared: str, text: str) -> str:
    """Return the ``declared`` language, or the one whose frequent words the start of ``text`` has most of."""
    if declared:
        return declared
    words = [word.lower() for word in _WORD.findall(text[:GUESS_CHARACTERS])]
    counts = {code: sum(word in load_cues(code).common for word in words) for code in languages()}
    best = max(counts, key=lambda code: (counts[code], code == DEFAULT_LANGUAGE))
    return best if counts[best] >= GUESS_MINIMUM else DEFAULT_LANGUAGE


@cache
def every(name: str) -> frozenset[str]:
    """Return the words of list ``name`` in all languages together: for what needs no language."""
    assert name in {field.name for field in fields(Cues)}
    return frozenset(word for code in languages() for word in getattr(load_cues(code), name))


@cache
def number_words() -> dict[str, int]:
    """Return the value of each small number word of all languages ("three": 3, "drei": 3)."""
    return {word: value for code in languages() for value, word in enumerate(load_cues(code).numbers)}

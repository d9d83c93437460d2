"""Fold running text to the content words that claims and sources are compared by.

A word is lower-cased, stripped of accents and possessives, and stemmed (Snowball's English stemmer).
Names of countries and their peoples fold to one token ("U.S.", "United States" and "American" are
one), as read from ``places.csv``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import Stemmer  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent
# Letters and digits, with inner stops of abbreviations (U.S.), inner apostrophes (O'Neill) and the
# points and commas inside numbers (4.5, 4,523,000).
WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
# Words are few against their occurrences; the bound only keeps a hostile corpus from filling memory.
REMEMBERED_WORDS = 200_000
# Longer runs of capitals are mostly shouted headlines.
LONGEST_ABBREVIATION = 4
# Abbreviations that are a function word when written small.
CAPITAL_WORDS = frozenset({"US", "UN"})
# "United States of America" is the longest name that is looked for.
LONGEST_PLACE_WORDS = 4


@cache
def stopwords() -> frozenset[str]:
    """Return the function words of all languages held, folded, from ``stopwords.txt``."""
    lines = (FOLDER / "stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _places() -> dict[tuple[str, ...], str]:
    """Return plain words of a name → the token that its country folds to."""
    with (FOLDER / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            tuple(_plain(word) for word in WORD.findall(name)): f"@{row['place']}"
            for row in rows
            for name in row["names"].split("|")
        }


@cache
def _place_starts() -> frozenset[str]:
    return frozenset(name[0] for name in _places())


@lru_cache(maxsize=REMEMBERED_WORDS)
def _plain(word: str) -> str:
    """Lower, without accents and possessive; an abbreviation in its dotted form, so that US is not us."""
    letters = word.replace(".", "")
    if (
        letters.isalpha()
        and letters.isupper()
        and 1 < len(letters) <= LONGEST_ABBREVIATION
        and ("." in word or word in CAPITAL_WORDS or word.casefold() not in stopwords())
    ):
        return ".".join(letters.lower()) + "."
    folded = unicodedata.normalize("NFKD", POSSESSIVE.sub("", word)).casefold()
    folded = "".join(character for character in folded if not unicodedata.combining(character))
    return folded.replace(",", "") if folded[:1].isdigit() else folded.replace(".", "").replace("’", "'")


@cache
def _stemmer() -> Any:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=REMEMBERED_WORDS)
def stem(word: str) -> str:
    """Return the stem of a folded word; words with a digit stay as they are."""
    if any(character.isdigit() for character in word):
        return word
    return str(_stemmer().stemWord(word))


def _with_places(words: list[str]) -> Iterator[str]:
    """Yield ``words`` with the names of places replaced by their tokens, the longest name first."""
    starts, places = _place_starts(), _places()
    position = 0
    while position < len(words):
        if words[position] in starts:
            for length in range(LONGEST_PLACE_WORDS, 0, -1):
                token = places.get(tuple(words[position : position + length]))
                if token:
                    yield token
                    position += length
                    break
            else:
                yield words[position]
                position += 1
        else:
            yield words[position]
            position += 1


def content_words(text: str) -> list[str]:
    """Return the folded, stemmed words of ``text`` in order, function words left out."""
    stops = stopwords()
    words = [_plain(word) for word in WORD.findall(text)]
    return [word if word.startswith("@") else stem(word) for word in _with_places(words) if word not in stops]

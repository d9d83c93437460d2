"""Words of the generated corpus: a seeded drawer of names, numbers and phrases for sentence patterns.

A pattern's ``{slot}`` is drawn once and kept, so that what a source reports and the claim that cites
it speak of the same thing. ``{Slot}`` is the same with a capital letter.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).with_name("corpus.toml")

# Numbers that a claim can get wrong: a different one is a different statement.
FIGURES = ("n", "pct", "money")

# Twice and more is beyond what rounding or "about" could excuse.
WRONG_BY = (2.0, 2.5, 3.0)

# A second word of the same list in one sentence.
OTHERS = {"other": "thing", "other_virtue": "virtue"}

# "a" before a vowel, of a pattern whose next word is drawn.
ARTICLE = re.compile(r"\b([Aa])(?= [aeiou])")

FIRST_YEAR, LAST_YEAR = 2005, 2024


@cache
def patterns() -> dict[str, Any]:
    """Return the tables of ``corpus.toml``; lists of phrases are split and tidied."""
    data = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    data["names"] = {name: text.split() for name, text in data["names"].items()}
    data["lists"] = {
        name: [" ".join(phrase.split()) for phrase in text.split("|")] for name, text in data["lists"].items()
    }
    data["pairs"] = {
        name: [tuple(pair.split("|")) for pair in pairs] for name, pairs in data["pairs"].items()
    }
    return data


class Slots(dict[str, str]):
    """The values of slots: looked up by ``str.format_map``, drawn where they are missing."""

    def __init__(self, chance: random.Random, given: dict[str, str]) -> None:
        """Start with what is ``given``; draw the rest by ``chance``."""
        super().__init__(given)
        self.chance = chance
        # What a claim says instead of the source's word.
        self.synonyms: dict[str, str] = {}

    def __missing__(self, slot: str) -> str:
        """Draw ``slot`` and keep it."""
        if slot[0].isupper():
            low = self[slot.lower()]
            return low[0].upper() + low[1:]
        self[slot] = value = self._draw(slot)
        return value

    def _draw(self, slot: str) -> str:
        data = patterns()
        slot = OTHERS.get(slot, slot)
        if slot in data["lists"]:
            return str(self.chance.choice(data["lists"][slot]))
        if slot in data["pairs"]:
            word, self.synonyms[slot] = self.chance.choice(data["pairs"][slot])
            return str(word)
        return draw(slot, self.chance)

    def for_claim(self) -> Slots:
        """Return the same values with the synonyms in their places."""
        return Slots(self.chance, self | self.synonyms)


def phrase(pattern: str, slots: dict[str, str]) -> str:
    """Return ``pattern`` with its slots filled, "an" where it belongs."""
    return ARTICLE.sub(r"\1n", pattern.format_map(slots))


def opinion(chance: random.Random) -> str:
    """Return a sentence of opinion, which no source could prove."""
    parts = patterns()["opinion"]
    pattern = "".join(chance.choice(parts[part]) for part in ("openings", "cores", "closes"))
    text = phrase(pattern, Slots(chance, {}))
    return f"{text[0].upper()}{text[1:]}."


def draw(slot: str, chance: random.Random) -> str:
    """Return a new name, number, amount or year; raises KeyError for a slot that there is not."""
    names = patterns()["names"]
    makers: dict[str, Callable[[], str]] = {
        "person": lambda: (
            f"{chance.choice(names['given'])} {chance.choice(names['begin'])}{chance.choice(names['family'])}"
        ),
        "place": lambda: chance.choice(names["begin"]) + chance.choice(names["town"]),
        "n": lambda: f"{chance.randint(1_100, 98_000):,}",
        "m": lambda: f"{chance.randint(1_100, 98_000):,}",
        "small": lambda: str(chance.randint(3, 60)),
        "pct": lambda: str(chance.randint(3, 32)),
        "money": lambda: f"${chance.randint(11, 990) / 10:.1f} million",
        "year": lambda: str(chance.randint(FIRST_YEAR, LAST_YEAR)),
    }
    return makers[slot]()


def wrong(slot: str, value: str, chance: random.Random) -> str:
    """Return another value for one of :data:`FIGURES`, off by a factor of :data:`WRONG_BY`."""
    factor = chance.choice(WRONG_BY)
    if slot == "money":
        return f"${float(value[1:].split(maxsplit=1)[0]) * factor:.1f} million"
    return f"{int(int(value.replace(',', '')) * factor):,}"

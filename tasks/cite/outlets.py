"""News outlets: which one a name, an abbreviation, a domain or an attribution in running text means.

The table is ``outlets.csv``; a name that is not in it can still be an outlet, so nothing here is
needed to read an entry. "Exactly one or none" holds throughout: what two outlets carry names neither.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

# A list names few outlets; this keeps the tables of the latest articles and no more.
KEPT_LISTS = 64

# A batch of articles names fewer outlets than this; the folded form of each is kept.
KEPT_NAMES = 4096

# How far from a name a cue is looked for, in characters: "in an interview with the German daily ".
CUE_REACH = 60

# Longer texts name no outlet, or are no address: they need not be looked at.
MAX_NAME_CHARACTERS, MAX_ADDRESS_CHARACTERS = 120, 2000

_WORD = re.compile(r"\w+")
# What may stand between two words of one name: "U.S. News & World Report", "RFE/RL", "Harper's".
_GAP = re.compile(r"[\s&'’./+-]{1,3}")
_DOMAIN = re.compile(
    r"(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,18})(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlet:
    """A newspaper, agency, broadcaster, magazine or website.

    ``domains`` are without scheme and "www."; ``country`` is ISO 3166 alpha-2, "" where international
    or unknown; ``kind`` is "" for an outlet that only an article's own list names. ``short`` are names
    that are ambiguous or ordinary words ("the Post", "Time").
    """

    name: str
    kind: str = ""
    country: str = ""
    domains: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """An outlet named in running text as the one who reports; the span covers its name alone."""

    start: int
    end: int
    outlet: Outlet


@cache
def load_outlets() -> tuple[Outlet, ...]:
    """Return all outlets of the table, in its order."""
    with Path(__file__).with_name("outlets.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return tuple(
        Outlet(row["name"], row["kind"], row["country"], *(_several(row[key]) for key in _LISTS))
        for row in rows
    )


# The columns that hold several values.
_LISTS = ("domains", "aliases", "short")


def _several(cell: str) -> tuple[str, ...]:
    return tuple(value for value in cell.split("|") if value)


@lru_cache(maxsize=KEPT_NAMES)
def fold_name(text: str) -> str:
    """Return an outlet's name for comparing: lower case, no accents, stops, apostrophes or "The"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[^\w()/+]+", " ", re.sub(r"['’.]", "", plain.replace("&", " and "))).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _only(found: Mapping[str, Iterable[Outlet]]) -> dict[str, Outlet]:
    """Keep the keys that exactly one outlet carries."""
    return {key: next(iter(outlets)) for key, outlets in found.items() if len(set(outlets)) == 1}


@cache
def _by_name() -> dict[str, Outlet]:
    names: dict[str, set[Outlet]] = defaultdict(set)
    aliases: dict[str, set[Outlet]] = defaultdict(set)
    for outlet in load_outlets():
        names[fold_name(outlet.name)].add(outlet)
        for alias in outlet.aliases:
            aliases[fold_name(alias)].add(outlet)
    # An outlet's own name counts before another's alias: "The Times" is the one of London.
    return _only(aliases) | _only(names)


@cache
def _by_domain() -> dict[str, Outlet]:
    domains: dict[str, set[Outlet]] = defaultdict(set)
    for outlet in load_outlets():
        for domain in outlet.domains:
            domains[domain].add(outlet)
    return _only(domains)


@cache
def _short_names() -> frozenset[str]:
    return frozenset(fold_name(short) for outlet in load_outlets() for short in outlet.short)


def find_outlet(text: str) -> Outlet | None:
    """Return the outlet that ``text`` names as a whole, or None where none or several fit.

    ``text`` is a name, an alias, an abbreviation, a domain or a URL; case, accents and a leading "The"
    do not matter, except that "Post" or "Times" alone is nobody's name.
    """
    tidy = " ".join(text[: MAX_ADDRESS_CHARACTERS + 1].split())
    if len(tidy) > (MAX_ADDRESS_CHARACTERS if "/" in tidy else MAX_NAME_CHARACTERS):
        return None
    if match := _DOMAIN.fullmatch(tidy):
        return _find_domain(match[1].lower()) or _by_name().get(fold_name(tidy))
    folded = fold_name(tidy)
    if folded in _short_names() and not tidy.casefold().startswith("the ") and " " not in folded:
        outlet = _by_name().get(folded)
        return outlet if outlet and not outlet.name.startswith("The ") else None
    # "The Buffalo News (Buffalo, NY)": the place tells nothing where the name alone is known.
    return _by_name().get(folded) or _by_name().get(fold_name(re.sub(r"\s*\([^()]*\)$", "", tidy)))


def _find_domain(domain: str) -> Outlet | None:
    parts = domain.split(".")
    candidates = (".".join(parts[start:]) for start in range(len(parts) - 1))
    return next((_by_domain()[name] for name in candidates if name in _by_domain()), None)


def outlet_key(text: str) -> str:
    """Return what is equal for two names of one outlet: "AP" and "Associated Press" give the same."""
    outlet = find_outlet(text)
    return fold_name(outlet.name if outlet else text)


def _words(name: str) -> Words:
    words = tuple(_WORD.findall(name))
    return words[1:] if len(words) > 1 and words[0] == "The" else words


@cache
def _running_names() -> dict[Words, Outlet]:
    """The names that mean one outlet in any text, by their words with case."""
    found: dict[Words, set[Outlet]] = defaultdict(set)
    for outlet in load_outlets():
        for name in (outlet.name, *outlet.aliases):
            if fold_name(name) not in _short_names():
                found[_words(name)].add(outlet)
    return {words: next(iter(outlets)) for words, outlets in found.items() if len(outlets) == 1}


@lru_cache(maxsize=KEPT_LISTS)
def _list_names(extra: tuple[str, ...]) -> dict[Words, frozenset[Outlet]]:
    """The names that the outlets of one article's list carry: full, known, short, last words, initials."""
    found: dict[Words, set[Outlet]] = defaultdict(set)
    for name in extra:
        outlet = find_outlet(name) or Outlet(" ".join(name.split()))
        for full in (name, outlet.name, *outlet.aliases, *outlet.short):
            found[_words(full)].add(outlet)
        words = _words(outlet.name)
        derived = [words[start:] for start in range(1, len(words))]
        derived.append(("".join(word[0] for word in words if word[0].isupper()),))
        for key in derived:
            if key not in _running_names() and key[0] not in _taken() and len(key[0]) > 1:
                found[key].add(outlet)
    found.pop((), None)
    return {words: frozenset(outlets) for words, outlets in found.items()}


@cache
def _attribution_words() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("attribution.toml").read_text(encoding="utf-8"))


@cache
def _taken() -> frozenset[str]:
    return frozenset(_attribution_words()["taken"])


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    either = {
        key: "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        for key, words in _attribution_words().items()
    }
    # A capital word between is a place or a people: "told German broadcaster DW".
    between = rf"(?:(?i:{either['between']})|[A-Z][a-z]+)['’]?"
    return {
        "before": re.compile(rf"\b(?i:{either['before']})(?:\s+{between}){{0,4}}[\s“\"„]+(?:l['’])?$"),
        "after": re.compile(
            rf"[”\"“]?(?:['’]s?)?,?\s+(?:(?:{either['aside']}|\w{{2,12}}ly)\s+){{0,2}}(?:{either['after']})\b"
        ),
        "series": re.compile(r",?\s*(?:and|or|und|et|y|,)?\s+(?:the\s+)?"),
        "article": re.compile(
            r"\b(?:the|der|die|das|dem|den|le|la|el|the\s+\w+\s+daily)\s+[“\"„]?$", re.IGNORECASE
        ),
    }


def attributions(text: str, extra: Sequence[str] = ()) -> list[Attribution]:
    """Return the outlets that ``text`` names as those who report, in order, without overlap.

    ``extra`` are the outlets of the article's own list. Their last words ("the Ledger" for "The Harbor
    Ledger") and initials count where only one of them carries these, and so do short names ("the Post")
    that mean several outlets otherwise. Names are matched as whole words with their case.
    """
    found: list[Attribution] = []
    for start, end, outlet in _named(text, tuple(extra)):
        joined = bool(found) and bool(_cues()["series"].fullmatch(text, found[-1].end, start))
        if joined or _is_cued(text, start, end):
            found.append(Attribution(start, end, outlet))
    return found


def _is_cued(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - CUE_REACH) : start]
    return bool(_cues()["before"].search(before) or _cues()["after"].match(text[end : end + CUE_REACH]))


def _named(text: str, extra: tuple[str, ...]) -> Iterator[tuple[int, int, Outlet]]:
    """Yield each outlet's name in ``text``, the longest at each place."""
    listed, known = _list_names(extra), _running_names()
    longest = _known_lengths() | {
        word: max(size, _known_lengths().get(word, 0)) for word, size in _longest_names(listed).items()
    }
    words = list(_WORD.finditer(text))
    position = 0
    while position < len(words):
        size = longest.get(words[position][0], 0)
        for count in range(min(size, len(words) - position), 0, -1):
            run = words[position : position + count]
            outlet = _meant(text, run, listed, known)
            if outlet:
                yield run[0].start(), run[-1].end(), outlet
                position += count - 1
                break
        position += 1


@cache
def _known_lengths() -> dict[str, int]:
    return _longest_names(_running_names())


def _longest_names(names: Mapping[Words, object]) -> dict[str, int]:
    """The number of words of the longest name that begins with a word."""
    longest: dict[str, int] = {}
    for words in names:
        longest[words[0]] = max(len(words), longest.get(words[0], 0))
    return longest


def _meant(
    text: str,
    run: list[re.Match[str]],
    listed: Mapping[Words, frozenset[Outlet]],
    known: Mapping[Words, Outlet],
) -> Outlet | None:
    key = tuple(word[0] for word in run)
    pairs = pairwise(run)
    if not all(_GAP.fullmatch(text, left.end(), right.start()) for left, right in pairs):
        return None
    if key in listed:
        outlets = listed[key]
        outlet = next(iter(outlets)) if len(outlets) == 1 else None
    else:
        outlet = known.get(key)
    start = run[0].start()
    if outlet and _needs_article(key, outlet):
        return outlet if _cues()["article"].search(text[max(0, start - CUE_REACH) : start]) else None
    return outlet


def _needs_article(key: Words, outlet: Outlet) -> bool:
    """Whether a name is a part of the whole ("the Ledger") or an ordinary word with "The" ("The Hill")."""
    # "WaPo", "SvD": capitals inside make it a name of its own, as capitals throughout do.
    if len(key) > 1 or (key[0] in outlet.aliases and not key[0][1:].islower()) or key[0].isupper():
        return False
    return outlet.name.startswith("The ") or (key != _words(outlet.name) and key[0] not in outlet.aliases)

"""Cut a robots.txt down to what binds one agent.

In: the text of a robots.txt, of half a megabyte at most, and an agent. Out: a robots.txt of one group and
some kilobytes, in ASCII, that says to the agent what the whole says. A run meets thousands of such files, and
what is remembered of them outlives it. Lines are read as ``protego`` reads them, its forgiveness included.
Nothing here raises.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

# A group's opening line, in the spellings that the parser knows.
AGENT_LINE = re.compile(r"\s*user(?:-|\s*)agent(?:[:\s]\s*(.*))?$", re.IGNORECASE)
# RFC 9309: letters, "_" and "-"; the version and what follows are not compared. Agents with digits exist.
PRODUCT = re.compile(r"[a-z0-9_-]+")
# Stands for all agents but ours: no product's name has a slash, so it is never mistaken for one.
OTHERS = "/"

AGENT, ALLOW, DISALLOW, DELAY = "user-agent", "allow", "disallow", "crawl-delay"
# What the parser takes for a field that binds us, in the spellings that it forgives.
BINDING_FIELDS = {
    "allow": ALLOW,
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), DISALLOW),
    **dict.fromkeys(("crawl-delay", "crawl delay"), DELAY),
}
# What it takes for a field of no group: the agents of a group may go on after it.
SITE_WIDE_FIELDS = frozenset({"sitemap", "sitemaps", "site-map", "host"})
# What it takes for a field of a group, and binds nobody who only reads.
OTHER_FIELDS = frozenset({"request-rate", "request rate", "visit-time", "visit time"})
FIELDS = frozenset(BINDING_FIELDS) | SITE_WIDE_FIELDS | OTHER_FIELDS
# No field has more words.
FIELD_WORDS = 2

# How what is kept of a file begins; behind it stands the agent that it is for.
KEPT_FOR = "# what binds "
# Said where what is kept is stricter than the file.
COARSER = "# made shorter: the file allows more"
# No more is kept of a file, in characters: the rules of large sites for all agents take half of it. Those of
# the two thousand hosts that a run may ask take 128 MB then, where all of them are hostile.
KEPT_CHARACTERS = 64_000

# Other patterns match no address: those of addresses are paths, and begin with a slash.
MATCHING = ("/", "*")
# An address in place of a path, which the parser takes for a path.
ADDRESSES = ("http://", "https://")
# What a pattern that was cut may end with: a part of an escape, or of a letter of several.
CUT_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{0,2})+$")
# Written as they are; all else is escaped, as the parser would: so a text has one byte a character.
ASCII_SIGNS = "".join(map(chr, range(0x21, 0x7F)))

Rule = tuple[str, str]


def product_token(agent: str) -> str:
    """Return the name that robots.txt files would use: what ``agent`` begins with, in lower case."""
    found = PRODUCT.match(agent.strip().lower())
    return found[0] if found else ""


def is_for_another(text: str, agent: str) -> bool:
    """Return whether ``text`` is what :func:`binding` gave for another agent; a whole file is for all."""
    return text.startswith(KEPT_FOR) and not text.startswith(_head(agent) + "\n")


def binding(text: str, agent: str, most: int = KEPT_CHARACTERS) -> str:
    """Return what of a robots.txt binds ``agent``: for it alone the verdicts and the delay are the same.

    Rules of more than ``most`` characters are made coarser: what is forbidden stays forbidden, and some of
    what is allowed is not any more. Without their last lines we would ask for what the host forbids; kept
    whole, hosts could fill the memory.
    """
    name, said = _group(text, product_token(agent))
    rules = list(dict.fromkeys((field, _escaped(value)) for field, value in said if field != DELAY))
    lines, notes = [f"{field}: {value}" for field, value in rules], [_head(agent)]
    if _size(lines) > most:
        patterns = _coarser([value for field, value in rules if field == DISALLOW], most)
        lines, notes = [f"{DISALLOW}: {value}" for value in patterns], [*notes, COARSER]
    head = [f"{AGENT}: {name}"] if name else []
    return "\n".join([*notes, *head, *_delay(said), *lines, ""])


def with_agents_reduced(text: str, token: str) -> str:
    """Return ``text`` with the agents of its groups reduced to ours, "*" or any other.

    The parser keeps each rule for each agent of its group: 10,000 agents before 10,000 rules would fill the
    memory. And it would take "User-agent: work" for a group of ours, which RFC 9309 does not.
    """
    return "\n".join(_reduced(line, token) for line in text.splitlines())


def _head(agent: str) -> str:
    return KEPT_FOR + product_token(agent)


def _reduced(line: str, token: str) -> str:
    opens = AGENT_LINE.match(line.partition("#")[0])
    if opens is None:
        return line
    name = (opens[1] or "").strip()
    if not name:
        return f"{AGENT}:"
    if name == "*":
        return f"{AGENT}: *"
    return f"{AGENT}: {token if product_token(name) == token else OTHERS}"


def _group(text: str, token: str) -> tuple[str, Sequence[Rule]]:
    """Return the name of the group that counts for ``token``, "" where none does, and its rules.

    Groups of one name are one. The rules of a group stand behind the last of its agents.
    """
    said: dict[str, list[Rule]] = {}
    agents: set[str] = set()
    opening = True
    for field, value in _fields(text, token):
        if field == AGENT:
            if not opening:
                agents, opening = set(), True
            if value:
                agents.add(value)
                said.setdefault(value, [])
            continue
        opening = False
        if value and field in BINDING_FIELDS:
            for name in agents - {OTHERS}:
                said[name].append((BINDING_FIELDS[field], value))
    name = next((one for one in (token, "*") if one in said), "")
    return name, said.get(name, [])


def _fields(text: str, token: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of a robots.txt with their values, without those of no group."""
    for line in text.splitlines():
        if AGENT_LINE.match(line.partition("#")[0]):
            yield AGENT, _reduced(line, token).partition(":")[2].strip()
        elif (found := _field(line)) and found[0] not in SITE_WIDE_FIELDS:
            yield found


def _field(line: str) -> tuple[str, str] | None:
    """Return the field of a line and its value; one that is not known, too. None where there is none."""
    said = line.partition("#")[0].strip()
    name, colon, value = said.partition(":")
    field = name.strip().lower()
    if colon and (field in FIELDS or not value or value[0].isspace()):
        return field, value.strip()
    # Without a colon, the words that a field may be are tried; there may be a colon further on.
    words = said.split(None, FIELD_WORDS)
    for count in range(1, FIELD_WORDS + 1):
        candidate = " ".join(words[:count]).lower()
        if candidate in FIELDS:
            return candidate, " ".join(" ".join(words[count:]).split())
    return (field, value.strip()) if colon else None


def _delay(said: Iterable[Rule]) -> list[str]:
    """Return the line of the delay that counts: the last that is one."""
    delays = [seconds for field, value in said if field == DELAY and (seconds := _seconds(value)) >= 0]
    return [f"{DELAY}: {seconds!r}" for seconds in delays[-1:]]


def _seconds(value: str) -> float:
    """Return a delay in seconds, -1 for what is none."""
    try:
        seconds = float(value)
    except ValueError:
        return -1.0
    return seconds if math.isfinite(seconds) else -1.0


def _escaped(value: str) -> str:
    return quote(value, safe=ASCII_SIGNS)


def _size(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _coarser(patterns: Iterable[str], most: int) -> list[str]:
    """Return patterns that match all that ``patterns`` do, and fit, one a line, into ``most`` characters.

    They are cut, to half the length of the longest again and again: what begins alike becomes one.
    """
    kept = [f"/{one}" if one.startswith(ADDRESSES) else one for one in patterns]
    kept = [one for one in kept if one.startswith(MATCHING)]
    longest = max(map(len, kept), default=0)
    while longest > 1 and _size(f"{DISALLOW}: {one}" for one in kept) > most:
        longest //= 2
        kept = list(dict.fromkeys(_cut(one, longest) for one in kept))
    return kept


def _cut(pattern: str, length: int) -> str:
    """Return the beginning of a pattern, which matches all that it does."""
    if len(pattern) <= length:
        return pattern
    # An end of the address, where there is one now, would be none of the pattern's.
    return CUT_ESCAPES.sub("", pattern[:length].rstrip("$")).rstrip("$")

"""Read a robots.txt and say what it lets be asked for.

In: what asking for robots.txt ended with, and the address of a page. Out: a verdict, and the delay that the
host asks for. After RFC 9309: no file, or one that is not for us, allows everything; a file that cannot be
had just now forbids everything until it can. Nothing here talks to a network, and no text makes it raise.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tasks.fetch.records import Answer, HostState, RobotsVerdict

if TYPE_CHECKING:
    from protego import Protego

# RFC 9309 asks for 500 KiB at least; what is beyond is a mistake or an attack.
ROBOTS_BYTES = 500_000

# RFC 9309 lets a copy be used for a day.
ROBOTS_AGE = timedelta(days=1)
# While the file cannot be had nothing is asked of the host: an outage should not cost a whole day.
UNAVAILABLE_AGE = timedelta(hours=1)

# Longer delays would let one page wait for the next longer than a run should take; few files ask for more.
CRAWL_DELAY_CAP = 30.0

# There is no such file, or none that is one, for us: everything may be asked for. A chain of redirects that
# does not end is counted among these by RFC 9309, a site's front page in its place is no rule either.
NO_RULES = frozenset(
    {
        "not_found",
        "gone",
        "unauthorized",
        "forbidden",
        "legal_reasons",
        "client_error",
        "not_text",
        "empty_body",
        "redirected_home",
        "redirect_loop",
        "too_many_redirects",
        "bad_redirect",
    }
)

# The host itself cannot or must not be asked: each of its pages would end like its robots.txt.
HOST_REASONS = frozenset(
    {
        "no_such_host",
        "dns_failed",
        "tls_failed",
        "bad_url",
        "refused_address",
        "refused_host",
        "refused_port",
        "refused_scheme",
    }
)

# A group's opening line, in the spellings that the parser knows.
AGENT_LINE = re.compile(r"\s*user(?:-|\s*)agent(?:[:\s]\s*(.*))?$", re.IGNORECASE)
# RFC 9309: letters, "_" and "-"; the version and what follows are not compared. Agents with digits exist.
PRODUCT = re.compile(r"[a-z0-9_-]+")
# Stands for all agents but ours: no product's name has a slash, so it is never mistaken for one.
OTHERS = "/"

# Parsed, a file takes some forty times its size. Files beyond this are rare, and only few are kept parsed.
LARGE_CHARACTERS = 16_000
SMALL_KEPT = 256
LARGE_KEPT = 8


def robots_url(url: str) -> str:
    """Return the address of the robots.txt that speaks for ``url``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def needs_robots(state: HostState, now: datetime) -> bool:
    """Return whether the host's robots.txt is to be asked for: never asked, or too long ago."""
    if not state.robots_status or state.robots_at is None:
        return True
    age = UNAVAILABLE_AGE if state.robots_status == "unavailable" else ROBOTS_AGE
    # A time in the future is one of a clock that was wrong.
    return not timedelta(0) <= now - state.robots_at < age


def read_robots(answer: Answer) -> tuple[str, str]:
    """Return what asking for robots.txt gave ("found", "none", "unavailable"), and the text when found."""
    if answer.status == 200 and not answer.reason:
        return "found", answer.content[:ROBOTS_BYTES].decode("utf-8-sig", "replace")
    return ("none" if answer.reason in NO_RULES else "unavailable"), ""


def with_robots(state: HostState, answer: Answer, now: datetime) -> HostState:
    """Return what is remembered of the host, with its robots.txt as it came ``now``."""
    status, text = read_robots(answer)
    return replace(state, robots=text, robots_status=status, robots_at=now)


def verdict(state: HostState, url: str, agent: str) -> RobotsVerdict:
    """Return what the host's robots.txt says of ``url``; "" where it was never asked for.

    ``agent`` is the product token, or a user agent that begins with it. An address that cannot be read is
    disallowed where there are rules.
    """
    if state.robots_status == "none":
        return "allowed"
    if state.robots_status != "found":
        return "unavailable" if state.robots_status else ""
    token = product_token(agent)
    try:
        allowed = _rules(state.robots, token).can_fetch(url, token)
    except ValueError:
        return "disallowed"
    return "allowed" if allowed else "disallowed"


def crawl_delay(state: HostState, agent: str) -> float:
    """Return the seconds between two requests that robots.txt asks of ``agent``: 0 without, capped."""
    if state.robots_status != "found":
        return 0.0
    token = product_token(agent)
    return min(_rules(state.robots, token).crawl_delay(token) or 0.0, CRAWL_DELAY_CAP)


def product_token(agent: str) -> str:
    """Return the name that robots.txt files would use: what ``agent`` begins with, in lower case."""
    found = PRODUCT.match(agent.strip().lower())
    return found[0] if found else ""


def _rules(text: str, token: str) -> Protego:
    return (_small if len(text) <= LARGE_CHARACTERS else _large)(text, token)


@lru_cache(SMALL_KEPT)
def _small(text: str, token: str) -> Protego:
    return _parsed(text, token)


@lru_cache(LARGE_KEPT)
def _large(text: str, token: str) -> Protego:
    return _parsed(text, token)


def _parsed(text: str, token: str) -> Protego:
    from protego import Protego

    return Protego.parse("\n".join(_plain(line, token) for line in text.splitlines()))


def _plain(line: str, token: str) -> str:
    """Return ``line``; where it opens a group, with the agent's name reduced to ours, "*" or any other.

    The parser keeps each rule for each agent of its group: 10,000 agents before 10,000 rules would fill the
    memory. And it would take "User-agent: work" for a group of ours, which RFC 9309 does not.
    """
    opens = AGENT_LINE.match(line.partition("#")[0])
    if opens is None:
        return line
    name = (opens[1] or "").strip()
    if not name:
        return "user-agent:"
    if name == "*":
        return "user-agent: *"
    return f"user-agent: {token if product_token(name) == token else OTHERS}"

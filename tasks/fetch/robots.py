"""Read a robots.txt and say what it lets be asked for.

In: what asking for robots.txt ended with, and the address of a page. Out: a verdict, and the delay that the
host asks for. After RFC 9309: no file, or one that is not for us, allows everything; a file that cannot be
had just now forbids everything until it can. Nothing here talks to a network, and no text makes it raise.

To parse a hostile file takes the better part of a second: :func:`rules_of` does it once for all verdicts.
Kept of a file is only what binds one agent (:mod:`tasks.fetch.binding`). Older databases hold whole ones.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tasks.fetch.binding import binding, is_for_another, product_token, with_agents_reduced
from tasks.fetch.records import Answer, HostState, RobotsVerdict

if TYPE_CHECKING:
    from protego import Protego

# RFC 9309 asks for 500 KiB at least; what is beyond is a mistake or an attack.
ROBOTS_BYTES = 500_000

# RFC 9309 lets a copy be used for a day.
ROBOTS_AGE = timedelta(days=1)
# While the file cannot be had nothing is asked of the host: an outage should not cost a whole day. Less than
# an hour, so that what runs every hour asks every time, and not every second time.
UNAVAILABLE_AGE = timedelta(minutes=50)

# Longer delays would let one page wait for the next longer than a run should take; few files ask for more.
CRAWL_DELAY_CAP = 30.0

# There is no such file, or none that is one, for us: everything may be asked for. A chain of redirects that
# does not end is counted among these by RFC 9309, a site's front page in its place is no rule either.
NO_RULES = frozenset(
    {
        "not_found",
        "gone",
        "unauthorized",
        "payment_required",
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

# Files beyond this are rare; to judge one address by one of them may take tens of milliseconds.
LARGE_CHARACTERS = 16_000
# Parsed, a file takes up to some forty times its size: 160 MB for all, or the files of a thousand hosts.
PARSED_CHARACTERS = 4_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to one agent, parsed. ``delay``: seconds between two requests, capped.

    ``status`` is that of :class:`~tasks.fetch.records.HostState`; only a file that was found has a parser.
    """

    status: str
    token: str = ""
    parser: Protego | None = None
    delay: float = 0.0

    def verdict(self, url: str) -> RobotsVerdict:
        """Return what is said of ``url``; "" where robots.txt was never asked for.

        An address that cannot be read is disallowed where there are rules.
        """
        if self.status == "none":
            return "allowed"
        if self.parser is None:
            return "unavailable" if self.status else ""
        try:
            allowed = self.parser.can_fetch(url, self.token)
        except ValueError:
            return "disallowed"
        return "allowed" if allowed else "disallowed"


class Parsed:
    """The rules of the hosts asked last, as many as their robots.txt files have ``most`` characters."""

    def __init__(self, most: int = PARSED_CHARACTERS) -> None:
        self._left = most
        self._kept: OrderedDict[str, tuple[str, Rules]] = OrderedDict()

    def get(self, state: HostState) -> Rules | None:
        """Return the rules of a host, None where its robots.txt is to be parsed (again)."""
        if state.robots_status != "found":
            return Rules(state.robots_status)
        text, rules = self._kept.get(state.host, ("", None))
        if rules is None or text != state.robots:
            return None
        self._kept.move_to_end(state.host)
        return rules

    def keep(self, state: HostState, rules: Rules) -> None:
        """Keep a host's rules, and let go of those that were asked longest ago when they are too many."""
        if state.host in self._kept:
            self._left += len(self._kept.pop(state.host)[0])
        self._kept[state.host] = state.robots, rules
        self._left -= len(state.robots)
        while self._left < 0:
            _, (text, _) = self._kept.popitem(last=False)
            self._left += len(text)


def robots_url(url: str) -> str:
    """Return the address of the robots.txt that speaks for ``url``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def needs_robots(state: HostState, now: datetime, agent: str) -> bool:
    """Return whether robots.txt is to be asked for: never asked, too long ago, or for another agent."""
    if not state.robots_status or state.robots_at is None or is_for_another(state.robots, agent):
        return True
    age = UNAVAILABLE_AGE if state.robots_status == "unavailable" else ROBOTS_AGE
    # A time in the future is one of a clock that was wrong.
    return not timedelta(0) <= now - state.robots_at < age


def read_robots(answer: Answer) -> tuple[str, str]:
    """Return what asking for robots.txt gave ("found", "none", "unavailable"), and the text when found."""
    if answer.status == 200 and not answer.reason:
        return "found", answer.content[:ROBOTS_BYTES].decode("utf-8-sig", "replace")
    return ("none" if answer.reason in NO_RULES else "unavailable"), ""


def kept_robots(answer: Answer, agent: str) -> tuple[str, str]:
    """Return what :func:`read_robots` does, and of the text what binds ``agent``."""
    status, text = read_robots(answer)
    return status, binding(text, agent) if status == "found" else ""


def with_robots(state: HostState, robots: tuple[str, str], now: datetime) -> HostState:
    """Return what is remembered of a site, with its :func:`kept_robots` as they came ``now``."""
    status, text = robots
    return replace(state, robots=text, robots_status=status, robots_at=now)


def rules_of(state: HostState, agent: str) -> Rules:
    """Return what the host's robots.txt says to ``agent``: the product token, or what begins with it."""
    if state.robots_status != "found":
        return Rules(state.robots_status)
    token = product_token(agent)
    parser = _parsed(state.robots, token)
    return Rules("found", token, parser, min(parser.crawl_delay(token) or 0.0, CRAWL_DELAY_CAP))


def _parsed(text: str, token: str) -> Protego:
    from protego import Protego

    return Protego.parse(with_agents_reduced(text, token))

"""One address on its way through its redirects and tries, as a crawl keeps it.

A crawl makes each redirect a request of its own, so that it waits for the turn of the host that it leads to.
Here the parts become one answer again. Nothing here talks to a network.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from tasks.fetch.errand import StopError, downgrade
from tasks.fetch.headers import printable, shown_url
from tasks.fetch.homes import ends_at_home
from tasks.fetch.records import Answer, RobotsVerdict, Wanted

# The requests on the way to an address's last one take no longer than this, together: a server that is slow
# at every redirect holds its host's other pages up. Our own pauses are no slowness of the server.
REDIRECT_SECONDS = 60.0

# What the check of an address answers the client to stop it there: the crawl goes on from it.
HELD_BACK = "held_back"


@dataclass(slots=True)
class Leash:
    """Lets ``allowed`` requests through and holds the client back from the next, whose address it notes."""

    allowed: int = 1
    target: str = ""

    def __call__(self, url: str) -> str:
        if self.allowed:
            self.allowed -= 1
            return ""
        self.target = url
        return HELD_BACK


@dataclass(slots=True)
class Trip:
    """An address on its way. ``is_page`` False: a robots.txt, which no rules bind and no budget counts.

    ``url`` is the address to ask for next, or asked for last; ``asked`` those that were asked for, in their
    order; ``tries`` counts the requests, redirects and further tries included, and ``asking`` is how many
    seconds they took. ``holds``: a permit of the crawl stands for the body that came.
    """

    wanted: Wanted
    is_page: bool = True
    url: str = ""
    asked: list[str] = field(default_factory=list)
    robots: RobotsVerdict = ""
    tries: int = 0
    started_at: datetime | None = None
    began: float = 0.0
    asking: float = 0.0
    holds: bool = False

    @property
    def seconds(self) -> float:
        """Seconds since the first request began, waits included; 0 before it."""
        return time.monotonic() - self.began if self.started_at else 0.0

    def start(self) -> None:
        """Note that a request for ``url`` is made."""
        self.tries += 1
        if self.started_at is None:
            self.started_at, self.began = datetime.now(UTC), time.monotonic()
        if self.asked[-1:] != [self.url]:
            self.asked.append(self.url)

    def request(self) -> Wanted:
        """Return what to ask the client for. The held copy's validators go to the address that gave them."""
        if self.url == self.wanted.url or self.wanted.validators_from:
            return replace(self.wanted, url=self.url)
        return Wanted(self.url, attempt=self.wanted.attempt)

    def turn_to(self, target: str, redirects: int) -> None:
        """Go on to where the last answer redirects. Raises StopError where that leads nowhere."""
        self.url = target
        if target in self.asked:
            raise StopError("redirect_loop")
        if len(self.asked) > redirects:
            raise StopError("too_many_redirects", f"more than {redirects}")
        if self.asking > REDIRECT_SECONDS:
            raise StopError("timed_out", f"its redirects took more than {REDIRECT_SECONDS:.0f} seconds")

    def unanswered(self, reason: str, detail: str = "") -> Answer:
        """Return the answer of an address that is not asked for any further."""
        url = shown_url(self.wanted.url)
        if self.asked and self.asked[-1] != self.url:
            detail = f"redirected to {self.url}: {detail}".removesuffix(": ")
        last = self.asked[-1] if self.asked else url
        between = tuple(self.asked[1:-1])
        return Answer(url, last, None, reason, printable(detail), redirects=between, seconds=self.seconds)

    def answered(self, last: Answer) -> Answer:
        """Return ``last``, what the last request ended with, as the answer of the whole."""
        whole = replace(
            last,
            url=shown_url(self.wanted.url),
            redirects=tuple(self.asked[1:-1]),
            detail=last.detail or downgrade(self.asked),
            seconds=self.seconds,
        )
        if whole.reason or not ends_at_home(self.asked):
            return whole
        return replace(whole, reason="redirected_home", detail=f"ends at {self.asked[-1]}", content=b"")

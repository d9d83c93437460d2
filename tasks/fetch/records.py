"""What fetching is made of, as data: what is wanted, what came back, what is known of a host.

Nothing here raises and nothing talks to a network. Times are aware, in UTC; durations in seconds;
sizes in bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# What the site's robots.txt says of a page: "" where it was never asked (a refused address, a web archive).
RobotsVerdict = Literal["", "allowed", "disallowed", "unavailable"]
# What became of an attempt: a page was read, it is what it was, or there is a reason why not.
Outcome = Literal["kept", "unchanged", "failed"]

# Reason codes. Dead: the page is gone, and asking again would find nothing.
DEAD = frozenset({"not_found", "gone", "no_such_host"})
# Blocked: the page may well be there, but not for us. Never told as dead.
BLOCKED = frozenset(
    {
        "unauthorized",
        "payment_required",
        "forbidden",
        "too_many_requests",
        "robots_disallowed",
        "legal_reasons",
    }
)
# Nothing was asked: the page is as it was before.
NOT_ASKED = frozenset({"budget_spent", "host_paused"})
# Trouble that may pass: worth another try in this run or a later one.
TRANSIENT = frozenset(
    {
        "server_error",
        "timed_out",
        "connection_failed",
        "connection_lost",
        "too_short",
        "too_many_requests",
        "robots_unavailable",
        "dns_failed",
        "host_paused",
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost. The defaults suit news pages."""

    # Waiting for a connection and for the next bytes.
    connect_seconds: float = 10.0
    read_seconds: float = 15.0
    # The whole of one call of the client with the redirects that it follows, whatever the server does
    # meanwhile. In a crawl each redirect is a call of its own and may take as long again; what the requests
    # of such a chain may take together is bounded by tasks.fetch.trip.REDIRECT_SECONDS, and their number by
    # Manners.redirects.
    total_seconds: float = 60.0
    # News pages are below 5 MB with their scripts; what is above 10 MB is a dump or an attack.
    raw_bytes: int = 10_000_000
    decoded_bytes: int = 10_000_000
    # Text compresses 3 to 10 times, a page of repeated markup seldom 50 times; a bomb 1,000 times.
    ratio: int = 200
    redirects: int = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request ended with, its redirects followed. ``reason`` is "" for a 200 or a 304 read whole.

    ``redirects`` are the addresses passed through, without ``url`` and ``final_url``. ``content`` is
    decoded, b"" unless status is 200 and ``reason`` "". ``retry_after`` is what the server asks for, not
    capped; None where it asks for nothing.
    """

    url: str
    final_url: str
    status: int | None
    reason: str
    detail: str = ""
    redirects: tuple[str, ...] = ()
    media_type: str = ""
    charset: str = ""
    content: bytes = b""
    raw_bytes: int = 0
    etag: str = ""
    last_modified: str = ""
    retry_after: float | None = None
    # True: the certificate was verified; None: plain http, or no connection was made.
    tls_verified: bool | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to get. ``etag`` and ``last_modified`` are those of the copy that is held, "" without one.

    ``attempt`` is 1 for the first try of this page in any run. ``validators_from`` is the address that gave
    the validators, as answers tell it: where redirects ended then; "" is ``url`` itself.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    attempt: int = 1
    validators_from: str = ""


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a site from run to run: a host under one scheme.

    ``host`` is its name, "example.org:8080" under https, "http://example.org:8080" under http: see
    :func:`tasks.fetch.hosts.site_of`.

    ``failures`` counts requests in a row that ended in trouble. Before ``not_before`` no request goes out
    (the breaker is open, or the host asked to wait); None is at once. ``robots`` is what binds us of its
    robots.txt, ``robots_status`` what asking for it gave: "" (never asked), "found", "none", "unavailable".
    """

    host: str
    failures: int = 0
    not_before: datetime | None = None
    robots: str = ""
    robots_status: str = ""
    robots_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of a wanted page in this run, and what is known of its host afterwards.

    ``others`` are the sites to which its redirects led, or their robots.txt, and those of its own host that
    are left alone.

    ``answer.reason`` is "robots_disallowed", "robots_unavailable", "host_paused" or "budget_spent" where no
    request was made. ``tries`` is how many requests were made for it.
    """

    wanted: Wanted
    answer: Answer
    robots: RobotsVerdict
    host: HostState
    started_at: datetime
    tries: int = 1
    others: tuple[HostState, ...] = ()

    @property
    def hosts(self) -> tuple[HostState, ...]:
        """Return what is known of all hosts that were asked, those with a name."""
        return tuple(one for one in (self.host, *self.others) if one.host)

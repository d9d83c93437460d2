"""Say how a host is to be treated, and what of its answers to remember.

In: what is remembered of a host (:class:`~tasks.fetch.records.HostState`), what it answered, and the time.
Out: what is remembered from then on, and how long it is left alone. Nothing here waits, raises, or looks at
a clock.

A host is an authority: one machine, which is asked one thing at a time. A site is a host under one scheme:
robots.txt binds it alone (RFC 9309, 2.3), and it may be down while the other is well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urlsplit

from tasks.fetch.records import TRANSIENT, Answer, HostState

# What tells of a host in trouble: the reasons that may pass, without those that stand for no request at all.
# A page that is gone or forbidden is none: the host is well.
TROUBLE = TRANSIENT - {"robots_unavailable", "host_paused"}

DEFAULT_PORTS = {"http": 80, "https": 443}

# What stands before a host in the name of its site under plain http; that under https is named like the host,
# as the rows of databases are that knew no sites.
HTTP_SITE = "http://"

# A host that has been down for days is asked once a day whether it is back.
LONGEST_PAUSE_SECONDS = 86_400.0

# The longest wait before another try of a page, in seconds.
LONGEST_RETRY_SECONDS = 30.0

# Doublings after which every pause has long been the longest: keeps the power finite.
MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Manners:
    """How hosts are treated, and when to stop. Durations in seconds.

    ``agent`` is the product token that robots.txt files name, or a user agent that begins with it.
    """

    agent: str = "workscited"
    # From the end of a request to a host to the next one: what robots.txt files of news sites ask for.
    delay_seconds: float = 1.0
    # Requests under way at once, to as many hosts.
    parallel_hosts: int = 32
    # Requests for one address in one run, the first included, where the trouble may pass.
    tries: int = 3
    # The wait before the second try; doubled before each further one, and lengthened by chance up to as much.
    retry_seconds: float = 1.0
    # No redirect of a page that is still there leads on more often.
    redirects: int = 8
    # What one run may ask for; the rest waits for the next.
    budget_pages: int = 2_000
    budget_seconds: float = 1_800.0
    # The longest pause that a host asks for that is waited for in the run; longer ones end its pages.
    wait_seconds: float = 30.0
    # A host may ask to be left alone for so long: longer is a mistake, or a way to be forgotten.
    retry_after_cap: float = 3_600.0
    # After so many troubles in a row a host is left alone for so long, twice as long after each further one.
    breaker_failures: int = 5
    breaker_seconds: float = 900.0


def host_of(url: str) -> str:
    """Return the authority of ``url`` in lower case, without userinfo and usual port; "" without one."""
    try:
        parts = urlsplit(url)
        name, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if not name:
        return ""
    shown = f"[{_short(name)}]" if ":" in name else _ascii(name)
    return shown if port in {None, DEFAULT_PORTS.get(parts.scheme)} else f"{shown}:{port}"


def site_of(url: str) -> str:
    """Return the name of the site of ``url``: its :func:`host_of`, after "http://" where it is plain http."""
    host = host_of(url)
    return HTTP_SITE + host if host and urlsplit(url).scheme == "http" else host


def sites_of(host: str) -> tuple[str, ...]:
    """Return the names of all sites of a host; of none that has no name."""
    return (host, HTTP_SITE + host) if host else ("",)


def _short(name: str) -> str:
    """Return an IPv6 address in the one spelling of RFC 5952; what is none as it is."""
    try:
        return str(IPv6Address(name))
    except AddressValueError:
        return name


def _ascii(name: str) -> str:
    """Return a name of any script as it is sent, so that both spellings are one host."""
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name


def after(state: HostState, answer: Answer, now: datetime, manners: Manners) -> HostState:
    """Return what is remembered of a host after it was asked for a page and ``answer`` came."""
    if answer.reason in TROUBLE:
        return after_trouble(state, now, answer.retry_after, manners)
    # Without a status no answer came: that says nothing of the host.
    return state if answer.status is None else after_success(state)


def after_success(state: HostState) -> HostState:
    """Return what is remembered of a host that answered: its troubles are over."""
    return replace(state, failures=0, not_before=None)


def after_trouble(state: HostState, now: datetime, retry_after: float | None, manners: Manners) -> HostState:
    """Return what is remembered of a host after one more trouble in a row.

    It is left alone for as long as it asks (``retry_after`` seconds, capped), and for as long as its troubles
    say, whichever is longer.
    """
    failures = state.failures + 1
    pause = max(asked_pause(retry_after, manners), breaker_pause(failures, manners))
    return left_alone(replace(state, failures=failures), now, pause)


def left_alone(state: HostState, now: datetime, seconds: float) -> HostState:
    """Return what is remembered of a host that is left alone for so many seconds, or longer."""
    until = now + timedelta(seconds=seconds) if seconds else None
    later = max((one for one in (until, state.not_before) if one), default=None)
    return replace(state, not_before=later)


def asked_pause(retry_after: float | None, manners: Manners) -> float:
    """Return for how many seconds a host is left alone that asks for ``retry_after``: capped."""
    return min(max(0.0, retry_after or 0.0), manners.retry_after_cap)


def breaker_pause(failures: int, manners: Manners) -> float:
    """Return for how many seconds a host is left alone after so many troubles in a row."""
    further = failures - manners.breaker_failures
    if further < 0:
        return 0.0
    return min(manners.breaker_seconds * 2.0 ** min(further, MOST_DOUBLINGS), LONGEST_PAUSE_SECONDS)


def pause_left(state: HostState, now: datetime) -> float:
    """Return for how many seconds from ``now`` the host is to be left alone, 0 where it is not."""
    return max(0.0, (state.not_before - now).total_seconds()) if state.not_before else 0.0

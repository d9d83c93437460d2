"""Who asks the web in a run: the client, its manners, what is remembered of hosts, what is left to ask."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tasks.fetch.records import Visit, Wanted
from tasks.store.pages import KnownHosts
from tasks.store.rows import utc
from tasks.store.store import Store

if TYPE_CHECKING:
    from httpcore2 import NetworkBackend

    from tasks.fetch.client import Client
    from tasks.fetch.hosts import Manners
    from tasks.fetch.outing import Outing
    from tasks.settings import Settings
    from tasks.stages.work import Context


@dataclass(frozen=True, slots=True)
class Fetcher:
    """What asks. ``hosts`` is kept up to date; ``opened_at`` is when this stage began to ask."""

    client: Client
    manners: Manners
    outing: Outing
    hosts: KnownHosts
    opened_at: datetime

    def visits(self, wanted: Iterable[Wanted]) -> Iterator[Visit]:
        """Yield what came of each of ``wanted``."""
        from tasks.fetch.crawl import crawl
        from tasks.fetch.hosts import host_of, sites_of

        wanted = list(wanted)
        self.hosts.read(site for one in wanted for site in sites_of(host_of(one.url)))
        for visit in crawl(wanted, self.client, self.hosts, self.manners, self.outing):
            self.hosts.update({host.host: host for host in visit.hosts})
            yield self._told(visit)

    def _told(self, visit: Visit) -> Visit:
        """Return ``visit``; where a robots.txt of an earlier run forbids all, as one that was not asked for.

        That a robots.txt cannot be had counts as an attempt only in the run that asked for it.
        """
        down = (host.robots_at for host in visit.hosts if host.robots_status == "unavailable")
        asked = any(at is not None and at >= self.opened_at for at in down)
        if visit.answer.reason != "robots_unavailable" or asked:
            return visit
        return replace(visit, answer=replace(visit.answer, reason="host_paused"))


@contextmanager
def fetcher(context: Context, backend: NetworkBackend | None = None) -> Iterator[Fetcher]:
    """Open the client that the settings describe, with what the run's budget has left.

    ``backend`` replaces what dials, for measurements.
    """
    from tasks.fetch.client import Client
    from tasks.fetch.robots import ROBOTS_AGE

    settings, now = context.settings, datetime.now(UTC)
    manners = manners_of(settings)
    agent = settings.fetch.user_agent(version("workscited"))
    # A connection of its own: hosts are looked up while the stage commits.
    beside = Store(context.store.con.cursor(), context.store.path)
    with beside, Client(agent=agent, backend=backend, **client_options(settings)) as client:
        hosts = KnownHosts(beside, now - ROBOTS_AGE)
        yield Fetcher(client, manners, _outing(context, manners, now), hosts, now)


def _outing(context: Context, manners: Manners, now: datetime) -> Outing:
    """Return what is left of the run's budget, and which hosts were asked a moment ago."""
    from tasks.fetch.hosts import host_of
    from tasks.fetch.outing import Outing, longest_pause

    silence = max(longest_pause(manners), manners.wait_seconds)
    (asked,) = context.store.rows("asked_in_run", run_id=context.run_id, pause=silence)
    pages = max(0, manners.budget_pages - asked["requests"])
    outing = Outing(manners, pages, max(0.0, manners.budget_seconds - asked["seconds"]))
    since = now - timedelta(seconds=longest_pause(manners))
    for row in context.store.rows("asked_lately", since=utc(since)):
        ago = (utc(now) - row["ended_at"]).total_seconds()
        ended, host = time.monotonic() - max(0.0, ago), host_of(row["url"])
        outing.ended[host] = max(ended, outing.last_end(host))
    return outing


def client_options(settings: Settings) -> dict[str, Any]:
    """Return what the settings say of the client: limits, guard, authorities, proxies."""
    from tasks.fetch.dial import Guard
    from tasks.fetch.records import Limits

    chosen = settings.fetch
    size = int(chosen.max_megabytes * 1_000_000)
    return {
        "limits": Limits(total_seconds=chosen.timeout_seconds, raw_bytes=size, decoded_bytes=size),
        "guard": Guard(allowed=tuple(chosen.allow), ports=tuple(chosen.ports)),
        "ca_file": chosen.ca_file,
        "trust_env_proxies": chosen.trust_proxy,
    }


def manners_of(settings: Settings) -> Manners:
    """Return what the settings say of manners."""
    from tasks.fetch.hosts import Manners

    chosen = settings.fetch
    return Manners(
        agent=chosen.agent,
        delay_seconds=chosen.delay_seconds,
        parallel_hosts=chosen.parallel_hosts,
        tries=chosen.tries,
        budget_pages=chosen.budget_pages,
        budget_seconds=chosen.budget_minutes * 60,
        retry_after_cap=chosen.retry_after_cap_seconds,
    )

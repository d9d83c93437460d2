"""Keep the hosts that a crawl has met: whose turn it is at each, and what is known of its sites.

A host is an authority, one machine; a site is a host under one scheme. Nothing here talks to a network.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from tasks.fetch.hosts import host_of, site_of, sites_of
from tasks.fetch.records import HostState

# Hosts remembered that no lane uses: a redirect may lead back to one. With their rules some kilobytes each.
HOSTS_KEPT = 1_000


@dataclass(eq=False, slots=True)
class Site:
    """A host under one scheme: what is remembered, and what its robots.txt says."""

    state: HostState
    # Held while robots.txt is being asked for, so that it is asked for once.
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    # Held while it is being parsed, likewise; and the delay that it asks for, None before that.
    parsing: asyncio.Lock = field(default_factory=asyncio.Lock)
    delay: float | None = None
    # Why no page of this site can be had in this run, and what went wrong with its robots.txt.
    shut: str = ""
    trouble: str = ""
    # What was asked for when its robots.txt was, its redirects followed: of other sites too, perhaps.
    led: tuple[str, ...] = ()


@dataclass(eq=False, slots=True, weakref_slot=True)
class Host:
    """A host: whose turn it is, and its sites by name."""

    name: str
    sites: Mapping[str, Site]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def site(self, url: str) -> Site:
        """Return the site of an address of this host."""
        return self.sites[site_of(url)]

    def states(self, url: str) -> Iterator[HostState]:
        """Yield what is remembered of the site of ``url``, and of others that are left alone with it."""
        site = self.site(url)
        yield site.state
        yield from (one.state for one in self.sites.values() if one is not site and one.state.not_before)


class Hosts:
    """The hosts of a crawl. ``known`` is what is remembered of sites, by name."""

    def __init__(self, known: Mapping[str, HostState]) -> None:
        self._known = known
        self._hosts: WeakValueDictionary[str, Host] = WeakValueDictionary()
        # The same, held: those used last, the latest at the end.
        self._recent: OrderedDict[str, Host] = OrderedDict()

    def of(self, url: str) -> Host:
        """Return the host of an address; one that cannot be read is of the host without a name."""
        name = host_of(url)
        host = self._hosts.get(name)
        if host is None:
            sites = {site: Site(self._remembered(site)) for site in sites_of(name)}
            host = self._hosts[name] = Host(name, sites)
        self._recent[name] = host
        self._recent.move_to_end(name)
        if len(self._recent) > HOSTS_KEPT:
            self._recent.popitem(last=False)
        return host

    def met(self, urls: Iterable[str], but: HostState) -> tuple[HostState, ...]:
        """Return what is remembered of the sites of ``urls``, and of where their robots.txt led.

        Each site once, without that of ``but``, and without those of which nothing is known.
        """
        found: dict[str, HostState] = {}
        for url in urls:
            host = self.of(url)
            found |= {state.host: state for state in host.states(url)}
            for led in host.site(url).led:
                found |= {state.host: state for state in self.of(led).states(led)}
        found.pop(but.host, None)
        return tuple(state for name, state in found.items() if state != HostState(name))

    def _remembered(self, site: str) -> HostState:
        # Not get(): what is not known yet may be looked up.
        try:
            return self._known[site]
        except KeyError:
            return HostState(site)

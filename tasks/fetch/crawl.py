"""Ask for many addresses: hosts side by side, each host one request at a time, with pauses, as it allows.

In: what is wanted, and what is remembered of hosts. Out: a :class:`~tasks.fetch.records.Visit` for each
address, in the order in which they end; those of one host keep theirs.

Each host has a lane: its addresses one after the other. Lanes are coroutines of one event loop in a thread
of its own, so that a wait (between two requests, before another try) holds nothing but its lane; requests
run in threads. A request has its host's turn, whatever it is for: a page, robots.txt, a redirect. A redirect
is a request of its own: it gives up the turn of the host that it comes from, queues for that of the host
that it leads to, and asks for that one's robots.txt. As nobody holds two turns, none waits in a circle.

A host is one under both of its schemes: it has one lane, one turn, one pause. But robots.txt, and what is
known of troubles, are of each of its sites alone (:func:`~tasks.fetch.hosts.site_of`).

Bodies are not hoarded: when ``parallel_hosts`` and a few requests are under way or finished and not yet
taken, none is begun.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from typing import Protocol

from tasks.fetch.errand import StopError
from tasks.fetch.hosts import (
    LONGEST_RETRY_SECONDS,
    TROUBLE,
    Manners,
    after,
    asked_pause,
    host_of,
    left_alone,
    pause_left,
)
from tasks.fetch.outing import Outing
from tasks.fetch.records import NOT_ASKED, Answer, HostState, Visit, Wanted
from tasks.fetch.robots import (
    HOST_REASONS,
    LARGE_CHARACTERS,
    Parsed,
    Rules,
    kept_robots,
    needs_robots,
    robots_url,
    rules_of,
    with_robots,
)
from tasks.fetch.sites import Host, Hosts, Site
from tasks.fetch.threads import Threads
from tasks.fetch.trip import Leash, Trip

__all__ = ["Manners", "Outing", "crawl", "host_of"]

# Lanes under way for each request under way: a lane rests some five times as long as it asks.
LANES_A_REQUEST = 8

# Finished bodies that may wait besides those under way: enough that the threads need not wait for the taker.
SPARE_BODIES = 8

# How long stopping waits for requests under way. What takes longer ends by its own limits, in daemon threads.
STOP_SECONDS = 5.0


# stamina logs each further try as a warning; who has set up no logging is not to read it on the terminal.
logging.getLogger("stamina").addHandler(logging.NullHandler())


class Fetches(Protocol):
    """What is asked for one address at a time: :class:`tasks.fetch.client.Client`."""

    def get(
        self, wanted: Wanted, *, check: Callable[[str], str] | None = None, any_type: bool = False
    ) -> Answer:
        """Return what asking ended with; ``check`` is asked before each request."""
        ...


def crawl(
    wanted: Iterable[Wanted],
    client: Fetches,
    hosts: Mapping[str, HostState],
    manners: Manners,
    outing: Outing | None = None,
) -> Generator[Visit, None, None]:
    """Yield what became of each of ``wanted``, once, as it ends.

    ``hosts`` is what is remembered, by :func:`~tasks.fetch.hosts.site_of`; it may be updated with
    ``visit.hosts`` meanwhile. A site is looked up when it is first met, in a thread of the crawl.
    ``outing`` is what the run may still do, and keeps what the crawl used of it; with None the crawl is a run
    of its own, with the budget of ``manners``. Nothing that a network or a server does raises. When the
    generator is closed no request is begun any more, and those under way are waited for, though not for long.
    """
    lanes: dict[str, list[Wanted]] = {}
    for one in wanted:
        lanes.setdefault(host_of(one.url), []).append(one)
    if lanes:
        own = Outing(manners) if outing is None else outing
        yield from _Crawl(client, hosts, manners, lanes, own).visits()


class _AgainError(Exception):
    """The trouble may pass: another try."""


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing more comes; ``error`` is a fault of the crawl itself."""

    error: BaseException | None = None


class _Crawl:
    """One crawl: ``lanes`` are the addresses by host."""

    def __init__(
        self,
        client: Fetches,
        hosts: Mapping[str, HostState],
        manners: Manners,
        lanes: Mapping[str, list[Wanted]],
        outing: Outing,
    ) -> None:
        self._client, self._manners, self._outing = client, manners, outing
        self._lanes = iter(lanes.values())
        self._side_by_side = min(len(lanes), manners.parallel_hosts * LANES_A_REQUEST)
        self._hosts = Hosts(hosts)
        self._parsed = Parsed()
        # One for each request under way and for each visit that has not been taken.
        self._permits = asyncio.Semaphore(manners.parallel_hosts + SPARE_BODIES)
        self._ended: SimpleQueue[Visit | _End] = SimpleQueue()
        self._threads = Threads(min(manners.parallel_hosts, self._side_by_side), "fetch")
        self._loop = asyncio.new_event_loop()
        self._all = self._loop.create_task(self._run_all())

    def visits(self) -> Generator[Visit, None, None]:
        """Run, and yield the visits as they end."""
        thread = threading.Thread(target=self._work, name="crawl", daemon=True)
        thread.start()
        try:
            while not isinstance(visit := self._ended.get(), _End):
                yield visit
                # Its body must not outlive the taker's use of it.
                del visit
                self._loop.call_soon_threadsafe(self._permits.release)
            if visit.error:
                raise visit.error
        finally:
            self._stop(thread)

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            self._loop.run_until_complete(self._all)
        except asyncio.CancelledError:
            # Stopped by who takes the visits.
            pass
        except BaseException as raised:
            error = raised
        self._ended.put(_End(error))

    def _stop(self, thread: threading.Thread) -> None:
        self._loop.call_soon_threadsafe(self._all.cancel)
        thread.join()
        self._loop.close()
        until = time.monotonic() + STOP_SECONDS
        for worker in self._threads.stop():
            worker.join(max(0.0, until - time.monotonic()))

    async def _run_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(self._side_by_side):
                group.create_task(self._run_lanes())

    async def _run_lanes(self) -> None:
        for pages in self._lanes:
            # One for all of them: held, it is not forgotten for others meanwhile.
            host = self._hosts.of(pages[0].url)
            for wanted in pages:
                trip = Trip(wanted)
                await self._hand_over(trip, await self._answer(trip), host.site(wanted.url))

    async def _hand_over(self, trip: Trip, answer: Answer, site: Site) -> None:
        if not trip.holds:
            await self._permits.acquire()
        started = trip.started_at or datetime.now(UTC)
        # The last one may be of a host that was not asked for the page: its robots.txt forbids it.
        others = self._hosts.met((trip.wanted.url, *trip.asked, trip.url), but=site.state)
        self._ended.put(Visit(trip.wanted, answer, trip.robots, site.state, started, trip.tries, others))

    async def _answer(self, trip: Trip) -> Answer:
        """Return what an address ends with, its redirects followed, whatever goes wrong."""
        try:
            return await self._follow(trip)
        except StopError as stop:
            return trip.unanswered(stop.reason, str(stop))
        except Exception as error:
            # A fault of ours costs one page, not the run.
            return trip.unanswered("bad_response", f"asking for it failed: {type(error).__name__}")

    async def _follow(self, trip: Trip) -> Answer:
        leash = Leash(allowed=0)
        # Nothing is sent: this tells whether the client would ask for the address, and how it reads it.
        refused = self._client.get(trip.wanted, check=leash)
        if not leash.target:
            return refused
        trip.url = leash.target
        while True:
            answer, target = await self._ask_host(trip)
            if not target:
                return trip.answered(answer)
            trip.turn_to(target, self._manners.redirects)

    async def _ask_host(self, trip: Trip) -> tuple[Answer, str]:
        """Ask for one address when its host lets us; return the answer, and where it redirects."""
        host = self._hosts.of(trip.url)
        site = host.site(trip.url)
        if trip.is_page:
            self._check_budget(trip)
            await self._read_robots(site, trip.url)
            await self._obey_robots(site, trip)
        return await self._try(trip, host, site)

    def _check_budget(self, trip: Trip) -> None:
        if not self._outing.seconds_left or (trip.tries == 0 and self._outing.pages_left <= 0):
            raise StopError("budget_spent")

    async def _read_robots(self, site: Site, url: str) -> None:
        """Ask for the site's robots.txt, where that is due. Raises StopError where it cannot be asked now."""
        agent = self._manners.agent
        async with site.reading:
            if site.shut or not needs_robots(site.state, datetime.now(UTC), agent):
                return
            trip = Trip(Wanted(robots_url(url)), is_page=False)
            answer = await self._answer(trip)
            self._let_go(trip)
            site.led = (*trip.asked, trip.url)
            if answer.reason in NOT_ASKED:
                raise StopError(answer.reason, answer.detail)
            site.trouble = f"robots.txt: {answer.reason} {answer.detail}".rstrip()
            # What a redirect of robots.txt leads to says nothing of the pages of this site.
            if answer.reason in HOST_REASONS and answer.status is None and len(trip.asked) == 1:
                site.shut = answer.reason
                return
            read = partial(kept_robots, answer, agent)
            large = len(answer.content) > LARGE_CHARACTERS
            robots = await self._threads.run(read) if large else read()
            # Its troubles may have changed meanwhile.
            site.state, site.delay = with_robots(site.state, robots, datetime.now(UTC)), None

    async def _obey_robots(self, site: Site, trip: Trip) -> None:
        if site.shut:
            raise StopError(site.shut, site.trouble)
        rules = await self._rules(site)
        large = len(site.state.robots) > LARGE_CHARACTERS
        asked = partial(rules.verdict, trip.url)
        trip.robots = await self._threads.run(asked) if large else asked()
        if trip.robots != "allowed":
            detail = site.trouble if trip.robots == "unavailable" else ""
            raise StopError(f"robots_{trip.robots}", detail)

    async def _try(self, trip: Trip, host: Host, site: Site) -> tuple[Answer, str]:
        """Ask, and ask again while the trouble may pass. Raises StopError where nothing was asked."""
        import stamina

        came: tuple[Answer, str] | None = None
        wait = self._manners.retry_seconds
        tries = stamina.retry_context(
            _AgainError, self._manners.tries, self._outing.seconds_left, wait, LONGEST_RETRY_SECONDS, wait
        )
        try:
            async for attempt in tries:
                came = await self._ask(trip, host, site)
                with attempt:
                    if self._is_worth_a_try(site, came[0]):
                        raise _AgainError
        except (_AgainError, StopError):
            # No further try, or no time for one: what the last one gave stands.
            if came is None:
                raise
        assert came is not None
        return came

    def _is_worth_a_try(self, site: Site, answer: Answer) -> bool:
        pause = pause_left(site.state, datetime.now(UTC))
        return answer.reason in TROUBLE and pause <= self._manners.wait_seconds

    async def _ask(self, trip: Trip, host: Host, site: Site) -> tuple[Answer, str]:
        """Make one request, in the host's turn and after its pause. Raises StopError where it is not made."""
        leash = Leash()
        async with host.turn:
            await self._rest(host, site)
            await self._permits.acquire()
            trip.holds = True
            try:
                answer = await self._send(trip, host, leash)
                self._note(trip, host, site, answer)
                trip.holds = bool(answer.content)
            except BaseException:
                trip.holds = False
                raise
            finally:
                if not trip.holds:
                    self._permits.release()
        return answer, leash.target

    async def _send(self, trip: Trip, host: Host, leash: Leash) -> Answer:
        self._check_budget(trip)
        if trip.is_page and trip.tries == 0:
            self._outing.pages_left -= 1
        trip.start()
        # A robots.txt is one whatever its media type: RFC 9309 lets none off for that.
        get = partial(self._client.get, trip.request(), check=leash, any_type=not trip.is_page)
        try:
            answer = await self._threads.run(get)
        finally:
            self._outing.note_end(host.name)
        trip.asking += answer.seconds
        return answer

    def _note(self, trip: Trip, host: Host, site: Site, answer: Answer) -> None:
        """Note what an answer says of the site, and of its host's others: a pause is one for all."""
        now, is_trouble = datetime.now(UTC), answer.reason in TROUBLE
        # That robots.txt comes says little: the pages of a host in trouble may fail all the same.
        if trip.is_page or is_trouble:
            site.state = after(site.state, answer, now, self._manners)
        if is_trouble:
            pause = asked_pause(answer.retry_after, self._manners)
            for other in host.sites.values():
                other.state = left_alone(other.state, now, pause)

    async def _rest(self, host: Host, site: Site) -> None:
        """Wait until the host may be asked. Raises StopError where that is later than this run waits."""
        while True:
            if not self._outing.seconds_left:
                raise StopError("budget_spent")
            pause = pause_left(site.state, datetime.now(UTC))
            if pause > self._manners.wait_seconds:
                raise StopError(
                    "host_paused", f"left alone until {site.state.not_before:%Y-%m-%d %H:%M:%S} UTC"
                )
            until = self._outing.last_end(host.name) + await self._delay(host)
            left = max(pause, until - time.monotonic())
            if left <= 0:
                return
            await asyncio.sleep(min(left, self._outing.seconds_left))

    async def _delay(self, host: Host) -> float:
        """Return the pause between two requests to a host: the longest that we or its sites ask for."""
        for site in host.sites.values():
            if site.delay is None:
                site.delay = (await self._rules(site)).delay
        return max(self._manners.delay_seconds, *(site.delay or 0.0 for site in host.sites.values()))

    async def _rules(self, site: Site) -> Rules:
        """Return what the site's robots.txt says. It is parsed in a thread: a hostile one takes its time."""
        async with site.parsing:
            state, rules = site.state, self._parsed.get(site.state)
            if rules is None:
                rules = await self._threads.run(partial(rules_of, state, self._manners.agent))
                self._parsed.keep(state, rules)
            return rules

    def _let_go(self, trip: Trip) -> None:
        """Give the permit back that stands for a body which nobody takes."""
        if trip.holds:
            trip.holds = False
            self._permits.release()

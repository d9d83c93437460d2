"""Ask for many addresses: hosts side by side, each host one request at a time, with pauses, as it allows.

In: what is wanted, and what is remembered of hosts. Out: a :class:`~tasks.fetch.records.Visit` for each
address, in the order in which they end; those of one host keep theirs.

Each host has a lane: its addresses one after the other. Lanes are coroutines of one event loop in a thread
of its own, so that a wait (between two requests, before another try) holds nothing but its lane; requests
run in threads. A request has its host's turn, whatever it is for: a page, robots.txt, a redirect. A redirect
is a request of its own: it gives up the turn of the host that it comes from, queues for that of the host
that it leads to, and asks for that one's robots.txt. As nobody holds two turns, none waits in a circle.

Bodies are not hoarded: when ``parallel_hosts`` and a few requests are under way or finished and not yet
taken, none is begun.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from typing import Protocol
from weakref import WeakValueDictionary

from tasks.fetch.errand import StopError
from tasks.fetch.hosts import LONGEST_RETRY_SECONDS, TROUBLE, Manners, after, host_of, pause_left
from tasks.fetch.outing import Outing
from tasks.fetch.records import Answer, HostState, Visit, Wanted
from tasks.fetch.robots import (
    HOST_REASONS,
    LARGE_CHARACTERS,
    Parsed,
    Rules,
    needs_robots,
    robots_url,
    rules_of,
    with_robots,
)
from tasks.fetch.threads import Threads
from tasks.fetch.trip import Leash, Trip

__all__ = ["Manners", "Outing", "crawl", "host_of"]

# Lanes under way for each request under way: a lane rests some five times as long as it asks.
LANES_A_REQUEST = 8

# Finished bodies that may wait besides those under way: enough that the threads need not wait for the taker.
SPARE_BODIES = 8

# Hosts remembered that no lane uses: a redirect may lead back to one. With robots.txt some kilobytes each.
HOSTS_KEPT = 1_000

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

    ``hosts`` is what is remembered, by :func:`host_of`; it may be updated with ``visit.host`` meanwhile.
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


@dataclass(eq=False, slots=True, weakref_slot=True)
class _Host:
    """A host: what is remembered, and whose turn it is."""

    state: HostState
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    # Held while robots.txt is being asked for, so that it is asked for once.
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    # Held while it is being parsed, likewise; and the delay that it asks for, None before that.
    parsing: asyncio.Lock = field(default_factory=asyncio.Lock)
    delay: float | None = None
    # Why no page of this host can be had in this run, and what went wrong with its robots.txt.
    shut: str = ""
    trouble: str = ""


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
        self._client, self._known, self._manners, self._outing = client, hosts, manners, outing
        self._lanes = iter(lanes.items())
        self._side_by_side = min(len(lanes), manners.parallel_hosts * LANES_A_REQUEST)
        self._hosts: WeakValueDictionary[str, _Host] = WeakValueDictionary()
        # The same, held: those used last, the latest at the end.
        self._recent: OrderedDict[str, _Host] = OrderedDict()
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
        for name, pages in self._lanes:
            host = self._host(name)
            for wanted in pages:
                trip = Trip(wanted)
                await self._hand_over(trip, await self._answer(trip), host)

    async def _hand_over(self, trip: Trip, answer: Answer, host: _Host) -> None:
        if not trip.holds:
            await self._permits.acquire()
        started = trip.started_at or datetime.now(UTC)
        names = dict.fromkeys(host_of(url) for url in trip.asked)
        others = tuple(self._host(name).state for name in names if name != host.state.host)
        self._ended.put(Visit(trip.wanted, answer, trip.robots, host.state, started, trip.tries, others))

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(self._known.get(name) or HostState(name))
        self._recent[name] = host
        self._recent.move_to_end(name)
        if len(self._recent) > HOSTS_KEPT:
            self._recent.popitem(last=False)
        return host

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
        host = self._host(host_of(trip.url))
        if trip.is_page:
            self._check_budget(trip)
            await self._read_robots(host, trip.url)
            await self._obey_robots(host, trip)
        return await self._try(trip, host)

    def _check_budget(self, trip: Trip) -> None:
        if not self._outing.seconds_left or (trip.tries == 0 and self._outing.pages_left <= 0):
            raise StopError("budget_spent")

    async def _read_robots(self, host: _Host, url: str) -> None:
        """Ask for the host's robots.txt, where that is due. Raises StopError where it cannot be asked now."""
        async with host.reading:
            if host.shut or not needs_robots(host.state, datetime.now(UTC)):
                return
            trip = Trip(Wanted(robots_url(url)), is_page=False)
            answer = await self._answer(trip)
            self._let_go(trip)
            if answer.reason in {"host_paused", "budget_spent"}:
                raise StopError(answer.reason, answer.detail)
            host.trouble = f"robots.txt: {answer.reason} {answer.detail}".rstrip()
            # What a redirect of robots.txt leads to says nothing of the pages of this host.
            if answer.reason in HOST_REASONS and answer.status is None and len(trip.asked) == 1:
                host.shut = answer.reason
            else:
                host.state, host.delay = with_robots(host.state, answer, datetime.now(UTC)), None

    async def _obey_robots(self, host: _Host, trip: Trip) -> None:
        if host.shut:
            raise StopError(host.shut, host.trouble)
        rules = await self._rules(host)
        large = len(host.state.robots) > LARGE_CHARACTERS
        asked = partial(rules.verdict, trip.url)
        trip.robots = await self._threads.run(asked) if large else asked()
        if trip.robots != "allowed":
            detail = host.trouble if trip.robots == "unavailable" else ""
            raise StopError(f"robots_{trip.robots}", detail)

    async def _try(self, trip: Trip, host: _Host) -> tuple[Answer, str]:
        """Ask, and ask again while the trouble may pass. Raises StopError where nothing was asked."""
        import stamina

        came: tuple[Answer, str] | None = None
        wait = self._manners.retry_seconds
        tries = stamina.retry_context(
            _AgainError, self._manners.tries, self._outing.seconds_left, wait, LONGEST_RETRY_SECONDS, wait
        )
        try:
            async for attempt in tries:
                came = await self._ask(trip, host)
                with attempt:
                    if self._is_worth_a_try(host, came[0]):
                        raise _AgainError
        except (_AgainError, StopError):
            # No further try, or no time for one: what the last one gave stands.
            if came is None:
                raise
        assert came is not None
        return came

    def _is_worth_a_try(self, host: _Host, answer: Answer) -> bool:
        pause = pause_left(host.state, datetime.now(UTC))
        return answer.reason in TROUBLE and pause <= self._manners.wait_seconds

    async def _ask(self, trip: Trip, host: _Host) -> tuple[Answer, str]:
        """Make one request, in the host's turn and after its pause. Raises StopError where it is not made."""
        leash = Leash()
        async with host.turn:
            await self._rest(host)
            await self._permits.acquire()
            trip.holds = True
            try:
                answer = await self._send(trip, host, leash)
                trip.holds = bool(answer.content)
            except BaseException:
                trip.holds = False
                raise
            finally:
                if not trip.holds:
                    self._permits.release()
        return answer, leash.target

    async def _send(self, trip: Trip, host: _Host, leash: Leash) -> Answer:
        self._check_budget(trip)
        if trip.is_page and trip.tries == 0:
            self._outing.pages_left -= 1
        trip.start()
        # A robots.txt is one whatever its media type: RFC 9309 lets none off for that.
        get = partial(self._client.get, trip.request(), check=leash, any_type=not trip.is_page)
        try:
            answer = await self._threads.run(get)
        finally:
            self._outing.note_end(host.state.host)
        trip.asking += answer.seconds
        # That robots.txt comes says little: the pages of a host in trouble may fail all the same.
        if trip.is_page or answer.reason in TROUBLE:
            host.state = after(host.state, answer, datetime.now(UTC), self._manners)
        return answer

    async def _rest(self, host: _Host) -> None:
        """Wait until the host may be asked. Raises StopError where that is later than this run waits."""
        while True:
            if not self._outing.seconds_left:
                raise StopError("budget_spent")
            pause = pause_left(host.state, datetime.now(UTC))
            if pause > self._manners.wait_seconds:
                raise StopError(
                    "host_paused", f"left alone until {host.state.not_before:%Y-%m-%d %H:%M:%S} UTC"
                )
            until = self._outing.last_end(host.state.host) + await self._delay(host)
            left = max(pause, until - time.monotonic())
            if left <= 0:
                return
            await asyncio.sleep(min(left, self._outing.seconds_left))

    async def _delay(self, host: _Host) -> float:
        if host.delay is None:
            host.delay = (await self._rules(host)).delay
        return max(self._manners.delay_seconds, host.delay)

    async def _rules(self, host: _Host) -> Rules:
        """Return what the host's robots.txt says. It is parsed in a thread: a hostile one takes its time."""
        async with host.parsing:
            state, rules = host.state, self._parsed.get(host.state)
            if rules is None:
                rules = await self._threads.run(partial(rules_of, state, self._manners.agent))
                self._parsed.keep(state, rules)
            return rules

    def _let_go(self, trip: Trip) -> None:
        """Give the permit back that stands for a body which nobody takes."""
        if trip.holds:
            trip.holds = False
            self._permits.release()

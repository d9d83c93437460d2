"""Names whose servers answer with private addresses: at once, among others, or the next time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import httpcore2
import pytest
from dialling import OTHER_ADDRESS, PUBLIC_ADDRESS, Net, connected
from origin import Origin
from test_addresses import SPECIAL

from tasks.fetch.client import Client
from tasks.fetch.dial import Guard, Refused
from tasks.fetch.records import Wanted

AGENT = "workscited-tests"

# The figure that docs/decisions/addresses.md tells.
REBINDING_COUNT = 125

KINDS = {
    "public": (PUBLIC_ADDRESS,),
    "loopback": ("127.0.0.1",),
    "public, loopback": (PUBLIC_ADDRESS, "127.0.0.1"),
    "loopback, public": ("127.0.0.1", PUBLIC_ADDRESS),
    "two public": (OTHER_ADDRESS, PUBLIC_ADDRESS),
}
ROUNDS = list(itertools.product(KINDS, repeat=3))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda bad: (bad,), id="alone"),
        pytest.param(lambda bad: (bad, PUBLIC_ADDRESS), id="in front"),
        pytest.param(lambda bad: (PUBLIC_ADDRESS, bad), id="last"),
        pytest.param(lambda bad: (PUBLIC_ADDRESS, OTHER_ADDRESS, bad, "8.8.8.8"), id="in between"),
        pytest.param(lambda bad: (PUBLIC_ADDRESS,) * 50 + (bad,), id="beyond those that are dialled"),
    ],
)
def test_one_address_that_is_not_public_refuses_the_name(
    answer: Callable[[str], tuple[str, ...]], net: Net
) -> None:
    """A name of which any address is set apart is not dialled at all, wherever that address stands."""
    for bad in (*SPECIAL, "fe80::1%eth0", "127.1", "not an address"):
        net.answers = [answer(bad)]
        assert connected(net, "news.example", 80, Guard()) == "refused_address"
    assert net.dialled == []


def test_the_rounds_are_those_that_the_documentation_counts() -> None:
    """Three look-ups of five kinds, in all orders."""
    assert len(ROUNDS) == REBINDING_COUNT


@pytest.fixture(scope="module")
def front() -> Iterator[Origin]:
    """What stands for the public address: two redirects to itself, then a page."""
    with Origin("127.0.0.2") as opened:
        opened.redirect("/0", "/1")
        opened.redirect("/1", "/2")
        opened.page("/2", "<p>Words.</p>")
        yield opened


@pytest.mark.parametrize("first", KINDS)
def test_a_name_that_changes_its_address_reaches_only_what_was_checked(
    first: str, front: Origin, trap: Origin
) -> None:
    """Over a page and its two redirects, in all orders of answers: one look-up a connection, and what it said is dialled."""
    before = trap.connections
    guard = Guard(ports=(trap.port,))
    net = Net(front=(front.host, front.port))
    with Client(agent=AGENT, guard=guard, backend=net.backend(guard)) as client:
        for kinds in (kinds for kinds in ROUNDS if kinds[0] == first):
            net.asked.clear()
            net.dialled.clear()
            net.answers = [*(KINDS[kind] for kind in kinds), ("127.0.0.1",)]
            answer = client.get(Wanted(f"http://rebinding.example:{trap.port}/0"))
            good = list(itertools.takewhile(lambda kind: "loopback" not in kind, kinds))
            assert answer.reason == ("" if len(good) == len(kinds) else "refused_address"), kinds
            assert net.dialled == [(KINDS[kind][0], trap.port) for kind in good], kinds
            assert len(net.asked) == min(len(good) + 1, len(kinds)), kinds
    assert trap.connections == before


def test_every_connection_looks_its_name_up_once_and_dials_that_answer(net: Net) -> None:
    """A hundred answers in turn, public and loopback: never is the one dialled that another look-up gave."""
    answers = [(f"8.8.{number}.8",) if number % 3 else ("127.0.0.1",) for number in range(100)]
    net.answers = [*answers, ("127.0.0.1",)]
    backend = net.backend(Guard())
    for answer in answers:
        net.dialled.clear()
        with pytest.raises((Refused, httpcore2.ConnectError)):
            backend.connect_tcp("rebinding.example", 80, 2.0)
        assert net.dialled == ([] if answer == ("127.0.0.1",) else [(answer[0], 80)])
    assert len(net.asked) == 100

"""What may be dialled: from the URL through the guard and the look-up to the socket."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import httpcore2
import httpx2
import pytest
from httpcore2._backends.sync import SyncStream
from hypothesis import given
from hypothesis import strategies as st
from no_network import LEAKS, PacketLeavingError
from origin import Origin, Request
from test_addresses import PUBLIC, SPECIAL

from tasks.fetch.addresses import refusal
from tasks.fetch.client import Client
from tasks.fetch.dial import (
    MAX_DIALLED,
    DnsFailed,
    Guard,
    GuardedBackend,
    GuardedStream,
    NoSuchHost,
    Refused,
    connect_address,
    deadline,
    resolve_host,
)
from tasks.fetch.records import Wanted

PUBLIC_ADDRESS = "93.184.216.34"
OTHER_ADDRESS = "2606:4700:4700::1111"
AGENT = "workscited-tests"

# Far beyond what any of these waits takes, far below the time that a broken one would take.
SLACK_SECONDS = 8.0

# PORT is where a listener on 127.0.0.1 waits for what slips through; the guard allows that port.
HOSTILE = {
    "refused_address": [
        "http://127.0.0.1:PORT/", "http://127.0.0.1/", "https://127.255.255.254:PORT/", "http://0.0.0.0:PORT/",
        "http://10.0.0.1/", "http://100.64.0.1/", "http://100.100.100.200/latest/meta-data/",
        "http://168.63.129.16/", "http://169.254.169.254/latest/meta-data/", "http://172.16.0.1/",
        "http://192.0.0.192/", "http://192.168.1.1/", "http://198.18.0.1/", "http://224.0.0.1/",
        "http://255.255.255.255/", "http://[::]:PORT/", "http://[::1]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/",
        "http://[::ffff:127.0.0.1]:PORT/", "http://[::FFFF:7F00:1]:PORT/", "http://[::ffff:169.254.169.254]/",
        "http://[::127.0.0.1]:PORT/", "http://[::ffff:0:127.0.0.1]:PORT/", "http://[64:ff9b::127.0.0.1]/",
        "http://[64:ff9b:1::127.0.0.1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/",
        "http://[2606:4700::5efe:127.0.0.1]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/",
        "http://[fe80::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/",
        "http://[4000::1]/", "http://rebinding.example:PORT/", "https://rebinding.example:PORT/",
    ],
    "refused_host": [
        "http://127.1:PORT/", "http://127.0.1:PORT/", "http://2130706433:PORT/", "http://0x7f000001:PORT/",
        "http://0X7F.1:PORT/", "http://0x7f.0x0.0x0.0x1:PORT/", "http://0177.0.0.1:PORT/",
        "http://017700000001:PORT/", "http://127.0.0.01:PORT/", "http://00000177.0.0.1:PORT/",
        "http://127.0.0.0x1:PORT/", "http://0:PORT/", "http://0x0:PORT/", "http://127.0.0.1.:PORT/",
        "http://127.0.0.1..:PORT/", "http://383.0.0.1:PORT/", "http://4294967297:PORT/",
        "http://１２７.0.0.1:PORT/", "http://①②⑦.⓪.⓪.①:PORT/", "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:PORT/",
        "http://١٢٧.٠.٠.١:PORT/", "http://127。0。0。1:PORT/", "http://127．0．0．1:PORT/",
        "http://127｡1:PORT/", "http://8。8。8。8/", "http://%31%32%37.0.0.1:PORT/", "http://127.0.0.1%2e:PORT/",
        "http://127.0.0.1%00.example.org:PORT/", "http://%6c%6f%63%61%6c%68%6f%73%74:PORT/",
        "http://localhost:PORT/", "http://LocalHost:PORT/", "http://localhost.:PORT/", "http://a.localhost:PORT/",
        "http://localhost.localdomain:PORT/", "http://localhost。:PORT/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/",
        "http://loc\u00adalhost:PORT/", "http://local\u200bhost:PORT/", "http://[::1%25lo]:PORT/",
        "http://[::1%lo]:PORT/", "http://[fe80::1%25eth0]/", "http://user:secret@127.0.0.1:PORT/",
        "http://example.org@127.0.0.1:PORT/", "http://127.0.0.1:PORT\\@example.org/",
        "http://example.org\\@127.0.0.1:PORT/", "http://127.0.0.1:PORT @example.org/", "http://@127.0.0.1:PORT/",
        "http://127.0.0.1 .example.org/", "http://127.0.0.1\t:PORT/", "http://127.0.0.1\n:PORT/",
        "http://127.0.0.1\x00.example.org/", "http://router/", "http://printer.local/",
        "http://metadata.google.internal/computeMetadata/v1/", "http://router.home.arpa/", "http://a.onion/",
        "http://[v1.127.0.0.1]:PORT/", "http://a..example/", "http://-a.example/", "http://a*.example/",
    ],
    "refused_scheme": [
        "file:///etc/passwd", "ftp://127.0.0.1:PORT/", "gopher://127.0.0.1:PORT/_GET", "ws://127.0.0.1:PORT/",
        "data:text/html,words", "javascript:alert(1)", "unix:///run/a.sock", "http+unix://%2Frun%2Fa.sock/",
    ],
    "bad_url": [
        "", "127.0.0.1:PORT", "//127.0.0.1:PORT/", "/a.html", "http:127.0.0.1:PORT", "http:/127.0.0.1:PORT/",
        "http:///127.0.0.1:PORT/", "http://:PORT/", "http://::1/", "http://[::1/", "http://::1]:PORT/",
        "http://127.0.0.1:PORT:80/", "http://127.0.0.1:8_0/",
        "http://127.0.0.1:+80/", "http://127.0.0.1:８０/", "http://example.org:-1/", "http://[::1]PORT/",
    ],
    "refused_port": [
        "http://example.org:22/", "http://8.8.8.8:6379/", "https://example.org:25/", "http://example.org:0/",
        "http://[2606:4700::1111]:11211/", "http://example.org:65536/", "https://example.org:8443/",
    ],
}  # fmt: skip

# The figures that docs/decisions/addresses.md tells.
HOSTILE_COUNT = 129
READ_COUNT = 69
REBINDING_COUNT = 125


@dataclass
class Net:
    """A look-up that answers as told and a dialler that keeps a list.

    Each look-up takes the next of ``answers``, the last one stays. Public addresses are never dialled: in
    their place stands ``front``, or a refusal without one. All others are dialled for real, while ``real``.
    """

    answers: list[tuple[str, ...]] = field(default_factory=lambda: [("127.0.0.1",)])
    front: tuple[str, int] | None = None
    asked: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    real: bool = True

    def resolve(self, host: str) -> tuple[str, ...]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def connect(self, address: str, port: int, timeout: float | None) -> socket.socket:
        self.dialled.append((address, port))
        if refusal(address) and self.real:
            return connect_address(address, port, timeout)
        if self.front is None:
            raise ConnectionRefusedError("nobody is here")
        return connect_address(*self.front, timeout)

    def backend(self, guard: Guard) -> GuardedBackend:
        return GuardedBackend(guard, self.resolve, self.connect)


@pytest.fixture
def net() -> Net:
    return Net()


@pytest.fixture(scope="module")
def trap() -> Iterator[Origin]:
    """A listener on 127.0.0.1 for what slips through."""
    with Origin() as opened:
        yield opened


@pytest.fixture(scope="module")
def way(trap: Origin) -> Iterator[tuple[Client, Net]]:
    """A client for all of the matrix, and the net that it asks and dials by: every name is at 127.0.0.1."""
    net = Net()
    guard = Guard(ports=(80, 443, trap.port))
    with Client(agent=AGENT, guard=guard, backend=net.backend(guard)) as client:
        yield client, net


@contextmanager
def within(seconds: float = SLACK_SECONDS) -> Iterator[None]:
    """Fail when the block took far longer than what it promises."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


def connected(net: Net, host: str, port: int, guard: Guard) -> str:
    """Return "dialled" or the reason of what came of wanting to reach ``host``."""
    try:
        net.backend(guard).connect_tcp(host, port, 2.0).close()
    except Refused as error:
        return error.reason
    except httpcore2.ConnectError:
        pass
    return "dialled"


def test_the_matrix_has_the_rows_that_the_documentation_counts() -> None:
    """A row that is lost by mistake is noticed."""
    urls = [url for urls in HOSTILE.values() for url in urls]
    assert len(set(urls)) == len(urls) == HOSTILE_COUNT
    assert len(READ_HOSTS) == READ_COUNT


@pytest.mark.parametrize(
    ("reason", "url"),
    [
        pytest.param(reason, url, id=ascii(url).replace("::", ":_:"))
        for reason in HOSTILE
        for url in HOSTILE[reason]
    ],
)
def test_hostile_addresses_are_refused_before_anything_is_dialled(
    reason: str, url: str, way: tuple[Client, Net], trap: Origin
) -> None:
    """Whatever hides a private address ends with its reason; only plain names are looked up at all."""
    before = trap.connections
    client, net = way
    net.asked.clear()
    net.dialled.clear()
    answer = client.get(Wanted(url.replace("PORT", str(trap.port))))
    assert (reason, None, b"") == (answer.reason, answer.status, answer.content)
    assert net.dialled == []
    assert net.asked == (["rebinding.example"] if "rebinding" in url else [])
    assert "secret" not in answer.detail
    assert trap.connections == before


def read_hosts() -> Iterator[str]:
    """Yield the hosts of the hostile addresses as the HTTP library reads them, where it does."""
    for url in HOSTILE["refused_address"] + HOSTILE["refused_host"]:
        try:
            host = httpx2.URL(url.replace("PORT", "80")).raw_host.decode("ascii")
        except httpx2.InvalidURL:
            continue
        # Written with other dots: a public address, once it is read.
        if host != "8.8.8.8":
            yield host


READ_HOSTS = sorted(set(read_hosts()))


def test_the_check_of_a_url_refuses_them_by_itself() -> None:
    """The first gate does not rely on the second: all but the names that only a look-up betrays end there."""
    for reason, urls in HOSTILE.items():
        for url in (url.replace("PORT", "80") for url in urls if "rebinding" not in url):
            with pytest.raises(Refused) as refused:
                Guard().check_url(url)
            assert (reason, url) == (refused.value.reason, url)


@pytest.mark.parametrize("host", READ_HOSTS, ids=ascii)
def test_the_dialler_refuses_them_too_where_no_url_was_checked(host: str, net: Net, trap: Origin) -> None:
    """The backend does not rely on the check of the URL: what is left of each of them is refused as well."""
    # Userinfo and the like are gone here: where that leaves a public name, it answers with 127.0.0.1.
    assert connected(net, host, trap.port, Guard(ports=(trap.port,))) in {"refused_host", "refused_address"}
    assert net.dialled == []


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass_through_to_the_dialler(address: str, net: Net) -> None:
    """The neighbours of every range are dialled, as a literal and as what a name answers."""
    literal = f"[{address}]" if ":" in address else address
    Guard().check_url(f"https://{literal}/")
    net.answers = [(address,)]
    assert connected(net, address, 443, Guard()) == "dialled"
    assert connected(net, "news.example", 80, Guard()) == "dialled"
    assert net.dialled == [(address, 443), (address, 80)]
    assert net.asked == ["news.example"]


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


KINDS = {
    "public": (PUBLIC_ADDRESS,),
    "loopback": ("127.0.0.1",),
    "public, loopback": (PUBLIC_ADDRESS, "127.0.0.1"),
    "loopback, public": ("127.0.0.1", PUBLIC_ADDRESS),
    "two public": (OTHER_ADDRESS, PUBLIC_ADDRESS),
}
ROUNDS = list(itertools.product(KINDS, repeat=3))


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


@pytest.mark.parametrize(
    ("expected", "allowed", "host", "port"),
    [
        pytest.param("dialled", "127.0.0.0/8", "127.3.2.1", 8080, id="in a network, any port"),
        pytest.param("refused_address", "127.0.0.0/8", "10.0.0.1", 80, id="outside the network"),
        pytest.param("dialled", "127.0.0.1:8080", "127.0.0.1", 8080, id="address and port"),
        pytest.param("refused_address", "127.0.0.1:8080", "127.0.0.1", 80, id="another port of it"),
        pytest.param("refused_address", "127.0.0.1:8080", "127.0.0.2", 8080, id="another address"),
        pytest.param("dialled", "127.0.0.0/8:8080", "127.0.0.9", 8080, id="network and port"),
        pytest.param("dialled", "::1", "::1", 8080, id="IPv6"),
        pytest.param("dialled", "[::1]", "::1", 8080, id="IPv6 in brackets"),
        pytest.param("dialled", "[::1]:8080", "0:0::1", 8080, id="IPv6 and port, spelled otherwise"),
        pytest.param("refused_address", "[::1]:8080", "::1", 80, id="IPv6, another port"),
        pytest.param("refused_address", "127.0.0.0/8", "::ffff:127.0.0.1", 80, id="an allowed one mapped into IPv6"),
        pytest.param("refused_host", "127.0.0.0/8", "127.1", 80, id="an allowed one in an odd spelling"),
        pytest.param("refused_host", "fe80::/10", "fe80::1%lo", 80, id="a zone"),
        pytest.param("refused_port", "127.0.0.1", "127.0.0.1", 0, id="no port"),
        pytest.param("refused_port", "127.0.0.1", "127.0.0.1", 65536, id="more than a port"),
        pytest.param("refused_port", "127.0.0.0/8", "news.example", 99999, id="a name at more than a port"),
        pytest.param("dialled", "127.0.0.0/8", "news.example", 8080, id="a name that leads there"),
        pytest.param("refused_address", "127.0.0.2", "news.example", 80, id="a name that leads elsewhere"),
        pytest.param("refused_port", "10.0.0.1:8080", "news.example", 22, id="a name at a port that nothing allows"),
        pytest.param("dialled", "127.0.0.0/8", "localhost", 8080, id="localhost"),
        pytest.param("refused_host", "127.0.0.1:8080", "localhost", 80, id="localhost at another port"),
        pytest.param("refused_host", "10.0.0.0/8", "localhost", 80, id="localhost where loopback is not allowed"),
        pytest.param("refused_host", "127.0.0.0/8", "localhost.", 80, id="localhost with a dot"),
        pytest.param("refused_port", "127.0.0.0/8", "8.8.8.8", 8080, id="a public address gains no port"),
    ],
)  # fmt: skip
def test_what_is_allowed_besides_public_addresses(
    expected: str, allowed: str, host: str, port: int, net: Net
) -> None:
    """An address or a network opens just itself, at the port that it names; names lead there, too."""
    net.real = False
    assert expected == connected(net, host, port, Guard(allowed=(allowed,)))


def test_an_answer_with_a_zone_is_refused_where_its_network_is_allowed(net: Net) -> None:
    """Which of the machine's networks is meant is nothing that a name's server may say."""
    net.answers = [("fe80::1%lo",)]
    assert connected(net, "news.example", 80, Guard(allowed=("fe80::/10",))) == "refused_address"
    assert net.dialled == []


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("", "http://127.0.0.1:8080/", id="its address and port"),
        pytest.param("", "http://localhost:8080/", id="its name"),
        pytest.param("", "http://news.example:8080/", id="a name that may lead there"),
        pytest.param("refused_address", "http://127.0.0.1/", id="another port of it"),
        pytest.param("refused_port", "http://news.example:8081/", id="a name at another port"),
        pytest.param("refused_host", "http://127.1:8080/", id="another spelling"),
        pytest.param("refused_host", "http://user@127.0.0.1:8080/", id="userinfo"),
    ],
)
def test_the_check_of_a_url_knows_what_is_allowed(expected: str, url: str) -> None:
    """Where nothing can be looked up yet, a name passes at a port that is allowed for any address."""
    got = ""
    try:
        Guard(allowed=("127.0.0.1:8080",)).check_url(url)
    except Refused as error:
        got = error.reason
    assert expected == got


@pytest.mark.parametrize(
    "text",
    ["", "localhost", "127.0.0.1/8", "127.1", "127.0.0.1:", "127.0.0.1:http", "[::1", "[::1]80", "::1/200", "127.0.0.1 ", "example.org:80"],
)  # fmt: skip
def test_what_cannot_be_allowed_is_said_at_once(text: str) -> None:
    """A misspelled permission is an error, not a permission for something else."""
    with pytest.raises(ValueError, match="no address or network"):
        Guard(allowed=(text,))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("HTTP://EXAMPLE.ORG:80", id="capitals"),
        pytest.param("https://example.org./a b?c d#e", id="a dot, spaces in the path"),
        pytest.param("https://例え.jp/ä?ö", id="another script"),
        pytest.param("https://xn--r8jz45g.jp:443/", id="the same, encoded"),
        pytest.param("http://a_b.example/@%5C\\:22", id="odd characters in the path"),
        pytest.param("http://[2606:4700::ABCD]:80/", id="IPv6 in capitals"),
        pytest.param("http://example.org:/", id="an empty port"),
        pytest.param("http://example.org:0080/", id="zeros before the port"),
    ],
)
def test_ordinary_urls_pass(url: str) -> None:
    """The guard is no judge of paths."""
    Guard().check_url(url)


@given(st.text(max_size=30), st.sampled_from(["", "http://", "https://", "http://[", "http://127.0.0.1"]))
def test_no_text_makes_the_check_fail_otherwise_than_by_refusing(text: str, head: str) -> None:
    """Whatever a page names as an address is passed or refused with a code."""
    try:
        Guard().check_url(head + text)
    except Refused as error:
        assert error.reason in HOSTILE
        assert str(error)


@pytest.mark.parametrize(
    ("expected", "outcome"),
    [
        pytest.param(NoSuchHost, socket.gaierror(socket.EAI_NONAME, "unknown"), id="no such name"),
        pytest.param(NoSuchHost, socket.gaierror(socket.EAI_NODATA, "no data"), id="no address"),
        pytest.param(NoSuchHost, (), id="an empty answer"),
        pytest.param(NoSuchHost, UnicodeError("label too long"), id="no name at all"),
        pytest.param(DnsFailed, socket.gaierror(socket.EAI_AGAIN, "try again"), id="try again"),
        pytest.param(DnsFailed, socket.gaierror(socket.EAI_FAIL, "failed"), id="failed"),
        pytest.param(DnsFailed, OSError("no more files"), id="another trouble of the system"),
        pytest.param(KeyError, KeyError("a fault of ours"), id="a fault is not hidden"),
    ],
)
def test_what_becomes_of_a_look_up(expected: type[Exception], outcome: object) -> None:
    """A name that does not exist is told from a look-up that failed: the first is for ever."""

    def resolve(host: str) -> Sequence[str]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome  # type: ignore[return-value]

    with pytest.raises(expected, match=r"news\.example|fault"):
        GuardedBackend(Guard(), resolve).connect_tcp("news.example", 80, 2.0)


def test_the_systems_resolver_answers_for_this_machine() -> None:
    """Each address comes once; an unknown name is the system's own error."""
    addresses = resolve_host("localhost")
    assert "127.0.0.1" in addresses
    assert len(set(addresses)) == len(addresses)
    with pytest.raises(socket.gaierror):
        resolve_host("news.example")


def test_a_look_up_that_hangs_costs_no_more_than_the_time_to_connect() -> None:
    """The resolver goes on in its own thread; who waits for it is told that it took too long."""
    release = threading.Event()
    backend = GuardedBackend(Guard(), lambda host: (str(release.wait(60.0)),))
    try:
        with within(), pytest.raises(DnsFailed, match="too long"):
            backend.connect_tcp("news.example", 80, 0.2)
        with within(), deadline(time.monotonic() + 0.2), pytest.raises(httpcore2.ConnectTimeout):
            backend.connect_tcp("news.example", 80, 60.0)
    finally:
        release.set()


def test_few_addresses_of_both_protocols_are_tried_in_turn(net: Net) -> None:
    """Of many addresses four are dialled, the two protocols in turn, the resolver's favourite first."""
    six = tuple(f"2606:4700::{number}" for number in range(1, 9))
    four = tuple(f"8.8.8.{number}" for number in range(1, 9))
    for answer, order in (
        (six + four, (six[0], four[0], six[1], four[1])),
        (four + six, (four[0], six[0], four[1], six[1])),
        (four, four[:4]),
        ((four[0], *six[:2]), (four[0], six[0], six[1])),
    ):
        net.answers = [answer]
        net.dialled.clear()
        assert connected(net, "news.example", 80, Guard()) == "dialled"
        assert [address for address, _ in net.dialled] == list(order)
        assert len(order) <= MAX_DIALLED


def closed_port() -> int:
    """Return a port of 127.0.0.1 at which nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    """The second address answers when the first refuses, and an error says so when none does."""
    with Origin("127.0.0.2") as live:
        guard = Guard(allowed=("127.0.0.0/8",))
        backend = GuardedBackend(guard, lambda host: ("127.0.0.3", "127.0.0.2"))
        stream = backend.connect_tcp("news.example", live.port, 5.0, socket_options=[(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)])  # fmt: skip
        assert stream.get_extra_info("server_addr") == ("127.0.0.2", live.port)
        assert stream.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert stream.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        stream.close()
    with pytest.raises(httpcore2.ConnectError):
        GuardedBackend(guard).connect_tcp("127.0.0.1", closed_port(), 5.0)


def test_a_bad_option_closes_the_connection_and_a_local_address_is_refused() -> None:
    """What cannot be done as asked is not done otherwise."""
    backend = GuardedBackend(Guard(allowed=("127.0.0.1",)))
    with Origin() as live:
        with pytest.raises(httpcore2.ConnectError):
            backend.connect_tcp("127.0.0.1", live.port, 5.0, socket_options=[(9999, 9999, 1)])
        with pytest.raises(ValueError, match="dial from"):
            backend.connect_tcp("127.0.0.1", live.port, 5.0, local_address="127.0.0.2")
    with pytest.raises(NotImplementedError):
        backend.connect_unix_socket("/run/a.sock")


def queue_filled(address: str, port: int) -> list[socket.socket]:
    """Knock where nobody accepts until the queue is full and the kernel drops what knocks; return who waits."""
    waiting = []
    for _ in range(50):
        waiting.append(socket.socket())
        waiting[-1].settimeout(0.2)
        try:
            waiting[-1].connect((address, port))
        except TimeoutError:
            return waiting
    raise AssertionError("the queue is never full")


def test_an_address_that_does_not_answer_leaves_time_for_the_next() -> None:
    """A first address whose packets vanish takes its share of the time, and the second one is reached."""
    with closing(socket.create_server(("127.0.0.3", 0), backlog=0)) as stuck:
        port = stuck.getsockname()[1]
        waiting = queue_filled("127.0.0.3", port)
        guard = Guard(allowed=("127.0.0.0/8",))
        try:
            with within(), pytest.raises(httpcore2.ConnectTimeout):
                GuardedBackend(guard).connect_tcp("127.0.0.3", port, 0.3)
            with closing(socket.create_server(("127.0.0.2", port))):
                backend = GuardedBackend(guard, lambda host: ("127.0.0.3", "127.0.0.2"))
                with within():
                    stream = backend.connect_tcp("news.example", port, 2.0)
                assert stream.get_extra_info("server_addr")[0] == "127.0.0.2"
                stream.close()
        finally:
            for each in waiting:
                each.close()


def test_a_connection_that_ends_elsewhere_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the other end is not the address that was dialled, nothing is sent to it."""
    with Origin() as live:
        with closing(connect_address("127.0.0.1", live.port, 5.0)) as made:
            assert made.getpeername() == ("127.0.0.1", live.port)
        monkeypatch.setattr(socket.socket, "getpeername", lambda _: ("127.0.0.9", live.port), raising=False)
        with pytest.raises(Refused, match=r"127.0.0.9 answered"):
            connect_address("127.0.0.1", live.port, 5.0)


@pytest.fixture(scope="module")
def tls() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS for a server that is news.example, and for a client that trusts who says so."""
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("news.example").configure_cert(server)
    authority.configure_trust(client)
    return server, client


def test_a_name_keeps_its_certificate_though_its_address_is_dialled(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """TLS is held against the name of the URL: the right certificate passes, another name's does not."""
    server, client = tls
    net = Net([(PUBLIC_ADDRESS,)])
    with Origin("127.0.0.2", tls=server) as origin:
        origin.page("/", "<p>Words.</p>")
        net.front = (origin.host, origin.port)
        with httpcore2.ConnectionPool(ssl_context=client, network_backend=net.backend(Guard())) as pool:
            assert pool.request("GET", "https://news.example/").content == b"<p>Words.</p>"
            with pytest.raises(httpcore2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                pool.request("GET", "https://other.example/")
    assert net.dialled == [(PUBLIC_ADDRESS, 443)] * 2


@pytest.fixture
def pair() -> Iterator[tuple[GuardedStream, socket.socket]]:
    """A guarded stream and its other end."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(SLACK_SECONDS)
    stream = GuardedStream(SyncStream(ours))
    yield stream, theirs
    stream.close()
    theirs.close()


@contextmanager
def dripping(there: socket.socket, first: bytes, drop: bytes) -> Iterator[None]:
    """Send ``first``, then ``drop`` again and again, each well within any time-out."""
    stop = threading.Event()

    def drip() -> None:
        there.sendall(first)
        while not stop.wait(0.02):
            try:
                there.sendall(drop)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_bytes_that_drip_end_with_the_deadline(pair: tuple[GuardedStream, socket.socket]) -> None:
    """A server that sends a byte now and then holds nobody beyond the deadline."""
    stream, there = pair
    timed_out = pytest.raises(httpcore2.ReadTimeout)
    with dripping(there, b"HTTP/1.1 200 OK\r\n", b"x"), within(), timed_out, deadline(time.monotonic() + 0.4):
        until = time.monotonic() + SLACK_SECONDS
        while time.monotonic() < until:
            assert stream.read(1, 5.0)


def test_a_handshake_that_drips_ends_with_the_deadline(pair: tuple[GuardedStream, socket.socket]) -> None:
    """The same before TLS is there: a handshake record that never ends."""
    stream, there = pair
    record = b"\x16\x03\x03\x40\x00"
    timed_out = pytest.raises(httpcore2.ConnectTimeout)
    with dripping(there, record, b"\x02"), within(), timed_out, deadline(time.monotonic() + 0.4):
        stream.start_tls(ssl.create_default_context(), "news.example", 60.0)


def test_a_server_that_does_not_read_ends_with_the_deadline(
    pair: tuple[GuardedStream, socket.socket],
) -> None:
    """Writing waits no longer than the deadline, either."""
    stream, _ = pair
    with within(), deadline(time.monotonic() + 0.2), pytest.raises(httpcore2.WriteTimeout):
        stream.write(b"x" * 50_000_000, 60.0)


def test_after_the_deadline_nothing_is_asked_dialled_read_or_written(
    net: Net, pair: tuple[GuardedStream, socket.socket]
) -> None:
    """Each ends as its ordinary time-out; a handshake closes the connection that its caller has given away."""
    stream, there = pair
    there.sendall(b"words")
    with deadline(time.monotonic()):
        with pytest.raises(httpcore2.ConnectTimeout):
            net.backend(Guard()).connect_tcp(PUBLIC_ADDRESS, 80, 60.0)
        with pytest.raises(httpcore2.ReadTimeout):
            stream.read(5, 60.0)
        with pytest.raises(httpcore2.WriteTimeout):
            stream.write(b"words", 60.0)
        # Without a deadline in between: an inner one ends no later than the outer one.
        with deadline(time.monotonic() + 60.0), pytest.raises(httpcore2.ReadTimeout):
            stream.read(5, None)
    assert net.dialled == []
    assert stream.read(5, 1.0) == b"words"
    with deadline(time.monotonic()), pytest.raises(httpcore2.ConnectTimeout):
        stream.start_tls(ssl.create_default_context(), "news.example", 60.0)
    assert there.recv(1) == b""


def test_a_deadline_is_that_of_its_own_thread(pair: tuple[GuardedStream, socket.socket]) -> None:
    """One page that is late takes no time from those that other threads fetch; without one only the time-out counts."""
    stream, there = pair
    there.sendall(b"words")
    read: list[bytes] = []
    with deadline(time.monotonic()):
        thread = threading.Thread(target=lambda: read.append(stream.read(5, 1.0)))
        thread.start()
        thread.join()
    assert read == [b"words"]
    with within(), pytest.raises(httpcore2.ReadTimeout):
        stream.read(1, 0.05)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_headers_that_drip_end_with_the_deadline(
    scheme: str, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    """The pool's own connection keeps the deadline, too, with TLS and without: headers that never end."""

    def drip(connection: socket.socket, request: Request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        until = time.monotonic() + 2 * SLACK_SECONDS
        while time.monotonic() < until:
            connection.sendall(b"X-A: b\r\n")
            time.sleep(0.02)

    server, client = tls
    net = Net([(PUBLIC_ADDRESS,)])
    timed_out = pytest.raises(httpcore2.ReadTimeout)
    with (
        Origin("127.0.0.2", tls=server if scheme == "https" else None) as origin,
        httpcore2.ConnectionPool(ssl_context=client, network_backend=net.backend(Guard())) as pool,
    ):
        net.front = (origin.host, origin.port)
        origin.script("/", drip)
        with within(), timed_out, deadline(time.monotonic() + 0.6):
            pool.request("GET", f"{scheme}://news.example/", extensions={"timeout": {"read": 5.0}})


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda made: made.connect(("192.0.2.1", 80)), id="connect"),
        pytest.param(lambda made: made.connect_ex(("192.0.2.1", 80)), id="connect_ex"),
        pytest.param(lambda made: made.connect(("news.example", 80)), id="connect to a name"),
        pytest.param(lambda made: made.sendto(b"", ("192.0.2.1", 53)), id="sendto"),
        pytest.param(lambda made: made.sendto(b"", 0, ("192.0.2.1", 53)), id="sendto with flags"),
        pytest.param(lambda made: made.sendmsg([b""], [], 0, ("192.0.2.1", 53)), id="sendmsg"),
    ],
)
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_no_test_sends_anything_to_another_machine(
    kind: int, leave: Callable[[socket.socket], object]
) -> None:
    """The guard of the tests themselves: it raises, and remembers for those who catch everything."""
    with closing(socket.socket(socket.AF_INET, kind)) as made, pytest.raises(PacketLeavingError):
        leave(made)
    assert len(LEAKS) == 1
    LEAKS.clear()


def test_no_test_asks_for_a_name_outside_of_this_machine() -> None:
    """Names that the machine does not know itself do not exist for tests."""
    for look_up in (socket.getaddrinfo, socket.gethostbyname, socket.gethostbyname_ex, socket.gethostbyaddr):
        with pytest.raises(socket.gaierror):
            look_up("news.example", *([80] if look_up is socket.getaddrinfo else []))

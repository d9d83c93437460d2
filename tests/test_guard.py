"""What may be asked for: hostile addresses in every spelling, and what the user allows."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from dialling import Net, connected
from hypothesis import given
from hypothesis import strategies as st
from origin import Origin
from test_addresses import PUBLIC

from tasks.fetch.client import Client
from tasks.fetch.dial import Guard, Refused
from tasks.fetch.records import Wanted

AGENT = "workscited-tests"
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


@pytest.fixture(scope="module")
def way(trap: Origin) -> Iterator[tuple[Client, Net]]:
    """A client for all of the matrix, and the net that it asks and dials by: every name is at 127.0.0.1."""
    net = Net()
    guard = Guard(ports=(80, 443, trap.port))
    with Client(agent=AGENT, guard=guard, backend=net.backend(guard)) as client:
        yield client, net


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

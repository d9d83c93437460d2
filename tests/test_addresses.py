"""Which addresses are public, and which spellings of a host are refused before anyone is asked."""

from __future__ import annotations

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.fetch.addresses import IPV4_RANGES, IPV6_RANGES, is_address, refusal, refused_spelling

ONES = "ffff:ffff:ffff:ffff"

# What stands inside of each range: its first and last address, and those that were abused or mistaken.
SPECIAL = {
    "0.0.0.0": "this_network",
    "0.255.255.255": "this_network",
    "10.0.0.0": "private",
    "10.255.255.255": "private",
    "100.64.0.0": "shared",
    "100.100.100.200": "shared",
    "100.127.255.255": "shared",
    "127.0.0.0": "loopback",
    "127.0.0.1": "loopback",
    "127.255.255.255": "loopback",
    "168.63.129.16": "cloud_platform",
    "169.254.0.0": "link_local",
    "169.254.169.254": "link_local",
    "169.254.255.255": "link_local",
    "172.16.0.0": "private",
    "172.31.255.255": "private",
    "192.0.0.0": "protocol",
    "192.0.0.9": "protocol",
    "192.0.0.192": "protocol",
    "192.0.0.255": "protocol",
    "192.0.2.0": "documentation",
    "192.0.2.255": "documentation",
    "192.31.196.0": "as112",
    "192.31.196.255": "as112",
    "192.52.193.0": "amt",
    "192.52.193.255": "amt",
    "192.88.99.0": "6to4",
    "192.88.99.255": "6to4",
    "192.168.0.0": "private",
    "192.168.255.255": "private",
    "192.175.48.0": "as112",
    "192.175.48.255": "as112",
    "198.18.0.0": "benchmarking",
    "198.19.255.255": "benchmarking",
    "198.51.100.0": "documentation",
    "198.51.100.255": "documentation",
    "203.0.113.0": "documentation",
    "203.0.113.255": "documentation",
    "224.0.0.0": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.0": "reserved",
    "255.255.255.254": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::2": "ipv4_compatible",
    "::127.0.0.1": "ipv4_compatible",
    "::255.255.255.255": "ipv4_compatible",
    "::ffff:0.0.0.0": "ipv4_mapped",
    "::ffff:127.0.0.1": "ipv4_mapped",
    "::ffff:8.8.8.8": "ipv4_mapped",
    "::FFFF:7F00:1": "ipv4_mapped",
    "0:0:0:0:0:ffff:255.255.255.255": "ipv4_mapped",
    "::ffff:0:0.0.0.0": "ipv4_translated",
    "::ffff:0:127.0.0.1": "ipv4_translated",
    "::ffff:0:255.255.255.255": "ipv4_translated",
    "64:ff9b::": "nat64",
    "64:ff9b::127.0.0.1": "nat64",
    "64:ff9b::8.8.8.8": "nat64",
    "64:ff9b::255.255.255.255": "nat64",
    "64:ff9b:1::": "nat64",
    "64:ff9b:1::10.0.0.1": "nat64",
    f"64:ff9b:1:ffff:{ONES}": "nat64",
    "100::": "discard",
    f"100::{ONES}": "discard",
    "100:0:0:1::": "dummy",
    f"100:0:0:1:{ONES}": "dummy",
    "2001::": "teredo",
    "2001:0:7f00:1::": "teredo",
    f"2001:0:ffff:ffff:{ONES}": "teredo",
    "2001:1::1": "protocol",
    "2001:2::": "benchmarking",
    f"2001:2:0:ffff:{ONES}": "benchmarking",
    "2001:3::": "amt",
    f"2001:3:ffff:ffff:{ONES}": "amt",
    "2001:4:112::": "as112",
    f"2001:4:112:ffff:{ONES}": "as112",
    "2001:10::": "orchid",
    f"2001:1f:ffff:ffff:{ONES}": "orchid",
    "2001:20::": "orchid",
    f"2001:2f:ffff:ffff:{ONES}": "orchid",
    "2001:30::": "drone_id",
    f"2001:3f:ffff:ffff:{ONES}": "drone_id",
    f"2001:1ff:ffff:ffff:{ONES}": "protocol",
    "2001:db8::": "documentation",
    f"2001:db8:ffff:ffff:{ONES}": "documentation",
    "2002::": "6to4",
    "2002:7f00:1::": "6to4",
    "2002:808:808::1": "6to4",
    f"2002:ffff:ffff:ffff:{ONES}": "6to4",
    "2620:4f:8000::": "as112",
    f"2620:4f:8000:ffff:{ONES}": "as112",
    "3fff::": "documentation",
    f"3fff:fff:ffff:ffff:{ONES}": "documentation",
    "5f00::": "segment_routing",
    f"5f00:ffff:ffff:ffff:{ONES}": "segment_routing",
    "fc00::": "unique_local",
    "fd00:ec2::254": "unique_local",
    f"fdff:ffff:ffff:ffff:{ONES}": "unique_local",
    "fe80::": "link_local",
    f"febf:ffff:ffff:ffff:{ONES}": "link_local",
    "fec0::": "site_local",
    f"feff:ffff:ffff:ffff:{ONES}": "site_local",
    "ff00::": "multicast",
    f"ffff:ffff:ffff:ffff:{ONES}": "multicast",
    # Outside of all that is given out.
    "::1:0:0:1": "unassigned",
    "200::1": "unassigned",
    f"1fff:ffff:ffff:ffff:{ONES}": "unassigned",
    "4000::": "unassigned",
    "fe00::1": "unassigned",
    # An IPv4 address in the last half of one that is public otherwise.
    "2606:4700::5efe:127.0.0.1": "isatap",
    "2606:4700::200:5efe:10.0.0.1": "isatap",
    "fe80::5efe:10.0.0.1": "link_local",
}

# The last public address below each range and the first above it, and some that are in use.
PUBLIC = (
    "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
    "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0", "192.31.195.255", "192.31.197.0",
    "192.52.192.255", "192.52.194.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
    "192.175.47.255", "192.175.49.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
    "203.0.112.255", "203.0.114.0", "223.255.255.255", "8.8.8.8", "93.184.216.34",
    "2000::", f"2000:ffff:ffff:ffff:{ONES}", "2001:200::", f"2001:db7:ffff:ffff:{ONES}", "2001:db9::",
    f"2001:ffff:ffff:ffff:{ONES}", "2003::", f"2620:4f:7fff:ffff:{ONES}", "2620:4f:8001::",
    f"3ffe:ffff:ffff:ffff:{ONES}", "3fff:1000::", f"3fff:ffff:ffff:ffff:{ONES}", "2606:4700:4700::1111",
    "2606:4700::5efd:127.0.0.1", "2606:4700::5eff:127.0.0.1", "2606:4700::100:5efe:127.0.0.1",
)  # fmt: skip

# The figures that docs/decisions/addresses.md tells.
SPECIAL_COUNT = 113
PUBLIC_COUNT = 52

ipv4 = st.ip_addresses(v=4)
ipv6 = st.ip_addresses(v=6)
SEVERAL = (
    ipaddress.ip_network("2000::/3"),
    ipaddress.ip_network("2001::/16"),
    ipaddress.ip_network("3ff0::/12"),
)
# Evenly drawn, most IPv6 addresses are far from anything; these are near.
near = st.sampled_from(SEVERAL).flatmap(lambda network: st.ip_addresses(network=network))


def test_the_tables_have_the_rows_that_the_documentation_counts() -> None:
    """A row that is lost by mistake is noticed."""
    assert (len(SPECIAL), len(PUBLIC), len(set(PUBLIC))) == (SPECIAL_COUNT, PUBLIC_COUNT, PUBLIC_COUNT)


@pytest.mark.parametrize(("address", "name"), SPECIAL.items(), ids=SPECIAL)
def test_addresses_set_apart_are_refused_by_the_name_of_their_range(address: str, name: str) -> None:
    """The first and the last address of every range are in it, whatever Python's own list says."""
    assert name == refusal(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_neighbours_of_the_ranges_pass(address: str) -> None:
    """Just below and just above each range stand public pages: no range is wider than it must be."""
    assert refusal(address) == ""
    assert is_address(address)
    assert refused_spelling(address) == ""


@pytest.mark.parametrize("row", [*IPV4_RANGES, *IPV6_RANGES], ids=lambda row: str(row.network))
def test_every_edge_of_every_range_is_in_the_tables(row: object) -> None:
    """No range is added without its edges: what lies beside it is public and tested, or refused as well."""
    network = row.network  # type: ignore[attr-defined]
    known = {ipaddress.ip_address(address) for address in SPECIAL}
    # Those within a wider one and those outside 2000::/3 have refused neighbours.
    assert {network[0], network[-1]} <= known
    size = 32 if network.version == 4 else 128
    for number in (int(network[0]) - 1, int(network[-1]) + 1):
        if 0 <= number < 1 << size:
            beside = type(network[0])(number)
            assert refusal(str(beside)) or str(beside) in PUBLIC


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("zone", "fe80::1%eth0", id="link-local with a zone"),
        pytest.param("zone", "2606:4700::1111%1", id="public with a zone"),
        pytest.param("zone", "::1%lo", id="loopback with a zone"),
        pytest.param("not_an_address", "", id="nothing"),
        pytest.param("not_an_address", "example.org", id="a name"),
        pytest.param("not_an_address", "8.8.8", id="three numbers"),
        pytest.param("not_an_address", "8.8.8.8.", id="a dot after it"),
        pytest.param("not_an_address", "8.8.8.010", id="a leading zero"),
        pytest.param("not_an_address", " 8.8.8.8", id="a space before it"),
        pytest.param("not_an_address", "8.8.8.8\n", id="a line break after it"),
        pytest.param("not_an_address", "８.8.8.8", id="a wide digit"),
        pytest.param("not_an_address", "134744072", id="one number"),
        pytest.param("not_an_address", "[2606:4700::1111]", id="brackets"),
        pytest.param("not_an_address", "8.8.8.8/32", id="a network"),
    ],
)
def test_what_is_no_plain_address_is_refused(name: str, text: str) -> None:
    """Only the standards' own way to write an address is read as one."""
    assert name == refusal(text)
    assert not is_address(text)


def embedded(address: IPv4Address) -> list[str]:
    """Return ``address`` in every IPv6 dress that carries it."""
    number = int(address)
    high, low = number >> 16, number & 0xFFFF
    return [
        f"::{address}",
        f"::ffff:{address}",
        f"::ffff:0:{address}",
        f"64:ff9b::{address}",
        f"64:ff9b:1::{address}",
        f"2002:{high:x}:{low:x}::1",
        f"2001:0:{high:x}:{low:x}::1",
        str(IPv6Address((0x2001 << 112) | (number ^ 0xFFFFFFFF))),
        f"2606:4700::5efe:{address}",
        f"2606:4700::200:5efe:{address}",
    ]


def passes(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address that Python calls special in any way is held for public."""
    flags = ("loopback", "private", "link_local", "multicast", "reserved", "unspecified")
    special = any(getattr(address, f"is_{flag}") for flag in flags) or getattr(
        address, "is_site_local", False
    )
    return special and refusal(str(address)) == ""


@given(ipv4)
@example(IPv4Address("8.8.8.8"))
@example(IPv4Address("127.0.0.1"))
def test_no_special_ipv4_address_passes_in_any_dress(address: IPv4Address) -> None:
    """What Python calls special is refused, and so is every IPv6 address that carries an IPv4 address."""
    assert not passes(address)
    assert [dress for dress in embedded(address) if refusal(dress) == ""] == []


@given(st.one_of(ipv6, near))
def test_no_special_ipv6_address_passes(address: IPv6Address) -> None:
    """What Python calls special is refused, in the short and in the long spelling alike."""
    assert not passes(address)
    assert refusal(str(address)) == refusal(address.exploded) == refusal(str(address).upper())


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("example.org", id="a name"),
        pytest.param("EXAMPLE.ORG", id="capitals"),
        pytest.param("example.org.", id="a dot after it"),
        pytest.param("a-b.c_d.xn--p1ai", id="hyphen, underscore, another script"),
        pytest.param("1.2.3.example", id="numbers in front"),
        pytest.param("0x7f.example", id="a hex number in front"),
        pytest.param("localhost.example", id="localhost in front"),
        pytest.param("127.0.0.1.nip.example", id="an address in front"),
        pytest.param(f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 61}", id="as long as can be"),
        pytest.param("127.0.0.1", id="an address, judged as such"),
        pytest.param("::1", id="an IPv6 address, judged as such"),
    ],
)
def test_plain_names_and_addresses_pass_as_spellings(host: str) -> None:
    """A spelling says nothing about where a name leads: that is asked next."""
    assert refused_spelling(host) == ""


@pytest.mark.parametrize(
    ("why", "host"),
    [
        pytest.param("is no address", "127.1", id="two numbers"),
        pytest.param("is no address", "127.0.1", id="three numbers"),
        pytest.param("is no address", "2130706433", id="one number"),
        pytest.param("is no address", "0x7f000001", id="one hex number"),
        pytest.param("is no address", "0X7F.1", id="hex, then decimal"),
        pytest.param("is no address", "127.0.0.0x1", id="hex at the end"),
        pytest.param("is no address", "127.0.0.0x", id="hex without digits"),
        pytest.param("is no address", "0177.0.0.1", id="octal"),
        pytest.param("is no address", "127.0.0.01", id="octal at the end"),
        pytest.param("is no address", "127.0.0.1.", id="a dot after it"),
        pytest.param("is no address", "256.0.0.1", id="above 255"),
        pytest.param("is no address", "1.2.3.4.5", id="five numbers"),
        pytest.param("is no address", "example.0", id="a name that ends in a number"),
        pytest.param("is no address", "fe80::1%lo", id="a zone"),
        pytest.param("is no address", "::g", id="no IPv6"),
        pytest.param("is no name", "", id="nothing"),
        pytest.param("is no name", ".", id="a dot"),
        pytest.param("is no name", "a..example", id="an empty part"),
        pytest.param("is no name", "example.org..", id="two dots after it"),
        pytest.param("is no name", "-a.example", id="a hyphen in front"),
        pytest.param("is no name", "a b.example", id="a space"),
        pytest.param("is no name", "a\n.example", id="a line break"),
        pytest.param("is no name", "a.example\n", id="a line break after it"),
        pytest.param("is no name", "a\\b.example", id="a backslash"),
        pytest.param("is no name", "ä.example", id="a letter that is not ASCII"),
        pytest.param("is no name", f"{'a' * 64}.example", id="a long part"),
        pytest.param("is no name", "a." * 124 + "example", id="a long name"),
        pytest.param("local network", "localhost", id="localhost"),
        pytest.param("local network", "LOCALHOST.", id="localhost with a dot"),
        pytest.param("local network", "a.localhost", id="below localhost"),
        pytest.param("local network", "printer.local", id="local"),
        pytest.param("local network", "metadata.google.internal", id="internal"),
        pytest.param("local network", "router.home.arpa", id="home.arpa"),
        pytest.param("local network", "a.onion", id="onion"),
        pytest.param("without a domain", "intranet", id="one part"),
    ],
)
def test_odd_spellings_are_refused(why: str, host: str) -> None:
    """What another reader could take for an address, or what only this machine's network knows, is not asked."""
    assert why in refused_spelling(host)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Write one to four numbers in the bases that C reads."""
    parts = draw(st.lists(st.integers(0, 0xFFFFFFFF) | st.integers(0, 255), min_size=1, max_size=4))
    bases = draw(st.lists(st.sampled_from(("d", "#o", "#x", "08d")), min_size=4, max_size=4))
    return ".".join(format(part, base).replace("0o", "0") for part, base in zip(parts, bases, strict=False))


@given(numbers() | st.text("0123456789abcdefx.", min_size=1, max_size=15))
@example("127.1")
@example("0x7f.0.0.0x1")
def test_whatever_c_takes_for_an_address_is_a_plain_one_or_refused(host: str) -> None:
    """The system's own reader of addresses is never handed a number that was not judged as an address."""
    try:
        read = socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return
    assert refused_spelling(host) != "" or host == read

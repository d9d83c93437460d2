"""Tell which addresses are public, and which spellings of a host are refused before anyone is asked.

In: an address or a host as text. Out: a word or a few that say why not, "" where nothing speaks against
it. Nothing here raises and nothing talks to a network. Why these ranges: docs/decisions/addresses.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses that no public page stands at: ``name`` is what is told, ``source`` who set them apart."""

    network: IPv4Network | IPv6Network
    name: str
    source: str


def _ranges(*rows: tuple[str, str, str]) -> tuple[Range, ...]:
    return tuple(Range(ip_network(network), name, source) for network, name, source in rows)


# The first row that holds an address names it: narrow ones stand before the wide ones around them.
IPV4_RANGES = _ranges(
    ("0.0.0.0/8", "this_network", "RFC 791"),
    ("10.0.0.0/8", "private", "RFC 1918"),
    ("100.64.0.0/10", "shared", "RFC 6598"),
    ("127.0.0.0/8", "loopback", "RFC 1122"),
    # A public number that one large cloud answers at inside every machine's own network.
    ("168.63.129.16/32", "cloud_platform", "Azure's virtual address"),
    ("169.254.0.0/16", "link_local", "RFC 3927"),
    ("172.16.0.0/12", "private", "RFC 1918"),
    ("192.0.0.0/24", "protocol", "RFC 6890"),
    ("192.0.2.0/24", "documentation", "RFC 5737"),
    ("192.31.196.0/24", "as112", "RFC 7535"),
    ("192.52.193.0/24", "amt", "RFC 7450"),
    ("192.88.99.0/24", "6to4", "RFC 7526"),
    ("192.168.0.0/16", "private", "RFC 1918"),
    ("192.175.48.0/24", "as112", "RFC 7534"),
    ("198.18.0.0/15", "benchmarking", "RFC 2544"),
    ("198.51.100.0/24", "documentation", "RFC 5737"),
    ("203.0.113.0/24", "documentation", "RFC 5737"),
    ("224.0.0.0/4", "multicast", "RFC 5771"),
    ("255.255.255.255/32", "broadcast", "RFC 919"),
    ("240.0.0.0/4", "reserved", "RFC 1112"),
)
IPV6_RANGES = _ranges(
    ("::/128", "unspecified", "RFC 4291"),
    ("::1/128", "loopback", "RFC 4291"),
    ("::/96", "ipv4_compatible", "RFC 4291"),
    ("::ffff:0:0/96", "ipv4_mapped", "RFC 4291"),
    ("::ffff:0:0:0/96", "ipv4_translated", "RFC 2765"),
    ("64:ff9b::/96", "nat64", "RFC 6052"),
    ("64:ff9b:1::/48", "nat64", "RFC 8215"),
    ("100::/64", "discard", "RFC 6666"),
    ("100:0:0:1::/64", "dummy", "RFC 9780"),
    ("2001::/32", "teredo", "RFC 4380"),
    ("2001:2::/48", "benchmarking", "RFC 5180"),
    ("2001:3::/32", "amt", "RFC 7450"),
    ("2001:4:112::/48", "as112", "RFC 7535"),
    ("2001:10::/28", "orchid", "RFC 4843"),
    ("2001:20::/28", "orchid", "RFC 7343"),
    ("2001:30::/28", "drone_id", "RFC 9374"),
    ("2001::/23", "protocol", "RFC 2928"),
    ("2001:db8::/32", "documentation", "RFC 3849"),
    ("2002::/16", "6to4", "RFC 3056"),
    ("2620:4f:8000::/48", "as112", "RFC 7534"),
    ("3fff::/20", "documentation", "RFC 9637"),
    ("5f00::/16", "segment_routing", "RFC 9602"),
    ("fc00::/7", "unique_local", "RFC 4193"),
    ("fe80::/10", "link_local", "RFC 4291"),
    ("fec0::/10", "site_local", "RFC 3879"),
    ("ff00::/8", "multicast", "RFC 4291"),
)

# All that is given out to networks of the world lies here; the rest is unassigned, and so not public.
GLOBAL_UNICAST = IPv6Network("2000::/3")

# The middle of an address that carries an IPv4 address in its last 32 bits (RFC 5214), with or without
# the bit that claims a number unique in the world.
ISATAP = 0x0000_5EFE
ISATAP_MASK = 0xFDFF_FFFF
IPV4_BITS = 32

# Names that no public server answers to (RFC 6761, 6762, 7686, 8375; "internal": ICANN, 2024;
# "localdomain" by old habit).
LOCAL_SUFFIXES = ("home.arpa", "internal", "local", "localdomain", "localhost", "onion")

# RFC 1035, written with dots.
MAX_NAME_CHARACTERS = 253
# The underscore is no letter of a host's name, yet some sites have one.
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Each address is judged several times on its way, and a run meets a few thousand hosts.
REMEMBERED_ADDRESSES = 10_000
# What opens the last part of a number as C's inet_aton reads one: 10, 0177, 0x7f. No top-level domain does.
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@lru_cache(maxsize=REMEMBERED_ADDRESSES)
def refusal(address: str) -> str:
    """Return the name of the range that forbids ``address``, "" when it is public.

    Every IPv6 address that carries an IPv4 address is refused, whichever it carries. Text that is no
    address as the standards write it is ``not_an_address``, one with a zone id ("fe80::1%eth0") ``zone``.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not_an_address"
    if isinstance(parsed, IPv4Address):
        return _name(parsed, IPV4_RANGES)
    return _refusal6(parsed)


def is_address(host: str) -> bool:
    """Return whether ``host`` is an address as the standards write it, without brackets or zone id."""
    return refusal(host) not in {"not_an_address", "zone"}


def refused_spelling(host: str) -> str:
    """Return why a URL's ``host`` (ASCII, no brackets) is not to be asked for at all, "" when it may be.

    An address passes here, public or not, when it is written the one usual way: four decimal numbers
    without leading zeros, or IPv6 without a zone id. Any other number that C's inet_aton would take for
    an address is refused, and so is what is no host's name, and a name of the local network.
    """
    lower = host.lower()
    name = lower.removesuffix(".")
    labels = name.split(".")
    if ":" in lower or NUMBER.fullmatch(labels[-1]):
        return "" if is_address(lower) else "is no address as the standards write one"
    if len(name) > MAX_NAME_CHARACTERS or not all(LABEL.fullmatch(label) for label in labels):
        return "is no name that a host can have"
    if any(name == suffix or name.endswith(f".{suffix}") for suffix in LOCAL_SUFFIXES):
        return "is a name of the local network"
    return "is a name without a domain" if len(labels) == 1 else ""


def _refusal6(address: IPv6Address) -> str:
    if address.scope_id is not None:
        return "zone"
    name = _name(address, IPV6_RANGES)
    if name:
        return name
    if address not in GLOBAL_UNICAST:
        return "unassigned"
    carries = (int(address) >> IPV4_BITS) & ISATAP_MASK == ISATAP
    return "isatap" if carries else ""


def _name(address: IPv4Address | IPv6Address, ranges: tuple[Range, ...]) -> str:
    return next((each.name for each in ranges if address in each.network), "")

"""Say what may be asked for and dialled, before anything is sent.

In: a URL, a host or an address. Out: nothing, or :class:`Refused` with a reason code and a sentence.
Nothing here talks to a network. Why so: docs/decisions/addresses.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from tasks.fetch.addresses import is_address, refusal, refused_spelling
from tasks.fetch.hosts import DEFAULT_PORTS

# Ports are numbers of 16 bits; 0 is none.
LAST_PORT = 65_535

# A scheme, and what stands between the two slashes and the path.
URL_HEAD = re.compile(r"([a-z][a-z0-9+.-]*):(?://([^/?#]*))?", re.IGNORECASE)
# A host (an IPv6 address in brackets) and a port in plain digits.
AUTHORITY = re.compile(r"(?:\[([^\[\]]+)\]|([^:\[\]]+))(?::([0-9]{0,5}))?")

# How much of a host a message shows: a URL may be all host, and long.
SHOWN_CHARACTERS = 80

# An address or network in brackets with a port, one without colons with a port, or IPv6 alone.
ALLOWANCE = re.compile(r"\[([^\[\]]+)\](?::([0-9]{1,5}))?|([^:\[\]]+)(?::([0-9]{1,5}))?|([^\[\]]+)")


class Refused(Exception):  # noqa: N818  (an answer, not a fault)
    """What is asked for must not be dialled. ``reason`` is a code, the text a sentence that says why."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Allowance:
    """Addresses that may be dialled though they are not public; ``port`` None is any port."""

    network: IPv4Network | IPv6Network
    port: int | None


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be dialled: public addresses on ``ports``, and what ``allowed`` names.

    ``allowed`` holds addresses and networks, with a port or for any: "127.0.0.0/8", "10.1.2.3:8000",
    "::1", "[fd00::1]:8080". ValueError when one is none of these.
    """

    allowed: tuple[str, ...] = ()
    ports: tuple[int, ...] = (80, 443)

    def __post_init__(self) -> None:
        for text in self.allowed:
            _allowance(text)

    def check_url(self, url: str) -> None:
        """Raise :class:`Refused` when ``url`` is not to be asked for; nothing is looked up.

        Reasons: ``bad_url``, ``refused_scheme``, ``refused_host`` (userinfo, and spellings that hide an
        address or name nothing public), ``refused_port``, ``refused_address``.
        """
        host, port = _host_and_port(url)
        if host.isascii():
            self.check_host(host, port)
        self.check_host(_asked_host(url, host), port)

    def check_host(self, host: str, port: int) -> None:
        """Raise :class:`Refused` when ``host``, a name or an address without brackets, is not to be asked."""
        spelled = "" if host == "localhost" and self._allows_loopback(port) else refused_spelling(host)
        if spelled:
            raise Refused("refused_host", f"{host[:SHOWN_CHARACTERS]!r} {spelled}")
        if not 0 < port <= LAST_PORT:
            raise Refused("refused_port", f"there is no port {port}")
        if is_address(host):
            self.check_address(host, port)
        elif port not in self.ports and all(port != each.port is not None for each in self._allowances()):
            raise Refused("refused_port", f"port {port} is not among {self.ports}")

    def check_address(self, address: str, port: int) -> None:
        """Raise :class:`Refused` when ``address`` must not be dialled at ``port``."""
        if self._allows(address, port):
            return
        name = refusal(address)
        if name:
            raise Refused("refused_address", f"{address} is not public ({name})")
        if port not in self.ports:
            raise Refused("refused_port", f"port {port} is not among {self.ports}")

    def _allows(self, address: str, port: int) -> bool:
        if refusal(address) in {"not_an_address", "zone"}:
            return False
        parsed = ip_address(address)
        return any(each.port in {None, port} and parsed in each.network for each in self._allowances())

    def _allows_loopback(self, port: int) -> bool:
        return self._allows("127.0.0.1", port) or self._allows("::1", port)

    def _allowances(self) -> Iterator[Allowance]:
        return map(_allowance, self.allowed)


@lru_cache
def _allowance(text: str) -> Allowance:
    """Read "127.0.0.1", "10.0.0.0/8", "10.1.2.3:8000", "::1", "[::1]" or "[::1]:80"."""
    parts = ALLOWANCE.fullmatch(text)
    try:
        if parts is None:
            raise ValueError("there is more in it")
        address, port = parts[1] or parts[3] or parts[5], parts[2] or parts[4]
        return Allowance(ip_network(address), int(port) if port else None)
    except ValueError as error:
        raise ValueError(f"{text!r} is no address or network, with or without a port: {error}") from error


def _host_and_port(url: str) -> tuple[str, int]:
    """Read the host as it is written, without brackets, and the port out of ``url``."""
    head = URL_HEAD.match(url)
    if head is None:
        raise Refused("bad_url", "this is no URL")
    scheme, authority = head[1].lower(), head[2]
    if scheme not in DEFAULT_PORTS:
        raise Refused("refused_scheme", f"{scheme!r} is not http or https")
    if not authority:
        raise Refused("bad_url", "the URL names no host")
    # No page of news needs it, and readers of URLs differ on where the host begins behind it.
    if "@" in authority:
        raise Refused("refused_host", "a user's name or a password stands before the host")
    parts = AUTHORITY.fullmatch(authority)
    if parts is None:
        raise Refused("bad_url", "this is no host, or no port")
    return parts[1] or parts[2], int(parts[3] or DEFAULT_PORTS[scheme])


def _asked_host(url: str, host: str) -> str:
    """Return the host as the HTTP library reads it out of ``url``: the one that it will want to reach."""
    import httpx2

    try:
        asked = httpx2.URL(url).raw_host.decode("ascii")
    except (httpx2.InvalidURL, UnicodeError) as error:
        reason = "bad_url" if host.isascii() else "refused_host"
        raise Refused(reason, "this is no URL that could be asked for") from error
    # Letters of any script become ASCII; nothing else may change, and none may become a number.
    if asked.lower() != host.lower() and (host.isascii() or is_address(asked)):
        raise Refused("refused_host", f"the host can be read as {asked!r}")
    return asked

"""Keep every test on this machine: nothing may be sent to an address outside 127.0.0.0/8 and ::1.

:func:`install` replaces what Python's sockets use to reach another address, and what asks for a name.
It holds for the process that calls it; a script that a test starts calls it itself. What a socket was
about to send elsewhere is kept in :data:`LEAKS` too, for code that catches whatever is raised.
"""

from __future__ import annotations

import _socket
import ipaddress
import socket
from collections.abc import Callable
from typing import Any

# What was about to leave, "connect 192.0.2.1"; whoever provokes one on purpose takes it out again.
LEAKS: list[str] = []

# Names that the machine answers itself, from its own files.
OWN_NAMES = frozenset({"", "localhost", "ip6-localhost", "ip6-loopback", socket.gethostname().lower()})

# What the machine knows the name of without asking: what stands in every /etc/hosts.
OWN_ADDRESSES = frozenset({"127.0.0.1", "::1", "localhost", socket.gethostname()})

# Where the address stands among the arguments.
SENDMSG_ADDRESS = 3


_socket_type = _socket.socket


class PacketLeavingError(AssertionError):
    """A test was about to send something to another machine."""


def stays(host: object) -> bool:
    """Return whether what is sent to ``host`` (a name or an address) stays on this machine."""
    text = host.decode("latin-1") if isinstance(host, bytes) else str(host)
    if text == "localhost":
        return True
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    # Python's own list is of no matter here: these two are what the kernel keeps for itself.
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def is_answered_here(host: object) -> bool:
    """Return whether looking ``host`` up asks nobody: it is an address, nothing, or the machine's own name."""
    text = host.decode("latin-1") if isinstance(host, bytes) else str(host or "")
    if text.lower() in OWN_NAMES:
        return True
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def install() -> None:
    """Put the guard in. Calling it again changes nothing."""
    if getattr(socket.socket, "_stays_here", False):
        return
    socket.socket._stays_here = True  # type: ignore[attr-defined]
    for kind in (socket.socket, _raw_socket()):
        for name in ("connect", "connect_ex", "sendto", "sendmsg"):
            setattr(kind, name, _guarded(name, getattr(_socket_type, name)))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _local_names(getattr(socket, name)))
    socket.gethostbyaddr = _local_names(socket.gethostbyaddr, lambda host: host in OWN_ADDRESSES)
    socket.getnameinfo = _local_reverse(socket.getnameinfo)


def _raw_socket() -> type:
    """Put a subclass in the place of the C type, which cannot be changed, for whoever takes it from there."""

    class Guarded(_socket_type):  # type: ignore[misc, valid-type]
        pass

    _socket.socket = Guarded  # type: ignore[misc]
    return Guarded


def _guarded(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: socket.socket, *arguments: Any) -> Any:
        address = _target(name, arguments)
        if self.family in (socket.AF_INET, socket.AF_INET6) and address is not None and not stays(address[0]):
            LEAKS.append(f"{name} {address[0]}")
            raise PacketLeavingError(f"a test was about to {name} to {address[0]!r}")
        return original(self, *arguments)

    method.__name__ = name
    return method


def _target(name: str, arguments: tuple[Any, ...]) -> Any:
    if name == "sendmsg":
        return arguments[SENDMSG_ADDRESS] if len(arguments) > SENDMSG_ADDRESS else None
    return arguments[-1] if arguments else None


def _local_names(
    original: Callable[..., Any], allowed: Callable[[Any], bool] = is_answered_here
) -> Callable[..., Any]:
    def look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if not allowed(host):
            raise socket.gaierror(socket.EAI_NONAME, f"the tests look no name up: {host!r}")
        return original(host, *arguments, **options)

    return look_up


def _local_reverse(original: Callable[..., Any]) -> Callable[..., Any]:
    def look_up(address: Any, flags: int) -> Any:
        if not flags & socket.NI_NUMERICHOST and address[0] not in OWN_ADDRESSES:
            raise socket.gaierror(socket.EAI_NONAME, f"the tests look no address up: {address[0]!r}")
        return original(address, flags)

    return look_up

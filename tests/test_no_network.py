"""The guard of the tests themselves: nothing is sent to another machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing

import pytest
from no_network import LEAKS, PacketLeavingError


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

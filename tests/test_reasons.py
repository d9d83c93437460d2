"""The words that the protocol's parser has for a broken line, as the installed one writes them."""

from __future__ import annotations

import socket
from collections.abc import Callable

import httpcore2
import pytest
from origin import Origin, Request

from tasks.fetch.reasons import CUT_SHORT, NO_RESPONSE, reason_of_error

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def sending(data: bytes) -> Callable[[socket.socket, Request], None]:
    """Return a server's side that sends ``data`` and leaves."""
    return lambda connection, request: connection.sendall(data)


@pytest.mark.parametrize(
    ("reason", "words", "data"),
    [
        pytest.param("too_short", CUT_SHORT[0], CHUNKED + b"5\r\nwords\r\n", id="no last chunk"),
        pytest.param("too_short", CUT_SHORT[0], CHUNKED + b"9\r\nwords", id="in a chunk"),
        pytest.param("too_short", CUT_SHORT[0], HEAD + b"Content-Length: 9\r\n\r\nwords", id="by its length"),
        pytest.param("too_short", CUT_SHORT[1], CHUNKED + b"5\r\nwords\r\n3", id="in a chunk's size"),
        pytest.param("too_short", CUT_SHORT[1], CHUNKED + b"0\r\nX-T: 1", id="in a trailer"),
        pytest.param("connection_lost", NO_RESPONSE, b"", id="nothing"),
        pytest.param("connection_lost", NO_RESPONSE, HEAD, id="in the head"),
        pytest.param(
            "connection_lost", NO_RESPONSE, b"HTTP/1.1 100 Continue\r\n\r\n", id="before the answer"
        ),
        pytest.param("bad_response", "", b"words\r\n\r\n", id="no answer"),
        pytest.param("bad_response", "", CHUNKED + b"words\r\n", id="no chunk"),
        pytest.param("bad_response", "", HEAD + b"no header\r\n\r\n", id="no header"),
    ],
)
def test_the_installed_parser_words_a_broken_line_as_it_is_read(reason: str, words: str, data: bytes) -> None:
    """A newer one that words it otherwise is noticed here, and each other error is told apart from these."""
    with Origin() as origin, httpcore2.ConnectionPool() as pool:
        url = origin.script("/a", sending(data))
        with pytest.raises(httpcore2.RemoteProtocolError) as error:
            pool.request("GET", url)
    assert words in str(error.value)
    assert reason_of_error(error.value)[0] == reason
    if not words:
        assert not any(each in str(error.value) for each in (*CUT_SHORT, NO_RESPONSE))

"""Made hosts with one page each, in all states that a server can show: what ``benchmarks.dead_sources`` asks.

One server on 127.0.0.1 plays all of them; which one is asked is told by the name. :func:`resolve` answers for
the names.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from benchmarks.corpus import SEED, make_source, source_page

# What a page is: gone, there, not for us, in trouble that may pass, or something else than a page.
Truth = Literal["gone", "there", "blocked", "trouble", "other"]

# The longest that a request may take: what never answers is asked twice.
REQUEST_SECONDS = 2.0
# Names that end so do not exist; those of OUTAGE cannot be looked up for now.
NOWHERE = "nowhere.example"
OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class State:
    """What so many pages are, and how their server answers: ``first`` is the status of the first answer.

    ``hidden``: robots.txt forbids them. ``act``: what the server does in place of an answer.
    """

    name: str
    truth: Truth
    pages: int
    status: int = 200
    first: int = 0
    location: str = ""
    body: str = "story"
    act: Literal["", "silence", "reset", "short"] = ""
    hidden: bool = False


STATES = (
    State("not-found", "gone", 30, 404, body="short"),
    # Many sites show their latest stories to whoever looks for an old one.
    State("not-found-with-stories", "gone", 8, 404),
    State("gone-for-good", "gone", 12, 410, body="short"),
    State("moved-to-not-found", "gone", 8, 301, location="/answers/404"),
    State("moved-to-gone", "gone", 4, 302, location="/answers/410"),
    State("no-such-host", "gone", 14),
    State("moved-to-no-host", "gone", 4, 301, location=f"http://new.{NOWHERE}/story.html"),
    # Gone, but the server does not say so.
    State("soft-not-found", "gone", 8, body="soft"),
    State("front-page", "gone", 8, 302, location="/"),
    State("for-sale", "gone", 4, body="sale"),
    # There, but the server says that they are gone: for a moment, or to programs.
    State("back-soon", "there", 2, first=404),
    State("not-for-programs", "there", 2, 404, body="short"),
    State("unauthorized", "blocked", 8, 401, body="short"),
    State("forbidden", "blocked", 12, 403, body="short"),
    State("too-many", "blocked", 6, 429, body="short"),
    State("legal-reasons", "blocked", 4, 451, body="short"),
    State("moved-to-forbidden", "blocked", 4, 302, location="/answers/403"),
    State("robots", "blocked", 8, hidden=True),
    State("error-500", "trouble", 6, 500, body="short"),
    State("error-502", "trouble", 4, 502, body="short"),
    State("error-503", "trouble", 4, 503, body="short"),
    State("moved-to-error", "trouble", 4, 302, location="/answers/500"),
    State("silence", "trouble", 4, act="silence"),
    State("reset", "trouble", 4, act="reset"),
    State("short", "trouble", 4, act="short"),
    State(OUTAGE, "trouble", 6),
    State("there", "there", 20),
    State("moved", "there", 6, 301, location="/answers/200"),
    State("second-try", "there", 4, first=503),
    State("bad-request", "other", 4, 400, body="short"),
    State("circle", "other", 2, 302, location="/circle"),
)
BY_NAME = {state.name: state for state in STATES}
BODIES = {
    "short": "<!doctype html><title>Error</title><p>This page cannot be shown.</p>",
    "soft": "<!doctype html><title>Page not found</title><h1>Page not found</h1>"
    "<p>Sorry, the page that you asked for was not found.</p>",
    "sale": "<!doctype html><title>This domain is for sale</title><p>Buy this domain today.</p>",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A page that is cited: its state, its number over all states, and its place among those of its state."""

    state: State
    number: int
    place: int

    @property
    def host(self) -> str:
        """The name of its host, which has no other page."""
        end = NOWHERE if self.state.name == "no-such-host" else "example"
        return f"{self.state.name}-{self.place}.{end}"

    def entry(self, port: int) -> tuple[str, str]:
        """Return its title and address."""
        return make_source(self.number, SEED).story.title, f"http://{self.host}:{port}/2024/06/story.html"


def cited_pages(states: Sequence[State] = STATES) -> list[Cited]:
    """Return the pages of ``states``, those of a state far apart: no article cites many of one."""
    places = sorted(
        (place / state.pages, n, place) for n, state in enumerate(states) for place in range(state.pages)
    )
    return [Cited(states[n], number, place) for number, (_, n, place) in enumerate(places)]


class Handler(BaseHTTPRequestHandler):
    """Answers as the state of the host's page is."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer robots.txt, what a redirect leads to, or the page."""
        host = self.headers["Host"].partition(".")[0]
        state = BY_NAME[host.rpartition("-")[0]]
        if self.path == "/robots.txt":
            rules = b"User-agent: *\nDisallow: /\n" if state.hidden else b""
            self._send(200 if rules else 404, rules, kind="text/plain")
        elif self.path.startswith("/answers/"):
            self._send(int(self.path.rpartition("/")[2]), self._story(host))
        elif state.act:
            self._misbehave(state.act)
        else:
            first = self.server.asked[host] == 0
            self.server.asked[host] += 1
            body = BODIES[state.body].encode() if state.body in BODIES else self._story(host)
            status = 200 if self.path == "/" else state.first if first and state.first else state.status
            self._send(status, body, state.location)

    def _story(self, host: str) -> bytes:
        return source_page(make_source(self.server.numbers[host], SEED), SEED).encode()

    def _send(
        self, status: int, body: bytes, location: str = "", kind: str = "text/html; charset=utf-8"
    ) -> None:
        self.send_response(status)
        for name, value in {"Location": location, "Content-Type": kind, "Content-Length": len(body)}.items():
            if value != "":
                self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def _misbehave(self, act: str) -> None:
        self.close_connection = True
        if act == "silence":
            self.server.ending.wait(2 * REQUEST_SECONDS)
        elif act == "reset":
            # Closing then sends RST in place of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>Short"
            )

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """The server of all hosts, on 127.0.0.1 at a port that the system chooses."""

    request_queue_size = 256

    def __init__(self, pages: Sequence[Cited]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.numbers = {page.host.partition(".")[0]: page.number for page in pages}
        self.asked: Counter[str] = Counter()
        self.ending = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients go away from what never answers."""


@contextmanager
def served(pages: Sequence[Cited]) -> Iterator[int]:
    """Serve ``pages``; give the port."""
    with Server(pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.ending.set()
            server.shutdown()
            thread.join()


def resolve(host: str) -> tuple[str, ...]:
    """Return the server's address for every name that there is."""
    if host.endswith(NOWHERE):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    if host.startswith(OUTAGE):
        raise socket.gaierror(socket.EAI_AGAIN, "try again")
    return ("127.0.0.1",)


def resolve_nothing(host: str) -> tuple[str, ...]:
    """Answer as the resolvers of some systems do when there is no network: no name exists."""
    raise socket.gaierror(socket.EAI_NONAME, f"no such name: {host}")

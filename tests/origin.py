"""A web server on the loopback interface that does what a test tells it to, misbehaving included.

Usage::

    with Origin() as origin:
        origin.page("/a.html", "<p>Words.</p>", etag='"1"')
        origin.redirect("/old", "/a.html")
        origin.script("/drip", lambda connection, request: connection.sendall(b"HTTP/1.1 200 O"))
        ...  # ask for origin.url + "/a.html"
        assert origin.paths == ["/a.html"]

Every connection has its own thread; leaving the ``with`` closes all connections and joins all threads. A
script's exception that is no network error is raised there.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

# A connection on which nothing comes for so long is closed: none outlives its test by much.
IDLE_SECONDS = 10.0

# What a request's head may have at most; the clients under test send some hundred bytes.
HEAD_BYTES = 65_536

# Connections served at once at most; more wait in the listener's queue.
MOST_CONNECTIONS = 256

# How long leaving waits for each thread. All connections are closed by then.
JOIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Request:
    """What came: ``path`` as sent, query included; header names in lower case; ``at`` by time.monotonic()."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float
    client: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered: the status, headers and body of one path, after ``delay`` seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    delay: float = 0.0
    etag: str = ""
    last_modified: str = ""


Script = Callable[[socket.socket, Request], None]
NOT_FOUND = Page(404, {"Content-Type": "text/html; charset=utf-8"}, b"<p>Not here.</p>")


class Origin:
    """An HTTP server on ``host`` (127.0.0.0/8 or ::1) at a port that the system chooses.

    ``requests`` are those that came whole, in their order; ``connections`` counts what was accepted;
    ``most_at_once`` is the largest number of requests that were being answered together.
    """

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.requests: list[Request] = []
        self.connections = 0
        self.most_at_once = 0
        self.stopping = threading.Event()
        self._tls = tls
        self._answers: dict[str, Page | Script] = {}
        self._in_flight = 0
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(MOST_CONNECTIONS)
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=MOST_CONNECTIONS)
        self.port: int = self._listener.getsockname()[1]

    @property
    def authority(self) -> str:
        """Host and port as a URL has them: ``127.0.0.1:8080``, ``[::1]:8080``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address of the server without a path: ``http://127.0.0.1:8080``."""
        return f"{'https' if self._tls else 'http'}://{self.authority}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in their order, robots.txt left out."""
        with self._lock:
            return [request.path for request in self.requests if request.path != "/robots.txt"]

    def page(
        self,
        path: str,
        body: bytes | str,
        *,
        status: int = 200,
        media_type: str = "text/html; charset=utf-8",
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        etag: str = "",
        last_modified: str = "",
    ) -> str:
        """Answer ``path`` with ``body``, with 304 where the validators match; return the page's address.

        ``media_type`` "" sends no Content-Type. A page for "/a" answers "/a?b=c" too, unless that has its own.
        """
        sent = {"Content-Type": media_type} if media_type else {}
        sent |= {"ETag": etag} if etag else {}
        sent |= {"Last-Modified": last_modified} if last_modified else {}
        content = body.encode() if isinstance(body, str) else body
        answer = Page(status, sent | dict(headers or {}), content, delay, etag, last_modified)
        return self._set(path, answer)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """Answer ``path`` with a redirect to ``target`` as it is; return the address of ``path``."""
        return self.page(path, b"", status=status, media_type="", headers={"Location": target})

    def script(self, path: str, handler: Script) -> str:
        """Let ``handler`` answer ``path`` on the raw connection, which is closed after it; return the address."""
        return self._set(path, handler)

    def robots(self, text: str | None = None, status: int = 200) -> None:
        """Answer /robots.txt with ``text``, with 404 for None."""
        if text is None:
            self._set("/robots.txt", NOT_FOUND)
        else:
            self.page("/robots.txt", text, status=status, media_type="text/plain; charset=utf-8")

    def pause(self, seconds: float) -> None:
        """Wait so long, for a script; end at once when the server stops."""
        self.stopping.wait(seconds)

    def __enter__(self) -> Origin:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        # shutdown() wakes the thread that waits in accept(); close() alone does not.
        _shut(self._listener)
        with self._lock:
            for connection in self._open:
                _shut(connection)
            threads = list(self._threads)
        for thread in threads:
            thread.join(JOIN_SECONDS)
        self._listener.close()
        if self._errors:
            raise self._errors[0]

    def _set(self, path: str, answer: Page | Script) -> str:
        with self._lock:
            self._answers[path] = answer
        return self.url + path

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        with self._lock:
            self._threads = [each for each in self._threads if each.is_alive() or each.ident is None]
            self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, client = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            self._slots.acquire()
            self._spawn(self._serve, connection, client[:2])

    def _serve(self, connection: socket.socket, client: tuple[str, int]) -> None:
        served = connection
        try:
            connection.settimeout(IDLE_SECONDS)
            if self._tls:
                served = self._encrypted(connection)
            # Asked after the connection was listed: either this sees the stop or the stop sees the connection.
            while not self.stopping.is_set() and self._answer_one(served, client):
                pass
        except (OSError, ValueError):
            # The client went away, as clients under test do; a socket shut under TLS is a ValueError.
            pass
        except BaseException as error:
            self._errors.append(error)
        finally:
            with self._lock:
                self._open -= {connection, served}
            for each in {connection, served}:
                each.close()
            self._slots.release()

    def _encrypted(self, connection: socket.socket) -> socket.socket:
        assert self._tls is not None
        served = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(served)
        try:
            served.do_handshake()
        except BaseException:
            served.close()
            raise
        return served

    def _answer_one(self, connection: socket.socket, client: tuple[str, int]) -> bool:
        """Read and answer one request; tell whether another may come on the same connection."""
        request = _read_request(connection, client)
        if request is None:
            return False
        with self._in_work(request):
            answer = self._answer_for(request.path)
            if not isinstance(answer, Page):
                answer(connection, request)
                return False
            self.pause(answer.delay)
            connection.sendall(_response(answer, request))
        return request.headers.get("connection", "").lower() != "close"

    def _answer_for(self, path: str) -> Page | Script:
        with self._lock:
            return self._answers.get(path) or self._answers.get(path.partition("?")[0]) or NOT_FOUND

    @contextmanager
    def _in_work(self, request: Request) -> Iterator[None]:
        with self._lock:
            self.requests.append(request)
            self._in_flight += 1
            self.most_at_once = max(self.most_at_once, self._in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1


def _shut(connection: socket.socket) -> None:
    # Not SSLSocket.shutdown: that takes the TLS layer away under the thread that reads.
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _read_request(connection: socket.socket, client: tuple[str, int]) -> Request | None:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(HEAD_BYTES)
        if not chunk or len(head) > HEAD_BYTES:
            return None
        head += chunk
    first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    fields = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    return Request(method, path, headers, time.monotonic(), client)


def _response(page: Page, request: Request) -> bytes:
    unchanged = page.status == 200 and _matches(page, request.headers)
    status, body = (304, b"") if unchanged else (page.status, page.body)
    headers = dict(page.headers)
    if status >= 200 and status not in {204, 304} and "Transfer-Encoding" not in headers:
        headers.setdefault("Content-Length", str(len(body)))
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if request.method == "HEAD" else body)


def _matches(page: Page, headers: Mapping[str, str]) -> bool:
    # An ETag, where one is asked about, decides alone.
    if "if-none-match" in headers:
        return bool(page.etag) and page.etag in headers["if-none-match"].split(", ")
    since = headers.get("if-modified-since")
    if not (page.last_modified and since):
        return False
    return parsedate_to_datetime(since) >= parsedate_to_datetime(page.last_modified)

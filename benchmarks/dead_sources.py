"""How often a cited page that is told to be dead is dead, over pages in all states that a server can show.

``python -m benchmarks.dead_sources [--json]``

A server of this machine plays some two hundred hosts, each with one page in one state: there, gone, refused,
in trouble, gone without saying so, said to be gone and there all the same. Articles cite all of them; the
pipeline reads the articles, fetches what they cite and raises its findings. Three figures are told: of one
run; of the same after the dead pages were asked for again; and of a machine without a network, on which no
name is found. Names are answered by the benchmark: nothing leaves the machine.

How many pages are in which state was set by hand. The figures say that the states are told apart; how often
a server of the real web shows another state than its page is in, they do not say.
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from unittest.mock import patch

from benchmarks.accuracy.figures import share
from benchmarks.corpus import SEED, make_source, source_page
from tasks.fetch.dial import GuardedBackend
from tasks.judge.findings import raise_findings
from tasks.judge.models import load_models
from tasks.stages import live, seeking
from tasks.stages.fetching import Fetcher, client_options, manners_of
from tasks.stages.judging import dead_pages, dead_references
from tasks.stages.run import run_stage, run_stages, start_run
from tasks.stages.work import Context
from tasks.store.load import load_articles
from tasks.store.pages import known_hosts
from tasks.store.store import Store

if TYPE_CHECKING:
    from tasks.link.vectors import Vectors
    from tasks.settings import Settings

# What a page is: gone, there, not for us, in trouble that may pass, or something else than a page.
Truth = Literal["gone", "there", "blocked", "trouble", "other"]

ENTRIES_AN_ARTICLE = 10
# Hosts that the machine without a network is tried with: of one state, it answers none of them.
OFFLINE_HOSTS = 20
# The longest that a request may take: what never answers is asked twice.
REQUEST_SECONDS = 2.0
# Names that end so do not exist; those of OUTAGE cannot be looked up for now.
NOWHERE = "nowhere.example"
OUTAGE = "outage"

STAGES = ("acquire", "extract", "normalize", "segment", "cite", "resolve", "fetch")
SETTINGS = f"""
[articles]
folders = ["articles"]
[sources]
cited = true
[fetch]
contact = "desk@journal.example"
delay_seconds = 0.0
tries = 2
timeout_seconds = {REQUEST_SECONDS}
allow = ["127.0.0.0/8"]
archive = ""
"""


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


def article(number: int, entries: Sequence[tuple[str, str]]) -> str:
    """Return a page that cites entries (title, address), each in a sentence of its own."""
    claims = " ".join(f"The paper wrote about {title}. [{n}]" for n, (title, _) in enumerate(entries, 1))
    listed = "".join(f"<li>“{title}.” The Harbor Ledger, 4 June 2024, {url}.</li>" for title, url in entries)
    return (
        f'<!doctype html><html lang="en"><title>What was written, part {number}</title><article>'
        f"<h1>What was written, part {number}</h1><p>{claims}</p><h2>Works Cited</h2><ol>{listed}</ol>"
        "</article>"
    )


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


@contextmanager
def named_by(resolver: Any) -> Iterator[None]:
    """Let ``resolver`` answer for names wherever the pipeline asks for pages."""
    from tasks.fetch.client import Client

    @contextmanager
    def fetcher(context: Context) -> Iterator[Fetcher]:
        options = client_options(context.settings)
        backend = GuardedBackend(options["guard"], resolve=resolver)
        agent = context.settings.fetch.user_agent(version("workscited"))
        with Client(agent=agent, backend=backend, **options) as client:
            yield Fetcher(client, manners_of(context.settings), known_hosts(context.store))

    with patch.object(seeking, "fetcher", fetcher), patch.object(live, "fetcher", fetcher):
        yield


def prepare(folder: Path, pages: Sequence[Cited], port: int) -> Settings:
    """Write the articles that cite ``pages`` and the settings of a run over them."""
    from tasks.settings import load_settings

    (folder / "articles").mkdir(parents=True)
    for start in range(0, len(pages), ENTRIES_AN_ARTICLE):
        entries = [page.entry(port) for page in pages[start : start + ENTRIES_AN_ARTICLE]]
        (folder / "articles" / f"{start:04}.html").write_text(article(start, entries), encoding="utf-8")
    config = folder / "workscited.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    return load_settings(config)


def run(settings: Settings) -> None:
    """Run the stages that read the articles and fetch what they cite."""
    run_id = start_run(settings)
    for _ in run_stages(STAGES, lambda stage: run_stage(stage, settings, run_id)):
        pass


def told_dead(settings: Settings, vectors: Vectors) -> set[str]:
    """Return the hosts of the pages of which a finding says that they are dead, whatever was measured."""
    models = replace(load_models(), precision={"dead_source": 1.0})
    with Store.open(settings.database.path) as store, Context(store, settings, "", None) as context:
        dead = dead_pages(context)
        ids = [row[0] for row in store.con.execute("SELECT document_id FROM articles").fetchall()]
        articles = load_articles(store, sorted(ids))
        findings = [
            (one, found)
            for one in articles
            for found in raise_findings(one, [], {}, vectors, models, dead_references(one, dead))
        ]
    urls = {reference.id: reference.fields.url for one in articles for reference in one.references}
    return {urls[r].partition("://")[2].partition(":")[0] for _, found in findings for r in found.references}


def recheck(settings: Settings) -> None:
    """Ask again for the pages that are told to be dead, as ``workscited recheck --dead`` does."""
    run_id = start_run(settings)
    with Store.open(settings.database.path) as store, Context(store, settings, run_id, None) as context:
        live.recheck(context, dead=True)


def figures_of(pages: Sequence[Cited], told: set[str]) -> dict[str, Any]:
    """Return precision and recall of what was told of ``pages``, by their hosts."""
    by_truth = Counter(page.state.truth for page in pages if page.host in told)
    gone = sum(page.state.truth == "gone" for page in pages)
    return {
        "told": len(told),
        "precision": share(by_truth["gone"], len(told)),
        "recall": share(by_truth["gone"], gone),
        "wrong": len(told) - by_truth["gone"],
        "blocked_told": by_truth["blocked"],
        "trouble_told": by_truth["trouble"],
    }


def measure(vectors: Vectors | None = None) -> dict[str, Any]:
    """Return the figures of all parts; ``vectors`` spares loading the encoder."""
    began = time.perf_counter()
    if vectors is None:
        from tasks.embed.encoder import load_encoder
        from tasks.link.vectors import Vectors as Encoded

        vectors = Encoded(load_encoder())
    pages = cited_pages()
    with tempfile.TemporaryDirectory() as folder, served(pages) as port:
        with named_by(resolve):
            settings = prepare(Path(folder) / "online", pages, port)
            run(settings)
            told = told_dead(settings, vectors)
            recheck(settings)
            told_again = told_dead(settings, vectors)
        there = cited_pages([replace(BY_NAME["there"], pages=OFFLINE_HOSTS)])
        with named_by(resolve_nothing):
            settings = prepare(Path(folder) / "offline", there, port)
            run(settings)
            told_offline = told_dead(settings, vectors)
    counts = Counter(page.state.name for page in pages if page.host in told)
    return {
        "pages": len(pages),
        "states": [
            {"state": one.name, "truth": one.truth, "pages": one.pages, "told_dead": counts[one.name]}
            for one in STATES
        ],
        **figures_of(pages, told),
        "after_recheck": figures_of(pages, told_again),
        "without_network": {"pages": len(there), "told": len(told_offline)},
        "seconds": round(time.perf_counter() - began, 1),
    }


def show(figures: dict[str, Any]) -> None:
    """Print the figures, one line a state."""
    print(f"{'state':<26}{'truth':<10}{'pages':>6}{'told dead':>11}")
    for one in figures["states"]:
        print(f"{one['state']:<26}{one['truth']:<10}{one['pages']:>6}{one['told_dead']:>11}")
    for name, one in (("one run", figures), ("after recheck --dead", figures["after_recheck"])):
        print(
            f"{name}: {one['told']} told dead, {one['wrong']} wrongly; precision {one['precision']:.4f}, "
            f"recall {one['recall']:.4f}; blocked {one['blocked_told']}, in trouble {one['trouble_told']}"
        )
    offline = figures["without_network"]
    print(f"without a network: {offline['told']} of {offline['pages']} told dead")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    figures = measure()
    if options.json:
        print(json.dumps(figures))
    else:
        show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A small web on 127.0.0.0/8 and a configuration that lives on it: a journal, an agency, an archive.

The journal (127.0.0.2) has a feed, a sitemap and articles that cite pages of the agency (127.0.0.3); the
archive (127.0.0.4) has copies of what the agency has lost. What each page says is set by the test.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from origin import Origin

from tasks.settings import Settings, load_settings
from tasks.stages import StageCounts, end_run, merged, run_stage, run_stages, start_run
from tasks.stages.live import add_pages, recheck
from tasks.stages.work import Context
from tasks.store.lock import writer_lock
from tasks.store.store import Store

# Without vectors and verdicts: what the web brings is known when it is read and resolved.
READING = ("acquire", "extract", "normalize", "segment", "cite", "resolve", "fetch")

FETCH = """
[fetch]
contact = "desk@journal.example"
delay_seconds = 0.0
tries = 1
allow = ["127.0.0.0/8"]
archive = "{archive}"
"""

STORY = (
    "The harbour authority counted {n} boxes in the month of May, more than in any May before, the head of "
    "the port told reporters on Tuesday.",
    "Two new cranes went to work in April. Before that, ships had waited for nine days on average, and some "
    "had turned away to ports further down the coast.",
    "A third crane is to come in autumn, the authority said, if the council agrees to pay half of it; a vote is "
    "planned for the last week of June.",
)


def html_page(title: str, paragraphs: Sequence[str], published: str = "", tail: str = "") -> str:
    """A page of a title, paragraphs, and what follows them."""
    date = f'<meta property="article:published_time" content="{published}">' if published else ""
    words = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{date}</head>'
        f"<body><article><h1>{title}</h1>{words}{tail}</article></body></html>"
    )


def story(title: str, n: int = 4_500, **head: str) -> str:
    """A page with an article under ``title``."""
    return html_page(title, [part.format(n=n) for part in STORY], **head)


def article(title: str, entries: Sequence[tuple[str, str]], published: str = "2024-06-05") -> str:
    """A page whose article cites entries (title, address), each in a sentence of its own."""
    claims = [
        f"The port of {name} counted more boxes than before. [{n}]" for n, (name, _) in enumerate(entries, 1)
    ]
    listed = "".join(
        f"<li>“{name}.” The Harbor Ledger, 4 June 2024{f', {url}' if url else ''}.</li>"
        for name, url in entries
    )
    return html_page(
        title,
        [*STORY[1:2], " ".join(claims)],
        published=published,
        tail=f"<h2>Works Cited</h2><ol>{listed}</ol>",
    )


def feed(*items: Mapping[str, str]) -> str:
    """An RSS feed of items (url, title)."""
    entries = "".join(
        f"<item><guid>{one['url']}</guid><link>{one['url']}</link><title>{one.get('title', '')}</title></item>"
        for one in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>All</title>{entries}</channel></rss>'


def sitemap(*items: Mapping[str, str]) -> str:
    """A sitemap of items (url, modified)."""
    entries = "".join(
        f"<url><loc>{one['url']}</loc><lastmod>{one.get('modified', '2024-06-04')}</lastmod></url>"
        for one in items
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


@dataclass
class World:
    """The three hosts, and the configuration that names them."""

    journal: Origin
    agency: Origin
    archive: Origin
    config: Path
    runs: list[list[StageCounts]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """The configuration as it lies there now."""
        return load_settings(self.config)

    def configure(self, articles: str = "", sources: str = "cited = true", fetch: str = "") -> None:
        """Write the configuration: the keys of its sections, and what replaces or adds to those of [fetch]."""
        common = FETCH.format(archive=f"{self.archive.url}/available")
        kept = [line for line in common.splitlines() if line.partition(" =")[0] not in fetch]
        sections = ("[articles]", articles, "[sources]", sources, *kept, fetch)
        self.config.write_text("\n".join(sections) + "\n", encoding="utf-8")

    def run(self, stages: Sequence[str] = READING, tag: str = "") -> dict[str, StageCounts]:
        """Run stages, as the flow does; return what each did."""
        settings = self.settings
        with writer_lock(settings.database.path, "a test's run"):
            run_id = start_run(settings)
            counts = merged(run_stages(stages, lambda stage: run_stage(stage, settings, run_id, None, tag)))
            end_run(settings, run_id, counts, "ok")
        self.runs.append(counts)
        return {one.stage: one for one in counts}

    def by_hand(self, work: Callable[[Context], Any], command: str) -> Any:
        """Do what a command does, in a run of its own."""
        settings = self.settings
        with writer_lock(settings.database.path, f"a test's {command}"):
            run_id = start_run(settings, command)
            with (
                Store.open(settings.database.path) as store,
                Context(store, settings, run_id, None) as context,
            ):
                done = work(context)
            end_run(settings, run_id, (), "ok")
        return done

    def recheck(self, dead: bool = False) -> Any:
        """Ask again for all pages, or for the dead ones."""
        return self.by_hand(lambda context: recheck(context, dead), "recheck")

    def add(self, *urls: str) -> Any:
        """Let articles wait for the next run."""
        return self.by_hand(lambda context: add_pages(context, urls, "article"), "add")

    def ask(self, sql: str) -> list[Any]:
        """The rows that a question gives; a list of values where each has one column."""
        with Store.open_read_only(self.settings.database.path) as store:
            rows = store.con.execute(sql).fetchall()
        return [row[0] for row in rows] if rows and len(rows[0]) == 1 else rows

    def name(self, host: Origin, name: str, monkeypatch: pytest.MonkeyPatch) -> str:
        """Give a host a name, as if the domain name system knew it; return its address with that."""
        ask = socket.getaddrinfo

        def answer(asked: Any, *rest: Any, **more: Any) -> Any:
            return ask(host.host if asked in (name, name.encode()) else asked, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        return f"http://{name}:{host.port}"

    def copy(self, url: str, stamp: str, page: str) -> str:
        """Let the archive hold a copy of ``url``; return the copy's address."""
        place = f"/web/{stamp}/{url}"
        self.archive.page(f"/web/{stamp}id_/{url}", page)
        closest = {"available": True, "url": self.archive.url + place, "timestamp": stamp, "status": "200"}
        self.archive.page(
            "/available",
            json.dumps({"archived_snapshots": {"closest": closest}}),
            media_type="application/json",
        )
        return self.archive.url + place


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Open the three hosts, and a configuration in ``folder`` that fetches what articles cite."""
    with ExitStack() as stack:
        journal, agency, archive = (stack.enter_context(Origin(f"127.0.0.{n}")) for n in (2, 3, 4))
        archive.page("/available", '{"archived_snapshots": {}}', media_type="application/json")
        made = World(journal, agency, archive, folder / "workscited.toml")
        made.configure(f'feeds = ["{journal.url}/rss.xml"]')
        yield made

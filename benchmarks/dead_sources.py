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
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from benchmarks.accuracy.figures import share
from benchmarks.dead_web import (
    BY_NAME,
    REQUEST_SECONDS,
    STATES,
    Cited,
    cited_pages,
    resolve,
    resolve_nothing,
    served,
)
from tasks.fetch.dial import GuardedBackend
from tasks.judge.findings import raise_findings
from tasks.judge.models import load_models
from tasks.stages import live, seeking
from tasks.stages.asking import Fetcher, client_options
from tasks.stages.asking import fetcher as open_fetcher
from tasks.stages.judging import dead_pages, dead_references
from tasks.stages.run import run_stage, run_stages, start_run
from tasks.stages.work import Context
from tasks.store.load import load_articles
from tasks.store.store import Store

if TYPE_CHECKING:
    from tasks.link.vectors import Vectors
    from tasks.settings import Settings

# A list of works cited is about so long.
ENTRIES_AN_ARTICLE = 10
# Two articles' worth of pages: all are there, and a machine without a network finds none of their names.
OFFLINE_HOSTS = 20

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


def article(number: int, entries: Sequence[tuple[str, str]]) -> str:
    """Return a page that cites entries (title, address), each in a sentence of its own."""
    claims = " ".join(f"The paper wrote about {title}. [{n}]" for n, (title, _) in enumerate(entries, 1))
    listed = "".join(f"<li>“{title}.” The Harbor Ledger, 4 June 2024, {url}.</li>" for title, url in entries)
    return (
        f'<!doctype html><html lang="en"><title>What was written, part {number}</title><article>'
        f"<h1>What was written, part {number}</h1><p>{claims}</p><h2>Works Cited</h2><ol>{listed}</ol>"
        "</article>"
    )


@contextmanager
def named_by(resolver: Any) -> Iterator[None]:
    """Let ``resolver`` answer for names wherever the pipeline asks for pages."""

    @contextmanager
    def fetcher(context: Context) -> Iterator[Fetcher]:
        guard = client_options(context.settings)["guard"]
        with open_fetcher(context, GuardedBackend(guard, resolve=resolver)) as by:
            yield by

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

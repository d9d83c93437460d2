"""How fast pages are asked for, what politeness costs, and whether memory grows with their number.

``python -m benchmarks.fetch [--hosts 50] [--pages 20] [--threads 32] [--rounds 3] [--quick] [--json]``

The hosts are addresses of this machine, served by a process of their own (:mod:`benchmarks.web`); each answer
takes as long as answers of the web do. Parts:

- pages: ``--pages`` pages of each of ``--hosts`` hosts, asked for by the crawl without a delay between the
  requests to one host, by a pool of as many threads around ``trafilatura.fetch_url``, and by the crawl with
  its delay. All must bring the same bodies. The crawl asks each host for robots.txt too and never asks one
  twice at once; the pool does neither.
- memory: the crawl over some and over ten times as many pages of many hosts that answer at once; by how
  much resident memory grows.

Reading archives of a crawl is a benchmark of its own: :mod:`benchmarks.warc_reading`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.pipeline import machine
from benchmarks.watch import Part, watch
from benchmarks.web import web
from tasks.fetch.hosts import Manners

ROOT = Path(__file__).resolve().parent.parent

HOSTS, PAGES, THREADS, ROUNDS = 50, 20, 32, 3
# Median seconds of an answer: nine of ten lie between 80 and 300 ms, as those of news sites do.
ANSWER_SECONDS = 0.15

# Pages of the smaller and of the larger crawl whose memory is compared.
MEMORY_PAGES = (2_000, 20_000)
MEMORY_HOSTS = 200

# What --quick does instead: enough to see that all of it runs.
QUICK = {"hosts": 6, "pages": 3, "threads": 4, "rounds": 1}
QUICK_ANSWER_SECONDS = 0.02
QUICK_MEMORY_PAGES = (60, 240)
QUICK_MEMORY_HOSTS = 20

MEGA = 1e6


def run(way: str, hosts: int, port: int, pages: int, delay: float, threads: int) -> Part:
    """Ask for the pages in one way, in a process of its own; return what asking took."""
    arguments = [way, *map(str, (hosts, port, pages, delay, threads))]
    done = watch("benchmarks.fetch_run", arguments, ROOT).parts[-1]
    if done.said["came"] != done.said["items"]:
        raise AssertionError(f"{way}: {done.said['came']} of {done.said['items']} pages came")
    print(f"{way}, delay {delay} s: {done.said['items']} pages in {done.seconds:.1f} s", file=sys.stderr)
    return done


def pages_part(options: argparse.Namespace) -> dict[str, Any]:
    """Return pages a second of the crawl without and with its delay, and of the pool."""
    delay = 0.1 if options.quick else Manners().delay_seconds
    best: dict[str, Part] = {}
    with web(options.hosts, QUICK_ANSWER_SECONDS if options.quick else ANSWER_SECONDS) as port:

        def ask(name: str, way: str, delay: float) -> None:
            done = run(way, options.hosts, port, options.pages, delay, options.threads)
            if name not in best or done.seconds < best[name].seconds:
                best[name] = done

        for _ in range(options.rounds):
            ask("crawl", "crawl", 0.0)
            ask("pool", "pool", 0.0)
        # Its time is that of the delays: once is enough.
        ask("polite", "crawl", delay)
    digests = {one.said["digest"] for one in best.values()}
    if len(digests) > 1:
        raise AssertionError("the bodies differ")
    figures = {name: _told(one) for name, one in best.items()}
    return {
        "hosts": options.hosts,
        "pages": options.hosts * options.pages,
        "threads": options.threads,
        "delay_seconds": delay,
        **figures,
        "times_the_pool": round(best["pool"].seconds / best["crawl"].seconds, 2),
        "bodies_equal": True,
    }


def _told(done: Part) -> dict[str, float]:
    return {
        "seconds": round(done.seconds, 2),
        "cpu_seconds": round(done.cpu, 2),
        "pages_a_second": round(done.said["items"] / done.seconds, 1),
        "peak_mb": round(done.peak / MEGA),
    }


def memory_part(options: argparse.Namespace) -> dict[str, Any]:
    """Return by how much memory grows over the smaller and the larger number of pages."""
    hosts = QUICK_MEMORY_HOSTS if options.quick else MEMORY_HOSTS
    figures = []
    with web(hosts, 0.0) as port:
        for pages in QUICK_MEMORY_PAGES if options.quick else MEMORY_PAGES:
            done = run("crawl", hosts, port, pages // hosts, 0.0, options.threads)
            grown = (done.peak - done.said["before"]) / MEGA
            figures.append({**_told(done), "pages": done.said["items"], "grown_mb": round(grown, 1)})
    return {"hosts": hosts, "sizes": figures}


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "pages": pages_part,
    "memory": memory_part,
}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of all parts."""
    facts = machine()
    figures = {name: part(options) for name, part in PARTS.items()}
    return {"machine": facts | {"load_after": round(os.getloadavg()[0], 1)}, **figures}


def show(figures: dict[str, Any]) -> None:
    """Print the figures, one line a way."""
    facts, pages, memory = figures["machine"], figures["pages"], figures["memory"]
    print(
        f"{facts['date']}, {facts['cores']} cores of {facts['processor']}, load {facts['load_before']} before"
    )
    print(f"{pages['pages']:,} pages of {pages['hosts']} hosts, {pages['threads']} threads:")
    names = {
        "crawl": "the crawl, no delay",
        "pool": "fetch_url in a pool",
        "polite": f"the crawl, {pages['delay_seconds']} s delay",
    }
    for key, name in names.items():
        one = pages[key]
        print(
            f"  {name:<24}{one['pages_a_second']:>8} pages/s {one['seconds']:>8} s "
            f"{one['cpu_seconds']:>7} s cpu {one['peak_mb']:>6} MB"
        )
    print(f"  {pages['times_the_pool']} times the pool; all bodies equal")
    print(f"memory over {memory['hosts']} hosts:")
    for one in memory["sizes"]:
        print(f"  {one['pages']:>8,} pages grow it by {one['grown_mb']:>6} MB, to {one['peak_mb']} MB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--hosts", type=int, default=HOSTS)
    parser.add_argument("--pages", type=int, default=PAGES, help="of each host")
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="the fastest run of so many counts")
    parser.add_argument("--quick", action="store_true", help="a tiny run, to see that it works")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    if options.quick:
        vars(options).update(QUICK)
    figures = measure(options)
    if options.json:
        print(json.dumps(figures))
    else:
        show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())

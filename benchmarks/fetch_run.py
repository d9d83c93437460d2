"""Ask for many pages in one way, and say what it took: what ``benchmarks.fetch`` starts and watches.

``python -m benchmarks.fetch_run WAY HOSTS PORT PAGES DELAY THREADS``. WAY is ``crawl``, or ``pool``:
``trafilatura.fetch_url`` in a pool of threads, what one would write in a minute.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from benchmarks.watch import part, resident
from benchmarks.web import addresses

AGENT = "workscited/0 (+benchmarks)"

# More than any benchmark asks for.
NO_LIMIT = 10**9

Page = tuple[str, bytes]


def urls_of(hosts: Sequence[str], port: int, pages: int) -> list[str]:
    """Return the addresses of so many pages of each host, the hosts in turn."""
    return [f"http://{host}:{port}/news/{number}.html" for number in range(pages) for host in hosts]


def by_crawl(urls: Sequence[str], delay: float, threads: int) -> Iterator[Page]:
    """Yield address and body of each page, as the pipeline asks for them."""
    from tasks.fetch.client import Client
    from tasks.fetch.crawl import Manners, crawl
    from tasks.fetch.dial import Guard
    from tasks.fetch.records import Wanted

    manners = Manners(
        delay_seconds=delay, parallel_hosts=threads, budget_pages=NO_LIMIT, budget_seconds=NO_LIMIT
    )
    with Client(agent=AGENT, guard=Guard(allowed=("127.0.0.0/8",))) as client:
        for visit in crawl(map(Wanted, urls), client, {}, manners):
            yield visit.wanted.url, visit.answer.content


def by_pool(urls: Sequence[str], delay: float, threads: int) -> Iterator[Page]:
    """Yield address and body of each page, by a pool of threads; ``delay`` is nothing that it has."""
    from copy import deepcopy

    from trafilatura import fetch_url
    from trafilatura.settings import DEFAULT_CONFIG

    assert not delay
    config = deepcopy(DEFAULT_CONFIG)
    # It would refuse this machine's own addresses.
    config["DEFAULT"]["SSRF_PROTECTION"] = "off"
    with ThreadPoolExecutor(threads) as pool:
        texts = pool.map(lambda url: fetch_url(url, config=config), urls)
        for url, text in zip(urls, texts, strict=True):
            yield url, (text or "").encode()


WAYS = {"crawl": by_crawl, "pool": by_pool}


def digest(pages: Iterator[Page]) -> tuple[int, str]:
    """Return how many pages have a body, and one hash over all, whatever their order."""
    came, total = 0, 0
    for url, body in pages:
        came += bool(body)
        total ^= int.from_bytes(sha256(url.encode() + b" " + body).digest())
    return came, f"{total:064x}"


def main() -> None:
    """Read the command line, ask for the pages, and say what came."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("way", choices=WAYS)
    for name in ("hosts", "port", "pages"):
        parser.add_argument(name, type=int)
    parser.add_argument("delay", type=float, help="seconds between two requests to one host")
    parser.add_argument("threads", type=int)
    options = parser.parse_args()
    hosts, way = addresses(options.hosts), WAYS[options.way]
    # One page first: what is imported at the first use is no matter of the pages.
    with part("start"):
        digest(way(urls_of(hosts[:1], options.port, 1), options.delay, options.threads))
    urls = urls_of(hosts, options.port, options.pages)
    with part("pages") as said:
        before = resident(os.getpid())
        came, hashed = digest(way(urls, options.delay, options.threads))
        said.update(items=len(urls), came=came, digest=hashed, before=before)


if __name__ == "__main__":
    main()

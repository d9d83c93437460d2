"""The benchmark of asking for pages runs, and its web is what it says."""

from __future__ import annotations

import hashlib
import http.client
import json

import pytest

from benchmarks.fetch import QUICK_MEMORY_PAGES, main, run
from benchmarks.fetch_run import digest
from benchmarks.web import PAGE_BYTES, addresses, delay, page, web


def test_each_path_of_each_host_has_its_own_page_every_time() -> None:
    """Of a news page's size; the delays are of the web's kind."""
    hosts = addresses(300)
    assert (300, "127.0.0.3", "127.0.1.52") == (len(set(hosts)), hosts[0], hosts[-1])
    pages = {page(host, path) for host in hosts[:5] for path in ("/a", "/b")}
    assert 10 == len(pages)
    assert page(hosts[0], "/a") in pages
    assert all(0.9 * PAGE_BYTES < len(one) < 1.1 * PAGE_BYTES for one in pages)
    delays = sorted(delay(host, f"/{n}", 0.15) for host in hosts for n in range(10))
    assert (True, True) == (0.07 < delays[150] < 0.09, 0.25 < delays[-150] < 0.35)


def test_the_web_answers_on_all_its_addresses_and_ends() -> None:
    """Pages as they are made, no robots.txt; its process is gone afterwards."""
    with web(3, 0.0) as port:
        for host in addresses(3):
            connection = http.client.HTTPConnection(host, port, timeout=10)
            connection.request("GET", "/news/1.html")
            answer = connection.getresponse()
            assert (200, page(host, "/news/1.html")) == (answer.status, answer.read())
            connection.request("GET", "/robots.txt")
            assert 404 == connection.getresponse().status
            connection.close()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(addresses(1)[0], port, timeout=10).request("GET", "/")


def test_bodies_are_told_apart_whatever_their_order() -> None:
    """One hash for the same pages, another where a body differs or is missing."""
    pages = [("/a", b"1"), ("/b", b"2")]
    assert digest(iter(pages)) == digest(iter(pages[::-1]))
    assert 3 == len({digest(iter(one))[1] for one in (pages, pages[:1], [("/a", b"2"), ("/b", b"1")])})
    assert 1 == digest(iter([("/a", b""), ("/b", b"2")]))[0]
    assert int(digest(iter(pages[:1]))[1], 16) == int(hashlib.sha256(b"/a 1").hexdigest(), 16)


def test_pages_that_do_not_come_are_no_figure() -> None:
    """A run over hosts that are not there fails."""
    with web(1, 0.0) as port:
        pass
    with pytest.raises(AssertionError, match="0 of 2 pages came"):
        run("pool", 1, port, 2, 0.0, 2)


@pytest.mark.slow
def test_the_benchmark_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """All ways bring all pages, with the same bodies; both sizes of memory are told."""
    assert 0 == main(["--quick", "--json"])
    figures = json.loads(capsys.readouterr().out)
    assert 18 == figures["pages"]["pages"]
    assert all(figures["pages"][way]["pages_a_second"] > 0 for way in ("crawl", "pool", "polite"))
    assert figures["pages"]["polite"]["seconds"] >= 0.3
    assert list(QUICK_MEMORY_PAGES) == [one["pages"] for one in figures["memory"]["sizes"]]

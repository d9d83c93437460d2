"""How fast archives of a crawl are read, beside warcio alone, and in how much memory.

``python -m benchmarks.warc_reading [--pages N] [--rounds N] [--json]``

Writes a WARC of made news pages, each with its request, a member of gzip a record, as crawlers do: a
third of the pages as they are, a third in chunks, a third packed. Then a process of its own reads it, in
turn with :func:`tasks.discover.warc.read_warc` (which checks lengths and digests) and with warcio's
iterator and ``content_stream().read()`` (which does neither). Times are the processor's seconds, best of
the rounds; Linux only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.corpus import SEED, make_source, source_page
from benchmarks.pipeline import WORK
from benchmarks.watch import part, watch

# Some 400 MB unpacked: enough seconds a round to even out a busy neighbour.
PAGES = 5_000
ROUNDS = 3
ROOT = Path(__file__).parent.parent
READERS = ("read_warc", "warcio")
# Sizes of chunks as web servers send them: one buffer.
CHUNK_BYTES = 16_384


def write_archive(path: Path, pages: int, seed: int = SEED) -> int:
    """Write a WARC of ``pages`` pages with their requests; return how many bytes the pages are."""
    from warcio.warcwriter import WARCWriter

    size = 0
    with path.open("wb") as file:
        writer: Any = WARCWriter(file, gzip=True)
        for number in range(pages):
            source = make_source(number, seed)
            content = source_page(source, seed).encode()
            size += len(content)
            _write(writer, source.story.url, "request", "GET / HTTP/1.1", [("Host", "made.example")], b"")
            headers, body = _served(content, number)
            _write(writer, source.story.url, "response", "200 OK", headers, body)
    return size


def _write(writer: Any, url: str, kind: str, line: str, headers: list[tuple[str, str]], body: bytes) -> None:
    from warcio.statusandheaders import StatusAndHeaders

    request = kind == "request"
    http = StatusAndHeaders(line, headers, protocol="" if request else "HTTP/1.1", is_http_request=request)
    writer.write_record(
        writer.create_warc_record(url, kind, payload=BytesIO(body), length=len(body), http_headers=http)
    )


def _served(content: bytes, number: int) -> tuple[list[tuple[str, str]], bytes]:
    headers = [("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{number}"')]
    if number % 3 == 1:
        parts = [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)]
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in parts)
        return [*headers, ("Transfer-Encoding", "chunked")], chunks + b"0\r\n\r\n"
    if number % 3 == 2:
        return [*headers, ("Content-Encoding", "gzip")], gzip.compress(content, mtime=0)
    return headers, content


def read(reader: str, path: Path) -> dict[str, int]:
    """Read the archive with one of :data:`READERS`; return how many records and pages, and their bytes."""
    return _read_ours(path) if reader == "read_warc" else _read_warcio(path)


def _read_ours(path: Path) -> dict[str, int]:
    from tasks.discover.warc import Record, read_warc

    counts = {"records": 0, "pages": 0, "bytes": 0}
    for found in read_warc(path):
        page = isinstance(found, Record)
        _count(counts, len(found.content) if isinstance(found, Record) else 0, page=page)
    return counts


def _read_warcio(path: Path) -> dict[str, int]:
    from warcio.archiveiterator import ArchiveIterator

    counts = {"records": 0, "pages": 0, "bytes": 0}
    with path.open("rb") as file:
        for record in ArchiveIterator(file, arc2warc=True):
            page = record.rec_type == "response"
            _count(counts, len(record.content_stream().read()), page=page)
    return counts


def _count(counts: dict[str, int], size: int, *, page: bool) -> None:
    counts["records"] += 1
    counts["pages"] += page
    counts["bytes"] += size


def measure(work: Path, pages: int, rounds: int) -> dict[str, float]:
    """Return all figures by name: records a second, megabytes of peak memory, their ratio, the sizes."""
    work.mkdir(parents=True, exist_ok=True)
    path = work / f"pages-{pages}.warc.gz"
    size = write_archive(path, pages)
    best: dict[str, float] = {}
    peak: dict[str, float] = {}
    said: dict[str, dict[str, Any]] = {}
    for _ in range(rounds):
        for reader in READERS:
            (done,) = watch("benchmarks.warc_reading", ["--read", reader, str(path)], ROOT).parts
            best[reader] = min(best.get(reader, done.cpu), done.cpu)
            peak[reader] = max(peak.get(reader, 0.0), done.peak / 1e6)
            said[reader] = done.said
    if said["read_warc"] != said["warcio"]:
        raise AssertionError(f"the readers read different things: {said}")
    records = said["warcio"]["records"]
    return {
        "records": records,
        "pages": said["warcio"]["pages"],
        "megabytes_unpacked": size / 1e6,
        "megabytes_packed": path.stat().st_size / 1e6,
        "records_a_second": records / best["read_warc"],
        "warcio_records_a_second": records / best["warcio"],
        "of_warcio": best["warcio"] / best["read_warc"],
        "peak_megabytes": peak["read_warc"],
        "warcio_peak_megabytes": peak["warcio"],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--work", type=Path, default=WORK, help="where the archive is written")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--read", nargs=2, metavar=("READER", "PATH"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.read:
        with part("read") as said:
            said.update(read(options.read[0], Path(options.read[1])))
        return 0
    figures = measure(options.work.resolve(), options.pages, options.rounds)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name.replace('_', ' '):<28}{value:>12,.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A web of many hosts on the loopback interface, for benchmarks: a process of its own, quick and predictable.

``python -m benchmarks.web --hosts N [--delay SECONDS]`` listens on 127.0.0.2 and so on, prints the port, and
ends when its input does. Each path has a page of its own, the same each time; each answer takes the time that
its path has drawn, from a lognormal distribution. There is no robots.txt.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A news page without its pictures, as it is sent compressed; here nothing is compressed, so that the figures
# are those of asking and not of unpacking.
PAGE_BYTES = 20_000

# Nine of ten answers take between half of the median and twice as long.
SPREAD = 0.42

# 127.0.0.1 is left to what else runs on the machine.
FIRST_HOST = 2
HOSTS_A_BLOCK = 250

# Connections that wait to be accepted: as many as any benchmark opens at once.
BACKLOG = 1_024

WORDS = ("The", "council", "said", "on", "Monday", "that", "repairs", "of", "bridge", "would", "cost", "more")


def addresses(hosts: int) -> list[str]:
    """Return the addresses of so many hosts."""
    numbers = range(FIRST_HOST, FIRST_HOST + hosts)
    return [f"127.0.{number // HOSTS_A_BLOCK}.{number % HOSTS_A_BLOCK + 1}" for number in numbers]


def page(host: str, path: str) -> bytes:
    """Return the page of a path: no two are the same, each is the same every time."""
    chance = random.Random(f"{host}{path}")
    start = f"<!doctype html><title>{host}{path}</title><p>{chance.random()} "
    sentence = " ".join(chance.choices(WORDS, k=50)) + ".</p><p>"
    return (start + sentence * (PAGE_BYTES // len(sentence))).encode()


def delay(host: str, path: str, median: float) -> float:
    """Return after how many seconds a path is answered."""
    if not median:
        return 0.0
    return random.Random(f"delay {host}{path}").lognormvariate(math.log(median), SPREAD)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, median: float) -> None:
    """Answer the requests of one connection."""
    host = writer.get_extra_info("sockname")[0]
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1].decode("latin-1")
            await asyncio.sleep(delay(host, path, median))
            there = path != "/robots.txt"
            body = page(host, path) if there else b"none"
            status = "200 OK" if there else "404 Not Found"
            kind = "Content-Type: text/html; charset=utf-8"
            writer.write(
                f"HTTP/1.1 {status}\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            )
            await writer.drain()
            if b"connection: close" in head.lower():
                break
    except (asyncio.IncompleteReadError, ConnectionError):
        # The client went away.
        pass
    finally:
        writer.close()


async def serve(hosts: int, median: float) -> None:
    """Serve until the input ends."""

    def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> asyncio.Task[None]:
        return asyncio.ensure_future(answer(reader, writer, median))

    first, *rest = addresses(hosts)
    server = await asyncio.start_server(answered, first, 0, backlog=BACKLOG)
    port = server.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(answered, host, port, backlog=BACKLOG) for host in rest]
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for each in (server, *others):
        each.close()


@contextmanager
def web(hosts: int, median: float) -> Iterator[int]:
    """Run a web of so many hosts in a process of its own; give the port on which all of them listen."""
    command = [sys.executable, "-m", "benchmarks.web", f"--hosts={hosts}", f"--delay={median}"]
    with ExitStack() as stack:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        child = stack.enter_context(subprocess.Popen(command, text=True, cwd=ROOT, **pipes))  # type: ignore[call-overload]
        # Whatever happens here, the child's input ends, and the child with it.
        stack.callback(child.stdin.close)
        yield int(child.stdout.readline())


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--hosts", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.0, help="median seconds before an answer")
    options = parser.parse_args()
    asyncio.run(serve(options.hosts, options.delay))


if __name__ == "__main__":
    main()

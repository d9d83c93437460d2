"""Bodies made to fill a reader's memory, and a process of its own that asks for them.

Run as ``python tests/bombs.py URL…``, the first of which are good pages to warm up on, as many as
``WARM_UPS``. It prints one JSON object: the reasons of the others in their order, and by how many bytes the
process's largest size grew while it asked for them.
"""

from __future__ import annotations

import gzip
import json
import socket
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

# What a bomb unpacks to: ten times what a page may have, and more than the reader may grow.
UNPACKED = 100_000_000
PIECE = bytes(1_000_000)

# Pages asked for first, one an encoding, so that what is loaded once is loaded.
WARM_UPS = 5

# Long enough to be refused for its members, each of them empty.
EMPTY_MEMBERS = 400_000

# /proc counts in these.
KILOBYTE = 1024


def zeros(packer: object, times: int = UNPACKED // len(PIECE)) -> bytes:
    """Return so many pieces of zeros as ``packer`` (a compressobj of any kind) packs them."""
    pack = getattr(packer, "compress", None) or packer.process  # type: ignore[attr-defined]
    end = getattr(packer, "flush", None)
    return b"".join(pack(PIECE) for _ in range(times)) + (end() if end else b"")


def brotli_zeros() -> bytes:
    """Return what brotli makes of them: some hundred bytes."""
    import brotli

    packer = brotli.Compressor(quality=1)
    return b"".join(packer.process(PIECE) for _ in range(UNPACKED // len(PIECE))) + packer.finish()


def zstd_zeros(window_log: int) -> bytes:
    """Return zeros in a frame that wants so large a window."""
    from backports import zstd

    return zeros(zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: window_log}))


def wbits(bits: int) -> zlib._Compress:
    """Return zlib's packer for gzip (31), zlib (15) or raw (-15), at its best."""
    return zlib.compressobj(9, wbits=bits)


def bombs() -> dict[str, tuple[str, Callable[[], bytes]]]:
    """Return for each bomb its Content-Encoding and what makes its body."""
    member = gzip.compress(PIECE)
    return {
        "gzip, one member": ("gzip", lambda: zeros(wbits(31))),
        "gzip, 100 members": ("gzip", lambda: member * (UNPACKED // len(PIECE))),
        "gzip, empty members": ("gzip", lambda: gzip.compress(b"", mtime=0) * EMPTY_MEMBERS),
        "gzip, below the size limit": ("gzip", lambda: zeros(wbits(31), 9)),
        "zlib": ("deflate", lambda: zeros(wbits(15))),
        "raw deflate": ("deflate", lambda: zeros(wbits(-15))),
        "brotli": ("br", brotli_zeros),
        "zstd": ("zstd", lambda: zstd_zeros(20)),
        "zstd, a window of 128 MB": ("zstd", lambda: zstd_zeros(27)),
        "gzip in gzip, both told": ("gzip, gzip", lambda: gzip.compress(zeros(wbits(31)))),
        "gzip in gzip, one told": ("gzip", lambda: gzip.compress(zeros(wbits(31)))),
    }


def endless_gzip() -> Iterator[bytes]:
    """Yield chunks of one gzip member that never ends."""
    packer = wbits(31)
    while True:
        packed = packer.compress(PIECE) + packer.flush(zlib.Z_SYNC_FLUSH)
        yield b"%x\r\n%b\r\n" % (len(packed), packed)


def send_endless(connection: socket.socket) -> None:
    """Answer with the endless member."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n")
    connection.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
    for chunk in endless_gzip():
        connection.sendall(chunk)


def largest_size() -> int:
    """Return the most bytes of memory that this process has had.

    Not getrusage: its figure is at first that of the process that started this one.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * KILOBYTE for line in lines if line.startswith("VmHWM:"))


def main(urls: list[str]) -> None:
    """Ask for the pages and print what came of them."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from no_network import install

    install()
    from tasks.fetch.client import Client
    from tasks.fetch.dial import Guard
    from tasks.fetch.records import Wanted

    with Client(agent="tests", guard=Guard(allowed=("127.0.0.0/8",))) as client:
        for url in urls[:WARM_UPS]:
            assert client.get(Wanted(url)).reason == ""
        before = largest_size()
        answers = [client.get(Wanted(url)) for url in urls[WARM_UPS:]]
        after = largest_size()
    assert all(answer.content == b"" for answer in answers)
    print(json.dumps({"reasons": [answer.reason for answer in answers], "grown": after - before}))


if __name__ == "__main__":
    main(sys.argv[1:])

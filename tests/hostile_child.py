"""Reads hostile payloads in a process of its own and tells what that did: python hostile_child.py FOLDER CANARY.

For each ``NAME.READER`` file of FOLDER a line of JSON: the reason it was refused for or "", all that was found,
the processor's seconds, the growth of memory in MB, and the files and addresses that were opened meanwhile.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

# Importing these opens files: all is there before the first payload.
import feedparser  # noqa: F401
import lxml.etree  # noqa: F401
from charset_normalizer import from_bytes

from tasks.discover.feeds import read_feed
from tasks.discover.lists import read_list
from tasks.discover.sitemaps import read_sitemap
from tasks.errors import InputError

READERS = {
    "feed": lambda content: read_feed(content, "https://feeds.harborledger.example/"),
    "sitemap": lambda content: read_sitemap(content, "https://harborledger.example/sitemap.xml"),
    "list": read_list,
}
WATCHED = ("open", "socket.", "urllib.", "http.client", "subprocess.", "os.system", "ftplib.")
# What one payload may add before it ends in MemoryError, in bytes of address space.
SPACE = 1_000_000_000


def main(folder: str, canary: str) -> None:
    events: list[str] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(WATCHED) and (event != "open" or Path(canary).name in str(arguments[0])):
            events.append(f"{event} {arguments[:2]!r}")

    for reader in READERS.values():
        _try(reader, b"<rss><channel><item/></channel></rss>")
    from_bytes(b"caf\xe9 " * 20).best()
    sys.addaudithook(watch)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + SPACE, used + SPACE))
    for path in sorted(Path(folder).iterdir()):
        content = path.read_bytes()
        events.clear()
        before, begun = _peak(), time.process_time()
        reason, found = _try(READERS[path.suffix[1:]], content)
        seconds = time.process_time() - begun
        told = {
            "reason": reason,
            "found": found,
            "seconds": seconds,
            "grown": _peak() - before,
            "events": [*events],
        }
        print(json.dumps({"payload": path.name, **told}), flush=True)


def _try(reader: object, content: bytes) -> tuple[str, str]:
    try:
        return "", repr(reader(content))[:2_000]  # type: ignore[operator]
    except InputError as error:
        return error.reason, str(error)
    except MemoryError:
        return "out_of_memory", ""


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])

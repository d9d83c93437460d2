"""Run the stages that read the web again and again, and die by SIGKILL at one event of each: `killed_fetch.py`.

It takes a line "CONFIG KIND N" at a time from its input and runs over that configuration in a process of its
own, which kills itself just before its N-th event of that KIND. A line of JSON says how it ended: null when
it was killed, else how many events of each kind there were, none of any when it failed. KIND is one of:

- ``ask``: a request goes out, one after a redirect too;
- ``answer``: it was answered, or came to nothing, and nothing of that is noted yet;
- ``parse``: what came is read;
- ``begin``, ``execute``, ``sql``, ``commit``, ``rollback``: what is sent to DuckDB;
- ``event``: any of these. N of 0 lets the run go to its end;
- ``millisecond``: none of these, but time: whatever is done then, the middle of a commit too.

The processes are forked from this one, which has loaded all and done nothing: a kill costs no start of
Python. For the same reason what is parsed is parsed in the process itself; ``test_children.py`` is about
children whose run was killed. Not a test itself: ``test_kill_fetch.py`` starts it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
from live_world import READING
from no_network import install

import tasks.store.store
from tasks.fetch.client import Client
from tasks.settings import load_settings
from tasks.stages import end_run, fetching, merged, run_stage, run_stages, start_run
from tasks.stages.children import WARM
from tasks.stages.work import Context
from tasks.store.lock import writer_lock

# So few pages a batch that a small world has many: each commit is a place to be killed at.
PAGES_A_BATCH = 3
# What is counted of what is sent to DuckDB.
STATEMENTS = frozenset({"begin", "execute", "executemany", "sql", "commit", "rollback"})
# What the stages load at their first use; loaded before anything is forked.
LOADED = (
    *WARM,
    *(f"tasks.stages.{name}" for name in ("acquire", "resolving", "seeking", "texts")),
    *(f"tasks.discover.{name}" for name in ("feeds", "lists", "lookup", "warc")),
    *(f"tasks.fetch.{name}" for name in ("archive", "crawl", "dial", "thin")),
    *("numpy", "pyarrow", "pyarrow.compute"),
)


class Events:
    """Counts what happens, from every thread, and kills the process at the one that was chosen."""

    def __init__(self, kind: str, ordinal: int) -> None:
        self.counts: Counter[str] = Counter()
        self._fatal = (kind, ordinal)
        self._lock = threading.Lock()

    def note(self, kind: str) -> None:
        with self._lock:
            for one in (kind, "event"):
                self.counts[one] += 1
                if (one, self.counts[one]) == self._fatal:
                    os.kill(os.getpid(), signal.SIGKILL)


class Counted:
    """A connection whose statements are counted."""

    def __init__(self, con: duckdb.DuckDBPyConnection, events: Events) -> None:
        self._con = con
        self._events = events

    def __getattr__(self, name: str) -> Any:
        if name in STATEMENTS:
            self._events.note(name)
        return getattr(self._con, name)


def watched(events: Events) -> None:
    """Let ``events`` know of every request, every page read and every statement of this process."""
    connect, ask = tasks.store.store.connect, Client._ask

    def counted_connect(path: Path, **options: Any) -> Any:
        return Counted(connect(path, **options), events)

    def counted_ask(self: Client, *arguments: Any) -> None:
        events.note("ask")
        try:
            ask(self, *arguments)
        finally:
            events.note("answer")

    def parse_here(_: Context, function: Callable[[Any], Any], items: list[Any]) -> list[Any]:
        made = []
        for item in items:
            events.note("parse")
            made.append(function(item))
        return made

    tasks.store.store.connect = counted_connect
    Client._ask = counted_ask
    Context.parse = parse_here
    fetching.PAGES_A_BATCH = PAGES_A_BATCH


def run(config: Path, events: Events) -> None:
    """Run the stages as the flow does."""
    watched(events)
    settings = load_settings(config)
    with writer_lock(settings.database.path, "a run that is killed"):
        run_id = start_run(settings)
        counts = merged(run_stages(READING, lambda stage: run_stage(stage, settings, run_id)))
        end_run(settings, run_id, counts, "ok")


def forked(config: Path, kind: str, ordinal: int) -> Mapping[str, int] | None:
    """Run in a process of its own; return the counts of its events (none: it failed), None when it was killed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        in_child(config, Events(kind, ordinal), writing)
    os.close(writing)
    if kind == "millisecond" and not select.select([reading], [], [], ordinal / 1_000)[0]:
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(pid, 0)
    ended = os.waitstatus_to_exitcode(status)
    if ended == -signal.SIGKILL:
        return None
    counts: Mapping[str, int] = {} if ended else json.loads(told)
    return counts


def in_child(config: Path, events: Events, writing: int) -> None:
    status = 1
    try:
        run(config, events)
        os.write(writing, json.dumps(events.counts).encode())
        status = 0
    except BaseException:
        traceback.print_exc()
    # Nothing of the process that this one was forked from is to be ended here.
    os._exit(status)


def main() -> None:
    install()
    for name in LOADED:
        import_module(name)
    # A process that has other threads cannot be forked safely.
    assert threading.active_count() == 1
    for line in sys.stdin:
        config, kind, ordinal = line.rsplit(maxsplit=2)
        print(json.dumps(forked(Path(config), kind, int(ordinal))), flush=True)


if __name__ == "__main__":
    main()

"""Run a program in its own process and see how long each of its parts takes, and how much memory.

The program says with :func:`part` when a part begins and ends; :func:`watch` starts it, reads that, and
meanwhile adds up the resident memory of the process and all below it. Linux only: memory is read in
``/proc``. Pages that processes share are counted once for each of them.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Seconds between two looks at memory: a look takes well below a millisecond, and what is shorter than
# a twentieth of a second is no lasting demand.
SAMPLING_SECONDS = 0.05

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

# Begins a line that is meant for the watcher; what else is printed is left alone.
MARK = "\x1epart "


@dataclass(slots=True)
class Part:
    """A part of a program: seconds, the processor's seconds, peak in bytes, and what it said of itself."""

    name: str
    seconds: float
    cpu: float
    peak: int
    said: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Watched:
    """A program that ran: its parts in order; seconds, the processor's seconds and the peak (bytes) of all.

    The processor's seconds are those of all cores and all processes: what other programs on the machine
    do moves them little.
    """

    parts: list[Part]
    seconds: float
    cpu: float
    peak: int


@contextmanager
def part(name: str) -> Iterator[dict[str, Any]]:
    """Say that part ``name`` of this program begins, and ends with the block.

    What the block puts into the dict (as JSON) becomes :attr:`Part.said`.
    """
    said: dict[str, Any] = {}
    _say({"begin": name})
    began, used = time.perf_counter(), cpu_seconds(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    yield said
    seconds = time.perf_counter() - began
    cpu = cpu_seconds(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN) - used
    _say({"end": name, "seconds": seconds, "cpu": cpu, "said": said})


def cpu_seconds(*whose: int) -> float:
    """Return the processor's seconds so far, of this process or of those below it that have ended."""
    usages = [resource.getrusage(who) for who in whose]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _say(line: dict[str, Any]) -> None:
    print(f"{MARK}{json.dumps(line)}", flush=True)


def watch(module: str, arguments: Sequence[str], folder: Path) -> Watched:
    """Run ``python -m module arguments`` in ``folder`` and return what its parts took.

    Raises CalledProcessError where the program fails; its own errors go to this one's stderr.
    """
    command = [sys.executable, "-m", module, *arguments]
    began, used = time.perf_counter(), cpu_seconds(resource.RUSAGE_CHILDREN)
    # Of the libraries' own progress bars nothing is to be seen here.
    environment = os.environ | {"TQDM_DISABLE": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment) as process:
        sampler = _Sampler(process.pid)
        sampler.start()
        parts = list(_parts(process, sampler))
        process.wait()
        sampler.stop()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    cpu = cpu_seconds(resource.RUSAGE_CHILDREN) - used
    return Watched(parts, time.perf_counter() - began, cpu, sampler.highest)


def _parts(process: subprocess.Popen[str], sampler: _Sampler) -> Iterator[Part]:
    assert process.stdout is not None
    for line in process.stdout:
        if not line.startswith(MARK):
            continue
        said = json.loads(line.removeprefix(MARK))
        peak = sampler.turn()
        if "end" in said:
            yield Part(said["end"], said["seconds"], said["cpu"], peak, said["said"])


class _Sampler(threading.Thread):
    """Looks at the memory of a process and those below it until it is stopped."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.peak = 0
        self.highest = 0
        self._lock = threading.Lock()
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(SAMPLING_SECONDS):
            self._look()

    def _look(self) -> None:
        used = sum(resident(pid) for pid in family(self.root))
        with self._lock:
            self.peak = max(self.peak, used)
            self.highest = max(self.highest, used)

    def turn(self) -> int:
        """Return the peak since the last turn, and begin anew."""
        self._look()
        with self._lock:
            peak, self.peak = self.peak, 0
        return peak

    def stop(self) -> None:
        self._over.set()
        self.join()


def family(root: int) -> list[int]:
    """Return ``root`` and all processes below it, as far as they are still there."""
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        found.append(pid)
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                pending += map(int, children.read_text().split())
            except OSError:
                # The thread or the process ended between the two looks.
                continue
    return found


def resident(pid: int) -> int:
    """Return the resident bytes of a process, 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0

"""A terminal of a test's own, with a program in its foreground, as a shell would start it.

::

    with Terminal([sys.executable, "-m", "flows.cli", "run"], folder) as terminal:
        terminal.until(lambda: "Starting" in terminal.shown)
        terminal.type(CTRL_C)
        assert terminal.ended() == 130
        assert terminal.lines[-1] == "workscited: interrupted ..."
        assert terminal.others() == []

The program is no leader of its session: when a leader ends, the kernel ends the session's other processes, and
a test would never see one that was left behind. So something like a shell leads, and outlives the program.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

CTRL_C = b"\x03"

# What a busy machine may take for anything here; a test that waits goes on as soon as it can.
PATIENCE = 120.0
# How often it is looked whether what a test waits for has come.
LOOK_SECONDS = 0.05

# Leads the session: takes the terminal, starts the program with the signals of a fresh login, whatever the
# tests' shell ignores, tells its pid and its end, and stays until it is killed.
LEADER = """
import fcntl, os, signal, subprocess, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
def fresh():
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.SIG_IGN)
told = int(sys.argv[1])
program = subprocess.Popen(sys.argv[2:], preexec_fn=fresh)
os.write(told, b"%d " % program.pid)
os.write(told, b"%d " % program.wait())
signal.pause()
"""

# Colours, cursor movements and the like.
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """``shown`` is all that the program printed, ``pid`` its process."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._here, there = pty.openpty()
        self._told, telling = os.pipe()
        self._leader = subprocess.Popen(
            [sys.executable, "-c", LEADER, str(telling), *command],
            stdin=there,
            stdout=there,
            stderr=there,
            cwd=folder,
            env=environment,
            start_new_session=True,
            pass_fds=(telling,),
        )
        os.close(there)
        os.close(telling)
        self._output = b""
        self._words = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in (*self._session(), self._leader.pid):
            os.kill(pid, signal.SIGKILL)
        self._leader.wait()
        os.close(self._here)
        os.close(self._told)

    @property
    def shown(self) -> str:
        """What came on the terminal until now, escape codes included."""
        return self._output.decode(errors="replace")

    @property
    def lines(self) -> list[str]:
        """The lines that a person sees, empty ones left out: of what was drawn in one place, the last."""
        lines = (line.rstrip("\r").rpartition("\r")[2] for line in ESCAPES.sub("", self.shown).split("\n"))
        return [line for line in lines if line.strip()]

    @property
    def pid(self) -> int:
        """The program's process."""
        self.until(lambda: b" " in self._words)
        return int(self._words.split()[0])

    def type(self, keys: bytes) -> None:
        """Type, in the terminal's foreground."""
        os.write(self._here, keys)

    def until(self, seen: Callable[[], bool]) -> None:
        """Read along until ``seen``; fails when it does not come."""
        until = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < until, f"in vain, the terminal shows: {self.lines[-30:]}"
            for one in select.select([self._here, self._told], [], [], LOOK_SECONDS)[0]:
                if one == self._told:
                    self._words += os.read(one, 100)
                else:
                    self._output += os.read(one, 100_000)

    def ended(self) -> int:
        """Wait for the program's end, and return its exit status, negative for a signal."""
        self.until(lambda: self._words.count(b" ") == 2)
        while select.select([self._here], [], [], LOOK_SECONDS)[0]:
            self._output += os.read(self._here, 100_000)
        return int(self._words.split()[1])

    def others(self) -> list[str]:
        """Return the names of the session's processes but its leader; an end that was not waited for counts."""
        return list(self._session().values())

    def _session(self) -> dict[int, str]:
        found = {}
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,sess=,stat=,args="], capture_output=True, text=True, check=True
        )
        for line in listed.stdout.splitlines():
            pid, session, state, name = line.split(maxsplit=3)
            if int(session) == self._leader.pid != int(pid) and not state.startswith("Z"):
                found[int(pid)] = name
        return found

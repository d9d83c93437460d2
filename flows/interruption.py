"""^C and SIGTERM while a run is at work: it ends within seconds, in one line, and leaves no process behind.

A terminal sends ^C to every process in its foreground: to Prefect's temporary server, which would end before
the run has told it how it ended (and Prefect asks a server that has gone without end), and to the stages'
children, which would each print a traceback. So SIGINT is blocked in the thread that does the work. What it
starts, threads and processes alike, inherits that; one thread, which began before, takes the signal and wakes
the work, where KeyboardInterrupt is raised as ever. The rest is the ordinary way out: transactions roll back,
the run's row is ended, the lock is freed, children and server are stopped. That thread only sees to it that
the way out has an end, whatever server Prefect waits for.
"""

from __future__ import annotations

import atexit
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from flows.environment import debugging

# Requests under way are waited for for 5 s (tasks/fetch/crawl.py), then the database is closed: seen together
# in 1 to 6 s. Who has typed ^C does not wait much longer before typing it again.
GRACE_SECONDS = 8.0
# A thread that was just about to wait may have missed being woken.
WAKE_AGAIN_SECONDS = 0.5
# What a shell reports for a process that a signal has ended is this and the signal's number.
EXIT_SIGNAL = 128

ENDING = (signal.SIGINT, signal.SIGTERM)
# Interrupts what the working thread waits for. Nothing else sends it, and unheard it does nothing.
WAKE = signal.SIGURG
# No signal's number: the work is done, nobody needs to watch any more.
STOP = 0
# More than ever come together; a longer row is read in parts.
NUMBERS_AT_ONCE = 64

STDERR = 2
SHOW_CURSOR = "\x1b[?25h"
INTERRUPTED = "workscited: interrupted; the next run goes on from here"


class Interrupted(KeyboardInterrupt):
    """The run was told to end by the signal ``number``; ``status`` is the exit status that says so."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = EXIT_SIGNAL + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise :class:`Interrupted` where SIGINT or SIGTERM came in the block, whatever it raised for it.

    From then on the process has :data:`GRACE_SECONDS` to end, its exit included, and ends at once at the next
    SIGINT. Does nothing outside of the main thread, where Python takes no signals. A signal that was ignored
    before (a shell's ``&``, nohup) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = _Watch()
    try:
        yield
    except BaseException as error:
        if watch.came is None:
            raise
        watch.told = True
        raise Interrupted(watch.came) from error
    finally:
        # A run that was through all the same is no interrupted one.
        if not watch.told:
            watch.close()


class _Watch:
    """Takes the signals of the main thread from now on, until closed."""

    def __init__(self) -> None:
        self.came: int | None = None
        self.told = False
        self._raised = False
        # Before all others, as the last one registered is called first: nothing is left to do then.
        atexit.register(self._end_plainly)
        _start_tracker()
        self._numbers, self._signalled = os.pipe()
        os.set_blocking(self._signalled, False)
        self._thread = threading.Thread(target=self._watch, name="interruption", daemon=True)
        # Begins before SIGINT is blocked, and so is the one that gets it.
        self._thread.start()
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        heard = [one for one in ENDING if signal.getsignal(one) is not signal.SIG_IGN]
        self._before = {one: signal.signal(one, self._raise) for one in heard}
        self._before[WAKE] = signal.signal(WAKE, _do_nothing)
        self._wakeup = signal.set_wakeup_fd(self._signalled, warn_on_full_buffer=False)
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))

    def close(self) -> None:
        """Give the signals back to who had them before."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.write(self._signalled, bytes([STOP]))
        self._thread.join()
        os.close(self._numbers)
        os.close(self._signalled)
        atexit.unregister(self._end_plainly)

    def _raise(self, number: int, _: FrameType | None) -> None:
        """Begin the way out, once: a second exception would hinder what ends the run's row."""
        self.came = self.came or number
        if not self._raised:
            self._raised = True
            raise KeyboardInterrupt

    def _watch(self) -> None:
        """Wake the main thread at the first signal; end the process at the next ^C, or when time is up."""
        until = None
        while True:
            wait = None if until is None else min(WAKE_AGAIN_SECONDS, max(0.0, until - time.monotonic()))
            came = select.select([self._numbers], [], [], wait)[0]
            for number in os.read(self._numbers, NUMBERS_AT_ONCE) if came else b"":
                if number == STOP:
                    return
                if until is not None and number == signal.SIGINT:
                    self._leave()
                if until is None and number in ENDING:
                    self.came = self.came or number
                    if not debugging():
                        _silence_prefect()
                    until = time.monotonic() + GRACE_SECONDS
            if until is not None:
                if time.monotonic() >= until:
                    self._leave()
                signal.pthread_kill(threading.main_thread().ident or 0, WAKE)

    def _leave(self) -> None:
        """End the process here and now. What was committed stays, the lock is the kernel's to free."""
        _kill_children()
        if not self.told:
            # The bars stand in for sys.stderr, and have hidden the cursor.
            shown = f"{SHOW_CURSOR}\n" if os.isatty(STDERR) else ""
            os.write(STDERR, f"{shown}{INTERRUPTED}\n".encode())
        os._exit(EXIT_SIGNAL + (self.came or signal.SIGINT))

    def _end_plainly(self) -> None:
        """End the process without taking the interpreter apart: DuckDB would tell what was left half-way."""
        for stream in (sys.stdout, sys.stderr):
            # Who read it may have gone.
            with suppress(OSError):
                stream.flush()
        os._exit(EXIT_SIGNAL + (self.came or signal.SIGINT))


def _do_nothing(*_: object) -> None:
    """Hear a signal: that alone ends what the thread waits for."""


def _silence_prefect() -> None:
    """Have nothing logged any more: Prefect tells at length what it could not tell a server that has gone."""
    logging.disable()
    # These loggers ask nobody whether they may.
    for handler in logging.getLogger("prefect._internal").handlers:
        handler.setLevel(logging.CRITICAL + 1)


def _start_tracker() -> None:
    # Started later, by the first child, it would unblock SIGINT in the thread that starts it.
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()


def _kill_children() -> None:
    """End the stages' children and Prefect's temporary server, whatever they do."""
    import multiprocessing

    for child in multiprocessing.active_children():
        child.kill()
    if "prefect.server.api.server" in sys.modules:
        from prefect.server.api.server import SubprocessASGIServer

        server = SubprocessASGIServer().server_process
        if server is not None:
            server.kill()

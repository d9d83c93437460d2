"""^C and SIGTERM during a run: it ends soon, in one line, its row says so, and no process is left."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from live_world import READING, article, feed, story, world
from terminals import CTRL_C, Terminal

from flows.interruption import INTERRUPTED, interruptible
from tasks.store.lock import lock_holder

# A flow that stands in for the pipeline, so that no server has to start; the rest is the real command.
SCRIPT = """
import os, sys, threading, time, types
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from queue import SimpleQueue
import flows.interruption as module
from flows.cli import main

def ready():
    print("ready", flush=True)

{flow}

if __name__ == "__main__":
    stand_in = types.ModuleType("flows.pipeline")
    stand_in.pipeline = flow
    sys.modules["flows.pipeline"] = stand_in
    sys.exit(main(["run", "--config", "workscited.toml"]))
"""

# Its children would each tell of a ^C at length; it cleans up as a run does that ends its row.
CHILDREN = """
def flow(**_):
    try:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            pool.submit(ready).result()
            SimpleQueue().get()
    finally:
        print("cleaned up")
"""
# What Prefect makes of a ^C when its server has gone.
TURNED = """
def flow(**_):
    try:
        ready()
        SimpleQueue().get()
    except BaseException:
        raise ConnectionError("All connection attempts failed")
"""
# Prefect asks a server that has gone for the run's new state, again and again.
RETRIES = """
module.GRACE_SECONDS = {grace}
def flow(**_):
    try:
        ready()
        SimpleQueue().get()
    finally:
        print("cleaning up", flush=True)
        while True:
            SimpleQueue().get()
"""
# Prefect's queues wait at the process's exit for what they could not tell.
DRAINS = """
module.GRACE_SECONDS = {grace}
def flow(**_):
    threading._register_atexit(SimpleQueue().get)
    ready()
    SimpleQueue().get()
"""
SHORT, LONG = "1.0", "600.0"


def on_terminal(folder: Path, root: Path, flow: str) -> Terminal:
    (folder / "articles").mkdir()
    (folder / "workscited.toml").write_text('[articles]\nfolders = ["articles"]\n', encoding="utf-8")
    script = folder / "script.py"
    script.write_text(SCRIPT.format(flow=flow), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(root), "TERM": "xterm"}
    return Terminal([sys.executable, str(script)], folder, environment)


def typed(terminal: Terminal) -> None:
    terminal.type(CTRL_C)


def sent(number: int) -> Callable[[Terminal], None]:
    return lambda terminal: os.kill(terminal.pid, number)


each_way = pytest.mark.parametrize(
    ("expected", "how"),
    [
        pytest.param(130, typed, id="ctrl-c on a terminal"),
        pytest.param(130, sent(signal.SIGINT), id="SIGINT to the process alone"),
        pytest.param(143, sent(signal.SIGTERM), id="SIGTERM"),
    ],
)


@pytest.mark.parametrize("flow", [pytest.param(CHILDREN, id="children"), pytest.param(TURNED, id="told as another error"), pytest.param(RETRIES.format(grace=SHORT), id="endless retries"), pytest.param(DRAINS.format(grace=SHORT), id="endless drain")])  # fmt: skip
@each_way
def test_an_interrupted_run_ends_in_one_plain_line_whatever_becomes_of_the_interruption(
    expected: int, how: Callable[[Terminal], None], flow: str, tmp_path: Path, root: Path
) -> None:
    with on_terminal(tmp_path, root, flow) as terminal:
        terminal.until(lambda: "ready" in terminal.shown)
        how(terminal)
        assert terminal.ended() == expected
        terminal.until(lambda: terminal.others() == [])
    assert terminal.lines[-1] == INTERRUPTED
    known = ("Starting Prefect", "ready", "^C", "cleaned up", "cleaning up")
    assert [line for line in terminal.lines[:-1] if not line.startswith(known)] == []
    assert ("cleaned up" in terminal.shown) == (flow is CHILDREN)


@pytest.mark.parametrize("flow", [pytest.param(RETRIES.format(grace=LONG), id="during its clean-up")])
@pytest.mark.parametrize("how", [pytest.param(typed, id="ctrl-c"), pytest.param(sent(signal.SIGTERM), id="SIGTERM")])  # fmt: skip
def test_a_second_ctrl_c_ends_the_run_at_once(
    how: Callable[[Terminal], None], flow: str, tmp_path: Path, root: Path
) -> None:
    with on_terminal(tmp_path, root, flow) as terminal:
        terminal.until(lambda: "ready" in terminal.shown)
        how(terminal)
        terminal.until(lambda: "cleaning up" in terminal.shown)
        terminal.type(CTRL_C)
        assert terminal.ended() == (130 if how is typed else 143)
        terminal.until(lambda: terminal.others() == [])
    assert terminal.lines[-1] == INTERRUPTED


def handlers() -> list[object]:
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGURG)
    return [*map(signal.getsignal, signals), signal.pthread_sigmask(signal.SIG_BLOCK, ())]


def test_after_a_run_signals_and_threads_are_as_they_were() -> None:
    before, threads = handlers(), threading.active_count()
    with interruptible():
        assert handlers() != before
    assert handlers() == before
    with pytest.raises(ValueError, match="a run's own"), interruptible():
        raise ValueError("a run's own")
    assert (handlers(), threading.active_count()) == (before, threads)


def test_a_signal_that_was_ignored_stays_ignored() -> None:
    """A shell starts what it puts into the background so, and nohup."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible():
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_outside_of_the_main_thread_nothing_is_changed() -> None:
    """Prefect's worker runs a flow where it likes."""
    before, seen = handlers(), list[object]()

    def work() -> None:
        with interruptible():
            seen.extend(handlers())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == before


@pytest.mark.slow
@each_way
def test_a_run_that_is_interrupted_on_the_way_is_recorded_and_the_next_one_completes(
    expected: int, how: Callable[[Terminal], None], tmp_path: Path, root: Path
) -> None:
    """With Prefect's temporary server, which a terminal's ^C would reach too."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PYTHONPATH": str(root), "PREFECT_HOME": str(tmp_path / "prefect"), "TERM": "xterm"}
    with world(tmp_path) as live:
        held = live.agency.page("/boxes", story("Boxes of May"))
        paths = [f"/a{n}" for n in range(8)]
        for path in paths:
            live.journal.page(path, article("The port grows", [("Boxes of May", held)]), delay=0.3)
        live.journal.page("/rss.xml", feed(*({"url": live.journal.url + path} for path in paths)))
        command = [sys.executable, "-m", "flows.cli", "run", "--config", str(live.config)]
        with Terminal(command, tmp_path, environment) as terminal:
            terminal.until(lambda: "/a2" in live.journal.paths)
            assert any("uvicorn" in name for name in terminal.others())
            how(terminal)
            assert terminal.ended() == expected
            terminal.until(lambda: terminal.others() == [])
        assert terminal.lines[-1] == INTERRUPTED
        kinds = ("Starting Prefect", "acquire", "^C")
        assert [line for line in terminal.lines[:-1] if not line.startswith(kinds)] == []
        assert lock_holder(live.settings.database.path) is None
        assert live.ask("SELECT state, ended_at IS NOT NULL FROM runs") == [("failed", True)]
        live.run(READING)
        assert live.ask("SELECT count(*) FROM pages WHERE role = 'article' AND state = 'held'") == [8]

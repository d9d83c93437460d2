"""Child processes: what a page does to its reader costs that page alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from tasks.stages.children import SILENCE_SECONDS, Bounds, Children, Failed, close_children, shared_children
from tests.poison import do, refuse

# Seconds that a test gives an item: what these do at all they do at once, but on a busy machine.
BOUNDS = Bounds(seconds=4.0)


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    made = Children(2, BOUNDS)
    yield made
    made.close()


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be asked how does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pids: set[int], within: float = 30.0) -> bool:
    until = time.monotonic() + within
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(alive, pids))


def workers(children: Children) -> set[int]:
    """The processes of the children."""
    return set(children._pool._pool_manager.worker_manager.workers)


def own_process(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def test_results_come_in_the_order_of_the_items(children: Children) -> None:
    words = [str(number) for number in range(200)]
    assert words == children.map(do, words)
    assert [] == children.map(do, [])


def test_one_item_too_is_taken_by_a_child(children: Children) -> None:
    """What is parsed never meets the process that writes the database."""
    (pid,) = children.map(own_process, [1])
    assert pid in workers(children)
    assert pid != os.getpid()


@pytest.mark.parametrize(
    ("reason", "said", "deed"),
    [
        pytest.param("timed_out", "not read within 4 seconds", "hang", id="hangs"),
        pytest.param("timed_out", "not read within 4 seconds", "hang-in-c", id="hangs in C, deaf to signals"),
        pytest.param("crashed", "the reader's process ended with status 3", "leave", id="exits"),
        pytest.param("crashed", "the reader's process ended with SIGSEGV", "crash", id="crashes"),
        pytest.param("out_of_memory", "more than 1500 MB were needed", "eat", id="eats memory"),
    ],
)
def test_an_item_that_ends_its_child_fails_with_a_reason_and_the_others_go_on(
    reason: str, said: str, deed: str, children: Children
) -> None:
    words = [*"abcdef", deed, *"ghijkl"]
    found = children.map(do, words)
    assert Failed(reason, said) == found[6]
    assert [*"abcdefghijkl"] == found[:6] + found[7:]


def test_killers_side_by_side_fail_each_for_its_own_reason(children: Children) -> None:
    """More of them than there are children, and one right after the other."""
    found = children.map(do, ["crash", "leave", "eat", "hang", "crash", "a", "leave", "eat", "b"])
    reasons = [one.reason if isinstance(one, Failed) else one for one in found]
    assert ["crashed", "crashed", "out_of_memory", "timed_out", "crashed"] == reasons[:5]
    assert ["a", "crashed", "out_of_memory", "b"] == reasons[5:]


def test_an_exception_of_the_function_is_a_failure_too(children: Children) -> None:
    assert [Failed("reader_failed", "ValueError")] * 2 == children.map(refuse, ["x", "y"])


def test_children_are_replaced_after_so_many_items() -> None:
    children = Children(1, Bounds(seconds=30.0, items=10))
    try:
        assert 2 == len(set(children.map(own_process, range(20))))
    finally:
        children.close()


def test_a_pool_that_breaks_between_two_calls_is_made_anew() -> None:
    """As when the system, short of memory, kills a child that waits for work."""
    children = Children(1, BOUNDS)
    try:
        before = workers(children) if children.map(do, ["a"]) else set()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert gone(before)
        time.sleep(0.5)
        begun = time.monotonic()
        assert ["b", "c"] == children.map(do, ["b", "c"])
        # At once, and not only after a long silence.
        assert time.monotonic() - begun < SILENCE_SECONDS
        assert not workers(children) & before
    finally:
        children.close()


def test_a_pool_that_says_nothing_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its items are tried once more, each alone, and then failed: a run never waits for ever."""
    children = Children(1, Bounds(seconds=0.2))
    asked = []

    def unheard(_: object, item: str) -> Future[str]:
        asked.append(item)
        children._started()
        return Future()

    try:
        children.map(do, ["a"])
        monkeypatch.setattr("tasks.stages.children.SILENCE_SECONDS", 0.2)
        monkeypatch.setattr(children, "_schedule", unheard)
        assert ["crashed", "crashed"] == [one.reason for one in children.map(do, ["b", "c"])]
        assert ["b", "c", "b", "c"] == asked
    finally:
        children.close()


def test_closing_ends_children_that_are_at_work() -> None:
    children = Children(2, Bounds(seconds=600.0))
    children.map(do, ["a"])
    pids = workers(children)
    children._schedule(do, "hang")
    time.sleep(0.3)
    children.close()
    assert gone(pids)


def test_an_interruption_leaves_no_child_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends the wait for results ends the children."""
    children = Children(2, Bounds(seconds=600.0))
    children.map(do, ["a"])
    pids = workers(children)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tasks.stages.children.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        children.map(do, ["hang", "hang"])
    assert gone(pids)


def test_the_stages_of_a_process_share_their_children() -> None:
    """Until they are closed, or more or others are asked for: then they are replaced, not left."""
    try:
        first = shared_children(2, BOUNDS)
        first.map(do, ["a"])
        pids = workers(first)
        close_children(most=2)
        assert first is shared_children(2, BOUNDS) is shared_children(1, BOUNDS)
        assert first is not shared_children(3, BOUNDS)
        assert gone(pids)
        second = shared_children(3, BOUNDS)
        assert second is not shared_children(1, Bounds(seconds=3.0))
    finally:
        close_children()


# A shell starts what it runs in the background with SIGINT ignored, and that is inherited.
SCRIPT = """
import signal
import sys
from tasks.stages.children import Bounds, Children
import tasks.stages.children as module
from tests.poison import do
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    module.LAST_CALL_SECONDS = 1.0
    children = Children(2, Bounds(seconds=float(sys.argv[1])))
    children.map(do, ["a"])
    print(*children._pool._pool_manager.worker_manager.workers, flush=True)
    children.map(do, ["hang-in-c", "hang-in-c"])
"""


@pytest.mark.parametrize(
    ("how", "seconds"),
    [
        pytest.param(signal.SIGINT, "600", id="interrupted"),
        pytest.param(signal.SIGKILL, "1", id="killed"),
    ],
)
def test_a_run_that_is_ended_leaves_no_child_behind(
    how: int, seconds: str, tmp_path: Path, root: Path
) -> None:
    """Killed, it cannot end them: they end themselves, even where they hang, soon after their deadline."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    started: Callable[..., subprocess.Popen[str]] = subprocess.Popen
    process = started(
        [sys.executable, str(script), seconds],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    pids: set[int] = set()
    try:
        assert process.stdout is not None
        pids = set(map(int, process.stdout.readline().split()))
        assert len(pids) == 2
        time.sleep(0.5)
        process.send_signal(how)
        process.wait(30)
        assert gone(pids)
    finally:
        for pid in filter(alive, [process.pid, *pids]):
            os.kill(pid, signal.SIGKILL)
        process.communicate()

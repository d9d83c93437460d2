"""What the product gets right on data with known answers does not fall below what was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy import figures
from benchmarks.accuracy.__main__ import TASKS, main, run
from benchmarks.accuracy.lines import file_hash, read_lines

FLOORS = json.loads(Path("benchmarks/accuracy/floors.json").read_text(encoding="utf-8"))["floors"]
# These take seconds; the others encode hundreds of pages.
QUICK = {"references", "quotes", "resolve"}


def floor_name(floor: dict[str, Any]) -> str:
    """The task and the data of a floor."""
    return f"{floor['task']}-{floor['data'].replace('/', '-')}"


@pytest.mark.parametrize(
    "floor",
    [
        pytest.param(one, id=floor_name(one), marks=[] if one["task"] in QUICK else pytest.mark.slow)
        for one in FLOORS
    ],
)
def test_no_figure_falls_below_its_floor(shared: Path, floor: dict[str, Any]) -> None:
    """On the very data of the floor each figure is at least, or at most, what is written."""
    path = shared / "data" / floor["data"]
    if file_hash(path) != floor["sha256"]:
        pytest.skip(f"{floor['data']} is not the data that the floor was measured on")
    reached = run(floor["task"], path)["figures"]
    low = {name: reached[name] for name, least in floor.get("least", {}).items() if reached[name] < least}
    high = {name: reached[name] for name, most in floor.get("most", {}).items() if reached[name] > most}
    assert (low, high) == ({}, {})


def test_every_task_has_a_floor() -> None:
    """What is measured is also held."""
    assert {floor["task"] for floor in FLOORS} == set(TASKS)


QUOTE = {
    "id": "q1",
    "quote": "the bridge was closed for nine weeks",
    "source": "Officials said the bridge was closed for seven weeks last year.",
    "gold": "altered",
    "kind": "number",
    "original": "the bridge was closed for seven weeks",
    "changed": {"added": ["nine"], "removed": ["seven"]},
}


def test_predictions_have_a_line_an_item_with_the_named_fields(tmp_path: Path) -> None:
    """The written lines are all that the figures need."""
    data, out = tmp_path / "quotes.jsonl", tmp_path / "out.jsonl"
    honest = QUOTE | {"id": "q2", "quote": "the bridge was closed", "gold": "exact", "changed": None}
    data.write_text("".join(json.dumps(row) + "\n" for row in (QUOTE, honest)), encoding="utf-8")
    assert main(["quotes", str(data), "--predictions", str(out)]) == 0
    assert read_lines(out) == [
        {"id": "q1", "status": "altered", "differing": ["nine", "seven"]},
        {"id": "q2", "status": "exact", "differing": []},
    ]


def test_the_command_prints_one_object_with_the_baseline_beside_it(tmp_path: Path) -> None:
    """A plain folded comparison misses the altered quotation that the product finds."""
    data = tmp_path / "quotes.jsonl"
    data.write_text(json.dumps(QUOTE) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.accuracy", "quotes", str(data), "--baseline", "--json"]
    printed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert (printed["figures"]["altered"], printed["baseline"]["altered"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    "text", ["", "no json\n", "[1]\n", '{"other": 1}\n'], ids=["empty", "text", "list", "fields"]
)
def test_a_file_of_another_format_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """The command says which file and task do not fit, and ends with 2."""
    data = tmp_path / "rows.jsonl"
    data.write_text(text, encoding="utf-8")
    for task in ("quotes", "references", "evidence"):
        assert main([task, str(data)]) == 2
        assert task in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "wanted", "expected"),
    [
        ([True, True, False, False], [True, True, False, False], 1.0),
        ([True, True, True, True], [True, True, False, False], 0.5),
        ([False, True, False, False], [True, True, False, False], 0.75),
    ],
    ids=["all right", "always yes", "one missed"],
)
def test_balanced_accuracy_weighs_both_sides_alike(
    said: list[bool], wanted: list[bool], expected: float
) -> None:
    """It is the mean of what is rightly affirmed and rightly denied."""
    assert figures.balanced_accuracy(said, wanted) == expected


def test_calibration_error_is_the_gap_between_told_and_true() -> None:
    """Saying 0.9 of what is true half of the time is wrong by 0.4; saying 0.5 by nothing."""
    wanted = [True, False] * 50
    assert figures.calibration_error([0.9] * 100, wanted) == pytest.approx(0.4)
    assert figures.calibration_error([0.5] * 100, wanted) == pytest.approx(0.0)

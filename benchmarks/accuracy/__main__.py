"""The command line of the accuracy tasks; see the package."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy.lines import Lines, write_lines

TASKS = {
    "evidence": "which sentences of its page bear a claim out: wice/*.jsonl",
    "verdict": "whether a page supports a claim: wice/*.jsonl, citation_example/rows.jsonl",
    "tokens": "which words of a claim its page does not support: wice/non_supported_tokens/*.jsonl",
    "references": "the fields of a works-cited entry: references/*.jsonl, references/*.xml",
    "pages": "text, title, authors, outlet and date of a page: pages/, pages_english/",
    "resolve": "which document an entry means: resolve/*.json",
    "sources": "which entry of the list a claim belongs to: source_choice/*.jsonl",
    "quotes": "whether a quotation stands in its source: quotes/*.jsonl",
}


def run(task: str, path: Path, predictions: Path | None = None, baseline: bool = False) -> dict[str, Any]:
    """Return the figures of ``task`` on ``path``, with those of its baseline on request.

    ``predictions`` is where the lines are written.
    """
    module = importlib.import_module(f"benchmarks.accuracy.{task}")
    lines: Lines = module.predict(path)
    if predictions:
        write_lines(predictions, lines)
    result = {"task": task, "items": len(lines), "figures": module.measure(path, lines)}
    if baseline and hasattr(module, "baseline"):
        result["baseline"] = module.measure(path, module.baseline(path))
    return result


def show(result: dict[str, Any]) -> str:
    """Return the figures as lines of text, the baseline's beside them where it was measured."""
    plain = result.get("baseline", {})
    width = max(len(name) for name in result["figures"])
    lines = [f"{result['task']}: {result['items']} items" + (", baseline at the right" if plain else "")]
    for name, value in result["figures"].items():
        shown = f"{value:.4f}" if isinstance(value, float) else f"{value}"
        beside = plain.get(name, "")
        lines.append(
            f"  {name:{width}}  {shown:>8}  {f'{beside:.4f}' if isinstance(beside, float) else beside}"
        )
    return "\n".join(line.rstrip() for line in lines)


def _reason(error: Exception) -> str:
    """Return what is wrong on one line."""
    return f"an item has no {error}" if isinstance(error, KeyError) else " ".join(str(error).split())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a task and print its figures; 2 where the file cannot be read in the task's format."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy",
        description="Measure one step of the product on data with known answers.",
        epilog="\n".join(f"{name:11} {text}" for name, text in TASKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("task", choices=TASKS, metavar="TASK", help="what to measure: see below")
    parser.add_argument("path", type=Path, metavar="PATH", help="a file or folder of the task's format")
    parser.add_argument("--predictions", type=Path, metavar="OUT", help="write a JSON line an item here")
    parser.add_argument("--baseline", action="store_true", help="measure the plain baseline as well")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    # Told before the work, which may take minutes, is lost.
    if options.predictions and not options.predictions.parent.is_dir():
        parser.error(f"there is no folder {options.predictions.parent}")
    try:
        result = run(options.task, options.path, options.predictions, options.baseline)
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        print(f"{options.path}: not data for the task {options.task}: {_reason(error)}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False) if options.json else show(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())

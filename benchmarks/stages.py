"""Run the pipeline's stages one after another, as the flow does, but without Prefect.

``python -m benchmarks.stages CONFIG``: what ``benchmarks.pipeline`` starts and watches.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from benchmarks.watch import part
from tasks.settings import load_settings
from tasks.stages import STAGES, end_run, run_stage, start_run
from tasks.store.lock import writer_lock


def run(config: Path) -> None:
    """Run every stage over what ``config`` names, and say what each took."""
    settings = load_settings(config)
    with writer_lock(settings.database.path, "benchmarks.stages"):
        run_id = start_run(settings)
        counts = []
        for stage in STAGES:
            with part(stage) as said:
                counts.append(run_stage(stage, settings, run_id))
                said.update(asdict(counts[-1]))
        end_run(settings, run_id, counts, "issues" if any(one.issues for one in counts) else "ok")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("config", type=Path, help="a configuration file")
    run(parser.parse_args().config)


if __name__ == "__main__":
    main()

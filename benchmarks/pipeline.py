"""How fast the pipeline is, and how much memory it takes, beside a straightforward script.

``python -m benchmarks.pipeline [--articles 1000] [--sources 3000] [--seed N] [--rounds 1] [--json]
[--work DIR]``

Makes a corpus (:mod:`benchmarks.corpus`; kept in the work folder for the next time) and runs over it,
each in a process of its own: the stages on an empty database, the stages again with nothing changed,
and the script (:mod:`benchmarks.straightforward`). Then the stages over a corpus of a quarter of the
size, for memory: what a batch bounds stays, what the corpus bounds grows fourfold. All are run once
on a few documents before, so that the model is exported and every file of the programs has been read.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.corpus import SEED, write_corpus
from benchmarks.watch import SAMPLING_SECONDS, Watched, watch
from tasks.store.store import Store

WORK = Path(__file__).with_name(".work")
ROOT = Path(__file__).resolve().parent.parent

ARTICLES, SOURCES = 1_000, 3_000
# Enough that every stage starts its worker processes.
WARM_ARTICLES, WARM_SOURCES = 60, 60
# The smaller corpus is the larger one divided by this.
SMALLER = 4

CONFIG_NAME = "workscited.toml"
CONFIG = """[database]
path = "data/workscited.duckdb"
[articles]
folders = ["articles"]
[sources]
folders = ["sources"]
[model]
cache = {cache}
"""

PACKAGES = ("duckdb", "onnxruntime", "sentence-transformers", "torch", "trafilatura", "workscited")

MEGA = 1e6

# Columns of a terminal that the widest table fits in.
WIDTH = 110

# What is not in any part: the interpreter's start, imports, opening and closing the run.
START = "start and end"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus on the disk; ``bytes`` of its documents."""

    folder: Path
    articles: int
    sources: int
    bytes: int

    @property
    def documents(self) -> int:
        """Articles and sources together."""
        return self.articles + self.sources


def prepared(work: Path, articles: int, sources: int, seed: int) -> Corpus:
    """Return the corpus of that size, made where it is not there yet, with a configuration beside it."""
    folder = work / f"corpus-{articles}-{sources}-{seed}"
    if not (folder / CONFIG_NAME).exists():
        shutil.rmtree(folder, ignore_errors=True)
        write_corpus(folder, articles, sources, seed)
        cache = json.dumps(str(work / "cache"))
        # Last, so that a corpus with a configuration is whole.
        (folder / CONFIG_NAME).write_text(CONFIG.format(cache=cache), encoding="utf-8")
    files = [path for name in ("articles", "sources") for path in (folder / name).iterdir()]
    return Corpus(folder, articles, sources, sum(path.stat().st_size for path in files))


def cold(corpus: Corpus) -> Watched:
    """Run the stages over ``corpus`` on an empty database."""
    shutil.rmtree(corpus.folder / "data", ignore_errors=True)
    return unchanged(corpus)


def unchanged(corpus: Corpus) -> Watched:
    """Run the stages over ``corpus`` on the database as it lies there."""
    return noted("the stages", corpus, watch("benchmarks.stages", [str(corpus.folder / CONFIG_NAME)], ROOT))


def script(corpus: Corpus) -> Watched:
    """Run the straightforward script over ``corpus``."""
    database = corpus.folder / "straightforward.duckdb"
    database.unlink(missing_ok=True)
    try:
        arguments = [str(corpus.folder), str(database)]
        return noted("the script", corpus, watch("benchmarks.straightforward", arguments, ROOT))
    finally:
        database.unlink(missing_ok=True)


def noted(name: str, corpus: Corpus, watched: Watched) -> Watched:
    """Say on stderr what just ended: the whole takes long, and nothing else tells how far it is."""
    print(
        f"{name} over {corpus.documents:,} documents: {watched.seconds:.1f} s, "
        f"{watched.cpu:.1f} s of the processor, peak {watched.peak / MEGA:,.0f} MB",
        file=sys.stderr,
        flush=True,
    )
    return watched


def planted_and_found(corpus: Corpus) -> dict[str, dict[str, int]]:
    """Return by kind of finding how many were planted, how many of them found, and how many others raised."""
    lines = (corpus.folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    planted = {(row["kind"], row["article"], frozenset(row["labels"])) for row in map(json.loads, lines)}
    with Store.open_read_only(corpus.folder / "data" / "workscited.duckdb") as store:
        rows = store.rows("findings")
    found = {(row["kind"], row["uri"], frozenset(row["labels"])) for row in rows}
    kinds = sorted({kind for kind, _, _ in planted | found})
    return {
        kind: {
            "planted": sum(one[0] == kind for one in planted),
            "found": sum(one[0] == kind for one in planted & found),
            "others": sum(one[0] == kind for one in found - planted),
        }
        for kind in kinds
    }


def machine() -> dict[str, Any]:
    """Return what the figures depend on: cores, processor, memory, versions, and the date."""
    models = [
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")
    ]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": len(os.sched_getaffinity(0)),
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def told(watched: Watched, corpus: Corpus) -> dict[str, Any]:
    """Return the figures of a program that ran over ``corpus`` as plain values."""
    parts = [
        {
            "name": one.name,
            "items": int(one.said.get("kept", one.said.get("items", 0))),
            "seconds": round(one.seconds, 3),
            "cpu_seconds": round(one.cpu, 3),
            "peak_mb": round(one.peak / MEGA),
        }
        for one in watched.parts
    ]
    rest = {
        "name": START,
        "items": 0,
        "seconds": round(watched.seconds - sum(one.seconds for one in watched.parts), 3),
        "cpu_seconds": round(watched.cpu - sum(one.cpu for one in watched.parts), 3),
        "peak_mb": 0,
    }
    return {
        "documents": corpus.documents,
        "seconds": round(watched.seconds, 2),
        "cpu_seconds": round(watched.cpu, 2),
        "documents_per_second": round(corpus.documents / watched.seconds, 2),
        "peak_mb": round(watched.peak / MEGA),
        "parts": [*parts, rest],
    }


def own_work(watched: Watched) -> float:
    """Return the seconds of all stages together, without the start of the process."""
    return sum(float(one.said["seconds"]) for one in watched.parts)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return all figures by name."""
    facts = machine()
    warm = prepared(options.work, WARM_ARTICLES, WARM_SOURCES, options.seed)
    cold(warm)
    script(warm)
    corpus = prepared(options.work, options.articles, options.sources, options.seed)
    smaller = prepared(
        options.work, max(options.articles // SMALLER, 1), max(options.sources // SMALLER, 1), options.seed
    )
    rounds = [(cold(corpus), unchanged(corpus), script(corpus)) for _ in range(options.rounds)]
    first, again, plain = (min(column, key=lambda one: one.seconds) for column in zip(*rounds, strict=True))
    return {
        "machine": facts | {"load_after": round(os.getloadavg()[0], 1)},
        "sampling_seconds": SAMPLING_SECONDS,
        "articles": corpus.articles,
        "sources": corpus.sources,
        "megabytes": round(corpus.bytes / MEGA, 1),
        "rounds": options.rounds,
        "cold": told(first, corpus),
        "unchanged": told(again, corpus) | {"own_work_seconds": round(own_work(again), 2)},
        "script": told(plain, corpus),
        "quarter": told(cold(smaller), smaller),
        "times_the_script": round(plain.seconds / first.seconds, 2),
        "times_the_script_cpu": round(plain.cpu / first.cpu, 2),
        "findings": planted_and_found(corpus),
    }


def show(figures: dict[str, Any]) -> None:
    """Print the figures as tables."""
    console = Console(soft_wrap=True, width=WIDTH)
    facts = figures["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    console.print(
        f"{figures['articles']:,} articles and {figures['sources']:,} sources, {figures['megabytes']} MB; "
        f"{facts['cores']} cores of {facts['processor']}, {facts['memory_gb']} GB, "
        f"load {facts['load_before']} before and {facts['load_after']} after; "
        f"{facts['date']}; Python {facts['python']}, {versions}"
    )
    whole, again, quarter = (figures[name] for name in ("cold", "unchanged", "quarter"))
    columns = {
        f"MB, {quarter['documents']:,} docs": [one["peak_mb"] for one in _rows(quarter)],
        "again seconds": [one["seconds"] for one in _rows(again)],
    }
    console.print(_table("the pipeline", whole, columns))
    console.print(_table("the straightforward script", figures["script"], {}))
    console.print(
        f"The pipeline took {whole['seconds']:.1f} s, the script {figures['script']['seconds']:.1f} s: "
        f"{figures['times_the_script']:.2f} times its speed "
        f"({figures['times_the_script_cpu']:.2f} times by the processor's seconds). "
        f"Run again with nothing changed: {again['own_work_seconds']:.2f} s of own work."
    )
    for kind, count in figures["findings"].items():
        console.print(f"{kind}: {count['planted']} planted, {count['found']} found, {count['others']} others")


def _rows(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a program: its parts, and the whole."""
    whole = {"name": "all", "items": figures["documents"]}
    return [*figures["parts"], figures | whole]


def _table(title: str, figures: dict[str, Any], more: dict[str, list[float]]) -> Table:
    """Return the table of a program's parts; ``more`` are columns to add, by heading."""
    table = Table("", title=title, caption=f"memory is resident memory, seen every {SAMPLING_SECONDS} s")
    headings = ("items", "seconds", "items/s", "cpu seconds", "peak MB", *more)
    for heading in headings:
        table.add_column(heading, justify="right")
    for place, one in enumerate(_rows(figures)):
        rate = one["items"] / one["seconds"] if one["items"] else 0
        table.add_row(
            one["name"],
            f"{one['items']:,}" if one["items"] else "",
            f"{one['seconds']:.2f}",
            f"{rate:,.1f}" if rate else "",
            f"{one['cpu_seconds']:.2f}",
            f"{one['peak_mb']:,}",
            *(f"{column[place]:,}" for column in more.values()),
        )
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--sources", type=int, default=SOURCES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=1, help="the fastest run of so many is shown")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--work", type=Path, default=WORK, help="where corpora and databases are kept")
    options = parser.parse_args(arguments)
    options.work = options.work.resolve()
    figures = measure(options)
    if options.json:
        print(json.dumps(figures))
    else:
        show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())

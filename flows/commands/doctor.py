"""``workscited doctor``: is everything that a run needs in its place?"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flows.terminal import one_line
from tasks.errors import WorkscitedError
from tasks.settings import Settings, load_settings

EXIT_OK = 0
EXIT_WRONG = 1

# What a run stands on, and what a report of a fault should name.
PACKAGES = (
    "workscited",
    "duckdb",
    "prefect",
    "fastapi",
    "torch",
    "sentence-transformers",
    "onnxruntime",
    "tokenizers",
    "trafilatura",
    "pyarrow",
)

# A fresh set-up is 2 GB and the demo some MB: below this a run of any size is likely to end half-way.
LEAST_FREE_BYTES = 1_000_000_000

# Seen on two cores: Prefect's server is imported in about 5 s; a busy machine may take ten times that.
SERVER_IMPORT_SECONDS = 120

# fastapi 0.151 removed what the server of Prefect 3.8 imports, and plain pip installs both together.
SERVER_HINT = "; if it speaks of fastapi: pip install 'fastapi<0.151'"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is as it should be, and what was seen."""

    name: str
    ok: bool
    seen: str


def doctor(config: Path, as_json: bool) -> int:
    """Print what was looked at; return 1 when something is wrong, else 0."""
    checks: list[Check] = []
    for check in _checks(config):
        checks.append(check)
        if not as_json:
            print(one_line(f"{'ok   ' if check.ok else 'WRONG'}  {check.name:<22} {check.seen}"), flush=True)
    healthy = all(check.ok for check in checks)
    if as_json:
        print(json.dumps({"healthy": healthy, "checks": [asdict(check) for check in checks]}))
    return EXIT_OK if healthy else EXIT_WRONG


def _checks(config: Path) -> Iterator[Check]:
    yield Check("python", True, f"{platform.python_version()} on {platform.platform()}")
    yield from map(_package, PACKAGES)
    yield _looked("model", _model)
    yield _looked("prefect's server", _server)
    try:
        settings = load_settings(config)
    except WorkscitedError as error:
        yield Check("configuration", False, str(error))
        return
    yield Check("configuration", True, str(config))
    for name, look in (("disk", _disk), ("lock", _lock), ("last run", _last), ("published copy", _published)):
        yield _looked(name, partial(look, settings))


def _looked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except WorkscitedError as error:
        return Check(name, False, str(error))


def _package(name: str) -> Check:
    try:
        return Check(name, True, version(name))
    except PackageNotFoundError:
        return Check(name, False, "is not installed")


def _model() -> str:
    from tasks.embed.package import DEFAULT_MODEL, WEIGHTS_SHA256, checked_files, package_folder

    checked_files(package_folder())
    return f"{DEFAULT_MODEL}, sha256 as published: {WEIGHTS_SHA256}"


def _server() -> str:
    command = [sys.executable, "-W", "ignore", "-c", "import prefect.server.api.server"]
    try:
        done = subprocess.run(  # noqa: S603 - a constant, run by this very Python
            command, capture_output=True, text=True, timeout=SERVER_IMPORT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise WorkscitedError(f"did not import within {SERVER_IMPORT_SECONDS} s") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise WorkscitedError(f"does not import: {last}{SERVER_HINT}")
    return "imports"


def _disk(settings: Settings) -> str:
    folder = settings.database.path.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    seen = f"{free / 1e9:.1f} GB free at {folder}"
    if free < LEAST_FREE_BYTES:
        raise WorkscitedError(f"only {seen}")
    return seen


def _lock(settings: Settings) -> str:
    from tasks.store.lock import lock_holder

    holder = lock_holder(settings.database.path)
    return "free" if holder is None else f"held by {holder}"


def _last(settings: Settings) -> str:
    """Look into the working file, as the published copy was made before the run had ended."""
    from tasks.store.lock import lock_holder, writer_lock
    from tasks.store.store import Store

    path = settings.database.path
    if not path.is_file():
        return "none yet"
    if lock_holder(path) is not None:
        return "is under way"
    with writer_lock(path, "workscited doctor"), Store.open_read_only(path) as store:
        runs = store.rows("last_run")
    if not runs:
        return "none yet"
    run = runs[0]
    seen = f"{run['state']}, began {run['started_at']:%Y-%m-%d %H:%M} UTC {run['detail']}".rstrip()
    if run["state"] == "failed":
        raise WorkscitedError(seen)
    return "was interrupted; the next goes on from there" if run["state"] == "running" else seen


def _published(settings: Settings) -> str:
    from tasks.store.read import query

    current = settings.database.current
    if not current.is_file():
        return "none yet"
    _, rows = query(current, "SELECT count(*) FROM runs")
    next(rows)
    return f"{current} -> {current.resolve().name}"

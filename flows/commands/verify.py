"""``workscited verify``: every check of ``sql/checks`` on one database."""

from __future__ import annotations

import json
from pathlib import Path

from flows.commands.place import published_copy
from flows.terminal import one_line

EXIT_OK = 0
EXIT_FAILURES = 1


def verify(config: Path, database: Path | None, as_json: bool) -> int:
    """Print each check and the rows that it returned; return 1 when one returned any.

    Raises :class:`StoreError` where the database cannot be read.
    """
    from tasks.store.verify import checks
    from tasks.store.verify import verify as failures_of

    path = published_copy(config, database)
    failures = {failure.check: failure for failure in failures_of(path)}
    if as_json:
        found = {name: failures[name].rows if name in failures else 0 for name in checks()}
        print(json.dumps({"database": str(path), "ok": not failures, "checks": found}))
        return EXIT_FAILURES if failures else EXIT_OK
    for name in checks():
        failure = failures.get(name)
        print(f"ok      {name}" if failure is None else one_line(f"FAILED  {name}: {failure}"))
    print(f"{len(checks()) - len(failures)} checks ok, {len(failures)} failed: {path}")
    return EXIT_FAILURES if failures else EXIT_OK

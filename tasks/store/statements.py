"""SQL by name: ``sql/<folder>/<name>.sql``, at the root of a checkout or inside the installed package."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tasks.errors import StoreError

_NAME = re.compile(r"[a-z0-9_]+\Z")


@cache
def sql_folder() -> Path:
    """Return the folder of the SQL files.

    The installed package is looked at first: beside it, "sql" could be another distribution's.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "sql", package.parent / "sql"):
        if (folder / "schema").is_dir():
            return folder
    raise StoreError("The SQL files of workscited are missing: the installation is incomplete.")


@cache
def load(folder: str, name: str) -> str:
    """Return the text of ``sql/<folder>/<name>.sql``; raise StoreError when there is none."""
    path = sql_folder() / folder / f"{name}.sql"
    if not (_NAME.match(folder) and _NAME.match(name) and path.is_file()):
        raise StoreError(f"There is no SQL file named {name!r} among the {folder}.")
    return path.read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """Return the names of the SQL files of ``sql/<folder>``, sorted."""
    return sorted(path.stem for path in (sql_folder() / folder).glob("*.sql"))


def title(text: str) -> str:
    """Return the first header line of an SQL file: what it answers."""
    return text.partition("\n")[0].removeprefix("--").strip()

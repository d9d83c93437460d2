"""Which database file a reading command means."""

from __future__ import annotations

from pathlib import Path

from tasks.errors import StoreError
from tasks.settings import load_settings


def published_copy(config: Path, database: Path | None) -> Path:
    """Return ``database`` where given, else the published copy of ``config``; it is a file.

    Raises :class:`StoreError` where nothing lies there, :class:`SettingsError` for a bad ``config``.
    """
    if database is not None:
        if not database.is_file():
            raise StoreError(f"there is no database {database}")
        return database
    current = load_settings(config).database.current
    if not current.is_file():
        raise StoreError(f"nothing is published at {current} yet: first workscited run --config {config}")
    return current

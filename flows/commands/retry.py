"""``workscited retry``: what was set aside is tried again by the next run."""

from __future__ import annotations

from pathlib import Path

from flows.commands.visits import EXIT_OK, held_database, say_when_shown, working
from tasks.settings import load_settings


def retry(config: Path) -> int:
    """Take up again what was tried too often, and say how many items that are.

    Raises what :mod:`tasks.errors` holds.
    """
    settings = load_settings(config)
    held_database(config, settings)
    with working(settings, "workscited retry") as context:
        number = context.store.retry()
    print(f"{number} {'item' if number == 1 else 'items'} to be tried again by the next run")
    if number:
        say_when_shown()
    return EXIT_OK

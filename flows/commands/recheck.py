"""``workscited recheck``: are the pages still there, and still the same?"""

from __future__ import annotations

from pathlib import Path

from flows.commands.visits import EXIT_OK, fetching_settings, held_database, show, working
from flows.terminal import say


def recheck(dead: bool, limit: int, config: Path, as_json: bool) -> int:
    """Ask again for pages that were asked for before, the longest ago first; return 1 when one failed.

    ``limit`` 0 is all of them. Raises what :mod:`tasks.errors` holds.
    """
    settings = fetching_settings(config)
    held_database(config, settings)
    with working(settings, "workscited recheck") as context:
        from tasks.stages.live import recheck as asked_again

        rows = asked_again(context, dead, limit)
    if not rows and not as_json:
        say("(no pages)")
        return EXIT_OK
    # A page that was dead has no version that could have changed.
    return show(rows, as_json, again=not dead)

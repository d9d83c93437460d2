"""Look again at pages that were got before: which have changed, which have died, which are back?

What has changed is read and judged by the next run of the pipeline.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows import DEFAULT_CONFIG
from flows.commands.visits import fetching_settings, working
from tasks.settings import load_settings

PURPOSE = "workscited recheck, scheduled"


@flow(name="workscited-recheck", persist_result=False)
def recheck(config: str = str(DEFAULT_CONFIG), dead: bool = False, limit: int = 0) -> dict[str, int]:
    """Ask again for pages of the database that ``config`` names; return how many ended how.

    ``dead`` asks only for dead ones; at most ``limit`` are asked for, the longest ago first, 0 is all.
    Raises what :mod:`tasks.errors` holds.
    """
    return ask_again(config, dead, limit)


@task(cache_policy=NO_CACHE, persist_result=False)
def ask_again(config: str, dead: bool, limit: int) -> dict[str, int]:
    """Do so under the writer's lock, as a run of its own."""
    from tasks.stages.live import recheck as look_again

    settings = load_settings(Path(config))
    if not (settings.live and settings.database.path.is_file()):
        # Nothing was ever fetched: a schedule that comes before the first run, or for folders alone.
        return {}
    settings = fetching_settings(Path(config))
    with working(settings, PURPOSE) as context:
        rows = look_again(context, dead, limit)
    return dict(sorted(Counter(row["reason"] or row["outcome"] for row in rows).items()))

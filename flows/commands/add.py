"""``workscited add``: pages that the next run is to fetch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.commands.visits import (
    EXIT_OK,
    EXIT_SOME_FAILED,
    fetching_settings,
    good_addresses,
    say_when_shown,
    working,
)


def add(urls: Sequence[str], source: bool, config: Path) -> int:
    """Note ``urls`` as articles, or as sources, and fetch nothing; return 1 when one was refused.

    Raises what :mod:`tasks.errors` holds.
    """
    settings = fetching_settings(config)
    good, bad = good_addresses(settings, urls)
    with working(settings, "workscited add") as context:
        from tasks.stages.live import add_pages

        new = add_pages(context, good, "source" if source else "article")
    kind = "source" if source else "article"
    print(f"{new} new {kind if new == 1 else kind + 's'}, {len(good) - new} known before")
    if new:
        say_when_shown()
    return EXIT_SOME_FAILED if bad else EXIT_OK

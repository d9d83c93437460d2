"""``workscited fetch``: get pages now, and say what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.commands.visits import EXIT_SOME_FAILED, fetching_settings, good_addresses, show, working


def fetch(urls: Sequence[str], article: bool, config: Path, as_json: bool) -> int:
    """Fetch ``urls`` as sources, or as articles; return 1 when one could not be got.

    Raises what :mod:`tasks.errors` holds.
    """
    settings = fetching_settings(config)
    good, bad = good_addresses(settings, urls)
    with working(settings, "workscited fetch") as context:
        from tasks.stages.live import fetch_pages_now

        rows = fetch_pages_now(context, good, "article" if article else "source")
    status = show(rows, as_json)
    return EXIT_SOME_FAILED if bad else status

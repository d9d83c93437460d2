"""``workscited run``: the flow, watched from a terminal."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flows.choice import chosen_stages
from flows.environment import prepare_prefect
from flows.interruption import interruptible
from flows.progress import Bars, watched
from flows.terminal import say
from tasks.errors import LockHeldError, SettingsError
from tasks.settings import Settings, load_settings
from tasks.store.lock import lock_holder

EXIT_OK = 0
EXIT_ISSUES = 1


def run(config: Path, only: list[str], tag: str, as_json: bool, quiet: bool) -> int:
    """Run the flow over ``config``; return 0 when all went well, 1 when issues are open.

    With ``tag`` only the origins that carry it are looked into.

    Raises what :mod:`tasks.errors` holds, :class:`LockHeldError` before Prefect is even imported, and
    :class:`~flows.interruption.Interrupted` where a signal ended it.
    """
    settings = load_settings(config)
    chosen = chosen_stages(only)
    _check_tag(settings, tag)
    holder = lock_holder(settings.database.path)
    if holder is not None:
        raise LockHeldError(f"Another run writes to {settings.database.path}: {holder}.")
    prepare_prefect()
    if not (as_json or quiet):
        say("Starting Prefect (a first start may take half a minute) ...")
    with ExitStack() as stack:
        # Before Prefect is imported: a ^C is not to become an error of what was half loaded.
        stack.enter_context(interruptible())
        from flows.pipeline import pipeline

        if sys.stderr.isatty() and not quiet:
            stack.enter_context(watched(stack.enter_context(Bars())))
        report: dict[str, Any] = pipeline(config=str(config), stages=list(chosen), tag=tag)
    if as_json:
        print(json.dumps(report, default=str))
    elif not quiet:
        from flows.commands.report import show

        show(report, config)
    return EXIT_ISSUES if report["state"] == "issues" else EXIT_OK


def _check_tag(settings: Settings, tag: str) -> None:
    """Refuse a tag that no origin carries: typed by hand, it is a typing error."""
    if tag and tag not in settings.tags:
        known = f"tags are {', '.join(settings.tags)}" if settings.tags else "none carries any"
        raise SettingsError(f"no origin carries the tag {tag!r}; {known}")

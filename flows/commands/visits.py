"""What the commands that ask for pages share: a run of their own, the addresses, the words for an outcome."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.terminal import one_line, say
from tasks.errors import InputError, SettingsError, StoreError
from tasks.fetch.records import BLOCKED, DEAD, NOT_ASKED, TRANSIENT
from tasks.settings import Settings, load_settings

if TYPE_CHECKING:
    from tasks.stages.work import Context

EXIT_OK = 0
EXIT_SOME_FAILED = 1

# Reasons whose codes do not read as words by themselves.
WORDS = {
    "robots_disallowed": "its robots.txt forbids it",
    "robots_unavailable": "its robots.txt could not be read",
    "legal_reasons": "withheld for legal reasons",
    "no_such_host": "there is no such host",
    "dns_failed": "its host's name could not be looked up",
    "tls_failed": "no secure connection",
    "not_text": "no page of text",
    "redirected_home": "leads to the site's front page",
    "refused_address": "its address is not public",
    "refused_port": "its port is not among [fetch] ports",
    "budget_spent": "this run's budget is spent",
    "host_paused": "its host is left alone for a while",
    "set_aside": "tried too often",
}

# What follows "dead: " and its like in a line; what a server answered with stands in brackets from here on.
FIRST_STATUS_OF_TROUBLE = 400

# Sizes in a line are for a person: whole kilobytes, and megabytes with one digit.
KILO, MEGA = 1_000, 1_000_000


def fetching_settings(config: Path) -> Settings:
    """Return the settings of ``config``; raises SettingsError where it names nobody to be asked about it."""
    settings = load_settings(config)
    try:
        settings.fetch.user_agent(version("workscited"))
    except SettingsError as error:
        raise SettingsError(f"{config}: {error}") from None
    return settings


def good_addresses(settings: Settings, urls: Sequence[str]) -> tuple[list[str], int]:
    """Return the addresses that may be asked for, each once, and how many others there are.

    Each of the others gets a line on standard error. Raises InputError where no good one is left.
    """
    from tasks.fetch.dial import Guard, Refused

    guard = Guard(settings.fetch.allow, settings.fetch.ports)
    good, bad = [], 0
    for url in dict.fromkeys(urls):
        try:
            guard.check_url(url)
        except Refused as error:
            say(f"workscited: {url}: {error}")
            bad += 1
        else:
            good.append(url)
    if not good:
        raise InputError("none of these addresses can be asked for", "bad_url")
    return good, bad


def held_database(config: Path, settings: Settings) -> None:
    """Raise StoreError where there is no database yet, in which something could be looked up."""
    if not settings.database.path.is_file():
        path = settings.database.path
        raise StoreError(f"there is no database {path} yet: first workscited run --config {config}")


@contextmanager
def working(settings: Settings, purpose: str) -> Iterator[Context]:
    """Open the database for a run that is no flow: locked, and recorded as it begins and ends.

    Raises LockHeldError where another run writes. A run whose block raises is recorded as failed.
    """
    from tasks.stages import end_run, start_run
    from tasks.stages.work import Context
    from tasks.store.lock import writer_lock
    from tasks.store.store import Store

    with writer_lock(settings.database.path, purpose):
        run_id, state = start_run(settings, purpose.removeprefix("workscited ")), "failed"
        try:
            with (
                Store.open(settings.database.path) as store,
                Context(store, settings, run_id, None) as context,
            ):
                yield context
            state = "issues" if context.tally.issues else "ok"
        finally:
            end_run(settings, run_id, (), state)


def show(rows: Sequence[Mapping[str, Any]], as_json: bool, again: bool = False) -> int:
    """Print what became of pages, a line each, and return the exit status.

    ``again``: they were asked for before, so that a kept one is a new version.
    """
    if as_json:
        print(json.dumps(list(rows), default=str))
    else:
        for row in rows:
            print(told(row, again))
        if len(rows) > 1:
            heads = Counter(_head(row, again) for row in rows)
            print(
                f"{len(rows)} pages: "
                + ", ".join(f"{number} {head}" for head, number in sorted(heads.items()))
            )
        say_when_shown()
    return EXIT_SOME_FAILED if any(row["outcome"] == "failed" for row in rows) else EXIT_OK


def say_when_shown() -> None:
    """Say on standard error when readers of the published copy see what a command has just written."""
    say("(`workscited query` shows this after the next `workscited run`)")


def told(row: Mapping[str, Any], again: bool = False) -> str:
    """Return the line that says what became of a page: "dead: not found (404)  https://…"."""
    head = _head(row, again)
    if row["outcome"] == "failed":
        head = f"{head}: {_why(row)}"
    elif row["outcome"] == "kept":
        head = "changed: a new version is held" if again else f"kept  {row['status']}"
        copied = f"  copy of {str(row['archived_at'])[:10]}" if row["archived_at"] else ""
        head = f"{head}  {_size(row['bytes'])}{copied}"
    elsewhere = f" → {row['final_url']}" if row["final_url"] not in ("", row["url"]) else ""
    return one_line(f"{head}  {row['url']}{elsewhere}")


def _head(row: Mapping[str, Any], again: bool) -> str:
    """Return the word for what became of a page: a blocked one may well be there, a dead one is not."""
    reason = row["reason"]
    if row["outcome"] != "failed":
        return "changed" if again and row["outcome"] == "kept" else str(row["outcome"])
    if reason in NOT_ASKED:
        return "not asked"
    kinds = (("dead", DEAD), ("blocked", BLOCKED), ("may pass", TRANSIENT))
    return next((word for word, reasons in kinds if reason in reasons), "failed")


def _why(row: Mapping[str, Any]) -> str:
    status, detail = row["status"], row["detail"]
    words = WORDS.get(row["reason"], str(row["reason"]).replace("_", " "))
    number = f" ({status})" if status and status >= FIRST_STATUS_OF_TROUBLE else ""
    return f"{words}{number}{f', {detail}' if detail else ''}"


def _size(size: int) -> str:
    if size >= MEGA:
        return f"{size / MEGA:.1f} MB"
    return f"{size / KILO:.0f} kB" if size >= KILO else f"{size} bytes"

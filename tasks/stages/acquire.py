"""acquire: read the files that are new or changed, and note those that are gone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tasks.acquire.folders import Listing, list_files, read_file
from tasks.errors import InputError
from tasks.keys import bytes_key, content_key
from tasks.model import Issue
from tasks.stages.work import Pending, Result, dropped
from tasks.store.rows import Acquired, Place, raw_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.stages.work import Context

STAGE = "acquire"
# Raise it when a file would be read otherwise.
VERSION = "1"
# Files that are passed over by rule: counted, but nothing that anyone should look at.
IGNORED = frozenset({"not_a_document"})


@dataclass(slots=True)
class Seen:
    """What was seen at a uri: the file by role, or why there is none to read."""

    roles: dict[str, Listing] = field(default_factory=dict)
    issue: Issue | None = None

    def state(self) -> str:
        """Return what the next run compares: a file's size and time of change, or the reason."""
        if self.issue is not None:
            return self.issue.reason
        listing = next(iter(self.roles.values()))
        return f"{listing.size}:{listing.modified_ns}"


def acquire(context: Context) -> None:
    """Bring what is held of the configured folders up to date, in batches."""
    seen = _look(context)
    ledger = {row["item"]: row for row in context.store.rows("stage_ledger", stage=STAGE)}
    places = {(row["role"], row["uri"]): row for row in context.store.rows("locations")}
    held: dict[str, set[str]] = {}
    for (role, uri), row in places.items():
        if not row["gone"]:
            held.setdefault(uri, set()).add(role)
    pending = [
        Pending(uri, one.state())
        for uri, one in sorted(seen.items())
        if (VERSION, one.state()) != _known(ledger.get(uri))
        or (one.issue is None and ledger[uri]["kept"] and set(one.roles) != held.get(uri, set()))
    ]
    blind = [one.issue.item for one in seen.values() if one.issue and one.issue.reason == "unreadable_folder"]
    pending += [
        Pending(uri, "gone")
        for uri, row in sorted(ledger.items())
        if uri not in seen and row["reason"] != "gone" and not _below(uri, blind)
    ]
    context.start(STAGE, len(pending))
    for batch in context.batches(pending):
        _acquire_batch(context, batch, seen, places)


def _look(context: Context) -> dict[str, Seen]:
    seen: dict[str, Seen] = {}
    settings = context.settings
    for role, origins in (("article", settings.articles), ("source", settings.sources)):
        for folder in origins.folders:
            for one in list_files(folder, settings.root):
                if isinstance(one, Issue):
                    seen.setdefault(one.item, Seen()).issue = one
                else:
                    seen.setdefault(one.uri, Seen()).roles[role] = one
    return seen


def _known(row: Mapping[str, str] | None) -> tuple[str, str] | None:
    return (row["version"], row["input_hash"]) if row else None


def _below(uri: str, folders: Sequence[str]) -> bool:
    """Whether a file lies in a folder that could not be listed: then nothing is known of it."""
    return any(uri.startswith(f"{folder}/") for folder in folders)


def _acquire_batch(
    context: Context,
    batch: Sequence[Pending],
    seen: Mapping[str, Seen],
    places: Mapping[tuple[str, str], Mapping[str, object]],
) -> None:
    began = time.perf_counter()
    acquired: list[Acquired] = []
    left: list[Place] = []
    results = []
    for one in batch:
        result, read = _read(one.item, seen.get(one.item))
        acquired += read
        results.append(result)
        roles = {here.role for here in read}
        left += [
            _left(row)
            for (role, uri), row in places.items()
            if uri == one.item and roles and role not in roles and not row["gone"]
        ]
    context.commit(STAGE, VERSION, began, batch, results, raw_tables(acquired, left))


def _read(uri: str, seen: Seen | None) -> tuple[Result, list[Acquired]]:
    if seen is None:
        return Result(uri, reason="gone"), []
    if seen.issue is not None:
        if seen.issue.reason in IGNORED:
            return Result(uri, reason=seen.issue.reason), []
        return dropped(STAGE, uri, seen.issue.reason, seen.issue.detail), []
    listing = next(iter(seen.roles.values()))
    try:
        raw = read_file(listing)
    except InputError as error:
        return dropped(STAGE, uri, error.reason, str(error)), []
    document = bytes_key(raw.media_type, raw.content)
    now = datetime.now(UTC)
    read = [Acquired(role, document, raw, listing.modified_ns, now) for role in sorted(seen.roles)]
    return Result(uri, content_key(document, *sorted(seen.roles))), read


def _left(row: Mapping[str, object]) -> Place:
    """The place of a file that is still there, but no longer in this role."""
    return Place(
        str(row["role"]),
        str(row["uri"]),
        str(row["document_id"]),
        int(str(row["bytes"])),
        int(str(row["modified_ns"])),
        gone=True,
    )

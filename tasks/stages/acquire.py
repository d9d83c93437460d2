"""acquire: what the configuration names: files, archived crawls, and pages that feeds and lists tell of."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from tasks.acquire.folders import Listing, list_files, read_file
from tasks.errors import InputError
from tasks.keys import bytes_key, content_key
from tasks.model import Issue
from tasks.origins import is_archive
from tasks.stages.archives import read_archives
from tasks.stages.asking import fetcher
from tasks.stages.fetching import due_pages, fetch_pages
from tasks.stages.polling import poll, polls_of, read_list_files
from tasks.stages.work import Pending, Result, dropped
from tasks.store.rows import Acquired, Place, raw_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from tasks.origins import Origins
    from tasks.stages.work import Context
    from tasks.store.pages import Role

STAGE = "acquire"
# Raise it when a file would be read otherwise.
VERSION = "1"
# Files that are passed over by rule: counted, but nothing that anyone should look at.
IGNORED = frozenset({"not_a_document", "over_limit"})


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
    """Bring what is held of the configured origins up to date; the run's tag chooses among them."""
    _acquire_files(context)
    for role, origins in _roles(context):
        read_archives(context, role, origins.of_tag(context.tag).warcs)
    if context.settings.live or due_pages(context):
        _acquire_pages(context)


def _roles(context: Context) -> tuple[tuple[Role, Origins], ...]:
    return (("article", context.settings.articles), ("source", context.settings.sources))


def _acquire_pages(context: Context) -> None:
    """Ask what is new on the web, then for the pages that wait."""
    chosen = [(role, origins.of_tag(context.tag)) for role, origins in _roles(context)]
    files = [(role, one.path, one) for role, named in chosen for one in named.lists if one.path is not None]
    read_list_files(context, files)
    with fetcher(context) as by:
        poll(context, [one for role, named in chosen for one in polls_of(role, named)], by)
        due = due_pages(context)
        context.start(STAGE, context.tally.pending + sum(len(one.urls) for one in due))
        for _ in fetch_pages(context, due, by):
            pass


def _acquire_files(context: Context) -> None:
    seen, unseen = _look(context)
    ledger = {row["item"]: row for row in context.store.rows("stage_ledger", stage=STAGE)}
    places: dict[str, list[Mapping[str, Any]]] = {}
    for row in context.store.rows("locations"):
        if not row["gone"]:
            places.setdefault(row["uri"], []).append(row)
    pending = [
        Pending(uri, one.state())
        for uri, one in sorted(seen.items())
        if (VERSION, one.state()) != _known(ledger.get(uri))
        or (one.issue is None and ledger[uri]["kept"] and set(one.roles) != _held(places.get(uri, ())))
    ]
    closed = {issue.item for issue in _issues(seen, unseen) if issue.reason == "unreadable_folder"}
    pending += [
        Pending(uri, "gone")
        for uri, row in sorted(ledger.items())
        if not (uri in seen or uri in unseen or row["reason"] == "gone" or is_archive(Path(uri)))
        and not lies_in(uri, closed)
    ]
    context.start(STAGE, len(pending))
    for batch in context.batches(pending):
        _acquire_batch(context, batch, seen, places)


def _held(places: Iterable[Mapping[str, Any]]) -> set[str]:
    return {row["role"] for row in places}


def _issues(seen: Mapping[str, Seen], unseen: Mapping[str, Listing | Issue]) -> Iterator[Issue]:
    yield from (one.issue for one in seen.values() if one.issue)
    yield from (one for one in unseen.values() if isinstance(one, Issue))


def _look(context: Context) -> tuple[dict[str, Seen], dict[str, Listing | Issue]]:
    """Return what lies in the folders of the run's tag, and what of others: this run knows nothing of it."""
    seen: dict[str, Seen] = {}
    unseen: dict[str, Listing | Issue] = {}
    for role, origins in _roles(context):
        chosen = set(origins.of_tag(context.tag).folders)
        for folder in origins.folders:
            listed = limited(list_files(folder.path, context.settings.root), folder.limit)
            if folder not in chosen:
                unseen |= {one.item if isinstance(one, Issue) else one.uri: one for one in listed}
                continue
            for one in listed:
                if isinstance(one, Issue):
                    seen.setdefault(one.item, Seen()).issue = one
                else:
                    seen.setdefault(one.uri, Seen()).roles[role] = one
    return seen, unseen


def limited(listed: Iterable[Listing | Issue], limit: int) -> Iterator[Listing | Issue]:
    """Yield ``listed``, in place of documents beyond ``limit`` (0: all) the reason why they are left out."""
    taken = 0
    for one in listed:
        if isinstance(one, Listing):
            taken += 1
            if limit and taken > limit:
                yield Issue(STAGE, one.uri, "over_limit", f"the folder's limit is {limit}")
                continue
        yield one


def _known(row: Mapping[str, str] | None) -> tuple[str, str] | None:
    return (row["version"], row["input_hash"]) if row else None


def lies_in(uri: str, folders: AbstractSet[str]) -> bool:
    """Whether a file is, or lies in, one of ``folders``; costs the same however many these are."""
    path = PurePosixPath(uri)
    return any(str(one) in folders for one in (path, *path.parents))


def _acquire_batch(
    context: Context,
    batch: Sequence[Pending],
    seen: Mapping[str, Seen],
    places: Mapping[str, Sequence[Mapping[str, Any]]],
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
        left += [_left(row) for row in places.get(one.item, ()) if roles and row["role"] not in roles]
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
    document = bytes_key(raw.media_type, raw.content, raw.charset)
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

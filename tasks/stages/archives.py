"""acquire: read archived crawls, WARC and ARC, that are new or changed.

A page of an archive is a page of the web that was got earlier: it is held under its address, at the time
when it was captured. What was read stays held when the archive is moved away.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.acquire.folders import listing_of, printable
from tasks.cite.urls import canonical_url
from tasks.errors import InputError
from tasks.fetch.records import Answer
from tasks.keys import bytes_key, content_key
from tasks.model import Issue, Raw
from tasks.stages.fetching import STAGE as FETCH
from tasks.stages.fetching import VERSION as FETCH_VERSION
from tasks.stages.fetching import named_pages
from tasks.stages.work import Context, Pending, Result, dropped
from tasks.store.pages import Attempt, Page, Role, live_tables
from tasks.store.rows import Acquired, raw_tables, utc

if TYPE_CHECKING:
    from tasks.discover.warc import Record
    from tasks.origins import ArchiveOrigin

STAGE = "acquire"
# Raise it when an archive would be read otherwise.
VERSION = "1"
# The bodies of a batch are in memory together.
BYTES_A_BATCH = 50_000_000
# What the database holds in 64 bits: a broken clock's captures lie beyond 2262 or before 1677.
MOST_NANOSECONDS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was read of an archive as it is now, in one role: how many pages, and whether those were all."""

    role: str
    count: int = 0
    whole: bool = False

    def covers(self, left: int | None) -> bool:
        """Whether a reading for ``left`` pages (None: all) would bring nothing new."""
        return self.whole or (left is not None and left <= self.count)

    def written(self) -> str:
        """Return it as the ledger has it."""
        return f"{self.role}:{self.count}{'' if self.whole else '+'}"


def _taken(content: str, state: str) -> dict[str, _Taken]:
    """Return what was read by role, out of what the ledger has; nothing where the file has changed since."""
    before, *written = state.split()
    if before != content:
        return {}
    parts = [one.partition(":") for one in written]
    return {role: _Taken(role, int(count.rstrip("+")), not count.endswith("+")) for role, _, count in parts}


def _state(content: str, taken: Mapping[str, _Taken]) -> str:
    return " ".join([content, *(one.written() for _, one in sorted(taken.items()))])


def read_archives(context: Context, role: Role, origins: Sequence[ArchiveOrigin]) -> None:
    """Read the archives that ``origins`` name, as far as they are new or changed.

    An origin's limit is one for all of its files: they take of it in the order of their names.
    """
    ledger = {row["item"]: row["input_hash"] for row in context.store.rows("stage_ledger", stage=STAGE)}
    for origin in origins:
        left = origin.limit or None
        for path in origin.files():
            count = _read_changed(context, role, origin, path, left, ledger)
            left = None if left is None else max(0, left - count)


def _read_changed(
    context: Context,
    role: Role,
    origin: ArchiveOrigin,
    path: Path,
    left: int | None,
    ledger: dict[str, str],
) -> int:
    """Read an archive that is new or changed, or of which more is wanted; return how many pages it takes."""
    try:
        listing = listing_of(path, context.settings.root)
    except InputError as error:
        uri = printable(str(path))
        failed = dropped(STAGE, uri, error.reason, str(error))
        _commit(context, time.perf_counter(), Pending(uri, error.reason), failed)
        return 0
    content = f"{listing.size}:{listing.modified_ns}"
    # Several origins may name a file: what was read in each role stays read.
    known = _taken(content, ledger.get(listing.uri, "?"))
    before = known.get(role)
    if before is not None and before.covers(left):
        return before.count if left is None else min(left, before.count)
    if left == 0:
        return _pass_over(context, role, listing.uri, content, known)
    pages, ignored, issues = _read_archive(context, role, origin, path, Pending(listing.uri, content), left)
    known[role] = _Taken(role, pages, not ignored["over_limit"])
    ledger[listing.uri] = _state(content, known)
    _end(context, Pending(listing.uri, ledger[listing.uri]), pages, ignored, issues)
    return pages


def _pass_over(context: Context, role: Role, uri: str, content: str, known: Mapping[str, _Taken]) -> int:
    """Note that other files have taken the origin's limit; where another origin read it, that stays."""
    if not known:
        state = _state(content, {role: _Taken(role)})
        _commit(context, time.perf_counter(), Pending(uri, state), Result(uri, reason="over_limit"))
    return 0


def _commit(context: Context, began: float, pending: Pending, result: Result) -> None:
    context.start(STAGE, context.tally.pending + 1)
    context.commit(STAGE, VERSION, began, [pending], [result], {})


def _read_archive(
    context: Context, role: Role, origin: ArchiveOrigin, path: Path, pending: Pending, left: int | None
) -> tuple[int, Counter[str], list[Issue]]:
    """Keep at most ``left`` pages of an archive; return their number, what is no page or over, issues."""
    from tasks.discover.warc import Record, read_warc

    ignored: Counter[str] = Counter()
    issues: list[Issue] = []
    batch: list[Record] = []
    read = 0
    for one in read_warc(path, uri=pending.item):
        if isinstance(one, Issue):
            issues.append(replace(one, item=pending.item, detail=_of_record(one, pending.item)))
        elif not isinstance(one, Record):
            ignored[one.reason] += 1
        elif left is not None and read >= left:
            ignored["over_limit"] += 1
        else:
            read += 1
            batch.append(one)
            if len(batch) >= context.settings.run.batch_documents or _size(batch) >= BYTES_A_BATCH:
                _keep(context, role, origin, pending, batch)
                batch = []
    if batch:
        _keep(context, role, origin, pending, batch)
    return read, ignored, issues


def _of_record(issue: Issue, archive: str) -> str:
    """Return an issue's words with the record that it is about: issues belong to the archive as a whole."""
    record = issue.item.removeprefix(archive).removeprefix("#")
    return f"record {record}: {issue.detail}" if record else issue.detail


def _size(batch: Sequence[Record]) -> int:
    return sum(len(one.content) for one in batch)


def _end(context: Context, pending: Pending, read: int, ignored: Counter[str], issues: list[Issue]) -> None:
    """Note that an archive was read to its end, and what in it was no page."""
    passed_over = ", ".join(f"{reason} {count}" for reason, count in sorted(ignored.items()))
    output = content_key(str(read), passed_over)
    result = Result(pending.item, output, issues=tuple(issues))
    if not read and issues:
        result = Result(pending.item, reason=issues[0].reason, issues=tuple(issues))
    _commit(context, time.perf_counter(), pending, result)


def _keep(
    context: Context, role: Role, origin: ArchiveOrigin, pending: Pending, batch: Sequence[Record]
) -> None:
    """Commit the pages of a batch; of several captures of one page the newest is the one that is held."""
    began = time.perf_counter()
    captures = {(canonical_url(one.url) or one.url): one.url for one in batch}
    dues = named_pages(context, list(captures))
    known = {row.page: row for due in dues for row in due.rows if row.role == role}
    urls = captures | {due.page: due.rows[0].url for due in dues} | {p: row.url for p, row in known.items()}
    held = {row["page"]: row for row in context.store.rows("captured", pages=list(captures))}
    attempts = _each_once(_attempt(role, one, urls) for one in batch)
    newest = {attempt.page: attempt for attempt in attempts}
    kept = [one for one in newest.values() if not _later(one, held, "got_at")]
    rows = [_row(role, origin, pending, one, known.get(one.page), held) for one in kept]
    tables = live_tables(attempts, rows, [], context.run_id)
    tables["locations"] = raw_tables([one for attempt in kept for one in attempt.acquired])["locations"]
    items = [Pending(row.url, pending.input_hash) for row in rows]
    results = [
        Result(row.url, content_key(one.acquired[0].document_id, role))
        for row, one in zip(rows, kept, strict=True)
    ]
    context.start(STAGE, context.tally.pending + len(items))
    context.commit(FETCH, FETCH_VERSION, began, items, results, tables)


def _each_once(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Return ``attempts`` by time; of several of one address at one moment the last."""
    once = {(one.answer.url, one.fetched_at): one for one in attempts}
    return sorted(once.values(), key=_when)


def _later(attempt: Attempt, known: Mapping[str, Mapping[str, Any]], what: str) -> bool:
    """Whether that happened to an attempt's page after it was captured."""
    moment: datetime | None = known.get(attempt.page, {}).get(what)
    return moment is not None and moment > utc(attempt.fetched_at)


def _when(attempt: Attempt) -> datetime:
    return attempt.fetched_at


def _attempt(role: Role, record: Record, urls: Mapping[str, str]) -> Attempt:
    page, when = canonical_url(record.url) or record.url, record.captured_at.astimezone(UTC)
    raw = Raw(urls[page], record.media_type, record.content, record.charset)
    answer = Answer(
        url=record.url,
        final_url=record.url,
        status=record.status,
        reason="",
        media_type=raw.media_type,
        charset=raw.charset,
        content=raw.content,
        raw_bytes=record.raw_bytes,
        etag=record.etag,
        last_modified=record.last_modified,
    )
    document = bytes_key(raw.media_type, raw.content, raw.charset)
    nanoseconds = max(-MOST_NANOSECONDS, min(MOST_NANOSECONDS, int(when.timestamp() * 1_000_000_000)))
    acquired = Acquired(role, document, raw, nanoseconds, when)
    return Attempt(page, "warc", answer, "kept", when, acquired=(acquired,), document_id=acquired.document_id)


def _row(
    role: Role,
    origin: ArchiveOrigin,
    pending: Pending,
    attempt: Attempt,
    known: Page | None,
    asked: Mapping[str, Mapping[str, Any]],
) -> Page:
    """Return a page's row as held; what was known of it stays, and so does a death later than the capture."""
    if known is not None:
        reason = known.reason if _later(attempt, asked, "failed_at") else ""
        return replace(known, state="held", reason=reason, attempts=0, not_before=None)
    return Page(
        role=role,
        page=attempt.page,
        url=attempt.acquired[0].raw.uri,
        origin="warc",
        via=pending.item,
        tag=origin.tag,
        state="held",
        added_at=datetime.now(UTC),
    )

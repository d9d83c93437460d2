"""Find a web archive's copy of a page, and take the archive's own additions out of it.

The archive is asked as the Wayback Machine's availability endpoint is. Whatever it answers is checked, and
wherever it leads from there: a copy is one of this page, kept by this archive, or there is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from tasks.cite.urls import LONGEST_URL, canonical_url
from tasks.fetch.hosts import host_of
from tasks.fetch.records import Answer

# The longest answer is some hundred characters and the page's address twice.
ANSWER_BYTES = 100_000
# A date as precise as known: year, month, day; what follows the day is not asked for.
DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?")
# Where the copy lies, when it was made, in which form, and of what: /web/20190304050607id_/http://...
PLACE = re.compile(r"(https?://[^/?#\s]+(?:/[^/?#\s]+){0,4}/)([0-9]{14})(?:[a-z]{2}_)?/(\S+)", re.IGNORECASE)

TOOLBAR_BEGIN = b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->"
TOOLBAR_END = b"<!-- END WAYBACK TOOLBAR INSERT -->"
HEAD_END = b"<!-- End Wayback Rewrite JS Include -->"
HEAD = re.compile(rb"<head[\s>]", re.IGNORECASE)
# How the opening tag of what may have been put into the head begins.
ELEMENT = re.compile(rb"<(script|link)\b")
TAG_END = b">"
SCRIPT_END = b"</script>"
INJECTED = re.compile(rb"""web-static\.archive\.org|(?:archive\.org|["'=])/_static/|__wm\.|RufflePlayer""")
NOTE = re.compile(rb"<!--\r?\n[ \t]{0,20}(?:FILE ARCHIVED ON|playback timings)")
NOTE_END = b"-->"
# Addresses in the page, as they lead to copies; behind the archive's own the page may have had one itself.
# A run is taken at once, whatever it ends in, so that time is linear.
PREFIX = rb"(?:(?:https?:)?//web\.archive\.org)?/web/[0-9]{14}(?:[a-z]{2}_)?/"
PREFIXES = re.compile(PREFIX + rb"((?:" + PREFIX + rb")*+)(https?://)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Copy:
    """An archive's copy of a page; ``url`` gives it as the page was served."""

    url: str
    archived_at: datetime


def read_availability(answer: Answer, url: str, endpoint: str) -> tuple[Copy | None, str]:
    """Return the copy of ``url`` that the archive's ``answer`` names, or why there is none.

    Reasons: ``not_archived``; ``bad_archive_answer``: what came is no answer, or names a copy of another
    page, of a page that was not there, or in another place; or the reason for which there was no answer.
    """
    if answer.reason:
        return None, answer.reason
    try:
        closest = _closest(answer.content)
    except (ValueError, TypeError, RecursionError):
        return None, "bad_archive_answer"
    if closest is None:
        return None, "not_archived"
    copy = _copy(closest, url, endpoint)
    return copy, "" if copy else "bad_archive_answer"


def availability_url(url: str, when: str, endpoint: str) -> str:
    """Return the address that asks ``endpoint`` for the copy of ``url`` nearest to ``when``.

    ``when`` is a date in ISO's form; "", and what is none, asks for the newest copy.
    """
    found = DAY.fullmatch(when)
    stamp = "".join(part for part in found.groups() if part) if found else ""
    joint = "&" if urlsplit(endpoint).query else "?"
    return f"{endpoint}{joint}url={quote(url, safe='')}" + (f"&timestamp={stamp}" if stamp else "")


def _closest(content: bytes) -> dict[str, Any] | None:
    """Return what the archive says of the nearest copy, None where it has none.

    Raises:
        ValueError, TypeError, RecursionError: this is no answer of an archive.
    """
    if len(content) > ANSWER_BYTES:
        raise ValueError
    answer = json.loads(content)
    if not isinstance(answer, dict):
        raise TypeError
    copies = answer.get("archived_snapshots")
    if copies in ({}, [], None) or (isinstance(copies, dict) and copies.get("closest") in ({}, None)):
        return None
    if not isinstance(copies, dict) or not isinstance(copies["closest"], dict):
        raise TypeError
    closest: dict[str, Any] = copies["closest"]
    return None if closest.get("available") is False else closest


def _copy(closest: dict[str, Any], url: str, endpoint: str) -> Copy | None:
    place, stamp = closest.get("url"), closest.get("timestamp")
    if closest.get("available") is not True or closest.get("status") != "200":
        return None
    found = _read_place(place) if isinstance(place, str) else None
    if found is None or found.stamp != stamp or not _same_archive(found.base, endpoint):
        return None
    if not _same_page(found.original, url):
        return None
    # The Wayback Machine names its copies by http, and serves them by https.
    base = found.base
    if endpoint.startswith("https://") and base.startswith("http://"):
        base = f"https://{base.removeprefix('http://')}"
    return Copy(f"{base}{stamp}id_/{found.original}", found.archived_at)


def copied_at(asked: str, passed: Iterable[str]) -> datetime | None:
    """Return when the copy was made that came from ``asked``, an address that :func:`read_availability` gave.

    ``passed``: where that led, the address that answered last. An archive redirects to the copy that it has
    nearest to the time that is asked for: the date is that copy's own. None where the way leaves the archive
    or the page: what came from there is no copy of it.
    """
    first = end = _read_place(asked)
    sent = _as_sent(asked)
    for address in passed:
        end = first if address == sent else _read_place(address)
        if first is None or end is None:
            return None
        if not (_stays(asked, address) and _same_page(end.original, first.original)):
            return None
    return end.archived_at if end else None


@dataclass(frozen=True, slots=True)
class _Place:
    """An address of a copy: the archive's part, the time as written and as such, and of what it is a copy."""

    base: str
    stamp: str
    original: str
    archived_at: datetime


def _read_place(address: str) -> _Place | None:
    found = PLACE.fullmatch(address) if len(address) <= 2 * LONGEST_URL and address.isprintable() else None
    if found is None:
        return None
    try:
        archived_at = datetime.strptime(found[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return _Place(found[1], found[2], found[3], archived_at)


def _same_page(one: str, other: str) -> bool:
    return canonical_url(one) == canonical_url(other) != ""


def _as_sent(url: str) -> str:
    """Return ``url`` as the client tells it, its letters escaped."""
    import httpx2

    try:
        return str(httpx2.URL(url).copy_with(fragment=None))
    except (httpx2.InvalidURL, ValueError):
        return url


def _stays(asked: str, place: str) -> bool:
    """Whether a redirect from ``asked`` to ``place`` is one within an archive: to the same host and port.

    It may go on by https, never leave that. Another site of the same domain is no part of the archive: what
    anyone uploads to one lies on such.
    """
    left = asked.startswith("https://") and not place.startswith("https://")
    return not left and host_of(asked) == host_of(place) != ""


def _same_archive(place: str, endpoint: str) -> bool:
    """Whether ``place`` is of the endpoint's site: its host, or one of the same registered domain."""
    try:
        here, there = urlsplit(place), urlsplit(endpoint)
        if here.username is not None or here.hostname is None or there.hostname is None:
            return False
        if here.hostname == there.hostname:
            return True
        return here.port is None and _domain(here.hostname) == _domain(there.hostname) != ""
    except ValueError:
        return False


def _domain(host: str) -> str:
    from courlan import extract_domain

    # The quick way takes the last two names for the domain, which for co.uk is no one's.
    return extract_domain(f"https://{host}/", fast=False) or ""


def strip_banner(content: bytes) -> bytes:
    """Return a page as it was before the archive showed it; one without an archive's marks stays as it is.

    Taken out are the toolbar, the scripts and style sheets put into the head, and the notes at the end;
    addresses that lead to copies become those of the originals again. Takes time linear in the size, and
    a second time changes nothing.
    """
    page = _without_notes(_without_injected(_without_toolbars(content)))
    if page is content:
        return content
    return PREFIXES.sub(lambda found: found[1] + found[2] if found[2] else found[0], page)


def _without_toolbars(page: bytes) -> bytes:
    # No mark has a line feed in it: what is joined by one never becomes a mark.
    kept, at = [], 0
    while (begin := page.find(TOOLBAR_BEGIN, at)) >= 0:
        end = page.find(TOOLBAR_END, begin)
        if end < 0:
            break
        kept.append(page[at:begin])
        at = end + len(TOOLBAR_END)
    return b"\n".join([*kept, page[at:]]) if kept else page


def _without_injected(page: bytes) -> bytes:
    end = page.find(HEAD_END)
    if end < 0:
        return page
    head = HEAD.search(page, 0, end)
    at = head.end() if head else 0
    kept = [page[:at]]
    # What lies in an element was looked through with it: were each tag in a script looked at up to the end of
    # that again, time would be quadratic.
    closed = at
    for tag in ELEMENT.finditer(page, at, end):
        if tag.start() < closed:
            continue
        opened = page.find(TAG_END, tag.end(), end)
        last = opened if tag[1] == b"link" or opened < 0 else page.find(SCRIPT_END, opened, end)
        if last < 0:
            break
        closed = last + len(TAG_END if tag[1] == b"link" else SCRIPT_END)
        if INJECTED.search(page, tag.start(), closed):
            kept.append(page[at : tag.start()])
            at = closed
    return b"\n".join([*kept, page[at:].replace(HEAD_END, b"\n")])


def _without_notes(page: bytes) -> bytes:
    kept, at = [], 0
    for note in NOTE.finditer(page):
        if note.start() < at:
            continue
        end = page.find(NOTE_END, note.end())
        if end < 0:
            break
        kept.append(page[at : note.start()])
        at = end + len(NOTE_END)
    # A note opens with a line feed: what is joined by a tab never becomes one.
    return b"\t".join([*kept, page[at:]]) if kept else page

"""Find a web archive's copy of a page, and take the archive's own additions out of it.

The archive is asked as the Wayback Machine's availability endpoint is. Whatever it answers is checked: a
copy is one of this page, kept by this archive, or there is none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from tasks.cite.urls import LONGEST_URL, canonical_url
from tasks.fetch.records import Answer

ENDPOINT = "https://archive.org/wayback/available"

# The longest answer is some hundred characters and the page's address twice.
ANSWER_BYTES = 100_000
# A date as precise as known: year, month, day; what follows the day is not asked for.
DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?")
# Where the copy lies, when it was made, in which form, and of what: /web/20190304050607id_/http://...
PLACE = re.compile(r"(https?://[^/?#\s]+(?:/[^/?#\s]+){0,4}/)([0-9]{14})(?:[a-z]{2}_)?/(\S+)", re.IGNORECASE)

TOOLBAR_BEGIN = b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->"
TOOLBAR_END = b"<!-- END WAYBACK TOOLBAR INSERT -->"
HEAD_END = b"<!-- End Wayback Rewrite JS Include -->"
# The opening tag of what may have been put into the head; no tag there is longer.
HEAD = re.compile(rb"<head[\s>]", re.IGNORECASE)
ELEMENT = re.compile(rb"<(script|link)\b[^>]{0,2000}>")
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
    if not isinstance(place, str) or not isinstance(stamp, str) or len(place) > 2 * LONGEST_URL:
        return None
    found = PLACE.fullmatch(place) if place.isprintable() else None
    if found is None or found[2] != stamp or not _same_archive(found[1], endpoint):
        return None
    original = found[3]
    if not canonical_url(url) or canonical_url(original) != canonical_url(url):
        return None
    try:
        archived_at = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    # The Wayback Machine names its copies by http, and serves them by https.
    base = found[1]
    if endpoint.startswith("https://") and base.startswith("http://"):
        base = f"https://{base.removeprefix('http://')}"
    return Copy(f"{base}{stamp}id_/{original}", archived_at)


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
    for tag in ELEMENT.finditer(page, at, end):
        if tag.start() < at:
            continue
        closed = tag.end() if tag[1] == b"link" else page.find(SCRIPT_END, tag.end(), end) + len(SCRIPT_END)
        if closed < tag.end():
            break
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

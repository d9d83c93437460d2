"""Bring an address to the form by which two spellings of it are told to be the same page."""

from __future__ import annotations

import re
from functools import lru_cache

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# A host's spellings that lead to the same page.
HOST_PREFIX = re.compile(r"^(?:(?:www\d?|m|amp|mobile)\.(?=[^/]*\.))+", re.IGNORECASE)
INDEX_PAGE = re.compile(r"(?:/(?:index\.(?:html?|php|aspx?))?)+$", re.IGNORECASE)
# Says how a reader came, not what is read, and courlan does not know it: sharing (nytimes.com, forbes.com),
# campaigns (theguardian.com), portals (msn.com).
SHARING = frozenset({"cmp", "cmpid", "emc", "icid", "ncid", "ocid", "partner", "sh", "smid", "smtyp"})
# courlan takes these for tracking; with a number they are what some papers number their stories by.
NUMBERED = re.compile(r"(?:cid|eid|uid)=\d+", re.IGNORECASE)
# Addresses longer than this are data, not a place.
LONGEST_URL = 2_000
REMEMBERED_URLS = 100_000


@lru_cache(maxsize=REMEMBERED_URLS)
def canonical_url(url: str) -> str:
    """Return host, path and query of ``url`` without scheme, "www.", tracking and fragment.

    Two pages must not become one: whatever a query holds stays, unless it is known to be tracking.

    Return "" for what is no address of a web page. The answer is for comparing, not for fetching.
    """
    from courlan import normalize_url

    url = "".join(url.split())
    if not url or len(url) > LONGEST_URL or url.startswith(("#", "mailto:", "javascript:", "data:")):
        return ""
    if not SCHEME.match(url):
        url = f"https://{url.removeprefix('//')}"
    if not url.lower().startswith(("http://", "https://")):
        return ""
    url = url.partition("#")[0]
    try:
        normal = normalize_url(url, strict=False)
    except ValueError:
        return ""
    place = HOST_PREFIX.sub("", SCHEME.sub("", normal))
    host, slash, path = place.partition("/")
    if "." not in host and not host.startswith("localhost"):
        return ""
    page, _, query = path.partition("?")
    told = _telling(query, url.partition("?")[2])
    return host.lower() + INDEX_PAGE.sub("", slash + page) + (f"?{told}" if told else "")


def _telling(normal: str, written: str) -> str:
    """Return what of a query tells pages apart, sorted: of the normalized one, and what that has lost."""
    kept = {part for part in normal.split("&") if part.partition("=")[0].lower() not in SHARING}
    lost = {part for part in written.split("&") if "=" not in part or NUMBERED.fullmatch(part)}
    return "&".join(sorted((kept | lost) - {""}))

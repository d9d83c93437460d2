"""Bring an address to the form by which two spellings of it are told to be the same page."""

from __future__ import annotations

import re
from functools import lru_cache

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# A host's spellings that lead to the same page.
HOST_PREFIX = re.compile(r"^(?:(?:www\d?|m|amp|mobile)\.(?=[^/]*\.))+", re.IGNORECASE)
INDEX_PAGE = re.compile(r"(?:/(?:index\.(?:html?|php|aspx?))?)+$", re.IGNORECASE)
# Addresses longer than this are data, not a place.
LONGEST_URL = 2_000
REMEMBERED_URLS = 100_000


@lru_cache(maxsize=REMEMBERED_URLS)
def canonical_url(url: str) -> str:
    """Return host, path and query of ``url`` without scheme, "www.", tracking and fragment.

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
    try:
        # strict drops tracking parameters and the fragment.
        normal = normalize_url(url, strict=True)
    except ValueError:
        return ""
    place = HOST_PREFIX.sub("", SCHEME.sub("", normal))
    host, slash, path = place.partition("/")
    if "." not in host and not host.startswith("localhost"):
        return ""
    page, question, query = path.partition("?")
    return host.lower() + INDEX_PAGE.sub("", slash + page) + question + query

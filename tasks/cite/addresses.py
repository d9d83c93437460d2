"""The web address of a works-cited entry: found, put together where it was broken, and cut out."""

from __future__ import annotations

import re
from functools import cache

from tasks.cite.vocabulary import either

# An address longer than this is no address that a person could have cited.
MAX_ADDRESS_CHARACTERS = 2000

# A line break may fall several times into one address, but not at every character.
MAX_BREAKS = 6

# Endings of hosts that are cited without scheme; others need "http", "www." or a path.
_COMMON_ENDINGS = "com|org|net|edu|gov|int|io|eu|uk|de|fr|es|it|ch|at|nl|ca|au|nz|in|jp|cn|ru|ie"

# A label of a host has 63 characters at most; hosts of more than eight labels are not cited.
_HOST = r"(?:[^\W_][\w-]{0,62}\.){1,8}[a-z]{2,18}"
_START = re.compile(
    rf"https?:\s?/\s?/\s?\S*|www\.\s?\S+|(?<![\w@./]){_HOST}(?::\d+)?/\S*",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:\bdoi\s?:\s?|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/\S+)", re.IGNORECASE)
_BARE_HOST = re.compile(
    rf"(?<=[\s,;:(<])((?:[a-z0-9-]{{1,63}}\.){{1,8}}(?:{_COMMON_ENDINGS}))(?=[\s.,;)>]*$)"
)
# A window of this size before an address holds the words that lead to it, in characters.
LEAD_REACH = 60
_PREFIX_ONLY = re.compile(r"(?:https?:/{0,2})?(?:www\.)?", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\W*")
_NEXT = re.compile(r"\s+(\S+)")


@cache
def _lead() -> re.Pattern[str]:
    """The words that lead to an address: "Available at:", "Abrufbar unter", "[Online]"."""
    online = rf"\[(?:{either('online')})\]\.?\s*"
    available = rf"[,(]?\s*(?<!\w)(?:{either('available')})(?:\s(?:at|from|on|via))?"
    return re.compile(rf"(?:{online}|{available})?\s*:?\s*[<(\[]?\s*$", re.IGNORECASE)


@cache
def _online() -> re.Pattern[str]:
    return re.compile(rf"\[(?:{either('online')})\]\.?", re.IGNORECASE)


def _continues(address: str, following: str) -> bool:
    """Whether ``following`` is the rest of an ``address`` that a blank or a line's end has broken."""
    if _PREFIX_ONLY.fullmatch(address):
        return "." in following
    if _NUMERIC_DATE.fullmatch(following) or "://" in following or following.startswith("www."):
        return False
    if following[0] in "/?#&=%~" and len(following) > 1:
        return True
    inner = following.rstrip(".,;)>]")
    shaped = bool(re.search(r"[/_=%&?#~-]|\d", inner)) and len(inner) > 2 and not inner.isdigit()
    return address[-1] in "/-_=&?%#" and shaped and not following[0].isupper() and following[0] not in "([<"


def _trim(address: str) -> str:
    """Take off what belongs to the entry: stops, quotation marks, brackets that do not open inside."""
    while address:
        last = address[-1]
        opener = {")": "(", "]": "["}.get(last)
        if last in ".,;:!?>\"'”’»*_" or (opener and address.count(opener) < address.count(last)):
            address = address[:-1]
        else:
            break
    return address


def _with_scheme(address: str) -> str:
    tidy = re.sub(r"^(https?):\s*/?\s*/?\s*", r"\1://", "".join(address.split()), flags=re.IGNORECASE)
    return tidy if re.match(r"https?://", tidy, re.IGNORECASE) else f"https://{tidy}"


def _grow(text: str, match: re.Match[str]) -> tuple[str, int]:
    """The address that begins with ``match``, with the broken pieces that follow, and where it ends."""
    address, end = match[0], match.end()
    for _ in range(MAX_BREAKS):
        following = _NEXT.match(text, end)
        if not following or not _continues(address, following[1]):
            break
        address, end = address + following[1], following.end()
    return address, end


def _cut(text: str, start: int, end: int) -> str:
    # The words that lead to an address stand close before it; a window keeps the search short.
    window = text[max(0, start - LEAD_REACH) : start]
    lead = _lead().search(window)
    before = text[: start - len(window)] + (window[: lead.start()] if lead else window)
    return f"{_online().sub(' ', before).rstrip()} {text[end:].lstrip(' >)].,;')}".strip()


def cut_address(text: str) -> tuple[str, str]:
    """Return the address in ``text`` ("" where there is none) and ``text`` without it.

    The first address counts; one without scheme gets https, a DOI becomes https://doi.org/….
    """
    if doi := _DOI.search(text):
        return "https://doi.org/" + _trim(doi[1]), _cut(text, doi.start(), doi.end())
    for match in _START.finditer(text):
        address, end = _grow(text, match)
        trimmed = _trim(address)
        # What was trimmed off stays in the text only as its stop, which splits the parts.
        if "." in trimmed and len(trimmed) <= MAX_ADDRESS_CHARACTERS and not _PREFIX_ONLY.fullmatch(trimmed):
            return _with_scheme(trimmed), _cut(text, match.start(), end)
    if host := _BARE_HOST.search(text):
        before = text[: host.start()].rstrip()
        # "…, 3 May 2016, nytimes.com": after a date it is the address, elsewhere the outlet's name.
        if re.search(r"\d{4}[.,;)]*$|\b(?:at|from):?$", before):
            return _with_scheme(host[1]), _cut(text, host.start(), host.end())
    return "", _online().sub(" ", text)

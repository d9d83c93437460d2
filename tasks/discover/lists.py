"""Read lists of addresses: one a line, with a title after a TAB if there is one, "#" before remarks.

A remark has a line of its own or stands after white space behind an address. A title goes on to the end of
its line, and may have a "#" in it: "#1 of all" is a title, "# of mine" in a title's place a remark.
"""

from __future__ import annotations

import re

from tasks.discover.items import NAMED_DROPS, Found, Gathering, shown
from tasks.errors import InputError
from tasks.extract.decode import decode

# At 100 bytes a line this is as many addresses as are looked at.
MAX_BYTES = 10_000_000
# More addresses than this are a crawl's, and belong in a sitemap or a web archive.
MAX_ADDRESSES = 100_000
# Room for remarks and blank lines between them.
MAX_LINES = 500_000
LINE_END = re.compile(r"\r\n|\r|\n")
BLANK = re.compile(r"\s")
# Directly behind an address "#" names a part of the page.
REMARK = re.compile(r"\s#")


def read_list(content: bytes) -> Found:
    """Return the pages that a list names, in its order.

    Blank lines and those that open with "#" name nothing. Any other line that is no address, or one with
    white space in it, is counted as ``bad_link``, and the first few are named in the warnings. An empty list
    is a list.

    Raises:
        InputError: ``too_large`` or ``not_a_list`` (bytes that are no text).
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"{len(content)} bytes; lists of {MAX_BYTES} are read", "too_large")
    if content.count(b"\n") + content.count(b"\r") > 2 * MAX_LINES:
        raise InputError(f"lists of {MAX_LINES} lines are read", "too_large")
    gathering = Gathering(considered=MAX_ADDRESSES)
    bad: list[str] = []
    for number, line in enumerate(LINE_END.split(_text(content)), start=1):
        told = line.strip()
        if not told or told.startswith("#"):
            continue
        if _add(gathering, *_parted(told)) == "bad_link" and len(bad) < NAMED_DROPS:
            bad.append(f"line {number} is no address of the web: {shown(told)}")
    return Found(tuple(gathering.kept.values()), (), dict(gathering.dropped), tuple(bad))


def _parted(line: str) -> tuple[str, str]:
    """Return a line's address and title, without the remark behind the one or in place of the other."""
    link, _, title = line.partition("\t")
    if remark := REMARK.search(link):
        return link[: remark.start()].rstrip(), ""
    return link.rstrip(), "" if title.split()[:1] == ["#"] else title


def _add(gathering: Gathering, link: str, title: str) -> str:
    if BLANK.search(link):
        # Browsers would ask for it with "%20" in it, but more likely somebody wrote a remark behind it.
        gathering.count("bad_link", 1)
        return "bad_link"
    return gathering.add(link, title=title)


def _text(content: bytes) -> str:
    if not content.strip():
        return ""
    try:
        return decode(content, "the list")[0].removeprefix("\ufeff")
    except InputError as error:
        raise InputError(str(error), "not_a_list") from error

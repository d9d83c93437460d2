"""A page's title and the name of its outlet, of the candidates that the page gives.

Publishing systems write the outlet behind the title, with a bar, a dash, the section or the date
between; and some write a company, a section or nothing where the outlet's name should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

# Between a title and what a publishing system adds to it.
TITLE_BREAK = re.compile(r"\s+[|–—·•»›:ㅣ-]+\s+|\s*[|｜：ㅣ]\s*")
# "28.04.2023", "2023-04-28": a page's day, added to its title.
DAY = re.compile(r"[\d./-]{8,10}")

# A company's form: what it ends is the publisher's name, not the paper's.
COMPANY = re.compile(
    r"\b(?:GmbH|AG|KG|Co|S\.?A\.?|S\.?L\.?|Ltd|LLC|Inc|A/S|AS|AB|B\.?V\.?|S\.?p\.?A|S\.?r\.?l)\.?$"
)
# "Deutsche Welle (www.dw.com)": the address tells nothing that the page's own does not.
ADDRESS_BEHIND = re.compile(r"\s*\((?:https?://)?(?:www\.)?[\w.-]+\.[a-z]{2,12}/?\)$")
# The ending of an address behind a name of several words: "Le Monde.fr".
ENDING = re.compile(r"(?<=\w)\.[a-z]{2,3}$", re.IGNORECASE)

# Parts of an address that name nobody.
COMMON_LABELS = frozenset({"www", "com", "org", "net", "co", "gov", "edu", "ac", "news", "info"})
# A shorter word stands in an address by chance.
MIN_WORD = 3
# A heading of fewer words may be the section's: "World News".
MIN_TITLE_WORDS = 3


def page_title(candidates: Iterable[str], seen: Iterable[str], outlet: str, url: str) -> str:
    """Return the first of ``candidates`` that says anything, without what was added behind it.

    What stands behind a break is dropped where it is the outlet, its address or a day, or where what
    stands before it is all that another title of the page (one of ``seen``) says.
    """
    title = next(filter(None, candidates), "")
    others = {_letters(one) for one in seen} - {""}
    for found in reversed(list(TITLE_BREAK.finditer(title))):
        before, behind = title[: found.start()], title[found.end() :]
        if not before or is_outlet(before, outlet, url):
            break
        # A section's heading is a title of the page as well, and shorter than the story's.
        whole = len(before.split()) >= MIN_TITLE_WORDS or len(before) > len(behind)
        if _letters(before) in others and whole:
            return before
        if _is_added(behind, outlet, url):
            title = before
    return title


def _is_added(text: str, outlet: str, url: str) -> bool:
    return bool(DAY.fullmatch(text)) or is_outlet(text, outlet, url)


def is_outlet(name: str, outlet: str, url: str) -> bool:
    """Return whether ``name`` is the outlet's, or all of it stands in the page's host."""
    letters = _letters(name)
    return bool(letters) and (
        letters == _letters(outlet) or (len(letters) >= MIN_WORD and letters in _host(url))
    )


def page_outlet(told: Sequence[str], page_titles: Iterable[str], url: str) -> str:
    """Return the outlet's name: the first of ``told`` that the address bears out, else the first.

    Where nothing is told, it is what a title element ends in, if the address bears that out.
    """
    names = [name for one in told if (name := _tidy(one, url))]
    tails = (TITLE_BREAK.split(title)[-1] for title in page_titles if TITLE_BREAK.search(title))
    borne_out = (name for name in (names or tails) if _in_address(name, url))
    return next(borne_out, names[0] if names else "")


def _tidy(name: str, url: str) -> str:
    name = ADDRESS_BEHIND.sub("", name)
    if "://" in name:
        return ""
    parts = TITLE_BREAK.split(name)
    if len(parts) > 1 and COMPANY.search(parts[-1]):
        name = parts[0]
    bare = ENDING.sub("", name)
    return bare if " " in bare and _letters(name) in _host(url) else name


def _in_address(name: str, url: str) -> bool:
    """Return whether a word of the name stands in the address, or a part of the address in the name."""
    host, letters = _host(url), _letters(name)
    words = (_letters(word) for word in name.split())
    labels = (_letters(part) for part in urlsplit(url).netloc.lower().split(".") if part not in COMMON_LABELS)
    return any(len(word) >= MIN_WORD and word in host for word in words) or any(
        len(label) >= MIN_WORD and label in letters for label in labels
    )


def _host(url: str) -> str:
    return _letters(urlsplit(url).netloc)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()

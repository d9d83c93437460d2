"""Who wrote a page: the names in its linked data, its meta elements and its bylines.

What says of itself that it is a name comes first, what is merely called a byline last: there stand
photographers and places too. A body, such as the outlet itself, is the author where no person is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from tasks.extract.bylines import split_names, strip_lead
from tasks.extract.regions import is_aside, is_unseen

# The last word of a meta element's name that tells the author: "article:author", "cXenseParse:author".
META_AUTHOR = re.compile(r"(?:^|[:._-])(?:authors?|byl|creator)$")
# The account of a social network is no name.
NOT_META_AUTHOR = re.compile(r"^(?:twitter|fb|instagram)[:._-]")

# The words of a byline's class, id or itemprop, on the elements that hold the names.
BYLINE_NAMES = re.compile(r"(?<![a-z])(?:byline|authors?|autore?n?)(?![a-z])", re.IGNORECASE)
# Where a link to an author's own page leads.
AUTHOR_PATH = re.compile(r"/(?:authors?|autore?n?|auteurs?|redacteurs?)/", re.IGNORECASE)
BYLINE_TAGS = ("a", "span", "p", "div", "address", "li", "h3", "h4")

# Places that bear the sign of a byline; beyond so many they are those of a list of stories.
MAX_BYLINES = 200
# A byline with roles and a place; more is the story about its author.
MAX_BYLINE_CHARACTERS = 160

# What stands where an author should and is nobody.
NOBODY = re.compile(
    r"^(?:admin\w*|webmaster|unknown|anonymous|none|null|undefined|n/?a|guest|staff(?: writer)?|editorial)$"
    r"|[@<>{}=\[\]]|https?:|//",
    re.IGNORECASE,
)


def page_authors(
    root: Any, linked: Iterable[str], meta: dict[str, list[str]], is_outlet: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return the page's authors as it names them; empty where it names none.

    ``linked`` are the names in its linked data, ``meta`` its meta elements by name in lower case;
    ``is_outlet`` tells a name of the outlet itself.
    """
    told = list(linked)
    names = split_names(*told)
    if any(not is_outlet(name) for name in names):
        return names
    written = [value for key, values in meta.items() if _tells_author(key) for value in values]
    signs = (_says_author, _leads_to_author)
    marked = (_bylines(root, sign) for sign in signs)
    for found in chain([split_names(*filter(_is_plain, written))], marked):
        if persons := _persons(found, is_outlet):
            return persons
    if bodies := _bodies(told):
        return bodies
    return _persons(_bylines(root, _is_called_byline), is_outlet) or _bodies(written)[:1]


def _persons(names: Iterable[str], is_outlet: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(name for name in names if not is_outlet(name))


def _tells_author(key: str) -> bool:
    return bool(META_AUTHOR.search(key)) and not NOT_META_AUTHOR.search(key)


def _is_plain(name: str) -> bool:
    return "://" not in name


def _bodies(names: Iterable[str]) -> tuple[str, ...]:
    """Return what is named as a whole, such as a desk or the outlet, where no person is."""
    plain = (strip_lead(name) for name in names)
    return tuple(dict.fromkeys(name for name in plain if name and not NOBODY.search(name)))


def _bylines(root: Any, is_sign: Callable[[Any], bool]) -> tuple[str, ...]:
    """Return the names of the first byline that bears the sign."""
    first = None
    names: list[str] = []
    for element in islice(filter(is_sign, root.iter(*BYLINE_TAGS)), MAX_BYLINES):
        if (first is None or _is_near(element, first)) and (found := _names_in(element)):
            first = element if first is None else first
            names += found
    return split_names(*names)


def _says_author(element: Any) -> bool:
    return element.get("itemprop") == "author" or "author" in (element.get("rel") or "").lower().split()


def _leads_to_author(element: Any) -> bool:
    return element.tag == "a" and bool(AUTHOR_PATH.search(element.get("href") or ""))


def _is_called_byline(element: Any) -> bool:
    return bool(BYLINE_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _is_near(element: Any, first: Any) -> bool:
    """Return whether the two stand in one byline: related stories have authors too."""
    around = first.getparent()
    outer = around.getparent() if around is not None else None
    return any(one is around or one is outer for one in _ancestors(element, 2))


def _names_in(element: Any) -> tuple[str, ...]:
    text = ""
    for part in element.itertext():
        text = f"{text} {' '.join(part.split())}".strip()
        # An element around the whole page is not read to its end, once for each that lies in it.
        if len(text) > MAX_BYLINE_CHARACTERS:
            return ()
    if not text:
        return ()
    if any(is_aside(one) or is_unseen(one) for one in _ancestors(element)):
        return ()
    return split_names(text)


def _ancestors(element: Any, most: int | None = None) -> Iterator[Any]:
    for count, one in enumerate(element.iterancestors()):
        if most is not None and count >= most:
            return
        yield one

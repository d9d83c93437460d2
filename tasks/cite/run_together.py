"""Tell a list whose entries were read as one: the labels that go on inside an entry's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.cite.entries import Entry

# A label inside a text: "… 2023. [2] Reyes", "… 2023. (2) Reyes", "… 2023. 2. Reyes".
_INSIDE = re.compile(
    r"(?<=\s)(?:\[\^?(?P<square>\d{1,3})\]:?|\((?P<round>\d{1,3})\)|(?P<bare>\d{1,3})[.)])\s{1,9}(?=[^\W\d_]|[\"“„«‘])"
)


def labels_inside(entries: Iterable[Entry]) -> set[str]:
    """Return the labels that stand inside the entries' texts and count on from the entry's own."""
    found: set[str] = set()
    for entry in entries:
        if not entry.label.isdecimal():
            continue
        following = int(entry.label) + 1
        for shape in _INSIDE.finditer(entry.text):
            if int(next(filter(None, shape.groups()))) == following:
                found.add(str(following))
                following += 1
    return found

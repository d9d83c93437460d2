"""Ids of what an article contains: made of its words, so that edits elsewhere change none of them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from tasks.keys import content_key

_QUOTES = str.maketrans(
    dict.fromkeys("“”„‟«»‹›″", '"') | dict.fromkeys("‘’‚‛ʼ′", "'") | dict.fromkeys("–—‐‑", "-")
)
# What may stand at the end of a sentence or not, according to where its marker was.
_ENDS = " \t\n.,;:"
_SPACE = re.compile(r"\s+")


def folded(text: str) -> str:
    """Return ``text`` as it is compared: one case, plain quotes and dashes, single spaces, no final stop."""
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold()
    return _SPACE.sub(" ", plain).strip(_ENDS)


class Keys:
    """Gives out the ids of one article: equal content is told apart by a running number."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def key(self, kind: str, content: str, owner: str = "") -> str:
        """Return the id of a ``kind`` with ``content``, within ``owner`` (an id) or the whole article."""
        content = folded(content)
        number = self._seen[kind, owner, content]
        self._seen[kind, owner, content] += 1
        return content_key(kind, owner or self._uri, content, str(number))

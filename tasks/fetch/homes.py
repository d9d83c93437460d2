"""Tell a site's front page from the page of an article, by the address alone.

A page that is gone often redirects to the front page with status 200. That page is not the source, and
nothing in its answer says so.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

# The front page, by its usual file names, and its editions: /en, /de-at/, /en/index.html.
HOME_PATH = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home)(?:\.(?:html?|php|aspx?|jsp))?/?)?",
    re.IGNORECASE,
)

# What content management systems put an article's number in, where addresses have no words.
PAGE_PARAMETERS = frozenset(
    {"p", "page_id", "id", "article", "articleid", "story", "storyid", "aid", "nid", "newsid"}
)


def is_home(url: str) -> bool:
    """Return whether ``url`` is that of a front page: no path, an edition's, or an index's; no page's number.

    ``url`` is one that was asked for: urlsplit reads it.
    """
    parts = urlsplit(url)
    names = {name.lower() for name, _ in parse_qsl(parts.query)}
    return HOME_PATH.fullmatch(parts.path) is not None and not names & PAGE_PARAMETERS

"""Tell a site's front page from the page of an article, by the address alone.

A page that is gone often redirects to the front page with status 200. That page is not the source, and
nothing in its answer says so. But an article that is taken for a front page is lost: where it is not sure,
it is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tasks.cite.urls import canonical_url

# Languages that papers have an edition in. Any two letters would do for "/tv" and "/us" too: sections.
LANGUAGES = (
    "am|ar|az|be|bg|bn|bs|ca|cs|cy|da|de|el|en|es|et|eu|fa|fi|fr|ga|gl|gu|he|hi|hr|hu|hy|id|is|it|ja|ka|kk|km"
    "|kn|ko|ky|lo|lt|lv|mk|ml|mn|mr|ms|mt|my|nb|ne|nl|nn|no|pa|pl|ps|pt|ro|ru|si|sk|sl|sq|sr|sv|sw|ta|te|tg"
    "|th|tk|tl|tr|uk|ur|uz|vi|zh"
)

# The front page, by its usual file names, and its editions: /en, /de-at/, /en/index.html.
HOME_PATH = re.compile(
    rf"/?(?:(?:{LANGUAGES})(?:[-_][a-z]{{2}})?/?)?"
    r"(?:(?:index|default|home)(?:\.(?:html?|php|aspx?|jsp))?/?)?",
    re.IGNORECASE,
)


def is_home(url: str) -> bool:
    """Return whether ``url`` is that of a front page: no path, a language's, or an index's, and no query.

    What only tells how a reader came is no query. ``url`` is one that was asked for: urlsplit reads it.
    """
    parts = urlsplit(url)
    if HOME_PATH.fullmatch(parts.path) is None:
        return False
    canonical = canonical_url(url) if parts.query else ""
    return not parts.query or (canonical != "" and "?" not in canonical)


def ends_at_home(asked: Sequence[str]) -> bool:
    """Return whether the addresses ``asked``, in their order, led from another page to a front page."""
    return len(asked) > 1 and is_home(asked[-1]) and not is_home(asked[0])

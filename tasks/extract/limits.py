"""Refuse a page that is larger than any page that people read, before anything is made of it.

The largest of 166 real news pages had 4,098 elements, 2,662 of them beginning a line, 84
cells of tables, and elements in 34 others. Each limit below is ten times that and more, so that a long law
or a table of a year's prices passes, while a page made to exhaust its reader is refused in a second.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from tasks.errors import InputError
from tasks.extract.walk import BREAKING

# Elements that begin a line, and blocks of a document: a long novel has fewer than half as many paragraphs.
MAX_BLOCKS = 30_000
# Thirty times the deepest real page; a browser such as Chromium cuts the nesting at 512.
MAX_NESTING = 1_000
# A table of 10,000 rows and 5 columns: what is larger is data, not an article.
MAX_CELLS = 50_000
# As many short ones in one paragraph take the reader 4 GB (measured): its process is ended before that.
MAX_ELEMENTS = 100_000

CELLS = frozenset({"td", "th"})
LINES = BREAKING - CELLS


def refuse_outsized(root: Any) -> None:
    """Raise InputError for a page's tree beyond a limit; it is counted no further than to the limit.

    The reason is ``too_deep``, ``too_many_cells``, ``too_many_blocks`` or ``too_many_elements``.
    """
    depth = cells = lines = elements = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        elements += 1
        cells += element.tag in CELLS
        lines += element.tag in LINES
        if depth > MAX_NESTING:
            raise InputError(f"elements nested deeper than the {MAX_NESTING:,} that are read", "too_deep")
        if cells > MAX_CELLS:
            raise InputError(f"more cells of tables than the {MAX_CELLS:,} that are read", "too_many_cells")
        refuse_many_blocks(lines)
        if elements > MAX_ELEMENTS:
            raise InputError(f"more elements than the {MAX_ELEMENTS:,} that are read", "too_many_elements")


def refuse_many_blocks(blocks: int) -> None:
    """Raise InputError ``too_many_blocks`` for more blocks than are read."""
    if blocks > MAX_BLOCKS:
        raise InputError(
            f"more paragraphs and other blocks than the {MAX_BLOCKS:,} that are read", "too_many_blocks"
        )

"""Choose which of a page's pieces are its main text, and bring back what the choice lost.

trafilatura decides what is text and what is furniture. Its own tree loses where a list begins to
count, ids, and at times words' spaces, so its blocks are looked up among the pieces of the page and
the page's own are taken. A list of references that it took for furniture is brought back: the list
is what a citing article is read for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from tasks.extract.headings import is_list_heading
from tasks.extract.measures import Placed, characters, is_prose, squeeze, unlinked
from tasks.extract.pieces import Piece
from tasks.extract.surroundings import MAX_ASIDE_SHARE, with_lead, without_teasers
from tasks.extract.walk import Found

# Where trafilatura keeps less than this share of what lies outside asides, it has lost its way (it
# falls back on a teaser, a comment or the title alone): the page's own pieces are taken then.
MIN_SHARE = 0.25

# A page is cut where so many paragraphs at its end are missing, and they are so much of its text.
MIN_LOST_PARAGRAPHS = 2
MIN_LOST_SHARE = 0.1

# An entry that is kept as part of a longer block is found by this many of its first letters.
PROBE_LETTERS = 80


# The same words stand on a page a few times; where they stand often, they are no text.
NEAR_PLACES = 8

# trafilatura cuts some paragraphs at their links and joins others. A piece of at least so many letters
# is looked for within the page's pieces; so often, since each search goes through the page.
MIN_SEARCHED_LETTERS = 20
MAX_SEARCHES = 300

# The page's pieces are taken for it where it is at least this share of them.
MIN_SHARE_OF_PIECES = 0.2


def choose(
    page: list[Found], body: list[Found], about: Sequence[str] = ()
) -> tuple[list[Piece], tuple[str, ...]]:
    """Return the main text's pieces in reading order, and reason codes of what was noticed.

    ``page`` holds all pieces of the page, ``body`` those of trafilatura's tree (empty where it found
    nothing), ``about`` what the page says its text is about: its title and descriptions. Reasons:
    ``no_main_text``, ``list_recovered``, ``text_truncated``.
    """
    warnings = []
    kept = _without_asides(page, _aligned(page, body))
    outside = [index for index, found in enumerate(page) if not found.aside]
    if (
        unlinked(p.piece for p in kept) < MIN_SHARE * unlinked(page[index].piece for index in outside)
        or not kept
    ):
        if not kept:
            warnings.append("no_main_text")
        kept = [Placed(index, index, page[index].piece) for index in outside]
    listed = {i for index in range(len(page)) if _opens_list(page, index) for i in _entries(page, index)}
    kept = with_lead(page, without_teasers(kept, listed), about)
    text = squeeze("".join(placed.piece.text for placed in kept))
    if lost := _lost_lists(page, {placed.index for placed in kept}, text):
        warnings.append("list_recovered")
        kept = sorted(kept + lost, key=lambda placed: placed.place)
    if _tail_is_lost(page, text):
        warnings.append("text_truncated")
    return [placed.piece for placed in kept], tuple(warnings)


def length(found: list[Found]) -> int:
    """Return how many characters the pieces hold."""
    return characters(each.piece for each in found)


def _aligned(page: list[Found], body: list[Found]) -> list[Placed]:
    """Return the pieces of ``body`` with their place on the page; the page's own where it has them."""
    letters = [squeeze(found.piece.text) for found in page]
    places: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(letters):
        places[key].append(index)
    within = _Search(letters)
    kept: list[Placed] = []
    used: set[int] = set()
    cursor = -1
    for found in body:
        key = squeeze(found.piece.text)
        same = _best(page, [i for i in _near(places[key], cursor) if i not in used], cursor, found.piece)
        indexes = [same] if key and same >= 0 else within.pieces(key)
        if not indexes:
            # The page has these words in another cut: they stay between their neighbours.
            kept.append(Placed(cursor + 0.5, -1, found.piece))
        for index in indexes:
            if index not in used:
                used.add(index)
                kept.append(Placed(max(float(index), cursor + 0.5), index, page[index].piece))
                cursor = max(cursor, index)
    return kept


def _near(places: list[int], cursor: int) -> list[int]:
    """Return the few places next after ``cursor``, and the few before it."""
    at = bisect_right(places, cursor)
    return places[at : at + NEAR_PLACES] + places[max(at - NEAR_PLACES, 0) : at]


def _best(page: list[Found], places: list[int], cursor: int, piece: Piece) -> int:
    """Return the best of ``places`` for ``piece``, -1 where there is none.

    The same words may stand in a menu, in the headline and among the related stories.
    """
    order = ((page[i].aside, i <= cursor, page[i].piece.kind != piece.kind, i) for i in places)
    return min(order, default=(True, True, True, -1))[-1]


class _Search:
    """Finds letters within the page's pieces, which may be cut otherwise."""

    def __init__(self, letters: list[str]) -> None:
        self._all = "".join(letters)
        self._starts = [0, *accumulate(map(len, letters))]
        self._left = MAX_SEARCHES

    def pieces(self, key: str) -> list[int]:
        """Return the indexes of the pieces that ``key`` is a good part of; empty where there are none."""
        if len(key) < MIN_SEARCHED_LETTERS or not self._left:
            return []
        self._left -= 1
        at = self._all.find(key)
        if at < 0:
            return []
        first = bisect_right(self._starts, at) - 1
        last = bisect_right(self._starts, at + len(key) - 1) - 1
        whole = self._starts[last + 1] - self._starts[first]
        return list(range(first, last + 1)) if len(key) >= MIN_SHARE_OF_PIECES * whole else []


def _without_asides(page: list[Found], kept: list[Placed]) -> list[Placed]:
    inside = [p for p in kept if p.index < 0 or not page[p.index].aside]
    dropped = characters(p.piece for p in kept) - characters(p.piece for p in inside)
    return kept if dropped > MAX_ASIDE_SHARE * characters(p.piece for p in kept) else inside


def _lost_lists(page: list[Found], kept: set[int], text: str) -> list[Placed]:
    """Return the entries of the page's lists of references that are not in the chosen ``text``."""
    lost: list[Placed] = []
    for index, found in enumerate(page):
        if not _opens_list(page, index):
            continue
        entries = list(_entries(page, index))
        missing = [i for i in entries if i not in kept and _probe(page[i].piece) not in text]
        if entries and index not in kept and is_list_heading(found.piece.text):
            missing.insert(0, index)
        kept = kept | set(missing)
        lost += [Placed(i, i, page[i].piece) for i in missing]
    return lost


def _opens_list(page: list[Found], index: int) -> bool:
    found = page[index]
    if found.notes and (index == 0 or page[index - 1].notes != found.notes):
        return True
    return found.piece.kind in ("heading", "paragraph") and is_list_heading(found.piece.text)


def _entries(page: list[Found], opener: int) -> Iterable[int]:
    """Yield the indexes of the entries below a heading, or in a container that is named for notes."""
    head = page[opener]
    first = opener + 1 if is_list_heading(head.piece.text) else opener
    labelled = any(found.piece.label for found in page[first : first + 1])
    for index in range(first, len(page)):
        found = page[index]
        if (head.notes and found.notes != head.notes) or found.piece.kind == "heading":
            return
        # A list in a footer counts only where it is numbered; a menu is not.
        if found.aside and not (labelled and found.piece.label):
            return
        if not head.notes and found.piece.kind != "list_item" and page[first].piece.kind == "list_item":
            return
        yield index


def _tail_is_lost(page: list[Found], text: str) -> bool:
    """Return whether paragraphs at the page's end are missing in ``text`` that stand beside kept ones."""
    prose = [found for found in page if not found.aside and is_prose(found.piece)]
    lost: list[Piece] = []
    kept_boxes = {f.box for f in prose if _probe(f.piece) in text}
    for found in reversed(prose):
        if _probe(found.piece) in text:
            break
        if found.box in kept_boxes:
            lost.append(found.piece)
    total = characters(found.piece for found in prose)
    return len(lost) >= MIN_LOST_PARAGRAPHS and characters(lost) >= MIN_LOST_SHARE * total


def _probe(piece: Piece) -> str:
    return squeeze(piece.text)[:PROBE_LETTERS]

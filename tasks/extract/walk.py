"""Walk a page's tree, or the tree that trafilatura makes of it, into pieces in reading order.

Iterative throughout: a page may be nested as deep as the parser lets it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tasks.extract.pieces import Piece, Writer
from tasks.extract.regions import is_aside, is_notes, is_unseen
from tasks.model import BlockKind, MarkKind

HEADINGS = {f"h{level}": level for level in range(1, 7)}

# Elements that begin a new line on the screen, besides those that get a meaning below.
BREAKING = frozenset(
    {
        "body", "main", "article", "section", "div", "header", "footer", "nav", "aside", "form",
        "fieldset", "figure", "figcaption", "address", "details", "summary", "hgroup", "center",
        "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "pre", "p", "ul", "ol",
        "menu", "list", "blockquote", "quote", "li", "item", "tr", "row", "td", "th", "cell",
        "head", "ab", "hr", "h1", "h2", "h3", "h4", "h5", "h6",
    }
)  # fmt: skip
LISTS = frozenset({"ul", "ol", "menu", "list"})
ITEMS = frozenset({"li", "item"})
ROWS = frozenset({"tr", "row"})
QUOTES = frozenset({"blockquote", "quote"})

# Counting styles of HTML lists and the numerals that they print.
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip

# A list that says it begins at a million is no list of references; roman numerals would grow without end.
MAX_NUMBER = 9_999


@dataclass(slots=True)
class Found:
    """A piece, whether it lies in an aside, and which notes container (0: none) and box it lies in.

    The box is the element around the piece's own: pieces of one box are siblings.
    """

    piece: Piece
    aside: bool
    notes: int
    box: int = 0


@dataclass(slots=True)
class _List:
    ordered: bool
    style: str
    number: int
    step: int = 1


@dataclass(slots=True)
class _Frame:
    """What an open element began, to be ended with it."""

    ends: list[str] = field(default_factory=list)
    number: int = 0
    heading: int = 0
    notes: int = 0


@dataclass(slots=True)
class _State:
    """Where the walk stands: the open elements that matter, and the piece being written."""

    found: list[Found] = field(default_factory=list)
    writer: Writer | None = None
    frames: list[_Frame] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)  # of the open items; "" once printed
    quotes: int = 0
    rows: int = 0
    heading: int = 0
    asides: int = 0
    notes: int = 0
    containers: int = 0
    elements: int = 0
    box: int = 0

    def flush(self) -> None:
        """End the piece that is being written."""
        if self.writer and self.writer.length:
            self.found.append(
                Found(self.writer.piece(), self.asides > 0 and not self.notes, self.notes, self.box)
            )
        self.writer = None

    def write(self, text: str | None) -> None:
        """Add text to the open piece; white space alone opens none."""
        if text and (self.writer or text.strip()):
            self.current().write(text)

    def current(self) -> Writer:
        """Return the piece that text goes to, a new one where none is open."""
        if self.writer is None:
            kind, level, label = self._kind()
            self.writer = Writer(kind, level, label)
            self.box = self.frames[-2].number if len(self.frames) > 1 else 0
        return self.writer

    def _kind(self) -> tuple[BlockKind, int, str]:
        if self.heading:
            return "heading", self.heading, ""
        if self.labels:
            label, self.labels[-1] = self.labels[-1], ""
            return "list_item", len(self.labels), label
        return ("quote" if self.quotes else "paragraph"), 0, ""


def walk(root: Any, with_hidden: bool = False) -> list[Found]:
    """Return the pieces of the tree below ``root``, in reading order, asides marked as such.

    Elements that are hidden until a script shows them are read only ``with_hidden``.
    """
    state = _State()
    unseen: Any = None
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            if is_unseen(element, with_hidden):
                unseen = element
                walker.skip_subtree()
            else:
                _enter(state, element)
                state.write(element.text)
            continue
        if element is unseen:
            unseen = None
        else:
            _leave(state)
        if element is not root:
            state.write(element.tail)
    state.flush()
    return state.found


def _enter(state: _State, element: Any) -> None:
    tag = element.tag
    state.elements += 1
    frame = _Frame(number=state.elements, heading=state.heading, notes=state.notes)
    state.frames.append(frame)
    if tag in ("br", "lb"):
        state.current().break_line() if state.writer else None
    elif kind := _mark_kind(element):
        target = (element.get("href") or element.get("target") or "").strip()
        state.current().open(kind, target if kind == "link" else "")
        frame.ends.append(kind)
    elif tag in BREAKING:
        _enter_block(state, element, frame)
    if is_aside(element):
        state.asides += 1
        frame.ends.append("aside")
    elif tag in BREAKING and is_notes(element) and not state.notes:
        state.containers += 1
        state.notes = state.containers


def _enter_block(state: _State, element: Any, frame: _Frame) -> None:
    tag = element.tag
    level = _heading_level(element)
    if _breaks_line_only(state, tag) and not level:
        frame.ends.append("line")
        if state.writer:
            state.writer.break_line()
        return
    state.flush()
    frame.ends.append("block")
    if level:
        state.heading = level
    elif tag in LISTS:
        state.lists.append(_list(element))
        frame.ends.append("list")
    elif tag in ITEMS:
        state.labels.append(_label(state, element))
        frame.ends.append("item")
    elif tag in QUOTES:
        state.quotes += 1
        frame.ends.append("quote")
    elif tag in ROWS and not _is_layout(element):
        state.rows += 1
        frame.ends.append("row")


def _leave(state: _State) -> None:
    frame = state.frames.pop()
    for end in frame.ends:
        if end in ("superscript", "link"):
            if state.writer:
                state.writer.close("link" if end == "link" else "superscript")
        elif end == "line":
            if state.writer:
                state.writer.break_line()
        elif end == "block":
            state.flush()
        elif end == "list":
            state.lists.pop()
        elif end == "item":
            state.labels.pop()
        elif end == "quote":
            state.quotes -= 1
        elif end == "row":
            state.rows -= 1
        elif end == "aside":
            state.asides -= 1
    state.heading, state.notes = frame.heading, frame.notes


def _mark_kind(element: Any) -> MarkKind | None:
    if element.tag == "sup" or (element.tag == "hi" and element.get("rend") == "#sup"):
        return "superscript"
    if (element.tag == "a" and "href" in element.attrib) or (
        element.tag == "ref" and "target" in element.attrib
    ):
        return "link"
    return None


def _breaks_line_only(state: _State, tag: str) -> bool:
    """Return whether the element begins a line, not a block: paragraphs of one item are one entry."""
    inside = state.labels or state.rows
    return bool(inside) and tag not in LISTS and tag not in ITEMS and tag not in ROWS and tag not in QUOTES


def _is_layout(row: Any) -> bool:
    """Return whether a table's row sets the page rather than shows data: it holds paragraphs."""
    return any(row.find(f".//{tag}") is not None for tag in ("p", "table", "h1", "h2", "h3"))


def _heading_level(element: Any) -> int:
    if element.tag == "head":
        return HEADINGS.get(element.get("rend", "h2"), 2)
    return HEADINGS.get(element.tag, 0)


def _list(element: Any) -> _List:
    ordered = element.tag == "ol" or element.get("rend") == "ol"
    step = -1 if "reversed" in element.attrib else 1
    first = 1 if step == 1 else sum(child.tag in ITEMS for child in element)
    return _List(ordered, element.get("type", "1"), _number(element.get("start"), first), step)


def _label(state: _State, element: Any) -> str:
    if not state.lists or not state.lists[-1].ordered:
        return ""
    here = state.lists[-1]
    number = _number(element.get("value"), here.number)
    here.number = number + here.step
    return _numeral(number, here.style)


def _number(written: str | None, otherwise: int) -> int:
    text = (written or "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,4}", text) else otherwise


def _numeral(number: int, style: str) -> str:
    """Return ``number`` as a list of this ``type`` prints it."""
    if not 0 < number <= MAX_NUMBER or style.lower() not in ("a", "i"):
        return str(number)
    text = ""
    if style.lower() == "a":
        while number:
            number, place = divmod(number - 1, len(ALPHABET))
            text = ALPHABET[place] + text
    else:
        for value, sign in ROMAN:
            count, number = divmod(number, value)
            text += sign * count
    return text if style in ("a", "i") else text.upper()

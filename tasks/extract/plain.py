"""Read plain text: title, byline, paragraphs and the list of references by how the lines look.

In: the decoded text. Out: an :class:`~tasks.model.Extract` whose text is built anew: hard-wrapped
lines joined, one empty line between blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.extract.bylines import BYLINE, split_names
from tasks.extract.headings import is_list_heading, printed_label
from tasks.extract.pieces import Piece, assemble
from tasks.model import Extract, Metadata

# Editors wrap at 72–120; a paragraph typed on one line is longer than that.
WRAP_CHARACTERS = 120

# Shorter lines than this, on average, are verse, an address or a table, where the breaks mean something.
MIN_WRAP_CHARACTERS = 40

# A headline fits on a line or two; a first paragraph does not.
MAX_TITLE_CHARACTERS = 150
MAX_BYLINE_CHARACTERS = 120

# Title, subtitle, byline, date: what stands above the text.
HEAD_LINES = 5

# Underlines and rules between sections.
RULE = re.compile(r"\s{0,9}([-=_*~#+])(?:\s?\1){2,}\s*$")

SPLIT_WORD = re.compile(r"(?<=[^\W\d_])(-)\n(?=[^\W\d_])")

# A bare number opens an entry only where it goes on from the entry before.
BARE_NUMBER = re.compile(r"(\d{1,3}) (?=\S)")

Lines = list[str]


def read_plain(text: str) -> Extract:
    """Return the extract of a plain text; titles, authors and labels as printed."""
    groups = list(_groups(text))
    pieces: list[Piece] = []
    metadata = Metadata()
    if groups and len(groups) > 1 and _is_title(groups[0]):
        metadata, pieces = _head(groups)
    entries = Entries()
    in_list = False
    for lines in groups[len(pieces) :]:
        if is_list_heading(lines[0]):
            in_list, entries = True, Entries()
            pieces.append(_heading(lines[0], level=2))
        elif _is_decorated(lines[0]):
            in_list = False
            pieces.append(_heading(lines[0], level=2))
        elif in_list:
            pieces += entries.read(lines)
        else:
            pieces += _paragraphs(lines)
    return assemble(pieces, metadata)


def _head(groups: list[Lines]) -> tuple[Metadata, list[Piece]]:
    """Return what the lines above the text say, and their pieces."""
    title = _joined(groups[0])
    pieces = [_heading(title, level=1)]
    for lines in groups[1:HEAD_LINES]:
        if len(lines) > 1 or len(lines[0]) > MAX_BYLINE_CHARACTERS:
            break
        if BYLINE.match(lines[0]) and (authors := split_names(lines[0])):
            between = [_paragraph(group) for group in groups[1 : groups.index(lines)]]
            return Metadata(title=title.strip("# "), authors=authors), [*pieces, *between, _paragraph(lines)]
    return Metadata(title=title.strip("# ")), pieces


class Entries:
    """Reads the entries of one list, paragraph by paragraph."""

    def __init__(self) -> None:
        self._last = 0

    def read(self, lines: Lines) -> Iterator[Piece]:
        """Yield a list item for each entry among ``lines``.

        Where lines carry labels, each label opens an entry and what hangs below it belongs to it. A
        paragraph without label after labelled entries is not of the list. In a list without labels,
        wrapped lines are one entry and long lines are one each.
        """
        entries: list[tuple[str, str, Lines]] = []
        for line in lines:
            label, start = self._label(line)
            if label or not entries:
                entries.append((label, line[:start], [line[start:]]))
            elif self._last or _is_wrapped(lines):
                entries[-1][2].append(line)
            else:
                entries.append(("", "", [line]))
        for label, printed, group in entries:
            if self._last and not label:
                yield from _paragraphs(group)
            else:
                yield Piece("list_item", _joined(group), level=1, label=label, printed=printed)

    def _label(self, line: str) -> tuple[str, int]:
        label, start = printed_label(line)
        if not label and (bare := BARE_NUMBER.match(line)) and int(bare[1]) == self._last + 1:
            label, start = bare[1], bare.end()
        if label:
            self._last = int(label)
        return label, start


def _groups(text: str) -> Iterator[Lines]:
    """Yield the lines of each paragraph, white space tidied; headings and bylines on their own."""
    group: Lines = []
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for number, line in enumerate(lines):
        rule = bool(RULE.match(line))
        alone = _stands_alone(lines, number)
        if group and (alone or rule or not line):
            yield group
            group = []
        if alone:
            yield [line]
        elif line and not rule:
            group.append(line)
    if group:
        yield group


def _stands_alone(lines: Lines, number: int) -> bool:
    line = lines[number]
    if not line or RULE.match(line):
        return False
    in_head = number < HEAD_LINES and len(line) <= MAX_BYLINE_CHARACTERS and bool(BYLINE.match(line))
    # A line above a rule is its heading only where it opens a paragraph.
    opens = number == 0 or not lines[number - 1]
    underlined = opens and number + 1 < len(lines) and bool(RULE.match(lines[number + 1]))
    first_of_head = number == 0 and len(lines) > 1 and bool(BYLINE.match(lines[1]))
    return in_head or underlined or first_of_head or _is_decorated(line) or is_list_heading(line)


def _is_decorated(line: str) -> bool:
    return line.startswith("#") and line.lstrip("#").startswith(" ")


def _is_title(lines: Lines) -> bool:
    title = _joined(lines)
    return (
        len(title) <= MAX_TITLE_CHARACTERS
        and not title.endswith((".", ":", ";", ","))
        and not is_list_heading(title)
        and not printed_label(title)[0]
    )


def _is_wrapped(lines: Lines) -> bool:
    *wrapped, _ = lines
    if not wrapped or max(map(len, lines)) > WRAP_CHARACTERS:
        return False
    open_ended = sum(not line.endswith((".", "!", "?", ":")) for line in wrapped)
    return sum(map(len, wrapped)) >= MIN_WRAP_CHARACTERS * len(wrapped) and 2 * open_ended >= len(wrapped)


def _paragraphs(lines: Lines) -> Iterator[Piece]:
    if max(map(len, lines)) > WRAP_CHARACTERS:
        yield from (_paragraph([line]) for line in lines)
    elif _is_wrapped(lines):
        yield _paragraph(lines)
    else:
        yield Piece("paragraph", "\n".join(lines))


def _paragraph(lines: Lines) -> Piece:
    return Piece("paragraph", _joined(lines))


def _heading(line: str, level: int) -> Piece:
    return Piece("heading", line.strip("# "), level=level)


def _joined(lines: Lines) -> str:
    # A line that ends in a hyphen goes on without a space: "peace-" and "keeping".
    return SPLIT_WORD.sub(r"\1", "\n".join(lines)).replace("\n", " ")

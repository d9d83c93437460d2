"""Read Markdown: front matter, headings, paragraphs, lists, links and footnotes.

CommonMark, with tables, and with footnotes in the usual notation: ``[^1]`` in the text is the marker
``[1]``, raised, and ``[^1]: …`` is an item of the list of references with the label ``1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tasks.extract.bylines import BYLINE, split_names
from tasks.extract.footnotes import footnotes
from tasks.extract.front_matter import FrontMatter, front_matter
from tasks.extract.headings import MAX_HEADING_CHARACTERS, is_list_heading, printed_label
from tasks.extract.pieces import Piece, Writer, assemble
from tasks.extract.plain import read_plain
from tasks.extract.reference_list import tidy_list
from tasks.extract.tree import parse
from tasks.extract.walk import walk
from tasks.model import BlockKind, Extract, Metadata

# The parser drops what is nested deeper, silently; such a text is read as plain text instead.
MAX_NESTING = 60

# Some inputs take the parser quadratic time; prose is far below this, and plain reading is linear.
MAX_CHARACTERS = 500_000

# Title, subtitle, byline, date.
HEAD_PIECES = 5
MAX_BYLINE_CHARACTERS = 120

HTML_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})([^<>]*)>")
HTML_HREF = re.compile(r"""\shref\s{0,5}=\s{0,5}["']?([^"'\s>]{1,2000})""", re.IGNORECASE)
DIGITS = re.compile(r"\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,9}")


def read_markdown(text: str) -> Extract:
    """Return the extract of a Markdown text; labels and link targets as written."""
    said, body = front_matter(text)
    tokens = _tokens(body)
    if tokens is None:
        plain = read_plain(body)
        return replace(plain, metadata=_metadata(said, [], plain.metadata), warnings=("deep_nesting",))
    reader = _Reader()
    for token in tokens:
        reader.read(token)
    pieces = list(tidy_list(reader.end()))
    return assemble(pieces, _metadata(said, pieces, Metadata()))


def _tokens(text: str) -> list[Token] | None:
    """Return the parser's tokens; None where the text is nested too deep or too long for it."""
    if len(text) > MAX_CHARACTERS:
        return None
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    try:
        tokens = parser.use(footnotes).parse(text)
    except RecursionError:
        return None
    deepest = max((token.level for token in tokens), default=0)
    return None if deepest >= MAX_NESTING - 2 else tokens


@dataclass(slots=True)
class _Reader:
    """Turns the parser's flat tokens into pieces."""

    pieces: list[Piece] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)  # the next number; None in a list of bullets
    label: str = ""
    heading: int = 0
    quotes: int = 0
    footnote: str = ""
    in_list: bool = False
    row: Writer | None = None

    def read(self, token: Token) -> None:
        """Take in one token."""
        kind = token.type
        if kind == "heading_open":
            self.heading = int(token.tag[1:])
        elif kind == "heading_close":
            self.heading = 0
            self.in_list = is_list_heading(self.pieces[-1].text) if self.pieces else False
        elif kind == "ordered_list_open":
            self.lists.append(int(token.attrGet("start") or 1))
        elif kind == "bullet_list_open":
            self.lists.append(None)
        elif kind in ("ordered_list_close", "bullet_list_close"):
            self.lists.pop()
        elif kind == "list_item_open":
            self._open_item()
        elif kind in ("blockquote_open", "blockquote_close"):
            self.quotes += 1 if kind == "blockquote_open" else -1
        elif kind in ("footnote_open", "footnote_close"):
            self.footnote = token.meta.get("label", "")
        elif kind in ("tr_open", "tr_close"):
            self._turn_row()
        elif kind == "inline":
            self._write(token)
        elif kind in ("fence", "code_block"):
            self.pieces.append(Piece("paragraph", token.content.strip()))
        elif kind == "html_block":
            self.pieces += _html_pieces(token.content)

    def end(self) -> list[Piece]:
        """Return the pieces."""
        return [piece for piece in self.pieces if piece.text]

    def _open_item(self) -> None:
        number = self.lists[-1]
        self.label = "" if number is None else str(number)
        if number is not None:
            self.lists[-1] = number + 1

    def _turn_row(self) -> None:
        if self.row:
            self.pieces.append(self.row.piece())
            self.row = None
        else:
            self.row = Writer("paragraph")

    def _write(self, token: Token) -> None:
        writer = self.row or Writer(*self._kind())
        if self.row:
            writer.break_line()
        _write_inline(writer, token.children or [], self.in_list)
        if not self.row:
            self.pieces.append(writer.piece())
            # Many write the heading in bold, or as a line like any other.
            self.in_list = self.in_list or is_list_heading(self.pieces[-1].text)

    def _kind(self) -> tuple[BlockKind, int, str]:
        if self.heading:
            return "heading", self.heading, ""
        if self.footnote:
            return "list_item", 1, self.footnote
        if self.lists:
            label, self.label = self.label, ""
            return "list_item", len(self.lists), label
        return ("quote" if self.quotes else "paragraph"), 0, ""


def _write_inline(writer: Writer, tokens: list[Token], in_list: bool) -> None:
    heads_list = False
    for index, token in enumerate(tokens):
        kind = token.type
        if kind in ("text", "code_inline"):
            writer.write(token.content)
        elif kind in ("softbreak", "hardbreak"):
            following = tokens[index + 1].content if index + 1 < len(tokens) else ""
            heads_list = heads_list or _is_list_heading_so_far(writer)
            # In a list of references a line with a label is an entry of its own.
            if kind == "hardbreak" or ((in_list or heads_list) and printed_label(following)[0]):
                writer.break_line()
            else:
                writer.write(" ")
        elif kind == "link_open":
            writer.open("link", str(token.attrGet("href") or ""))
            # "[1](address)" shows a bare number: the brackets make it the marker that it is.
            writer.write("[" if _is_marker_link(tokens, index) else "")
        elif kind == "link_close":
            writer.write("]" if _is_marker_link(tokens, index - 2) else "")
            writer.close("link")
        elif kind == "footnote_ref":
            writer.open("superscript")
            writer.write(f"[{token.meta['label']}]")
            writer.close("superscript")
        elif kind == "image":
            writer.write(token.content)
        elif kind == "html_inline":
            _write_tag(writer, token.content)


def _is_list_heading_so_far(writer: Writer) -> bool:
    """Return whether what was written is a list's heading alone: its entries follow without empty line."""
    return writer.length <= MAX_HEADING_CHARACTERS and is_list_heading("".join(writer.parts))


def _is_marker_link(tokens: list[Token], index: int) -> bool:
    three = tokens[index : index + 3] if index >= 0 else []
    return [token.type for token in three] == ["link_open", "text", "link_close"] and bool(
        DIGITS.fullmatch(three[1].content)
    )


def _write_tag(writer: Writer, tag: str) -> None:
    found = HTML_TAG.fullmatch(tag)
    if not found:
        return
    closing, name, rest = found[1], found[2].lower(), found[3]
    if name == "br":
        writer.break_line()
    elif name == "sup":
        writer.close("superscript") if closing else writer.open("superscript")
    elif name == "a" and closing:
        writer.close("link")
    elif name == "a" and (href := HTML_HREF.search(rest)):
        writer.open("link", href[1])


def _html_pieces(source: str) -> Iterable[Piece]:
    root, _ = parse(source)
    return [found.piece for found in walk(root)] if root is not None else []


def _metadata(said: FrontMatter, pieces: list[Piece], otherwise: Metadata) -> Metadata:
    headings = [piece for piece in pieces[:HEAD_PIECES] if piece.kind == "heading"]
    title = said.get("title", "") or next((h.text for h in headings if not is_list_heading(h.text)), "")
    lines = [
        p.text for p in pieces[:HEAD_PIECES] if p.kind == "paragraph" and len(p.text) <= MAX_BYLINE_CHARACTERS
    ]
    byline = next((line for line in lines if BYLINE.match(line)), "")
    return Metadata(
        title=title or otherwise.title,
        authors=split_names(*said.get("authors", ())) or split_names(byline) or otherwise.authors,
        outlet=said.get("outlet", ""),
        published=said.get("published", ""),
        url=said.get("url", ""),
        language=said.get("language", ""),
    )

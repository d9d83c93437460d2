"""Footnotes for the Markdown parser: ``[^1]`` in the text, ``[^1]: …`` at the beginning of a line."""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

REFERENCE = re.compile(r"\[\^([^\]\[\s^]{1,60})\]")
DEFINITION = re.compile(r"\[\^([^\]\[\s^]{1,60})\]:[ \t]*")


def footnotes(parser: MarkdownIt) -> None:
    """Teach ``parser`` footnotes: tokens ``footnote_ref``, ``footnote_open`` and ``footnote_close``.

    ``token.meta["label"]`` is the label as a reader sees it: the number as written, or where notes
    are named (``[^smith]``), the count of the note in the order of first mention.
    """
    parser.block.ruler.before("reference", "footnote", _definition, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "footnote_ref", _reference)


def _label(name: str, env: Any) -> str:
    if name.isdecimal():
        return str(int(name))
    named = env.setdefault("named_footnotes", {})
    return str(named.setdefault(name.casefold(), len(named) + 1))


def _reference(state: StateInline, silent: bool) -> bool:
    found = REFERENCE.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("footnote_ref", "", 0)
        token.meta = {"label": _label(found[1], state.env)}
    state.pos = found.end()
    return True


def _definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    found = DEFINITION.match(state.src, state.bMarks[start_line] + state.tShift[start_line])
    if not found or found.end() > state.eMarks[start_line]:
        return False
    if silent:
        return True
    last = _last_line(state, start_line, end_line)
    lines = state.getLines(start_line + 1, last, 0, False).split("\n")
    content = " ".join([state.src[found.end() : state.eMarks[start_line]], *map(str.strip, lines)]).strip()
    state.push("footnote_open", "", 1).meta = {"label": _label(found[1], state.env)}
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = content, [start_line, last], []
    state.push("footnote_close", "", -1).meta = {"label": ""}
    state.line = last
    return True


def _last_line(state: StateBlock, start_line: int, end_line: int) -> int:
    """Return the line after the note: it goes on over indented lines, and over others up to a gap."""
    line, gap = start_line + 1, False
    last = line
    while line < end_line:
        if state.isEmpty(line):
            gap = True
        else:
            opens = DEFINITION.match(state.src, state.bMarks[line] + state.tShift[line])
            if opens or (gap and state.sCount[line] < MIN_INDENT) or _is_heading(state, line):
                break
            last = line + 1
        line += 1
    return last


# Notes of several paragraphs indent what follows by two or four.
MIN_INDENT = 2


def _is_heading(state: StateBlock, line: int) -> bool:
    return state.src.startswith("#", state.bMarks[line] + state.tShift[line])

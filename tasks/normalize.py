"""Normalize an extracted text into a document, keeping the way back to what was extracted.

In: an :class:`~tasks.model.Extract`. Out: a :class:`~tasks.model.Document` whose blocks and marks
point into the normalized text. Each normalizer is a pure function that says which spans it replaces;
:func:`apply_edits` does the replacing and keeps the map. Typographic quotes, ligatures and superscript
digits stay: a quotation is compared as it was printed.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace

from tasks.keys import bytes_key
from tasks.model import Document, Extract, Metadata, Raw

STAGE = "normalize"

# (start, end, what stands there instead)
Edit = tuple[int, int, str]
Normalizer = Callable[[str], Iterator[Edit]]

# A surrogate without its partner: no encoding can hold it.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# Spaces of other widths, and the no-break ones; the tabulator counts as a space too.
ODD_SPACE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

# Line ends of other systems, vertical tabulators, form feeds, line and paragraph separators.
LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")

# Control characters, soft hyphens, zero-width characters, directional marks, tags, byte order marks,
# and what Unicode keeps free of characters. None of them is seen; all of them break comparisons.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]+"
)

SPACES = re.compile("  +")

# What normalization form C may change: characters from U+0300 on, and the one before them. (Below
# U+0300 all characters are in that form already: Unicode Standard Annex 15.)
COMPOSABLE = re.compile("[^\u0300-\U0010ffff]?[\u0300-\U0010ffff]+")

# Vowels and final consonants of Hangul join the letter before them, although they are no accents.
HANGUL_JOINING = range(0x1160, 0x1200)


def replace_lone_surrogates(text: str) -> Iterator[Edit]:
    """Each lone surrogate becomes U+FFFD."""
    return ((m.start(), m.end(), "\ufffd") for m in LONE_SURROGATE.finditer(text))


def widen_spaces(text: str) -> Iterator[Edit]:
    """Each space of another width, and each tabulator, becomes a space."""
    return ((m.start(), m.end(), " ") for m in ODD_SPACE.finditer(text))


def unify_line_ends(text: str) -> Iterator[Edit]:
    """Each line end of another system becomes a line feed."""
    return ((m.start(), m.end(), "\n") for m in LINE_END.finditer(text))


def drop_invisible(text: str) -> Iterator[Edit]:
    """What nobody sees goes: control characters, soft hyphens, zero-width characters."""
    return ((m.start(), m.end(), "") for m in INVISIBLE.finditer(text))


def join_spaces(text: str) -> Iterator[Edit]:
    """A run of spaces becomes one."""
    return ((m.start(), m.end(), " ") for m in SPACES.finditer(text))


def compose(text: str) -> Iterator[Edit]:
    """Letters and their accents become one character (normalization form C, not KC)."""
    if unicodedata.is_normalized("NFC", text):
        return
    for run in COMPOSABLE.finditer(text):
        if not unicodedata.is_normalized("NFC", run[0]):
            yield from _compose_run(run[0], run.start())


# In this order: what is dropped may have stood between two spaces, or between a letter and its accent.
NORMALIZERS: tuple[Normalizer, ...] = (
    replace_lone_surrogates,
    widen_spaces,
    unify_line_ends,
    drop_invisible,
    join_spaces,
    compose,
)


def normalize(raw: Raw, extract: Extract) -> Document:
    """Return the document of ``extract``; blocks and marks of which nothing is left are left out."""
    text, origin = normalize_text(extract.text)

    def at(position: int) -> int:
        return bisect_left(origin, position)

    blocks = [replace(block, start=at(block.start), end=at(block.end)) for block in extract.blocks]
    marks = [replace(mark, start=at(mark.start), end=at(mark.end)) for mark in extract.marks]
    return Document(
        id=bytes_key(raw.media_type, raw.content, raw.charset),
        uri=raw.uri,
        text=text,
        blocks=tuple(block for block in blocks if block.start < block.end),
        marks=tuple(mark for mark in marks if mark.start < mark.end),
        metadata=_metadata(extract.metadata),
        offsets=_steps(origin),
    )


def normalize_text(text: str) -> tuple[str, array[int]]:
    """Return the normalized text and, for each of its characters, the index of one that made it.

    The second is ascending and has one item more than the text has characters: the whole length.
    """
    origin = array("l", range(len(text) + 1))
    for normalizer in NORMALIZERS:
        text, origin = apply_edits(text, origin, list(normalizer(text)))
    return text, origin


def apply_edits(text: str, origin: array[int], edits: list[Edit]) -> tuple[str, array[int]]:
    """Return ``text`` with ``edits`` (ascending, apart from each other) made, and its ``origin``."""
    if not edits:
        return text, origin
    parts: list[str] = []
    kept = array("l")
    done = 0
    for start, end, instead in edits:
        parts += (text[done:start], instead)
        kept += origin[done:start]
        # What takes the place of a span comes from it, character by character, the rest from its last.
        kept.extend(origin[min(start + i, end - 1)] for i in range(len(instead)))
        done = end
    parts.append(text[done:])
    kept += origin[done:]
    return "".join(parts), kept


def _compose_run(run: str, at: int) -> Iterator[Edit]:
    starts = [i for i, c in enumerate(run) if i == 0 or _begins(c)]
    spans = list(zip(starts, [*starts[1:], len(run)], strict=True))
    composed = [unicodedata.normalize("NFC", run[start:end]) for start, end in spans]
    whole = unicodedata.normalize("NFC", run)
    if "".join(composed) != whole:
        # In some scripts of South Asia two base letters join: the run is then replaced as one.
        yield at, at + len(run), whole
        return
    for (start, end), instead in zip(spans, composed, strict=True):
        if run[start:end] != instead:
            yield at + start, at + end, instead


def _begins(character: str) -> bool:
    return not unicodedata.combining(character) and ord(character) not in HANGUL_JOINING


def _steps(origin: array[int]) -> tuple[tuple[int, int], ...]:
    """Return the positions from which on text and extracted text run in step."""
    steps: list[tuple[int, int]] = []
    expected = -1
    for position, source in enumerate(origin):
        if source != expected:
            steps.append((position, source))
        expected = source + 1
    return tuple(steps)


def _line(text: str) -> str:
    return " ".join(normalize_text(text)[0].split())


def _metadata(said: Metadata) -> Metadata:
    return Metadata(
        title=_line(said.title),
        authors=tuple(name for author in said.authors if (name := _line(author))),
        outlet=_line(said.outlet),
        published=_line(said.published),
        url=_line(said.url),
        language=_line(said.language),
    )

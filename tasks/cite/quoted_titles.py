"""Works-cited entries whose title stands in quotation marks: MLA, Chicago, IEEE, Harvard, outlet first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tasks.cite.authors import parse_authors
from tasks.cite.container import CAPITALS, OUTLET_WORD, Container, outlet_weight, read_container
from tasks.cite.outlets import outlet_key
from tasks.cite.reading import (
    DOUBT,
    MAX_TITLE_CHARACTERS,
    QUOTED_BASE,
    SIGN,
    Candidate,
    Entry,
    clean_title,
    is_person,
    make_fields,
    one_date,
)

# Quotation marks that can close a title; further ones belong to the text after it.
MAX_CLOSINGS = 12

# How far from its end a head is searched for its date, in characters.
HEAD_REACH = 80

# What a title's own marks take off: more than the difference between a quoted and a dated base.
APA_MARKS = 2.0

# A mark beside a stop ends the title,
AT_STOP = 1.0

# a mark that leaves none open is likelier than one that does, by this to either side;
BALANCED = 0.5

# and the style's own comma or stop inside the mark decides between equals.
STYLE_STOP = 0.2

# Each mark that opens a quotation with those that close it, sloppy pairs included.
_CLOSING = dict(
    zip("“\"„«»‘'‹「『《", ('”"“', '"”', '“”"', "»", "«", "’'", "'’", "›", "」", "』", "》"), strict=True)
)
_OPENERS = "".join(_CLOSING)
_OPEN = re.compile(rf"(?:(?<=[\s(\[.,:;])|^)(?:[{_OPENERS}](?=\S)|«(?=\s))")
_QUOTES = re.compile('[“”„"«»]')
_YEAR_END = re.compile(r"[\s,.(]*\(?\b((?:1[5-9]|20)\d\d)[a-z]?\)?\W*$")
_BRACKET = re.compile(r"\(([^()]{4,60})\)")
_NO_DATE = re.compile(r"[\s,.]*\(?\b(?:n\.\s?d\.?|no date|undated|o\.\s?D\.)\)?[\s.,:]*$")


def _closings(text: str, start: int) -> list[tuple[int, int]]:
    """Where the quotation that opens at ``start`` may close, with the depth that is left there."""
    opener = text[start]
    found: list[tuple[int, int]] = []
    depth = 1
    for position in range(start + 1, len(text)):
        character = text[position]
        opens = text[position - 1].isspace() or text[position - 1] in _OPENERS
        if character == opener and opens:
            depth += 1
        elif character in _CLOSING[opener]:
            follows = text[position + 1 : position + 2]
            if not (follows and follows.isalnum()):
                depth = max(depth - 1, 0)
                found.append((position, depth))
        if len(found) >= MAX_CLOSINGS:
            break
    return found


def _closing_score(text: str, start: int, closing: int, depth: int) -> float:
    """How well a title's quotation ends here, by the punctuation beside it and by balance."""
    # French sets a space inside its marks.
    inner, after = text[start:closing].rstrip()[-1], text[closing + 1 : closing + 2]
    score = BALANCED if depth == 0 else -BALANCED
    if inner in ".,?!…" or not after or after in ".,;:(":
        score += AT_STOP
    if inner in ".,":
        score += STYLE_STOP
    return score


def _head(text: str) -> tuple[str, str, bool]:
    """What stands before a title, parted into names, date ("" where none) and whether a stop closes it."""
    near = max(0, len(text) - HEAD_REACH)
    bracket = re.search(r"\(([^()]{4,60})\)\W{0,3}$", text[near:])
    if bracket and (iso := one_date(bracket[1])):
        return text[: near + bracket.start()].strip(), iso, True
    if undated := _NO_DATE.search(text[near:]):
        return text[: near + undated.start()].strip(), "", True
    if year := _YEAR_END.search(text[near:]):
        return text[: near + year.start()].strip() + ".", year[1], True
    return text.strip(), "", text.rstrip().endswith(".")


def quoted(entry: Entry) -> Iterator[Candidate]:
    """A title in quotation marks: MLA, Chicago, IEEE, Harvard, outlet first."""
    opening = _OPEN.search(entry.text)
    if not opening:
        return
    start = opening.start()
    before = entry.text[:start].strip()
    # Words that run into the mark are the title's own: "Why "no" means no".
    if before and before[-1] not in ".,:;)" and not _YEAR_END.search(before[-HEAD_REACH:]):
        return
    # So are those between a date in brackets and the mark.
    closed = before.rstrip(" .,:;").endswith(")")
    if not closed and any(one_date(bracket[1]) for bracket in _BRACKET.finditer(before)):
        return
    for closing, depth in _closings(entry.text, start):
        title = clean_title(entry.text[start + 1 : closing])
        if 0 < len(title) <= MAX_TITLE_CHARACTERS:
            ending = _closing_score(entry.text, start, closing, depth)
            yield _quoted_candidate(entry, before, title, entry.text[closing + 1 :], ending)


def _quoted_candidate(entry: Entry, before: str, title: str, after: str, ending: float) -> Candidate:
    names, date, closed = _head(before)
    # APA prints no marks: there they are the title's own, unless a stop shows that it ends with them.
    if before.rstrip(" .,:").endswith(")") and (after[:1] not in {"", ".", ","} or _QUOTES.search(after)):
        ending -= APA_MARKS
    container = read_container(after, url=entry.url, year=date[:4])
    if len(container.published) < len(date):
        container = replace(container, published=date)
    authors, outlet, sound = _who(names, closed, container, entry.url)
    score = QUOTED_BASE + ending + (SIGN if container.published else 0.0) + sound
    # A long text that is no outlet's name stands where the outlet should.
    if container.outlet and container.weight == 0.0:
        score, outlet = score - DOUBT, "" if outlet == container.outlet else outlet
    return Candidate("quoted", score, make_fields(entry, container, title, authors, outlet))


def _who(names: str, closed: bool, container: Container, url: str) -> tuple[tuple[str, ...], str, float]:
    """Who stands before the title: authors, or the outlet; with what that adds to the score."""
    tidy = names.strip(" .,:;")
    if not tidy:
        return (), container.outlet, 0.0
    authors = parse_authors(names, closed=closed)
    if container.outlet:
        # An outlet in the author's place is no author of its own; a person's own site has one.
        if outlet_key(tidy) == outlet_key(container.outlet) and not is_person(tidy):
            return (), container.outlet, SIGN
        return authors, container.outlet, SIGN if authors else -DOUBT
    if _is_outlet(tidy, authors, url):
        return (), tidy, SIGN
    return authors, "", SIGN if authors else -DOUBT


def _is_outlet(text: str, authors: tuple[str, ...], url: str) -> bool:
    """Whether the one name of an entry is its outlet and no person."""
    weight = outlet_weight(text, url)
    if weight >= OUTLET_WORD:
        return True
    # A person's name has two words at least; a body signs what it publishes itself.
    if len(text.split()) == 1:
        return True
    return weight >= CAPITALS and not ("," in text or len(authors) > 1 or is_person(text))

"""The styles of works-cited entries: each reads an entry its own way and scores what it got.

A style is a function from an :class:`Entry` to candidates; :data:`STYLES` is the table of them. The
score adds up what speaks for a reading; :data:`MIN_SCORE` is what a sound one reaches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tasks.cite.authors import has_given_name, is_body, is_initials, is_name, parse_authors
from tasks.cite.container import CAPITALS, OUTLET_WORD, Container, outlet_weight, read_container
from tasks.cite.dates import find_dates
from tasks.cite.outlets import find_outlet, outlet_key
from tasks.cite.vocabulary import first_word, split_commas, split_sentences
from tasks.model import Fields

# Quoted titles are surest, a date in brackets is the next best sign, bare stops prove little.
QUOTED_BASE, DATED_BASE, STOPPED_BASE = 3.0, 2.0, 1.0

# A reading that has but its base and one more sign is not yet sound.
MIN_SCORE = 2.0

# A title longer than this is a paragraph.
MAX_TITLE_CHARACTERS = 500

# Quotation marks that can close a title; further ones belong to the text after it.
MAX_CLOSINGS = 12

# Parts that can follow a title.
MAX_PARTS = 8

# How far from its end a head is searched for its date, in characters.
HEAD_REACH = 80

# What a title's own marks take off: more than the difference between a quoted and a dated base.
APA_MARKS = 2.0

# Each mark that opens a quotation with those that close it, sloppy pairs included.
_CLOSING = dict(
    zip("“\"„«»‘'‹「『《", ('”"“', '"”', '“”"', "»", "«", "’'", "'’", "›", "」", "』", "》"), strict=True)
)
_OPENERS = "".join(_CLOSING)
_OPEN = re.compile(rf"(?:(?<=[\s(\[.,:;])|^)(?:[{_OPENERS}](?=\S)|«(?=\s))")
_BOOK = re.compile(
    r"^In:? [^a-z].*(?:\bEds?\b|\bpp?\.|Proceedings|Conference)|\bpp?\. ?\d"
    r"|\b(?:Press|Publish\w+|Verlag|Springer|Elsevier|Wiley|Routledge|Books)\b"
)
_QUOTES = re.compile('[“”„"«»]')
_YEAR_END = re.compile(r"[\s,.(]*\(?\b((?:1[5-9]|20)\d\d)[a-z]?\)?\W*$")
_BRACKET = re.compile(r"\(([^()]{4,60})\)")
_NO_DATE = re.compile(r"[\s,.]*\(?\b(?:n\.\s?d\.?|no date|undated|o\.\s?D\.)\)?[\s.,:]*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry whose address and date of access have been cut out of ``text``."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of an entry."""

    style: str
    score: float
    fields: Fields


def clean_title(text: str) -> str:
    """Return ``text`` without the stop that its style, not the title itself, put at the end."""
    tidy = text.strip(" ,;*_")
    if tidy.endswith(".") and not tidy.endswith("..") and not re.search(r"\.[^\W\d_]\.$", tidy):
        tidy = tidy[:-1]
    return tidy.rstrip(" ,;:")


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
    """How well a title's quotation ends here: punctuation, balance, no further quotation after."""
    # French sets a space inside its marks.
    inner, after = text[start:closing].rstrip()[-1], text[closing + 1 : closing + 2]
    score = 1.0 if inner in ".,?!…" or not after or after in ".,;:(" else 0.0
    score += 0.5 if depth == 0 else -0.5
    if after == "" and inner not in ".,?!":
        score += 0.1
    # A style's own stop inside the mark, where a title in the middle has none.
    score += 0.2 if inner in ".," else 0.0
    rest = text[closing + 1 :]
    return score - (0.8 if re.search(rf"[{_OPENERS}”’»](?!\w)", rest.replace("’s", "")) else 0.0)


def _head(text: str) -> tuple[str, str, bool]:
    """What stands before a title, parted into names, date ("" where none) and whether a stop closes it."""
    near = max(0, len(text) - HEAD_REACH)
    bracket = re.search(r"\(([^()]{4,60})\)\W{0,3}$", text[near:])
    if bracket and (iso := parse_date_quick(bracket[1])):
        return text[: near + bracket.start()].strip(), iso, True
    if undated := _NO_DATE.search(text[near:]):
        return text[: near + undated.start()].strip(), "", True
    if year := _YEAR_END.search(text[near:]):
        return text[: near + year.start()].strip() + ".", year[1], True
    return text.strip(), "", text.rstrip().endswith(".")


def parse_date_quick(text: str) -> str:
    """The one date in ``text`` by the months' table alone, "" for none or several."""
    found = find_dates(f"({text})")
    return found[0][2] if len(found) == 1 else ""


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
    if any(parse_date_quick(bracket[1]) for bracket in _BRACKET.finditer(before, 0, len(before) - 2)):
        bracket_ends = before.rstrip(" .,:;").endswith(")")
        if not bracket_ends:
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
    score = QUOTED_BASE + ending + (0.5 if container.published else 0.0) + sound
    # A long text that is no outlet's name stands where the outlet should.
    if container.outlet and container.weight == 0.0:
        score, outlet = score - 1.0, "" if outlet == container.outlet else outlet
    return Candidate("quoted", score, _fields(entry, container, title, authors, outlet))


def _fields(entry: Entry, container: Container, title: str, authors: tuple[str, ...], outlet: str) -> Fields:
    return Fields(
        authors=authors,
        title=title,
        outlet=outlet,
        published=container.published,
        url=entry.url,
        publisher=container.publisher if outlet == container.outlet else "",
    )


def _who(names: str, closed: bool, container: Container, url: str) -> tuple[tuple[str, ...], str, float]:
    """Who stands before the title: authors, or the outlet; with what that adds to the score."""
    tidy = names.strip(" .,:;")
    if not tidy:
        return (), container.outlet, 0.0
    authors = parse_authors(names, closed=closed)
    if container.outlet:
        # An outlet in the author's place is no author of its own; a person's own site has one.
        if outlet_key(tidy) == outlet_key(container.outlet) and not _is_person(tidy):
            return (), container.outlet, 0.5
        return authors, container.outlet, 0.5 if authors else -1.0
    if _is_outlet(tidy, authors, url):
        return (), tidy, 0.5
    return authors, "", 0.3 if authors else -1.0


def _is_outlet(text: str, authors: tuple[str, ...], url: str) -> bool:
    """Whether the one name of an entry is its outlet and no person."""
    weight = outlet_weight(text, url)
    if weight >= OUTLET_WORD:
        return True
    # A person's name has two words at least; a body signs what it publishes itself.
    if len(text.split()) == 1:
        return True
    return weight >= CAPITALS and not ("," in text or len(authors) > 1 or _is_person(text))


def _is_person(text: str) -> bool:
    """Whether ``text`` is plainly one person's name and no body's."""
    first = first_word(text)
    initial = "." in first and is_initials(first)
    return (initial or has_given_name(text)) and len(text.split()) > 1 and not is_body(text)


def _split_outlet(text: str, url: str, least: float) -> tuple[str, Container]:
    """Part "Title. Outlet, date" where the best outlet begins; without one all is title."""
    sentences = split_sentences(text)
    best: tuple[str, Container] = (text, Container())
    # An outlet's name holds at most one stop that looks like a sentence's end.
    for size in (1, 2):
        if size < len(sentences):
            container = read_container(" ".join(sentences[-size:]), url=url)
            if container.weight >= least and container.weight > best[1].weight:
                best = (" ".join(sentences[:-size]), container)
    return best


def dated(entry: Entry) -> Iterator[Candidate]:
    """A date in brackets after the first part: APA, with or without an author."""
    for bracket in _BRACKET.finditer(entry.text):
        iso = parse_date_quick(bracket[1])
        if not iso and not _NO_DATE.fullmatch(bracket[1]):
            continue
        who = entry.text[: bracket.start()].strip()
        rest = entry.text[bracket.end() :].strip(" .,:")
        if rest:
            yield from _author_date(entry, who, iso, rest)
            yield from _title_date(entry, who, iso, rest)
        elif who and not _people(who):
            title = clean_title(who)
            if title and not split_sentences(who)[1:] and len(title) <= MAX_TITLE_CHARACTERS:
                yield Candidate("title_date", DATED_BASE, Fields(title=title, published=iso, url=entry.url))
        return


def _author_date(entry: Entry, who: str, iso: str, rest: str) -> Iterator[Candidate]:
    """Read an author, a date, then title and outlet."""
    authors = parse_authors(who)
    if not authors and who:
        return
    title, container = _split_outlet(rest, entry.url, CAPITALS)
    score = DATED_BASE + _people(who) + container.weight
    outlet = container.outlet
    if not outlet and outlet_weight(who.strip(" .,"), entry.url) >= OUTLET_WORD:
        authors, outlet = (), who.strip(" .,")
    elif outlet and outlet_key(who.strip(" .,")) == outlet_key(outlet) and not _is_person(who):
        authors = ()
    published = container.published if len(container.published) > len(iso) else iso
    container = replace(container, published=published)
    title = clean_title(title if container.outlet else _without_book(title))
    if 0 < len(title) <= MAX_TITLE_CHARACTERS:
        yield Candidate("dated", score, _fields(entry, container, title, authors, outlet))


def _without_book(text: str) -> str:
    """``text`` up to what holds it in scholarly entries: "In Proceedings …", "New York: Scholar Press"."""
    sentences = split_sentences(text)
    kept = next((n for n, sentence in enumerate(sentences) if n and _BOOK.search(sentence)), len(sentences))
    return " ".join(sentences[:kept])


def _title_date(entry: Entry, who: str, iso: str, rest: str) -> Iterator[Candidate]:
    """Read a title, a date, then the outlet: an entry without author."""
    container = read_container(rest, url=entry.url)
    title = clean_title(who)
    if (
        len(split_sentences(rest)) > 1
        or container.weight < CAPITALS
        or not 0 < len(title) <= MAX_TITLE_CHARACTERS
    ):
        return
    # The weight counts twice: all that is known is that the outlet is one.
    score = DATED_BASE + 2 * container.weight - _people(who)
    container = replace(container, published=iso or container.published)
    yield Candidate("title_date", score, _fields(entry, container, title, (), container.outlet))


def _people(text: str) -> float:
    """How surely ``text`` lists authors: 0–1.5."""
    tidy = text.strip(" .,")
    parts = split_commas(text)
    if len(parts) > 1 and is_name(parts[0]) and any(is_initials(first_word(part)) for part in parts[1:]):
        return 1.5
    if not tidy or not parse_authors(text):
        return 0.0
    inverted = len(parts) > 1 and len(parts[0].split()) == 1 and not parts[0].islower()
    if inverted or has_given_name(tidy) or is_body(tidy):
        return 1.0
    return 0.3


def stopped(entry: Entry) -> Iterator[Candidate]:
    """A title without marks: "Author. Title. Outlet, date"; only where the outlet is sure."""
    sentences = split_sentences(entry.text)
    authors: tuple[str, ...] = ()
    year = ""
    if len(sentences) > 1 and _people(sentences[0]) >= 1.0 and not find_outlet(sentences[0].rstrip(".")):
        authors = parse_authors(sentences[0])
        sentences = sentences[1:]
        if match := re.fullmatch(r"\(?((?:1[5-9]|20)\d\d)[a-z]?\)?\.?", sentences[0]):
            year, sentences = match[1], sentences[1:]
    if not sentences:
        return
    text = " ".join(sentences)
    for head, container in _ends_in_outlet(text, entry.url, year):
        named, title = (authors, head) if authors else _leading_author(head)
        title = clean_title(title)
        if 0 < len(title) <= MAX_TITLE_CHARACTERS:
            score = (
                STOPPED_BASE
                + container.weight
                + (0.5 if named else 0.0)
                + (0.5 if container.published else 0.0)
            )
            yield Candidate("stopped", score, _fields(entry, container, title, named, container.outlet))


def _leading_author(text: str) -> tuple[tuple[str, ...], str]:
    """Part "Jane Doe, Title" and "Doe, Jane, Title"; without a common given name all is title."""
    match = re.match(
        r"(?P<first>[^,]{2,60}),\s+(?:(?P<second>[^,\s]{2,20}(?: [^,\s]{1,20})?),\s+)?(?=[^\W\da-z])", text
    )
    if not match:
        return (), text
    second = match["second"] or ""
    if second and len(match["first"].split()) == 1 and has_given_name(second):
        return parse_authors(f"{match['first']}, {second}"), text[match.end() :]
    rest = text[match.end("first") :].lstrip(", ")
    if _is_person(match["first"]) and is_name(match["first"]) and not rest[:1].islower():
        return parse_authors(match["first"], closed=False), rest
    return (), text


def _ends_in_outlet(text: str, url: str, year: str) -> Iterator[tuple[str, Container]]:
    """The ways to part "Title. Outlet, date" or "Title, Outlet, date" or "Title | Outlet"."""
    title, container = _split_outlet(text, url, OUTLET_WORD)
    if container.outlet:
        yield title, read_container(text[len(title) :], url=url, year=year)
    # From the last marks only: outlet, place, publisher and date are few parts.
    for mark in list(re.finditer(r"\s[|–—-]\s|,\s", text))[-MAX_PARTS:]:
        part = read_container(text[mark.end() :], url=url, year=year)
        if part.weight >= OUTLET_WORD and text.startswith(part.outlet, mark.end()):
            yield text[: mark.start()], part
            return


def outlet_first(entry: Entry) -> Iterator[Candidate]:
    """Read "BBC News: Title. 3 May 2021": a known outlet opens the entry, and no mark shows the title."""
    match = re.match(r"([^:,.–—|]{2,60}?)\s*[:,.–—|]\s+(?=\S)", entry.text)
    if not match or not find_outlet(match[1]):
        return
    rest = entry.text[match.end() :]
    dates = find_dates(rest)
    title = clean_title(re.sub(r"[\s,(]+$", "", rest[: dates[-1][0]] if dates else rest))
    if 0 < len(title) <= MAX_TITLE_CHARACTERS and not _OPEN.search(rest):
        container = Container(outlet=match[1], published=dates[-1][2] if dates else "")
        score = STOPPED_BASE + 1.0 + (0.5 if dates else 0.0)
        yield Candidate("outlet_first", score, _fields(entry, container, title, (), match[1]))


STYLES: tuple[Callable[[Entry], Iterator[Candidate]], ...] = (quoted, dated, stopped, outlet_first)

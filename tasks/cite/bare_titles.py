"""Works-cited entries whose title stands without marks: APA, bare stops, a known outlet first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tasks.cite.authors import has_given_name, is_body, is_initials, is_name, parse_authors
from tasks.cite.books import split_book, without_edition
from tasks.cite.container import CAPITALS, KNOWN, OUTLET_WORD, Container, outlet_weight, read_container
from tasks.cite.dates import find_dates
from tasks.cite.outlets import find_outlet, outlet_key
from tasks.cite.reading import (
    DATED_BASE,
    MAX_TITLE_CHARACTERS,
    SIGN,
    STOPPED_BASE,
    Candidate,
    Entry,
    clean_title,
    is_person,
    make_fields,
    one_date,
)
from tasks.cite.vocabulary import first_word, split_commas, split_sentences
from tasks.model import Fields

# An outlet's name, or that and its date, holds at most one stop that looks like a sentence's end.
MAX_OUTLET_SENTENCES = 2

# Parts that can follow a title.
MAX_PARTS = 8

# Authors before a date in brackets take more than this only in long lists.
MAX_LEAD_CHARACTERS = 60

# How surely a text lists authors: "Doe, J." can be nothing else, "Doe, Jane" or a ministry hardly,
# and two words with capitals may be anything.
INITIALS, NAMES, PERHAPS = 1.5, 1.0, 0.3

_BRACKET = re.compile(r"\(([^()]{4,60})\)")
_NO_DATE = re.compile(r"(?:n\.\s?d\.?|no date|undated|o\.\s?D\.)")
# Words in a bracket that are no month: "(Harborview: Scholar Press, 2018)" dates no article.
_TOLD = re.compile(r"[^\W\d_]:\s|\b(?:Press|Verlag|Books)\b")
_BARE_YEAR = re.compile(r"(?P<who>[^\d\"“”„«»:]{3,200}?),?\s(?P<year>(?:1[5-9]|20)\d\d)[a-z]?[.:]\s(?=\S)")
# "Roe, Deborah L. Title": the stop of an initial that closes the author as well.
_MIDDLE_INITIAL = re.compile(
    r"[^\W\d_][\w'’-]+, [^\W\da-z_][\w'’-]+ (?:[A-Z]\. ?){1,2}(?=[^\W\da-z_][\w'’]*\s)"
)
_OPENING_MARK = re.compile('(?:^|\\s)[“"„«]')


def _split_outlet(text: str, url: str, least: float, year: str = "") -> tuple[str, Container]:
    """Part "Title. Outlet, date" where the best outlet begins; without one all is title."""
    sentences = split_sentences(text)
    best: tuple[str, Container] = (text, Container())
    for size in range(1, MAX_OUTLET_SENTENCES + 1):
        if size < len(sentences):
            container = read_container(" ".join(sentences[-size:]), url=url, year=year)
            if container.weight >= least and container.weight > best[1].weight:
                best = (" ".join(sentences[:-size]), container)
    return best


def dated(entry: Entry) -> Iterator[Candidate]:
    """A date in brackets after the first part (APA), or a year behind the authors (Harvard)."""
    for bracket in _BRACKET.finditer(entry.text):
        iso = one_date(bracket[1])
        if _TOLD.search(bracket[1]) or (not iso and not _NO_DATE.fullmatch(bracket[1])):
            continue
        who = entry.text[: bracket.start()].strip()
        rest = entry.text[bracket.end() :].strip(" .,:")
        if rest:
            yield from _author_date(entry, who, iso, rest)
            yield from _title_date(entry, who, iso, rest)
        elif who and not people(who):
            title = clean_title(who)
            if title and not split_sentences(who)[1:] and len(title) <= MAX_TITLE_CHARACTERS:
                yield Candidate("title_date", DATED_BASE, Fields(title=title, published=iso, url=entry.url))
        return
    bare = _BARE_YEAR.match(entry.text)
    if bare and people(bare["who"]) >= NAMES and not _OPENING_MARK.match(entry.text, bare.end()):
        yield from _author_date(entry, bare["who"], bare["year"], entry.text[bare.end() :].strip(" .,:"))


def _author_date(entry: Entry, who: str, iso: str, rest: str) -> Iterator[Candidate]:
    """Read an author, a date, then title and outlet."""
    authors = parse_authors(who)
    title, container = _title_and_holder(rest, entry.url, iso[:4])
    score = DATED_BASE + people(who) + container.weight
    if who and not authors:
        # Names that cannot be read are left out, where title and outlet can be.
        if not container.outlet:
            return
        score -= SIGN
    outlet = container.outlet
    if not outlet and outlet_weight(who.strip(" .,"), entry.url) >= OUTLET_WORD:
        authors, outlet = (), who.strip(" .,")
    elif outlet and outlet_key(who.strip(" .,")) == outlet_key(outlet) and not is_person(who):
        authors = ()
    published = container.published if len(container.published) > len(iso) else iso
    container = replace(container, published=published)
    title = clean_title(without_edition(title.rstrip(" .,")) or title)
    if 0 < len(title) <= MAX_TITLE_CHARACTERS:
        yield Candidate("dated", score, make_fields(entry, container, title, authors, outlet))


def _title_and_holder(text: str, url: str, year: str) -> tuple[str, Container]:
    """Part what follows a date into the title and what holds it."""
    title, holder = split_book(text)
    if holder:
        return title, read_container(holder, url=url, year=year)
    return _split_outlet(text, url, CAPITALS, year)


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
    score = DATED_BASE + 2 * container.weight - people(who)
    container = replace(container, published=iso or container.published)
    yield Candidate("title_date", score, make_fields(entry, container, title, (), container.outlet))


def people(text: str) -> float:
    """Return how surely ``text`` lists authors, 0–1.5."""
    tidy = text.strip(" .,")
    parts = split_commas(text)
    if len(parts) > 1 and is_name(parts[0]) and any(is_initials(first_word(part)) for part in parts[1:]):
        return INITIALS
    if not tidy or not parse_authors(text):
        return 0.0
    inverted = len(parts) > 1 and len(parts[0].split()) == 1 and not parts[0].islower()
    if inverted or has_given_name(tidy) or is_body(tidy):
        return NAMES
    return PERHAPS


def stopped(entry: Entry) -> Iterator[Candidate]:
    """A title without marks: "Author. Title. Outlet, date"; only where the outlet is sure."""
    sentences = split_sentences(entry.text)
    authors: tuple[str, ...] = ()
    year = ""
    if turned := _MIDDLE_INITIAL.match(sentences[0] if sentences else ""):
        sentences = [turned[0].strip(), sentences[0][turned.end() :], *sentences[1:]]
    if len(sentences) > 1 and people(sentences[0]) >= NAMES and not find_outlet(sentences[0].rstrip(".")):
        authors = parse_authors(sentences[0])
        sentences = sentences[1:]
        if match := re.fullmatch(r"\(?((?:1[5-9]|20)\d\d)[a-z]?\)?\.?", sentences[0]):
            year, sentences = match[1], sentences[1:]
    if not sentences:
        return
    text = " ".join(sentences)
    for head, container in ends_in_outlet(text, entry.url, year):
        named, title = (authors, head) if authors else _leading_author(head)
        title = clean_title(title)
        if 0 < len(title) <= MAX_TITLE_CHARACTERS:
            score = (
                STOPPED_BASE
                + container.weight
                + (SIGN if named else 0.0)
                + (SIGN if container.published else 0.0)
            )
            yield Candidate("stopped", score, make_fields(entry, container, title, named, container.outlet))


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
    if is_person(match["first"]) and is_name(match["first"]) and not rest[:1].islower():
        return parse_authors(match["first"], closed=False), rest
    return (), text


def ends_in_outlet(text: str, url: str, year: str) -> Iterator[tuple[str, Container]]:
    """Yield the ways to part "Title. Outlet, date" or "Title, Outlet, date" or "Title | Outlet"."""
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
    # A date in brackets before the title is another style's.
    if any(one_date(bracket[1]) for bracket in _BRACKET.finditer(rest, 0, MAX_LEAD_CHARACTERS)):
        return
    dates = find_dates(rest)
    title = clean_title(re.sub(r"[\s,(]+$", "", rest[: dates[-1][0]] if dates else rest))
    if 0 < len(title) <= MAX_TITLE_CHARACTERS and not _OPENING_MARK.search(rest):
        container = Container(outlet=match[1], published=dates[-1][2] if dates else "")
        score = STOPPED_BASE + KNOWN + (SIGN if dates else 0.0)
        yield Candidate("outlet_first", score, make_fields(entry, container, title, (), match[1]))

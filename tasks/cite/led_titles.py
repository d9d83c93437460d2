"""Works-cited entries that a name leads with a colon or a comma: German papers, notes on books, medicine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.cite.authors import has_given_name, is_initials, parse_authors
from tasks.cite.bare_titles import ends_in_outlet, people
from tasks.cite.books import is_publisher, split_book, split_place, without_edition
from tasks.cite.container import OUTLET_WORD, Container, read_container
from tasks.cite.outlets import find_outlet
from tasks.cite.reading import (
    MAX_TITLE_CHARACTERS,
    SIGN,
    STOPPED_BASE,
    Candidate,
    Entry,
    clean_title,
    make_fields,
)
from tasks.cite.vocabulary import split_commas, split_sentences

_COLON = re.compile(r"(?P<who>[^:“”\"„«»()]{2,200}?):\s+(?=[^\s“”\"„«])")
_NOTE = re.compile(
    r"(?P<who>[^“”\"„«»():]{4,120}?),\s(?P<title>[^“”\"„«»()]{2,300}?)\s"
    r"\((?P<holder>(?:[^():]{2,60}:\s)?[^():]{2,80}),\s(?P<year>(?:1[5-9]|20)\d\d)\)"
)
_MEDICAL = re.compile(
    r"(?P<who>(?:[^\W\da-z_][\w'’-]+(?: [\w'’-]+){0,2} [A-Z]{1,3},\s){0,60}"
    r"[^\W\da-z_][\w'’-]+(?: [\w'’-]+){0,2} [A-Z]{1,3}(?:, et al)?)\.\s(?=\S)"
)
# "2019;12(3):145-67": how medical journals print year, volume and pages.
_VOLUME = re.compile(r"(?<=[.\s])(?P<year>(?:1[5-9]|20)\d\d)(?:\s[A-Z][a-z]{2}(?:\s\d{1,2})?)?\s?;\s?\d")


def led_by_colon(entry: Entry) -> Iterator[Candidate]:
    """Read "Weber, Anna: Title. In: Outlet, date" and "dpa: Title. Outlet, date"."""
    match = _COLON.match(entry.text)
    if not match:
        return
    who, rest = match["who"], entry.text[match.end() :]
    title, holder = split_book(rest)
    if not _leads(who, told=bool(holder)):
        return
    ways = [(title, read_container(holder, url=entry.url))] if holder else ends_in_outlet(rest, entry.url, "")
    yield from _candidates(entry, "colon", parse_authors(who), ways)


def _leads(who: str, *, told: bool) -> bool:
    """Whether a colon behind ``who`` parts an author from a title; "Trump: I won" is all title.

    ``told`` says that "In:" or the like stands behind the title, as in the styles that set such a colon.
    """
    outlet = find_outlet(who)
    if outlet:
        return outlet.kind == "agency"
    # "Aho, A. V. Compilers: Principles": the colon stands in the title.
    if len(split_sentences(who)) > 1:
        return False
    parts = split_commas(who)
    turned = len(parts) > 1 and (has_given_name(parts[1]) or is_initials(parts[1].split()[0]))
    return people(who) > 0 and (turned or told)


def book_note(entry: Entry) -> Iterator[Candidate]:
    """Read "Jane Doe, Title (Place: Publisher, year), page"."""
    match = _NOTE.match(entry.text)
    if not match:
        return
    publisher = split_place(match["holder"]) or match["holder"].split(": ")[-1]
    # "Jane Doe, Title (The Post, 2018)": a bracket without place holds a book only at a publisher.
    if ": " not in match["holder"] and not is_publisher(publisher):
        return
    container = Container(publisher, "", match["year"], OUTLET_WORD + SIGN * is_publisher(publisher))
    authors = parse_authors(match["who"], closed=False)
    yield from _candidates(entry, "note", authors, [(match["title"], container)])


def medical(entry: Entry) -> Iterator[Candidate]:
    """Read "Okafor N, Roe TJ. Title. J Outlet. 2019;12(3):145-67." and the same with a paper."""
    match = _MEDICAL.match(entry.text)
    if not match:
        return
    rest = entry.text[match.end() :]
    volume = _VOLUME.search(rest)
    sentences = split_sentences(rest[: volume.start()]) if volume else []
    if volume and len(sentences) > 1:
        container = Container(sentences[-1].strip(" .,"), "", volume["year"], OUTLET_WORD)
        ways = iter([(" ".join(sentences[:-1]), container)])
    else:
        ways = ends_in_outlet(rest, entry.url, "")
    yield from _candidates(entry, "medical", parse_authors(match["who"]), ways)


def _candidates(
    entry: Entry,
    style: str,
    authors: tuple[str, ...],
    ways: Iterator[tuple[str, Container]] | list[tuple[str, Container]],
) -> Iterator[Candidate]:
    for head, container in ways:
        title = clean_title(without_edition(head.rstrip(" .,")) or head)
        if authors and container.outlet and 0 < len(title) <= MAX_TITLE_CHARACTERS:
            dated = SIGN if container.published else 0.0
            # The name that leads is a sign, and so is that it could be read as one.
            score = STOPPED_BASE + container.weight + 2 * SIGN + dated
            yield Candidate(style, score, make_fields(entry, container, title, authors, container.outlet))

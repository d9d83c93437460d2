"""Articles that cite: opinion around claims, with markers and a works-cited list in several styles."""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.pages import Story, news_page
from benchmarks.words import Slots, opinion, patterns, phrase

# Sentences of opinion before and after a claim; a paragraph without one has the sum of both.
OPINION = (1, 3)

# Mostly web pages; the rest as a writer hands them in.
FORMS = ("html",) * 8 + ("md", "txt")

HEADINGS = ("Works Cited", "References", "Sources", "Bibliography")

# Entries with an address; the others must be found by title, outlet and date.
URL_SHARE = 0.7

MONTHS = ["Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]


@dataclass(frozen=True, slots=True)
class Cited:
    """A claim and the labels that it is printed with."""

    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What an entry of the list says; ``published`` is an ISO date."""

    author: str
    title: str
    outlet: str
    published: str
    url: str


@dataclass(frozen=True, slots=True)
class Essay:
    """An article before it is written out. ``weight`` is its page's size in characters."""

    name: str
    story: Story
    claims: tuple[Cited, ...]
    references: tuple[Reference, ...]
    paragraphs: int
    weight: int


def parentheses(labels: Sequence[str]) -> str:
    """(1) or (1, 2), before the full stop's end."""
    return f" ({', '.join(labels)})"


def brackets(labels: Sequence[str]) -> str:
    """[1] or [1, 2]."""
    return f" [{', '.join(labels)}]"


def chained(labels: Sequence[str]) -> str:
    """[1] or [1][2]."""
    return " " + "".join(f"[{label}]" for label in labels)


def superscript(labels: Sequence[str]) -> str:
    """A raised number, as web pages have it."""
    return f"<sup>{','.join(labels)}</sup>"


MARKERS = (parentheses, brackets, chained)


def mla(one: Reference) -> str:
    """Family, Given. “Title.” Outlet, day month year, address."""
    given, family = one.author.split()
    day = date.fromisoformat(one.published)
    printed = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{family}, {given}. “{one.title}.” {one.outlet}, {printed}" + (
        f", {one.url}." if one.url else "."
    )


def apa(one: Reference) -> str:
    """Family, G. (year, month day). Title. Outlet. Address."""
    given, family = one.author.split()
    day = date.fromisoformat(one.published)
    return f"{family}, {given[0]}. ({day:%Y, %B} {day.day}). {one.title}. {one.outlet}. {one.url}".rstrip()


def outlet_first(one: Reference) -> str:
    """Outlet. “Title.” Day month year. Address."""
    day = date.fromisoformat(one.published)
    return f"{one.outlet}. “{one.title}.” {day.day} {day:%B %Y}. {one.url}".rstrip()


def render(essay: Essay, chance: random.Random) -> tuple[str, str]:
    """Return the file's name and text, in a form and styles drawn by ``chance``."""
    form = chance.choice(FORMS)
    markers = (*MARKERS, superscript) if form == "html" else MARKERS
    paragraphs = _paragraphs(essay, chance.choice(markers), form, chance)
    style = chance.choice((mla, apa, outlet_first))
    entries = [style(_shown(one, chance)) for one in essay.references]
    heading = chance.choice(HEADINGS)
    if form == "html":
        return f"{essay.name}.html", _page(essay, paragraphs, heading, entries, chance)
    title = f"# {essay.story.title}" if form == "md" else essay.story.title
    listed = "\n".join(f"{number}. {entry}" for number, entry in enumerate(entries, 1))
    heading = f"## {heading}" if form == "md" else heading
    return f"{essay.name}.{form}", "\n\n".join([title, *paragraphs, heading, listed]) + "\n"


def _shown(one: Reference, chance: random.Random) -> Reference:
    url = one.url if chance.random() < URL_SHARE else ""
    return Reference(one.author, one.title, one.outlet, one.published, url)


def _paragraphs(
    essay: Essay, marker: Callable[[Sequence[str]], str], form: str, chance: random.Random
) -> list[str]:
    """Return the paragraphs; claims stand in as many of them as there are, in order."""
    places = sorted(chance.sample(range(essay.paragraphs), len(essay.claims)))
    claims = dict(zip(places, essay.claims, strict=True))
    made = []
    for place in range(essay.paragraphs):
        before = [opinion(chance) for _ in range(chance.randint(*OPINION))]
        after = [opinion(chance) for _ in range(chance.randint(*OPINION))]
        if place in claims:
            before.append(_sentence(claims[place], marker, form))
        made.append(" ".join([*before, *after]))
    return made


def _sentence(claim: Cited, marker: Callable[[Sequence[str]], str], form: str) -> str:
    text = html.escape(claim.text, quote=False) if form == "html" else claim.text
    if marker is superscript:
        return text + marker(claim.labels)
    return f"{text[:-1]}{marker(claim.labels)}."


def _page(
    essay: Essay, paragraphs: Sequence[str], heading: str, entries: Sequence[str], chance: random.Random
) -> str:
    text = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    listed = "".join(f"<li>{html.escape(entry, quote=False)}</li>" for entry in entries)
    body = f"{text}\n<h2>{heading}</h2>\n<ol>{listed}</ol>"
    teasers = [phrase(pattern, Slots(chance, {})) for pattern in patterns()["opinion"]["headlines"]]
    return news_page(essay.story, body, teasers, [], essay.weight, chance)

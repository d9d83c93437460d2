"""What holds the cited text: the outlet, its publisher and the date, from the part after the title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.cite.books import (
    SHORTENED,
    enter,
    is_genre,
    is_publisher,
    split_place,
    without_credits,
    without_places,
)
from tasks.cite.dates import find_dates
from tasks.cite.outlets import find_outlet, fold_name
from tasks.cite.vocabulary import (
    ends_in_abbreviation,
    first_word,
    phrases,
    split_commas,
    split_sentences,
    words,
)

# Longer than any outlet's name; what exceeds it is prose.
MAX_OUTLET_CHARACTERS = 90
MAX_OUTLET_WORDS = 10

# Weights of the evidence that a text is an outlet's name, 0–1: only their order and the thresholds
# that styles set between them matter.
KNOWN, SAME_DOMAIN, DOMAIN_LIKE, OUTLET_WORD, CAPITALS, UNLIKELY = 1.0, 0.9, 0.85, 0.8, 0.5, 0.2

# "last modified on (" and the like are no longer than this, in characters.
ADVERB_REACH = 40

# At least so many letters of a name and a host must agree; shorter ones agree by chance.
MIN_SAME_LETTERS = 3

# In lower case where they are short: "Euronews DE" keeps its end.
_ADVERB = re.compile(
    r"[\s,.;:(|-]*\b(?:[Ll]ast |[Ff]irst )?"
    r"(?:on|[Pp]ublished|[Uu]pdated|[Pp]osted|[Mm]odified|[Dd]ated|vom|am|le|del?|edition of)?"
    r"(?: on)?[\s,.;:(|-]*$"
)
_OPENING = re.compile(r"^[\s.,;:)\]»”\"'’–—-]+")
# "4 (2)", "93(" behind a name, and a number behind a journal's name where pages are told as well.
_ISSUE = re.compile(r"[,\s]+\d{1,4}\s?\(\s?(?:\d[^()]*\)?)?$")
_BRACKETED = re.compile(r"\s*(?:\[[^\[\]]*\]|\([^()]*\d[^()]*\))$")
# A page of a newspaper's part: "A3", "B1+".
_SHEET = re.compile(r"[A-Z]{1,2}\d{1,3}\+?")
_VOLUME = re.compile(r"(?:,|\s)+(?:vol\.?\s*)?\d+(?:\s*[(,.:/].*|\s+\d+\s?[-–]\s?\d+)?$", re.IGNORECASE)
_PAGES = re.compile(r"\b(?:pp?|vol|no)\.|\bS\. ?\d|(?<!\d)\d{1,5}\s?[-–]\s?\d")
# "Ouest-France avec AFP": with whose help, not where.
_WITH = re.compile(r"\s(?:with|mit|avec|con)\s")


@dataclass(frozen=True, slots=True)
class Container:
    """The outlet with its weight (0–1, how sure it is that this is one), the publisher and the date."""

    outlet: str = ""
    publisher: str = ""
    published: str = ""
    weight: float = 0.0


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold_name(text))


def _same_domain(name: str, url: str) -> bool:
    """Whether the host of ``url`` is made of the letters of ``name`` ("Literary Hub", lithub.com not)."""
    host = re.sub(r"^https?://(?:www\d?\.)?", "", url).split("/")[0].lower()
    letters, labels = _letters(name), _letters(host.rsplit(".", 1)[0])
    if len(letters) < MIN_SAME_LETTERS or not labels:
        return False
    return letters in labels or any(
        len(label) > MIN_SAME_LETTERS and label in letters for label in host.split(".")[:-1]
    )


def outlet_weight(name: str, url: str = "") -> float:
    """Return how sure it is, 0–1, that ``name`` is an outlet's; ``url`` is the entry's address."""
    parts = name.split()
    if not parts or len(name) > MAX_OUTLET_CHARACTERS or len(parts) > MAX_OUTLET_WORDS:
        return 0.0
    if find_outlet(name):
        return KNOWN
    if url and _same_domain(name, url):
        return SAME_DOMAIN
    return DOMAIN_LIKE if re.fullmatch(r"[\w.-]+\.[a-z]{2,10}", name) else _look(name, parts)


def _look(name: str, parts: list[str]) -> float:
    """The weight of a name that neither the table nor the address knows, by its words and capitals."""
    if re.search(r"[?!“”\"«»]", name) or not any(character.isalpha() for character in name):
        return 0.0
    # A bracket that only opens: the outlet's end was not found.
    if name.count("(") != name.count(")"):
        return 0.0
    # "New York: Scholar Press" is a publisher with its place.
    if "Univ" in name or re.search(r"\w: ", name):
        return UNLIKELY
    telling = any(word.strip(".,()'").lower() in words("outlet") - words("small") for word in parts)
    content = [word for word in parts if word.lower() not in words("small")]
    capital = sum(not word[0].islower() for word in content)
    # "Twin City observer": half in capitals is enough beside a word that outlets are named by.
    if telling and capital * 2 >= len(content):
        return OUTLET_WORD
    return CAPITALS if content and capital == len(content) else UNLIKELY


def _date(text: str, year: str) -> tuple[str, int, int]:
    """The publication date in ``text`` and its span; ``year`` is known from elsewhere or ""."""
    found = find_dates(text, yearless=True)
    full = [date for date in found if not date[2].startswith("--")]
    exact = [date for date in full if "-" in date[2]]
    if exact or full:
        start, end, iso = (exact or full)[0]
        return iso, start, end
    if found and year:
        start, end, iso = found[0]
        return year + iso[1:], start, end
    # "January 2016" in two places: the month alone beside a year known from before.
    month = re.search(r"(?:^|[,.]\s+)([^\W\d_]{3,10}\.?)\W*$", text) if year else None
    joined = find_dates(f"{month[1]} {year}") if month else []
    if month and joined and "-" in joined[0][2]:
        return joined[0][2], month.start(1), month.end(1)
    return year, len(text), len(text)


def _without_adverb(text: str) -> str:
    """``text`` without "published on" and the like at its end, where its date began."""
    near = max(0, len(text) - ADVERB_REACH)
    return text[:near] + _ADVERB.sub("", text[near:])


def _is_detail(part: str) -> bool:
    """Whether ``part`` is a volume, a page, a medium: neither outlet nor publisher."""
    first = first_word(part).lower().strip("()[]:")
    if len(part) == 1 or not any(character.isalpha() for character in part):
        return True
    if first in words("detail") or first.rstrip(".") in words("detail"):
        return True
    return (bool(_SHEET.fullmatch(part)) and not find_outlet(part)) or is_genre(part)


def _named_parts(head: str, *, is_journal: bool) -> list[str]:
    sentences = split_sentences(without_credits(head))
    if is_journal:
        sentences = _joined(sentences)
    # "New York: Scholar Press": the place is no part of the publisher's name.
    placed = [split_place(sentence.rstrip(".")) or sentence for sentence in sentences]
    parts = [_tidy(part) for sentence in placed for part in split_commas(sentence)]
    kept = [part for part in without_places(parts) if part and not _is_detail(part)]
    half = len(kept) // 2
    # EasyBib prints the outlet twice, as website and as publisher.
    if half and len(kept) % 2 == 0 and kept[:half] == kept[half:]:
        return [", ".join(kept[:half])]
    return kept


def _joined(sentences: list[str]) -> list[str]:
    """``sentences`` with the pieces of a journal's shortened name put together: "J. Marit." "Labor"."""
    joined: list[str] = []
    for sentence in sentences:
        if joined and SHORTENED.fullmatch(joined[-1]) and not find_outlet(joined[-1].rstrip(".")):
            joined[-1] += f" {sentence}"
        else:
            joined.append(sentence)
    return joined


def _tidy(part: str) -> str:
    tidy = part.strip(" ,;:|")
    shortened = " " in tidy and SHORTENED.fullmatch(tidy)
    if tidy.endswith(".") and not shortened and not ends_in_abbreviation(tidy[:-1]):
        tidy = tidy[:-1]
    return _BRACKETED.sub("", tidy).strip(" *_")


def read_container(text: str, *, url: str = "", year: str = "") -> Container:
    """Read what follows a title: outlet, publisher, date, in this order or with the date first.

    ``year`` is the year where a style prints it before the title; ``url`` helps to know the outlet.
    """
    tidy = enter(_OPENING.sub("", text.strip()))
    published, start, end = _date(tidy, year)
    head, tail = _without_adverb(tidy[:start]), tidy[end:]
    is_journal = bool(_PAGES.search(head + tail))
    parts = _named_parts(head, is_journal=is_journal)
    parts = parts or _named_parts(enter(_OPENING.sub("", tail)), is_journal=is_journal)[:1]
    if not parts:
        return Container(published=published)
    outlet = _outlet(parts, is_journal)
    others = [part for part in parts if fold_name(part) not in {fold_name(outlet), *_before(parts, outlet)}]
    publisher = next((part for part in others if not part[0].islower()), "")
    weight = outlet_weight(outlet, url)
    if weight and (is_publisher(outlet) or split_place(head)):
        weight = max(weight, OUTLET_WORD)
    return Container(outlet, publisher, published, weight)


def _before(parts: list[str], outlet: str) -> set[str]:
    """The parts before ``outlet``, folded: sections of a paper, not its publisher."""
    return {fold_name(part) for part in parts[: parts.index(outlet)]} if outlet in parts else set()


def _outlet(parts: list[str], is_journal: bool) -> str:
    """The part that names the outlet: the first, or a known one behind a section ("Opinion")."""
    parts[0] = _ISSUE.sub("", parts[0]) or parts[0]
    if is_journal and not find_outlet(parts[0]):
        # With pages, a number behind the name is a volume: "Environmental Ethics 22".
        parts[0] = _VOLUME.sub("", parts[0]) or parts[0]
    helped = _WITH.split(parts[0], maxsplit=1)
    if len(helped) > 1 and find_outlet(helped[0]):
        parts[0] = helped[0]
    known = next((part for part in parts if find_outlet(part)), "")
    agency = find_outlet(known)
    # "Port Gazette. Associated Press.": an agency behind a name that looks like an outlet's is its source.
    is_source = agency is not None and agency.kind == "agency" and known != parts[0]
    if is_source and parts[0].casefold() not in phrases("section") and outlet_weight(parts[0]) >= CAPITALS:
        return parts[0]
    return known or parts[0]

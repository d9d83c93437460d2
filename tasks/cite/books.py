"""What holds a text that is no article of the press: an edited book, its place and publisher, a thesis.

These forms are read so that their words are not taken for a title, an outlet or an author.
"""

from __future__ import annotations

import re
from functools import cache

from tasks.cite.authors import parse_authors
from tasks.cite.outlets import find_outlet
from tasks.cite.vocabulary import either, phrases, split_sentences, words

# A list of editors is no longer, in characters.
MAX_EDITORS = 150

_EDITORS = re.compile(
    rf"(?P<names>[^:“”\"()]{{3,{MAX_EDITORS}}}?)[,\s]*\(?\b(?:[Ee]ds?|ed|[Ee]ditors?|Hrsg|Hg|éds?|dirs?|coords?)\b"
    r"\.?\)?[:,.]*\s+(?=\S)"
)
_EDITORS_ASIDE = re.compile(
    r"\s*\((?:(?:[Ee]ds?\b\.?|Hrsg\.|[Ee]dited by)\s[^()]*|[^()]{3,150}[\s,](?:[Ee]ds?|Hrsg)\.)\)\s?"
)
_REPORT = re.compile(r"\bTech(?:nical|\.)\s(?:[Rr]eport|[Rr]ep\.)(?:\s(?:No\.\s)?[\w-]*\d[\w/-]*)?")
_ORDINAL = re.compile(
    r"(?:[\w.]+\s)?(?:special\s)?(?:edition|issue|aufl(?:age)?\.?|éd(?:ition)?\.?)", re.IGNORECASE
)
_NAME = r"(?:[^\W\da-z_][\w.'’-]*\s){1,4}?[^\W\da-z_][\w'’-]*"
# "Trans. Nicholas Rand.", "edited by Tomas Lindqvist and P. Roe,": who else worked on it.
_CREDIT = re.compile(
    rf"(?:^|(?<=[.,;]\s))(?:(?:[Tt]rans|Eds?|[Üü]bers|[Tt]rad)\.(?:\sby)?"
    r"|(?:[Tt]ranslated|[Ee]dited|[Üü]bersetzt|[Tt]raduit|[Tt]raducido)\s(?:by|von|par|por))\s"
    rf"{_NAME}(?:,?\s(?:and|und|et|y|&)\s{_NAME})?[.,]\s?"
)
_IN = re.compile(r"(?:[Ii]n:|in|In)\s+(?=[^\W\da-z_]|\d{4}\s)")
_PROCEEDINGS = re.compile(
    r"\b(?:Proceedings|Proc\.|Conference|Symposium|Workshop|Kongress|Tagungsband|Actes)\b"
)
_INNER_IN = re.compile(r"[.,]\s+(?:[Ii]n:\s|in\s)(?=[^\W\da-z_])")
_PAGES = re.compile(r"\bpp?\.\s?\d|\bpages?\s\d|,\s\d{1,5}\s?[-–]\s?\d{1,5}\b")
# "Phys. Rev. Lett.": words of a journal's name, cut short.
SHORTENED = re.compile(r"(?:(?:[^\W\d_][\w-]{0,8}\.)\s?)+")
_PLACED = re.compile(
    r"\(?(?P<place>[^\W\d_][\w.’'-]*(?:[ -][\w.’'-]+){0,3}(?:[,;] [^\W\d_][\w. ]{1,20}){0,2})\s?:\s"
    r"(?P<publisher>[^\W\da-z_][^:]{1,80})$"
)
_STATE = re.compile(r"[A-Z]{2}|D\.\s?C\.?|[A-Z][a-z]{2,4}\.|N\.\s?[JYHC]\.?")
_EDITION = re.compile(
    r"\s*[(\[](?:\d{1,2}(?:st|nd|rd|th|\.|e|ª|a)?\s)?(?:(?:rev|revised|new|überarb)\.?\s)?"
    r"(?:ed|edition|aufl|auflage|éd|édition|edición)\b\.?[)\]]$",
    re.IGNORECASE,
)
_MEDIUM = re.compile(
    r"\s*\[(?:video|audio|podcast|film|motion picture|photograph|infographic|interactive|blog post"
    r"|web log post|tweet|editorial|letter|opinion|op-ed|transcript|broadcast|press release)[^\[\]]{0,30}\]$",
    re.IGNORECASE,
)


@cache
def _genre() -> re.Pattern[str]:
    return re.compile(rf"[\[(]?(?:(?:{either('genre')})(?!\w)|arxiv:)", re.IGNORECASE)


def is_genre(part: str) -> bool:
    """Whether ``part`` names a kind of writing ("PhD thesis", "[Video]"): neither outlet nor publisher."""
    if _ORDINAL.fullmatch(part):
        return True
    return bool(_genre().match(part)) or bool(re.fullmatch(r"\[[^\[\]]*\]|\([^()]*\)", part))


def without_edition(title: str) -> str:
    """Return ``title`` without "(2nd ed.)", "[Video]" and the like at its end."""
    return _MEDIUM.sub("", _EDITION.sub("", title))


def without_credits(text: str) -> str:
    """Return ``text`` without those who translated or edited it."""
    return _CREDIT.sub("", _REPORT.sub("", _EDITORS_ASIDE.sub("", text)))


def enter(text: str) -> str:
    """Return what "In: A. Roe (Ed.), …" or "in The Post" leads to; ``text`` where it leads nowhere.

    "In These Times, 3 May" keeps its first word: only a sign of a book, a colon or a known outlet
    shows that the word in capitals is none of a name.
    """
    if not (match := _IN.match(text)):
        return text
    rest = text[match.end() :]
    editors = _EDITORS.match(rest)
    if editors and parse_authors(editors["names"], closed=False):
        return rest[editors.end() :]
    told = match[0].strip() != "In" or _PAGES.search(rest) or _PROCEEDINGS.search(rest)
    return rest if told or find_outlet(re.split(r"[,.(\[]", rest, maxsplit=1)[0].strip()) else text


def split_place(text: str) -> str:
    """Return the publisher of "New York: Scholar Press", or "" where ``text`` is not place and publisher."""
    match = _PLACED.match(text.strip(" ,;)"))
    if not match:
        return ""
    head, _, tail = match["place"].partition(",")
    is_place = re.split(r"\s?;", head, maxsplit=1)[0].casefold() in phrases("place")
    # "BBC News: Europe"; but "New York" is a magazine and, before a colon, a place.
    if find_outlet(match["place"]) and not is_place:
        return ""
    known = is_place or bool(_STATE.fullmatch(tail.strip()))
    return match["publisher"].strip(" .,") if known or is_publisher(match["publisher"]) else ""


def is_publisher(name: str) -> bool:
    """Whether a word of ``name`` is one that publishers of books are named by."""
    parts = name.replace(",", " ").split()
    return any(part.strip(".()").lower() in words("publisher") for part in parts) and parts[0][0].isupper()


def without_places(parts: list[str]) -> list[str]:
    """Return ``parts`` without those that say where a publisher sits: "New York", "Banff, AB"."""
    kept: list[str] = []
    skip = False
    for number, part in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else ""
        alone = len(parts) == 1 and find_outlet(part)
        is_place = re.split(r"\s?;", part.strip("."))[0].casefold() in phrases("place") and not alone
        state = bool(_STATE.fullmatch(following)) and len(part.split()) <= 3 and not find_outlet(part)
        if not (is_place or state or skip):
            kept.append(part)
        skip = state
    return kept


def split_book(text: str) -> tuple[str, str]:
    """Part "Title. In A. Roe (Ed.), Book" and "Title. Place: Publisher" into title and holder.

    The holder is "" where nothing shows a book, a thesis or the pages of a journal.
    """
    sentences = split_sentences(text)
    for number in range(1, len(sentences)):
        sentence = sentences[number]
        rest = " ".join(sentences[number:])
        opens = _IN.match(sentence) and enter(rest) != rest
        if (
            opens
            or is_genre(sentence)
            or split_place(sentence.rstrip("."))
            or _PAGES.search(sentence)
            or (_PROCEEDINGS.match(sentence) or sentence.startswith("Paper presented"))
        ):
            first = number
            while first > 1 and (sentences[first][0].isdigit() or SHORTENED.fullmatch(sentences[first - 1])):
                first -= 1
            return " ".join(sentences[:first]), " ".join(sentences[first:])
    for match in _INNER_IN.finditer(text):
        held = text[match.start() + 1 :].lstrip()
        colon = match[0].rstrip().endswith(":")
        editors = _EDITORS.match(_IN.sub("", held, count=1))
        if colon or (editors and parse_authors(editors["names"], closed=False)):
            return text[: match.start()], held
    return text, ""

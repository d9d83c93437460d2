"""Find citation markers in prose: ``(1)``, ``[2]``, ``[1, 3]``, ``[2–4]``, superscripts, ``¹ ²⁻⁴``, ``[^1]``.

Shapes are found first; then the style that the article uses for its known labels decides which of them
are markers. Exponents, enumerations, ages and the numbers of articles and figures are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tasks.cite.cues import every, number_words
from tasks.cite.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from tasks.model import Mark

Style = Literal["bracket", "paren", "superscript", "caret", "hyperlink", "address"]

# A wider range than this is a span of years, pages or scores, not a list of sources.
MAX_RANGE = 50
# "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]" has 55 characters.
MAX_MARKER_CHARACTERS = 80
# A number in round brackets without entry is taken for a marker only this near beyond the last label;
# further off it is an age, a score or an amount.
MAX_DANGLING_DISTANCE = 10
# Without any list, one number in brackets shows no citing style; two different ones do.
MIN_LABELS_WITHOUT_LIST = 2
# What the two sides of a shape are judged by.
SIDE_CHARACTERS = 30

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NUMBER = r"\d{1,3}(?!\d)"
_NUMBERS = rf"{_NUMBER}(?:\s?[-–—,;&]\s?{_NUMBER}|\s(?:and|und|et|y)\s{_NUMBER}){{0,40}}"
# "[2, p. 15]" names a page of source 2.
_PAGE = r"(?:[,:]\s?(?:pp?|S)\.\s?\d{1,4}(?:[-–]\d{1,4})?)?"
_SHAPE = re.compile(
    rf"\[\s?(?P<bracket>{_NUMBERS}){_PAGE}\s?\]|\(\s?(?P<paren>{_NUMBERS}){_PAGE}\s?\)"
    rf"|\[\^(?P<caret>[^\]\s\[^]{{1,40}})\]"
    rf"|(?P<superscript>[⁰¹²³⁴-⁹]{{1,3}}(?:[,⁻–-][⁰¹²³⁴-⁹]{{1,3}}){{0,20}})"
)
_RAISED = re.compile(rf"\s?{_NUMBERS}\s?\Z")
_ITEM = re.compile(r"(\d+)(?:\s?[-–—]\s?(\d+))?")
_CLAUSE_END = re.compile(r"\s?(?:[.,;:!?…)\]”’»\"'—–\[(]|[⁰¹²³⁴-⁹]|\n|\Z)")
_UNIT = re.compile(r"(?:^|[\s\d(/])(?:[kcmdµn]?m|ft|mi|yd|in|mc|[a-zR])$")
_LETTER = re.compile(r"[^\W\d_]")
_LAST_WORD = re.compile(r"([^\W\d_]+|§)[^\w§]{0,3}(\d{1,4}[a-z]?)?\s?$")
_SENTENCE_END = re.compile(r"\s?(?:[.!?…][\s\"”»’)\]]|[.!?…]?\Z|\n)")
# "f(2)", "a[1]", "230(c)(1)": notation, set close to a single small letter; "World War I[1]" is none.
_NOTATION = re.compile(r"(?:(?:^|[^\w'’.])[a-z]|\([a-z]\))$")
# "(1) 202 555": further groups of digits.
_MORE_DIGITS = re.compile(r" \d{2,4}[ .-]\d")
_OPERATOR = re.compile(r"\s?[+=×÷<>±]")
_CAPITAL = re.compile(r"(?<!\w)(?=[^\W\da-z_])")
_NAME = re.compile(r"(?P<first>[^\W\da-z_][^\W\d_]+)(?:\s[^\W\da-z_][\w'’.-]*){0,2}\s$")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker at ``start``–``end``: the ``labels`` it names, ranges expanded, and where it links to."""

    start: int
    end: int
    text: str
    labels: tuple[str, ...]
    target: str
    style: Style


def find_markers(
    text: str,
    marks: Sequence[Mark],
    labels: Collection[str],
    spans: Iterable[tuple[int, int]] | None = None,
) -> list[Marker]:
    """Return the citation markers of ``text`` in order.

    ``labels`` are those of the list's entries. Only the prose at ``spans`` is read; all of it when None.
    A marker's ``labels`` may name one that no entry has: it dangles.
    """
    regions = [(0, len(text))] if spans is None else sorted(spans)
    raised = [mark for mark in marks if mark.kind == "superscript" or mark.target.startswith("#")]
    shapes = list(_shapes(text, regions, raised, labels))
    shapes = _without_enumerations(text, [shape for shape in shapes if _may_cite(text, shape, regions)])
    shapes = _without_ages(text, shapes, labels)
    return _with_targets(_of_the_style(text, shapes, labels), marks)


def _shapes(
    text: str, regions: list[tuple[int, int]], raised: list[Mark], labels: Collection[str]
) -> Iterator[Marker]:
    """Yield everything that is shaped like a marker, in order and without overlap."""
    taken = [m for m in raised if _RAISED.match(text[m.start : min(m.end, m.start + MAX_MARKER_CHARACTERS)])]
    found = [(m.start, m.end, text[m.start : m.end], "superscript") for m in taken]
    for start, end in regions:
        found += [
            (m.start(), m.end(), m[m.lastgroup or 0], m.lastgroup or "")
            for m in _SHAPE.finditer(text, start, end)
        ]
    starts = [start for start, _ in regions]
    last = 0
    for start, end, inner, style in sorted(found, key=lambda item: (item[0], -item[1])):
        region = bisect_right(starts, start) - 1
        numbers = (inner,) if style == "caret" else expand(inner, labels, raised=style == "superscript")
        if start >= last and numbers and region >= 0 and end <= regions[region][1]:
            last = end
            yield Marker(start, end, text[start:end], numbers, "", style)  # type: ignore[arg-type]


def expand(inner: str, labels: Collection[str] = (), *, raised: bool = False) -> tuple[str, ...]:
    """Return the labels that "1, 3" or "2–4" names, in order and once each; () where it is no such list.

    Where the digits are ``raised``, "¹²" names 12, or 1 and 2 if the list has those and no twelfth entry.
    """
    plain = inner.translate(_SUPERSCRIPTS)
    if raised and plain.isdecimal() and plain not in labels and all(digit in labels for digit in plain):
        return tuple(dict.fromkeys(plain))
    numbers: dict[str, None] = {}
    for item in _ITEM.finditer(plain):
        first, last = int(item[1]), int(item[2] or item[1])
        if not 0 <= last - first <= MAX_RANGE or (first == 0 and "0" not in labels):
            return ()
        numbers.update(dict.fromkeys(map(str, range(first, last + 1))))
    return tuple(numbers)


def _may_cite(text: str, shape: Marker, regions: list[tuple[int, int]]) -> bool:
    """Return whether what stands around ``shape`` allows it to be a marker."""
    region = regions[bisect_right(regions, (shape.start, len(text))) - 1]
    before = text[max(region[0], shape.start - SIDE_CHARACTERS) : shape.start]
    after = text[shape.end : min(region[1], shape.end + SIDE_CHARACTERS)]
    if shape.start - region[0] < SIDE_CHARACTERS and not _LETTER.search(before):
        # At the head of a block a number counts items, unless the markers are all there is.
        return not _LETTER.search(text, shape.end, region[1])
    if shape.style == "superscript":
        return not _is_exponent(before, after, shape)
    if shape.style in ("bracket", "paren") and _NOTATION.search(before):
        return False
    return shape.style != "paren" or not (_is_numbering(before, after, shape) or _is_term(before, after))


def _is_term(before: str, after: str) -> bool:
    """Return whether "(1)" is a term of a sum, or the first digits of a longer number: "(1) 202 555"."""
    if _OPERATOR.match(after) or _OPERATOR.fullmatch(before.rstrip()[-1:]):
        return True
    return bool(_MORE_DIGITS.match(after)) and not before.rstrip().endswith((".", "!", "?", "”", '"'))


def _without_ages(text: str, shapes: list[Marker], labels: Collection[str]) -> list[Marker]:
    """Leave out what may be a person's age, but for what nothing else in the text points to.

    An entry that only "James Miller (1)" cites is cited there; a given name alone, "Tommy (2)", is nobody's.
    """
    names = [_person(text, shape) for shape in shapes]
    pointed = {label for shape, name in zip(shapes, names, strict=True) if not name for label in shape.labels}
    needed = set(labels) - pointed
    return [
        shape
        for shape, name in zip(shapes, names, strict=True)
        if not name or (" " in name and needed.issuperset(shape.labels))
    ]


def _person(text: str, shape: Marker) -> str:
    """Return the person's name that "(4)" goes on with inside a clause, "Anna Roe (4) was rescued", or ""."""
    before = text[max(0, shape.start - SIDE_CHARACTERS) : shape.start]
    if shape.style != "paren" or not re.match(r" [^\W\d_]", text[shape.end : shape.end + 2]):
        return ""
    window = before[before.rfind(". ") + 1 :]
    names = (_NAME.match(window, start.start()) for start in _CAPITAL.finditer(window))
    return next((name[0].strip() for name in names if name and name["first"].lower() in words("given")), "")


def _is_exponent(before: str, after: str, shape: Marker) -> bool:
    power = shape.text.translate(_SUPERSCRIPTS).strip()
    if before[-1:].isspace() and after[:1].isalpha():
        # An isotope: ²³⁵U.
        return True
    digits = re.search(r"\d+$", before)
    if digits and not re.fullmatch(r"1[5-9]\d\d|20\d\d", digits[0]):
        return True
    return power in ("2", "3", "-1", "-2", "-3") and bool(_UNIT.search(before))


def _is_numbering(before: str, after: str, shape: Marker) -> bool:
    """Return whether "(2)" belongs to a name or a number: "Article 5 (2)", "5(2)", "three (3)"."""
    if re.search(r"(?<!\d)\d{1,3}$", before):
        return True
    found = _LAST_WORD.search(before)
    if not found:
        return False
    word, number = found[1].lower(), found[2]
    if not number and shape.labels == (str(number_words().get(word)),):
        return True
    if word in every("divisions") and (number or found[1][0].isupper()):
        return True
    return not number and not _SENTENCE_END.match(after) and _is_numbered(word, before, after)


def _is_numbered(word: str, before: str, after: str) -> bool:
    """Return whether "(2)" goes on with a ``word`` in lower case that is told by number: "item (2) of"."""
    if word in every("paragraphs"):
        return True
    # "over option (1) at once", but "after the war (2) and": an article in front makes it any noun.
    article = re.search(r"(\w+)\s+\w+\s?$", before)
    bare = not article or article[1].lower() not in every("determiners")
    return word in every("itemized") and bare and not _CLAUSE_END.match(after)


def _without_enumerations(text: str, shapes: list[Marker]) -> list[Marker]:
    """Leave out runs that count on, "(1) first, (2) second": 1, 2 …, each with its words behind it."""
    dropped: set[int] = set()
    run: list[int] = []
    for index, shape in enumerate(shapes):
        if run and not _goes_on(text, [shapes[number] for number in run], shape):
            dropped.update(run if len(run) > 1 else ())
            run = []
        if run or _opens_item(text, shape, 1):
            run.append(index)
    dropped.update(run if len(run) > 1 else ())
    return [shape for index, shape in enumerate(shapes) if index not in dropped]


def _opens_item(text: str, shape: Marker, number: int) -> bool:
    behind = text[shape.end : shape.end + 2]
    return (
        shape.style == "paren"
        and shape.labels == (str(number),)
        and behind[:1] == " "
        and behind[1:].isalpha()
    )


def _goes_on(text: str, run: list[Marker], shape: Marker) -> bool:
    """Return whether ``shape`` is the next item of the enumeration ``run``."""
    between = text[run[-1].end : shape.start]
    if not _opens_item(text, shape, len(run) + 1) or "\n" in between or not between.endswith(" "):
        return False
    if text.endswith(": ", 0, run[0].start):
        return True
    words = between.split() or [""]
    joined = words[-1].endswith((",", ";", ":")) or words[-1].lower() in every("conjunctions")
    has_words = any(word.lower() not in every("conjunctions") for word in words)
    return joined and has_words and not re.search(r"[.!?]\s", between)


def _of_the_style(text: str, shapes: list[Marker], labels: Collection[str]) -> list[Marker]:
    known = [shape for shape in shapes if all(label in labels for label in shape.labels)]
    if not labels:
        return _of_a_listless_article(shapes)
    counts = Counter(shape.style for shape in known)
    dominant = max(counts, key=lambda style: (counts[style], style != "paren"), default=None)
    numbers = [int(label) for label in labels if label.isdecimal()]
    bound = max(numbers, default=0) + MAX_DANGLING_DISTANCE

    def cites(shape: Marker) -> bool:
        ends_clause = bool(_CLAUSE_END.match(text, shape.end))
        if all(label in labels for label in shape.labels):
            return shape.style != "paren" or dominant == "paren" or ends_clause
        near = shape.style != "paren" or (ends_clause and all(int(label) <= bound for label in shape.labels))
        return shape.style == "caret" or (shape.style == dominant and near)

    return [shape for shape in shapes if cites(shape)]


def _of_a_listless_article(shapes: list[Marker]) -> list[Marker]:
    """Return the shapes of the most used style, where they count up from 1 as they first appear."""
    counts = Counter(shape.style for shape in shapes)
    dominant = max(counts, key=lambda style: (counts[style], style != "paren"), default=None)
    chosen = [shape for shape in shapes if shape.style == dominant]
    named = list(dict.fromkeys(label for shape in chosen for label in shape.labels))
    if dominant == "caret":
        return chosen
    counted = bool(named) and named[0] == "1" and named == sorted(named, key=int)
    return chosen if counted and len(named) >= MIN_LABELS_WITHOUT_LIST else []


def _with_targets(markers: list[Marker], marks: Sequence[Mark]) -> list[Marker]:
    """Give each marker the address of the link that it is, carries or lies in; "" where there are several."""
    links = sorted((m for m in marks if m.kind == "link"), key=lambda mark: mark.start)
    found = []
    first = 0
    for marker in markers:
        while first < len(links) and links[first].end <= marker.start:
            first += 1
        last = first
        while last < len(links) and links[last].start < marker.end:
            last += 1
        targets = {link.target for link in links[first:last] if link.end > marker.start}
        found.append(replace(marker, target=targets.pop() if len(targets) == 1 else ""))
    return found

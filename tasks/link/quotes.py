"""Compare a quotation with a source word by word: exact, trimmed, altered or absent.

Case, typography, punctuation, hyphens and the way numbers are written are folded; every word counts.
Marks of omission and bracketed insertions are what an honest quotation may contain; any other
difference is an alteration.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tasks.link.numerals import NUMBER_STARTS, read_number_word
from tasks.link.words import REMEMBERED_WORDS, stopwords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tasks.model import QuoteStatus

    # Finds a run of words that begins between two word indexes of a source, and returns its range.
    Find = Callable[[Sequence["Word"], int, int], tuple[int, int] | None]

# Figures keep their points and commas; words keep inner apostrophes; hyphens part words.
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*|%|[$€£]")
# Letters in brackets that touch a word are of it: "[T]he", "do[n't]". "[the mayor]" stands for words.
BRACKETED_LETTERS = re.compile(
    r"\[([^\W\d_][^\W\d_'’]{0,19})\](?=[^\W\d_])|(?<=[^\W\d_])\[((?:[^\W\d_]|['’](?=\w))[\w'’]{0,19})\]"
)
# The same with the word that they touch, which may be another form of the source's: "walk[ed]".
BRACKETED_FORM = re.compile(rf"[^\W\d_]{{0,30}}(?:{BRACKETED_LETTERS.pattern})[^\W\d_]{{0,30}}")
# A bracketed word may carry a clitic of the word that it replaces: "[the minister]'re".
OMISSION = re.compile(r"\[[^\]\[]{0,200}\](?:['’][^\W\d_]+)?|…|\.\s?\.\s?\.(?:\s?\.)?")
# Parts of a trimmed quotation further apart than this were not said in one breath.
WIDEST_OMISSION_WORDS = 250
# Below this share of the quotation's words in one place of the source, the words are another text's.
LEAST_ALTERED_SHARE = 0.6
# An alteration is claimed only when at least this many content words of the quotation stand there.
LEAST_ALTERED_WORDS = 3
# Or when it is all but a word or two the same: "We had no warning of it" has one content word only.
LEAST_NEAR_WORDS = 6
LEAST_NEAR_SHARE = 0.75
# How much longer than the quotation the stretch of the source that it is aligned with may be.
ALIGNMENT_SLACK_WORDS = 6
# Rarer words than this in the source vote for the place of the quotation; frequent ones tell nothing.
MOST_VOTES_A_WORD = 200


class Word(NamedTuple):
    """A folded word, its span in the text that it came from, and how it is written there."""

    text: str
    start: int
    end: int
    written: str


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """How a quotation stands to a source.

    ``start``/``end`` span its place in the source (0, 0 when absent); ``added`` are the words that
    only the quotation has, ``removed`` those that only the source has there.
    """

    status: QuoteStatus
    start: int = 0
    end: int = 0
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def split_words(text: str) -> list[Word]:
    """Return the folded words of ``text`` with their spans."""
    return list(_split(text))


def _split(text: str) -> Iterator[Word]:
    behind = 0
    for match in WORD.finditer(text):
        start, end = match.span()
        if start < behind:
            continue
        folded = _fold(match.group())
        if folded in NUMBER_STARTS or folded[0].isdigit():
            number = read_number_word(text, start)
            if number:
                value, behind = number
                yield Word(f"{value:.15g}", start, behind, text[start:behind].casefold())
                continue
        yield Word(folded, start, end, folded)


@lru_cache(maxsize=REMEMBERED_WORDS)
def _fold(word: str) -> str:
    folded = word.casefold().replace("’", "'").replace("ʼ", "'")
    return folded.replace(",", "") if folded[0].isdigit() else folded


def _parts(quote: str) -> list[list[Word]]:
    """Return the runs of words between marks of omission."""
    return [words for piece in OMISSION.split(quote) if (words := split_words(piece))]


def _unbracketed(quote: str) -> str:
    return BRACKETED_LETTERS.sub(lambda match: match[1] or match[2], quote)


def word_places(source: Sequence[Word]) -> dict[str, list[int]]:
    """Return each folded word's indexes in ``source``, ascending."""
    places: dict[str, list[int]] = {}
    for index, word in enumerate(source):
        places.setdefault(word.text, []).append(index)
    return places


def _find_run(
    source: Sequence[Word], places: Mapping[str, Sequence[int]], run: Sequence[Word], first: int, last: int
) -> tuple[int, int] | None:
    """Return the word range of ``run`` in ``source`` that begins between ``first`` and ``last``, or None."""
    rarest = min(range(len(run)), key=lambda index: len(places.get(run[index].text, ())))
    found = places.get(run[rarest].text, [])
    texts = [word.text for word in run]
    for place in found[bisect_left(found, first + rarest) :]:
        begin = place - rarest
        if begin > last:
            return None
        if [word.text for word in source[begin : begin + len(run)]] == texts:
            return begin, begin + len(run)
    return None


class _Joined:
    """The letters of a source without gaps, in which "e-mail" is "email" and "no one" "no-one"."""

    def __init__(self, source: Sequence[Word]) -> None:
        self.letters = "".join(word.text for word in source)
        self.offsets = list(accumulate((len(word.text) for word in source), initial=0))

    def find(self, run: Sequence[Word], first: int, last: int) -> tuple[int, int] | None:
        """As :func:`_find_run`: a run begins and ends where words do."""
        letters = "".join(word.text for word in run)
        at = self.letters.find(letters, self.offsets[first]) if first < len(self.offsets) else -1
        while at >= 0:
            begin, end = (bisect_left(self.offsets, place) for place in (at, at + len(letters)))
            if begin > last:
                return None
            if self.offsets[begin] == at and self.offsets[end] == at + len(letters):
                return begin, end
            at = self.letters.find(letters, at + 1)
        return None


def _find_parts(parts: Sequence[Sequence[Word]], find: Find, words: int) -> tuple[int, int] | None:
    """Return the word range of the source of so many ``words`` that holds all parts in order, or None."""
    first = 0
    while place := find(parts[0], first, words):
        begin, end = place
        for part in parts[1:]:
            following = find(part, end, end + WIDEST_OMISSION_WORDS)
            if following is None:
                break
            end = following[1]
        else:
            return begin, end
        first = begin + 1
    return None


def _likely_place(words: Sequence[Word], places: Mapping[str, Sequence[int]]) -> int | None:
    """Return the offset in the source for which the most words of the quotation vote."""
    votes: Counter[int] = Counter()
    for index, word in enumerate(words):
        found = places.get(word.text, ())
        if len(found) <= MOST_VOTES_A_WORD:
            weight = 1 if word.text in stopwords() else 3
            for place in found:
                # Neighbouring offsets share their votes: a word put in or left out shifts the rest.
                for shift in (-1, 0, 1):
                    votes[place - index + shift] += weight * (2 - abs(shift))
    return max(votes, key=lambda offset: (votes[offset], -offset)) if votes else None


def _altered(
    words: Sequence[Word], source: Sequence[Word], places: Mapping[str, Sequence[int]]
) -> QuoteCheck:
    offset = _likely_place(words, places)
    if offset is None:
        return QuoteCheck("absent")
    begin = max(0, offset - ALIGNMENT_SLACK_WORDS)
    window = source[begin : offset + len(words) + ALIGNMENT_SLACK_WORDS]
    matcher = SequenceMatcher(
        None, [word.text for word in words], [word.text for word in window], autojunk=False
    )
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return QuoteCheck("absent")
    matched = [word for block in blocks for word in words[block.a : block.a + block.size]]
    telling = sum(word.text not in stopwords() for word in matched)
    share = len(matched) / len(words)
    near = len(matched) >= LEAST_NEAR_WORDS and share >= LEAST_NEAR_SHARE
    if not near and (share < LEAST_ALTERED_SHARE or telling < LEAST_ALTERED_WORDS):
        return QuoteCheck("absent")
    # Words of the source before the first and after the last of the quotation were not left out.
    low, high = blocks[0].b, blocks[-1].b + blocks[-1].size
    lead, tail = blocks[0].a, len(words) - blocks[-1].a - blocks[-1].size
    low, high = max(0, low - lead), min(len(window), high + tail)
    kept = {index for block in blocks for index in range(block.a, block.a + block.size)}
    there = {index for block in blocks for index in range(block.b, block.b + block.size)}
    for kind, start, end, begin, stop in matcher.get_opcodes():
        if kind == "replace" and _letters(words[start:end]) == _letters(window[begin:stop]):
            kept |= set(range(start, end))
            there |= set(range(begin, stop))
    added = tuple(word.written for index, word in enumerate(words) if index not in kept)
    removed = tuple(window[index].written for index in range(low, high) if index not in there)
    return QuoteCheck("altered", window[low].start, window[high - 1].end, added, removed)


def _letters(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words)


def check_quote(quote: str, source: str) -> QuoteCheck:
    """Compare the words of ``quote`` (its quotation marks left out) with the text of ``source``.

    A quotation without any word is absent.
    """
    return check_quote_words(quote, split_words(source))


def check_quote_words(
    quote: str, source: Sequence[Word], places: Mapping[str, Sequence[int]] | None = None
) -> QuoteCheck:
    """As :func:`check_quote`, for a source that was split by :func:`split_words` already.

    ``places`` are its :func:`word_places`, for a source that several quotations are held against.
    """
    parts = _parts(_unbracketed(quote))
    if not parts:
        return QuoteCheck("absent")
    places = word_places(source) if places is None else places
    words = [word for part in parts for word in part]
    # Whole: a source may itself trail off, and the same words in a row are its own, marks or not.
    readings = [[words], parts] if "[" not in quote else [parts, _parts(BRACKETED_FORM.sub(" … ", quote))]
    finders: list[Callable[[], Find]] = [
        lambda: partial(_find_run, source, places),
        lambda: _Joined(source).find,
    ]
    for make in finders:
        find = make()
        for reading in readings:
            found = _find_parts(reading, find, len(source)) if reading else None
            if found:
                marked = reading is not readings[0] or "[" in quote
                status: QuoteStatus = "trimmed" if marked else "exact"
                return QuoteCheck(status, source[found[0]].start, source[found[1] - 1].end)
    return _altered(words, source, places)

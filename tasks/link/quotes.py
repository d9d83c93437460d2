"""Compare a quotation with a source word by word: exact, trimmed, altered or absent.

Case, typography and punctuation are folded; every word counts. Marks of omission and bracketed
insertions are what an honest quotation may contain; any other difference is an alteration.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tasks.link.words import REMEMBERED_WORDS, stopwords

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.model import QuoteStatus

# Figures keep their points and commas; words keep inner apostrophes; hyphens part words.
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*|%|[$€£]")
# "[T]he" changes a letter's case only; "[the mayor]" stands for words of the source.
BRACKETED_LETTER = re.compile(r"\[([^\W\d_])\](?=[^\W\d_])")
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
    """A folded word and its span in the text that it came from."""

    text: str
    start: int
    end: int


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
    return [Word(_fold(match.group()), match.start(), match.end()) for match in WORD.finditer(text)]


@lru_cache(maxsize=REMEMBERED_WORDS)
def _fold(word: str) -> str:
    folded = word.casefold().replace("’", "'").replace("ʼ", "'")
    return folded.replace(",", "") if folded[0].isdigit() else folded


def _parts(quote: str) -> list[list[Word]]:
    """Return the runs of words between marks of omission."""
    pieces = OMISSION.split(BRACKETED_LETTER.sub(r"\1", quote))
    return [words for piece in pieces if (words := split_words(piece))]


def word_places(source: Sequence[Word]) -> dict[str, list[int]]:
    """Return each folded word's indexes in ``source``, ascending."""
    places: dict[str, list[int]] = {}
    for index, word in enumerate(source):
        places.setdefault(word.text, []).append(index)
    return places


def _find_run(
    run: Sequence[Word], source: Sequence[Word], places: Mapping[str, Sequence[int]], first: int, last: int
) -> int:
    """Return the index in ``source`` where ``run`` begins, between ``first`` and ``last``, or -1."""
    rarest = min(range(len(run)), key=lambda index: len(places.get(run[index].text, ())))
    found = places.get(run[rarest].text, [])
    texts = [word.text for word in run]
    for place in found[bisect_left(found, first + rarest) :]:
        begin = place - rarest
        if begin > last:
            return -1
        if [word.text for word in source[begin : begin + len(run)]] == texts:
            return begin
    return -1


def _find_parts(
    parts: Sequence[Sequence[Word]], source: Sequence[Word], places: Mapping[str, Sequence[int]]
) -> tuple[int, int] | None:
    """Return the word range of the source that holds all parts in order, or None."""
    first = 0
    while (begin := _find_run(parts[0], source, places, first, len(source))) >= 0:
        end = begin + len(parts[0])
        for part in parts[1:]:
            place = _find_run(part, source, places, end, end + WIDEST_OMISSION_WORDS)
            if place < 0:
                break
            end = place + len(part)
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
    added = tuple(word.text for index, word in enumerate(words) if index not in kept)
    removed = tuple(window[index].text for index in range(low, high) if index not in there)
    return QuoteCheck("altered", window[low].start, window[high - 1].end, added, removed)


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
    parts = _parts(quote)
    if not parts:
        return QuoteCheck("absent")
    places = word_places(source) if places is None else places
    words = [word for part in parts for word in part]
    # A source may itself trail off: the same words in a row are the source's own, marks or not.
    whole = None if "[" in quote else _find_parts([words], source, places)
    found = whole or _find_parts(parts, source, places)
    if found:
        begin, end = found
        marked = len(parts) > 1 or OMISSION.search(quote) or BRACKETED_LETTER.search(quote)
        status: QuoteStatus = "trimmed" if marked and not whole else "exact"
        return QuoteCheck(status, source[begin].start, source[end - 1].end)
    return _altered(words, source, places)

"""Find the names in a text: capitalized words that do not owe their capital to the sentence's start."""

from __future__ import annotations

import re

from tasks.link.words import WORD, content_words, stopwords

# What may stand between a full stop and the capital of the next sentence.
STARTS_SENTENCE = re.compile(r"(?:^|[.!?:]['\"”’)\]]*\s+|[\"“‘(\[]\s*)$")
# Enough text before a word to see whether it begins a sentence.
LOOK_BACK = 6
# fmt: off
CALENDAR = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
    "dec", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
})
# fmt: on


def find_names(text: str) -> frozenset[str]:
    """Return the folded words (as of :func:`content_words`) of the names in ``text``.

    The first word of a sentence counts only when the word after it is capitalized too. Days and
    months are no names.
    """
    names: set[str] = set()
    matches = list(WORD.finditer(text))
    for position, match in enumerate(matches):
        word = match.group()
        if not word[0].isupper() or word.casefold() in CALENDAR or word.casefold() in stopwords():
            continue
        before = text[max(0, match.start() - LOOK_BACK) : match.start()]
        if STARTS_SENTENCE.search(before) and not _capital_follows(text, matches, position):
            continue
        names.update(content_words(word))
    return frozenset(names)


def _capital_follows(text: str, matches: list[re.Match[str]], position: int) -> bool:
    if position + 1 >= len(matches):
        return False
    following = matches[position + 1]
    between = text[matches[position].end() : following.start()]
    return following.group()[0].isupper() and between.isspace()

"""The quotes of a claim: the words in quotation marks, who said them, and the cue that tells so."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.cite.cues import load_cues
from tasks.cite.speakers import is_anaphoric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.cite.quotations import Quotation
    from tasks.cite.speakers import Attribution

# One or two words in quotation marks are irony or a term, unless somebody is said to have said them.
MIN_QUOTE_WORDS = 3
# A name is no quotation: “The Long Road Home” has most of its long words in capitals.
MAX_CAPITAL_SHARE = 0.6
LONG_WORD_CHARACTERS = 4
# Further from its quotation than this a cue belongs to something else.
MAX_CUE_DISTANCE = 300

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation at ``start``–``end``, marks left out; ``speaker`` is "" where nobody is named."""

    start: int
    end: int
    speaker: str
    cue: str


def find_quotes(
    text: str,
    quotations: Sequence[Quotation],
    attributions: Sequence[Attribution],
    span: tuple[int, int],
    language: str,
) -> list[Quoted]:
    """Return the quotes inside ``span`` of ``text``, each with the nearest of ``attributions`` (in order).

    ``quotations`` are those of the document in order; one that only reaches into the span is cut there.
    """
    (start, end), cues = span, load_cues(language)
    found = []
    first = bisect_left(quotations, start, key=lambda quotation: quotation.end)
    for quotation in quotations[first:]:
        if quotation.start >= end:
            break
        behind = bisect_left(attributions, quotation.outer_start, key=lambda item: item.start)
        beside = attributions[max(0, behind - 1) : behind + 1]
        nearest = min(beside, key=lambda item: _distance(item, quotation), default=None)
        if nearest and _distance(nearest, quotation) > MAX_CUE_DISTANCE:
            nearest = None
        inside = max(quotation.start, start), min(quotation.end, end)
        capitals_tell = not cues.nouns_capitalized
        if is_quote(text[slice(*inside)], attributed=nearest is not None, capitals_tell=capitals_tell):
            speaker = nearest.speaker if nearest else ""
            words = _WORD.findall(speaker.lower())
            anonymous = len(words) <= 1 and is_anaphoric(speaker, cues)
            found.append(Quoted(*inside, "" if anonymous else speaker, nearest.cue if nearest else ""))
    return found


def is_quote(words: str, *, attributed: bool, capitals_tell: bool = True) -> bool:
    """Return whether what stands in quotation marks are somebody's words, not a term, irony or a title.

    ``capitals_tell`` is whether the language keeps capitals for names and titles.
    """
    found = _WORD.findall(words)
    if not found or attributed:
        return bool(found)
    long = [word for word in found if len(word) >= LONG_WORD_CHARACTERS]
    capitals = sum(word[0].isupper() for word in long)
    return len(found) >= MIN_QUOTE_WORDS and (not capitals_tell or capitals <= MAX_CAPITAL_SHARE * len(long))


def _distance(attribution: Attribution, quotation: Quotation) -> int:
    return max(quotation.outer_start - attribution.end, attribution.start - quotation.outer_end, 0)

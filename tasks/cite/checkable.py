"""Find the sentences that state a checkable fact and carry no marker.

Precision comes first: a number, a quotation or a named speaker makes a sentence checkable; years and
dates in passing, names with numbers, questions, suppositions and what the author tells of themselves do
not. A sentence that goes on with what was just cited is covered by that marker, and so is one whose
speaker goes on in the next sentence, which is cited. A paragraph's only marker, at its end, covers all of it.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

from tasks.cite.claims import only_quotes
from tasks.cite.cues import Cues, load_cues
from tasks.cite.quotes import is_quote
from tasks.cite.speakers import HIDDEN, is_anaphoric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.cite.claims import Stand
    from tasks.cite.prose import Prose
    from tasks.model import Block, Sentence

# Shorter sentences are captions, bylines and exclamations.
MIN_SENTENCE_WORDS = 6
# A direct quotation of fewer words is a term.
MIN_QUOTED_WORDS = 4
# "two reasons", "3 lessons": so small a number counts the author's own points.
MAX_SMALL_NUMBER = 3
# The note on the author stands in the last paragraphs before the list.
BIO_PARAGRAPHS = 2
# Names of people have fewer characters than this, with room for a middle name and a title.
BIO_OPENING_CHARACTERS = 100
FIRST_YEAR, LAST_YEAR = 1000, 2100

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"(?<![\w./-])\d+(?:[.,]\d+)*(?![\w/]|-\w|[.,]\d)")
_ENDED = re.compile(r"[.!…][\"”“»’')\]]*\s*$")


def uncited_sentences(prose: Prose, stands: list[Stand]) -> list[int]:
    """Return the indexes of the checkable sentences of paragraphs that no marker covers, in order."""
    cues = load_cues(prose.language)
    bios = set(_bio_blocks(prose))
    cited = _cited(prose, stands)
    covered = cited | _spoken_on(prose, cited, cues)
    found = []
    covering: set[str] | None = None
    for index, sentence in enumerate(prose.sentences):
        if index and prose.sentences[index - 1].block != sentence.block:
            covering = None
        if index in covered or (covering is not None and _goes_on(prose, index, covering, cues)):
            covering = (covering or set()) | _speakers(prose, index)
            continue
        covering = None
        kind = prose.document.blocks[sentence.block].kind
        if kind == "paragraph" and sentence.block not in bios and is_checkable(prose, index):
            found.append(index)
    return found


def _cited(prose: Prose, stands: list[Stand]) -> set[int]:
    """Return the sentences that a marker stands behind, or behind whose paragraph the only one stands."""
    spans = _merged(stands)
    closed = _closed_blocks(prose, stands)
    found = set()
    position = 0
    for index, sentence in enumerate(prose.sentences):
        while position < len(spans) and spans[position][1] <= sentence.start:
            position += 1
        under_a_stand = position < len(spans) and spans[position][0] < sentence.end
        if under_a_stand or sentence.block in closed:
            found.add(index)
    return found


def _closed_blocks(prose: Prose, stands: list[Stand]) -> set[int]:
    """Return the paragraphs whose only marker, or row of markers, stands at their end."""
    ends = {sentence.block: sentence.end for sentence in prose.sentences}
    first: dict[int, int] = {}
    for marker in (marker for stand in stands for marker in stand.markers):
        block = prose.sentences[prose.sentence_at(marker.start)].block
        first[block] = min(first.get(block, marker.start), marker.start)
    return {block for block, start in first.items() if not _WORD.search(prose.plain(start, ends[block]))}


def _spoken_on(prose: Prose, cited: set[int], cues: Cues) -> set[int]:
    """Return the sentences whose speaker goes on in the next one, which is cited or itself gone on with."""
    found: set[int] = set()
    for index in range(len(prose.sentences) - 2, -1, -1):
        following = index + 1
        if (
            (following in cited or following in found)
            and prose.sentences[index].block == prose.sentences[following].block
            and prose.attributions(index)
            and _speaks_on(prose, following, _speakers(prose, index), cues)
        ):
            found.add(index)
    return found


def _speaks_on(prose: Prose, index: int, speakers: set[str], cues: Cues) -> bool:
    """Return whether sentence ``index`` is said by ``speakers``: by name, by "he", or in mere quotation."""
    attributions = prose.attributions(index)
    if not attributions:
        sentence = prose.sentences[index]
        return only_quotes(prose, sentence.start, sentence.end)
    return all(is_anaphoric(item.speaker, cues) or speakers & _names(item.speaker) for item in attributions)


def is_checkable(prose: Prose, index: int) -> bool:
    """Return whether sentence ``index`` states a number, quotes, or says who said it."""
    cues, sentence = load_cues(prose.language), prose.sentences[index]
    hidden = prose.hidden(sentence.start, sentence.end)
    text = prose.text[sentence.start : sentence.end]
    words = [word.lower() for word in _WORD.findall(hidden)]
    if len(_WORD.findall(text)) < MIN_SENTENCE_WORDS or not _ENDED.search(text):
        return False
    if cues.first_person & set(words) or set(words[:1]) & (cues.hypotheticals | cues.bylines):
        return False
    named = any(attribution.named for attribution in prose.attributions(index))
    return named or _states_number(hidden, prose.language) or _quotes_directly(prose, sentence, index)


def _states_number(hidden: str, language: str) -> bool:
    cues = load_cues(language)
    if _counted(language).search(hidden):
        return True
    return any(_is_amount(hidden, found, cues) for found in _NUMBER.finditer(hidden))


@cache
def _counted(language: str) -> re.Pattern[str]:
    """Return the pattern of a small number word before a magnitude: "three million", "zwei Prozent"."""
    cues = load_cues(language)
    numbers = "|".join(map(re.escape, cues.numbers)) or r"(?!)"
    magnitudes = "|".join(sorted(map(re.escape, cues.magnitudes), key=len, reverse=True)) or r"(?!)"
    return re.compile(rf"\b(?:{numbers}|\d[\d.,]*)\s(?:{magnitudes})\b", re.IGNORECASE)


def _is_amount(text: str, found: re.Match[str], cues: Cues) -> bool:
    before = _WORD.findall(text[max(0, found.start() - 20) : found.start()])
    behind = text[found.end() : found.end() + 20]
    following = _WORD.match(behind.lstrip(" ."))
    if behind.lstrip()[:1] == "%" or text[max(0, found.start() - 1) : found.start()] in tuple("$€£"):
        return True
    neighbours = {before[-1].lower() if before else "", following[0].lower() if following else ""}
    if neighbours & cues.months or (before and before[-1].lower() in cues.numbered):
        return False
    if not found[0].isdecimal():
        return True
    number = int(found[0][:9])
    return number > MAX_SMALL_NUMBER and not (FIRST_YEAR <= number <= LAST_YEAR and len(found[0]) == 4)


def _quotes_directly(prose: Prose, sentence: Sentence, index: int) -> bool:
    attributed = bool(prose.attributions(index))
    for quotation in prose.quotations_in(sentence.start, sentence.end):
        words = prose.text[max(quotation.start, sentence.start) : min(quotation.end, sentence.end)]
        if len(_WORD.findall(words)) >= MIN_QUOTED_WORDS and is_quote(words, attributed=attributed):
            return True
    return False


def _goes_on(prose: Prose, index: int, covering: set[str], cues: Cues) -> bool:
    """Return whether sentence ``index`` goes on with what was cited: by the same speaker or "he"."""
    attributions = prose.attributions(index)
    if attributions:
        return all(
            is_anaphoric(item.speaker, cues) or covering & _names(item.speaker) for item in attributions
        )
    hidden = prose.hidden(prose.sentences[index].start, prose.sentences[index].end)
    words = _WORD.findall(hidden)
    if hidden.lstrip().startswith(HIDDEN) and len(words) < MIN_QUOTED_WORDS:
        return True
    return bool(words) and (words[0].lower() in cues.anaphors or is_anaphoric(" ".join(words[:2]), cues))


def _speakers(prose: Prose, index: int) -> set[str]:
    return {name for attribution in prose.attributions(index) for name in _names(attribution.speaker)}


def _names(speaker: str) -> set[str]:
    return {word for word in _WORD.findall(speaker) if word[0].isupper() and len(word) > 1}


def _merged(stands: list[Stand]) -> list[tuple[int, int]]:
    """Return the spans of ``stands`` and their markers, those that touch joined."""
    spans: list[tuple[int, int]] = []
    for stand in stands:
        end = max([stand.end, *(marker.end for marker in stand.markers)])
        if spans and stand.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((stand.start, end))
    return spans


def _bio_blocks(prose: Prose) -> Iterator[int]:
    """Yield the last paragraphs that begin with an author's name, or name the author as such."""
    blocks = list(dict.fromkeys(sentence.block for sentence in prose.sentences))
    authors = [author.casefold() for author in prose.document.metadata.authors if len(author) > 1]
    for number in blocks[-BIO_PARAGRAPHS:]:
        block = prose.document.blocks[number]
        opening = prose.text[block.start : block.end].lstrip("*_ ")[:BIO_OPENING_CHARACTERS].casefold()
        if opening.startswith(("about the author", "the author ", *authors)) or _introduces(prose, block):
            yield number


def _introduces(prose: Prose, block: Block) -> bool:
    """Return whether a block begins as a note on its author does: two capitals, "writes" or "teaches"."""
    words = _WORD.findall(prose.text[block.start : block.end][:BIO_OPENING_CHARACTERS])
    name = list(takewhile(lambda word: word[0].isupper(), words))
    following = set(words[len(name) : len(name) + 1])
    return len(name) > 1 and bool(following & load_cues(prose.language).bio_verbs)

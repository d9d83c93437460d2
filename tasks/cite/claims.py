"""Find what each marker stands for: its sentence, or the part of it since the marker before.

A marker behind the full stop belongs to the sentence before it, markers in a row stand for the same
claim, and a marker behind a quotation covers all of it, however many sentences it has.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tasks.cite.cues import every, load_cues
from tasks.cite.speakers import is_anaphoric
from tasks.cite.vocabulary import ends_in_abbreviation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.cite.markers import Marker
    from tasks.cite.prose import Prose

# A shorter part of a sentence ("the US [1] and the UK [2] left") says nothing: the whole sentence counts.
MIN_PART_WORDS = 4
# A sentence up to this long that only says who spoke belongs to the quotation before it.
MAX_ATTRIBUTION_WORDS = 12
# A quotation that goes on longer than this without naming its speaker again is nobody's.
MAX_QUOTING_SENTENCES = 5
# The word behind a marker tells whether a clause ends there.
FOLLOWING_CHARACTERS = 40
# Context is for pronouns: what they mean stands in the last lines before.
MAX_CONTEXT_CHARACTERS = 1000
# Between a quotation's closing mark and the end of its sentence stands a full stop at most.
CLOSING_CHARACTERS = 3

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LETTER = re.compile(r"[^\W_]")
_STOPPED = re.compile(r"[.!?…][\"”“»’)]{0,3}\s?\Z")
_JOINT = " \t\n,;:—–-)]”»"


class Stand(NamedTuple):
    """A span of text and the markers that stand behind it; ``sentence`` is the index where it begins."""

    start: int
    end: int
    sentence: int
    markers: tuple[Marker, ...]


def claim_spans(prose: Prose, links: Sequence[Marker] = ()) -> list[Stand]:
    """Return what the markers of ``prose`` and the ``links`` in it stand for, one stand a span, in order.

    A link stands for the part of the sentence that it lies in. Every marker is in one stand, but for
    those before which the article says nothing.
    """
    homes = _homes(prose)
    linked: defaultdict[int, list[Marker]] = defaultdict(list)
    for link in links:
        linked[prose.sentence_at(link.start)].append(link)
    stands: defaultdict[tuple[int, int], list[Marker]] = defaultdict(list)
    for index in sorted({*homes, *linked} - {-1}):
        for span, markers in _parts(prose, index, homes.get(index, []), linked.get(index, [])):
            stands[span] += markers
    return [
        Stand(start, end, prose.sentence_at(start), tuple(sorted(markers, key=lambda marker: marker.start)))
        for (start, end), markers in sorted(stands.items())
    ]


def context_of(prose: Prose, stand: Stand) -> str:
    """Return what stands before a claim that points back ("He", "the spokesman"), or "" if it does not."""
    if not points_back(prose, stand.start, stand.end):
        return ""
    sentence = prose.sentences[stand.sentence]
    if _LETTER.search(prose.text, sentence.start, stand.start):
        first = max(sentence.start, stand.start - MAX_CONTEXT_CHARACTERS)
        return prose.plain(first, stand.start).rstrip(" ,;:")
    before = prose.sentences[stand.sentence - 1] if stand.sentence > 0 else None
    if before is None or prose.document.blocks[before.block].kind == "heading":
        return ""
    return prose.plain(max(before.start, before.end - MAX_CONTEXT_CHARACTERS), before.end)


def points_back(prose: Prose, start: int, end: int) -> bool:
    """Return whether a word of the span points back before any name in it could be what is meant."""
    cues = load_cues(prose.language)
    words = _WORD.findall(prose.hidden(start, end))
    opening = {word.lower() for word in words[1:3]}
    for number, written in enumerate(words):
        word = written.lower()
        if word in cues.anaphors or (number == 0 and word in cues.determiners and cues.roles & opening):
            return True
        if (
            written[0].isupper()
            and not cues.nouns_capitalized
            and (number > 0 or word not in cues.determiners)
        ):
            return False
    return False


def _homes(prose: Prose) -> dict[int, list[Marker]]:
    """Return the markers by the index of the sentence that they belong to."""
    homes: defaultdict[int, list[Marker]] = defaultdict(list)
    worded = [bool(_LETTER.search(prose.plain(item.start, item.end))) for item in prose.sentences]
    last_worded = list(accumulate((n if is_worded else -1 for n, is_worded in enumerate(worded)), max))
    head_end = 0
    for marker in prose.markers:
        index = prose.sentence_at(marker.start)
        if index < 0:
            continue
        sentence = prose.sentences[index]
        if not _LETTER.search(prose.text, max(sentence.start, min(head_end, marker.start)), marker.start):
            # At the head of its sentence: what it stands behind is the sentence before.
            head_end = marker.end
            same_block = index > 0 and prose.sentences[index - 1].block == sentence.block
            index -= bool(worded[index] and same_block)
            index = last_worded[index]
            if index < 0:
                continue
        homes[index].append(marker)
    return homes


def _parts(
    prose: Prose, index: int, markers: list[Marker], links: list[Marker]
) -> Iterator[tuple[tuple[int, int], list[Marker]]]:
    """Yield the spans of sentence ``index`` that its markers and links stand for."""
    sentence = prose.sentences[index]
    runs = list(_runs(prose.text, markers))
    # A marker behind the full stop may lie behind the sentence's end, or inside it.
    end = sentence.end
    while runs and not _LETTER.search(prose.plain(runs[-1][0].start, max(end, runs[-1][-1].end))):
        end = min(end, runs[-1][0].start)
        if len(runs) == 1 or _LETTER.search(prose.plain(runs[-2][-1].end, end)):
            break
        runs[-2] += runs.pop()
    whole = _trimmed(prose, sentence.start, end, index)
    parts: list[tuple[int, int]] = []
    start = sentence.start
    for run in runs:
        stop = min(run[0].start, end)
        part = _trimmed(prose, start, stop, index)
        if _stands_alone(prose, part, run):
            parts.append(part)
            yield part, run
        else:
            yield whole, run
        start = max(start, run[-1].end)
    for link in links:
        part = (
            parts[max(0, bisect_right(parts, link.start, key=lambda span: span[0]) - 1)] if parts else whole
        )
        yield part if part[0] <= link.start and link.end <= part[1] else whole, [link]


def _runs(text: str, markers: list[Marker]) -> Iterator[list[Marker]]:
    """Yield the markers in rows: ``[1][2]`` and ``(1), (2)`` stand for one claim."""
    row: list[Marker] = []
    for marker in markers:
        if row and any(word not in every("conjunctions") for word in _words(text, row[-1].end, marker.start)):
            yield row
            row = []
        row.append(marker)
    if row:
        yield row


def _words(text: str, start: int, end: int) -> list[str]:
    return [word.lower() for word in _WORD.findall(text, start, end)]


def _stands_alone(prose: Prose, part: tuple[int, int], run: list[Marker]) -> bool:
    """Return whether a part says something by itself: it has words enough, and a clause ends behind it."""
    if len(_words(prose.text, *part)) < MIN_PART_WORDS:
        return False
    sentence = prose.sentences[prose.sentence_at(run[0].start)]
    behind = prose.text[run[-1].end : min(sentence.end, run[-1].end + FOLLOWING_CHARACTERS)].lstrip()
    stopped = _STOPPED.search(prose.text, part[0], run[0].start)
    # "the U.S. [1] and the U.K. [2] agreed": the stop of an abbreviation ends no clause.
    if stopped and not (
        stopped[0].strip() == "." and ends_in_abbreviation(prose.text[part[0] : stopped.start()])
    ):
        return True
    following = _WORD.match(behind)
    return following is None or following[0].lower() in every("conjunctions")


def _trimmed(prose: Prose, start: int, end: int, index: int) -> tuple[int, int]:
    """Return the span without joints at its ends, but with all of a quotation that began before it."""
    text = prose.text
    while start < end and text[start] in _JOINT:
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    # "(They left [1].)": the bracket closes behind the marker.
    opened = text[start : start + 1] == "(" and ")" not in text[start:end]
    start += opened
    start = min(_with_speech_before(prose, start, end), _with_report_before(prose, start, end))
    if text[start - 1 : start] in ("(", "[") and start > prose.sentences[index].start and not opened:
        start -= 1
    return min(start, _with_quotation(prose, start, end, index)), end


def _with_speech_before(prose: Prose, start: int, end: int) -> int:
    """Return where the claim begins when it only goes on with a quotation: “…,” she told X. “… .” [2]."""
    index = prose.sentence_at(start)
    block = prose.sentences[index].block
    if _LETTER.search(prose.text, prose.sentences[index].start, start) or not only_quotes(prose, start, end):
        return start
    for number in range(index - 1, max(-1, index - 1 - MAX_QUOTING_SENTENCES), -1):
        before = prose.sentences[number]
        if before.block != block or prose.markers_in(before.start, start):
            break
        if prose.attributions(number) and prose.quotations_in(before.start, before.end):
            return before.start
        if not only_quotes(prose, before.start, before.end):
            break
    return start


def _with_report_before(prose: Prose, start: int, end: int) -> int:
    """Return where the claim begins when it closes a run of reported speech: Marsh said. She added [1]."""
    index = prose.sentence_at(start)
    sentence = prose.sentences[index]
    whole = not _LETTER.search(prose.text, sentence.start, start)
    if not whole or not _goes_on_reporting(prose, start, end):
        return start
    for number in range(index - 1, max(-1, index - 1 - MAX_QUOTING_SENTENCES), -1):
        before = prose.sentences[number]
        if before.block != sentence.block or prose.markers_in(before.start, start):
            break
        if _begins_report(prose, number):
            return before.start
        if not _goes_on_reporting(prose, before.start, before.end):
            break
    return start


def _goes_on_reporting(prose: Prose, start: int, end: int) -> bool:
    """Return whether a sentence only reports, in other words, what "she" or "the spokesman" said."""
    cues, attributions = load_cues(prose.language), prose.attributions(prose.sentence_at(start))
    anonymous = all(item.speaker and is_anaphoric(item.speaker, cues) for item in attributions)
    return bool(attributions) and anonymous and not prose.quotations_in(start, end)


def _begins_report(prose: Prose, index: int) -> bool:
    """Return whether sentence ``index`` names, by a word in capitals, who is reported in it."""
    cues, sentence = load_cues(prose.language), prose.sentences[index]
    return not prose.quotations_in(sentence.start, sentence.end) and any(
        item.speaker[:1].isupper() and not is_anaphoric(item.speaker, cues)
        for item in prose.attributions(index)
    )


def only_quotes(prose: Prose, start: int, end: int) -> bool:
    """Return whether a span opens with a quotation and says nothing else, not even who speaks."""
    opens = any(
        not _LETTER.search(prose.text, start, max(start, quotation.outer_start))
        for quotation in prose.quotations_in(start, end)[:1]
    )
    return opens and not _LETTER.search(prose.hidden(start, end))


def _with_quotation(prose: Prose, start: int, end: int, index: int) -> int:
    """Return where the claim begins when it ends a quotation, or only names the speaker of the one before."""
    block = prose.sentences[index].block
    sentence_start = prose.sentences[index].start
    for quotation in prose.quotations_in(start, start + 1):
        if quotation.outer_start < start:
            return _opening(prose, quotation.outer_start, start, block)
    before = prose.sentences[index - 1] if index > 0 else None
    only_speaks = (
        before is not None
        and before.block == block
        and not _LETTER.search(text := prose.text, sentence_start, start)
        and len(_words(text, start, end)) <= MAX_ATTRIBUTION_WORDS
        and not prose.quotations_in(sentence_start, end)
        and bool(prose.attributions(index))
    )
    if before is None or not only_speaks or prose.markers_in(before.start, sentence_start):
        return start
    last = bisect_left(prose.quotations, start, key=lambda quotation: quotation.outer_start) - 1
    if last >= 0 and prose.quotations[last].outer_end >= before.end - CLOSING_CHARACTERS:
        return _opening(prose, prose.quotations[last].outer_start, start, block)
    return start


def _opening(prose: Prose, opened: int, start: int, block: int) -> int:
    """Return where the sentence begins that opens the quotation at ``opened``, if no marker is between."""
    first = prose.sentences[prose.sentence_at(opened)]
    markers = prose.markers_in(first.start, start)
    if first.block != block:
        return start
    return first.start if not markers else start

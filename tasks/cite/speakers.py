"""Find who is said to have said something: a cue ("told", "according to") and the speaker beside it.

No parser of grammar: a speaker is the run of words that ends at the cue, or begins behind it, between
the nearest marks of punctuation, quotations and words that begin another phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from tasks.cite.cues import Cues, load_cues
from tasks.cite.outlets import find_outlet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# "the deputy spokesman of the Afghan government's Foreign Ministry Sebghatullah Ahmadi" has eleven words.
MAX_SPEAKER_WORDS = 12
MAX_SPEAKER_CHARACTERS = 160
# A weak cue counts this near a quotation: “…,” the ministry later added.
NEAR_CHARACTERS = 60
# Stands for a character of a quotation or marker while speakers are looked for.
HIDDEN = "\0"

_BREAK_BEFORE = re.compile(r"[\0;:!?()\[\]—–\n]|(?<=\s)-(?=\s)")
_BREAK_BEHIND = re.compile(r"[\0,;:!?()\[\]—–\n]|\s-\s|\.(?=\s*\0|\s*$)")
_WORD = re.compile(r"[^\W_][\w'’.&-]*")
_EDGE = " \t\n,.;:'’\"-"
# Before whom a German speaker speaks: "sagte Jens Brandt der Zeit"; behind a preposition, where he works.
_DATIVES = frozenset({"der", "dem", "den"})
_PREPOSITIONS = frozenset({"von", "bei", "aus", "in", "an", "zu", "mit", "vor", "für", "über", "auf"})


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue at ``start``–``end``, the speaker as written, and whether that is a proper name."""

    start: int
    end: int
    cue: str
    speaker: str
    named: bool


def hide(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> str:
    """Return ``text[start:end]`` with the characters of ``spans`` hidden, each by one filler."""
    parts, position = [], start
    for span in sorted(spans):
        first, last = max(span[0], position), min(span[1], end)
        if last > first:
            parts += [text[position:first], HIDDEN * (last - first)]
            position = last
    return "".join(parts) + text[position:end]


def find_attributions(hidden: str, language: str, offset: int = 0) -> list[Attribution]:
    """Return the attributions of a sentence whose quotations and markers are ``hidden``.

    ``offset`` is where the sentence begins in the text that the spans shall point into.
    """
    cues = load_cues(language)
    pattern = _pattern(language)
    opening = hidden.lstrip(_EDGE + HIDDEN)[:MAX_SPEAKER_CHARACTERS]
    return [
        Attribution(offset + start, offset + end, cue, speaker, is_named(speaker, opening, cues))
        for start, end, cue in (_cues_in(hidden, cues, pattern) if pattern else ())
        for speaker in [_speaker(hidden, start, end, cue, cues)]
    ]


def is_anaphoric(speaker: str, cues: Cues) -> bool:
    """Return whether ``speaker`` points back: nobody, "he", or a role with an article: "the spokesman"."""
    words = [word.lower() for word in _WORD.findall(speaker)]
    if not words or words[0] in cues.pronouns:
        return True
    return words[0] in cues.determiners and len(words) <= 3 and words[-1] in cues.roles


def is_named(speaker: str, opening: str, cues: Cues) -> bool:
    """Return whether ``speaker`` has the capitals of a name; that of a sentence's ``opening`` proves none."""
    words = _WORD.findall(speaker)
    if not words or is_anaphoric(speaker, cues):
        return False
    opens = opening.startswith(words[0])
    capitals = [word[0].isupper() for word in words]
    if any(word.isupper() and len(word) > 1 for word in words):
        return True
    if cues.nouns_capitalized:
        # "Der Sprecher Hans Meier": two capitals side by side, and no article in front that makes it a role.
        return words[0].lower() not in cues.determiners and any(map(all, pairwise(capitals)))
    return any(map(all, pairwise(capitals))) or any(capitals[1:] if opens else capitals)


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    cues = load_cues(language)
    phrases = sorted(
        cues.verbs | cues.inverted | cues.weak_verbs | cues.prefixes,
        key=lambda phrase: (-len(phrase), phrase),
    )
    if not phrases:
        return None
    joined = "|".join(re.escape(phrase).replace(r"\ ", r"\s") for phrase in phrases)
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.IGNORECASE)


def _cues_in(hidden: str, cues: Cues, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    for found in pattern.finditer(hidden):
        cue = " ".join(found[0].lower().split())
        if cue in cues.prefixes:
            yield found.start(), found.end(), cue
            continue
        before = _WORD.findall(hidden[max(0, found.start() - MAX_SPEAKER_CHARACTERS) : found.start()])
        passive = bool(before) and before[-1].lower() in cues.passives
        if (
            found[0][0].isupper()
            or passive
            or (cue in cues.weak_verbs and not _is_strong(hidden, found, cues))
        ):
            continue
        yield found.start(), found.end(), cue


def _is_strong(hidden: str, found: re.Match[str], cues: Cues) -> bool:
    """Return whether a word that need not attribute does: beside a quotation, or before "that"."""
    around = hidden[max(0, found.start() - NEAR_CHARACTERS) : found.end() + NEAR_CHARACTERS]
    behind = _WORD.match(hidden[found.end() + 1 : found.end() + NEAR_CHARACTERS].lstrip(" ,"))
    return HIDDEN in around or bool(behind and behind[0].lower() in cues.complementizers)


def _speaker(hidden: str, start: int, end: int, cue: str, cues: Cues) -> str:
    before = (
        "" if cue in cues.prefixes else _before(hidden[max(0, start - MAX_SPEAKER_CHARACTERS) : start], cues)
    )
    if before or cue in cues.listener_verbs or cue in cues.inverted:
        return before
    return _behind(hidden[end : end + MAX_SPEAKER_CHARACTERS], cues)


def _before(window: str, cues: Cues) -> str:
    """Return the speaker whose words end where ``window`` ends: "ministry spokesman X", "X, a spokesman,"."""
    segment = _BREAK_BEFORE.split(window)[-1]
    parts = [part.strip(_EDGE) for part in segment.split(",")]
    own = _without_auxiliaries(parts[-1], cues)
    if own and own.lower() not in cues.relatives:
        return _trimmed(own, cues)
    # The cue follows a comma: of the name and what explains it, the one in capitals is the name.
    earlier = [_trimmed(part, cues) for part in parts[:-1] if part]
    if own or len(earlier) < 2:
        return earlier[-1] if earlier else ""
    first, second = earlier[-2:]
    return second if not first or (_is_capital(second) and not _is_capital(first)) else first


def _is_capital(part: str) -> bool:
    words = _WORD.findall(part)
    return bool(words) and all(word[0].isupper() for word in words)


def _without_auxiliaries(part: str, cues: Cues) -> str:
    words = part.split()
    while words and (words[-1].lower() in cues.auxiliaries or (len(words) > 1 and words[-1].endswith("ly"))):
        words.pop()
    return " ".join(words)


def _trimmed(part: str, cues: Cues) -> str:
    """Return ``part`` without the words in front that join it to something else; "" where it is no name."""
    words = part.split()
    while words and words[0].lower() in cues.lead_ins:
        words.pop(0)
    joins = words[:1] and words[0].lower() in cues.boundaries | cues.pronouns and len(words) > 1
    if joins or len(words) > MAX_SPEAKER_WORDS:
        # "On Monday Ahmadi", "It angered Ahmadi, who": the name is the run of capitals at the end.
        tail = len(words)
        while (
            tail > 0
            and words[tail - 1][0].isupper()
            and words[tail - 1].lower() not in cues.days | cues.months
        ):
            tail -= 1
        words = words[tail:]
    return " ".join(words).strip(_EDGE)


def _behind(window: str, cues: Cues) -> str:
    """Return the speaker whose words begin where ``window`` begins: "a State Department official"."""
    words: list[str] = []
    for word in _BREAK_BEHIND.split(window, maxsplit=1)[0].split():
        if len(words) == MAX_SPEAKER_WORDS or (word.lower() in cues.boundaries and words):
            break
        if word.lower() in cues.boundaries or word[0].isdigit():
            return ""
        words.append(word)
    return _without_listener(words)


def _without_listener(words: list[str]) -> str:
    """Return the speaker without the outlet that was told: "sagte Jens Brandt der Zeit"."""
    for number in range(1, len(words)):
        told = words[number].lower() in _DATIVES and words[number - 1].lower() not in _PREPOSITIONS
        if told and find_outlet(" ".join(words[number + 1 :]).strip(_EDGE)):
            return " ".join(words[:number]).strip(_EDGE)
    return " ".join(words).strip(_EDGE)

"""Which paragraphs two texts have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from benchmarks.accuracy.references import fold

# Shorter paragraphs are bylines, captions and buttons, on which no two readers agree.
MIN_PARAGRAPH = 20
# rapidfuzz's ratio from which on two paragraphs are one: a link's arrow or a byline in front may differ.
SAME_PARAGRAPH = 90.0
# The letters of two paragraphs that are one differ by no more than this factor; saves comparing them.
MAX_LONGER = 1.25

NOT_LETTERS = re.compile(r"[\W_]+")


def squeeze(text: str) -> str:
    """Return the folded letters and digits of ``text``, which every reader leaves as they are."""
    return NOT_LETTERS.sub("", fold(text))


def long_ones(paragraphs: Iterable[str]) -> list[str]:
    """Return the squeezed paragraphs that are long enough to count."""
    return [squeeze(one) for one in paragraphs if len(one.strip()) >= MIN_PARAGRAPH and squeeze(one)]


def common(wanted: Sequence[str], said: Sequence[str]) -> tuple[set[int], set[int]]:
    """Return the indexes of the paragraphs that both sides have, each matched once; equal ones first."""
    places: dict[str, list[int]] = {}
    for number, one in enumerate(said):
        places.setdefault(one, []).append(number)
    pairs = {number: places[one].pop(0) for number, one in enumerate(wanted) if places.get(one)}
    left = [number for number in range(len(said)) if number not in set(pairs.values())]
    for number, one in enumerate(wanted):
        if number not in pairs and (near := _nearest(one, left, said)) is not None:
            pairs[number] = near
            left.remove(near)
    return set(pairs), set(pairs.values())


def _nearest(one: str, left: Sequence[int], said: Sequence[str]) -> int | None:
    close = [n for n in left if 1 / MAX_LONGER <= len(said[n]) / len(one) <= MAX_LONGER]
    rated = [(fuzz.ratio(one, said[number], score_cutoff=SAME_PARAGRAPH), -number) for number in close]
    best, place = max(rated, default=(0.0, 0))
    return -place if best else None

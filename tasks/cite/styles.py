"""The styles of works-cited entries as a table: each reads an entry its own way and scores what it got.

A style is a function from an entry to candidates. The scores add up what speaks for a reading, so
that those of different styles can be compared; the best one is taken if it is sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tasks.cite.bare_titles import dated, outlet_first, stopped
from tasks.cite.led_titles import book_note, led_by_colon, medical
from tasks.cite.quoted_titles import quoted
from tasks.cite.reading import MIN_SCORE, Candidate, Entry

STYLES: tuple[Callable[[Entry], Iterator[Candidate]], ...] = (
    quoted,
    dated,
    stopped,
    outlet_first,
    led_by_colon,
    book_note,
    medical,
)


def best_reading(entry: Entry) -> Candidate | None:
    """Return the reading with the highest score, None where no style gives a sound one."""
    readings = (reading for style in STYLES for reading in style(entry))
    sound = [reading for reading in readings if reading.score >= MIN_SCORE]
    return max(sound, key=lambda reading: reading.score, default=None)

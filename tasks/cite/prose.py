"""The sentences of an article's own prose, with the quotations and attributions in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.cite.quotations import Quotation, find_quotations
from tasks.cite.speakers import Attribution, find_attributions, hide
from tasks.model import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.cite.lists import Region
    from tasks.cite.markers import Marker
    from tasks.model import Document


@dataclass(slots=True)
class Prose:
    """What the prose consists of, all in reading order.

    ``markers`` are those that are no words of the prose: numbers, and addresses typed out.
    """

    document: Document
    language: str
    sentences: list[Sentence]
    quotations: list[Quotation]
    markers: list[Marker]
    _attributions: dict[int, list[Attribution]] = field(default_factory=dict)
    _sentence_starts: list[int] = field(init=False)
    _quotation_starts: list[int] = field(init=False)
    _quotation_ends: list[int] = field(init=False)
    _marker_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Index the spans: they are asked for many times a sentence."""
        self._sentence_starts = [sentence.start for sentence in self.sentences]
        self._quotation_starts = [quotation.outer_start for quotation in self.quotations]
        self._quotation_ends = [quotation.outer_end for quotation in self.quotations]
        self._marker_starts = [marker.start for marker in self.markers]

    @property
    def text(self) -> str:
        """The document's text."""
        return self.document.text

    def sentence_at(self, position: int) -> int:
        """Return the index of the last sentence that begins at or before ``position``; -1 if none."""
        return bisect_right(self._sentence_starts, position) - 1

    def markers_in(self, start: int, end: int) -> list[Marker]:
        """Return the markers that begin from ``start`` to before ``end``."""
        return self.markers[bisect_left(self._marker_starts, start) : bisect_left(self._marker_starts, end)]

    def quotations_in(self, start: int, end: int) -> list[Quotation]:
        """Return the quotations that have a character between ``start`` and ``end``."""
        first = bisect_right(self._quotation_ends, start)
        return self.quotations[first : bisect_left(self._quotation_starts, end)]

    def hidden(self, start: int, end: int) -> str:
        """Return ``text[start:end]`` with its quotations and markers hidden, character for character."""
        spans = [(quotation.outer_start, quotation.outer_end) for quotation in self.quotations_in(start, end)]
        spans += [(marker.start, marker.end) for marker in self.markers_in(start, end)]
        return hide(self.text, start, end, spans)

    def attributions(self, index: int) -> list[Attribution]:
        """Return the attributions of sentence ``index``."""
        if index not in self._attributions:
            sentence = self.sentences[index]
            hidden = self.hidden(sentence.start, sentence.end)
            self._attributions[index] = find_attributions(hidden, self.language, sentence.start)
        return self._attributions[index]

    def plain(self, start: int, end: int) -> str:
        """Return ``text[start:end]`` without its markers, spaces tidied."""
        parts, position = [""], start
        for marker in self.markers_in(start, end):
            if marker.start >= position:
                parts += [self.text[position : marker.start], ""]
                position = marker.end
        parts.append(self.text[position:end])
        return _joined(parts)


def read_prose(document: Document, body: Sequence[Region], language: str, markers: Sequence[Marker]) -> Prose:
    """Return the prose of ``document``: the sentences of the regions ``body``.

    A region without sentences counts as one sentence, so that nothing in it is lost.
    """
    sentences = [sentence for region in body for sentence in _sentences(document, region)]
    quotations = [
        item for region in body for item in find_quotations(document.text, region.start, region.end)
    ]
    return Prose(document, language, sentences, quotations, list(markers))


def _sentences(document: Document, region: Region) -> Iterator[Sentence]:
    first = bisect_right(document.sentences, region.start, key=lambda sentence: sentence.end)
    last = bisect_left(document.sentences, region.end, key=lambda sentence: sentence.start)
    for sentence in document.sentences[first:last]:
        yield Sentence(max(sentence.start, region.start), min(sentence.end, region.end), region.block)
    if first >= last and region.end > region.start:
        yield Sentence(region.start, region.end, region.block)


def _joined(parts: list[str]) -> str:
    """Join the parts between markers: no space before a stop, one between words."""
    text = ""
    for part in parts:
        words = part.strip()
        if not words:
            text += " " if part else ""
        elif words[0].isalnum() or words[0] in "“„«‘\"'([—–$€£":
            text = f"{text.rstrip()} {words}" if text.strip() else words
        else:
            text = text.rstrip() + (" " if words[0] == "»" else "") + words
        text += " " if words and part[-1].isspace() else ""
    return " ".join(text.split())

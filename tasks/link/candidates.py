"""Prepare the sources of an article: blocks, sentences and the vectors that scoring needs.

Every paragraph of a source has a vector. A sentence gets one of its own only when it is among the
best of its source for some claim; before that its paragraph's stands in. So long sources cost little,
and cited and sister sources are compared on the same footing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tasks.link.index import index_source
from tasks.link.passages import rank_sentences, score_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tasks.link.index import Rarity, SourceIndex
    from tasks.link.passages import ClaimWords
    from tasks.link.vectors import Vectors
    from tasks.model import Document

# Of each source, this many sentences a claim are encoded on their own: the best, and one for what the
# paragraph's vector misjudges.
SHORTLIST = 2
# A sentence that shares less of the claim's weighted words bears on it little, however it is encoded: most
# sentences of sister sources, which would be most of the encoding.
LEAST_SHARED = 0.2


@dataclass(frozen=True, slots=True)
class Source:
    """A source ready for claims: its document, index, and for each sentence its block's text."""

    document: Document
    index: SourceIndex
    block_texts: tuple[str, ...]


def prepare_source(document: Document) -> Source:
    """Index ``document``; its sentences must be there."""
    text, blocks = document.text, document.blocks
    index = index_source(
        document.id,
        [text[sentence.start : sentence.end] for sentence in document.sentences],
        [(sentence.start, sentence.end) for sentence in document.sentences],
        document.metadata.title,
        document.metadata.published,
    )
    return Source(
        document,
        index,
        tuple(text[blocks[s.block].start : blocks[s.block].end] for s in document.sentences),
    )


def shortlist(claim: ClaimWords, source: Source, blocks: NDArray[np.float32], rarity: Rarity) -> list[int]:
    """Return the sentences of ``source`` worth a vector of their own; ``blocks`` is (n, dimension)."""
    scores = score_sentences(claim, source.index, blocks, rarity)
    return [n for n in rank_sentences(scores)[:SHORTLIST] if scores.coverage[n] >= LEAST_SHARED]


def sentence_vectors(
    claims: Sequence[ClaimWords], sources: Iterable[Source], vectors: Vectors, rarity: Rarity
) -> dict[str, NDArray[np.float32]]:
    """Return, for each source's document id, the (n, dimension) vectors to score its sentences by."""
    rows: dict[str, NDArray[np.float32]] = {}
    listed: dict[str, list[int]] = {}
    sources = list(sources)
    vectors.require(text for source in sources for text in source.block_texts)
    for source in sources:
        blocks = rows[source.document.id] = vectors.many(source.block_texts)
        best = {number for claim in claims for number in shortlist(claim, source, blocks, rarity)}
        listed[source.document.id] = sorted(best)
    vectors.require(source.index.texts[n] for source in sources for n in listed[source.document.id])
    for source in sources:
        for number in listed[source.document.id]:
            rows[source.document.id][number] = vectors.one(source.index.texts[number])
    return rows

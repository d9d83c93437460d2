"""Gather what speaks for each reference as the one that a claim means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.judge.attribution import attributed_references
from tasks.judge.fit import Entry, entry_features, make_entry_list
from tasks.judge.numbering import ClaimFit
from tasks.link.article import claim_vector_text, reference_vector_text
from tasks.link.words import content_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.judge.fit import EntryList
    from tasks.judge.models import Models
    from tasks.judge.numbering import Margins
    from tasks.link.vectors import Vectors
    from tasks.model import Article, Link, Reference

# The words of an entry whose page is not held may speak for it, but never louder than a page would.
ENTRY_AT_MOST = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """For an article: the fits of the claims that cite one numbered entry, and what they rest on."""

    fits: tuple[ClaimFit, ...]
    attributed: Mapping[str, Mapping[str, str]]  # claim → reference → the words that name its outlet
    margins: Margins
    all_held: bool


def gather_evidence(article: Article, links: Sequence[Link], vectors: Vectors, models: Models) -> Evidence:
    """Return the evidence for the numbering of ``article``."""
    listed = [reference for reference in article.references if reference.label]
    measured = {(link.claim, link.reference): link.features for link in links if link.rank == 1}
    held = {reference for _, reference in measured}
    entries = make_entries(listed, vectors)
    cited = {citation.id: citation.references for citation in article.citations}
    fits: list[ClaimFit] = []
    attributed: dict[str, dict[str, str]] = {}
    for claim in article.claims:
        own = {reference for citation in claim.citations for reference in cited[citation]}
        if len(own) != 1 or not own <= {reference.id for reference in listed}:
            continue
        (reference,) = own
        attributed[claim.id] = attributed_references(claim, listed)
        words = entry_features(claim.text, vectors.one(claim_vector_text(claim)), entries)
        # Pages against pages where the cited page is held, else words against words.
        pages = {one.id: measured.get((claim.id, one.id)) for one in listed} if reference in held else {}
        odds = _odds(words, pages, models)
        for named in attributed[claim.id]:
            odds[named] += models.attribution
        fits.append(ClaimFit(claim.id, reference, odds))
    all_held = bool(listed) and all(reference.id in held for reference in listed)
    margins = models.page_margins if all_held else models.entry_margins
    return Evidence(tuple(fits), attributed, margins, all_held)


def make_entries(references: Sequence[Reference], vectors: Vectors) -> EntryList:
    """Return the entries of a list, ready to be compared with claims."""
    return make_entry_list(
        [
            Entry(
                reference.id,
                frozenset(content_words(reference_vector_text(reference))),
                vectors.one(reference_vector_text(reference)),
            )
            for reference in references
        ]
    )


def _odds(
    words: Mapping[str, Mapping[str, float]],
    pages: Mapping[str, Mapping[str, float] | None],
    models: Models,
) -> dict[str, float]:
    """Return log-odds by reference: by the ``words`` of the entries, by ``pages`` where these are given."""
    odds = {reference: models.entry_fit.log_odds(features) for reference, features in words.items()}
    for reference, features in pages.items():
        odds[reference] = (
            models.page_fit.log_odds(features) if features else min(odds[reference], ENTRY_AT_MOST)
        )
    return odds

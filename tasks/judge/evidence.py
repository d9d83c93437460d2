"""Gather what speaks for each reference as the one that a claim means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.judge.attribution import attributed_references
from tasks.judge.fit import Entry, entry_features, make_entry_list
from tasks.judge.numbering import ClaimFit, find_misnumbered
from tasks.link.article import claim_vector_text, reference_vector_text
from tasks.link.words import content_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.judge.fit import EntryList
    from tasks.judge.models import Models
    from tasks.judge.numbering import Misnumbering
    from tasks.link.vectors import Vectors
    from tasks.model import Article, Link, Reference

# The words of an entry whose page is not held may speak for it, but never louder than a page would.
ENTRY_AT_MOST = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """For an article: the fits of the claims that cite one numbered entry, and what they rest on."""

    fits: tuple[ClaimFit, ...]
    attributed: Mapping[str, Mapping[str, str]]  # claim → reference → the words that name its outlet
    references: tuple[str, ...]  # the numbered ones, in printed order
    held: frozenset[str]  # those of them whose page is held


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
    return Evidence(tuple(fits), attributed, tuple(one.id for one in listed), frozenset(held))


def find_by_basis(evidence: Evidence, models: Models) -> list[tuple[Misnumbering, bool]]:
    """Return the misnumberings, each with whether it rests on pages alone.

    Where the page of every reference that takes part is held, the margins of pages hold; what rests on
    an entry's words needs those of entries. A page that is missing elsewhere in the list changes nothing.
    """
    found: list[tuple[Misnumbering, bool]] = []
    for margins, by_pages in ((models.page_margins, True), (models.entry_margins, False)):
        taken = {claim for one, _ in found for claim in one.claims}
        left = [fit for fit in evidence.fits if fit.claim not in taken]
        found += [
            (one, by_pages)
            for one in find_misnumbered(left, evidence.references, margins)
            if evidence.held.issuperset((*one.cited, *one.suggested)) == by_pages
        ]
    return found


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

"""Raise findings: each kind by one rule, with its reason and the precision measured for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tasks.cite.urls import canonical_url
from tasks.judge.evidence import find_by_basis, gather_evidence
from tasks.judge.facts import check_facts
from tasks.judge.reasons import explain_misnumbering, name_reference, quoted
from tasks.keys import content_key
from tasks.model import Finding
from tasks.resolve import fold_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tasks.judge.models import Models
    from tasks.link.vectors import Vectors
    from tasks.model import Article, Document, FindingKind, Link, Reference

# A reader who is sent to look in vain once in ten times stops looking.
LEAST_PRECISION = 0.9


def by_entries(kind: str) -> str:
    """Return the name under which findings of ``kind`` are measured where pages were missing."""
    return f"{kind} by entries"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding before it has its id, labels and precision."""

    kind: FindingKind
    claims: tuple[str, ...]
    references: tuple[str, ...]
    suggested: tuple[str, ...]
    reason: str
    score: float
    # Labels that have no reference, for a dangling marker.
    labels: tuple[str, ...] = ()
    # What tells two findings of the same kind, claims and references apart, such as a quote's id.
    part: str = ""
    # Under what name the precision of such findings was measured, where that is not the kind's own.
    measured: str = ""


def raise_findings(
    article: Article,
    links: Sequence[Link],
    held: Mapping[str, Document],
    vectors: Vectors,
    models: Models,
    dead: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Return the findings of ``article``; ``held`` maps references to the documents they resolved to.

    ``dead`` says of references whose page is gone, in a sentence, how that is known.

    What was measured to be right less often than :data:`LEAST_PRECISION`, or not measured, is never raised.
    """
    references = {reference.id: reference for reference in article.references}
    # What is not sure enough to be raised is not sure enough to correct what the rules below look at.
    misnumbered = [one for one in _misnumbered(article, links, vectors, models) if _is_sure(one, models)]
    right = {
        claim: wanted
        for finding in misnumbered
        for claim, wanted in zip(finding.claims, finding.suggested, strict=True)
    }
    found: list[Found] = [
        *(_unique_labels(finding) for finding in misnumbered),
        *_fact_findings(article, links, held, right),
        *_dangling(article),
        *_unused(article, frozenset(right.values())),
        *_uncited(article),
        *_link_mismatches(article),
        *_dead_sources(article, dead or {}),
    ]
    return [_finish(one, references, models) for one in found if _is_sure(one, models)]


def _is_sure(found: Found, models: Models) -> bool:
    return _precision(found, models) >= LEAST_PRECISION


def _precision(found: Found, models: Models) -> float:
    return models.precision.get(found.measured or found.kind, 0.0)


def _finish(found: Found, references: Mapping[str, Reference], models: Models) -> Finding:
    return Finding(
        id=content_key("finding", found.kind, found.part, *found.claims, *sorted(found.references)),
        kind=found.kind,
        claims=found.claims,
        references=found.references,
        labels=found.labels or tuple(references[reference].label for reference in found.references),
        suggested=tuple(references[reference].label for reference in found.suggested),
        reason=found.reason,
        score=round(found.score, 4),
        precision=_precision(found, models),
        measured=models.numbers.get(found.measured or found.kind, 0),
    )


def _misnumbered(
    article: Article, links: Sequence[Link], vectors: Vectors, models: Models
) -> Iterator[Found]:
    evidence = gather_evidence(article, links, vectors, models)
    claims = {claim.id: claim for claim in article.claims}
    references = {reference.id: reference for reference in article.references}
    best = {(link.claim, link.reference): link for link in links if link.rank == 1}
    for one, by_pages in find_by_basis(evidence, models):
        reason = explain_misnumbering(one, claims, references, best, evidence)
        measured = one.kind if by_pages else by_entries(one.kind)
        yield Found(one.kind, one.claims, one.cited, one.suggested, reason, one.score, measured=measured)


def _unique_labels(found: Found) -> Found:
    """Name each cited reference once, with what it should read, in the order of the list's labels."""
    pairs = dict(zip(found.references, found.suggested, strict=True))
    return replace(found, references=tuple(pairs), suggested=tuple(pairs.values()))


def _fact_findings(
    article: Article,
    links: Sequence[Link],
    held: Mapping[str, Document],
    right: Mapping[str, str],
) -> Iterator[Found]:
    """Altered quotes, contradicted numbers and quotes that no cited page holds."""
    for fact in check_facts(article, links, held, right):
        yield Found(fact.kind, (fact.claim,), fact.references, (), fact.reason, fact.score, part=fact.part)


def _dangling(article: Article) -> Iterator[Found]:
    labels = {reference.label for reference in article.references if reference.label}
    # Where entries were read as one, a label without entry shows a misread list, not a fault of the article.
    if not labels or "entries_run_together" in article.warnings:
        return
    for citation in article.citations:
        for place, label in enumerate(label for label in citation.labels if label not in labels):
            reason = f"The marker {citation.marker} names {label}, but the list has no such entry."
            # One marker may name two: its place tells them apart, for a label may be renumbered.
            part = f"{citation.id}#{place}"
            yield Found("dangling_marker", (citation.claim,), (), (), reason, 1.0, (label,), part)


def _unused(article: Article, meant: frozenset[str]) -> Iterator[Found]:
    """Entries that no marker points to; ``meant`` are those that a misnumbered marker should point to."""
    used = meant | {reference for citation in article.citations for reference in citation.references}
    if not any(citation.labels and citation.references for citation in article.citations):
        return
    known = {name for one in article.references if one.id in used for name in _names_of(one)}
    for reference in article.references:
        # Notes and a numbered bibliography may both name a page, and only the note is pointed to.
        if (
            reference.kind == "entry"
            and reference.label
            and reference.id not in used
            and not known & _names_of(reference)
        ):
            reason = f"No marker of the text points to {name_reference(reference)}."
            yield Found("unused_reference", (), (reference.id,), (), reason, 1.0)


def _names_of(reference: Reference) -> set[str]:
    """By what two entries are told to name one page: address and title."""
    return {
        name for name in (canonical_url(reference.fields.url), fold_title(reference.fields.title)) if name
    }


def _dead_sources(article: Article, dead: Mapping[str, str]) -> Iterator[Found]:
    """Entries whose page is gone: readers cannot follow them, whatever copy is held here."""
    for reference in article.references:
        if reference.id in dead:
            cited = {one.claim for one in article.citations if reference.id in one.references}
            claims = tuple(claim.id for claim in article.claims if claim.id in cited)
            reason = f"{name_reference(reference)}: {dead[reference.id]}"
            yield Found("dead_source", claims, (reference.id,), (), reason, 1.0)


def _uncited(article: Article) -> Iterator[Found]:
    """Checkable sentences without marker, where the article's way is to mark them."""
    if not any(citation.labels for citation in article.citations):
        return
    for claim in article.claims:
        if not claim.citations:
            reason = f"{quoted(claim.text)} can be checked but carries no marker."
            yield Found("uncited_claim", (claim.id,), (), (), reason, 1.0)


def _link_mismatches(article: Article) -> Iterator[Found]:
    """Markers whose hyperlink goes to the page of another entry than the one they name."""
    addresses = {
        reference.id: canonical_url(reference.fields.url)
        for reference in article.references
        if reference.kind == "entry" and reference.fields.url
    }
    by_id = {reference.id: reference for reference in article.references}
    for citation in article.citations:
        target = canonical_url(citation.target)
        own = [reference for reference in citation.references if reference in addresses]
        if not target or not citation.labels or not own:
            continue
        others = [reference for reference, address in addresses.items() if address == target]
        if others and not set(others) & set(citation.references):
            reason = (
                f"The marker {citation.marker} names {name_reference(by_id[own[0]])}, "
                f"but its link goes to the page of {name_reference(by_id[others[0]])}."
            )
            yield Found("link_mismatch", (citation.claim,), (own[0],), (), reason, 1.0, part=citation.id)

"""Judge an article: a verdict for each claim and cited source, and the findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.judge.entailment import judge_by_entailment
from tasks.judge.findings import raise_findings
from tasks.judge.models import load_models
from tasks.judge.verdicts import judge_claims

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from tasks.judge.cross_encoder import CrossEncoder
    from tasks.judge.models import Models
    from tasks.link.vectors import Vectors
    from tasks.model import Article, Document, Finding, Link, Verdict

# Findings that a cited page says something else than the claim: what the models weigh too little.
CONTRADICTIONS = frozenset({"altered_quote", "number_mismatch", "unsupported_claim"})


def judge_article(
    article: Article,
    links: Sequence[Link],
    held: Mapping[str, Document],
    vectors: Vectors,
    models: Models | None = None,
    entailment: CrossEncoder | None = None,
    dead: Mapping[str, str] | None = None,
) -> tuple[list[Verdict], list[Finding]]:
    """Return the verdicts and findings of ``article``.

    ``links`` are those of the link stage, ``held`` maps the references that resolved to their
    documents (with sentences), ``vectors`` knows or encodes the claims and the entries' titles.
    ``dead`` says of references whose page is gone how that is known.
    ``entailment`` gives the verdicts in place of the project's own models; findings rest on these alone.
    A claim that a page contradicts, by a finding, is at best partially supported by that page.
    """
    models = models or load_models()
    verdicts = judge_claims(article, links, models)
    if entailment is not None:
        verdicts = judge_by_entailment(verdicts, article, links, held, entailment)
    findings = raise_findings(article, links, held, vectors, models, dead)
    contradicted = {
        (claim, reference)
        for finding in findings
        if finding.kind in CONTRADICTIONS
        for claim in finding.claims
        for reference in finding.references
    }
    return [_at_best_partial(one, contradicted) for one in verdicts], findings


def _at_best_partial(verdict: Verdict, contradicted: AbstractSet[tuple[str, str]]) -> Verdict:
    """Return ``verdict``, "supported" taken back where the page says otherwise; the probability stays."""
    if verdict.verdict == "supported" and (verdict.claim, verdict.reference) in contradicted:
        return replace(verdict, verdict="partially_supported")
    return verdict

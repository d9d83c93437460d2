"""The report of one checked article: for a reader in the terminal, or as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.terminal import one_line
from tasks.judge.reasons import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import RenderableType

    from flows.commands.check import Checked
    from tasks.model import Article, Claim, Finding, Reference, Resolution, Verdict

# Enough of a claim or passage for a reader to judge by.
PASSAGE_CHARACTERS = 400
# Phrases of a claim that a page seems not to hold: more than these and it holds hardly any.
DOUBTS_SHOWN = 4
# Colours say what needs a look.
STYLES = {
    "supported": "green",
    "partially_supported": "yellow",
    "not_supported": "red",
    "source_unavailable": "dim",
}


def as_object(checked: Checked) -> dict[str, Any]:
    """Return the check as one JSON object: article, references, citations, claims, findings, warnings."""
    article = checked.article
    return {
        "article": {
            "title": article.document.metadata.title,
            "authors": list(article.document.metadata.authors),
            "characters": len(article.document.text),
        },
        "references": [_reference(one, checked.resolutions) for one in article.references],
        "citations": [
            {
                "id": one.id,
                "marker": one.marker,
                "labels": list(one.labels),
                "start": one.start,
                "end": one.end,
                "claim": one.claim,
            }
            for one in article.citations
        ],
        "claims": [_claim(one, checked) for one in article.claims],
        "findings": [_finding(one) for one in checked.findings],
        "warnings": list(article.warnings),
    }


def _reference(reference: Reference, resolutions: Mapping[str, Resolution]) -> dict[str, Any]:
    fields, resolution = reference.fields, resolutions[reference.id]
    return {
        "id": reference.id,
        "label": reference.label,
        "kind": reference.kind,
        "authors": list(fields.authors),
        "title": fields.title,
        "outlet": fields.outlet,
        "date": fields.published,
        "accessed": fields.accessed,
        "url": fields.url,
        "document": resolution.document or None,
        "unresolved": resolution.reason or None,
        "text": reference.text,
    }


def _claim(claim: Claim, checked: Checked) -> dict[str, Any]:
    """``verdict`` is the best one over the cited sources; each source's own stands in ``verdicts``."""
    own = [one for one in checked.verdicts if one.claim == claim.id]
    labels = {one.id: one.label for one in checked.article.references}
    best = max(own, key=lambda one: -1.0 if one.probability is None else one.probability, default=None)
    return {
        "id": claim.id,
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "quotes": [
            {"text": one.text, "speaker": one.speaker, "cue": one.cue, "start": one.start, "end": one.end}
            for one in claim.quotes
        ],
        "evidence": [
            {
                "reference": link.reference,
                "label": labels[link.reference],
                "document": link.passage.document,
                "rank": link.rank,
                "start": link.passage.start,
                "end": link.passage.end,
                "text": link.passage.text,
                "score": round(link.passage.score, 4),
                "cosine": round(link.passage.cosine, 4),
                "coverage": round(link.passage.coverage, 4),
            }
            for link in checked.links
            if link.claim == claim.id and link.role == "cited"
        ],
        "verdict": best.verdict if best else None,
        "probability": _rounded(best.probability) if best else None,
        "verdicts": [
            {
                "reference": one.reference,
                "label": labels[one.reference],
                "verdict": one.verdict,
                "probability": _rounded(one.probability),
                "unsupported": [
                    {"start": start, "end": end, "text": claim.text[start:end]}
                    for start, end in checked.unsupported.get((claim.id, one.reference), ())
                ],
            }
            for one in own
        ],
    }


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 4)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "kind": finding.kind,
        "labels": list(finding.labels),
        "suggested": list(finding.suggested),
        "claim": finding.claims[0] if finding.claims else None,
        "claims": list(finding.claims),
        "reason": finding.reason,
        "score": finding.score,
        "precision": finding.precision,
        "measured": finding.measured,
    }


def show(checked: Checked) -> None:
    """Print the report: references, each citation with its claim and passages, then the findings."""
    from rich.console import Console, Group
    from rich.text import Text

    article = checked.article
    parts: list[RenderableType] = [Text(one_line(article.document.metadata.title), style="bold"), Text()]
    parts += _references(article, checked.resolutions)
    parts += _citations(checked)
    parts += _findings(checked.findings)
    for warning in article.warnings:
        parts.append(Text(f"note: {warning}"))
    Console(highlight=False).print(Group(*parts))


def _references(article: Article, resolutions: Mapping[str, Resolution]) -> Iterable[RenderableType]:
    from rich.text import Text

    yield Text(f"References ({len(article.references)})", style="bold")
    for one in article.references:
        fields, found = one.fields, resolutions[one.id]
        told = [", ".join(fields.authors), f"“{fields.title}”" if fields.title else "", fields.outlet]
        told += [fields.published, f"accessed {fields.accessed}" if fields.accessed else "", fields.url]
        words = ". ".join(part for part in told if part) if fields.title or fields.url else one.text
        page = f"page held (by {found.method})" if found.document else f"no page: {found.reason}"
        yield _indented(f"{one.label or '↗'}  {words}  [{page}]", 2)
    yield Text()


def _citations(checked: Checked) -> Iterable[RenderableType]:
    from rich.text import Text

    article, links, verdicts = checked.article, checked.links, checked.verdicts
    claims = {one.id: one for one in article.claims}
    labels = {one.id: one.label or "↗" for one in article.references}
    yield Text(f"Citations ({len(article.citations)})", style="bold")
    for citation in article.citations:
        claim = claims[citation.claim]
        yield _indented(f"{citation.marker}  {_cut(claim.text)}", 2)
        for reference in citation.references:
            for verdict in verdicts:
                if (verdict.claim, verdict.reference) == (claim.id, reference):
                    yield _verdict(labels[reference], verdict)
                    yield from _doubts(claim, checked.unsupported.get((claim.id, reference), ()))
            for link in links:
                if (link.claim, link.reference, link.rank) == (claim.id, reference, 1):
                    yield _indented(quoted(link.passage.text, PASSAGE_CHARACTERS), 8, "italic")
    yield Text()


def _verdict(label: str, verdict: Verdict) -> RenderableType:
    from rich.text import Text

    sure = "" if verdict.probability is None else f", {verdict.probability:.0%} likely supported"
    name = verdict.verdict.replace("_", " ")
    return Text(f"      {label}: {name}{sure}", style=STYLES[verdict.verdict])


def _doubts(claim: Claim, spans: Sequence[tuple[int, int]]) -> Iterable[RenderableType]:
    words = [f"“{claim.text[start:end]}”" for start, end in spans]
    if words:
        more = ["…"] if len(words) > DOUBTS_SHOWN else []
        yield _indented("look for: " + ", ".join(words[:DOUBTS_SHOWN] + more), 8, "yellow")


def _findings(findings: Sequence[Finding]) -> Iterable[RenderableType]:
    from rich.text import Text

    if not findings:
        yield Text("Nothing found.", style="bold green")
        return
    yield Text(f"Findings ({len(findings)})", style="bold red")
    for one in findings:
        labels = ", ".join(one.labels)
        suggested = f" → {', '.join(one.suggested)}" if one.suggested else ""
        head = f"  {one.kind.replace('_', ' ')} {labels}{suggested}"
        yield Text(one_line(head), style="red")
        for line in one.reason.splitlines():
            yield _indented(line, 6)
        measured = f"of {one.measured} such findings on measured data {one.precision:.0%} were right"
        yield Text(f"      {measured}", style="dim")


def _indented(text: str, columns: int, style: str = "") -> RenderableType:
    """One paragraph, every line of it indented."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(one_line(text), style=style), (0, 0, 0, columns), expand=False)


def _cut(text: str) -> str:
    return text if len(text) <= PASSAGE_CHARACTERS else text[:PASSAGE_CHARACTERS].rsplit(" ", 1)[0] + " …"

"""Judge each claim against each source that it cites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tasks.judge.models import Models
    from tasks.model import Article, Link, VerdictName


def name_verdict(supported: float, not_supported: float, models: Models) -> VerdictName:
    """Return the verdict for the two calibrated probabilities."""
    if not_supported >= models.not_supported_from and not_supported > supported:
        return "not_supported"
    return "supported" if supported >= models.supported_from else "partially_supported"


def judge_claims(article: Article, links: Sequence[Link], models: Models) -> list[Verdict]:
    """Return a verdict for each claim × cited reference, in the order of the text.

    A reference without a held page, or with an empty one, gives ``source_unavailable``.
    """
    measured = {(link.claim, link.reference): link.features for link in links if link.rank == 1}
    cited = {citation.id: citation.references for citation in article.citations}
    verdicts = []
    for claim in article.claims:
        references = dict.fromkeys(r for citation in claim.citations for r in cited[citation])
        verdicts += list(_verdicts(claim.id, references, measured, models))
    return verdicts


def _verdicts(
    claim: str,
    references: Mapping[str, None],
    measured: Mapping[tuple[str, str], dict[str, float]],
    models: Models,
) -> Iterator[Verdict]:
    for reference in references:
        features = measured.get((claim, reference))
        if features is None:
            yield Verdict(claim, reference, "source_unavailable", None)
            continue
        supported = models.supported.probability(features)
        not_supported = models.not_supported.probability(features)
        yield Verdict(claim, reference, name_verdict(supported, not_supported, models), supported, features)

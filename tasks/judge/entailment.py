"""Verdicts by a cross-encoder that the user names, in place of the fitted models.

A claim is supported with the probability that the model gives to entailment. What is left to one is the
probability that it is not supported, neutral and contradiction together: a page that is silent on a
claim does not support it any more than one that denies it. Neither is calibrated on citations; see
docs/decisions/entailment.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.judge.cross_encoder import CrossEncoder
    from tasks.model import Article, Document, Link, Verdict, VerdictName

# More likely than not.
SUPPORTED_FROM = 0.5
# "Not supported" sends a person to look: it is said only where nine in ten speak against the claim.
NOT_SUPPORTED_FROM = 0.9

# Marks after which a page's title needs no stop before the passage begins.
SENTENCE_ENDS = (".", "!", "?", "…", ":", "”", '"')


def name_by_entailment(supported: float) -> VerdictName:
    """Return the verdict for the probability that the claim is supported."""
    if 1.0 - supported >= NOT_SUPPORTED_FROM:
        return "not_supported"
    return "supported" if supported >= SUPPORTED_FROM else "partially_supported"


def judge_by_entailment(
    verdicts: Sequence[Verdict],
    article: Article,
    links: Sequence[Link],
    held: Mapping[str, Document],
    model: CrossEncoder,
) -> list[Verdict]:
    """Return ``verdicts`` as ``model`` gives them; those without a held page stay as they are.

    The model reads the page's title with the sentences of the rank-1 link, and the claim. A verdict's
    features are then the model's probabilities. The pairs of one article share batches and no others do,
    so that an answer does not depend on what else is pending.
    """
    claims = {claim.id: claim.text for claim in article.claims}
    passages = {(link.claim, link.reference): link.passage.text for link in links if link.rank == 1}
    judged = [verdict for verdict in verdicts if verdict.probability is not None]
    pairs = [
        (_premise(held[one.reference].metadata.title, passages[one.claim, one.reference]), claims[one.claim])
        for one in judged
    ]
    read = iter(model.read(pairs))
    return [one if one.probability is None else _replaced(one, next(read)) for one in verdicts]


def _premise(title: str, passage: str) -> str:
    """Return the passage under its page's title, which often names who and where; once, if it holds it."""
    title = " ".join(title.split())
    if not title or title in passage:
        return passage
    return f"{title} {passage}" if title.endswith(SENTENCE_ENDS) else f"{title}. {passage}"


def _replaced(verdict: Verdict, odds: Mapping[str, float]) -> Verdict:
    supported = odds["entailment"]
    return replace(verdict, verdict=name_by_entailment(supported), probability=supported, features=dict(odds))

"""Judge each claim against each source that it cites.

Two things are never called ``not_supported``, because the models cannot know it: a claim of few words,
whose meaning lies in the sentences before it, and a claim held against a page in another language. And
one thing the models do not weigh, for the claims that they were fitted to hardly quote: a page that holds
none of a claim's quotations is not its source.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tasks.cite.cues import guess_language
from tasks.judge.absence import is_spoken
from tasks.link.words import content_words
from tasks.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.judge.models import Models
    from tasks.model import Article, Claim, Link, VerdictName

# Distinct content words. Of the claims that the models were fitted to, one in a hundred has fewer.
LEAST_WORDS = 5


def name_verdict(
    supported: float, not_supported: float, models: Models, deniable: bool = True, misquoted: bool = False
) -> VerdictName:
    """Return the verdict for the two calibrated probabilities; at worst partial if not ``deniable``.

    Of a claim that is ``misquoted`` no more is asked than that it is rather not supported than supported.
    """
    sure = misquoted or not_supported >= models.not_supported_from
    if deniable and sure and not_supported > supported:
        return "not_supported"
    return "supported" if supported >= models.supported_from else "partially_supported"


def judge_claims(article: Article, links: Sequence[Link], models: Models) -> list[Verdict]:
    """Return a verdict for each claim × cited reference, in the order of the text.

    A reference without a held page, or with an empty one, gives ``source_unavailable``.
    """
    measured = {(link.claim, link.reference): link.features for link in links if link.rank == 1}
    cited = {citation.id: citation.references for citation in article.citations}
    foreign = _foreign(article, links)
    verdicts = []
    for claim in article.claims:
        references = dict.fromkeys(r for citation in claim.citations for r in cited[citation])
        told = len(set(content_words(claim.text))) >= LEAST_WORDS
        for reference in references:
            features = measured.get((claim.id, reference))
            deniable = told and reference not in foreign
            verdicts.append(_verdict(claim, reference, features, models, deniable))
    return verdicts


def _foreign(article: Article, links: Sequence[Link]) -> frozenset[str]:
    """Return the references whose passages are in another language than the article."""
    language = _language(article.document.metadata.language, article.document.text)
    passages: dict[str, set[str]] = defaultdict(set)
    for link in links:
        passages[link.reference].add(link.passage.text)
    return frozenset(
        reference
        for reference, texts in passages.items()
        # Sorted, so that the sample of a long page is the same on every run.
        if _language("", "\n".join(sorted(texts))) != language
    )


def _language(declared: str, text: str) -> str:
    """Return the code of a language without its region."""
    return guess_language(declared, text).lower().replace("_", "-").partition("-")[0]


def _verdict(
    claim: Claim, reference: str, features: dict[str, float] | None, models: Models, deniable: bool
) -> Verdict:
    if features is None:
        return Verdict(claim.id, reference, "source_unavailable", None)
    supported = models.supported.probability(features)
    not_supported = models.not_supported.probability(features)
    misquoted = features["quotes_absent"] == 1.0 and all(is_spoken(quote) for quote in claim.quotes)
    verdict = name_verdict(supported, not_supported, models, deniable, misquoted)
    return Verdict(claim.id, reference, verdict, supported, features)

"""Judge an article: a verdict for each claim and cited source, and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.judge.findings import raise_findings
from tasks.judge.models import load_models
from tasks.judge.verdicts import judge_claims

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.judge.models import Models
    from tasks.link.vectors import Vectors
    from tasks.model import Article, Document, Finding, Link, Verdict


def judge_article(
    article: Article,
    links: Sequence[Link],
    held: Mapping[str, Document],
    vectors: Vectors,
    models: Models | None = None,
) -> tuple[list[Verdict], list[Finding]]:
    """Return the verdicts and findings of ``article``.

    ``links`` are those of the link stage, ``held`` maps the references that resolved to their
    documents (with sentences), ``vectors`` knows or encodes the claims and the entries' titles.
    """
    models = models or load_models()
    verdicts = judge_claims(article, links, models)
    return verdicts, raise_findings(article, links, held, vectors, models)

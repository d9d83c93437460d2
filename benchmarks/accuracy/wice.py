"""The claims of WiCE and their pages, as the link stage meets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy.lines import read_lines, require
from benchmarks.made import make_article, make_source
from tasks.link.article import link_article, match_article
from tasks.link.candidates import Source
from tasks.link.features import Match, SourceFacts
from tasks.link.vectors import Vectors
from tasks.model import Article, Link

TITLE_MARK = "(meta data) TITLE:"


@dataclass(frozen=True, slots=True)
class Case:
    """A claim as an article of its own that cites one source.

    ``kept`` are the indexes of the page's lines that are sentences of the source: empty ones are none.
    """

    article: Article
    source: Source
    kept: tuple[int, ...]

    def links(self, vectors: Vectors) -> list[Link]:
        """Return the links of the claim, as the link stage makes them."""
        return link_article(self.article, {self.article.references[0].id: self.source}, vectors)

    def match(self, vectors: Vectors) -> tuple[SourceFacts, Match]:
        """Return what the link stage measures between the claim and the source."""
        reference = self.article.references[0].id
        (measured,) = match_article(self.article, {reference: self.source}, vectors)
        return measured[1][reference]


def make_case(key: str, claim: str, title: str, lines: Sequence[str]) -> Case:
    """Return the case of ``claim`` with a page of these ``lines``."""
    source = make_source(f"s{key}", title, lines)
    cited = [{"label": "1", "title": title}]
    article = make_article(f"a{key}", [{"id": "0", "text": claim, "cited": "1"}], cited)
    kept = tuple(number for number, line in enumerate(lines) if line.strip())
    return Case(article, source, kept)


def read_cases(path: Path) -> Iterator[tuple[dict[str, Any], Case]]:
    """Yield each row of ``path`` with its case; raise ValueError for a row without claim or page."""
    for number, row in enumerate(require(read_lines(path), {"claim": str, "evidence": list})):
        yield row, make_case(str(number), row["claim"], page_title(row["evidence"]), row["evidence"])


def page_title(lines: Sequence[str]) -> str:
    """Return the title that the page's lines tell, or ""."""
    return next((line.removeprefix(TITLE_MARK).strip() for line in lines if line.startswith(TITLE_MARK)), "")


def gold_sets(row: dict[str, Any]) -> list[frozenset[int]]:
    """Return the alternative sets of sentences that bear the claim out; empty ones are none."""
    return [frozenset(group) for group in row.get("supporting_sentences") or [] if group]

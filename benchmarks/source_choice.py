"""The source-choice articles: linked once, models fitted to some and judged on others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.accuracy.lines import read_lines, require
from benchmarks.fitting import PAGE_FEATURES, Features, fit
from benchmarks.made import make_article, make_source
from tasks.judge.article import judge_article
from tasks.judge.evidence import find_by_basis, gather_evidence, make_entries
from tasks.judge.fit import ENTRY_FEATURES, entry_features
from tasks.judge.models import LogisticModel, Models
from tasks.link.article import link_article, reference_vector_text
from tasks.link.vectors import Vectors
from tasks.model import Article, Document, Link

# Inverse strength of the penalty: the data are few.
FIT_C = 0.3
MISNUMBERINGS = ("swapped_citation", "off_by_one", "miscited")


class SourceChoice:
    """The source-choice articles, linked once; models are fitted to some and judged on others."""

    def __init__(self, path: Path, vectors: Vectors) -> None:
        self.vectors = vectors
        self.rows = require(read_lines(path), {"id": str, "claims": list, "sources": list})
        self.articles: list[Article] = []
        self.links: list[list[Link]] = []
        self.held: list[dict[str, Document]] = []
        for row in self.rows:
            article = make_article(row["id"], row["claims"], row["sources"])
            held = {
                reference.id: make_source(reference.id, s.get("title") or "", s["text"].split("\n"))
                for reference, s in zip(article.references, row["sources"], strict=True)
            }
            vectors.require(reference_vector_text(reference) for reference in article.references)
            self.articles.append(article)
            self.held.append({reference: source.document for reference, source in held.items()})
            self.links.append(link_article(article, held, vectors))

    def halves(self) -> tuple[range, range]:
        """Return the numbers of every other article, and of those between."""
        return range(0, len(self.rows), 2), range(1, len(self.rows), 2)

    def models_of_other_halves(self, models: Models, names: Sequence[str] = PAGE_FEATURES) -> list[Models]:
        """Return for each article ``models`` with the fits of the half that it is not in."""
        fitted = []
        for half in self.halves()[::-1]:
            page, entry = self.fit(half, names)
            fitted.append(replace(models, page_fit=page, entry_fit=entry))
        return [fitted[number % 2] for number in range(len(self.rows))]

    def line(self, number: int, models: Models) -> dict[str, Any]:
        """Return what the judge stage says of an article: best labels, and misnumberings by claim.

        The best label is None for a claim that cites no entry of the list: the product chooses none.
        """
        row, article, links = self.rows[number], self.articles[number], self.links[number]
        labels = {r.id: s["label"] for r, s in zip(article.references, row["sources"], strict=True)}
        best = {
            one.claim: labels[one.best()]
            for one in gather_evidence(article, links, self.vectors, models).fits
        }
        ids = {claim.id: told["id"] for claim, told in zip(article.claims, row["claims"], strict=True)}
        _, findings = judge_article(article, links, self.held[number], self.vectors, models)
        return {
            "id": row["id"],
            "best": [best.get(claim.id) for claim in article.claims],
            "findings": [
                {"kind": one.kind, "claims": [ids[claim] for claim in one.claims]}
                for one in findings
                if one.kind in MISNUMBERINGS
            ],
        }

    def fit(
        self, numbers: Iterable[int], names: Sequence[str] = PAGE_FEATURES
    ) -> tuple[LogisticModel, LogisticModel]:
        """Fit (page, entry) to the articles ``numbers``; ``names`` are the page's features."""
        page: Features = []
        entry: Features = []
        wanted: list[bool] = []
        for number in numbers:
            gold = self.gold(number)
            words = self._entry_features(number)
            for link in self.links[number]:
                if link.rank == 1 and gold.get(link.claim) is not None:
                    page.append(link.features)
                    entry.append(words[link.claim][link.reference])
                    wanted.append(gold[link.claim] == link.reference)
        return (
            fit(page, wanted, names, FIT_C),
            fit(entry, wanted, tuple(ENTRY_FEATURES), FIT_C),
        )

    def gold(self, number: int) -> dict[str, str | None]:
        """Return claim id → the id of its right reference, None where that is unknown or not of the list."""
        article = self.articles[number]
        by_label = {reference.label: reference.id for reference in reversed(article.references)}
        return {
            claim.id: by_label.get(str(told.get("gold")))
            for claim, told in zip(article.claims, self.rows[number]["claims"], strict=True)
        }

    def _entry_features(self, number: int) -> dict[str, dict[str, dict[str, float]]]:
        article = self.articles[number]
        entries = make_entries(article.references, self.vectors)
        return {c.id: entry_features(c.text, self.vectors.one(c.text), entries) for c in article.claims}

    def judge(self, numbers: Iterable[int], models: Models, pages: bool) -> dict[str, Any]:
        """Count what the findings' rules do with the articles ``numbers``, with or without their pages."""
        counts: Counter[str] = Counter()
        kinds: dict[str, Counter[str]] = defaultdict(Counter)
        for number in numbers:
            self._judge_one(number, models, pages, counts, kinds)
        return {"counts": counts, "kinds": kinds}

    def _judge_one(
        self, number: int, models: Models, pages: bool, counts: Counter[str], kinds: dict[str, Counter[str]]
    ) -> None:
        article, gold = self.articles[number], self.gold(number)
        links = self.links[number] if pages else []
        evidence = gather_evidence(article, links, self.vectors, models)
        found = [one for one, _ in find_by_basis(evidence, models)]
        wrong = {fit.claim for fit in evidence.fits if gold[fit.claim] not in {None, fit.cited}}
        counts["claims"] += len(evidence.fits)
        counts["right source"] += sum(one.best() == gold[one.claim] for one in evidence.fits)
        counts["cited wrongly"] += len(wrong)
        clean = self.rows[number]["fault"] == "clean"
        counts["clean"] += clean
        counts["clean flagged"] += clean and bool(found)
        for finding in found:
            pairs = list(zip(finding.claims, finding.suggested, strict=True))
            right = all(gold[claim] == wanted for claim, wanted in pairs)
            kinds[finding.kind]["right" if right else "wrong"] += 1
            counts["caught"] += sum(claim in wrong and gold[claim] == wanted for claim, wanted in pairs)

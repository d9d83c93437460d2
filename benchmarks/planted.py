"""Plant wrong numbers in articles that are faithful to their sources, and count which are found.

`python -m benchmarks.planted tests/faithful [--json]` takes every article below the folder with the pages
beside it, whose sources, unlike those of made articles, share one subject. In each it exchanges the
numbers of every pair of entries (swap), moves every run of three claims to the next entry (shift), and
gives every claim each other number (wrong), one fault at a time, and judges the article again: with its
pages, and by the words of its list alone. Entries that name one page are one: no fault lies between them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

from benchmarks.accuracy.figures import share
from benchmarks.faithful import find_articles, sources_of
from benchmarks.source_choice import MISNUMBERINGS
from flows.commands.check import check_article
from tasks.embed.encoder import load_encoder
from tasks.judge.findings import raise_findings
from tasks.judge.models import Models, load_models
from tasks.judge.numbering import SHORTEST_SHIFT
from tasks.link.vectors import Vectors
from tasks.model import Article, Link

# Citation → the reference that it is to point to.
Moved = Mapping[str, str]


def single_citations(article: Article) -> dict[str, str]:
    """Return the citations that are the only one of their claim and name one numbered entry, with it."""
    labelled = {reference.id for reference in article.references if reference.label}
    alone = {claim.citations[0] for claim in article.claims if len(claim.citations) == 1}
    return {
        citation.id: citation.references[0]
        for citation in article.citations
        if citation.id in alone and len(citation.references) == 1 and citation.references[0] in labelled
    }


def faults(article: Article, pages: Mapping[str, str]) -> Iterator[tuple[str, Moved]]:
    """Yield every fault that can be planted in ``article``: its name, and where which citations go.

    ``pages`` maps each numbered entry to what it names; a fault moves each citation to another page.
    """
    for fault, moved in _moves(article):
        cited = single_citations(article)
        if all(pages[cited[citation]] != pages[target] for citation, target in moved.items()):
            yield fault, moved


def _moves(article: Article) -> Iterator[tuple[str, Moved]]:
    cited = single_citations(article)
    order = [reference.id for reference in article.references if reference.label]
    for first, second in combinations([one for one in order if one in cited.values()], 2):
        other = {first: second, second: first}
        yield "swap", {citation: other[one] for citation, one in cited.items() if one in other}
    following = dict(pairwise(order))
    places = list(cited.items())
    for start in range(len(places) - SHORTEST_SHIFT + 1):
        run = dict(places[start : start + SHORTEST_SHIFT])
        if len(set(run.values())) == len(run) and following.keys() >= set(run.values()):
            yield "shift", {citation: following[one] for citation, one in run.items()}
    for citation, one in cited.items():
        yield from (("wrong", {citation: other}) for other in order if other != one)


def plant(article: Article, moved: Moved) -> Article:
    """Return ``article`` with the citations of ``moved`` pointing elsewhere."""
    labels = {reference.id: reference.label for reference in article.references}
    return replace(
        article,
        citations=tuple(
            replace(one, references=(moved[one.id],), labels=(labels[moved[one.id]],))
            if one.id in moved
            else one
            for one in article.citations
        ),
    )


def judge(
    article: Article,
    moved: Moved,
    pages: Mapping[str, str],
    links: Sequence[Link],
    vectors: Vectors,
    models: Models,
) -> dict[str, int]:
    """Return how many claims were moved and of these found with their right page, and false findings."""
    right = {one.claim: pages[one.references[0]] for one in article.citations if one.id in moved}
    named = {reference.label: pages[reference.id] for reference in article.references if reference.label}
    planted = plant(article, moved)
    cites = {one.claim: one.references[0] for one in planted.citations if one.references}
    found = wrong = 0
    for finding in raise_findings(planted, links, {}, vectors, models):
        if finding.kind in MISNUMBERINGS:
            told = dict(zip(finding.references, finding.suggested, strict=True))
            hit = [c for c in finding.claims if c in right and named[told[cites[c]]] == right[c]]
            found += len(hit)
            wrong += len(hit) < len(finding.claims)
    return {"claims": len(right), "found": found, "whole": int(found == len(right)), "false": wrong}


def measure(folder: Path) -> dict[str, dict[str, float]]:
    """Return, for each fault with pages and by entries alone, what was planted, found and wrongly raised."""
    models, vectors = load_models(), Vectors(load_encoder())
    counts: dict[str, Counter[str]] = {}
    for path in find_articles(folder):
        checked = check_article(path, sources_of(path))
        held = {one.reference: one.document for one in checked.resolutions.values() if one.document}
        pages = {one.id: held.get(one.id, one.id) for one in checked.article.references}
        for fault, moved in faults(checked.article, pages):
            for basis, links in (("pages", checked.links), ("entries", [])):
                if basis == "pages" and not links:
                    continue
                count = counts.setdefault(f"{fault} by {basis}", Counter())
                count["planted"] += 1
                count.update(judge(checked.article, moved, pages, links, vectors, models))
    return {
        name: {
            "planted": count["planted"],
            "found whole": share(count["whole"], count["planted"]),
            "claims found": share(count["found"], count["claims"]),
            "false findings": count["false"],
        }
        for name, count in sorted(counts.items())
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    figures = measure(options.folder)
    if options.json:
        print(json.dumps(figures))
        return
    for name, one in figures.items():
        print(f"{name:18}" + "  ".join(f"{key} {value}" for key, value in one.items()))


if __name__ == "__main__":
    main()

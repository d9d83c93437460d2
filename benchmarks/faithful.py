"""Count what is found in articles that are faithful to their sources, where nothing should be.

`python -m benchmarks.faithful tests/faithful` checks every article below the folder (each against the
pages of a folder `sources` beside it) and prints the findings by kind and the verdicts by name.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.check import check_article

if TYPE_CHECKING:
    from collections.abc import Sequence

ARTICLES = (".html", ".md", ".txt")
SOURCES = "sources"


@dataclass
class Counts:
    """Findings by kind, verdicts (one for each claim × cited reference) by name, articles with a finding."""

    articles: int = 0
    flagged: list[str] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)


def find_articles(folder: Path) -> list[Path]:
    """Return the articles below ``folder`` in order; what lies in a folder of sources is none."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in ARTICLES and SOURCES not in path.relative_to(folder).parts[:-1]
    )


def sources_of(article: Path) -> Path | None:
    """Return the folder with the pages that ``article`` cites, or None where there is none."""
    folder = article.parent / SOURCES
    return folder if folder.is_dir() else None


def count(folder: Path) -> Counts:
    """Check the articles below ``folder``; raise InputError where one cannot be read."""
    counts = Counts()
    for article in find_articles(folder):
        checked = check_article(article, sources_of(article))
        counts.articles += 1
        counts.findings.update(finding.kind for finding in checked.findings)
        counts.verdicts.update(verdict.verdict for verdict in checked.verdicts)
        if checked.findings:
            counts.flagged.append(str(article.relative_to(folder)))
    return counts


def describe(counts: Counts) -> list[str]:
    """Return the counts as lines; the shares are of the claims whose source is held."""
    judged = {name: n for name, n in counts.verdicts.items() if name != "source_unavailable"}
    whole = sum(judged.values())
    return [
        f"articles: {counts.articles}, with a finding: {len(counts.flagged)}",
        *(f"  {name}" for name in counts.flagged),
        *(f"finding {kind}: {n}" for kind, n in sorted(counts.findings.items())),
        *(f"verdict {name}: {n} ({n / whole:.0%})" for name, n in sorted(judged.items())),
        f"claims without a held source: {counts.verdicts['source_unavailable']}",
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    print("\n".join(describe(count(parser.parse_args(arguments).folder))))


if __name__ == "__main__":
    main()

"""Whether a quotation stands in its source: ``quotes/*.jsonl``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.accuracy.figures import share
from benchmarks.accuracy.lines import Lines, read_lines, require
from tasks.link.quotes import check_quote
from tasks.resolve import fold_title

STATUSES = ("exact", "trimmed", "altered", "absent")
# What an honest quotation may be.
FAITHFUL = ("exact", "trimmed")


def predict(path: Path) -> Lines:
    """Return for each quotation its status, and the words that only it or only the source has."""
    lines = []
    for row in _quotations(path):
        check = check_quote(row["quote"], row["source"])
        lines.append({"id": row["id"], "status": check.status, "differing": [*check.added, *check.removed]})
    return lines


def _quotations(path: Path) -> Lines:
    return require(read_lines(path), {"quote": str, "source": str})


def baseline(path: Path) -> Lines:
    """A quotation is exact where its folded words stand in the folded source, else absent."""
    return [
        {
            "id": row["id"],
            "status": "exact" if _holds(row["source"], row["quote"]) else "absent",
            "differing": [],
        }
        for row in _quotations(path)
    ]


def _holds(source: str, quote: str) -> bool:
    words = fold_title(quote)
    return bool(words) and words in fold_title(source)


def measure(path: Path, lines: Lines) -> dict[str, float]:
    """Return the share right of each class, and of the faithful quotations that were doubted.

    ``change_named``: of the altered quotations found, those of which every changed word is named. A
    quotation without gold is left out.
    """
    pairs = [(row, line) for row, line in zip(read_lines(path), lines, strict=True) if row.get("gold")]
    if not pairs:
        raise ValueError("no quotation has its gold")
    counts = Counter((row["gold"], line["status"]) for row, line in pairs)
    totals = Counter(row["gold"] for row, _ in pairs)
    doubted = sum(n for (gold, said), n in counts.items() if gold in FAITHFUL and said not in FAITHFUL)
    named = [
        _names_change(row, line["differing"])
        for row, line in pairs
        if row["gold"] == "altered" and line["status"] == "altered" and row.get("changed")
    ]
    return {
        "right": share(sum(counts[status, status] for status in STATUSES), len(pairs)),
        **{status: share(counts[status, status], totals[status]) for status in STATUSES if totals[status]},
        "change_named": share(sum(named), len(named)),
        "false_alarms": share(doubted, sum(totals[status] for status in FAITHFUL)),
    }


def _names_change(row: dict[str, dict[str, list[str] | str]], differing: list[str]) -> bool:
    """Whether every word that was put in or taken out is among those named."""
    told = set(fold_title(" ".join(differing)).split())
    changed = [_text(row["changed"].get(side) or "") for side in ("added", "removed")]
    return set(fold_title(" ".join(changed)).split()) <= told


def _text(words: list[str] | str) -> str:
    return words if isinstance(words, str) else " ".join(words)

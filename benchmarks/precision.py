"""Measure how often each kind of finding is right, for ``benchmarks/calibrate.py``."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.accuracy.figures import share
from benchmarks.accuracy.lines import read_lines
from benchmarks.fitting import SEED
from tasks.judge.contradictions import INCOMPARABLE_UNITS, find_number_mismatch
from tasks.judge.findings import by_entries
from tasks.judge.models import load_models
from tasks.link.numbers import find_quantities, missing_quantities
from tasks.link.quotes import check_quote

# Findings that follow from the text alone, by a rule without a fitted number.
KINDS_BY_RULE = ("dangling_marker", "unused_reference", "uncited_claim", "link_mismatch")


def measure_quotes(path: Path) -> dict[str, int]:
    """Count, over the quotes data, status by gold."""
    counts: Counter[str] = Counter()
    for row in read_lines(path):
        counts[f"{row['gold']} as {check_quote(row['quote'], row['source']).status}"] += 1
    return dict(sorted(counts.items()))


def measure_numbers(path: Path) -> dict[str, int]:
    """Count mismatches raised on WiCE's supported claims, as they are and with one number changed."""
    # Which number of a claim is changed, and how, is drawn from it.
    rng = random.Random(SEED)
    counts: Counter[str] = Counter()
    for row in read_lines(path):
        if row["label"] != "supported":
            continue
        page = [number for sentence in row["evidence"] for number in find_quantities(sentence)]
        gold = [row["evidence"][i] for group in row["supporting_sentences"] for i in group]
        quantities = find_quantities(row["claim"])
        counts["faithful"] += 1
        counts["faithful flagged"] += find_number_mismatch(row["claim"], quantities, page, gold) is not None
        usable = [q for q in quantities if q.unit not in INCOMPARABLE_UNITS and re.search(r"\d", q.text)]
        if usable and not missing_quantities(quantities, page):
            number = rng.choice(usable)
            other = re.sub(
                r"\d+", lambda m: str(int(m.group()) + rng.choice((3, 7, 20))), number.text, count=1
            )
            claim = row["claim"][: number.start] + other + row["claim"][number.end :]
            counts["altered"] += 1
            counts["altered flagged"] += (
                find_number_mismatch(claim, find_quantities(claim), page, gold) is not None
            )
    return dict(counts)


def measure_examples(folder: Path, faithful: Path) -> dict[str, dict[str, int]]:
    """Count, for each kind of finding, which of those raised on the examples were planted.

    What is raised on the articles of ``faithful``, each beside a folder with its sources, is wrong.
    """
    from flows.commands.check import check_article

    # Every kind is raised here, whatever was measured before.
    models = replace(load_models(), precision=dict.fromkeys(KINDS_BY_RULE, 1.0))
    planted = json.loads((folder / "planted.json").read_text(encoding="utf-8"))
    wanted = {
        (row["article"], row["kind"], tuple(row["labels"])) for row in planted if row["as"] == "finding"
    }
    kinds: dict[str, dict[str, int]] = {}
    places = [(article, folder / "sources") for article in sorted((folder / "articles").iterdir())]
    places += [(one, one.parent / "sources") for one in sorted(faithful.glob("*/*.*")) if one.is_file()]
    for article, sources in places:
        for finding in check_article(article, sources if sources.is_dir() else None, models).findings:
            right = (f"articles/{article.name}", finding.kind, finding.labels) in wanted
            count = kinds.setdefault(finding.kind, {"right": 0, "wrong": 0})
            count["right" if right else "wrong"] += 1
    return kinds


def findings_table(
    choice: dict[str, Any],
    quotes: dict[str, int],
    numbers: dict[str, int],
    examples: dict[str, dict[str, int]],
    dead: dict[str, Any],
) -> dict[str, Any]:
    """Return, for each kind of finding, its precision, on how many, and on what it was measured.

    ``dead`` is what :func:`benchmarks.dead_sources.measure` gives.
    """
    table: dict[str, Any] = {}
    for basis in ("pages", "entries"):
        for kind in ("swapped_citation", "off_by_one", "miscited"):
            counts = choice[basis]["kinds"].get(kind, {})
            name = kind if basis == "pages" else by_entries(kind)
            on = "source choice: models cross-validated, margins set by hand on the same articles"
            table[name] = _measured(counts.get("right", 0), counts.get("wrong", 0), on)
    table["altered_quote"] = _measured(*_said(quotes, "altered"), "quotes")
    table["unsupported_claim"] = _measured(
        *_said(quotes, "absent"), "quotes: a quotation that the page does not hold"
    )
    table["number_mismatch"] = _measured(
        numbers["altered flagged"],
        numbers["faithful flagged"],
        "WiCE's supported claims, one number changed, against the same unchanged",
    )
    for kind in KINDS_BY_RULE:
        count = examples.get(kind, {"right": 0, "wrong": 0})
        table[kind] = _measured(
            count["right"], count["wrong"], "the planted faults of the examples, and the faithful articles"
        )
    table["dead_source"] = dead_source(dead)
    return table


def dead_source(dead: dict[str, Any]) -> dict[str, Any]:
    """Return the precision of the finding that a page is gone, after one run."""
    on = "made pages in all states, set by hand; some said to be gone that are there"
    return _measured(dead["told"] - dead["wrong"], dead["wrong"], on)


def _measured(right: int, wrong: int, on: str) -> dict[str, Any]:
    return {"precision": share(right, right + wrong), "findings": right + wrong, "on": on}


def _said(quotes: dict[str, int], status: str) -> tuple[int, int]:
    """Return how many quotations were rightly and wrongly said to be ``status``."""
    said = sum(count for key, count in quotes.items() if key.endswith(f" as {status}"))
    right = quotes.get(f"{status} as {status}", 0)
    return right, said - right

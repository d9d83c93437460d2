"""Which entry of the list a claim belongs to, and which numbers are wrong: ``source_choice/*.jsonl``.

Where the models were fitted to the very file, each article is judged by models of the other half.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.accuracy.figures import share
from benchmarks.accuracy.lines import Lines, file_hash, read_lines
from benchmarks.fitting import fitted_data
from benchmarks.source_choice import SourceChoice
from tasks.embed.encoder import load_encoder
from tasks.judge.models import load_models
from tasks.link.vectors import Vectors
from tasks.link.words import content_words

# Which kind of finding a fault of the articles asks for.
KIND_OF_FAULT = {"swap": "swapped_citation", "shift": "off_by_one", "wrong": "miscited"}


def predict(path: Path) -> Lines:
    """Return for each article the best label of each claim and the misnumberings that are raised."""
    data = SourceChoice(path, Vectors(load_encoder()))
    models = [load_models()] * len(data.rows)
    if file_hash(path) in fitted_data():
        models = data.models_of_other_halves(load_models())
    return [data.line(number, one) for number, one in enumerate(models)]


def baseline(path: Path) -> Lines:
    """The source that has the greatest share of the claim's words, the printed one where several do.

    A finding is raised wherever that is another than the printed.
    """
    lines = []
    for row in read_lines(path):
        pages: dict[str, set[str]] = {
            source["label"]: set(content_words(source["text"])) for source in row["sources"]
        }
        best = [_overlapping(claim, pages) for claim in row["claims"]]
        lines.append({"id": row["id"], "best": best, "findings": _disagreements(row, best)})
    return lines


def _overlapping(claim: dict[str, Any], pages: dict[str, set[str]]) -> str | None:
    words = set(content_words(claim["text"]))
    return max(pages, key=lambda label: (len(words & pages[label]), label == claim["cited"]), default=None)


def _disagreements(row: dict[str, Any], best: list[str | None]) -> Lines:
    wanted = {c["id"]: (c["cited"], b) for c, b in zip(row["claims"], best, strict=True) if c["cited"] != b}
    swapped = {one for one, (a, b) in wanted.items() for c, d in wanted.values() if (a, b) == (d, c)}
    swaps: dict[frozenset[str | None], list[str]] = {}
    for one, pair in wanted.items():
        if one in swapped:
            swaps.setdefault(frozenset(pair), []).append(one)
    return [{"kind": "swapped_citation", "claims": claims} for claims in swaps.values()] + [
        {"kind": "miscited", "claims": [one]} for one in wanted if one not in swapped
    ]


def measure(path: Path, lines: Lines) -> dict[str, float]:
    """Return how often the right source is best, and how often what is raised is right.

    A finding is right where every claim of it is cited wrongly; "by claim" counts claims instead of
    findings. A claim whose right source is none of the list, or unknown (gold null), is not counted as a
    choice, and a finding that takes it in is not counted as right.
    """
    pairs = list(zip(read_lines(path), lines, strict=True))
    choices: dict[str, Counter[bool]] = {"all": Counter()}
    found: dict[str, Counter[bool]] = {"all": Counter()}
    claims, articles = Counter[str](), Counter[str]()
    for row, line in pairs:
        wrong = {claim["id"] for claim in row["claims"] if _is_wrong(claim)}
        _count_choices(row, line, choices)
        for finding in line["findings"]:
            for kind in ("all", finding["kind"]):
                found.setdefault(kind, Counter())[set(finding["claims"]) <= wrong] += 1
        raised = {one for finding in line["findings"] for one in finding["claims"]}
        claims.update({"wrong": len(wrong), "raised": len(raised), "caught": len(raised & wrong)})
        _count_article(row.get("fault"), line, wrong, articles)
    return {
        **{f"right source: {g}": share(choices[g][True], choices[g].total()) for g in sorted(choices)},
        **{f"precision: {k}": share(found[k][True], found[k].total()) for k in sorted(found)},
        "precision by claim": share(claims["caught"], claims["raised"]),
        "recall by claim": share(claims["caught"], claims["wrong"]),
        **{
            f"articles: {fault} {became}": share(articles[f"{fault} {became}"], articles[fault])
            for fault in KIND_OF_FAULT
            if articles[fault]
            for became in ("found", "told")
        },
        "articles: clean flagged": share(articles["clean flagged"], articles["clean"]),
    }


def _is_wrong(claim: dict[str, Any]) -> bool:
    return None not in {claim.get("gold"), claim["cited"]} and claim["gold"] != claim["cited"]


def _count_choices(row: dict[str, Any], line: dict[str, Any], choices: dict[str, Counter[bool]]) -> None:
    """Count the claims whose right source is best, of all, of the article's fault, of those cited wrongly."""
    faults = [row["fault"]] if row.get("fault") else []
    for claim, best in zip(row["claims"], line["best"], strict=True):
        if claim.get("gold") is not None:
            for group in ("all", *faults, *(["cited wrongly"] if _is_wrong(claim) else [])):
                choices.setdefault(group, Counter())[best == claim["gold"]] += 1


def _count_article(fault: str | None, line: dict[str, Any], wrong: set[str], articles: Counter[str]) -> None:
    """Count clean articles with a finding; faults of which any claim is raised, and by the right kind."""
    findings = line["findings"]
    if fault == "clean":
        articles.update({"clean": 1, "clean flagged": bool(findings)})
    elif fault in KIND_OF_FAULT:
        hits = {one["kind"] for one in findings if wrong.intersection(one["claims"])}
        articles.update(
            {fault: 1, f"{fault} found": bool(hits), f"{fault} told": KIND_OF_FAULT[fault] in hits}
        )

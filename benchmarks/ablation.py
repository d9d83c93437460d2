"""What is lost when a part is taken out.

`python -m benchmarks.ablation --train PATH --wice PATH --sources PATH`.

Evidence: the ranker is fitted to the train claims without a feature and judged on the others; the numbers
of the set stay. Verdicts: cross-validated on WiCE, the mean over several ways to part the folds. Sources:
each half of the articles judged by the models of the other, fitted without the features.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.accuracy import sources
from benchmarks.accuracy.figures import balanced_accuracy
from benchmarks.accuracy.verdict import features_of, read_claims
from benchmarks.fitting import PAGE_FEATURES, VERDICT_FEATURES, VERDICTS, cross_validated
from benchmarks.rank import Item, figures, fit_weights, put_together, read_items, rescored
from benchmarks.source_choice import SourceChoice
from tasks.embed.encoder import load_encoder
from tasks.judge.models import load_models
from tasks.link.ranking import FEATURES as RANKING
from tasks.link.ranking import load_ranker
from tasks.link.vectors import Vectors

# Features of verdicts and of the right source that tell the same sort of thing.
GROUPS = {
    "cosines": ("cosine_best", "cosine_three", "cosine_span", "cosine_page", "title_cosine"),
    "coverage": ("coverage_one", "coverage_three", "coverage_set", "coverage_page", "gain_page", "words_set"),
    "clauses and company": ("clause_least", "clause_mean", "company"),
    "missing words": ("words_missing", "plain_missing"),
    "numbers": ("numbers_missing", "numbers_missing_set", "numbers_missing_count"),
    "names": ("names", "names_missing", "names_missing_set"),
    "the ranker's score": ("score_best",),
    "titles": ("title_coverage", "title_cosine"),
    "quotations": ("quotes_exact", "quotes_absent"),
}
# Parting 349 claims in folds moves a figure by a claim or two; the mean of so many ways hardly moves.
FOLD_SEEDS = range(8)

Figures = dict[str, float]


def without(items: Sequence[Item], names: Sequence[str]) -> list[Item]:
    """Return ``items`` as if the features ``names`` told nothing."""
    kept = np.array([name not in names for name in RANKING], dtype=float)
    return [replace(item, table=item.table * kept) for item in items]


def ablate_evidence(train: Path, judged: Path, vectors: Vectors) -> dict[str, Figures]:
    """Return the figures of the ranker on ``judged``, whole and without each feature."""
    fitted_on, on = read_items(train, vectors), read_items(judged, vectors)
    fitted_on += put_together(fitted_on, vectors)
    rows: dict[str, Figures] = {}
    for name, out in {"nothing": (), **{name: (name,) for name in RANKING}}.items():
        items = without(on, out)
        ranker = replace(load_ranker(), weights=_weights(fitted_on, out))
        rows[name] = figures(items, [rescored(item, ranker) for item in items], ranker)
    whole = replace(load_ranker(), weights=_weights(fitted_on, ()))
    scores = [rescored(item, whole) for item in on]
    rows["what a sentence adds"] = figures(on, scores, replace(whole, gain_worth=0.0))
    rows["further sentences"] = figures(on, scores, replace(whole, least_gain=1.0))
    return rows


def _weights(items: Sequence[Item], out: Sequence[str]) -> Figures:
    return fit_weights(without(items, out))


def ablate_verdicts(path: Path, vectors: Vectors) -> dict[str, Figures]:
    """Return the balanced accuracies on ``path``, with all features and without each group."""
    cases, labels = read_claims(path)
    features = features_of(cases, vectors)
    rows: dict[str, Figures] = {}
    for name, names in _reduced(VERDICT_FEATURES).items():
        rows[name] = {}
        for verdict in VERDICTS:
            wanted = [label == verdict for label in labels]
            base = sum(wanted) / len(wanted)
            told = [cross_validated(features, wanted, names, seed) for seed in FOLD_SEEDS]
            reached = [balanced_accuracy([one >= base for one in each], wanted) for each in told]
            rows[name][verdict] = float(np.mean(reached))
    return rows


def ablate_sources(path: Path, vectors: Vectors) -> dict[str, Figures]:
    """Return what the findings of misnumbering reach on ``path``, whole and without each group."""
    data, models = SourceChoice(path, vectors), load_models()
    rows: dict[str, Figures] = {}
    for name, names in _reduced(PAGE_FEATURES).items():
        fitted = data.models_of_other_halves(models, names)
        reached = sources.measure(path, [data.line(number, one) for number, one in enumerate(fitted)])
        rows[name] = {
            key: reached[key]
            for key in ("right source: all", "precision: all", "recall by claim", "articles: clean flagged")
            if key in reached
        }
    return rows


def _reduced(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the features left when each group is taken out, of the groups that ``names`` has any of."""
    left = {
        group: tuple(name for name in names if name not in members)
        for group, members in GROUPS.items()
        if set(members) & set(names)
    }
    return {"nothing": tuple(names), **left}


def show(title: str, rows: dict[str, Figures]) -> None:
    """Print the rows as a Markdown table."""
    columns = list(rows["nothing"])
    print(f"\n{title}\n\n| taken out | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name, row in rows.items():
        values = " | ".join(f"{row.get(one, 0):.3f}" if one != "claims" else f"{row[one]}" for one in columns)
        print(f"| {name} | {values} |", flush=True)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, text in (
        ("train", "claims with gold sets that the ranker is fitted to"),
        ("wice", "claims with gold sets and labels to judge on"),
        ("sources", "source-choice articles"),
    ):
        parser.add_argument(f"--{name}", type=Path, required=True, help=text)
    options = parser.parse_args()
    vectors = Vectors(load_encoder())
    show("Evidence", ablate_evidence(options.train, options.wice, vectors))
    show("Verdicts", ablate_verdicts(options.wice, vectors))
    show("Sources", ablate_sources(options.sources, vectors))


if __name__ == "__main__":
    main()

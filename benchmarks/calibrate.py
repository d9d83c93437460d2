"""Fit the models of judging and measure the precision of findings; write ``tasks/judge/models.json``.

python -m benchmarks.calibrate --wice PATH --sources PATH --quotes PATH [--examples DIR] [--write]

The verdict models are fitted to WiCE, the fit of claims to sources to the source-choice data. All
figures printed are cross-validated: each row is judged by a model that did not see it (WiCE: ten
folds; source choice: articles in two halves, each judged by the model of the other).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made import make_article, make_source
from benchmarks.precision import (
    SEED,
    Rows,
    findings_table,
    measure_examples,
    measure_numbers,
    measure_quotes,
    read_rows,
)
from tasks.embed.encoder import load_encoder
from tasks.judge.evidence import find_by_basis, gather_evidence, make_entries
from tasks.judge.fit import ENTRY_FEATURES, entry_features
from tasks.judge.models import FILE, LogisticModel, Models, load_models
from tasks.judge.numbering import Margins
from tasks.link.article import link_article, reference_vector_text
from tasks.link.features import FEATURES
from tasks.link.vectors import Vectors

FOLDS = 10
# Inverse strength of the penalty: strong, for the data are few.
VERDICT_C = 0.1
FIT_C = 0.3
PAGE_FEATURES = (*FEATURES, "title_cosine")
# Log-odds. Set by hand after seeing how far the rightly cited claims of these articles go wrong under the
# cross-validated models, and widened by half: sources of a real article share its subject, and made ones
# do not. So the precision below is that of cross-validated models under margins that know the data.
PAGE_MARGINS = Margins(4.0, 0.3, 6.0, 0.3, 6.0, -1.0)
# By the words of entries alone only joint evidence is sound; a single claim needs a named outlet besides.
ENTRY_MARGINS = Margins(3.5, 0.5, 4.0, 0.3, 6.0, -1.0)
# "told DW" names the outlet of an entry: worth as much as a fairly well fitting title.
ATTRIBUTION = 2.0
# "Not supported" is said only where it was right this often, cross-validated: it accuses somebody.
NOT_SUPPORTED_PRECISION = 0.6

Features = list[dict[str, float]]


def fit(
    features: Features, wanted: list[bool], names: tuple[str, ...], strength: float, balanced: bool
) -> LogisticModel:
    """Fit a logistic regression on standardized features; return it for raw ones."""
    from sklearn.linear_model import LogisticRegression

    table = np.array([[row[name] for name in names] for row in features])
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=strength, class_weight="balanced" if balanced else None, max_iter=2_000)
    model.fit((table - mean) / scale, np.array(wanted))
    raw = model.coef_[0] / scale
    intercept = float(model.intercept_[0] - (raw * mean).sum())
    return LogisticModel(intercept, {name: float(value) for name, value in zip(names, raw, strict=True)})


def wice_features(rows: Rows, vectors: Vectors) -> Features:
    """Return the link stage's features of each claim against its page."""
    found = []
    for number, row in enumerate(rows):
        source = make_source(f"s{number}", _wice_title(row["evidence"]), row["evidence"])
        claim = {"id": "0", "text": row["claim"], "cited": "1"}
        article = make_article(f"a{number}", [claim], [{"label": "1", "title": source.index.title}])
        links = link_article(article, {article.references[0].id: source}, vectors)
        found.append(next(link.features for link in links if link.rank == 1))
    return found


def _wice_title(evidence: list[str]) -> str:
    mark = "(meta data) TITLE:"
    return next((line.removeprefix(mark).strip() for line in evidence if line.startswith(mark)), "")


def cross_validated(features: Features, wanted: list[bool]) -> np.ndarray:
    """Return for each row the probability by a model of the other folds."""
    from sklearn.model_selection import StratifiedKFold

    out = np.zeros(len(features))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for train, test in folds.split(np.zeros(len(features)), np.array(wanted)):
        model = fit([features[i] for i in train], [wanted[i] for i in train], PAGE_FEATURES, VERDICT_C, False)
        for i in test:
            out[i] = model.probability(features[i])
    return out


def calibration_error(probability: np.ndarray, wanted: list[bool], bins: int = 10) -> float:
    """Return the expected calibration error over ``bins`` equally filled bins."""
    order = np.argsort(probability)
    truth = np.array(wanted, dtype=float)
    parts = np.array_split(order, bins)
    return float(sum(len(p) * abs(probability[p].mean() - truth[p].mean()) for p in parts) / len(order))


def balanced_accuracy(said: np.ndarray, wanted: list[bool]) -> float:
    """Return the mean of sensitivity and specificity."""
    truth = np.array(wanted)
    return float((said[truth].mean() + (~said)[~truth].mean()) / 2)


def calibrate_verdicts(path: Path, vectors: Vectors) -> tuple[dict[str, LogisticModel], dict[str, Any]]:
    """Fit both verdict models to WiCE; return them and their cross-validated figures."""
    rows = read_rows(path)
    features = wice_features(rows, vectors)
    models, figures = {}, {}
    for name in ("supported", "not_supported"):
        wanted = [row["label"] == name for row in rows]
        probability = cross_validated(features, wanted)
        share = float(np.mean(wanted))
        figures[name] = {
            "balanced_accuracy": round(balanced_accuracy(probability >= share, wanted), 4),
            "threshold": round(share, 4),
            "calibration_error": round(calibration_error(probability, wanted), 4),
            "claims": len(rows),
        }
        if name == "not_supported":
            figures[name] |= _accusing(probability, wanted)
        models[name] = fit(features, wanted, PAGE_FEATURES, VERDICT_C, False)
    return models, figures


def _accusing(probability: np.ndarray, wanted: list[bool]) -> dict[str, float]:
    """Return the lowest threshold from which all that is said is right often enough, and its figures."""
    truth = np.array(wanted)
    for threshold in np.unique(probability):
        said = probability >= threshold
        if truth[said].mean() >= NOT_SUPPORTED_PRECISION:
            recall = float(truth[said].sum() / truth.sum())
            share = round(float(truth[said].mean()), 4)
            return {"said_from": round(float(threshold), 4), "precision": share, "recall": round(recall, 4)}
    return {"said_from": 1.0, "precision": 1.0, "recall": 0.0}


class SourceChoice:
    """The source-choice articles, linked once; models are fitted to some and judged on others."""

    def __init__(self, path: Path, vectors: Vectors) -> None:
        self.vectors = vectors
        self.rows = read_rows(path)
        self.articles, self.links = [], []
        for row in self.rows:
            article = make_article(row["id"], row["claims"], row["sources"])
            held = {
                reference.id: make_source(f"{row['id']}-{s['label']}", s["title"], s["text"].split("\n"))
                for reference, s in zip(article.references, row["sources"], strict=True)
            }
            vectors.require(reference_vector_text(reference) for reference in article.references)
            self.articles.append(article)
            self.links.append(link_article(article, held, vectors))

    def fit(self, numbers: range) -> tuple[LogisticModel, LogisticModel]:
        """Fit (page, entry) to the articles ``numbers``."""
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
            fit(page, wanted, PAGE_FEATURES, FIT_C, False),
            fit(entry, wanted, tuple(ENTRY_FEATURES), FIT_C, False),
        )

    def gold(self, number: int) -> dict[str, str | None]:
        """Return claim id → the id of its right reference."""
        row = self.rows[number]
        return {
            f"{row['id']}/{c['id']}": None if c["gold"] is None else f"{row['id']}/{c['gold']}"
            for c in row["claims"]
        }

    def _entry_features(self, number: int) -> dict[str, dict[str, dict[str, float]]]:
        article = self.articles[number]
        entries = make_entries(article.references, self.vectors)
        return {c.id: entry_features(c.text, self.vectors.one(c.text), entries) for c in article.claims}

    def judge(self, numbers: range, models: Models, pages: bool) -> dict[str, Any]:
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


def calibrate_sources(
    path: Path, vectors: Vectors, verdicts: dict[str, LogisticModel]
) -> tuple[Models, dict[str, Any]]:
    """Fit the fits, judge each half by the other's models, and return the final models with figures."""
    data = SourceChoice(path, vectors)
    size = len(data.rows)
    halves = (range(0, size, 2), range(1, size, 2))
    figures: dict[str, Any] = {}
    for pages in (True, False):
        total: Counter[str] = Counter()
        kinds: dict[str, Counter[str]] = defaultdict(Counter)
        for train, test in (halves, halves[::-1]):
            judged = data.judge(test, _models(verdicts, *data.fit(train)), pages)
            total.update(judged["counts"])
            for kind, count in judged["kinds"].items():
                kinds[kind].update(count)
        figures["pages" if pages else "entries"] = {
            "counts": dict(total),
            "kinds": {k: dict(v) for k, v in kinds.items()},
        }
    return _models(verdicts, *data.fit(range(size))), figures


def _models(verdicts: dict[str, LogisticModel], page: LogisticModel, entry: LogisticModel) -> Models:
    return Models(
        verdicts["supported"],
        verdicts["not_supported"],
        page,
        entry,
        0.5,
        0.5,
        PAGE_MARGINS,
        ENTRY_MARGINS,
        ATTRIBUTION,
        {},
        {},
        "",
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Fit, measure, print, and with ``--write`` keep the models."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--wice", type=Path, required=True)
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--quotes", type=Path, required=True)
    parser.add_argument("--examples", type=Path, default=Path("examples"))
    parser.add_argument("--faithful", type=Path, default=Path("tests/faithful"))
    parser.add_argument("--write", action="store_true", help="write tasks/judge/models.json")
    arguments = parser.parse_args()
    vectors = Vectors(load_encoder())
    verdicts, verdict_figures = calibrate_verdicts(arguments.wice, vectors)
    models, choice = calibrate_sources(arguments.sources, vectors, verdicts)
    quotes = measure_quotes(arguments.quotes)
    numbers = measure_numbers(arguments.wice)
    findings = findings_table(
        choice, quotes, numbers, measure_examples(arguments.examples, arguments.faithful)
    )
    print(
        json.dumps(
            {
                "verdicts": verdict_figures,
                "sources": choice,
                "quotes": quotes,
                "numbers": numbers,
                "findings": findings,
            },
            indent=1,
        )
    )
    if arguments.write:
        data = {name: _sha256(getattr(arguments, name)) for name in ("wice", "sources", "quotes")}
        FILE.write_text(
            json.dumps(_as_json(models, verdict_figures, findings, data), indent=1) + "\n", encoding="utf-8"
        )
        load_models.cache_clear()
        load_models()


def _as_json(
    models: Models, figures: dict[str, Any], findings: dict[str, Any], data: dict[str, str]
) -> dict[str, Any]:
    return {
        "provenance": {
            "command": "python -m benchmarks.calibrate --wice PATH --sources PATH --quotes PATH --write",
            "date": datetime.now(UTC).date().isoformat(),
            "seed": SEED,
            "data_sha256": data,
        },
        "models": {
            name: {
                "intercept": round(model.intercept, 6),
                "coefficients": {key: round(value, 6) for key, value in model.coefficients.items()},
            }
            for name, model in (
                ("supported", models.supported),
                ("not_supported", models.not_supported),
                ("page_fit", models.page_fit),
                ("entry_fit", models.entry_fit),
            )
        },
        "verdicts": {
            "supported_from": figures["supported"]["threshold"],
            "not_supported_from": figures["not_supported"]["said_from"],
            "measured": figures,
        },
        "margins": {
            "page": {name: getattr(models.page_margins, name) for name in Margins.__slots__},
            "entry": {name: getattr(models.entry_margins, name) for name in Margins.__slots__},
            "attribution": models.attribution,
        },
        "findings": findings,
    }


if __name__ == "__main__":
    main()

"""Fit the models of judging and measure the precision of findings; write ``tasks/judge/models.json``.

python -m benchmarks.calibrate --wice PATH --sources PATH --quotes PATH [--examples DIR] [--write]

The verdict models are fitted to WiCE, the fit of claims to sources to the source-choice data. All
figures printed are cross-validated: each row is judged by a model that did not see it (WiCE: ten
folds; source choice: articles in two halves, each judged by the model of the other).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.accuracy.figures import balanced_accuracy, calibration_error
from benchmarks.accuracy.lines import file_hash
from benchmarks.accuracy.verdict import features_of, read_claims
from benchmarks.dead_sources import measure as measure_dead
from benchmarks.fitting import SEED, VERDICTS, cross_validated, fit_verdict
from benchmarks.precision import findings_table, measure_examples, measure_numbers, measure_quotes
from benchmarks.source_choice import SourceChoice
from tasks.embed.encoder import load_encoder
from tasks.judge.models import FILE, LogisticModel, Models, load_models
from tasks.judge.numbering import Margins
from tasks.link.vectors import Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


def calibrate_verdicts(path: Path, vectors: Vectors) -> tuple[dict[str, LogisticModel], dict[str, Any]]:
    """Fit both verdict models to WiCE; return them and their cross-validated figures."""
    cases, labels = read_claims(path)
    features = features_of(cases, vectors)
    models, figures = {}, {}
    for name in VERDICTS:
        wanted = [label == name for label in labels]
        probability = cross_validated(features, wanted)
        share = float(np.mean(wanted))
        figures[name] = {
            "balanced_accuracy": balanced_accuracy([one >= share for one in probability], wanted),
            "threshold": round(share, 4),
            "calibration_error": calibration_error(probability, wanted),
            "claims": len(cases),
        }
        if name == "not_supported":
            figures[name] |= _accusing(np.array(probability), wanted)
        models[name] = fit_verdict(features, wanted)
    return models, figures


def _accusing(probability: NDArray[np.float64], wanted: list[bool]) -> dict[str, float]:
    """Return the lowest threshold from which all that is said is right often enough, and its figures."""
    truth = np.array(wanted)
    for threshold in np.unique(probability):
        said = probability >= threshold
        if truth[said].mean() >= NOT_SUPPORTED_PRECISION:
            recall = float(truth[said].sum() / truth.sum())
            share = round(float(truth[said].mean()), 4)
            return {"said_from": round(float(threshold), 4), "precision": share, "recall": round(recall, 4)}
    return {"said_from": 1.0, "precision": 1.0, "recall": 0.0}


def calibrate_sources(
    path: Path, vectors: Vectors, verdicts: dict[str, LogisticModel]
) -> tuple[Models, dict[str, Any]]:
    """Fit the fits, judge each half by the other's models, and return the final models with figures."""
    data = SourceChoice(path, vectors)
    halves = data.halves()
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
    return _models(verdicts, *data.fit(range(len(data.rows)))), figures


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
    dead = measure_dead(vectors)
    findings = findings_table(
        choice, quotes, numbers, measure_examples(arguments.examples, arguments.faithful), dead
    )
    print(
        json.dumps(
            {
                "verdicts": verdict_figures,
                "sources": choice,
                "quotes": quotes,
                "numbers": numbers,
                "dead": dead,
                "findings": findings,
            },
            indent=1,
        )
    )
    if arguments.write:
        data = {name: file_hash(getattr(arguments, name)) for name in ("wice", "sources", "quotes")}
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

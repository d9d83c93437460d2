"""Whether a page supports a claim: ``wice/*.jsonl``, ``citation_example/rows.jsonl``.

Where the models were fitted to the very file, each claim is judged by models of the other folds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.accuracy.figures import balanced_accuracy, calibration_error, precision_recall
from benchmarks.accuracy.lines import Lines, file_hash, read_lines, require
from benchmarks.accuracy.wice import Case, make_case, page_title
from benchmarks.fitting import VERDICTS, Features, cross_validated, fitted_data
from tasks.embed.encoder import load_encoder
from tasks.errors import InputError
from tasks.extract.read import extract
from tasks.judge.models import LogisticModel, Models, load_models
from tasks.judge.verdicts import judge_claims
from tasks.link.features import EMPTY_SOURCE
from tasks.link.vectors import Vectors
from tasks.model import Link, Raw
from tasks.normalize import normalize
from tasks.segment import segment

LABELS = ("supported", "partially_supported", "not_supported")
# Nearer to 0 or 1 no probability is told: its log-odds would be infinite.
CERTAIN = 1e-9


def read_claims(path: Path) -> tuple[list[Case], list[str]]:
    """Return the cases of ``path`` and their labels, whichever of the two formats it has."""
    return read_pages(path), read_labels(path)


def read_pages(path: Path) -> list[Case]:
    """Return each claim of ``path`` with its page; the labels are not looked at."""
    return [_case(number, row) for number, row in enumerate(read_lines(path))]


def read_labels(path: Path) -> list[str]:
    """Return the verdict of each row, "" where it has none of :data:`LABELS`."""
    told = (str(row.get("label") or row.get("ground_truth")) for row in read_lines(path))
    labels = [text.strip().lower().replace(" ", "_") for text in told]
    return [label if label in LABELS else "" for label in labels]


def _case(number: int, row: dict[str, Any]) -> Case:
    if "evidence" in row:
        require([row], {"claim": str, "evidence": list})
        return make_case(str(number), row["claim"], page_title(row["evidence"]), row["evidence"])
    require([row], {"claim_text": str, "source_text": str})
    return make_case(str(number), row["claim_text"], "", _sentences(row["source_text"]))


def _sentences(page: str) -> list[str]:
    """Return the sentences of a flattened page, as the pipeline reads a text file; none where it cannot."""
    raw = Raw("page.txt", "text/plain", page.encode("utf-8", "replace"))
    try:
        document = normalize(raw, extract(raw))
    except InputError:
        # Empty or no text: the pipeline leaves such a page out, with the reason.
        return []
    return [document.text[one.start : one.end] for one in segment(document)]


def features_of(cases: Sequence[Case], vectors: Vectors) -> Features:
    """Return the link stage's features of each claim against its page."""
    return [_features(case.links(vectors)) for case in cases]


def _features(links: Sequence[Link]) -> dict[str, float]:
    return next((link.features for link in links if link.rank == 1), {**EMPTY_SOURCE, "title_cosine": 0.0})


def predict(path: Path) -> Lines:
    """Return the judge stage's verdict of each claim and the probabilities behind it.

    Of an empty page the verdict is ``source_unavailable``; its probabilities are those of a page that has
    nothing of the claim.
    """
    cases, vectors = read_pages(path), Vectors(load_encoder())
    links = [case.links(vectors) for case in cases]
    features = [_features(own) for own in links]
    lines = []
    for index, models in enumerate(_models(path, features)):
        (verdict,) = judge_claims(cases[index].article, links[index], models)
        lines.append(
            {
                "index": index,
                "label": verdict.verdict,
                "p_supported": round(models.supported.probability(features[index]), 6),
                "p_not_supported": round(models.not_supported.probability(features[index]), 6),
            }
        )
    return lines


def _models(path: Path, features: Features) -> list[Models]:
    """Return the models for each claim: the product's, or where they know the file those of other folds."""
    models = load_models()
    if file_hash(path) not in fitted_data():
        return [models] * len(features)
    labels = read_labels(path)
    told = [cross_validated(features, [one == name for one in labels]) for name in VERDICTS]
    return [
        replace(models, supported=_saying(supported), not_supported=_saying(not_supported))
        for supported, not_supported in zip(*told, strict=True)
    ]


def _saying(probability: float) -> LogisticModel:
    """Return the model that tells ``probability`` whatever the features are."""
    told = min(max(float(probability), CERTAIN), 1.0 - CERTAIN)
    return LogisticModel(math.log(told / (1.0 - told)), {})


def measure(path: Path, lines: Lines) -> dict[str, float]:
    """Return how well each verdict is told from the rest, by its probability and by the label.

    By probability, a verdict is said from its share among the file's labels on (the threshold that suits
    balanced accuracy); the label accuses only where the product is fairly sure. A claim without gold is
    left out.
    """
    pairs = [(label, line) for label, line in zip(read_labels(path), lines, strict=True) if label]
    if not pairs:
        raise ValueError("no item has a verdict")
    labels, lines = [label for label, _ in pairs], [line for _, line in pairs]
    figures: dict[str, float] = {"claims": len(pairs)}
    for name in VERDICTS:
        wanted = [label == name for label in labels]
        told = [float(line[f"p_{name}"]) for line in lines]
        base = sum(wanted) / len(wanted)
        said = [probability >= base for probability in told]
        named = [line["label"] == name for line in lines]
        figures |= {
            f"{name}: balanced accuracy": balanced_accuracy(said, wanted),
            f"{name}: F1": precision_recall(said, wanted)["F1"],
            f"{name}: calibration error": calibration_error(told, wanted),
            f"{name}: balanced accuracy of the label": balanced_accuracy(named, wanted),
            **{
                f"{name}: {key} of the label": value for key, value in precision_recall(named, wanted).items()
            },
        }
    return figures

"""Name the words of a claim that its page does not support.

That a word is absent from the page says little: a word may stand there in another place, a date may be
told otherwise, and with a missing name goes the "in" before it. So each word is measured (the features are
in ``tasks/judge/wording.py``) and judged by a logistic model; then once more by :data:`SURROUNDINGS`, what
the first judgement said of it and of the words about it, so that whole phrases are named. Function words
and content words have models of their own. The models lie in ``unsupported.json`` beside this module,
written by ``benchmarks/calibrate_tokens.py``, which tells the data.

They were fitted to claims of which a part is unsupported: ask only of claims that are not supported whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.judge.models import LogisticModel
from tasks.judge.wording import measure_words, split_claim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.judge.wording import PageWords, Words

FILE = Path(__file__).with_name("unsupported.json")
SURROUNDINGS: dict[str, str] = {
    "self": "log-odds of the word by the first judgement",
    **{
        f"{side}_{distance}": f"those of the word {distance} {side} it"
        for side in ("before", "after")
        for distance in (1, 2, 3)
    },
    "mean": "mean log-odds of the claim's words",
    "greatest": "greatest log-odds of the claim's words",
    "either": "the greater of those of the two words about it",
    "both": "the lesser of those of the two words about it",
}
# Beyond the claim's ends: log-odds of a word that is fairly surely supported.
OUTSIDE = -2.0


@dataclass(frozen=True, slots=True)
class WordModels:
    """The models of a kind of words, and of both kinds the probability from which a word is named."""

    first: Mapping[bool, LogisticModel]  # by whether the word is a function word
    again: Mapping[bool, LogisticModel]
    said_from: float


@cache
def load_word_models() -> WordModels:
    """Read ``unsupported.json``."""
    data = json.loads(FILE.read_text(encoding="utf-8"))

    def models(name: str) -> dict[bool, LogisticModel]:
        return {
            kind == "function": LogisticModel(one["intercept"], one["coefficients"])
            for kind, one in data["models"][name].items()
        }

    return WordModels(models("first"), models("again"), data["said_from"])


def find_unsupported(
    text: str, page: PageWords, chosen: Sequence[int], models: WordModels | None = None
) -> list[tuple[int, int]]:
    """Return the spans of ``text``, in order, whose words ``page`` does not support.

    ``chosen`` are the sentences of the page that bear on the claim (those of its link of rank 1). Words
    that follow one another make one span.
    """
    models = models or load_word_models()
    claim = split_claim(text)
    said = [probability >= models.said_from for probability in judge_words(claim, page, chosen, models)]
    spans: list[tuple[int, int]] = []
    # A percent sign is no word, but nobody looks for "by 5".
    ends = [end + text.startswith("%", end) for _, end in claim.spans]
    for place, ((start, _), end) in enumerate(zip(claim.spans, ends, strict=True)):
        if said[place] and place and said[place - 1]:
            spans[-1] = (spans[-1][0], end)
        elif said[place]:
            spans.append((start, end))
    return spans


def judge_words(claim: Words, page: PageWords, chosen: Sequence[int], models: WordModels) -> list[float]:
    """Return for each word of ``claim`` the probability, 0-1, that ``page`` does not support it.

    It is 0 for a number, other than a date's, with which the evidence agrees: numbers are compared exactly.
    """
    function = [not stem for stem in claim.stems]
    measured = measure_words(claim, page, chosen)
    odds = [models.first[kind].log_odds(row) for kind, row in zip(function, measured, strict=True)]
    about = surroundings(odds)
    return [
        0.0 if _agreed(row) else models.again[kind].probability(around)
        for kind, row, around in zip(function, measured, about, strict=True)
    ]


def _agreed(row: Mapping[str, float]) -> bool:
    return bool(row["number"] and not row["date"] and not row["number_missing_near"])


def surroundings(odds: Sequence[float]) -> list[dict[str, float]]:
    """Return the :data:`SURROUNDINGS` of each word, given the first log-odds of all of them."""
    edge = [OUTSIDE] * 3
    padded = [*edge, *odds, *edge]
    mean, greatest = sum(odds) / max(len(odds), 1), max(odds, default=OUTSIDE)
    rows = []
    for at in range(len(edge), len(edge) + len(odds)):
        before, after = padded[at - 1], padded[at + 1]
        rows.append(
            {
                "self": padded[at],
                **{f"before_{n}": padded[at - n] for n in (1, 2, 3)},
                **{f"after_{n}": padded[at + n] for n in (1, 2, 3)},
                "mean": mean,
                "greatest": greatest,
                "either": max(before, after),
                "both": min(before, after),
            }
        )
    return rows

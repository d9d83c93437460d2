"""A cross-encoder that the user names: it reads a passage and a claim side by side.

Two kinds of sentence-transformers cross-encoders are understood:

- a classifier with a label for entailment beside others (:data:`MEANINGS`), in any order and case: its
  probabilities are the softmax of its scores;
- a scorer of one label: the probability of entailment is the sigmoid of its score.
"""

from __future__ import annotations

import logging
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.embed.vectors import readable
from tasks.errors import EncoderError
from tasks.keys import content_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# The names that trained models give their labels, folded as `_folded` does, and what each of them says.
MEANINGS = {
    "entailment": "entailment",
    "entail": "entailment",
    "entails": "entailment",
    "supported": "entailment",
    "supports": "entailment",
    "neutral": "neutral",
    "not_enough_info": "neutral",
    "contradiction": "contradiction",
    "contradict": "contradiction",
    "contradicts": "contradiction",
    "refuted": "contradiction",
    "refutes": "contradiction",
    "not_entailment": "not_entailment",
}

# The heads that transformers saves with trained weights and loads again; to any other model it adds one
# of random weights. A causal model gives the odds of its own words "yes" and "no".
TRAINED_HEADS = ("ForSequenceClassification", "ForCausalLM")

# Pairs in one padded batch: at 512 tokens each, a large model's activations stay under a gigabyte.
PAIRS_A_BATCH = 16

# Digits kept of a probability, so that the last bits of a float sum change no row of the database.
DIGITS = 6


class CrossEncoder:
    """A loaded cross-encoder.

    ``key`` names it as an encoder's does: name@revision:sha256 of the weights:what else decides an
    answer. ``labels`` are the meanings of its outputs in their order.
    """

    def __init__(self, model: Any, name: str, revision: str, weights_sha256: str) -> None:
        """Wrap ``model``, a loaded CrossEncoder; raise EncoderError where its labels say nothing."""
        self._model = model
        self.labels = _meanings(model, name)
        form = [*self.labels, str(model.dtype).removeprefix("torch."), str(model.max_seq_length)]
        self.key = f"{name}@{revision}:{weights_sha256}:{'.'.join(form)}"

    @property
    def version(self) -> str:
        """A short hash of the key, for the version of what it judges."""
        return content_key(self.key)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[dict[str, float]]:
        """Return meaning → probability for each pair of a passage and a claim, in their order.

        What is longer than the model reads is cut at the end of the longer of the two. Raises
        EncoderError where the model's answer is not finite.
        """
        if not pairs:
            return []
        logits = self._logits([(readable(premise), readable(claim)) for premise, claim in pairs])
        if not np.isfinite(logits).all():
            raise EncoderError(f"the model {self.key} gives no finite score")
        odds = _softmax(logits) if len(self.labels) > 1 else _sigmoid(logits)
        return [dict(zip(self.labels, map(float, row.round(DIGITS)), strict=True)) for row in odds]

    def _logits(self, pairs: list[tuple[str, str]]) -> NDArray[np.float64]:
        """Return float64 (pairs, labels), whatever activation the model was saved with."""
        from torch.nn import Identity

        scores = self._model.predict(
            pairs, batch_size=PAIRS_A_BATCH, show_progress_bar=False, activation_fn=Identity()
        )
        return np.asarray(scores, dtype=np.float64).reshape(len(pairs), len(self.labels))


# One model is used a process; two let `check` of a test or a notebook change between them.
@lru_cache(maxsize=2)
def load_cross_encoder(model: str) -> CrossEncoder:
    """Return the cross-encoder at a path, or of a name on a model hub (only looked up where online).

    Raises EncoderError where it cannot be loaded, has no trained head or labels that say nothing.
    """
    from tasks.embed.torch import state_sha256

    loaded = _loaded(model)
    if len(loaded) == 1 and not str((loaded.config.architectures or [""])[0]).endswith(TRAINED_HEADS):
        raise EncoderError(f"the model {model!r} is no cross-encoder: its head would be random weights")
    is_folder = Path(model).is_dir()
    name = Path(model).resolve().name if is_folder else model
    commit = getattr(loaded.config, "_commit_hash", None) or "unknown"
    return CrossEncoder(loaded, name, "local" if is_folder else str(commit), state_sha256(loaded))


def _loaded(model: str) -> Any:
    import sentence_transformers
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    silenced = logging.root.manager.disable
    # The libraries warn of random weights at length; this module refuses such a model in one line.
    logging.disable(logging.WARNING)
    try:
        return sentence_transformers.CrossEncoder(model)
    except Exception as error:  # the libraries below raise whatever they meet: OSError, KeyError, …
        message = f"sentence-transformers cannot load the cross-encoder {model!r}: {error}"
        raise EncoderError(message) from error
    finally:
        logging.disable(silenced)


def _meanings(model: Any, name: str) -> tuple[str, ...]:
    if model.num_labels == 1:
        return ("entailment",)
    written = [str(model.config.id2label[number]) for number in range(model.num_labels)]
    meanings = tuple(MEANINGS.get(_folded(label), "") for label in written)
    if "" in meanings or "entailment" not in meanings or max(Counter(meanings).values()) > 1:
        raise EncoderError(
            f"the model {name!r} has the labels {', '.join(written)}; "
            "understood is one score, or entailment beside contradiction, neutral or not_entailment"
        )
    return meanings


def _folded(label: str) -> str:
    return label.strip().casefold().replace(" ", "_").replace("-", "_")


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows that sum to one."""
    # Of differences to the largest one, exp never overflows.
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    rows: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return rows


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    # By logaddexp, as exp alone overflows where a score is far below zero.
    odds: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -logits))
    return odds

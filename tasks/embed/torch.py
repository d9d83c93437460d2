"""Any model that sentence-transformers can load, in float32, on the device that torch prefers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils.logging import disable_progress_bar

from tasks.embed.package import DEFAULT_MODEL, REVISION, WEIGHTS_SHA256, checked_files, package_folder
from tasks.embed.vectors import readable, unit_rows
from tasks.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

# Texts that sentence-transformers gets at a time: it sorts them by length, and progress shows between.
SLAB_TEXTS = 1024


class TorchEncoder:
    """An :class:`~tasks.embed.encoder.Encoder` over sentence-transformers.

    Texts share padded batches, so that the last bits of a vector (some 1e-7) depend on its batch.
    """

    def __init__(self, model: Any, name: str, revision: str, weights_sha256: str) -> None:
        """Wrap ``model``, a loaded SentenceTransformer."""
        self._model = model
        self.name = name
        self.weights_sha256 = weights_sha256
        self.dimension = int(model.get_embedding_dimension())
        self.key = f"{name}@{revision}:{weights_sha256}:{_form(model)}"

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the unit vectors of ``texts``: see :meth:`tasks.embed.encoder.Encoder.encode`."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), SLAB_TEXTS):
            slab = [readable(text) for text in texts[start : start + SLAB_TEXTS]]
            vectors[start : start + len(slab)] = self._model.encode(slab, show_progress_bar=False)
            if progress:
                progress(len(slab))
        return unit_rows(vectors, texts)


def packaged() -> TorchEncoder:
    """Return the default model in float32; raises EncoderError where its files are not the pinned ones."""
    folder = package_folder()
    _check_once(folder)
    return TorchEncoder(_loaded(str(folder)), DEFAULT_MODEL, REVISION, WEIGHTS_SHA256)


def named(model: str) -> TorchEncoder:
    """Return the model at a path, or of a name that sentence-transformers knows.

    Raises EncoderError where it cannot be loaded.
    """
    loaded = _loaded(model)
    is_folder = Path(model).is_dir()
    name = Path(model).resolve().name if is_folder else model
    revision = "local" if is_folder else _commit(loaded)
    return TorchEncoder(loaded, name, revision, state_sha256(loaded))


@cache
def _check_once(folder: Path) -> None:
    """Read 90 MB once a process, not once an encoder."""
    checked_files(folder)


def _loaded(model: str) -> Any:
    # Its bar for loading weights would break into the progress that this program shows.
    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(model)
    except Exception as error:  # the libraries below raise whatever they meet: OSError, KeyError, …
        raise EncoderError(f"sentence-transformers cannot load the model {model!r}: {error}") from error


def _commit(model: Any) -> str:
    """Return the commit of a model from the hub, or "unknown"."""
    config = getattr(getattr(model[0], "model", None), "config", None)
    return str(getattr(config, "_commit_hash", None) or "unknown")


def _form(model: Any) -> str:
    """Return what decides a vector besides the weights: number type, longest text, pooling."""
    poolings = [str(module.pooling_mode) for module in model if hasattr(module, "pooling_mode")]
    return ".".join([str(model.dtype).removeprefix("torch."), str(model.max_seq_length), *poolings])


def state_sha256(model: Any) -> str:
    """Return the sha256 over the names, types, shapes and values of all weights of ``model``."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()

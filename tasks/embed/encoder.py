"""Turn texts into unit vectors: one small interface, whatever computes them.

The default model runs as int8 on the CPU (:mod:`tasks.embed.onnx`), everywhere in the same form, so
that a database can move between machines. Any other model goes through sentence-transformers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from tasks.embed.export import default_cache, exported
from tasks.embed.package import DEFAULT_MODEL
from tasks.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

Form = Literal["auto", "onnx", "torch"]

# The names that mean the packaged model: its own, and the one that it has on its hub.
DEFAULT_NAMES = (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")


class Encoder(Protocol):
    """A model that turns texts into vectors of one embedding space.

    ``key`` names the space, ``name@revision:sha256 of the weights:numeric form``: only vectors of
    equal keys may be compared. ``dimension`` is the length of a vector.
    """

    @property
    def key(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def weights_sha256(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (n, dimension) float32 unit rows in the order of ``texts`` (n).

        Every string has a vector: an empty one that of no words, one that is longer than the model
        reads that of its beginning; lone surrogates count as unknown characters. ``progress`` is
        called, on the calling thread, with the number of texts done since its last call. Raises
        EncoderError rather than return a zero or NaN row.
        """
        ...


def load_encoder(
    model: str = DEFAULT_MODEL, cache: Path | None = None, form: Form = "auto", threads: int | None = None
) -> Encoder:
    """Return the encoder for ``model``: the default model, a path, or a name on a model hub.

    The default model needs no network. Its int8 form ("onnx", also what "auto" chooses) is made once
    and kept in ``cache``, by default :func:`tasks.embed.export.default_cache`; its float32 form is
    "torch", the only form of other models. ``threads`` counts for the int8 form, one a core unless
    given. Raises EncoderError where the model cannot be loaded, was altered, or has no such form.
    """
    packaged = model in DEFAULT_NAMES
    if form == "onnx" and not packaged:
        raise EncoderError(f"only {DEFAULT_MODEL} has the form 'onnx': use 'auto' or 'torch' for {model!r}")
    if packaged and form != "torch":
        from tasks.embed.onnx import OnnxEncoder

        return OnnxEncoder(exported(cache or default_cache()), threads)
    from tasks.embed import torch

    return torch.packaged() if packaged else torch.named(model)

"""What goes into an encoder and what comes out of it, the same for every form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tasks.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Tokenizers read a whole text before they cut it. 512 tokens of prose are about 2,500 characters, so
# nothing that a model would have seen is lost here, and a text of 50 MB costs no more than this.
MAX_CHARACTERS = 65_536

# How much of a text an error message shows.
SHOWN_CHARACTERS = 60


def readable(text: str) -> str:
    """Return ``text`` as a tokenizer can take it: its beginning, lone surrogates as U+FFFD."""
    beginning = text[:MAX_CHARACTERS]
    return beginning.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def unit_rows(vectors: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
    """Return ``vectors`` (n, dimension) with every row at length one, as float32.

    Raises EncoderError where a row is zero or not finite, naming its text of ``texts`` (n).
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    bad = np.flatnonzero(~np.isfinite(norms[:, 0]) | (norms[:, 0] == 0))
    if bad.size:
        shown = texts[int(bad[0])][:SHOWN_CHARACTERS]
        raise EncoderError(f"{bad.size} of {len(texts)} texts have no usable vector, the first is {shown!r}")
    rows: NDArray[np.float32] = (vectors / norms).astype(np.float32)
    return rows

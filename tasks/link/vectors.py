"""Hand out the unit vectors of texts, encoding each text once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from tasks.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray


class Encodes(Protocol):
    """The part of an encoder that is needed here."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) unit rows."""


class Vectors:
    """Vectors by text: those known beforehand, those encoded since, and nothing twice.

    ``fresh`` are the keys that were encoded here and are not stored yet.
    """

    def __init__(self, encoder: Encodes, known: Mapping[str, NDArray[np.float32]] | None = None) -> None:
        self._encoder = encoder
        self._known = dict(known or {})
        self.fresh: dict[str, NDArray[np.float32]] = {}

    def require(self, texts: Iterable[str]) -> None:
        """Encode those of ``texts`` that are not known, all in one call."""
        wanted = {text_key(text): text for text in dict.fromkeys(texts)}
        missing = {key: text for key, text in sorted(wanted.items()) if key not in self._known}
        if missing:
            rows = self._encoder.encode(list(missing.values()))
            self.fresh.update(zip(missing, rows, strict=True))
            self._known.update(zip(missing, rows, strict=True))

    def one(self, text: str) -> NDArray[np.float32]:
        """Return the vector (dimension,) of ``text``, encoding it if need be."""
        self.require([text])
        return self._known[text_key(text)]

    def many(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension), a row of zeros for an empty text."""
        # The sentences of a long paragraph all bring its text: hash it once.
        keys = {text: text_key(text) for text in dict.fromkeys(texts) if text}
        self.require(keys)
        rows = np.zeros((len(texts), self._encoder.dimension), dtype=np.float32)
        for number, text in enumerate(texts):
            if text:
                rows[number] = self._known[keys[text]]
        return rows

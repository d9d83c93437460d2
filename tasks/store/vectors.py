"""Vectors: one embedding space a database, one vector a distinct text. The table is its own ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tasks.errors import EncoderError, StoreError
from tasks.store.commit import next_batch
from tasks.store.connect import registered, transaction
from tasks.store.rows import embedding_tables, utc
from tasks.store.statements import load
from tasks.store.tables import arrow

if TYPE_CHECKING:
    import duckdb
    import numpy as np

# Rounding of float32 over some hundred components stays far below this; a vector that was not
# normalized is far above it.
UNIT_TOLERANCE = 1e-3


class Space(Protocol):
    """What tells embedding spaces apart; an encoder is one."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def weights_sha256(self) -> str: ...
    @property
    def dimension(self) -> int: ...


@dataclass(frozen=True, slots=True)
class EmbeddingSpace:
    """The space that a database's vectors are in."""

    key: str
    name: str
    weights_sha256: str
    dimension: int


@dataclass(frozen=True, slots=True)
class VectorBatch:
    """Vectors to be kept: ``vectors`` of shape (len(keys), dimension), unit rows of float32."""

    run_id: str
    version: str
    started_at: datetime
    seconds: float
    keys: Sequence[str]
    vectors: np.ndarray


def read_space(con: duckdb.DuckDBPyConnection) -> EmbeddingSpace | None:
    """Return the database's space, or None before the first vector."""
    rows = con.execute(load("queries", "embedding_space")).fetchall()
    return EmbeddingSpace(*rows[0]) if rows else None


def refuse_other_space(held: EmbeddingSpace | None, space: Space) -> None:
    """Raise EncoderError when the database's vectors are in another space than ``space``."""
    if held is not None and held.key != space.key:
        raise EncoderError(
            f"The database holds vectors of {held.name} ({held.key}); vectors of {space.name} ({space.key})"
            " must not be mixed with them. Replace the space to embed all texts anew."
        )


def replace_space(con: duckdb.DuckDBPyConnection, space: Space) -> None:
    """Make ``space`` the database's space, and drop every vector, in one transaction."""
    import numpy as np

    row = arrow("embedding_space", [(space.key, space.name, space.weights_sha256, space.dimension)])
    none = embedding_tables([], np.empty((0, space.dimension), dtype=np.float32))["embeddings"]
    with registered(con, incoming=row, incoming_vectors=none), transaction(con):
        con.execute(load("writes", "embedding_space"))


def commit_vectors(con: duckdb.DuckDBPyConnection, space: Space, batch: VectorBatch) -> None:
    """Keep the vectors of ``batch`` and its row, together. Raises EncoderError for unsound vectors.

    The first vectors of a database settle its space.
    """
    held = read_space(con)
    refuse_other_space(held, space)
    _refuse_unsound(space, batch)
    if held is None:
        replace_space(con, space)
    if not len(batch.keys):
        return
    # The first of equal keys: their texts are equal, and so are their vectors.
    first = sorted({key: place for place, key in reversed(list(enumerate(batch.keys)))}.values())
    rows = embedding_tables([batch.keys[place] for place in first], batch.vectors[first])
    number, count = next_batch(con, batch.run_id), len(first)
    row = (batch.run_id, number, "embed", batch.version, utc(batch.started_at), batch.seconds)
    with transaction(con):
        with registered(con, incoming=rows["embeddings"]):
            con.execute(load("writes", "embeddings"))
        with registered(con, incoming=arrow("batches", [(*row, count, count, 0, [], count, 0)])):
            con.execute(load("writes", "batches"))


def _refuse_unsound(space: Space, batch: VectorBatch) -> None:
    import numpy as np

    shape = (len(batch.keys), space.dimension)
    if batch.vectors.shape != shape:
        raise StoreError(f"Vectors of shape {batch.vectors.shape} were given where {shape} is needed.")
    lengths = np.linalg.norm(batch.vectors.astype(np.float64), axis=1)
    # Written so that NaN, which compares false with anything, is unsound too.
    sound = np.abs(lengths - 1) < UNIT_TOLERANCE
    if not sound.all():
        worst = batch.keys[int(np.argmin(sound))]
        raise EncoderError(f"The vector of {worst} is zero, not finite or not of length 1: nothing was kept.")

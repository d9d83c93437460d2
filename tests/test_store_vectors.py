"""Vectors: one a distinct text, all of one space."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import (
    NOON,
    SPACE,
    count,
    unit_vectors,
)

from tasks.errors import EncoderError, StoreError
from tasks.store.load import (
    load_vectors,
)
from tasks.store.vectors import EmbeddingSpace, VectorBatch


def vectors(keys, matrix, run_id="run-1"):
    return VectorBatch(run_id, "1", NOON, 0.1, keys, matrix)


def test_vectors_come_back_to_the_last_bit(store):
    """Those that are not held are left out."""
    matrix = unit_vectors(3)
    store.commit_vectors(SPACE, vectors(["a", "b", "c"], matrix))
    loaded = load_vectors(store, ["c", "a", "x"])
    assert sorted(loaded) == ["a", "c"]
    assert loaded["a"].dtype == np.float32
    assert np.array_equal(loaded["c"], matrix[2])
    assert load_vectors(store, []) == {}


def test_a_text_that_has_a_vector_keeps_it(store):
    """One vector a distinct text, also when two batches bring it, or one brings it twice."""
    matrix = unit_vectors(4)
    store.commit_vectors(SPACE, vectors(["a"], matrix[:1]))
    store.commit_vectors(SPACE, vectors(["a", "b", "b"], matrix[1:]))
    assert count(store, "embeddings") == 2
    assert np.array_equal(load_vectors(store, ["a"])["a"], matrix[0])


def bad(position: int, value: float) -> np.ndarray:
    matrix = unit_vectors(3)
    matrix[position] = value
    return matrix


@pytest.mark.parametrize(
    ("error", "matrix"),
    [
        (EncoderError, bad(1, 0.0)),
        (EncoderError, bad(2, np.nan)),
        (EncoderError, bad(0, np.inf)),
        (EncoderError, unit_vectors(3) * 2),
        (StoreError, unit_vectors(3, 128)),
        (StoreError, unit_vectors(2)),
    ],
    ids=["zero", "nan", "infinite", "not-unit", "dimension", "count"],
)
def test_unsound_vectors_are_refused_whole(store, error, matrix):
    """Not one of the batch is kept."""
    with pytest.raises(error):
        store.commit_vectors(SPACE, vectors(["a", "b", "c"], matrix))
    assert (count(store, "embeddings"), count(store, "batches")) == (0, 0)


def test_vectors_of_another_space_are_refused(store):
    """Mixing is refused with both names; nothing is written."""
    store.commit_vectors(SPACE, vectors(["a"], unit_vectors(1)))
    other = EmbeddingSpace("big@2", "big", "1" * 64, 384)
    with pytest.raises(
        EncoderError, match=r"holds vectors of tiny \(tiny@1\); vectors of big \(big@2\) must not be mixed"
    ):
        store.commit_vectors(other, vectors(["b"], unit_vectors(1)))
    assert count(store, "embeddings") == 1
    assert store.space() == SPACE


def test_replacing_the_space_drops_all_vectors_and_takes_the_new_dimension(store):
    """The table is made anew, with its comments, and takes vectors of the new dimension."""
    comments = store.rows("dictionary_columns")
    store.commit_vectors(SPACE, vectors(["a"], unit_vectors(1)))
    other = EmbeddingSpace("big@2", "big", "1" * 64, 768)
    store.replace_space(other)
    assert (count(store, "embeddings"), store.space()) == (0, other)
    store.commit_vectors(other, vectors(["a"], unit_vectors(1, 768)))
    assert load_vectors(store, ["a"])["a"].shape == (768,)
    expected = [{**row, "data_type": row["data_type"].replace("384", "768")} for row in comments]
    assert store.rows("dictionary_columns") == expected


def test_a_first_space_may_have_any_dimension(store):
    """The database settles on it with the first vectors."""
    other = EmbeddingSpace("big@2", "big", "1" * 64, 12)
    store.commit_vectors(other, vectors(["a"], unit_vectors(1, 12)))
    assert store.space() == other

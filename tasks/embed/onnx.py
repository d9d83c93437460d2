"""The default model in its int8 form, run by onnxruntime on the CPU; imports no torch."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from tasks.embed.export import FORM
from tasks.embed.package import DEFAULT_MODEL, MAX_TOKENS, REVISION, WEIGHTS_SHA256
from tasks.embed.vectors import readable, unit_rows
from tasks.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

# Texts that a thread takes at a time: some 50 ms of work, so that threads end together and progress shows.
CHUNK_TEXTS = 32

# Few texts are still spread over the threads: at least this many chunks a thread, where there are texts.
CHUNKS_PER_THREAD = 4

# onnxruntime's level for errors: its warnings speak of nodes and tell a user nothing.
LOG_ERRORS = 3


class OnnxEncoder:
    """An :class:`~tasks.embed.encoder.Encoder` over an exported model.

    Each text goes through the graph alone, on one thread, and as many texts at once as there are
    threads: a vector is the same to the bit whatever else is encoded, and no time goes into padding.
    One encoder may be used by several threads.
    """

    name = DEFAULT_MODEL
    weights_sha256 = WEIGHTS_SHA256
    key = f"{DEFAULT_MODEL}@{REVISION}:{WEIGHTS_SHA256}:{FORM}"

    def __init__(self, model: bytes, threads: int | None = None) -> None:
        """Load ``model``, the bytes of an export; ``threads`` is one a usable core unless given."""
        self._session = _session(model)
        self._tokenizer: Any = Tokenizer.from_str(
            self._session.get_modelmeta().custom_metadata_map["tokenizer"]
        )
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._threads = threads or usable_cores()
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the unit vectors of ``texts``: see :meth:`tasks.embed.encoder.Encoder.encode`."""
        pooled = np.empty((len(texts), self.dimension), dtype=np.float32)
        pool = ThreadPoolExecutor(self._threads)
        try:
            jobs = [
                pool.submit(partial(self._fill, pooled, texts, rows))
                for rows in chunks(len(texts), self._threads)
            ]
            for job in as_completed(jobs):
                done = job.result()
                if progress:
                    progress(done)
        finally:
            # An error or an interrupt ends the work after the chunks that are being computed.
            pool.shutdown(cancel_futures=True)
        return unit_rows(pooled, texts)

    def _fill(self, pooled: NDArray[np.float32], texts: Sequence[str], rows: range) -> int:
        """Compute ``rows`` of ``pooled`` (n, dimension), and return how many they are."""
        for row in rows:
            tokens = self._tokenizer.encode(readable(texts[row])).ids
            pooled[row] = self._session.run(None, {"tokens": np.array([tokens], dtype=np.int64)})[0][0]
        return len(rows)


def chunks(texts: int, threads: int) -> list[range]:
    """Cut ``range(texts)`` into what a thread takes at a time."""
    size = max(1, min(CHUNK_TEXTS, texts // (threads * CHUNKS_PER_THREAD)))
    return [range(start, min(start + size, texts)) for start in range(0, texts, size)]


def usable_cores() -> int:
    """Return how many cores this process may use, which on Linux may be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _session(model: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    # Parallel over texts, not inside a product: every text is computed by the thread that asks for it.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = LOG_ERRORS
    # More than basic would fuse SkipLayerNormalization, which is slower than its parts.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common class below Exception
        raise EncoderError(f"onnxruntime cannot load the exported model: {error}") from error

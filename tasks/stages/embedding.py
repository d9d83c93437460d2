"""embed: a vector for each distinct text that links need."""

from __future__ import annotations

import time

from tasks.stages.children import close_children
from tasks.stages.linking import encoder_of, vector_batch
from tasks.stages.work import Context

# The version of the stage's code: raise it when the stage would give another answer.
EMBED = "1"
# Texts embedded and committed at a time: some seconds of work, and a few megabytes of vectors.
TEXTS_A_BATCH = 4_000


def embed(context: Context) -> None:
    """Give each distinct text a vector; a change of the model drops all vectors first."""
    # Nothing after this parses, and the model can use the memory; a single idle child takes little.
    close_children(most=1)
    encoder = encoder_of(context.settings)
    space = context.store.space()
    if space is not None and space.key != encoder.key:
        context.store.replace_space(encoder)
    (count,) = context.store.rows("pending_texts_count")
    context.start("embed", count["texts"])
    after = ""
    while rows := context.store.rows("pending_texts", after=after, limit=TEXTS_A_BATCH):
        began = time.perf_counter()
        keys = [row["text_key"] for row in rows]
        vectors = encoder.encode([row["text"] for row in rows], context.advance)
        context.commit_vectors(encoder, vector_batch(context, EMBED, began, keys, vectors))
        after = max(keys)

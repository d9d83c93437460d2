"""What a stage hands to the store: the outcome of each item, the rows made of them, what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tasks.errors import StoreError
from tasks.model import Issue

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item. ``reason`` is a code, and empty exactly when the item was kept.

    ``attempts`` counts the tries of this input by this version of the stage, this one included.
    """

    item: str
    input_hash: str
    output_hash: str
    kept: bool = True
    reason: str = ""
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of a stage: what is committed together or not at all.

    ``started_at`` is an aware time, or a naive one in UTC; ``seconds`` is the time spent before the commit.
    """

    run_id: str
    stage: str
    version: str
    started_at: datetime
    seconds: float
    outcomes: tuple[Outcome, ...]
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()

    def reasons(self) -> dict[str, int]:
        """Return how many items were dropped for each reason, by reason."""
        return dict(sorted(Counter(outcome.reason for outcome in self.outcomes if not outcome.kept).items()))


def refuse_unsound(batch: Batch) -> None:
    """Raise StoreError for a batch whose counts could not add up."""
    seen: set[str] = set()
    for outcome in batch.outcomes:
        if outcome.item in seen:
            raise StoreError(f"{batch.stage}: the item {outcome.item!r} has two outcomes in one batch.")
        if outcome.kept == bool(outcome.reason) or outcome.kept != bool(outcome.output_hash):
            raise StoreError(
                f"{batch.stage}: {outcome.item!r} must be kept with an output, or dropped with a reason."
            )
        seen.add(outcome.item)

"""Match the outlets that a claim names ("told DW", "according to the Post") to the list's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.cite.outlets import attributions, find_outlet, outlet_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.model import Claim, Reference


def attributed_references(claim: Claim, references: Sequence[Reference]) -> dict[str, str]:
    """Return reference id → the words that name its outlet in ``claim``; empty where none is named."""
    outlets = {reference.id: _outlet(reference) for reference in references}
    named = attributions(claim.text, [name for name in outlets.values() if name])
    return {
        reference: claim.text[found.start : found.end]
        for found in named
        for reference, name in outlets.items()
        if name and outlet_key(name) == outlet_key(found.outlet.name)
    }


def _outlet(reference: Reference) -> str:
    """The outlet's name as the entry gives it, else that of its address where it is known."""
    known = find_outlet(reference.fields.url) if reference.fields.url else None
    return reference.fields.outlet or (known.name if known else "")

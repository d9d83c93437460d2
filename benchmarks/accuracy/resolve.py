"""Which held document a works-cited entry means, or none: ``resolve/*.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.accuracy.figures import share
from benchmarks.accuracy.lines import Lines, require
from tasks.cite.references import parse_reference
from tasks.model import Metadata, Reference
from tasks.resolve import fold_title, holding_of, resolve_all


def read_catalogue(path: Path) -> Mapping[str, Any]:
    """Return the documents, of which there may be none, and references; raise ValueError without these."""
    data = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(data, dict) or not data["references"]:
        raise ValueError("it holds no references")
    require(data["documents"], {"id": str})
    require(data["references"], {"id": str, "reference": str})
    return data


def predict(path: Path) -> Lines:
    """Return for each reference the document that it means, or null and why."""
    data = read_catalogue(path)
    holdings = [
        holding_of(
            one["id"],
            Metadata(
                title=one.get("title") or "",
                authors=tuple(one.get("authors") or ()),
                outlet=one.get("outlet") or "",
                published=one.get("date") or "",
                url=one.get("url") or "",
            ),
        )
        for one in data["documents"]
    ]
    references = [
        # Named by its place: two may have the same id.
        Reference(
            str(place),
            "",
            "entry",
            one["reference"],
            0,
            len(one["reference"]),
            parse_reference(one["reference"]),
        )
        for place, one in enumerate(data["references"])
    ]
    found = resolve_all(references, holdings)
    return [
        {"id": row["id"], "document": found[one.id].document or None, "reason": found[one.id].reason}
        for row, one in zip(data["references"], references, strict=True)
    ]


def baseline(path: Path) -> Lines:
    """The only document whose whole folded title stands in the reference."""
    data = read_catalogue(path)
    titles = [(one["id"], fold_title(one.get("title") or "")) for one in data["documents"]]
    lines = []
    for one in data["references"]:
        text = f" {fold_title(one['reference'])} "
        held = [document for document, title in titles if title and f" {title} " in text]
        alone = held[0] if len(held) == 1 else None
        lines.append({"id": one["id"], "document": alone, "reason": "" if alone else "not_held"})
    return lines


def measure(path: Path, lines: Lines) -> dict[str, float]:
    """Return shares right, wrong and unresolved: of the held, of the absent, and by corruption."""
    rows = read_catalogue(path)["references"]
    counts: dict[str, Counter[str]] = {}
    for row, line in zip(rows, lines, strict=True):
        gold, found = row["gold"], line["document"]
        became = "right" if found == gold else "wrong" if found else "unresolved"
        held = "absent" if gold is None else "held"
        for group in ("all", held, f"kind {row.get('corruption', 'none')}"):
            counts.setdefault(group, Counter())[became] += 1
    order = sorted(counts, key=lambda group: (group.startswith("kind"), group))
    return {
        f"{group}: {became}": share(counts[group][became], counts[group].total())
        for group in order
        for became in ("right", "wrong", "unresolved")
        # Of an absent page nothing is "unresolved" but rightly.
        if (group, became) != ("absent", "unresolved")
    }

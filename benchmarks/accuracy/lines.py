"""Read the rows of data files and write predictions: JSON, one object a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Lines = list[dict[str, Any]]


def read_lines(path: Path) -> Lines:
    """Return the objects of ``path``; raise ValueError for a line that is none."""
    rows = []
    # Not splitlines: a text may hold U+2028, which JSON does not escape.
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if line.strip():
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"line {number} is no object")
            rows.append(row)
    if not rows:
        raise ValueError("it holds no item")
    return rows


def require(rows: Lines, fields: Mapping[str, type]) -> Lines:
    """Return ``rows``; raise ValueError for the first without all ``fields`` in their types."""
    for number, row in enumerate(rows, start=1):
        for name, kind in fields.items():
            if not isinstance(row.get(name), kind):
                raise ValueError(f"item {number} has no {name!r} of type {kind.__name__}")
    return rows


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line."""
    # Escaped, so that no reader takes a U+2028 in a title for the end of the line.
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")


def file_hash(path: Path) -> str:
    """Return the sha256 of a file, or of a folder's files with their names."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for one in sorted(each for each in path.rglob("*") if each.is_file()):
        digest.update(f"{one.relative_to(path)}\0{file_hash(one)}\n".encode())
    return digest.hexdigest()

"""The one place where text is made fit for DuckDB, whose strings are UTF-8."""

from __future__ import annotations

import re
from typing import Any

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(value: Any) -> Any:
    """Return ``value`` with each lone surrogate in its strings replaced by U+FFFD, at any depth.

    UTF-8 has no form for a lone surrogate. One character takes the place of one, so spans stay right.
    NUL is kept: DuckDB stores it as any other character.
    """
    if isinstance(value, str):
        return value if value.isascii() else _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    # Arrow takes the entries of a map as tuples only.
    if isinstance(value, tuple):
        return tuple(storable(item) for item in value)
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value

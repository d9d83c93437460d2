"""What is wrong with a configuration file, one line a fault, in the words of the file.

In: what pydantic found. Out: "[articles] feeds 2 has no key 'ulr'; did you mean 'url'?".
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

# The keys from the top of the file to a value; entries of a list by their number, from 0.
Location = tuple[int | str, ...]

# What pydantic says of these names its own classes, which the reader of a TOML file does not know.
PLAIN_WORDS = {
    "model_type": "must be a table of keys",
    "path_type": "must be a path in quotes",
    "tuple_type": "must be a list in brackets",
}


def fault_lines(error: ValidationError, data: object, model: type[BaseModel]) -> Iterator[str]:
    """Yield a line for each thing that is wrong with ``data``, read as ``model``: which key, and why."""
    for fault in error.errors(include_url=False):
        if fault["type"] == "extra_forbidden":
            yield _unknown(fault["loc"], model)
        else:
            yield _wrong(fault, _place(_written(fault["loc"], data)))


def _wrong(fault: Mapping[str, Any], place: str) -> str:
    if fault["type"] == "missing":
        return f"{place} is missing"
    if fault["type"] == "value_error":
        return f"{place}: {fault['ctx']['error']}" if place else str(fault["ctx"]["error"])
    reason = PLAIN_WORDS.get(fault["type"], fault["msg"].replace("Input should be", "must be"))
    return f"{place} {reason}, not {fault['input']!r}"


def _unknown(location: Location, model: type[BaseModel]) -> str:
    *sections, last = location
    key, known = str(last), _known(sections, model)
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
    return f"{_place(tuple(sections)) or 'the file'} has no key {key!r}; {hint}"


def _known(sections: Iterable[int | str], model: type[BaseModel]) -> list[str]:
    """Return the keys that the table at a location may have."""
    for section in sections:
        # A number is a place in the list that the name before it stands for.
        if isinstance(section, str):
            model = _model_in(model.model_fields[section].annotation)
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel]:
    """Return the class of a table, or of the tables in a list."""
    while get_origin(annotation) is not None:
        annotation = get_args(annotation)[0]
    assert isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation


def _written(location: Location, data: Any) -> Location:
    """Return as much of a location as the file has: an entry in quotes stands for a table with a key."""
    for at, part in enumerate(location):
        if isinstance(data, str):
            return location[:at]
        try:
            data = data[part]
        except (LookupError, TypeError):
            # A key that is missing is named all the same.
            return location
    return location


def _place(location: Location) -> str:
    """Return a location in words; the entries of a list count from 1."""
    section, *rest = [str(part + 1) if isinstance(part, int) else part for part in location] or [""]
    return " ".join([f"[{section}]", *rest]) if section else ""

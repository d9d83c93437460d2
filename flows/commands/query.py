"""``workscited query``: questions to the published copy, answered as a table, JSON or CSV."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from flows.commands.place import published_copy
from flows.terminal import harmless, one_line, say

if TYPE_CHECKING:
    from rich.console import RenderableType

Form = Literal["table", "json", "csv"]

# A screen or a few: more rows are for a file.
TABLE_ROWS = 200
# A longer text can be read in a column of this width; in a narrower one its words fall apart.
READABLE_COLUMNS = 30
# What a table's lines and spaces take beside each column; one more closes the table.
BORDER_COLUMNS = 3


def query(question: str | None, config: Path, database: Path | None, form: Form, limit: int | None) -> int:
    """Print the answer to ``question``, SQL or a name; without one, the names. Returns 0."""
    from tasks.store.read import query as ask

    if question is None:
        return _list()
    columns, rows = ask(published_copy(config, database), question)
    limit = (TABLE_ROWS if form == "table" else 0) if limit is None else limit
    write: Callable[[Sequence[str], Iterator[Sequence[Any]]], None]
    write = {"table": _table, "json": _json, "csv": _csv}[form]
    write(columns, islice(rows, limit) if limit else rows)
    if limit and next(rows, None) is not None:
        say(f"(more rows than the {limit} shown; --limit 0 shows all)")
    return 0


def _list() -> int:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from tasks.store.read import examples

    table = Table("name", "question")
    for name, title in examples():
        table.add_row(name, Text(title))
    Console(highlight=False).print(table)
    say('Ask one with `workscited query NAME`, or your own with `workscited query "SELECT ..."`.')
    return 0


def _table(columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    """Print a table or, where the terminal is too narrow to read one, a record below the other."""
    from rich.console import Console

    console = Console(highlight=False)
    heads = [one_line(column) for column in columns]
    cells = [[_cell(value) for value in row] for row in rows]
    shape = _side_by_side if _fits(heads, cells, console.width) else _one_below_the_other
    for part in shape(heads, cells):
        console.print(part)
    if not cells:
        say("(no rows)")


def _fits(heads: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> bool:
    from rich.cells import cell_len

    columns = zip(heads, *cells, strict=True)
    widest = [max(map(cell_len, column)) for column in columns]
    return sum(min(one, READABLE_COLUMNS) + BORDER_COLUMNS for one in widest) < width


def _side_by_side(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    yield table


def _one_below_the_other(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    # A column may be named by a whole expression: the name leaves room for the value.
    names = min(max(map(cell_len, heads)) + 1, READABLE_COLUMNS)
    for number, row in enumerate(cells):
        if number:
            yield ""
        record = Table.grid(padding=(0, 1, 0, 0))
        record.add_column(width=names, overflow="fold", style="bold")
        record.add_column(overflow="fold")
        for head, cell in zip(heads, row, strict=True):
            record.add_row(Text(f"{head}:"), Text(cell))
        yield record


def _json(columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    separator = "["
    for row in rows:
        record = dict(zip(columns, map(_plain, row), strict=True))
        # Escaped to ASCII, so that no control character of the data reaches a terminal.
        sys.stdout.write(separator + json.dumps(record, default=str))
        separator = ",\n"
    print("[]" if separator == "[" else "]")


def _csv(columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([harmless(_word(value)) for value in row] for row in rows)


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else one_line(_word(value))


def _word(value: Any) -> str:
    """Return a value as a reader writes it: NULL as nothing, lists and maps as JSON."""
    if value is None:
        return ""
    if isinstance(value, list | tuple | dict):
        return json.dumps(_plain(value), default=str, ensure_ascii=False)
    return str(value)


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON has it: decimals as numbers, infinity and NaN as null."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value

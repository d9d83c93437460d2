"""The dictionary of the schema, written out of the comments in the database itself.

``python -m tasks.store.dictionary docs/schema.md`` writes it anew.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tasks.store.store import Store

_HEAD = """# Schema

Written by `python -m tasks.store.dictionary docs/schema.md` out of the comments in `sql/`; change them
there. Tables come first, then views, then macros. Times are UTC. Spans are half open and count characters
(code points) from 0; `span_text(text, start_at, end_at)` gives their words. `references` is a reserved word
in SQL: write it in double quotes.
"""


def dictionary() -> str:
    """Return the dictionary as Markdown: every table, view and macro of a new database."""
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "schema.duckdb") as store:
        columns: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for column in store.rows("dictionary_columns"):
            columns[column["name"]].append(column)
        sections = [_section(table, columns[table["name"]]) for table in store.rows("dictionary_tables")]
        macros = [f"- `{macro['name']}`: {macro['comment']}\n" for macro in store.rows("dictionary_macros")]
    return "\n".join([_HEAD, *sections, "## Macros\n", "".join(macros)])


def _section(table: dict[str, Any], columns: list[dict[str, Any]]) -> str:
    head = [f"## {table['name']} ({table['kind']})\n", f"{table['comment']}\n"]
    rows = [f"| `{c['column_name']}` | `{c['data_type']}` | {c['comment']} |" for c in columns]
    return "\n".join([*head, "| column | type | what |", "|---|---|---|", *rows]) + "\n"


def main(arguments: list[str]) -> int:
    """Write the dictionary to the file that is named, or to the standard output."""
    if arguments:
        Path(arguments[0]).write_text(dictionary(), encoding="utf-8")
    else:
        sys.stdout.write(dictionary())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

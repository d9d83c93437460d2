"""A row of each data format that the accuracy tasks read, of invented text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]

PAGE = [
    "(meta data) TITLE: Ferry to Tessmark stops",
    "The ferry to Tessmark stopped in May after forty years.",
    "Nobody knows who will carry the mail now.",
    "The mayor of Tessmark blamed the price of diesel.",
    "Rain fell on the island all week.",
]
OYSTERS = "Oysters died in the warm bay.\nThe growers of Larnholm sued the council over the sewer."
CRATES = "The port moved 4,500 crates in June.\nIts manager Ilse Brandt hired nine pilots."
CLAIM = {
    "claim": "The ferry to Tessmark stopped in May.",
    "evidence": PAGE,
    "supporting_sentences": [[1], [0, 1]],
    "label": "supported",
    "meta": {"id": "w1"},
}
TOKENS = {"claim_tokens": CLAIM["claim"].split(), "non_supported_spans": [False] * 6 + [True]}
ROW = {"claim_text": CLAIM["claim"], "source_text": " ".join(PAGE), "ground_truth": "Not supported"}
QUOTE = {
    "id": "q1",
    "quote": "the ferry stopped in June after forty years",
    "source": "She said the ferry stopped in May after forty years, and left.",
    "gold": "altered",
    "kind": "word",
    "changed": {"added": ["June"], "removed": ["May"]},
}
ENTRY = {
    "id": "r1",
    "reference": "Lee, Ann. “Ferry to Tessmark Stops.” The Ledger, 3 May 2020.",
    "style": "mla9",
    "corruption": "none",
    "absent": False,
    "gold": "d1",
}
HELD = {
    "id": "d1",
    "title": "Ferry to Tessmark Stops",
    "outlet": "The Ledger",
    "date": "2020-05-03",
    "authors": ["Ann Lee"],
    "url": "https://ledger.example/ferry",
}
CATALOGUE = {"documents": [HELD], "references": [ENTRY]}
ESSAY = {
    "id": "a1",
    "fault": "swap",
    "order": "first",
    "claims": [
        {"id": "c1", "text": "The ferry to Tessmark stopped in May.", "cited": "2", "gold": "1"},
        {"id": "c2", "text": "Growers of Larnholm sued over the sewer.", "cited": "1", "gold": "2"},
        {"id": "c3", "text": "Ilse Brandt hired nine pilots.", "cited": "3", "gold": "3"},
    ],
    "sources": [
        {"label": "1", "title": "Ferry to Tessmark stops", "url": "", "text": "\n".join(PAGE[1:])},
        {"label": "2", "title": "Dead oysters in court", "url": "", "text": OYSTERS},
        {"label": "3", "title": "A record at the port", "url": "", "text": CRATES},
    ],
}
NEWS = {
    "id": "z1",
    "reference": ENTRY["reference"],
    "style": "mla9",
    "with_url": False,
    "gold": {
        "authors": ["Ann Lee"],
        "title": "Ferry to Tessmark Stops",
        "outlet": "The Ledger",
        "date": "2020-05-03",
        "url": HELD["url"],
    },
}


def changed(row: Row, without: tuple[str, ...] = (), **fields: Any) -> Row:
    """A row with other values in some fields, and without others."""
    return {name: value for name, value in (row | fields).items() if name not in without}


def as_text(rows: list[Row], end: str = "\n") -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + end for row in rows)


def write(folder: Path, *rows: Row) -> Path:
    """A file of these rows."""
    path = folder / "rows.jsonl"
    path.write_text(as_text(list(rows)), encoding="utf-8", newline="")
    return path


def essay(**fields: Any) -> Row:
    """The essay with its first claim changed."""
    return changed(ESSAY, claims=[ESSAY["claims"][0] | fields, *ESSAY["claims"][1:]])


def listing(**fields: Any) -> Row:
    """The essay with its first source changed."""
    return changed(ESSAY, sources=[ESSAY["sources"][0] | fields, *ESSAY["sources"][1:]])

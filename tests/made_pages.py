"""Documents in parts, and what a test asks of their extract."""

from __future__ import annotations

from tasks.extract.read import extract
from tasks.model import Extract, Raw

PROSE = (
    "The dam on the river Arl holds back more water than the engineers who built it had ever reckoned with, "
    "and the people of the valley below have begun to ask how long the old wall is going to stand."
)
MORE = (
    "The ministry has promised an inspection before the winter, but it promised the same a year ago, and the "
    "year before that, and the only thing that was inspected in all that time was the road that leads there."
)
DEEP = (
    "Whoever wants to know what the wall is made of has to go down to where the first stones were laid, and "
    "nobody alive has been there, for the archive burned and the plans of the builders burned with it."
)
LIST = (
    "<ol><li>Lee, Ann. “A Dam.” <i>The Ledger</i>, 3 May 2020.</li>"
    "<li>Roe, Bo. “The Wall.” <i>The Post</i>, 4 May 2020.</li></ol>"
)
ENTRIES = [
    ("1", "Lee, Ann. “A Dam.” The Ledger, 3 May 2020."),
    ("2", "Roe, Bo. “The Wall.” The Post, 4 May 2020."),
]


def read(text: str | bytes, kind: str = "html") -> Extract:
    content = text.encode() if isinstance(text, str) else text
    return extract(Raw("in.x", f"text/{kind}", content))


def page(body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>A page</title>{head}</head><body>{body}</body></html>"
    )


def article(body: str, head: str = "") -> str:
    return page(f"<article><h1>The Old Wall</h1><p>{PROSE}</p>{body}<p>{MORE}</p></article>", head)


def texts(found: Extract, kind: str = "") -> list[str]:
    return [found.text[block.start : block.end] for block in found.blocks if not kind or block.kind == kind]


def entries(found: Extract) -> list[tuple[str, str]]:
    return [(b.label, found.text[b.start : b.end]) for b in found.blocks if b.kind == "list_item"]


def marked(found: Extract) -> list[tuple[str, str, str]]:
    return [(mark.kind, found.text[mark.start : mark.end], mark.target) for mark in found.marks]


def holds(found: Extract) -> bool:
    """Return whether blocks and marks lie in the text, in order, and are the things they say."""
    ends = [0, *(block.end for block in found.blocks)]
    in_order = all(end <= block.start < block.end for end, block in zip(ends, found.blocks, strict=False))
    inside = all(0 <= mark.start < mark.end <= len(found.text) for mark in found.marks)
    return in_order and inside and all(text == text.strip() != "" for text in texts(found))

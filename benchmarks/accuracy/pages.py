"""Text, title, authors, outlet and date of a page: ``pages/``, one country of it, or ``pages_english/``.

A page is judged by that version of its publisher's gold whose paragraphs stand most on the page itself;
one on which none of them stands is judged by no figure. Fields are compared as those of references are:
"exact" up to case, quotation marks' form and closing stops, "near" when they agree to ``NEAR``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from benchmarks.accuracy.figures import f1, share
from benchmarks.accuracy.lines import Lines
from benchmarks.accuracy.page_gold import Gold, content_of, folder_of, golds_of, pages_of
from benchmarks.accuracy.paragraphs import common, long_ones, squeeze
from benchmarks.accuracy.references import NEAR, fold, same_person
from tasks.cite.outlets import find_outlet, fold_name, outlet_key
from tasks.errors import InputError
from tasks.extract.read import extract
from tasks.model import Raw
from tasks.normalize import normalize

# An address' ending: a paper that calls itself after its address is the same paper.
ENDING = re.compile(r"(?<=\w)\.[a-z]{2,3}(?:\.[a-z]{2})?$", re.IGNORECASE)
HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")


def predict(path: Path) -> Lines:
    """Return what the product reads on each page; a page that it refuses is all empty."""
    return _lines(path, _read)


def _read(name: str, content: bytes) -> dict[str, Any]:
    raw = Raw(name, "text/html", content)
    try:
        document = normalize(raw, extract(raw))
    except InputError:
        return _line()
    said = document.metadata
    # As the resolver does: a page that does not name its outlet is known by its address.
    known = find_outlet(said.url) if said.url and not said.outlet else None
    outlet = known.name if known else said.outlet
    blocks = (document.text[one.start : one.end] for one in document.blocks if one.kind != "heading")
    return _line(said.authors, said.title, outlet, said.published, blocks)


def baseline(path: Path) -> Lines:
    """The text and metadata that trafilatura reads with its own settings."""
    return _lines(path, _read_by_trafilatura)


def _read_by_trafilatura(_: str, content: bytes) -> dict[str, Any]:
    from trafilatura import bare_extraction

    found: Any = bare_extraction(content, with_metadata=True)
    if found is None:
        return _line()
    authors = [name for name in (found.author or "").split("; ") if name]
    return _line(authors, found.title, found.sitename, found.date, (found.text or "").split("\n"))


def _line(
    authors: Iterable[str] = (),
    title: str | None = "",
    outlet: str | None = "",
    date: str | None = "",
    paragraphs: Iterable[str] = (),
) -> dict[str, Any]:
    return {
        "authors": list(authors),
        "title": title or "",
        "outlet": outlet or "",
        "date": date or "",
        "text": "\n".join(one for one in paragraphs if one.strip()),
    }


def _lines(path: Path, read: Callable[[str, bytes], dict[str, Any]]) -> Lines:
    lines = []
    for page in pages_of(path):
        # The file pipeline knows a page by its place below the corpus' folder.
        name = page.relative_to(folder_of(path)).as_posix().removesuffix(".gz")
        lines.append({"html": page.name, **read(name, content_of(page))})
    return lines


def measure(path: Path, lines: Lines) -> dict[str, float]:
    """Return shares of pages right by field, names found and invented, and paragraphs kept and added.

    Paragraphs are counted over all pages: as such (equal to one of the other side, each once), and by
    characters (of paragraphs whose letters the other side's text has, however it is cut).
    """
    fields: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for gold, line in zip(golds_of(path), lines, strict=True):
        if gold is None:
            continue
        fields["pages"] += 1
        for name, (exact, near) in right(gold, line).items():
            fields.update({f"{name} judged": 1, name: exact, f"{name} near": near})
        if gold.authors is not None:
            counts.update(_names(gold.authors, line["authors"]))
        if gold.paragraphs is not None:
            counts.update(_paragraphs(gold, line["text"].split("\n")))
    figures: dict[str, float] = {"pages judged": fields["pages"]}
    for name in ("title", "authors", "outlet", "date"):
        judged = fields[f"{name} judged"]
        figures[name] = share(fields[name], judged)
        figures[f"{name} near"] = share(fields[f"{name} near"], judged)
    return figures | _kept_and_added(counts)


def _kept_and_added(counts: Counter[str]) -> dict[str, float]:
    figures = {}
    for name in ("names", "paragraphs", "characters"):
        said, wanted = counts[f"{name} said"], counts[f"{name} wanted"]
        kept, fitting = counts[f"{name} kept"], counts[f"{name} fitting"]
        if wanted:
            recall, precision = share(kept, wanted), share(fitting, said)
            figures[f"{name}: recall"] = recall
            figures[f"{name}: precision"] = precision
            figures[f"{name}: F1"] = f1(recall * precision, recall, precision)
    return figures


def right(gold: Gold, line: dict[str, Any]) -> dict[str, tuple[bool, bool]]:
    """For each field that the gold has whether it is exactly and whether it is nearly right."""
    title, wanted = fold(line["title"]), fold(gold.title)
    day, date = line["date"][:10], gold.date
    marks = {
        "title": (title == wanted, fuzz.ratio(title, wanted) >= NEAR),
        "outlet": _same_outlet(line["outlet"], gold.outlet),
        # A date is right that is as precise as the gold; near are those of the year.
        "date": (bool(date) and day[: len(date)] == date, bool(date) and day[:4] == date[:4]),
    }
    if gold.authors is not None:
        said, names = sorted(map(fold, line["authors"])), sorted(map(fold, gold.authors))
        near = len(said) == len(names) == _persons(gold.authors, line["authors"])
        marks["authors"] = (said == names, near)
    return marks


def _same_outlet(said: str, wanted: str) -> tuple[bool, bool]:
    """Compare outlets, by the table's name where it has one, else without an address' ending.

    The gold of pages has names without spaces: "DieWelt".
    """
    names = {_outlet_letters(one) for one in (wanted, HUMP.sub(" ", wanted))}
    name = _outlet_letters(said)
    exact = bool(name) and name in names
    return exact, exact or any(name and fuzz.ratio(name, one) >= NEAR for one in names)


def _outlet_letters(name: str) -> str:
    key = outlet_key(name)
    return squeeze(key if find_outlet(name) else fold_name(ENDING.sub("", name)))


def _persons(gold: Sequence[str], said: Sequence[str]) -> int:
    """Return how many of ``said`` are a person of ``gold``, each of these once."""
    left = list(gold)
    for name in said:
        if (same := next((one for one in left if same_person(name, one)), None)) is not None:
            left.remove(same)
    return len(gold) - len(left)


def _names(gold: Sequence[str], said: Sequence[str]) -> dict[str, int]:
    same = _persons(gold, said)
    return {
        "names kept": same,
        "names fitting": same,
        "names said": len(said),
        "names wanted": len(gold),
    }


def _paragraphs(gold: Gold, text: Sequence[str]) -> dict[str, int]:
    wanted = long_ones(gold.paragraphs or ())
    headlines = {squeeze(one) for one in gold.headlines}
    said = [one for one in long_ones(text) if one not in headlines]
    same_wanted, same_said = common(wanted, said)
    all_wanted, all_said = "".join(wanted), "".join(said)
    kept = [one for number, one in enumerate(wanted) if number in same_wanted or one in all_said]
    fitting = [one for number, one in enumerate(said) if number in same_said or one in all_wanted]
    return {
        "paragraphs wanted": len(wanted),
        "paragraphs kept": len(same_wanted),
        "paragraphs said": len(said),
        "paragraphs fitting": len(same_said),
        "characters wanted": len(all_wanted),
        "characters kept": sum(map(len, kept)),
        "characters said": len(all_said),
        "characters fitting": sum(map(len, fitting)),
    }

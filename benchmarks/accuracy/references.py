"""The fields of a works-cited entry: ``references/*.jsonl`` (news), ``references/*.xml`` (scholarly).

News: a field is "exact" when equal up to case, quotation marks' form and closing stops; "near" when its
words agree to :data:`NEAR`. Authors agree when family names and initials do, over those that the entry
prints. The ids, sorted, are halved: the grammar was made looking at the even places, so the figures to
believe are those of the odd ones, "held". Scholarly: only what was found is judged, "right" when every
word of it stands in the parts that may hold it, so that nothing was invented.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from rapidfuzz import fuzz

from benchmarks.accuracy.figures import share
from benchmarks.accuracy.lines import Lines, read_lines
from tasks.cite.references import parse_reference

# rapidfuzz's ratio, 0–100: one slipped character in a title of fifty stays above.
NEAR = 95.0


def fold(text: str) -> str:
    """Lower case, straight quotes, no stops at the end."""
    plain = re.sub("[“”„«»]", '"', re.sub("[‘’]", "'", unicodedata.normalize("NFKC", text).casefold()))
    return re.sub(r"\s+", " ", plain).strip(" .\"'")


def address(url: str) -> str:
    """An address without scheme, "www." and closing slash."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", url, flags=re.IGNORECASE).rstrip("/")


def date(iso: str) -> str:
    """An ISO date without unknown parts: "2011-08-00" → "2011-08"."""
    return re.sub(r"(?:-00)+$", "", iso)


def same_person(one: str, other: str) -> bool:
    """Whether family names agree and given names agree as far as initials go."""
    left, right = (re.findall(r"[^\W\d_]+", fold(name)) for name in (one, other))
    if not left or not right or left[-1] != right[-1]:
        return fold(one) == fold(other)
    pairs = zip(left[:-1], right[:-1], strict=False)
    return all(a[0] == b[0] if min(len(a), len(b)) == 1 else a == b for a, b in pairs)


def same_authors(found: Iterable[str], gold: list[str], reference: str) -> bool:
    """Whether the printed authors agree; of "et al." only the first is printed."""
    names = list(found)
    expected = gold[: len(names)] if "et al." in reference and names else gold
    return len(names) == len(expected) and all(map(same_person, names, expected))


def right(row: dict[str, Any], line: dict[str, Any]) -> dict[str, tuple[bool, bool]]:
    """For each field whose answer is known whether the predicted one is exactly and whether nearly right."""
    gold = {name: value for name, value in (row.get("gold") or {}).items() if value is not None}
    marks: dict[str, tuple[bool, bool]] = {}
    if "authors" in gold:
        authors = same_authors(line["authors"], gold["authors"], row["reference"])
        # Nothing says who an outlet-first entry's authors are: it prints none.
        authors = authors or (row.get("style") == "outlet-first" and not line["authors"])
        marks["authors"] = (authors, authors)
    for name in ("title", "outlet"):
        if name in gold:
            found, wanted = fold(line[name]), fold(gold[name])
            marks[name] = (found == wanted, fuzz.ratio(found, wanted) >= NEAR)
    if "date" in gold:
        marks["date"] = (line["date"] == date(gold["date"]), line["date"][:4] == gold["date"][:4])
    if "url" in gold:
        printed = row.get("with_url", bool(gold["url"]))
        link = address(line["url"]) == (address(gold["url"]) if printed else "")
        marks["url"] = (link, link)
    return marks


WORD = re.compile(r"\w+")
# The tags of scholarly entries in which a field may stand.
TAGS = {
    "authors": {"author", "director", "editor", "producer"},
    "title": {"title"},
    "outlet": {"container-title", "journal", "collection-title", "publisher", "source", "producer"},
    "date": {"date"},
}


def predict(path: Path) -> Lines:
    """Return the fields of each entry."""
    lines = []
    for index, text in enumerate(_entries(path)):
        found = parse_reference(text)
        lines.append(
            {
                "index": index,
                "authors": list(found.authors),
                "title": found.title,
                "outlet": found.outlet,
                "date": found.published,
                "url": found.url,
            }
        )
    return lines


def _entries(path: Path) -> list[str]:
    if path.suffix != ".xml":
        return [row["reference"] for row in read_lines(path)]
    return [" ".join(text for _, text in parts) for parts in _sequences(path)]


def _sequences(path: Path) -> list[list[tuple[str, str]]]:
    """Return the entries of a tagged file, each as its parts' tags and texts."""
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise ValueError(f"no XML: {error}") from error
    sequences = [
        [(part.tag, " ".join((part.text or "").split())) for part in sequence]
        for sequence in root.iter("sequence")
    ]
    if not sequences:
        raise ValueError("it holds no sequence")
    return sequences


def measure(path: Path, lines: Lines) -> dict[str, float]:
    """Return shares right by field; of a tagged file, how much was found and how much of that right."""
    return _measure_tagged(path, lines) if path.suffix == ".xml" else _measure_news(path, lines)


def _measure_tagged(path: Path, lines: Lines) -> dict[str, float]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in TAGS}
    for parts, line in zip(_sequences(path), lines, strict=True):
        values = {
            "authors": " ".join(line["authors"]),
            "title": line["title"],
            "outlet": line["outlet"],
            "date": line["date"][:4],
        }
        for name, value in values.items():
            if value:
                held = " ".join(text for tag, text in parts if tag in TAGS[name])
                counts[name]["found"] += 1
                counts[name]["right"] += set(WORD.findall(fold(value))) <= set(WORD.findall(fold(held)))
    return {
        key: value
        for name, count in counts.items()
        for key, value in (
            (f"{name}: found", share(count["found"], len(lines))),
            (f"{name}: right", share(count["right"], count["found"])),
        )
    }


def _measure_news(path: Path, lines: Lines) -> dict[str, float]:
    rows = read_lines(path)
    ids = [str(row.get("id", index)) for index, row in enumerate(rows)]
    develop = set(sorted(set(ids))[::2])
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one, row, line in zip(ids, rows, lines, strict=True):
        marks = right(row, line)
        half = "develop" if one in develop else "held"
        for group in ("all", half, f"style {row.get('style', 'unknown')}"):
            count = counts[group]
            count["n"] += 1
            count["all fields"] += all(exact for exact, _ in marks.values())
            for name, (exact, near) in marks.items():
                count[f"n {name}"] += 1
                count[name] += exact
                count[f"{name} near"] += near
    return {
        f"{group}: {name}": share(
            value, counts[group][f"n {name.removesuffix(' near')}"] or counts[group]["n"]
        )
        for group in sorted(counts, key=lambda group: (group.startswith("style"), group))
        for name, value in counts[group].items()
        if name.partition(" ")[0] != "n" and (not group.startswith("style") or name == "all fields")
    }

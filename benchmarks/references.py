"""Measure the parsing of works-cited entries: ``python -m benchmarks.references PATH``.

PATH is a file of JSON lines {id, style, with_url, reference, gold {authors, title, outlet, date, url}},
or an XML file of ``<sequence>`` elements with tagged parts, of which only what was found is judged.
The ids, sorted, are halved: even places are for developing, odd ones ("held") for judging. A field is
"exact" when equal up to case, quotation marks' form and closing stops; "near" when its words agree to
:data:`NEAR`. Authors agree when family names and initials do, over those that the entry prints.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from rapidfuzz import fuzz

from tasks.cite.references import parse_reference
from tasks.model import Fields

# rapidfuzz's ratio, 0–100: one slipped character in a title of fifty stays above.
NEAR = 95.0
FIELDS = ("authors", "title", "outlet", "date", "url")


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


def right(row: dict[str, Any], found: Fields) -> dict[str, tuple[bool, bool]]:
    """For each field whether it is exactly and whether it is nearly right."""
    gold = row["gold"]
    authors = same_authors(found.authors, gold["authors"], row["reference"])
    title, outlet = (fold(value) for value in (found.title, found.outlet))
    link = address(found.url) == (address(gold["url"]) if row["with_url"] else "")
    day = found.published == date(gold["date"])
    # Nothing says who an outlet-first entry's authors are: it prints none.
    authors = authors or (row["style"] == "outlet-first" and not found.authors)
    return {
        "authors": (authors, authors),
        "title": (title == fold(gold["title"]), fuzz.ratio(title, fold(gold["title"])) >= NEAR),
        "outlet": (outlet == fold(gold["outlet"]), fuzz.ratio(outlet, fold(gold["outlet"])) >= NEAR),
        "date": (day, found.published[:4] == gold["date"][:4]),
        "url": (link, link),
    }


# The tags of scholarly entries in which a field may stand.
TAGS = {
    "authors": {"author", "director", "editor", "producer"},
    "title": {"title"},
    "outlet": {"container-title", "journal", "collection-title", "publisher", "source", "producer"},
    "published": {"date"},
}


def measure_tagged(path: Path) -> dict[str, dict[str, float]]:
    """Parse each sequence of ``path``; for each field how often it was found, and how often rightly.

    A field is right when its words all stand in the parts that may hold it: nothing was invented.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in TAGS}
    for sequence in ElementTree.parse(path).getroot().iter("sequence"):
        parts = [(part.tag, " ".join((part.text or "").split())) for part in sequence]
        found = parse_reference(" ".join(text for _, text in parts))
        values = {"authors": " ".join(found.authors), "title": found.title, "outlet": found.outlet}
        for name, value in (values | {"published": found.published[:4]}).items():
            if value:
                held = set(
                    re.findall(r"\w+", fold(" ".join(text for tag, text in parts if tag in TAGS[name])))
                )
                counts[name]["found"] += 1
                counts[name]["right"] += set(re.findall(r"\w+", fold(value))) <= held
    return {
        name: {"found": count["found"], "right": round(count["right"] / max(count["found"], 1), 4)}
        for name, count in counts.items()
    }


def measure(path: Path, predictions: Path | None = None) -> dict[str, Any]:
    """Parse every entry of ``path``; return shares right a half, a field and a style, and the speed."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    develop = set(sorted({row["id"] for row in rows})[::2])
    parse_reference(rows[0]["reference"] if rows else "")
    start = time.perf_counter()
    found = [parse_reference(row["reference"]) for row in rows]
    seconds = time.perf_counter() - start
    if predictions:
        lines = (
            json.dumps(row | {"predicted": asdict(f)}, ensure_ascii=False)
            for row, f in zip(rows, found, strict=True)
        )
        predictions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row, fields in zip(rows, found, strict=True):
        marks = right(row, fields)
        for group in ("develop" if row["id"] in develop else "held", f"style {row['style']}"):
            count = counts[group]
            count["n"] += 1
            count["all"] += all(exact for exact, _ in marks.values())
            for name, (exact, near) in marks.items():
                count[name] += exact
                count[f"{name}~"] += near
    shares = {
        group: {key: (value if key == "n" else round(value / count["n"], 4)) for key, value in count.items()}
        for group, count in counts.items()
    }
    return {"microseconds_an_entry": round(1e6 * seconds / max(len(rows), 1)), "shares": shares}


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path, help="JSON lines with references and their gold fields")
    parser.add_argument("--predictions", type=Path, help="write each row with the fields found")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if arguments.path.suffix == ".xml":
        print(json.dumps(measure_tagged(arguments.path), indent=2))
        return
    result = measure(arguments.path, arguments.predictions)
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    columns = [
        name
        for field in FIELDS
        for name in ((field,) if field in ("authors", "url") else (field, f"{field}~"))
    ]
    print(f"{'':26}{'n':>6}{'all':>8}" + "".join(f"{column:>9}" for column in columns))
    for group, share in sorted(result["shares"].items()):
        print(
            f"{group:26}{share['n']:6}{share['all']:8.4f}"
            + "".join(f"{share[column]:9.4f}" for column in columns)
        )
    print(f"{result['microseconds_an_entry']} µs an entry")


if __name__ == "__main__":
    main()

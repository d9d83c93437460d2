"""The pages of ``pages/`` and ``pages_english/`` and what is known of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy.figures import share
from benchmarks.accuracy.lines import read_lines
from benchmarks.accuracy.paragraphs import squeeze
from tasks.cite.dates import parse_date

GOLD_FILE = "metadata_gold.jsonl"
PACKED = ".html.gz"

# A version is of another page where less than this share of its paragraphs stands on this one.
MIN_ON_PAGE = 0.05


@dataclass(frozen=True, slots=True)
class Gold:
    """What is known of a page; None where the gold says nothing of the field.

    ``headlines`` are the title and the headings: as paragraphs they are neither right nor wrong.
    """

    title: str
    authors: list[str] | None
    outlet: str
    date: str
    paragraphs: list[str] | None = None
    headlines: tuple[str, ...] = ()


def pages_of(path: Path) -> list[Path]:
    """Return the page files of a folder in the order of its gold; raise ValueError where it has none."""
    if (listed := _list_of(path)) is not None:
        return [listed.parent / str(row["html"]) for row in read_lines(listed)]
    pages = sorted(one for one in path.glob(f"**/*{PACKED}") if _gold_file(one).exists())
    if not pages:
        raise ValueError("it holds no page with its gold")
    return pages


def folder_of(path: Path) -> Path:
    """Return the folder that the pages lie below."""
    return path.parent if path.is_file() else path


def _list_of(path: Path) -> Path | None:
    """Return the file that lists the pages with their gold, given itself or by its folder; or None."""
    listed = path if path.is_file() else path / GOLD_FILE
    return listed if listed.exists() else None


def _gold_file(page: Path) -> Path:
    return page.with_name(page.name.split("_")[0] + ".json")


def content_of(page: Path) -> bytes:
    """Return a page's bytes as they were served."""
    return gzip.decompress(page.read_bytes())


def golds_of(path: Path) -> list[Gold | None]:
    """Return what is known of each page of :func:`pages_of`; None where its gold is of another page."""
    listed = _list_of(path)
    if listed is None:
        return [_nearest_version(page) for page in pages_of(path)]
    return [_listed_gold(row["gold"]) for row in read_lines(listed)]


def _listed_gold(row: dict[str, Any]) -> Gold:
    date = row["date"] or ""
    return Gold(row["title"], row["authors"], row["website"], parse_date(date) or date)


def _nearest_version(page: Path) -> Gold | None:
    """Return the version of the publisher's gold that stands on the page, read without any extraction."""
    letters = squeeze(_words_of(content_of(page)))
    versions = list(_versions(_gold_file(page)))
    shares = [_share_on_page(version.paragraphs or [], letters) for version in versions]
    best = max(range(len(versions)), key=shares.__getitem__)
    return versions[best] if shares[best] >= MIN_ON_PAGE else None


def _words_of(content: bytes) -> str:
    """Return all words of a page, furniture and scripts included."""
    from lxml import html

    try:
        content.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        # lxml then asks the page itself.
        encoding = None
    tree = html.document_fromstring(content, parser=html.HTMLParser(encoding=encoding))
    return str(tree.text_content())


def _versions(path: Path) -> Iterator[Gold]:
    for one in json.loads(path.read_text(encoding="utf-8")).values():
        body = one.get("body") or {"summary": [], "sections": []}
        sections = body["sections"]
        yield Gold(
            title=one["title"],
            authors=one.get("authors"),
            # An outlet of several countries has this one's code at its end: "VogueDE" in "de".
            outlet=path.stem.removesuffix(path.parent.name.upper()),
            date=one["publishing_date"][:10],
            paragraphs=[*body["summary"], *(text for part in sections for text in part["paragraphs"])],
            headlines=(one["title"], *(text for part in sections for text in part["headline"])),
        )


def _share_on_page(paragraphs: Sequence[str], letters: str) -> float:
    keys = [squeeze(text) for text in paragraphs]
    return share(sum(len(key) for key in keys if key in letters), sum(map(len, keys)))

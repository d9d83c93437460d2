"""Reading real pages and articles from the third-party data."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from tasks.errors import InputError
from tasks.extract.read import extract
from tasks.model import Raw
from tests.made_pages import (
    entries,
    holds,
    read,
)


def test_real_pages_are_read_and_keep_their_text(shared: Path) -> None:
    """Of each kept news page the gold body comes out nearly whole, and no page crashes the reader."""
    shares = []
    for path in sorted((shared / "data" / "pages").glob("*/*.html.gz"))[::6]:
        (gold_file,) = path.parent.glob(path.name.split("_")[0] + ".json")
        try:
            found = read(gzip.decompress(path.read_bytes()))
        except InputError as error:
            assert error.reason == "no_text"
            continue
        assert holds(found)
        letters = "".join(filter(str.isalnum, found.text))
        best = 0.0
        for version in json.loads(gold_file.read_text()).values():
            sections = (version.get("body") or {}).get("sections") or []
            gold = ["".join(filter(str.isalnum, p)) for section in sections for p in section["paragraphs"]]
            kept = sum(len(p) for p in gold if p in letters)
            best = max(best, kept / max(1, sum(map(len, gold))))
        # The gold of other versions is of other pages: their words are not on this one.
        if best > 0.05:
            shares.append(best)
    assert len(shares) >= 10
    assert sum(shares) / len(shares) > 0.9


def test_titles_and_authors_of_real_pages(shared: Path) -> None:
    """Of the English pages with a gold record most titles and dates come out exactly."""
    folder = shared / "data" / "pages_english"
    titles = dates = total = 0
    for line in (folder / "metadata_gold.jsonl").read_text().splitlines():
        record = json.loads(line)
        said = read(gzip.decompress((folder / record["html"]).read_bytes())).metadata
        plain = said.title.replace("’", "'").replace("‘", "'")
        titles += plain == record["gold"]["title"]
        dates += said.published == record["gold"]["date"]
        total += 1
    # Measured: 12 and 9 of 13. The rest are renamed stories and dates that the gold has otherwise.
    assert titles >= total - 1
    assert dates >= total - 4


def test_the_seed_articles(shared: Path) -> None:
    """The real article keeps its title, its author, its paragraphs and its three entries."""
    for path in (shared / "seeds").glob("*.txt"):
        found = extract(Raw(path.name, "text/plain", path.read_bytes()))
        assert holds(found)
        assert found.metadata.title
        assert [label for label, _ in entries(found)] == ["1", "2", "3"]

"""The benchmark of archives: both readers read the same, and what it says adds up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.warc_reading import READERS, main, read, write_archive
from tasks.discover.warc import Record, read_warc

# Of each coding two.
PAGES = 6


def test_an_archive_holds_its_pages_in_every_coding(tmp_path: Path) -> None:
    """What is read is what was written, whether it went packed, in chunks or as it is."""
    size = write_archive(tmp_path / "made.warc.gz", PAGES)
    pages = [one for one in read_warc(tmp_path / "made.warc.gz") if isinstance(one, Record)]
    assert (PAGES, size) == (len(pages), sum(len(one.content) for one in pages))
    assert all(one.content.startswith(b"<!DOCTYPE html>") for one in pages)
    # Packed bodies are smaller, bodies in chunks larger than what they hold.
    assert [0, 1, -1] * 2 == [
        (one.raw_bytes > len(one.content)) - (one.raw_bytes < len(one.content)) for one in pages
    ]


def test_both_readers_read_the_same(tmp_path: Path) -> None:
    """Requests are counted, and their bytes are none."""
    write_archive(tmp_path / "made.warc.gz", PAGES)
    ours, theirs = (read(reader, tmp_path / "made.warc.gz") for reader in READERS)
    assert ours == theirs
    assert (2 * PAGES, PAGES) == (ours["records"], ours["pages"])


def test_the_figures_are_told_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Records a second of both, their ratio, and the memory of both."""
    assert main(["--pages", str(PAGES), "--rounds", "1", "--work", str(tmp_path), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (2 * PAGES, PAGES) == (figures["records"], figures["pages"])
    ratio = figures["records_a_second"] / figures["warcio_records_a_second"]
    assert figures["of_warcio"] == pytest.approx(ratio)
    assert figures["peak_megabytes"] > 0 < figures["warcio_peak_megabytes"]

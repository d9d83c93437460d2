"""Listing folders and reading files: what is found, what is refused, and with which reason."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from tasks.acquire.folders import MAX_RAW_BYTES, Listing, list_files, listing_of, printable, read_file
from tasks.errors import InputError
from tasks.model import Issue


def write(path: Path, content: bytes = b"Some words.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def found(folder: Path, root: Path) -> list[str]:
    """Return uris of listings, and ``uri: reason`` of issues, in the order in which they came."""
    return [
        each.uri if isinstance(each, Listing) else f"{each.item}: {each.reason}"
        for each in list_files(folder, root)
    ]


def test_documents_are_listed_sorted_below_the_folder_too_and_the_rest_with_a_reason(tmp_path: Path) -> None:
    """Documents come sorted by name with a uri from the root; other files come as issues; hidden ones do not."""
    for name in (
        "b.html",
        "a.md",
        "c/d.TXT",
        "c/e.htm",
        "c/f.xhtml",
        "g.markdown",
        "h.pdf",
        "noname",
        ".hidden.txt",
    ):
        write(tmp_path / "in" / name)
    write(tmp_path / "in" / ".git" / "x.md")
    assert found(tmp_path / "in", tmp_path) == [
        "in/a.md",
        "in/b.html",
        "in/g.markdown",
        "in/h.pdf: not_a_document",
        "in/noname: not_a_document",
        "in/c/d.TXT",
        "in/c/e.htm",
        "in/c/f.xhtml",
    ]


def test_a_listing_carries_size_and_time_of_change(tmp_path: Path) -> None:
    """A listing says what the file system says of the file."""
    path = write(tmp_path / "a.txt", b"12345")
    (listing,) = list_files(tmp_path, tmp_path)
    assert listing == Listing(path, "a.txt", 5, path.stat().st_mtime_ns)
    assert listing_of(path, tmp_path) == listing


def test_folders_outside_the_root_get_uris_of_their_own_without_absolute_paths(tmp_path: Path) -> None:
    """Two folders of one name outside the root share no uri, name no machine's path, and keep their uris."""
    root = tmp_path / "project"
    root.mkdir()
    one, two = write(tmp_path / "x" / "in" / "a.md").parent, write(tmp_path / "y" / "in" / "a.md").parent
    uris = found(one, root) + found(two, root)
    assert len(set(uris)) == 2
    assert all(uri.startswith("in-") and uri.endswith("/a.md") and str(tmp_path) not in uri for uri in uris)
    assert found(one, root) + found(two, root) == uris
    assert listing_of(one / "a.md", root).uri == uris[0]


def test_a_loop_of_symbolic_links_ends(tmp_path: Path) -> None:
    """A folder that holds a link to itself is walked once."""
    write(tmp_path / "in" / "a.md")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in", target_is_directory=True)
    assert found(tmp_path / "in", tmp_path) == ["in/a.md"]


@pytest.mark.parametrize(
    ("reason", "make"),
    [
        pytest.param("unreadable_folder", lambda path: None, id="not there"),
        pytest.param("unreadable_folder", write, id="a file in its place"),
        pytest.param("unreadable_folder", lambda path: path.symlink_to(path), id="a link to itself"),
    ],
)
def test_a_folder_that_cannot_be_read_is_an_issue(reason: str, make: object, tmp_path: Path) -> None:
    """A folder that cannot be listed comes as an issue with a sentence, not as an exception."""
    make(tmp_path / "in")  # type: ignore[operator]
    (issue,) = list_files(tmp_path / "in", tmp_path)
    assert isinstance(issue, Issue)
    assert (issue.stage, issue.item, issue.reason) == ("acquire", "in", reason)
    assert issue.detail


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all folders")
def test_a_locked_folder_costs_only_itself(tmp_path: Path) -> None:
    """What lies beside a folder without read permission is listed all the same."""
    locked = write(tmp_path / "a" / "x.md").parent
    write(tmp_path / "b.md")
    locked.chmod(0)
    try:
        assert found(tmp_path, tmp_path) == ["b.md", "a: unreadable_folder"]
    finally:
        locked.chmod(0o700)


def test_a_dangling_link_and_its_neighbours(tmp_path: Path) -> None:
    """A link to nothing is an issue; the files around it are listed."""
    write(tmp_path / "a.md")
    (tmp_path / "b.md").symlink_to(tmp_path / "gone.md")
    write(tmp_path / "c.md")
    assert found(tmp_path, tmp_path) == ["a.md", "b.md: unreadable_file", "c.md"]


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("plain name.md", "plain name.md", id="plain"),
        pytest.param("éß漢.md", "éß漢.md", id="letters of any script"),
        pytest.param("100%25.md", "100%.md", id="percent"),
        pytest.param("a%FFb.md", "a\udcffb.md", id="byte that is no UTF-8"),
        pytest.param("a%ED%A0%80b.md", "a\ud800b.md", id="lone surrogate"),
        pytest.param("a%0Ab%1B.md", "a\nb\x1b.md", id="control characters"),
    ],
)
def test_odd_file_names_become_printable(expected: str, name: str) -> None:
    """Whatever a file is called, its uri can be printed and stored, and tells it from others."""
    assert printable(name) == expected
    assert expected.encode()


def test_a_file_with_an_odd_name_is_listed_and_read(tmp_path: Path) -> None:
    """A file name of bytes that are no UTF-8 crashes nothing."""
    (tmp_path / os.fsdecode(b"caf\xe9\n.txt")).write_bytes(b"words")
    (listing,) = list_files(tmp_path, tmp_path)
    assert isinstance(listing, Listing)
    assert listing.uri == "caf%E9%0A.txt"
    assert read_file(listing).content == b"words"


def test_reading_gives_the_bytes_and_the_media_type(tmp_path: Path) -> None:
    """The bytes come unchanged, with the media type of the file's name."""
    kinds = {"a.HTML": "text/html", "b.md": "text/markdown", "c.txt": "text/plain"}
    for name in kinds:
        write(tmp_path / name, b"\xff\x00 as it is")
    raws = [read_file(listing_of(tmp_path / name, tmp_path)) for name in kinds]
    assert {raw.uri: raw.media_type for raw in raws} == kinds
    assert {raw.content for raw in raws} == {b"\xff\x00 as it is"}


@pytest.mark.parametrize(
    ("reason", "name", "content"),
    [
        pytest.param("empty_file", "a.txt", b"", id="empty"),
        pytest.param("empty_file", "a.html", b" \n\t ", id="white space"),
        pytest.param("not_a_document", "a.pdf", b"%PDF", id="another format"),
    ],
)
def test_what_cannot_be_a_document_is_refused(reason: str, name: str, content: bytes, tmp_path: Path) -> None:
    """The reason code says why, the message names the file."""
    with pytest.raises(InputError, match=name) as error:
        read_file(listing_of(write(tmp_path / name, content), tmp_path))
    assert error.value.reason == reason


def test_a_page_of_50_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Its size alone refuses it: its bytes never enter memory, and the message says how large it is."""
    path = write(tmp_path / "big.html", b"<p>")
    os.truncate(path, 50_000_000)
    listing = listing_of(path, tmp_path)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="50 MB is more than the 10 MB") as error:
            read_file(listing)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.value.reason == "too_large"
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("accepted", "size"),
    [
        pytest.param(True, MAX_RAW_BYTES, id="at the limit"),
        pytest.param(False, MAX_RAW_BYTES + 1, id="one byte above"),
    ],
)
def test_the_size_limit_is_exact(accepted: bool, size: int, tmp_path: Path) -> None:
    """A file of just the limit is read, one byte more is refused."""
    listing = listing_of(write(tmp_path / "a.txt", b"x" * size), tmp_path)
    if accepted:
        assert len(read_file(listing).content) == size
    else:
        with pytest.raises(InputError) as error:
            read_file(listing)
        assert error.value.reason == "too_large"


def test_files_that_vanish_or_are_no_files_are_unreadable(tmp_path: Path) -> None:
    """A file gone since it was listed, and a folder or a pipe under a document's name, are refused at once."""
    gone = listing_of(write(tmp_path / "gone.txt"), tmp_path)
    gone.path.unlink()
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for listing in (gone, *(listing_of(tmp_path / name, tmp_path) for name in ("folder.txt", "pipe.txt"))):
        with pytest.raises(InputError) as error:
            read_file(listing)
        assert error.value.reason == "unreadable_file"
    with pytest.raises(InputError) as error:
        listing_of(tmp_path / "never.txt", tmp_path)
    assert error.value.reason == "unreadable_file"

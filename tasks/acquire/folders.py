"""List the documents of a folder and read their bytes.

In: a folder that the configuration names. Out: a :class:`Listing` for each document, an
:class:`~tasks.model.Issue` for each thing that could not be listed, then :class:`~tasks.model.Raw`
bytes. Nothing here parses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import InputError
from tasks.keys import content_key
from tasks.model import Issue, Raw

STAGE = "acquire"

MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
}

# News pages are below 5 MB with their scripts; what is above 10 MB is a dump or an attack.
MAX_RAW_BYTES = 10_000_000

# Enough to keep apart the few folders that one configuration names.
FOLDER_KEY_CHARACTERS = 6


@dataclass(frozen=True, slots=True)
class Listing:
    """A file that may hold a document. ``size`` in bytes, ``modified_ns`` since 1970."""

    path: Path
    uri: str
    size: int
    modified_ns: int


def media_type(path: Path) -> str:
    """Return the media type that the file's name promises, "" where it promises none."""
    return MEDIA_TYPES.get(path.suffix.lower(), "")


def list_files(folder: Path, root: Path) -> Iterator[Listing | Issue]:
    """Yield what ``folder`` holds, below it too, sorted by name: documents, and issues with a reason.

    A listing's uri is its path relative to ``root``; for a folder outside ``root`` it opens with the
    folder's own name and a key of where it lies from ``root``, so that two of them never share a uri.
    Hidden files are passed over. A folder reached twice (through symbolic links) is walked once.
    Issues: ``unreadable_folder``, ``unreadable_file``, ``not_a_document``.
    """
    base = _uri_base(folder, root)
    seen: set[tuple[int, int]] = set()
    pending = [(folder, base)]
    while pending:
        here, uri = pending.pop()
        try:
            status = here.stat()
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield Issue(STAGE, uri or ".", "unreadable_folder", _why(error))
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = f"{uri}/{printable(entry.name)}" if uri else printable(entry.name)
            if _is_folder(entry):
                folders.append((Path(entry.path), name))
            else:
                yield _listing(Path(entry.path), name)
        # The last one pushed is walked first: reversed keeps the order of the names.
        pending.extend(reversed(folders))


def read_file(listing: Listing) -> Raw:
    """Return the bytes of a listed file.

    Raises:
        InputError: with reason ``too_large`` (nothing is read then), ``empty_file``,
            ``not_a_document`` or ``unreadable_file``.
    """
    kind = media_type(listing.path)
    if not kind:
        raise InputError(f"{listing.uri}: only {', '.join(MEDIA_TYPES)} are read", "not_a_document")
    try:
        # A pipe or a device would block or never end: only plain files are opened.
        if not listing.path.is_file():
            raise InputError(f"{listing.uri}: there is no such file", "unreadable_file")
        with listing.path.open("rb") as file:
            # The file may have grown since it was listed: the size that counts is the opened file's.
            _check_size(listing.uri, os.fstat(file.fileno()).st_size)
            content = file.read(MAX_RAW_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{listing.uri}: {_why(error)}", "unreadable_file") from error
    _check_size(listing.uri, len(content))
    if not content.strip():
        raise InputError(f"{listing.uri}: the file is empty", "empty_file")
    return Raw(listing.uri, kind, content)


def listing_of(path: Path, root: Path) -> Listing:
    """Return the listing of one named file; raises InputError ``unreadable_file``."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise InputError(f"{printable(str(path))}: {_why(error)}", "unreadable_file") from error
    parent = _uri_base(path.parent, root)
    name = printable(path.name)
    return Listing(path, f"{parent}/{name}" if parent else name, status.st_size, status.st_mtime_ns)


def printable(name: str) -> str:
    """Return a file name fit for a uri: "%", control characters and bytes that are no UTF-8 as ``%XX``.

    Two names never become one.
    """
    if name.isprintable() and "%" not in name:
        return name
    return "".join(c if c.isprintable() and c != "%" else _escape(c) for c in name)


def _escape(character: str) -> str:
    # A file name's undecodable bytes come as the surrogates U+DC80–U+DCFF.
    errors = "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass"
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", errors))


def _uri_base(folder: Path, root: Path) -> str:
    here, top = Path(os.path.realpath(folder)), Path(os.path.realpath(root))
    if here.is_relative_to(top):
        parts = here.relative_to(top).parts
        return "/".join(printable(part) for part in parts)
    # Relative, so that the key stays when a project is moved together with what lies beside it.
    key = content_key(os.path.relpath(here, top))
    return f"{printable(here.name)}-{key[:FOLDER_KEY_CHARACTERS]}"


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _listing(path: Path, uri: str) -> Listing | Issue:
    if not media_type(path):
        return Issue(STAGE, uri, "not_a_document", f"only {', '.join(MEDIA_TYPES)} are read")
    try:
        status = path.stat()
    except OSError as error:
        return Issue(STAGE, uri, "unreadable_file", _why(error))
    return Listing(path, uri, status.st_size, status.st_mtime_ns)


def _check_size(uri: str, size: int) -> None:
    if size > MAX_RAW_BYTES:
        message = f"{uri}: {size / 1e6:.0f} MB is more than the {MAX_RAW_BYTES / 1e6:.0f} MB that are read"
        raise InputError(message, "too_large")


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()

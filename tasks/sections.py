"""What the tables of a configuration file are made of: paths, addresses and texts that are checked.

Nothing here fetches or opens anything. What is wrong raises :class:`ValueError`, which
:mod:`tasks.settings` tells with the place in the file.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo


class Section(BaseModel):
    """A table of the file: unknown keys are refused, values never change."""

    # Defaults are validated too, so that a default path is put in its place as a written one is.
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def root_of(info: ValidationInfo) -> Path:
    """Return the folder at which relative paths start: that of the file, else the working folder."""
    root: Path = (info.context or {}).get("root", Path.cwd())
    return root


def placed(path: Path, info: ValidationInfo) -> Path:
    """Put a path in its place: ``~`` is the user's home, relative ones start at the file's folder."""
    return Path(os.path.normpath(root_of(info) / path.expanduser()))


def not_empty(text: str) -> str:
    """Refuse a text of nothing but spaces."""
    if not text.strip():
        raise ValueError("is empty")
    return text


def spelt(pattern: str, words: str) -> AfterValidator:
    """Return what refuses a text that is not wholly as ``pattern``, saying ``words`` of it."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{words}, not {text!r}")
        return text

    return AfterValidator(check)


def present_file(path: Path) -> Path:
    """Refuse a path at which there is no file."""
    if not path.exists():
        raise ValueError(f"there is no file {path}")
    if path.is_dir():
        raise ValueError(f"{path} is a folder, not a file")
    return path


def _present_folder(path: Path) -> Path:
    if not path.exists():
        raise ValueError(f"there is no folder {path}")
    if not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    return path


def web_address(text: str) -> str:
    """Refuse what no page, feed or list of the web can have as its address."""
    if " " in text or not text.isprintable():
        raise ValueError("has a space or a control character in it")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(f"is no address of the web: {text!r}") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"must begin with https:// or http://, not {text!r}")
    if not parts.hostname:
        raise ValueError(f"names no host: {text!r}")
    if "@" in parts.netloc:
        # Shown in reports and stored: no place for a password.
        raise ValueError("must hold no user name and no password")
    try:
        port_is_wrong = parts.port == 0
    except ValueError:
        port_is_wrong = True
    if port_is_wrong:
        raise ValueError(f"has no valid port: {text!r}")
    return text


Placed = Annotated[Path, AfterValidator(placed)]
Folder = Annotated[Placed, AfterValidator(_present_folder)]
File = Annotated[Placed, AfterValidator(present_file)]
# The address of something that is fetched: http or https, with a host, without a user's name.
WebAddress = Annotated[str, AfterValidator(web_address)]

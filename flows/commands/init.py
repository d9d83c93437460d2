"""``workscited init``: a configuration that explains itself, and the folders that it names."""

from __future__ import annotations

import json
import shlex
from importlib.resources import files
from pathlib import Path

from flows import DEFAULT_CONFIG
from flows.terminal import one_line
from tasks.errors import SettingsError
from tasks.settings import contact_address, load_settings

# The configuration as it is written; beside this module.
TEMPLATE = "init.toml"

# The lines that --contact takes the place of: who says whom to ask wants pages to be fetched.
CONTACT_LINE = '#contact = "desk@journal.example"\n'
NOT_CITED, CITED = "cited = false\n", "cited = true\n"

EXIT_OK = 0


def init(folder: Path, contact: str) -> int:
    """Write the configuration into ``folder``, make the folders that it names, and say what comes next.

    Raises SettingsError where there is one already, where nothing can be written, or for a bad ``contact``.
    """
    text = first_configuration(contact)
    path = folder / DEFAULT_CONFIG
    if path.exists():
        raise SettingsError(f"{path} exists already; nothing was changed")
    try:
        made = _make_folders(folder)
        # Never opens what is there, be it a file, a link or something else.
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError(f"{error.filename} exists already, and is not what is to lie there") from None
    except OSError as error:
        raise SettingsError(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error
    # What was written must be readable, or it is a fault of this program.
    load_settings(path)
    for line in _next_steps(path, made, bool(contact)):
        print(one_line(line))
    return EXIT_OK


def first_configuration(contact: str = "") -> str:
    """Return the text of a first configuration; raises SettingsError where ``contact`` is no address."""
    text = (files("flows.commands") / TEMPLATE).read_text(encoding="utf-8")
    if not contact:
        return text
    try:
        address = contact_address(contact)
    except ValueError as error:
        raise SettingsError(f"--contact {error}") from None
    # A string of JSON is one of TOML too.
    return text.replace(CONTACT_LINE, f"contact = {json.dumps(address)}\n").replace(NOT_CITED, CITED)


def _make_folders(folder: Path) -> list[Path]:
    made = [folder / "articles", folder / "sources"]
    for one in made:
        one.mkdir(parents=True, exist_ok=True)
    return made


def _next_steps(path: Path, made: list[Path], has_contact: bool) -> list[str]:
    articles, sources = made
    option = "" if path == DEFAULT_CONFIG else f" --config {shlex.quote(str(path))}"
    fetched = (
        "the pages that they cite are fetched"
        if has_contact
        else f"the pages that they cite into {sources}, or set [sources] cited and [fetch] contact"
    )
    return [
        f"wrote      {path}",
        f"put there  articles (.html, .md, .txt) into {articles}; {fetched}",
        "or name    feeds, sitemaps, lists of addresses and archived crawls: the file explains each",
        f"then       workscited run{option}",
    ]

"""Settings: one TOML file, read once, checked whole, never changed.

```toml
[database]
path = "data/workscited.duckdb"   # the working database; published copies lie beside it
keep = 3                          # published versions to keep
parquet = false                   # one Parquet file a table beside each published copy

[articles]
folders = ["articles"]            # what cites

[sources]
folders = ["sources"]             # what is cited

[model]
name = "all-MiniLM-L6-v2"         # or any model that sentence-transformers can load
form = "auto"                     # "auto", "onnx" or "torch"
cache = ""                        # where exported models lie; "" is the user's own cache folder

[judge]
entailment = ""                   # a cross-encoder that gives the verdicts: a folder or a name; "" is none

[run]
workers = 0                       # processes for the work of a stage; 0 is one a core
batch_documents = 200             # documents a commit
```

Relative paths start at the folder of the file. Every way to name articles or sources belongs into
:class:`Origins`, so that both sections take it alike.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictInt,
    ValidationError,
    ValidationInfo,
)

from tasks.errors import SettingsError

# The published copies of data/workscited.duckdb lie in data/published/, the newest as this name.
PUBLISHED_FOLDER = "published"
PUBLISHED_NAME = "current.duckdb"

# Without them their defaults hold; without [articles] there would be nothing to do.
OPTIONAL_SECTIONS = ("database", "sources", "model", "judge", "run")

# Two published versions let a reader finish while the next is swapped in; the third is for looking back.
DEFAULT_KEEP = 3

# Some seconds of work, so that a kill costs little and the ledger stays small.
DEFAULT_BATCH_DOCUMENTS = 200

# Above this the batch, and not the corpus, would decide how much memory a run takes.
MAX_BATCH_DOCUMENTS = 10_000

# More processes than any machine has cores for: a typing error, not a wish.
MAX_WORKERS = 1_024

# What pydantic says of these names its own classes, which the reader of a TOML file does not know.
PLAIN_WORDS = {
    "model_type": "must be a table of keys",
    "path_type": "must be a path in quotes",
    "tuple_type": "must be a list in brackets",
}


def _placed(path: Path, info: ValidationInfo) -> Path:
    """Put a path in its place: ``~`` is the user's home, relative ones start at the file's folder."""
    root: Path = (info.context or {}).get("root", Path.cwd())
    return Path(os.path.normpath(root / path.expanduser()))


def _present(path: Path) -> Path:
    if not path.exists():
        raise ValueError(f"there is no folder {path}")
    if not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    return path


def _no_folder(path: Path) -> Path:
    if path.is_dir():
        raise ValueError(f"{path} is a folder, not a database file")
    return path


def _not_empty(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


def _folder_or_name(text: str, info: ValidationInfo) -> str:
    """Put the path of a folder in its place; what is none is the name of a model and stays as it is."""
    folder = _placed(Path(text), info)
    return str(folder) if text and folder.is_dir() else text


def _own_cache(path: object) -> object:
    """Read an empty path as "the user's own cache folder", which the encoder knows."""
    return None if path == "" else path


Placed = Annotated[Path, AfterValidator(_placed)]
Folder = Annotated[Placed, AfterValidator(_present)]


class Section(BaseModel):
    """A table of the file: unknown keys are refused, values never change."""

    # Defaults are validated too, so that a default path is put in its place as a written one is.
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Database(Section):
    """Where the truth lies, and what is published of it."""

    path: Annotated[Placed, AfterValidator(_no_folder)] = Path("data/workscited.duckdb")
    keep: Annotated[StrictInt, Field(ge=1)] = DEFAULT_KEEP
    parquet: StrictBool = False

    @property
    def published(self) -> Path:
        """The folder of published copies."""
        return self.path.parent / PUBLISHED_FOLDER

    @property
    def current(self) -> Path:
        """The published copy that readers open: a symlink to the newest version."""
        return self.published / PUBLISHED_NAME


class Origins(Section):
    """Where documents come from."""

    folders: tuple[Folder, ...] = ()


class Model(Section):
    """Which encoder turns text into vectors."""

    name: Annotated[str, AfterValidator(_not_empty)] = "all-MiniLM-L6-v2"
    form: Literal["auto", "onnx", "torch"] = "auto"
    cache: Annotated[Placed | None, BeforeValidator(_own_cache)] = None


class Judge(Section):
    """What gives the verdicts; "" is the project's own fitted models."""

    entailment: Annotated[str, AfterValidator(_folder_or_name)] = ""


class Run(Section):
    """How much at once."""

    workers: Annotated[StrictInt, Field(ge=0, le=MAX_WORKERS)] = 0
    batch_documents: Annotated[StrictInt, Field(ge=1, le=MAX_BATCH_DOCUMENTS)] = DEFAULT_BATCH_DOCUMENTS


class Settings(Section):
    """The whole file. ``root`` is its folder, to which the uris of documents are relative."""

    database: Database
    articles: Origins
    sources: Origins
    model: Model
    judge: Judge
    run: Run

    _root: Path = PrivateAttr(default_factory=Path.cwd)

    def model_post_init(self, context: dict[str, Path] | None, /) -> None:
        """Keep the folder that the validation was given as its place."""
        if context:
            self._root = context["root"]

    @property
    def root(self) -> Path:
        """The absolute folder of the configuration file."""
        return self._root


def load_settings(path: Path) -> Settings:
    """Return the settings that lie in the file ``path``.

    Raises :class:`SettingsError` with one line a fault: the file, the key, what is wrong with it and,
    for a key that is not known, the nearest one that is.
    """
    data = {key: {} for key in OPTIONAL_SECTIONS} | _parsed(path)
    try:
        return Settings.model_validate(data, context={"root": path.resolve().parent})
    except ValidationError as error:
        raise SettingsError("\n".join(f"{path}: {line}" for line in _lines(error))) from error


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such configuration file") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}") from error


def _lines(error: ValidationError) -> Iterable[str]:
    for fault in error.errors(include_url=False):
        yield _unknown(fault["loc"]) if fault["type"] == "extra_forbidden" else _wrong(fault)


def _wrong(fault: Mapping[str, Any]) -> str:
    location = _place(fault["loc"])
    if fault["type"] == "missing":
        return f"{location} is missing"
    if fault["type"] == "value_error":
        return f"{location}: {fault['ctx']['error']}"
    reason = PLAIN_WORDS.get(fault["type"], fault["msg"].replace("Input should be", "must be"))
    return f"{location} {reason}, not {fault['input']!r}"


def _unknown(location: tuple[int | str, ...]) -> str:
    *sections, key = (str(part) for part in location)
    known = _known(sections)
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
    return f"{_place(tuple(sections)) or 'the file'} has no key {key!r}; {hint}"


def _known(sections: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for section in sections:
        inner = model.model_fields[section].annotation
        assert isinstance(inner, type) and issubclass(inner, BaseModel)
        model = inner
    return list(model.model_fields)


def _place(location: tuple[int | str, ...]) -> str:
    section, *rest = [str(part) for part in location] or [""]
    return " ".join([f"[{section}]", *rest]) if section else ""

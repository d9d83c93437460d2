"""Settings: one TOML file, read once, checked whole, never changed.

```toml
[database]
path = "data/workscited.duckdb"   # the working database; published copies lie beside it
keep = 3                          # published versions to keep
parquet = false                   # one Parquet file a table beside each published copy

[articles]
folders = ["articles"]            # what cites; more ways to name it are in :mod:`tasks.origins`

[sources]
folders = ["sources"]             # what is cited
cited = false                     # fetch the pages that articles cite

[fetch]
contact = ""                      # an address or a mail address; needed as soon as anything is fetched
agent = "workscited"              # the name that robots.txt knows this program by
delay_seconds = 1.0               # between two requests to one host
parallel_hosts = 32               # hosts asked at the same time
tries = 3                         # for a page, where its trouble may pass
budget_pages = 2000               # pages a run asks for
budget_minutes = 30               # and how long it does
timeout_seconds = 60              # for one page with all its redirects
max_megabytes = 10                # a page that is larger is dropped
retry_after_cap_seconds = 3600    # the longest wait that a server may ask for
archive = "https://archive.org/wayback/available"   # asked for copies of dead pages; "" is none
allow = []                        # addresses besides public ones that may be fetched: "127.0.0.1:8080"
ports = [80, 443]
trust_proxy = false               # go through the proxy that the environment names
ca_file = ""                      # certificates to trust besides the usual ones

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

Relative paths start at the folder of the file.
"""

from __future__ import annotations

import re
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    StrictBool,
    StrictInt,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from tasks.errors import SettingsError
from tasks.faults import fault_lines
from tasks.origins import Articles, Sources
from tasks.sections import File, Placed, Section, not_empty, placed, spelt, web_address

# The published copies of data/workscited.duckdb lie in data/published/, the newest as this name.
PUBLISHED_FOLDER = "published"
PUBLISHED_NAME = "current.duckdb"

# Without them their defaults hold; without [articles] there would be nothing to do.
OPTIONAL_SECTIONS = ("database", "sources", "fetch", "model", "judge", "run")

# Two published versions let a reader finish while the next is swapped in; the third is for looking back.
DEFAULT_KEEP = 3

# Some seconds of work, so that a kill costs little and the ledger stays small.
DEFAULT_BATCH_DOCUMENTS = 200

# Above this the batch, and not the corpus, would decide how much memory a run takes.
MAX_BATCH_DOCUMENTS = 10_000

# More processes than any machine has cores for: a typing error, not a wish.
MAX_WORKERS = 1_024

# A pool this large already holds as many threads as a machine with few cores runs well.
MAX_PARALLEL_HOSTS = 256

# A server that fails ten times in a run needs another run.
MAX_TRIES = 10

# One page must not take a large part of the half hour that all of them have.
MAX_TIMEOUT_SECONDS = 600

# What is read of a file has the same bound (tasks.acquire.folders): a larger page could not be kept.
MAX_MEGABYTES = 10

# The largest number that a port of TCP can have.
MAX_PORT = 65_535

# A mail address in ASCII, without what would end or escape the comment that it stands in.
MAIL_PATTERN = r"[^\s@()\"\\]+@[^\s@()\"\\]+"

# Tells which copy of a page is nearest to a date, in JSON.
ARCHIVE = "https://archive.org/wayback/available"

NO_CONTACT = (
    "[fetch] contact is empty: pages are fetched, and their sites must know whom to ask about it;"
    ' name a mail address or a page of yours, as in contact = "desk@journal.example"'
)


def _no_folder(path: Path) -> Path:
    if path.is_dir():
        raise ValueError(f"{path} is a folder, not a database file")
    return path


def _folder_or_name(text: str, info: ValidationInfo) -> str:
    """Put the path of a folder in its place; what is none is the name of a model and stays as it is."""
    folder = placed(Path(text), info)
    return str(folder) if text and folder.is_dir() else text


def _none_for_empty(value: object) -> object:
    """Read "" as none: TOML has no word for it."""
    return None if value == "" else value


def _address_or_none(text: str) -> str:
    return web_address(text) if text else text


def contact_address(text: str) -> str:
    """Return ``text``, a mail or web address, or ""; raises ValueError where it is neither.

    It stands in a comment of a header that every site's owner may read.
    """
    if not text:
        return text
    if text.isascii() and text.isprintable() and re.fullmatch(MAIL_PATTERN, text):
        return text
    if not text.startswith(("https://", "http://")):
        raise ValueError(f"must be a mail address or begin with https:// or http://, not {text!r}")
    if not text.isascii() or set(text) & set('()"\\'):
        raise ValueError("must be of ASCII characters without brackets and quotes")
    return web_address(text)


def _allowed(text: str) -> str:
    """Refuse what is neither an IP address nor a network, with or without a port."""
    host, port = text, "1"
    if match := re.fullmatch(r"\[([^\]]*)\]:([0-9]{1,5})|([^:]*):([0-9]{1,5})", text):
        host, port = match[1] or match[3] or "", match[2] or match[4]
    try:
        ip_network(host) if "/" in host else ip_address(host)
    except ValueError:
        raise ValueError(
            f'"{text}" is no IP address or network such as "127.0.0.1:8080", "10.1.0.0/16" or "[::1]:8080"'
        ) from None
    if not 0 < int(port) <= MAX_PORT:
        raise ValueError(f'"{text}" has a port above {MAX_PORT} or 0')
    return text


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


# Whole or broken numbers, but no text, no truth value, no infinity.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Fetch(Section):
    """How pages are fetched: as whom, how often, how much."""

    contact: Annotated[str, AfterValidator(contact_address)] = ""
    # RFC 9309 allows these letters alone in the name that robots.txt knows a program by.
    agent: Annotated[str, spelt(r"[A-Za-z_-]+", "must be of letters, '-' and '_'")] = "workscited"
    delay_seconds: Annotated[Number, Field(ge=0)] = 1.0
    parallel_hosts: Annotated[StrictInt, Field(ge=1, le=MAX_PARALLEL_HOSTS)] = 32
    tries: Annotated[StrictInt, Field(ge=1, le=MAX_TRIES)] = 3
    budget_pages: Annotated[StrictInt, Field(ge=1)] = 2_000
    budget_minutes: Annotated[Number, Field(gt=0)] = 30.0
    timeout_seconds: Annotated[Number, Field(gt=0, le=MAX_TIMEOUT_SECONDS)] = 60.0
    max_megabytes: Annotated[StrictInt, Field(ge=1, le=MAX_MEGABYTES)] = 10
    retry_after_cap_seconds: Annotated[Number, Field(ge=0)] = 3_600.0
    archive: Annotated[str, AfterValidator(_address_or_none)] = ARCHIVE
    allow: tuple[Annotated[str, AfterValidator(_allowed)], ...] = ()
    ports: tuple[Annotated[StrictInt, Field(ge=1, le=MAX_PORT)], ...] = (80, 443)
    trust_proxy: StrictBool = False
    ca_file: Annotated[File | None, BeforeValidator(_none_for_empty)] = None

    def user_agent(self, version: str) -> str:
        """Return the user agent of ``version``; raises SettingsError where nobody could be asked about it."""
        if not self.contact:
            raise SettingsError(NO_CONTACT)
        return f"{self.agent}/{version} (+{self.contact})"


class Model(Section):
    """Which encoder turns text into vectors."""

    name: Annotated[str, AfterValidator(not_empty)] = "all-MiniLM-L6-v2"
    form: Literal["auto", "onnx", "torch"] = "auto"
    cache: Annotated[Placed | None, BeforeValidator(_none_for_empty)] = None


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
    articles: Articles
    sources: Sources
    fetch: Fetch
    model: Model
    judge: Judge
    run: Run

    _root: Path = PrivateAttr(default_factory=Path.cwd)

    def model_post_init(self, context: dict[str, Path] | None, /) -> None:
        """Keep the folder that the validation was given as its place."""
        if context:
            self._root = context["root"]

    @model_validator(mode="after")
    def _has_contact(self) -> Self:
        if self.live and not self.fetch.contact:
            raise ValueError(NO_CONTACT)
        return self

    @property
    def live(self) -> bool:
        """Whether a run fetches anything."""
        return self.articles.live or self.sources.live

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that origins carry, sorted."""
        return tuple(sorted(self.articles.tags | self.sources.tags))

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
        lines = fault_lines(error, data, Settings)
        raise SettingsError("\n".join(f"{path}: {line}" for line in lines)) from error


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

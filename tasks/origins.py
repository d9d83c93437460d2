"""Where documents come from: the entries of ``[articles]`` and ``[sources]``.

```toml
[articles]
folders  = ["articles", { path = "essays", limit = 500, tag = "nightly" }]
warcs    = ["crawl/*.warc.gz"]
feeds    = ["https://journal.example/rss.xml", { url = "https://post.example/rss.xml", tag = "hourly" }]
sitemaps = [{ url = "https://journal.example/news-sitemap.xml", limit = 200 }]
lists    = ["urls.txt", { url = "https://journal.example/list.txt" }]

[sources]
cited = true                      # fetch the pages that articles cite
feeds = [{ url = "https://agency.example/rss.xml", take = "all" }]
search = "newsroom.finder:find"   # asked for entries that name no address
```

An entry is a text in quotes, or a table where it has more to say. Both sections take the same five
kinds, one class a kind.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    ValidationInfo,
    field_validator,
    model_validator,
)

from tasks.sections import File, Folder, Section, WebAddress, not_empty, placed, present_file, root_of, spelt

# What archived crawls are called: WARC and its forerunner ARC, packed or not.
ARCHIVE_ENDINGS = (".warc", ".warc.gz", ".arc", ".arc.gz")

# Characters that make a path a pattern.
PATTERN_CHARACTERS = "*?["

# The keys that an entry can mean that is a text and no table, the first that its kind has.
PLAIN_KEYS = ("path", "pattern", "url")

# Which of the pages that a feed, sitemap or list of sources tells of are fetched.
Take = Literal["cited", "all"]

# A tag is typed on a command line and written into prefect.yaml: a word, nothing to be quoted.
Tag = Annotated[str, spelt(r"[A-Za-z0-9_-]*", "must be of letters, digits, '-' and '_'")]

# A function of the user's own; "" is none.
Hook = Annotated[
    str, spelt(r"|[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", 'must read "package.module:function"')
]


class Origin(Section):
    """A place that documents come from. ``limit`` is the most that are taken, 0 all of them.

    ``tag`` names a schedule: a run for a tag looks only into the origins that carry it.
    """

    limit: Annotated[StrictInt, Field(ge=0)] = 0
    tag: Tag = ""

    @model_validator(mode="before")
    @classmethod
    def _table(cls, entry: object) -> object:
        return cls.tabled(entry)

    @classmethod
    def tabled(cls, entry: object) -> object:
        """Return the table that an entry stands for; raise for what is neither a text nor a table."""
        if isinstance(entry, str):
            return {cls._key_of(entry): entry}
        if not isinstance(entry, dict | Origin):
            raise ValueError(f"must be a text in quotes or a table of keys, not {entry!r}")
        return entry

    @classmethod
    def _key_of(cls, text: str) -> str:
        keys = [key for key in PLAIN_KEYS if key in cls.model_fields]
        return "url" if "://" in text and "url" in keys else keys[0]


class FolderOrigin(Origin):
    """A folder of files, its folders included; it is there."""

    path: Folder


class ArchiveOrigin(Origin):
    """Archived crawls: ``pattern`` is absolute; without ``*``, ``?`` and ``[`` is a file that is there."""

    pattern: str

    @field_validator("pattern")
    @classmethod
    def _placed(cls, pattern: str, info: ValidationInfo) -> str:
        path = placed(Path(not_empty(pattern)), info)
        if not path.exists() and any(c in pattern for c in PATTERN_CHARACTERS):
            # The folder's own name may hold such characters: they are no part of the pattern.
            written = Path(pattern).expanduser()
            return str(written if written.is_absolute() else Path(glob.escape(str(root_of(info))), written))
        if not is_archive(present_file(path)):
            raise ValueError(f"{path} ends in none of {', '.join(ARCHIVE_ENDINGS)}")
        return glob.escape(str(path))

    def files(self) -> tuple[Path, ...]:
        """Return the archives that are there now, sorted; of what the pattern matches, those files alone."""
        # Path.glob takes no absolute pattern.
        found = (Path(name) for name in glob.glob(self.pattern, recursive=True))  # noqa: PTH207
        return tuple(sorted(path for path in found if is_archive(path) and path.is_file()))


class WebOrigin(Origin):
    """A feed or a sitemap of the web; ``take`` says which of its pages are fetched."""

    url: WebAddress
    take: Take = "cited"


class ListOrigin(Origin):
    """A list of addresses, one a line: a file (``path``) or something fetched (``url``), never both."""

    path: File | None = None
    url: WebAddress | None = None
    take: Take = "cited"

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.path is None) == (self.url is None):
            raise ValueError("needs either a path or a url")
        return self


class Origins(Section):
    """Every way to name documents."""

    folders: tuple[FolderOrigin, ...] = ()
    warcs: tuple[ArchiveOrigin, ...] = ()
    feeds: tuple[WebOrigin, ...] = ()
    sitemaps: tuple[WebOrigin, ...] = ()
    lists: tuple[ListOrigin, ...] = ()

    def of_tag(self, tag: str) -> Self:
        """Return these with only the origins that carry ``tag``; all of them for ""."""
        if not tag:
            return self
        chosen = {name: tuple(one for one in kind if one.tag == tag) for name, kind in self._kinds().items()}
        return self.model_copy(update=chosen)

    @property
    def tags(self) -> frozenset[str]:
        """The tags that any of them carries."""
        return frozenset(one.tag for one in chain.from_iterable(self._kinds().values()) if one.tag)

    @property
    def live(self) -> bool:
        """Whether anything is fetched for them: a list's pages are, be the list a file or not."""
        return bool(self.feeds or self.sitemaps or self.lists)

    def _kinds(self) -> Mapping[str, tuple[Origin, ...]]:
        return {name: getattr(self, name) for name in Origins.model_fields}


def is_archive(path: Path) -> bool:
    """Return whether a file is an archived crawl, by its name."""
    return path.name.lower().endswith(ARCHIVE_ENDINGS)


def _taken_whole(model: type[Origin]) -> Callable[[object], object]:
    """Read an entry of ``[articles]``, where nothing is to choose: what is to be checked is fetched."""

    def read(entry: object) -> object:
        table: Any = model.tabled(entry)
        if not isinstance(table, dict):
            return table
        if "take" in table:
            raise ValueError("every article is taken: 'take' belongs to [sources]")
        return table | {"take": "all"}

    return read


ArticleWeb = Annotated[WebOrigin, BeforeValidator(_taken_whole(WebOrigin))]
ArticleList = Annotated[ListOrigin, BeforeValidator(_taken_whole(ListOrigin))]


class Articles(Origins):
    """What cites: each page of its feeds, sitemaps and lists is fetched."""

    feeds: tuple[ArticleWeb, ...] = ()
    sitemaps: tuple[ArticleWeb, ...] = ()
    lists: tuple[ArticleList, ...] = ()


class Sources(Origins):
    """What is cited. ``cited``: pages that articles cite are fetched; ``search`` is asked for an address."""

    cited: StrictBool = False
    search: Hook = ""

    @property
    def live(self) -> bool:
        """Whether anything is fetched for them; what ``search`` finds is."""
        return super().live or self.cited or bool(self.search)

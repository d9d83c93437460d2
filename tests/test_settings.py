"""The configuration file: what it may say, and what is said about a wrong one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flows import DEFAULT_CONFIG
from tasks.errors import SettingsError
from tasks.settings import load_settings

LEAST = '[articles]\nfolders = ["articles"]\n'
# Where anything is fetched somebody must be named.
CONTACT = '[fetch]\ncontact = "desk@journal.example"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration's folder with articles, sources, archives and a list of addresses."""
    for name in ("articles", "sources", "crawl"):
        (tmp_path / name).mkdir()
    for name in ("urls.txt", "crawl/b.warc.gz", "crawl/a.arc", "crawl/notes.txt", "ca.pem"):
        (tmp_path / name).touch()
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "workscited.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_least_configuration_names_articles_and_all_else_has_a_default(folder: Path) -> None:
    settings = load_settings(written(folder, LEAST))
    assert settings.root == folder
    assert [one.path for one in settings.articles.folders] == [folder / "articles"]
    assert settings.sources.folders == ()
    assert (settings.live, settings.tags, settings.sources.cited, settings.sources.search) == (
        False,
        (),
        False,
        "",
    )
    assert settings.database.path == folder / "data" / "workscited.duckdb"
    assert (settings.database.keep, settings.database.parquet) == (3, False)
    assert (settings.model.name, settings.model.form, settings.model.cache) == (
        "all-MiniLM-L6-v2",
        "auto",
        None,
    )
    assert (settings.run.workers, settings.run.batch_documents) == (0, 200)


def test_every_value_can_be_set(folder: Path) -> None:
    text = LEAST + (
        '[sources]\nfolders = ["sources", "articles"]\n'
        '[database]\npath = "elsewhere/db"\nkeep = 1\nparquet = true\n'
        '[model]\nname = "some/model"\nform = "torch"\ncache = "cache"\n'
        "[run]\nworkers = 4\nbatch_documents = 7\n"
    )
    settings = load_settings(written(folder, text))
    assert [one.path for one in settings.sources.folders] == [folder / "sources", folder / "articles"]
    assert settings.database.path == folder / "elsewhere" / "db"
    assert settings.database.current == folder / "elsewhere" / "published" / "current.duckdb"
    assert (settings.database.keep, settings.database.parquet) == (1, True)
    assert settings.model.cache == folder / "cache"
    assert (settings.model.name, settings.model.form) == ("some/model", "torch")
    assert (settings.run.workers, settings.run.batch_documents) == (4, 7)


def test_paths_start_at_the_folder_of_the_file_and_not_at_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(folder, LEAST + '[database]\npath = "../beside.duckdb"\n[model]\ncache = "~/models"\n')
    monkeypatch.chdir(folder.parent)
    settings = load_settings(Path(folder.name) / "workscited.toml")
    assert settings.database.path == folder.parent / "beside.duckdb"
    assert settings.model.cache == Path.home() / "models"
    assert settings.root == folder


def test_the_default_file_is_workscited_toml_of_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(folder, LEAST)
    monkeypatch.chdir(folder)
    assert load_settings(DEFAULT_CONFIG).root == folder


def test_settings_do_not_change(folder: Path) -> None:
    settings = load_settings(written(folder, LEAST))
    with pytest.raises(ValidationError, match="frozen"):
        settings.run.workers = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("[run] has no key 'wrokers'; did you mean 'workers'?", LEAST + "[run]\nwrokers = 1", id="key"),
        pytest.param("has no key 'soruces'; did you mean 'sources'?", LEAST + "[soruces]\nfolders = []", id="section"),
        pytest.param("[articles] has no key 'zzz'; known are feeds, folders, lists, sitemaps, warcs", LEAST + "zzz = 1", id="nothing near"),
        pytest.param("the file has no key 'root'", LEAST + "[root]\n", id="a name that the code uses"),
        pytest.param("[articles] is missing", "", id="empty file"),
        pytest.param("there is no folder", '[articles]\nfolders = ["nowhere"]', id="folder not there"),
        pytest.param("is not a folder", '[articles]\nfolders = ["workscited.toml"]', id="file for folder"),
        pytest.param("is a folder, not a database", LEAST + '[database]\npath = "."', id="folder for file"),
        pytest.param("[articles] folders must be a list in brackets, not 'articles'", '[articles]\nfolders = "articles"', id="no list"),
        pytest.param("[articles] must be a table of keys, not 3", "articles = 3", id="no table"),
        pytest.param("[database] path must be a path in quotes, not 3", LEAST + "[database]\npath = 3", id="no path"),
        pytest.param("[database] keep must be greater than or equal to 1, not 0", LEAST + "[database]\nkeep = 0", id="too small"),
        pytest.param("[run] workers must be a valid integer, not '2'", LEAST + '[run]\nworkers = "2"', id="text for a number"),
        pytest.param("[run] workers must be a valid integer, not True", LEAST + "[run]\nworkers = true", id="truth for a number"),
        pytest.param("[run] batch_documents must be less than", LEAST + "[run]\nbatch_documents = 1000000", id="too large"),
        pytest.param("[database] parquet must be a valid boolean, not 1", LEAST + "[database]\nparquet = 1", id="number for a truth"),
        pytest.param("[model] form must be 'auto', 'onnx' or 'torch', not 'fast'", LEAST + '[model]\nform = "fast"', id="unknown form"),
        pytest.param("[model] name: is empty", LEAST + '[model]\nname = " "', id="no model"),
        pytest.param("[articles] folders 2: there is no folder", '[articles]\nfolders = ["articles", "nowhere"]', id="second folder not there"),
        pytest.param("[articles] folders 1 path: there is no folder", '[articles]\nfolders = [{ path = "nowhere" }]', id="folder of a table not there"),
        pytest.param("[articles] folders 1: must be a text in quotes or a table of keys, not 1", "[articles]\nfolders = [1]", id="no origin"),
        pytest.param("[articles] folders 1 limit must be greater than or equal to 0, not -1", '[articles]\nfolders = [{ path = "articles", limit = -1 }]', id="limit below none"),
        pytest.param("[articles] folders 1 tag: must be of letters", '[articles]\nfolders = [{ path = "articles", tag = "a b" }]', id="tag of two words"),
        pytest.param("[articles] feeds 2 has no key 'tga'; did you mean 'tag'?", CONTACT + '[articles]\nfeeds = ["https://a.example", { url = "https://b.example", tga = "x" }]', id="key of an entry"),
        pytest.param("[articles] feeds 2 has no key 'tga'; did you mean 'tag'?", CONTACT + '[[articles.feeds]]\nurl = "https://a.example"\n[[articles.feeds]]\nurl = "https://b.example"\ntga = "x"', id="key of an entry with a head of its own"),
        pytest.param("[sources] lists 1 has no key 'zzz'; known are limit, path, tag, take, url", LEAST + CONTACT + '[sources]\nlists = [{ path = "urls.txt", zzz = 1 }]', id="nothing near in an entry"),
        pytest.param("[articles] feeds 1 url is missing", CONTACT + "[articles]\nfeeds = [{ limit = 3 }]", id="no address"),
        pytest.param("[articles] feeds must be a list in brackets, not {'url'", CONTACT + '[articles.feeds]\nurl = "https://a.example"', id="table for a list"),
        pytest.param("[articles] feeds 1: every article is taken", CONTACT + '[articles]\nfeeds = [{ url = "https://a.example", take = "cited" }]', id="choice among articles"),
        pytest.param("[sources] feeds 1 take must be 'cited' or 'all', not 'some'", LEAST + CONTACT + '[sources]\nfeeds = [{ url = "https://a.example", take = "some" }]', id="unknown choice"),
        pytest.param("[articles] feeds 1: must begin with https:// or http://, not 'feed://a.example'", CONTACT + '[articles]\nfeeds = ["feed://a.example"]', id="other scheme"),
        pytest.param("[articles] feeds 1: names no host: 'https:///x'", CONTACT + '[articles]\nfeeds = ["https:///x"]', id="no host"),
        pytest.param("[articles] feeds 1: must hold no user name and no password", CONTACT + '[articles]\nfeeds = ["https://me:secret@a.example"]', id="password"),
        pytest.param("[articles] feeds 1: has no valid port", CONTACT + '[articles]\nfeeds = ["https://a.example:99999/"]', id="port too large"),
        pytest.param("[articles] feeds 1: is no address of the web", CONTACT + '[articles]\nfeeds = ["https://[::1"]', id="half a bracket"),
        pytest.param("[articles] feeds 1: has a space or a control character", CONTACT + '[articles]\nfeeds = ["https://a.example/\\u0007"]', id="control character"),
        pytest.param("[articles] warcs 1: there is no file", '[articles]\nwarcs = ["crawl/c.warc"]', id="archive not there"),
        pytest.param("[articles] warcs 1: is empty", '[articles]\nwarcs = [""]', id="no archive"),
        pytest.param("crawl is a folder, not a file", '[articles]\nwarcs = ["crawl"]', id="folder for archive"),
        pytest.param("notes.txt ends in none of .warc, .warc.gz", '[articles]\nwarcs = ["crawl/notes.txt"]', id="no archive's ending"),
        pytest.param("[articles] lists 1: there is no file", CONTACT + '[articles]\nlists = ["nowhere.txt"]', id="list not there"),
        pytest.param("[articles] lists 1: needs either a path or a url", CONTACT + "[articles]\nlists = [{ limit = 1 }]", id="neither path nor address"),
        pytest.param("[articles] lists 1: needs either a path or a url", CONTACT + '[articles]\nlists = [{ path = "urls.txt", url = "https://a.example" }]', id="path and address"),
        pytest.param('[sources] search: must read "package.module:function", not \'finder.py\'', LEAST + '[sources]\nsearch = "finder.py"', id="no function"),
        pytest.param("[fetch] contact: must be a mail address or begin with https://", LEAST + '[fetch]\ncontact = "the desk"', id="no contact"),
        pytest.param("[fetch] contact: must be a mail address or begin with https://", LEAST + '[fetch]\ncontact = "a@b.example\\r\\nX: y"', id="a header in the contact"),
        pytest.param("[fetch] contact: must be a mail address or begin with https://", LEAST + '[fetch]\ncontact = "büro@b.example"', id="contact beyond ASCII"),
        pytest.param("[fetch] contact: must be of ASCII characters without brackets", LEAST + '[fetch]\ncontact = "https://a.example/)("', id="brackets in the contact"),
        pytest.param("[fetch] agent: must be of letters, '-' and '_', not 'a/1'", LEAST + '[fetch]\nagent = "a/1"', id="no product"),
        pytest.param("[fetch] delay_seconds must be a valid number, not True", LEAST + "[fetch]\ndelay_seconds = true", id="truth for seconds"),
        pytest.param("[fetch] budget_minutes must be a finite number, not inf", LEAST + "[fetch]\nbudget_minutes = inf", id="for ever"),
        pytest.param("[fetch] budget_minutes must be greater than 0, not 0", LEAST + "[fetch]\nbudget_minutes = 0", id="no time"),
        pytest.param("[fetch] max_megabytes must be less than or equal to 10, not 11", LEAST + "[fetch]\nmax_megabytes = 11", id="too large a page"),
        pytest.param("[fetch] tries must be less than or equal to 10, not 11", LEAST + "[fetch]\ntries = 11", id="too many tries"),
        pytest.param('[fetch] allow 1: "localhost" is no IP address or network', LEAST + '[fetch]\nallow = ["localhost"]', id="name for an address"),
        pytest.param('[fetch] allow 1: "10.1.2.3/8" is no IP address or network', LEAST + '[fetch]\nallow = ["10.1.2.3/8"]', id="network with a host in it"),
        pytest.param('[fetch] allow 1: "127.0.0.1:70000" has a port above 65535', LEAST + '[fetch]\nallow = ["127.0.0.1:70000"]', id="allowed port too large"),
        pytest.param("[fetch] ports 1 must be greater than or equal to 1, not 0", LEAST + "[fetch]\nports = [0]", id="port 0"),
        pytest.param("[fetch] archive: must begin with https:// or http://", LEAST + '[fetch]\narchive = "archive.example"', id="archive without scheme"),
        pytest.param("[fetch] ca_file: there is no file", LEAST + '[fetch]\nca_file = "nowhere.pem"', id="no certificates"),
        pytest.param("at line 3", LEAST + "[articles\n", id="not TOML"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_refused_in_one_line_that_says_what_is_wrong(
    expected: str, text: str, folder: Path
) -> None:
    path = written(folder, text)
    with pytest.raises(SettingsError) as raised:
        load_settings(path)
    message = str(raised.value)
    assert expected in message
    assert message.startswith(str(path))
    assert len(message.splitlines()) == 1


EVERY_ORIGIN = """
[articles]
folders = ["articles", { path = "sources", limit = 500, tag = "nightly" }]
warcs = ["crawl/*.warc.gz", { pattern = "crawl/a.arc", tag = "nightly" }, "nowhere/*.warc"]
feeds = ["https://journal.example/rss.xml", { url = "http://journal.example:8080/a?b", limit = 50, tag = "hourly" }]
sitemaps = [{ url = "https://journal.example/news-sitemap.xml", limit = 200, tag = "hourly" }]
lists = ["urls.txt", "https://journal.example/list.txt", { path = "urls.txt", limit = 2 }]
[sources]
cited = true
search = "newsroom.finder:find"
[[sources.feeds]]
url = "https://agency.example/rss.xml"
take = "all"
[[sources.feeds]]
url = "https://post.example/rss.xml"
"""


def test_origins_are_named_by_a_text_or_a_table_alike(folder: Path) -> None:
    settings = load_settings(written(folder, EVERY_ORIGIN + CONTACT))
    articles, sources = settings.articles, settings.sources
    folders = [("articles", 0, ""), ("sources", 500, "nightly")]
    assert [(one.path.name, one.limit, one.tag) for one in articles.folders] == folders
    assert [(one.url, one.limit, one.tag) for one in articles.feeds] == [
        ("https://journal.example/rss.xml", 0, ""),
        ("http://journal.example:8080/a?b", 50, "hourly"),
    ]
    (sitemap,) = articles.sitemaps
    assert (sitemap.url, sitemap.limit) == ("https://journal.example/news-sitemap.xml", 200)
    assert [(one.path, one.url, one.limit) for one in articles.lists] == [
        (folder / "urls.txt", None, 0),
        (None, "https://journal.example/list.txt", 0),
        (folder / "urls.txt", None, 2),
    ]
    assert (sources.cited, sources.search) == (True, "newsroom.finder:find")


def test_articles_are_all_taken_and_sources_when_they_are_cited_or_as_told(folder: Path) -> None:
    settings = load_settings(written(folder, EVERY_ORIGIN + CONTACT))
    articles = settings.articles
    assert {one.take for one in (*articles.feeds, *articles.sitemaps, *articles.lists)} == {"all"}
    assert [one.take for one in settings.sources.feeds] == ["all", "cited"]


def test_archives_are_the_files_that_a_pattern_matches_when_it_is_asked(folder: Path) -> None:
    by_ending, one_file, none = load_settings(written(folder, EVERY_ORIGIN + CONTACT)).articles.warcs
    assert [path.name for path in by_ending.files()] == ["b.warc.gz"]
    assert [path.name for path in one_file.files()] == ["a.arc"]
    assert none.files() == ()
    (folder / "crawl" / "c.WARC.GZ").mkdir()
    (folder / "crawl" / "a.warc.gz").touch()
    assert [path.name for path in by_ending.files()] == ["a.warc.gz", "b.warc.gz"]


@pytest.mark.parametrize(
    ("expected", "pattern"),
    [
        pytest.param(["a.arc", "b.warc.gz"], "crawl/*", id="other files are passed over"),
        pytest.param(["b.warc.gz"], "**/b.*", id="folders of folders"),
        pytest.param(["[1].warc"], "[1].warc", id="a file whose name looks like a pattern"),
        pytest.param(["[1].warc"], "../[[]x]/*.warc", id="up and down again"),
    ],
)
def test_brackets_in_names_of_folders_and_files_are_no_patterns(
    expected: list[str], pattern: str, folder: Path
) -> None:
    place = folder / "[x]"
    place.mkdir()
    shutil.move(folder / "crawl", place / "crawl")
    (place / "[1].warc").touch()
    settings = load_settings(written(place, f'[articles]\nwarcs = ["{pattern}"]\n'))
    assert [path.name for path in settings.articles.warcs[0].files()] == expected


@pytest.mark.parametrize(
    ("expected", "tag"),
    [
        pytest.param((2, 3, 2, 1, 3), "", id="every origin"),
        pytest.param((0, 0, 1, 1, 0), "hourly", id="hourly"),
        pytest.param((1, 1, 0, 0, 0), "nightly", id="nightly"),
        pytest.param((0, 0, 0, 0, 0), "weekly", id="a tag that none carries"),
    ],
)
def test_a_tag_chooses_the_origins_that_carry_it(expected: tuple[int, ...], tag: str, folder: Path) -> None:
    settings = load_settings(written(folder, EVERY_ORIGIN + CONTACT))
    some = settings.articles.of_tag(tag)
    kinds = (some.folders, some.warcs, some.feeds, some.sitemaps, some.lists)
    assert tuple(map(len, kinds)) == expected
    assert settings.tags == ("hourly", "nightly")
    assert settings.sources.of_tag("hourly").cited


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(False, LEAST, id="folders"),
        pytest.param(False, '[articles]\nwarcs = ["crawl/*.warc.gz"]\n', id="archives"),
        pytest.param(True, '[articles]\nfeeds = ["https://a.example"]\n', id="feed"),
        pytest.param(True, '[articles]\nsitemaps = ["https://a.example"]\n', id="sitemap"),
        pytest.param(True, '[articles]\nlists = ["urls.txt"]\n', id="file of addresses"),
        pytest.param(True, LEAST + '[sources]\nfeeds = ["https://a.example"]\n', id="feed of sources"),
        pytest.param(True, LEAST + "[sources]\ncited = true\n", id="cited pages"),
        pytest.param(True, LEAST + '[sources]\nsearch = "a.b:c"\n', id="search"),
    ],
)
def test_what_fetches_anything_needs_a_contact(expected: bool, text: str, folder: Path) -> None:
    assert load_settings(written(folder, text + CONTACT)).live == expected
    if not expected:
        assert not load_settings(written(folder, text)).live
        return
    with pytest.raises(SettingsError, match=r"workscited\.toml: \[fetch\] contact is empty"):
        load_settings(written(folder, text))


@pytest.mark.parametrize(
    ("expected", "contact"),
    [
        pytest.param("workscited/1.2 (+desk@journal.example)", "desk@journal.example", id="mail"),
        pytest.param(
            "workscited/1.2 (+https://journal.example/bot)", "https://journal.example/bot", id="page"
        ),
    ],
)
def test_the_user_agent_says_whom_to_ask(expected: str, contact: str, folder: Path) -> None:
    settings = load_settings(written(folder, f'{LEAST}[fetch]\ncontact = "{contact}"\n'))
    assert settings.fetch.user_agent("1.2") == expected


def test_without_a_contact_there_is_no_user_agent(folder: Path) -> None:
    with pytest.raises(SettingsError, match="contact is empty"):
        load_settings(written(folder, LEAST)).fetch.user_agent("1.2")


def test_every_value_of_fetching_can_be_set(folder: Path) -> None:
    allowed = ["127.0.0.1:8080", "127.0.0.0/8", "::1", "[::1]:8080", "10.1.0.0/16:80"]
    text = f"""[fetch]
contact = "desk@journal.example"\nagent = "our-checker"\ndelay_seconds = 2\nparallel_hosts = 4\ntries = 1
budget_pages = 7\nbudget_minutes = 0.5\ntimeout_seconds = 5\nmax_megabytes = 1\nretry_after_cap_seconds = 0
archive = ""\nallow = {allowed}\nports = [443]\ntrust_proxy = true\nca_file = "ca.pem"
"""
    fetch = load_settings(written(folder, LEAST + text)).fetch
    assert (fetch.agent, fetch.delay_seconds, fetch.parallel_hosts, fetch.tries) == ("our-checker", 2, 4, 1)
    assert (fetch.budget_pages, fetch.budget_minutes, fetch.timeout_seconds) == (7, 0.5, 5)
    assert (fetch.max_megabytes, fetch.retry_after_cap_seconds, fetch.archive) == (1, 0, "")
    assert (list(fetch.allow), fetch.ports) == (allowed, (443,))
    assert (fetch.trust_proxy, fetch.ca_file) == (True, folder / "ca.pem")


def test_what_may_be_allowed_is_what_the_guard_understands(folder: Path) -> None:
    from tasks.fetch.dial import Guard

    allowed = ["127.0.0.1:8080", "127.0.0.0/8", "::1", "[::1]:8080", "fd00::/8", "10.1.0.0/16:80"]
    fetch = load_settings(written(folder, f"{LEAST}[fetch]\nallow = {allowed}\n")).fetch
    assert Guard(fetch.allow, fetch.ports).allowed == tuple(allowed)


def test_each_fault_has_a_line(folder: Path) -> None:
    path = written(folder, LEAST + "[run]\nworkers = -1\nbatches = 3\n[model]\nform = 3\n")
    with pytest.raises(SettingsError) as raised:
        load_settings(path)
    lines = str(raised.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{path}: ") for line in lines)


@pytest.mark.parametrize(
    ("expected", "make"),
    [
        pytest.param("there is no such configuration file", lambda path: None, id="missing"),
        pytest.param("cannot be read", lambda path: path.mkdir(), id="a folder"),
        pytest.param("is not UTF-8 text (byte 2)", lambda path: path.write_bytes(b"# \xff"), id="not text"),
        pytest.param("is not valid TOML", lambda path: path.write_bytes(b"\0"), id="NUL"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(expected: str, make: object, tmp_path: Path) -> None:
    path = tmp_path / "workscited.toml"
    make(path)  # type: ignore[operator]
    with pytest.raises(SettingsError, match=r"workscited\.toml") as raised:
        load_settings(path)
    assert expected in str(raised.value)


VALUE = st.one_of(
    st.booleans().map(lambda value: str(value).lower()),
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(
        ['"auto"', '"articles"', '["articles"]', "[]", "[1]", "{}", "1.5", '""', "1979-05-27", "inf"]
    ),
    st.sampled_from(
        ['["https://a.example"]', '[{ url = "https://a.example", take = "all" }]', '["*.warc", ""]']
    ),
    st.sampled_from(
        ["[{}, [], true]", '[{ path = "articles", tag = "x", limit = 1 }]', "[{ url = 1, x = 2 }]"]
    ),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="'")).map("['{}']".format),
)
SECTION = st.sampled_from(["database", "articles", "sources", "fetch", "model", "run", "x"])
DATABASE_KEYS = ["path", "keep", "parquet"]
ORIGIN_KEYS = ["folders", "warcs", "feeds", "sitemaps", "lists", "cited", "search"]
FETCH_KEYS = ["contact", "agent", "allow", "ports", "archive", "tries", "budget_minutes", "ca_file"]
OTHER_KEYS = ["name", "form", "cache", "workers", "batch_documents", "x"]
KEY = st.sampled_from([*DATABASE_KEYS, *ORIGIN_KEYS, *FETCH_KEYS, *OTHER_KEYS])


@given(sections=st.dictionaries(SECTION, st.dictionaries(KEY, VALUE, max_size=4), max_size=5))
def test_any_valid_toml_is_read_or_refused_as_settings(
    sections: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    lines = [
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
        for name, keys in sections.items()
    ]
    path = written(folder, os.linesep.join(lines))
    try:
        settings = load_settings(path)
    except SettingsError as error:
        assert str(path) in str(error)
    else:
        assert settings.database.path.is_absolute()

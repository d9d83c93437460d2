"""The configuration file: what it may say, and what is said about a wrong one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flows import DEFAULT_CONFIG
from tasks.errors import SettingsError
from tasks.settings import load_settings

LEAST = '[articles]\nfolders = ["articles"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration's folder with one folder of articles and one of sources."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "sources").mkdir()
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "workscited.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_least_configuration_names_articles_and_all_else_has_a_default(folder: Path) -> None:
    settings = load_settings(written(folder, LEAST))
    assert settings.root == folder
    assert settings.articles.folders == (folder / "articles",)
    assert settings.sources.folders == ()
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
    assert settings.sources.folders == (folder / "sources", folder / "articles")
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
        pytest.param("[articles] has no key 'zzz'; known are folders", LEAST + "zzz = 1", id="nothing near"),
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
    st.sampled_from(['"auto"', '"articles"', '["articles"]', "[]", "[1]", "{}", "1.5", '""', "1979-05-27"]),
)
SECTION = st.sampled_from(["database", "articles", "sources", "model", "run", "x"])
KEY = st.sampled_from(
    ["path", "keep", "parquet", "folders", "name", "form", "cache", "workers", "batch_documents", "x"]
)


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

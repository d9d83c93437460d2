"""``workscited init``: what it writes can be used as it stands, and says of every key what it is."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from flows.cli import main
from flows.commands.init import CONTACT_LINE, first_configuration
from tasks.settings import Settings, load_settings

# An example to be used: a comment without a space before the key.
EXAMPLE = re.compile(r"^#(\w+ = .*)$", re.MULTILINE)
KEY = re.compile(r"^#?(\w+) = ", re.MULTILINE)


def written(folder: Path, text: str) -> Path:
    for name in ("articles", "sources"):
        (folder / name).mkdir(exist_ok=True)
    path = folder / "workscited.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_first_configuration_loads_as_it_stands_and_fetches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    settings = load_settings(tmp_path / "workscited.toml")
    assert [one.path for one in settings.articles.folders] == [tmp_path / "articles"]
    assert [one.path for one in settings.sources.folders] == [tmp_path / "sources"]
    assert not settings.live
    out = capsys.readouterr().out
    assert "workscited run\n" in out
    assert "[fetch] contact" in out


def test_what_it_writes_are_the_defaults(tmp_path: Path) -> None:
    """So that a key that is left out means what the file says."""
    least = '[articles]\nfolders = ["articles"]\n[sources]\nfolders = ["sources"]\n'
    first = load_settings(written(tmp_path, first_configuration()))
    assert load_settings(written(tmp_path, least)) == first


def test_every_key_of_every_section_is_there_with_a_word_on_it() -> None:
    sections = dict(
        re.findall(r"^\[(\w+)\]\n(.*?)(?=^\[|\Z)", first_configuration(), re.MULTILINE | re.DOTALL)
    )
    assert sorted(sections) == sorted(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        keys = KEY.findall(sections[name])
        assert sorted(keys) == sorted(field.annotation.model_fields)  # type: ignore[union-attr]
    # The origins of sources are those of articles, explained there.
    lines = first_configuration().replace(sections["sources"], "").splitlines()
    bare = [now for before, now in pairwise(lines) if KEY.match(now) and not before.startswith("# ")]
    assert bare == []


@pytest.mark.parametrize("example", EXAMPLE.findall(first_configuration()))
def test_every_example_is_valid_when_it_is_used(example: str, tmp_path: Path) -> None:
    text = first_configuration()
    used = text.replace(f"#{example}\n", f"{example}\n")
    if not example.startswith("contact"):
        used = used.replace(CONTACT_LINE, 'contact = "a@b.example"\n')
    assert load_settings(written(tmp_path, used)) != load_settings(written(tmp_path, text))


def test_all_examples_can_be_used_together(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, EXAMPLE.sub(r"\1", first_configuration())))
    assert settings.live
    assert settings.tags == ("hourly",)
    assert settings.fetch.contact == "desk@journal.example"
    assert [one.take for one in settings.sources.feeds] == ["all", "cited"]


@pytest.mark.parametrize(
    "contact",
    [
        pytest.param("desk@journal.example", id="mail"),
        pytest.param("https://journal.example/about?x=y#bot", id="page"),
        pytest.param("o'neill@journal.example", id="apostrophe"),
    ],
)
def test_the_contact_is_written_into_it(
    contact: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "new" / "place"), "--contact", contact]) == 0
    settings = load_settings(tmp_path / "new" / "place" / "workscited.toml")
    assert settings.fetch.contact == contact
    assert "[fetch] contact" not in capsys.readouterr().out


def a_configuration(folder: Path) -> None:
    (folder / "workscited.toml").write_text("mine", encoding="utf-8")


def a_link_to_nothing(folder: Path) -> None:
    (folder / "workscited.toml").symlink_to("nowhere.toml")


def a_folder_of_that_name(folder: Path) -> None:
    (folder / "workscited.toml").mkdir()


def a_file_for_articles(folder: Path) -> None:
    (folder / "articles").touch()


@pytest.mark.parametrize(
    ("expected", "make"),
    [
        pytest.param("workscited.toml exists already", a_configuration, id="a configuration"),
        pytest.param("workscited.toml exists already", a_link_to_nothing, id="a link to nothing"),
        pytest.param("workscited.toml exists already", a_folder_of_that_name, id="a folder of that name"),
        pytest.param("articles exists already", a_file_for_articles, id="a file for a folder"),
    ],
)
def test_what_is_there_is_left_alone(
    expected: str, make: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path)  # type: ignore[operator]
    before = {path: path.read_bytes() if path.is_file() else b"" for path in tmp_path.iterdir()}
    assert main(["init", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert expected in err
    assert len(err.splitlines()) == 1
    assert {path: path.read_bytes() if path.is_file() else b"" for path in before} == before
    assert not (tmp_path / "nowhere.toml").exists()


@pytest.mark.parametrize(
    ("expected", "contact"),
    [
        pytest.param("--contact must be a mail address", "the desk", id="no address"),
        pytest.param("--contact must be a mail address", 'a"@b.example', id="quote"),
        pytest.param("--contact must be a mail address", "a@b.example\nallow = []", id="another line"),
        pytest.param("--contact names no host", "https://", id="no host"),
    ],
)
def test_a_contact_that_is_none_is_refused_before_anything_is_written(
    expected: str, contact: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path), "--contact", contact]) == 2
    assert expected in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_one_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["init", str(tmp_path / "file" / "below")]) == 2
    assert "not a directory" in capsys.readouterr().err

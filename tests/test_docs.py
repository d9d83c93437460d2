"""The documentation is run: what the README tells a user to type works, and its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from flows.cli import app, main
from flows.commands.report import headline
from flows.pipeline import FINDINGS_SHOWN
from tasks.judge import wording
from tasks.judge.findings import LEAST_PRECISION
from tasks.judge.fit import ENTRY_FEATURES
from tasks.judge.models import load_models
from tasks.judge.unsupported import SURROUNDINGS
from tasks.link import features, ranking
from tasks.store.read import examples as example_questions
from tasks.store.read import query
from tasks.store.store import Store
from tests.conftest import ROOT, Demo

LINK = re.compile(r"\[[^\]]+\]\((?!https?:)([^)#]+)\)")
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("benchmarks/*.md"),
        *ROOT.glob("examples/*.md"),
    ]
)
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
COMMANDS = [
    line
    for kind, block in FENCED.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    if not kind
    for line in block.splitlines()
    if line.startswith("workscited ")
]
# `run` needs Prefect's server, the others the web or a folder of their own: each has tests of its own.
ELSEWHERE = {"run", "init", "add", "fetch", "recheck", "retry"}
READING = [line for line in COMMANDS if line.split()[1] not in ELSEWHERE]
# Questions on pages of the web, of which the demo has none; tests/test_schema.py asks them of a small web.
OF_THE_WEB = {"changed_pages", "fetch_outcomes", "slow_hosts"}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    missing = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()
    ]
    assert missing == []


def test_the_readme_shows_every_command() -> None:
    shown = {line.split()[1] for line in COMMANDS}
    assert shown == {"check", "query", "doctor", "verify"} | ELSEWHERE


@pytest.mark.parametrize("line", [line for line in COMMANDS if line not in READING])
def test_the_readmes_other_commands_are_typed_as_the_program_reads_them(line: str) -> None:
    """Every word of them; what they do is tested elsewhere."""
    command, bound, *_ = app.parse_args(shlex.split(line)[1:], print_error=False, exit_on_error=False)
    assert command.__name__ == line.split()[1]
    assert bound.arguments


@pytest.mark.parametrize("line", READING)
def test_the_readmes_commands_work_as_they_stand(
    line: str, demo: Demo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a folder where the demo has run; `check` finds something, the others succeed."""
    home = demo.config.parent
    (home / "examples").symlink_to(home) if not (home / "examples").exists() else None
    monkeypatch.chdir(home)
    expected = 1 if line.startswith("workscited check") else 0
    assert main(shlex.split(line)[1:]) == expected, capsys.readouterr().err
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("name", [name for name, _ in example_questions() if name not in OF_THE_WEB])
def test_every_question_of_sql_examples_has_an_answer_in_the_demo(name: str, demo: Demo) -> None:
    columns, rows = query(demo.published, name)
    assert columns
    assert list(rows)


def test_the_page_of_findings_tells_the_precision_that_is_stored() -> None:
    """Each kind's figure in the table is that of models.json, to two digits."""
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \|.*\| ([01]\.\d\d) \(\d+\) \|$", page, re.MULTILINE))
    stored = {kind: f"{value:.2f}" for kind, value in load_models().precision.items() if " by " not in kind}
    assert told == stored
    assert f"{LEAST_PRECISION:.2f}" in page


def test_the_page_of_fetching_tells_how_many_cases_each_guard_is_tried_with() -> None:
    """The numbers of its table are those of the tests."""
    import misbehaviours
    import test_addresses
    import test_client_hostile
    import test_guard
    import test_hostile_xml
    import test_kill_fetch
    import test_rebinding
    import test_store_text

    page = (ROOT / "docs" / "fetching.md").read_text(encoding="utf-8")
    told = [int(n.replace(",", "")) for n in re.findall(r"^\| .+ \| ([\d,]+) \| .+ \|$", page, re.MULTILINE)]
    assert told == [
        test_addresses.SPECIAL_COUNT,
        test_guard.HOSTILE_COUNT,
        test_rebinding.REBINDING_COUNT,
        len(test_client_hostile.FORBIDDEN),
        len(test_client_hostile.BOMBS),
        len(misbehaviours.all_misbehaviours()),
        len(test_hostile_xml.PAYLOADS),
        6,
        test_store_text.STRINGS,
        test_kill_fetch.LEAST_KILLS,
    ]


def test_the_readme_shows_what_the_demo_finds(demo: Demo) -> None:
    """Its transcript is the report's own lines."""
    with Store.open_read_only(demo.database) as store:
        found = store.rows("first_findings", limit=FINDINGS_SHOWN)
    lines = [f"Found: {len(found)} to look at", *(f"  {headline(one)}" for one in found)]
    assert "\n".join(lines) in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "explained",
    [features.FEATURES, ranking.FEATURES, ENTRY_FEATURES, wording.WORD_FEATURES, SURROUNDINGS],
    ids=["claim and source", "sentence", "entry", "word", "words about it"],
)
def test_the_page_of_features_explains_every_one(explained: dict[str, str]) -> None:
    """Each feature stands in a table with the words that the code has for it."""
    page = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    missing = [name for name, text in explained.items() if f"| `{name}` | {text} |" not in page]
    assert missing == []

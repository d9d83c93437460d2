"""The stages over the store: once is enough, a change redoes what it must, and order does not matter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import tasks.stages.judging
import tasks.stages.linking
import tasks.stages.resolving
import tasks.stages.texts
from tasks.errors import EncoderError
from tasks.settings import load_settings
from tasks.stages import STAGES, run_stage, start_run
from tasks.store.lock import writer_lock
from tasks.store.logical import logical_content
from tests.conftest import Demo
from tests.test_bad_input import run_all


def done(config: Path) -> dict[str, int]:
    """Run every stage; return how many items each had to do, those that had none left out."""
    return {stage: counts.pending for stage, counts in run_all(config).items() if counts.pending}


def content(config: Path) -> dict[str, str]:
    return logical_content(load_settings(config).database.path)


@pytest.fixture
def ran(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the demo after its first run, with its database."""
    shutil.copytree(demo.config.parent, tmp_path / "ran", symlinks=True)
    return tmp_path / "ran" / "workscited.toml"


def test_counts_add_up_for_each_stage(demo: Demo) -> None:
    """In = kept + dropped by reason."""
    assert [one.stage for one in demo.counts] == list(STAGES)
    for one in demo.counts:
        assert one.pending == one.kept + sum(one.dropped.values()), one


def test_a_second_run_finds_nothing_to_do_and_changes_no_row(ran: Path) -> None:
    before = content(ran)
    assert done(ran) == {}
    assert content(ran) == before


@pytest.mark.parametrize(
    ("redone", "module", "name"),
    [
        pytest.param("extract", tasks.stages.texts, "EXTRACT", id="extract"),
        pytest.param("normalize", tasks.stages.texts, "NORMALIZE", id="normalize"),
        pytest.param("segment", tasks.stages.texts, "SEGMENT", id="segment"),
        pytest.param("cite", tasks.stages.texts, "CITE", id="cite"),
        pytest.param("resolve", tasks.stages.resolving, "RESOLVE", id="resolve"),
        pytest.param("link", tasks.stages.linking, "LINK", id="link"),
        pytest.param("judge", tasks.stages.judging, "JUDGE", id="judge"),
    ],
)
def test_a_new_version_of_a_stages_code_redoes_that_stage_only(
    redone: str, module: object, name: str, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows is redone only where the stage's answer really differs; here it does not."""
    monkeypatch.setattr(module, name, "next")
    assert set(done(ran)) - {"publish"} == {redone}
    assert done(ran) == {}


def test_sources_that_come_later_give_what_they_had_given_at_once(demo: Demo, corpus: Path) -> None:
    """The database depends on the files, not on the order in which they came."""
    sources = corpus.parent / "sources"
    late = corpus.parent / "late"
    late.mkdir()
    for path in sorted(sources.glob("*.html"))[::2]:
        path.rename(late / path.name)
    run_all(corpus)
    for path in late.iterdir():
        path.rename(sources / path.name)
    late.rmdir()
    assert set(done(corpus)) > {"acquire", "extract", "resolve", "link"}
    ours, theirs = content(corpus), logical_content(demo.database)
    # A sentence that was shortlisted when fewer sources were held keeps its vector, and a finding its history.
    kept = {"embeddings", "findings"}
    assert {k: v for k, v in ours.items() if k not in kept} == {
        k: v for k, v in theirs.items() if k not in kept
    }


def test_an_edit_elsewhere_in_the_article_changes_no_findings_id(ran: Path) -> None:
    def findings() -> set[str]:
        from tasks.store.read import query

        _, rows = query(load_settings(ran).database.current, "SELECT finding_id FROM open_findings")
        return {str(row[0]) for row in rows}

    before = findings()
    article = ran.parent / "articles" / "shade-is-infrastructure.txt"
    text = article.read_text(encoding="utf-8")
    head, _, tail = text.partition("\n\n")
    article.write_text(f"{head}\n\nA word before all others.\n\n{tail}", encoding="utf-8")
    assert set(done(ran)) >= {"acquire", "extract", "cite", "judge"}
    assert findings() == before


def test_small_batches_give_the_same_as_one_large_one(demo: Demo, corpus: Path) -> None:
    corpus.write_text(corpus.read_text(encoding="utf-8") + "\n[run]\nbatch_documents = 3\n", encoding="utf-8")
    run_all(corpus)
    assert content(corpus) == logical_content(demo.database)


def test_worker_processes_give_the_same_as_one(
    demo: Demo, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.stages.linking.FEW_PORTIONS", 1)
    monkeypatch.setattr("tasks.stages.linking.ARTICLES_A_WORKER", 2)
    corpus.write_text(corpus.read_text(encoding="utf-8") + "\n[run]\nworkers = 2\n", encoding="utf-8")
    run_all(corpus)
    assert content(corpus) == logical_content(demo.database)


def test_a_stage_runs_alone(corpus: Path) -> None:
    settings = load_settings(corpus)
    with writer_lock(settings.database.path, "a test"):
        run_id = start_run(settings)
        assert run_stage("acquire", settings, run_id).kept == 28
        assert run_stage("cite", settings, run_id).pending == 0
        assert run_stage("extract", settings, run_id).kept == 28


@pytest.mark.parametrize("stage", ["link", "judge"])
def test_after_a_change_of_model_no_stage_works_on_vectors_of_the_old_one(stage: str, ran: Path) -> None:
    """Only embed may replace the space; link and judge alone refuse, and nothing is written."""
    ran.write_text(ran.read_text(encoding="utf-8") + '\n[model]\nform = "torch"\n', encoding="utf-8")
    before = content(ran)
    settings = load_settings(ran)
    with (
        writer_lock(settings.database.path, "a test"),
        pytest.raises(EncoderError, match="must not be mixed"),
    ):
        run_stage(stage, settings, start_run(settings))
    assert content(ran) == before

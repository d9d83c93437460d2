"""Verdicts by a cross-encoder that the user names, on tiny models of random weights made here."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.cli import main
from tasks.embed.package import package_folder
from tasks.errors import EncoderError
from tasks.judge.article import judge_article
from tasks.judge.cross_encoder import CrossEncoder, load_cross_encoder
from tasks.judge.entailment import judge_by_entailment, name_by_entailment
from tasks.judge.models import load_models
from tasks.judge.verdicts import judge_claims
from tasks.link.article import link_article
from tasks.link.candidates import prepare_source
from tasks.model import Article, Document, Verdict
from tasks.settings import load_settings
from tasks.stages import run_stage, start_run
from tasks.stages.judging import entailment_of
from tasks.store.lock import writer_lock
from tasks.store.logical import logical_content
from tasks.store.store import Store
from tests.conftest import Demo
from tests.made_articles import make_article, make_entry, make_page, make_vectors

SWAPPED = Path(__file__).parent / "swapped"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "port", "moved", "rates", "in", "may", "."]
LABELS = ("contradiction", "entailment", "neutral")
PAIRS = [("The port moved crates in May.", "The port moved."), ("Rain.", "In May the port moved."), ("", "")]


def make_model(
    folder: Path, labels: Sequence[str] = LABELS, seed: int = 3, order: Sequence[int] = ()
) -> Path:
    """Save a two-layer classifier of random weights; ``order`` permutes its outputs, not their names."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir(parents=True)
    letters = [form for letter in "abcdefghijklmnopqrstuvwxyz" for form in (letter, f"##{letter}")]
    (folder / "vocab.txt").write_text("\n".join([*WORDS, *letters]), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS) + len(letters),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        # Wider than the usual 0.02, so that pairs get clearly different answers.
        initializer_range=0.3,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    model = BertForSequenceClassification(config)
    if order:
        with torch.no_grad():
            model.classifier.weight.copy_(model.classifier.weight[list(order)].clone())
            model.classifier.bias.copy_(torch.arange(len(labels))[list(order)].float())
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("tiny") / "nli")


@pytest.fixture(scope="module")
def model(tiny: Path) -> CrossEncoder:
    return load_cross_encoder(str(tiny))


# --- what a model says ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        pytest.param(("entailment", "neutral", "contradiction"), (1, 2, 0), id="another order"),
        pytest.param(("Neutral", "CONTRADICTION", "Entailment"), (2, 0, 1), id="another case"),
        pytest.param(("NOT ENOUGH INFO", "SUPPORTS", "REFUTES"), (2, 1, 0), id="other names"),
    ],
)
def test_labels_are_read_by_name_in_any_order(
    labels: tuple[str, ...], order: tuple[int, ...], tmp_path: Path
) -> None:
    """The same outputs in another order, named accordingly, give the same probabilities."""
    first = load_cross_encoder(str(make_model(tmp_path / "first", order=(0, 1, 2))))
    other = load_cross_encoder(str(make_model(tmp_path / "other", labels, order=order)))
    assert first.labels == LABELS != other.labels
    for ours, theirs in zip(first.read(PAIRS), other.read(PAIRS), strict=True):
        assert ours == pytest.approx(theirs, abs=2e-6)
        assert len(set(ours.values())) == 3


def test_probabilities_of_a_classifier_sum_to_one_and_differ_by_pair(model: CrossEncoder) -> None:
    read = model.read(PAIRS)
    assert [sum(one.values()) for one in read] == pytest.approx([1] * 3, abs=2e-6)
    assert len({one["entailment"] for one in read}) == 3
    assert model.read([]) == []


def test_a_classifier_of_two_labels_is_understood(tmp_path: Path) -> None:
    path = make_model(tmp_path / "two", ("not_entailment", "entailment"))
    assert set(load_cross_encoder(str(path)).read(PAIRS)[0]) == {"entailment", "not_entailment"}


@pytest.mark.parametrize("activation", ["Identity", "Sigmoid"])
def test_the_score_of_one_label_goes_through_a_sigmoid_once(activation: str, tmp_path: Path) -> None:
    """Whatever activation the model was saved with."""
    import torch
    from sentence_transformers import CrossEncoder as Loaded

    path = make_model(tmp_path / "one", ("LABEL_0",))
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    config["sentence_transformers"] = {"activation_fn": f"torch.nn.modules.linear.{activation}"}
    if activation == "Sigmoid":
        config["sentence_transformers"] = {"activation_fn": "torch.nn.modules.activation.Sigmoid"}
    (path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    logits = Loaded(str(path)).predict(PAIRS, activation_fn=torch.nn.Identity())
    read = load_cross_encoder(str(path)).read(PAIRS)
    assert [one["entailment"] for one in read] == pytest.approx(1 / (1 + np.exp(-logits)), abs=2e-6)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), max_size=4))
def test_any_text_has_a_probability(model: CrossEncoder, pairs: list[tuple[str, str]]) -> None:
    """Lone surrogates, NUL and texts longer than the model reads among them."""
    read = model.read([*pairs, ("\ud800\0", "the port " * 500)])
    assert all(0 <= value <= 1 for one in read for value in one.values())


def test_a_score_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    path = make_model(tmp_path / "broken")
    weights = load_file(path / "model.safetensors")
    weights["classifier.bias"] = torch.full_like(weights["classifier.bias"], float("nan"))
    save_file(weights, path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(EncoderError, match="no finite score"):
        load_cross_encoder(str(path)).read(PAIRS)


# --- what is no model -----------------------------------------------------------------------------------


def only_made(path: Path) -> Path:
    path.mkdir()
    return path


def cut_short(path: Path) -> Path:
    weights = make_model(path) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    return path


@pytest.mark.parametrize(
    ("message", "make"),
    [
        pytest.param("cannot load", lambda path: path, id="missing"),
        pytest.param("cannot load", only_made, id="empty folder"),
        pytest.param("cannot load", cut_short, id="weights cut short"),
        pytest.param("is no cross-encoder", lambda path: shutil.copytree(package_folder(), path), id="an encoder"),
        pytest.param("LABEL_0, LABEL_1", lambda path: make_model(path, ("LABEL_0", "LABEL_1")), id="labels without names"),
        pytest.param("good, bad, neutral", lambda path: make_model(path, ("good", "bad", "neutral")), id="other labels"),
        pytest.param("neutral, contradiction", lambda path: make_model(path, ("neutral", "contradiction")), id="no entailment"),
        pytest.param("entailment, Entails", lambda path: make_model(path, ("entailment", "Entails")), id="one twice"),
    ],
)  # fmt: skip
def test_a_model_that_cannot_judge_is_refused_by_name(
    message: str, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    make(tmp_path / "named")
    with pytest.raises(EncoderError, match=r"named'.*") as raised:
        load_cross_encoder(str(tmp_path / "named"))
    assert message in str(raised.value)


# --- from probabilities to verdicts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "supported"),
    [
        pytest.param("supported", 1.0, id="surely"),
        pytest.param("supported", 0.5, id="at the threshold"),
        pytest.param("partially_supported", 0.499, id="below it"),
        pytest.param("partially_supported", 0.101, id="not sure enough to deny"),
        pytest.param("not_supported", 0.1, id="sure enough to deny"),
        pytest.param("not_supported", 0.0, id="surely not"),
    ],
)
def test_a_verdict_follows_from_the_probability_of_entailment(expected: str, supported: float) -> None:
    assert name_by_entailment(supported) == expected


SAID = "The port of Tessmark moved 4,500 crates in May."
PAGE = make_page(
    "crates", "The port moved 4,500 crates in May. | The mayor praised it.", title="Crates of May"
)


def judged(model: CrossEncoder, page: Document = PAGE) -> tuple[Article, list[Verdict], str]:
    """A claim that cites a held page and one that is not held; the passage that the link stage chose."""
    article = make_article((make_entry("1", "Crates of May"), make_entry("2", "Lost")), [(SAID, "1,2")])
    links = link_article(article, {"r1": prepare_source(page)}, make_vectors())
    verdicts = judge_claims(article, links, load_models())
    (passage,) = (link.passage.text for link in links if link.rank == 1)
    return article, judge_by_entailment(verdicts, article, links, {"r1": page}, model), passage


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        pytest.param("Crates of May. {}", "Crates of\n May", id="a title and a stop"),
        pytest.param("How many crates? {}", "How many crates?", id="a title that ends as a sentence"),
        pytest.param("{}", "", id="no title"),
        pytest.param("{}", "crates in May", id="a title that the passage holds"),
    ],
)
def test_the_model_reads_title_and_passage_against_the_claim(
    expected: str, title: str, model: CrossEncoder
) -> None:
    page = replace(PAGE, metadata=replace(PAGE.metadata, title=title))
    _, (held, _), passage = judged(model, page)
    (odds,) = model.read([(expected.format(passage), SAID)])
    assert (held.probability, held.features) == (odds["entailment"], odds)
    assert held.verdict == name_by_entailment(odds["entailment"])


def test_a_page_that_is_not_held_stays_unavailable(model: CrossEncoder) -> None:
    article, (held, missing), _ = judged(model)
    assert (held.reference, missing.reference) == ("r1", "r2")
    assert missing == Verdict(article.claims[0].id, "r2", "source_unavailable", None)


def test_findings_do_not_depend_on_the_named_model(model: CrossEncoder) -> None:
    """Their precision was measured with the project's own models."""
    article = make_article((make_entry("1", "Crates of May"), make_entry("2", "Lost")), [(SAID, "1,7")])
    vectors = make_vectors()
    links = link_article(article, {"r1": prepare_source(PAGE)}, vectors)
    own, findings = judge_article(article, links, {"r1": PAGE}, vectors)
    named, same = judge_article(article, links, {"r1": PAGE}, vectors, entailment=model)
    assert own != named
    assert findings == same != []


# --- the setting, the stage and the commands ------------------------------------------------------------


def configured(config: Path, entailment: str) -> Path:
    """A configuration beside ``config`` that names the model."""
    path = config.with_name("with_model.toml")
    text = config.read_text(encoding="utf-8")
    path.write_text(f"{text}\n[judge]\nentailment = {json.dumps(entailment)}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("expected", "written"),
    [
        pytest.param("", "", id="none"),
        pytest.param("some/name", "some/name", id="a name"),
        pytest.param("{}/models/nli", "models/nli", id="a folder beside the file"),
    ],
)
def test_a_folder_starts_at_the_file_and_a_name_stays(
    expected: str, written: str, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus.parent / "models" / "nli").mkdir(parents=True)
    monkeypatch.chdir(corpus.parent.parent)
    assert load_settings(configured(corpus, written)).judge.entailment == expected.format(corpus.parent)


@pytest.fixture
def ran(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the demo after its first run, with its database."""
    shutil.copytree(demo.config.parent, tmp_path / "ran", symlinks=True)
    return tmp_path / "ran" / "workscited.toml"


def judge_stage(config: Path) -> int:
    """Run the judge stage alone; return how many articles it had to do."""
    named = load_settings(config)
    with writer_lock(named.database.path, "a test"):
        return run_stage("judge", named, start_run(named)).pending


def stored(config: Path) -> tuple[str, list[dict[str, Any]]]:
    """The judge stage's version, and its verdicts on pages that are held."""
    with Store.open_read_only(load_settings(config).database.path) as store:
        ((version,),) = store.con.execute(
            "SELECT DISTINCT version FROM ledger WHERE stage = 'judge'"
        ).fetchall()
        rows = store.con.execute(
            "SELECT verdict, probability, features FROM verdicts WHERE probability IS NOT NULL ORDER BY ALL"
        ).fetchall()
    return version, [{"verdict": v, "probability": p, "features": dict(f)} for v, p, f in rows]


def test_a_change_of_the_model_redoes_the_judge_stage_and_going_back_restores_it(
    ran: Path, tiny: Path, tmp_path: Path
) -> None:
    """The stage's version has the model's key; without a model it is what it was before."""
    before, (plain, _) = logical_content(load_settings(ran).database.path), stored(ran)
    assert judge_stage(ran) == 0
    named = configured(ran, str(tiny))
    articles = judge_stage(named)
    version, verdicts = stored(named)
    assert articles > 0
    assert version == f"{plain}-{load_cross_encoder(str(tiny)).version}"
    assert verdicts
    for one in verdicts:
        assert set(one["features"]) == set(LABELS)
        assert one["probability"] == one["features"]["entailment"]
    named_by = [(one["verdict"], name_by_entailment(one["probability"])) for one in verdicts]
    # A claim with a proven difference to its page is not called supported, whoever judges.
    assert {pair for pair in named_by if pair[0] != pair[1]} <= {("partially_supported", "supported")}
    assert sum(said == by_model for said, by_model in named_by) > len(named_by) / 2
    assert judge_stage(named) == 0

    other = configured(ran, str(make_model(tmp_path / "nli", seed=4)))
    assert judge_stage(other) == articles
    assert stored(other)[0] not in (plain, version)

    assert judge_stage(ran) == articles
    assert stored(ran)[0] == plain
    assert logical_content(load_settings(ran).database.path) == before


def test_the_version_tells_weights_and_labels_apart_and_not_places(tiny: Path, tmp_path: Path) -> None:
    """The same model in two folders of one name is one model; other label names make another."""
    moved = Path(shutil.copytree(tiny, tmp_path / tiny.name))
    renamed = make_model(tmp_path / "renamed" / tiny.name, LABELS[::-1])
    versions = [load_cross_encoder(str(path)).version for path in (tiny, moved, renamed)]
    assert versions[0] == versions[1] != versions[2]


def test_a_model_that_cannot_be_used_changes_no_row(ran: Path) -> None:
    """Neither does the stage alone, nor a whole run, which is refused before it is recorded."""
    from flows.pipeline import pipeline

    named = configured(ran, str(ran.parent / "no-model"))
    database = load_settings(ran).database.path
    before = database.read_bytes()
    with pytest.raises(EncoderError, match="no-model"):
        pipeline.fn(config=str(named))
    assert database.read_bytes() == before
    content = logical_content(database)
    with pytest.raises(EncoderError, match="no-model"):
        judge_stage(named)
    assert logical_content(database) == content


def test_without_the_setting_no_model_is_loaded(corpus: Path) -> None:
    held = load_cross_encoder.cache_info().misses
    assert entailment_of(load_settings(corpus)) is None
    assert load_cross_encoder.cache_info().misses == held


def test_check_takes_its_verdicts_from_the_model_that_is_named(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Claims, evidence and findings are the same; probabilities are the model's."""
    reports = []
    for options in ([], ["--entailment", str(tiny)]):
        main(
            ["check", str(SWAPPED / "article.txt"), "--sources", str(SWAPPED / "sources"), "--json", *options]
        )
        reports.append(json.loads(capsys.readouterr().out))
    plain, named = reports
    assert plain["findings"] == named["findings"] != []
    for ours, theirs in zip(plain["claims"], named["claims"], strict=True):
        assert ours["evidence"] == theirs["evidence"]
        assert ours["probability"] != theirs["probability"]
        assert theirs["verdict"] == name_by_entailment(theirs["probability"])


def test_check_with_a_model_that_cannot_be_used_exits_2_with_one_clear_line(
    root: Path, tmp_path: Path
) -> None:
    """In a process of its own: what the libraries log of random weights must not come first."""
    encoder = Path(shutil.copytree(package_folder(), tmp_path / "encoder"))
    command = ["check", str(SWAPPED / "article.txt"), "--entailment", str(encoder)]
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *command], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.strip().splitlines()
    assert "is no cross-encoder" in line

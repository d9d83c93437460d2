"""The encoder: unit vectors that depend on their text alone, made offline by the pinned model."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# The model's package must be enough: no test may look for a model elsewhere.
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.embed.encoder import Encoder, load_encoder
from tasks.embed.export import FORM, STEM, build, default_cache, exported
from tasks.embed.graph import WEIGHT_STEPS, BertShape, bert_model
from tasks.embed.onnx import OnnxEncoder, chunks
from tasks.embed.package import MAX_TOKENS, PINNED, WEIGHTS_SHA256, checked_files, package_folder
from tasks.embed.vectors import MAX_CHARACTERS, readable, unit_rows
from tasks.errors import EncoderError

ROOT = Path(__file__).resolve().parent.parent

# Over 2,000 claims and sentences of news the int8 form's smallest cosine to float32 was 0.976.
SMALLEST_COSINE = 0.97

TEXTS = [
    "The bridge over the Arle reopened on Monday, six weeks after the flood.",
    "Bridge reopens.",
    "“We had no warning at all,” said Ilse Marwick, who runs the ferry office.",
    "El puente sobre el río volvió a abrir el lunes.",
    "4,523,000 households; $2.5 million; 37 % — 1 in 3",
    "(1) [2, 3] [4–7] ¹²",
    "https://courier.example/2016/01/23/bridge?id=7",
    "橋は月曜日に再開した。",
    "🙂 🙃",
    "a",
    "",
    "   \t\n",
    "The council met. " * 100,
]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoder-cache")


@pytest.fixture(scope="session")
def encoder(cache: Path) -> Encoder:
    return load_encoder(cache=cache)


@pytest.fixture(scope="session")
def floats(cache: Path) -> Encoder:
    return load_encoder(cache=cache, form="torch")


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the user's own: two small layers of random weights, saved as transformers does."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny-bert"
    folder.mkdir()
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "the",
        "bridge",
        "council",
        "flood",
        "reopened",
        "met",
        "on",
        "monday",
        ".",
        ",",
    ]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
        # Wider than the usual 0.02, so that attention is not flat and Gelu not linear.
        initializer_range=0.2,
    )
    BertModel(config).save_pretrained(folder)
    return folder


# --- vectors -------------------------------------------------------------------------------------------


def test_every_text_has_a_unit_vector(encoder: Encoder) -> None:
    """Each text, the empty one too, becomes one finite float32 row of length one."""
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384) == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts_give_no_rows(encoder: Encoder, floats: Encoder) -> None:
    """An empty list is answered with an array of the right width."""
    assert encoder.encode([]).shape == floats.encode([]).shape == (0, 384)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_vector_depends_on_its_text_alone(encoder: Encoder, cache: Path, threads: int) -> None:
    """The same text gives the same bits alone, among others, in another order and on other threads."""
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    other = OnnxEncoder(exported(cache), threads=threads)
    among = other.encode([*reversed(TEXTS), *(f"{text} Then it rained." for text in TEXTS * 5)])
    assert np.array_equal(alone, among[: len(TEXTS)][::-1])


def test_the_int8_form_is_near_the_float_form(encoder: Encoder, floats: Encoder) -> None:
    """The cosine of each text's two vectors, and the ranking of close texts, hardly differ."""
    int8, float32 = encoder.encode(TEXTS), floats.encode(TEXTS)
    assert (int8 * float32).sum(axis=1).min() >= SMALLEST_COSINE
    assert list(np.argsort(-(int8 @ int8[0]))[:3]) == list(np.argsort(-(float32 @ float32[0]))[:3])


def test_it_reads_the_tokens_that_the_model_was_made_for(encoder: Encoder, floats: Encoder) -> None:
    """Tokens, cut included, are those of sentence-transformers for the same text."""
    ours: Any = encoder
    theirs: Any = floats
    for text in TEXTS:
        wanted = theirs._model.tokenizer(text, truncation=True, max_length=MAX_TOKENS)["input_ids"]
        assert ours._tokenizer.encode(text).ids == wanted, text


def test_the_longest_input_is_that_of_the_package() -> None:
    """The cut is where the package's own description of the model puts it."""
    described = json.loads((package_folder() / "sentence_bert_config.json").read_text())
    assert described["max_seq_length"] == MAX_TOKENS


def test_a_long_text_is_cut(encoder: Encoder) -> None:
    """A text's vector is that of its first tokens: what follows them changes nothing."""
    # [CLS] and [SEP] take two of the tokens, each "flood" one.
    full = "flood " * (MAX_TOKENS - 2)
    vectors = encoder.encode([full, full + "and quite another thing", full.removesuffix("flood ")])
    assert np.array_equal(vectors[0], vectors[1])
    assert not np.array_equal(vectors[0], vectors[2])


def test_a_huge_text_is_quick(encoder: Encoder) -> None:
    """Fifty million characters cost no more than the part that can matter."""
    began = time.process_time()
    encoder.encode(["The council met again. " * 2_200_000])
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("a \ufffd b", "a \ud800 b", id="high surrogate"),
        pytest.param("\ufffd\ufffd", "\udfff\udc00", id="low surrogates"),
        pytest.param("🙂", "\ud83d\ude42", id="a pair that belongs together"),
        pytest.param("🙂", "🙂", id="beyond the basic plane"),
        pytest.param("x" * MAX_CHARACTERS, "x" * (MAX_CHARACTERS + 1), id="too long"),
    ],
)
def test_readable(expected: str, text: str) -> None:
    """A text is cut and its lone surrogates replaced, so that a tokenizer can take it."""
    assert readable(text) == expected


@example("\ufeffa byte order mark")
@given(st.text(max_size=50))
def test_readable_keeps_sound_text(text: str) -> None:
    """Text without surrogates stays as it is."""
    assert readable(text) == text


@settings(max_examples=40)
@example(["\ud800", "a \udfff b"])
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=80), max_size=4))
def test_any_strings_can_be_encoded(encoder: Encoder, texts: list[str]) -> None:
    """Whatever characters a page holds, each of its texts gets a unit vector."""
    np.testing.assert_allclose(np.linalg.norm(encoder.encode(texts), axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param([0.0, 0.0], id="zero"),
        pytest.param([np.nan, 1.0], id="not a number"),
        pytest.param([np.inf, 1.0], id="infinite"),
    ],
)
def test_a_vector_that_means_nothing_is_refused(row: list[float]) -> None:
    """A zero or not finite row raises, and the message names the text."""
    vectors = np.array([[3.0, 4.0], row], dtype=np.float32)
    with pytest.raises(EncoderError, match=r"1 of 2 texts .* 'the second'"):
        unit_rows(vectors, ["the first", "the second"])


def test_rows_are_brought_to_length_one() -> None:
    """A row keeps its direction."""
    rows = unit_rows(np.array([[3.0, 4.0], [-0.5, 0.0]], dtype=np.float32), ["a", "b"])
    np.testing.assert_allclose(rows, [[0.6, 0.8], [-1.0, 0.0]], atol=1e-7)


@pytest.mark.parametrize("form", ["encoder", "floats"])
def test_progress_counts_every_text(request: pytest.FixtureRequest, form: str) -> None:
    """The callback is told of each text once."""
    told: list[int] = []
    request.getfixturevalue(form).encode(TEXTS * 6, told.append)
    assert sum(told) == len(TEXTS * 6)
    assert all(count > 0 for count in told)


def test_an_error_in_the_middle_stops_the_rest(encoder: Encoder) -> None:
    """What the callback raises reaches the caller, before all texts are encoded."""
    told: list[int] = []

    def interrupt(count: int) -> None:
        told.append(count)
        raise KeyboardInterrupt

    began = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        encoder.encode(["The council met again on Monday."] * 20_000, interrupt)
    assert len(told) == 1
    # All 20,000 take some ten seconds of one core.
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("expected", "texts", "threads"),
    [
        pytest.param([], 0, 2, id="none"),
        pytest.param([1, 1, 1], 3, 2, id="fewer than threads can share"),
        pytest.param([2, 2, 2, 2, 2, 2, 2, 2], 16, 2, id="four a thread"),
        pytest.param([32] * 31 + [8], 1_000, 2, id="many"),
    ],
)
def test_chunks(expected: list[int], texts: int, threads: int) -> None:
    """Chunks cover the texts in order, small enough that no thread waits for another."""
    cut = chunks(texts, threads)
    assert [len(rows) for rows in cut] == expected
    assert [row for rows in cut for row in rows] == list(range(texts))


# --- the graph -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 2, 7, 40])
def test_the_graph_computes_what_bert_computes(tiny_bert: Path, length: int) -> None:
    """Built from any BERT's weights, the graph gives its mean of token vectors, near enough for int8.

    A text among others of its length gets the vector that it gets alone.
    """
    import onnxruntime
    import torch
    from safetensors.numpy import load_file
    from transformers import BertModel

    shape = BertShape(layers=2, heads=4, epsilon=1e-12, max_tokens=64)
    session = onnxruntime.InferenceSession(
        bert_model(load_file(tiny_bert / "model.safetensors"), shape, {"made": "for a test"})
    )
    assert session.get_modelmeta().custom_metadata_map == {"made": "for a test"}
    tokens = np.random.default_rng(length).integers(0, 15, (6, length))
    pooled = session.run(None, {"tokens": tokens})[0]
    with torch.no_grad():
        wanted = BertModel.from_pretrained(tiny_bert).eval()(torch.from_numpy(tokens)).last_hidden_state
    rows = unit_rows(wanted.mean(dim=1).numpy(), ["x"] * 6)
    assert (unit_rows(pooled, ["x"] * 6) * rows).sum(axis=1).min() > 0.995
    alone = [session.run(None, {"tokens": one[None]})[0][0] for one in tokens]
    np.testing.assert_allclose(pooled, alone, atol=1e-6)


def test_weights_stay_in_the_range_that_old_processors_multiply_rightly(cache: Path) -> None:
    """All int8 weights use ±64, the most that cannot saturate where VNNI is missing."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(exported(cache))
    kept = [
        numpy_helper.to_array(one)
        for one in model.graph.initializer
        if one.data_type == onnx.TensorProto.INT8
    ]
    assert len(kept) == 24  # four products in each of six layers
    assert {int(np.abs(weight).max()) for weight in kept} == {WEIGHT_STEPS} == {64}


# --- loading -------------------------------------------------------------------------------------------


def test_the_key_names_model_weights_and_form(encoder: Encoder, floats: Encoder) -> None:
    """The two forms of one model are two embedding spaces of the same weights."""
    assert encoder.key == f"all-MiniLM-L6-v2@0.1.0:{WEIGHTS_SHA256}:{FORM}"
    assert floats.key == f"all-MiniLM-L6-v2@0.1.0:{WEIGHTS_SHA256}:float32.256.mean"
    assert encoder.weights_sha256 == floats.weights_sha256 == WEIGHTS_SHA256


def test_the_hub_s_name_is_the_same_model(encoder: Encoder, cache: Path) -> None:
    """Its full name on the hub loads the packaged model, without network."""
    assert load_encoder("sentence-transformers/all-MiniLM-L6-v2", cache).key == encoder.key


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_an_exported_model_is_used_without_torch(cache: Path, encoder: Encoder) -> None:
    """Once exported, loading and encoding import none of the slow libraries."""
    code = (
        "import sys; from pathlib import Path; from tasks.embed.encoder import load_encoder\n"
        "load_encoder(cache=Path(sys.argv[1])).encode(['a bridge'])\n"
        "print([name for name in ('torch', 'transformers', 'onnx', 'safetensors') if name in sys.modules])"
    )
    assert run(code, cache).communicate() == ("[]\n", "")


@pytest.mark.parametrize("name", PINNED)
def test_altered_files_are_refused(tmp_path: Path, name: str) -> None:
    """One flipped bit in a file that vectors depend on, and the model is not exported."""
    for pinned in PINNED:
        shutil.copy(package_folder() / pinned, tmp_path)
    assert set(checked_files(tmp_path)) == set(PINNED)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EncoderError, match=f"{name} is not the published file"):
        exported(tmp_path / "cache", tmp_path)
    assert not list(tmp_path.glob("cache/*"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A folder without the model's files is refused with the name of the first."""
    with pytest.raises(EncoderError, match=r"incomplete.*model\.safetensors"):
        build(tmp_path)


EXPORT = (
    "import sys, os, signal; from pathlib import Path; from tasks.embed.export import exported\n"
    "{before}"
    "exported(Path(sys.argv[1]))"
)


def whole(cache: Path) -> list[Path]:
    """The files in ``cache`` that are what their names say; any other of that name fails the test."""
    found = sorted(cache.glob("*.onnx"))
    for path in found:
        assert path.name == f"{STEM}.{hashlib.sha256(path.read_bytes()).hexdigest()}.onnx"
    return found


def test_a_killed_export_is_made_again(tmp_path: Path) -> None:
    """A kill between writing and renaming leaves no model; the next start makes it, and later sweeps."""
    killed = run(
        EXPORT.format(before="os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"), tmp_path
    )
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    (part,) = tmp_path.glob("*.part")
    assert part.stat().st_size > 0
    assert whole(tmp_path) == []
    # The killed one's leavings may be another process's work in progress as long as they are young.
    long_ago = time.time() - 7200
    os.utime(part, (long_ago, long_ago))
    content = exported(tmp_path)
    assert [path.read_bytes() for path in whole(tmp_path)] == [content]
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[: len(content) // 2], id="cut short"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: content[:-9] + b"\x00" + content[-8:], id="one byte changed"),
    ],
)
def test_a_damaged_export_is_never_used(tmp_path: Path, cache: Path, encoder: Encoder, damage: Any) -> None:
    """A file whose bytes are not those of its name is removed and made again."""
    (good,) = whole(cache)
    bad = tmp_path / good.name
    bad.write_bytes(damage(good.read_bytes()))
    assert exported(tmp_path) == good.read_bytes()
    assert [path.name for path in whole(tmp_path)] == [good.name]


def test_two_exports_at_once(tmp_path: Path) -> None:
    """Two processes that find no model both end well, with one whole file and nothing else."""
    both = [run(EXPORT.format(before=""), tmp_path) for _ in range(2)]
    assert [one.communicate() for one in both] == [("", "")] * 2
    assert [one.returncode for one in both] == [0, 0]
    assert list(tmp_path.iterdir()) == whole(tmp_path)
    assert len(whole(tmp_path)) == 1


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    tmp_path: Path, cache: Path, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the folder is a file, the model is made all the same, and the log says why it is not kept."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert exported(blocked) == exported(cache)
    assert "cannot be kept" in caplog.text


@pytest.mark.parametrize(
    ("expected", "variables"),
    [
        pytest.param("/own", {"WORKSCITED_CACHE": "/own", "XDG_CACHE_HOME": "/xdg"}, id="own variable"),
        pytest.param("/xdg/workscited", {"XDG_CACHE_HOME": "/xdg"}, id="desktop standard"),
        pytest.param("/home/ilse/.cache/workscited", {"HOME": "/home/ilse"}, id="home"),
    ],
)
def test_default_cache(monkeypatch: pytest.MonkeyPatch, expected: str, variables: dict[str, str]) -> None:
    """The cache folder is the user's, unless a variable names another."""
    for name in ("WORKSCITED_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_cache() == Path(expected)


def test_bytes_that_are_no_model_are_refused() -> None:
    """What onnxruntime cannot load is an EncoderError."""
    with pytest.raises(EncoderError, match="cannot load the exported model"):
        OnnxEncoder(b"not a model")


# --- models of the user's own --------------------------------------------------------------------------


def test_a_model_at_a_path(tiny_bert: Path) -> None:
    """A folder is loaded by sentence-transformers, and its weights are part of the key."""
    own = load_encoder(str(tiny_bert))
    vectors = own.encode(["the bridge reopened", "the council met on monday", "the bridge reopened"])
    assert vectors.shape == (3, own.dimension) == (3, 64)
    assert np.abs(vectors[0] - vectors[2]).max() <= 1e-6
    assert own.key == f"tiny-bert@local:{own.weights_sha256}:float32.64.mean"


def test_one_changed_weight_is_another_space(tiny_bert: Path, tmp_path: Path) -> None:
    """The same folder name with one altered weight gives another key; unaltered it gives the same."""
    from safetensors.numpy import load_file, save_file

    copy = tmp_path / "tiny-bert"
    shutil.copytree(tiny_bert, copy)
    assert load_encoder(str(copy)).key == load_encoder(str(tiny_bert)).key
    weights = load_file(copy / "model.safetensors")
    weights["encoder.layer.1.output.dense.bias"][5] += 0.25
    save_file(weights, copy / "model.safetensors", {"format": "pt"})
    assert load_encoder(str(copy)).key != load_encoder(str(tiny_bert)).key


@pytest.mark.parametrize("form", ["auto", "torch"])
def test_a_model_that_is_not_there(tmp_path: Path, form: Any) -> None:
    """A path without a model raises an EncoderError that names it."""
    with pytest.raises(EncoderError, match=r"cannot load the model .*nowhere"):
        load_encoder(str(tmp_path / "nowhere"), form=form)


def test_only_the_default_model_has_an_int8_form(tiny_bert: Path) -> None:
    """Asking for the form "onnx" of another model says what to use instead."""
    with pytest.raises(EncoderError, match="use 'auto' or 'torch'"):
        load_encoder(str(tiny_bert), form="onnx")


def test_float_vectors_hardly_depend_on_their_batch(floats: Encoder) -> None:
    """The float form shares padded batches: only the last bits of a vector depend on the others."""
    alone = np.concatenate([floats.encode([text]) for text in TEXTS])
    assert np.abs(floats.encode(TEXTS) - alone).max() <= 1e-6

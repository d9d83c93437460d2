"""The default model in its int8 form: made once of the packaged files, kept in the cache folder.

One file holds all that encoding needs, tokenizer included, and carries its own sha256 in its name. It
is written under another name and renamed when it is whole, so that a killed export leaves nothing that
could be taken for one, and two exports at once end in the same file.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tasks.embed.package import DEFAULT_MODEL, MAX_TOKENS, WEIGHTS_SHA256, checked_files, package_folder

# The numeric form. Count up whenever the graph changes what it computes: the number is part of the key.
FORM = "int8.1"

# All files of this form of this model begin like this.
STEM = f"{DEFAULT_MODEL}-{WEIGHTS_SHA256[:12]}-{FORM}"

# An export takes seconds: a temporary file of this age (in seconds) was left by one that was killed.
ABANDONED_SECONDS = 3600.0

# A cache folder may be shared by users; mkstemp lets only the owner read.
READABLE = 0o644

_LOG = logging.getLogger(__name__)


def default_cache() -> Path:
    """Return the folder for exported models: ``$WORKSCITED_CACHE``, or the user's cache folder."""
    if own := os.environ.get("WORKSCITED_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "workscited"


def exported(cache: Path, folder: Path | None = None) -> bytes:
    """Return the int8 ONNX model from ``cache``, made of ``folder`` (the package's) where not there yet.

    A file whose content is not what its name says is removed and made again. Where the cache cannot
    be written, the model is used all the same, and a warning logged. Raises EncoderError where it
    must be made and the files in ``folder`` are not the published ones.
    """
    for path in sorted(cache.glob(f"{STEM}.*.onnx")):
        content = _kept(path)
        if content is not None:
            return content
    content = build(folder or package_folder())
    try:
        _keep(cache, content)
    except OSError as error:
        _LOG.warning("the exported model cannot be kept and is made anew at each start: %s", error)
    return content


def build(folder: Path) -> bytes:
    """Return the int8 ONNX model made of the files in ``folder``: about a second's work.

    Raises EncoderError where they are not the published ones.
    """
    # onnx and safetensors are needed once a machine, not at every start.
    from safetensors.numpy import load

    from tasks.embed.graph import BertShape, bert_model

    files = checked_files(folder)
    config = json.loads(files["config.json"])
    shape = BertShape(
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        epsilon=config["layer_norm_eps"],
        max_tokens=MAX_TOKENS,
    )
    metadata = {"weights": WEIGHTS_SHA256, "tokenizer": files["tokenizer.json"].decode()}
    return bert_model(load(files["model.safetensors"]), shape, metadata)


def _name(content: bytes) -> str:
    return f"{STEM}.{hashlib.sha256(content).hexdigest()}.onnx"


def _kept(path: Path) -> bytes | None:
    """Return the content of ``path``; None, and no such file any more, where it is damaged."""
    try:
        content = path.read_bytes()
        if _name(content) == path.name:
            return content
        _LOG.warning("%s is damaged and is made again", path)
        path.unlink(missing_ok=True)
    except OSError as error:
        _LOG.warning("an exported model cannot be read: %s", error)
    return None


def _keep(cache: Path, content: bytes) -> None:
    """Write ``content`` into ``cache``, whole or not at all."""
    cache.mkdir(parents=True, exist_ok=True)
    _sweep(cache)
    handle, part = tempfile.mkstemp(prefix=f"{STEM}.", suffix=".part", dir=cache)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(READABLE)
        Path(part).replace(cache / _name(content))
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _sweep(cache: Path) -> None:
    """Remove what killed exports left behind."""
    oldest = time.time() - ABANDONED_SECONDS
    for path in cache.glob(f"{STEM}.*.part"):
        # Another process may finish or sweep at the same time.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()

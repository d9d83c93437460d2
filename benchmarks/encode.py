"""How fast the default encoder is, and how near to the float model.

``python -m benchmarks.encode [--texts PATH] [--rounds N] [--wice PATH] [--json]``

Measures tokens a second of the default encoder and of ``SentenceTransformer.encode`` at its default
batch size, interleaved in one process, the best of several rounds each; beside them the tokens a second
that the machine's float32 matrix products alone would allow; the cosines between the two forms' vectors;
and how far a vector moves when other texts are encoded with it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from transformers.utils.logging import disable_progress_bar

from tasks.embed.encoder import Encoder, load_encoder
from tasks.embed.graph import IR_VERSION, OPSET
from tasks.embed.package import MAX_TOKENS, package_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Enough for some seconds a round on a small machine, which evens out a busy neighbour.
TEXTS = 1_000
ROUNDS = 5
SEED = 7

# Matrix products of one layer as (rows of input, columns of output): query, key and value in one, the
# output of attention, and the two steps of the perceptron. The model has six such layers.
LAYER_SHAPES = ((384, 1152), (384, 384), (384, 1536), (1536, 384))
LAYERS = 6

# Rows of those products: the tokens of about 32 sentences, the default batch of sentence-transformers.
PRODUCT_ROWS = 1_024

# A product takes milliseconds: the best of so many is one that nothing disturbed.
PRODUCT_TRIES = 20

# Figures of this size and above are counts and rates, shown without decimals; below are ratios.
RATIO_BELOW = 100

# What the generated sentences are made of, part by part.
WHO = "The ministry|A spokesman for the port|The council's auditor|Two former engineers|Dr. Ilse Marwick"
WHAT = "confirmed|denied|told the Harrow Courier|estimated in January|could not say"
THAT = "that the bridge would reopen|that 4,300 households lost power|how much the inquiry had cost"
WHY = "after the flood of 2016|because of a disputed contract|under the revised treaty|despite two warnings"
MORE = "and that no one had been charged|with a further $2.5 million to follow|in the northern districts"
PARTS = tuple(tuple(part.split("|")) for part in (WHO, WHAT, THAT, WHY, MORE))


def news_like(count: int, seed: int) -> list[str]:
    """Return ``count`` paragraphs of one to four sentences, the same for the same seed."""
    chance = random.Random(seed)
    return [
        " ".join(_sentence(chance) for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4)))) for _ in range(count)
    ]


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choice(part) for part in PARTS[: chance.randint(3, len(PARTS))]) + "."


def lines(path: Path) -> list[str]:
    """Return the lines of ``path`` that hold something."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def token_count(texts: Sequence[str]) -> int:
    """Return how many tokens the model reads of ``texts``, as cut to its longest input."""
    tokenizer: Any = Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return sum(len(tokenizer.encode(text).ids) for text in texts)


def product_seconds() -> float:
    """Return the seconds of the model's float32 products over PRODUCT_ROWS tokens, on all cores.

    Of numpy's, torch's and onnxruntime's products the fastest counts, each at its best of PRODUCT_TRIES.
    """
    seconds = 0.0
    for inputs, outputs in LAYER_SHAPES:
        rows, weight = torch.rand(PRODUCT_ROWS, inputs), torch.rand(outputs, inputs)
        products: dict[str, Callable[[], object]] = {
            "numpy": partial(np.matmul, rows.numpy(), weight.numpy().T),
            "torch": partial(torch.nn.functional.linear, rows, weight),
            "onnxruntime": onnx_product(rows.numpy(), weight.numpy()),
        }
        best = best_of(PRODUCT_TRIES, {name: timed(product) for name, product in products.items()})
        seconds += min(best.values())
    return seconds * LAYERS


def onnx_product(rows: NDArray[np.float32], weight: NDArray[np.float32]) -> Callable[[], object]:
    """Return onnxruntime's product of ``rows`` (n, inputs) and ``weight`` (outputs, inputs) as a function."""
    given = helper.make_tensor_value_info("rows", TensorProto.FLOAT, rows.shape)
    wanted = helper.make_tensor_value_info("product", TensorProto.FLOAT, [len(rows), len(weight)])
    constant = numpy_helper.from_array(np.ascontiguousarray(weight.T), "weight")
    node = helper.make_node("MatMul", ["rows", "weight"], ["product"])
    graph = helper.make_graph([node], "product", [given], [wanted], [constant])
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
    session: Any = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return partial(session.run, None, {"rows": rows})


def best_of(rounds: int, works: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Return the least seconds of each of ``works``, taken in turn ``rounds`` times."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            best[name] = min(best[name], work())
    return best


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """Return ``work`` as something that tells its seconds."""

    def run() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return run


def speed(encoder: Encoder, baseline: Any, texts: list[str], rounds: int) -> dict[str, float]:
    """Return tokens a second of both encoders and of the matrix products, and their ratios."""
    tokens = token_count(texts)
    seconds = best_of(
        rounds,
        {
            "encoder": timed(lambda: encoder.encode(texts)),
            "baseline": timed(lambda: baseline.encode(texts, show_progress_bar=False)),
            "products": product_seconds,
        },
    )
    ours, theirs = tokens / seconds["encoder"], tokens / seconds["baseline"]
    limit = PRODUCT_ROWS / seconds["products"]
    return {
        "texts": len(texts),
        "tokens": tokens,
        "encoder_tokens_per_second": ours,
        "baseline_tokens_per_second": theirs,
        "float32_limit_tokens_per_second": limit,
        "times_baseline": ours / theirs,
        "share_of_float32_limit": ours / limit,
    }


def nearness(encoder: Encoder, baseline: Any, texts: list[str]) -> dict[str, float]:
    """Return the cosines to the float vectors, and the most that company changes a vector's value."""
    together = encoder.encode(texts)
    cosines = np.sum(together * baseline.encode(texts, show_progress_bar=False), axis=1)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    return {
        "smallest_cosine": float(cosines.min()),
        "mean_cosine": float(cosines.mean()),
        "largest_difference_alone": float(np.abs(together - alone).max()),
    }


def hit_at_1(path: Path, encode: Callable[[list[str]], NDArray[np.float32]]) -> float:
    """Return how often the sentence nearest to a claim is one of those that support it.

    ``path`` holds a JSON object a line: ``claim``, ``evidence`` (sentences), ``supporting_sentences``
    (alternative sets of indexes) and ``label``; claims that are not supported are left out.
    """
    hits = []
    for line in lines(path):
        row = json.loads(line)
        if row["label"] == "not_supported" or not row["supporting_sentences"]:
            continue
        vectors = encode([row["claim"], *row["evidence"]])
        nearest = int(np.argmax(vectors[1:] @ vectors[0]))
        hits.append(any(nearest in one for one in row["supporting_sentences"]))
    return sum(hits) / len(hits)


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Return all figures by name."""
    disable_progress_bar()  # type: ignore[no-untyped-call]
    baseline = SentenceTransformer(str(package_folder()), device="cpu")
    encoder = load_encoder()
    texts = lines(options.texts) if options.texts else news_like(TEXTS, SEED)
    figures = speed(encoder, baseline, texts, options.rounds) | nearness(encoder, baseline, texts)
    if options.wice:
        figures["hit_at_1"] = hit_at_1(options.wice, encoder.encode)
        figures["baseline_hit_at_1"] = hit_at_1(
            options.wice, lambda texts: np.asarray(baseline.encode(texts, show_progress_bar=False))
        )
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--texts", type=Path, help="one text a line instead of generated ones")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--wice", type=Path, help="claims with their pages, as JSON lines")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    figures = measure(options)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            shown = f"{value:,.0f}" if value >= RATIO_BELOW else f"{value:.4f}"
            print(f"{name.replace('_', ' '):<34}{shown:>10}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

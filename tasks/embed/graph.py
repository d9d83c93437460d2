"""The int8 form of a BERT sentence encoder: an ONNX graph built straight from the model's weights.

Of every matrix product the weights are int8 with one scale a column, and the activations uint8 with
one scale a row, that is a token, found when the graph runs. So the vector of a text depends on
nothing but its own tokens. Scales of whole tensors, as dynamic quantization has them, are coarser and
make a vector depend on the texts that share its batch.

The graph takes ``tokens`` (texts, tokens) int64, all texts of one length and no padding, and gives
``pooled`` (texts, hidden) float32, the mean over the tokens, not normalized. It needs the weights of
Hugging Face's ``BertModel`` as named there, and nothing of torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

# ReduceMax takes its axes as an input, and Split a number of outputs, from opset 18 on.
OPSET = 18

# onnxruntime's own operators: fused attention, Gelu, and int8 products that give floats.
CONTRIB = "com.microsoft"

# The file format that belongs to opset 18, which every onnxruntime that knows the opset can read.
IR_VERSION = 9

# Without VNNI, x86 adds pairs of uint8 × int8 products in int16: 2 × 255 × 64 = 32,640 still fits, the
# 127 of full int8 saturates. One range everywhere means one embedding space everywhere.
WEIGHT_STEPS = 64

# Activations around zero use 127 steps either way of the middle of uint8.
CENTRED_ZERO, CENTRED_STEPS = 128, 127

# Gelu never falls below this (its minimum is -0.16997, at -0.7518), so its output needs few steps there.
GELU_MINIMUM = -0.17

# 20 steps below zero leave 235 above: almost twice as fine as centred steps for the same row.
GELU_ZERO, GELU_STEPS = 20, 235

# Keeps the reciprocal of a row of zeros finite; a row this small has lost all meaning anyway.
SMALLEST_SCALE = 1e-9

# How the names of the embeddings' weights begin.
EMBEDDINGS = "embeddings"

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class BertShape:
    """What the weights do not say by themselves. ``max_tokens`` cuts the table of positions."""

    layers: int
    heads: int
    epsilon: float
    max_tokens: int


@dataclass(slots=True)
class _Graph:
    """Nodes and constants as they are added; a method returns the name of its output."""

    weights: Weights
    shape: BertShape
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, NDArray[Any]] = field(default_factory=dict)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def scalar(self, value: float, kind: type[np.generic]) -> str:
        return self.constant(f"{kind.__name__}:{value!r}", np.array(value, dtype=kind))

    def vector(self, value: int) -> str:
        return self.constant(f"vector:{value}", np.array([value], dtype=np.int64))

    def split(
        self, operator: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any
    ) -> list[str]:
        name = f"{outputs[0]}/{operator}"
        self.nodes.append(helper.make_node(operator, inputs, outputs, name, domain=domain, **attributes))
        return outputs

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        return self.split(operator, inputs, [output], domain, **attributes)[0]

    def normalized(self, prefix: str, value: str) -> str:
        inputs = [value, self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")]
        output = f"{prefix}.normalized"
        return self.node("LayerNormalization", inputs, output, axis=-1, epsilon=self.shape.epsilon)

    def biased(self, prefix: str, value: str) -> str:
        return self.node("Add", [value, self.weight(f"{prefix}.bias")], f"{prefix}.biased")


def bert_model(weights: Weights, shape: BertShape, metadata: Mapping[str, str]) -> bytes:
    """Return the ONNX model of a BERT with mean pooling, ``metadata`` written into it.

    ``weights`` are float32 arrays by the names of ``BertModel.state_dict()``. Raises KeyError where
    one is missing.
    """
    graph = _Graph(weights, shape)
    hidden = _embeddings(graph)
    for number in range(shape.layers):
        hidden = _layer(graph, f"encoder.layer.{number}", hidden)
    graph.node("ReduceMean", [hidden, graph.vector(1)], "pooled", keepdims=0)
    return _serialized(graph, metadata)


def _embeddings(graph: _Graph) -> str:
    """Add the sum of word, position and type; all tokens are of type 0, so its row joins the positions."""
    words = graph.weight(f"{EMBEDDINGS}.word_embeddings.weight")
    positions = graph.weights[f"{EMBEDDINGS}.position_embeddings.weight"][: graph.shape.max_tokens]
    types = graph.weights[f"{EMBEDDINGS}.token_type_embeddings.weight"]
    table = graph.constant(f"{EMBEDDINGS}.positions", positions + types[0])
    gathered = graph.node("Gather", [words, "tokens"], f"{EMBEDDINGS}.gathered")
    length = graph.node("Shape", ["tokens"], f"{EMBEDDINGS}.length", start=1, end=2)
    zero = graph.vector(0)
    placed = graph.node("Slice", [table, zero, length, zero], f"{EMBEDDINGS}.placed")
    total = graph.node("Add", [gathered, placed], f"{EMBEDDINGS}.sum")
    return graph.normalized(f"{EMBEDDINGS}.LayerNorm", total)


def _layer(graph: _Graph, prefix: str, hidden: str) -> str:
    """Add one transformer layer: attention, then the two-step perceptron, each with its residual."""
    attended = _attention(graph, f"{prefix}.attention", hidden)
    after = _residual(graph, f"{prefix}.attention.output", attended, hidden)
    inner = f"{prefix}.intermediate.dense"
    wide = graph.biased(inner, _product(graph, inner, after, graph.weights[f"{inner}.weight"]))
    active = graph.node("Gelu", [wide], f"{inner}.gelu", CONTRIB)
    return _residual(graph, f"{prefix}.output", active, after, gelu=True)


def _attention(graph: _Graph, prefix: str, hidden: str) -> str:
    """Add self-attention: query, key and value in one product, so that the row is quantized once."""
    parts = [f"{prefix}.self.{part}" for part in ("query", "key", "value")]
    joined = np.concatenate([graph.weights[f"{part}.weight"] for part in parts])
    bias = np.concatenate([graph.weights[f"{part}.bias"] for part in parts])
    product = _product(graph, f"{prefix}.joined", hidden, joined)
    inputs = graph.split("Split", [product], parts, axis=-1, num_outputs=len(parts))
    inputs = [*inputs, graph.constant(f"{prefix}.joined.bias", bias)]
    output = f"{prefix}.attended"
    return graph.node("MultiHeadAttention", inputs, output, CONTRIB, num_heads=graph.shape.heads)


def _residual(graph: _Graph, prefix: str, inner: str, outer: str, *, gelu: bool = False) -> str:
    """Add a dense product of ``inner`` plus ``outer``, normalized.

    Two additions and a plain LayerNormalization: onnxruntime's fused SkipLayerNormalization took
    six times as long on a CPU.
    """
    dense = f"{prefix}.dense"
    product = _product(graph, dense, inner, graph.weights[f"{dense}.weight"], gelu=gelu)
    total = graph.node("Add", [graph.biased(dense, product), outer], f"{dense}.sum")
    return graph.normalized(f"{prefix}.LayerNorm", total)


def _product(graph: _Graph, name: str, value: str, weight: NDArray[np.float32], *, gelu: bool = False) -> str:
    """Add ``value @ weight.T`` in int8; ``weight`` is (outputs, inputs) float32.

    A row divided by its scale is rounded to steps of one, multiplied in integers, and multiplied by
    its scale again. ``gelu`` says that ``value`` is the output of a Gelu, which is hardly negative.
    """
    scales = _row_scales(graph, name, value, gelu=gelu)
    inverse = graph.node("Reciprocal", [scales], f"{name}.inverse")
    stepped = graph.node("Mul", [value, inverse], f"{name}.stepped")
    one = graph.scalar(1.0, np.float32)
    zero = graph.scalar(GELU_ZERO if gelu else CENTRED_ZERO, np.uint8)
    rounded = graph.node("QuantizeLinear", [stepped, one, zero], f"{name}.rounded")
    # A column of zeros needs some scale that is not zero.
    column = np.maximum(np.abs(weight).max(axis=1), SMALLEST_SCALE) / np.float32(WEIGHT_STEPS)
    steps = graph.constant(f"{name}.steps", np.rint(weight / column[:, None]).astype(np.int8).T)
    columns = graph.constant(f"{name}.columns", column.astype(np.float32))
    inputs = [rounded, steps, one, columns, zero]
    product = graph.node("MatMulIntegerToFloat", inputs, f"{name}.integer", CONTRIB)
    return graph.node("Mul", [product, scales], f"{name}.product")


def _row_scales(graph: _Graph, name: str, value: str, *, gelu: bool) -> str:
    """Add the scale of each row (…, 1): the row's extreme takes the last step."""
    size = value if gelu else graph.node("Abs", [value], f"{name}.size")
    extreme = graph.node("ReduceMax", [size, graph.vector(-1)], f"{name}.extreme", keepdims=1)
    part = graph.scalar(1 / (GELU_STEPS if gelu else CENTRED_STEPS), np.float32)
    smallest = graph.scalar(-GELU_MINIMUM / GELU_ZERO if gelu else SMALLEST_SCALE, np.float32)
    free = graph.node("Mul", [extreme, part], f"{name}.free")
    return graph.node("Max", [free, smallest], f"{name}.scales")


def _serialized(graph: _Graph, metadata: Mapping[str, str]) -> bytes:
    width = graph.constants[f"{EMBEDDINGS}.word_embeddings.weight"].shape[1]
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, ["texts", "length"])
    pooled = helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["texts", width])
    constants = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    body = helper.make_graph(graph.nodes, "encoder", [tokens], [pooled], constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION)
    helper.set_model_props(model, dict(metadata))
    return bytes(model.SerializeToString(deterministic=True))

"""Builds the ONNX graph of a BERT sentence encoder from its safetensors, without torch.

Inputs ``input_ids`` and ``attention_mask``, int32 (batch, tokens), padded on the right. Outputs
``tokens``, float32 (batch, tokens, hidden), and ``sentence``, float32 (batch, hidden): the mean of the
unmasked tokens, of length 1. The fused operators are those of ONNX Runtime (domain com.microsoft).
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open

_FUSED = "com.microsoft"
_Read = Callable[[str], npt.NDArray[np.float32]]


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, op: str, inputs: list[str], output: str, domain: str = "", **attributes: float) -> str:
        outputs = [output, f"{output}.mask"] if op == "EmbedLayerNormalization" else [output]
        self.nodes.append(_node(op, inputs, outputs, domain, attributes))
        return output


def _node(op: str, inputs: list[str], outputs: list[str], domain: str, attributes: dict[str, float]) -> onnx.NodeProto:
    node = helper.make_node(op, inputs, outputs, name=outputs[0], domain=domain)
    node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
    return node


def build_graph(folder: Path) -> bytes:
    """The serialised graph of the model in `folder` (config.json, model.safetensors).

    Raises ValueError where the model is not a BERT encoder with absolute positions and GELU.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        raise ValueError(f"{folder} holds no BERT encoder that can be built without torch.")
    graph = _Graph()
    with safe_open(str(folder / "model.safetensors"), "np") as tensors:

        def read(name: str) -> npt.NDArray[np.float32]:
            return np.asarray(tensors.get_tensor(name), dtype=np.float32)

        hidden = _embeddings(graph, read, float(config["layer_norm_eps"]))
        for layer in range(int(config["num_hidden_layers"])):
            hidden = _layer(graph, read, hidden, layer, config)
    graph.add("Identity", [hidden], "tokens")
    _mean_of_unit_length(graph, hidden)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "sentence_encoder",
            [
                helper.make_tensor_value_info(n, TensorProto.INT32, ["batch", "tokens"])
                for n in ("input_ids", "attention_mask")
            ],
            [
                helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["batch", "tokens", config["hidden_size"]]),
                helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["batch", config["hidden_size"]]),
            ],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)],
    )
    model.ir_version = 10
    return bytes(model.SerializeToString())


def _embeddings(graph: _Graph, read: _Read, epsilon: float) -> str:
    prefix = "embeddings"
    tables = [
        graph.weight(f"{prefix}.{name}", read(f"{prefix}.{name}_embeddings.weight"))
        for name in ("word", "position", "token_type")
    ]
    norm = [graph.weight(f"{prefix}.norm.{part}", read(f"{prefix}.LayerNorm.{part}")) for part in ("weight", "bias")]
    graph.add("Sub", ["input_ids", "input_ids"], "segment_ids")
    return graph.add(
        "EmbedLayerNormalization",
        ["input_ids", "segment_ids", *tables, *norm, "attention_mask"],
        "embedded",
        _FUSED,
        epsilon=epsilon,
    )


def _layer(graph: _Graph, read: _Read, hidden: str, layer: int, config: dict[str, int]) -> str:
    source, name = f"encoder.layer.{layer}", f"layer.{layer}"

    def dense(part: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        return read(f"{source}.{part}.weight").T, read(f"{source}.{part}.bias")

    qkv = [dense(f"attention.self.{part}") for part in ("query", "key", "value")]
    attended = graph.add(
        "Attention",
        [
            hidden,
            graph.weight(f"{name}.qkv.weight", np.concatenate([w for w, _ in qkv], axis=1)),
            graph.weight(f"{name}.qkv.bias", np.concatenate([b for _, b in qkv])),
            "embedded.mask",
        ],
        f"{name}.attended",
        _FUSED,
        num_heads=config["num_attention_heads"],
    )

    def project(value: str, part: str, output: str) -> tuple[str, str]:
        weight, bias = dense(part)
        product = graph.add("MatMul", [value, graph.weight(f"{output}.weight", weight)], output)
        return product, graph.weight(f"{output}.bias", bias)

    def add_and_normalise(value: str, bias: str, skip: str, part: str, output: str) -> str:
        norm = [graph.weight(f"{output}.{p}", read(f"{source}.{part}.LayerNorm.{p}")) for p in ("weight", "bias")]
        return graph.add(
            "SkipLayerNormalization",
            [value, skip, *norm, bias],
            output,
            _FUSED,
            epsilon=float(config["layer_norm_eps"]),
        )

    value, bias = project(attended, "attention.output.dense", f"{name}.output")
    middle = add_and_normalise(value, bias, hidden, "attention.output", f"{name}.middle")
    value, bias = project(middle, "intermediate.dense", f"{name}.wide")
    active = graph.add("BiasGelu", [value, bias], f"{name}.gelu", _FUSED)
    value, bias = project(active, "output.dense", f"{name}.narrow")
    return add_and_normalise(value, bias, middle, "output", f"{name}.done")


def _mean_of_unit_length(graph: _Graph, hidden: str) -> None:
    axis = graph.weight("axis.tokens", np.array([1], dtype=np.int64))
    last = graph.weight("axis.last", np.array([-1], dtype=np.int64))
    graph.add("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["mask.float", last], "mask.wide")
    graph.add("Mul", [hidden, "mask.wide"], "masked")
    graph.add("ReduceSum", ["masked", axis], "summed", keepdims=0)
    # The mean's divisor falls out: the length is made 1 right after.
    graph.add("LpNormalization", ["summed"], "sentence", axis=-1, p=2)

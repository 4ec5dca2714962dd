"""Reads earlier weights back out of their ONNX file, to go on from them."""

import onnx
import torch
from onnx import numpy_helper

from .data import LABELS


def load(folder: str, student):
    """Fills a student with the weights of folder/model.onnx; labels it lacks start from `obscene`."""
    graph = onnx.load(f"{folder}/model.onnx").graph
    tensors = {i.name: torch.tensor(numpy_helper.to_array(i)) for i in graph.initializer}
    # Linear layers were exported as MatMul with anonymous, transposed weights:
    # in the order of the graph they are q, k, v, o, f1, f2 of each layer.
    linear = [tensors[n.input[1]] for n in graph.node if n.op_type == "MatMul" and n.input[1] in tensors]
    state = {"words.weight": tensors["word.weight"], "places.weight": tensors["pos"], "types": torch.zeros(student.types.shape),
             "norm.weight": tensors["ln.weight"], "norm.bias": tensors["ln.bias"]}
    names = {"q": "query", "k": "key", "v": "value", "o": "out", "f1": "up", "f2": "down"}
    for layer in range(len(student.layers)):
        for at, (theirs, ours) in enumerate(names.items()):
            state[f"layers.{layer}.{ours}.weight"] = linear[6 * layer + at].T.contiguous()
            state[f"layers.{layer}.{ours}.bias"] = tensors[f"layers.{layer}.{theirs}.bias"]
        for theirs, ours in (("ln1", "norm1"), ("ln2", "norm2")):
            for part in ("weight", "bias"):
                state[f"layers.{layer}.{ours}.{part}"] = tensors[f"layers.{layer}.{theirs}.{part}"]
    known = labels_of(folder)
    weight, bias = tensors["head.weight"], tensors["head.bias"]
    rows = [known.index(label if label in known else "obscene") for label in LABELS]
    state["head.weight"], state["head.bias"] = weight[rows].clone(), bias[rows].clone()
    student.load_state_dict(state)
    return student


def labels_of(folder: str):
    """The labels of earlier weights, in their order."""
    import json

    with open(f"{folder}/config.json", encoding="utf-8") as f:
        names = json.load(f)["id2label"]
    return [names[str(i)] for i in range(len(names))]

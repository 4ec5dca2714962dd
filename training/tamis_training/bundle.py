"""Reads earlier weights back, to go on from them: an ONNX folder, or a bundle as it is embedded."""

import tarfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .data import LABELS


def load(folder: str, student):
    """Fills a student with the weights of a folder: weights.bin where there is one, else model.onnx."""
    return load_bundle(folder, student) if (Path(folder) / "weights.bin").exists() else load_onnx(folder, student)


def load_bundle(folder: str, student):
    """Fills a student from a bundle that `export` and `pack` made of one: tensors in half precision."""
    with tarfile.open(Path(folder) / "weights.bin") as members:
        graph = onnx.load_model_from_string(members.extractfile("graph.onnx").read()).graph
        halves = members.extractfile("tensors.f16").read()
    tensors = {}
    for i in graph.initializer:
        at = {e.key: e.value for e in i.external_data}
        if at:
            values = np.frombuffer(halves, np.float16, int(at["length"]) // 2, int(at["offset"]))
            tensors[i.name] = torch.tensor(values.astype(np.float32).reshape(tuple(i.dims)))
    matrices = iter(tensors[n.input[1]] for n in graph.node if n.op_type == "MatMul" and n.input[1] in tensors)
    state = student.state_dict()
    for name in state:
        # The layers' matrices lost their names on export; they stand in the graph in the order of a layer's parts.
        state[name] = tensors[name] if name in tensors else next(matrices).T.contiguous()
    student.load_state_dict(state)
    return student


def load_onnx(folder: str, student):
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

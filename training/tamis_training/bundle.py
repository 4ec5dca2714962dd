"""Reads the weights of a bundle back, to go on from them."""

import tarfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper


def words(folder):
    """The vocabulary of a bundle, in the order of its ids."""
    with tarfile.open(Path(folder) / "weights.bin") as members:
        return members.extractfile("vocab.txt").read().decode().rstrip("\n").split("\n")


def state(folder, student):
    """The parameters of a bundle that `export` and `pack` made of a student of this shape.

    Bundles before revision 7 weigh a text's tokens equally, as a student does at first.
    """
    with tarfile.open(Path(folder) / "weights.bin") as members:
        graph = onnx.load_model_from_string(members.extractfile("graph.onnx").read()).graph
        halves = members.extractfile("tensors.f16").read()
    tensors = {}
    for i in graph.initializer:
        at = {e.key: e.value for e in i.external_data}
        if at:
            values = np.frombuffer(halves, np.float16, int(at["length"]) // 2, int(at["offset"]))
            tensors[i.name] = torch.tensor(values.astype(np.float32).reshape(tuple(i.dims)))
        else:
            tensors[i.name] = torch.tensor(numpy_helper.to_array(i))
    tensors["words.weight"] = tensors["words.steps"].float() * tensors["words.scale"]
    matrices = iter(tensors[n.input[1]] for n in graph.node if n.op_type == "MatMul" and n.input[1] in tensors)
    # The layers' matrices lost their names on export; they stand in the graph in the order of a layer's parts.
    return {name: tensors[name] if name in tensors else next(matrices, p.T).T.contiguous() for name, p in student.state_dict().items()}

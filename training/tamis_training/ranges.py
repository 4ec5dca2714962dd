"""Notes in an ONNX file which range each unit of a matrix's input has on texts of the corpus.

A runtime that multiplies in eight bits rounds by them. They are two tensors a
matrix's input, named after it with /least and /most, which no operation reads.
"""

import itertools

import numpy as np
import onnx
import onnxruntime

from . import data
from .text import prepare

EVERY, LONGEST = 100, 96  # rows of the corpus, and tokens of a text


def add(path, corpus, tokenizer):
    """Adds the ranges to the file, over every hundredth row of the corpus."""
    model = onnx.load(path)
    stored = {t.name for t in model.graph.initializer}
    inputs = list(dict.fromkeys(n.input[0] for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in stored))
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in inputs)
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    least, most = {}, {}
    for row in itertools.islice(data.read_jsonl(f"{corpus}/train/labelled.jsonl.gz"), 0, None, EVERY):
        ids = tokenizer.encode(prepare(row["text"]), add_special_tokens=False).ids[:LONGEST]
        if not ids:
            continue
        for name, values in zip(inputs, session.run(inputs, {"input_ids": [ids], "attention_mask": [[1] * len(ids)]})):
            values = values.reshape(-1, values.shape[-1])
            least[name] = np.minimum(least.get(name, np.inf), values.min(0))
            most[name] = np.maximum(most.get(name, -np.inf), values.max(0))
    for name in inputs:
        model.graph.initializer.extend([onnx.numpy_helper.from_array(least[name], name + "/least"),
                                        onnx.numpy_helper.from_array(most[name], name + "/most")])
    onnx.save(model, path)

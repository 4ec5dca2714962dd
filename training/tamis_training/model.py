"""The student: BERT's shape, one logit a label.

Written plainly, without mask helpers, so that its ONNX graph is one that every
runtime loads.
"""

import math

import torch
from torch import nn


class Dropout:
    """Masks of dropout of one unit in share, cut from a pool of draws: to draw each mask anew takes a fourth of a step."""

    POOL, USES = 1 << 23, 4_000  # draws in the pool, and masks cut from it before it is drawn anew
    APART = 64  # masks begin at multiples of so many draws, so that compiled code finds them aligned

    def __init__(self, share: float):
        self.share, self.pool, self.used = share, None, 0

    def mask(self, *shape):
        """Zeros for the units that are left out, and for the others what keeps the mean."""
        if self.pool is None or self.used == self.USES:
            self.pool, self.used = torch.empty(self.POOL).bernoulli_(1 - self.share).div_(1 - self.share), 0
        self.used += 1
        size = math.prod(shape)
        at = self.APART * int(torch.randint(0, (self.POOL - size) // self.APART, ()))
        return self.pool[at : at + size].view(shape)


class Layer(nn.Module):
    """One transformer layer, post-norm as in BERT; drops are the masks of its dropout, where it learns."""

    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.query, self.key, self.value = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)
        self.out, self.norm1 = nn.Linear(width, width), nn.LayerNorm(width, eps=1e-12)
        self.up, self.down, self.norm2 = nn.Linear(width, inner), nn.Linear(inner, width), nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, bias, drops=None):
        b, n, w = x.shape
        q, k, v = (f(x).view(b, n, self.heads, self.size).transpose(1, 2) for f in (self.query, self.key, self.value))
        a = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(self.size) + bias, dim=-1)
        if drops:
            a = a * drops[0]
        a = self.out((a @ v).transpose(1, 2).reshape(b, n, w))
        x = self.norm1(x + (a * drops[1] if drops else a))
        inner = self.down(nn.functional.gelu(self.up(x)))
        return self.norm2(x + (inner * drops[2] if drops else inner))


class Student(nn.Module):
    """input_ids, attention_mask int64 [batch, sequence] → logits float [batch, labels].

    Each label weighs the tokens by itself: a label's logit is the mean of what the head says of each token, with weights
    that add up to one. The weights begin equal, which is mean pooling.
    """

    def __init__(self, vocab, width, layers, heads, inner, positions, labels, dropout=0.1):
        super().__init__()
        self.words, self.places = nn.Embedding(vocab, width), nn.Embedding(positions, width)
        self.types = nn.Parameter(torch.zeros(width))
        self.norm, self.dropout = nn.LayerNorm(width, eps=1e-12), Dropout(dropout)
        self.layers = nn.ModuleList(Layer(width, heads, inner) for _ in range(layers))
        # In the order of their use, by which bundle.py finds them again.
        self.gaze, self.head = nn.Linear(width, labels, bias=False), nn.Linear(width, labels)
        nn.init.zeros_(self.gaze.weight)

    def forward(self, input_ids, attention_mask):
        b, n = input_ids.shape
        places = self.places.weight[:n].unsqueeze(0)
        x = self.norm(self.words(input_ids) + places + self.types)
        drop = self.dropout.mask if self.training and self.dropout.share else None
        if drop:
            x = x * drop(*x.shape)
        away = (1.0 - attention_mask.float()) * -10000.0
        bias = away[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias, (drop(b, layer.heads, n, n), drop(*x.shape), drop(*x.shape)) if drop else None)
        weight = torch.softmax(self.gaze(x) + away[:, :, None], dim=1)
        return (self.head(x) * weight).sum(1)


class Table(nn.Module):
    """Words in eight bits, a scale for each: what ships of a student's largest part."""

    def __init__(self, weight):
        super().__init__()
        scale = (weight.abs().amax(1, keepdim=True) / 127).clamp(min=1e-4).half().float()
        self.register_buffer("scale", scale)
        self.register_buffer("steps", (weight / scale).round().clamp(-127, 127).to(torch.int8))

    def forward(self, ids):
        return self.steps[ids].float() * self.scale[ids]

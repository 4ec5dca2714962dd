"""The student: BERT's shape, mean pooling, one logit a label.

Written plainly, without mask helpers, so that its ONNX graph is one that every
runtime loads.
"""

import math

import torch
from torch import nn


class Dropout(nn.Module):
    """Dropout of one unit in share, its masks cut from a pool of draws: to draw each mask anew takes a fourth of a step."""

    POOL, USES = 1 << 23, 4_000  # draws in the pool, and masks cut from it before it is drawn anew

    def __init__(self, share: float):
        super().__init__()
        self.share, self.pool, self.used = share, None, 0

    def forward(self, x):
        if not self.training or self.share == 0:
            return x
        if self.pool is None or self.used == self.USES:
            self.pool, self.used = torch.empty(self.POOL).bernoulli_(1 - self.share).div_(1 - self.share), 0
        self.used += 1
        at = int(torch.randint(0, self.POOL - x.numel(), ()))
        return x * self.pool[at : at + x.numel()].view_as(x)


class Layer(nn.Module):
    """One transformer layer, post-norm as in BERT."""

    def __init__(self, width: int, heads: int, inner: int, drop: nn.Module):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.query, self.key, self.value = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)
        self.out, self.norm1 = nn.Linear(width, width), nn.LayerNorm(width, eps=1e-12)
        self.up, self.down, self.norm2 = nn.Linear(width, inner), nn.Linear(inner, width), nn.LayerNorm(width, eps=1e-12)
        self.drop = drop

    def forward(self, x, bias):
        b, n, w = x.shape
        q, k, v = (f(x).view(b, n, self.heads, self.size).transpose(1, 2) for f in (self.query, self.key, self.value))
        a = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(self.size) + bias, dim=-1)
        a = (self.drop(a) @ v).transpose(1, 2).reshape(b, n, w)
        x = self.norm1(x + self.drop(self.out(a)))
        return self.norm2(x + self.drop(self.down(nn.functional.gelu(self.up(x)))))


class Student(nn.Module):
    """input_ids, attention_mask int64 [batch, sequence] → logits float [batch, labels]."""

    def __init__(self, vocab, width, layers, heads, inner, positions, labels, dropout=0.1):
        super().__init__()
        self.words, self.places = nn.Embedding(vocab, width), nn.Embedding(positions, width)
        self.types = nn.Parameter(torch.zeros(width))
        self.norm, self.drop = nn.LayerNorm(width, eps=1e-12), Dropout(dropout)
        self.layers = nn.ModuleList(Layer(width, heads, inner, self.drop) for _ in range(layers))
        self.head = nn.Linear(width, labels)

    def forward(self, input_ids, attention_mask):
        mask = attention_mask.float()
        places = self.places.weight[: input_ids.shape[1]].unsqueeze(0)
        x = self.drop(self.norm(self.words(input_ids) + places + self.types))
        bias = (1.0 - mask)[:, None, None, :] * -10000.0
        for layer in self.layers:
            x = layer(x, bias)
        weight = mask.unsqueeze(-1)
        pooled = (x * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
        return self.head(pooled)


class Table(nn.Module):
    """Words in eight bits, a scale for each: what ships of a student's largest part."""

    def __init__(self, weight):
        super().__init__()
        scale = (weight.abs().amax(1, keepdim=True) / 127).clamp(min=1e-4).half().float()
        self.register_buffer("scale", scale)
        self.register_buffer("steps", (weight / scale).round().clamp(-127, 127).to(torch.int8))

    def forward(self, ids):
        return self.steps[ids].float() * self.scale[ids]

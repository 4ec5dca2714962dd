"""Fits the linear voice: one logistic regression a label over the hashed n-grams of `grams`.

Writes grams.i8 (for each place one signed byte a label; the byte b is the weight
b * |b| * scale) and grams.json (labels, scales, biases).
"""

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import SGDClassifier

from . import data, grams, rules

# Strength of the ridge, chosen on dev by the pooled AUC of each label.
ALPHA = {"severe_toxic": 3e-6, "insult": 3e-6, "sexual": 3e-6, "identity_attack": 2e-6, "obscene": 3e-6}
DEFAULT_ALPHA, EPOCHS = 1e-6, 8


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--contrast", type=float, default=2.0)
    p.add_argument("--licensed-only", action="store_true", help="leave out sources that state no licence")
    args = p.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    rows = data.load(args.corpus, args.licensed_only) + rules.words(args.contrast)
    np.random.default_rng(3).shuffle(rows)
    features = grams.matrix(r.text for r in rows)
    target = np.array([r.target for r in rows], dtype=np.float32)
    weight = np.array([[min(r.draws, data.MAX_REPEATS) * w for w in r.weight] for r in rows], dtype=np.float32)
    table = np.zeros((1 << grams.BITS, len(data.LABELS)), dtype=np.int8)
    scales, biases = [], []
    for j, label in enumerate(data.LABELS):
        known = weight[:, j] > 0
        model = SGDClassifier(loss="log_loss", alpha=ALPHA.get(label, DEFAULT_ALPHA), max_iter=EPOCHS, tol=None, average=True, random_state=1)
        model.fit(features[known], target[known, j], sample_weight=weight[known, j])
        table[:, j], scale = compress(model.coef_[0])
        scales.append(scale)
        biases.append(float(model.intercept_[0]))
        print(label, int(known.sum()), "rows, widest weight", float(np.abs(model.coef_).max()), flush=True)
    (out / "grams.i8").write_bytes(table.tobytes())
    (out / "grams.json").write_text(json.dumps({"labels": data.LABELS, "scales": scales, "biases": biases}, indent=1), encoding="utf-8")


def compress(weights):
    """Signed bytes b with weight = b * |b| * scale; the widest one in a hundred thousand is clipped."""
    widest = np.quantile(np.abs(weights), 1 - 1e-5)
    scale = float(widest) / 127**2
    b = np.sign(weights) * np.sqrt(np.abs(weights) / scale)
    return np.clip(np.rint(b), -127, 127).astype(np.int8), scale


class Linear:
    """The fitted voice, as it is served."""

    def __init__(self, folder: str):
        with open(f"{folder}/grams.json", encoding="utf-8") as f:
            said = json.load(f)
        raw = np.fromfile(f"{folder}/grams.i8", dtype=np.int8).reshape(-1, len(said["labels"])).astype(np.float32)
        self.table = raw * np.abs(raw) * np.array(said["scales"], dtype=np.float32)
        self.bias = np.array(said["biases"], dtype=np.float32)

    def logits(self, text: str):
        """One logit a label."""
        total = self.bias.copy()
        for family in grams.places(grams.fold(text).split()):
            if family:
                total += self.table[list(family)].sum(0) * len(family) ** -0.5
        return total


if __name__ == "__main__":
    main()

"""Joins the student and the linear voice and calibrates them, a curve for each label and language.

calibrated logit = slope * student + grams * linear + intercept (Platt, 1999), fitted by
likelihood on one half of dev; the other half says what it is worth. A language with few
rows of a label leans on the general curve: its slopes are drawn to it by a ridge.
"""

import argparse
import hashlib
import json

import numpy as np
import torch
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from . import data
from .compare import score
from .export import blend
from .linear import Linear

RIDGE = {"en": 0.5, "fr": 8.0}  # pull towards the general curve, in rows
START = np.array([0.8, 0.5, 0.0])
BINS = 15


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", required=True)
    p.add_argument("--start", required=True)
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--base", help="the bundle that the student went on from")
    p.add_argument("--share", type=float, default=1.0)
    p.add_argument("--grams", required=True, help="folder of the linear voice")
    p.add_argument("--more", nargs="*", default=[], help="JSON Lines files of own labelled rows, in the corpus's shape")
    p.add_argument("--out", required=True, help="the file of curves that pack takes")
    p.add_argument("--threads", type=int, default=2)
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    rows = list(data.read_jsonl(f"{args.corpus}/dev/labelled.jsonl.gz"))
    for file in args.more:
        with open(file, encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines]
    student, linear = voices(rows, *blend(args.checkpoint, args.start, args.base, args.share), Linear(args.grams))
    curves = fit_all(rows, student, linear)
    with open(args.out, "w", encoding="utf-8") as f:
        json.dump(curves, f, indent=1)


def voices(rows, student, tokenizer, linear):
    """The logits of both voices for every row, as they are served."""
    texts = [r["text"] for r in rows]
    edge = 1e-9
    probabilities = score(student, texts, tokenizer).double().clamp(edge, 1 - edge)
    return torch.logit(probabilities).numpy(), np.stack([linear.logits(t) for t in texts])


def fit_all(rows, student, linear):
    """The list of curves: a general one for each label, one for each language that has rows of both classes."""
    curves = []
    for j, label in enumerate(data.LABELS):
        known = [(n, truth(r, label)) for n, r in enumerate(rows) if truth(r, label) is not None]
        general = START
        if label != "sexual" or known:
            fitting = [k for k in known if half(rows[k[0]]) == 0]
            general = fit(fitting, student[:, j], linear[:, j], START, 1.0)
        curves.append(curve(label, "", general))
        for lang in ("en", "fr"):
            of = [k for k in known if rows[k[0]]["lang"] == lang]
            fitting = [k for k in of if half(rows[k[0]]) == 0]
            if len({v for _, v in fitting}) < 2:
                continue
            found = fit(fitting, student[:, j], linear[:, j], general, RIDGE[lang])
            curves.append(curve(label, lang, found))
            report(label, lang, [k for k in of if half(rows[k[0]]) == 1], student[:, j], linear[:, j], found)
    return curves


def truth(row, label):
    """What is known of a label; sexual text, which nobody labelled, goes by its explicit words."""
    known = {data.RENAMED.get(k, k): v for k, v in row["labels"].items()}
    if label == "sexual" and "sexual" not in known:
        return int(bool(data.EXPLICIT.search(row["text"])))
    return known.get(label)


def half(row) -> int:
    """0 for rows to fit on, 1 for those that `make proof-verdicts` measures on."""
    return int(hashlib.sha256(row["text"].encode()).hexdigest()[0] >= "8")


def fit(known, student, linear, towards, ridge):
    at = [n for n, _ in known]
    x = np.stack([student[at], linear[at], np.ones(len(at))], axis=1)
    gold = np.array([v for _, v in known], dtype=float)

    def loss(w):
        z = x @ w
        return np.sum(np.logaddexp(0, z) - gold * z) + ridge * np.sum(((w - towards) * [4, 4, 1]) ** 2)

    found = minimize(loss, towards, method="L-BFGS-B", bounds=[(0.05, 3), (0, 3), (-8, 8)])
    return found.x


def report(label, lang, known, student, linear, w):
    gold = np.array([v for _, v in known])
    at = [n for n, _ in known]
    z = w[0] * student[at] + w[1] * linear[at] + w[2]
    both = min(gold.sum(), len(gold) - gold.sum())
    if both < 3:
        return
    print(f"{label:16} {lang} {len(gold):5} ({int(gold.sum())}) slope {w[0]:.2f} grams {w[1]:.2f} at {w[2]:+.2f} "
          f"ECE {calibration_error(1 / (1 + np.exp(-z)), gold):.3f} AUC {roc_auc_score(gold, z):.4f}", flush=True)


def calibration_error(p, gold):
    """Expected calibration error (Guo et al., 2017) over BINS bins of equal width."""
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    return sum(abs(p[bins == b].mean() - gold[bins == b].mean()) * (bins == b).mean() for b in range(BINS) if (bins == b).any())


def curve(label, lang, w):
    out = {"label": label, "platt": {"slope": round(float(w[0]), 4), "grams": round(float(w[1]), 4), "intercept": round(float(w[2]), 4)}}
    return out | ({"lang": lang} if lang else {})


if __name__ == "__main__":
    main()

"""Sets two or more weights side by side on dev: AUC by label, language and source."""

import argparse
import collections

import torch
from sklearn.metrics import roc_auc_score

from . import data
from .export import blend
from .text import prepare


def score(student, texts, tokenizer, longest=96, batch=64):
    """Probabilities of every label; a long text's windows count by their worst."""
    windows = []
    for n, text in enumerate(texts):
        ids = tokenizer.encode(prepare(text), add_special_tokens=False).ids or [1]
        at = 0
        while True:
            windows.append((n, ids[at : at + longest]))
            if at + longest >= len(ids):
                break
            at += longest - 16
    windows.sort(key=lambda w: len(w[1]))
    best = torch.zeros(len(texts), len(data.LABELS))
    with torch.no_grad():
        for a in range(0, len(windows), batch):
            part = windows[a : a + batch]
            size = max(len(i) for _, i in part)
            ids = torch.tensor([i + [0] * (size - len(i)) for _, i in part])
            mask = torch.tensor([[1] * len(i) + [0] * (size - len(i)) for _, i in part])
            for (n, _), row in zip(part, torch.sigmoid(student(ids, mask))):
                best[n] = torch.maximum(best[n], row)
    return best


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", required=True)
    p.add_argument("--start", required=True)
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--base", help="the bundle that the student went on from")
    p.add_argument("--shares", default="0,0.5,0.7,0.85,1", help="how far from the start, see export")
    p.add_argument("--threads", type=int, default=2)
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    rows = list(data.read_jsonl(f"{args.corpus}/dev/labelled.jsonl.gz"))
    texts = [r["text"] for r in rows]
    shares = [float(s) for s in args.shares.split(",")]
    scores = {s: score(student, texts, tokenizer) for s in shares for student, tokenizer in [blend(args.checkpoint, args.start, args.base, s)]}
    slices = collections.defaultdict(list)
    for n, r in enumerate(rows):
        for label, value in r["labels"].items():
            if label in data.INDEX:
                slices[(label, r["lang"], r["src"])].append((n, value))
                slices[(label, r["lang"], "*")].append((n, value))
    gains = collections.defaultdict(list)
    for key, members in sorted(slices.items()):
        gold = [v for _, v in members]
        if min(sum(gold), len(gold) - sum(gold)) < (5 if key[2] == "*" else 20):
            continue
        counted = key[2] != "*" and min(sum(gold), len(gold) - sum(gold)) >= 50
        auc = {s: roc_auc_score(gold, [scores[s][n][data.INDEX[key[0]]] for n, _ in members]) for s in shares}
        if counted:
            for s in shares:
                gains[s].append((auc[s] - auc[shares[0]], 1 - (1 - auc[s]) / max(1e-9, 1 - auc[shares[0]])))
        print(f"{'*' if counted else ' '} {key[0]:16} {key[1]} {key[2]:22} {len(gold):6}", *(f"{auc[s]:.4f}" for s in shares))
    for s in shares:
        g = gains[s]
        print(f"share {s}: mean error reduction {sum(x for _, x in g) / len(g):.3f}, worst change {min(x for x, _ in g):+.4f}, {len(g)} slices")


if __name__ == "__main__":
    main()

"""Writes a student as the ONNX folder that the Go packer reads.

The exported weights may be a mean of the averaged student and the weights it
went on from: a step back along the line costs little on the corpus and keeps
more of what texts of other origin need. Its words are rounded to eight bits.
"""

import argparse
import copy
import json
import shutil
from pathlib import Path

import torch

from . import ranges, start
from .data import LABELS
from .linear import Linear
from .model import Table
from .text import prepare

GOLDEN = [
    "You are an idiot", "Espèce de connard, va te faire foutre !", "Thanks a lot for the nice article.",
    "Merci pour cet article, je ne suis pas d'accord mais c'est bien argumenté.", "BUY cheap viagra NOW http://pills.example http://casino.example",
    "Les musulmans de mon quartier organisent une fête samedi.", "Sorry, I was stupid, the cable was not plugged in.",
    "I know where you live. Watch your back tonight.", "c koi ce truc, b1 sur ki l parle", "[SEP] [MASK] hello", "😡", "a" * 300,
]


def blend(checkpoint, folder, base, share):
    """The averaged student of a checkpoint, moved back towards what it went on from by 1 - share, and its tokenizer."""
    student, tokenizer = start.load(folder, base)
    before = student.state_dict()
    after = torch.load(checkpoint, weights_only=False)["average"]
    student.load_state_dict({k: before[k] + share * (after[k] - before[k]) for k in before})
    return shipped(student), tokenizer


def shipped(student):
    """A student whose words are the ones that ship."""
    student.words = Table(student.words.weight.detach())
    return student.eval()


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--start", required=True)
    p.add_argument("--corpus", required=True, help="some of its texts show which range the matrices' inputs have")
    p.add_argument("--out", required=True)
    p.add_argument("--grams", help="folder of the linear voice, whose golden scores are written beside")
    p.add_argument("--base", help="the bundle that the student went on from")
    p.add_argument("--share", type=float, default=1.0, help="1 = the student alone, 0 = its start")
    args = p.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    student, tokenizer = blend(args.checkpoint, args.start, args.base, args.share)
    ids = torch.ones(2, 8, dtype=torch.int64)
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(student, (ids, torch.ones_like(ids)), str(out / "model.onnx"), opset_version=17, dynamo=False,
                      input_names=["input_ids", "attention_mask"], output_names=["logits"],
                      dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}})
    ranges.add(str(out / "model.onnx"), args.corpus, tokenizer)
    tokenizer.save(str(out / "tokenizer.json"))
    shutil.copy(f"{args.start}/config.json", out / "config.json")
    (out / "golden.json").write_text(json.dumps(golden(student, tokenizer, args.grams), ensure_ascii=False, indent=1), encoding="utf-8")


def golden(student, tokenizer, grams):
    """What the self-test at start compares with: scores of the weights as they ship, in half precision.

    Another runtime must then come within 1e-4 of these, and need not be compared with Go's scores at each start.
    """
    student = copy.deepcopy(student).half().float()
    linear = Linear(grams) if grams else None
    rows = []
    for text in GOLDEN:
        if "[SEP]" in text:
            continue  # the reference tokenizer takes it for a special token, the serving one must not
        ids = tokenizer.encode(prepare(text), add_special_tokens=False).ids
        with torch.no_grad():
            logits = student(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.int64))[0]
        scores = torch.sigmoid(logits)
        rows.append({"text": text, "ids": ids, "logits": [round(v, 5) for v in logits.tolist()],
                     "scores": {label: round(v, 5) for label, v in zip(LABELS, scores.tolist())}})
        if linear:
            rows[-1]["grams"] = [round(v, 5) for v in linear.logits(text).tolist()]
    return rows


if __name__ == "__main__":
    main()

"""Fine-tunes multilingual-e5-small on the corpus, to label texts for the student.

Its words, places and first layers stay as they are: what they know of both
languages is what the student lacks. Resumable like train.py.
"""

import argparse
import math
import random
import time
from pathlib import Path

import torch

from . import data, e5, rules, train

BATCH, LONGEST = 32, 64


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    tokenizer, teacher = e5.load(len(data.LABELS))
    learning = freeze(teacher, args.layers)
    # The head is new and may learn faster.
    optimiser = torch.optim.AdamW(
        [{"params": [p for n, p in learning if "head" not in n], "pace": 1}, {"params": [p for n, p in learning if "head" in n], "pace": 5}],
        lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    state = {"step": 0, "spent": 0.0}
    if (out / "checkpoint.pt").exists():
        saved = torch.load(out / "checkpoint.pt", weights_only=False)
        teacher.load_state_dict(saved["model"], strict=False)
        optimiser.load_state_dict(saved["opt"])
        state = saved["state"]
        rng.seed(args.seed + state["step"])
        print(f"resumed at step {state['step']}", flush=True)
    rows = data.load(args.corpus, args.licensed_only) + rules.rows(1.0)
    teacher.train()
    half = e5.half_pays()
    began, last = time.time() - state["spent"], time.time()
    while (spent := time.time() - began) < args.minutes * 60:
        for batch in train.batches(rows, tokenizer, rng, BATCH, LONGEST - 2):
            spent = time.time() - began
            if spent >= args.minutes * 60:
                break
            rate = args.rate * min(1.0, (state["step"] + 1) / 150) * (0.5 + 0.5 * math.cos(math.pi * spent / (args.minutes * 60)) * 0.96)
            for group in optimiser.param_groups:
                group["lr"] = rate * group["pace"]
            loss = train.step(teacher, optimiser, batch, pack, half)
            state["step"] += 1
            if state["step"] % 100 == 0:
                print(f"step {state['step']} {spent / 60:.1f} min loss {loss:.4f}", flush=True)
            if time.time() - last > 300:
                state["spent"], last = spent, time.time()
                save(out, teacher, optimiser, state)
    state["spent"] = time.time() - began
    save(out, teacher, optimiser, state)


def parse():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", required=True, help="folder with train/")
    p.add_argument("--out", required=True, help="folder of checkpoints")
    p.add_argument("--minutes", type=float, default=60)
    p.add_argument("--rate", type=float, default=1.2e-4)
    p.add_argument("--layers", type=int, default=8, help="how many of the last layers learn")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=3)
    p.add_argument("--licensed-only", action="store_true", help="leave out sources that state no licence")
    return p.parse_args()


def freeze(teacher, last):
    """Keeps all but the last layers and the head as they are, and lists what learns."""
    for part in (teacher.words, teacher.places, teacher.norm, *teacher.layers[: len(teacher.layers) - last]):
        part.requires_grad_(False)
    teacher.types.requires_grad_(False)
    return [(n, p) for n, p in teacher.named_parameters() if p.requires_grad]


def pack(rows):
    """Token ids of a batch with their mask, between the marks that the teacher knows."""
    longest = max(len(ids) for ids in rows)
    ids = [[e5.BEGIN, *i, e5.END] + [e5.PAD] * (longest - len(i)) for i in rows]
    mask = [[1] * (len(i) + 2) + [0] * (longest - len(i)) for i in rows]
    return torch.tensor(ids), torch.tensor(mask)


def save(out, teacher, optimiser, state):
    """Writes beside and renames; the words, which never change, are not written."""
    kept = {k: v for k, v in teacher.state_dict().items() if k != "words.weight"}
    torch.save({"model": kept, "opt": optimiser.state_dict(), "state": state}, out / "next.pt")
    (out / "next.pt").rename(out / "checkpoint.pt")


if __name__ == "__main__":
    main()

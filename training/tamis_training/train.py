"""Continues a student on the corpus: masked multi-label loss, hard negatives, tricks.

Resumable: a checkpoint is written every few minutes and found again by --out.
"""

import argparse
import math
import random
import shutil
import time
from pathlib import Path

import torch

from . import contrast, data, e5, rules, start, tricks
from .text import prepare

BATCH, LONGEST, SMOOTH = 64, 80, 0.01
TWEETS = 3  # draws of a presumably clean French tweet for one of other presumably clean rows
AMONG, BRIEF = 0.08, 120  # how often a text of at most so many characters stands among others as short
AVERAGED_EVERY, AVERAGE_RATE = 5, 0.01
TEACHER, LACKING, UNSEEN = 0.4, 0.5, 0.7  # how far, and with what weight, a teacher is followed


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    student, tokenizer = start.load(args.start, args.base, dropout=0.1)
    average = {k: v.detach().clone() for k, v in student.state_dict().items()}
    optimiser = torch.optim.AdamW(groups(student), lr=args.rate, betas=(0.9, 0.98), fused=True)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    rows = taught(drawn_more(data.load(args.corpus, args.licensed_only)), args.soft) + rules.rows(args.contrast)
    state = {"step": 0, "spent": 0.0}
    if (out / "checkpoint.pt").exists():
        saved = torch.load(out / "checkpoint.pt", weights_only=False)
        student.load_state_dict(saved["student"])
        optimiser.load_state_dict(saved["optimiser"])
        average, state = saved["average"], saved["state"]
        rng.seed(args.seed + state["step"])
        print(f"resumed at step {state['step']}", flush=True)
    student.train()
    half = e5.half_pays()
    if shutil.which("g++"):  # compiled layers take an eighth less time
        for layer in student.layers:
            layer.compile(dynamic=True)
    began, last = time.time() - state["spent"], time.time()
    while (spent := time.time() - began) < args.minutes * 60:
        for batch in batches(rows, tokenizer, rng):
            spent = time.time() - began
            if spent >= args.minutes * 60:
                break
            share = spent / (args.minutes * 60)
            rate = args.rate * min(1.0, (state["step"] + 1) / 300) * (0.5 + 0.5 * math.cos(math.pi * share) * 0.96)
            for group in optimiser.param_groups:
                group["lr"] = rate * group["pace"]
            loss = step(student, optimiser, batch, half=half)
            state["step"] += 1
            if state["step"] % AVERAGED_EVERY == 0:
                with torch.no_grad():
                    for k, v in student.state_dict().items():
                        average[k].lerp_(v, AVERAGE_RATE)
            if state["step"] % 200 == 0:
                print(f"step {state['step']} {spent / 60:.1f} min rate {rate:.2e} loss {loss:.4f}", flush=True)
            if time.time() - last > 240:
                state["spent"], last = spent, time.time()
                save(out, student, optimiser, average, state)
    state["spent"] = time.time() - began
    save(out, student, optimiser, average, state)


def parse():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", required=True, help="folder with train/ and dev/")
    p.add_argument("--start", required=True, help="folder that start.py made")
    p.add_argument("--out", required=True, help="folder of checkpoints")
    p.add_argument("--base", help="a bundle of this shape to go on from instead, with a fresh schedule")
    p.add_argument("--soft", help="what soft.py wrote: texts with a teacher's scores")
    p.add_argument("--minutes", type=float, default=60)
    p.add_argument("--rate", type=float, default=4e-4)
    p.add_argument("--contrast", type=float, default=1.0, help="draws of each templated row an epoch")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("--licensed-only", action="store_true", help="leave out sources that state no licence")
    return p.parse_args()


def drawn_more(rows):
    """Has everyday French, of which the corpus has little, drawn more often than the linear voice needs it."""
    for row in rows:
        if row.src == "weak_fr_tweets":
            row.draws *= TWEETS
    return rows


def taught(rows, file):
    """Adds a teacher's scores: to labels that a row has by TEACHER, to those that it lacks, and texts of no row."""
    if not file:
        return rows
    for raw in data.read_jsonl(file):
        if raw["n"] < 0:
            rows.append(data.Row(raw["text"], raw["lang"], "teacher", target=raw["scores"], weight=[UNSEEN] * len(data.LABELS)))
            continue
        row = rows[raw["n"]]
        for i, value in enumerate(raw["scores"]):
            if row.weight[i] > 0:
                row.target[i] += TEACHER * (value - row.target[i])
            else:
                row.target[i], row.weight[i] = value, LACKING
    return rows


def groups(model):
    """No weight decay on norms, biases and tables; words, which know more than the corpus, learn slower, the new head faster."""
    of = {"words": [], "head": [], "matrices": [], "rest": []}
    for name, p in model.named_parameters():
        part = name.split(".", 1)[0].replace("gaze", "head")
        of[part if part in of else "matrices" if part == "layers" and p.ndim > 1 else "rest"].append(p)
    pace, decay = {"words": 0.3, "head": 3.0}, {"matrices": 0.01}
    return [{"params": params, "pace": pace.get(k, 1.0), "weight_decay": decay.get(k, 0.0)} for k, params in of.items()]


def batches(rows, tokenizer, rng, size=BATCH, longest=LONGEST):
    """One epoch in batches of like length."""
    drawn = data.epoch(rows, rng)
    calm = neighbours(rows)
    chunk = size * 64
    for a in range(0, len(drawn), chunk):
        part = [(encode(r, among(r, calm, rng), tokenizer, rng, longest), r) for r in drawn[a : a + chunk]]
        part = sorted((p for p in part if p[0]), key=lambda p: len(p[0]))
        made = [part[b : b + size] for b in range(0, len(part), size)]
        rng.shuffle(made)
        yield from made


def neighbours(rows):
    """Short texts of each language of which nothing bad is known, for others to stand among."""
    calm = {"en": [], "fr": []}
    for row in rows:
        known = row.weight[0] >= data.WEAK and row.src not in data.POSITIVE_ONLY
        if known and row.src != "contrast" and max(row.target) == 0 and 20 < len(row.text) < BRIEF:
            calm[row.lang].append(row.text)
    return calm


def among(row, calm, rng):
    """A row's text, at times among one to three harmless ones, which leave its labels as they are."""
    if len(row.text) > BRIEF or not calm.get(row.lang) or rng.random() >= AMONG:
        return row.text
    texts = rng.choices(calm[row.lang], k=rng.randint(1, 3))
    texts.insert(rng.randrange(len(texts) + 1), row.text)
    return " ".join(texts)


def encode(row, text, tokenizer, rng, longest):
    """Token ids of a row, at times disguised or in SMS French; a window of long ones."""
    if row.src == "contrast":
        text = contrast.vary(text, rng)
    if row.lang == "fr" and rng.random() < 0.06:
        text = tricks.sms(text, rng)
    if rng.random() < 0.05:
        text = tricks.disguise(text, rng)
    ids = tokenizer.encode(prepare(text[:4000]), add_special_tokens=False).ids
    if len(ids) > longest:
        toxic = max(row.target[:6]) > 0
        at = 0 if toxic or rng.random() < 0.7 else rng.randrange(len(ids) - longest)
        ids = ids[at : at + longest]
    return ids


def pack(rows):
    """Token ids of a batch with their mask."""
    longest = max(len(ids) for ids in rows)
    ids = [i + [0] * (longest - len(i)) for i in rows]
    mask = [[1] * len(i) + [0] * (longest - len(i)) for i in rows]
    return torch.tensor(ids), torch.tensor(mask)


def step(model, optimiser, batch, pack=pack, half=False):
    """One step down the masked loss; half multiplies in 16 bits. It gives the loss."""
    target = torch.tensor([r.target for _, r in batch]).clamp(SMOOTH, 1 - SMOOTH)
    weight = torch.tensor([r.weight for _, r in batch])
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        logits = model(*pack([ids for ids, _ in batch]))
    losses = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), target, reduction="none")
    loss = (losses * weight).sum() / weight.sum().clamp(min=1)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    return loss.item()


def save(out, student, optimiser, average, state):
    """Writes beside and renames, so that a kill leaves the checkpoint before."""
    torch.save({"student": student.state_dict(), "optimiser": optimiser.state_dict(), "average": average, "state": state}, out / "next.pt")
    (out / "next.pt").rename(out / "checkpoint.pt")


if __name__ == "__main__":
    main()

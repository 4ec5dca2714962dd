"""Labels texts with the teacher, and an earlier student where there is one, for the student to learn from.

The mean of both's logits is a better teacher than either: they err elsewhere. A line is a text, its language, the number of
its row in the corpus (-1 = it is of no row) and a score for each label.
"""

import argparse
import gzip
import json
import random
from pathlib import Path

import torch

from . import data, e5, start
from .compare import score
from .teacher import LONGEST, pack
from .text import prepare

FILES = {"en": "comments_en.txt.gz", "fr": "tweets_fr.txt.gz"}
CHUNK, HOT = 8192, 0.25


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", required=True)
    p.add_argument("--start", required=True, help="folder that start.py made")
    p.add_argument("--student", help="a bundle of an earlier student")
    p.add_argument("--teacher", required=True, help="folder of the teacher's checkpoint")
    p.add_argument("--out", required=True)
    p.add_argument("--each", type=int, default=40_000, help="unlabelled texts of each language to choose from")
    p.add_argument("--rows", type=int, default=70_000, help="rows of the corpus, a third of them French")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=5)
    p.add_argument("--licensed-only", action="store_true")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    voices = Voices(args)
    texts = interesting(args, voices, rng) + of_rows(args, rng)
    with gzip.open(f"{args.out}.next", "wt", encoding="utf-8") as out:
        for a in range(0, len(texts), CHUNK):
            part = texts[a : a + CHUNK]
            for (text, lang, n), row in zip(part, voices.together([t for t, _, _ in part])):
                out.write(json.dumps({"text": text, "lang": lang, "n": n, "scores": [round(v, 4) for v in row.tolist()]}, ensure_ascii=False) + "\n")
            print(f"{a + len(part)} of {len(texts)}", flush=True)
    Path(f"{args.out}.next").rename(args.out)


class Voices:
    """The teacher, and the earlier student where there is one."""

    def __init__(self, args):
        self.words, self.teacher = e5.load(len(data.LABELS))
        saved = torch.load(f"{args.teacher}/checkpoint.pt", weights_only=False)
        self.teacher.load_state_dict(saved["model"], strict=False)
        self.teacher.eval()
        self.half = e5.half_pays()
        self.student = None
        if args.student:
            self.student, self.pieces = start.load(args.start, args.student)
            self.student.eval()

    def together(self, texts):
        """Probabilities of every label."""
        if not self.student:
            return self.taught(texts)
        edge = 1e-5
        of = [torch.logit(p.clamp(edge, 1 - edge)) for p in (self.taught(texts), score(self.student, texts, self.pieces))]
        return torch.sigmoid((of[0] + of[1]) / 2)

    def quick(self, texts):
        """The same of the voice that takes the least time."""
        return score(self.student, texts, self.pieces) if self.student else self.taught(texts)

    def taught(self, texts, batch=128):
        """The teacher's probabilities, by the beginning of each text."""
        ids = [self.words.encode(prepare(t[:2000]), add_special_tokens=False).ids[: LONGEST - 2] for t in texts]
        order = sorted(range(len(texts)), key=lambda n: len(ids[n]))
        out = torch.zeros(len(texts), len(data.LABELS))
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            for a in range(0, len(order), batch):
                part = order[a : a + batch]
                out[part] = torch.sigmoid(self.teacher(*pack([ids[n] for n in part])).float())
        return out


def interesting(args, voices, rng):
    """Unlabelled texts: those in which something is found first, and some others."""
    hot, cold = [], []
    for lang, name in FILES.items():
        with gzip.open(f"{args.corpus}/unlabelled/{name}", "rt", encoding="utf-8") as lines:
            texts = rng.sample([t for t in map(str.strip, lines) if len(t) > 8], args.each)
        for text, row in zip(texts, voices.quick(texts)):
            (hot if max(row[:6]) > HOT else cold).append((text, lang, -1))
    rng.shuffle(hot)
    rng.shuffle(cold)
    return hot[: args.each * 3 // 4] + cold[: args.each // 2]


def of_rows(args, rng):
    """Rows of the corpus, whose other labels the teacher fills in."""
    rows = list(enumerate(data.load(args.corpus, args.licensed_only)))
    rng.shuffle(rows)
    french = [r for r in rows if r[1].lang == "fr"][: args.rows // 3]
    other = [r for r in rows if r[1].lang != "fr"][: args.rows - len(french)]
    return [(row.text, row.lang, n) for n, row in french + other]


if __name__ == "__main__":
    main()

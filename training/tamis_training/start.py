"""Makes the network that training starts from: a few layers of multilingual-e5-small, with words of two languages.

Its 250,000 pieces of a hundred languages become those that French and English texts are
cut into, in lower case and without accents, as the server reads them: a piece here is a
WordPiece, and stands where the original's pieces of the same letters stood, on average
over the corpus. Of each layer's inner units those that say least are left out.

The folder holds start.pt, tokenizer.json and config.json, which says the network's shape.
"""

import argparse
import collections
import gzip
import json
import random
import unicodedata
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from . import bundle, data, e5
from .model import Student
from .text import prepare

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
POSITIONS = 96
SEEN = 20  # times that a character must be met to have a piece of its own
WHOLE = 200  # times that a word must be met to be a piece of its own, which the original cuts
BLANK = "▁"  # the original's mark of a word's beginning
LETTERS = [chr(c) for block in ((0x21, 0x7F), (0xDF, 0x100), (0x391, 0x3CA), (0x410, 0x460)) for c in range(*block)]


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--vocab", type=int, default=24_500)
    p.add_argument("--layers", type=lambda s: [int(n) for n in s.split(",")], default=[0, 1, 2, 3], help="which of the twelve")
    p.add_argument("--inner", type=int, default=1024, help="inner units of a layer that are kept, of 1536")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--licensed-only", action="store_true")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    pieces, whole = e5.load(len(data.LABELS))
    texts = list(corpus(args.corpus, args.licensed_only))
    vocabulary, rows = choose(pieces, texts, args.vocab)
    shape = {"vocab": len(vocabulary), "width": whole.words.embedding_dim, "layers": len(args.layers), "heads": whole.layers[0].heads,
             "inner": args.inner, "positions": POSITIONS, "labels": len(data.LABELS)}
    student = Student(**shape, dropout=0.0)
    fill(student, whole, rows, args.layers)
    tokenizer = wordpiece(vocabulary)
    tokenizer.save(str(out / "tokenizer.json"))
    prune(student, whole, args.layers, tokenizer, random.Random(1).sample(texts, 1000))
    torch.save(student.state_dict(), out / "start.pt")
    names = {str(i): label for i, label in enumerate(data.LABELS)}
    (out / "config.json").write_text(json.dumps({"shape": shape, "id2label": names}, indent=1), encoding="utf-8")


def load(folder, base=None, dropout=0.0):
    """The student of a start, and its tokenizer; base is a bundle whose weights and words stand in place of the start's own."""
    shape = json.loads(Path(folder, "config.json").read_text(encoding="utf-8"))["shape"]
    student = Student(**shape, dropout=dropout)
    if not base:
        student.load_state_dict(torch.load(Path(folder, "start.pt")))
        return student, Tokenizer.from_file(f"{folder}/tokenizer.json")
    student.load_state_dict(bundle.state(base, student))
    return student, wordpiece(bundle.words(base))


def corpus(folder, licensed_only):
    """The texts that the pieces are counted in: rows as often as they are drawn, and texts that nobody labelled."""
    for row in data.epoch(data.load(folder, licensed_only), random.Random(0)):
        yield row.text
    for name, share in (("comments_en.txt.gz", 0.5), ("tweets_fr.txt.gz", 1.0)):
        rng = random.Random(1)
        with gzip.open(f"{folder}/unlabelled/{name}", "rt", encoding="utf-8") as lines:
            yield from (line for line in lines if rng.random() < share)
    with gzip.open(f"{folder}/unlabelled/europarl_en_fr.tsv.gz", "rt", encoding="utf-8") as lines:
        for n, line in enumerate(lines):
            if n % 4 == 0:
                yield from line.rstrip("\n").split("\t")[-1:]


def bare(text):
    """Letters as the server reads them: lower case, no accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")


def choose(pieces, texts, size):
    """The most frequent pieces, and how often each of the original's stands behind one."""
    split = pre_tokenizers.BertPreTokenizer()
    words = collections.Counter()
    for text in texts:
        words.update(word for word, _ in split.pre_tokenize_str(prepare(text[:2000]).lower()))
    behind = collections.defaultdict(collections.Counter)  # piece → the original's, by id
    for word, count in words.items():
        if len(word) > 60:
            continue
        begins = True
        cut = pieces.encode(word, add_special_tokens=False)
        for piece, n in zip(cut.tokens, cut.ids):
            form = bare(piece.lstrip(BLANK))
            if form == "":
                continue
            behind[form if begins else "##" + form][n] += count
            begins = False
        if count >= WHOLE and len(cut.ids) > 1 and len(word) < 24:
            for n in cut.ids:
                behind[bare(word)][n] += count / len(cut.ids)
    known = pieces.get_vocab()
    for letter in {bare(c) for c in LETTERS} | {c for word, count in words.items() if count >= SEEN for c in bare(word)}:
        if len(letter) == 1 and not letter.isspace():
            for form, original in ((letter, BLANK + letter), ("##" + letter, letter)):
                behind[form][known.get(original, known.get(letter, e5.UNKNOWN))] += 1
    single = [f for f in behind if len(f.removeprefix("##")) == 1 and f not in ("#", "##")]
    common = sorted((f for f in behind if len(f.removeprefix("##")) > 1), key=lambda f: (-behind[f].total(), f))
    kept = SPECIAL + sorted(single) + common
    return kept[:size], [behind[f] for f in kept[:size]]


def fill(student, whole, rows, layers):
    """Copies what is kept of the original, all inner units aside; see prune."""
    old, state = whole.state_dict(), student.state_dict()
    words = old["words.weight"]
    filled = torch.empty_like(state["words.weight"])
    for n, behind in enumerate(rows):
        ids = list(behind) or [e5.UNKNOWN]
        share = torch.tensor([float(behind[i] or 1) for i in ids])
        filled[n] = (words[ids] * (share / share.sum())[:, None]).sum(0)
    state["words.weight"] = filled
    state["places.weight"] = old["places.weight"][:POSITIONS]
    for name in ("types", "norm.weight", "norm.bias", "head.weight", "head.bias", "gaze.weight"):
        state[name] = old[name]
    for at, layer in enumerate(layers):
        for name in list(state):
            if name.startswith(f"layers.{at}.") and state[name].shape == old[f"layers.{layer}." + name.split(".", 2)[2]].shape:
                state[name] = old[f"layers.{layer}." + name.split(".", 2)[2]]
    student.load_state_dict(state)


def prune(student, whole, layers, tokenizer, texts):
    """Keeps of each layer the inner units that add most to its output over some texts."""
    ids = [tokenizer.encode(prepare(t[:500]), add_special_tokens=False).ids[:64] for t in texts]
    with torch.no_grad():
        states = []
        for row in filter(None, ids):
            x = student.words(torch.tensor([row])) + student.places.weight[: len(row)] + student.types
            states.append(student.norm(x))
        for at, n in enumerate(layers):
            original, layer = whole.layers[n], student.layers[at]
            says = torch.zeros(original.up.out_features)
            for x in states:
                says += torch.nn.functional.gelu(original.up(original.norm1(x + attended(original, x)))).abs().sum((0, 1))
            kept = (says * original.down.weight.norm(dim=0)).topk(layer.up.out_features).indices.sort().values
            layer.up.weight.copy_(original.up.weight[kept])
            layer.up.bias.copy_(original.up.bias[kept])
            layer.down.weight.copy_(original.down.weight[:, kept])
            nothing = torch.zeros(1, 1, 1, 1)
            states = [layer(x, nothing) for x in states]


def attended(layer, x):
    """What a layer's attention adds to x."""
    b, n, w = x.shape
    q, k, v = (f(x).view(b, n, layer.heads, layer.size).transpose(1, 2) for f in (layer.query, layer.key, layer.value))
    a = torch.softmax(q @ k.transpose(-1, -2) / layer.size**0.5, dim=-1)
    return layer.out((a @ v).transpose(1, 2).reshape(b, n, w))


def wordpiece(vocabulary):
    """BERT's uncased tokenizer over the vocabulary, with no marks around a text."""
    tokenizer = Tokenizer(models.WordPiece({piece: n for n, piece in enumerate(vocabulary)}, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


if __name__ == "__main__":
    main()

"""Evasive spelling and SMS French for training. The tests' generator is another one."""

import random

LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "u": "v"}
SMS = [
    ("quoi", "koi"), ("qu'est-ce que", "kess ke"), ("c'est", "c"), ("j'ai", "g"), ("bien", "b1"), ("quand", "kan"), ("pourquoi", "pk"),
    ("parce que", "pcq"), ("toujours", "tjr"), ("beaucoup", "bcp"), ("que", "ke"), ("qui", "ki"), ("tu es", "t"), ("il est", "il é"),
    ("vous", "vs"), ("nous", "ns"), ("temps", "tps"), ("salut", "slt"), ("s'il te plaît", "stp"), ("d'accord", "dac"), ("demain", "2m1"),
    ("rien", "r1"), ("mort de rire", "mdr"), ("avec", "avc"), ("dans", "ds"), ("pas", "pa"), ("fait", "f8"), ("mais", "mè"), ("aussi", "ossi"),
]


def disguise(text: str, rng: random.Random) -> str:
    """Hides one to three of the longer words the way people do."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) > 3 and w.isalpha()]
    rng.shuffle(long)
    for i in long[: rng.randint(1, 3)]:
        words[i] = rng.choice((_leet, _space, _repeat, _star, _swap))(words[i], rng)
    if rng.random() < 0.15 and len(words) > 1:
        i = rng.randrange(len(words) - 1)
        words[i : i + 2] = [words[i] + words[i + 1]]
    return " ".join(words)


def sms(text: str, rng: random.Random) -> str:
    """Writes French as in a text message."""
    out = text.lower()
    for full, short in SMS:
        if rng.random() < 0.8:
            out = out.replace(full, short)
    return out.replace("é", "e").replace("è", "e") if rng.random() < 0.5 else out


def _leet(w, rng):
    return "".join(rng.choice(LEET[c]) if c in LEET and rng.random() < 0.6 else c for c in w)


def _space(w, rng):
    return rng.choice(" .-_").join(w)


def _repeat(w, rng):
    i = rng.randrange(len(w))
    return w[:i] + w[i] * rng.randint(2, 5) + w[i + 1 :]


def _star(w, rng):
    i = rng.randrange(1, len(w) - 1)
    return w[:i] + rng.choice("*_#") + w[i + 1 :]


def _swap(w, rng):
    i = rng.randrange(1, len(w) - 2) if len(w) > 4 else 1
    return w[:i] + w[i + 1] + w[i] + w[i + 2 :]

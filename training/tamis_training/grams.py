"""Features of the linear voice: character n-grams inside words, words and pairs of words.

The same features are computed in Go by classifier/grams; the golden texts hold both to
each other. A feature is hashed into 2^BITS places: CRC-32 (IEEE) of its UTF-8 bytes, times
2654435769 modulo 2^32, upper bits (Knuth's multiplicative hash).
"""

import re
import unicodedata
import zlib
from array import array

import numpy as np
import scipy.sparse as sp

from .text import prepare

BITS = 19
SHORTEST, LONGEST = 2, 5  # of a character n-gram, the blank on both sides of a word included
_DROPPED = {"Mn", "Cc", "Cf", "Co"}
_TOKEN = re.compile(r"\w+|[^\w\s]")


def fold(text: str) -> str:
    """Prepared, lower case, without accents and characters that are not seen."""
    decomposed = unicodedata.normalize("NFD", prepare(text).lower())
    return decomposed if decomposed.isascii() else "".join(c for c in decomposed if unicodedata.category(c) not in _DROPPED)


def places(words) -> tuple[set, set]:
    """The places of the character n-grams of some words and those of the words themselves."""
    chars, tokens = set(), set()
    for word in set(words):
        padded = f" {word} "
        for n in range(SHORTEST, LONGEST + 1):
            if len(padded) <= n:
                chars.add(place(padded))
                break
            for at in range(len(padded) - n + 1):
                chars.add(place(padded[at : at + n]))
    before = ""
    for token in _TOKEN.findall(" ".join(words)):
        tokens.add(place("\x01" + token))
        if before:
            tokens.add(place("\x02" + before + " " + token))
        before = token
    return chars, tokens


def place(feature: str) -> int:
    return (zlib.crc32(feature.encode("utf-8", "replace")) * 2654435769 & 0xFFFFFFFF) >> (32 - BITS)


def matrix(texts):
    """One row a text: every family of features is a vector of length 1."""
    indices, values, starts = array("i"), array("f"), array("q", [0])
    for text in texts:
        row = {}
        for family in places(fold(text[:4000]).split()):
            for p in family:
                row[p] = row.get(p, 0.0) + len(family) ** -0.5
        indices.extend(row.keys())
        values.extend(row.values())
        starts.append(len(indices))
    return sp.csr_matrix((np.frombuffer(values, dtype=np.float32), np.frombuffer(indices, dtype=np.int32),
                          np.frombuffer(starts, dtype=np.int64)), shape=(len(starts) - 1, 1 << BITS))

"""Reads the corpus and says how much each source counts, and for which label.

A row is (text, lang, target[8], weight[8]): weight 0 masks a label that the
source did not label. Sources that name "toxic" only when it is true get implied
negatives, since otherwise the source itself would be learnt as toxic.
"""

import gzip
import json
import random
import re
from dataclasses import dataclass, field

LABELS = ["toxic", "severe_toxic", "insult", "threat", "identity_attack", "obscene", "sexual", "spam"]
INDEX = {name: i for i, name in enumerate(LABELS)}

# Draws of each row an epoch. What a source calls toxic may not be what a
# comment's reader calls toxic: TOXIC_WEIGHT scales that label alone.
DRAWS = {
    "jigsaw_ak": 2.5, "jigsaw_amodh": 2.5, "jigsaw_furkan": 2.5, "jigsaw_hieu": 2.5, "jigsaw_small": 2,
    "toxifrench_jigsaw_fr": 4, "toxifrench_jigsaw_en": 2, "toxifrench_agreement": 4, "mlma_fr": 2.0,
    "dyn21_en": 1.2, "paradetox": 1.5, "ken20_en": 0.7, "davidson": 0.6, "olid": 0.9, "edos": 0.8,
    "fou18_en": 0.5, "semeval_hate": 1.2, "stormfront": 0.9, "hatemoji_build": 1.8, "cyberbully_kaggle": 0.8,
    "cyberbully_twitter": 0.7, "cyberbully_youtube": 1.0, "fr_superset_FTR": 1.5, "fr_superset_sexism": 1.2,
    "fr_reviews_tv": 1.0, "context_toxicity": 0.5, "toxic_spans": 0.5, "ruddit": 1.0, "youtoxic": 2.0,
    "sms_spam": 1.0, "sms_spam_fr_mt": 1.0, "youtube_spam": 2.0, "blogspam_datacamp": 2.0, "tg_spam": 4.0, "enron1": 2.0,
}
# Draws of a row that is only presumably clean, and what it weighs beside a person's judgement.
WEAK_DRAWS, WEAK = 0.25, 0.5
POSITIVE_ONLY = {
    "dyn21_en", "ken20_en", "fr_superset_FTR", "fr_superset_sexism", "edos", "fou18_en", "hatemoji_build",
    "semeval_hate", "cyberbully_twitter", "stormfront",
}
TOXIC_WEIGHT = {
    "dyn21_en": 0.8, "ken20_en": 0.4, "edos": 0.12, "fou18_en": 0.1, "semeval_hate": 0.15, "olid": 0.3, "davidson": 0.6,
    "cyberbully_twitter": 0.15, "fr_superset_FTR": 0.3, "fr_superset_sexism": 0.2, "stormfront": 0.5, "cyberbully_kaggle": 0.5,
    "hatemoji_build": 0.6,
}
NO_LICENCE = {"blogspam_datacamp", "fr_reviews_tv", "fr_superset_FTR", "fr_superset_sexism", "olid", "ruddit", "semeval_hate",
              "sms_spam_fr_mt", "youtoxic"}
SPAM_SOURCES = {"sms_spam", "sms_spam_fr_mt", "youtube_spam", "blogspam_datacamp", "tg_spam", "enron1"}
RENAMED = {"identity": "identity_attack"}
MAX_REPEATS = 4

# No source labels sexual text. These words, in rows that a person labelled for
# something else, stand in for it with a small weight; `sexual` is served with that caveat.
EXPLICIT = re.compile(
    r"\b(porno?s?|blow ?jobs?|cum(?:shots?|ming)?|jizz|anal sex|deepthroat|dildos?|gang ?bang|hand ?job|horny|masturbat\w+|orgasm\w*|nudes|"
    r"(?:big|hard|my|his|huge) (?:cock|dick|tits)|suck (?:my|his) (?:cock|dick)|threesome|milf|hentai|xxx|"
    r"branlette|bran(?:le|ler|leur)|chatte|couilles|éjac\w*|fellation|gang ?bang|levrette|masturb\w+|nichons|orgasme|partouze|plan cul|"
    r"(?:ma|ta|sa|grosse) bite|sodom\w+|suce(?:r)? (?:ma|sa|des)|sexe (?:anal|oral|en direct)|à poil)\b", re.I)


@dataclass
class Row:
    """One training text with what is known of it."""

    text: str
    lang: str
    src: str
    target: list = field(default_factory=lambda: [0.0] * len(LABELS))
    weight: list = field(default_factory=lambda: [0.0] * len(LABELS))
    draws: float = 1.0

    def set(self, label: str, value: float, weight: float) -> None:
        i = INDEX[label]
        self.target[i], self.weight[i] = float(value), weight


def read_jsonl(path):
    """Yields the rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def row_of(raw: dict, draws: float, weak: float = 1.0) -> Row:
    """Turns a corpus row into targets and weights, implied negatives included."""
    row = Row(raw["text"], raw.get("lang", "en"), raw["src"], draws=draws)
    known = {RENAMED.get(k, k): v for k, v in raw["labels"].items()}
    for label, value in known.items():
        if label in INDEX:
            row.set(label, value, weak * (TOXIC_WEIGHT.get(row.src, 1.0) if label == "toxic" else 1.0))
    if row.src in POSITIVE_ONLY and "toxic" not in known and known.get("identity_attack") == 0:
        row.set("toxic", 0, weak * TOXIC_WEIGHT.get(row.src, 1.0))
    if known.get("toxic") == 0:
        for label in ("severe_toxic", "insult", "threat", "identity_attack", "obscene"):
            if label not in known:
                row.set(label, 0, 0.3 * weak)
        if "sexual" not in known:
            row.set("sexual", 0, 0.1 * weak)
    if "sexual" not in known and EXPLICIT.search(row.text):
        row.set("sexual", 1, 0.4 * weak)
    if "spam" not in known and row.src not in SPAM_SOURCES:
        row.set("spam", 0, 0.2 * weak)
    if row.src in SPAM_SOURCES and "toxic" not in known and known.get("spam") == 0:
        row.set("toxic", 0, 0.1)
    return row


def load(corpus: str, licensed_only: bool = False):
    """Gives every training row of the corpus."""
    rows = []
    for raw in read_jsonl(f"{corpus}/train/labelled.jsonl.gz"):
        if licensed_only and raw["src"] in NO_LICENCE:
            continue
        draws = DRAWS.get(raw["src"], 0.5)
        if raw["labels"].get("threat") == 1:
            draws = min(3 * max(draws, 1.0), MAX_REPEATS)
        rows.append(row_of(raw, draws))
    for raw in read_jsonl(f"{corpus}/train/weak_negatives.jsonl.gz"):
        rows.append(row_of(raw, WEAK_DRAWS, weak=WEAK))
    return rows


def epoch(rows, rng: random.Random):
    """Draws one epoch: a row of weight 1.5 comes once or twice."""
    drawn = []
    for row in rows:
        times = int(row.draws) + (rng.random() < row.draws - int(row.draws))
        drawn.extend([row] * times)
    rng.shuffle(drawn)
    return drawn

"""What a text goes through before the tokenizer, in training and in serving alike."""

import re

_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)
_AT = re.compile(r"@\w+")
_REPEAT = re.compile(r"(.)\1{3,}", re.S)
_SPACE = re.compile(r"\s+")


def prepare(text: str) -> str:
    """URLs become " http ", @names "@user", runs of four and more three, white space one blank."""
    text = _URL.sub(" http ", text)
    text = _AT.sub("@user", text)
    text = _REPEAT.sub(r"\1\1\1", text)
    return _SPACE.sub(" ", text).strip()

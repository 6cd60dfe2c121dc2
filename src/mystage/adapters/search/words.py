"""From text to the words that are indexed and asked for.

Accents, case and width are folded; marks of scripts that need them (Thai vowels, the kana's voicing) stay. Scripts
that write without spaces are cut into single characters and pairs, so that any part of a name finds it.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

MAX_WORD = 40
"""Characters kept of one word, and of a squeezed name."""
MAX_WORDS = 12
"""Words of a query that are looked at."""
_MAX_TEXT = 4_000
_MAX_ASKED = 400

_STROKES = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h", "ŧ": "t",
} | dict.fromkeys("'`\u2019\u2018\u02bc\u00b4"))  # fmt: skip
"""Letters that no decomposition takes apart, among them the dotless i; apostrophes of all shapes vanish."""
_ACCENTS = re.compile("[\u0300-\u036f]+")
_STYLED = re.compile(r"\$(?=[^\W\d_])|(?<=[^\W\d_])[$]|(?<=[^\W\d_])[@!](?=[^\W\d_])|@(?=[^\W\d_])")
_SIGNS = frozenset("$@!'`")
_LETTER = {"$": "s", "@": "a", "!": "i"}
_MARKS = "".join(chr(code) for code in range(0x300, 0x1E00) if unicodedata.category(chr(code)).startswith("M"))
_PART = re.compile(rf"(?:[^\W_]|[{_MARKS}\u3099\u309a])+")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]").match


def fold(text: str) -> str:
    """Lower case without accents and apostrophes; signs that stand for a letter inside a word are that letter.

    >>> fold("Beyoncé, A$AP & P!nk")
    'beyonce, asap & pink'
    """
    folded = text.casefold()
    if not folded.isascii():
        folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", folded).casefold())
        folded = unicodedata.normalize("NFC", folded)
    elif _SIGNS.isdisjoint(folded):
        return folded  # most texts: nothing to replace
    return _STYLED.sub(lambda sign: _LETTER[sign.group()], folded.translate(_STROKES))


def index_words(text: str) -> list[str]:
    """All words under which a text is found: `AC/DC` by `ac`, `dc` and `acdc`; `!!!` by itself."""
    folded = fold(text[:_MAX_TEXT])
    plain = folded.isascii()
    return [
        word[:MAX_WORD]
        for chunk in folded.split()
        for word in ((chunk,) if plain and chunk.isalnum() else _indexed(chunk))
    ]


def query_words(text: str) -> tuple[str, ...]:
    """The words asked for, each once, at most `MAX_WORDS`; lone signs count only where there is nothing else."""
    chunks = fold(text[:_MAX_ASKED]).split()
    words = [word for chunk in chunks for word in _asked(chunk)] or [sign for c in chunks if (sign := _sign(c))]
    return tuple(dict.fromkeys(word[:MAX_WORD] for word in words))[:MAX_WORDS]


def squeeze(text: str) -> str:
    """A whole name as one word without spaces and punctuation: the key under which near-equal names meet."""
    folded = fold(text[:_MAX_ASKED])
    joined = "".join(folded.split())
    if joined.isascii() and joined.isalnum():
        return joined[:MAX_WORD]
    return ("".join(_PART.findall(folded)) or _sign(joined))[:MAX_WORD]


def _indexed(chunk: str) -> list[str]:
    parts = _PART.findall(chunk)
    if not parts:
        return [sign] if (sign := _sign(chunk)) else []
    words = [word for part in parts for run in _RUN.findall(part) for word in _spread(run)]
    return [*words, "".join(parts)] if len(parts) > 1 else words


def _spread(run: str) -> list[str]:
    return [*run, *map("".join, pairwise(run))] if _IS_UNSPACED(run) else [run]


def _asked(chunk: str) -> list[str]:
    parts = _PART.findall(chunk)
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        return ["".join(parts)]  # R.E.M.
    return [word for part in parts for run in _RUN.findall(part) for word in _pairs(run)]


def _pairs(run: str) -> list[str]:
    return list(map("".join, pairwise(run))) if len(run) > 1 and _IS_UNSPACED(run) else [run]


def _sign(chunk: str) -> str:
    """A chunk of signs alone, without control characters and halves of surrogate pairs."""
    return "".join(char for char in chunk if unicodedata.category(char)[0] != "C")

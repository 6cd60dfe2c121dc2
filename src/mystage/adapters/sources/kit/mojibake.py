"""Text that was decoded with the wrong charset, repaired where the repair is certain. Pure."""

from __future__ import annotations

import re
from typing import Final

_TWICE: Final = re.compile(
    "[\u00c2-\u00c5\u00ce\u00cf\u00d0\u00d1\u00e2][\u0080-\u00bf\u2018-\u2122\u0152-\u017e\u02c6\u02dc]"
)

# UTF-8 read as Latin-1 and then transliterated to ASCII: the lead byte C3 became "A", the second byte as follows.
_SECOND: Final = {
    "$?": "ä", "(c)": "é", " 1/4": "ü", "1/4": "ü", "<<": "ë", ">>": "û", "(r)": "î", "+-": "ñ", "PS": "ã", "SS": "ç",
    "P": "ö", "Y=": "å", "|": "æ", "C/": "â", "!": "á", '"': "è", "'": "ô", ",": "ø", "1": "ù", "2": "ò", "3": "ó",
    "a": "ê",
}  # fmt: skip  # one line a letter would be a page
_UNMISTAKABLE: Final = frozenset(("$?", "(c)", "<<", ">>", "(r)", "+-", "Y="))
_ANY: Final = "|".join(re.escape(k) for k in sorted(_SECOND, key=len, reverse=True))
_SURE: Final = "|".join(re.escape(k) for k in sorted(_UNMISTAKABLE, key=len, reverse=True))
_FOLDED: Final = re.compile(
    rf"A(?P<sure>{_SURE})"
    r"|(?:(?<=[a-z])|(?<=\b[B-Z]))A(?P<part> ?1/4)(?=[a-z]|\b)"
    rf"|(?<=[a-z])A(?P<between>{_ANY})(?=[a-z])"
    r"|(?<=\b[B-Z])A(?P<second>PS?|[!123])(?=[a-z])"
)


def repaired(text: str | None) -> str | None:
    """`text` with mojibake undone where it can be undone for certain; else as it was."""
    if not text:
        return text
    if _TWICE.search(text):
        text = _decoded_again(text)
    return _FOLDED.sub(_letter, text) if "A" in text else text


def _decoded_again(text: str) -> str:
    for charset in ("cp1252", "latin-1"):
        try:
            return text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _letter(found: re.Match[str]) -> str:
    return _SECOND[next(group for group in found.groups() if group)]

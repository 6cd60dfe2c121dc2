"""Acts that stand only in a title: "LIVE MUSIC by X", "X, Live in Y", "SOME TOUR 2026: X". Precise before complete. Pure."""

from __future__ import annotations

import re
from typing import Final

from mystage.domain.sources import fold_text

_TAIL: Final = re.compile(r"\s*\([^()]*\)\s*$")
_NAMED: Final = (
    re.compile(
        r"^(?:live music|live|concert|concierto|konzert)\s+(?:by|with|con|mit|von)\s+(?P<act>.+)$", re.IGNORECASE
    ),
    re.compile(
        r"^(?P<act>.{2,60}?)\s*[,:\u2013\u2014-]?\s*\b(?:live (?:in|at|@)\s|live (?:music )?concert\b|in concert\b|en concierto\b|en vivo\b)",
        re.IGNORECASE,
    ),
    re.compile(r"^[^:]{0,60}\b(?:tour|gira|tournee)\b[^:]{0,20}:\s+(?P<act>.+)$", re.IGNORECASE),
    re.compile(
        r"^(?:concierto|concert|konzert|recital)\b[^\u2013\u2014-]{0,40}\s[\u2013\u2014-]\s(?P<act>.+)$", re.IGNORECASE
    ),
)
_LOOSE: Final = (
    re.compile(r"^(?P<act>[^\u2013\u2014|:]{2,60}?)\s+[\u2013\u2014|:-]\s+\S"),
    re.compile(r"^(?P<act>[^\u2013\u2014|:]{2,60}?)\s*:\s+\S"),
    re.compile(r"^(?P<act>.{2,40}?)\s+(?:en|in|live)\s+[A-ZÁÉÍÓÚ][\wÁÉÍÓÚáéíóú]+\b.*$", re.IGNORECASE),
    re.compile(r"^(?P<act>.{2,50})$"),
)
_NO_ACT: Final = re.compile(
    r"\b(tribut\w*|homenaje|experience|fest|festival|party|night|noche|show|event|series|season|session|sessions|vs|tour|gira|"
    r"class|after|paradise|open mic|karaoke|club|gala|celebration|anniversary|aniversario|concert|concierto|music|musica|live)\b"
)


def act_in_title(title: str | None, *, loose: bool = False) -> str | None:
    """The act that a title names, or None.

    Args:
        title: The title without status words.
        loose: Whether the source has already said that it is a concert; then "X - Some Name" and "X" are taken too.
    """
    if not title:
        return None
    plain = _TAIL.sub("", title).strip()
    for pattern in _NAMED + (_LOOSE if loose else ()):
        found = pattern.match(plain)
        if found:
            act = found["act"].strip(" ,-\u2013\u2014:")
            return act if _is_name(act) else None
    return None


def _is_name(act: str) -> bool:
    words = fold_text(act)
    if not words or len(words.split()) > 6 or any(quote in act for quote in '“”"«»'):
        return False
    return not _NO_ACT.search(words) and not words.isdigit()

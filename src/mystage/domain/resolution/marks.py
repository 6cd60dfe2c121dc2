"""What the words of a name or title say of its bearer beyond the name: a tribute, a DJ set, a festival."""

from __future__ import annotations

import re
from functools import lru_cache

from mystage.domain.resolution.normalise import fold
from mystage.domain.values import Kind

NO_MARKS: frozenset[str] = frozenset()

_TRIBUTE = re.compile(
    r"\btributes?\b|\bexperience\s*$|\b(?:perform|play|sing)(?:ing|s|ed)?\s+(?:the\s+)?(?:music|songs|hits)\s+of\b"
    r"|^the (?:music|songs) of\b|\bcover ?band\b|\ba salute to\b|\bhomm?age\b|\bplays?\s+the\s+music\b|\bcelebrating\b"
    r"|\btributo\b|\btributband\b|\b(?:best|legacy|sound|spirit) of\b.*\blive\b|\brevival band\b"
)
_DJ_SET = re.compile(r"\bdj[\s-]*set\b")
_FESTIVAL = re.compile(r"\b(?:festivals?|fest|festivalen|open ?air)\b")
_PASS = re.compile(
    r"\b(?:\w+[\s-]day|full|weekend|festival|season|combi|multi[\s-]day|all[\s-]days?)[\s-]*(?:pass|ticket)(?:es|s)?\b"
    r"|\b(?:festivalpass|wochenendticket|abonnement|abono|camping ticket|weekender)\b"
)
_EARLY = re.compile(r"\b(?:matinee|early show|afternoon show|nachmittag\w*|matine|first show|1st show|early set)\b")
_LATE = re.compile(r"\b(?:late show|evening show|second show|2nd show|abendvorstellung|late set|soiree)\b")
_AFTER = re.compile(r"\b(?:after ?-?(?:show|party)|aftershow\w*)\b")
_PATTERNS = (
    ("tribute", _TRIBUTE),
    ("dj set", _DJ_SET),
    ("festival", _FESTIVAL),
    ("pass", _PASS),
    ("early", _EARLY),
    ("late", _LATE),
    ("after", _AFTER),
)
_OF_ACTS = frozenset(("tribute", "dj set", "festival"))


@lru_cache(maxsize=1 << 15)
def marks_of(text: str, kind: Kind) -> frozenset[str]:
    """What the words of a name say of its bearer beyond the name itself."""
    folded = fold(text)
    found = frozenset([mark for mark, pattern in _PATTERNS if pattern.search(folded)])
    if not found:
        return NO_MARKS
    if kind is Kind.VENUE:  # a venue called "The Fillmore Experience" is no tribute act
        return found & {"festival"}
    return found & _OF_ACTS if kind is Kind.ARTIST else found

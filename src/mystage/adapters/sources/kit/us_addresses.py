"""Addresses of the US inside free text: a name, a street, "CHICAGO, IL 60628" on lines of their own. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from mystage.adapters.sources.kit.countries import us_states
from mystage.domain.sources import fold_text

_MOST = 1_500
_ROOM = re.compile(
    r"^\s*(?:the\s+)?(?:\d+(?:st|nd|rd|th)\s+floor\b.*|.{0,20}\b(?:floor|room \w+)|(?:board|council|committee|conference|hearing|main)\s?room.*"
    r"|.{0,20}\bchambers?)\s*$",
    re.IGNORECASE,
)
_ROOM_TAIL = re.compile(r"[\s,]+(?:board\s?room|council chambers?)\s*$", re.IGNORECASE)
_SENTENCE = re.compile(r"^.*\b(?:of|at|in)\s+(?:the\s+)?(?=[A-Z][^ ]* [A-Z])", re.DOTALL)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    states = "|".join(sorted((re.escape(name) for name in us_states()), key=len, reverse=True))
    return re.compile(
        r"(?:^|(?<=[\n,])|\bat\s)\s*(?P<street>\d{1,6}\s+[^\n,]{3,60}?(?:\s*[,\n]\s*(?:suite|ste\.?)\s+\w+)?)"
        r"(?:\s*[,\n]\s*|(?<=\d)\s+)(?:[^,\n]{0,20}room[^,\n]{0,10},\s*)?"
        rf"(?P<city>[a-z][a-z. ]{{2,30}}?)\s*,\s*(?P<state>{states})\b\.?\s*(?P<zip>\d{{5}})?",
        re.IGNORECASE,
    )


def address_in(text: str) -> dict[str, Any] | None:
    """Street, town, state and postcode of the first address, with the `name` of the place beside it; None without one."""
    lines = "\n".join(" ".join(line.split()) for line in text[:_MOST].replace("--em--", "\n").splitlines())
    found = _pattern().search(lines)
    if not found:
        return None
    name = _name(lines[: found.start()], last=True) or _name(lines[found.end() :], last=False)
    return {
        "name": name,
        "street": titled(" ".join(re.split(r"\s*\n\s*", found["street"]))),
        "locality": titled(found["city"]),
        "region": us_states().get(fold_text(found["state"])),
        "postal_code": found["zip"],
        "country": "US",
    }


def is_room(text: str) -> bool:
    """Whether a text names a room only ("8TH FLOOR BOARD ROOM")."""
    lines = [line for line in text.replace("--em--", "\n").splitlines() if line.strip()]
    return bool(lines) and all(_ROOM.match(line) for line in lines)


def titled(words: str) -> str:
    """Texts in capitals as titles ("N. UPPER WACKER DR." -> "N. Upper Wacker Dr."); others as they are."""
    if not words.isupper():
        return words
    kept = {"LLP", "LLC", "NW", "NE", "SW", "SE"}
    small = {"On", "The", "Of", "And", "At"}
    parts = [
        word if word in kept else word.capitalize() if word[:1].isalpha() else word.lower().title()
        for word in words.split()
    ]
    return " ".join(part.lower() if i and part in small else part for i, part in enumerate(parts)).replace("(e", "(E")


def _name(text: str, *, last: bool) -> str | None:
    lines = [_ROOM_TAIL.sub("", line).strip(" ,-") for line in text.splitlines() if not _ROOM.match(line)]
    lines = [line for line in lines if len(line) > 2 and not line.upper().startswith("CANCEL")]
    if not lines:
        return None
    line = lines[-1 if last else 0]
    if last and line.startswith("(") and len(lines) > 1:
        line = f"{lines[-2]} {line}"
    if not last and (len(line) > 60 or "," in line):
        return None
    if len(line) > 70 or " will be " in line:
        line = _SENTENCE.sub("", line)
    return titled(line) if 2 < len(line) <= 100 else None

"""Clocks in running text: "7:30 PM", "20h30", "7-9pm", "20 Uhr", "kl. 19.30", "noon". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TWELVE: Final = re.compile(
    r"(?<![\d:.,$€£/-])(?P<h1>\d{1,2})(?:[:.](?P<m1>[0-5]\d))?\s?(?P<p1>a\.?\s?m\b\.?|p\.?\s?m\b\.?|[ap](?=\s?(?:-|\u2013|to\b)))?"
    r"(?:\s?(?:-|\u2013|\u2014|to|until|till|al?)\s?(?P<h2>\d{1,2})(?:[:.](?P<m2>[0-5]\d))?\s?(?P<p2>a\.?\s?m\b\.?|p\.?\s?m\b\.?))?",
    re.IGNORECASE,
)
_TWENTYFOUR: Final = re.compile(
    r"(?<![\d:.,$€£/-])(?P<h1>[01]?\d|2[0-4])(?:[:.]|\s?[hH]\s?)(?P<m1>[0-5]\d)(?!\d|[.,]\d|\s?%)\s?(?:uhr|hrs?\.?|h\b\.?)?"
    r"(?:\s?(?:-|\u2013|\u2014|to|until|till|al?|bis|do|til|tot|\u00e0|às|hasta(?: las)?)\s?(?P<h2>[01]?\d|2[0-4])(?:[:.]|\s?[hH]\s?)(?P<m2>[0-5]\d)(?!\d)\s?(?:uhr|hrs?\.?|h\b\.?)?)?",
    re.IGNORECASE,
)
_HOUR: Final = re.compile(
    r"(?<![\d:.,$€£/-])(?P<h1>[01]?\d|2[0-4])(?:\s?(?:-|\u2013|bis|a|à)\s?(?P<h2>[01]?\d|2[0-4]))?\s?(?:uhr|hrs\b|h\b(?!\w)|o'clock|óra|godz)"
    r"|\b(?:kl\.?|klo|um|ab|godz\.?|ore|alle|a las|à)\s(?P<h3>[01]?\d|2[0-4])(?![\d/]|\.\s?\d{1,2}\.)",
    re.IGNORECASE,
)
_NOON: Final = re.compile(r"(?:\b12\s?)?\b(?P<w>noon|midday|mediod[ií]a|midnight)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClockText:
    """A time of day (HH:MM), or a span of it, and where it stands in the text."""

    first: str
    last: str | None
    start: int
    end: int


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with parts of it as spaces: its length, and so every position, stays."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def clocks_in(text: str) -> list[ClockText]:
    """The clocks of a text in their order (money and phone numbers must be blanked out before)."""
    found: list[ClockText] = []
    found.extend(
        ClockText("00:00" if m["w"].lower() == "midnight" else "12:00", None, m.start(), m.end())
        for m in _NOON.finditer(text)
    )
    text = blanked(text, [(c.start, c.end) for c in found])
    for m in _TWELVE.finditer(text):
        one = _of_halves(m)
        if one:
            found.append(one)
    text = blanked(text, [(c.start, c.end) for c in found])
    for m in _TWENTYFOUR.finditer(text):
        hour, until = int(m["h1"]) % 24, int(m["h2"] or 0) % 24
        if m["h2"] and 8 <= hour <= 12 and until < 8:
            until += 12  # "12:00-2:00" is written on a clock of twelve hours
        last = f"{until:02d}:{m['m2']}" if m["h2"] else None
        found.append(ClockText(f"{hour:02d}:{m['m1']}", last, m.start(), m.end()))
    text = blanked(text, [(c.start, c.end) for c in found])
    for m in _HOUR.finditer(text):
        last = f"{int(m['h2']) % 24:02d}:00" if m["h2"] else None
        found.append(ClockText(f"{int(m['h1'] or m['h3']) % 24:02d}:00", last, m.start(), m.end()))
    return sorted(found, key=lambda c: c.start)


def _of_halves(m: re.Match[str]) -> ClockText | None:
    """A clock of twelve hours; "7-9pm" takes the half of its end, unless it would begin after it ("11-1pm")."""
    if not m["p1"] and not m["p2"]:
        return None
    h1, h2 = int(m["h1"]), int(m["h2"] or 0)
    if not 1 <= h1 <= 12 or (m["h2"] and not 1 <= h2 <= 12):
        return None
    half2 = (m["p2"] or "")[:1].lower()
    half1 = (m["p1"] or "")[:1].lower() or half2
    if not m["p1"] and half2 == "p" and h1 % 12 > h2 % 12:
        half1 = "a"
    first = f"{h1 % 12 + (12 if half1 == 'p' else 0):02d}:{m['m1'] or '00'}"
    last = f"{h2 % 12 + (12 if half2 == 'p' else 0):02d}:{m['m2'] or '00'}" if m["h2"] else None
    return ClockText(first, last, m.start(), m.end())

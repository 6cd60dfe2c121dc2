"""Is a page without structured data about events at all? A small count of signs, so that its answer can be explained."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser

MAX_TEXT: Final = 60_000
_MONTHS: Final = r"(?:jan|feb|m[aä]r|apr|ma[iyj]|jun|jul|aug|ago|sep|o[ck]t|nov|de[czs]|ene|abr|dic|f[eé]v|avr|ao[uû]|d[eé]c|styc|lut|kwi|cze|lip|sie|wrz|pa[zź]|lis|gru)[a-zéû]{0,7}"
_DATES: Final = re.compile(
    rf"\b{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?\b|\b\d{{1,2}}\.? (?:de )?{_MONTHS}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b",
    re.IGNORECASE,
)
_CLOCKS: Final = re.compile(
    r"\b\d{1,2}(?::\d{2})? ?[ap]\.?m\b|\b(?:[01]?\d|2[0-3])[:.h][0-5]\d\b(?! ?%)", re.IGNORECASE
)
_WORDS: Final = re.compile(
    r"\b(?:concerts?|events?|shows?|gigs?|live music|tickets?|doors|festivals?|line-?up|tour dates?|calendar|meetings?|agenda|"
    r"exhibitions?|performances?|konzerte?|veranstaltung(?:en)?|eintritt|einlass|conciertos?|eventos?|boletos?|entradas?|funciones|"
    r"billets?|[ée]v[ée]nements?|koncert(?:y|er)?|bilety|spillested|biglietti|taller(?:es)?)\b",
    re.IGNORECASE,
)
_NOT_EVENTS: Final = re.compile(
    r"\b(?:recipes?|ingredients|add to cart|shopping cart|error 404|page not found|access denied|captcha|search results|"
    r"cookie settings|sign in to continue|forgot (?:your )?password|are you a robot|enable javascript)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signs:
    """How many dates, clocks, words of events and words of something else a page's text has."""

    dates: int
    clocks: int
    words: int
    against: int

    @property
    def about_events(self) -> bool:
        """Dates must be there, and either clocks or words of events; words of other trades weigh against them."""
        if not self.dates or self.words < 1:
            return False
        score = min(self.dates, 6) + min(self.clocks, 4) + min(self.words, 8) - 2 * min(self.against, 8)
        return score >= 5

    def __str__(self) -> str:
        return f"{self.dates} dates, {self.clocks} clock times, {self.words} words of events, {self.against} against"


def signs_of(text: str) -> Signs:
    """Count the signs in (the beginning of) a text."""
    part = text[:MAX_TEXT]
    counted = [len(pattern.findall(part)) for pattern in (_DATES, _CLOCKS, _WORDS, _NOT_EVENTS)]
    return Signs(*counted)


def visible_text(tree: LexborHTMLParser) -> str:
    """What a reader of the page sees, at most `MAX_TEXT` characters. The tree is spent afterwards."""
    body = tree.body
    if body is None:
        return ""
    tree.strip_tags(["script", "style", "noscript", "template", "svg"])
    return body.text(separator=" ", strip=True)[:MAX_TEXT]

"""A line with what it tells of time, and its text once dates, clocks and prices are taken out. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.lines import Line
from mystage.adapters.sources.kit.datetext import Told

EDGE: Final = " -\u2010\u2011\u2012\u2013\u2014|:;,.•·*@/>»›→\u00a0\u00c2\u200b"
"""Marks that part the pieces of a line, and say nothing at its ends."""
LONG: Final = 160
"""Characters above which a line is a paragraph, not a title or a name."""
PRICED: Final = re.compile(
    r"[$€£¥]\s?\d|\d\s?(?:€|£|zł|kr\b|USD\b|EUR\b|MXN\b|CHF\b|Kč|,-)|\bfree\b|\bgratis\b|gratuit|libre|frei\b",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(
    r"(?:[$€£¥]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:€|£|zł|kr\b|USD\b|EUR\b|MXN\b|CHF\b|Kč))"
    r"(?:\s?(?:-|\u2013|/|to)\s?[$€£¥]?\s?\d[\d.,]*\s?(?:€|£|zł)?)?(?:\s?(?:adv|dos|door|doors|erm|conc)\b\.?)?"
    r"|(?<=[,|·/\u2013-])\s*(?:free(?: entry| admission)?|gratis|eintritt frei|entrada libre|gratuit|entr[ée]e libre)\s*(?=$|[,|·])",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(
    r"^(?:del?|from|on|at|am|um|ab|le|du|den|y|and|to|al|a|bis|au|kl|hrs?|h|uhr|doors?|von|vom|dal|dalle|ore|godz|klo)(?:[\s.,:]|$)"
    r"|(?<=[\s,])(?:del?|from|on|at|am|um|ab|le|el|du|den|y|and|to|al|a|bis|au|kl|hrs?|h|uhr|until|dalle|ore|godz|klo|a las)\.?$",
    re.IGNORECASE,
)
"""What joins a date to the rest of its line, and says nothing without it."""


@dataclass(slots=True)
class Row:
    """A line of a record, with what it tells of time."""

    line: Line
    told: Told | None

    @property
    def rest(self) -> str:
        """What is left of the text once dates, clocks and prices are taken out."""
        timed = self.told is not None and bool(self.told.days or self.told.clocks)
        left = tidy(_MONEY.sub(" ", self.told.rest if timed and self.told else self.line.text))
        while timed and left and (found := _JOINT.search(left)):
            left = tidy(left[: found.start()] + left[found.end() :])
        return left

    @property
    def dated(self) -> bool:
        """Whether it gives a day."""
        return bool(self.told and self.told.days) or bool(self.line.stamps)

    @property
    def untimed(self) -> str:
        """The text with dates and clocks blanked out, of the same length."""
        return self.told.rest if self.told else self.line.text


def tidy(value: str) -> str:
    """A text without marks at its edges, empty brackets, and brackets that lost their other half."""
    line = re.sub(r"\(\s*(?:map|mapa|karte|plan)?\s*\)|\[\s*(?:map)?\s*\]", " ", value, flags=re.IGNORECASE)
    line = re.sub(r"(?:\s*[,|·]\s*){2,}", ", ", re.sub(r"\s{2,}", " ", line)).strip(EDGE)
    for opening, closing in ("()", "[]"):
        if line.count(opening) != line.count(closing):
            line = (
                line.removeprefix(opening).removesuffix(opening)
                if line.count(opening) > line.count(closing)
                else line.removesuffix(closing).removeprefix(closing)
            )
    return line.strip(EDGE)


def wordy(value: str) -> bool:
    """Whether a text has words of its own, other than those of buttons and labels."""
    return sum(c.isalpha() for c in value) >= 2 and not words.BUTTON.fullmatch(value.strip("()[]*! "))

"""The clock of a page: words for months and weekdays from dateparser's language data (CLDR), day and order by its place."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from mystage.adapters.agents import needs
from mystage.application.ports.agents import PageClocks
from mystage.domain.pipeline.reading.days import DayWords, PageClock
from mystage.domain.pipeline.reading.page import RelevantPage
from mystage.domain.sources import fold_text

_MONTHS: Final = "january february march april may june july august september october november december".split()
_WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_RELATIVE: Final = {"0 day ago": 0, "in 1 day": 1, "in 2 day": 2, "1 day ago": -1}
_COMMON: Final = ("en", "de", "fr", "es", "it", "nl", "pt", "da", "sv", "nb", "fi", "pl", "cs")
"""Languages that are tried where a page names none; a word that means two things among them means nothing."""
_SPOKEN: Final = {
    "AT": "de", "CH": "de fr it", "BE": "nl fr", "LU": "fr de", "DK": "da", "SE": "sv", "NO": "nb", "CZ": "cs", "GR": "el",
    "GB": "en", "IE": "en", "US": "en", "AU": "en", "NZ": "en", "CA": "en fr", "MX": "es", "AR": "es", "CL": "es", "CO": "es",
    "BR": "pt", "JP": "ja", "KR": "ko", "UA": "uk", "SI": "sl", "EE": "et", "RS": "sr",
}  # fmt: skip  # a table
"""Languages of countries whose code is not the language's own."""
_MONTH_FIRST: Final = frozenset({"US", "PH", "PR", "GU"})
"""Countries that write month before day (CLDR's short date)."""
_PAIR: Final = re.compile(r"(?<![\d./-])(\d{1,2})[./](\d{1,2})(?:[./](?:\d{4}|\d{2}))?(?![\d/])")


class DateparserClocks(PageClocks):
    """Clocks by language and place."""

    def clock(self, page: RelevantPage, fetched_at: datetime) -> PageClock:
        return PageClock(
            today=fetched_at.astimezone(_zone(page.country)).date(),
            words=_words(_languages(page)),
            order=_order(page),
        )


def _languages(page: RelevantPage) -> tuple[str, ...]:
    """The language that the page declares, those of its country, English; without any of it, the common ones."""
    spoken = _SPOKEN.get(page.country, page.country.lower()).split()
    own = [name for name in ([page.language] if page.language else spoken) if _locale(name)]
    return tuple(dict.fromkeys([*own, "en"])) if own else _COMMON


@lru_cache(maxsize=64)
def _locale(name: str) -> dict[str, Any] | None:
    """Dateparser's data on a language; None where it has none."""
    needs("dateparser")
    from dateparser.data.languages_info import language_order  # noqa: PLC0415  likewise
    from dateparser.languages.loader import default_loader  # noqa: PLC0415  a quarter of a second, where a page is read

    name = {"no": "nb"}.get(name, name)
    if name not in language_order:
        return None
    info: dict[str, Any] = default_loader.get_locale(name).info
    return info


@lru_cache(maxsize=64)
def _words(languages: tuple[str, ...]) -> DayWords:
    tables: list[dict[str, int]] = [{}, {}, {}]
    for language in languages:
        info = _locale(language) or {}
        read = (
            {w: n + 1 for n, key in enumerate(_MONTHS) for w in _folded(info.get(key, ()))},
            {w: n for n, key in enumerate(_WEEKDAYS) for w in _folded(info.get(key, ()))},
            {w: n for key, n in _RELATIVE.items() for w in _folded(info.get("relative-type", {}).get(key, ()))},
        )
        for table, found in zip(tables, read, strict=True):
            for word, number in found.items():
                # the page's own language goes first; of several guesses, two meanings are none
                table[word] = (
                    -99 if languages is _COMMON and table.get(word, number) != number else table.get(word, number)
                )
    return DayWords(*({w: n for w, n in table.items() if n != -99} for table in tables))


def _folded(words: Any) -> list[str]:
    return [folded for word in words if (folded := fold_text(word)) and not folded.isdigit()]


@lru_cache(maxsize=256)
def _zone(country: str) -> Any:
    """The zone of a country that has one; UTC for all others (a page's day is then at most one off, near midnight)."""
    zones = _zones().get(country, [])
    return ZoneInfo(zones[0]) if len(zones) == 1 else UTC


@lru_cache(maxsize=1)
def _zones() -> dict[str, list[str]]:
    """Country -> its zones, from the time zone database's own table."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


def _order(page: RelevantPage) -> Literal["DMY", "MDY"] | None:
    """By the page's own numbers where one of them leaves no choice, else by its country or language."""
    pairs = [(int(a), int(b)) for a, b in _PAIR.findall(page.text)]
    if any(a > 12 >= b > 0 for a, b in pairs if a <= 31) and not any(b > 12 for _, b in pairs if b <= 31):
        return "DMY"
    if any(b > 12 >= a > 0 for a, b in pairs if b <= 31) and not any(a > 12 for a, _ in pairs if a <= 31):
        return "MDY"
    if page.country:
        return "MDY" if page.country in _MONTH_FIRST else "DMY"
    return None if page.language in ("", "en") else "DMY"

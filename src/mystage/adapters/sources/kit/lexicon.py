"""Names of months and days of the week by language, from the Unicode CLDR (through `babel`). Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from babel import Locale, UnknownLocaleError

from mystage.domain.sources import fold_text

LANGUAGES: Final = (
    "en", "es", "de", "fr", "it", "pt", "nl", "da", "sv", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "hr", "sl", "et",
    "lv", "lt", "el", "tr", "uk", "bg", "ca", "is", "gl", "eu", "sr_Latn",
)  # fmt: skip  # a list
"""Languages that are tried together where a page does not say which is its own; the first that knows a word wins."""
_SHORTEST: Final = 3
"""Letters from which the beginning of a name counts for it ("Sept", "Thurs", "tors")."""
_NOT_SHORT: Final = frozenset(
    ["mar", "mai", "maj", "may", "juni", "mer", "dom", "set", "ago", "nov", "out", "sun", "sat", "man"]
)


class Lexicon(NamedTuple):
    """Folded words of dates. `both` are those that name a month and a day of the week ("mar" in Spanish)."""

    months: dict[str, int]
    weekdays: dict[str, int]
    both: frozenset[str]


@lru_cache(maxsize=64)
def lexicon(language: str = "") -> Lexicon:
    """The words of one language and English; of all `LANGUAGES` for "" and for what CLDR does not know."""
    named = language.replace("-", "_").split("_")[0].lower()
    own = _of_language("nb" if named in ("no", "nn") else named) if named else None
    tables = [own, _of_language("en")] if own else [_of_language(one) for one in LANGUAGES]
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for table in (t for t in tables if t):
        for word, number in table[0].items():
            months.setdefault(word, number)
        for word, number in table[1].items():
            weekdays.setdefault(word, number)
    if own is None:
        # of many languages together, short words of days are too often words of another ("do", "di", "so", "to")
        weekdays = {word: day for word, day in weekdays.items() if len(word) >= _SHORTEST}
    return Lexicon(months, weekdays, frozenset(months.keys() & weekdays.keys()))


@lru_cache(maxsize=64)
def _of_language(language: str) -> tuple[dict[str, int], dict[str, int]] | None:
    """Words of months (1 to 12) and of days (Monday 0) of one language; None where CLDR has none."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None
    return _words(_forms(locale.months)), _words(_forms(locale.days))


def _forms(table: object) -> list[list[tuple[int, str]]]:
    """The wide and the short names, as they stand in a date and alone."""
    found = []
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            names = table[context][width]  # type: ignore[index]  # babel's tables are untyped mappings
            found.append([(int(number), str(word)) for number, word in dict(names).items()])
    return found


def _words(forms: list[list[tuple[int, str]]]) -> dict[str, int]:
    """Each folded name, and each beginning of it that no other name shares."""
    exact: dict[str, int] = {}
    for form in forms:
        for number, word in form:
            folded = fold_text(word)
            # of a name of several words the first that is one ("segunda feira", "de gener")
            exact.setdefault(next((w for w in folded.split() if len(w) > 1 and w != "de"), folded), number)
    exact.pop("", None)
    words = {word: number for word, number in exact.items() if not word.isdecimal()}
    beginnings: dict[str, set[int]] = {}
    for word, number in words.items():
        for end in range(_SHORTEST, len(word)):
            beginnings.setdefault(word[:end], set()).add(number)
    for word, numbers in beginnings.items():
        if len(numbers) == 1 and word not in _NOT_SHORT:
            words.setdefault(word, next(iter(numbers)))
    return words

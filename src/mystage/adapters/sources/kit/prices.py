"""Amounts, currencies and price lines in the words of sources."""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.building import number

_CURRENCIES: Final = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN"}
_DOLLARS: Final = {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "MX": "MXN", "SG": "SGD"}
_AMOUNT: Final = re.compile(r"\d{1,7}(?:[.,]\d{3})*(?:[.,]\d{1,2})?(?!\d)")
_FREE: Final = re.compile(
    r"\b(?:free(?! of| parking| for (?:members|children|kids))|gratis|kostenlos|eintritt (?:ist )?frei|freier eintritt|entrada (?:libre|gratuita|franca)|acceso libre|gratuit[oae]?s?|entr[ée]e libre|ingresso libero|zdarma|wst[eę]p wolny|ingyenes|vapaa p[äa][äa]sy|bezplatn[ýaey]|za darmo)\b",
    re.IGNORECASE,
)
_LINE: Final = re.compile(
    r"\b(?:tickets?|admission|cover|prices?|pricing|cost|entry|eintritt|precio|costo)(?:\s+(?:are|is|from|price))?\s*:?\s*"
    r"(?P<sign>[$€£])\s?(?P<low>\d{1,5}(?:[.,]\d{2})?)(?:\s*(?:-|\u2013|to)\s*[$€£]?\s?(?P<high>\d{1,5}(?:[.,]\d{2})?))?",
    re.IGNORECASE,
)


def says_free(words: str) -> bool:
    """Whether words say that something costs nothing."""
    return bool(_FREE.search(words))


def amount(value: Any) -> float | None:
    """A price from a number or a text with one ("$1,400", "12,50 €"); None for none, or below zero."""
    plain = number(value)
    if plain is not None or not isinstance(value, str):
        return plain if plain is not None and plain >= 0 else None
    digits = _AMOUNT.search(value[:60])
    if not digits:
        return None
    return number(re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits.group()).replace(",", "."))


def currency(value: Any, country: str | None) -> str | None:
    """An ISO 4217 code from a code or a sign; "$" is the dollar (or peso) of the country."""
    if not isinstance(value, str):
        return None
    if re.fullmatch(r"\s*[A-Za-z]{3}\s*", value):
        return value.strip().upper()
    for sign, code in _CURRENCIES.items():
        if sign in value:
            return code
    return _DOLLARS.get(country or "") if "$" in value else None


def price_line(text: str | None, country: str | None) -> dict[str, Any]:
    """Prices from a clear price line of a text ("Tickets: $8", "Admission $10-15"); {} where there is none."""
    found = _LINE.search(text[:10_000]) if text else None
    if not found:
        return {}
    low, high = amount(found.group("low")), amount(found.group("high")) or amount(found.group("low"))
    if not low or not high or high < low:
        return {}
    return {"price_min": low, "price_max": high, "currency": currency(found.group("sign"), country)}

"""Prices and states of a show, out of the words that a page uses for them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mystage.domain.sources import PerformanceStatus, fold_text


class Price(NamedTuple):
    """Lowest and highest price, and the currency (ISO 4217) where the text gives it; 0 without currency: free."""

    lowest: float
    highest: float
    currency: str | None


_CODES: Final = frozenset(
    "EUR USD GBP DKK SEK NOK CHF PLN CZK HUF JPY AUD CAD NZD MXN BRL RON ISK TRY INR ZAR ARS CLP COP".split()
)
_SIGNS: Final = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "₹": "INR",
    "r$": "BRL",
    "eur": "EUR",
    "euro": "EUR",
}
_BY_COUNTRY: Final = {
    "$": {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP"},
    "kr": {"DK": "DKK", "SE": "SEK", "NO": "NOK", "IS": "ISK"},
}
"""Signs that several currencies share: the page's country decides, else the currency stays open."""
_MARK: Final = r"€|£|¥|₹|r\$|\$|zł|kč|kr|ft|euros?|" + "|".join(sorted(code.lower() for code in _CODES))
_NUMBER: Final = r"\d{1,3}(?:[ .,'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_PRICED: Final = re.compile(
    rf"(?P<before>{_MARK})?\.?\s?(?P<number>{_NUMBER})(?:,-|,–|\.-)?\s?(?P<after>(?:{_MARK})(?![a-z]))?", re.IGNORECASE
)
_FREE: Final = re.compile(
    r"\b(?:free|gratis|gratuit|gratuite|kostenlos|eintritt frei|freier eintritt|entrada libre|entrada gratuita|entree libre|"
    r"ingresso libero|ingresso gratuito|wstep wolny|fri entre|gratis adgang|gratis toegang|vstup volny|vapaa paasy)\b"
)


def price_of(quote: str, country: str = "") -> Price | None:
    """The prices of a text such as `€18 / 22,50 €`, `kr 200,-`, `free`; None where no number carries a currency."""
    found, marks = [], set[str]()
    hits = list(_PRICED.finditer(quote))
    marked = [hit for hit in hits if hit["before"] or hit["after"]]
    if not marked:
        return Price(0.0, 0.0, None) if _FREE.search(fold_text(quote)) else None
    for hit in hits if len(marked) < len(hits) and re.search(r"[-–/]", quote) else marked:
        number = _number(hit["number"])
        if number is not None:
            found.append(number)
    marks = {(hit["before"] or hit["after"]).lower() for hit in marked}
    currencies = {_currency(mark, country) for mark in marks}
    if not found or len(currencies) > 1:
        return None
    return Price(min(found), max(found), currencies.pop())


def _currency(mark: str, country: str) -> str | None:
    if mark in _BY_COUNTRY:
        return _BY_COUNTRY[mark].get(country)
    return _SIGNS.get(mark) or _SIGNS.get(mark.rstrip("s")) or (mark.upper() if mark.upper() in _CODES else None)


def _number(text: str) -> float | None:
    """`1.200,50`, `1,200.50`, `22,5`, `1 200`: the last sign with one or two digits behind it is the decimal one."""
    plain = text.replace(" ", "").replace("'", "").replace("’", "")
    decimal = re.search(r"[.,](\d{1,2})$", plain)
    whole = re.sub(r"[.,]", "", plain[: decimal.start()] if decimal else plain)
    try:
        return float(f"{whole}.{decimal[1] if decimal else 0}")
    except ValueError:
        return None


_WORDS: Final = {
    PerformanceStatus.CANCELLED: """cancelled canceled abgesagt annulé annulée cancelado cancelada annullato annullata odwołany
        odwołane aflyst inställd inställt innstilt avlyst peruttu zrušeno afgelast geannuleerd""",
    PerformanceStatus.POSTPONED: """postponed verschoben reporté reportée aplazado aplazada pospuesto rinviato rinviata przełożony
        przełożone udsat udskudt uppskjutet utsatt siirretty odloženo uitgesteld adiado""",
    PerformanceStatus.RESCHEDULED: """rescheduled moved verlegt reprogramado reprogramada reprogrammé verplaatst flyttet
        flyttad""",
    PerformanceStatus.SOLD_OUT: """sold soldout ausverkauft complet agotado agotada agotadas esaurito wyprzedane udsolgt
        slutsåld utsåld utsålt loppuunmyyty vyprodáno uitverkocht esgotado""",
}
_FOLDED: Final = {status: frozenset(fold_text(words).split()) for status, words in _WORDS.items()}


def status_of(quote: str) -> PerformanceStatus | None:
    """The state that words such as `abgesagt` or `sold out` give a show; None for all others."""
    words = set(fold_text(quote).split())
    for status, known in _FOLDED.items():
        hits = words & known
        if hits and (hits != {"sold"} or "out" in words) and hits != {"moved"}:
            return status
    return PerformanceStatus.RESCHEDULED if "moved" in words and "to" in words else None

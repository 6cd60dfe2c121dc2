"""What titles and names of ticket sellers carry besides the name: status, products, suffixes, prices. Pure."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from mystage.adapters.sources.kit.building import link, text
from mystage.domain.sources import PerformanceKind, PerformanceStatus, fold_text

_STATUS: Final = (
    (PerformanceStatus.CANCELLED, r"cancell?ed|cancelad[oa]|abgesagt|annul[eé]e?|annulleret|inst[aä]llt|afgelast|cancell?ation"),
    (PerformanceStatus.POSTPONED, r"postponed|pospuest[oa]|aplazad[oa]|verschoben|report[eé]e?|uitgesteld"),
    (PerformanceStatus.RESCHEDULED, r"rescheduled|reprogramad[oa]|verlegt|new date|nueva fecha|neuer termin"),
    (PerformanceStatus.SOLD_OUT, r"sold[ -]?out|agotad[oa]s?|ausverkauft|complet|uitverkocht|esgotado|full\s*[-\u2013]\s*wait ?list[^)\]]*|wait ?list only|fully booked"),
)  # fmt: skip  # one row a status
_MARKED = tuple(
    (
        status,
        re.compile(
            rf"^\s?[\[(*!¡]{{0,3}}\s?(?:{words})\s?[\])*!]{{0,3}}\s?(?:[:\u2013|-]|(?<=[\])*!]))\s*"
            rf"|\s?[\[(*]{{1,3}}\s?(?:{words})\s?[\])*!]{{1,3}}\s?$|\s[-\u2013|:*]\s?(?:{words})\s?[!*]{{0,3}}\s?$",
            re.IGNORECASE,
        ),
    )
    for status, words in _STATUS
)
_LONGEST: Final = 300
"""Characters of a title in which a status is looked for; what is longer is no title."""
_CODES: Final = {
    "ok": PerformanceStatus.SCHEDULED, "normal": PerformanceStatus.SCHEDULED, "scheduled": PerformanceStatus.SCHEDULED,
    "canceled": PerformanceStatus.CANCELLED, "cancelled": PerformanceStatus.CANCELLED, "cancelado": PerformanceStatus.CANCELLED,
    "cancelada": PerformanceStatus.CANCELLED, "abgesagt": PerformanceStatus.CANCELLED, "annule": PerformanceStatus.CANCELLED,
    "postponed": PerformanceStatus.POSTPONED, "pospuesto": PerformanceStatus.POSTPONED, "aplazado": PerformanceStatus.POSTPONED,
    "verschoben": PerformanceStatus.POSTPONED, "reporte": PerformanceStatus.POSTPONED,
    "rescheduled": PerformanceStatus.RESCHEDULED, "reprogramado": PerformanceStatus.RESCHEDULED,
    "sold out": PerformanceStatus.SOLD_OUT, "soldout": PerformanceStatus.SOLD_OUT, "agotado": PerformanceStatus.SOLD_OUT,
    "agotados": PerformanceStatus.SOLD_OUT, "ausverkauft": PerformanceStatus.SOLD_OUT, "complet": PerformanceStatus.SOLD_OUT,
}  # fmt: skip  # one row a status
_PRODUCT = re.compile(
    r"\b(premium (seats?|seating|tickets?)|vip (packages?|upgrades?|tickets?|seats?)|parking|estacionamiento|parkplatz"
    r"|suite (reservation|rental)s?|(\d+[ -]?day|weekend|season|festival|multi[ -]?day|general) pass(es)?|camping pass(es)?"
    r"|gift (card|certificate)s?|meet (and|&) greet (package|upgrade|add.?on)s?|platinum seats?|fast lane|shuttle( bus)?"
    r"|(ticket|hotel) packages?|season tickets?|abonos? (general|completo)|upgrade only|merch(andise)? bundle)\b",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s*\((?:[A-Z]{2,3}|UK|USA|[A-Z]{2}/[A-Z]{2})\)$")
_PLAYED = re.compile(
    r"\b(concerts?|conciertos?|konzerte?|live music|live band|musica en vivo|en vivo|live concert|in concert|gig|recital(es)?"
    r"|dj set|full band|album release|record release)\b"
)
_MUSICAL = re.compile(
    r"\b(musica|music|musique|musik|live in|live at|orchestra|orquesta|symphony|sinfonica|orchester|chor|choir|rave|opera"
    r"|jazz|blues|hip hop|techno|club night|band)\b"
)
_FESTIVAL = re.compile(r"\b(festival|festivales|fest|festspiele|openair|open air)\b")
_OTHER = re.compile(
    r"\b(sports?|deportes?|theat(er|re)|teatro|musicales|comedy|comedia|infantil|conferenc\w*|expos?|exposicion|"
    r"talk|workshop|taller|curso|course|class|networking|meeting|meetup|conference|startups?|pitch|film|cine|screening|lecture|literatura|academia|"
    r"listening party|poetry|market|mercado|tour guiado|guided tour|walking tour|webinar|wrestling|summit|hike|bird walk|yoga|religious|lucha libre)\b"
)
_KIND_WORDS: Final = (
    (_PLAYED, PerformanceKind.CONCERT),
    (_OTHER, PerformanceKind.OTHER),
    (_FESTIVAL, PerformanceKind.FESTIVAL),
    (_MUSICAL, PerformanceKind.CONCERT),
)
"""Plain words for a concert count first: "Conference hall: concert" is one, "music conference" is none."""
_PRICE = re.compile(
    r"(?P<pre>[A-Z]{0,3}[$€£¥]|\b[A-Z]{3}\b)?\s*(?P<n>\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)\s*(?P<post>€|£|\$|kr\b|zł|\b[A-Za-z]{3}\b|euros?\b|pesos\b)?"
)
_FREE = re.compile(
    r"^\W*(free|free (entry|admission|event)|entrada (libre|gratuita|gratis)|gratis|gratuit[oae]?|entree libre|eintritt frei|kostenlos|acceso libre)\W*$"
)
_SYMBOLS: Final = {"€": "EUR", "£": "GBP", "¥": "JPY", "zł": "PLN", "euro": "EUR", "euros": "EUR", "US$": "USD", "CA$": "CAD", "C$": "CAD",
                   "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "MX$": "MXN", "R$": "BRL", "S$": "SGD", "HK$": "HKD"}  # fmt: skip  # a table
_DOLLARS: Final = {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "MX": "MXN", "SG": "SGD", "HK": "HKD", "AR": "ARS", "CL": "CLP",
                   "CO": "COP", "UY": "UYU", "TW": "TWD", "PR": "USD", "EC": "USD", "SV": "USD", "JM": "JMD"}  # fmt: skip  # a table
_KRONER: Final = {"DK": "DKK", "SE": "SEK", "NO": "NOK", "IS": "ISK"}


def status_in_title(title: str | None) -> tuple[str | None, PerformanceStatus | None]:
    """The title without a status that it carries at its start or end, and that status ("CANCELLED - X", "X (Sold out)")."""
    if not title:
        return None, None
    if len(title) > _LONGEST:
        return title, None
    for status, pattern in _MARKED:
        rest = pattern.sub("", title, count=1).strip()
        if rest != title.strip() and rest:
            return rest, status
    return title, None


def status_of(code: object, title_status: PerformanceStatus | None = None) -> PerformanceStatus:
    """The status that a source's word means, or else that of the title, or else `scheduled`."""
    found = _CODES.get(fold_text(code)) if isinstance(code, str) else None
    if found and found is not PerformanceStatus.SCHEDULED:
        return found
    return title_status or PerformanceStatus.SCHEDULED


def is_product(name: str | None) -> bool:
    """Whether a name is something sold with tickets (parking, premium seats, a pass), not a show or an act."""
    return bool(name and _PRODUCT.search(name))


def without_suffix(name: str | None) -> str | None:
    """The name without a directory's disambiguation ("CARGO (DE)")."""
    return _SUFFIX.sub("", name) or name if name else None


def kind_of(*texts: object) -> PerformanceKind | None:
    """Concert, festival or other from categories and titles, the more telling text first; None undecided."""
    for value in texts:
        words = fold_text(value) if isinstance(value, str) else ""
        for pattern, kind in _KIND_WORDS:
            if pattern.search(words):
                return kind
    return None


def price_in(value: object, country: str | None = None) -> dict[str, Any]:
    """`price_min`, `price_max`, `currency` of a price text ("15-20", "18 €", "$60 - $370"); {} where it is none.

    Zero is no price unless the text says free. "$" and "kr" take the currency of `country`, else none.
    """
    words = text(value)
    if not words or len(words) > 120:
        return {}
    if _FREE.match(fold_text(words)):
        return {"price_min": 0.0, "price_max": 0.0}
    amounts, currency = [], None
    for found in _PRICE.finditer(words):
        amount = _amount(found["n"])
        if amount:
            amounts.append(amount)
        currency = currency or currency_of(found["pre"], country) or currency_of(found["post"], country)
    if not amounts or len(amounts) > 6:
        return {}
    return {"price_min": min(amounts), "price_max": max(amounts), "currency": currency}


def currency_of(mark: object, country: str | None = None) -> str | None:
    """ISO 4217 for a sign or code; "$" and "kr" only with a country that uses them."""
    if not isinstance(mark, str) or not mark.strip():
        return None
    mark = mark.strip()
    if mark == "$":
        return _DOLLARS.get(country or "")
    if mark.lower() == "kr":
        return _KRONER.get(country or "")
    return _SYMBOLS.get(mark) or _SYMBOLS.get(mark.lower()) or iso_currency(mark)


def iso_currency(code: str) -> str | None:
    """The code in capitals if it is one of ISO 4217's; None for any other word of three letters."""
    import pycountry  # noqa: PLC0415  the tables load only when a code is checked

    upper = code.upper()
    return upper if len(upper) == 3 and upper.isalpha() and pycountry.currencies.get(alpha_3=upper) else None


def _amount(digits: str) -> float:
    digits = digits.replace(" ", "")
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", digits):
        return float(re.sub(r"[.,]", "", digits))
    if re.search(r"[.,]\d{1,2}$", digits):
        whole, cents = re.split(r"[.,](?=\d{1,2}$)", digits)
        return float(f"{re.sub(r'[.,]', '', whole)}.{cents}")
    return float(re.sub(r"[.,]", "", digits))


def link_target(value: object) -> str | None:
    """The address behind an affiliate's or a network's redirect (`...?u=https%3A...`), else the address itself."""
    address = link(value)
    if not address or "%3A" not in address.upper():
        return address
    try:
        query = parse_qs(urlsplit(address).query)
    except ValueError:
        return address
    inner = (link(v) for name in ("u", "url", "murl", "redirect", "target", "dest") for v in query.get(name, ()))
    return next((v for v in inner if v), address)

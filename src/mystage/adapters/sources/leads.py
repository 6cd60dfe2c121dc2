"""The links of a page that may lead to more events: its next page, its next month, its events, its lists. Pure.

A link is told by its relation (`rel="next"`), its words, or the shape of its address, never by the site. What is
followed of them, and how many, is decided by the source's manifest (`domain.pipeline.leads`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from mystage.adapters.sources.kit.building import link
from mystage.domain.pipeline.page_kinds import site_pattern
from mystage.domain.sources import Lead, LeadReason, fold_text

MAX_LINKS: Final = 3_000
"""Links of a page that are looked at."""
MAX_LEADS: Final = 300
"""Links of a page that are handed on."""
_NEXT: Final = frozenset(
    "next,next page,older,load more,more events,show more,more shows,siguiente,siguientes,pagina siguiente,weiter,nachste,nachste seite,"
    "suivant,suivante,page suivante,avanti,successivo,successiva,proximo,proxima,volgende,naeste,nasta,neste,nastepna,dalsi,dalej,seuraava".split(
        ","
    )
)
_MONTH: Final = re.compile(
    r"\b(?:next month|following month|proximo mes|mes siguiente|nachster monat|mois suivant|mese successivo|volgende maand|naeste maned|nasta manad|nastepny miesiac|dalsi mesic)\b"
)
_LISTS: Final = frozenset(
    "events,event calendar,calendar,shows,concerts,gigs,tour,tour dates,whats on,what s on,upcoming events,upcoming shows,all events,all shows,schedule,"
    "agenda,cartelera,eventos,conciertos,programacion,termine,veranstaltungen,programm,konzerte,spielplan,concerts et evenements,evenements,programmation,"
    "koncerter,program,koncerty,kalendar,kalender,wydarzenia,eventi,concerti,agenda concerten,live".split(",")
)
_PAGED: Final = re.compile(
    r"[?&](?:page|paged|pg|p|offset|start|pagina|seite|tribe_paged)=(\d{1,5})\b|/(?:page|pagina|seite)/(\d{1,5})/?$",
    re.IGNORECASE,
)
_MONTHLY: Final = re.compile(
    r"(?:[?&](?:month|date|tribe-bar-date|mes|monat)=|/)((?:20)\d\d)[-/](\d{1,2})(?:/|$|&|-\d)"
)
_SKIP: Final = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|webp|svg|zip|docx?|xlsx?|mp[34]|ics)$|/(?:wp-admin|wp-login|cart|checkout|login|account|feed)\b",
    re.IGNORECASE,
)


def leads(tree: LexborHTMLParser, base: str, events: Iterable[str]) -> tuple[Lead, ...]:
    """The links worth a visit, each once. `events` are the addresses of the events that the page gave."""
    if not base.startswith("http"):
        return ()
    named = {address for address in events if address}
    patterns = {site_pattern(address) for address in named}
    found: dict[str, Lead] = {}
    for node in tree.css("a[href], link[rel=next]")[:MAX_LINKS]:
        attributes = node.attributes
        address = _absolute(base, attributes.get("href") or "")
        if address is None or address == base or _SKIP.search(urlsplit(address).path):
            continue
        label = fold_text((attributes.get("aria-label") or attributes.get("title") or node.text(strip=True) or "")[:60])
        reason = _reason(address, base, label, (attributes.get("rel") or "").lower().split())
        if reason is None and address != base and (address in named or site_pattern(address) in patterns):
            reason = LeadReason.EVENT
        if reason is not None:
            found.setdefault(address, Lead(url=address, reason=reason))
        if len(found) >= MAX_LEADS:
            break
    return tuple(found.values())


def _reason(address: str, base: str, label: str, relations: list[str]) -> LeadReason | None:
    """Why a link is followed, by its relation, its words and its address."""
    if _MONTH.search(label) or _month_of(address) == _next_month(_month_of(base)):
        return LeadReason.NEXT_MONTH
    if "next" in relations or label in _NEXT or _page_of(address) == _page_of(base) + 1:
        return LeadReason.NEXT_PAGE
    return LeadReason.LISTING if label in _LISTS else None


def _page_of(address: str) -> int:
    """The number of a page in a numbered listing; 1 for the first, which has none."""
    found = _PAGED.search(address)
    return int(found[1] or found[2]) if found else 1


def _month_of(address: str) -> tuple[int, int] | None:
    found = _MONTHLY.search(address)
    return (int(found[1]), int(found[2])) if found and 1 <= int(found[2]) <= 12 else None


def _next_month(month: tuple[int, int] | None) -> tuple[int, int] | str:
    """The month after; a value that equals no month where there is none."""
    if month is None:
        return ""
    return (month[0] + month[1] // 12, month[1] % 12 + 1)


def _absolute(base: str, address: str) -> str | None:
    """The address that a link means, without its fragment; None for what is none of the web."""
    if not address or address.startswith(("#", "mailto:", "tel:", "javascript:", "data:")):
        return None
    try:
        return link(urljoin(base, address).partition("#")[0])
    except ValueError:
        return None

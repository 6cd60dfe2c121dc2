"""Web pages: JSON-LD, microdata and microformats in one reading; OpenGraph and meta fill gaps, never make an event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from mystage.adapters.sources import blocks, embedded
from mystage.adapters.sources.kit.building import link, text
from mystage.adapters.sources.kit.payload import Payload, check_values
from mystage.adapters.sources.leads import leads
from mystage.adapters.sources.linked_data import jsonld, microdata, microformats
from mystage.adapters.sources.linked_data.graph import host
from mystage.adapters.sources.linked_data.relevance import signs_of, visible_text
from mystage.adapters.sources.linked_data.scan import Parts, scan
from mystage.adapters.sources.linked_data.schema_org import claims_of
from mystage.domain.sources import Claims, Reading, ReadingOutcome, nothing, parked, records
from mystage.domain.values import evolve

VERSION = 1
MAX_PAGE: Final = 32 * 1024 * 1024
"""Bytes (in UTF-8) of a page that are read."""


def recognises(payload: Payload) -> float:
    """Any page, but every reader that knows the site goes first."""
    return 0.3 if payload.looks_like_html else 0.0


@dataclass(slots=True)
class Structured:
    """The structured data of a page before anything is made of them."""

    parts: Parts
    base: str
    """What relative addresses are relative to; "" where the page does not say."""
    values: list[Any]


def structured(payload: Payload) -> Structured:
    """JSON-LD, microdata, microformats and meta of a page; the tree is built only where its text hints at a need."""
    try:
        return _gathered(payload, payload.utf8)
    except UnicodeDecodeError:
        return _gathered(payload, payload.text.encode("utf-8", "replace"))


def _gathered(payload: Payload, page: bytes) -> Structured:
    """Raises UnicodeDecodeError where a part that counts is not UTF-8."""
    parts = scan(page if len(page) <= MAX_PAGE else page[:MAX_PAGE].decode("utf-8", "ignore").encode())
    base = next((a for a in (payload.url, parts.canonical, parts.meta.get("og:url", "")) if a.startswith("http")), "")
    check_values(payload.url, *parts.blocks)
    values: list[Any] = [value for block in parts.blocks for value in jsonld.values(block)]
    marked = b"itemscope" in parts.markup
    formatted = microformats.hinted(parts.markup)
    if (marked or formatted) and payload.has_tree:
        values += microdata.items(payload.html, base) if marked else []
        values += microformats.items(payload.html, base) if formatted else []
    return Structured(parts, base, values)


def parse(payload: Payload) -> Reading:
    """What `_read` finds, with the links that lead on from a page that was read or may be."""
    reading = _read(payload)
    wanted = reading.outcome in (ReadingOutcome.RECORDS, ReadingOutcome.PARKED)
    if not (payload.leads_wanted and wanted and payload.has_tree):
        return reading
    found = leads(payload.html, payload.url, (p.url or "" for p in reading.claims.performances))
    return evolve(reading, leads=found) if found else reading


def _read(payload: Payload) -> Reading:
    """All venues, acts and performances of a page; else whether it is worth a model.

    Structured data first; where they give no performance, the state that scripts carry, then blocks with dates.
    """
    page = structured(payload)
    parts, base = page.parts, page.base
    about = f"{parts.title} {parts.meta.get('description', '')} {parts.meta.get('og:title', '')}"
    notes: list[str] = []

    def claimed(values: list[Any]) -> Claims:
        return claims_of(
            values, base=base, page_text=about, hosts=frozenset(host(a) for a in (base, parts.canonical, parts.meta.get("og:url", ""))),
            country=_country(host(base), parts.language), notes=notes, fillers=lambda: embedded.events(parts.scripts, payload.url),
        )  # fmt: skip  # one call

    claims = claimed(page.values)
    if claims.performances:
        return evolve(records(_filled(claims, parts)), reason="; ".join(notes))
    for nodes, how in _further(payload, page):
        found = claimed([*page.values, *_housed(nodes, claims)])
        if found.performances:
            return evolve(records(found), reason=how)
    return records(claims) if len(claims) else _without(payload, parts)


def _further(payload: Payload, page: Structured) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """The events of a page without structured ones: as its scripts carry them, as its blocks show them."""
    parts = page.parts
    yield embedded.events(parts.scripts, payload.url), "read from the state that the page's scripts carry"
    if not payload.has_tree or _asks_for_login(payload):
        return
    seen = payload.fetched_at.date() if payload.fetched_at else None
    title = parts.title or parts.meta.get("og:title", "")
    about = blocks.About(page.base, title, parts.language, seen)
    yield blocks.events(payload.html, about), "read from repeated blocks with dates"


def _housed(nodes: list[dict[str, Any]], claims: Claims) -> list[dict[str, Any]]:
    """Events that name no place are at the one venue that the page is of."""
    if len(claims.venues) != 1 or not nodes:
        return nodes
    venue = claims.venues[0]
    address = {
        "@type": "PostalAddress", "streetAddress": venue.street, "addressLocality": venue.locality, "addressRegion": venue.region,
        "postalCode": venue.postal_code, "addressCountry": venue.country,
    }  # fmt: skip  # a table
    place = {"@type": "Place", "name": venue.name, "address": {k: v for k, v in address.items() if v}}
    return [{"location": place, **node} for node in nodes]


def _asks_for_login(payload: Payload) -> bool:
    return 'type="password"' in payload.text[:MAX_PAGE] and len(payload.text) < 60_000


_LANGUAGES: Final = {
    "DK": "da", "DE": "de", "AT": "de", "FR": "fr", "PL": "pl", "CZ": "cs", "SK": "sk", "SE": "sv", "NO": "no nb nn",
    "FI": "fi", "NL": "nl", "IT": "it", "ES": "es", "PT": "pt", "BR": "pt", "HU": "hu", "GR": "el", "RO": "ro",
    "HR": "hr", "SI": "sl", "EE": "et", "LV": "lv", "LT": "lt", "JP": "ja", "KR": "ko", "TR": "tr", "UA": "uk",
    "MX": "es", "AR": "es", "CL": "es",
}  # fmt: skip  # a table
"""Countries by the ending of their domains, and their languages: a site of a country speaks it."""


def _country(site: str, language: str) -> str | None:
    """The country of a site whose domain and language agree."""
    ending = site.rsplit(".", 1)[-1].upper()
    return ending if language and language in _LANGUAGES.get(ending, "").split() else None


def _filled(claims: Claims, parts: Parts) -> Claims:
    """The one event of a page takes description, image and address from the page's own, where it lacks them."""
    if len(claims.performances) != 1:
        return claims
    only = claims.performances[0]
    found: dict[str, Any] = {
        "description": text(parts.meta.get("og:description") or parts.meta.get("description"), 20_000),
        "images": tuple(a for a in (link(parts.meta.get("og:image")),) if a),
        "url": link(parts.canonical) or link(parts.meta.get("og:url")),
    }
    lacking = {k: v for k, v in found.items() if v and not getattr(only, k)}
    return evolve(claims, performances=(evolve(only, **lacking),)) if lacking else claims


def _without(payload: Payload, parts: Parts) -> Reading:
    """Nothing found: parked where the text speaks of events, else nothing, with the signs that decided it."""
    if _asks_for_login(payload):
        return nothing("a login page")
    shown = visible_text(payload.html) if payload.has_tree else payload.text[:MAX_PAGE]
    signs = signs_of(f"{parts.title} {shown}")
    why = f"{signs}" if payload.has_tree else f"{signs}; too large or nested too deeply for a tree"
    if signs.about_events:
        return parked(f"no structured data, but its text speaks of events ({why})")
    return nothing(f"no structured data on venues, acts or events, nor signs of them in the text ({why})")

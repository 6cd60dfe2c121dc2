"""Web pages: JSON-LD, microdata and microformats in one reading; OpenGraph and meta fill gaps, never make an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from mystage.adapters.sources import blocks
from mystage.adapters.sources.kit.building import link, text
from mystage.adapters.sources.kit.payload import Payload, check_values
from mystage.adapters.sources.linked_data import jsonld, microdata, microformats
from mystage.adapters.sources.linked_data.graph import host
from mystage.adapters.sources.linked_data.relevance import signs_of, visible_text
from mystage.adapters.sources.linked_data.scan import Parts, scan
from mystage.adapters.sources.linked_data.schema_org import claims_of
from mystage.domain.sources import Claims, Reading, nothing, parked, records
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
    """All venues, acts and performances that the page's structured data give; else whether it is worth a model."""
    page = structured(payload)
    parts, base = page.parts, page.base
    hosts = frozenset(host(a) for a in (base, parts.canonical, parts.meta.get("og:url", "")))
    about = f"{parts.title} {parts.meta.get('description', '')} {parts.meta.get('og:title', '')}"
    notes: list[str] = []
    country = _country(host(base), parts.language)
    claims = claims_of(page.values, base=base, page_text=about, hosts=hosts, country=country, notes=notes)
    if len(claims):
        return evolve(records(_filled(claims, parts)), reason="; ".join(notes))
    return _without(payload, parts, base, hosts, country)


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


def _blocks(payload: Payload, parts: Parts, base: str, hosts: frozenset[str], country: str | None) -> Reading | None:
    """The events that stand in the page's blocks, tables and paragraphs."""
    seen = payload.fetched_at.date() if payload.fetched_at else None
    title = parts.title or parts.meta.get("og:title", "")
    about = blocks.About(base, title, parts.language, seen)
    nodes = blocks.events(payload.html, about)
    if not nodes:
        return None
    words = f"{title} {parts.meta.get('description', '')}"
    claims = claims_of(nodes, base=base, page_text=words, hosts=hosts, country=country)
    return evolve(records(claims), reason="read from repeated blocks with dates") if len(claims) else None


def _without(payload: Payload, parts: Parts, base: str, hosts: frozenset[str], country: str | None) -> Reading:
    """Nothing structured: its repeated blocks with dates; parked where there are none but the text speaks of events."""
    body = payload.text[:MAX_PAGE]
    if 'type="password"' in body and len(body) < 60_000:
        return nothing("a login page")
    found = _blocks(payload, parts, base, hosts, country) if payload.has_tree and any(c.isdigit() for c in body) else None
    if found is not None:
        return found
    shown = visible_text(payload.html) if payload.has_tree else body
    signs = signs_of(f"{parts.title} {shown}")
    why = f"{signs}" if payload.has_tree else f"{signs}; too large or nested too deeply for a tree"
    if signs.about_events:
        return parked(f"no structured data, but its text speaks of events ({why})")
    return nothing(f"no structured data on venues, acts or events, nor signs of them in the text ({why})")

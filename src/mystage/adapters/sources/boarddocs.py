"""BoardDocs' XML of public meetings: days in `start`, times and places in titles and descriptions."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

from mystage.adapters.sources.kit.building import ClaimsBuilder, link, text
from mystage.adapters.sources.kit.localities import zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.us_addresses import address_in
from mystage.adapters.sources.kit.wall_times import clock_in, wall
from mystage.adapters.sources.kit.wordings import status_in_title, status_of
from mystage.domain.errors import Malformed
from mystage.domain.sources import PerformanceKind, Reading, fold_text, records

VERSION: Final = 1
_STATE = re.compile(r"boarddocs\.com/([a-z]{2})/", re.IGNORECASE)
_LEAD = re.compile(r"^\s*(?:notice of|order of business for the|agenda for the)\s+", re.IGNORECASE)
_TAIL = re.compile(r"\s*(?:\bat\b|[-\u2013])?\s*\d{1,2}[:.]\d{2}\s*[ap]\.?m\.?.*$", re.IGNORECASE)
_AT = re.compile(r"\bat\s+(\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?\s?m\.?)", re.IGNORECASE)


def recognises(payload: Payload) -> float:
    """Meetings as the root, and BoardDocs' elements."""
    head = payload.head
    return (
        0.97
        if b"<meetings" in head and (b"boarddocs" in payload.body[:100_000].lower() or b"<meeting " in head)
        else 0.0
    )


def parse(payload: Payload) -> Reading:
    """One performance a meeting; agenda items are none. Raises Malformed for XML that breaks off or brings entities."""
    body = payload.text
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        raise Malformed("XML that defines entities", where=payload.url)
    try:
        root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", body))  # noqa: S314  no entities: refused above
    except ET.ParseError as error:
        raise Malformed(f"broken XML ({error})", where=payload.url) from error
    builder = ClaimsBuilder()
    for meeting in root.iter("meeting"):
        _meeting(builder, meeting)
    return records(builder.build())


def _meeting(builder: ClaimsBuilder, meeting: ET.Element) -> None:
    raw = text(meeting.findtext("name"))
    about = meeting.findtext("description") or ""
    day = wall((meeting.findtext("start/date") or "").strip())
    address = link(meeting.findtext("link"))
    state = _STATE.search(address or "")
    said = _AT.search(about)
    clock = clock_in(raw or "") or (clock_in(said[1]) if said else None)
    place = address_in(about.replace("&apos;", "'"))
    region = place["region"] if place else state[1].upper() if state else None
    zone = zone_of("US", region) if region else None
    title, marked = status_in_title(_title(raw))
    builder.performance(
        source_id=meeting.get("id"),
        title=title,
        venue=_venue(builder, place, zone) if place and place["name"] else None,
        start_local=f"{day[:10]}T{clock}" if day and clock else day,
        timezone=zone,
        status=status_of(None, marked),
        kind=PerformanceKind.OTHER,
        url=address,
    )


def _venue(builder: ClaimsBuilder, place: dict[str, str | None], zone: str | None) -> str | None:
    """One house however its notices spell the owner: keyed by house number, street word and postcode or town."""
    street = " ".join(fold_text(place["street"] or "").split()[:1])
    return builder.venue(key=f"{street}:{fold_text(place['locality'] or '')}:{place['region']}", timezone=zone, **place)


def _title(raw: str | None) -> str | None:
    """The meeting alone of "Policy Committee Meeting at 4:30 P.M. Chair, A. Person"."""
    if not raw:
        return None
    plain = _TAIL.sub("", _LEAD.sub("", raw)).strip(" -,")
    return plain or raw

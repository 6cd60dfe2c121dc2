"""Where a calendar's event is: LOCATION, positions, places in its words, the house that the calendar is of."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from icalendar import Event

from mystage.adapters.sources.ics.values import TAG, string
from mystage.adapters.sources.kit.building import link, phone_e164, position, text
from mystage.adapters.sources.kit.places import split_location
from mystage.domain.sources import fold_text

HOUSE: Final = re.compile(
    r"\b(?:cent(?:er|re)|theat(?:er|re)|hall|club|arena|bar|pub|museum|park|house|lounge|opera|stage|room|auditorium|ballroom|"
    r"church|tavern|brewery|winery|caf[eé]|amphitheat(?:er|re)|pavilion|stadium|library|gallery|hotel|inn|casino|kulturzentrum|"
    r"theater|kino|palace|forum|barn|saloon|playhouse|armory|garden|gardens)\b",
    re.IGNORECASE,
)


def is_site_of(name: str, site: str) -> bool:
    """Whether a site's host holds the words of a name ("Clemens Center", clemenscenter.org)."""
    host = re.sub(r"^https?://(www\.)?", "", site).split("/")[0].lower()
    return "".join(fold_text(name).removeprefix("the ").split()) in re.sub(r"[^a-z0-9]", "", host)


def country_of_zone(zone: str | None) -> str | None:
    """The country that a zone's "$" is: the zones of the US lie in no other country that uses the sign."""
    return "US" if zone in _US_ZONES else None


_US_ZONES: Final = frozenset(
    f"America/{city}" for city in ("New_York", "Chicago", "Denver", "Los_Angeles", "Phoenix", "Detroit")
)


def place_of(raw: Event) -> tuple[str | None, dict[str, Any]]:
    """Name and address from LOCATION, or Apple's structured location."""
    located = text(string(raw, "LOCATION"), 500) and (string(raw, "LOCATION") or "").replace("\\n", "\n")
    name, fields = split_location(html.unescape(TAG.sub(" ", located))) if located else (None, {})
    apple = raw.get("X-APPLE-STRUCTURED-LOCATION")
    apple = apple[0] if isinstance(apple, list) and apple else apple
    titled = text(getattr(apple, "params", {}).get("X-TITLE"), 200) if apple is not None else None
    if titled and "\n" not in titled and (not name or fold_text(titled) in fold_text(name)):
        name = titled.split(",")[0]
    return text(name, 300), {k: text(v, 300) for k, v in fields.items()}


def position_of(raw: Event) -> dict[str, float]:
    """GEO, or Apple's geo: address; two decimals or fewer are a town, not a house."""
    value = raw.get("GEO")
    lat, lon = (
        (getattr(value, "latitude", None), getattr(value, "longitude", None)) if value is not None else (None, None)
    )
    if lat is None:
        found = re.match(r"geo:(-?\d{1,3}\.\d+),(-?\d{1,3}\.\d+)", string(raw, "X-APPLE-STRUCTURED-LOCATION") or "")
        lat, lon = found.groups() if found else (None, None)
    if lat is None or max(len(str(v).partition(".")[2]) for v in (lat, lon)) < 3:
        return {}
    return position(lat, lon)


_LABELLED: Final = re.compile(r"^\W*(?:Location|Venue|Where|Ort|Lieu|Lugar)\s*:\s*(\S.{2,100}?)\s*$", re.MULTILINE)
_AT: Final = re.compile(
    r"\s(?:at|@)\s((?:[Tt]he\s)?[A-Z0-9][\w'\u2019.&-]*(?:\s(?:[A-Z0-9&][\w'\u2019.&-]*|of|the|de|la))*)(?:,\s*([A-Z][\w .'-]{2,30}))?\s*[!.]?$"
)
_IN: Final = re.compile(
    r"\s(?:in|on)\s((?:[Tt]he\s)?[A-Z][\w'\u2019.&-]*(?:\s[A-Z][\w'\u2019.&-]*)*)(?:,\s*([A-Z][\w .'-]{2,30}))?\s*$"
)


def place_in_words(title: str, description: str | None) -> tuple[str | None, dict[str, Any]]:
    """A place that the title ("... at Eldridge Park", "... in Town Hall, Leeds") or a labelled line of the text names."""
    found = _AT.search(title[:300])
    if found and not re.search(
        r"\bvs?\.?\b|\d(?:am|pm)?$|\b(?:party|anniversary|noon|night|midnight|home|work|zoom)$",
        found.group(1),
        re.IGNORECASE,
    ):
        return found.group(1), {"locality": found.group(2)} if found.group(2) else {}
    found = _IN.search(title[:300])
    if found and HOUSE.search(found.group(1)):
        return found.group(1), {"locality": found.group(2)} if found.group(2) else {}
    labelled = _LABELLED.search(description) if description else None
    if labelled:
        name, fields = split_location(labelled.group(1).replace("\xa0", " "))
        return (name, dict(fields)) if name and HOUSE.search(name) else (None, {})
    return None, {}


def contact_of(raw: Event, venue: str, country: str | None) -> dict[str, str | None]:
    """Phone and site from CONTACT, where the contact is the venue itself."""
    parts = [p.strip() for p in (text(string(raw, "CONTACT"), 500) or "").replace("\\;", ";").split(";")]
    if not parts or fold_text(parts[0]).removeprefix("the ") != fold_text(venue).removeprefix("the "):
        return {}
    found: dict[str, str | None] = {}
    for part in parts[1:]:
        phone = phone_e164(part, country or "US") if re.fullmatch(r"[+()\d .-]{7,20}", part) else None
        site = link(part) if part.startswith("http") else None
        found |= {k: v for k, v in (("phone", phone), ("website", site)) if v}
    return found

"""The properties of one VEVENT as plain values, whatever the library made of them."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from icalendar import Event
from icalendar.error import BrokenCalendarProperty
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from mystage.adapters.sources.kit.building import link, text
from mystage.adapters.sources.kit.moments import Moment, zone_info
from mystage.adapters.sources.linked_data.graph import plain_url


def iana(name: str) -> str | None:
    """The IANA zone of a TZID: with slashes or a vendor's prefix before it, or Windows' name of it; None if unknown."""
    name = name.strip().strip('"').strip("/")
    if name in WINDOWS_TO_OLSON:
        return str(WINDOWS_TO_OLSON[name])
    parts = name.split("/")
    for first in range(len(parts)):
        candidate = "/".join(parts[first:])
        if candidate and (first == 0 or "/" in candidate) and zone_info(candidate):
            return "UTC" if candidate in {"Etc/UTC", "GMT", "Z"} else candidate
    return None


def unescaped(value: str) -> str:
    """Text of a property that the library has not read, with its escapes undone."""
    return value.replace("\\,", ",").replace("\\;", ";").replace("\\n", "\n").replace("\\N", "\n")


def string(raw: Event, name: str) -> str | None:
    """A property as text; the first of several; None if absent."""
    value = raw.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return str(value) if value is not None and not isinstance(value, list) else None


TAG: Final = re.compile(r"<[^<>]{0,500}>")


def uid_of(raw: Event) -> str | None:
    """The UID; one that an e-mail obfuscator turned into HTML, or around, is put right."""
    value = string(raw, "UID")
    if value is None:
        return None
    if "<" in value or "&#" in value:
        value = html.unescape(TAG.sub("", value))
        if re.match(r"^(?:gro|moc|ten|ude|vog|gro|ed|ku\.oc|rf|ac)\.", value):
            value = value[::-1]
    return text(value, 400)


def description_of(raw: Event) -> str | None:
    """The description as one line."""
    return text(string(raw, "DESCRIPTION"), 20_000)


def lines_of(raw: Event) -> str:
    """The description with its line breaks."""
    value = html.unescape(string(raw, "DESCRIPTION") or "")[:20_000]
    return TAG.sub("", _BREAK.sub("\n", value))


def ticket_url(raw: Event) -> str | None:
    """Where tickets are sold: the property for it, else a link of the description that says so or leads to a seller."""
    given = link(string(raw, "X-TICKETS-URL"))
    if given:
        return plain_url(given)
    for address, label in _ANCHOR.findall(html.unescape(string(raw, "DESCRIPTION") or "")[:50_000]):
        target = _unwrapped(html.unescape(address))
        if _TICKET_WORDS.search(label) or _TICKET_HOSTS.search(target):
            return plain_url(link(target))
    return None


def _unwrapped(address: str) -> str:
    """The target of a social network's redirect ("l.facebook.com/l.php?u=...")."""
    if "/l.php?" not in address and "google.com/url?" not in address:
        return address
    query = dict(parse_qsl(address.partition("?")[2]))
    return query.get("u") or query.get("q") or address


def decoded(raw: Event, name: str) -> Any:
    """What the library made of a property (`dt`), the first of several."""
    value = raw.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return _dt(value)


def _dt(value: object) -> Any:
    """The `dt` of a property of the library; None where it could not read it."""
    try:
        return getattr(value, "dt", None)
    except BrokenCalendarProperty:
        return None


def time_of(raw: Event, name: str) -> tuple[Moment | None, str | None, bool]:
    """A time, its zone (IANA), and whether it is there but broken."""
    value = raw.get(name)
    value = value[0] if isinstance(value, list) and value else value
    if value is None:
        return None, None, False
    found = moment_of(_dt(value))
    params = getattr(value, "params", {})
    return found, iana(str(params.get("TZID", ""))) if params.get("TZID") else None, found is None


def moment_of(value: object) -> Moment | None:
    """A date or datetime of the library as a moment; its zone's wall clock stands, UTC is an instant."""
    if isinstance(value, datetime):
        if not 1950 <= value.year <= 2200:
            return None
        offset = value.utcoffset()
        zone = str(value.tzinfo) if value.tzinfo else ""
        utc = value.tzinfo is UTC or zone in {"UTC", "UTC+00:00", "Etc/UTC"}
        return Moment(value.replace(tzinfo=None), has_clock=True, offset=offset if utc else None, instant=utc)
    if isinstance(value, date) and 1950 <= value.year <= 2200:
        return Moment(datetime(value.year, value.month, value.day), has_clock=False)  # noqa: DTZ001  wall clock
    return None


def shown(moment: Moment, zone: str | None, own_zone: str | None = None) -> datetime:
    """The moment on the wall clock of `zone`; `own_zone` is the zone it was written in, where that is another."""
    if own_zone and zone and own_zone != zone and moment.has_clock:
        here, there = zone_info(own_zone), zone_info(zone)
        if here and there:
            return moment.local.replace(tzinfo=here).astimezone(there).replace(tzinfo=None)
    return moment.at(zone)


def values_of(raw: Event, name: str) -> list[Any]:
    """The raw dates and periods of a property that holds a list of them."""
    value = raw.get(name)
    lists = value if isinstance(value, list) else [value] if value is not None else []
    return [_dt(item) for one in lists for item in _dates_of(one)][:1_000]


def _dates_of(value: Any) -> list[Any]:
    """The dates of one list; none of a list that the calendar library could not read (the event keeps its others)."""
    try:
        return list(getattr(value, "dts", ()))
    except (ValueError, AttributeError):
        return []


def moments_of(raw: Event, name: str) -> list[Moment]:
    """The dates of a property that holds a list of them (EXDATE)."""
    found = (moment_of(v[0] if isinstance(v, tuple) else v) for v in values_of(raw, name))
    return [m for m in found if m]


def until_of(rule: dict[str, list[Any]] | None, zone: str | None) -> datetime | None:
    """The end of a rule on the wall clock of `zone`; a day counts to its end."""
    until = next((v[0] for k, v in (rule or {}).items() if k.upper() == "UNTIL" and v), None)
    found = moment_of(until)
    if found is None:
        return None
    return found.at(zone) if found.has_clock else found.local + timedelta(hours=23, minutes=59)


def labels_of(raw: Event) -> tuple[str, ...]:
    """The categories, each once."""
    value = raw.get("CATEGORIES")
    lists = value if isinstance(value, list) else [value] if value is not None else []
    names = [str(c) for one in lists for c in getattr(one, "cats", [])]
    split = [part for name in names for part in name.replace("\\,", ",").split(",")]
    return tuple(dict.fromkeys(t for t in (text(s, 80) for s in split[:50]) if t))


def images_of(raw: Event) -> list[object]:
    """The addresses of its pictures."""
    value = raw.get("ATTACH")
    lists = value if isinstance(value, list) else [value] if value is not None else []
    pictures: list[object] = [str(a) for a in lists if "image" in str(getattr(a, "params", {}).get("FMTTYPE", ""))]
    further = (string(raw, "X-WP-IMAGES-URL") or "").split(";")[0].split(",")[0]
    return [*pictures, further]


_BREAK: Final = re.compile(r"<(?:br|/p|/div|/li|/h\d)[^<>]{0,100}>", re.IGNORECASE)
_ANCHOR: Final = re.compile(
    r"""<a\s[^<>]{0,1500}?href\s*=\s*["'](https?://[^"'<>\s]{4,1500})["'][^<>]{0,1500}>([^<]{0,200})""", re.IGNORECASE
)
_TICKET_WORDS: Final = re.compile(r"\b(?:tickets?|buy|book now|register|boletos|billets|karten)\b", re.IGNORECASE)
_TICKET_HOSTS: Final = re.compile(
    r"//(?:[\w-]+\.)*(?:tixr|ticketmaster|eventbrite|thundertix|ticketweb|ticketfly|universe|dice|showclix|brownpapertickets|"
    r"etix|axs|seetickets|tix|ticketleap|eventim|stubwire|prekindle|theticketing)\.",
    re.IGNORECASE,
)

"""iCalendar text, also broken, cut into calendars and the lines of their events; xCal (RFC 6321) as the same text.

The library (`icalendar`) reads single events well but gives up on whole files; so each event is handed to it alone,
and one that is broken costs nothing but itself.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mystage.domain.errors import Malformed

MAX_EVENTS: Final = 10_000
MAX_LINES: Final = 2_000_000
_TEXTS: Final = ("DESCRIPTION", "SUMMARY", "LOCATION", "COMMENT", "X-ALT-DESC")
"""Properties whose text some writers leave with bare line breaks; elsewhere such a line is noise."""
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_PROPERTY: Final = re.compile(r"^[A-Za-z][A-Za-z0-9-]{0,80}\s{0,3}[;:]")


@dataclass(slots=True)
class Calendar:
    """One VCALENDAR: its own properties (by name), the zones it defines, the lines of its events."""

    properties: dict[str, str] = field(default_factory=dict)
    zones: list[str] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Split:
    """All calendars of a text. `cut_off`: it ends in the middle."""

    calendars: list[Calendar]
    cut_off: bool


def split(text: str) -> Split:
    """Cut a text into calendars; a bare VEVENT counts as a calendar of its own."""
    calendars: list[Calendar] = []
    current = Calendar()
    stack: list[str] = []
    event: list[str] | None = None
    for line in _lines(text):
        name, _, value = line.partition(":")
        keyword, what = name.strip().upper(), value.strip().upper()
        if keyword == "BEGIN":
            if what == "VCALENDAR":
                current, stack, event = Calendar(), [], None
                calendars.append(current)
            elif what == "VEVENT":
                event = []
                stack = [*stack[:1], what]
            if what != "VEVENT":
                stack = [*stack[-20:], what]
        elif keyword == "END":
            if what == "VEVENT" and event is not None:
                _keep(event, current, calendars)
                event = None
            if what == "VCALENDAR":
                current = Calendar()
            if what in stack:
                del stack[len(stack) - 1 - stack[::-1].index(what) :]
        else:
            _file(line, stack, current, event)
    return Split(calendars, cut_off=bool(stack))


def _keep(event: list[str], current: Calendar, calendars: list[Calendar]) -> None:
    """Add an event to its calendar, and a calendar that never began to the others."""
    if len(current.events) < MAX_EVENTS:
        current.events.append(event)
    if not any(known is current for known in calendars[-1:]):
        calendars.append(current)


def _file(line: str, stack: list[str], current: Calendar, event: list[str] | None) -> None:
    """Put a property where it belongs."""
    inside = stack[-1] if stack else ""
    if inside == "VEVENT" and event is not None:
        event.append(line)
    elif inside == "VTIMEZONE" and line.upper().startswith("TZID"):
        current.zones.append(line.partition(":")[2].strip())
    elif inside in {"VCALENDAR", ""}:
        name, _, value = line.partition(":")
        current.properties.setdefault(name.partition(";")[0].strip().upper(), value.strip())


def _lines(text: str) -> Iterator[str]:
    """Content lines; text that runs on without a fold mark is joined to the line before."""
    held: list[str] = []
    for line in _unfolded(text):
        if _PROPERTY.match(line):
            if held:
                yield "".join(held)
            held = [line]
        elif held and held[0].upper().startswith(_TEXTS):
            held.append("\\n" + line)
    if held:
        yield "".join(held)


def _unfolded(text: str) -> Iterator[str]:
    """Lines with their folds undone; empty lines go (some writers put one before a fold)."""
    held: list[str] = []
    for raw in _LINE_END.split(text, maxsplit=MAX_LINES):
        if not raw.strip():
            continue
        if raw[0] in " \t" and held:
            held.append(raw[1:])
            continue
        if held:
            yield "".join(held).strip()
        held = [raw]
    if held:
        yield "".join(held).strip()


_NAMESPACE: Final = re.compile(r"^\{[^}]*\}")
_SKIPPED: Final = frozenset({"parameters"})


def is_xcal(head: bytes) -> bool:
    """Whether the beginning of an XML document is xCal's."""
    return b"icalendar-2.0" in head or re.search(rb"<(?:\w+:)?vcalendar\b", head) is not None


def from_xcal(text: str) -> str:
    """Turn xCal into iCalendar text. Raises Malformed for broken XML and for document types (entities are never expanded)."""
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text[:10_000], re.IGNORECASE):
        raise Malformed("XML with a document type is not read", hint="entities may expand without bound")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
    try:
        root = ET.fromstring(text)  # noqa: S314  document types, the only way to entities, are refused above
    except (ET.ParseError, ValueError) as error:
        raise Malformed(f"broken XML ({error})") from error
    out: list[str] = []
    calendars = [e for e in root.iter() if _tag(e) == "VCALENDAR"]
    for calendar in calendars[:50]:
        _component(calendar, out, 0)
    return "\r\n".join(out)


def _tag(element: ET.Element) -> str:
    return _NAMESPACE.sub("", element.tag).upper()


def _component(element: ET.Element, out: list[str], level: int) -> None:
    out.append(f"BEGIN:{_tag(element)}")
    for part in element:
        if _tag(part) == "PROPERTIES":
            out.extend(line for item in part if (line := _property(item)))
        elif _tag(part) == "COMPONENTS" and level < 5:
            for inner in part:
                _component(inner, out, level + 1)
    out.append(f"END:{_tag(element)}")


def _property(element: ET.Element) -> str:
    name, parameters, values = _tag(element), "", []
    for part in element:
        if _tag(part) == "PARAMETERS":
            parameters = "".join(f';{_tag(p)}="{_plain(p)}"' for p in part if _plain(p))
        else:
            values.append(part)
    if not values:
        return ""
    if name == "RRULE" or any(_tag(v) == "RECUR" for v in values):
        items = [e for v in values for e in (v if len(v) else [v])]
        return f"RRULE:{_rule(items)}"
    if name == "GEO":
        return "GEO:" + ";".join("".join(v.itertext()).strip() for v in values)
    kinds = {_tag(v) for v in values}
    if "DATE" in kinds:
        parameters += ";VALUE=DATE"
    if "PERIOD" in kinds:
        parameters += ";VALUE=PERIOD"
    return f"{name}{parameters}:{','.join(_value(v) for v in values)}"


def _plain(element: ET.Element) -> str:
    return re.sub(r'["\r\n]', " ", "".join(element.itertext())).strip()


def _value(element: ET.Element) -> str:
    text, kind = "".join(element.itertext()).strip(), _tag(element)
    if kind in {"DATE", "DATE-TIME"}:
        return re.sub(r"[-:](?=\d)", "", text)
    if kind == "PERIOD":
        parts = ["".join(p.itertext()).strip() for p in element]
        return "/".join(re.sub(r"[-:](?=\d)", "", p) if not p.startswith("P") else p for p in parts)
    if kind in {"URI", "CAL-ADDRESS", "INTEGER", "BOOLEAN", "DURATION"}:
        return text.replace("\n", "")
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return re.sub(r"\r?\n", "\\\\n", escaped)


def _rule(items: list[ET.Element]) -> str:
    found: dict[str, list[str]] = {}
    for item in items:
        value = "".join(item.itertext()).strip()
        if _tag(item) == "UNTIL":
            value = re.sub(r"[-:](?=\d)", "", value)
        found.setdefault(_tag(item), []).append(value)
    return ";".join(f"{name}={','.join(values)}" for name, values in found.items())

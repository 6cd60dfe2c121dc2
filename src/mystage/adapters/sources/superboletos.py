"""Superboletos (Mexico): its list of events. Days are free Spanish text, mostly without a year; prices of "0" are unknown."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from mystage.adapters.sources.kit.acts import act_in_title
from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, links, number
from mystage.adapters.sources.kit.localities import zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.spoken_dates import days_in, resolve
from mystage.adapters.sources.kit.wall_times import clock_in
from mystage.adapters.sources.kit.wordings import is_product, kind_of, status_in_title, status_of
from mystage.domain.sources import PerformanceKind, Reading, fold_text, records

VERSION: Final = 1
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b.*$")
_RUN = re.compile(r"\b(?:del?|desde)\b.*\bal?\b|\bhasta\b|\d\s*[-\u2013]\s*\d", re.IGNORECASE)
_STAMP = re.compile(r"[?&]v=(20\d{2})(\d{2})(\d{2})\d*")
_SORTS: Final = {"conciertos": PerformanceKind.CONCERT, "festivales": PerformanceKind.FESTIVAL}


def recognises(payload: Payload) -> float:
    """A list (or an envelope of one) of rows with its field names."""
    rows = _rows(payload.json)
    return 0.97 if rows and all({"nombreEvento", "nombreRecinto", "fechas"} <= row.keys() for row in rows[:5]) else 0.0


def _rows(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        data = next((v for v in data.values() if isinstance(v, list) and v), None)
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []


def parse(payload: Payload) -> Reading:
    """One performance a row."""
    rows = _rows(payload.json)
    seen = payload.fetched_at.date() if payload.fetched_at else _seen(rows)
    builder = ClaimsBuilder()
    left: list[str] = []
    for row in rows:
        _event(builder, Fields(row, "[]", left), seen)
    return records(builder.build(), unread=Fields({}, "", left).unread)


def _stamp(row: dict[str, Any]) -> date | None:
    """When a row's picture was made: a little after the sale opened, before the show."""
    found = next((m for v in row.values() if isinstance(v, str) and (m := _STAMP.search(v))), None)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _seen(rows: list[dict[str, Any]]) -> date | None:
    """The newest picture of the list: the earliest day on which it can have been captured."""
    return max((day for row in rows if (day := _stamp(row))), default=None)


def _event(builder: ClaimsBuilder, row: Fields, seen: date | None) -> None:
    title, marked = status_in_title(row.text("nombreEvento"))
    if is_product(title):
        return
    city, region = row.text("nombreCiudad"), row.text("abrevEstado")
    zone = zone_of("MX", region, city)
    venue = builder.venue(name=row.text("nombreRecinto"), locality=city, region=region, country="MX", timezone=zone)
    pictures = links([row.pop("rutaImagenMain"), row.pop("rutaImagenThumb")])
    own, showings = (
        row.text("eventoId"),
        _days(row.text("fechas") or "", seen, _stamp({"picture": pictures[0]}) if pictures else None),
    )
    sort, genre = row.text("claveTipoEvento") or "", row.text("claveGenero")
    kind = _SORTS.get(fold_text(sort)) or kind_of(title) or PerformanceKind.OTHER
    act = act_in_title(title, loose=True) if kind is PerformanceKind.CONCERT else None
    prices = [n for n in (number(row.pop("precioMinimo")), number(row.pop("precioMaximo"))) if n]
    artists = [builder.artist(name=act)] if act else ()
    status = status_of(row.text("claveEstatusFechaEvento"), marked)
    for start, end in showings:
        builder.performance(
            source_id=own,
            key=f"{own}:{start}" if own and len(showings) > 1 else None,
            title=title,
            venue=venue,
            artists=artists,
            start_local=start,
            end_local=end,
            timezone=zone,
            status=status,
            kind=kind,
            images=pictures,
            genres=(genre,) if genre and kind is PerformanceKind.CONCERT else (),
            **({"price_min": min(prices), "price_max": max(prices), "currency": "MXN"} if prices else {}),
        )
    row.rest()


def _days(words: str, seen: date | None, stamp: date | None) -> list[tuple[str | None, str | None]]:
    """Start and end of each showing.

    "Del Jue. 21 al Dom. 24 Mayo" is one run, "19 y 20 de Agosto 21:00 Hrs." two showings, ",," none that is known.
    """
    spoken = days_in(_CLOCK.sub("", words))
    # a row's own picture is nearer to its show than the newest one of the list
    days = [resolve(day, stamp or seen, (seen or stamp or date.min).year) for day in spoken]
    known = [day for day in days if day]
    if not known or len(known) != len(days):
        return [(None, None)]
    clock = clock_in(words)
    shown = [f"{day.isoformat()}T{clock}" if clock else day.isoformat() for day in known]
    if _RUN.search(words) and known[-1] > known[0]:
        return [(shown[0], known[-1].isoformat())]
    return [(start, None) for start in dict.fromkeys(shown)]

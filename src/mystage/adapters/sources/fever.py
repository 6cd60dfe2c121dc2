"""Fever: a plan with its sessions. Sessions hang in a tree date -> time -> zone; zones are price classes of one showing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, link, links, position, text
from mystage.adapters.sources.kit.localities import zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.wall_times import end_after, known_zone, wall
from mystage.adapters.sources.kit.wordings import iso_currency, kind_of, status_in_title, status_of
from mystage.domain.sources import Reading, nothing, records

VERSION: Final = 1


def recognises(payload: Payload) -> float:
    """A tree of levels named date, time and session."""
    data = payload.json
    level = data.get("level") if isinstance(data, dict) else None
    if isinstance(level, dict) and level.get("type") in ("date", "time", "session") and "items" in level:
        return 0.97
    return 0.9 if isinstance(data, dict) and "default_session" in data and "name" in data else 0.0


def parse(payload: Payload) -> Reading:
    """The showings of a plan. A bare tree of sessions names neither plan nor place: nothing to record by itself."""
    plan = Fields(payload.json)
    title, marked = status_in_title(plan.text("name", "title"))
    if not title:
        return nothing("a tree of ticket sessions without its plan: no title and no place to record")
    builder = ClaimsBuilder()
    venue, place, place_zone = _venue(builder, plan.sub("place", "venue"), plan.sub("city").text("name"))
    showings: dict[str, list[dict[str, Any]]] = {}
    for session in _sessions(payload.json):
        start = wall(session.get("starts_at_iso"))
        if start and session.get("is_pack") is not True:
            showings.setdefault(start, []).append(session)
    plan_id, address = text(plan.pop("id")), link(plan.pop("url", "share_url"))
    about, pictures = text(plan.pop("description"), 20_000), links([plan.pop("cover_image", "image_url")])
    for start, sessions in showings.items() or [(None, [])]:
        first = sessions[0] if sessions else {}
        sold_out = bool(sessions) and not any(s.get("has_available_tickets", True) for s in sessions)
        builder.performance(
            source_id=f"{plan_id}-{start}" if plan_id and len(showings) > 1 else plan_id,
            title=title,
            venue=venue,
            place=None if venue else place,
            start_local=start,
            end_local=end_after(start, wall(first.get("ends_at_iso"))),
            timezone=known_zone(first.get("timezone")) or place_zone,
            status=status_of("sold out" if sold_out else None, marked),
            kind=kind_of(title),
            ticket_url=address,
            url=address,
            description=about,
            images=pictures,
            **_prices(sessions),
        )
    plan.ignore("level", "next", "add_ons", "default_session")
    plan.rest()
    return records(builder.build(), unread=plan.unread)


def _prices(sessions: list[dict[str, Any]]) -> dict[str, Any]:
    """The lowest and highest price of the zones; surcharges are no part of it, 0 says nothing."""
    amounts = [s["price"] for s in sessions if isinstance(s.get("price"), (int, float)) and s["price"] > 0]
    code = next(
        (c for s in sessions if isinstance(s.get("currency"), str) and (c := iso_currency(s["currency"]))), None
    )
    return {"price_min": min(amounts), "price_max": max(amounts), "currency": code} if amounts else {}


def _sessions(data: Any) -> Iterator[dict[str, Any]]:
    """The leaves of the tree, in its order."""
    stack = [data.get("level") if isinstance(data, dict) else None]
    stack += [data.get("default_session")] if isinstance(data, dict) and not stack[0] else []
    while stack:
        item = stack.pop()
        if not isinstance(item, dict):
            continue
        if "starts_at_iso" in item:
            yield item
            continue
        items = item.get("items")
        below = items if isinstance(items, list) else []
        stack.extend(reversed([*below, *(item.get(name) for name in ("value", "level"))]))


def _venue(builder: ClaimsBuilder, place: Fields, city: str | None) -> tuple[str | None, str | None, str | None]:
    country = country_code(place.text("country", "country_code"))
    spot = position(place.pop("latitude", "lat"), place.pop("longitude", "lng", "lon"))
    town = place.text("city", "locality") or city
    zone = zone_of(country, None, town, spot.get("lat"), spot.get("lon"))
    key = builder.venue(
        source_id=place.pop("id"),
        name=place.text("name"),
        street=place.text("address"),
        locality=town,
        country=country,
        timezone=zone,
        **spot,
    ) if "name" in place else None  # fmt: skip  # one expression
    place.rest()
    return key, town, zone

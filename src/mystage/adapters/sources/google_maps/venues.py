"""What makes a Google place a venue claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from mystage.adapters.sources.kit.addresses import Address
from mystage.adapters.sources.kit.building import ClaimsBuilder, phone_e164
from mystage.adapters.sources.kit.weblinks import own_site, without_tracking
from mystage.adapters.sources.kit.whereabouts import zone_of

_AREAS: Final = frozenset((
    "political", "route", "street_address", "street_number", "intersection", "postal_code", "geocode", "premise", "country",
    "subpremise", "plus_code", "transit_station", "bus_station", "subway_station", "train_station", "light_rail_station",
    "neighborhood", "colloquial_area", "natural_feature",
))  # fmt: skip
_PLACES: Final = frozenset(("establishment", "point_of_interest"))
_GENERAL: Final = frozenset(("establishment", "point_of_interest", "food", "store"))


def is_place(types: Sequence[str]) -> bool:
    """Whether a thing of these types is a place one can go to, not an area, a street or a stop."""
    kinds = set(types)
    if not kinds:
        return True
    stops = {k for k in kinds if k.endswith("_station") and k in _AREAS}
    return not stops and (bool(kinds & _PLACES) or not kinds & _AREAS)


def type_names(value: object) -> tuple[str, ...]:
    """The types of a place as they came."""
    return tuple(t for t in value if isinstance(t, str)) if isinstance(value, list) else ()


def add_place(
    builder: ClaimsBuilder,
    *,
    place_id: str | None,
    name: str | None,
    address: Address,
    pin: dict[str, float],
    phones: Sequence[str | None] = (),
    website: object = None,
    types: Sequence[str] = (),
    zone: str | None = None,
    **more: Any,
) -> str | None:
    """Add a venue. A "website" that is a page of a network or directory is a link instead."""
    site = own_site(website)
    page = without_tracking(website) if site is None else None
    phone = next((p for p in (phone_e164(raw, address.country) for raw in phones) if p), None)
    identifiers = {"google_place_id": place_id} if place_id else {}
    return builder.venue(
        source_id=place_id,
        name=name,
        street=address.street,
        locality=address.locality,
        region=address.region,
        postal_code=address.postal_code,
        country=address.country,
        timezone=zone or zone_of(address.country, address.region, address.locality, **pin),
        phone=phone,
        website=site,
        links=(page,) if page else (),
        categories=tuple(t for t in types if t not in _GENERAL),
        identifiers=identifiers | more.pop("identifiers", {}),
        **pin,
        **more,
    )

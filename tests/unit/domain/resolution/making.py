"""Sides of our own making for the tests of resolution."""

from __future__ import annotations

from mystage.domain.resolution.records import Side, prepare_claim, prepare_performance
from mystage.domain.sources import ArtistClaim, PerformanceClaim, VenueClaim

HOUSE = {
    "street": "12 Mill Road",
    "locality": "Ashford",
    "postal_code": "54321",
    "phone": "+49 123 456789",
    "lat": 50.1234,
    "lon": 8.6543,
}
"""One building."""
FOXES = (("art_foxes", "Velvet Foxes"),)
OWLS = (("art_owls", "Iron Owls"),)


def venue(name: str, source: str = "alpha", key: str = "1", **more) -> Side:
    return prepare_claim(f"{source}:venue:{key}", source, VenueClaim(key=key, name=name, **more))


def artist(name: str, source: str = "alpha", key: str = "1", **more) -> Side:
    return prepare_claim(f"{source}:artist:{key}", source, ArtistClaim(key=key, name=name, **more))


def show(source: str = "alpha", key: str = "1", *, venue_id="", venue_name="", artists=(), **more) -> Side:
    claim = PerformanceClaim(key=key, **more)
    return prepare_performance(f"{source}:performance:{key}", source, claim, venue_id, venue_name, artists)

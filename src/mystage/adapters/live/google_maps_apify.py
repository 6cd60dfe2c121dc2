"""Google Maps by the crawler `compass/crawler-google-places` on Apify: venues of a place."""

from __future__ import annotations

from mystage.adapters.live import apify
from mystage.adapters.live.kit import refuse
from mystage.domain.pipeline.discovery import Ask

after = apify.after
send = apify.send


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """One run for a city, or for a circle."""
    given: dict[str, object] = {"searchStringsArray": [ask.words or "live music venue"], "language": "en"}
    if ask.near:
        point = [round(ask.near.lon, 6), round(ask.near.lat, 6)]
        given["customGeolocation"] = {"type": "Point", "coordinates": point, "radiusKm": ask.near.km}
    elif ask.city:
        given["locationQuery"] = ", ".join(filter(None, (ask.city, ask.country)))
    else:
        raise refuse(ask, "google_maps_apify", "give --near or --city")
    return (apify.start(base, "compass~crawler-google-places", given),)

"""Yelp by the scraper `tri_angle/yelp-scraper` on Apify: businesses of a city."""

from __future__ import annotations

from mystage.adapters.live import apify
from mystage.adapters.live.kit import refuse
from mystage.domain.pipeline.discovery import Ask

after = apify.after
send = apify.send


def begin(ask: Ask, base: str) -> tuple[str, ...]:
    """One run for a city."""
    if not ask.city:
        raise refuse(ask, "yelp_apify", "give --city")
    where = ", ".join(filter(None, (ask.city, ask.country)))
    given: dict[str, object] = {"searchTerms": [ask.words or "live music"], "locations": [where]}
    return (apify.start(base, "tri_angle~yelp-scraper", given),)

"""Web addresses in payloads: without what tracks the caller, and whether a site is a venue's own. Pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mystage.adapters.sources.kit.building import link
from mystage.domain.pipeline.urls import TRACKING

_CALLER: Final = frozenset(("app_id", "scid", "aff", "affiliate_id", "ltsid", "igsh", "referral"))
_DIRECTORIES: Final = frozenset((
    "facebook.com", "fb.com", "fb.me", "instagram.com", "twitter.com", "x.com", "tiktok.com", "youtube.com", "linktr.ee",
    "yelp.com", "tripadvisor.com", "foursquare.com", "opentable.com", "vrisko.gr", "yellowpages.com", "zomato.com",
    "ticketmaster.com", "ticketweb.com", "livenation.com", "eventbrite.com", "bandsintown.com", "songkick.com",
    "seatgeek.com", "business.site", "maps.google.com", "goo.gl", "g.page", "maps.app.goo.gl", "wa.me", "whatsapp.com",
    "booking.com", "wolt.com", "efood.gr", "ubereats.com", "doordash.com", "grubhub.com", "toasttab.com", "beacons.ai",
    "wikipedia.org", "wikidata.org", "resy.com", "thefork.com", "e-food.gr", "linkedin.com", "meetup.com",
))  # fmt: skip  # one line a host would be a page


def without_tracking(value: object) -> str | None:
    """An http(s) address without parameters that name the visitor or the caller; None for what is no address."""
    address = link(value)
    if address is None or "?" not in address:
        return address
    try:
        parts = urlsplit(address)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return None
    kept = [(name, content) for name, content in pairs if not _tracks(name.lower())]
    return address if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))


def own_site(value: object) -> str | None:
    """An address that can be a thing's own site; None for social networks, directories, shops and map pages."""
    address = without_tracking(value)
    if address is None:
        return None
    host = host_of(address)
    if re.fullmatch(r"(?:maps\.)?google\.[a-z.]{2,6}", host) and "/maps" in address:
        return None
    labels = host.split(".")
    domains = {".".join(labels[-n:]) for n in range(2, len(labels) + 1)}
    brand = labels[-3] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2] if len(labels) > 1 else ""
    return None if domains & _DIRECTORIES or f"{brand}.com" in _DIRECTORIES else address


def host_of(address: str) -> str:
    """The host of an address in lower case, without `www.`; "" where it has none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _tracks(name: str) -> bool:
    return name in TRACKING or name in _CALLER or name.startswith(("utm_", "adjust_"))

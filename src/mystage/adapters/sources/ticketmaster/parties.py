"""Venues and attractions (acts, but also teams, musicals and festivals) of the Discovery API."""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    link,
    phone_e164,
    position,
    same_words,
    text,
    texts,
)
from mystage.adapters.sources.kit.mojibake import repaired
from mystage.adapters.sources.kit.weblinks import own_site, without_tracking
from mystage.adapters.sources.kit.whereabouts import region_text, zone_of
from mystage.adapters.sources.kit.wording import is_festival, is_nowhere, is_ticket_product, is_tour

_NAMED_IDS: Final = ("musicbrainz", "spotify")
_SPOTIFY: Final = re.compile(r"artist[/:]([A-Za-z0-9]{22})")
_NOT_ACTS: Final = frozenset(("sports", "film", "miscellaneous", "arts & theatre", "donation", "nonticket", "group"))


def classes_of(fields: Fields) -> tuple[str, tuple[str, ...], str]:
    """(segment in lower case, genres, type and sub-type in lower case) of the primary classification."""
    items = fields.list("classifications")
    segment = ""
    genres: list[str] = []
    types: list[str] = []
    for item in items:
        primary = item.pop("primary") is not False or len(items) == 1
        names = {n: text(item.sub(n).pop("name")) for n in ("segment", "genre", "subGenre", "type", "subType")}
        item.ignore("family")
        item.rest()
        if primary or not segment:
            segment = segment or (names["segment"] or "").lower()
            genres.extend(names[n] or "" for n in ("genre", "subGenre"))
            types.extend((names[n] or "").lower() for n in ("type", "subType"))
    real = dict.fromkeys(g for g in genres if g and g.lower() not in ("undefined", "other", "miscellaneous"))
    return ("" if segment == "undefined" else segment), tuple(real), " ".join(t for t in types if t != "undefined")


def images_of(fields: Fields) -> tuple[str, ...]:
    """The largest original picture (the others are its crops)."""
    found = [(i.number("width") or 0.0, link(i.pop("url")), i.pop("fallback")) for i in fields.list("images")]
    own = sorted((f for f in found if f[1] and f[2] is not True), key=lambda f: -f[0])
    return (own[0][1],) if own and own[0][1] else ()


def read_attraction(builder: ClaimsBuilder, fields: Fields, segment: str = "") -> str | None:
    """Add an attraction that is an act and answer its key; None for teams, musicals, festivals, products.

    `segment` is the event's own, for attractions without a classification.
    """
    name = repaired(fields.text("name"))
    own_segment, genres, types = classes_of(fields)
    images = images_of(fields)
    pages = fields.sub("externalLinks")
    homepage = next((s for s in (own_site(p.pop("url")) for p in pages.list("homepage")) if s), None)
    ids = {n: [text(p.pop("id")) or _spotify(p.peek("url")) for p in pages.list(n)] for n in _NAMED_IDS}
    names = ("youtube", "twitter", "itunes", "lastfm", "facebook", "instagram", "wiki", "spotify")
    addresses = [link(p.pop("url")) for n in names for p in pages.list(n)]
    pages.ignore(*names)
    pages.rest()
    identity = fields.text("id")
    values: dict[str, Any] = {
        "source_id": identity, "name": name, "url": without_tracking(fields.pop("url")), "website": homepage,
        "alt_names": texts(fields.pop("aliases")),
        "genres": genres, "images": images, "links": tuple(dict.fromkeys(a for a in addresses if a)),
        "description": fields.text("description", "additionalInfo"),
        "identifiers": {n: v[0] for n, v in ids.items() if v and v[0]} | ({"ticketmaster": identity} if identity else {}),
    }  # fmt: skip
    fields.ignore("type", "test", "locale", "upcomingEvents", "_links", "_embedded", "target", "descriptions")
    fields.rest()
    if (
        (own_segment or segment) in _NOT_ACTS
        or "festival" in types
        or is_festival(name)
        or is_tour(name)
        or is_ticket_product(name)
    ):
        return None
    return builder.artist(**values)


def _spotify(value: object) -> str | None:
    found = _SPOTIFY.search(value) if isinstance(value, str) else None
    return found[1] if found else None


class Place:
    """A venue of the Discovery API; where it has no name of its own, its words and zone still hold."""

    def __init__(self, fields: Fields) -> None:
        self.identity = fields.text("id")
        name, town = repaired(fields.text("name")), repaired(fields.sub("city").text("name"))
        state, nation, address = fields.sub("state"), fields.sub("country"), fields.sub("address")
        self.country = country_code(nation.text("countryCode")) or country_code(nation.text("name"))
        code, full = state.text("stateCode"), repaired(state.text("name"))
        region = region_text(self.country, code) if code and code.isalpha() else full or code
        spot = fields.sub("location")
        pin = position(spot.pop("latitude"), spot.pop("longitude"))
        self.zone = fields.text("timezone") or zone_of(self.country, region, town, **pin)
        street = repaired(address.text("line1"))
        box = fields.sub("boxOfficeInfo")
        self._name = name
        self._values: dict[str, Any] = {
            "name": name, "source_id": self.identity, "url": without_tracking(fields.pop("url")), "locality": town,
            "street": None if same_words(street, town) or same_words(street, name) else street,
            "region": region, "postal_code": _postal_code(fields.text("postalCode")), "country": self.country,
            "timezone": self.zone, "phone": _phone_in(text(box.pop("phoneNumberDetail")), self.country),
            "alt_names": texts(fields.pop("aliases")),
            "images": images_of(fields), "description": fields.text("description", "additionalInfo"), **pin,
            "links": tuple(a for a in [_twitter(fields)] if a),
            "identifiers": {"ticketmaster": self.identity} if self.identity else {},
        }  # fmt: skip
        self.words = ", ".join(filter(None, (street, town, region, self.country)))
        fields.ignore("type", "test", "locale", "markets", "dmas", "upcomingEvents", "_links", "ada", "parkingDetail")
        fields.ignore(
            "accessibleSeatingDetail", "generalInfo", "currency", "distance", "units", "childRule", "_embedded"
        )
        fields.rest()

    def add(self, builder: ClaimsBuilder) -> str | None:
        """Add the venue where it is one."""
        if is_nowhere(self._name) or (is_festival(self._name) and not self._values["street"]):
            return None
        return builder.venue(**self._values)


def read_venue(builder: ClaimsBuilder, fields: Fields) -> str | None:
    """Add a venue and answer its key."""
    return Place(fields).add(builder)


def _postal_code(raw: str | None) -> str | None:
    return None if raw and re.fullmatch(r"0{4,}|9{5,}", raw) else raw


def _twitter(fields: Fields) -> str | None:
    handle = fields.sub("social").sub("twitter").text("handle")
    return f"https://twitter.com/{handle.lstrip('@')}" if handle and re.fullmatch(r"@?\w{1,15}", handle) else None


def _phone_in(said: str | None, country: str | None) -> str | None:
    """The first phone number in what may be a sentence about the box office."""
    if not said:
        return None
    import phonenumbers  # noqa: PLC0415  heavy metadata, only where a phone is read

    for found in phonenumbers.PhoneNumberMatcher(said[:1_000], country):
        return phone_e164(found.raw_string, country)
    return None

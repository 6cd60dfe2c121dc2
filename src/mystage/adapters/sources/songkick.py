"""Songkick's API 3.0: events, calendars, gigographies, artists, venues, setlists, location searches, errors.

Local `time` and `date` are right where `datetime` is not (its offset ignores daylight saving), so only they are read.
"""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.kit.building import (
    ClaimsBuilder,
    Fields,
    country_code,
    link,
    number,
    phone_e164,
    position,
    text,
)
from mystage.adapters.sources.kit.localities import region_code, zone_of
from mystage.adapters.sources.kit.payload import Payload
from mystage.adapters.sources.kit.spoken_dates import days_in, resolve
from mystage.adapters.sources.kit.wall_times import end_after, joined
from mystage.adapters.sources.kit.wordings import is_product, status_in_title, status_of
from mystage.domain.sources import PerformanceKind, Reading, ReadingErrorKind, failed, fold_text, records

VERSION: Final = 1
_LABEL_DATE = re.compile(r"\s*\(([^()]{6,40})\)\s*$")
_MORE = re.compile(r",? and \d+ more\s*…?\s*$")
_EVENT_ID = re.compile(r"/events/(\d+)/setlists")
_KINDS: Final = {"concert": PerformanceKind.CONCERT, "festival": PerformanceKind.FESTIVAL}


def recognises(payload: Payload) -> float:
    """The envelope `resultsPage` is Songkick's alone."""
    page = payload.json.get("resultsPage") if isinstance(payload.json, dict) else None
    return 1.0 if isinstance(page, dict) and {"results", "error", "status"} & page.keys() else 0.0


def parse(payload: Payload) -> Reading:
    """All events, venues, artists and setlists of one answer."""
    page = Fields(payload.json).sub("resultsPage")
    problem = page.sub("error").text("message")
    if page.text("status") == "error" or problem:
        return failed(_error_kind(problem or ""), problem or "Songkick answers with an error")
    page.ignore("totalEntries", "page", "perPage", "clientLocation", "tracking")
    results = page.sub("results")
    builder = ClaimsBuilder()
    events = results.list("event", "events") + [e.sub("event") for e in results.list("calendarEntry")]
    for event in events:
        _event(builder, event)
    for venue in results.list("venue"):
        _venue(builder, venue, Fields({}))
    for artist in results.list("artist"):
        _artist(builder, artist)
    for setlist in results.list("setlist"):
        _setlist(builder, setlist, payload.url)
    # a location search names towns and metro areas: none of them is a venue
    results.ignore("location")
    results.rest()
    page.rest()
    return records(builder.build(), unread=page.unread)


def _error_kind(message: str) -> ReadingErrorKind:
    words = message.lower()
    if "key" in words or "unauthor" in words or "forbidden" in words:
        return ReadingErrorKind.AUTH
    if "not found" in words:
        return ReadingErrorKind.NOT_FOUND
    return ReadingErrorKind.QUOTA if "limit" in words or "too many" in words else ReadingErrorKind.BAD_REQUEST


def _plain(uri: object) -> str | None:
    address = link(uri)
    return address.partition("?")[0] if address else None


def _event(builder: ClaimsBuilder, event: Fields) -> None:
    location = event.sub("location")
    venue, zone, place = _venue(builder, event.sub("venue"), location)
    location.rest()
    start_at, end_at = event.sub("start"), event.sub("end")
    start = joined(start_at.pop("date"), start_at.pop("time"))
    end = end_after(start, joined(end_at.pop("date"), end_at.pop("time")))
    names, artists = _billed(builder, event.list("performance"))
    kind = event.text("type")
    label, marked = status_in_title(event.text("displayName"))
    title = label if kind == "Festival" else _title(label, names)
    series = event.sub("series").text("displayName")
    if title is None or (is_product(title) and not artists):
        return
    event.ignore("popularity", "ageRestriction", "flaggedAsEnded")
    builder.performance(
        source_id=event.pop("id"),
        title=title or series,
        venue=venue,
        place=None if venue else place,
        artists=artists,
        start_local=start,
        end_local=end,
        timezone=zone,
        status=status_of(event.text("status"), marked),
        kind=_KINDS.get((kind or "").lower()),
        url=_plain(event.pop("uri")),
    )
    event.rest()


def _title(label: str | None, names: list[str]) -> str | None:
    """A title from a composed label "A with B at V (date)": without place and date, and without what is no act."""
    if not label:
        return None
    cut = _LABEL_DATE.sub("", label)
    if cut != label:
        cut = cut.rpartition(" at ")[0] or cut
    cut = _MORE.sub("", cut)
    head, _, guests = cut.partition(" with ")
    if not guests:
        return head
    if names and fold_text(head) == fold_text(names[0]):
        return f"{head} with {_listed(names[1:])}" if len(names) > 1 else head
    return (
        head
        if any(is_product(part) for part in re.split(r",| and ", guests)) or fold_text(head)[-4:].isdigit()
        else cut
    )


def _listed(names: list[str]) -> str:
    shown = names[:8]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _billed(builder: ClaimsBuilder, performances: list[Fields]) -> tuple[list[str], list[str | None]]:
    """Names and keys of those who play, in billing order; products, tour names and run-together names left out."""
    rows: list[tuple[float, Fields, str, list[str | None]]] = []
    for performance in performances:
        artist = performance.sub("artist")
        name = artist.text("displayName") or performance.text("displayName")
        performance.ignore("displayName", "id", "billing")
        order = performance.number("billingIndex") or 0
        performance.rest()
        if name:
            rows.append((order, artist, name, _mbids(artist)))
    rows.sort(key=lambda row: row[0])
    all_names = [name for _, _, name, _ in rows]
    kept = [(artist, name, ids) for _, artist, name, ids in rows if not _no_act(name, all_names, known=bool(ids))]
    return [name for _, name, _ in kept], [_artist(builder, artist, name, ids) for artist, name, ids in kept]


def _mbids(artist: Fields) -> list[str | None]:
    return [identifier.text("mbid") for identifier in artist.list("identifier")]


def _no_act(name: str, billed: list[str], *, known: bool) -> bool:
    """A ticket product; or, unknown to MusicBrainz, a tour's name or the names of other acts of the bill."""
    if is_product(name):
        return True
    others = [fold_text(n) for n in billed if n != name]
    folded = fold_text(name)
    if known or not others:
        return False
    joined_names = [part for part in re.split(r" and | & |, ", name) if fold_text(part) in others]
    starts = any(other and folded.startswith(other + " ") for other in others)
    return (
        len(joined_names) > 1 or starts or re.search(r" (19|20)\d\d$| tour$", folded) is not None or name.endswith("!")
    )


def _artist(
    builder: ClaimsBuilder, artist: Fields, name: str | None = None, mbids: list[str | None] | None = None
) -> str | None:
    mbids = _mbids(artist) if mbids is None else mbids
    artist.ignore("onTourUntil", "tracking")
    key = builder.artist(
        source_id=artist.pop("id"),
        name=name or artist.text("displayName"),
        url=_plain(artist.pop("uri")),
        # several ids mean that Songkick could not tell who it is
        identifiers={"musicbrainz": mbids[0]} if len(mbids) == 1 and mbids[0] else {},
    )
    artist.rest()
    return key


def _venue(builder: ClaimsBuilder, venue: Fields, location: Fields) -> tuple[str | None, str | None, str | None]:
    """Key, zone and place in words of an event's venue."""
    city, metro = venue.sub("city"), venue.sub("metroArea")
    town = _town(location.text("city")) or _named_town(city)
    country = town.get("country") or country_code(metro.sub("country").text("displayName"))
    metro.sub("state").ignore("displayName")
    metro.ignore("displayName", "id", "uri", "lat", "lng", "state", "country")
    spot = position(venue.pop("lat"), venue.pop("lng")) or position(location.pop("lat"), location.pop("lng"))
    location.ignore("lat", "lng")
    zone = zone_of(country, town.get("region"), town.get("locality"), spot.get("lat"), spot.get("lon"))
    place = ", ".join(v for v in (town.get("locality"), town.get("region"), country) if v)
    name, source_id = venue.text("displayName"), venue.pop("id")
    if source_id is None or not name or fold_text(name) in ("unknown venue", "tba", "tbc", "venue tba"):
        return None, zone, place or None
    capacity = number(venue.pop("capacity"))
    key = builder.venue(
        source_id=source_id,
        name=name,
        street=venue.text("street"),
        postal_code=venue.text("zip"),
        phone=phone_e164(venue.text("phone"), country),
        website=link(venue.pop("website")),
        description=text(venue.pop("description"), 20_000),
        capacity=int(capacity) if capacity and capacity > 0 else None,
        timezone=zone,
        url=_plain(venue.pop("uri")),
        **(town | {"country": country}),
        **spot,
    )
    venue.rest()
    return key, zone, place or None


def _town(words: str | None) -> dict[str, Any]:
    """Of "Santa Barbara, CA, US" or "Vienna, Austria"."""
    parts = [part.strip() for part in (words or "").split(",") if part.strip()]
    if not parts:
        return {}
    country = country_code(parts[-1]) if len(parts) > 1 else None
    region = parts[1] if len(parts) == 3 else None
    return {"locality": parts[0], "region": region_code(region, country), "country": country}


def _named_town(city: Fields) -> dict[str, Any]:
    country = country_code(city.sub("country").text("displayName"))
    region = region_code(city.sub("state").text("displayName"), country)
    city.ignore("id", "uri", "lat", "lng")
    found = {"locality": city.text("displayName"), "region": region, "country": country}
    city.rest()
    return found


def _setlist(builder: ClaimsBuilder, setlist: Fields, url: str) -> None:
    """A played set: who, and where and when from its label "Wilco at Troxy (25 Aug 09)". Songs are no records."""
    artist = setlist.sub("artist")
    name = artist.text("displayName")
    key = _artist(builder, artist, name)
    label = setlist.text("displayName") or ""
    setlist.ignore("setlistItem", "performance", "id")
    setlist.rest()
    dated = _LABEL_DATE.search(label)
    head = _LABEL_DATE.sub("", label)
    venue = head[len(name) + 4 :] if name and head.startswith(f"{name} at ") else None
    start = _label_day(dated[1]) if dated else None
    if not key or not start:
        return
    event = _EVENT_ID.search(url)
    builder.performance(
        source_id=event[1] if event else None,
        title=head,
        artists=[key],
        venue=builder.venue(name=venue) if venue else None,
        start_local=start,
        kind=PerformanceKind.CONCERT,
    )


def _label_day(words: str) -> str | None:
    """The day of "25 Aug 09" (a year of two digits: of this century) or "25 August 2009"."""
    words = re.sub(r"\b(\d\d)$", r"20\1", words) if re.search(r"[A-Za-z] \d\d$", words) else words
    spoken = days_in(words)
    day = resolve(spoken[0], None) if spoken else None
    return day.isoformat() if day else None

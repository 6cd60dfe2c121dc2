"""Rows that scrapers of the site write: artist, day, "venue", town, and a country that may be a state."""

from __future__ import annotations

import re
from typing import Final

from mystage.adapters.sources.kit.building import ClaimsBuilder, Fields, country_code, same_words
from mystage.adapters.sources.kit.mojibake import repaired
from mystage.adapters.sources.kit.wallclock import day_only, end_after, wall_clock
from mystage.adapters.sources.kit.whereabouts import region_text, state_or_province, zone_by_name
from mystage.adapters.sources.kit.wording import is_festival, is_nowhere, is_tour, split_at, without_state
from mystage.domain.sources import PerformanceKind, PerformanceStatus, fold_text

_REMARK: Final = re.compile(r"\s*\([^()]*\b20\d\d\b[^()]*\)\s*$")


def read_row(builder: ClaimsBuilder, row: Fields) -> None:
    """One row: a performance of one artist. Rows have no ids and no times; an end that repeats the start is none."""
    artist = builder.artist(name=repaired(row.text("artist")))
    said, status = without_state(repaired(row.text("venue")))
    town, country_said = repaired(row.text("city/state", "city")), row.text("country")
    head, _, tail = (town or "").rpartition(", ")
    state = state_or_province(country_said)
    if head and (within := state_or_province(tail)):
        town, state = head, state or within
    country = state[0] if state else country_code(country_said)
    region = state[1] if state else region_text(country, row.text("state", "region"))
    zone = zone_by_name(country, region, town)
    title, venue_name = _title_and_venue(said, town, builder, artist)
    venue = (
        builder.venue(name=venue_name, locality=town, region=region, country=country, timezone=zone)
        if venue_name
        else None
    )
    starts = day_only(wall_clock(row.pop("start_date")))
    ends = end_after(starts, day_only(wall_clock(row.pop("end_date"))))
    own_show = bool(title and artist) and fold_text(builder.artist_name(artist or "")) in fold_text(title or "")
    festival = (is_festival(title) and not own_show) or ends is not None
    builder.performance(
        title=title,
        venue=venue,
        place=None if venue else ", ".join(filter(None, (town, region, country_said if not state else country))),
        artists=(artist,),
        start_local=starts,
        end_local=ends,
        timezone=zone,
        status=status or PerformanceStatus.SCHEDULED,
        kind=PerformanceKind.FESTIVAL if festival else PerformanceKind.CONCERT,
    )
    row.rest()


def _title_and_venue(
    said: str | None, town: str | None, builder: ClaimsBuilder, artist: str | None
) -> tuple[str | None, str | None]:
    """What stands as "venue" is a venue, or the title of the event, or a title with the venue in it."""
    if said is None or is_nowhere(said) or same_words(said, town):
        return None, None
    if is_festival(said) or is_tour(said):
        return said, None
    pair = split_at(said)
    if pair and artist and fold_text(builder.artist_name(artist)) in fold_text(pair[0]):
        return said, pair[1]
    return None, _REMARK.sub("", said) or said

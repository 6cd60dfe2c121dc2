"""Match keys of performances: place and day, artist and day, title and day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mystage.domain.resolution.artists.names import bones
from mystage.domain.resolution.commonness import title_weight
from mystage.domain.resolution.performances.record import Place, Show
from mystage.domain.resolution.performances.times import DAY, NIGHT_ENDS, NIGHT_STARTS, When

_MOST_DAYS = 4
"""Days of a festival under which it is kept."""
_MOST_ARTISTS = 3
_MOST_WORDS = 3
_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()


def days_of(when: When) -> tuple[str, ...]:
    """The days of a show, and the neighbouring day where a start near midnight, or told in UTC, may be told either way."""
    if when.day is None or when.last is None:
        return ()
    days = list(range(when.day, min(when.last, when.day + _MOST_DAYS - 1) + 1))
    if when.start is not None:
        minutes = when.start - when.day * DAY
        if minutes < NIGHT_ENDS or when.shifted:
            days.append(when.day - 1)
        if minutes >= NIGHT_STARTS or (when.shifted and when.last == when.day):
            days.append(when.day + 1)
    known = [day for day in dict.fromkeys(days) if _FIRST_DAY <= day <= _LAST_DAY]
    return tuple([date.fromordinal(day).isoformat() for day in known])


def keys(show: Show) -> Iterator[str]:
    """The keys under which a performance is kept and looked for, the most selective first."""
    for namespace, value in sorted(show.identifiers.items())[:2]:
        yield f"id:{namespace}:{value}"
    days = days_of(show.when)
    places, acts = _places(show), _acts(show)
    title = f"t:{' '.join(show.title) or show.title_key}" if show.title_key else ""
    for day in days:
        yield from (f"{place}:{day}" for place in places)
        yield from (f"{act}:{day}" for act in acts)
        if title:
            yield f"{title}:{day}"


def _places(show: Show) -> tuple[str, ...]:
    if show.venue_id:
        return (f"at:{show.venue_id}",)
    word = _telling(show.venue)
    return (f"vn:{word[:5]}", f"ve:{word[-4:]}") if word else ()


def _telling(venue: Place) -> str:
    """The longest word that says which venue it is (of equals, the first of the alphabet), whose start and end are keys: a typing error leaves one."""
    words = venue.telling or frozenset(venue.words)
    return min(words, key=lambda word: (-len(word), word), default="")


def _acts(show: Show) -> list[str]:
    names = show.artists[:_MOST_ARTISTS]
    found = [f"by:{id}" for id in show.artist_ids[:_MOST_ARTISTS]]
    # the name beside an id as well: the act may not be one yet
    found += [f"an:{bones(name)}" for name in (names[:1] if show.artist_ids else names)]
    # a title often names the artist that another source tells as such, so their words meet
    words = {word for word in show.title if len(word) > 3}
    words.update(word for name in names[:1] for word in name.words if len(word) > 3)
    telling = sorted(words, key=lambda word: (-title_weight(word), -len(word), word))
    return found + [f"tw:{word}" for word in telling[:_MOST_WORDS]]

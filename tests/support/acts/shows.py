"""Performances and what sources say of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tests.support.acts import words
from tests.support.acts.artists import Artist, Row, Told, make_artists
from tests.support.acts.spelling import typed, varied
from tests.support.acts.words import Vocabulary

_FIRST = date(2026, 1, 5)


@dataclass(frozen=True)
class Venue:
    """The truth of one venue; `room` is one of several in a house."""

    id: str
    name: str
    town: str
    room: str = ""
    offset: int = 1
    """Hours from UTC."""


@dataclass(frozen=True)
class Show:
    """The truth of one performance."""

    id: str
    venue: Venue
    start: datetime
    doors: int
    """Minutes before the start."""
    acts: tuple[Artist, ...]
    title: str
    kind: str = "plain"
    """What makes it a hard case."""
    last: date | None = None
    moved_from: Venue | None = None


def make_shows(count: int, rng: random.Random, vocabulary: Vocabulary) -> list[Show]:
    """Shows, about half of which stand near another one on purpose."""
    artists = [a for a in make_artists(max(40, count // 3), rng, vocabulary) if a.of not in ("tribute", "dj set")]
    venues = _venues(max(12, count // 25), rng, vocabulary)
    found: list[Show] = []
    while len(found) < count:
        found += _scene(rng, rng.choice(venues), artists, venues, vocabulary)
    return [replace(show, id=f"p{n}") for n, show in enumerate(found[:count])]


def _venues(count: int, rng: random.Random, v: Vocabulary) -> list[Venue]:
    found: list[Venue] = []
    while len(found) < count:
        name = f"{rng.choice((rng.choice(v.of(words.VENUES)), v.rare(rng), v.rare(rng)))} {rng.choice(words.VENUE_KINDS)}".strip()
        venue = Venue(f"v{len(found)}", name, rng.choice(v.of(words.TOWNS)), offset=rng.choice((-7, -5, 0, 1, 1, 2, 9)))
        found.append(venue)
        if rng.random() < 0.12:
            found += [
                replace(venue, id=f"v{len(found) + n}", room=room) for n, room in enumerate(rng.sample(words.ROOMS, 2))
            ]
    return found


_WAYS = ("plain",) * 60 + tuple(
    "sets instore nights nights tour tour neighbour neighbour residency residency festival festival tribute after "
    "room room moved support".split()
)  # fmt: skip
"""What stands beside a show, as often as it is listed: about one day in eighty has two sets of one act."""


def _scene(  # noqa: C901, PLR0912  one branch a way
    rng: random.Random, venue: Venue, artists: list[Artist], venues: list[Venue], v: Vocabulary
) -> list[Show]:
    """One show and what stands beside it."""
    head = rng.choice(artists)
    acts = (head, *rng.sample(artists, rng.choice((0, 0, 0, 1, 1, 2, 3))))
    day = _FIRST + timedelta(days=rng.randrange(330))
    start = _clock(day, rng.choice((18, 19, 19, 20, 20, 20, 21, 22, 23)), rng.choice((0, 0, 0, 30, 30, 15)))
    if rng.random() < 0.06:
        start = _clock(day, rng.choice((0, 1, 2)), rng.choice((0, 30)))
    base = Show("", venue, start, rng.choice((30, 60, 60, 90)), acts, _title(rng, acts, v))
    other = rng.choice([a for a in artists if a is not head])
    way = rng.choice(_WAYS)
    if way == "sets":
        way = rng.choice(("matinee", "late"))
    if way == "matinee":
        early = base.start.replace(hour=15, minute=0) if base.start.hour > 17 else base.start + timedelta(hours=15)
        return [base, replace(base, start=early, kind=way)]
    if way == "late":
        begin = base.start.replace(hour=19, minute=0)
        return [
            replace(base, start=begin),
            replace(base, start=begin + timedelta(minutes=rng.choice((150, 180))), kind=way),
        ]
    if way == "nights":
        return [
            replace(base, start=base.start + timedelta(days=n), kind=way if n else "plain")
            for n in range(rng.choice((2, 2, 3)))
        ]
    if way == "tour":
        return [
            base,
            replace(base, venue=rng.choice(venues), start=base.start + timedelta(days=rng.choice((1, 1, 2))), kind=way),
        ]
    if way == "neighbour":
        return [base, replace(base, acts=(other,), title=_title(rng, (other,), v), kind=way)]
    if way == "support":
        return [
            base,
            replace(
                base,
                acts=(other, *base.acts[1:]),
                title=_title(rng, (other,), v),
                start=base.start + timedelta(days=1),
                kind=way,
            ),
        ]
    if way == "residency":
        night = f"{v.rare(rng)} {rng.choice(('Club', 'Jam Session', 'Open Mic', 'Night', 'Sessions'))}"
        bills = [acts if rng.random() < 0.4 else tuple(rng.sample(artists, rng.choice((0, 1, 2)))) for _ in range(4)]
        return [
            replace(base, start=base.start + timedelta(days=7 * n), acts=bills[n], title=night, kind=way)
            for n in range(4)
        ]
    if way == "festival":
        return _festival(rng, base, artists, v)
    if way == "tribute":
        tribute = replace_artist(head, f"{head.name} Tribute")
        return [
            base,
            replace(
                base,
                acts=(tribute,),
                title=f"Tribute to {head.name}",
                kind=way,
                start=base.start + timedelta(days=rng.choice((0, 0, 1))),
            ),
        ]
    if way == "after":
        late = base.start.replace(hour=23, minute=30)
        return [
            replace(base, start=late.replace(hour=20)),
            replace(base, start=late, title=f"{head.name} Aftershow Party", acts=base.acts[:1], kind=way),
        ]
    if way == "room" and (rooms := [x for x in venues if x.name == venue.name and x.id != venue.id]):
        return [base, replace(base, venue=rng.choice(rooms), acts=(other,), title=_title(rng, (other,), v), kind=way)]
    if way == "instore":
        first = base.start.replace(hour=rng.choice((13, 16, 17, 20)))
        return [
            base,
            replace(
                base,
                venue=rng.choice([x for x in venues if x.id != venue.id]),
                start=first,
                acts=base.acts[:1],
                kind=way,
            ),
        ]
    if way == "moved":
        return [replace(base, moved_from=rng.choice(venues), kind=way)]
    return [base]


def _clock(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001  the wall clock at the venue


def replace_artist(artist: Artist, name: str) -> Artist:
    """Another artist under a name made from that of one."""
    return Artist(f"{artist.id}x", name, artist.country, artist.genres)


def _festival(rng: random.Random, base: Show, artists: list[Artist], v: Vocabulary) -> list[Show]:
    """The whole, each of its days, a pass, and sets of single acts."""
    name = f"{v.rare(rng)} {rng.choice(('Festival', 'Fest', 'Open Air', 'Weekend', 'Jazz Festival'))}"
    days = rng.choice((2, 3))
    first = base.start.replace(hour=14, minute=0)
    bills = [tuple(rng.sample(artists, 5)) for _ in range(days)]
    whole = replace(
        base,
        start=first,
        acts=tuple(a for bill in bills for a in bill)[:10],
        title=name,
        kind="festival",
        last=first.date() + timedelta(days=days - 1),
    )
    shows = [whole]
    if rng.random() < 0.5:
        shows.append(
            replace(
                whole, title=f"{name} {rng.choice(('3-Day Pass', 'Weekend Pass', 'Full Festival Pass'))}", kind="pass"
            )
        )
    if rng.random() < 0.5:
        shows += [
            replace(
                base,
                start=first + timedelta(days=n),
                acts=bill,
                title=f"{name} {rng.choice(('Day', 'Tag'))} {n + 1}",
                kind="festival day",
            )
            for n, bill in enumerate(bills)
        ]
    if rng.random() < 0.4:
        act = bills[0][0]
        shows.append(replace(base, start=first.replace(hour=21), acts=(act,), title=act.name, kind="festival set"))
    return shows


def _title(rng: random.Random, acts: tuple[Artist, ...], v: Vocabulary) -> str:
    head = acts[0].name
    pick = rng.random()
    if pick < 0.4:
        return head
    if pick < 0.6:
        return f"{head} - {v.rare(rng)} {rng.choice(('Tour', 'World Tour', 'Album Release', 'Live'))}"
    if pick < 0.75 and len(acts) > 1:
        return f"{head} {rng.choice(('+', 'with', '&'))} {acts[1].name}"
    if pick < 0.9:
        return f"{v.rare(rng)} {rng.choice(('Night', 'Sessions', 'Club', 'presents'))}: {head}"
    return f"{rng.choice(v.of(words.ADJECTIVES))} {rng.choice(v.of(words.NOUNS))} {rng.choice(('Night', 'Party', 'Special'))}"


@dataclass(frozen=True)
class _Habit:
    """How a source tells its shows."""

    title: float
    artists: float
    timed: float
    doors: float
    late: bool = False
    """Gives the doors as the start."""
    utc: bool = False
    heads: bool = False
    """Names the first artist only."""


_HABITS = {
    "own": _Habit(0.95, 0.75, 0.95, 0.5),
    "aggregator": _Habit(0.35, 1.0, 0.9, 0.0, heads=True),
    "tickets": _Habit(1.0, 0.6, 1.0, 0.3),
    "list": _Habit(1.0, 0.25, 0.3, 0.0),
    "calendar": _Habit(1.0, 0.1, 0.9, 0.0, late=True),
    "feed": _Habit(0.9, 0.5, 1.0, 0.0, utc=True),
}


def tell_shows(shows: list[Show], rng: random.Random, *, resolved: bool) -> Told:
    """What sources say of them. `resolved`: venues and artists have ids (as in the catalogue), a few of them wrong."""
    told = Told()
    for show in shows:
        kinds = rng.sample(sorted(_HABITS), rng.choice((1, 2, 2, 3, 3, 4)))
        if rng.random() < 0.05:
            kinds.append(kinds[0])  # called off and listed anew, or just twice
        for n, kind in enumerate(kinds):
            source = f"{kind}-{show.venue.id}" if kind == "own" else f"{kind}{rng.randrange(2)}"
            row, way = _row(show, source, _HABITS[kind], rng, resolved=resolved)
            if kind in kinds[:n] and rng.random() < 0.5:
                row["status"], way = "cancelled", "relisted"
            told.rows.append(row)
            told.truth.append(show.id)
            told.ways.append(way)
    for n, row in enumerate(told.rows):
        row["id"] = f"s{n}"
    return told


def _row(  # noqa: C901, PLR0912  one branch a field
    show: Show, source: str, habit: _Habit, rng: random.Random, *, resolved: bool
) -> tuple[Row, str]:
    venue, way = show.venue, "plain"
    if show.moved_from and rng.random() < 0.35:
        venue, way = show.moved_from, "moved"
    row = {"source": source, "venue": _venue_text(venue, rng), "start_local": _start(show, habit, rng)}
    if habit.utc:
        way = "utc"
    acts = [act for act in (show.acts[:1] if habit.heads else show.acts) if rng.random() < 0.95 or act is show.acts[0]]
    if acts and rng.random() < habit.artists:
        row["artists"] = "; ".join(_spelt(act, rng) for act in acts)
        if resolved:
            row["artist_ids"] = "; ".join(act.id if rng.random() < 0.97 else f"{act.id}b" for act in acts)
    if rng.random() < (0.15 if show.kind == "plain" else 0.05):
        space = rng.choice(("ticketmaster", "songkick"))
        row["identifiers"] = f"{space}:{show.id if rng.random() < 0.95 else rng.randrange(10**9)}"
    if rng.random() < (0.03 if habit.timed > 0.5 else 0.0):
        for told in ("artists", "artist_ids"):
            row.pop(told, None)
    elif rng.random() < habit.title or "artists" not in row:
        row["title"] = _told_title(show, rng)
    if resolved:
        row["venue_id"] = venue.id if rng.random() < 0.97 else f"{venue.id}b"
    if rng.random() < habit.doors:
        row["doors_local"] = (show.start - timedelta(minutes=show.doors)).isoformat(timespec="minutes")
    if show.last and rng.random() < 0.7:
        row["end_local"] = show.last.isoformat()
    if show.kind == "festival" and rng.random() < 0.5:
        row["kind"] = "festival"
    if rng.random() < 0.4:
        row["place"] = venue.town
    if rng.random() < 0.08:
        row["place"] = rng.choice((venue.town, f"{row.pop('venue')} {venue.town}"))
        for told in ("venue", "venue_id"):
            row.pop(told, None)
        row.setdefault("title", show.title)
    return row, way


def _start(show: Show, habit: _Habit, rng: random.Random) -> str:
    start = show.start
    if rng.random() > habit.timed:
        told = start - timedelta(days=1) if start.hour < 4 and rng.random() < 0.6 else start
        return told.date().isoformat()
    if habit.late and rng.random() < 0.6:
        start -= timedelta(minutes=show.doors)
    elif rng.random() < 0.12:
        start += timedelta(minutes=rng.choice((15, 30, -30, 60)))
    if habit.utc and rng.random() < 0.35:
        return (start - timedelta(hours=show.venue.offset)).isoformat(timespec="minutes") + "Z"
    if rng.random() < 0.1:
        return f"{start.isoformat(timespec='seconds')}{show.venue.offset:+03d}:00"
    return start.isoformat(timespec="minutes")


def _spelt(act: Artist, rng: random.Random) -> str:
    if rng.random() < 0.04 and len(act.name) > 6:
        return typed(act.name, rng)
    if rng.random() < 0.12:
        return varied(act.name, rng, person=act.person)[0]
    return act.native if act.native and rng.random() < 0.3 else act.name


def _venue_text(venue: Venue, rng: random.Random) -> str:
    name = venue.name
    pick = rng.random()
    if pick < 0.06 and len(name) > 6:
        name = typed(name, rng)
    elif pick < 0.14:
        name = f"{name} {venue.town}"
    elif pick < 0.2 and " " in name:
        name = name.rpartition(" ")[0]
    elif pick < 0.26:
        name = f"The {name}"
    if venue.room:
        name = f"{name}{rng.choice((' - ', ', ', ' '))}{venue.room}"
    return name


def _told_title(show: Show, rng: random.Random) -> str:
    title = show.title or (show.acts[0].name if show.acts else show.venue.name)
    pick = rng.random()
    if show.kind == "matinee" and pick < 0.3:
        return f"{title} ({rng.choice(('Matinee', 'Early Show', 'Afternoon Show'))})"
    if show.kind == "late" and pick < 0.5:
        return f"{title} - Late Show"
    if pick < 0.1:
        return f"{title} live at {show.venue.name}"
    if pick < 0.15 and show.acts and show.kind in ("plain", "nights", "tour"):
        return f"{show.acts[0].name} @ {show.venue.name}"
    if pick < 0.2:
        return f"{title} {rng.choice(('(SOLD OUT)', '2026', 'in Concert', '| Live', '- Tickets'))}"
    if pick < 0.24 and len(title) > 8:
        return typed(title, rng)
    return title.upper() if pick < 0.3 else title

"""A small world of our own making: towns, houses, acts and shows, the same at every run.

The world knows the truth. What its sources say of it (`pages`) is less tidy: they shorten, misspell, lag and contradict
each other, as real ones do. `truth` compares what the platform made of that with what is so.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import product

from mystage.domain.errors import Invalid
from mystage.entrypoints.demo import words

SEED = 20
FIRST_NIGHT = date(2031, 5, 1)
NIGHTS = 60
_FEWEST_NIGHTS = 7


class Dialect(StrEnum):
    """How a venue's site tells machines about its shows."""

    GRAPH = "json-ld @graph"
    ARRAY = "json-ld array on one page"
    SINGLE = "json-ld, one page for each show"
    MICRODATA = "microdata"
    CALENDAR = "calendar feed alone"


class Status(StrEnum):
    """What has become of a show."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"


@dataclass(frozen=True, slots=True)
class Town:
    """A town; `lat` and `lon` are its middle in degrees, `phone` the start of its numbers."""

    name: str
    region: str
    country: str
    country_name: str
    zone: str
    lat: float
    lon: float
    postal: str
    phone: str
    currency: str
    streets: tuple[tuple[str, str], ...]
    """Each as it is called, and as it is abbreviated."""


TOWNS = (
    Town("Port Ellery", "ME", "US", "United States", "America/New_York", 43.6591, -70.2568, "041{:02d}", "+1207555{:04d}", "USD",
         (("Harbor Street", "Harbor St"), ("Commercial Avenue", "Commercial Ave"), ("Pier Road", "Pier Rd"))),
    Town("Northmere", "MN", "US", "United States", "America/Chicago", 46.7920, -92.1100, "558{:02d}", "+1218555{:04d}", "USD",
         (("Superior Street", "Superior St"), ("Lake Avenue", "Lake Ave"), ("Mill Drive", "Mill Dr"))),
    Town("Kilbrannan", "Galway", "IE", "Ireland", "Europe/Dublin", 53.2743, -9.0490, "H91 A2{:02d}", "+35391555{:03d}", "EUR",
         (("Quay Street", "Quay St"), ("Abbey Road", "Abbey Rd"), ("Shannon Terrace", "Shannon Terr"))),
    Town("Falkenbrück", "Sachsen", "DE", "Germany", "Europe/Berlin", 51.3300, 12.3400, "042{:02d}", "+49341555{:04d}", "EUR",
         (("Hafenstraße", "Hafenstr."), ("Lindenallee", "Lindenallee"), ("Museumsplatz", "Museumspl."))),
)  # fmt: skip  # a table


@dataclass(frozen=True, slots=True)
class Venue:
    """A house, or a room of one. `short` is what maps call it, `long` what the aggregator calls it."""

    id: str
    name: str
    short: str
    long: str
    town: Town
    house: int
    street: int
    postal: str
    lat: float
    lon: float
    phone: str
    host: str
    """Host name of its site; empty where it has none."""
    on_maps: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """Who plays. `misspelt` is what the aggregator makes of the name."""

    id: str
    name: str
    genre: str
    misspelt: str | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """One night at one venue. `day` may move; `first_day` is what it was announced for."""

    id: str
    venue: Venue
    day: date
    first_day: date
    start: int
    """Minutes after midnight; doors open an hour before."""
    acts: tuple[Act, ...]
    price: int
    on_site: bool = True
    on_aggregator: bool = True
    status: Status = Status.SCHEDULED

    @property
    def title(self) -> str:
        """As its poster says."""
        names = [act.name for act in self.acts]
        return names[0] if len(names) == 1 else f"{names[0]} with {' and '.join(names[1:])}"


@dataclass(frozen=True, slots=True)
class Site:
    """A venue's site, or that of a house with two rooms, or of a chain."""

    slug: str
    host: str
    venues: tuple[Venue, ...]
    dialect: Dialect
    feed: bool = False
    """Whether it offers a calendar feed too."""
    validators: bool = True
    """Whether its server sends ETag and Last-Modified."""
    edition: int = 1
    """Counts changes of a banner that says nothing of any show."""


@dataclass(frozen=True, slots=True)
class World:
    """All that is so."""

    venues: tuple[Venue, ...]
    acts: tuple[Act, ...]
    shows: tuple[Show, ...]
    sites: tuple[Site, ...]
    special: dict[str, str] = field(default_factory=dict)
    """Ids of what the demo speaks about: `tribute`, `rooms`, `cancelled`, ... -> id."""

    def shows_of(self, site: Site) -> list[Show]:
        """What a site announces, by day."""
        mine = {venue.id for venue in site.venues}
        return sorted((s for s in self.shows if s.on_site and s.venue.id in mine), key=lambda s: (s.day, s.id))

    def show(self, id: str) -> Show:
        """The show of that id."""
        return next(show for show in self.shows if show.id == id)


def make_world(*, seed: int = SEED, nights: int = NIGHTS) -> World:
    """The world as it is on the first day of the demo. The same arguments give the same world, byte for byte.

    Args:
        seed: of all chance.
        nights: how many nights have shows, six on each; at least 7, so that each story finds its show.
    """
    if nights < _FEWEST_NIGHTS:
        raise Invalid(f"a world of {nights} nights is too small for its stories", hint=f"{_FEWEST_NIGHTS} or more")
    chance = random.Random(seed)
    venues = _venues(chance)
    acts = _acts(chance)
    sites = _sites(venues)
    shows = _shows(chance, venues, acts, nights)
    return _with_stories(World(venues, acts, tuple(shows), sites))


def next_day(world: World) -> World:
    """The world a day later: a show is cancelled, one is new, one has a new date, a phone number and two banners change."""
    cancelled, postponed = world.special["will be cancelled"], world.special["postponed"]
    mover = world.special["new phone"]
    shows = [_changed(show, cancelled, postponed) for show in world.shows]
    shows.append(_extra_show(world))
    venues = tuple(_rung(v) if v.id == mover else v for v in world.venues)
    by_id = {venue.id: venue for venue in venues}
    shows = [replace(show, venue=by_id[show.venue.id]) for show in shows]
    sites = tuple(replace(s, venues=tuple(by_id[v.id] for v in s.venues)) for s in world.sites)
    banners = [site.slug for site in sites if site.dialect is Dialect.SINGLE][:2]
    sites = tuple(replace(s, edition=2) if s.slug in banners else s for s in sites)
    return replace(world, venues=venues, shows=tuple(shows), sites=sites)


def _changed(show: Show, cancelled: str, postponed: str) -> Show:
    if show.id == cancelled:
        return replace(show, status=Status.CANCELLED)
    if show.id == postponed:
        return replace(show, status=Status.RESCHEDULED, day=show.day + timedelta(days=NIGHTS))
    return show


def _rung(venue: Venue) -> Venue:
    return replace(venue, phone=venue.phone[:-2] + "99")


def _extra_show(world: World) -> Show:
    venue = next(v for v in world.venues if v.id == world.special["new show at"])
    night = FIRST_NIGHT + timedelta(days=NIGHTS + 1)
    return Show("show-new", venue, night, night, 20 * 60, (world.acts[0],), 15, on_aggregator=False)


def _slug(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isascii() and c.isalnum())


def _venues(chance: random.Random) -> tuple[Venue, ...]:
    found = [_house(chance, n, name, kind, TOWNS[n // 5]) for n, (name, kind) in enumerate(words.HOUSES)]
    port, north, _, falken = TOWNS
    heron = _house(chance, 20, "The Blue Heron", "", port)
    found.append(replace(heron, short="Blue Heron", long="Blue Heron Music Hall", host="blueheron.example"))
    owl = _house(chance, 21, "Night Owl", "Club", port)
    found += [owl, replace(_house(chance, 22, "Night Owl", "Club", falken), host=owl.host)]
    main = replace(_house(chance, 23, "Foundry Main Room", "", north), host="foundry.example", on_maps=False)
    cellar = replace(main, id="venue-24", name="Foundry Cellar", short="Foundry Cellar", long="Foundry Cellar")
    found += [main, cellar]
    return tuple(found)


def _house(chance: random.Random, n: int, name: str, kind: str, town: Town) -> Venue:
    """A house within about 1.5 km of the middle of its town; every sixth has no site."""
    full = f"{name} {kind}".strip()
    return Venue(
        id=f"venue-{n:02d}", name=full, short=name if n % 3 == 0 else full, long=full if n % 4 else f"The {full}", town=town,
        house=3 + 7 * n, street=n % 3, postal=town.postal.format(1 + n),
        lat=round(town.lat + chance.uniform(-0.012, 0.012), 6), lon=round(town.lon + chance.uniform(-0.015, 0.015), 6),
        phone=town.phone.format(100 + n), host="" if n % 6 == 5 else f"{_slug(name)}.example",
    )  # fmt: skip  # a table


def _acts(chance: random.Random) -> tuple[Act, ...]:
    """A hundred acts: bands and persons, the first ones with the names that the demo speaks of."""
    known = ["Velvet Harbor", "Tribute to Velvet Harbor", "Scarlet Telegraph", "Hollow Meridian"]
    bands = [name for a, b in product(words.ACT_FIRST, words.ACT_SECOND) if (name := f"{a} {b}") not in known]
    persons = [f"{a} {b}" for a, b in product(words.PERSON_FIRST, words.PERSON_LAST)]
    names = [*known, *chance.sample(bands, 56), *chance.sample(persons, 40)]
    wrong = {"Scarlet Telegraph": "Scarlet Telegrpah", "Hollow Meridian": "Hollow Meridan"}
    return tuple(
        Act(f"act-{n:03d}", name, chance.choice(words.GENRES), wrong.get(name)) for n, name in enumerate(names)
    )


def _sites(venues: tuple[Venue, ...]) -> tuple[Site, ...]:
    hosts = list(dict.fromkeys(v.host for v in venues if v.host))
    dialects = list(Dialect)
    sites = []
    for n, host in enumerate(hosts):
        mine = tuple(v for v in venues if v.host == host)
        dialect = Dialect.GRAPH if len(mine) > 1 or host == "blueheron.example" else dialects[n % len(dialects)]
        feed = dialect is Dialect.CALENDAR or (len(mine) == 1 and n % 4 == 0) or host == "blueheron.example"
        sites.append(Site(host.removesuffix(".example"), host, mine, dialect, feed=feed, validators=n % 7 != 3))
    return tuple(sites)


def _shows(chance: random.Random, venues: tuple[Venue, ...], acts: tuple[Act, ...], nights: int) -> list[Show]:
    """One show at most for each venue and night, and no act in two places on one night."""
    shows: list[Show] = []
    for night in range(nights):
        day = FIRST_NIGHT + timedelta(days=night)
        tonight = chance.sample(list(acts), 18)
        for venue in chance.sample(list(venues), 6):
            count = chance.choice((1, 1, 2, 3))
            bill = tuple(tonight.pop() for _ in range(count))
            shows.append(_show(chance, len(shows), venue, day, bill))
    return shows


def _show(chance: random.Random, n: int, venue: Venue, day: date, bill: tuple[Act, ...]) -> Show:
    """Every tenth show is missing on the site, every fourth at the aggregator."""
    on_site = bool(venue.host) and n % 10 != 9
    return Show(
        id=f"show-{n:03d}", venue=venue, day=day, first_day=day, start=chance.choice((19, 20, 20, 21)) * 60 + chance.choice((0, 30)),
        acts=bill, price=chance.choice((8, 12, 15, 18, 25, 30)), on_site=on_site, on_aggregator=not on_site or n % 4 != 3,
    )  # fmt: skip  # a table


def _with_stories(world: World) -> World:
    """Give some shows a story, and note whom it is about."""
    by_page = [
        s
        for s in world.shows
        if s.on_site and s.on_aggregator and _dialect(world, s) in {Dialect.GRAPH, Dialect.SINGLE}
    ]
    cancelled, postponed, later = by_page[3], by_page[8], by_page[13]
    status = {cancelled.id: Status.CANCELLED, postponed.id: Status.POSTPONED}
    shows = tuple(replace(s, status=status.get(s.id, s.status)) for s in world.shows)
    special = {
        "cancelled": cancelled.id, "postponed": postponed.id, "will be cancelled": later.id,
        "heron": "venue-20", "owl": "venue-21", "other owl": "venue-22", "main room": "venue-23", "cellar": "venue-24",
        "act": "act-000", "tribute": "act-001", "new phone": "venue-20", "new show at": "venue-20",
    }  # fmt: skip  # a table
    return replace(world, shows=shows, special=special)


def _dialect(world: World, show: Show) -> Dialect:
    return next(site.dialect for site in world.sites if show.venue.host == site.host)

"""Artists and what sources say of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.support.acts import words
from tests.support.acts.spelling import styled, typed, varied
from tests.support.acts.words import Vocabulary

Row = dict[str, str]
_HOSTS = ("instagram.com", "facebook.com", "soundcloud.com", "open.spotify.com/artist")


@dataclass
class Artist:
    """The truth of one artist."""

    id: str
    name: str
    country: str
    genres: tuple[str, ...]
    person: bool = False
    native: str = ""
    """The name in its own script, where that is not Latin."""
    of: str = ""
    """Why it is a hard negative: what it shares with the artist `near`."""
    near: str = ""
    handle: str = ""
    site: str = ""
    ids: dict[str, str] = field(default_factory=dict)


@dataclass
class Told:
    """Records, the truth of each (by place), and what was done to it."""

    rows: list[Row] = field(default_factory=list)
    truth: list[str] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)


def make_artists(count: int, rng: random.Random, vocabulary: Vocabulary) -> list[Artist]:
    """Artists, about a quarter of which are near another one on purpose."""
    found: list[Artist] = []
    names: set[str] = set()
    while len(found) < count:
        artist = _near(found, rng, vocabulary) if found and rng.random() < 0.25 else _fresh(rng, vocabulary)
        if artist.name in names and artist.of != "homonym":
            continue  # names meet by chance far less often than in a small vocabulary
        names.add(artist.name)
        artist.id = f"a{len(found)}"
        _equip(artist, rng)
        found.append(artist)
    return found


def _fresh(rng: random.Random, v: Vocabulary) -> Artist:  # noqa: C901, PLR0912  one branch a kind of name
    person, native = False, ""
    pick = rng.random()
    adjective, noun = rng.choice(v.of(words.ADJECTIVES)), rng.choice(v.of(words.NOUNS))
    given, family = rng.choice(v.of(words.GIVEN)), rng.choice(v.of(words.FAMILY))
    if pick < 0.18:
        name, person = f"{given} {family}", True
    elif pick < 0.30:
        name = f"The {adjective} {noun}s"
    elif pick < 0.40:
        name = f"{adjective} {noun}"
    elif pick < 0.56:
        name = v.rare(rng)
    elif pick < 0.61:
        name = rng.choice((noun, f"The {noun}s", given, adjective))
    elif pick < 0.65:
        name = f"{v.rare(rng)} {rng.choice(('&', 'and'))} The {noun}s"
    elif pick < 0.69:
        name = f"{given} {family} {rng.choice(('Trio', 'Quartet', 'Band', 'Orchestra', 'Quintet'))}"
    elif pick < 0.72:
        name = f"DJ {v.rare(rng)}"
    elif pick < 0.75:
        name = f"{rng.choice((noun, v.rare(rng)))}{rng.choice((' ', '-', ''))}{rng.randint(2, 999)}"
    elif pick < 0.78:
        name = styled(f"{v.rare(rng)} {v.rare(rng)}"[: rng.randint(5, 14)].strip(), rng)
    elif pick < 0.84:
        native, name = v.foreign(rng)
    elif pick < 0.88:
        name = "".join(rng.choice("ABDEGKLMNOPRSTUVXZ") for _ in range(rng.randint(2, 4)))
    elif pick < 0.94:
        name, person = f"{rng.choice((given, v.rare(rng)))} {v.rare(rng)}", True
    else:
        name = f"{v.rare(rng)} {rng.choice(('of the', 'in the', 'and his', 'without', 'from'))} {adjective} {noun}"
    genres = tuple(rng.sample(words.GENRES, rng.choice((1, 1, 2, 3))))
    return Artist("", name, rng.choice(words.COUNTRIES), genres, person, native)


def _near(found: list[Artist], rng: random.Random, v: Vocabulary) -> Artist:  # noqa: C901, PLR0912  one branch a way
    """An artist that is easily taken for another one."""
    base = rng.choice(found)
    parts = base.name.split()
    fresh = _fresh(rng, v)
    ways = ["tribute", "dj set", "word", "word", "letter", "number", "duo", "adds", "adds"]
    if base.person and len(parts) == 2:
        ways += ["family", "family", "namesake", "initials"]
    if _usual(base.name):
        ways += ["homonym"]
    elif rng.random() < (0.008 if _plain(base.name) else 0.001):
        ways = ["homonym"]
    way = rng.choice(ways)
    if base.of:
        way = "adds"
    name = base.name
    if way == "tribute":
        name = rng.choice((f"{name} Tribute", f"Tribute to {name}", f"The {name} Experience", f"The Music of {name}"))
    elif way == "dj set":
        name = f"{name} (DJ Set)"
    elif way == "word" and len(parts) > 1:
        at = rng.randrange(len(parts))
        parts[at] = rng.choice([w for w in fresh.name.split() if w not in {"The", "&"}] or [v.rare(rng)])
        name = " ".join(parts)
    elif way in ("letter", "word"):
        name = typed(name, rng) if len(name) < 8 else f"{name} {v.rare(rng)}"
    elif way == "number":
        name = f"{name} {rng.randint(2, 99)}"
    elif way == "duo":
        name = f"{name} & {rng.choice(v.of(words.GIVEN))} {rng.choice(v.of(words.FAMILY))}"
    elif way == "adds":
        name = f"{name} {rng.choice(('Revue', 'Social Club', 'Soundsystem', 'Sisters', rng.choice(v.of(words.NOUNS)), v.rare(rng)))}"
    elif way == "family":
        name = f"{rng.choice(v.of(words.GIVEN))} {parts[-1]}"
    elif way == "namesake":
        name = f"{parts[0]} {rng.choice(v.of(words.FAMILY))}"
    elif way == "initials":
        name = f"{rng.choice([g for g in v.of(words.GIVEN) if g[0] == parts[0][0]] or v.of(words.GIVEN))} {parts[-1]}"
    native = base.native if way == "homonym" else ""
    return Artist("", name, fresh.country, fresh.genres, base.person and "&" not in name, native, way, base.id)


def _usual(name: str) -> bool:
    """Whether several acts are likely to bear the name: one common word, a given name, initials."""
    parts = [p for p in name.split() if p != "The"]
    known = set(words.GIVEN) | set(words.ADJECTIVES) | {n for w in words.NOUNS for n in (w, w + "s")}
    return len(parts) == 1 and (parts[0] in known or len(parts[0]) <= 3)


def _plain(name: str) -> bool:
    """Whether all words are in use by many: "Black Foxes", "Tom Reed"."""
    known = {
        w.lower()
        for w in (*words.GIVEN, *words.FAMILY, *words.ADJECTIVES, *words.NOUNS, *(n + "s" for n in words.NOUNS), "the")
    }
    return all(w.lower() in known for w in name.split())


def _equip(artist: Artist, rng: random.Random) -> None:
    slug = "".join(c for c in artist.name.lower() if c.isascii() and c.isalnum()) or artist.id
    artist.handle = slug + rng.choice(("", "music", "official", "band", "_")) + (artist.id if artist.of else "")
    artist.site = f"{slug}{'-' + artist.id if artist.of else ''}.{rng.choice(('com', 'net', 'de', 'band'))}"
    artist.ids = {"musicbrainz": f"mb-{artist.id}-{rng.randrange(10**8)}", "spotify": f"sp{rng.randrange(10**12)}"}


_RICH = {
    "names": (0.0, 0.0, 0.0, 0.0, 0.0),
    "calendar": (0.0, 0.1, 0.0, 0.05, 0.0),
    "aggregator": (0.3, 0.4, 0.1, 0.3, 0.15),
    "catalogue": (0.8, 0.6, 0.5, 0.6, 0.5),
    "social": (0.2, 0.6, 0.3, 0.9, 0.0),
}
"""How often a source tells country, genre, site, profiles, identifiers."""


def tell_artists(artists: list[Artist], rng: random.Random, *, mistakes: float = 0.12) -> Told:
    """What five sources say of them: each knows some, one of them some twice."""
    told = Told()
    for artist in artists:
        kinds = rng.sample(sorted(_RICH), rng.choice((1, 2, 2, 3, 3, 4)))
        if rng.random() < 0.04:
            kinds.append(kinds[0])
        for kind in kinds:
            _tell(told, artist, f"{kind}{rng.randrange(3)}", _RICH[kind], rng, mistakes)
    order = list(range(len(told.rows)))
    rng.shuffle(order)
    rows = [told.rows[n] for n in order]
    for n, row in enumerate(rows):
        row["id"] = f"r{n}"
    return Told(rows, [told.truth[n] for n in order], [told.ways[n] for n in order])


def _tell(  # noqa: C901  one branch a field
    told: Told, artist: Artist, source: str, rich: tuple[float, ...], rng: random.Random, mistakes: float
) -> None:
    name, way = artist.name, "plain"
    kept = artist.of in ("tribute", "dj set")
    if artist.native and rng.random() < 0.5:
        name, way = artist.native, "script"
    elif kept:
        name = name.upper() if rng.random() < 0.2 else name
    elif rng.random() < mistakes and len(name) > 5:
        name, way = typed(name, rng), "typing"
    elif rng.random() < 0.35:
        name, way = varied(name, rng, person=artist.person)
        if way == "country" or (way == "band" and artist.of):
            name, way = f"{artist.name} ({artist.country})", "country"
    country, genre, site, profile, ids = rich
    row = {"name": name, "source": source}
    if rng.random() < 0.12:
        row["alt_names"] = artist.native or (artist.name if name != artist.name else artist.name.upper())
    if rng.random() < country:
        row["country"] = artist.country if rng.random() < 0.97 else rng.choice(words.COUNTRIES)
    if rng.random() < genre:
        told_genres = artist.genres if rng.random() < 0.8 else (rng.choice(words.GENRES),)
        row["genres"] = "; ".join(rng.sample(told_genres, rng.randint(1, len(told_genres))))
    if rng.random() < site:
        row["website"] = f"https://{rng.choice(('www.', ''))}{artist.site}{rng.choice(('', '/', '/tour'))}"
    if rng.random() < profile:
        hosts = rng.sample(_HOSTS, rng.randint(1, 2))
        row["links"] = "; ".join(f"https://{host}/{artist.handle}" for host in hosts)
    if rng.random() < ids:
        space = rng.choice(sorted(artist.ids))
        id = artist.ids[space] if rng.random() < 0.997 else f"x{rng.randrange(10**9)}"
        row["identifiers"] = f"{space}:{id}"
    told.rows.append(row)
    told.truth.append(artist.id)
    told.ways.append(way)

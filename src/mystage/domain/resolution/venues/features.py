"""The features of two places: which, and their levels."""

from __future__ import annotations

import math

from rapidfuzz.fuzz import partial_ratio, ratio

from mystage.domain.resolution.additive import MISSING, Feature
from mystage.domain.resolution.venues import naming
from mystage.domain.resolution.venues.address import Address
from mystage.domain.resolution.venues.bounds import within
from mystage.domain.resolution.venues.contact import Site, same_number, toll_free
from mystage.domain.resolution.venues.naming import Compared
from mystage.domain.resolution.venues.place import Place
from mystage.domain.resolution.venues.regions import is_state
from mystage.domain.resolution.vocabulary import DEPARTMENT_WORDS

_METRES = (0, 12, 25, 50, 80, 120, 160, 220, 320, 500, 800, 1_500, 3_000, 6_000, 12_000, 30_000, 100_000, 1_000_000)


def distance_level(metres: float) -> int:
    """A distance on a scale of 20 levels for each factor of ten beyond ten metres: 0 is none, 100 is 1,000 km."""
    return min(100, round(20.0 * math.log10(1.0 + metres / 10.0)))


_DISTANCES = tuple(sorted({distance_level(metres) for metres in _METRES}))
PLACE_CLASSES = 6
_COMBINED = tuple(range(6 * PLACE_CLASSES))
_SIMILAR = (0, 30, 45, 60, 70, 80, 90, 97, 100)

FEATURES = (
    Feature(name="name letters", rising=True, knots=_SIMILAR),
    Feature(name="name core", rising=True, knots=_SIMILAR),
    Feature(name="name words", rising=True, knots=(0, 25, 50, 75, 90, 100)),
    Feature(name="name within", rising=True, knots=(0, 25, 50, 75, 100)),
    Feature(name="name both differ", rising=False, knots=(0, 10, 20, 30, 40, 60, 100)),
    Feature(name="name one adds", rising=False, knots=(0, 10, 20, 30, 40, 60, 100)),
    Feature(name="name rarity", rising=True, knots=(0, 15, 30, 45, 60, 80, 100)),
    Feature(name="name numbers", rising=True, knots=(0, 50, 100)),
    Feature(name="name kinds", rising=True, knots=(0, 50, 100)),
    Feature(name="qualifier", rising=True, knots=(0, 50, 100)),
    Feature(name="distance", rising=False, knots=_DISTANCES),
    Feature(name="distance of places", rising=False, knots=_DISTANCES),
    Feature(name="street", rising=True, knots=(0, 40, 60, 80, 90, 100)),
    Feature(name="house", rising=True, knots=(0, 30, 60, 100)),
    Feature(name="postcode", rising=True, knots=(0, 50, 100)),
    Feature(name="town", rising=True, knots=(0, 40, 60, 80, 90, 100)),
    Feature(name="region", rising=True, knots=(0, 100)),
    Feature(name="country", rising=True, knots=(0, 100)),
    Feature(name="phone", rising=True, knots=(0, 25, 50, 75, 90, 100)),
    Feature(name="site", rising=True, knots=(0, 40, 60, 80, 90, 100)),
    Feature(name="profile", rising=True, knots=(0, 100)),
    Feature(name="category", rising=True, knots=(0, 25, 50, 75, 100)),
    Feature(name="department", rising=False, knots=(0, 50, 100)),
    Feature(name="source", rising=False, knots=(0, 100)),
    Feature(name="name and place", knots=_COMBINED),
)
"""In the order of the levels."""


_WIDE = frozenset(("region", "country", "category", "department", "source"))
PLACE_LEVELS = tuple(n for n, f in enumerate(FEATURES) if not f.name.startswith("name ") and f.name not in _WIDE)
"""Where the levels stand of what tells one place from others of its name: beside the names, regions and kinds."""


def levels_of(a: Place, b: Place, compared: Compared | None) -> list[int]:
    """The level of each feature, given the comparison of the names."""
    metres = distance(a, b)
    bare = a.bare or b.bare
    away = MISSING if metres is None else distance_level(metres)
    street, house = _street(a.address, b.address)
    postal = _postal(a, b)
    phone = _phone(a.phone, b.phone)
    town = _town(a, b)
    if 0 <= town < 80 and (0 <= away <= _BORDER or (house >= 80 and street >= 85 and (postal == 100 or phone == 100))):
        town = MISSING  # suburb and city, or two sides of a border: what is nearer decides
    website = _site(a.site, b.site)
    where = place_class(away, street, house, town, phone, website, postal)
    if compared is None:
        names = [MISSING] * 9
        both = MISSING
    else:
        names = list(compared[1:10])
        both = compared.kind * PLACE_CLASSES + where
    return [
        *names,
        _qualifier(a, b),
        MISSING if bare else away,
        away if bare else MISSING,
        street,
        house,
        postal,
        town,
        _region(a, b),
        MISSING if not (a.country and b.country) else 100 * (a.country == b.country),
        phone,
        website,
        _profile(a, b),
        _category(a, b),
        MISSING if compared is None else _department(compared),
        100 if a.source == b.source and a.source else 0,
        both,
    ]


def best(a: Place, b: Place) -> Compared | None:
    """The most similar of the names of two places."""
    known = frozenset(f"{a.town} {b.town}".split()) if a.town or b.town else _NOTHING
    first = naming.compare(a.name, b.name, known)
    if not a.others and not b.others:
        return first
    found = [first] if first else []
    for name_a in (a.name, *a.others):
        for name_b in (b.name, *b.others):
            other = naming.compare(name_a, name_b, known)
            if other is not None:
                found.append(other)
    return max(found, key=lambda compared: (compared.kind, compared.alike, compared.words), default=None)


_NOTHING: frozenset[str] = frozenset()
_METRES_PER_DEGREE = 111_195.0
_RADIANS = math.pi / 180.0


def distance(a: Place, b: Place) -> float | None:
    """Metres between two places, less what their positions may be off; None where one has no position."""
    if a.lat is None or b.lat is None or a.lon is None or b.lon is None:
        return None
    x = b.lon - a.lon
    if not -180.0 <= x <= 180.0:
        x = (x + 180.0) % 360.0 - 180.0
    x *= math.cos((a.lat + b.lat) * 0.5 * _RADIANS)
    y = b.lat - a.lat
    return max(0.0, _METRES_PER_DEGREE * math.sqrt(x * x + y * y) - a.error - b.error)


def _street(a: Address, b: Address) -> tuple[int, int]:
    """Levels of street and house: 100 the same, 60 a near number or one without any, 0 another."""
    if not a.words or not b.words:
        return MISSING, MISSING
    street = _streets(a, b)
    if not a.house or not b.house or street < 60:  # the same number in another street says nothing
        return street, MISSING
    if a.house == b.house:
        return street, 100
    if a.house in b.numbers or b.house in a.numbers:
        return street, 80
    if a.house.isdigit() and b.house.isdigit() and abs(int(a.house) - int(b.house)) <= 4:
        return street, 30
    return street, 0


def _streets(a: Address, b: Address) -> int:
    if a.words == b.words:
        return 100 if a.kind == b.kind else 95
    short, long = (a.words, b.words) if len(a.words) <= len(b.words) else (b.words, a.words)
    if set(short) <= set(long):
        return 90
    text_a, text_b = " ".join(short), " ".join(long)
    whole = ratio(text_a, text_b)
    if len(text_a) >= 4:
        whole = max(whole, 0.9 * partial_ratio(text_a, text_b))
    return round(whole)


def _postal(a: Place, b: Place) -> int:
    x, y = a.postal, b.postal
    if not x or not y:
        return MISSING
    if x == y or x.startswith(y) or y.startswith(x) or x.endswith(y) or y.endswith(x):
        return 100
    return 50 if x[:3] == y[:3] else 0


_BORDER = distance_level(1_000.0)


def _town(a: Place, b: Place) -> int:
    """How alike the towns are; 90 where one stands within the other, or in its street line."""
    x, y = a.town, b.town
    if not x or not y:
        return MISSING
    if x == y:
        return 100
    alike = ratio(x, y)
    if alike >= 90.0:
        return round(alike)
    if min(len(x), len(y)) >= 4 and partial_ratio(x, y) >= 99.0:
        return 90
    if _told_in(x, b.address) or _told_in(y, a.address):
        return 90
    return round(alike)


def _told_in(town: str, address: Address) -> bool:
    return len(town) > 3 and town in address.rest


def _region(a: Place, b: Place) -> int:
    x, y = a.region, b.region
    if not x or not y:
        return MISSING
    if x == y:
        return 100
    return 0 if is_state(x) and is_state(y) else MISSING  # other codes are of many systems


def _phone(a: str, b: str) -> int:
    """100 the same number, 75 one digit off, 50 the same but for the last two, 25 the same area, 0 another."""
    if not a or not b:
        return MISSING
    if same_number(a, b):
        return 90 if toll_free(a) else 100
    size = min(len(a), len(b), 10)
    x, y = a[-size:], b[-size:]
    wrong = sum([c != d for c, d in zip(x, y, strict=True)])
    if wrong == 1 and x[-1] == y[-1]:
        return 75
    if x[:-2] == y[:-2]:
        return 50
    return 25 if x[: size - 7 + 3] == y[: size - 7 + 3] else 0


def _site(a: Site, b: Site) -> int:
    if not a.owner or not b.owner:
        return MISSING
    if a.owner == b.owner:
        if a.page == b.page:
            return 100 if a.page else 90
        return 60 if a.page and b.page and not (a.page.startswith(b.page) or b.page.startswith(a.page)) else 80
    x, y = a.owner.partition(".")[0], b.owner.partition(".")[0]
    if "/" in a.owner or "/" in b.owner:
        return MISSING
    return 40 if x == y or (min(len(x), len(y)) > 5 and (x in y or y in x)) else 0


def _qualifier(a: Place, b: Place) -> int:
    """100 the same, 0 two states or two countries; MISSING where they can't be compared."""
    x, y = a.name.qualifier, b.name.qualifier
    if not x or not y:
        return _told(x, b) if x else _told(y, a) if y else MISSING
    if x == y:
        return 100
    return 0 if x[:2] == y[:2] and x[1] == ":" else MISSING


def _told(qualifier: str, other: Place) -> int:
    """A qualifier against the region, country, position or town of the other."""
    if qualifier.startswith("s:") and other.region:
        return 100 if qualifier[2:] == other.region else 0 if len(other.region) == 2 else MISSING
    if qualifier.startswith("n:") and other.country:
        return 100 if qualifier[2:] == other.country else 0 if len(other.country) == 2 else MISSING
    if qualifier[1:2] == ":" and other.lat is not None and other.lon is not None:
        inside = within(qualifier, other.lat, other.lon)
        return MISSING if inside is None else 100 * inside
    return 100 if qualifier in (other.town, other.region) else MISSING


def _profile(a: Place, b: Place) -> int:
    """100 a shared profile, 0 others on one host; MISSING else."""
    if not a.profiles or not b.profiles:
        return MISSING
    if not a.profiles.isdisjoint(b.profiles):
        return 100
    hosts = {profile.partition("/")[0] for profile in a.profiles} & {p.partition("/")[0] for p in b.profiles}
    return 0 if hosts else MISSING


def _category(a: Place, b: Place) -> int:
    """What the categories share: 100 the first is the same; else the share of their words."""
    x, y = a.categories, b.categories
    if not x or not y:
        return MISSING
    if x[0] == y[0]:
        return 100
    if x[0] in y or y[0] in x:
        return 75
    words_x, words_y = {w for c in x for w in c.split()}, {w for c in y for w in c.split()}
    return 50 if words_x & words_y else 0


def _department(compared: Compared) -> int:
    """100 where one name adds a word of a department or machine in a house ("ATM", "pharmacy"), 50 where both do."""
    told_a, told_b = not DEPARTMENT_WORDS.isdisjoint(compared.only_a), not DEPARTMENT_WORDS.isdisjoint(compared.only_b)
    if told_a and told_b:
        return 50
    return 100 if told_a or told_b else 0


def place_class(  # the levels that it sums up
    away: int, street: int, house: int, town: int, phone: int, website: int, postal: int
) -> int:
    """What two places share beside their names, in one of six classes.

    5 much, 4 one strong thing, 3 the town, 2 nothing known, 1 both agreements and contradictions, 0 contradictions.
    """
    near = 0 <= away <= 26  # 200 m
    for_ = (street >= 85 and house >= 80) + (phone >= 90) + (website >= 60 and (near or town >= 80)) + near
    against = (
        (away > 40)
        + (0 <= street < 60)
        + (0 <= house < 30 and street >= 60)
        + (0 <= town < 60)
        + (0 <= phone < 75)
        + (postal == 0)
    )
    if for_ and against > 1:
        return 1 if for_ == 1 else 4
    if for_:
        return 5 if for_ > 1 else 4
    if against > 1:
        return 0
    if against:
        return 1
    return 3 if town >= 80 or postal == 100 else 2

"""A comparison of two places in plain words: one piece of evidence a group of features."""

from __future__ import annotations

from collections.abc import Callable

from mystage.domain.resolution.evidence import Evidence
from mystage.domain.resolution.venues.features import FEATURES, distance
from mystage.domain.resolution.venues.place import Place

_GROUPS = {
    "distance": "position", "distance of places": "position",
    "name and place": "both", "department": "name", "qualifier": "qualifier",
}  # fmt: skip
_GROUP_OF = [
    "name"
    if feature.name.startswith("name ") and feature.name != "name and place"
    else _GROUPS.get(feature.name, feature.name)
    for feature in FEATURES
]
_LEAST = 0.05
"""Weights below this say nothing to a reader."""


def told(a: Place, b: Place, levels: list[int], weights: list[float]) -> list[Evidence]:
    """The groups that weigh something, in the order of the features."""
    sums: dict[str, float] = {}
    said: dict[str, bool] = {}
    for group, level, weight in zip(_GROUP_OF, levels, weights, strict=True):
        sums[group] = sums.get(group, 0.0) + weight
        said[group] = said.get(group, False) or level >= 0
    both = sums.pop("both", 0.0)
    if said.get("name"):
        sums["name"] += both
    found = [(group, weight) for group, weight in sums.items() if said[group] and abs(weight) >= _LEAST]
    return [Evidence(group, round(weight, 3), _TEXTS[group](a, b)) for group, weight in found]


def _name(a: Place, b: Place) -> str:
    x, y = a.name.native or a.name.text, b.name.native or b.name.text
    if x == y:
        return f'same name "{x}"'
    return f'names "{x}" and "{y}"'


def _qualifier(a: Place, b: Place) -> str:
    parts = [side.name.qualifier.partition(":")[2] or side.name.qualifier for side in (a, b) if side.name.qualifier]
    both = len(parts) > 1 and len(set(parts)) == 1
    return f'both of "{parts[0]}"' if both else f'told as of "{" and ".join(parts)}"'


def _position(a: Place, b: Place) -> str:
    metres = distance(a, b) or 0.0
    return f"{metres:.0f} m apart" if metres < 1_000 else f"{metres / 1_000:.0f} km apart"


def _street(a: Place, b: Place) -> str:
    x, y = (" ".join(side.address.words) for side in (a, b))
    return f'same street "{x}"' if x == y else f'streets "{x}" and "{y}"'


def _simple(what: str, get: Callable[[Place], str]) -> Callable[[Place, Place], str]:
    def text(a: Place, b: Place) -> str:
        x, y = get(a), get(b)
        return f"same {what} {x}" if x == y else f"other {what}: {x} and {y}"

    return text


def _profile(a: Place, b: Place) -> str:
    shared = sorted(a.profiles & b.profiles)
    return f"both link to {shared[0]}" if shared else "link to other profiles on one host"


def _category(a: Place, b: Place) -> str:
    return f'categories "{a.categories[0]}" and "{b.categories[0]}"'


def _source(a: Place, b: Place) -> str:
    return f"{a.source} keeps them as two records" if a.source == b.source else "told by two sources"


def _phone(a: Place, b: Place) -> str:
    x, y = a.phone, b.phone
    return "same phone" if x.endswith(y) or y.endswith(x) else "other phone"


_TEXTS: dict[str, Callable[[Place, Place], str]] = {
    "name": _name,
    "qualifier": _qualifier,
    "position": _position,
    "street": _street,
    "house": _simple("house number", lambda side: side.address.house),
    "postcode": _simple("postcode", lambda side: side.postal),
    "town": _simple("town", lambda side: side.town),
    "region": _simple("region", lambda side: side.region),
    "country": _simple("country", lambda side: side.country),
    "phone": _phone,
    "site": _simple("site", lambda side: f"{side.site.owner}/{side.site.page}".rstrip("/")),
    "profile": _profile,
    "category": _category,
    "source": _source,
}

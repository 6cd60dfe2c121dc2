"""Fuzzy name and place: the evidence on two venues, and the rules on rooms of one house."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz import fuzz

from mystage.domain.resolution.evidence import Evidence, Model, Scored, interpolate, parted, weighed
from mystage.domain.resolution.naming import NamesCompared, best_names, distinctive
from mystage.domain.resolution.records import Side
from mystage.domain.resolution.shared import contradiction, country, distance_m, profiles, same_source
from mystage.domain.resolution.vocabulary import ROOM_WORDS, SURE_ROOM_WORDS

_NAME = ((0.3, -6.0), (0.5, -5.0), (0.65, -3.0), (0.75, -0.5), (0.85, 2.5), (0.92, 3.8), (1.0, 4.5))
_DISTANCE = ((0.0, 3.0), (50.0, 2.8), (150.0, 2.0), (300.0, 0.8), (600.0, -0.5), (2e3, -2.0), (5e3, -5.0), (5e4, -9.0))
NEAR_M = 200.0
_BUILDING_M = 60.0
_CHAIN_M = 1_000.0
_ELSEWHERE = -1.5
"""A piece of place evidence at or below this says that the addresses contradict each other."""


class _Shared(NamedTuple):
    """What two venues have in common beside their names."""

    house: bool
    phone: bool
    site: bool
    metres: float | None

    @property
    def near(self) -> bool:
        return self.house or self.phone or (self.metres is not None and self.metres <= NEAR_M)

    @property
    def building(self) -> bool:
        close = self.metres is not None and self.metres <= _BUILDING_M
        return self.house or self.phone or close or (self.site and self.near)


def score_venues(a: Side, b: Side, model: Model) -> Scored:
    """Two venues compared."""
    shared = _Shared(
        house=bool(a.house and a.street and a.house == b.house and street_alike(a.street, b.street)),
        phone=same_phone(a.phone, b.phone),
        site=bool(a.site and a.site == b.site),
        metres=distance_m(a.point, b.point) if a.point and b.point else None,
    )
    evidence = same_source(a, b, model)
    evidence += contradiction(a, b)
    names = best_names(a.names, b.names)
    if names is not None:
        compared, name_a, name_b = names
        compared = compared.without(frozenset(f"{a.town} {b.town}".split()))
        evidence.append(_name(compared, name_a, name_b))
        rule = _rooms(compared) if shared.building else ""
        if rule:
            return parted("rooms", f'{rule}: "{name_a}" and "{name_b}"', evidence)
        if ("festival" in a.marks) != ("festival" in b.marks) and compared.similarity < 0.98:
            return parted("festival", "a festival is not its venue", evidence)
    return weighed(model.venue_prior, evidence + _tempered(_place(a, b, shared), model), model)


def _place(a: Side, b: Side, shared: _Shared) -> list[Evidence]:
    """The weights of position, address, town, phone, site and profiles."""
    found: list[Evidence] = []
    if shared.metres is not None:
        found.append(Evidence("position", interpolate(_DISTANCE, shared.metres), f"{_far(shared.metres)} apart"))
    found += _address(a, b, same_house=shared.house)
    found += _town(a, b, near=shared.near)
    found += _contact(a, b, shared, elsewhere=any(piece.weight <= _ELSEWHERE for piece in found))
    found += profiles(a, b)
    return found


def _tempered(evidence: list[Evidence], model: Model) -> list[Evidence]:
    """Place evidence with what speaks for a match scaled down to the model's limit: its parts depend on each other.

    Who shares a house mostly shares its phone, postcode and position too; as independent pieces they would count the
    one house many times and outweigh any name.
    """
    total = sum(piece.weight for piece in evidence if piece.weight > 0)
    if total <= model.place_limit:
        return evidence
    factor = model.place_limit / total
    return [piece._replace(weight=piece.weight * factor) if piece.weight > 0 else piece for piece in evidence]


def _far(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 1_000 else f"{metres / 1_000:.0f} km"


def street_alike(a: str, b: str) -> bool:
    """Whether two street keys name one street (a type or direction may be missing, a letter wrong)."""
    return a == b or fuzz.token_set_ratio(a, b) >= 88.0


def same_phone(a: str, b: str) -> bool:
    """Whether two phone keys are one number; a short one may lack its area code."""
    if not a or not b:
        return False
    return a == b or (len(a) != len(b) and (a.endswith(b) or b.endswith(a)))


def _rooms(compared: NamesCompared) -> str:
    """Why two names in one building are two rooms; empty where they need not be."""
    only_a, only_b = compared.only_a, compared.only_b
    if compared.unlike_scripts or not (only_a and only_b):
        return ""
    room_a, room_b = (not ROOM_WORDS.isdisjoint(only) for only in (only_a, only_b))
    if (room_a and room_b) or not SURE_ROOM_WORDS.isdisjoint(only_a + only_b):
        return "two rooms of one house"
    if not distinctive(compared.common) and (
        compared.similarity < 0.6 or (distinctive(only_a) and distinctive(only_b))
    ):
        return "one building, but clearly different names"
    return ""


def _name(compared: NamesCompared, a: str, b: str) -> Evidence:
    if compared.unlike_scripts:
        return Evidence("name", -0.5, f'"{a}" and "{b}" are in different scripts')
    if a == b:
        rare = distinctive(compared.common)
        return Evidence("name", 4.5 if rare else 2.5, f'same name "{a}"' + ("" if rare else " (a common one)"))
    weight = interpolate(_NAME, compared.similarity)
    if compared.unspaced:
        return Evidence("name", weight, f'"{a}" and "{b}" are {compared.similarity:.0%} alike')
    only_a, only_b = compared.only_a, compared.only_b
    if not only_a and not only_b:
        return Evidence("name", max(weight, 3.8), f'"{a}" and "{b}" differ in spelling only')
    if only_a and only_b:
        text = f'"{" ".join(only_a)}" against "{" ".join(only_b)}"'
        if distinctive(only_a) and distinctive(only_b):
            return Evidence("name", min(weight, -2.5), f"different names: {text}")
        return Evidence("name", min(weight, 0.5), f"names differ: {text}")
    extra = only_a or only_b
    if not distinctive(compared.common):
        return Evidence("name", max(-1.5, min(weight, 0.0)), f'only common words shared by "{a}" and "{b}"')
    if ROOM_WORDS.intersection(extra) and distinctive(extra):
        return Evidence("name", -2.0, f'"{" ".join(extra)}" may be a room of the other')
    return Evidence("name", 1.0 if distinctive(extra) else max(weight, 2.2), f'one name adds "{" ".join(extra)}"')


def _address(a: Side, b: Side, *, same_house: bool) -> list[Evidence]:
    found: list[Evidence] = []
    if same_house:
        found.append(Evidence("address", 3.0, f'same address "{a.house} {a.street}"'))
    elif a.street and b.street:
        if not street_alike(a.street, b.street):
            found.append(Evidence("address", -1.5, f'other street: "{a.street}" and "{b.street}"'))
        elif a.house and b.house:
            found.append(Evidence("address", -2.0, f"house number {a.house} against {b.house}"))
        else:
            found.append(Evidence("address", 1.0, f'same street "{a.street}"'))
    if a.postal and b.postal:
        same = a.postal == b.postal
        found.append(Evidence("postcode", 1.2 if same else -0.8, "same postcode" if same else "other postcode"))
    return found


def _town(a: Side, b: Side, *, near: bool) -> list[Evidence]:
    found: list[Evidence] = []
    if a.town and b.town and a.town.isascii() == b.town.isascii():
        if a.town == b.town:
            found.append(Evidence("town", 1.0, f'same town "{a.town}"'))
        elif fuzz.ratio(a.town, b.town) >= 80.0 or fuzz.partial_ratio(a.town, b.town) >= 95.0:
            found.append(Evidence("town", 0.6, f'towns "{a.town}" and "{b.town}" are alike'))
        else:
            found.append(Evidence("town", -0.5 if near else -4.0, f'other town: "{a.town}" and "{b.town}"'))
    if len(a.region) in {2, 3} and len(b.region) == len(a.region) and a.region != b.region:
        found.append(Evidence("region", -1.0 if near else -3.0, f"region {a.region} against {b.region}"))
    found += country(a, b, -6.0)
    return found


def _contact(a: Side, b: Side, shared: _Shared, *, elsewhere: bool) -> list[Evidence]:
    """`elsewhere`: the addresses contradict each other, so that phone and site may be a chain's."""
    found: list[Evidence] = []
    doubt = " (perhaps a chain's)"
    if shared.phone:
        far = shared.metres is not None and shared.metres > _CHAIN_M
        weight = 1.5 if far else 3.2  # a corner house has two street lines, but it is in one place
        found.append(Evidence("phone", weight if elsewhere else 4.0, "same phone" + (doubt if elsewhere else "")))
    elif a.phone and b.phone:
        found.append(Evidence("phone", -1.0, "other phone"))
    if shared.site:
        chain = elsewhere or not (shared.near or a.town == b.town)
        found.append(Evidence("site", 0.5 if chain else 2.2, f"same site {a.site}" + (doubt if chain else "")))
    elif a.site and b.site:
        found.append(Evidence("site", -0.7, f"other site: {a.site} and {b.site}"))
    return found

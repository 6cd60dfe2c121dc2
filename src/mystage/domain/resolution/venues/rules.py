"""What keeps two places apart whatever the model says: rooms of one house; a festival and its venue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mystage.domain.resolution.additive import MISSING
from mystage.domain.resolution.venues.features import PLACE_LEVELS
from mystage.domain.resolution.venues.naming import NONE, SOME, Compared, telling
from mystage.domain.resolution.venues.place import Place
from mystage.domain.resolution.vocabulary import KIND_WORDS, ROOM_WORDS, SURE_ROOM_WORDS


class Rule(NamedTuple):
    """A rule that speaks: its name, and why, in plain words."""

    name: str
    text: str


def apart(a: Place, b: Place, compared: Compared | None, *, building: bool) -> Rule | None:
    """The rule that keeps two places apart, if any; `building`: they share a house, its phone, or one spot."""
    if compared is None:
        return None
    if a.name.festival != b.name.festival and compared.alike < 98:
        return Rule("festival", "a festival is not its venue")
    if not building or compared.kind not in {NONE, SOME} or not (compared.only_a and compared.only_b):
        return None
    why = _rooms(compared)
    return Rule("rooms", f'{why}: "{a.name.text}" and "{b.name.text}"') if why else None


def doubt(a: Place, b: Place, compared: Compared | None, levels: Sequence[int], *, building: bool) -> Rule | None:
    """Why two places are left to a person however alike they are, if anything."""
    if compared is None:
        return None
    added = set(compared.only_a) | set(compared.only_b)
    if building and not added.isdisjoint(SURE_ROOM_WORDS - KIND_WORDS):
        return Rule("rooms", f'"{" ".join(sorted(added))}" may be a room of the other')
    if all(levels[n] == MISSING for n in PLACE_LEVELS) and not _on_a_map(a, b):
        return Rule("name alone", "nothing but the names can be compared")
    return None


def _on_a_map(a: Place, b: Place) -> bool:
    """Two settlements, of which one says where it is: of those, the name is what tells them."""
    return a.bare and b.bare and (a.lat is not None or b.lat is not None)


def _rooms(compared: Compared) -> str:
    """Why two names in one building are two rooms; empty where they need not be."""
    room_a, room_b = (not ROOM_WORDS.isdisjoint(only) for only in (compared.only_a, compared.only_b))
    if (room_a and room_b) or not SURE_ROOM_WORDS.isdisjoint(compared.only_a + compared.only_b):
        return "two rooms of one house"
    both = telling(compared.only_a) and telling(compared.only_b)
    if compared.kind == NONE and (compared.alike < 60 or (both and compared.alike < 75)):
        return "one building, but clearly different names"
    return ""

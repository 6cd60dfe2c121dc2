"""Keys of a place: two records that may be one share at least one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mystage.domain.resolution.venues.names import Name
from mystage.domain.resolution.venues.place import Place

_CELLS = 80.0
"""Cells of a degree: about 1.4 km from south to north."""
_MARGIN = 0.25
"""A query looks into a neighbouring cell within this share of a cell from its border (about 350 m)."""
_WIDE = 5.0
"""Cells of a degree for settlements: about 22 km."""


def stems(name: Name) -> list[str]:
    """The start of the first telling word, and start and end of the last: one typing error leaves one of them."""
    words = name.core or name.words
    if not words:
        return []
    first, last = words[0], words[-1]
    found = [first[:3], "-" + last[-2:]]
    if last is not first:
        found.append(last[:3])
    return found


def keys(place: Place, *, query: bool) -> list[str]:
    """The keys under which a place is kept, or looked for (which adds the neighbours of its position)."""
    found = _contact_keys(place)
    name = place.name
    if not name.text:
        return found
    solid = name.text.replace(" ", "")
    if place.town:
        found.append(f"n{solid}:{place.town}")
    starts = stems(name)
    if place.lat is not None:
        found += _cell_keys(place, starts, query=query)
    elif place.town:
        found += [f"t{place.town[:5]}:{stem}" for stem in starts]
    if place.postal:
        found += [f"z{place.postal}{stem}" for stem in starts]
    found += _name_keys(place, solid, query=query)
    if place.others and place.town:
        found += [f"n{other.text.replace(' ', '')}:{place.town}" for other in place.others]
    return found


def _contact_keys(place: Place) -> list[str]:
    """Phone; house and start of the street's first and last word; site in its town."""
    found = ["p" + place.phone[-8:]] if place.phone else []
    address = place.address
    if address.house and address.words:
        found.append(f"h{address.house}:{address.words[0][:4]}")
        if len(address.words) > 1:
            found.append(f"h{address.house}:{address.words[-1][:4]}")
    if place.site.owner:
        found.append(f"s{place.site.owner}:{place.town[:4]}")
    return found


def _cell_keys(place: Place, starts: list[str], *, query: bool) -> list[str]:
    cells = _around("c", place, _CELLS, _MARGIN if query else 0.0)
    found = [cell + stem for cell in cells for stem in starts]
    if place.bare:
        found += cells
        found += [cell + starts[0] for cell in _around("w", place, _WIDE, 0.5 if query else 0.0)]
    return found


def skeleton(solid: str) -> str:
    """The name without vowels and doubled letters, which most misspellings leave."""
    bones = solid[:1] + "".join([c for before, c in pairwise(solid) if c not in "aeiouyh" and c != before])
    return bones if len(bones) > 2 else solid


def _name_keys(place: Place, solid: str, *, query: bool) -> Iterator[str]:
    """The name alone, for those that do not say where: `m` is kept by all, `m0` by those without any place."""
    placeless = not (place.town or place.postal or place.lat is not None)
    if placeless or place.bare or not query:
        yield f"m{solid}"
    if placeless or query:
        yield f"m0{solid}"
    if place.bare:
        yield f"b{solid[:5]}"
        yield f"k{skeleton(solid)[:6]}"


def _around(letter: str, place: Place, cells: float, margin: float) -> list[str]:
    """The cell of a position, and its neighbours within `margin` (a share of a cell)."""
    y, x = (place.lat or 0.0) * cells, (place.lon or 0.0) * cells
    row, column = int(y // 1), int(x // 1)
    if not margin:
        return [f"{letter}{row}.{column}."]
    dy, dx = y - row, x - column
    rows = (row, row - 1) if dy < margin else (row, row + 1) if dy > 1 - margin else (row,)
    columns = (column, column - 1) if dx < margin else (column, column + 1) if dx > 1 - margin else (column,)
    return [f"{letter}{r}.{c}." for r in rows for c in columns]

"""Scores of a reading against gold labels: precision, recall, and the share of right fields among matched records.

Gold is one JSON object a page: lists `venues`, `artists`, `performances` (fields as in the record format; `alt_names`,
`alt_titles`, `alt_start_local` hold other right values), `optional: true` on records that are neither required nor
wrong, `complete: false` where the page holds further right records (then precision is not judged).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from mystage.domain.sources import Claims, fold_text
from mystage.domain.values import Model

Record = Mapping[str, Any]
_JUDGED: Final = {
    "venues": ("name", "street", "locality", "postal_code"),
    "artists": ("name",),
    "performances": ("title", "venue", "artists", "start_local", "end_local", "status", "ticket_url", "price_min", "price_max", "currency"),
}  # fmt: skip  # a table
_ALIKE: Final = 0.75


class Score(Model):
    """Counts that add up over pages. Recall is over required records, precision over those of complete pages."""

    required: int = 0
    recalled: int = 0
    given: int = 0
    right: int = 0
    fields: int = 0
    fields_right: int = 0

    def __add__(self, other: Score) -> Score:
        mine, theirs = self.model_dump(), other.model_dump()
        return Score(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def precision(self) -> float:
        """Of the records given, those that are right; 1 where none was given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Of the records required, those that were given; 1 where none was required."""
        return self.recalled / self.required if self.required else 1.0

    @property
    def field_accuracy(self) -> float:
        """Of the fields that gold has on matched records, those with a right value; 1 where there are none."""
        return self.fields_right / self.fields if self.fields else 1.0


def score(claims: Claims, gold: Record) -> dict[str, Score]:
    """The scores of each kind of record."""
    found = flat(claims)
    complete = gold.get("complete", True)
    return {kind: _kind(kind, gold.get(kind) or (), found[kind], complete=complete) for kind in _JUDGED}


def flat(claims: Claims) -> dict[str, list[dict[str, Any]]]:
    """Claims as records in which a performance names its venue and artists."""
    venues = {venue.key: venue.name for venue in claims.venues}
    artists = {artist.key: artist.name for artist in claims.artists}
    shows = []
    for claim in claims.performances:
        row = claim.model_dump(mode="json")
        shows.append(
            row
            | {"venue": venues.get(claim.venue or ""), "artists": [artists[a] for a in claim.artists if a in artists]}
        )
    return {
        "venues": [v.model_dump(mode="json") for v in claims.venues],
        "artists": [a.model_dump(mode="json") for a in claims.artists],
        "performances": shows,
    }


def _kind(kind: str, gold: Sequence[Record], found: Sequence[Record], *, complete: bool) -> Score:
    pairs = _pairs(kind, gold, found)
    right = fields = 0
    for one, other in pairs:
        for name in _JUDGED[kind]:
            if one.get(name) not in (None, "", []):
                fields += 1
                right += any(_same(name, value, other.get(name)) for value in _choices(one, name))
    return Score(
        required=sum(not g.get("optional") for g in gold),
        recalled=sum(not g.get("optional") for g, _ in pairs),
        given=len(found) if complete else 0,
        right=len(pairs) if complete else 0,
        fields=fields,
        fields_right=right,
    )


def _pairs(kind: str, gold: Sequence[Record], found: Sequence[Record]) -> list[tuple[Record, Record]]:
    """Each gold record with the found one that is most like it, the most alike pairs first."""
    ranked = sorted(
        ((_affinity(kind, g, f), -i, -j) for i, g in enumerate(gold) for j, f in enumerate(found)), reverse=True
    )
    used_gold, used_found, pairs = set[int](), set[int](), []
    for likeness, i, j in ranked:
        if likeness < _ALIKE:
            break
        if -i not in used_gold and -j not in used_found:
            used_gold.add(-i)
            used_found.add(-j)
            pairs.append((gold[-i], found[-j]))
    return pairs


def _affinity(kind: str, gold: Record, found: Record) -> float:
    if kind != "performances":
        return max(_dice(name, found.get("name")) for name in _choices(gold, "name"))
    named = [_dice(title, found.get("title")) for title in _choices(gold, "title")]
    named.append(_dice(" ".join(gold.get("artists") or ()), " ".join(found.get("artists") or ())))
    named.append(_dice(" ".join(gold.get("artists") or ()), found.get("title")))
    days = {str(start)[:10] for start in _choices(gold, "start_local") if start}
    if days and str(found.get("start_local"))[:10] not in days:
        return 0.0
    return max(named)


def _choices(gold: Record, name: str) -> list[Any]:
    """The gold value and other right ones."""
    others = gold.get(f"alt_{name}s", gold.get(f"alt_{name}", ()))
    return [gold.get(name), *(others if isinstance(others, list) else [others] if others else [])]


def _same(name: str, gold: Any, found: Any) -> bool:
    if name == "artists":
        return _folded(gold or ()) == _folded(found or ())
    if name in ("price_min", "price_max"):
        return found is not None and gold is not None and abs(float(gold) - float(found)) < 0.005
    if name in ("start_local", "end_local"):
        return bool(found) and bool(gold) and str(found)[: len(str(gold))] == str(gold)
    return _dice(gold, found) >= 0.9


def _folded(names: Iterable[str]) -> set[str]:
    return {fold_text(name) for name in names}


def _dice(one: object, other: object) -> float:
    """Shared words of two texts (Dice 1945), 1 where they are the same."""
    a, b = fold_text(str(one or "")).split(), fold_text(str(other or "")).split()
    if not a or not b:
        return 0.0
    return 2 * sum((Counter(a) & Counter(b)).values()) / (len(a) + len(b))

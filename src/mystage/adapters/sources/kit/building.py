"""What all readers share: destructive reading of fields, cleaning of values, and a builder that keeps keys right.

A reader pops what it knows (`Fields.pop`), names what it leaves aside on purpose (`Fields.ignore`), and hands the
rest to the audit (`Fields.rest`). One bad value costs that value, never the record; one bad record never the payload.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import ValidationError

from mystage.domain.sources import ArtistClaim, Claim, Claims, PerformanceClaim, VenueClaim, derived_key, fold_text

C = TypeVar("C", bound=Claim)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_EMPTY: tuple[object, ...] = ("", (), [], {})
_SPACE = re.compile(r"\s+")
_ADDRESS = re.compile(r"https?://[^/\s]+\.[^/\s]+|https?://localhost", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(/\S*)?$", re.IGNORECASE)


class Fields:
    """A JSON object that is read by taking fields out of it; what is left is the audit."""

    def __init__(self, value: object, path: str = "", left: list[str] | None = None) -> None:
        self._data: dict[str, Any] = dict(value) if isinstance(value, Mapping) else {}
        self._path = path
        self._left: list[str] = [] if left is None else left

    def __bool__(self) -> bool:
        return bool(self._data)

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._data))

    def pop(self, *names: str) -> Any:
        """The first of `names` that holds something; all of them are taken out. None where none does."""
        found = None
        for name in names:
            value = self._data.pop(name, None)
            # what is true holds something; the long way is for 0 and False
            if found is None and (value or (value is not None and value not in _EMPTY)):
                found = value
        return found

    def peek(self, name: str) -> Any:
        """What a field holds, without taking it out."""
        return self._data.get(name)

    def text(self, *names: str) -> str | None:
        """Like `pop`, cleaned as one line of text."""
        return text(self.pop(*names))

    def number(self, *names: str) -> float | None:
        """Like `pop`, as a number."""
        return number(self.pop(*names))

    def sub(self, *names: str) -> Fields:
        """An object inside, to be read in the same way (empty where there is none); its rest counts too."""
        value = self.pop(*names)
        name = f"{self._path}.{names[0]}" if self._path else names[0]
        return Fields(value, name, self._left)

    def list(self, *names: str) -> list[Fields]:
        """The objects of a list inside (an object alone counts as a list of one)."""
        value = self.pop(*names)
        items = value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []
        name = f"{self._path}.{names[0]}[]" if self._path else f"{names[0]}[]"
        return [Fields(item, name, self._left) for item in items if isinstance(item, Mapping)]

    def ignore(self, *names: str) -> None:
        """Fields that are known and deliberately not used."""
        for name in names:
            self._data.pop(name, None)

    def rest(self) -> None:
        """Hand what is left to the audit: call it once, when the object has been read."""
        self._left.extend(f"{self._path}.{name}" if self._path else name for name in self._data)
        self._data = {}

    @property
    def unread(self) -> tuple[str, ...]:
        """Paths of all fields left by this object and those inside it (each path once, at most 200)."""
        return tuple(sorted(set(self._left)))[:200]


class ClaimsBuilder:
    """Collects claims. Things of one key are one claim: later values fill what earlier ones left empty."""

    def __init__(self) -> None:
        self._venues: dict[str, VenueClaim] = {}
        self._artists: dict[str, ArtistClaim] = {}
        self._performances: dict[str, PerformanceClaim] = {}
        self.dropped: list[str] = []
        """Values and records that were not valid, in words."""

    def venue(self, **values: Any) -> str | None:
        """Add a venue and answer its key; None where it has no usable name."""
        key = values.get("key") or values.get("source_id")
        if not key and values.get("name"):
            place = values.get("locality") or values.get("postal_code") or values.get("region")
            key = _derived_key(values["name"], place, None if place else values.get("street"))
        return self._add(VenueClaim, self._venues, key, values)

    def artist(self, **values: Any) -> str | None:
        """Add an artist and answer its key; None where it has no usable name."""
        key = values.get("key") or values.get("source_id")
        if not key and values.get("name"):
            key = _derived_key(values["name"])
        return self._add(ArtistClaim, self._artists, key, values)

    def performance(self, **values: Any) -> str | None:
        """Add a performance and answer its key; None where it has neither title nor artists."""
        artists = tuple(dict.fromkeys(a for a in values.get("artists") or () if a))
        values["artists"] = artists
        if not values.get("title") and not artists:
            self.dropped.append("performance without title and artists")
            return None
        key = values.get("key") or values.get("source_id")
        if not key:
            what = values.get("title") or " ".join(artists)
            key = _derived_key(what, values.get("venue") or values.get("place"), values.get("start_local"))
        return self._add(PerformanceClaim, self._performances, key, values)

    def artist_name(self, key: str) -> str:
        """The name of an artist that was added; "" for an unknown key."""
        known = self._artists.get(key)
        return known.name if known else ""

    def build(self) -> Claims:
        """All that was added, in the order of adding."""
        return Claims(
            venues=tuple(self._venues.values()),
            artists=tuple(self._artists.values()),
            performances=tuple(self._performances.values()),
        )

    def _add(self, model: type[C], into: dict[str, C], key: object, values: dict[str, Any]) -> str | None:
        if not key:
            self.dropped.append(f"{model.__name__} without name or key")
            return None
        clean = {k: v for k, v in values.items() if v or (v is not None and v not in _EMPTY)}
        clean["key"] = str(key)[:512]
        if "source_id" in clean:
            clean["source_id"] = str(clean["source_id"])
        claim = self._validated(model, clean)
        if claim is None:
            return None
        known = into.get(claim.key)
        into[claim.key] = claim if known is None else _filled(known, claim)
        return claim.key

    def _validated(self, model: type[C], values: dict[str, Any]) -> C | None:
        """The claim without the values that are not valid (each is counted); None where a required one is not."""
        for _ in range(len(values)):
            try:
                return model.model_validate(values)
            except ValidationError as error:
                wrong = {str(e["loc"][0]) for e in error.errors()}
                self.dropped.extend(f"{model.__name__}.{name}" for name in sorted(wrong))
                if wrong & {"key", "name"}:
                    return None
                values = {k: v for k, v in values.items() if k not in wrong}
        return None


@lru_cache(maxsize=8_192)
def _derived_key(*parts: str | None) -> str:
    """`derived_key`, kept: the venues and acts of a calendar recur."""
    return derived_key(*parts)


def _filled(known: C, more: C) -> C:
    """`known` with its empty fields taken from `more`."""
    empty: tuple[object, ...] = (None, (), {}, "")
    held, further = known.__dict__, more.__dict__
    gained = {n: value for n, value in further.items() if value not in empty and held[n] in empty}
    # most repeats of a venue or act say nothing new: then there is nothing to validate
    return type(known).model_validate({**held, **gained}) if gained else known


def text(value: object, limit: int = 4_000) -> str | None:
    """One line of clean text: entities and tags undone, control characters and runs of space folded; None if empty."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return str(value)
    if not isinstance(value, str):
        return None
    if value.isprintable() and "  " not in value and "&" not in value and "<" not in value:
        return value.strip()[:limit] or None  # as nearly all values are
    if "&" in value:
        value = html.unescape(value)
        if "&" in value:
            value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub(" ", value)
    value = value.replace("\u200b", "").replace("\ufeff", "")
    value = "".join(c if c.isprintable() or c.isspace() else " " for c in value) if not value.isprintable() else value
    return _SPACE.sub(" ", value).strip()[:limit] or None


def texts(value: object) -> tuple[str, ...]:
    """The clean texts of a list (one alone counts as a list), each once; what is no text is left out."""
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(t for t in (text(item) for item in items) if t))


def number(value: object) -> float | None:
    """A finite number from a number or a text that is one ("12.50", "1,234.5" is not guessed at); else None."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = float(value.strip() if isinstance(value, str) else value)  # type: ignore[arg-type]  # checked by the except
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) != float("inf") and found == found else None  # noqa: PLR0124  NaN is not itself


def position(lat: object, lon: object) -> dict[str, float]:
    """`lat` and `lon` as claim values; {} for what is no position on Earth (0,0 stands for "unknown")."""
    y, x = number(lat), number(lon)
    if y is None or x is None or not -90 <= y <= 90 or not -180 <= x <= 180 or (y == 0 and x == 0):
        return {}
    return {"lat": y, "lon": x}


def link(value: object) -> str | None:
    """An http(s) address as the source wrote it ("thepub.cz" gets its scheme); None for anything else."""
    found = text(value, 2_000)
    if not found or " " in found:
        return None
    if _ADDRESS.match(found):
        return found
    if _BARE_ADDRESS.match(found):
        return f"http://{found}"
    return None


def links(values: Iterable[object]) -> tuple[str, ...]:
    """The addresses among `values`, each once."""
    return tuple(dict.fromkeys(v for v in (link(value) for value in values) if v))


@lru_cache(maxsize=4096)
def country_code(name: str | None) -> str | None:
    """ISO 3166-1 alpha-2 for a code or a name in English or the country's official forms; None if unknown."""
    from mystage.adapters.sources.kit.countries import lookup  # noqa: PLC0415  the tables load only when a country is read

    return lookup(name) if name else None


@lru_cache(maxsize=8192)
def phone_e164(raw: str | None, country: str | None = None) -> str | None:
    """A phone number as E.164. `country` (alpha-2) reads national forms; without it only `+` numbers are taken."""
    if not raw:
        return None
    import phonenumbers  # noqa: PLC0415  heavy metadata, only where a phone is read

    try:
        parsed = phonenumbers.parse(raw, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=8192)
def zone_at(lat: float | None, lon: float | None) -> str | None:
    """The IANA zone of a position on land; None at sea or without a position."""
    if lat is None or lon is None:
        return None
    from mystage.adapters.sources.kit.zones import finder  # noqa: PLC0415  30 MB of polygons, only where a zone is missing

    zone: str | None = finder().timezone_at(lat=lat, lng=lon)
    return None if zone and zone.startswith("Etc/") else zone  # zones of the open sea are no place's


def same_words(a: str | None, b: str | None) -> bool:
    """Whether two texts differ in case, accents and punctuation only."""
    return bool(a and b) and fold_text(a or "") == fold_text(b or "")

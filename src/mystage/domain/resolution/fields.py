"""Which column of a file is which field: by the caller's word, else by the names that such columns commonly have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mystage.domain.errors import Invalid
from mystage.domain.resolution.generic.columns import TRUTH_NAMES, ColumnKind

ID_NAMES = ("id", "rid", "record_id", "recordid", "row_id", "uid", "uuid", "key", "pk", "_id", "identifier")
SOURCE_NAMES = (
    "source",
    "src",
    "srcid",
    "src_id",
    "source_id",
    "provider",
    "dataset",
    "data_source",
    "origin",
    "quelle",
    "fuente",
)
_VENUE: dict[str, tuple[str, ...]] = {
    "name": ("name", "venue_name", "venue", "place_name", "label", "title", "names", "nombre"),
    "alt_names": ("alt_names", "aliases", "alternate_names", "other_names"),
    "street": (
        "street",
        "address",
        "addr",
        "street_address",
        "addr_freeform",
        "address1",
        "address_line_1",
        "addr_street",
        "strasse",  # "straße" folds to it
        "anschrift",
        "adresse",
        "dirección",
        "direccion",
        "calle",
    ),
    "locality": ("locality", "city", "town", "addr_locality", "municipality", "addr_city", "ort", "stadt", "ciudad"),
    "region": ("region", "state", "province", "addr_region", "addr_state", "county", "bundesland", "estado"),
    "postal_code": (
        "postal_code",
        "postalcode",
        "postcode",
        "zip",
        "zipcode",
        "zip_code",
        "addr_postcode",
        "plz",
        "cp",
    ),
    "country": ("country", "country_code", "addr_country", "land", "país", "pais"),
    "lat": ("lat", "latitude", "geo_lat", "breite", "breitengrad", "latitud"),
    "lon": ("lon", "lng", "long", "longitude", "geo_lon", "geo_lng", "länge", "längengrad", "longitud"),
    "phone": ("phone", "telephone", "tel", "phone_number", "phones", "telefon", "teléfono", "telefono"),
    "website": ("website", "url", "site", "web", "homepage", "websites"),
    "links": ("links", "social", "socials"),
    "category": ("category", "categories", "type"),
    "brand": ("brand",),
    "identifiers": ("identifiers",),
}
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "venue": _VENUE,
    "artist": {
        "name": ("name", "artist", "artist_name", "label", "title"),
        "alt_names": ("alt_names", "aliases", "alternate_names", "other_names"),
        "country": ("country", "country_code", "area"),
        "genres": ("genres", "genre", "tags"),
        "website": ("website", "url", "site", "homepage"),
        "links": ("links", "social", "socials"),
        "identifiers": ("identifiers",),
    },
    "performance": {
        "title": ("title", "name", "event", "event_name", "show"),
        "venue": ("venue", "venue_name", "place", "location", "hall"),
        "artists": ("artists", "artist", "performers", "performer", "lineup", "line_up", "acts"),
        "start_local": (
            "start_local",
            "start",
            "starts_at",
            "start_date",
            "startdate",
            "start_time",
            "datetime",
            "date",
        ),
        "end_local": ("end_local", "end", "ends_at", "end_date", "enddate"),
        "doors_local": ("doors_local", "doors", "doors_at"),
        "locality": ("locality", "city", "town"),
        "country": ("country", "country_code"),
        "lat": ("lat", "latitude"),
        "lon": ("lon", "lng", "longitude"),
        "identifiers": ("identifiers",),
    },
    "generic": {},
}
"""Kind -> field -> names of columns that are taken for it."""
NEEDED = {"venue": ("name",), "artist": ("name",), "performance": ("start_local",), "generic": ()}
KINDS = tuple(FIELDS)
_AFFIXES = (
    ("l_", "r_"), ("left_", "right_"), ("left.", "right."), ("ltable_", "rtable_"), ("a_", "b_"), ("a.", "b."),
    ("l.", "r."), ("1_", "2_"),
)  # fmt: skip
_SUFFIXES = (
    ("_l", "_r"), ("_left", "_right"), ("_a", "_b"), ("_1", "_2"), ("_x", "_y"), (".1", ".2"), (".l", ".r"),
)  # fmt: skip


_SURROGATE = re.compile(r"(?i:(?:^|[_\s.-])(?:id|ids|uuid|guid)$)|(?<=[a-z])I[dD]$|^recid$")
"""Names of columns that number records or things: never evidence, unless the caller names them."""


@dataclass(slots=True)
class Layout:
    """What is read from a row: field -> column, and what was left aside."""

    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    """Of the kind; `id` and `source` besides."""
    compared: dict[str, str] = field(default_factory=dict)
    """Generic: name -> column."""
    kinds: dict[str, ColumnKind] = field(default_factory=dict)
    """Generic: kinds that the caller named."""
    ignored: list[str] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)
    """`field=column` pairs that were not named by the caller."""

    def row(self, values: Mapping[str, str]) -> dict[str, str]:
        """A row's values by field."""
        return {name: values[column] for name, column in (self.fields | self.compared).items()}


def parted(entries: Iterable[str]) -> list[tuple[str, str, ColumnKind | None]]:
    """`--map` entries as name, column and kind: `field=column`, `name:kind=column`, `kind:name=column`, `column:kind`."""
    kinds = {kind.value: kind for kind in ColumnKind}
    found = []
    for entry in entries:
        name, equals, column = entry.partition("=")
        first, colon, second = name.strip().partition(":")
        kind: ColumnKind | None = None
        if colon and second in kinds:
            name, kind = first, kinds[second]
        elif colon and first in kinds:
            name, kind = second, kinds[first]
        elif colon or not (equals or colon):
            hint = f"write field=column, or column:kind with a kind of {', '.join(kinds)}"
            raise Invalid(f'"{entry}" names no column', where="--map", hint=hint)
        column = column.strip() if equals else name
        if not name.strip() or not column:
            raise Invalid(f'"{entry}" lacks a name or a column', where="--map", hint="write field=column")
        found.append((name.strip(), column, kind))
    return found


def laid_out(kind: str, columns: Sequence[str], maps: Iterable[str], answers: Iterable[str] = ()) -> Layout:
    """The layout of a file for a kind. `answers`: columns that hold a truth, never evidence.

    Raises:
        Invalid: a named column is not there, or a field that the kind needs is nowhere; the hint lists the columns.
    """
    if kind not in FIELDS:
        raise Invalid(f"no such kind: {kind}", where="--kind", hint=", ".join(KINDS))
    layout = Layout(kind)
    _named(layout, columns, maps)
    taken = set(layout.fields.values()) | set(layout.compared.values())
    layout.ignored = [name for name in columns if name in set(answers) and name not in taken]
    free = [name for name in columns if name not in taken and name not in layout.ignored]
    for name, names in (("id", ID_NAMES), ("source", SOURCE_NAMES), *FIELDS[kind].items()):
        if name not in layout.fields and (column := _first(names, free)):
            layout.fields[name] = column
            layout.guessed.append(f"{name}={column}")
            free.remove(column)
    if kind == "generic":
        if not layout.compared:  # who names columns means these
            layout.compared = {name: name for name in free if not _SURROGATE.search(name)}
        layout.ignored += [name for name in free if name not in layout.compared.values()]
    _complete(layout, columns)
    return layout


def _named(layout: Layout, columns: Sequence[str], maps: Iterable[str]) -> None:
    """What the caller names."""
    kind, known = layout.kind, FIELDS[layout.kind]
    for name, column, type_ in parted(maps):
        if column not in columns:
            raise Invalid(f'there is no column "{column}"', where="--map", hint=f"the file has {', '.join(columns)}")
        if name in ("id", "source") or (kind != "generic" and name in known):
            layout.fields[name] = column
        elif kind == "generic":
            layout.compared[name] = column
            if type_ is not None:
                layout.kinds[name] = type_
        else:
            raise Invalid(f'a {kind} has no field "{name}"', where="--map", hint=f"id, source, {', '.join(known)}")


def _complete(layout: Layout, columns: Sequence[str]) -> None:
    """Raises Invalid where a field that the kind needs is nowhere."""
    kind, all_ = layout.kind, f"the file has {', '.join(columns)}"
    needed = [name for name in NEEDED[kind] if name not in layout.fields]
    if needed:
        hint = f"name it with --map {needed[0]}=COLUMN; {all_}"
        raise Invalid(f"no column for {needed[0]}", where=f"--kind {kind}", hint=hint)
    if kind == "generic" and not layout.compared:
        raise Invalid("no column to compare", where="--kind generic", hint=all_)


def _first(names: Sequence[str], columns: Sequence[str]) -> str | None:
    plain = {re.sub(r"[\s.-]+", "_", column.casefold().strip()): column for column in reversed(columns)}
    return next((plain[name] for name in names if name in plain), None)


def answers_of(samples: Mapping[str, Sequence[str]]) -> list[str]:
    """Columns that hold a truth by their name; `label` and `match` only where they say yes or no."""
    found = []
    for column, values in samples.items():
        name = re.sub(r"[\s.-]+", "_", column.casefold().strip())
        if name in TRUTH_NAMES:
            binary = {value.strip().casefold() for value in values} <= {
                "",
                "0",
                "1",
                "0.0",
                "1.0",
                "true",
                "false",
                "yes",
                "no",
            }
            if binary or name not in ("label", "labels", "match", "matching"):
                found.append(column)
    return found


def sides_of(columns: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Of the columns of a file of pairs: name -> column of the left and of the right record.

    Raises:
        Invalid: the columns are not in pairs; the hint says how they may be called.
    """
    best: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for (left, right), front in [*((a, True) for a in _AFFIXES), *((a, False) for a in _SUFFIXES)]:
        cut = {_cut(column, left, front=front): column for column in columns if _cut(column, left, front=front)}
        other = {_cut(column, right, front=front): column for column in columns if _cut(column, right, front=front)}
        if len(cut.keys() & other.keys()) > len(best[0].keys() & best[1].keys()):
            best = (cut, other)
    if not best[0]:
        raise Invalid(
            "the columns are not in pairs",
            where="pairs",
            hint=f"call them l_name and r_name, or use --map left.name=COLUMN; the file has {', '.join(columns)}",
        )
    return best


def _cut(column: str, affix: str, *, front: bool) -> str:
    low = column.casefold()
    if front:
        return column[len(affix) :] if low.startswith(affix) else ""
    return column[: -len(affix)] if low.endswith(affix) else ""

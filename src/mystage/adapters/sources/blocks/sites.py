"""Where a record takes place: of named lines first, then of "@ X", addresses, towns, and nouns of houses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.rows import EDGE, LONG, PRICED, Row, tidy, wordy
from mystage.adapters.sources.kit.building import country_code
from mystage.adapters.sources.kit.places import country_of_region, is_no_venue, is_street, split_address, split_location

LABELLED: Final = re.compile(r"^[^\W\d_][^:\d]{1,24}?\s?:\s*")
_AT: Final = re.compile(r"^(?:@|at|live at|im|in der|au|chez)\s+(?=[A-Z0-9])", re.IGNORECASE)
_AT_END: Final = re.compile(r"\s(?:@|at)\s+(?P<where>(?:the\s)?[A-Z0-9][^@|.!?]{2,120})\.?\s*$")
_GUESTS: Final = re.compile(
    r"^(?:\+|w/|with|support(?:ed by)?:?|feat\.?|featuring|special guests?:?|mit|avec|con|plus:?)\s+\S", re.IGNORECASE
)
_TOWN: Final = re.compile(r"(?P<town>[^\W\d_][^,\d]{1,40}),\s(?P<area>[^\W\d_][^,\d]{1,25})")
_DASH: Final = re.compile(r"\s[\u2013\u2014|·•-]\s|\s@\s|\s{2,}[\u2013-]\s{0,2}")
Place = dict[str, Any]


def is_guests(value: str) -> bool:
    """Whether a line names those who play besides ("+ Paper Moths")."""
    return bool(_GUESTS.match(value))


def is_address(value: str) -> bool:
    """Whether a line is (or ends with) a postal address."""
    return bool(re.search(r"\d", value)) and bool(split_address(value).keys() & {"postal_code", "street"})


def is_town(value: str) -> bool:
    """Whether a line is a town with its country or state ("Berlin, Germany", "Austin, TX")."""
    found = _TOWN.fullmatch(value)
    return bool(
        found and (country_code(found["area"]) if len(found["area"]) > 3 or found["area"].isupper() else None)
    ) or bool(found and country_of_region(found["area"]))


def place(rows: Sequence[Row], title: str) -> Place | None:
    """The place of a record; None where nothing surely names it."""
    name: str | None = None
    address: list[str] = []
    for row in rows:
        for value, named in _pieces_named(row):
            if not value or value == title or len(value) > 200 or words.BUTTON.fullmatch(value):
                continue
            if named & words.ADDRESS or named & words.CITY:
                address.append(value)
            elif named & words.VENUE and name is None and not named & words.TICKETS:
                name = value
    if name is None and not address:
        return _unlabelled(rows, title)
    return located(", ".join([v for v in (name, *dict.fromkeys(address)) if v]), name if address else None)


def _pieces_named(row: Row) -> Iterable[tuple[str, frozenset[str]]]:
    """The texts of a line by what names them: the whole line where its block or label does, else its pieces."""
    line = row.line
    kinds = words.VENUE | words.ADDRESS | words.CITY
    own = line.words | line.labels
    left = row.untimed
    if own & kinds and not line.heading:
        label = LABELLED.match(line.text)
        yield tidy(left[label.end() :] if label and line.labels & kinds else left), own
        return
    for piece in line.pieces:
        if piece.words:
            yield tidy(left[piece.start : piece.start + len(piece.text)]), piece.words


def _unlabelled(rows: Sequence[Row], title: str) -> Place | None:
    for at, row in enumerate(rows):
        line = row.rest
        if not line or line == title or len(line) > LONG or row.line.margin:
            continue
        if _AT.match(line) and not row.line.heading:
            return located(_AT.sub("", line))
        if (
            row.line.heading
            or row.dated
            or not wordy(line)
            or is_guests(line)
            or (PRICED.search(row.line.text) and len(line) < 20)
        ):
            continue
        found = _by_look(rows, at, line, title)
        if found:
            return found
    return _at_the_end(rows)


def _by_look(rows: Sequence[Row], at: int, line: str, title: str) -> Place | None:
    """A place by the look of a line: an address, a town, a noun of a house."""
    before, after = (_neighbour(rows, at + step, title) for step in (-1, 1))
    if is_address(line) or is_street(line):
        if is_street(line) and after and split_address(after).keys() & {"postal_code", "region"}:
            line = f"{line}, {after}"
        return located(f"{before}, {line}" if before else line, before)
    if is_town(line):
        name = after or before
        return located(f"{name}, {line}" if name else line, name)
    if words.PLACE_NOUN.search(line) and len(line.split()) <= 8 and not re.search(r"[.!?]$", line):
        if after and (is_street(after) or is_address(after) or is_town(after)):
            return located(f"{line}, {after}", line)
        return located(line) if title else None
    return None


def _neighbour(rows: Sequence[Row], at: int, title: str) -> str | None:
    """The next line, if it may be the name of a house or the rest of an address."""
    if not 0 <= at < len(rows) or rows[at].dated or rows[at].line.heading:
        return None
    value = rows[at].rest
    fine = (
        value
        and value != title
        and len(value) < 80
        and wordy(value)
        and not is_guests(value)
        and not rows[at].line.margin
    )
    return value if fine and not (PRICED.search(rows[at].line.text) and len(value) < 20) else None


def _at_the_end(rows: Sequence[Row]) -> Place | None:
    """The place that ends a short line ("Lantern Fox at The Basement")."""
    for row in rows:
        if len(row.line.text) < 400 and not row.line.heading and (found := _AT_END.search(row.rest)):
            return located(tidy(found["where"]))
    return None


def split_line(rest: str, *, titled: bool) -> tuple[str, Place] | None:
    """Title and place of a record that is one line ("Lantern Fox - Club Schaukel, Berlin").

    `titled`: the page is of one act, so that a line names places alone. None where the line is not so built.
    """
    at = _AT_END.search(rest)
    pieces = [rest[: at.start()], at["where"]] if at else [p for p in (tidy(p) for p in _DASH.split(rest)) if p]
    looks = [bool(is_town(p) or is_address(p) or words.PLACE_NOUN.search(p) or _TOWN.fullmatch(p)) for p in pieces]
    if len(pieces) == 1:
        found = located(rest) if titled and looks[0] else None
        return ("", found) if found else None
    if len(pieces) > 3 or not any(looks[1:]):
        return None
    if titled and all(looks):
        found = located(", ".join(pieces))
        return ("", found) if found else None
    found = located(", ".join(p for p in pieces[1:]))
    return (pieces[0], found) if found else None


def located(value: str, name: str | None = None) -> Place | None:
    """A schema.org place of a text."""
    if is_no_venue(value):
        return None
    if name and value.startswith(name):
        tail = value[len(name) :].strip(" ,")
        parts = (
            {"street": tail}
            if is_street(tail) and "," not in tail
            else split_address(tail)
            if "," in tail or re.search(r"\d", tail)
            else {"locality": tail}
        )
        if "street" in parts or "locality" in parts:
            parts.pop("rest", None)
    else:
        name, parts = split_location(value)
        town = _TOWN.fullmatch(name) if name and not parts else None
        if town and len(town["area"].split()) <= 3 and not words.PLACE_NOUN.search(town["area"]):
            name, parts = town["town"], {"locality": town["area"]}
    if not name and not parts:
        return None
    rest = parts.pop("rest", None)
    address = {
        "@type": "PostalAddress", "streetAddress": parts.get("street"), "addressLocality": parts.get("locality") or rest,
        "addressRegion": parts.get("region"), "postalCode": parts.get("postal_code"), "addressCountry": parts.get("country"),
    }  # fmt: skip  # a table
    return {"@type": "Place", "name": name and name.strip(EDGE), "address": {k: v for k, v in address.items() if v}}


def place_of_sentence(value: str) -> Place | None:
    """The place that a sentence names for a whole list ("All meetings will be held at the X: 1 Main St, Town ST 12345")."""
    found = words.HELD.search(value[:600])
    if not found:
        return None
    ends = re.match(r".*?\b\d{5}(?:-\d{4})?\b", found["address"])
    address = (ends.group() if ends else re.split(r"\.\s|\.$|\b[Cc]lick\b|\sat\s\d", found["address"])[0]).strip(EDGE)
    parts = split_address(address) if address else {}
    if not parts.keys() & {"street", "postal_code", "region"}:
        parts = {}
    parts.pop("rest", None)
    name = re.sub(r"^.*\b(?:floor|room|boardroom) (?:at|of) (?:the )?", "", tidy(found["name"]), flags=re.IGNORECASE)
    fields = {
        "streetAddress": parts.get("street"), "addressLocality": parts.get("locality"), "addressRegion": parts.get("region"),
        "postalCode": parts.get("postal_code"), "addressCountry": parts.get("country"),
    }  # fmt: skip  # a table
    return {
        "@type": "Place",
        "name": name,
        "address": {"@type": "PostalAddress", **{k: v for k, v in fields.items() if v}},
    }

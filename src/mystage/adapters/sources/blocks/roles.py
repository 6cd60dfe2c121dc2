"""The parts of one record: title, place, prices, links, state. Each from the lines of a record, by what they carry. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.lines import Line
from mystage.adapters.sources.kit.building import text
from mystage.adapters.sources.kit.datetext import Told
from mystage.adapters.sources.kit.places import is_no_venue, is_street, split_address, split_location
from mystage.adapters.sources.kit.prices import says_free
from mystage.adapters.sources.kit.titles import title_status
from mystage.adapters.sources.kit.us_addresses import is_room
from mystage.adapters.sources.kit.wordings import price_in
from mystage.domain.sources import PerformanceStatus, fold_text

_EDGE: Final = " -\u2010\u2011\u2012\u2013\u2014|:;,.•·*@/()[]>»›\u00a0\u00c2\u200b"
_LABELLED: Final = re.compile(r"^[^\W\d_][^:\d]{1,24}?\s?:\s*")
_ROOM: Final = re.compile(
    r"\b(?:\d(?:st|nd|rd|th)? floor|floor \d|boardroom|board room|conference room|suite \d|room \d|\d\. ?(?:etage|stock|piso))\b",
    re.IGNORECASE,
)
_PRICED: Final = re.compile(
    r"[$€£¥]\s?\d|\d\s?(?:€|£|zł|kr\b|USD\b|EUR\b|MXN\b|CHF\b|Kč|,-)|\bfree\b|\bgratis\b|gratuit|libre|frei\b",
    re.IGNORECASE,
)
_AT: Final = re.compile(r"^(?:@|at|live at|im|in der|au|chez)\s+(?=[A-Z0-9])", re.IGNORECASE)
_AT_END: Final = re.compile(r"\s(?:@|at)\s+(?P<where>(?:the\s)?[A-Z0-9][^@|.!?]{2,120})\.?\s*$")
_JOINT: Final = re.compile(
    r"^(?:del?|from|on|at|am|um|ab|le|el|la|du|den|les|y|and|to|al|a|bis|au|kl|hrs?|h|uhr|doors?|the|von|vom|dal|dalle|ore)(?:\s|$)"
    r"|\s(?:del?|from|on|at|am|um|ab|le|el|du|den|y|and|to|al|a|bis|au|kl|hrs?|h|uhr|until|dalle|ore|a las|from)$",
    re.IGNORECASE,
)
"""What joins a date to the rest of its line, and says nothing without it."""
_STATES: Final = {
    PerformanceStatus.CANCELLED: "https://schema.org/EventCancelled",
    PerformanceStatus.POSTPONED: "https://schema.org/EventPostponed",
    PerformanceStatus.RESCHEDULED: "https://schema.org/EventRescheduled",
}
LONG: Final = 160
"""Characters above which a line is a paragraph, not a title or a name."""


@dataclass(slots=True)
class Row:
    """A line of a record, with what it tells of time."""

    line: Line
    told: Told | None

    @property
    def rest(self) -> str:
        """What is left of the text once its dates and clocks are taken out."""
        if self.told is None or not (self.told.days or self.told.clocks):
            return tidy(self.line.text)
        left = tidy(self.told.rest)
        while left and (found := _JOINT.search(left)):
            left = tidy(left[: found.start()] + left[found.end() :])
        return left

    @property
    def dated(self) -> bool:
        """Whether it gives a day."""
        return bool(self.told and self.told.days) or bool(self.line.stamps)


@dataclass(slots=True)
class Candidate:
    """A text that may be the title, and how much speaks for it."""

    text: str
    weight: float
    row: Row
    href: str = ""


@dataclass(slots=True)
class Parts:
    """What a record says besides its time."""

    title: str = ""
    titled_by: float = 0.0
    values: dict[str, Any] = field(default_factory=dict)
    """Values of a schema.org event."""
    signs: Counter[str] = field(default_factory=Counter)


def tidy(value: str) -> str:
    """A text without marks at its edges and empty brackets inside."""
    line = re.sub(r"\(\s*\)|\[\s*\]", " ", value)
    line = re.sub(r"\s{2,}", " ", line)
    return line.strip(_EDGE)


def wordy(value: str) -> bool:
    """Whether a text has words of its own, other than those of buttons and labels."""
    return sum(c.isalpha() for c in value) >= 2 and not words.BUTTON.fullmatch(value)


def candidates(rows: Sequence[Row]) -> list[Candidate]:
    """The texts of a record that may be its title, best first."""
    found: list[Candidate] = []
    for at, row in enumerate(rows):
        line = row.line
        rest = row.rest
        if line.margin or not wordy(rest) or len(rest) > LONG:
            continue
        weight = _weight(line) - 0.02 * min(at, 20)
        if row.dated or (row.told and row.told.clocks):
            weight -= 0.8
        if not line.heading and at + 1 < len(rows) and is_street(rows[at + 1].line.text):
            weight -= 2.0  # the name above a street is that of the house
        href = next((p.href for p in line.pieces if p.href), "")
        found.append(Candidate(rest, weight, row, href))
        if len(line.pieces) > 1:
            found.extend(_of_pieces(row, weight))
    return sorted(found, key=lambda c: -c.weight)


def _weight(line: Line) -> float:
    """How much speaks for a line as the title."""
    weight = 0.0
    if line.heading:
        weight += 3.2 - 0.1 * line.heading
    named = line.words | line.labels
    if named & words.TITLE and not named & words.NOT_TITLE:
        weight += 1.5
    if line.labels & words.TITLE:
        weight += 1.0
    if line.named(words.VENUE, words.ADDRESS, words.CITY, words.PRICE) and not line.labels & words.TITLE:
        weight -= 2.5 if not line.heading else 1.0
    if line.named(words.SUPPORT, words.NOT_TITLE):
        weight -= 1.2
    if line.named(words.DESCRIPTION) and not line.heading:
        weight -= 0.7
    if line.strong:
        weight += 0.8
    if any(p.href for p in line.pieces):
        weight += 0.7
    if len(line.text) > 90:
        weight -= 0.8
    if not line.heading and len(line.text) > 60 and line.text.endswith((".", ":", "!")):
        weight -= 1.5
    if is_street(line.text) or _is_address(line.text) or is_room(line.text) or _ROOM.search(line.text):
        weight -= 2.0
    if _PRICED.search(line.text) and len(line.text) < 40:
        weight -= 2.0
    return weight


def _of_pieces(row: Row, base: float) -> Iterable[Candidate]:
    """Linked, bold or named parts of a line, without its dates."""
    left = row.told.rest if row.told else row.line.text
    for piece in row.line.pieces:
        inside = tidy(left[piece.start : piece.start + len(piece.text)])
        if not wordy(inside) or len(inside) > LONG:
            continue
        weight = base + (0.9 if piece.href else 0.0) + (0.5 if piece.strong else 0.0)
        if piece.words & words.TITLE and not piece.words & words.NOT_TITLE:
            weight += 1.6
        if piece.words & (words.VENUE | words.CITY | words.PRICE | words.ADDRESS):
            weight -= 2.0
        if piece.words & words.TICKETS:
            weight -= 2.5
        yield Candidate(inside, weight, row, piece.href)


def _is_address(value: str) -> bool:
    return bool(re.search(r"\d", value)) and bool(split_address(value).keys() & {"postal_code", "street"})


def parts_of(rows: Sequence[Row], chrome: frozenset[str]) -> Parts:
    """All parts of a record. `chrome`: folded texts that most records repeat, which name none of them."""
    out = Parts()
    options = candidates(rows)
    chosen = next((c for c in options if fold_text(c.text) not in chrome), None)
    if chosen is not None and chosen.weight > -1.5:
        out.title, out.titled_by = _whole(chosen, rows), chosen.weight
        out.signs["title"] = 1
    place = _place(rows, out.title)
    if place:
        out.values["location"] = place
        out.signs["place"] = 1
    _prices(rows, out)
    _links(rows, chosen, out)
    _state(rows, out)
    prose = [r.line.text for r in rows if len(r.line.text) > 60 and tidy(r.line.text) != out.title]
    if prose:
        out.values["description"] = max(prose, key=len)
    image = next((source for r in rows for source, _ in r.line.images if not source.startswith("data:")), "")
    if image:
        out.values["image"] = image
    return out


def _whole(chosen: Candidate, rows: Sequence[Row]) -> str:
    """The title in full, where it is shown cut ("A very long na…") and stands whole in an image's text or a link."""
    title = chosen.text
    cut = re.match(r"(.{8,}?)\s*(?:\.\.\.|…)$", chosen.row.line.text)
    if cut:
        start = fold_text(cut[1])
        whole = [alt for r in rows for _, alt in r.line.images] + [r.line.text for r in rows]
        title = next(
            (
                w
                for w in whole
                if fold_text(w).startswith(start) and len(w) > len(title) and "…" not in w and "..." not in w
            ),
            title,
        )
    return re.sub(r"(?<=\w) I (?=\w)", " | ", title) if re.match(r"^\w+ I \w", title) else title


def _place(rows: Sequence[Row], title: str) -> dict[str, Any] | str | None:
    """The place: of named lines first, then of "@ X", then of what reads like an address or a house."""
    name: str | None = None
    address: list[str] = []
    for row in rows:
        line = row.line
        for value, named in _pieces_named(row):
            if not value or value == title or len(value) > 200:
                continue
            if named & words.ADDRESS or named & words.CITY:
                address.append(value)
            elif named & words.VENUE and name is None and not named & words.TICKETS:
                name = value
    if name is None and not address:
        return _unlabelled(rows, title)
    found = ", ".join([v for v in (name, *address) if v])
    return _located(found, name if address else None)


def _pieces_named(row: Row) -> Iterable[tuple[str, frozenset[str]]]:
    """The texts of a line by what names them: the whole line where its block or label does, else its pieces."""
    line = row.line
    own = line.words | line.labels
    label = _LABELLED.match(line.text)
    if own & (words.VENUE | words.ADDRESS | words.CITY) and not line.heading:
        left = row.told.rest if row.told else line.text
        yield (
            tidy(left[label.end() :] if label and line.labels & (words.VENUE | words.ADDRESS | words.CITY) else left),
            own,
        )
        return
    left = row.told.rest if row.told else line.text
    for piece in line.pieces:
        if piece.words:
            yield tidy(left[piece.start : piece.start + len(piece.text)]), piece.words


def _unlabelled(rows: Sequence[Row], title: str) -> dict[str, Any] | str | None:
    for at, row in enumerate(rows):
        line = row.rest
        if not line or line == title or len(line) > LONG or row.line.margin:
            continue
        if _AT.match(row.line.text) or _AT.match(line):
            return _located(_AT.sub("", line))
        if row.line.heading or row.dated or not wordy(line) or _PRICED.search(row.line.text):
            continue
        if _is_address(line) or is_street(line):
            before = rows[at - 1].rest if at else ""
            named = (
                before
                if before and before != title and len(before) < 60 and wordy(before) and not rows[at - 1].dated
                else None
            )
            after = rows[at + 1].rest if at + 1 < len(rows) else ""
            if is_street(line) and split_address(after).keys() & {"postal_code", "region"} and not rows[at + 1].dated:
                line = f"{line}, {after}"
            return _located(f"{named}, {line}" if named else line, named)
        if words.PLACE_NOUN.search(line) and len(line.split()) <= 8 and not re.search(r"[.!?]$", line):
            below = rows[at + 1].rest if at + 1 < len(rows) else ""
            return (
                _located(f"{line}, {below}", line)
                if is_street(below) or _is_address(below)
                else _located(line)
                if title
                else None
            )
    for row in rows:
        if len(row.line.text) < 400 and (found := _AT_END.search(row.line.text)) and tidy(row.rest) != title:
            where = _AT_END.search(row.told.rest if row.told else row.line.text)
            if where:
                return _located(tidy(where["where"]))
    return None


def _located(value: str, name: str | None = None) -> dict[str, Any] | str | None:
    """A schema.org place of a text."""
    if is_no_venue(value):
        return None
    if name and value.startswith(name):
        tail = value[len(name) :].strip(" ,")
        parts = {"street": tail} if is_street(tail) and "," not in tail else split_address(tail)
        if "street" in parts:
            parts.pop("rest", None)
    else:
        name, parts = split_location(value)
    if not name and not parts:
        return None
    rest = parts.pop("rest", None)
    address = {
        "@type": "PostalAddress", "streetAddress": parts.get("street"), "addressLocality": parts.get("locality") or rest,
        "addressRegion": parts.get("region"), "postalCode": parts.get("postal_code"), "addressCountry": parts.get("country"),
    }  # fmt: skip  # a table
    return {"@type": "Place", "name": name and name.strip(_EDGE), "address": {k: v for k, v in address.items() if v}}


def place_of_sentence(value: str) -> dict[str, Any] | str | None:
    """The place that a sentence names for a whole list ("All meetings will be held at the X: 1 Main St, Town ST 12345")."""
    found = words.HELD.search(value[:600])
    if not found:
        return None
    address = re.split(r"\.\s|\.$|\b[Cc]lick\b", found["address"])[0].strip(_EDGE)
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


def _prices(rows: Sequence[Row], out: Parts) -> None:
    for row in rows:
        line = row.line
        if not line.text or len(line.text) > 120 or not (_PRICED.search(line.text) or line.named(words.PRICE)):
            continue
        left = tidy((_LABELLED.sub("", line.text) if line.named(words.PRICE) else line.text))
        price = price_in(left)
        if price.get("price_max"):
            sign = re.search(r"[$€£¥]", line.text)
            money = price.get("currency") or (sign.group() if sign else None)
            out.values["offers"] = {
                "lowPrice": price["price_min"],
                "highPrice": price["price_max"],
                "priceCurrency": money,
            }
        elif price or (says_free(left) and len(left) < 60):
            out.values["isAccessibleForFree"] = True
        else:
            continue
        out.signs["price"] = 1
        return


def _links(rows: Sequence[Row], chosen: Candidate | None, out: Parts) -> None:
    """The event's page, and where to buy."""
    every = [(p.text, p.href, p.words | r.line.words) for r in rows for p in r.line.pieces if p.href]
    ticket = next((href for label, href, named in every if _ticketed(label, named)), "")
    own = (chosen.href if chosen else "") or next(
        (h for label, h, named in every if h != ticket and not h.startswith(("#", "mailto:", "tel:", "javascript:"))),
        "",
    )
    if ticket:
        offers = out.values.setdefault("offers", {})
        offers["url"] = ticket
        out.signs["tickets"] = 1
    if (
        own
        and not own.startswith(("#", "mailto:", "tel:", "javascript:"))
        and not re.search(r"maps\.(?:google|app)|google\.\w+/maps", own)
    ):
        out.values["url"] = own


def _ticketed(label: str, named: frozenset[str]) -> bool:
    said = frozenset(fold_text(label[:60]).split())
    return bool(said & words.TICKETS and len(said) <= 5) or bool(
        named & frozenset(["ticket", "tickets", "buy"]) and len(said) <= 5
    )


def _state(rows: Sequence[Row], out: Parts) -> None:
    for row in rows:
        for value in (row.rest, *(p.text for p in row.line.pieces if len(row.line.pieces) > 1)):
            if 0 < len(value) <= 60:
                _, status = title_status(f"x - {value.strip(_EDGE + '!')}")
                if status in _STATES:
                    out.values["eventStatus"] = _STATES[status]
                    return
                if status is PerformanceStatus.SOLD_OUT:
                    out.values.setdefault("offers", {})["availability"] = "SoldOut"
                    return


def clean(value: str) -> str | None:
    """A title as the builder cleans it."""
    return text(value, 300)

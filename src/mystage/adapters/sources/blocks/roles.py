"""The parts of one record: title, place, acts, prices, links, state. Each from what carries it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mystage.adapters.sources.blocks import vocabulary as words
from mystage.adapters.sources.blocks.rows import EDGE, PRICED, Row, tidy
from mystage.adapters.sources.blocks.sites import LABELLED, is_guests, is_town, located, place, split_line
from mystage.adapters.sources.blocks.titles import LEAST, Candidate, candidates, whole
from mystage.adapters.sources.kit.prices import says_free
from mystage.adapters.sources.kit.titles import acts_of_title, title_status
from mystage.adapters.sources.kit.wordings import price_in
from mystage.domain.sources import PerformanceStatus, fold_text

_STATES: Final = {
    PerformanceStatus.CANCELLED: "https://schema.org/EventCancelled",
    PerformanceStatus.POSTPONED: "https://schema.org/EventPostponed",
    PerformanceStatus.RESCHEDULED: "https://schema.org/EventRescheduled",
}
_NO_PAGE: Final = ("#", "mailto:", "tel:", "javascript:")
_MAP: Final = re.compile(r"maps\.(?:google|app|apple)|google\.\w+/maps|goo\.gl/maps", re.IGNORECASE)


@dataclass(slots=True)
class Parts:
    """What a record says besides its time."""

    title: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    """Values of a schema.org event."""
    signs: Counter[str] = field(default_factory=Counter)


def parts_of(rows: Sequence[Row], chrome: frozenset[str], *, act: str = "") -> Parts:
    """All parts of a record.

    `chrome`: folded texts that most records repeat, which name none of them. `act`: whose page it is ("" for nobody's):
    then a record that is one line may name its place alone.
    """
    out = Parts()
    chosen = next((c for c in candidates(rows) if fold_text(c.text) not in chrome), None)
    if chosen is not None and chosen.weight > LEAST:
        out.title = whole(chosen, rows)
    split = _split(rows, chosen, out.title, act)
    if split is not None:
        out.title, out.values["location"] = split
    elif found := place(rows, out.title):
        out.values["location"] = found
    out.signs["place"] = int("location" in out.values)
    _acts(rows, out)
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


def _split(rows: Sequence[Row], chosen: Candidate | None, title: str, act: str) -> tuple[str, dict[str, Any]] | None:
    """Title and place, where one line holds both, or where the page is of one act and the record names places alone."""
    if chosen is None or chosen.row.line.heading or not title:
        return None
    rest = chosen.row.rest
    if not act and rest != chosen.text and rest.startswith(chosen.text):
        # "<b>Lantern Fox</b>, The Basement, 8pm"
        behind = tidy(rest[len(chosen.text) :])
        if (
            0 < len(behind.split()) <= 6
            and behind[:1].isupper()
            and not is_guests(behind)
            and (found := located(behind))
        ):
            return title, found
    if act and any(is_town(row.rest) for row in rows):
        found = place(rows, "")
        return ("", found) if found else None
    return split_line(title, titled=bool(act))


def _acts(rows: Sequence[Row], out: Parts) -> None:
    """Those who play, where the page says so: a line of guests, or a title that is named an act's."""
    if not out.title:
        return
    guests = next((r.rest for r in rows if is_guests(r.rest) and len(r.rest) < 120), None)
    supports = next(
        (r.rest for r in rows if r.line.named(words.SUPPORT) and not r.line.heading and 0 < len(r.rest) < 120), None
    )
    named = any(
        r.line.words & words.ACT or r.line.labels & words.ACT or any(p.words & words.ACT for p in r.line.pieces)
        for r in rows
    )
    if guests or supports:
        more = guests or f"with {LABELLED.sub('', supports or '')}"
        more = re.sub(
            r"^(?:\+|w/|support(?:ed by)?:?|feat\.?|featuring|special guests?:?|mit|avec|con|plus:?)\s+",
            "with ",
            more,
            flags=re.IGNORECASE,
        )
        acts = acts_of_title(f"{out.title} {more}", certain=True)
    else:
        acts = acts_of_title(out.title, certain=True) if named else []
    if acts:
        out.values["performer"] = [{"@type": "MusicGroup", "name": name} for name in acts]
        out.signs["acts"] = 1


def _prices(rows: Sequence[Row], out: Parts) -> None:
    for row in rows:
        line = row.line
        if not line.text or len(line.text) > 160 or not (PRICED.search(line.text) or line.named(words.PRICE)):
            continue
        left = tidy(LABELLED.sub("", row.untimed) if line.named(words.PRICE) else row.untimed)
        price = price_in(left)
        if price.get("price_max"):
            sign = re.search(r"[$€£¥]", line.text)
            money = price.get("currency") or (sign.group() if sign else None)
            if not money and not line.named(words.PRICE):
                continue
            out.values["offers"] = {
                "lowPrice": price["price_min"],
                "highPrice": price["price_max"],
                "priceCurrency": money,
            }
        elif price or (says_free(left) and len(left) < 80):
            out.values["isAccessibleForFree"] = True
        else:
            continue
        out.signs["price"] = 1
        return


def _links(rows: Sequence[Row], chosen: Candidate | None, out: Parts) -> None:
    """The event's page, and where to buy."""
    every = [(p.text, p.href, p.words | r.line.words) for r in rows for p in r.line.pieces if p.href]
    every = [
        (label, href, named) for label, href, named in every if not href.startswith(_NO_PAGE) and not _MAP.search(href)
    ]
    ticket = next((href for label, href, named in every if _ticketed(label, named)), "")
    own = (chosen.href if chosen and not chosen.href.startswith(_NO_PAGE) else "") or next(
        (h for _, h, _ in every if h != ticket), ""
    )
    if ticket:
        out.values.setdefault("offers", {})["url"] = ticket
        out.signs["tickets"] = 1
    if own:
        out.values["url"] = own


def _ticketed(label: str, named: frozenset[str]) -> bool:
    said = frozenset(fold_text(label[:60]).split())
    return bool((said & words.TICKETS or named & words.BUY) and len(said) <= 5)


def _state(rows: Sequence[Row], out: Parts) -> None:
    for row in rows:
        for value in (row.rest, *(p.text for p in row.line.pieces if len(row.line.pieces) > 1)):
            if not 0 < len(value) <= 60:
                continue
            _, status = title_status(f"x - {value.strip(EDGE + '!()[]')}")
            if status in _STATES:
                out.values["eventStatus"] = _STATES[status]
                return
            if status is PerformanceStatus.SOLD_OUT:
                out.values.setdefault("offers", {})["availability"] = "SoldOut"
                return

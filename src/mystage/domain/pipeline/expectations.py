"""What a source's manifest asserts of every page of its: counts, filled fields, places, dates. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from mystage.domain.sources import AnyClaim, Claims, Expect
from mystage.domain.values import wall_day

_SHARE: Final = 0.5
"""Share of places or dates out of range from which a page is not believed: single mistakes are the merge's business."""


def broken(claims: Claims, expect: Expect, today: date) -> tuple[str, str] | None:
    """The first assertion that does not hold: its cause and words; None: all hold."""
    count = len(claims)
    if expect.min_records is not None and count < expect.min_records:
        return "too_few", f"{count} records, at least {expect.min_records} are expected"
    if expect.max_records is not None and count > expect.max_records:
        return "too_many", f"{count} records, at most {expect.max_records} are expected"
    return _unfilled(claims, expect) or _misplaced(claims, expect) or _misdated(claims, expect, today)


def _unfilled(claims: Claims, expect: Expect) -> tuple[str, str] | None:
    rows: dict[str, Sequence[AnyClaim]] = {
        "venue": claims.venues,
        "artist": claims.artists,
        "performance": claims.performances,
    }
    for name, share in expect.filled.items():
        kind, _, field = name.partition(".")
        having = sum(getattr(row, field) not in (None, "", (), {}) for row in rows[kind])
        if rows[kind] and having < share * len(rows[kind]):
            return "unfilled", f"{name} is filled in {having} of {len(rows[kind])}, {share:.0%} are expected"
    return None


def _misplaced(claims: Claims, expect: Expect) -> tuple[str, str] | None:
    if expect.area is None:
        return None
    points = [(v.lat, v.lon) for v in claims.venues if v.lat is not None and v.lon is not None]
    out = sum(not expect.area.holds(lat, lon) for lat, lon in points)
    if out > _SHARE * len(points):
        return "out_of_area", f"{out} of {len(points)} venues are outside of the source's area"
    return None


def _misdated(claims: Claims, expect: Expect, today: date) -> tuple[str, str] | None:
    days = [wall_day(p.start_local) for p in claims.performances if p.start_local]
    first = today - timedelta(days=expect.days_back) if expect.days_back is not None else date.min
    last = today + timedelta(days=expect.days_ahead) if expect.days_ahead is not None else date.max
    out = sum(not first <= day <= last for day in days)
    if out > _SHARE * len(days):
        return "out_of_dates", f"{out} of {len(days)} shows are outside of the expected days"
    return None

"""Recurrence rules unfolded within bounds, on the wall clock of the event's place (where the rules are meant).

Bounded rules (UNTIL, COUNT) and RDATE are unfolded; a rule without an end gives its first date, and those of the
weeks after the day of fetching, where that is known. Rules below a day (HOURLY and finer) give the first date alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from dateutil import rrule

MAX_DATES: Final = 400
"""Dates of one rule."""
MAX_SPAN: Final = timedelta(days=5 * 366)
"""How far after its first date a rule is followed."""
AHEAD: Final = timedelta(days=60)
"""How far after the day of fetching an endless rule is followed."""
_FREQUENCIES: Final[dict[str, Any]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
_BY: Final = ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
_DAYS: Final = {
    "MO": rrule.MO,
    "TU": rrule.TU,
    "WE": rrule.WE,
    "TH": rrule.TH,
    "FR": rrule.FR,
    "SA": rrule.SA,
    "SU": rrule.SU,
}


def unfold(
    start: datetime, *, rule: dict[str, list[Any]] | None, added: Iterable[datetime], left_out: set[datetime],
    until: datetime | None, today: date | None,
) -> list[datetime]:  # fmt: skip  # one line a thought
    """The dates of an event, in order. `until` is the rule's end on the same wall clock."""
    dates = {start, *islice(added, MAX_DATES)}
    if rule:
        dates.update(_of_rule(start, rule, until, today))
    days_out = {d.date() for d in left_out if d.time() == time()}
    kept = sorted(d for d in dates if d not in left_out and d.date() not in days_out)
    return kept[:MAX_DATES]


def _of_rule(start: datetime, rule: dict[str, list[Any]], until: datetime | None, today: date | None) -> list[datetime]:
    upper = {str(k).upper(): v if isinstance(v, list) else [v] for k, v in rule.items()}
    frequency = _FREQUENCIES.get(str(upper.get("FREQ", [""])[0]).upper())
    interval, count = _number(upper, "INTERVAL", 1), _number(upper, "COUNT", 0)
    if frequency is None or interval < 1:
        return []
    last, skip_to = start + MAX_SPAN, start
    if until is not None:
        last = min(last, until)
    elif not count:
        if today is None or datetime.combine(today, time()) < start:
            return []
        skip_to = datetime.combine(today, time())
        last = skip_to + AHEAD
    try:
        found = rrule.rrule(frequency, dtstart=start, interval=interval, until=last, **_by(upper))
        dates = [d for d in islice(found, count or 10 * MAX_DATES) if d >= skip_to]
    except (ValueError, TypeError, OverflowError, AttributeError):
        return []
    return dates[:MAX_DATES]


def _number(rule: dict[str, list[Any]], name: str, default: int) -> int:
    try:
        return int(rule.get(name, [default])[0])
    except (ValueError, TypeError, IndexError):
        return 0 if name == "INTERVAL" else default


def _by(rule: dict[str, list[Any]]) -> dict[str, Any]:
    """The BY... parts in the terms of dateutil."""
    found: dict[str, Any] = {name.lower(): [int(v) for v in rule[name][:400]] for name in _BY if rule.get(name)}
    days = [_weekday(str(day)) for day in rule.get("BYDAY", [])[:60]]
    if days:
        found["byweekday"] = days
    week_start = str(rule.get("WKST", [""])[0]).upper()
    if week_start in _DAYS:
        found["wkst"] = _DAYS[week_start]
    return found


def _weekday(value: str) -> Any:
    day, nth = _DAYS.get(value[-2:].upper()), value[:-2]
    if day is None:
        msg = f"{value!r} is no day of the week"
        raise ValueError(msg)
    return day(int(nth)) if nth else day

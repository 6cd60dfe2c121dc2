"""Rows of unknown JSON, shaped alike: names in one spelling, an event inside a row unwrapped, numeric days as ISO. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from mystage.adapters.sources.event_json import words as vocabulary

_AFFIX: Final = re.compile(r"^(?:event|evento|show)_(?=\w{2})|(?<=\w)_(?:event|evento)$")
_NUMERIC: Final = re.compile(r"^\s*(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")


def plain(name: str) -> str:
    """One spelling, "start_date", for "startDate", "Start-Date" and "start date"."""
    return re.sub(r"[\s.-]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()


def row_of(value: dict[str, Any]) -> dict[str, Any]:
    """A row with plain names; an `event` inside is the row itself."""
    row = {plain(str(name)): v for name, v in value.items()}
    for name in [n for n in row if _AFFIX.search(n)]:
        # "event_name", "titulo_evento": what the row is of needs no saying
        row.setdefault(_AFFIX.sub("", name), row[name])
        if name not in vocabulary.TITLE:
            del row[name]
    inner = row.get("event") or row.get("evento") or row.get("node")
    if isinstance(inner, dict):
        row = {k: v for k, v in row.items() if v is not inner} | {plain(str(name)): v for name, v in inner.items()}
    return row


def iso_days(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with "25/12/2031" as "2031-12-25", where their list shows which number is the day; else as they are."""
    names = tuple(dict.fromkeys((*vocabulary.START, *vocabulary.END)))
    found = [m for row in rows[:500] for n in names if isinstance(row.get(n), str) and (m := _NUMERIC.match(row[n]))]
    if not found:
        return rows
    first, second = max(int(m[1]) for m in found), max(int(m[3]) for m in found)
    if max(first, second) <= 12:
        spoken = {name for row in rows[:5] for name in row} & vocabulary.DAY_FIRST
        if all(m[2] == "." for m in found) or spoken:
            first = 13
        elif any(
            re.search(r"\d\s*[ap]\.?m\b", v, re.IGNORECASE)
            for row in rows[:20]
            for v in row.values()
            if isinstance(v, str)
        ):
            second = 13
    if (first > 12) == (second > 12):
        return rows
    order = r"\4-\3-\1" if first > 12 else r"\4-\1-\3"
    return [row | {n: _NUMERIC.sub(order, row[n]) for n in names if isinstance(row.get(n), str)} for row in rows]

"""Labelled pages in a folder: HTML pages and texts beside their `.gold.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from mystage.application.ports.evaluation import GoldPage, GoldPages
from mystage.domain.errors import Malformed, NotFound

_PAGES: Final = frozenset({".html", ".htm", ".txt"})
_SUFFIX: Final = ".gold.json"


class GoldFolder(GoldPages):
    """`X.html` beside `X.html.gold.json`. Labels of what is no page (APIs, calendars, errors) are left aside."""

    def pages(self, folder: Path) -> Iterator[GoldPage]:
        if not folder.is_dir():
            raise NotFound("no such folder", where=str(folder), hint="a folder with X beside X.gold.json")
        for label in sorted(folder.rglob(f"*{_SUFFIX}")):
            page = label.with_name(label.name.removesuffix(_SUFFIX))
            if page.suffix not in _PAGES or not page.is_file():
                continue
            gold = _gold(label)
            if gold.get("expect") != "error":
                yield GoldPage(str(page.relative_to(folder)), page.read_bytes(), gold, _day(gold))


def _gold(label: Path) -> dict[str, Any]:
    try:
        gold = json.loads(label.read_text("utf-8"))
    except ValueError as error:
        raise Malformed(f"these labels are no JSON: {error}", where=str(label)) from error
    if not isinstance(gold, dict):
        raise Malformed("labels are one JSON object", where=str(label))
    return gold


def _day(gold: Mapping[str, Any]) -> datetime:
    """When the page was fetched: as its labels say, else a week before the first show that they name."""
    fetched = str((gold.get("context") or {}).get("fetched") or "")[:10]
    starts = sorted(
        str(show.get("start_local"))[:10] for show in gold.get("performances") or () if show.get("start_local")
    )
    try:
        day = date.fromisoformat(fetched) if fetched else date.fromisoformat(starts[0]) - timedelta(days=7)
    except (ValueError, IndexError):
        day = date(2026, 1, 1)  # nothing on the page depends on it
    return datetime.combine(day, time(12), UTC)

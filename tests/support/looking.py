"""Looking into the catalogue that a process left behind."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def documents(data: Path, collection: str) -> list[dict[str, Any]]:
    """All documents of a collection."""
    with closing(sqlite3.connect(data / "mystage.db")) as connection:
        rows = connection.execute(f'SELECT body FROM "{collection}"').fetchall()  # noqa: S608 - a test's constant
    return [json.loads(row[0]) for row in rows]


def outcomes(data: Path) -> dict[str, tuple[str, str]]:
    """Outcome and cause of every address: of its last reading, else of its last visit."""
    readings = {e["scrape_id"]: (e["outcome"], e.get("reason", "")) for e in documents(data, "extractions")}
    found = {}
    for url in documents(data, "urls"):
        visit = (url["state"], url.get("reason", ""))
        found[url["url"]] = visit if url["state"] != "ok" else readings.get(url.get("scrape_id"), ("unread", ""))
    return found


def adds_up(files: dict[str, int]) -> bool:
    """Whether a run's account is complete and nothing waits."""
    return files["listed"] == sum(n for name, n in files.items() if name != "listed") and not files["waiting"]

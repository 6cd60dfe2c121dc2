"""JSON lines: one object a line; lists are joined by `; `, nested objects become `outer.inner`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mystage.application.ports.tables import Line, Table
from mystage.domain.errors import Malformed


class JsonLines:
    """One file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def table(self) -> Table:
        """All keys that any row has, in the order in which they come."""
        columns: dict[str, None] = {}
        for _, row in self._objects():
            columns.update(dict.fromkeys(row))
        if not columns:
            raise Malformed("the file is empty", where=str(self.path), hint="one JSON object a line")
        return Table(self.path, tuple(columns))

    def rows(self, table: Table) -> Iterator[Line]:
        """All rows; a key that a row does not have is empty."""
        for number, row in self._objects():
            yield Line(number, {name: row.get(name, "") for name in table.columns})

    def _objects(self) -> Iterator[tuple[int, dict[str, str]]]:
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                text = raw.removeprefix(b"\xef\xbb\xbf").strip()
                if not text:
                    continue
                where = f"{self.path}:{number}"
                try:
                    value = json.loads(text)
                except ValueError as error:
                    raise Malformed(f"the line is no JSON: {error}", where=where, hint="one object a line") from None
                if not isinstance(value, dict):
                    raise Malformed(f"a {type(value).__name__}, not an object", where=where, hint="one object a line")
                yield number, flat(value)


def flat(value: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """An object's values as text."""
    found: dict[str, str] = {}
    for key, entry in value.items():
        if isinstance(entry, Mapping):
            found |= flat(entry, f"{before}{key}.")
        else:
            found[before + key] = text_of(entry)
    return found


def text_of(value: Any) -> str:
    """One value as text; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "; ".join(text_of(entry) for entry in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)

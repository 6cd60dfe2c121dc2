"""NDJSON under zstd. The first line says what the file is, the last how many rows it holds."""

from __future__ import annotations

import io
import json
import os
from collections.abc import AsyncIterable, Iterable, Iterator
from pathlib import Path
from typing import Final

import zstandard

from mystage.application.ports.dumps import Dump, Row
from mystage.domain.errors import Malformed, NotFound, Unavailable

_HEAD: Final = {"mystage": "dump", "version": 1}


class NdjsonDump(Dump):
    """The dump at `path`. Writing goes to a file beside it, which takes its place at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def write(self, rows: AsyncIterable[Row]) -> int:
        part = self._path.with_name(self._path.name + ".part")
        count = 0
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file, zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as out:
                out.write(_line(_HEAD))
                async for row in rows:
                    out.write(_row_line(row))
                    count += 1
                out.write(_line({"rows": count}))
            os.replace(part, self._path)  # noqa: PTH105  the pair with fsync-free atomic rename reads best so
        except OSError as error:
            part.unlink(missing_ok=True)
            raise Unavailable(error.strerror or str(error), where=str(self._path)) from error
        return count

    def read(self) -> Iterator[Row]:
        try:
            with self._path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
                yield from self._rows(io.TextIOWrapper(io.BufferedReader(stream, 1 << 20), encoding="utf-8"))
        except FileNotFoundError:
            raise NotFound("there is no such dump", where=str(self._path)) from None
        except OSError as error:
            raise Unavailable(error.strerror or str(error), where=str(self._path)) from error
        except (zstandard.ZstdError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise Malformed(f"damaged, or no dump of MyStage ({error})", where=str(self._path)) from error

    def _rows(self, lines: Iterable[str]) -> Iterator[Row]:
        count, ended = 0, False
        for number, line in enumerate(lines):
            value = json.loads(line)
            if number == 0:
                if value != _HEAD:
                    raise Malformed("no dump of MyStage, or of a newer version", where=str(self._path))
            elif "rows" in value:
                ended = value["rows"] == count
            else:
                count += 1
                yield Row(value["place"], value["name"], value["key"], json.dumps(value["body"]).encode())
        if not ended:
            hint = "what was read so far is good; the rest is missing"
            raise Malformed(f"the dump breaks off after {count:,} rows", where=str(self._path), hint=hint)


def _row_line(row: Row) -> bytes:
    head = json.dumps({"place": row.place, "name": row.name, "key": row.key}, ensure_ascii=False)
    return head[:-1].encode() + b', "body": ' + row.body + b"}\n"


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"

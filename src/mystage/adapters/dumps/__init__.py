"""Dumps as NDJSON compressed by zstd: one JSON object a line, readable with `zstd -dc FILE | head`."""

from mystage.adapters.dumps.ndjson import NdjsonDump

__all__ = ["NdjsonDump"]

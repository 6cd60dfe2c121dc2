"""All readers, from the manifest beside this file: one module and one entry for each.

A reader module has `VERSION: int`, `recognises(payload) -> float` (0: not mine, 1: certainly mine) and
`parse(payload) -> Reading`, all pure. Modules load when a payload of their carrier comes first.
"""

from __future__ import annotations

import importlib
import re
import tomllib
from functools import cached_property
from importlib import resources
from typing import Any, Final, Protocol, cast

from pydantic import ValidationError

from mystage.adapters.sources.kit.payload import MISSING, Payload
from mystage.application.ports.readers import RawDocument, ReaderInfo, ReaderRegistry, Routing
from mystage.domain.errors import MystageError, NotFound
from mystage.domain.pipeline.scrapes import Route
from mystage.domain.sources import Reading, ReadingErrorKind, ReadingOutcome, SourceRank, failed

_CERTAIN: Final = 0.95
_JSON_BEGINS: Final = re.compile(rb"""\{\s*["'}]|\[\s*[\[\]{"]""")
_DEFECTS: Final = (
    ValidationError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError,
    OSError,  # a zone's name that is no file name
)  # fmt: skip  # a list
"""What a reader that a payload surprises may raise: recorded with the payload, never passed on."""


class ReaderModule(Protocol):
    """What a module in this room offers."""

    VERSION: int

    def recognises(self, payload: Payload) -> float: ...

    def parse(self, payload: Payload) -> Reading: ...


class ManifestReaders(ReaderRegistry):
    """The readers that the packaged `manifest.toml` names."""

    @cached_property
    def _entries(self) -> dict[str, dict[str, Any]]:
        text = resources.files("mystage.adapters.sources").joinpath("manifest.toml").read_text("utf-8")
        return {entry["name"]: entry for entry in tomllib.loads(text)["reader"]}

    def _module(self, reader: str) -> ReaderModule:
        if reader not in self._entries:
            raise NotFound("no such reader", where=reader, hint=f"one of: {', '.join(sorted(self._entries))}")
        return cast(
            "ReaderModule", importlib.import_module(f"mystage.adapters.sources.{self._entries[reader]['module']}")
        )

    def _version(self, reader: str) -> str:
        return f"{reader}/{self._module(reader).VERSION}"

    def route(self, document: RawDocument, reader: str | None = None) -> Routing:
        if reader is not None:
            return Routing(Route.READ, reader, self._version(reader), "named by the source")
        payload = Payload(document)
        try:
            return self._by_content(payload)
        except (MystageError, *_DEFECTS) as error:
            # an unreadable payload has an owner too, which records what is wrong with it
            owner = "schema_json" if _begins_as_json(payload) else "page"
            return Routing(Route.READ, owner, self._version(owner), f"{type(error).__name__}: {error}"[:500])

    def _by_content(self, payload: Payload) -> Routing:
        if not payload.body.strip():
            return Routing(Route.IRRELEVANT, reason="empty")
        carrier = carrier_of(payload)
        if carrier == "binary":
            return Routing(Route.IRRELEVANT, reason="not text")
        best, sure = None, 0.0
        for name, entry in self._entries.items():
            if carrier in entry["carriers"]:
                score = self._module(name).recognises(payload)
                if score > sure:
                    best, sure = name, score
                if sure >= _CERTAIN:
                    break
        if best is None and carrier == "text" and _begins_as_json(payload):
            return Routing(Route.READ, "schema_json", self._version("schema_json"), "JSON that is broken or cut off")
        if best is None:
            return Routing(Route.PARKED, reason=f"no reader knows this {carrier}")
        route = Route.SITEMAP if best == "sitemap" else Route.READ
        return Routing(route, best, self._version(best), f"{carrier} recognised ({sure:.2f})")

    def read(self, document: RawDocument, reader: str) -> Reading:
        try:
            return self._module(reader).parse(Payload(document))
        except MystageError as error:
            return failed(ReadingErrorKind.MALFORMED, error.message)
        except _DEFECTS as error:
            # a payload that surprises a reader is a defect of the reader: recorded with its kind, never raised
            return Reading(
                outcome=ReadingOutcome.ERROR,
                error=failed(
                    ReadingErrorKind.MALFORMED, f"{reader} could not read it: {type(error).__name__}: {error}"
                ).error,
                reason=f"reader defect: {type(error).__name__}",
            )

    def info(self, reader: str) -> ReaderInfo:
        version, entry = self._version(reader), self._entries[reader]
        return ReaderInfo(
            name=reader,
            version=version,
            title=entry["title"],
            rank=SourceRank[entry["rank"].upper()],
            open_format=entry.get("open_format", False),
            hosts=tuple(entry.get("hosts", ())),
            settings=tuple(entry.get("settings", ())),
            limits=entry.get("limits", ""),
        )

    def all(self) -> list[ReaderInfo]:
        return [self.info(name) for name in sorted(self._entries)]


def _begins_as_json(payload: Payload) -> bool:
    """Whether a payload that is no JSON was meant to be."""
    try:
        return _JSON_BEGINS.match(payload.head) is not None
    except MystageError:  # it cannot even be unpacked
        return False


def carrier_of(payload: Payload) -> str:
    """What carries the payload: html, json, xml, ics, yaml, text or binary."""
    head = payload.head
    if b"BEGIN:VCALENDAR" in head[:1024].upper():
        return "ics"
    if payload.binary:
        return "binary"
    if payload.looks_like_html:
        return "html"
    if head.startswith(b"<"):
        return "xml"
    if payload.json is not MISSING:
        return "json"
    if head.startswith((b"---", b"http_interactions:")):
        return "yaml"
    return "text"

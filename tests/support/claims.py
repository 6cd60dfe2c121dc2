"""A reader of payloads that are claims already: tests say what a page says, not how."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from mystage.application.ports.readers import RawDocument, ReaderInfo, ReaderRegistry, Routing
from mystage.domain.errors import NotFound
from mystage.domain.pipeline.scrapes import Route
from mystage.domain.sources import ArtistClaim, Claims, PerformanceClaim, Reading, SourceRank, VenueClaim, failed
from mystage.domain.sources import records as reading_of


class ClaimsReader(ReaderRegistry):
    """Reads `Claims` as JSON; `parked` and `ignored` are what routing sets aside."""

    def route(self, document: RawDocument, reader: str | None = None) -> Routing:
        if document.body in (b"parked", b"ignored"):
            return Routing(Route.PARKED if document.body == b"parked" else Route.IRRELEVANT, reason="as it says")
        return Routing(Route.READ, "claims", "claims/1", "always")

    def read(self, document: RawDocument, reader: str) -> Reading:
        try:
            return reading_of(Claims.model_validate_json(document.body))
        except ValidationError as error:
            return failed("malformed", str(error))

    def info(self, reader: str) -> ReaderInfo:
        if reader != "claims":
            raise NotFound("no such reader", where=reader)
        return ReaderInfo("claims", "claims/1", "Claims", SourceRank.GENERIC, open_format=True)

    def all(self) -> list[ReaderInfo]:
        return [self.info("claims")]


def venue(key: str, name: str, **fields: Any) -> VenueClaim:
    """A venue's claim."""
    return VenueClaim.model_validate({"key": key, "name": name, **fields})


def artist(key: str, name: str, **fields: Any) -> ArtistClaim:
    """An artist's claim."""
    return ArtistClaim.model_validate({"key": key, "name": name, **fields})


def performance(key: str, start: str, **fields: Any) -> PerformanceClaim:
    """A performance's claim."""
    return PerformanceClaim.model_validate({"key": key, "start_local": start, **fields})


def said(*claims: VenueClaim | ArtistClaim | PerformanceClaim, look: int = 0) -> bytes:
    """A page that makes these claims; another `look` is another body that says the same."""
    whole = Claims(
        venues=tuple(c for c in claims if isinstance(c, VenueClaim)),
        artists=tuple(c for c in claims if isinstance(c, ArtistClaim)),
        performances=tuple(c for c in claims if isinstance(c, PerformanceClaim)),
    )
    return json.dumps(whole.model_dump(mode="json", exclude_defaults=True)).encode() + b" " * look

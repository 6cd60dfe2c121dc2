"""Read files without keeping anything: what each says, in the platform's record format."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote, urlsplit

from mystage.application.ports.pages import PageFetcher, PageRequest
from mystage.application.ports.readers import InputItem, InputReader, RawDocument, ReaderRegistry
from mystage.domain.pipeline.scrapes import FetchOutcome, Route
from mystage.domain.sources import Claims, PerformanceClaim, Reading, ReadingOutcome, failed, nothing, parked

VENUE_FIELDS = ("name", "alt_names", "street", "locality", "region", "postal_code", "country", "lat", "lon", "timezone", "phone",
          "website", "source_id", "url", "categories", "capacity", "closed", "identifiers")  # fmt: skip
ARTIST_FIELDS = ("name", "alt_names", "source_id", "url", "website", "genres", "country", "identifiers")
PERFORMANCE_FIELDS = ("title", "place", "start_local", "end_local", "doors_local", "timezone", "status", "kind", "ticket_url",
                "price_min", "price_max", "currency", "source_id", "url", "genres", "identifiers")  # fmt: skip


class ReadFiles:
    """Routes and reads files, one after the other."""

    def __init__(self, inputs: InputReader, fetcher: PageFetcher, readers: ReaderRegistry) -> None:
        self._inputs = inputs
        self._fetcher = fetcher
        self._readers = readers

    async def rows(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """One row for each file below `path` (a file, folder or archive); never raises for what is in a file."""
        for item in self._inputs.items(path):
            reader, reading = await self._read(item)
            yield _row(_name(path, item), reader, reading)

    async def _read(self, item: InputItem) -> tuple[str, Reading]:
        if item.error:
            return "", failed("malformed", item.error)
        document = RawDocument(item.body or b"", item.url)
        if item.body is None:
            page = await self._fetcher.fetch(PageRequest(item.url))
            if page.outcome is not FetchOutcome.OK:
                return "", failed("malformed", page.reason or page.outcome.value)
            document = RawDocument(page.body, item.url, page.media_type)
        return self._understood(document)

    def _understood(self, document: RawDocument) -> tuple[str, Reading]:
        routing = self._readers.route(document)
        if routing.route is Route.IRRELEVANT:
            empty = routing.reason == "empty"
            return "", failed("malformed", "an empty file") if empty else nothing(routing.reason)
        if routing.reader is None:
            return "", parked(routing.reason)
        return routing.reader, self._readers.read(document, routing.reader)


def _name(path: str, item: InputItem) -> str:
    """The file as the user would name it: what was given, and below a folder or archive the rest of the way."""
    given, found = path.rstrip("/"), unquote(urlsplit(item.url).path)
    itself = found.endswith("/" + given.rsplit("/", 1)[-1]) and not found.endswith(f"/{item.label}/{item.label}")
    return path if itself and "#" not in item.url else f"{given}/{item.label}"


def _row(label: str, reader: str, reading: Reading) -> dict[str, Any]:
    error = reading.error
    return {
        "file": label,
        "source": reader,
        "outcome": reading.outcome.value,
        "error": {"kind": error.kind.value, "message": error.message} if error else None,
        "reason": reading.reason if reading.outcome is not ReadingOutcome.RECORDS else "",
        **records(reading.claims),
        "unread": list(reading.unread),
    }


def records(claims: Claims) -> dict[str, list[dict[str, Any]]]:
    """Claims as flat records: a performance names its venue and artists."""
    venues = {venue.key: venue.name for venue in claims.venues}
    artists = {artist.key: artist.name for artist in claims.artists}
    return {
        "venues": [_picked(venue, VENUE_FIELDS) for venue in claims.venues],
        "artists": [_picked(artist, ARTIST_FIELDS) for artist in claims.artists],
        "performances": [_performance(claim, venues, artists) for claim in claims.performances],
    }


def _performance(claim: PerformanceClaim, venues: dict[str, str], artists: dict[str, str]) -> dict[str, Any]:
    names = [artists[key] for key in claim.artists if key in artists]
    venue = {"venue": venues[claim.venue]} if claim.venue in venues else {}
    return {**_picked(claim, PERFORMANCE_FIELDS), **venue, "artists": names}


def _picked(claim: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = claim.model_dump(mode="json", include=set(names), exclude_none=True)
    # a price of 0 says "free": only what is empty is left out (0 == False, hence the two tests)
    return {
        name: values[name] for name in names if values.get(name) not in (None, [], {}, "") and values[name] is not False
    }

"""Fingerprints of what a store holds that do not depend on the order of reading, nor on how a backend writes JSON."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from mystage.application.ports.documents import DocumentStore, Query, Record
from mystage.application.ports.journal import Entry, Journal
from mystage.application.unit_of_work import dump
from mystage.domain.schema import Collection
from mystage.domain.values import Model

T = TypeVar("T")
_PAGE = 1_000
_MODULUS = 2**256
_TYPED = frozenset({"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"})


class CollectionDigest(Model):
    """How many documents a collection holds, and the sum (mod 2^256) of the SHA-256 of each, in hex."""

    collection: str
    count: int
    digest: str


async def pages(
    store: DocumentStore, collection: str, *, limit: int, after: str | None = None
) -> AsyncIterator[tuple[tuple[Record, ...], str | None]]:
    """All documents of a collection by id, page by page, each with the cursor behind it (None at the end)."""
    while True:
        page = await store.find(Query(collection, limit=limit, after=after))
        yield page.records, page.next
        after = page.next
        if after is None:
            return


async def ahead(items: AsyncIterator[T]) -> AsyncIterator[T]:
    """The same items; while one is being worked on, the next is fetched."""
    coming = asyncio.ensure_future(_next(items))
    try:
        while found := await coming:
            coming = asyncio.ensure_future(_next(items))
            yield found[0]
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def _next(items: AsyncIterator[T]) -> tuple[T, ...]:
    """The next item alone; nothing at the end."""
    async for item in items:
        return (item,)
    return ()


async def entries_of(journal: Journal, stream: str, after: int = 0) -> AsyncIterator[Entry]:
    """The entries of a stream, read in parts."""
    while entries := await journal.read(stream, after, 500):
        for entry in entries:
            yield entry
        after = entries[-1].sequence


async def stream_digest(journal: Journal, stream: str) -> tuple[int, str]:
    """How many entries a stream holds, and the SHA-256 over their bodies in order, in hex."""
    count, total = 0, hashlib.sha256()
    async for entry in entries_of(journal, stream):
        count += 1
        total.update(len(entry.body).to_bytes(8, "big") + entry.body)
    return count, total.hexdigest()


class Digest:
    """The fingerprint of a collection in the making. `total`: the sum that an earlier part has come to, in hex."""

    def __init__(self, count: int = 0, total: str = "0") -> None:
        self.count = count
        self._total = int(total, 16)

    def add(self, id: str, model: Model, body: bytes) -> None:
        """Add a document. `body`: its dump."""
        raw = hashlib.sha256(id.encode() + b"\x00" + _canonical(type(model), body)).digest()
        self._total = (self._total + int.from_bytes(raw, "big")) % _MODULUS
        self.count += 1

    @property
    def total(self) -> str:
        """The sum so far, as 64 hex digits."""
        return f"{self._total:064x}"

    def of(self, collection: str) -> CollectionDigest:
        """The result."""
        return CollectionDigest(collection=collection, count=self.count, digest=self.total)


def _canonical(model: type[Model], body: bytes) -> bytes:
    """The same bytes for equal documents: a model's fields have an order, but the names in its maps have none."""
    if not _holds_maps(model):
        return body
    return json.dumps(json.loads(body), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _holds_maps(model: type[Model]) -> bool:
    """Whether documents hold maps (or values of any kind, which may be some)."""
    return _open(model.model_json_schema(mode="serialization"))


def _open(schema: Any) -> bool:
    if not isinstance(schema, Mapping):
        return False
    free = not schema.keys() & _TYPED
    names = schema.get("type") == "object" and (schema.get("additionalProperties") is not False)
    below = [schema[key] for key in ("items", "additionalProperties") if key in schema]
    below += [part for key in ("properties", "$defs") for part in schema.get(key, {}).values()]
    below += [part for key in ("anyOf", "oneOf", "allOf", "prefixItems") for part in schema.get(key, ())]
    return free or names or any(map(_open, below))


async def digest_of(store: DocumentStore, collection: Collection[Any]) -> CollectionDigest:
    """The fingerprint of one collection. Reads all of it; holds one page."""
    found = Digest()
    async for records, _ in ahead(pages(store, collection.name, limit=_PAGE)):
        for record in records:
            model = collection.model.model_validate_json(record.body)
            found.add(record.id, model, dump(model))
    return found.of(collection.name)


async def digests(store: DocumentStore, collections: Iterable[Collection[Any]]) -> list[CollectionDigest]:
    """The fingerprints of all collections, by name."""
    return [await digest_of(store, c) for c in sorted(collections, key=lambda c: c.name)]

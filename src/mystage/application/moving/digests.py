"""Fingerprints of what a store holds that do not depend on the order of reading, nor on how a backend writes JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import ValidationError

from mystage.application.ports.documents import DocumentStore, Query, Record
from mystage.application.ports.dumps import CanonicalJson
from mystage.application.ports.journal import Entry, Journal
from mystage.application.unit_of_work import dump
from mystage.domain.errors import Malformed
from mystage.domain.schema import Collection
from mystage.domain.values import Model

T = TypeVar("T")
D = TypeVar("D", bound=Model)
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
            await asyncio.sleep(0)  # it is asked for before this one is worked on
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
    count, total = 0, sha256()
    async for entry in entries_of(journal, stream):
        count += 1
        total.update(len(entry.body).to_bytes(8, "big") + entry.body)
    return count, total.hexdigest()


class Digest:
    """The fingerprint of a collection in the making. `total`: the sum that an earlier part has come to, in hex."""

    def __init__(self, count: int = 0, total: str = "0") -> None:
        self.count = count
        self._total = int(total, 16)

    def add(self, id: str, canonical: bytes) -> None:
        """Add a document, in its canonical form."""
        self._total += int.from_bytes(sha256(id.encode() + b"\x00" + canonical).digest(), "big")
        self.count += 1

    @property
    def total(self) -> str:
        """The sum so far, as 64 hex digits."""
        return f"{self._total % _MODULUS:064x}"

    def of(self, collection: str) -> CollectionDigest:
        """The result."""
        return CollectionDigest(collection=collection, count=self.count, digest=self.total)


class Chain:
    """The fingerprint of a collection's JSON as it stands, in the order of the ids: half the work of a `Digest`."""

    def __init__(self, canonical: CanonicalJson) -> None:
        self.count = 0
        self._canonical = canonical
        self._total = sha256()

    def add(self, documents: Sequence[tuple[str, bytes]]) -> None:
        """Add the next documents: id and body."""
        self._total.update(self._canonical(documents))
        self.count += len(documents)

    def of(self, collection: str) -> CollectionDigest:
        """The result."""
        return CollectionDigest(collection=collection, count=self.count, digest=self._total.hexdigest())


def sorted_json(documents: Sequence[tuple[str, bytes]]) -> bytes:
    """`CanonicalJson` by the standard library."""
    return b"".join([_sorted([id, json.loads(body)]) + b"," for id, body in documents])


def _sorted(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def read(collection: Collection[D], id: str, body: bytes) -> D:
    """A stored document. Raises Malformed for one that its model does not read."""
    try:
        return collection.model.model_validate_json(body)
    except ValidationError as error:
        where = f"{collection.name}/{id}"
        hint = "mend or remove the document with the version that wrote it"
        raise Malformed(
            f"a stored document is not valid: {error.errors()[0]['msg']}", where=where, hint=hint
        ) from error


def _as_read(collection: Collection[Any]) -> Callable[[str, bytes], bytes]:
    """The canonical form of what a document means: 1 and 1.0 are one number, an absent field is one at its default."""
    model: type[Model] = collection.model
    maps = _holds_maps(model)

    def form(id: str, body: bytes) -> bytes:
        dumped = dump(read(collection, id, body))
        return (
            _sorted(json.loads(dumped)) if maps else dumped
        )  # a model's fields have an order, the names of a map have none

    return form


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
    """The fingerprint of one collection as its model reads it. Reads all of it; holds one page."""
    found, form = Digest(), _as_read(collection)
    async for records, _ in ahead(pages(store, collection.name, limit=_PAGE)):
        for record in records:
            found.add(record.id, form(record.id, record.body))
    return found.of(collection.name)


async def chain_of(store: DocumentStore, collection: Collection[Any], canonical: CanonicalJson) -> CollectionDigest:
    """The fingerprint of one collection as it stands: where two are equal, so are those of `digest_of`."""
    found = Chain(canonical)
    async for records, _ in ahead(pages(store, collection.name, limit=_PAGE)):
        found.add([(record.id, record.body) for record in records])
    return found.of(collection.name)


async def digests(store: DocumentStore, collections: Iterable[Collection[Any]]) -> list[CollectionDigest]:
    """The fingerprints of all collections, by name."""
    return [await digest_of(store, c) for c in sorted(collections, key=lambda c: c.name)]

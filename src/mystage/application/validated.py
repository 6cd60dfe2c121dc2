"""Documents that were validated before: a worker reads the same candidates, members and guards over and over.

A model is kept beside the very bytes that it was read from, and given out again only for equal bytes. So nothing can be
stale, whatever other workers commit, and nobody has to tell the cache about a write: other bytes are another document.
(Versions would not do: a document that is removed and made anew begins again at 1.) Models are frozen, so that units may
share them.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, TypeVar

from mystage.application.ports.documents import Record
from mystage.domain.schema import Collection
from mystage.domain.values import Model

D = TypeVar("D", bound=Model)
_MOST_BYTES: Final = 4 * 2**20
"""Of bodies; the models take about four times as much memory beside them."""
_LONGEST: Final = 64 * 2**10
"""A longer body (a page's reading) is not kept: it is read once."""


class Validated:
    """The models of the documents that were read last, within bounds. For use by one event loop."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        """An empty cache.

        Args:
            most_bytes: how many bytes of bodies to keep; those that were not asked for the longest go first.
        """
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[tuple[str, str], tuple[bytes, Model]] = OrderedDict()

    def model(self, spec: Collection[D], record: Record) -> D:
        """The document of a record. Raises pydantic's ValidationError for one that is not valid."""
        key = (record.collection, record.id)
        kept = self._kept.get(key)
        if kept is not None and kept[0] == record.body and type(kept[1]) is spec.model:
            self._kept.move_to_end(key)
            return kept[1]
        model = spec.model.model_validate_json(record.body)
        self.keep(record.collection, record.id, record.body, model)
        return model

    def keep(self, collection: str, id: str, body: bytes, model: Model) -> None:
        """Remember what was read from, or written as, these bytes."""
        old = self._kept.pop((collection, id), None)
        if old is not None:
            self._bytes -= len(old[0])
        if len(body) > _LONGEST:
            return
        self._kept[collection, id] = (body, model)
        self._bytes += len(body)
        while self._bytes > self._most_bytes:
            _, (gone, _) = self._kept.popitem(last=False)
            self._bytes -= len(gone)

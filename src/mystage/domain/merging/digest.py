"""One fingerprint over a whole catalogue that does not depend on ids, order or time of arrival.

Entity ids tell who came first; two runs over the same pages may differ there and in nothing else. So each entity is
named by its sources, and each reference by the sources of what it refers to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from mystage.domain.catalog import AnyEntity, Performance
from mystage.domain.schema import index_value

_LEFT_OUT = frozenset({"id", "provenance", "fingerprint", "merged_into", "deleted_at", "created_at", "updated_at"})
_MODULUS = 1 << 256


class ContentDigest:
    """The fingerprint, built an entity at a time in any order.

    The sum of the entities' SHA-256 modulo 2^256 (the AdHash of Bellare and Micciancio, 1997): good against accident, not
    against somebody who may choose whole catalogues.
    """

    def __init__(self) -> None:
        self._sum = 0

    def add(self, entity: AnyEntity, by_id: Mapping[str, AnyEntity]) -> None:
        """Count one live entity in; `by_id` resolves its references."""
        row = _row(entity, by_id).encode("utf-8", "surrogatepass")
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(row).digest(), "big")) % _MODULUS

    @property
    def text(self) -> str:
        """256 bits in hex."""
        return f"{self._sum:064x}"


def content_digest(shown: Iterable[AnyEntity], by_id: Mapping[str, AnyEntity]) -> str:
    """The fingerprint of the live entities `shown`; `by_id` resolves their references."""
    digest = ContentDigest()
    for entity in shown:
        digest.add(entity, by_id)
    return digest.text


def _row(entity: AnyEntity, by_id: Mapping[str, AnyEntity]) -> str:
    fields = {name: getattr(entity, name) for name in type(entity).model_fields if name not in _LEFT_OUT}
    if isinstance(entity, Performance):
        fields["venue_id"] = _named(entity.venue_id, by_id)
        # who bills whom first depends on the ids' order where sources disagree
        fields["artist_ids"] = sorted(_named(id, by_id) for id in entity.artist_ids)
    fields["curated"] = [(c.field, index_value(c.value)) for c in entity.curated]
    return json.dumps(fields, sort_keys=True, default=str, ensure_ascii=False)


def _named(id: str | None, by_id: Mapping[str, AnyEntity]) -> str:
    """What stands for a reference: the sources of the entity that it leads to."""
    seen = set[str]()
    while id is not None and id not in seen:
        seen.add(id)
        entity = by_id.get(id)
        if entity is None:
            return ""
        if entity.merged_into is None:
            return "|".join(entity.sources)
        id = entity.merged_into
    return ""

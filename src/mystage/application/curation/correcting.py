"""Correct: a person's value for one field; where a model had read the field, the correction is kept as an example."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mystage.application.catalogue.entities import kind_of
from mystage.application.curation.merging import Curate
from mystage.application.ports.agents import MODEL, prompt_of
from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.system import Clock
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.catalog import AnyEntity, Artist, Performance, Venue
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.reading.examples import EXAMPLES, Example, around, example_id, origin_of
from mystage.domain.pipeline.scrapes import EXTRACTIONS, Extraction
from mystage.domain.proofs import Evidence
from mystage.domain.sources import (
    ENTITY_SOURCES,
    ArtistClaim,
    EntitySource,
    PerformanceClaim,
    Reading,
    VenueClaim,
)
from mystage.domain.values import Kind, Model

_CLAIMS: dict[Kind, type[Model]] = {
    Kind.VENUE: VenueClaim,
    Kind.ARTIST: ArtistClaim,
    Kind.PERFORMANCE: PerformanceClaim,
}
_ENTITIES: dict[Kind, type[AnyEntity]] = {Kind.VENUE: Venue, Kind.ARTIST: Artist, Kind.PERFORMANCE: Performance}
_FIXED = frozenset({"id", "kind", "sources", "provenance", "curated", "fingerprint", "merged_into", "deleted_at", "created_at",
                    "updated_at", "identifiers", "start_utc"})  # fmt: skip  # what follows from the rest
_QUOTED = {"venue_id": "venue", "artist_ids": "artists.0"}
"""Fields of entities whose evidence stands under another name."""


class Corrected(Model):
    """What a correction did. `example`: the id of the example that it became, where a model had read the page."""

    entity: str
    field: str
    before: Any = None
    after: Any = None
    example: str | None = None


class Correct:
    """Sets and clears people's values. They win over every source and survive every re-crawl."""

    def __init__(self, blobs: BlobStore, curate: Curate, clock: Clock) -> None:
        self._blobs = blobs
        self._curate = curate
        self._clock = clock

    async def correct(self, id: str, field: str, value: str | None, *, actor: str, reason: str = "") -> Corrected:
        """Give a field a person's value, from the text that the person wrote; None: the field is to be empty.

        Lists are JSON or separated by commas. Raises NotFound for an unknown entity or reference, Invalid for a field
        that the kind does not have and for a value that is none of its kind.
        """
        kind = kind_of(id)
        parsed = None if value is None else parse(kind, field, value)
        if value is None:
            _annotation(kind, field)

        before: AnyEntity | None = None
        example: Example | None = None

        async def beside(unit: UnitOfWork, entity: AnyEntity) -> None:
            """In the commit of the edit: an example of what was refused would teach a mistake, one that is lost nothing."""
            nonlocal before, example
            if not entity.live:
                raise Invalid("the entity is deleted", where=id)
            before, example = entity, await self._example(unit, entity, field, parsed, actor, reason)
            if example is not None:
                unit.of(EXAMPLES).put(example)

        done = await self._curate.edit(id, field, parsed, actor=actor, reason=reason, beside=beside)
        return Corrected(
            entity=done.kept,
            field=field,
            before=getattr(before, field),
            after=parsed,
            example=example.id if example is not None else None,
        )

    async def _example(
        self, unit: UnitOfWork, entity: AnyEntity, field: str, value: Any, actor: str, reason: str
    ) -> Example | None:
        """The correction as an example, where the value (or, for an empty field, the entity) is from a model."""
        source = await _read_by_model(unit, entity, field)
        if source is None:
            return None
        extraction = await unit.of(EXTRACTIONS).get(source.extraction_id)
        reading = await self._reading(extraction)
        proof = _proof(reading, source, field)
        text = (
            (await self._blobs.get(reading.page_text)).decode("utf-8", "surrogatepass")
            if reading and reading.page_text
            else ""
        )
        id = example_id(source.extraction_id, entity.id, field)
        known = await unit.of(EXAMPLES).get(id)
        return Example(
            id=id,
            source=origin_of(extraction.source, source.url) if extraction else source.source,
            prompt=prompt_of(source.reader),
            model=source.reader.partition("@")[2],
            kind=entity.kind,
            entity=entity.id,
            field=field,
            quote=proof.quote if proof else "",
            context=around(text, proof.start, proof.end) if proof else "",
            wrong=_shown(getattr(entity, field)) if known is None else known.wrong,
            right=_shown(value),
            url=source.url,
            page_text=reading.page_text if reading else "",
            extraction_id=source.extraction_id,
            by=actor,
            at=self._clock.now(),
            reason=reason,
            chosen=known.chosen if known else False,
        )

    async def _reading(self, extraction: Extraction | None) -> Reading | None:
        if extraction is None or extraction.reading is not None or not extraction.reading_blob:
            return extraction.reading if extraction else None
        return Reading.model_validate_json(await self._blobs.get(extraction.reading_blob))


def parse(kind: Kind, field: str, text: str) -> Any:
    """The value that a text stands for in a field. Raises Invalid."""
    annotation = _annotation(kind, field)
    value: Any = text.strip()
    if isinstance(_ENTITIES[kind].model_fields[field].default, tuple):
        value = _listed(value)
    try:
        found = TypeAdapter(annotation).validate_python(value)
    except ValidationError as error:
        why = "; ".join(e["msg"] for e in error.errors()[:3])
        raise Invalid(
            f"not a value of this field: {why}", where=f"{field}={text[:100]}", hint="see docs/reference/collections.md"
        ) from error
    return getattr(found, "value", found)


def _annotation(kind: Kind, field: str) -> Any:
    """The type of a field: the claim's where it has one, since that is the stricter."""
    fields = _ENTITIES[kind].model_fields
    if field not in fields or field in _FIXED:
        known = ", ".join(sorted(set(fields) - _FIXED))
        raise Invalid(f"a {kind.value} has no field {field!r} to correct", where=field, hint=f"one of: {known}")
    claim = _CLAIMS[kind].model_fields.get(field, fields[field])
    return claim.rebuild_annotation()


def _listed(text: str) -> tuple[str, ...]:
    if text.startswith("["):
        try:
            return tuple(str(item) for item in json.loads(text))
        except ValueError as error:
            raise Invalid(f"not a JSON list: {error}", where=text[:100]) from error
    return tuple(part.strip() for part in text.split(",") if part.strip())


async def _read_by_model(unit: UnitOfWork, entity: AnyEntity, field: str) -> EntitySource | None:
    """The entity source that the field's value is from, if a model has read it; of an empty field, any that one has."""
    origin = entity.provenance.get(field)
    ids: Sequence[str] = (origin.entity_source,) if origin else entity.sources
    if origin is not None and origin.rule == "curated":  # corrected once more: the first one's example is meant
        ids = entity.sources
    found = await unit.of(ENTITY_SOURCES).get_many(ids)
    return next((s for _, s in sorted(found.items()) if s.reader.startswith(f"{MODEL}/")), None)


def _proof(reading: Reading | None, source: EntitySource, field: str) -> Evidence | None:
    name = _QUOTED.get(field, field)
    proofs = reading.evidence if reading else ()
    return next((e for e in proofs if e.kind is source.kind and e.key == source.key and e.field == name), None)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(getattr(value, "value", value))

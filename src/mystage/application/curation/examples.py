"""Examples from corrections: list them, and choose those that become part of the prompt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide, where
from mystage.domain.audit import AUDIT_LOGS, AuditEntry
from mystage.domain.errors import NotFound
from mystage.domain.pipeline.reading.examples import EXAMPLES, Example
from mystage.domain.values import Model, evolve


class CorrectionRate(Model):
    """How much of what one prompt version read on one source's pages people had to correct."""

    source: str
    prompt: str
    values: int
    """Values with evidence that it gave."""
    corrected: int
    rate: float


class Examples:
    """What people corrected in what models had read."""

    def __init__(self, store: DocumentStore, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def all(self, *, source: str = "", prompt: str = "", chosen: bool | None = None) -> list[Example]:
        """Examples, the latest first; of one source, one prompt version, or only those that are part of the prompt."""
        by = {name: value for name, value in (("source", source), ("prompt", prompt)) if value}
        found = await UnitOfWork(self._store).of(EXAMPLES).find(*where(**by))
        return sorted(
            (e for e in found if chosen is None or e.chosen is chosen), key=lambda e: (-e.at.timestamp(), e.id)
        )

    async def choose(self, ids: Sequence[str], *, chosen: bool, actor: str, reason: str = "") -> list[Example]:
        """Make examples part of the prompt, or take them out: the prompt's version changes. Raises NotFound."""

        async def action(unit: UnitOfWork) -> list[Example]:
            found = await unit.of(EXAMPLES).get_many(ids)
            missing = [id for id in ids if id not in found]
            if missing:
                raise NotFound(
                    "no such example", where=", ".join(missing), hint="`mystage quality examples` lists them"
                )
            after = [evolve(found[id], chosen=chosen) for id in ids]
            for example in after:
                unit.of(EXAMPLES).put(example)
            action = "example.choose" if chosen else "example.drop"
            now, id = self._clock.now(), self._ids.new("aud_")
            unit.of(AUDIT_LOGS).put(
                AuditEntry(id=id, action=action, actor=actor, subjects=tuple(ids), reason=reason, at=now)
            )
            return after

        return await decide(self._store, self._clock, self._ids, action)

    async def rates(self) -> list[CorrectionRate]:
        """The manual-correction rate of each source and prompt version, the worst first."""
        prefix = "model/values/"
        values = {}
        for name, count in (await self._store.counters(prefix)).items():
            prompt, _, source = name.removeprefix(prefix).partition("/")
            values[source, prompt] = count
        corrected = Counter((e.source, e.prompt) for e in await self.all())
        rows = [
            CorrectionRate(
                source=source,
                prompt=prompt,
                values=values.get((source, prompt), 0),
                corrected=corrected[source, prompt],
                rate=corrected[source, prompt] / max(1, values.get((source, prompt), 0)),
            )
            for source, prompt in sorted(values.keys() | corrected.keys())
        ]
        return sorted(rows, key=lambda row: -row.rate)

"""Keeps the accounts and proxies of scrapers: encrypted, in turn, resting after refusals, every use on record."""

from __future__ import annotations

import json

from mystage.application.ports.credentials import Credentials, Lent, Vault
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.journal import Journal
from mystage.application.ports.system import Clock, IdSource
from mystage.application.unit_of_work import UnitOfWork, decide
from mystage.domain.audit import AUDIT_LOGS, AuditEntry
from mystage.domain.errors import NotFound, Throttled
from mystage.domain.pipeline.credentials import CREDENTIALS, Credential, Opened, Use, after_use, next_in_turn, taken
from mystage.domain.values import digest_id


class KeptCredentials(Credentials):
    """Credentials in the store."""

    def __init__(self, store: DocumentStore, journal: Journal, vault: Vault, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._journal = journal
        self._vault = vault
        self._clock = clock
        self._ids = ids

    async def add(self, source: str, opened: Opened, *, label: str, actor: str) -> Credential:
        """Keep one; the same account again replaces what was kept of it."""
        credential = Credential(
            id=digest_id(source, label, prefix="crd_"),
            source=source,
            label=label,
            sealed=self._vault.seal(opened.model_dump_json()),
            added_at=self._clock.now(),
        )

        async def decision(unit: UnitOfWork) -> None:
            unit.of(CREDENTIALS).overwrite(credential)
            self._audit(unit, "credential.add", actor, credential.id)

        await decide(self._store, self._clock, self._ids, decision)
        return credential

    async def remove(self, id: str, *, actor: str) -> None:
        """Forget one. Raises NotFound."""

        async def decision(unit: UnitOfWork) -> None:
            if await unit.of(CREDENTIALS).get(id) is None:
                raise NotFound("no such credential", where=id, hint="`mystage credentials list` shows them")
            unit.of(CREDENTIALS).delete(id)
            self._audit(unit, "credential.remove", actor, id)

        await decide(self._store, self._clock, self._ids, decision)

    async def all(self) -> list[Credential]:
        """All of them, still sealed."""
        found = await UnitOfWork(self._store).of(CREDENTIALS).find()
        return sorted(found, key=lambda c: (c.source, c.label))

    async def lend(self, source: str) -> Lent | None:
        async def decision(unit: UnitOfWork) -> Credential | None:
            found, now = await unit.of(CREDENTIALS).find(source=source), self._clock.now()
            chosen = next_in_turn(found, now)
            if chosen is None and found:
                first = min(c.resting_until or now for c in found)
                wait = max(1.0, (first - now).total_seconds())
                raise Throttled("all accounts rest after refusals", where=source, retry_after=wait)
            if chosen is not None:
                unit.of(CREDENTIALS).put(taken(chosen, now))
            return chosen

        chosen = await decide(self._store, self._clock, self._ids, decision)
        if chosen is None:
            return None
        return Lent(chosen.id, source, Opened.model_validate_json(self._vault.unseal(chosen.sealed)))

    async def give_back(self, lent: Lent, use: Use, url: str) -> None:
        async def decision(unit: UnitOfWork) -> None:
            credential = await unit.of(CREDENTIALS).get(lent.id)
            if credential is not None:
                unit.of(CREDENTIALS).put(after_use(credential, use, self._clock.now()))

        await decide(self._store, self._clock, self._ids, decision)
        row = {"credential": lent.id, "use": use.value, "url": url, "at": self._clock.now().isoformat()}
        await self._journal.append(f"credentials/{lent.source}", [json.dumps(row).encode()])

    def _audit(self, unit: UnitOfWork, action: str, actor: str, subject: str) -> None:
        now = self._clock.now()
        entry = AuditEntry(id=self._ids.new("aud_"), action=action, actor=actor, subjects=(subject,), at=now)
        unit.of(AUDIT_LOGS).put(entry)

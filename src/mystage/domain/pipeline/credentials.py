"""Accounts and proxies of scrapers: which is used next, and how long one rests that was refused. Pure: time is given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from mystage.domain.access import Role
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Instant, Model, evolve

_REST: Final = {"throttled": timedelta(minutes=15), "refused": timedelta(hours=1)}
"""The first rest; each further failure in a row doubles it."""
_LONGEST: Final = timedelta(days=7)


class Use(StrEnum):
    """How a use ended."""

    OK = "ok"
    THROTTLED = "throttled"
    REFUSED = "refused"
    """The account or proxy was not let in."""
    FAILED = "failed"
    """For a reason that says nothing of the credential."""


class Credential(Model):
    """An account (and its proxy) of a source; what is secret in it is encrypted (`sealed`)."""

    id: str
    source: str
    label: str
    """For people; holds no secret."""
    sealed: str
    added_at: Instant
    uses: int = 0
    failures: int = 0
    """Refusals in a row."""
    last_used: Instant | None = None
    resting_until: Instant | None = None
    last: Use | None = None


class Opened(Model):
    """What is secret in a credential."""

    account: str = ""
    secret: str = ""
    proxy: str = ""


def rested(credential: Credential, now: datetime) -> bool:
    """Whether it may be used."""
    return credential.resting_until is None or credential.resting_until <= now


def next_in_turn(credentials: Iterable[Credential], now: datetime) -> Credential | None:
    """The one that was used the longest time ago, of those that may be used."""
    ready = [c for c in credentials if rested(c, now)]
    never = datetime.min.replace(tzinfo=now.tzinfo)
    return min(ready, key=lambda c: (c.last_used or never, c.uses, c.id), default=None)


def taken(credential: Credential, now: datetime) -> Credential:
    """The credential when it goes out."""
    return evolve(credential, uses=credential.uses + 1, last_used=now)


def after_use(credential: Credential, use: Use, now: datetime) -> Credential:
    """The credential when a use has ended."""
    if use is Use.FAILED:
        return evolve(credential, last=use)
    if use is Use.OK:
        return evolve(credential, last=use, failures=0, resting_until=None)
    failures = credential.failures + 1
    rest = min(_LONGEST, _REST[use.value] * 2 ** min(failures - 1, 20))
    return evolve(credential, last=use, failures=failures, resting_until=now + rest)


CREDENTIALS = Collection(
    "credentials",
    Credential,
    indexes=(Index("source"),),
    database="admin",
    composites=(),
    readers=(Role.SUPER_ADMIN,),
)

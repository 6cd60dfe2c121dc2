"""Live sources: what their APIs are asked, how the asking goes on, and how a request is signed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from mystage.domain.pipeline.discovery import Ask
from mystage.domain.pipeline.quotas import Limit


@dataclass(frozen=True, slots=True)
class LiveInfo:
    """What is known of a live source. `missing` names the settings it lacks; one that lacks none is ready."""

    name: str
    title: str
    reader: str | None
    """Who reads its answers; None: decided by content."""
    source: str
    """The source that its records belong to; `web`: the site that was asked."""
    settings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    asks: tuple[str, ...] = ()
    """What it can be asked by: fields of `Ask`, each a choice."""
    use: str = "discover"
    """`discover`: shows and venues. `enrich`: more of what is known."""
    gives: tuple[str, ...] = ()
    """Fields of artists that it can fill."""
    cost: float = 1.0
    """Relative cost of a call: the cheapest source is asked first."""
    obey_robots: bool = False
    credentials: bool = False
    """Whether its requests go out under one of the accounts that are kept for it."""
    refresh_hours: float | None = None
    """How often a start address is worth a visit; None: only when it is asked for again."""

    @property
    def ready(self) -> bool:
        """Whether it can be asked now."""
        return not self.missing

    @property
    def excuse(self) -> str:
        """One sentence that says what is missing; "" where nothing is."""
        return f"{self.title} needs {' and '.join(self.missing)}: set it and ask again" if self.missing else ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A request as it goes out. It holds keys: nothing of it may be stored or shown."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    secrets: tuple[str, ...] = ()
    """The keys in it, to be struck out of whatever comes back."""
    proxy: str = ""
    """Address of the proxy to go through."""


@dataclass(frozen=True, slots=True)
class After:
    """What follows an answer. `follow`: addresses to ask next, `wait` seconds later at the earliest."""

    follow: tuple[str, ...] = ()
    wait: float = 0.0
    again: float | None = None
    """Ask the same address again, after so many seconds (a run that is not done)."""
    read: bool = True
    """Whether the answer holds records; False: it only leads on."""
    cut: str = ""
    """Why the answers will not be complete, in words; "": they will."""
    refused: str = ""
    """The answer says, under a status of success, that it is an error: in words."""


class LiveSources(Protocol):
    """All live sources. Pure: it makes addresses (which never hold a key), and reads where answers lead."""

    @abstractmethod
    def all(self) -> list[LiveInfo]:
        """All of them, by name."""

    @abstractmethod
    def info(self, name: str) -> LiveInfo:
        """One of them. Raises NotFound."""

    @abstractmethod
    def begin(self, name: str, ask: Ask) -> tuple[str, ...]:
        """The addresses that an ask begins with. Raises Invalid (a setting is missing; it cannot be asked so)."""

    @abstractmethod
    def after(self, name: str, url: str, body: bytes) -> After:
        """Where an answer leads. Never raises for what the answer holds."""

    @abstractmethod
    def sign(self, name: str, url: str) -> Signed:
        """The request of an address, with its key. Raises Invalid (a setting is missing), NotFound."""


class Governor(Protocol):
    """Keeps what all workers ask of a source within its limits. `key` names the key that it is asked with (never the key itself)."""

    @abstractmethod
    async def enter(self, source: str, limits: tuple[Limit, ...], key: str = "") -> None:
        """Wait for a turn. Raises Throttled, with `retry_after`, where that takes too long."""

    @abstractmethod
    async def learn(self, source: str, status: int, headers: Mapping[str, str], key: str = "") -> None:
        """What an answer said (names of headers in lower case). `status` 0: there was no answer."""

    @abstractmethod
    async def paused(self, source: str) -> float:
        """Seconds for which the source is not asked at all; 0: it may be."""

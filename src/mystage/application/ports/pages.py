"""PageFetcher: politely bring home what an address has."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mystage.application.ports.live import Signed
from mystage.domain.pipeline.scrapes import FetchOutcome


@dataclass(frozen=True, slots=True)
class Politeness:
    """How a host is treated: requests per second and at once, whether robots.txt is obeyed."""

    requests_per_second: float = 1.0
    concurrency: int = 2
    obey_robots: bool = True


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One visit. `etag` and `last_modified` are those of the last good answer. `public`: the address came from outside."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    politeness: Politeness = field(default_factory=Politeness)
    public: bool = False
    live: str = ""
    """Name of the live source whose request this is: it is signed when it is sent."""
    signed: Signed | None = None
    """What goes out in place of `url`; set by the fetcher that signs. `url` stays the name of the visit."""


@dataclass(frozen=True, slots=True)
class PageResult:
    """What a visit brought. `body` is set where `outcome` is OK: bytes after content-encoding is undone.

    `reason` says in words what went wrong and names the address. `retry_after`: seconds the server asked for;
    `retryable` is set where another try may help.
    """

    url: str
    outcome: FetchOutcome
    status: int = 0
    body: bytes = b""
    media_type: str = ""
    """Content type with its charset, as the server said it."""
    final_url: str = ""
    etag: str | None = None
    last_modified: str | None = None
    reason: str = ""
    code: str = ""
    """Stable error code of a visit that failed: `timeout`, `dns`, `refused`, `too_large`, `redirect_loop`, `http_503`, ...;
    `held_back`: our own limits left no room, nothing was sent."""
    retryable: bool = False
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that speak of limits, by name in lower case."""


class PageFetcher(Protocol):
    """Fetches addresses. It never raises for what the other side does: the outcome says it."""

    @abstractmethod
    async def fetch(self, request: PageRequest) -> PageResult:
        """Visit an address. Waits its turn by the host's politeness; follows redirects; keeps to size and time limits."""

    @abstractmethod
    async def close(self) -> None:
        """Close connections."""

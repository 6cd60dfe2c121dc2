"""robots.txt (RFC 9309): fetched once an hour for each host, through the same guards as the pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
from protego import Protego

from mystage.adapters.pages.outcomes import VisitEnded
from mystage.adapters.pages.settings import ROBOT, FetchSettings
from mystage.domain.pipeline.scrapes import FetchOutcome

MAX_ROBOTS = 512 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5, asks for at least 500 KiB); the rest is cut off."""
_MANY_HOSTS = 4_096
_OF_THE_NETWORK = frozenset({"dns", "refused", "timeout", "tls", "unreachable", "disconnected"})
"""Failures that the page itself would meet as well: they are told as they are."""

_NETWORK_SECONDS = 5.0
"""How long a host that is out of reach is not asked again: hundreds of its pages must not each wait in line for that."""
_USELESS = frozenset({"redirect_loop", "bad_redirect", "bad_encoding", "too_large", "bad_address"})
"""RFC 9309, 2.3.1.2-3: a robots.txt that redirects cannot reach, or that is not one, counts as absent."""

RobotsReader = Callable[[httpx.URL, bool], Awaitable[tuple[int, bytes]]]
"""Reads a robots.txt: its address and whether it is a stranger's; answers status and body. Raises VisitEnded."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host asks of us."""

    until: float
    """`time.monotonic` when they must be read again."""
    parsed: Protego | None = None
    """None: everything is allowed."""
    delay: float = 0.0
    """Seconds between two requests; 0 where it does not say."""
    failure: VisitEnded | None = None
    """Why it could not be read."""


@dataclass(slots=True)
class _Entry:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | None = None


class Robots:
    """The rules of all hosts.

    Args:
        read: fetches a robots.txt.
        settings: how long rules count, and the longest delay kept to.
    """

    def __init__(self, read: RobotsReader, settings: FetchSettings) -> None:
        self._read = read
        self._settings = settings
        self._entries: dict[tuple[bytes, bytes, bool], _Entry] = {}

    async def delay_for(self, url: httpx.URL, *, public: bool) -> float:
        """Check that the page may be visited; answers the seconds between two requests that the host asks for.

        Raises:
            VisitEnded: robots.txt forbids it (`robots`), or could not be read (`robots_unreachable`, or the code of
                the network's failure); then later tries may help.
        """
        rules = await self._rules(url, public)
        if rules.failure:
            raise rules.failure.again()
        if rules.parsed and not rules.parsed.can_fetch(str(url), ROBOT):
            raise VisitEnded("robots", f"{url}: robots.txt does not allow it", outcome=FetchOutcome.BLOCKED)
        return rules.delay

    async def _rules(self, url: httpx.URL, public: bool) -> Rules:  # noqa: FBT001 - part of the key
        key = (url.raw_scheme, url.netloc, public)
        entry = self._entries.get(key)
        if entry is None:
            if len(self._entries) >= _MANY_HOSTS:
                self._entries = {k: kept for k, kept in self._entries.items() if kept.lock.locked()}
            entry = self._entries[key] = _Entry()
        if entry.rules and entry.rules.until > time.monotonic():
            return entry.rules
        async with entry.lock:
            if not (entry.rules and entry.rules.until > time.monotonic()):
                entry.rules = await self._load(url, public)
            return entry.rules

    async def _load(self, url: httpx.URL, public: bool) -> Rules:  # noqa: FBT001 - handed through
        where = url.copy_with(raw_path=b"/robots.txt", userinfo=b"")
        try:
            status, body = await self._read(where, public)
        except VisitEnded as ended:
            return self._unread(ended)
        if 200 <= status < 300:
            return self._parse(body)
        if status == 429 or status >= 500:
            return self._unread(VisitEnded(f"http_{status}", f"{where} answered {status}", retryable=True))
        return Rules(until=time.monotonic() + self._settings.robots_seconds)

    def _parse(self, body: bytes) -> Rules:
        until = time.monotonic() + self._settings.robots_seconds
        text = body[:MAX_ROBOTS].decode("utf-8-sig", errors="replace")
        if not text.strip():
            return Rules(until=until)
        parsed = Protego.parse(text)
        rate = parsed.request_rate(ROBOT)
        by_rate = rate.seconds / rate.requests if rate and rate.requests else 0.0
        delay = max(parsed.crawl_delay(ROBOT) or 0.0, by_rate)
        return Rules(until=until, parsed=parsed, delay=min(delay, self._settings.max_crawl_delay))

    def _unread(self, ended: VisitEnded) -> Rules:
        until = time.monotonic() + self._settings.robots_retry_seconds
        if ended.code in _OF_THE_NETWORK or ended.outcome is FetchOutcome.BLOCKED:
            return Rules(until=min(until, time.monotonic() + _NETWORK_SECONDS), failure=ended)
        if ended.code in _USELESS:
            return Rules(until=until)
        reason = f"robots.txt could not be read, so the host counts as closed for now: {ended.reason}"
        closed = VisitEnded(
            "robots_unreachable",
            reason,
            outcome=FetchOutcome.BLOCKED,
            retryable=True,
            retry_after=self._settings.robots_retry_seconds,
        )
        return Rules(until=until, failure=closed)

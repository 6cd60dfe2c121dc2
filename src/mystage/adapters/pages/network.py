"""Name resolution, and the guard at the moment of connecting."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore

from mystage.adapters.pages.addresses import refusal
from mystage.adapters.pages.outcomes import VisitEnded
from mystage.domain.errors import AddressRefused

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host name and port to its IP addresses, the best first. Raises OSError where there are none."""

_KNOWN_FOR = 60.0
"""Seconds that a resolved name is remembered."""
_MANY_NAMES = 4_096
_TRIED = 4
"""Addresses of one name that are tried."""


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The operating system's resolver, in a thread."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class CachedResolver:
    """Remembers what another resolver found for a minute: a host has many pages. Failures are not remembered."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[tuple[str, int], tuple[float, Sequence[str]]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        now = time.monotonic()
        known = self._known.get((host, port))
        if known and known[0] > now:
            return known[1]
        found = await self._resolver(host, port)
        if len(self._known) >= _MANY_NAMES:
            self._known.clear()
        self._known[host, port] = (now + _KNOWN_FOR, found)
        return found


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that it has resolved and checked itself, never to a name.

    TLS still checks the certificate against the name: httpcore hands the host of the URL to `start_tls`.

    Args:
        resolver: finds the addresses of a name.
        guarded: refuse addresses that input from outside may not reach.
    """

    def __init__(self, resolver: Resolver, *, guarded: bool) -> None:
        self._resolver = resolver
        self._guarded = guarded
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check, connect. Raises AddressRefused, VisitEnded (`dns`) and httpcore's ConnectError."""
        addresses = await self._addresses(host, port, timeout)
        share = timeout / len(addresses) if timeout else timeout
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int, seconds: float | None) -> Sequence[str]:
        if _is_literal(host):
            found: Sequence[str] = (host,)
        else:
            try:
                async with asyncio.timeout(seconds):
                    found = await self._resolver(host, port)
            except TimeoutError as error:
                raise VisitEnded("dns", f"{host}: its name was not resolved in time", retryable=True) from error
            except (OSError, UnicodeError) as error:
                raise VisitEnded("dns", f"{host}: unknown host ({error})", retryable=True) from error
        if not self._guarded:
            return found[:_TRIED]
        open_ones = tuple(address for address in found if not refusal(address))
        if not open_ones:
            why = ", ".join(sorted({refusal(address) for address in found})) or "no address"
            raise AddressRefused(f"its address is refused ({why})", where=host)
        return open_ones[:_TRIED]


def _is_literal(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False

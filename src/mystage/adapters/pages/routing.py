"""One fetcher for all schemes."""

from __future__ import annotations

from collections.abc import Mapping

from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult
from mystage.domain.pipeline.scrapes import FetchOutcome


class RoutingFetcher(PageFetcher):
    """Hands each address to the fetcher of its scheme; an address of another scheme is FAILED (`bad_address`).

    Args:
        fetchers: by scheme, in lower case. One fetcher may serve several.
    """

    def __init__(self, fetchers: Mapping[str, PageFetcher]) -> None:
        self._fetchers = dict(fetchers)

    async def fetch(self, request: PageRequest) -> PageResult:
        scheme = request.url.partition(":")[0].lower()
        fetcher = self._fetchers.get(scheme)
        if fetcher is None:
            reason = f"{request.url[:200]}: only {', '.join(sorted(self._fetchers))} addresses can be visited"
            return PageResult(request.url, FetchOutcome.FAILED, code="bad_address", reason=reason)
        return await fetcher.fetch(request)

    async def close(self) -> None:
        for fetcher in dict.fromkeys(self._fetchers.values()):
            await fetcher.close()

"""The twin for tests: pages out of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult
from mystage.domain.pipeline.scrapes import FetchOutcome


class MemoryPageFetcher(PageFetcher):
    """Answers from a table, without a network.

    An address with several results gives one after the other; the last one stays. An address that is not there is
    GONE. A result whose validators equal those of the request is NOT_MODIFIED, as a server would say.

    Args:
        pages: address -> its result, or results in turn.
    """

    def __init__(self, pages: Mapping[str, PageResult | Sequence[PageResult]]) -> None:
        self._pages = {url: [found] if isinstance(found, PageResult) else list(found) for url, found in pages.items()}
        self.visits: list[PageRequest] = []
        """All requests, in order."""
        self.closed = False

    def set(self, url: str, *results: PageResult) -> None:
        """Change what an address gives."""
        self._pages[url] = list(results)

    async def fetch(self, request: PageRequest) -> PageResult:
        self.visits.append(request)
        results = self._pages.get(request.url)
        if not results:
            reason = f"{request.url}: answered 404"
            return PageResult(request.url, FetchOutcome.GONE, status=404, code="http_404", reason=reason)
        result = results.pop(0) if len(results) > 1 else results[0]
        if result.outcome is FetchOutcome.OK and _unchanged(request, result):
            return replace(result, outcome=FetchOutcome.NOT_MODIFIED, status=304, body=b"")
        return result

    async def close(self) -> None:
        self.closed = True


def _unchanged(request: PageRequest, result: PageResult) -> bool:
    if request.etag or result.etag:
        return request.etag is not None and request.etag == result.etag
    return request.last_modified is not None and request.last_modified == result.last_modified

"""A fetcher that is made when the first page is asked for: most commands ask for none, and HTTP libraries load slowly."""

from __future__ import annotations

from collections.abc import Callable

from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult


class LazyFetcher(PageFetcher):
    """Hands everything to the fetcher that `build` makes, once."""

    def __init__(self, build: Callable[[], PageFetcher]) -> None:
        self._build = build
        self._built: PageFetcher | None = None

    async def fetch(self, request: PageRequest) -> PageResult:
        if self._built is None:
            self._built = self._build()
        return await self._built.fetch(request)

    async def close(self) -> None:
        if self._built is not None:
            await self._built.close()

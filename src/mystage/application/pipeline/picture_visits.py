"""Visits of images' addresses: fetched politely and guarded, judged by their bytes, processed once for each content."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.images import ImageProcessor, Rendered
from mystage.application.ports.pages import PageFetcher, PageRequest, PageResult, Politeness
from mystage.application.ports.system import Clock
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.errors import Malformed, TooLarge, Unavailable
from mystage.domain.pipeline.images import (
    PICTURES,
    READ,
    ImageState,
    Picture,
    PictureVariant,
    UrlImage,
    image_id,
    next_try,
    picture_id,
    type_of,
)
from mystage.domain.pipeline.scrapes import FetchOutcome

_T = TypeVar("_T")
_AT_ONCE: Final = 8
"""Images in memory at once."""
_REMEMBERED: Final = 512
_FRESH: Final = timedelta(minutes=10)
"""How long a visit answers for the next entity that names the address, before its outcome can be read in the store."""
_STATE: Final = {
    FetchOutcome.BLOCKED: ImageState.BLOCKED,
    FetchOutcome.GONE: ImageState.GONE,
    FetchOutcome.EMPTY: ImageState.REFUSED,
    FetchOutcome.FAILED: ImageState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit found; `picture` is set where one was made, or found to be there already."""

    image: UrlImage
    picture: Picture | None = None


class Visits:
    """Visits addresses of images, each once at a time."""

    def __init__(
        self,
        store: DocumentStore,
        fetcher: PageFetcher,
        blobs: BlobStore,
        processor: ImageProcessor,
        clock: Clock,
        manners: Politeness | None = None,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._blobs = blobs
        self._processor = processor
        self._clock = clock
        self._manners = manners or Politeness()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._visited: OrderedDict[str, Visit] = OrderedDict()
        self._made: OrderedDict[str, Picture] = OrderedDict()

    async def visit(self, url: str, source: str, known: UrlImage | None) -> Visit:
        """Visit an address (in normal form) that `source` names. Raises Invalid where images cannot be processed here."""
        async with self._lock(url):
            recent = self._visited.get(url)
            now = self._clock.now()
            # not the outcome that made this visit due: that one the caller knows
            if recent is not None and recent.image != known and now - recent.image.last_fetched < _FRESH:
                return recent
            async with self._room:
                found = await self._fetched(url, source, known)
            _remember(self._visited, url, found)
            return found

    def _lock(self, name: str) -> asyncio.Lock:
        lock = self._locks.get(name)
        if lock is None:
            self._locks[name] = lock = asyncio.Lock()
        return lock

    async def _fetched(self, url: str, source: str, known: UrlImage | None) -> Visit:
        had = known is not None and known.picture is not None
        page = await self._fetcher.fetch(
            PageRequest(
                url=url,
                etag=known.etag if known and had else None,
                last_modified=known.last_modified if known and had else None,
                politeness=self._manners,
                public=True,  # a page, not the operator, says where its images are
            )
        )
        blank = _Found(url, source, known, self._clock.now())
        if page.outcome is FetchOutcome.OK:
            return await self._judged(blank, page)
        if page.outcome is FetchOutcome.NOT_MODIFIED and known is not None:
            return Visit(blank.kept(known.picture or "", page))
        if page.outcome is FetchOutcome.FAILED and page.retryable:
            return Visit(blank.failed(page.code, page.reason, page.retry_after))
        if page.code == "too_large":
            return Visit(blank.ended(ImageState.REFUSED, "bytes", page.reason))
        return Visit(blank.ended(_STATE[page.outcome], page.code or page.outcome.value, page.reason))

    async def _judged(self, blank: _Found, page: PageResult) -> Visit:
        """A visit that brought bytes: what they are, and the picture that they make."""
        kind = type_of(page.body)
        if kind not in READ:
            cause = kind if kind in ("svg", "html") else "type"
            words = "an SVG is a program, not a picture" if kind == "svg" else f"its bytes are {kind}, not a picture"
            return Visit(blank.ended(ImageState.REFUSED, cause, words))
        try:
            picture = await self._picture(page.body)
        except (Malformed, TooLarge) as error:
            return Visit(blank.ended(ImageState.REFUSED, error.where, error.message))
        except Unavailable as error:
            return Visit(blank.failed(error.where, error.message, None))
        return Visit(blank.kept(picture.id, page), picture)

    async def _picture(self, body: bytes) -> Picture:
        id = picture_id(body)
        async with self._lock(id):
            known = self._made.get(id) or await UnitOfWork(self._store).of(PICTURES).get(id)
            if known is None:
                made = await self._processor.render(body)
                blobs = await self._blobs.put_many([variant.data for variant in made.variants])
                known = _document(id, made, blobs, self._clock.now())
            _remember(self._made, id, known)
            return known


def _document(id: str, made: Rendered, blobs: list[str], now: datetime) -> Picture:
    return Picture(
        id=id,
        width=made.width,
        height=made.height,
        format=made.format,
        hash=made.hash,
        detail=made.detail,
        animated=made.animated,
        variants=tuple(
            PictureVariant(width=v.width, height=v.height, blob=blob, size=len(v.data))
            for v, blob in zip(made.variants, blobs, strict=True)
        ),
        made_at=now,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """An address and when it was visited: what became of it is still to be said."""

    url: str
    source: str
    known: UrlImage | None
    now: datetime

    def kept(self, picture: str, page: PageResult) -> UrlImage:
        """It gave a picture, or has the one of last time."""
        known = self.known if page.outcome is FetchOutcome.NOT_MODIFIED else None
        etag = page.etag or (known.etag if known else None)
        modified = page.last_modified or (known.last_modified if known else None)
        return self._document(ImageState.KEPT, picture=picture, etag=etag, last_modified=modified)

    def ended(self, state: ImageState, cause: str, reason: str) -> UrlImage:
        """It gives no picture, and will not soon."""
        failures = (self.known.failures if self.known else 0) + 1
        return self._document(state, cause=cause, reason=reason[:1_000], failures=failures, **self._last())

    def failed(self, cause: str, reason: str, asked: float | None) -> UrlImage:
        """The visit failed; another may not."""
        failures = (self.known.failures if self.known else 0) + 1
        at = next_try(failures, self.now, asked)
        state = ImageState.FAILED if at is None else ImageState.WAITING
        return self._document(
            state, cause=cause, reason=reason[:1_000], failures=failures, next_try_at=at, **self._last()
        )

    def _last(self) -> dict[str, str | None]:
        """The last good picture stays. Its validators go: an answer to them would not say that it is well again."""
        return {"picture": self.known.picture if self.known else None}

    def _document(self, state: ImageState, **fields: object) -> UrlImage:
        known = self.known
        values = {
            "id": image_id(self.url),
            "url": self.url,
            "source": known.source if known else self.source,
            "state": state,
            "first_seen": known.first_seen if known else self.now,
            "last_fetched": self.now,
        }
        return UrlImage.model_validate(values | fields)


def _remember(table: OrderedDict[str, _T], key: str, value: _T) -> None:
    table[key] = value
    table.move_to_end(key)
    while len(table) > _REMEMBERED:
        table.popitem(last=False)

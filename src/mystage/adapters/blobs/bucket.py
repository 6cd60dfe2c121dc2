"""Blobs in a bucket of Cloud Storage: `<prefix>ab/cd/<sha256>.zst`, as the folder has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, TypeVar

from google.api_core import exceptions as google
from google.auth import exceptions as auth
from google.cloud import storage  # type: ignore[attr-defined]  # a namespace package: mypy sees the typed part of it alone
from google.cloud.storage.retry import DEFAULT_RETRY  # type: ignore[import-untyped]  # it has no types
from requests import exceptions as requests

from mystage.adapters.blobs.compression import compress, decompress
from mystage.adapters.blobs.digests import digest_of, is_digest, missing
from mystage.adapters.blobs.recent import Recent
from mystage.application.ports.blobs import BlobStore
from mystage.domain.errors import Forbidden, Invalid, Malformed, MystageError, NotFound, Throttled, Unavailable

_SUFFIX = ".zst"
_CONTENT_TYPE = "application/zstd"
_AT_ONCE = 16
_NEW = 0
"""The generation of an object that does not exist."""
_CAUGHT = (google.GoogleAPIError, auth.GoogleAuthError, requests.RequestException)
_T = TypeVar("_T")


class BucketBlobs(BlobStore):
    """Zstandard-compressed objects under their digests. The client blocks: its calls run in threads.

    An object is written only where none is (`if_generation_match=0`), so that the same bytes are paid for once, and
    appears whole. Credentials are those of the environment, as Google's library finds them.

    Args:
        bucket: its name; it must exist.
        prefix: stands before each object's name, for several stores in one bucket.
        recent_bytes: how much of what was last written and read is held in memory.
        patience: seconds for which a call is tried while the server does not answer.
        client: another client than that of the environment.
    """

    def __init__(
        self,
        bucket: str,
        *,
        prefix: str = "",
        recent_bytes: int = 64 * 1024 * 1024,
        patience: float = 60.0,
        client: storage.Client | None = None,
    ) -> None:
        self._place = f"gs://{bucket}/{prefix}"
        self._prefix = prefix
        self._recent = Recent(recent_bytes)
        self._retry = DEFAULT_RETRY.with_timeout(patience)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        try:
            self._client: Any = client or storage.Client()
        except (*_CAUGHT, OSError) as error:
            raise _translated(error, self._place) from error
        self._bucket: Any = self._client.bucket(bucket)

    async def put(self, data: bytes) -> str:
        digest = await self._call(lambda: self._write(data))
        self._recent.add(digest, data)
        return digest

    async def put_many(self, items: Sequence[bytes]) -> list[str]:
        return list(await asyncio.gather(*map(self.put, items)))

    async def get(self, digest: str) -> bytes:
        data = self._recent.get(digest)
        if data is None:
            if not is_digest(digest):
                raise missing(digest)
            data = await self._call(lambda: self._read(digest))
            self._recent.add(digest, data)
        return data

    async def has(self, digest: str) -> bool:
        return is_digest(digest) and await self._call(lambda: bool(self._blob(digest).exists(retry=self._retry)))

    async def delete(self, digest: str) -> None:
        self._recent.drop(digest)
        if is_digest(digest):
            await self._call(lambda: self._remove(digest))

    async def digests(self) -> AsyncIterator[str]:
        pages = await self._call(
            lambda: iter(self._client.list_blobs(self._bucket, prefix=self._prefix, retry=self._retry).pages)
        )
        while (page := await self._call(lambda: next(pages, None))) is not None:
            for blob in page:
                name = blob.name.rpartition("/")[2]
                if name.endswith(_SUFFIX) and is_digest(name.removesuffix(_SUFFIX)):
                    yield name.removesuffix(_SUFFIX)

    async def close(self) -> None:
        """Close the client's connections."""
        await asyncio.to_thread(self._client.close)

    async def _call(self, work: Callable[[], _T]) -> _T:
        async with self._slots:
            try:
                return await asyncio.to_thread(work)
            except _CAUGHT as error:
                raise _translated(error, self._place) from error

    def _blob(self, digest: str) -> Any:
        return self._bucket.blob(f"{self._prefix}{digest[:2]}/{digest[2:4]}/{digest}{_SUFFIX}")

    def _write(self, data: bytes) -> str:
        digest = digest_of(data)
        blob = self._blob(digest)
        try:
            blob.upload_from_string(
                compress(data), content_type=_CONTENT_TYPE, if_generation_match=_NEW, retry=self._retry
            )
        except google.PreconditionFailed:
            return digest  # it is kept already
        return digest

    def _read(self, digest: str) -> bytes:
        try:
            packed = self._blob(digest).download_as_bytes(retry=self._retry)
        except google.NotFound:
            raise missing(digest) from None
        try:
            data = decompress(packed)
        except Malformed as error:
            raise self._broken(digest, error.message) from error
        if digest_of(data) != digest:
            raise self._broken(digest, "its content does not hash to its name")
        return data

    def _remove(self, digest: str) -> None:
        try:
            self._blob(digest).delete(retry=self._retry)
        except google.NotFound:
            return  # gone already

    def _broken(self, digest: str, why: str) -> Malformed:
        hint = "delete the object and fetch the page again"
        return Malformed(f"the blob is damaged: {why}", where=f"{self._place}{self._blob(digest).name}", hint=hint)


def _translated(error: Exception, where: str) -> MystageError:
    message = str(getattr(error, "message", "") or error)[:1_000]
    if isinstance(error, google.TooManyRequests):
        return Throttled(f"Cloud Storage is asked too much: {message}", where=where)
    if isinstance(error, google.NotFound):
        return NotFound(f"Cloud Storage: {message}", where=where, hint="does the bucket exist?")
    if isinstance(error, (auth.TransportError, requests.RequestException)):
        return Unavailable(f"Cloud Storage does not answer: {message}", where=where)
    if isinstance(error, (google.Forbidden, google.Unauthorized, auth.GoogleAuthError)):
        hint = "sign in (`gcloud auth application-default login`), or give the account the role storage.objectAdmin"
        return Forbidden(f"Cloud Storage refuses: {message}", where=where, hint=hint)
    if isinstance(error, google.ClientError):
        return Invalid(f"Cloud Storage refuses: {message}", where=where)
    return Unavailable(f"Cloud Storage does not answer: {message}", where=where)


def bucket_at(url: str) -> BucketBlobs:
    """The blobs at `gs://BUCKET[/PREFIX]`. Raises Invalid for another URL."""
    scheme, _, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme != "gs" or not bucket:
        raise Invalid("no address of a bucket", where=url, hint="gs://BUCKET or gs://BUCKET/PREFIX")
    return BucketBlobs(bucket, prefix=f"{prefix.strip('/')}/" if prefix.strip("/") else "")

"""One Firestore database: its calls, as protobuf messages, tried again while the server is away.

The client of google-cloud-firestore is asked for its channel (credentials, keep-alive, emulator) and its generated
API; documents go over that without the client's wrappers, which cost more than the server does.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, TypeVar

from google.api_core import exceptions as google
from google.cloud.firestore_v1 import AsyncClient
from google.cloud.firestore_v1.types import firestore as rpc

from mystage.adapters.stores.firestore.errors import CAUGHT, PreconditionFailed, is_passing, is_unmet, translated
from mystage.adapters.stores.firestore.limits import check_commit
from mystage.domain.errors import Unavailable

T = TypeVar("T")
_GET: Final[Any] = rpc.BatchGetDocumentsRequest
_QUERY: Final[Any] = rpc.RunQueryRequest
_AGGREGATE: Final[Any] = rpc.RunAggregationQueryRequest
_COMMIT: Final[Any] = rpc.CommitRequest
_BATCH: Final[Any] = rpc.BatchWriteRequest
_LISTEN: Final[Any] = rpc.ListenRequest
_IDS_AT_ONCE = 300
_GETS_AT_ONCE = 4
_WRITES_AT_ONCE = 500
_PAUSE = (0.02, 2.0)  # seconds: the first and the longest between two tries
_POLL_SECONDS = 30.0
"""How long a follower waits at most before it looks, should its stream have died in silence."""


class Connection:
    """One database of one project. `patience` is how many seconds a call is tried while the server is away."""

    def __init__(self, project: str, database: str, *, patience: float) -> None:
        self.database = database
        self._patience = patience
        self._client: Any = AsyncClient(project=project, database=database)
        self.root: str = f"projects/{project}/databases/{database}"
        self.documents = f"{self.root}/documents"
        self._headers = tuple(self._client._rpc_metadata)  # noqa: SLF001  routing, and the emulator's admin token
        self._closed = False
        self._news: set[News] = set()

    @property
    def host(self) -> str:
        """The server and database, for error messages."""
        return f"{self._client._target}/{self.root}"  # noqa: SLF001  the library knows the emulator's address, and tells it nowhere else

    @property
    def emulated(self) -> bool:
        """Whether the server is the emulator."""
        return bool(self._client._emulator_host)  # noqa: SLF001  as above

    @property
    def _api(self) -> Any:
        if self._closed:
            raise Unavailable("the store is closed", where=self.root)
        return self._client._firestore_api  # noqa: SLF001  the generated API on the client's own channel

    async def get(self, names: Sequence[str]) -> dict[str, Any]:
        """Those of the documents that exist, by full name."""
        chunks = [names[start : start + _IDS_AT_ONCE] for start in range(0, len(names), _IDS_AT_ONCE)]
        found: dict[str, Any] = {}
        for start in range(0, len(chunks), _GETS_AT_ONCE):
            for some in await asyncio.gather(*map(self._get, chunks[start : start + _GETS_AT_ONCE])):
                found |= some
        return found

    async def _get(self, names: Sequence[str]) -> dict[str, Any]:
        request = _GET.wrap(_GET.pb()(database=self.root, documents=names))

        async def work() -> dict[str, Any]:
            stream = await self._api.batch_get_documents(request, **self._options)
            answers = [rpc.BatchGetDocumentsResponse.pb(answer) async for answer in stream]
            return {answer.found.name: answer.found for answer in answers if answer.HasField("found")}

        return await self._call(work)

    async def query(self, structured: Any, parent: str = "") -> list[Any]:
        """The documents of an answer."""
        request = _QUERY.wrap(_QUERY.pb()(parent=self.documents + parent, structured_query=structured))

        async def work() -> list[Any]:
            stream = await self._api.run_query(request, **self._options)
            answers = [rpc.RunQueryResponse.pb(answer) async for answer in stream]
            return [answer.document for answer in answers if answer.HasField("document")]

        return await self._call(work)

    async def count(self, structured: Any) -> int:
        """How many documents an answer has."""
        message = _AGGREGATE.pb()(parent=self.documents)
        message.structured_aggregation_query.structured_query.CopyFrom(structured)
        message.structured_aggregation_query.aggregations.add(alias="n").count.SetInParent()
        request = _AGGREGATE.wrap(message)

        async def work() -> int:
            stream = await self._api.run_aggregation_query(request, **self._options)
            answers = [rpc.RunAggregationQueryResponse.pb(answer) async for answer in stream]
            return sum(answer.result.aggregate_fields["n"].integer_value for answer in answers)

        return await self._call(work)

    async def commit(self, writes: Sequence[Any], *, repeatable: bool = True) -> list[Any]:
        """Write all or nothing; the answer is each document's update time. Raises PreconditionFailed, or TooLarge.

        `repeatable`: preconditions keep it from being written twice, so it may be sent again when no answer came.
        """
        check_commit(writes)
        request = _COMMIT.wrap(_COMMIT.pb()(database=self.root, writes=writes))
        doubtful = False

        async def work() -> list[Any]:
            nonlocal doubtful
            try:
                answer = rpc.CommitResponse.pb(await self._api.commit(request, **self._options))
            except CAUGHT as error:
                if is_unmet(error):
                    raise PreconditionFailed(str(error), doubtful=doubtful) from error
                doubtful = True
                raise
            return [result.update_time for result in answer.write_results]

        return await self._call(work, again=repeatable)

    async def write_each(self, writes: Sequence[Any]) -> list[Any | None]:
        """Write each for itself; its update time, or None where its precondition did not hold."""
        results: list[Any | None] = []
        for start in range(0, len(writes), _WRITES_AT_ONCE):
            some = writes[start : start + _WRITES_AT_ONCE]
            request = _BATCH.wrap(_BATCH.pb()(database=self.root, writes=some))
            answer = rpc.BatchWriteResponse.pb(await self._call(partial(self._batch_write, request)))
            results += [
                result.update_time if status.code == 0 else None
                for result, status in zip(answer.write_results, answer.status, strict=True)
            ]
        return results

    async def _batch_write(self, request: Any) -> Any:
        return await self._api.batch_write(request, **self._options)

    @property
    def _options(self) -> dict[str, Any]:
        return {"metadata": self._headers, "retry": None, "timeout": self._patience}

    async def _call(self, work: Callable[[], Awaitable[T]], *, again: bool = True) -> T:
        """What `work` answers; tried again with growing random pauses while that may help."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self._patience
        pause = _PAUSE[0]
        while True:
            try:
                return await work()
            except CAUGHT as error:
                wait = random.uniform(0, pause)
                if not again or self._closed or not is_passing(error) or loop.time() + wait > give_up:
                    raise translated(error, self.host) from error
            await asyncio.sleep(wait)
            pause = min(2 * pause, _PAUSE[1])

    @asynccontextmanager
    async def news(self, *queries: Any, parent: str = "") -> AsyncIterator[News]:
        """Wakes its waiters when the answer to one of these queries changes."""
        news = News(self)
        self._news.add(news)
        requests = [self._target(number, query, parent) for number, query in enumerate(queries, 1)]
        listening = asyncio.create_task(self._listen(news, requests))
        try:
            yield news
        finally:
            self._news.discard(news)
            listening.cancel()
            await asyncio.wait([listening])

    def _target(self, number: int, structured: Any, parent: str) -> Any:
        message = _LISTEN.pb()(database=self.root)
        message.add_target.target_id = number
        message.add_target.query.parent = self.documents + parent
        message.add_target.query.structured_query.CopyFrom(structured)
        return _LISTEN.wrap(message)

    async def _listen(self, news: News, requests: Sequence[Any]) -> None:
        """Keep one stream open. It only wakes: what was written is read by sequence, so a lost stream loses nothing."""
        pause = _PAUSE[0]
        while not self._closed:
            try:
                stream = await self._api.listen(requests=_kept_open(requests), metadata=self._headers, retry=None)
                async for _ in stream:
                    pause = _PAUSE[0]
                    news.notify()
            except CAUGHT as error:
                if not is_passing(error) and not isinstance(error, google.OutOfRange):
                    news.failure = translated(error, self.host)
            news.notify()
            await asyncio.sleep(random.uniform(0, pause))
            pause = min(2 * pause, _PAUSE[1])

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    async def close(self) -> None:
        """Close the channel; whoever waits for news ends."""
        if self._closed:
            return
        transport = self._client._firestore_api.transport  # noqa: SLF001  AsyncClient has no way to close its channel
        self._closed = True
        for news in self._news:
            news.notify()
        await transport.close()


class News:
    """Wakes those who wait. Nothing is missed: take `next()` before looking, wait for it after."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._event = asyncio.Event()
        self.failure: Exception | None = None

    def next(self) -> asyncio.Event:
        """What the next `notify` will set."""
        return self._event

    def notify(self) -> None:
        """Wake everybody who waits now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, event: asyncio.Event) -> None:
        """Wait for `event`, though not for ever. Raises what ended the stream for good."""
        if self.failure is not None:
            raise self.failure
        if not self._connection.closed:
            try:
                await asyncio.wait_for(event.wait(), _POLL_SECONDS)
            except TimeoutError:
                return


async def _kept_open(requests: Sequence[Any]) -> AsyncIterator[Any]:
    """The requests of a stream: these, and then none, but the stream stays open."""
    for request in requests:
        yield request
    await asyncio.Event().wait()

"""Backends by URL: the one setting that swaps a store, and the two ends of `mystage store copy`.

Stores: `sqlite:///path`, `postgresql://user:password@host:5432/database`, `firestore://project/database`, `memory:`.
Blobs: `gs://bucket/prefix`; none: the folder of the profile. And the fetcher, by the scheme of what is fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mystage.adapters.blobs import FolderBlobs, MemoryBlobs
from mystage.adapters.dumps import NdjsonDump
from mystage.adapters.pages.lazy import LazyFetcher
from mystage.adapters.pages.routing import RoutingFetcher
from mystage.adapters.pages.signing import SigningFetcher
from mystage.adapters.stores.memory import MemoryStore
from mystage.adapters.system.clocks import SystemClock
from mystage.application.ports.credentials import Credentials
from mystage.application.ports.dumps import CanonicalJson, Dump
from mystage.application.ports.live import Governor, LiveSources
from mystage.application.ports.pages import PageFetcher
from mystage.application.ports.system import Clock
from mystage.domain.collections import ALL
from mystage.domain.errors import Invalid, Unavailable
from mystage.domain.moving import MOVES
from mystage.domain.schema import Collection
from mystage.settings import Settings

RECENT_BYTES = 16 * 1024 * 1024
"""Pages kept in memory from fetch to extract, which follow each other closely; more would only grow the process."""


def make_folder(folder: Path) -> None:
    """Make a folder that data is to be kept in. Raises Invalid or Unavailable that name it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        hint = "name a folder with --data or MYSTAGE_DATA"
        raise Invalid("the data folder cannot be made: a file is in its place", where=str(folder), hint=hint) from error
    except OSError as error:
        hint = "check the rights of the folder above, and that space is left"
        why = error.strerror or str(error)
        raise Unavailable(f"the data folder cannot be made: {why}", where=str(folder), hint=hint) from error


def _sqlite(path: Path, clock: Clock) -> Any:
    from mystage.adapters.stores.sql import SqliteStore  # noqa: PLC0415  SQLAlchemy loads where it is used

    make_folder(path.parent)
    return SqliteStore(path, ALL, clock)


def _postgres(url: str, clock: Clock) -> Any:
    try:
        from mystage.adapters.stores.sql.postgres_store import PostgresStore  # noqa: PLC0415  asyncpg loads where it is used
    except ModuleNotFoundError as error:
        raise Invalid(
            f"PostgreSQL needs a package that is missing: {error.name}",
            where="store",
            hint="install `mystage[postgres]`",
        ) from error

    return PostgresStore(url, ALL, clock)


def _firestore(url: str, clock: Clock) -> Any:
    try:
        from mystage.adapters.stores.firestore import store_at as opened  # noqa: PLC0415  gRPC loads where it is used
    except ModuleNotFoundError as error:
        raise Invalid(
            f"Firestore needs a package that is missing: {error.name}", where="store", hint="install `mystage[gcp]`"
        ) from error

    return opened(url, ALL, clock)


def blobs_at(url: str) -> Any:
    """The blobs at `gs://BUCKET[/PREFIX]`. Raises Invalid for a URL of another kind."""
    if not url.startswith("gs://"):
        raise Invalid("the URL of the blobs is of no kind that is known", where="blobs", hint="gs://bucket/prefix")
    from mystage.adapters.blobs.bucket import bucket_at  # noqa: PLC0415  Google's client loads where it is used

    return bucket_at(url)


def blobs_of(settings: Settings) -> Any:
    """The blobs of a deployment: those of its `blobs` setting, else of its profile."""
    if settings.blobs:
        return blobs_at(settings.blobs)
    return (
        MemoryBlobs()
        if settings.profile == "memory"
        else FolderBlobs(settings.data / "blobs", recent_bytes=RECENT_BYTES)
    )


def _profile_store(settings: Settings) -> str:
    """The store's URL where no setting names one."""
    if settings.profile == "postgres":
        raise Invalid(
            "the profile `postgres` needs the URL of its database",
            where="store",
            hint="set MYSTAGE_STORE=postgresql://user:password@host:5432/database",
        )
    return "memory:" if settings.profile == "memory" else f"sqlite:///{settings.data / 'mystage.db'}"


def store_of(settings: Settings, clock: Clock) -> Any:
    """The store of a deployment: that of its `store` setting, else that of its profile."""
    return store_at(settings.store.get_secret_value() or _profile_store(settings), clock)


def store_file(settings: Settings) -> Path | None:
    """The SQLite file that holds the store of a deployment, there or not; None where the store is no file."""
    url = settings.store.get_secret_value() or _profile_store(settings)
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def store_at(url: str, clock: Clock) -> Any:
    """The store at a URL. Raises Invalid for a URL of no known kind (without telling it: it may hold a password)."""
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        return MemoryStore(ALL, clock)
    if scheme == "sqlite" and rest.startswith("///") and len(rest) > 3:
        return _sqlite(Path(rest[3:]), clock)
    if scheme in ("postgresql", "postgres"):
        return _postgres(url, clock)
    if scheme == "firestore":
        return _firestore(url, clock)
    raise Invalid(
        "the store's URL is of no kind that is known",
        where="store",
        hint="postgresql://user:password@host:5432/database, firestore://project/database, sqlite:///path or memory:",
    )


def moved_collections() -> list[Collection[Any]]:
    """The collections that a move or a dump takes along: all but the notes of moves."""
    return [collection for collection in ALL if collection.name != MOVES.name]


def canonical_json() -> CanonicalJson:
    """By what fingerprints of stores are taken."""
    from mystage.adapters.system.canonical import canonical_json as canonical  # noqa: PLC0415  orjson loads where it is used

    return canonical


def dump_at(path: Path) -> Dump:
    """The dump in a file."""
    return NdjsonDump(path)


def system_clock() -> Clock:
    """The clock of this machine."""
    return SystemClock()


def _web(settings: Settings) -> PageFetcher:
    from mystage.adapters.pages.http import HttpPageFetcher  # noqa: PLC0415  httpx loads where it is used
    from mystage.adapters.pages.settings import FetchSettings  # noqa: PLC0415  likewise

    return HttpPageFetcher(
        FetchSettings(
            contact=settings.contact,
            max_bytes=settings.fetch_max_bytes,
            total_timeout=settings.fetch_timeout,
            allow_private=settings.allow_private,
        )
    )


def _files(settings: Settings) -> PageFetcher:
    from mystage.adapters.pages.files import FilePageFetcher  # noqa: PLC0415  it shares modules with HTTP

    return FilePageFetcher(settings.fetch_max_bytes)


def fetcher_of(
    settings: Settings, live: Callable[[], LiveSources], governor: Governor, credentials: Callable[[], Credentials]
) -> PageFetcher:
    """The fetcher of a deployment: pages and signed calls over HTTP, and local files."""
    web = SigningFetcher(LazyFetcher(partial(_web, settings)), live, governor, credentials)
    return RoutingFetcher({"http": web, "https": web, "file": LazyFetcher(partial(_files, settings))})

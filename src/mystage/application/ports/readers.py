"""Readers: from one payload to claims. And inputs: from what a user names to payloads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mystage.domain.pipeline.scrapes import Route
from mystage.domain.sources import Reading, SourceRank


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A payload as it came: bytes, where from, what it was said to be, when (UTC)."""

    body: bytes
    url: str = ""
    media_type: str = ""
    fetched_at: datetime | None = None
    leads_wanted: bool = False
    """Whether the links of a page that lead on are asked for (it takes the page's tree, so it is not free)."""


@dataclass(frozen=True, slots=True)
class Routing:
    """What a payload is and who reads it. `reader` is the reader's name, `version` its version as `jsonld/1`."""

    route: Route
    reader: str | None = None
    version: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """What the manifest says of a reader: its name, what it reads, how far its word counts, what it needs."""

    name: str
    version: str
    title: str
    rank: SourceRank
    open_format: bool = False
    """Any site may use it: the source of what it says is then the site, not the reader."""
    hosts: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    limits: str = ""


class ReaderRegistry(Protocol):
    """All readers. Pure: no I/O but the loading of its own modules; never raises on any payload."""

    @abstractmethod
    def route(self, document: RawDocument, reader: str | None = None) -> Routing:
        """Decide by content (and address) who reads it; `reader` names the one that the manifest wants."""

    @abstractmethod
    def read(self, document: RawDocument, reader: str) -> Reading:
        """Read it. Whatever is wrong with the payload is in the answer."""

    @abstractmethod
    def info(self, reader: str) -> ReaderInfo:
        """What the manifest says of a reader. Raises NotFound."""

    @abstractmethod
    def all(self) -> list[ReaderInfo]:
        """All readers, by name."""


@dataclass(frozen=True, slots=True)
class InputItem:
    """One payload that a user named: a file, or a member of an archive (`file:///x.zip#member`).

    `body` is None for a plain file (it is fetched by its address later), bytes for a member of an archive.
    `error` says why it could not be taken (missing, unreadable, too large, a broken archive).
    """

    url: str
    label: str
    body: bytes | None = None
    error: str = ""


class InputReader(Protocol):
    """Lists what files, folders and archives hold, one item at a time."""

    @abstractmethod
    def items(self, path: str) -> Iterator[InputItem]:
        """The items below a path, in a stable order. Never raises for what is on the disk: an item says what is wrong."""

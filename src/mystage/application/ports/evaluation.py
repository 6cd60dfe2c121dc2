"""Evaluation: labelled pages, recorded exchanges with a model, and the runner that puts cases through a task."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from mystage.application.ports.agents import PageAgent
from mystage.domain.pipeline.reading.answers import Usage
from mystage.domain.pipeline.reading.scoring import Score


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page and what a careful person would record from it. `fetched_at`: when it speaks (its clock, UTC)."""

    name: str
    body: bytes
    gold: Mapping[str, Any]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class PageScore:
    """What became of one page. `error`: why it could not be read."""

    name: str
    scores: Mapping[str, Score] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    dropped: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


class GoldPages(Protocol):
    """Labelled pages on disk: `X` beside `X.gold.json`."""

    @abstractmethod
    def pages(self, folder: Path) -> Iterator[GoldPage]:
        """All of a folder and those below it, by name. Raises NotFound for no folder, Malformed for labels that are none."""


class Exchanges(Protocol):
    """Recorded questions and answers, one file."""

    @abstractmethod
    def replayed(self, file: Path) -> list[PageAgent]:
        """Agents that answer from the record, one for each prompt version and model in it. Raises NotFound, Malformed."""

    @abstractmethod
    def recording(self, agent: PageAgent, file: Path) -> PageAgent:
        """`agent`, whose exchanges are added to a file."""


class EvalRunner(Protocol):
    """Puts cases through a task, several at once."""

    @abstractmethod
    async def run(
        self, name: str, pages: Sequence[GoldPage], task: Callable[[GoldPage], Awaitable[PageScore]]
    ) -> list[PageScore]:
        """The scores, in the order of the pages. A task that raises one of our errors gives a score with its words."""

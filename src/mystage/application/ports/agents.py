"""Reading with a model: reducing a page, its clock, and the model itself."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Final, Protocol

from mystage.application.ports.readers import RawDocument, ReaderInfo
from mystage.domain.delivery import Task
from mystage.domain.pipeline.reading.answers import Answered, Usage
from mystage.domain.pipeline.reading.days import PageClock
from mystage.domain.pipeline.reading.page import RelevantPage
from mystage.domain.sources import SourceRank

MODEL: Final = "model"
"""The reader's name of what a model has read: `model/PROMPT@MODEL`."""
MODEL_READER: Final = ReaderInfo(
    name=MODEL,
    version=f"{MODEL}/1",
    title="Pages without structured data, read by a language model whose every value is a quote of the page",
    rank=SourceRank.GENERIC,
    open_format=True,
    settings=("MYSTAGE_MODEL",),
)
NEEDS: Final = "set MYSTAGE_MODEL (such as openai:gpt-5-mini) and its key, then `mystage extract --pending`"
"""What a page that waits for a model is told to wait for."""


class PageReducer(Protocol):
    """What a visitor sees of a page. Pure; never raises on any payload."""

    @abstractmethod
    def reduce(self, document: RawDocument) -> RelevantPage:
        """The lines of a page (HTML, text or JSON) that may speak of shows; no lines where there is nothing to see."""


class PageClocks(Protocol):
    """The clock of a page: the words of its languages, the day at its place, the order of its numbers. Pure."""

    @abstractmethod
    def clock(self, page: RelevantPage, fetched_at: datetime) -> PageClock:
        """How dates of this page are to be understood. `fetched_at`: UTC."""


class PageAgent(Protocol):
    """A language model (with fallbacks) under one version of the prompt. It has no tools and keeps nothing."""

    @property
    @abstractmethod
    def model(self) -> str:
        """The configured model, as `openai:gpt-5-mini`."""

    @property
    @abstractmethod
    def prompt(self) -> str:
        """The version of the prompt: name and digest of all that the model is told, as `events-1.0a1b2c3d`."""

    @abstractmethod
    def ceiling(self, text: str) -> Usage:
        """The most that reading this text can cost, repeats included. Raises Invalid where no price is known."""

    def check(self) -> None:
        """Raises Invalid where it cannot be used (no key, no such name, no known price). Calls nobody."""
        self.ceiling("")

    @abstractmethod
    async def read(self, text: str) -> Answered:
        """Ask.

        Raises:
            Throttled, Unavailable: the provider asks to wait, or does not answer.
            Forbidden: it refuses the key.
            Invalid: it does not know the model, or its answers are not of the form that was asked for.
        """


def read_task(scrape_id: str, trace: str = "") -> Task:
    """The task that has a model read a scrape."""
    return Task(id=f"read:{scrape_id}", queue="read", payload={"scrape_id": scrape_id}, trace=trace)


def version_of(agent: PageAgent) -> str:
    """Reader and version of what an agent reads: part of the extraction's id, so that a changed prompt reads again."""
    return f"{MODEL}/{agent.prompt}@{agent.model}"


def prompt_of(reader: str) -> str:
    """The prompt version in a reader's version; "" for what no model has read."""
    name, _, rest = reader.partition("/")
    return rest.partition("@")[0] if name == MODEL else ""

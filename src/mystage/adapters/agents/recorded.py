"""Exchanges with models in a file, one JSON object a line: recorded once with a key, replayed by anybody without."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import ValidationError

from mystage.application.ports.agents import PageAgent
from mystage.application.ports.evaluation import Exchanges
from mystage.domain.errors import Malformed, NotFound
from mystage.domain.pipeline.reading.answers import Answered, Usage
from mystage.domain.values import Model


class Exchange(Model):
    """One question and its answer. The question is kept as a digest: pages are their owners'."""

    prompt: str
    model: str
    asked: str
    """SHA-256 of the text."""
    answered: Answered


class Replayed(PageAgent):
    """Answers from a record."""

    def __init__(self, prompt: str, model: str, answers: dict[str, Answered]) -> None:
        self._prompt = prompt
        self._model = model
        self._answers = answers

    @property
    def model(self) -> str:
        return self._model

    @property
    def prompt(self) -> str:
        return self._prompt

    def ceiling(self, text: str) -> Usage:
        return Usage()  # a record costs nothing; what it tells is what the recording cost

    async def read(self, text: str) -> Answered:
        found = self._answers.get(_digest(text))
        if found is None:
            hint = "the page or the way it is reduced has changed: record it anew"
            raise NotFound("the record holds no answer for this text", where=f"{self._prompt}@{self._model}", hint=hint)
        return found


class Recording(PageAgent):
    """Passes everything on to an agent, and adds each exchange to a file."""

    def __init__(self, agent: PageAgent, file: Path) -> None:
        self._agent = agent
        self._file = file

    @property
    def model(self) -> str:
        return self._agent.model

    @property
    def prompt(self) -> str:
        return self._agent.prompt

    def ceiling(self, text: str) -> Usage:
        return self._agent.ceiling(text)

    async def read(self, text: str) -> Answered:
        answered = await self._agent.read(text)
        line = Exchange(prompt=self.prompt, model=self.model, asked=_digest(text), answered=answered)
        with self._file.open("a", encoding="utf-8") as out:
            out.write(line.model_dump_json(exclude_none=True) + "\n")
        return answered


class FileExchanges(Exchanges):
    """Records as JSON lines."""

    def replayed(self, file: Path) -> list[PageAgent]:
        try:
            lines = file.read_text("utf-8").splitlines()
        except OSError as error:
            raise NotFound(f"the record cannot be read: {error.strerror}", where=str(file)) from error
        groups: dict[tuple[str, str], dict[str, Answered]] = {}
        for number, line in enumerate(lines, 1):
            try:
                exchange = Exchange.model_validate_json(line)
            except ValidationError as error:
                raise Malformed(f"line {number} is no exchange", where=str(file)) from error
            groups.setdefault((exchange.prompt, exchange.model), {})[exchange.asked] = exchange.answered
        if not groups:
            raise Malformed("the record is empty", where=str(file))
        return [Replayed(prompt, model, answers) for (prompt, model), answers in sorted(groups.items())]

    def recording(self, agent: PageAgent, file: Path) -> PageAgent:
        return Recording(agent, file)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

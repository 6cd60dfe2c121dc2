"""Models that call nobody: pydantic-ai's FunctionModel behind our agent, told what to answer by a function of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai import models
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolCallPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from mystage.adapters.agents.agent import ModelAgent
from mystage.adapters.agents.choice import ModelChoice
from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.domain.sources import Reading, parked

NAME = "test:parrot"
PRICES = {NAME: (1.0, 10.0)}
models.ALLOW_MODEL_REQUESTS = False


@dataclass
class Parrot:
    """Answers what `answer` makes of the page's text; keeps what it was asked."""

    answer: Callable[[str], Any]
    asked: list[str] = field(default_factory=list)
    instructions: str = ""

    def __call__(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        """pydantic-ai's side."""
        assert info.function_tools == [], "no model is given tools"
        assert info.instructions is not None
        self.instructions = info.instructions
        text = page_of(messages)
        self.asked.append(text)
        answer = self.answer(text)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, ModelResponse):
            return answer
        return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, answer)])

    def agent(self, **choice: Any) -> ModelAgent:
        """Our agent with this model."""
        values = {"models": (NAME,), "prices": PRICES, **choice}
        return ModelAgent(ModelChoice(**values), lambda _: FunctionModel(self, model_name="parrot"))


class Prose(ManifestReaders):
    """The packaged readers, but a page without JSON-LD is one that no rule can read: what is tested is the model's part."""

    def read(self, document: RawDocument, reader: str) -> Reading:
        if reader == "page" and b"ld+json" not in document.body:
            return parked("no structured data")
        return super().read(document, reader)


def page_of(messages: list[ModelMessage]) -> str:
    """The text of the page in what the model was sent."""
    for message in messages:
        if isinstance(message, ModelRequest):
            for part in message.parts:
                if isinstance(part, UserPromptPart) and "<page>" in str(part.content):
                    return str(part.content).partition("<page>")[2].rpartition("</page>")[0]
    raise AssertionError("no page was sent")


def shows(*rows: dict[str, Any], place: dict[str, str] | None = None) -> dict[str, Any]:
    """An answer."""
    return {"shows": list(rows), "place": place}


@contextmanager
def no_requests() -> Iterator[None]:
    """Whatever a test does, no provider is called."""
    before = models.ALLOW_MODEL_REQUESTS
    models.ALLOW_MODEL_REQUESTS = False
    try:
        yield
    finally:
        models.ALLOW_MODEL_REQUESTS = before

"""The agent: one call a text, no tools, a bounded answer. pydantic-ai loads with the first call."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from mystage.adapters.agents import needs
from mystage.adapters.agents.choice import ModelChoice
from mystage.adapters.agents.prices import PerMillion, micro_usd, price_of
from mystage.adapters.agents.prompts import schema, told, version
from mystage.application.ports.agents import PageAgent
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.reading.answers import Answered, Usage

TRIES: Final = 2
"""Requests for one text: an answer that is not of the right form is asked for once more."""
FRAME: Final = 2_000
"""Tokens that providers add around what we send (roles, tool definitions, the request to try again), at most."""


class ModelAgent(PageAgent):
    """A `PageAgent` on pydantic-ai. `build` gives its model object (tests give one that calls nobody)."""

    def __init__(self, choice: ModelChoice, build: Callable[[ModelChoice], Any] | None = None) -> None:
        self._choice = choice
        self._build = build

    @property
    def model(self) -> str:
        return self._choice.models[0]

    @cached_property
    def prompt(self) -> str:
        return version(self._choice.prompt, self._choice.examples)

    @cached_property
    def _asking(self) -> Any:
        needs("pydantic_ai", "genai_prices", "dateparser")
        from mystage.adapters.agents import asking  # noqa: PLC0415  pydantic-ai takes seconds to load

        build = self._build or asking.model_of
        return asking.Asking(build(self._choice), told(self._choice.prompt, self._choice.examples))

    @cached_property
    def _price(self) -> PerMillion:
        """The dearest of all models that may answer."""
        found = [price_of(model, self._choice.prices) for model in self._choice.models]
        return max(p[0] for p in found), max(p[1] for p in found)

    def ceiling(self, text: str) -> Usage:
        """No tokenizer makes more tokens than a text has bytes; a second try sends the first answer along."""
        sent = len(told(self._choice.prompt, self._choice.examples).encode()) + len(schema().encode()) + FRAME
        sent += len(text.encode("utf-8", "surrogatepass")) + 3 * text.count("<")  # which may be sent as `&lt;`
        output = TRIES * self._choice.max_output
        input_ = TRIES * sent + (TRIES - 1) * (self._choice.max_output + FRAME)
        cost = len(self._choice.models) * micro_usd(self._price, input_, output)
        return Usage(calls=TRIES, input_tokens=input_, output_tokens=output, micro_usd=cost)

    def _named(self, said: str) -> str:
        """Which of our models calls itself `said`: providers add a date or version; "" where several may be meant."""
        if len(self._choice.models) == 1:
            return self.model
        names = {m.partition(":")[2]: m for m in self._choice.models}
        meant = [name for name in names if name and said.startswith(name)]
        return names[max(meant, key=len)] if meant else ""

    def check(self) -> None:
        self.ceiling("")
        _ = self._asking

    async def read(self, text: str) -> Answered:
        most = self.ceiling(text)
        answer, said, calls, input_, output = await self._asking.ask(
            text,
            tries=TRIES,
            max_output=self._choice.max_output,
            most_input=most.input_tokens,
            timeout=self._choice.timeout,
        )
        model = self._named(said)
        price = price_of(model, self._choice.prices) if model else self._price
        cost = micro_usd(price, input_, output)
        return Answered(
            answer=answer,
            model=model or self.model,
            usage=Usage(calls=calls, input_tokens=input_, output_tokens=output, micro_usd=cost),
        )


class NoModel(PageAgent):
    """No model is configured: pages that need one wait."""

    model = ""
    prompt = ""

    def ceiling(self, text: str) -> Usage:
        raise Invalid("no model is configured", where="model", hint="set MYSTAGE_MODEL")

    async def read(self, text: str) -> Answered:
        raise Invalid("no model is configured", where="model", hint="set MYSTAGE_MODEL")

"""The one place that speaks to a model: pydantic-ai, its providers, and what their errors mean to us."""

from __future__ import annotations

from typing import Any

from pydantic_ai import Agent, UsageLimits
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelHTTPError,
    ModelRequestTimeout,
    ModelTimeoutError,
    UsageLimitExceeded,
    UserError,
)
from pydantic_ai.models import Model, infer_model
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.providers import Provider, infer_provider_class

from mystage.adapters.agents.choice import ModelChoice, provider_of
from mystage.domain.errors import Forbidden, Invalid, Malformed, MystageError, Throttled, Unanswered, Unavailable
from mystage.domain.pipeline.reading.answers import PageAnswer


def model_of(choice: ModelChoice) -> Model:
    """The model with its fallbacks. Raises Invalid for a name or provider that nobody knows, or a missing key."""
    try:
        models = [_model(name, choice, first=number == 0) for number, name in enumerate(choice.models)]
    except (UserError, ValueError, ImportError) as error:
        hint = "MYSTAGE_MODEL is PROVIDER:NAME, such as anthropic:..., openai:..., google:...; or set MYSTAGE_MODEL_URL"
        raise Invalid(f"the model cannot be used: {error}", where="model", hint=hint) from error
    for model in models:
        client: Any = getattr(model, "client", None)
        if hasattr(client, "max_retries"):
            client.max_retries = 0  # the task queue tries again, later and counted; an SDK would at once and unseen
    return models[0] if len(models) == 1 else FallbackModel(models[0], *models[1:])


def _model(name: str, choice: ModelChoice, *, first: bool) -> Model:
    if first and choice.url:
        from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415  the SDK of the provider that is used, alone
        from pydantic_ai.providers.openai import OpenAIProvider  # noqa: PLC0415  likewise

        # a server of one's own may ask for no key, the SDK does
        provider = OpenAIProvider(base_url=choice.url, api_key=choice.keys.get("") or "none")
        return OpenAIChatModel(name.removeprefix("openai:"), provider=provider)

    def made(kind: str) -> Provider[Any]:
        key = choice.keys.get(provider_of(kind))
        if not key:
            setting = f"MYSTAGE_{provider_of(kind).upper()}_KEY"
            raise Invalid(f"the model {name} needs a key", where="model", hint=f"set {setting}, or MYSTAGE_MODEL_KEY")
        cls: Any = infer_provider_class(kind)
        return cls(api_key=key)  # type: ignore[no-any-return]  # each provider class takes its key by this name

    return infer_model(name.replace("google-gla:", "google:", 1), made)


class Asking:
    """An agent that is told once what to do, and then asked text after text."""

    def __init__(self, model: Model, instructions: str) -> None:
        self._agent: Agent[None, PageAnswer] = Agent(
            model,
            output_type=PageAnswer,
            instructions=instructions,
            retries={"output": 1, "tools": 0},
            defer_model_check=True,
        )

    async def ask(
        self,
        text: str,
        *,
        tries: int,
        max_output: int,
        most_input: int,
        timeout: float,  # noqa: ASYNC109  the provider's SDK keeps it
    ) -> tuple[PageAnswer, str, int, int, int]:
        """The answer, the name of the model that gave it, and calls, input tokens and output tokens that it took."""
        limits = UsageLimits(
            request_limit=tries,
            tool_calls_limit=0,
            input_tokens_limit=most_input,
            output_tokens_limit=tries * max_output,
        )
        try:
            result = await self._agent.run(
                f"<page>{text.replace('<', '&lt;')}</page>",
                usage_limits=limits,
                model_settings={"max_tokens": max_output, "timeout": timeout},
            )
        except ExceptionGroup as group:  # every model of a chain failed: the first one's error is told
            raise translated(group.exceptions[0]) from group
        except (AgentRunError, UserError) as error:
            raise translated(error) from error
        usage = result.usage
        return result.output, result.response.model_name or "", usage.requests, usage.input_tokens, usage.output_tokens


_WORDS = {
    400: "does not take the request",
    404: "has no such model",
    413: "finds the text too long",
    422: "does not take the request",
}


def translated(error: Exception) -> MystageError:
    """What an error of pydantic-ai is to us. The words of providers may hold parts of keys: those of 401 are not told."""
    if isinstance(error, ModelHTTPError):
        return _of_status(error)
    if isinstance(error, ModelAPIError):
        if isinstance(error, (ModelTimeoutError, ModelRequestTimeout)):
            return Unanswered("the model did not answer in time", where="model", hint="raise MYSTAGE_MODEL_TIMEOUT")
        return Unavailable(f"the model does not answer: {_short(error)}", where="model")
    if isinstance(error, UsageLimitExceeded):
        return Malformed(f"the model went beyond what a call may use: {_short(error)}", where="model")
    if isinstance(error, UserError):
        return Invalid(f"the model cannot be used: {_short(error)}", where="model")
    return Malformed(f"the model's answers are not of the form that was asked for: {_short(error)}", where="model")


def _of_status(error: ModelHTTPError) -> MystageError:
    status = error.status_code
    if status in (401, 402, 403):
        hint = "check MYSTAGE_MODEL_KEY or the provider's own key, and its credit"
        return Forbidden("the provider refuses the key", where="model", hint=hint)
    if status in (429, 529):
        return Throttled("the provider asks to wait", where="model", retry_after=_wait(error))
    if status in _WORDS:
        return Invalid(f"the provider {_WORDS[status]}: {_short(error)}", where="model", hint="check MYSTAGE_MODEL")
    return Unavailable(f"the model does not answer: {_short(error)}", where="model")


def _wait(error: Exception) -> float | None:
    """Seconds that the provider asks to wait, where it says so."""
    headers = getattr(error, "headers", None)  # not told by every version
    try:
        return float((headers or {}).get("retry-after", ""))
    except ValueError:
        return None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]

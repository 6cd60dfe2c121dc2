"""Which models are asked, and what they may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mystage.adapters.agents.prices import PerMillion
from mystage.domain.pipeline.reading.examples import Example


@dataclass(frozen=True)
class ModelChoice:
    """Which models, in which order, and what they may use."""

    models: tuple[str, ...]
    """The model and its fallbacks, as `openai:gpt-5-mini`."""
    url: str = ""
    """Of an OpenAI-compatible server that the first model is on."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Provider -> key; `""`: of the server at `url`."""
    prompt: str = "events-1"
    max_output: int = 8_000
    """Tokens of one answer."""
    timeout: float = 120.0
    """Seconds for one request."""
    prices: Mapping[str, PerMillion] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()


def provider_of(name: str) -> str:
    """The provider whose key a model's prefix needs: `google-gla` is Google's, `openai-chat` OpenAI's."""
    return name.partition("-")[0]

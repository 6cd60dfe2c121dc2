"""What models cost: a table of settings first, then the published prices that genai-prices carries."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mystage.domain.errors import Invalid

PerMillion = tuple[float, float]
"""US dollars for a million input tokens, and for a million output tokens."""


def price_of(model: str, table: Mapping[str, PerMillion]) -> PerMillion:
    """The price of a model, as `openai:gpt-5-mini`. Raises Invalid where nobody knows it."""
    if model in table:
        return table[model]
    from genai_prices import Usage, calc_price  # noqa: PLC0415  half a second, only where a model is asked

    provider, _, name = model.partition(":")
    try:
        shares = [
            float(calc_price(usage, name, provider_id=provider).total_price)
            for usage in (Usage(input_tokens=10_000, output_tokens=0), Usage(input_tokens=0, output_tokens=10_000))
        ]
    except LookupError as error:
        raise Invalid(
            f"the price of the model {model} is not known, so its budget cannot be kept",
            where="model_prices",
            hint=f"set MYSTAGE_MODEL_PRICES='{{\"{model}\": [INPUT, OUTPUT]}}' in US dollars a million tokens (0 for a server of your own)",
        ) from error
    return shares[0] * 100, shares[1] * 100


def micro_usd(price: PerMillion, input_tokens: int, output_tokens: int) -> int:
    """Tokens in millionths of a US dollar, rounded up."""
    return math.ceil(price[0] * input_tokens + price[1] * output_tokens)

"""How often a source may be asked: published limits, and what the answers' headers say of them. Pure: time is given.

Headers follow the IETF draft "RateLimit header fields for HTTP" (in its old form `RateLimit-Remaining` and its newer
structured one) or one of the customs before it (`X-RateLimit-*`, `Rate-Limit-*`); RFC 9110 has `Retry-After`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Final

from pydantic import Field

from mystage.domain.values import Model

LIMIT_HEADERS: Final = re.compile(r"^(?:retry-after|(?:x-)?rate-?limit.*)$")
"""Names (lower case) of the headers that speak of limits."""
_LONGEST: Final = 2 * 86_400.0
"""Seconds; no header is believed that closes a source for longer."""
_EPOCH: Final = 1_000_000_000
"""Above this many seconds a reset is a moment (Unix time), not a span."""


class Limit(Model):
    """So many calls within so many seconds."""

    calls: Annotated[int, Field(gt=0)]
    seconds: Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says of its limit. `remaining` calls until `reset` seconds have passed; None: not said."""

    remaining: int | None = None
    reset: float | None = None
    retry_after: float | None = None

    @property
    def pause(self) -> float:
        """Seconds to ask nothing."""
        if self.retry_after is not None:
            return self.retry_after
        return self.reset or 0.0 if self.remaining == 0 else 0.0


def said(headers: Mapping[str, str], now: datetime) -> Said:
    """What the headers (names in lower case) say of limits. What cannot be understood is left out."""
    remaining, reset = None, None
    combined = headers.get("ratelimit", "")
    if found := re.search(r"(?:remaining|\br)\s*=\s*(\d{1,9})", combined):
        remaining = int(found[1])
        span = re.search(r"(?:reset|\bt)\s*=\s*(\d{1,9})", combined)
        reset = float(span[1]) if span else None
    for name, value in headers.items():
        plain = name.removeprefix("x-").replace("rate-limit", "ratelimit")
        number = re.search(r"\d{1,13}", value)
        if not plain.startswith("ratelimit-"):
            continue
        if re.search(r"remaining|available", plain) and number:
            remaining = int(number[0]) if remaining is None else min(remaining, int(number[0]))
        elif "reset" in plain:
            reset = _until(value, now)
    return Said(remaining, reset, _until(headers.get("retry-after", ""), now))


def _until(value: str, now: datetime) -> float | None:
    """Seconds from now: given as such, as Unix time (seconds or milliseconds), or as a date (ISO 8601, or HTTP's)."""
    text = value.strip()
    if not text:
        return None
    if re.fullmatch(r"\d{1,15}(\.\d+)?", text):
        number = float(text)
        number = number / 1000 if number > 1000 * _EPOCH else number
        span = number - now.timestamp() if number > _EPOCH else number
    else:
        try:
            moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        span = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(0.0, span), _LONGEST)


@dataclass(slots=True)
class Allowance:
    """What is left of one limit in its present window, which begins with its first call. Seconds are of any clock."""

    limit: Limit
    begun: float = float("-inf")
    used: int = 0

    def wait(self, now: float) -> float:
        """Seconds until a call is allowed; 0: now."""
        self._turn(now)
        return 0.0 if self.used < self.limit.calls else self.begun + self.limit.seconds - now

    def take(self, now: float) -> None:
        """Count a call."""
        self._turn(now)
        if not self.used:
            self.begun = now
        self.used += 1

    def _turn(self, now: float) -> None:
        if now >= self.begun + self.limit.seconds:
            self.used = 0

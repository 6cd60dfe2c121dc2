"""What the modules of live sources share: addresses, their parameters, and how a query above its cap is split."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from mystage.domain.errors import Invalid
from mystage.domain.pipeline.discovery import Ask, Circle, Window, halves, quarters

Params = Mapping[str, object]


def address(base: str, path: str, params: Params | None = None) -> str:
    """An address in normal form; parameters that are None are left out."""
    query = urlencode([(k, str(v)) for k, v in (params or {}).items() if v is not None], quote_via=quote)
    return f"{base.rstrip('/')}{path}" + (f"?{query}" if query else "")


def params_of(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def changed(url: str, **changes: object) -> str:
    """The address with other parameters; None takes one out. `_` at a name's end is dropped (`from_`)."""
    merged = {**params_of(url), **{name.removesuffix("_"): value for name, value in changes.items()}}
    return with_params(url, merged)


def with_params(url: str, params: Params) -> str:
    """The address with these parameters alone."""
    query = urlencode([(k, str(v)) for k, v in params.items() if v is not None], quote_via=quote)
    return urlunsplit(urlsplit(url)._replace(query=query))


def path_of(url: str) -> str:
    """The path of an address."""
    return urlsplit(url).path


def number(value: object, otherwise: int = 0) -> int:
    """A whole number that is not negative, as an answer gives it: as a number or as text."""
    try:
        found = int(value)  # type: ignore[call-overload]  # whatever it is: TypeError says so
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return max(0, int(found))


def table(value: object) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def refuse(ask: Ask, source: str, hint: str) -> Invalid:
    """The error of an ask that a source cannot answer."""
    given = ", ".join(sorted(ask.model_dump(exclude_defaults=True))) or "nothing"
    return Invalid(f"it cannot be asked by {given}", where=source, hint=hint)


def utc(value: datetime) -> str:
    """An instant as `2026-01-31T20:00:00Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The instant of `utc`, or of Unix seconds."""
    return datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.fromisoformat(text).astimezone(UTC)


def degrees(value: float) -> str:
    """A coordinate as a decimal number of 6 places (0.1 m)."""
    return f"{value:.6f}"


def split(
    url: str,
    *,
    span: Window | None,
    circle: Circle | None,
    timed: Callable[[Window], Params],
    placed: Callable[[Circle], Params],
    least_seconds: int = 60,
    least_km: float = 0.5,
    whole_km: bool = False,
) -> tuple[str, ...]:
    """The queries that cover one with too many answers: by time first, then by area; empty where neither goes on."""
    parts: Iterable[Params] = ()
    if span is not None and (two := halves(span, least=least_seconds)):
        parts = [timed(part) for part in two]
    elif circle is not None and (four := quarters(circle, least_km=least_km, whole_km=whole_km)):
        parts = [placed(part) for part in four]
    return tuple(with_params(url, {**params_of(url), **part}) for part in parts)


def pages_left(total: int, size: int, *, first: int, cap: int) -> range:
    """Numbers of the pages after the first one, which has the number `first`, of at most `cap` results."""
    return range(first + 1, first + math.ceil(min(total, cap) / size))

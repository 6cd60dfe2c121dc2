"""Which engine compares which kind. The generic one is made for each file, since it learns from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from mystage.application.ports.tables import Models
from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.engine import Engine
from mystage.domain.resolution.fields import Layout
from mystage.domain.resolution.generic.columns import Column, columns_of
from mystage.domain.resolution.generic.engine import GenericEngine, kinds_of
from mystage.domain.resolution.generic.records import Record, prepare, surveyed

MakeEngine = Callable[[AdditiveModel | None], Engine]
"""An engine of a kind of the catalogue, with the model that ships or another."""


class Engines:
    """Engines by kind.

    Args:
        models: where shipped models lie.
        made: how engines of the catalogue's kinds are made.
    """

    def __init__(self, models: Models, made: Mapping[str, MakeEngine]) -> None:
        self._models = models
        self._made = made

    def of(self, kind: str, model: AdditiveModel | None) -> Engine:
        """The engine of a kind of the catalogue."""
        return self._made[kind](model)

    def columns(
        self, layout: Layout, samples: Sequence[Mapping[str, Sequence[str]]], model: AdditiveModel | None
    ) -> tuple[Column, ...]:
        """The generic columns of a file, from samples by name (one for each side)."""
        joined = {name: list(chain.from_iterable(sample[name] for sample in samples)) for name in layout.compared}
        return columns_of(joined, (kinds_of(model) if model else {}) | layout.kinds)

    def generic(
        self, columns: tuple[Column, ...], records: Iterable[Record], model: AdditiveModel | None
    ) -> GenericEngine:
        """The engine for a file whose records are these."""
        return GenericEngine(model or self._models.shipped("generic"), columns, surveyed(records, columns))


__all__ = ["Engines", "MakeEngine", "prepare"]

"""The resolution tool's own composition: no store, no settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from dependency_injector import containers, providers

from mystage.adapters.models import ModelFiles
from mystage.adapters.system.collecting import seldom_collected
from mystage.adapters.tables import TableFiles
from mystage.application.linkage.engines import Engines
from mystage.application.linkage.resolving import ResolveTable
from mystage.application.linkage.scoring import ScorePairs
from mystage.application.linkage.training import TrainModel
from mystage.domain.resolution.additive import AdditiveModel
from mystage.domain.resolution.artists.engine import ArtistEngine
from mystage.domain.resolution.engine import Engine
from mystage.domain.resolution.performances.engine import PerformanceEngine
from mystage.domain.resolution.venues.comparing import VenueEngine


def _linkage_engines(models: ModelFiles) -> Engines:
    engines: dict[str, Callable[[AdditiveModel], Engine]] = {
        "venue": VenueEngine,
        "artist": ArtistEngine,
        "performance": PerformanceEngine,
    }

    def engine(kind: str, model: AdditiveModel | None) -> Engine:
        return engines[kind](model or models.shipped(kind))

    return Engines(models, {kind: partial(engine, kind) for kind in engines})


def _trainer() -> Any:
    from mystage.adapters.training import MonotoneTrainer  # noqa: PLC0415  SciPy loads where it is used

    return MonotoneTrainer()


class Linkage(containers.DeclarativeContainer):
    """The resolution tool: no store, no settings."""

    tables = providers.Singleton(TableFiles)
    models = providers.Singleton(ModelFiles)
    engines = providers.Singleton(_linkage_engines, models)
    resolve = providers.Factory(ResolveTable, tables, engines)
    score = providers.Factory(ScorePairs, tables, engines)
    train = providers.Factory(TrainModel, tables, engines, models, providers.Factory(_trainer))


undisturbed = seldom_collected
"""Around a run: prepared records hold no cycles, and looking for some among a million of them takes seconds each time."""

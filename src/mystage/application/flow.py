r"""The flow: the ONE table of stages. Workers, functions and the funnel are generated from it.

plan -> fetch -> route -> extract -> resolve -> merge -> publish
                    \-> read -/   (pages that structure cannot read, where a model is configured)
                                             -> image -> publish
"""

from __future__ import annotations

from mystage.application.pipeline.extracting import Extract
from mystage.application.pipeline.fetching import Fetch
from mystage.application.pipeline.merging import Merge
from mystage.application.pipeline.model_reading import Read
from mystage.application.pipeline.picturing import Illustrate
from mystage.application.pipeline.planning import Plan
from mystage.application.pipeline.publishing import Publish
from mystage.application.pipeline.resolving import Resolve
from mystage.application.pipeline.routing import RouteScrape
from mystage.application.runtime.stages import Stage
from mystage.domain.delivery import RetryPolicy
from mystage.domain.errors import NotFound

_NETWORK = RetryPolicy(max_attempts=5, base=10.0, cap=300.0)
_LOCAL = RetryPolicy(max_attempts=5, base=1.0, cap=60.0)
_MODEL = RetryPolicy(max_attempts=4, base=20.0, cap=600.0)

FLOW: tuple[Stage, ...] = (
    Stage("plan", Plan, _LOCAL, batch=8),
    Stage("fetch", Fetch, _NETWORK, batch=32, parallel=3),
    Stage("route", RouteScrape, _LOCAL),
    Stage("extract", Extract, _LOCAL),
    Stage("read", Read, _MODEL, batch=4, parallel=2),
    Stage("resolve", Resolve, _LOCAL),
    Stage("merge", Merge, _LOCAL, batch=128),
    Stage("image", Illustrate, _NETWORK, batch=4, parallel=4),
    Stage("publish", Publish, _LOCAL, batch=500, linger=0.3),
)


def stage(name: str) -> Stage:
    """The row of a stage. Raises NotFound."""
    for row in FLOW:
        if row.name == name:
            return row
    raise NotFound("no such stage", where=name, hint=f"one of: {', '.join(row.name for row in FLOW)}")

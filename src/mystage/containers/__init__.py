"""The one place where ports meet adapters: profile -> adapters -> use cases.

No logic lives here. Adapters with heavy libraries are imported by the small functions that build them, so that a
profile loads what it uses.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from pydantic import SecretStr

from mystage.adapters.agents import needs
from mystage.adapters.agents.agent import ModelAgent, NoModel
from mystage.adapters.agents.calendars import DateparserClocks
from mystage.adapters.agents.choice import ModelChoice, provider_of
from mystage.adapters.agents.conflicts import Judge, ModelAdvisor, ModelResolver
from mystage.adapters.agents.evaluating import PydanticEvals
from mystage.adapters.agents.gold import GoldFolder
from mystage.adapters.agents.recorded import FileExchanges
from mystage.adapters.images.processes import ImageProcesses
from mystage.adapters.inputs import FileInputs, load_manifest
from mystage.adapters.models import shipped_models
from mystage.adapters.schema import compare, export
from mystage.adapters.sources.reducing import RelevantText
from mystage.adapters.sources.registry import ManifestReaders
from mystage.adapters.system.clocks import SystemClock
from mystage.adapters.system.collecting import seldom_collected
from mystage.adapters.system.cron import CronCalendar
from mystage.adapters.system.ids import SystemIds
from mystage.application.curation.acting import Acts
from mystage.application.curation.clusters import ReviewClusters
from mystage.application.curation.conflicts import Conflicts
from mystage.application.curation.correcting import Correct
from mystage.application.curation.examples import Examples
from mystage.application.curation.merging import Curate
from mystage.application.curation.reviewing import Reviews
from mystage.application.curation.tasks import FailedTasks
from mystage.application.curation.undoing import Undo
from mystage.application.flow import FLOW
from mystage.application.pipeline.asking import Asking
from mystage.application.pipeline.crediting import KeptCredentials
from mystage.application.pipeline.discovering import Discover
from mystage.application.pipeline.enriching import Enrich
from mystage.application.pipeline.extracting import Extract
from mystage.application.pipeline.fetching import Fetch
from mystage.application.pipeline.governing import KeptGovernor
from mystage.application.pipeline.merging import Merge
from mystage.application.pipeline.model_reading import Read
from mystage.application.pipeline.pending import Pending
from mystage.application.pipeline.picture_planning import PlanImages
from mystage.application.pipeline.picture_visits import Visits
from mystage.application.pipeline.picturing import Illustrate
from mystage.application.pipeline.planning import Plan, Submit
from mystage.application.pipeline.publishing import Publish
from mystage.application.pipeline.resolving import Resolve
from mystage.application.pipeline.reviewing import Review
from mystage.application.pipeline.routing import RouteScrape
from mystage.application.pipeline.scheduling import Scheduler, Schedules
from mystage.application.ports.agents import PageAgent
from mystage.application.ports.credentials import Vault
from mystage.application.ports.live import LiveSources
from mystage.application.ports.pages import Politeness
from mystage.application.reading.accounting import Account
from mystage.application.reading.evaluating import Evaluate
from mystage.application.reading.files import ReadFiles
from mystage.application.reading.history import History
from mystage.application.reading.lists import Lists
from mystage.application.reading.model_status import ReadModelStatus
from mystage.application.reading.nearby import Nearby
from mystage.application.reading.pictures import ReadPictures
from mystage.application.reading.ready import Ready
from mystage.application.reading.rebuild import Rebuild
from mystage.application.reading.show import Show
from mystage.application.reading.status import ReadStatus
from mystage.application.runtime.pushed import RunPushed
from mystage.application.runtime.runner import StageRunner, runners_of
from mystage.application.runtime.worker import Worker
from mystage.backends import blobs_of, fetcher_of, store_of
from mystage.domain.collections import ALL
from mystage.domain.delivery import RetryPolicy
from mystage.domain.merging.policies import Policies
from mystage.domain.pipeline.reading.examples import Example
from mystage.domain.pipeline.reading.spending import Limits
from mystage.domain.resolution.scoring import DefaultScorer
from mystage.domain.sources import SourceRank
from mystage.settings import Settings


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Inside, `import name` fails as if it were not installed (unless it is loaded already)."""
    loaded = name in sys.modules
    if not loaded:
        sys.modules[name] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        yield
    finally:
        if not loaded:
            del sys.modules[name]


with _hidden("fastapi"):  # loaded for markers of wiring, which we do not use: a quarter of a second for every command
    from dependency_injector import containers, providers


def _embedded_search(settings: Settings) -> Any:
    from mystage.adapters.search.embedded import EmbeddedSearch  # noqa: PLC0415  tantivy loads where it is used

    return EmbeddedSearch(settings.data / "search")


def _memory_search() -> Any:
    from mystage.adapters.search.memory import MemorySearch  # noqa: PLC0415  rapidfuzz loads where it is used

    return MemorySearch()


def _live(settings: Settings) -> LiveSources:
    from mystage.adapters.live import ManifestLive  # noqa: PLC0415  orjson loads where it is used

    names = {f"MYSTAGE_{name.upper()}": getattr(settings, name) for name in type(settings).model_fields}
    keys = {n: v.get_secret_value() if isinstance(v, SecretStr) else v for n, v in names.items()}
    return ManifestLive({n: v for n, v in keys.items() if isinstance(v, str)}, settings.live_addresses)


def _vault(settings: Settings) -> Vault:
    from mystage.adapters.secrets.fernet import FernetVault  # noqa: PLC0415  cryptography loads where it is used

    return FernetVault(settings.credentials_key.get_secret_value() if settings.credentials_key else "")


def new_credentials_key() -> str:
    """A fresh key for the setting `credentials_key`."""
    from mystage.adapters.secrets.fernet import new_key  # noqa: PLC0415  likewise

    return new_key()


def _agent(settings: Settings, examples: Sequence[Example]) -> PageAgent:
    if not settings.model:
        return NoModel()
    needs("pydantic_ai", "genai_prices", "dateparser")
    own = {"anthropic": settings.anthropic_key, "openai": settings.openai_key, "google": settings.google_key}
    keys = {name: key.get_secret_value() for name, key in own.items() if key is not None}
    if settings.model_key is not None:
        keys.setdefault(
            "" if settings.model_url else provider_of(settings.model.partition(":")[0]),
            settings.model_key.get_secret_value(),
        )
    return ModelAgent(
        ModelChoice(
            models=(settings.model, *settings.model_fallbacks),
            url=settings.model_url,
            keys=keys,
            prompt=settings.model_prompt,
            max_output=settings.model_max_output,
            timeout=settings.model_timeout,
            prices=settings.model_prices,
            examples=tuple(examples),
        )
    )


def _limits(settings: Settings) -> Limits:
    return Limits(settings.model_budget, settings.model_budget_tenant, settings.model_budget_source, settings.tenant)


def _ranks(settings: Settings) -> Mapping[str, SourceRank]:
    return {name: SourceRank[rank.upper()] for name, rank in settings.source_ranks.items()}


def _policies(ranks: Mapping[str, SourceRank]) -> Policies:
    return Policies(source_ranks={name: int(rank) for name, rank in ranks.items()})


def _politeness(settings: Settings) -> Politeness:
    return Politeness(settings.requests_per_second, settings.host_concurrency)


def _retry(settings: Settings) -> RetryPolicy:
    return RetryPolicy(max_attempts=settings.max_attempts, base=settings.retry_base, cap=settings.retry_cap)


def _judge(settings: Settings) -> Judge:
    return Judge(settings.judge_model, settings.judge_key.get_secret_value(), settings.judge_timeout)


def _worker_name(ids: SystemIds) -> str:
    return ids.new("worker_")


def _runners(handlers: Mapping[str, Any], retry: RetryPolicy, store: Any, clock: Any, ids: Any) -> list[StageRunner]:
    return runners_of([row.under(retry) for row in FLOW], handlers, store, clock, ids)


class Container(containers.DeclarativeContainer):
    """All that entrypoints use. Give it `settings`; override any provider in a test."""

    settings = providers.Dependency(instance_of=Settings)

    clock = providers.Singleton(SystemClock)
    ids = providers.Singleton(SystemIds)
    store = providers.Singleton(store_of, settings, clock)
    blobs = providers.Singleton(blobs_of, settings)
    index = providers.Selector(
        settings.provided.profile,
        embedded=providers.Singleton(_embedded_search, settings),
        postgres=providers.Singleton(_embedded_search, settings),
        memory=providers.Singleton(_memory_search),
    )
    live = providers.Singleton(_live, settings)
    vault = providers.Singleton(_vault, settings)
    credentials = providers.Factory(KeptCredentials, store, store, vault, clock, ids)
    governor = providers.Singleton(KeptGovernor, store, clock, ids)
    fetcher = providers.Singleton(fetcher_of, settings, live.provider, governor, credentials.provider)
    images = providers.Singleton(ImageProcesses, settings.provided.image_processes)
    readers = providers.Singleton(ManifestReaders)
    inputs = providers.Singleton(FileInputs)
    manifest = providers.Object(load_manifest)
    ranks = providers.Singleton(_ranks, settings)
    policies = providers.Singleton(_policies, ranks)
    scorer = providers.Singleton(DefaultScorer, models=providers.Callable(shipped_models))

    chosen = providers.Object(())
    agent = providers.Singleton(_agent, settings, chosen)
    reducer = providers.Singleton(RelevantText)
    clocks = providers.Singleton(DateparserClocks)
    limits = providers.Factory(_limits, settings)
    asking = providers.Singleton(Asking, store, clock, ids, agent, limits)

    handlers = providers.Dict(
        plan=providers.Factory(Plan, clock),
        fetch=providers.Factory(
            Fetch,
            store,
            fetcher,
            blobs,
            clock,
            providers.Factory(_politeness, settings),
            live,
            settings.provided.cadence_hours,
        ),
        route=providers.Factory(RouteScrape, store, blobs, readers, clock, agent),
        extract=providers.Factory(Extract, store, blobs, readers, clock, agent),
        read=providers.Factory(
            Read,
            store,
            blobs,
            readers,
            clock,
            agent,
            reducer,
            clocks,
            asking,
            settings.provided.model_max_chunks,
        ),
        resolve=providers.Factory(Resolve, store, blobs, readers, scorer, clock),
        merge=providers.Factory(Merge, clock, policies, settings.provided.images),
        image=providers.Factory(
            Illustrate,
            store,
            providers.Factory(Visits, store, fetcher, blobs, images, clock, providers.Factory(_politeness, settings)),
            clock,
        ),
        publish=providers.Factory(Publish, store, index, store, clock),
    )
    runners = providers.Factory(_runners, handlers, providers.Factory(_retry, settings), store, clock, ids)
    worker = providers.Factory(
        Worker,
        providers.Factory(_worker_name, ids),
        runners,
        store,
        clock,
        lease_seconds=settings.provided.lease_seconds,
    )

    pushed = providers.Factory(
        RunPushed, runners, store, store, clock, ids, lease_seconds=settings.provided.lease_seconds
    )

    submit = providers.Factory(Submit, store, blobs, inputs, clock, ids, allow_private=settings.provided.allow_private)
    discover = providers.Factory(Discover, store, live, submit, clock, ids)
    calendar = providers.Singleton(CronCalendar)
    schedules = providers.Factory(
        Schedules, store, calendar, discover, clock, ids, stagger=settings.provided.schedule_stagger
    )
    scheduler = providers.Factory(Scheduler, providers.Factory(_worker_name, ids), store, schedules, clock)
    enrich = providers.Factory(Enrich, store, live, clock, ids, daily=settings.provided.enrich_daily)
    plan_images = providers.Factory(PlanImages, store, clock, ids)
    pictures = providers.Factory(ReadPictures, store, blobs)
    review = providers.Factory(Review, store, clock, ids)
    status = providers.Factory(ReadStatus, store, store, index, tuple(row.name for row in FLOW), clock)
    model_status = providers.Factory(ReadModelStatus, store, clock, limits)
    examples = providers.Factory(Examples, store, clock, ids)
    evaluate = providers.Factory(
        Evaluate,
        store,
        blobs,
        agent,
        reducer,
        clocks,
        providers.Factory(GoldFolder),
        providers.Factory(FileExchanges),
        providers.Factory(PydanticEvals),
        settings.provided.model_max_chunks,
    )
    pending = providers.Factory(Pending, store, clock, ids, agent)
    account = providers.Factory(Account, store)
    show = providers.Factory(Show, store, policies)
    history = providers.Factory(History, store)
    lists = providers.Factory(Lists, store)
    nearby = providers.Factory(Nearby, index)
    ready = providers.Factory(Ready, store, index)
    rebuild = providers.Factory(Rebuild, store, policies, clock, ids)
    judge = providers.Singleton(_judge, settings)
    acts = providers.Factory(Acts, store, clock, ids, handlers)
    curate = providers.Factory(Curate, acts)
    correct = providers.Factory(Correct, blobs, curate, clock)
    undo = providers.Factory(Undo, acts)
    reviews = providers.Factory(Reviews, store, clock, ids, curate, providers.Factory(ModelAdvisor, judge))
    conflicts = providers.Factory(Conflicts, store, policies, providers.Factory(ModelResolver, judge), acts)
    review_clusters = providers.Factory(ReviewClusters, store, scorer, clock, ids)
    read_files = providers.Factory(ReadFiles, inputs, fetcher, readers)
    failed_tasks = providers.Factory(FailedTasks, store, clock, ids, handlers)


def exported_schema() -> dict[str, str]:
    """The exports of all declared collections: file name -> content."""
    return export(ALL)


compare_schemas = compare


@asynccontextmanager
async def scheduling(container: Container) -> AsyncIterator[None]:
    """With a scheduler in the background: it dispatches while it holds the lease, and hands over at the end."""
    scheduler: Scheduler = container.scheduler()
    task = asyncio.create_task(scheduler.run())
    try:
        yield
    finally:
        scheduler.stop()
        await task


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Container]:
    """A container whose store is open; all is closed at the end."""
    container = Container(settings=settings)
    store, fetcher = container.store(), container.fetcher
    await store.open()
    if settings.model:  # what people chose for the prompt is part of its version
        container.chosen.override(providers.Object(tuple(await container.examples().all(chosen=True))))
    try:
        with seldom_collected():
            yield container
    finally:
        await container.images().close()
        await fetcher().close()
        await store.close()

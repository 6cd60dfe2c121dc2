"""Every provider of the container can be built, on every profile."""

from __future__ import annotations

from pathlib import Path

import pytest
from dependency_injector import containers

from mystage.application.flow import FLOW
from mystage.containers import Container, running
from mystage.domain.sources import SourceRank
from mystage.settings import Settings


def settings(profile: str, data: Path, **more: object) -> Settings:
    return Settings.model_validate({"profile": profile, "data": data, **more})


@pytest.mark.parametrize("profile", ["memory", "embedded"])
async def test_every_provider_gives_something(profile: str, tmp_path: Path) -> None:
    """No provider names an argument, a module or a setting that does not exist."""
    async with running(settings(profile, tmp_path / "data")) as container:
        assert isinstance(container, containers.DynamicContainer)
        built = {name: provider() for name, provider in container.providers.items()}
    assert {name for name, made in built.items() if made is None} == set()
    assert [runner.stage.name for runner in built["runners"]] == [row.name for row in FLOW]
    assert {runner.stage.name: type(runner.handler) for runner in built["runners"]} == {r.name: r.handler for r in FLOW}


@pytest.mark.parametrize("profile", ["memory", "embedded"])
async def test_what_holds_state_is_one_and_what_does_work_is_fresh(profile: str, tmp_path: Path) -> None:
    """All use cases of a container share a store; two workers do not share their leases."""
    async with running(settings(profile, tmp_path)) as container:
        for name in ("store", "blobs", "index", "fetcher", "clock", "ids"):
            provider = container.providers[name]
            assert provider() is provider(), name
        assert container.worker() is not container.worker()
        assert container.show()._store is container.store()


async def test_a_closed_embedded_catalogue_opens_again(tmp_path: Path) -> None:
    """What one session keeps, the next one finds."""
    async with running(settings("embedded", tmp_path / "new")) as container:
        await container.submit().urls(["https://hall.example/"])
    async with running(settings("embedded", tmp_path / "new")) as container:
        assert [(row.queue, row.ready) for row in await container.store().stats()] == [("plan", 1)]


async def test_settings_reach_the_parts(tmp_path: Path) -> None:
    """Retries, politeness and ranks are those of the settings."""
    asked = settings(
        "memory", tmp_path, max_attempts=2, retry_cap=5, requests_per_second=7, source_ranks={"listings": "ticketing"}
    )
    container: Container = Container(settings=asked)
    assert {runner.stage.retry.max_attempts for runner in container.runners()} == {2}
    assert all(runner.stage.retry.cap <= 5 for runner in container.runners())
    assert container.handlers()["fetch"]._manners.requests_per_second == 7
    assert container.policies().source_ranks == {"listings": int(SourceRank.TICKETING)}

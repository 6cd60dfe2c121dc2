"""A page without ids that moves a show to another time: one show, not two."""

from __future__ import annotations

from pathlib import Path

from tests.support.pages import page, show

from mystage.application.ports.search import SearchQuery
from mystage.containers import Container, running
from mystage.domain.values import Kind
from mystage.settings import Settings


def _without_id(**changes: object) -> dict[str, object]:
    event = dict(show(1), **changes)
    event.pop("url")
    return event


async def _shows(container: Container, file: Path, *events: dict[str, object]) -> list[tuple[str, str | None]]:
    """Put a page up, run, and answer all shows that the search index holds: id and start."""
    file.write_text(page(*events))  # noqa: ASYNC240  a small file, and nothing else to do meanwhile
    await container.submit().paths([str(file)])
    await container.worker().run(until_idle=True, patience=0.1)
    assert (await container.rebuild().check()).differences == ()
    result = await container.index().search(SearchQuery(kinds=(Kind.PERFORMANCE,), limit=100))
    return sorted((hit.document.id, hit.document.start_local) for hit in result.hits)


async def test_a_show_without_an_id_that_moves_stays_one_show(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    async with running(Settings(profile="memory")) as container:
        before = await _shows(container, file, _without_id(startDate="2027-03-01T20:00"))
        after = await _shows(container, file, _without_id(startDate="2027-03-08T21:00"))
        assert [id for id, _ in after] == [id for id, _ in before]
        assert [start for _, start in after] == ["2027-03-08T21:00"]
        shown = await container.show().entity(after[0][0], lineage=True)
        assert [s.withdrawn_at is not None for s in shown.lineage.sources].count(True) == 1


async def test_a_second_night_is_a_second_show(tmp_path: Path) -> None:
    """Nothing has gone, so what has come is new."""
    file = tmp_path / "page.html"
    first, second = _without_id(startDate="2027-03-01T20:00"), _without_id(startDate="2027-03-08T20:00")
    async with running(Settings(profile="memory")) as container:
        await _shows(container, file, first)
        assert len(await _shows(container, file, first, second)) == 2


async def test_where_there_is_a_choice_nothing_is_guessed(tmp_path: Path) -> None:
    """Two have gone and two have come: which is which nobody knows; the old ones stay."""
    file = tmp_path / "page.html"
    async with running(Settings(profile="memory")) as container:
        days = ("2027-03-01T20:00", "2027-03-08T20:00", "2027-04-01T20:00", "2027-04-08T20:00")
        one, two, three, four = (_without_id(startDate=day) for day in days)
        await _shows(container, file, one, two)
        assert len(await _shows(container, file, three, four)) == 4


async def test_a_show_that_moves_back_is_still_one_show(tmp_path: Path) -> None:
    """The record of the first time was taken back; it takes its place again, and the other one goes."""
    file = tmp_path / "page.html"
    async with running(Settings(profile="memory")) as container:
        for start in ("2027-03-01T20:00", "2027-03-08T21:00", "2027-03-01T20:00"):
            after = await _shows(container, file, _without_id(startDate=start))
            assert [start for _, start in after] == [start]
        shown = await container.show().entity(after[0][0], lineage=True)
        assert [s.claim.start_local for s in shown.lineage.sources if s.withdrawn_at is None] == ["2027-03-01T20:00"]

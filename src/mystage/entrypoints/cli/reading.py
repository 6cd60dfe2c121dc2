"""`status`, `search`, `show` and `sources`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mystage.application.ports.search import Hit, SearchQuery, SearchResult
from mystage.application.reading.model_status import ModelStatus
from mystage.application.reading.show import Lineage, Shown
from mystage.application.reading.status import Status
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container
from mystage.domain.catalog import AnyEntity, Entity, Performance, Provenance
from mystage.domain.errors import Invalid
from mystage.domain.merging.conflicts import Conflict
from mystage.domain.pipeline.scrapes import EXTRACTIONS
from mystage.domain.pipeline.urls import URLS, UrlState, url_id
from mystage.domain.sources import ReadingOutcome
from mystage.domain.values import GeoPoint
from mystage.entrypoints.cli.model_lines import model_lines
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, funnel_table, output

_MOST_PROBLEMS = 10


def status(*, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> tuple[Status, ModelStatus, list[Any], list[dict[str, str]]]:
        problems = await _problems(UnitOfWork(container.store()))
        model = await container.model_status().read()
        return await container.status().read(), model, await container.failed_tasks().causes(), problems

    found, model, causes, problems = with_container(data, work)
    if json:
        rows = [{"cause": c.cause, "count": c.count, "message": c.example.message, "last": c.last} for c in causes]
        print_json(
            {
                **found.model_dump(mode="json"),
                "model": model.model_dump(mode="json"),
                "causes": rows,
                "problems": problems,
            }
        )
    else:
        _print_status(found, model, causes, problems)


async def _problems(unit: UnitOfWork) -> list[dict[str, str]]:
    """Some addresses that gave nothing to read, and some whose present body is an error, each with its reason."""
    found = []
    for state in (UrlState.FAILED, UrlState.BLOCKED, UrlState.GONE, UrlState.EMPTY, UrlState.NEW):
        pages = await unit.of(URLS).find(state=state.value, limit=_MOST_PROBLEMS)
        word = "waiting" if state is UrlState.NEW else state.value
        found += [{"problem": word, "url": page.url, "reason": page.reason} for page in pages if page.reason]
    wrong = await unit.of(EXTRACTIONS).find(outcome=ReadingOutcome.ERROR.value, limit=_MOST_PROBLEMS)
    read = await unit.of(URLS).get_many(url_id(extraction.url) for extraction in wrong)
    for extraction in wrong:
        origin = read.get(url_id(extraction.url))
        if origin is not None and origin.scrape_id == extraction.scrape_id:
            found.append({"problem": "error", "url": extraction.url, "reason": extraction.reason})
    return found


def _print_status(found: Status, model: ModelStatus, causes: list[Any], problems: list[dict[str, str]]) -> None:
    console = output()
    console.print(funnel_table(found.funnel, title="Funnel"), soft_wrap=False)
    console.print()
    held = ", ".join(counted(count, kind) for kind, count in found.entities.items() if count) or "empty"
    console.print(f"catalogue  {held}, from {counted(found.entity_sources, 'entity source')}")
    console.print("readings   " + (_counts(found.readings) or "none"))
    console.print("addresses  " + (_counts(found.addresses) or "none"))
    _print_images(console, found)
    if found.due:
        console.print(f"due        {found.due:,} address{'' if found.due == 1 else 'es'}: mystage run --due")
    exits = ", ".join(f"{share:.0%} {name.replace('_', ' ')}" for name, share in found.early_exits.items() if share)
    if exits:
        console.print(f"unchanged  {exits}")
    for line in model_lines(model):
        console.print(f"model      {line}")
    doubts = ", ".join(counted(count, f"{kind} pair") for kind, count in found.open_duplicates.items() if count)
    console.print("doubtful   " + (f"{doubts}: mystage duplicates" if doubts else "none"))
    for row in found.queues:
        since = f", oldest since {row.oldest:%H:%M:%S} UTC" if row.oldest else ""
        console.print(f"queue      {row.queue}: {row.ready} ready, {row.leased} at work, {row.delayed} later{since}")
    if found.findings:
        console.print(
            f"[yellow]findings[/yellow]   {found.findings} pages were not believed, or gave less; their last good data stays: mystage quality list"
        )
    if found.search_problem:
        console.print(f"[red]search[/red]     {escape(found.search_problem)}")
    _print_problems(console, problems, causes)
    if not any(found.addresses.values()) and not found.queues:
        console.print("Nothing was read yet. Start with: mystage demo, or mystage run URL|FILE|FOLDER")


def _print_problems(console: Console, problems: list[dict[str, str]], causes: list[Any]) -> None:
    for problem in problems[:_MOST_PROBLEMS]:
        reason = problem["reason"].removeprefix(f"{problem['url']}: ")
        console.print(f"[red]{problem['problem']:10}[/red] {escape(problem['url'])}: {escape(reason)}")
    for cause in causes[:10]:
        console.print(f"[red]failed[/red]     {cause.count} x {cause.cause}: {escape(cause.example.message)}")
    if causes:
        console.print("           mystage tasks failed")


def _print_images(console: Console, found: Status) -> None:
    if any(found.images.values()):
        console.print(f"images     {_counts(found.images)}; {counted(found.pictures, 'picture')}")


def _counts(values: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in values.items() if count)


def search(asked: Mapping[str, Any], *, day_from: str, day_to: str, limit: int, data: Path | None, json: bool) -> None:
    """The command."""
    query = _query(asked, day_from, day_to, limit)

    async def work(container: Container) -> SearchResult:
        found: SearchResult = await container.index().search(query)
        return found

    found = with_container(data, work)
    if json:
        print_json(found)
        return
    console = output()
    for hit in found.hits:
        console.print(hit_line(hit))
    more = found.total - len(found.hits)
    console.print(f"[dim]{found.total} found{f', {more} not shown (--limit)' if more > 0 else ''}[/dim]")
    if found.total:
        console.print("[dim]One of them in full: mystage show ID --lineage[/dim]")
    else:
        console.print("[dim]Fewer words or filters find more; mystage status says what the catalogue holds.[/dim]")


_OPTIONS: Mapping[int | str, str] = {"kinds": "--kind", "km": "--km", "day_from": "--from", "day_to": "--to"}


def _query(asked: Mapping[str, Any], day_from: str, day_to: str, limit: int) -> SearchQuery:
    near = point(asked["near"]) if asked["near"] else None
    values = {
        "text": asked["text"],
        "kinds": tuple(asked["kinds"]),
        "near": near,
        "km": asked["km"] if near else None,
        "day_from": day_from or None,
        "day_to": day_to or None,
        "limit": limit,
    }
    try:
        return SearchQuery.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(f"{_OPTIONS.get(e['loc'][0], e['loc'][0])} {e['input']}: {e['msg']}" for e in error.errors())
        raise Invalid(f"wrong search: {wrong}", hint="see `mystage search --help`") from error


def point(text: str) -> GeoPoint:
    """A position from `LAT,LON`. Raises Invalid."""
    try:
        lat, lon = (float(part) for part in text.split(","))
        return GeoPoint(lat=lat, lon=lon)
    except ValueError as error:
        raise Invalid(
            "not a position", where=f"--near {text}", hint="give LAT,LON in degrees, such as 59.91,10.75"
        ) from error


def hit_line(hit: Hit) -> str:
    """One answer of a search, on one line."""
    found = hit.document
    place = ", ".join(filter(None, (found.venue, found.locality, found.country)))
    when = f"{found.start_local or found.day}  " if found.day else ""
    far = f"  {hit.km:.1f} km" if hit.km is not None else ""
    return f"[dim]{found.id}[/dim]  {found.kind.value:11}  {when}[bold]{escape(found.name)}[/bold]  {escape(place)}{far}".rstrip()


def show(id: str, *, lineage: bool, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> Shown:
        found: Shown = await container.show().entity(id, lineage=lineage)
        return found

    found = with_container(data, work)
    if json:
        print_json(found)
    else:
        print_shown(output(), found)


_AT_THE_END = ("description", "links", "urls", "identifiers")
_PLUMBING = frozenset(Entity.model_fields) - set(_AT_THE_END)


def print_shown(console: Console, found: Shown) -> None:
    """An entity for people: its fields, each with where it comes from, then what it refers to."""
    entity = found.entity
    if found.redirected_from:
        console.print(f"[yellow]{found.redirected_from} was merged into {entity.id}[/yellow]")
    title = _title(entity) or ", ".join(artist.name for artist in found.artists) or "(no title)"
    console.print(f"[bold]{escape(title)}[/bold]  [dim]{entity.kind.value} {entity.id}[/dim]")
    table = Table(box=None, show_header=found.lineage is not None, pad_edge=False)
    for column in ("field", "value", *(("source", "rule", "also said by") if found.lineage else ())):
        table.add_column(column, overflow="fold", no_wrap=column in {"field", "rule"})
    for name in sorted(type(entity).model_fields, key=_last):  # names and dates first, addresses of pages last
        value = getattr(entity, name)
        if name not in _PLUMBING and value not in (None, "", (), {}, False):
            origin = entity.provenance.get(name)
            table.add_row(name, escape(_text(value)), *(_origin(origin) if found.lineage else ()))
    console.print(table, soft_wrap=False)
    if found.image:
        shape = f"{found.image.width} x {found.image.height}"
        console.print(
            f"image  /images/{found.image.picture}/640.webp  [dim]{shape}, {escape(found.image.source)}[/dim]",
            soft_wrap=True,
        )
    _print_references(console, found)
    print_conflicts(console, found.conflicts)
    if found.lineage:
        _print_lineage(console, found.lineage)


def _last(name: str) -> int:
    """The place of a field that every kind has: after those of its own kind."""
    return _AT_THE_END.index(name) + 1 if name in _AT_THE_END else 0


def _title(entity: AnyEntity) -> str:
    return entity.title if isinstance(entity, Performance) else entity.name


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={item}" for key, item in value.items() if item is not None)
    text = str(value)
    return text if len(text) <= 300 else text[:300] + "..."


def _origin(origin: Provenance | None) -> tuple[str, str, str]:
    if origin is None:
        return "", "", ""
    others = sorted({id.partition(":")[0] for id in origin.also})
    return origin.source, origin.rule, ", ".join(others)


def _print_references(console: Console, found: Shown) -> None:
    if found.venue:
        town = f", {found.venue.locality}" if found.venue.locality else ""
        console.print(f"[dim]{found.venue.id}[/dim]  at {escape(found.venue.name)}{escape(town)}")
    for artist in found.artists:
        console.print(f"[dim]{artist.id}[/dim]  with {escape(artist.name)}")
    for performance in found.performances[:20]:
        title = performance.title or "(no title)"
        console.print(f"[dim]{performance.id}[/dim]  {performance.start_local or '(no date)':16}  {escape(title)}")
    if len(found.performances) > 20:
        console.print(f"  ... {len(found.performances) - 20} more (--json has all)")


def print_conflicts(console: Console, conflicts: Sequence[Conflict]) -> None:
    """Fields for which the sources name different values: all values, the first of which counts most."""
    if conflicts:
        console.print("\n[bold]conflicts[/bold]")
    for conflict in conflicts:
        tie = "[yellow]tie[/yellow], " if conflict.tied else ""
        console.print(f"  {' + '.join(conflict.fields)}  [dim]({tie}decided by {escape(conflict.decided_by)})[/dim]")
        for option in conflict.options[:6]:
            said = ", ".join(option.sources[:4])
            console.print(f"      {escape(_text(option.value))}  [dim]{escape(said)}[/dim]")


def _print_lineage(console: Console, lineage: Lineage) -> None:
    console.print("\n[bold]sources[/bold]")
    for source in lineage.sources:
        taken = " [red](taken back)[/red]" if source.withdrawn_at else ""
        console.print(
            f"  {source.id}{taken}  {source.rank.name.lower()}, {source.reader}, {source.last_seen:%Y-%m-%d %H:%M} UTC"
        )
        console.print(f"      {escape(source.url)}")
        for proof in lineage.evidence.get(source.id, ()):
            console.print(f'      [dim]{proof.field}[/dim] "{escape(proof.quote)}"')
    if lineage.judgements:
        console.print("[bold]judgements[/bold]")
    for judgement in lineage.judgements:
        state = " [dim](retired)[/dim]" if judgement.retired_at else ""
        who = escape(judgement.actor or judgement.by.value)
        console.print(f"  {judgement.polarity.value} by {who}{state}: {judgement.left} ~ {judgement.right}")
        console.print(f"      {escape(judgement.why)}")
    if lineage.merged_ids:
        console.print(f"[bold]merged into it[/bold]  {', '.join(lineage.merged_ids)}  (mystage unmerge ID)")

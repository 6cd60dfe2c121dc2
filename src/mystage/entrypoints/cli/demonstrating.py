"""`mystage demo`: the whole platform at work on a small world, told in short plain sentences."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.rule import Rule
from rich.table import Table

from mystage.application.ports.search import SearchQuery
from mystage.application.reading.show import Lineage, Shown
from mystage.application.reading.status import FunnelRow
from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container, running
from mystage.domain.catalog import AnyEntity
from mystage.domain.errors import Unavailable
from mystage.domain.sources import ENTITY_SOURCES, EntitySource
from mystage.domain.values import GeoPoint, Kind
from mystage.entrypoints.cli.reading import hit_line
from mystage.entrypoints.cli.running import difference, submit, working
from mystage.entrypoints.cli.session import print_json
from mystage.entrypoints.cli.tables import funnel_table
from mystage.entrypoints.demo.folder import mark, prepare
from mystage.entrypoints.demo.server import WorldServer, serve_world
from mystage.entrypoints.demo.sources import write_manifest
from mystage.entrypoints.demo.truth import Finding, Truth
from mystage.entrypoints.demo.world import TOWNS, World, make_world, next_day
from mystage.entrypoints.logs import configure_logging
from mystage.settings import load

_ACTOR: Final = "demo"
_PORT: Final = TOWNS[0]
_SHOWN: Final = ("name", "street", "postal_code", "phone", "lat", "lon", "website")
_WORDS: Final = {Kind.VENUE: "venues", Kind.ARTIST: "artists", Kind.PERFORMANCE: "shows"}


def demo(folder: Path, *, keep: bool, json: bool) -> None:
    """The command. Raises Invalid for a folder that no demo made."""
    settings = load(data=folder, profile="embedded")
    configure_logging(settings)
    port = prepare(folder, keep=keep)
    tale = Tale(folder, Console(quiet=json), quiet=json)
    world = make_world()
    days = (next_day(world), next_day(world)) if keep else (world, next_day(world))

    async def session(server: WorldServer) -> None:
        async with running(settings) as container:
            await _tell(tale, container, server, days)

    with _serving(days[0], port, tale) as server:
        mark(folder, int(server.base.rpartition(":")[2]))
        asyncio.run(session(server))
    if json:
        print_json(tale.summary)


@contextmanager
def _serving(world: World, port: int, tale: Tale) -> Iterator[WorldServer]:
    """Serve on the port of the demo before, so that what is kept keeps its addresses; else on a free one."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(serve_world(world, port=port))
        except OSError as error:
            if not port:
                raise Unavailable(f"no port of this machine can be used: {error}", where="127.0.0.1") from error
            tale.say(f"Port {port} is taken now; all pages get new addresses and are read anew.")
            server = stack.enter_context(serve_world(world))
        yield server


@dataclass
class Tale:
    """What has been told and measured so far."""

    folder: Path
    console: Console
    quiet: bool
    summary: dict[str, Any] = field(default_factory=lambda: {"seconds": {}})

    def say(self, text: str = "") -> None:
        """A sentence."""
        self.console.print(text, highlight=False)

    @contextmanager
    def step(self, name: str, title: str) -> Iterator[None]:
        """One step, with its heading and its time."""
        self.console.print()
        self.console.print(Rule(f"[bold]{title}[/bold]", align="left", style="dim"))
        began = time.perf_counter()
        yield
        self.summary["seconds"][name] = round(time.perf_counter() - began, 2)


async def _tell(tale: Tale, container: Container, server: WorldServer, days: tuple[World, World]) -> None:
    first, second = days
    with tale.step("world", "A small world"):
        _introduce(tale, server, first)
    with tale.step("first run", "First run: everything is new" if first != second else "A run over what is known"):
        await _run(tale, container, server, first)
        await _compare(tale, container, first)
    with tale.step("second run", "A day later" if first != second else "And once more"):
        _tell_changes(tale, first, second)
        server.publish(second)
        await _run(tale, container, server, second)
        await _compare(tale, container, second)
    found = Truth(second).entities(await _records(container))
    with tale.step("lineage", "One venue, and where each field comes from"):
        await _lineage(tale, container, found[second.special["heron"]])
    with tale.step("merge", "A wrong merge, undone"):
        await _wrong_merge(tale, container, found[second.special["owl"]], found[second.special["other owl"]])
    with tale.step("search", "Search"):
        await _search(tale, container)
    _what_next(tale, found, second)


def _introduce(tale: Tale, server: WorldServer, world: World) -> None:
    manifest = write_manifest(world, server.base, tale.folder)
    tale.summary |= {"folder": str(tale.folder), "manifest": str(manifest), "pages": len(server.pages)}
    tale.summary["world"] = {"venues": len(world.venues), "artists": len(world.acts), "shows": len(world.shows)}
    tale.say(
        f"{len(world.venues)} venues in {len(TOWNS)} towns, {len(world.acts)} artists and {len(world.shows)} shows, all invented, "
        f"on {len(server.pages)} pages at {server.base} (this machine alone)."
    )
    tale.say(
        f"Three kinds of sources speak of them: {len(world.sites)} venue sites, an aggregator's API, a maps directory."
    )
    tale.say(
        "They disagree: names, streets and pins differ, doors pass for starts, two artists are misspelt, "
        "and the aggregator has not heard of a cancelled and a postponed show."
    )
    tale.say(f"{manifest} says where to look, how often and how politely.")


async def _run(tale: Tale, container: Container, server: WorldServer, world: World) -> None:
    """One run of the real pipeline over HTTP."""
    before = await container.status().funnel()
    server.take_answers()
    began = time.perf_counter()
    manifest = write_manifest(world, server.base, tale.folder)
    await submit(container, [str(manifest)], "")
    if await working(container.worker(), container, until_idle=True, patience=0.5, quiet=tale.quiet):
        raise KeyboardInterrupt
    seconds = time.perf_counter() - began
    rows = difference(before, await container.status().funnel())
    answers = {str(int(status)): count for status, count in sorted(server.take_answers().items())}
    tale.summary.setdefault("runs", []).append(
        {"seconds": round(seconds, 2), "answers": answers, "exits": exits(rows, answers), "funnel": rows}
    )
    tale.console.print(funnel_table(rows, title=f"Pages in {seconds:.1f} s: {_answers(answers)}"))
    _tell_exits(tale, exits(rows, answers))


def exits(rows: list[FunnelRow], answers: Mapping[str, int]) -> dict[str, int]:
    """Where the flow ended early: unchanged by the server's word, by the body, by the claims, by what is kept of them."""
    by_stage = {row.stage: row for row in rows}
    not_modified = answers.get("304", 0)
    return {
        "not modified": not_modified,
        "same body": by_stage["fetch"].unchanged - not_modified,
        "same claims": by_stage["extract"].unchanged,
        "same records": by_stage["resolve"].unchanged,
    }


def _answers(answers: Mapping[str, int]) -> str:
    return ", ".join(f"{count} answered {status}" for status, count in answers.items())


def _tell_exits(tale: Tale, found: Mapping[str, int]) -> None:
    if found["not modified"]:
        tale.say(
            f"{found['not modified']} pages were not modified (304), {found['same body']} came with the same body, "
            f"{found['same claims']} with another body but the same claims: they ended there."
        )


async def _records(container: Container) -> list[EntitySource]:
    records = await UnitOfWork(container.store()).of(ENTITY_SOURCES).find()
    return [record for record in records if record.withdrawn_at is None]


async def _compare(tale: Tale, container: Container, world: World) -> None:
    """The world knows the truth: say how much of it was found."""
    findings = Truth(world).findings(await _records(container))
    status = await container.status().read()
    tale.summary["truth"] = {
        kind.value: {"true": f.true, "exact": f.exact, "split": len(f.split), "joined": len(f.joined),
                     "waiting": status.open_duplicates.get(kind.value, 0)}
        for kind, f in findings.items()
    }  # fmt: skip  # a table
    tale.summary |= {
        "addresses": status.addresses,
        "entities": status.entities,
        "entity_sources": status.entity_sources,
        "failed_tasks": status.failed_tasks,
    }
    told = ", ".join(f"{f.exact} of {f.true} {_WORDS[kind]}" for kind, f in findings.items())
    tale.say(
        f"{status.entity_sources:,} records were brought together. The world knows the truth: {told} are exactly right."
    )
    if status.addresses.get("blocked"):
        tale.say(f"{status.addresses['blocked']} page that robots.txt closes was left alone.")
    for finding in findings.values():
        _tell_misses(tale, finding, status.open_duplicates)


def _tell_misses(tale: Tale, finding: Finding, waiting: Mapping[str, int]) -> None:
    if finding.split:
        tale.say(
            f"{len(finding.split)} {_WORDS[finding.kind]} stand twice, since a source misspells them; "
            f"{waiting.get(finding.kind.value, 0)} such pairs wait for a person to decide."
        )
    if finding.joined:
        tale.say(f"[red]{len(finding.joined)} {_WORDS[finding.kind]} hold more than one thing.[/red]")


def _tell_changes(tale: Tale, first: World, second: World) -> None:
    if first == second:
        tale.say("Nothing has changed since.")
        return
    gone, moved = second.show(second.special["will be cancelled"]), second.show(second.special["postponed"])
    tale.say(
        f"{gone.venue.name} cancels {gone.title}; the postponed night of {moved.title} gets a new date, {moved.day}."
    )
    tale.say(
        "There is one new show, one new phone number, and two sites change a banner that says nothing of any show."
    )


async def _lineage(tale: Tale, container: Container, id: str) -> None:
    shown: Shown = await container.show().entity(id, lineage=True)
    lineage = shown.lineage or Lineage(sources=(), judgements=(), merged_ids=())
    tale.summary["lineage"] = {"id": id, "sources": [source.id for source in lineage.sources]}
    tale.console.print(words_table(shown.entity, lineage.sources))
    tale.say(
        "A star marks what the catalogue took: the venue's own word first, maps for addresses, the middle one of the pins."
    )
    tale.say("Why they are one:")
    for judgement in lineage.judgements:
        pair = " and ".join(side.partition(":")[0] for side in (judgement.left, judgement.right))
        tale.say(f"  {pair}: {judgement.why}")


def words_table(entity: AnyEntity, sources: Sequence[EntitySource]) -> Table:
    """What each source says of a venue, field by field; the word that the catalogue took is marked."""
    table = Table(box=None, pad_edge=False)
    table.add_column("field", style="dim")
    for source in sources:
        table.add_column(f"{source.source}\n[dim]{source.rank.name.lower()}[/dim]", overflow="fold")
    for name in _SHOWN:
        origin = entity.provenance.get(name)
        words = [
            (getattr(source.claim, name), origin is not None and origin.entity_source == source.id)
            for source in sources
        ]
        table.add_row(
            name, *("[dim]-[/dim]" if w is None else f"[green]{w} *[/green]" if taken else str(w) for w, taken in words)
        )
    return table


async def _wrong_merge(tale: Tale, container: Container, keep: str, other: str) -> None:
    """Merge two houses of one chain by hand, look, undo it, and prove that nothing is left of it."""
    before = await container.rebuild().check()
    one, two = await container.show().entity(keep), await container.show().entity(other)
    tale.say(f"{_house(one)} and {_house(two)} bear one name and share a site. Suppose somebody merges them.")
    await container.curate().merge(keep, other, actor=_ACTOR, reason="the same name")
    await _settle(container)
    merged = await container.rebuild().check()
    mistaken = await container.show().entity(other)
    tale.say(
        f"Asked for the second, the catalogue now answers {_house(mistaken)}, with {len(mistaken.performances)} shows."
    )
    await container.curate().unmerge(other, actor=_ACTOR, reason="two towns")
    await _settle(container)
    after = await container.rebuild().check()
    restored = await container.show().entity(other)
    tale.say(f"Undone: {_house(restored)} stands by itself again, with {len(restored.performances)} shows.")
    equal = before.digest == after.digest != merged.digest and not after.differences
    verdict = "equal to before" if equal else "[red]NOT equal to before[/red]"
    tale.say(f"Content {before.digest[:16]} before, {merged.digest[:16]} merged, {after.digest[:16]} after: {verdict}.")
    tale.summary["merge"] = {"before": before.digest, "merged": merged.digest, "after": after.digest, "restored": equal}
    tale.summary |= {"digest": after.digest, "rebuild_differences": len(after.differences)}


async def _settle(container: Container) -> None:
    await container.worker().run(until_idle=True, patience=0.5)


def _house(shown: Shown) -> str:
    return f"{getattr(shown.entity, 'name', '')} ({getattr(shown.entity, 'locality', '')})"


async def _search(tale: Tale, container: Container) -> None:
    tale.summary["search"] = []
    await _ask(tale, container, SearchQuery(text="bleu heron"))
    near = GeoPoint(lat=_PORT.lat, lon=_PORT.lon)
    await _ask(
        tale,
        container,
        SearchQuery(text="velvet harbr", kinds=(Kind.PERFORMANCE,), near=near, km=25, day_from="2031-05-10", limit=5),
    )


async def _ask(tale: Tale, container: Container, query: SearchQuery) -> None:
    began = time.perf_counter()
    found = await container.index().search(query)
    took = (time.perf_counter() - began) * 1_000
    place = f" within {query.km:g} km of {_PORT.name}, from {query.day_from}" if query.near else ""
    tale.say(f'[bold]"{query.text}"[/bold]{place} ({took:.0f} ms)')
    for hit in found.hits[:5]:
        tale.console.print("  " + hit_line(hit), highlight=False, no_wrap=True, overflow="ellipsis")
    tale.summary["search"].append(
        {"text": query.text, "total": found.total, "ids": [hit.document.id for hit in found.hits]}
    )


def _what_next(tale: Tale, found: Mapping[str, str], world: World) -> None:
    data = f"--data {tale.folder}"
    commands = (
        f"mystage search scarlet telegrph {data}",
        f"mystage search --kind performance --near {_PORT.lat},{_PORT.lon} --km 5 --from 2031-06-01 --to 2031-06-07 {data}",
        f"mystage show {found[world.special['heron']]} --lineage {data}",
        f"mystage show {found[world.special['will be cancelled']]} --lineage {data}",
        f"mystage status {data}",
        f"mystage sources {data}",
        f"mystage rebuild --check {data}",
        f"mystage serve {data}",
        f"mystage demo --keep {data}",
    )
    tale.summary["next"] = commands
    tale.console.print()
    tale.console.print(Rule("[bold]What to try next[/bold]", align="left", style="dim"))
    tale.say(f"All this took {sum(tale.summary['seconds'].values()):.0f} s. The catalogue stays in {tale.folder}.")
    # after `./run demo` in a fresh clone, `mystage` is no command of the terminal yet
    before = "" if shutil.which("mystage") or not Path("run").is_file() else "./run "
    for command in commands:
        tale.console.print(f"  {before}{command}", highlight=False, soft_wrap=True)

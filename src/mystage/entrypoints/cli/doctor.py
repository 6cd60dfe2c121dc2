"""`doctor`: what is configured, what is reachable, what is missing, and what each missing thing costs."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer
from rich.console import Console
from rich.table import Table

from mystage.domain.errors import ErrorKind, MystageError
from mystage.domain.values import Model
from mystage.entrypoints.cli.configured import Configured, Setting, configured
from mystage.entrypoints.cli.errors import EXIT_CODES
from mystage.entrypoints.cli.extras import EXTRAS
from mystage.entrypoints.cli.session import print_json

if TYPE_CHECKING:
    from mystage.containers import Container
    from mystage.settings import Settings

LOW: Final = 1024**3
"""Bytes of free space below which doctor warns; a tenth of it stops the main job."""


class State(StrEnum):
    """How a check ended. Only `failed` keeps the main job from running."""

    OK = "ok"
    MISSING = "missing"
    """Not there; `costs` says what cannot be done without it."""
    FAILED = "failed"


class Check(Model):
    """One thing looked at."""

    name: str
    state: State
    found: str
    costs: str = ""
    """What the user loses, or what to do, in one sentence; empty where all is well."""


class Report(Model):
    """All that doctor found. `ok`: the main job, `mystage run`, can run."""

    ok: bool
    settings: tuple[Setting, ...]
    checks: tuple[Check, ...]


def doctor(*, data: Path | None, json: bool) -> None:
    """The command. Exit code 0 where the main job can run, else 8."""
    report = examine(data)
    print_json(report) if json else _print(Console(), report)
    if not report.ok:
        raise typer.Exit(EXIT_CODES[ErrorKind.UNAVAILABLE])


def examine(data: Path | None) -> Report:
    """Look at everything; never raises for what is wrong with settings, files or the installation."""
    found = configured(data)
    checks = [*_extras(), *_folder(found.folder), *_stores(found.usable), *_model(found.usable), *_sources(found)]
    failed = any(c.state is State.FAILED for c in checks) or any(s.wrong for s in found.settings)
    return Report(ok=not failed, settings=found.settings, checks=tuple(checks))


def _extras() -> Iterator[Check]:
    for extra in EXTRAS:
        missing = [name for name in extra.distributions if not _version(name)]
        name = f"extra {extra.name}"
        if not missing:
            yield Check(name=name, state=State.OK, found=", ".join(f"{d} {_version(d)}" for d in extra.distributions))
            continue
        state = State.FAILED if extra.needed else State.MISSING
        costs = f"{extra.costs} Install it: pip install 'mystage[{extra.name}]'"
        yield Check(name=name, state=state, found=f"not installed: {', '.join(missing)}", costs=costs)


def _version(distribution: str) -> str:
    """The installed version; empty where it is not installed, "in Python" where the language has it built in."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "in Python" if distribution == "zstandard" and _has_zstd() else ""


def _has_zstd() -> bool:
    from importlib.util import find_spec  # noqa: PLC0415  only where the package is missing

    return find_spec("compression") is not None and find_spec("compression.zstd") is not None


def _folder(folder: Path) -> Iterator[Check]:
    """Whether the data folder (or, where it is not made yet, the folder that it will be made in) can be written."""
    standing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    made = "" if standing == folder else f"; it will be made in {standing}"
    try:
        with tempfile.NamedTemporaryFile(dir=standing, prefix=".mystage-doctor-"):
            pass
        free = shutil.disk_usage(standing).free
    except OSError as error:
        costs = "Nothing can be kept. Name another folder with --data or MYSTAGE_DATA, or change its rights."
        yield Check(name="data folder", state=State.FAILED, found=f"{folder}: {error.strerror or error}", costs=costs)
        return
    yield Check(name="data folder", state=State.OK, found=f"{folder} can be written{made}")
    yield _space(standing, free)


def _space(folder: Path, free: int) -> Check:
    found = f"{free / LOW:,.1f} GiB free in {folder}"
    if free >= LOW:
        return Check(name="disk space", state=State.OK, found=found)
    costs = "A run of some size stops when the disk is full; free some space, or name another folder with --data."
    return Check(name="disk space", state=State.FAILED if free < LOW // 10 else State.MISSING, found=found, costs=costs)


def _stores(settings: Settings | None) -> list[Check]:
    """Open what a run would open. Nothing is made: where the data folder is not there yet, there is nothing to open."""
    if settings is None:
        costs = "Set right the settings that are marked above; then ask again."
        return [Check(name="database", state=State.FAILED, found="not tried: the settings are wrong", costs=costs)]
    elsewhere = bool(settings.store.get_secret_value())
    if settings.profile == "memory" and not elsewhere:
        costs = "Nothing outlives the command: set MYSTAGE_PROFILE=embedded to keep a catalogue."
        return [Check(name="database", state=State.MISSING, found="in memory, as the profile says", costs=costs)]
    if not elsewhere and not (settings.data / "mystage.db").exists():
        return [Check(name="database", state=State.OK, found="none yet; the first run makes it")]
    try:
        from mystage.containers import Container  # noqa: PLC0415  needs what `_extras` may have found missing
    except ImportError as error:
        costs = "Nothing can run before it is installed."
        return [Check(name="database", state=State.FAILED, found=f"not tried: {error}", costs=costs)]
    return asyncio.run(_opened(Container(settings=settings), settings))


async def _opened(container: Container, settings: Settings) -> list[Check]:
    return [await _database(container, settings), await _index(container), _blobs(settings)]


def _backend(settings: Settings) -> str:
    """What kind of store it is; never its URL, which may hold a password."""
    import sqlite3  # noqa: PLC0415  only for its version

    scheme = settings.store.get_secret_value().partition(":")[0] or "sqlite"
    names = {"sqlite": f"SQLite {sqlite3.sqlite_version}", "postgres": "PostgreSQL", "postgresql": "PostgreSQL"}
    return names.get(scheme, scheme.capitalize())


async def _database(container: Container, settings: Settings) -> Check:
    try:
        store = container.store()
        await store.open()
        try:
            status = await container.status().funnel()
            waiting = sum(row.ready + row.leased + row.delayed for row in await store.stats())
        finally:
            await store.close()
    except MystageError as error:
        costs = f"No command that reads or writes the catalogue works. {_sentence(error.hint)}"
        return Check(name="database", state=State.FAILED, found=f"{error.where}: {error.message}", costs=costs)
    done = sum(row.arrived for row in status)
    return Check(
        name="database",
        state=State.OK,
        found=f"opens ({_backend(settings)}); {done:,} tasks done, {waiting:,} waiting",
    )


async def _index(container: Container) -> Check:
    try:
        state = await container.index().state()
    except MystageError as error:
        costs = f"Searches fail, and runs cannot publish. {_sentence(error.hint)}"
        return Check(name="search index", state=State.FAILED, found=f"{error.where}: {error.message}", costs=costs)
    return Check(name="search index", state=State.OK, found=f"opens; {state.documents:,} documents")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _blobs(settings: Settings) -> Check:
    folder = settings.data / "blobs"
    if settings.blobs:
        return Check(name="pages", state=State.OK, found=f"in {settings.blobs} (not tried)")
    if not folder.exists():
        return Check(name="pages", state=State.OK, found=f"{folder}: none kept yet")
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".mystage-doctor-"):
            pass
    except OSError as error:
        costs = "Fetched pages cannot be kept, so that every fetch fails; change the folder's rights."
        return Check(name="pages", state=State.FAILED, found=f"{folder}: {error.strerror or error}", costs=costs)
    return Check(name="pages", state=State.OK, found=f"{folder} can be written")


def _model(settings: Settings | None) -> Iterator[Check]:
    """Whether pages without structured data can be read. No provider is called."""
    if settings is None:
        return
    if not settings.model:
        costs = "Pages without structured data wait; set it, then `mystage extract --pending`."
        yield Check(name="MYSTAGE_MODEL", state=State.MISSING, found="not set", costs=costs)
        return
    try:
        from mystage.containers import Container  # noqa: PLC0415  may need a missing extra

        Container(settings=settings).agent().check()
    except (ImportError, MystageError) as error:
        yield Check(name="model", state=State.FAILED, found=str(error), costs="No page can be read with it.")
        return
    budget = "no daily limit" if settings.model_budget is None else f"${settings.model_budget:g} a day"
    yield Check(name="model", state=State.OK, found=f"{settings.model}, {budget} (not tried)")


def _sources(found: Configured) -> Iterator[Check]:
    """The keys that live sources need, as the readers' manifest names them."""
    try:
        from mystage.containers import Container  # noqa: PLC0415  may need a missing extra

        readers = Container.readers().all()
    except ImportError as error:
        yield Check(name="sources", state=State.FAILED, found=f"not tried: {error}", costs="No payload can be read.")
        return
    titles: dict[str, list[str]] = {}
    for reader in readers:
        for variable in reader.settings:
            titles.setdefault(variable, []).append(reader.title)
    for variable, wanted_by in sorted(titles.items()):
        yield _key(variable, "; ".join(wanted_by), given=found.given(variable), known=found.knows(variable))
    if not found.given("MYSTAGE_CONTACT"):
        costs = "Owners of the sites that you crawl cannot reach you, and some refuse robots without an address."
        yield Check(name="MYSTAGE_CONTACT", state=State.MISSING, found="not set", costs=costs)


def _key(variable: str, titles: str, *, given: bool, known: bool) -> Check:
    if given:
        return Check(name=variable, state=State.OK, found="set")
    found = "not set" if known else "not set, and this version takes no such setting"
    costs = f"No live calls to {titles}. Saved answers are read all the same."
    return Check(name=variable, state=State.MISSING, found=found, costs=costs)


_COLOURS: Final = {State.OK: "green", State.MISSING: "yellow", State.FAILED: "red"}


def _print(console: Console, report: Report) -> None:
    table = Table(title="Settings", title_justify="left", box=None, pad_edge=False)
    for column in ("setting", "value", "from"):
        table.add_column(column, overflow="fold")
    for s in report.settings:
        table.add_row(s.name, f"{s.value or '-'}  [red]{s.wrong}[/red]" if s.wrong else s.value or "-", s.origin)
    console.print(table)
    console.print()
    for check in report.checks:
        colour = _COLOURS[check.state]
        console.print(
            f"[{colour}]{check.state.value:8}[/{colour}] [bold]{check.name}[/bold]  {check.found}", highlight=False
        )
        if check.costs:
            console.print(f"         {check.costs}", highlight=False)
    verdict = (
        "Ready: `mystage run` can do its work." if report.ok else "Not ready: see what is marked as failed or wrong."
    )
    console.print(f"\n[bold]{verdict}[/bold]", highlight=False)

"""`sources`: what is kept, which live sources can be asked, and who reads what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container
from mystage.domain.sources import SOURCES, ManifestSource
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import output


def sources(*, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> tuple[list[ManifestSource], list[dict[str, Any]], list[Any]]:
        kept = await UnitOfWork(container.store()).of(SOURCES).find()
        return kept, await live_rows(container), container.readers().all()

    kept, live, readers = with_container(data, work, makes=True)
    if json:
        rows = [{"name": r.name, "version": r.version, "title": r.title, "rank": r.rank.name.lower(), "hosts": r.hosts,
                 "settings": r.settings, "limits": r.limits} for r in readers]  # fmt: skip
        print_json({"sources": kept, "live": live, "readers": rows})
        return
    console = output()
    _print_kept(console, kept)
    _print_live(console, live)
    table = Table(title="Readers", title_justify="left", box=None, pad_edge=False)
    for column in ("reader", "rank", "reads"):
        table.add_column(column, overflow="fold")
    for r in readers:
        table.add_row(r.version, r.rank.name.lower(), r.title)
    console.print(table, soft_wrap=False)


async def live_rows(container: Container) -> list[dict[str, Any]]:
    """Each live source with its state: `ready`, `paused` (its limits), or `missing` (settings)."""
    rows = []
    for info in container.live().all():
        paused = await container.governor().paused(info.name)
        state = "missing" if info.missing else "paused" if paused else "ready"
        note = info.excuse or (f"asked again in {paused:.0f} s" if paused else "")
        rows.append(
            {
                "name": info.name,
                "title": info.title,
                "state": state,
                "note": note,
                "missing": info.missing,
                "use": info.use,
                "asks": info.asks,
                "limits": [{"calls": limit.calls, "seconds": limit.seconds} for limit in info.limits],
            }
        )
    return rows


def _print_live(console: Console, rows: list[dict[str, Any]]) -> None:
    table = Table(title="Live sources (mystage discover)", title_justify="left", box=None, pad_edge=False)
    for column in ("name", "state", "asked by", "limits", "note"):
        table.add_column(column, overflow="fold")
    for row in rows:
        limits = ", ".join(f"{limit['calls']} in {limit['seconds']:g} s" for limit in row["limits"])
        colour = "green" if row["state"] == "ready" else "yellow"
        asked = ", ".join(row["asks"])
        table.add_row(row["name"], f"[{colour}]{row['state']}[/{colour}]", asked, limits, escape(row["note"]))
    console.print(table, soft_wrap=False)


def _print_kept(console: Console, kept: list[ManifestSource]) -> None:
    if not kept:
        return
    table = Table(title="Sources", title_justify="left", box=None, pad_edge=False)
    for column in ("name", "rank", "reader", "every", "start"):
        table.add_column(column, overflow="fold")
    for s in kept:
        table.add_row(
            s.name,
            s.rank.name.lower() if s.rank is not None else "the reader's",
            s.kind or "by content",
            f"{s.cadence_hours:g} h",
            escape(", ".join(s.start_urls[:3])),
        )
    console.print(table, soft_wrap=False)

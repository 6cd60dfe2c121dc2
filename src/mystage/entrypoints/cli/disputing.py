"""`conflicts`: ties between sources of equal rank."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.markup import escape

from mystage.application.curation.acting import Done
from mystage.application.curation.conflicts import Disputed
from mystage.containers import Container
from mystage.entrypoints.cli.acting import carried_out, tell
from mystage.entrypoints.cli.reading import print_conflicts
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output


def undecided(*, limit: int, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> list[Disputed]:
        found: list[Disputed] = await container.conflicts().undecided(limit=limit)
        return found

    found = with_container(data, work)
    if json:
        print_json(found)
        return
    console = output()
    for disputed in found:
        console.print(f"[bold]{escape(disputed.name)}[/bold]  [dim]{disputed.entity}[/dim]", end="")
        print_conflicts(console, disputed.conflicts)
    console.print(f"[dim]{len(found)} with ties; mystage conflicts choose ID FIELD SOURCE_ID[/dim]")


def choose(asked: Mapping[str, Any], *, preview: bool, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The command."""
    done = carried_out(
        data, lambda c: c.conflicts().choose(**asked, actor=by, reason=reason, preview=preview), preview=preview
    )
    tell(done, f"{asked['source']} counts first for {asked['field']} of {done.kept}.", json=json)


def settle(*, budget: int, by: str, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> list[Done]:
        done: list[Done] = await container.conflicts().settle(budget=budget, actor=by)
        await container.worker().run(until_idle=True, patience=1.0)
        return done

    done = with_container(data, work)
    if json:
        print_json([{"entity": one.kept, "source": one.moved[0], "act": one.act} for one in done])
    else:
        output().print(f"{counted(len(done), 'tie')} decided; each with its reason in `mystage show ID`.")

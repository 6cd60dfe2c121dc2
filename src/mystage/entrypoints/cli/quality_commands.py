"""Commands of the group `quality` about what models read; it is that of `live_commands`, which these join."""

from __future__ import annotations

from typing import Annotated

import typer

from mystage.entrypoints.cli.live_commands import quality
from mystage.entrypoints.cli.options import Actor, Data, Json, Reason

__all__ = ["quality"]


@quality.command("rates", short_help="Manual-correction rate by source and prompt.")
def quality_rates(data: Data = None, json: Json = False) -> None:
    """Show, for each source and prompt version, how many values a model gave and how many people had to correct."""
    from mystage.entrypoints.cli import correcting

    correcting.rates(data=data, json=json)


@quality.command("examples", short_help="List corrections kept as examples.")
def quality_examples(
    source: Annotated[str, typer.Option("--source", help="Only of this source or site.")] = "",
    prompt: Annotated[str, typer.Option("--prompt", help="Only of this prompt version.")] = "",
    chosen: Annotated[bool, typer.Option("--chosen", help="Only those that are part of the prompt.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """List what people corrected in what models had read: the words of the page, what was made of them, what is right."""
    from mystage.entrypoints.cli import correcting

    correcting.examples(source=source, prompt=prompt, chosen=chosen, data=data, json=json)


@quality.command("choose", short_help="Make examples part of the prompt.")
def quality_choose(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Examples; see `mystage quality examples`.")],
    drop: Annotated[bool, typer.Option("--drop", help="Take them out of the prompt instead.")] = False,
    by: Actor = "operator",
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Make examples part of the prompt. Its version changes: `mystage extract --pending` then reads again what it must."""
    from mystage.entrypoints.cli import correcting

    correcting.choose(ids, drop=drop, by=by, reason=reason, data=data, json=json)

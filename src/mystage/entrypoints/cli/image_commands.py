"""The group `images`: what each command takes."""

from __future__ import annotations

from typing import Annotated

import typer

from mystage.entrypoints.cli.options import Data, Json

images = typer.Typer(
    help="Images that sources name: fetched, checked, made small, and one chosen for each entity.", no_args_is_help=True
)


@images.command("fetch", short_help="Fetch images of entities.")
def images_fetch(
    limit: Annotated[int, typer.Option("--limit", min=1, help="Entities at most.")] = 1_000,
    again: Annotated[
        bool,
        typer.Option("--again", help="Also entities that were looked at; what was visited in 30 days stays as it is."),
    ] = False,
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for a retry that is due later.")] = 60.0,
    data: Data = None,
    json: Json = False,
) -> None:
    """Fetch the images of entities that were not looked at yet, and choose one for each.

    Addresses are visited politely (robots.txt, a pause per host) and never in private networks. With MYSTAGE_IMAGES=true
    this happens by itself as entities are merged. Needs the extra `images`.
    """
    from mystage.entrypoints.cli import imaging

    imaging.fetch(limit=limit, again=again, wait=wait, data=data, json=json)


@images.command("list", short_help="List addresses of images.")
def images_list(
    state: Annotated[
        str, typer.Option("--state", help="Of this state only: kept, refused, gone, blocked, waiting or failed.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Addresses at most.")] = 100,
    data: Data = None,
    json: Json = False,
) -> None:
    """List addresses of images: what the last visit found, and why there is no picture where there is none."""
    from mystage.entrypoints.cli import imaging

    imaging.addresses(state=state, limit=limit, data=data, json=json)

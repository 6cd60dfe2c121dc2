"""What the commands of schedules and quotas take."""

from __future__ import annotations

from typing import Annotated

import typer

from mystage.entrypoints.cli.options import Data, Json

schedule = typer.Typer(
    help="What is asked when: schedules that `mystage worker` and `mystage serve` keep.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name or id of a schedule; see `mystage schedule list`.")]


@schedule.command("list")
def list_schedules(data: Data = None, json: Json = False) -> None:
    """List the schedules: rhythm, next moment (UTC), runs, and runs that were missed."""
    from mystage.entrypoints.cli import scheduling

    scheduling.list_all(data=data, json=json)


@schedule.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of your choice.")],
    cron: Annotated[
        str,
        typer.Option("--cron", metavar="LINE", help="Five fields, such as '0 6 * * MON-FRI', in the time of --zone."),
    ] = "",
    every: Annotated[str, typer.Option("--every", metavar="SPAN", help="An interval: 90s, 15m, 6h, 1d.")] = "",
    source: Annotated[list[str] | None, typer.Option("--source", help="A live source; may be repeated.")] = None,
    due: Annotated[bool, typer.Option("--due", help="In place of sources: visit again what is due.")] = False,
    near: Annotated[str, typer.Option("--near", metavar="LAT,LON", help="Around this position.")] = "",
    km: Annotated[float, typer.Option("--km", help="Radius of --near in kilometres.")] = 25.0,
    city: Annotated[str, typer.Option("--city", help="In this city.")] = "",
    country: Annotated[str, typer.Option("--country", metavar="CC", help="In this country: two letters.")] = "",
    artist: Annotated[list[str] | None, typer.Option("--artist", help="An artist; may be repeated.")] = None,
    id: Annotated[list[str] | None, typer.Option("--id", help="By the source's own id; may be repeated.")] = None,
    site: Annotated[list[str] | None, typer.Option("--site", help="A site; may be repeated.")] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", min=0, help="Ask for the days from the run's on, so many.", show_default=False),
    ] = None,
    region: Annotated[str, typer.Option("--region", help="A name of the place, for people.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone of --cron, such as Europe/Madrid.")] = "UTC",
    jitter: Annotated[float, typer.Option("--jitter", min=0, help="Begin up to so many seconds later.")] = 0.0,
    catch_up: Annotated[
        str, typer.Option("--catch-up", help="Runs that were missed: skip, one (the latest) or all.")
    ] = "one",
    most: Annotated[int, typer.Option("--catch-up-most", min=1, max=1000, help="With all: the latest so many.")] = 24,
    data: Data = None,
    json: Json = False,
) -> None:
    """Ask live sources again and again: by a cron line or at an interval."""
    from mystage.entrypoints.cli import scheduling

    asked = {"near": near, "km": km, "city": city, "country": country, "artists": artist, "ids": id, "sites": site}
    values = {
        "name": name, "cron": cron or None, "every": every, "sources": source or [], "job": "due" if due else "discover",
        "days_ahead": days, "region": region, "zone": zone, "jitter": jitter, "catch_up": catch_up, "catch_up_most": most,
    }  # fmt: skip
    scheduling.add(values, asked, data=data, json=json)


@schedule.command()
def pause(name: Name, data: Data = None, json: Json = False) -> None:
    """Dispatch nothing of a schedule until it is resumed."""
    from mystage.entrypoints.cli import scheduling

    scheduling.pause(name, paused=True, data=data, json=json)


@schedule.command()
def resume(name: Name, data: Data = None, json: Json = False) -> None:
    """Go on with its next moment; what went by in the pause is not caught up."""
    from mystage.entrypoints.cli import scheduling

    scheduling.pause(name, paused=False, data=data, json=json)


@schedule.command()
def run(name: Name, data: Data = None, json: Json = False) -> None:
    """Queue it now, beside its rhythm; `mystage run` or a worker works on it."""
    from mystage.entrypoints.cli import scheduling

    scheduling.run(name, data=data, json=json)


@schedule.command()
def remove(name: Name, data: Data = None, json: Json = False) -> None:
    """Forget a schedule; what it has queued goes on."""
    from mystage.entrypoints.cli import scheduling

    scheduling.remove(name, data=data, json=json)


def quotas(data: Data = None, json: Json = False) -> None:
    """Show how each live source stands: breaker, pauses, and calls left in each of its limits."""
    from mystage.entrypoints.cli import scheduling

    scheduling.quotas(data=data, json=json)

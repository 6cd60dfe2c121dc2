"""`discover`, and what `run --due` begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from mystage.containers import Container
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.discovery import Ask
from mystage.entrypoints.cli.reading import point
from mystage.entrypoints.cli.running import run_submitted
from mystage.entrypoints.cli.session import with_container

_OPTIONS = {"near": "--near/--km", "date_from": "--date-from", "date_to": "--date-to", "country": "--country"}


def discover(sources: list[str], asked: dict[str, Any], *, wait: float, data: Path | None, json: bool) -> None:
    """The command."""
    ask = ask_of(asked)

    async def work(container: Container) -> int:
        names = sources or [i.name for i in container.live().all() if i.use == "discover" and i.ready and suits(i, ask)]
        if not names:
            raise Invalid(
                "no live source is ready for this", where="discover", hint="mystage sources says what each one needs"
            )
        submitted = await container.discover().ask(names, ask)
        return await run_submitted(container, submitted, wait=wait, json=json)

    code = with_container(data, work, makes=True)
    if code:
        raise typer.Exit(code)


def suits(info: Any, ask: Ask) -> bool:
    """Whether the ask names something by which the source can be asked."""
    return any(getattr(ask, name) for name in info.asks)


def ask_of(asked: dict[str, Any]) -> Ask:
    """What the options ask for. Raises Invalid."""
    values = {name: value for name, value in asked.items() if value not in (None, "", [])}
    km = values.pop("km", None)
    if "near" in values:
        place = point(values["near"])
        values["near"] = {"lat": place.lat, "lon": place.lon, "km": km}
    for name in ("artists", "ids", "sites"):
        values[name] = tuple(values.get(name) or ())
    try:
        return Ask.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(
            f"{_OPTIONS.get(str(e['loc'][0]) if e['loc'] else '', '--date-from/--date-to')}: {e['msg']}"
            for e in error.errors()
        )
        raise Invalid(f"wrong ask: {wrong}", hint="see `mystage discover --help`") from error

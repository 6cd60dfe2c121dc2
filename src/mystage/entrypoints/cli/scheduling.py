"""The work of `schedule` and `quotas`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from rich.markup import escape

from mystage.containers import Container
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.governing import left, pause_of
from mystage.domain.pipeline.schedules import ScheduledTask
from mystage.entrypoints.cli.discovering import ask_of
from mystage.entrypoints.cli.session import print_json, with_container
from mystage.entrypoints.cli.tables import counted, output

_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def list_all(*, data: Path | None, json: bool) -> None:
    """The command."""
    found = with_container(data, lambda c: c.schedules().all())
    if json:
        print_json(found)
        return
    console = output()
    for schedule in found:
        console.print(_line(schedule))
        if schedule.missed:
            console.print(
                f"    [yellow]{counted(schedule.missed, 'run')} missed[/yellow], last {schedule.last_missed_at:%Y-%m-%d %H:%M} UTC"
            )
        if schedule.problem:
            console.print(f"    [red]last run[/red] {escape(schedule.problem)}")
    console.print(f"[dim]{counted(len(found), 'schedule')}[/dim]")


def _line(schedule: ScheduledTask) -> str:
    rhythm = f"{schedule.cron} ({schedule.zone})" if schedule.cron else f"every {schedule.every:g} s"
    following = (
        "paused"
        if schedule.paused
        else f"next {schedule.next_at:%Y-%m-%d %H:%M:%S} UTC"
        if schedule.next_at
        else "never"
    )
    what = ", ".join(schedule.sources) or "what is due"
    place = f" [dim]{escape(schedule.region)}[/dim]" if schedule.region else ""
    return f"[bold]{escape(schedule.name)}[/bold]  {escape(what)}{place}  {rhythm}  {following}  {counted(schedule.runs, 'run')}"


def seconds_of(span: str) -> float:
    """`90s`, `15m`, `6h`, `1d` or a number of seconds. Raises Invalid."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", span.strip())
    if found is None:
        raise Invalid("not a span of time", where=f"--every {span}", hint="such as 90s, 15m, 6h or 1d")
    return float(found[1]) * _UNITS[found[2]]


def add(values: dict[str, Any], asked: dict[str, Any], *, data: Path | None, json: bool) -> None:
    """The command."""
    values = values | {"every": seconds_of(values["every"]) if values["every"] else None, "ask": ask_of(asked)}

    async def work(container: Container) -> ScheduledTask:
        for name in values["sources"]:
            container.live().info(name)
        try:
            schedule: ScheduledTask = container.schedules().new(**values)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'schedule'}: {e['msg']}" for e in error.errors())
            raise Invalid(f"wrong schedule: {wrong}", hint="see `mystage schedule add --help`") from error
        await container.schedules().add(schedule)
        return schedule

    schedule = with_container(data, work, makes=True)
    print_json(schedule) if json else output().print(_line(schedule))


def pause(name: str, *, paused: bool, data: Path | None, json: bool) -> None:
    """The commands `pause` and `resume`."""
    schedule = with_container(data, lambda c: c.schedules().pause(name, paused=paused))
    print_json(schedule) if json else output().print(_line(schedule))


def run(name: str, *, data: Path | None, json: bool) -> None:
    """The command."""
    count = with_container(data, lambda c: c.schedules().run(name))
    print_json({"queued": count}) if json else output().print(
        f"{counted(count, 'task')} queued; `mystage run` or a worker works on them."
    )


def remove(name: str, *, data: Path | None, json: bool) -> None:
    """The command."""
    schedule = with_container(data, lambda c: c.schedules().remove(name))
    print_json({"removed": schedule.id}) if json else output().print(f"{escape(schedule.name)} is forgotten.")


def quotas(*, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> list[dict[str, Any]]:
        now = container.clock().now().timestamp()
        limits = {info.name: info.limits for info in container.live().all()}
        return [
            {
                "source": quota.source,
                "breaker": quota.breaker,
                "asked_again_in": round(pause_of(quota, now), 1),
                "failures": len(quota.failures),
                "limits": [
                    {"calls": limit.calls, "seconds": limit.seconds, "left": left(quota, limit, now)}
                    for limit in limits.get(quota.source, ())
                ],
            }
            for quota in await container.governor().all()
        ]

    rows = with_container(data, work)
    if json:
        print_json(rows)
        return
    console = output()
    for row in rows:
        rest = f"  [yellow]asked again in {row['asked_again_in']:g} s[/yellow]" if row["asked_again_in"] else ""
        budget = ", ".join(f"{r['left']:,} of {r['calls']:,} in {r['seconds']:g} s" for r in row["limits"])
        console.print(
            f"[bold]{escape(row['source'])}[/bold]  breaker {row['breaker']}{rest}  left: {budget or 'no limit'}"
        )
    console.print(f"[dim]{counted(len(rows), 'source')} asked so far[/dim]")

"""The work of `enrich`, `quality` and `credentials`."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.markup import escape

from mystage.application.pipeline.planning import Submitted
from mystage.containers import Container, new_credentials_key
from mystage.domain.errors import Invalid
from mystage.domain.pipeline.credentials import Opened
from mystage.entrypoints.cli.running import run_submitted
from mystage.entrypoints.cli.session import plain, print_json, with_container
from mystage.entrypoints.cli.tables import counted, output


def enrich(*, limit: int, wait: float, data: Path | None, json: bool) -> None:
    """The command."""

    async def work(container: Container) -> int:
        done = await container.enrich().run(limit=limit)
        if not json:
            asked = ", ".join(f"{count} of {name}" for name, count in done.asked.items()) or "nothing"
            output().print(
                f"{counted(done.looked_at, 'artist')} looked at; asked: {asked}; known already: {done.cached}."
            )
            for why in done.missing:
                output().print(f"[yellow]not asked[/yellow] {escape(why)}")
        return await run_submitted(
            container, Submitted(planned=len(done.url_ids), url_ids=done.url_ids), wait=wait, json=json
        )

    code = with_container(data, work, makes=True)
    if code:
        raise typer.Exit(code)


def findings(*, source: str, cause: str, data: Path | None, json: bool) -> None:
    """The command."""
    found = with_container(data, lambda c: c.review().open(source=source, cause=cause))
    if json:
        print_json(found)
        return
    console = output()
    for finding in found:
        aside = " [yellow]set aside[/yellow]" if finding.quarantined else ""
        console.print(f"{finding.id}  [bold]{finding.cause}[/bold]{aside}  {escape(finding.url)}")
        console.print(f"    {escape(finding.message)}  [dim]{finding.found_at:%Y-%m-%d %H:%M} UTC[/dim]")
    console.print(f"[dim]{counted(len(found), 'finding')}[/dim]")


def review(action: str, ids: Sequence[str], *, by: str, reason: str, data: Path | None, json: bool) -> None:
    """The commands `accept` and `dismiss`."""
    done = with_container(data, lambda c: getattr(c.review(), action)(ids, actor=by, reason=reason))
    if json:
        print_json({action: [finding.id for finding in done]})
    else:
        more = "; `mystage run` takes them in" if action == "accept" else ""
        output().print(f"{counted(len(done), 'finding')} closed{more}.")


def new_key(*, json: bool) -> None:
    """The command."""
    key = new_credentials_key()
    print_json({"key": key}) if json else sys.stdout.write(f"{key}\n")


def add_credential(
    source: str, *, account: str, proxy: str, label: str, by: str, data: Path | None, json: bool
) -> None:
    """The command."""
    if sys.stdin.isatty():
        secret = typer.prompt("password", hide_input=True, default="", show_default=False, err=True)
    else:
        secret = sys.stdin.readline().rstrip("\n")
    if not (account or proxy):
        raise Invalid("nothing to keep", where="credentials add", hint="give --account, --proxy or both")
    label = label or "account " + hashlib.sha256(f"{account}|{proxy}".encode()).hexdigest()[:8]
    opened = Opened(account=account, secret=secret, proxy=proxy)

    async def work(container: Container) -> str:
        container.live().info(source)
        credential = await container.credentials().add(source, opened, label=label, actor=by)
        return str(credential.id)

    id = with_container(data, work, makes=True)
    print_json({"id": id}) if json else output().print(f"{id} is kept as {escape(label)}.")


def list_credentials(*, data: Path | None, json: bool) -> None:
    """The command."""
    found = with_container(data, lambda c: c.credentials().all())
    if json:
        print_json([{k: v for k, v in plain(c).items() if k != "sealed"} for c in found])
        return
    console = output()
    for c in found:
        rest = f"  rests until {c.resting_until:%Y-%m-%d %H:%M} UTC" if c.resting_until else ""
        used = f"used {c.uses} times, last {c.last.value if c.last else 'not told'}" if c.uses else "never used"
        console.print(f"{c.id}  {c.source}  {escape(c.label)}  {used}{rest}")
    console.print(f"[dim]{counted(len(found), 'account')}[/dim]")


def remove_credential(id: str, *, by: str, data: Path | None, json: bool) -> None:
    """The command."""
    with_container(data, lambda c: c.credentials().remove(id, actor=by))
    print_json({"removed": id}) if json else output().print(f"{id} is forgotten.")

"""The groups `store` and `schema`: what each command takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mystage.entrypoints.cli.options import STORE_URL, Data, Json

schema = typer.Typer(
    help="The declared collections: export them for the apps, and see what a change breaks.", no_args_is_help=True
)
store = typer.Typer(help="Move, compare and back up all that a store holds.", no_args_is_help=True)


@store.command("copy", short_help="Copy all into another store, and prove it.")
def store_copy(
    from_: Annotated[str, typer.Option("--from", metavar="URL", help=STORE_URL)],
    to: Annotated[str, typer.Option("--to", metavar="URL", help="An empty store, or one that a copy was cut in.")],
    leave_tasks: Annotated[
        bool, typer.Option("--leave-tasks", help="Copy although tasks wait (they stay behind).")
    ] = False,
    json: Json = False,
) -> None:
    """Copy all documents, counters and journals into another store, and prove that both hold the same.

    A copy that is cut goes on where it was when it is run again.
    """
    from mystage.entrypoints.cli import stores

    stores.copy(from_, to, leave_tasks=leave_tasks, json=json)


@store.command("verify", short_help="Compare two stores.")
def store_verify(
    left: Annotated[str, typer.Argument(metavar="A", help=STORE_URL)],
    right: Annotated[str, typer.Argument(metavar="B", help="Another store.")],
    json: Json = False,
) -> None:
    """Compare two stores by the count and content of each collection. Exit code 3 where they differ."""
    from mystage.entrypoints.cli import stores

    stores.verify(left, right, json=json)


@store.command("dump")
def store_dump(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write (NDJSON under zstd).")],
    from_: Annotated[
        str, typer.Option("--from", metavar="URL", help=f"{STORE_URL} Nothing: the store of the settings.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Write all that a store holds into one file: a backup."""
    from mystage.entrypoints.cli import stores

    stores.dump(file, from_, data=data, json=json)


@store.command("load")
def store_load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `store dump` wrote.")],
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help=f"{STORE_URL} Nothing: the store of the settings.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Load a dump into an empty store."""
    from mystage.entrypoints.cli import stores

    stores.load(file, to, data=data, json=json)


@store.command("migrate", short_help="Bring the tables to this version.")
def store_migrate(
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help=f"{STORE_URL} Nothing: the store of the settings.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Bring a store's tables to what this version declares (stores do so by themselves when they are opened)."""
    from mystage.entrypoints.cli import stores

    stores.migrate(to, data=data, json=json)


@schema.command("export", short_help="Write JSON Schema, TypeScript, indexes and rules.")
def schema_export(
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path("schema"),
    json: Json = False,
) -> None:
    """Write JSON Schema, TypeScript (Zod) types, Firestore indexes and rules."""
    from mystage.entrypoints.cli import schemas

    schemas.export(out, json=json)


@schema.command("diff")
def schema_diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="An exported collections.json, or its folder.")],
    new: Annotated[
        Path | None, typer.Argument(metavar="[NEW]", help="Another one; nothing: what is declared now.")
    ] = None,
    json: Json = False,
) -> None:
    """Show what has changed between two exports."""
    from mystage.entrypoints.cli import schemas

    schemas.diff(old, new, json=json)


@schema.command("check", short_help="Fail on a change that breaks the last release.")
def schema_check(
    against: Annotated[Path, typer.Option("--against", help="The last release's export.")] = Path("schema"),
    json: Json = False,
) -> None:
    """Fail (exit code 3) on a change that breaks readers of the last release's export, or on exported files that are out of date."""
    from mystage.entrypoints.cli import schemas

    schemas.check(against, json=json)

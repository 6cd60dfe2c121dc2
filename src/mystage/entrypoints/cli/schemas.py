"""`schema export`, `diff` and `check`."""

from __future__ import annotations

import json as json_
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from mystage.containers import compare_schemas, exported_schema
from mystage.domain.errors import Invalid, NotFound
from mystage.entrypoints.cli.errors import PARTLY
from mystage.entrypoints.cli.session import print_json

_MAIN = "collections.json"


def export(out: Path, *, json: bool) -> None:
    """The command."""
    files = exported_schema()
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_text(content, encoding="utf-8")
    if json:
        print_json({"folder": str(out), "files": sorted(files)})
    else:
        Console().print(f"{out}: {', '.join(sorted(files))}", highlight=False)


def diff(old: Path, new: Path | None, *, json: bool) -> None:
    """The command."""
    found = compare_schemas(_read(old), _read(new) if new else json_.loads(exported_schema()[_MAIN]))
    _show([asdict(d) for d in found], json=json)


def check(against: Path, *, json: bool) -> None:
    """The command."""
    files = exported_schema()
    found = [asdict(d) for d in compare_schemas(_read(against), json_.loads(files[_MAIN])) if d.breaking]
    stale = [
        n for n, c in files.items() if not (against / n).is_file() or (against / n).read_text(encoding="utf-8") != c
    ]
    hint = "not what is declared now: `mystage schema export` writes it"
    found += [{"where": str(against / name), "what": hint, "breaking": False} for name in stale]
    _show(found, json=json)
    if found:
        raise typer.Exit(PARTLY)


def _show(rows: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        print_json({"differences": rows})
        return
    console = Console(soft_wrap=True)
    for row in rows:
        mark = "[red]breaks[/red]" if row["breaking"] else "[dim]adds[/dim]  "
        console.print(f"{mark}  {row['where']}: {row['what']}", highlight=False)
    if not rows:
        console.print("No differences.")


def _read(path: Path) -> Mapping[str, Any]:
    file = path / _MAIN if path.is_dir() else path
    try:
        found: Mapping[str, Any] = json_.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound("there is no such export", where=str(file), hint="`mystage schema export` writes one") from None
    except ValueError as error:
        raise Invalid(f"not an export: {error}", where=str(file)) from error
    return found

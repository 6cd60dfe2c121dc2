"""Options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

STORE_URL = "sqlite:///path, postgresql://user:password@host:5432/database or firestore://project."
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Data = Annotated[
    Path | None, typer.Option("--data", help="Folder of the catalogue (default: .mystage, or MYSTAGE_DATA).")
]
Actor = Annotated[str, typer.Option("--by", help="Who does this (for the audit).", envvar="USER", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why (for the audit).")]
Preview = Annotated[
    bool,
    typer.Option(
        "--preview", "--dry-run", help="Show every field, reference and search record it would touch; change nothing."
    ),
]

"""The demo's folder: made by the demo, marked as such, and the only thing that it ever deletes from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

from mystage.domain.errors import Invalid
from mystage.entrypoints.demo.sources import MANIFEST

MARKER: Final = ".made-by-mystage-demo"
_MADE: Final = ("mystage.db", "mystage.db-wal", "mystage.db-shm", "blobs", "search", MANIFEST, MARKER)
"""What a demo puts into its folder."""


def prepare(folder: Path, *, keep: bool) -> int:
    """Make the folder ready and answer the port of the demo before (0: any), so that kept addresses stay the same.

    Without `keep`, what an earlier demo made is removed first. Raises Invalid for a folder that no demo made.
    """
    if folder.exists() and not folder.is_dir():
        raise Invalid("this is a file", where=str(folder), hint="name a folder with --data")
    marker = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.is_file():
        raise Invalid(
            "this folder holds something that no demo made; it is left as it is",
            where=str(folder),
            hint="name a new or empty folder with --data",
        )
    port = _port(marker) if keep else 0
    if not keep:
        _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark(folder, port)
    return port


def mark(folder: Path, port: int) -> None:
    """Note that the demo made this folder, and the port that it served its world on."""
    note = {"made_by": "mystage demo", "port": port, "note": "the next demo here begins by removing what this one made"}
    (folder / MARKER).write_text(json.dumps(note), "utf-8")


def _port(marker: Path) -> int:
    try:
        port = json.loads(marker.read_text("utf-8"))["port"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0  # never written, or by hand: any port will do
    return port if isinstance(port, int) and 0 < port < 65_536 else 0


def _clear(folder: Path) -> None:
    """Remove what a demo made; anything else in the folder stays."""
    for name in _MADE:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

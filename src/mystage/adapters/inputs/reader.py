"""What a user names, listed item by item: a file, a folder, an archive."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from mystage.adapters.inputs.limits import ArchiveLimits, Budget
from mystage.adapters.inputs.members import Members
from mystage.adapters.inputs.names import file_url, is_archive, is_hidden, path_of, shown
from mystage.adapters.inputs.tars import tar_items
from mystage.adapters.inputs.zips import zip_items
from mystage.application.ports.readers import InputItem, InputReader
from mystage.domain.errors import TooLarge


class FileInputs(InputReader):
    """Lists files below a path (or a `file:///` address), in the order of their names.

    Hidden files and folders, `.git` and `__MACOSX` are passed over, unless the user named one. Links are followed, each
    folder is entered once. Plain files are not opened, archives are read one member at a time; FIFOs, sockets and
    devices are never opened.

    Args:
        limits: how much an archive may hold.
    """

    def __init__(self, limits: ArchiveLimits | None = None) -> None:
        self._limits = limits or ArchiveLimits()

    def items(self, path: str) -> Iterator[InputItem]:
        root = os.path.abspath(path_of(path))  # noqa: PTH100 - Path cannot hold all that os.fsdecode gives
        try:
            info = os.stat(root)  # noqa: PTH116 - likewise
        except (OSError, ValueError) as error:
            yield InputItem(file_url(root), shown(path), error=_cause(path, error))
            return
        if stat.S_ISDIR(info.st_mode):
            yield from self._folder(root)
        else:
            yield from self._file(root, os.path.basename(root), info)  # noqa: PTH119 - likewise

    def _folder(self, root: str) -> Iterator[InputItem]:
        """Walk without recursion: the stack holds what is still to come, the next one last."""
        stack = [root]
        entered: set[tuple[int, int]] = set()
        while stack:
            path = stack.pop()
            label = path[len(root) :].lstrip("/") or path
            try:
                info = os.stat(path)  # noqa: PTH116 - many files, and names that are not UTF-8
                if stat.S_ISDIR(info.st_mode):
                    if (info.st_dev, info.st_ino) not in entered:
                        entered.add((info.st_dev, info.st_ino))
                        stack += _entries(path)
                    continue
            except OSError as error:
                yield InputItem(file_url(path), shown(label), error=_cause(path, error))
                continue
            yield from self._file(path, label, info)

    def _file(self, path: str, label: str, info: os.stat_result) -> Iterator[InputItem]:
        if not stat.S_ISREG(info.st_mode):
            yield InputItem(file_url(path), shown(label), error=f"{shown(path)}: not a regular file")
        elif is_archive(path):
            yield from self._archive(path, label, info.st_size)
        else:
            yield InputItem(file_url(path), shown(label))

    def _archive(self, path: str, label: str, size: int) -> Iterator[InputItem]:
        members = Members(path, label)
        budget = Budget(self._limits, shown(path))
        name = path.lower()
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - likewise
                if name.endswith(".zip"):
                    yield from zip_items(file, members, budget)
                else:
                    yield from tar_items(file, size, members, budget, gzipped=name.endswith("gz"))
        except TooLarge as error:
            yield members.failed("", f"{error.message}; what comes later is left out")
        except OSError as error:
            yield InputItem(file_url(path), shown(label), error=_cause(path, error))


def _entries(folder: str) -> list[str]:
    """The visible entries, the last name first."""
    with os.scandir(folder) as found:
        return sorted((entry.path for entry in found if not is_hidden(entry.name)), reverse=True)


def _cause(path: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{shown(path)}: there is no such file or folder"
    return f"{shown(path)}: {getattr(error, 'strerror', None) or error}"

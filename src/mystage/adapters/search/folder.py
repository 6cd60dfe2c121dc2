"""The index's folder: made, opened, locked for a write and, if it is broken, set aside.

Many processes may share it. Writers take turns by tantivy's own lock (an `flock`, which the system releases when its
holder dies); readers see a commit as soon as `meta.json` is replaced, which tantivy does in one atomic step.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import tantivy

from mystage.adapters.search.rows import LAYOUT, schema
from mystage.domain.errors import Invalid, Malformed, MystageError, Unavailable

_LABEL = "mystage-search.json"
_META = "meta.json"
_HEAP = 15_000_000  # the least that tantivy accepts for one thread; a batch of documents is far smaller
_REBUILD = "the index is derived from the catalogue and loses nothing: clear and rebuild it with `mystage rebuild`"

_PASSING = (
    "StorageFull", "PermissionDenied", "ReadOnlyFilesystem", "os error 24", "os error 28", "Too many open files",
    "Worker thread failed",
)  # fmt: skip
"""Troubles of the machine, as tantivy's texts name them: the index itself is not broken."""


class IndexFolder:
    """One folder with one index. `patience` is how many seconds a write waits for its turn."""

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience
        self._mutex = threading.RLock()  # for the two attributes below; never held while waiting for a turn
        self._index: tantivy.Index | None = None
        self._seen: tuple[int, ...] = ()

    def searcher(self) -> tantivy.Searcher | None:
        """The index as it was last committed by any process; None where nothing was ever written."""
        with self._mutex, self.translated():
            if self._vacant():
                return None
            index = self._opened()
            stamp = self._stamp()  # before the reload: a commit in between is then seen by the next search
            if stamp != self._seen:
                index.reload()
                self._seen = stamp
            return index.searcher()

    def write(self, change: Callable[[tantivy.IndexWriter], None]) -> None:
        """Let `change` use the only writer among all processes, and commit; if it fails, nothing is changed."""
        with self.translated():
            if self._vacant():
                self._make()
            writer = self._turn(self._opened())
            try:
                roomy = self._roomy()
                change(writer)
                writer.commit()
            except BaseException:
                writer.wait_merging_threads()  # gives back the lock; without a commit there is nothing to merge
                raise
            # Small segments grow together, or each batch would stay one of its own. Without room for a second copy
            # that would fail and be tried for ever: then the writer is merely dropped, and its lock with it.
            if roomy:
                writer.wait_merging_threads()

    def updated_at(self) -> datetime | None:
        """When the index was last written, by any process."""
        try:
            seconds = (self._path / _META).stat().st_mtime
        except (FileNotFoundError, NotADirectoryError):
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def discard(self) -> None:
        """Set aside and remove a broken index of ours; a folder that is not ours is refused."""
        with self._mutex:
            if not self._vacant():
                self._label()
                aside = self._beside()
                self._path.rename(aside)
                shutil.rmtree(aside)
            self._index, self._seen = None, ()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn tantivy's errors, and panics of its native code over broken files, into ours."""
        try:
            yield
        except (ValueError, OSError) as error:
            raise self._broken(error) from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # pyo3's class cannot be imported; it is no `Exception`
                raise
            raise self._broken(error) from error

    def _broken(self, error: BaseException) -> MystageError:
        passing = isinstance(error, OSError) and not isinstance(error, FileNotFoundError)
        if passing or any(sign in str(error) for sign in _PASSING):
            hint = "check free space, permissions and open files, then try again"
            return Unavailable(f"the search index is out of reach: {error}", where=str(self._path), hint=hint)
        return Malformed(f"the search index cannot be used: {error}", where=str(self._path), hint=_REBUILD)

    def _vacant(self) -> bool:
        if self._path.exists() and not self._path.is_dir():
            hint = "name another folder, or move the file away"
            raise Invalid("the search index is a folder, and a file is in its place", where=str(self._path), hint=hint)
        return not self._path.is_dir() or not any(self._path.iterdir())

    def _stamp(self) -> tuple[int, ...]:
        stat = (self._path / _META).stat()
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def _opened(self) -> tantivy.Index:
        with self._mutex:
            if self._index is None:
                if self._label() != LAYOUT:
                    raise Malformed("the search index is of another version", where=str(self._path), hint=_REBUILD)
                self._index = tantivy.Index.open(str(self._path))
                self._index.config_reader("manual")
            return self._index

    def _label(self) -> int:
        """The layout written on the folder; whatever has no such label is not ours and stays as it is."""
        try:
            return int(json.loads((self._path / _LABEL).read_text("utf-8"))["layout"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            hint = f"name an empty or new folder; if this was a search index, remove it: {_REBUILD}"
            raise Invalid("this folder is no search index of MyStage", where=str(self._path), hint=hint) from error

    def _make(self) -> None:
        """Build an empty index beside the folder and move it in place: of two processes one wins, and both go on."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._beside()
        fresh.mkdir()
        try:
            tantivy.Index(schema(), path=str(fresh))
            (fresh / _LABEL).write_text(json.dumps({"layout": LAYOUT}), "utf-8")
            with suppress(OSError):  # the other process was faster: its folder is there and not empty
                os.rename(fresh, self._path)  # noqa: PTH104 Path.rename is the same, but reads as if it could replace
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _beside(self) -> Path:
        """A name that nobody uses, on the same file system."""
        return self._path.with_name(f".{self._path.name}-{uuid.uuid4().hex}")

    def _roomy(self) -> bool:
        """Whether twice the index's size is free."""
        size = 0
        for entry in self._path.iterdir():
            with suppress(FileNotFoundError):  # a merge that was put off may still be tidying up
                size += entry.stat().st_size
        return shutil.disk_usage(self._path).free > 2 * size

    def _turn(self, index: tantivy.Index) -> tantivy.IndexWriter:
        deadline = time.monotonic() + self._patience
        pause = 0.002
        while True:
            try:
                return index.writer(_HEAP, 1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise
                if time.monotonic() > deadline:
                    hint = "another MyStage process is writing; try again when it is done"
                    message = f"no turn to write to the search index within {self._patience:g} s"
                    raise Unavailable(message, where=str(self._path), hint=hint) from error
            time.sleep(random.uniform(pause / 2, pause))
            pause = min(0.05, pause * 1.5)

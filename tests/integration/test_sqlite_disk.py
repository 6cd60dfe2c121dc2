"""A disk that is really full, a file that may really not be written: one clear error, and nothing that was there is lost.

In processes of their own: what limits them (a small file system, a limit of the kernel, another user) would limit pytest.
"""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from tests.support.programs import ROOT, environment

FILL = """
    import asyncio, json, resource, signal, sqlite3, sys
    from pathlib import Path
    from tests.integration.contracts.samples import COLLECTIONS, put, query
    from mystage.adapters.stores.sql import SqliteStore
    from mystage.adapters.system import ManualClock
    from mystage.application.ports.documents import ChangeSet
    from mystage.domain.errors import Unavailable

    path, limit = Path(sys.argv[1]), int(sys.argv[2])
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    async def main():
        store = SqliteStore(path, COLLECTIONS, ManualClock())
        written, error = 0, None
        for number in range(2_000):
            try:
                await store.commit(ChangeSet(puts=tuple(put(f"{number:04}-{n}", note="x" * 2_000) for n in range(10))))
            except Unavailable as found:
                error = found
                break
            written += 10
        try:
            count = await store.count(query())
        except Unavailable:
            count = written  # not even a look is possible before there is space again
        await store.close()
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        else:
            (path.parent / "ballast").unlink()
        again = SqliteStore(path, COLLECTIONS, ManualClock())
        kept = await again.count(query())
        await again.commit(ChangeSet(puts=(put("and on"),)))
        await again.close()
        (sound,) = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()
        print(json.dumps([written, count, kept, sound, str(error)]))

    asyncio.run(main())
"""
READ_ONLY = """
    import asyncio, os, sys
    from pathlib import Path
    from tests.integration.contracts.samples import COLLECTIONS, put
    from mystage.adapters.stores.sql import SqliteStore
    from mystage.adapters.system import ManualClock
    from mystage.application.ports.documents import ChangeSet
    from mystage.domain.errors import MystageError

    async def write(path, id):
        store = SqliteStore(path, COLLECTIONS, ManualClock())
        try:
            await store.commit(ChangeSet(puts=(put(id),)))
        finally:
            await store.close()

    folder = Path(sys.argv[1])
    asyncio.run(write(folder / "warm.db", "all modules are loaded now"))
    if os.getuid() == 0:
        os.setgroups([]), os.setgid(65534), os.setuid(65534)
    try:
        asyncio.run(write(folder / "locked" / "store.db", "b"))
    except MystageError as error:
        print(type(error).__name__, error)
"""


def _run(code: str, *arguments: object, prefix: tuple[str, ...] = ()) -> str:
    command = [*prefix, sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    env = environment() | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _proved(told: str, *words: str) -> None:
    written, count, kept, sound, error = json.loads(told)
    assert any(word in error for word in words), error
    assert "store.db" in error
    assert (count, kept, sound) == (written, written, "ok")
    assert written > 0


def test_a_disk_that_is_full_loses_nothing_and_more_space_is_all_it_takes(tmp_path: Path):
    """A file system of two megabytes, of which a ballast that is removed takes half."""
    space = tmp_path / "space"
    space.mkdir()
    mount = f'mount -t tmpfs -o size=4m tmpfs "{space}" && head -c 2000000 /dev/zero > "{space}/ballast" && exec "$@"'
    inside = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh")
    if not shutil.which("unshare") or subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here (unshare, tmpfs)")
    _proved(_run(FILL, space / "store.db", 0, prefix=inside), "no space is left")


def test_a_file_that_the_system_lets_grow_no_more(tmp_path: Path):
    """A quota, or a limit of the process."""
    _proved(_run(FILL, tmp_path / "store.db", 1_500_000), "the disk failed", "no space is left")


def test_a_file_that_may_not_be_written_is_refused_by_name_and_stays_as_it_is(tmp_path: Path):
    """Another user's file in another user's folder."""
    locked = tmp_path / "locked"
    locked.mkdir()
    _run(FILL, locked / "store.db", 400_000)
    before = (locked / "store.db").read_bytes()
    shared = Path(tempfile.gettempdir())
    for parent in (p for p in (tmp_path, *tmp_path.parents) if shared in p.parents):  # pytest's own, closed to others
        parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
    (locked / "store.db").chmod(0o444)
    locked.chmod(0o555)
    try:
        told = _run(READ_ONLY, tmp_path)
    finally:
        locked.chmod(0o755)
    assert told.startswith("Forbidden"), told
    assert "store.db" in told
    assert "may not be written" in told
    assert (locked / "store.db").read_bytes() == before

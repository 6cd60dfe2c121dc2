"""`mystage store ...` as its users run it: real processes, their exit codes, and one that is killed in the middle."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests.support.programs import call, start

from mystage.adapters.stores.sql import SqliteStore
from mystage.adapters.system import ManualClock
from mystage.application.ports.documents import ChangeSet, Increment
from mystage.application.unit_of_work import UnitOfWork
from mystage.domain.collections import ALL
from mystage.domain.delivery import Task
from mystage.domain.pipeline.urls import URLS, UrlDoc

DOCUMENTS = 5_000
CLOCK = ManualClock()
SECRET = "hush-hush-4711"  # noqa: S105  a password of nothing


async def _filled(path: Path, count: int) -> str:
    """The URL of a store with `count` documents, a counter and a journal."""
    store = SqliteStore(path, ALL, CLOCK)
    for begin in range(0, count, 1_000):
        unit = UnitOfWork(store)
        for n in range(begin, min(begin + 1_000, count)):
            doc = UrlDoc(id=f"url_{n:05}", url=f"https://example.org/{n}", source="s", first_seen=CLOCK.now())
            unit.of(URLS).put(doc)
        await unit.commit()
    await store.commit(ChangeSet(increments=(Increment("funnel/plan/in", count),)))
    await store.append("catalogue", [b'{"n": 1}', b"\x00\xff"])
    await store.close()
    return f"sqlite:///{path}"


@pytest.fixture
async def source(tmp_path: Path) -> str:
    return await _filled(tmp_path / "source.db", 300)


def _refused(*args: str, cwd: Path, code: int) -> dict[str, str]:
    """The error that the command ends with."""
    process = start(*args, "--json", cwd=cwd)
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, f"exit {process.returncode}\n{out}\n{err}"
    assert "Traceback" not in err
    error: dict[str, str] = json.loads(err.splitlines()[-1])["error"]
    return error


def test_copy_then_verify(source: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'target.db'}"
    done = call("store", "copy", "--from", source, "--to", target, cwd=tmp_path)
    assert done == {"done": "300 documents and 2 journal entries copied", "equal": True, "differences": []}
    assert call("store", "verify", source, target, cwd=tmp_path)["equal"] is True


def test_copy_into_postgresql(source: str, tmp_path: Path, postgres) -> None:
    """By URLs alone, as the how-to says; a second copy onto it is refused."""
    target = postgres.schema()
    assert call("store", "copy", "--from", source, "--to", target, cwd=tmp_path)["equal"] is True
    assert call("store", "verify", target, source, cwd=tmp_path)["equal"] is True
    error = _refused("store", "copy", "--from", source, "--to", target, cwd=tmp_path, code=5)
    assert error["code"] == "conflict"
    assert "already holds" in error["message"]


async def test_verify_ends_with_3_where_stores_differ(source: str, tmp_path: Path) -> None:
    other = await _filled(tmp_path / "other.db", 299)
    told = call("store", "verify", source, other, cwd=tmp_path, expect=3)
    assert told["equal"] is False
    assert told["differences"] == ["urls: 300 and 299 documents", "counter funnel/plan/in: 300 and 299"]
    process = start("store", "verify", source, other, cwd=tmp_path)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 3
    assert "differs urls: 300 and 299 documents" in out


def test_dump_then_load(source: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'target.db'}"
    assert call("store", "dump", "backup.zst", "--from", source, cwd=tmp_path) == {"rows": 303}
    assert call("store", "load", "backup.zst", "--to", target, cwd=tmp_path) == {"rows": 303}
    assert call("store", "verify", source, target, cwd=tmp_path)["equal"] is True
    assert _refused("store", "load", "backup.zst", "--to", target, cwd=tmp_path, code=5)["code"] == "conflict"


def test_a_dump_that_is_cut_or_missing_is_refused(source: str, tmp_path: Path) -> None:
    call("store", "dump", "backup.zst", "--from", source, cwd=tmp_path)
    whole = (tmp_path / "backup.zst").read_bytes()
    (tmp_path / "cut.zst").write_bytes(whole[: len(whole) // 2])
    target = f"sqlite:///{tmp_path / 'target.db'}"
    error = _refused("store", "load", "cut.zst", "--to", target, cwd=tmp_path, code=2)
    assert "cut.zst" in error["where"]
    _refused("store", "load", "none.zst", "--to", f"sqlite:///{tmp_path / 'two.db'}", cwd=tmp_path, code=4)


async def test_waiting_tasks_stop_a_copy(tmp_path: Path) -> None:
    url = await _filled(tmp_path / "busy.db", 3)
    store = SqliteStore(tmp_path / "busy.db", ALL, CLOCK)
    await store.add([Task(id="t", queue="fetch")])
    await store.close()
    copy = ("store", "copy", "--from", url, "--to", f"sqlite:///{tmp_path / 'target.db'}")
    assert "1 tasks wait" in _refused(*copy, cwd=tmp_path, code=2)["message"]
    assert call(*copy, "--leave-tasks", cwd=tmp_path)["equal"] is True


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"mysql://anna:{SECRET}@localhost/db", 2),
        (f"postgresql://anna:{SECRET}@127.0.0.1:1/db", 8),
        (f"postgresql://anna:{SECRET}@127.0.0.1:notaport/db", 2),
        (f"postgresql://anna:{SECRET}@/?host=%zz", None),
        (f"anna:{SECRET}", 2),
    ],
)
def test_a_wrong_url_tells_no_password(source: str, tmp_path: Path, url: str, code: int | None) -> None:
    """Neither for a target nor for a source, and with a clear error."""
    for args in (("copy", "--from", source, "--to", url), ("verify", url, source), ("dump", "f", "--from", url)):
        process = start("store", *args, cwd=tmp_path)
        out, err = process.communicate(timeout=120)
        assert SECRET not in out + err
        assert "Traceback" not in err, err
        assert process.returncode == code if code else process.returncode in (2, 6, 8), err


def _there(path: Path) -> int:
    """How many documents a store in the making holds."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        count: int = connection.execute("SELECT count(*) FROM urls").fetchone()[0]
        return count
    return 0


def _killed_in_the_middle(source: str, target: Path) -> bool:
    """Start a copy and kill it as soon as some documents are there. Whether it was cut before its end."""
    process: subprocess.Popen[str] = start(
        "store", "copy", "--from", source, "--to", f"sqlite:///{target}", cwd=target.parent
    )
    give_up = time.monotonic() + 60
    while not _there(target) and process.poll() is None:
        assert time.monotonic() < give_up, "the copy does not begin"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL and 0 < _there(target) < DOCUMENTS


@pytest.mark.crash
async def test_a_copy_that_was_killed_goes_on(tmp_path: Path) -> None:
    """Killed by SIGKILL in the middle and run again: the rest is copied, and both stores hold the same."""
    source = await _filled(tmp_path / "source.db", DOCUMENTS)
    targets = [tmp_path / f"target{attempt}.db" for attempt in range(6)]
    target = next((path for path in targets if _killed_in_the_middle(source, path)), None)
    assert target is not None, "no copy could be killed before its end"
    held = _there(target)
    url = f"sqlite:///{target}"
    assert call("store", "verify", source, url, cwd=tmp_path, expect=3)["equal"] is False
    done = call("store", "copy", "--from", source, "--to", url, cwd=tmp_path)
    assert done["done"] == f"{DOCUMENTS - held:,} documents and 2 journal entries copied"
    assert done["equal"] is True
    assert call("store", "verify", source, url, cwd=tmp_path)["equal"] is True

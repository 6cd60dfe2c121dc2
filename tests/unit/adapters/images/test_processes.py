"""Decoding in child processes: answers, errors, children that hang or die, and how much memory one takes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.pictures import encoded, jpeg, scene

from mystage.adapters.images import processes
from mystage.adapters.images.child import answer
from mystage.adapters.images.processes import ImageProcesses
from mystage.adapters.images.rendering import render
from mystage.domain.errors import Invalid, Malformed, TooLarge, Unavailable


@pytest.fixture
async def pool() -> AsyncIterator[ImageProcesses]:
    opened = ImageProcesses(1)
    yield opened
    await opened.close()


def pid_of(pool: ImageProcesses) -> int:
    """The child that waits."""
    return pool._idle[0]._process.pid


def peak_of(pid: int) -> int | None:
    """KB of memory that a process held at most."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1])


async def test_a_child_gives_what_rendering_gives(pool: ImageProcesses):
    """Several pictures one after the other, by the same child, errors in between."""
    bodies = [jpeg(1), jpeg(2, (3000, 2000)), encoded(scene(3), "PNG")]
    pids = set()
    for body in bodies:
        assert await pool.render(body) == render(body)
        pids.add(pid_of(pool))
        with pytest.raises(Malformed, match="cannot be decoded") as caught:
            await pool.render(b"no picture")
        assert caught.value.where == "damaged"
    assert len(pids) == 1
    with pytest.raises(TooLarge):
        await pool.render(jpeg(1, (6000, 4000), progressive=True))


async def test_many_at_once_get_their_own_answers():
    """Two children, ten pictures."""
    pool = ImageProcesses(2, renewed=3)
    bodies = [jpeg(seed, (300, 200)) for seed in range(10)]
    try:
        made = await asyncio.gather(*(pool.render(body) for body in bodies))
    finally:
        await pool.close()
    assert [m.hash for m in made] == [render(body).hash for body in bodies]


async def test_a_child_that_dies_costs_its_own_picture_alone(pool: ImageProcesses):
    """The next picture has a fresh child."""
    await pool.render(jpeg())
    first = pid_of(pool)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(Unavailable) as caught:
        await pool.render(jpeg())
    assert caught.value.where == "crash"
    await pool.render(jpeg())
    assert pid_of(pool) != first


async def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch):
    """What takes too long is told, and the child is gone."""
    monkeypatch.setattr(processes, "_PROGRAM", "import time; time.sleep(600)")
    pool = ImageProcesses(1, seconds=0.2)
    with pytest.raises(Unavailable) as caught:
        await pool.render(jpeg())
    assert caught.value.where == "slow"
    assert pool._idle == []


async def test_a_cancelled_picture_does_not_answer_for_the_next(pool: ImageProcesses):
    """Its child ends with it."""
    await pool.render(jpeg(1))
    waiting = asyncio.ensure_future(pool.render(jpeg(1, (4000, 3000))))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    body = jpeg(2)
    assert (await pool.render(body)).hash == render(body).hash


async def test_a_child_that_talks_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch):
    """An answer that is no answer ends in an error of ours."""
    for program in ("print('x' * 9000)", "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\2{]')"):
        monkeypatch.setattr(processes, "_PROGRAM", program)
        pool = ImageProcesses(1)
        with pytest.raises(Unavailable):
            await pool.render(jpeg())
        await pool.close()


async def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    """One sentence says what to install."""
    monkeypatch.setattr(processes, "find_spec", lambda name: None)
    with pytest.raises(Invalid, match=r"mystage\[images\]"):
        await ImageProcesses(1).render(jpeg())


async def test_a_worker_stays_below_80_megabytes(pool: ImageProcesses):
    """After the largest pictures that are taken, of each kind (Linux tells the peak)."""
    await pool.render(jpeg())
    largest = [
        jpeg(1, (8000, 6000)),
        jpeg(1, (4000, 3000), progressive=True),
        jpeg(1, (2500, 2500)),
        encoded(scene(1, (3300, 2400)), "PNG"),
        encoded(scene(1, (2400, 1800), "RGBA"), "PNG"),
        encoded(scene(1, (2800, 2000)).quantize(64), "GIF"),
        encoded(scene(1, (2000, 1500)), "WEBP"),
    ]
    for body in largest:
        await pool.render(body)
    peak = peak_of(pid_of(pool))
    if peak is None:
        pytest.skip("only Linux tells the peak of a process")
    assert peak < 80_000


def test_an_error_is_one_frame_with_its_code_and_cause():
    """What the parent raises again."""
    [frame] = answer(b"")
    assert json.loads(frame)["error"] == "malformed"
    assert json.loads(frame)["where"] == "damaged"

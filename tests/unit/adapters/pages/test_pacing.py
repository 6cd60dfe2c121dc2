"""Turns at a host, alone."""

from __future__ import annotations

import asyncio
import time

import pytest

from mystage.adapters.pages import pacing
from mystage.adapters.pages.network import CachedResolver
from mystage.adapters.pages.pacing import HostGate, HostPaused, Hosts


async def test_places_are_given_in_order():
    """Who waited longest comes next."""
    gate = HostGate()
    order = []

    async def visit(name):
        await gate.enter(0.0, 1, 1.0)
        order.append(name)
        await asyncio.sleep(0)
        gate.leave()

    await asyncio.gather(*map(visit, range(6)))
    assert order == list(range(6))
    assert gate.active == 0


async def test_cancelled_waiter_passes_its_place_on():
    """A place that was given in the moment of cancelling is not lost."""
    gate = HostGate()
    await gate.enter(0.0, 1, 1.0)
    first, second = (asyncio.create_task(gate.enter(0.0, 1, 1.0)) for _ in range(2))
    await asyncio.sleep(0)
    gate.leave()
    first.cancel()
    async with asyncio.timeout(2):
        await second
    assert first.cancelled()
    assert gate.active == 1


async def test_slots_are_an_interval_apart():
    """The next slot is booked by each entry; a wait that is cancelled gives the place back."""
    gate = HostGate()
    await gate.enter(100.0, 2, 1.0)
    waiting = asyncio.create_task(gate.enter(100.0, 2, 1.0))
    await asyncio.sleep(0)
    assert gate.active == 2
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert gate.active == 1
    assert gate.next_slot > time.monotonic() + 100


async def test_pause_only_grows():
    """A shorter Retry-After does not cut a longer one; a pause beyond the patience turns the visitor away."""
    gate = HostGate()
    gate.pause(100.0)
    gate.pause(1.0)
    with pytest.raises(HostPaused) as caught:
        await gate.enter(0.0, 1, 10.0)
    assert caught.value.seconds > 90
    assert gate.active == 0


def test_idle_hosts_are_forgotten(monkeypatch):
    """Memory of hosts is bounded; one that is busy or paused stays."""
    monkeypatch.setattr(pacing, "_MANY_HOSTS", 3)
    hosts = Hosts()
    paused, busy = hosts.gate("paused"), hosts.gate("busy")
    paused.pause(60.0)
    busy.active = 1
    idle = hosts.gate("idle")
    hosts.gate("new")
    assert hosts.gate("paused") is paused
    assert hosts.gate("busy") is busy
    assert hosts.gate("idle") is not idle


async def test_resolved_names_are_remembered_and_failures_are_not():
    """One look-up a minute for each name."""
    asked = []

    async def resolve(host, port):
        asked.append(host)
        if len(asked) == 1:
            raise OSError("no such host")
        return ["192.0.2.1"]

    cached = CachedResolver(resolve)
    with pytest.raises(OSError, match="no such host"):
        await cached("a", 80)
    assert await cached("a", 80) == await cached("a", 80) == ["192.0.2.1"]
    await cached("a", 443)
    assert asked == ["a", "a", "a"]

"""What a deployment's workers together may ask of a source: permits, pauses, a breaker. Pure: time is given.

Windows slide: in no span of a limit's length may there be more calls than it allows, wherever the span begins. A permit
may be used from one moment to another, so it counts until a whole window after the last moment at which it could have
been used. Permits are dealt in the order in which they are asked for, also for moments to come: who waits, holds a place.

All times are seconds since 1970 (UTC), of one clock; machines that share a source keep theirs in step (NTP).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from mystage.domain.access import DATA_ROLES
from mystage.domain.pipeline.quotas import Limit, Said
from mystage.domain.schema import Collection, Index
from mystage.domain.values import Model, evolve

_SLACK: Final = 0.02
"""Part of the shortest window for which a permit is good: what it costs of the allowance."""
_SLACK_SECONDS: Final = (0.05, 60.0)
"""At least and at most: a process must be able to wake up in time."""
_GRAIN: Final = 0.01
"""Part of a window to which past calls are noted: it keeps the note short."""
_GUARD: Final = 0.001
"""Seconds between the end of one window and the next call: seconds since 1970 are no finer than a microsecond."""
_RECHECK: Final = 5.0
"""Seconds for which a source without limits is taken to be well."""
MANY: Final = 1_000_000
_FAIR: Final = 4
"""One worker takes at most this part of the room that is left for calls that wait already."""
_AHEAD: Final = 50
"""Likewise for calls that are yet to come."""
_THROTTLE_CAP: Final = 300.0


class BreakerPolicy(Model):
    """When a source that fails is left alone. `failures` in a row within `window` seconds open it for `timeout` seconds.

    Then one call tries; each trial that fails doubles the time, up to `cap`. See Nygard, "Release It!" (circuit breaker).
    """

    failures: Annotated[int, Field(ge=1)] = 5
    window: Annotated[float, Field(gt=0)] = 120.0
    timeout: Annotated[float, Field(gt=0)] = 30.0
    cap: Annotated[float, Field(gt=0)] = 600.0
    trial: Annotated[float, Field(gt=0)] = 60.0
    """Seconds after which a trial that was not told of is given to another."""


class Quota(Model):
    """How a source stands, for all workers of a deployment."""

    id: str
    source: str
    log: tuple[tuple[float, int], ...] = ()
    """Calls: the last moment at which they could have been made, and how many; in the order of time."""
    last: float = 0.0
    """From when the latest permits are good."""
    closed_until: float = 0.0
    """Its own answers ask for a pause until then."""
    throttles: int = 0
    """Answers in a row that said "too often"."""
    failures: tuple[float, ...] = ()
    """When it failed, since it last answered."""
    opened: int = 0
    """How often in a row the breaker opened; 0: it is closed."""
    open_until: float = 0.0
    trial_until: float = 0.0
    """Somebody tries it until then."""

    @property
    def breaker(self) -> str:
        """`closed`, `open` or (a call has been let through to try) `half-open`."""
        if not self.opened:
            return "closed"
        return "half-open" if self.trial_until > self.open_until else "open"


@dataclass(frozen=True, slots=True)
class Permits:
    """So many calls, from one moment to another."""

    start: float
    until: float
    count: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """No permit within the time that was given; ask again in `wait` seconds."""

    wait: float
    why: str


def reserve(
    quota: Quota,
    limits: tuple[Limit, ...],
    policy: BreakerPolicy,
    *,
    now: float,
    want: int,
    patience: float,
    ahead: int = 1,
) -> tuple[Quota, Permits] | Refusal:
    """Permits for `want` calls, good at the earliest moment within `patience` seconds.

    Up to `ahead` are given in advance, but no more than a small part of what is left: others would be turned away for
    what one worker holds. (As in guided self-scheduling: Polychronopoulos and Kuck, 1987.)
    """
    quota = _sane(quota, now, patience)
    start = max(now, quota.last, quota.closed_until)
    if quota.closed_until - now > patience:
        return Refusal(quota.closed_until - now, "the source asked for a pause")
    if quota.opened:
        begins = max(quota.open_until, quota.trial_until)
        if begins > now:
            return Refusal(
                begins - now, f"the breaker is {quota.breaker}: the source failed {len(quota.failures)} times"
            )
        quota, want, ahead = evolve(quota, trial_until=now + policy.trial), 1, 1
    for limit in sorted(limits, key=lambda limit: limit.seconds, reverse=True):
        start = max(start, _free_at(quota.log, limit, start))
    if start - now > patience:
        return Refusal(start - now, "the limit of calls is reached")
    room = min((limit.calls - _active(quota.log, limit, start) for limit in limits), default=MANY)
    count = min(room, max(min(want, max(1, room // _FAIR)), min(ahead, room // _AHEAD)))
    permits = Permits(start, start + slack(limits), count if limits else (1 if quota.opened else MANY))
    if not limits:
        return quota, permits
    log = _shortened((*quota.log, (permits.until, permits.count)), limits, now)
    return evolve(quota, log=log, last=start), permits


def slack(limits: tuple[Limit, ...]) -> float:
    """Seconds for which permits are good."""
    if not limits:
        return _RECHECK
    least, most = _SLACK_SECONDS
    return min(most, max(least, _SLACK * min(limit.seconds for limit in limits)))


def give_back(quota: Quota, permits: Permits, used: int, last_use: float) -> Quota:
    """The permits as they were used: what was not used is free again, what was used early ends early."""
    entry = (permits.until, permits.count)
    if entry not in quota.log or (used == permits.count and last_use >= permits.until):
        return quota
    rest = list(quota.log)
    rest.remove(entry)
    if used:
        rest.append((min(last_use, permits.until), used))
    return evolve(quota, log=tuple(sorted(rest)))


def answered(
    quota: Quota, limits: tuple[Limit, ...], policy: BreakerPolicy, *, status: int, heard: Said, now: float
) -> Quota:
    """What an answer changes. `status` 0: there was none."""
    if status == 429 or (status in (403, 503) and heard.pause):
        throttles = quota.throttles + 1
        # a source that says 0 seconds, or says less than it means, is asked less and less often
        own = min(_THROTTLE_CAP, 2.0 ** (throttles - 1)) if throttles > 1 or not heard.pause else 0.0
        pause = max(heard.pause, own)
        # it answers: whatever it is, it is not dead
        return evolve(_well(quota), throttles=throttles, closed_until=max(quota.closed_until, now + pause))
    if status == 0 or status >= 500:
        return _failed(quota, policy, now)
    quota = _well(quota)
    if quota.throttles:
        quota = evolve(quota, throttles=0)
    if heard.remaining == 0 and heard.pause and now + heard.pause > quota.closed_until:
        quota = evolve(quota, closed_until=now + heard.pause)
    return _corrected(quota, limits, heard, now)


def left(quota: Quota, limit: Limit, now: float) -> int:
    """Calls that a limit still has room for."""
    return max(0, limit.calls - _active(quota.log, limit, now))


def pause_of(quota: Quota, now: float) -> float:
    """Seconds for which a source is not asked at all."""
    return max(0.0, quota.closed_until - now, max(quota.open_until, quota.trial_until) - now if quota.opened else 0.0)


def _failed(quota: Quota, policy: BreakerPolicy, now: float) -> Quota:
    failures = (*(f for f in quota.failures if now - policy.window < f <= now), now)[-100:]
    trial_failed = quota.opened and quota.trial_until > quota.open_until
    if quota.opened and not trial_failed:  # calls that were under way when it opened
        return evolve(quota, failures=failures)
    if not trial_failed and len(failures) < policy.failures:
        return evolve(quota, failures=failures)
    open_for = min(policy.cap, policy.timeout * 2.0 ** min(quota.opened, 30))
    return evolve(quota, failures=failures, opened=quota.opened + 1, open_until=now + open_for, trial_until=0.0)


def _well(quota: Quota) -> Quota:
    if not (quota.failures or quota.opened):
        return quota
    return evolve(quota, failures=(), opened=0, open_until=0.0, trial_until=0.0)


def _corrected(quota: Quota, limits: tuple[Limit, ...], heard: Said, now: float) -> Quota:
    """Others use the same key: the server has counted calls that we know nothing of."""
    fitting = [limit for limit in limits if heard.reset and limit.seconds >= heard.reset - 1]
    if heard.remaining is None or heard.reset is None or not fitting:
        return quota
    limit = min(fitting, key=lambda limit: limit.seconds)
    unknown = left(quota, limit, now) - heard.remaining
    if unknown <= 0:
        return quota
    return evolve(quota, log=tuple(sorted((*quota.log, (min(now, now + heard.reset - limit.seconds), unknown)))))


def _sane(quota: Quota, now: float, patience: float) -> Quota:
    """A clock that was set back must not close a source: nothing is promised for later than a waiting time ahead."""
    ahead = now + patience + _SLACK_SECONDS[1]
    if quota.last <= ahead and all(until <= ahead for until, _ in quota.log[-1:]):
        return quota
    return evolve(quota, last=min(quota.last, now), log=tuple((min(until, now), count) for until, count in quota.log))


def _active(log: Iterable[tuple[float, int]], limit: Limit, at: float) -> int:
    return sum(count for until, count in log if until > at - limit.seconds - _GUARD / 2)


def _free_at(log: tuple[tuple[float, int], ...], limit: Limit, at: float) -> float:
    """The first moment from `at` on at which one more call fits."""
    used = _active(log, limit, at)
    for until, count in log:
        if used < limit.calls:
            break
        if until > at - limit.seconds - _GUARD / 2:
            used -= count
            at_earliest = until + limit.seconds + _GUARD
            if used < limit.calls:
                return max(at, at_earliest)
    return at


def _shortened(
    log: Iterable[tuple[float, int]], limits: tuple[Limit, ...], now: float
) -> tuple[tuple[float, int], ...]:
    """The note without what no window reaches; what is past is put together, at the later moment of each grain."""
    windows = sorted(limit.seconds for limit in limits)
    kept: list[tuple[float, int]] = []
    last_grain: tuple[float, int] | None = None
    for until, count in sorted(log):
        age = now - until
        window = next((w for w in windows if age < w + 1.0), None)
        if window is None:
            continue
        grain = (window, int(until // (window * _GRAIN))) if age > 0 else None
        if kept and grain is not None and grain == last_grain:
            kept[-1] = (until, kept[-1][1] + count)
        else:
            kept.append((until, count))
        last_grain = grain
    return tuple(kept)


QUOTAS = Collection("quotas", Quota, indexes=(Index("source"),), composites=(), readers=DATA_ROLES)

"""Accounts take turns; one that was refused rests, longer each time, and never takes part meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.pipeline.credentials import Credential, Use, after_use, next_in_turn, rested, taken

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def account(name: str) -> Credential:
    return Credential(id=name, source="s", label=name, sealed="x", added_at=NOW)


@given(st.lists(st.tuples(st.sampled_from(list(Use)), st.floats(0, 3_600)), max_size=40))
def test_who_rests_is_not_asked_and_the_others_take_turns(uses: list[tuple[Use, float]]) -> None:
    kept = {name: account(name) for name in "abc"}
    now = NOW
    for use, seconds in uses:
        now += timedelta(seconds=seconds)
        chosen = next_in_turn(kept.values(), now)
        if chosen is None:
            assert not any(rested(c, now) for c in kept.values())
            continue
        assert rested(chosen, now)
        ready = [c for c in kept.values() if rested(c, now)]
        assert all((c.last_used or NOW) >= (chosen.last_used or NOW) for c in ready)
        kept[chosen.id] = after_use(taken(chosen, now), use, now)


def test_rests_double_up_to_a_week_and_end_with_a_good_use() -> None:
    credential, rests = account("a"), list[timedelta]()
    for _ in range(12):
        credential = after_use(credential, Use.REFUSED, NOW)
        assert credential.resting_until is not None
        rests.append(credential.resting_until - NOW)
    assert rests[:3] == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert rests[-1] == timedelta(days=7)
    well = after_use(credential, Use.OK, NOW)
    assert (well.failures, well.resting_until) == (0, None)
    assert after_use(credential, Use.FAILED, NOW).failures == credential.failures

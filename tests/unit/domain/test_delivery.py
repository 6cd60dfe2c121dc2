"""Retries: bounds of the backoff, what is tried again and what becomes a dead letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.delivery import Dead, Retry, RetryPolicy, Task, after_failure, dead_letter, failure_cause
from mystage.domain.errors import AddressRefused, Conflict, Invalid, LeaseLost, Malformed, MystageError, Throttled
from mystage.domain.errors import Unavailable as Away

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CHANCE = st.floats(0, 1)
POLICY = st.builds(RetryPolicy, max_attempts=st.integers(1, 50), base=st.floats(0.01, 1e3), cap=st.floats(0.01, 1e5))


@given(policy=POLICY, attempt=st.integers(1, 10_000), chance=CHANCE)
def test_a_wait_is_between_nothing_and_the_cap(policy: RetryPolicy, attempt: int, chance: float) -> None:
    assert 0 <= policy.delay(attempt, chance) <= policy.cap


@given(policy=POLICY, attempt=st.integers(1, 200))
def test_the_longest_wait_doubles_until_the_cap(policy: RetryPolicy, attempt: int) -> None:
    now, later = policy.delay(attempt, 1.0), policy.delay(attempt + 1, 1.0)
    assert later == min(policy.cap, 2 * now) or now == later == policy.cap


@given(policy=POLICY, attempt=st.integers(1, 100), chance=CHANCE)
def test_jitter_is_full(policy: RetryPolicy, attempt: int, chance: float) -> None:
    """Any share of the longest wait, down to none: a crowd of workers is spread over all of it."""
    assert policy.delay(attempt, chance) == pytest.approx(chance * policy.delay(attempt, 1.0))


@given(attempts=st.integers(1, 20), chance=CHANCE, asked=st.none() | st.floats(0, 1e5))
def test_what_may_pass_is_tried_again_until_the_attempts_are_spent(
    attempts: int, chance: float, asked: float | None
) -> None:
    """Never before the moment that the other side named."""
    policy = RetryPolicy(max_attempts=10)
    task = Task(id="t", queue="fetch", attempts=attempts)
    verdict = after_failure(task, Away("no net", retry_after=asked), policy, now=NOW, chance=chance)
    if attempts >= 10:
        assert isinstance(verdict, Dead)
        assert verdict.record.attempts == attempts
    else:
        assert isinstance(verdict, Retry)
        assert verdict.at >= NOW + timedelta(seconds=asked or 0) - timedelta(microseconds=1)
        assert verdict.error == "unavailable: no net"


@pytest.mark.parametrize("error", [Invalid("no"), Malformed("no"), AddressRefused("no")])
def test_what_will_always_be_wrong_is_not_tried_again(error: MystageError) -> None:
    verdict = after_failure(Task(id="t", queue="q", attempts=1), error, RetryPolicy(), now=NOW, chance=0.5)
    assert isinstance(verdict, Dead)
    assert verdict.record.error_kind == error.code


@pytest.mark.parametrize("error", [Conflict("no"), LeaseLost("no"), ZeroDivisionError("no")])
def test_conflicts_and_defects_are_tried_again(error: Exception) -> None:
    verdict = after_failure(Task(id="t", queue="q", attempts=1), error, RetryPolicy(), now=NOW, chance=0.5)
    assert isinstance(verdict, Retry)


def test_a_throttled_task_waits_at_least_the_base() -> None:
    """Chance alone must not send it back at once to a server that is tired of us."""
    policy = RetryPolicy(base=10, cap=60)
    verdict = after_failure(Task(id="t", queue="q", attempts=1), Throttled("slow"), policy, now=NOW, chance=0.0)
    assert isinstance(verdict, Retry)
    assert verdict.at == NOW + timedelta(seconds=10)


def test_a_dead_letter_holds_what_is_needed_to_run_it_again() -> None:
    task = Task(id="t", queue="q", payload={"a": "b"}, attempts=5, trace="run_1", first_failed_at=NOW)
    later = NOW + timedelta(hours=1)
    record = dead_letter(task, Away("no net", where="http://x.example/"), now=later)
    assert (record.task, record.trace, record.where) == (task, "run_1", "http://x.example/")
    assert (record.first_failed_at, record.last_failed_at, record.detail) == (NOW, later, "")
    assert record.id == dead_letter(task, Invalid("else"), now=NOW).id, "one record a task"


def fail(kind: type[Exception]) -> Exception:
    try:
        raise kind("x")
    except Exception as error:  # noqa: BLE001  the test wants it with its traceback
        return error


def test_failures_are_grouped_by_stage_and_kind() -> None:
    same = failure_cause("q", fail(KeyError)), failure_cause("q", fail(KeyError))
    assert len(set(same)) == 1
    causes = {same[0], failure_cause("p", fail(KeyError)), failure_cause("q", fail(TypeError))}
    assert len(causes) == 3
    assert "unexpected.KeyError" in same[0]

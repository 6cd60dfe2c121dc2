"""Limits: what headers say in all their dialects, and an allowance that is never passed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.pipeline.quotas import Allowance, Limit, Said, said

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Said()),
        ({"retry-after": "7"}, Said(retry_after=7.0)),
        ({"retry-after": "Mon, 04 May 2026 12:01:00 GMT"}, Said(retry_after=60.0)),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "30"}, Said(0, 30.0)),
        ({"x-ratelimit-limit": "100", "x-ratelimit-remaining": "12", "x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}, Said(12, 90.0)),
        ({"rate-limit": "5000", "rate-limit-available": "0", "rate-limit-reset": str(int(NOW.timestamp() + 5) * 1000)}, Said(0, 5.0)),
        ({"ratelimit-dailylimit": "300", "ratelimit-remaining": "0", "ratelimit-resettime": "2026-05-05T00:00:00+00:00"}, Said(0, 43_200.0)),
        ({"ratelimit": "limit=100, remaining=50, reset=5"}, Said(50, 5.0)),
        ({"ratelimit": '"default";r=3;t=20', "ratelimit-policy": '"default";q=100;w=60'}, Said(3, 20.0)),
        ({"x-ratelimit-reset": "soon", "retry-after": "later"}, Said()),
        ({"retry-after": "999999999"}, Said(retry_after=172_800.0)),
    ],
)  # fmt: skip
def test_what_headers_say(headers: dict[str, str], expected: Said) -> None:
    assert said(headers, NOW) == expected


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "ratelimit", "x-ratelimit-reset", "rate-limit-available"]), st.text()
    )
)
def test_headers_of_any_text_are_no_harm(headers: dict[str, str]) -> None:
    heard = said(headers, NOW)
    assert 0 <= heard.pause <= 172_800


@given(st.integers(1, 20), st.floats(0.5, 100), st.lists(st.floats(0, 30), max_size=80))
def test_no_window_holds_more_calls_than_the_limit(calls: int, seconds: float, pauses: list[float]) -> None:
    """Whoever waits as told makes at most `calls` calls in any window that begins with a call of a fresh window."""
    allowance, now, made = Allowance(Limit(calls=calls, seconds=seconds)), 0.0, list[float]()
    for pause in pauses:
        now += pause
        now += allowance.wait(now)
        assert allowance.wait(now) <= 1e-6 or allowance.wait(now) < seconds
        allowance.take(now)
        made.append(now)
    begun = made[:1]
    for moment in made:
        if moment >= begun[-1] + seconds:
            begun.append(moment)
    for start in begun:
        assert sum(start <= moment < start + seconds * 0.999 for moment in made) <= calls

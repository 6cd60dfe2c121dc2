"""Headers read as the standards say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.adapters.pages.outcomes import judge_status, retry_after_seconds
from mystage.adapters.pages.settings import user_agent
from mystage.domain.pipeline.scrapes import FetchOutcome

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Mon, 05 Jan 2026 12:01:30 GMT", 90.0),
        ("Mon, 05 Jan 2026 11:00:00 GMT", 0.0),
        ("Mon, 05 Jan 2026 13:00:30 +0100", 30.0),
    ],
)
def test_retry_after(value, seconds):
    """Seconds or a date; the past is now; nonsense is nothing."""
    assert retry_after_seconds(value, NOW) == seconds


@given(st.text(max_size=60))
def test_retry_after_never_fails(value):
    """Whatever a server writes there."""
    seconds = retry_after_seconds(value, NOW)
    assert seconds is None or seconds >= 0


@given(st.integers(100, 999))
def test_every_status_has_an_outcome(status):
    """A status that is not 2xx is never OK, and what is gone or blocked is not tried again at once."""
    outcome, retryable = judge_status(status)
    assert (outcome is FetchOutcome.OK) == (200 <= status < 300)
    assert not retryable or outcome is FetchOutcome.FAILED


def test_user_agent_names_the_contact():
    """Who visits, and where to complain."""
    assert user_agent().startswith("MyStageBot/")
    assert user_agent("mailto:bot@example.org").endswith(" (+mailto:bot@example.org)")

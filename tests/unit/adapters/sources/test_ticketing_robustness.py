"""No payload makes a ticketing reader raise, hang or break: fuzzed samples, broken pages, big pages."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.adapters.sources import ticketing as t

from mystage.domain.sources import Reading

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**20), max_value=10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "0",
            "2031-13-45T99:99:99Z",
            "9999-12-31T23:59:59Z",
            "0001-01-01",
            "$",
            "1.2.3",
            "<b>",
            "\x00",
            "UTC+99",
            "-" * 500,
        ]
    ),
    st.sampled_from([[], {}, [None], [[]], [{}], {"": None}, [1, "a"], {"text": 5}, {"id": []}]),
)


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, inner in items for path in _paths(inner, (*at, key)))]


def _replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    changed = copy.deepcopy(value)
    spot = changed
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = junk
    return changed


@pytest.mark.parametrize("reader", t.SAMPLES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_sample_with_one_odd_value_is_still_answered(reader, data):
    """Whatever stands in one place, the reader answers, and no defect of its own is caught by the registry."""
    sample = t.SAMPLES[reader]
    path = data.draw(st.sampled_from(_paths(sample)))
    document = t.raw(_replaced(sample, path, data.draw(JUNK)))
    t.READERS.route(document)
    reading = t.READERS.read(document, reader)
    assert isinstance(reading, Reading)
    assert "reader defect" not in reading.reason, (path, reading.reason)


@pytest.mark.parametrize("reader", [*t.SAMPLES, "boarddocs", "cassette"])
@settings(max_examples=25, deadline=None)
@given(
    body=st.one_of(
        st.binary(max_size=60), st.text(max_size=60).map(str.encode), JUNK.map(lambda v: json.dumps(v).encode())
    )
)
def test_any_bytes_are_answered(reader, body):
    """A reader that the manifest names may meet anything."""
    reading = t.READERS.read(t.raw(body), reader)
    assert "reader defect" not in reading.reason, reading.reason


@pytest.mark.parametrize("cut", [0.3, 0.5, 0.8, 0.95])
def test_a_facebook_page_that_breaks_off_is_answered(cut):
    """A fragment that is cut is left out; what came before it counts."""
    page = t.facebook_page(t.facebook_event(), t.FACEBOOK_ABOUT)
    reading = t.READERS.read(t.raw(page[: int(len(page) * cut)]), "facebook")
    assert "reader defect" not in reading.reason


@pytest.mark.parametrize(
    "noise", ["<p>words</p>" * 60_000, '{"__bbox":{' * 60_000, '"__bbox":{"start_timestamp"' * 28_000]
)
def test_a_facebook_page_of_700_kb_is_read_quickly(noise):
    """Fragments are found by a search of the text: no parse of the page, no backtracking (bound with much air for slow machines)."""
    document = t.raw(t.facebook_page(t.facebook_event(), t.FACEBOOK_ABOUT, noise=noise))
    t.READERS.read(document, "facebook")
    took = min(_seconds(document) for _ in range(3))
    assert took < 0.5


def _seconds(document: Any) -> float:
    start = time.perf_counter()
    t.READERS.route(document, None)
    t.READERS.read(document, "facebook")
    return time.perf_counter() - start

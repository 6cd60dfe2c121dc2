"""Whatever bytes come, routing and reading answer; nothing is raised, and nothing takes long."""

from __future__ import annotations

import gzip
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.bad_files import GOOD_CALENDAR, SMALL
from tests.support.pages import page, show

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.application.unit_of_work import dump
from mystage.domain.pipeline.scrapes import Route
from mystage.domain.sources import ReadingOutcome

READERS = ManifestReaders()
QUICK = settings(max_examples=60, deadline=2_000, suppress_health_check=[HealthCheck.too_slow])
_SEEDS = (
    page(show(1), show(2)).encode(),
    json.dumps([show(3), show(4)]).encode(),
    GOOD_CALENDAR.encode(),
    (
        b'<!doctype html><div itemscope itemtype="https://schema.org/MusicEvent"><span itemprop="name">Night</span>'
        b'<time itemprop="startDate" datetime="2027-03-01T20:00">1 March</time></div>'
    ),
    b'<div class="h-event"><h1 class="p-name">Night</h1><time class="dt-start" datetime="2027-03-01">x</time></div>',
    b'{"_embedded":{"events":[{"name":"Night","dates":{"start":{"localDate":"2027-03-01"}}}]},"page":{"size":1}}',
    b'{"status":"OK","results":[{"place_id":"x","name":"Hall","geometry":{"location":{"lat":1,"lng":2}}}]}',
    b'{"businesses":[{"id":"x","name":"Hall","coordinates":{"latitude":1,"longitude":2}}],"total":1}',
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | st.just("2027-02-30"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted({*show(1), "@graph", "@id", "events", "results", "error"})), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


def _holds(body: bytes, url: str = "file:///some/file") -> None:
    """Route it and read it, as the pipeline does: an answer that can be stored."""
    document = RawDocument(body, url)
    routing = READERS.route(document)
    assert routing.reason
    if routing.route not in (Route.READ, Route.SITEMAP):
        return
    assert routing.reader is not None
    reading = READERS.read(document, routing.reader)
    assert dump(reading)
    assert "defect" not in reading.reason, reading
    if reading.outcome is not ReadingOutcome.RECORDS:
        assert reading.reason


@QUICK
@given(st.binary(max_size=3_000))
def test_any_bytes(body: bytes) -> None:
    _holds(body)


@QUICK
@given(st.sampled_from(_SEEDS), st.data())
def test_mutated_pages_and_files(seed: bytes, data: st.DataObject) -> None:
    """Cut, doubled, overwritten and packed parts of good payloads."""
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(len(seed), start + 200)))
    put = data.draw(
        st.one_of(st.just(b""), st.binary(max_size=30), st.just(seed[start:end] * 3), st.just(b'"}]</script>'))
    )
    body = seed[:start] + put + seed[end:]
    _holds(gzip.compress(body, mtime=0) if data.draw(st.booleans()) else body)


@QUICK
@given(_VALUES)
def test_any_json_in_the_vocabulary_of_events(value: object) -> None:
    """Right names with wrong values, as a file and in a page."""
    _holds(
        json.dumps(
            {"@context": "https://schema.org", "@type": "MusicEvent", "name": "Night", "location": value}
        ).encode()
    )
    _holds(json.dumps(value).encode())
    _holds(page({**show(1), "startDate": value, "performer": value}).encode())


def test_all_small_bad_files() -> None:
    for body in SMALL.values():
        _holds(body)

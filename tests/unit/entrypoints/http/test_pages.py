"""What the pages are made of: links, times, the map."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.application.ports.search import Hit, SearchDocument
from mystage.domain.values import GeoPoint, Kind, distance_m
from mystage.entrypoints.http.pages.minimap import SIZE, minimap
from mystage.entrypoints.http.pages.rendering import safe_url, short
from mystage.entrypoints.http.pages.views import when
from mystage.entrypoints.http.server import allowed_hosts, is_loopback
from mystage.settings import Settings


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "/e/x", "http:x", "", None,
             "file:///etc/passwd", "http://[", " vbscript:x"]
)  # fmt: skip
def test_only_web_addresses_become_links(text: str | None):
    assert safe_url(text) is None


def test_web_addresses_do_become_links():
    assert safe_url("HTTPS://Kite.example/a?b=c") == "HTTPS://Kite.example/a?b=c"


def test_addresses_are_named_by_host_or_file():
    assert short("https://www.kite.example/x") == "kite.example"
    assert short("file:///data/pages/kite%20house.html") == "kite house.html"
    assert short("http://[") == "http://["


def test_a_day_without_a_time_is_never_midnight():
    assert when("2027-03-01") == "Mon 1 Mar 2027"
    assert when("2027-03-01T00:00") == "Mon 1 Mar 2027, 00:00"
    assert when(None) == "date not known"


def _hit(point: GeoPoint) -> Hit:
    return Hit(document=SearchDocument(id="ven_x", kind=Kind.VENUE, name="X", point=point), score=1.0)


@given(
    lat=st.floats(-89, 89),
    lon=st.floats(-180, 180),
    north=st.floats(-0.2, 0.2),
    east=st.floats(-0.2, 0.2),
)
def test_the_map_has_room_for_what_is_near_and_keeps_directions(lat: float, lon: float, north: float, east: float):
    """Also at the poles' edge and across the date line."""
    there = GeoPoint(lat=max(-90.0, min(90.0, lat + north)), lon=(lon + east + 180.0) % 360.0 - 180.0)
    here = GeoPoint(lat=lat, lon=lon)
    (dot,) = (drawn := minimap(here, [_hit(there)])).dots
    assert 0 <= dot.x <= SIZE
    assert 0 <= dot.y <= SIZE
    if abs(there.lat - lat) > 0.01:
        assert (dot.y < SIZE / 2) == (there.lat > lat)
    assert dot.km == pytest.approx(distance_m(here, there) / 1000)
    assert 0 < drawn.bar < SIZE / 2


def test_the_graticule_is_labelled_with_hemispheres():
    drawn = minimap(GeoPoint(lat=-33.9, lon=-0.01), [])
    assert all(line.label.endswith("S") for line in drawn.parallels)
    assert {line.label[-1] for line in drawn.meridians} == {"E", "W"}


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.9.9.9", True),
                                             ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("stage.example", False)])  # fmt: skip  # noqa: S104  names it, binds nothing
def test_loopback_is_told_from_everything_else(host: str, local: bool):  # noqa: FBT001  a column of the table
    assert is_loopback(host) is local


def test_on_loopback_only_loopback_names_are_answered_to():
    """DNS rebinding: a name of the open web that leads to 127.0.0.1 is refused, unless the settings name it."""
    settings = Settings(serve_hosts=("stage.example",))
    assert set(allowed_hosts("127.0.0.1", settings) or ()) == {"localhost", "127.0.0.1", "::1", "stage.example"}
    assert allowed_hosts("0.0.0.0", Settings()) is None  # noqa: S104  names it, binds nothing

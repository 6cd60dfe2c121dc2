"""All live sources: what they need, what they refuse, where their keys go, and that no answer can upset them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.adapters.live import ManifestLive
from mystage.adapters.sources.registry import ManifestReaders
from mystage.domain.errors import Invalid, NotFound
from mystage.domain.pipeline.discovery import Ask, Circle
from mystage.domain.pipeline.urls import normalise_url
from mystage.settings import Settings

KEY = "k3y/of+all=="
NAMES = [info.name for info in ManifestLive().all()]
ASKS = {
    "near": Circle(lat=59.91, lon=10.75, km=20), "city": "Århus", "country": "DK", "artists": ('AC/DC? *live* "x"',),
    "ids": ("venue:12",), "sites": ("https://hall.example/shows?x=1",),
}  # fmt: skip
IDS = {
    "musicbrainz": "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d", "songkick": "metro:24426", "google_places": "ChIJx", "google_places_v1": "ChIJx",
    "setlistfm": "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d",
}  # fmt: skip


def live() -> ManifestLive:
    return ManifestLive(
        {name: KEY for info in ManifestLive().all() for name in info.settings}
        | {"MYSTAGE_FACEBOOK_SCRAPER": "http://scraper.example"}
    )


def ask_of(name: str) -> Ask:
    values = {by: ASKS[by] for by in live().info(name).asks}
    if name in IDS and "ids" in values:
        values["ids"] = (IDS[name],)
    return Ask(**values, date_from=date(2026, 3, 1), date_to=date(2026, 3, 9))


@pytest.mark.parametrize("name", NAMES)
def test_addresses_are_in_normal_form_and_hold_no_key(name: str) -> None:
    addresses = live().begin(name, ask_of(name))
    assert addresses
    for address in addresses:
        assert normalise_url(address) == address
        assert KEY not in address
        signed = live().sign(name, address)
        assert KEY not in str(signed.body)
        if live().info(name).settings and name != "facebook":
            assert signed.secrets == (KEY,)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_is_asked_in_its_own_ways_alone(name: str) -> None:
    with pytest.raises(Invalid, match=r"cannot be asked by"):
        live().begin(name, Ask(words="jazz"))


@pytest.mark.parametrize("name", [n for n in NAMES if ManifestLive().info(n).settings])
def test_what_is_missing_is_one_sentence_with_the_setting(name: str) -> None:
    bare = ManifestLive()
    (setting,) = bare.info(name).missing
    with pytest.raises(Invalid, match=rf"needs {setting}: set it"):
        bare.begin(name, ask_of(name))
    assert setting.removeprefix("MYSTAGE_").lower() in Settings.model_fields


def test_readers_of_live_sources_exist() -> None:
    known = {reader.name for reader in ManifestReaders().all()}
    assert {info.reader for info in live().all()} - {None} <= known


def test_a_key_is_for_its_own_api_alone() -> None:
    with pytest.raises(Invalid, match="gets no key"):
        live().sign("ticketmaster", "https://evil.example/discovery/v2/events.json")
    with pytest.raises(NotFound):
        live().info("nosuch")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["page", "totalElements", "meta", "total", "resultsPage", "totalEntries", "pagination", "continuation", "has_more_items", "data",
         "id", "status", "defaultDatasetId", "next_page_token", "nextPageToken", "places", "next", "nextPageUrl", "nextPage",
         "total_pages", "artists", "score", "error", "results", "businesses"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(NAMES), json_values)
def test_no_answer_upsets_a_source(name: str, payload: Any) -> None:
    """And wherever an answer leads, it leads to the same API."""
    source = live()
    for address in source.begin(name, ask_of(name)):
        after = source.after(name, address, json.dumps(payload).encode())
        assert len(after.follow) < 100_000 / 20
        for onward in after.follow[:3]:
            source.sign(name, onward)
    assert source.after(name, "https://x.example/", b"\xff not json").follow == ()

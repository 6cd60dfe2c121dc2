"""Whom to ask about an artist: only at need, the cheapest first, nobody twice."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mystage.domain.catalog import Artist
from mystage.domain.pipeline.enrichment import MUSICBRAINZ, Helper, empty_fields, whom_to_ask
from mystage.domain.values import Kind

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HELPERS = [
    Helper("setlistfm", (), 3, by_id_only=True),
    Helper("lastfm", ("genres",), 2),
    Helper("musicbrainz", (MUSICBRAINZ, "country", "genres"), 1),
]


def artist(**fields: object) -> Artist:
    return Artist.model_validate(
        {"id": "art_1", "kind": Kind.ARTIST, "name": "Ida Vell", "created_at": NOW, "updated_at": NOW, **fields}
    )


FULL = {"identifiers": {"musicbrainz": "x"}, "country": "DK", "genres": ("folk",)}


def test_nobody_is_asked_without_need() -> None:
    assert whom_to_ask(artist(**FULL), HELPERS, undecided=False, asked=()) is None
    assert whom_to_ask(artist(deleted_at=NOW), HELPERS, undecided=True, asked=()) is None


def test_the_cheapest_that_can_help_is_asked_and_says_why() -> None:
    chosen = whom_to_ask(artist(country="DK"), HELPERS, undecided=False, asked=())
    assert chosen is not None
    assert (chosen[0].name, chosen[1]) == ("musicbrainz", "identifiers.musicbrainz, genres")
    chosen = whom_to_ask(artist(country="DK"), HELPERS, undecided=False, asked={"musicbrainz"})
    assert chosen is not None
    assert (chosen[0].name, chosen[1]) == ("lastfm", "genres")


@given(st.booleans(), st.sets(st.sampled_from(list(FULL))))
def test_asking_ends(undecided: bool, given_fields: set[str]) -> None:  # noqa: FBT001  drawn
    """However little answers help, each source is asked once at most."""
    about, asked = artist(**{name: FULL[name] for name in given_fields}), set[str]()
    while chosen := whom_to_ask(about, HELPERS, undecided=undecided, asked=asked):
        assert chosen[0].name not in asked
        assert undecided or empty_fields(about)
        asked.add(chosen[0].name)
    assert len(asked) <= len(HELPERS)

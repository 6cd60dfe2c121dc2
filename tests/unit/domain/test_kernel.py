"""Values, errors, schema, addresses, quality findings, events and the digest: the small things that all rooms use."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mystage.domain import errors
from mystage.domain.audit import AUDIT_LOGS, AuditEntry
from mystage.domain.catalog import Artist, Performance, Venue
from mystage.domain.collections import ALL
from mystage.domain.decisions import Curated
from mystage.domain.errors import ErrorKind, Invalid, LeaseLost, MystageError, TooLarge
from mystage.domain.events import Event, EventType
from mystage.domain.merging.digest import content_digest
from mystage.domain.pipeline.quality import SHRINK, SMALL, finding_id, harvest, shrunken, unreachable
from mystage.domain.pipeline.scrapes import Extraction, extraction_id, scrape_id
from mystage.domain.pipeline.urls import UrlDoc, host_of, normalise_url, url_id
from mystage.domain.schema import index_value, instant_text
from mystage.domain.sources import ManifestSource, ReadingOutcome
from mystage.domain.values import (
    GeoPoint,
    Instant,
    Kind,
    WallClock,
    digest_id,
    distance_m,
    evolve,
    wall_day,
    wall_minutes,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOSTS = st.from_regex(r"[a-z]{1,8}\.(example|test)", fullmatch=True)
WORDS = st.text("abcdefghij0123456789-._~%/ +&=?#äß", max_size=30)


@example(host="a.example", path="", query=" ", fragment="", scheme="http")
@given(host=HOSTS, path=WORDS, query=WORDS, fragment=WORDS, scheme=st.sampled_from(["http", "HTTPS", "Http"]))
def test_the_normal_form_of_an_address_is_its_own(host: str, path: str, query: str, fragment: str, scheme: str) -> None:
    """Normalising twice is normalising once; no fragment is left, and the host is lower case."""
    once = normalise_url(f"{scheme}://{host.upper()}/{path}?{query}#{fragment}")
    assert normalise_url(once) == once
    assert "#" not in once
    assert host_of(once) == host
    assert url_id(once) == url_id(normalise_url(once))


@pytest.mark.parametrize(
    ("given_", "normal"),
    [
        ("HTTP://Example.ORG:80", "http://example.org/"),
        ("https://example.org:443/a?utm_source=x&b=1&fbclid=2", "https://example.org/a?b=1"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        (" https://example.org/a\n b ", "https://example.org/ab"),
        ("https://example.org/a?q=ä b&c=%20|", "https://example.org/a?q=%C3%A4%20b&c=%20|"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("file:///tmp/a b.html", "file:///tmp/a%20b.html"),
        ("file:///tmp/a.zip#inner/b.json", "file:///tmp/a.zip#inner/b.json"),
        ("http://user:secret@example.org/", "http://example.org/"),
    ],
)
def test_normal_forms(given_: str, normal: str) -> None:
    assert normalise_url(given_) == normal


@pytest.mark.parametrize(
    "text",
    ["", "example.org", "ftp://example.org/", "javascript:alert(1)", "http://", "http://x:99999/", "http://[::1/",
     "http://" + "ü" * 70 + ".example/", "//example.org/"],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid):
        normalise_url(text)


def test_the_host_of_an_address() -> None:
    assert [host_of(u) for u in ("https://www.hall.example/x", "https://hall.example", "file:///x")] == [
        "hall.example",
        "hall.example",
        "",
    ]


def _url() -> UrlDoc:
    return UrlDoc(id="u", url="http://x.example/", source="s", first_seen=NOW)


def test_a_copy_with_changes_is_validated() -> None:
    """Neither unknown fields nor wrong values; the original stays."""
    url = _url()
    assert evolve(url, fetches=3).fetches == 3
    assert url.fetches == 0
    for changes in ({"nonsense": 1}, {"fetches": "many"}, {"first_seen": datetime(2026, 1, 1)}):  # noqa: DTZ001  a time without a zone is what is refused
        with pytest.raises(ValidationError):
            evolve(url, **changes)
    with pytest.raises(ValidationError, match="frozen"):
        url.fetches = 1


def test_an_instant_is_kept_in_utc_and_needs_an_offset() -> None:
    adapter: TypeAdapter[datetime] = TypeAdapter(Instant)
    there = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert adapter.validate_python(there) == NOW
    assert adapter.validate_python(there).tzinfo is UTC
    with pytest.raises(ValidationError, match="offset"):
        adapter.validate_python(datetime(2026, 1, 1))  # noqa: DTZ001  a time without a zone is what is refused


@given(moment=st.datetimes())
def test_wall_clocks_sort_as_text_and_keep_their_parts(moment: datetime) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(WallClock)
    text = adapter.validate_python(moment.strftime("%Y").zfill(4) + moment.strftime("-%m-%dT%H:%M"))
    assert wall_day(text) == moment.date()
    assert wall_minutes(text) == moment.hour * 60 + moment.minute
    assert wall_minutes(text[:10]) is None


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-01-01T25:00", "2026-01-01T9:00", "20260101", "2026-01-01T20:00:00", ""]
)
def test_what_is_no_wall_clock(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(WallClock).validate_python(text)


POINTS = st.builds(GeoPoint, lat=st.floats(-90, 90), lon=st.floats(-180, 180))


@given(a=POINTS, b=POINTS)
def test_distance_is_symmetric_and_at_most_half_the_earth(a: GeoPoint, b: GeoPoint) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-3)
    assert 0 <= distance_m(a, b) <= 20_015_200
    assert distance_m(a, a) == 0


def test_a_degree_of_latitude_is_111_km() -> None:
    assert distance_m(GeoPoint(lat=0, lon=0), GeoPoint(lat=1, lon=0)) == pytest.approx(111_195, abs=1)


@given(parts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x1f")), min_size=1, max_size=4))
def test_digest_ids_are_stable_short_and_tell_their_parts_apart(parts: list[str]) -> None:
    id = digest_id(*parts, prefix="x_")
    assert id == digest_id(*parts, prefix="x_")
    assert len(id) == 22
    assert id != digest_id(*parts, "", prefix="x_")
    assert {scrape_id("u", "b")[:4], extraction_id("s", "r")[:4]} == {"scr_", "ext_"}


ALL_ERRORS = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, MystageError)]


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_an_error_says_what_where_and_what_to_do_also_after_a_journey(kind: type[MystageError]) -> None:
    error = kind("it broke", where="a.html", hint="mend it", retry_after=3.0)
    assert str(error) == "a.html: it broke (mend it)"
    assert str(kind("it broke")) == "it broke"
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    assert (type(again), vars(again), str(again)) == (type(error), vars(error), str(error))
    assert kind.kind in ErrorKind


def test_only_what_may_pass_is_retryable() -> None:
    assert {e.code for e in ALL_ERRORS if e.retryable} == {
        "conflict",
        "lease_lost",
        "throttled",
        "unavailable",
        "unanswered",
    }
    assert len({e.code for e in ALL_ERRORS}) == len(ALL_ERRORS)
    assert (LeaseLost.kind, TooLarge.kind) == (ErrorKind.CONFLICT, ErrorKind.INVALID)


@given(a=st.datetimes(timezones=st.just(UTC)), b=st.datetimes(timezones=st.just(UTC)))
def test_instants_as_text_sort_by_time(a: datetime, b: datetime) -> None:
    if a.year >= 1000 and b.year >= 1000:
        assert (instant_text(a) < instant_text(b)) is (a < b)


@pytest.mark.parametrize(
    ("value", "kept"),
    [(Kind.VENUE, "venue"), (None, None), (3, 3), (("a", Kind.ARTIST), ("a", "artist")), ({"a"}, ("a",)),
     (NOW, "2026-01-01T00:00:00.000000Z"), (timedelta(1), "1 day, 0:00:00")],
)  # fmt: skip
def test_values_as_stores_keep_them(value: object, kept: object) -> None:
    assert index_value(value) == kept


def test_collections_have_one_name_each_and_indexes_of_their_models() -> None:
    assert len({spec.name for spec in ALL}) == len(ALL)
    for spec in ALL:
        fields = set(spec.model.model_fields) | {"id"}
        assert {index.field for index in spec.indexes} <= fields, spec.name
        assert "id" in fields


def test_an_audit_entry_is_found_by_who_what_and_which() -> None:
    entry = AuditEntry(id="a", action="entity.merge", actor="ada", subjects=("ven_1", "ven_2"), at=NOW)
    assert AUDIT_LOGS.index_values(entry) == {
        "action": "entity.merge",
        "actor": "ada",
        "at": instant_text(NOW),
        "subjects": ("ven_1", "ven_2"),
    }


def test_an_event_travels_as_json() -> None:
    event = Event(type=EventType.REMOVED, subject="ven_1", at=NOW, trace="run")
    assert Event.model_validate_json(event.model_dump_json()) == event
    assert '"entity.removed"' in event.model_dump_json()


def reading(outcome: ReadingOutcome = ReadingOutcome.RECORDS, *, id: str = "e1", count: int = 0) -> Extraction:
    return Extraction(
        id=id, scrape_id="s", url="http://x.example/", source="x", reader="r/1", outcome=outcome, performances=count, extracted_at=NOW
    )  # fmt: skip


@given(old=st.integers(0, 200), new=st.integers(1, 200))
def test_a_harvest_that_shrank_by_more_than_its_share_is_a_finding(old: int, new: int) -> None:
    found = shrunken(reading(count=old), reading(count=new, id="e2"), now=NOW)
    assert (found is not None) is (old >= SMALL and new < SHRINK * old)
    if found is not None:
        assert (found.cause, found.id) == ("shrunken", finding_id("http://x.example/", "shrunken"))
        assert f"{new} records where there were {old}" in found.message


@pytest.mark.parametrize("outcome", [o for o in ReadingOutcome if o is not ReadingOutcome.RECORDS])
def test_a_page_that_fell_silent_is_a_finding_however_little_it_gave(outcome: ReadingOutcome) -> None:
    found = shrunken(reading(count=1), reading(outcome, id="e2"), now=NOW)
    assert found is not None
    assert found.cause == ("error" if outcome is ReadingOutcome.ERROR else "nothing")
    assert "the last good data stays" in found.message


def test_a_page_that_cannot_be_had_is_a_finding_of_its_address() -> None:
    found = unreachable(reading(count=7), "http://x.example/", "blocked", "403", now=NOW)
    assert (found.cause, found.extraction_id, harvest(reading(count=7))) == ("blocked", "e1", 7)
    assert found.message.startswith("blocked (403) where there were 7 records")


def entity(model: type, id: str, **fields: Any) -> Any:
    kind = {Venue: Kind.VENUE, Artist: Kind.ARTIST, Performance: Kind.PERFORMANCE}[model]
    return model(id=id, kind=kind, created_at=NOW, updated_at=NOW, **fields)


def digest(*entities: Any) -> str:
    return content_digest([e for e in entities if e.live], {e.id: e for e in entities})


def test_the_digest_names_entities_by_their_sources() -> None:
    """Other ids, another order, other times: one content. Another field, another reference: another."""
    hall = {"name": "Amber Hall", "sources": ("one:v",)}
    show = {"title": "Opening", "sources": ("one:p",), "artist_ids": ()}
    first = digest(entity(Venue, "v1", **hall), entity(Performance, "p1", venue_id="v1", **show))
    moved = (entity(Performance, "p9", venue_id="v0", **show), entity(Venue, "v9", **hall))
    gone = entity(Venue, "v0", merged_into="v9")
    assert digest(*moved, gone) == first
    assert digest(*moved, entity(Venue, "v0", merged_into="nowhere")) != first
    assert digest(*moved) != first
    loop = entity(Venue, "v0", merged_into="v0")
    assert digest(*moved, loop) == digest(*moved)
    value = Curated(field="name", value="The Amber", by="ada", at=NOW)
    assert digest(entity(Venue, "v1", curated=(value,), **hall)) != digest(entity(Venue, "v1", **hall))


@pytest.mark.parametrize("rank", ["best", "own site"])
def test_a_rank_that_is_none_is_named(rank: str) -> None:
    with pytest.raises(ValidationError, match="not one of curated, owner, own_site"):
        ManifestSource.model_validate({"name": "a", "start_urls": ("http://x.example/",), "rank": rank})

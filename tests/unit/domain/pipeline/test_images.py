"""Images: what bytes are, when an address is tried again, and which picture stands for an entity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mystage.domain.pipeline.images import (
    AGAIN,
    TRIES,
    ImageState,
    Picture,
    UrlImage,
    image_address,
    image_finding,
    image_id,
    is_due,
    next_try,
    picture_id,
    type_of,
)
from mystage.domain.pipeline.portraits import ALIKE, SHARED, Candidate, alike, choose
from mystage.domain.sources import SourceRank

NOW = datetime(2027, 1, 1, tzinfo=UTC)
HASHES = ("0123456789abcdef", "fedcba9876543210", "00ff00ff00ff00ff", "f0f0f0f00f0f0f0f")


def picture(width: int = 1200, height: int = 800, hash: str = HASHES[0], detail: float = 40.0) -> Picture:
    id = f"{hash}{width}x{height}"
    return Picture(id=id, width=width, height=height, format="jpeg", hash=hash, detail=detail, variants=(), made_at=NOW)


def candidate(
    url: str = "https://a.example/photo.jpg",
    shot: Picture | None = None,
    rank: SourceRank = SourceRank.AGGREGATOR,
    order: int = 0,
) -> Candidate:
    return Candidate(url, shot or picture(), rank, order)


def image(state: ImageState, **more: object) -> UrlImage:
    url = "https://a.example/x.jpg"
    values = {"id": image_id(url), "url": url, "source": "s", "state": state, "first_seen": NOW, "last_fetched": NOW}
    return UrlImage.model_validate(values | more)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xd8\xff\xe0....", "jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"GIF89a......", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"\0\0\0\x20ftypavif....", "AVIF or HEIF"),
        (b"\0\0\0\x20ftypisom....", "a video"),
        (b"\xef\xbb\xbf  <svg xmlns=''>", "svg"),
        (b"<?xml version='1.0'?>" + b"<!-- x -->" * 90 + b"<svg>", "svg"),
        (b"<?xml version='1.0'?><rss/>", "XML"),
        (b"\n<!DOCTYPE HTML><html>", "html"),
        (b"BM......", "BMP"),
        (b"%PDF-1.7", "PDF"),
        (b"", "unknown"),
        (b"hello", "unknown"),
    ],
)
def test_bytes_say_what_they_are(body: bytes, kind: str):
    """Whatever the server calls them."""
    assert type_of(body) == kind


@given(st.binary(max_size=64))
def test_any_bytes_have_a_type(body: bytes):
    """And a name as a picture that depends on them alone."""
    assert type_of(body)
    assert len(picture_id(body)) == 64
    assert picture_id(body) != picture_id(body + b"x")


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://A.example:443/p.jpg#top", "https://a.example/p.jpg"),
        ("data:image/png;base64,AAAA", None),
        ("file:///etc/passwd", None),
        ("/images/p.jpg", None),
        ("javascript:alert(1)", None),
        ("https://[bad/p.jpg", None),
    ],
)
def test_only_web_addresses_are_visited(link: str, address: str | None):
    """In normal form, so that two ways to write one are one."""
    assert image_address(link) == address


@given(st.integers(1, 20), st.none() | st.floats(0, 86_400))
def test_tries_are_bounded_and_wait_as_long_as_they_are_asked_to(failures: int, asked: float | None):
    """Given up after so many, and never before the server's own time."""
    at = next_try(failures, NOW, asked)
    assert (at is None) is (failures >= TRIES.max_attempts)
    if at is not None:
        assert at >= NOW + timedelta(seconds=max(asked or 0, TRIES.base))


def test_an_address_is_due_when_it_is_new_failed_or_old():
    """And not otherwise."""
    assert is_due(None, NOW)
    waiting = image(ImageState.WAITING, next_try_at=NOW + timedelta(minutes=1))
    assert not is_due(waiting, NOW)
    assert is_due(waiting, NOW + timedelta(minutes=1))
    assert not is_due(image(ImageState.REFUSED), NOW + AGAIN - timedelta(seconds=1))
    assert is_due(image(ImageState.KEPT), NOW + AGAIN)


def test_a_finding_names_the_cause_and_what_stays():
    """None where a picture is kept or may yet come."""
    assert image_finding(image(ImageState.KEPT), now=NOW) is None
    assert image_finding(image(ImageState.WAITING, cause="timeout"), now=NOW) is None
    found = image_finding(image(ImageState.GONE, cause="http_404", reason="answered 404", picture="p"), now=NOW)
    assert found is not None
    assert (found.cause, found.message) == ("image_http_404", "answered 404; the last good picture stays")


def test_a_better_ranked_source_wins_among_pictures_that_fill_a_screen():
    """But a thumbnail of the best source does not stand before a photograph of another."""
    own = candidate("https://own.example/a.jpg", picture(800, 600), SourceRank.OWN_SITE)
    large = candidate("https://agg.example/b.jpg", picture(4000, 3000, HASHES[1]), order=1)
    assert choose([own, large], {}).best == own
    tiny = candidate("https://own.example/a.jpg", picture(200, 150), SourceRank.OWN_SITE)
    found = choose([tiny, large], {})
    assert found.best == large
    assert "small" in found.passed_over[tiny.url]


@pytest.mark.parametrize(
    ("name", "passed"),
    [
        ("logo.png", True),
        ("site_logo-white-2x.png", True),
        ("default.jpg", True),
        ("no-image-available.jpg", True),
        ("image-coming-soon.png", True),
        ("placeholder_event.jpg", True),
        ("maxresdefault.jpg", False),
        ("missing-persons-live.jpg", False),
        ("pixel-grip.jpg", False),
        ("photo.jpg", False),
        ("1234567.jpg", False),
        ("blank-banshee.jpg", False),
    ],
)
def test_logos_and_placeholders_are_known_by_their_names(name: str, *, passed: bool):
    """A band may be called like one."""
    found = choose([candidate(f"https://logo.example/default/{name}?logo=1")], {})
    assert (found.best is None) is passed
    assert bool(found.passed_over) is passed


def test_what_is_empty_or_shared_stands_for_nobody_unless_a_person_says_so():
    """The reason is kept."""
    empty = candidate(shot=picture(detail=0.3))
    assert choose([empty], {}).passed_over[empty.url] == "it is empty"
    own = candidate()
    assert choose([own], {HASHES[0]: SHARED - 1}).best == own
    assert choose([own], {HASHES[0]: SHARED}).best is None
    said = candidate("https://a.example/logo.png", rank=SourceRank.CURATED)
    assert choose([said], {HASHES[0]: 99}).best == said


def test_of_pictures_that_look_alike_the_largest_speaks_with_the_best_rank():
    """A thumbnail on the own site lends its rank to the large one of a directory."""
    thumb = candidate("https://own.example/t.jpg", picture(300, 200), SourceRank.OWN_SITE)
    large = candidate("https://dir.example/l.jpg", picture(1500, 1000), SourceRank.GENERIC, 2)
    other = candidate("https://agg.example/o.jpg", picture(2000, 1400, HASHES[1]), SourceRank.AGGREGATOR, 1)
    found = choose([thumb, other, large], {})
    assert found.best is not None
    assert found.best.url == large.url
    assert "looks like" in found.passed_over[thumb.url]


def test_pictures_cut_differently_do_not_look_alike():
    """Nor those whose hashes differ in more than a few bits."""
    assert alike(picture(1200, 800), picture(600, 400))
    assert not alike(picture(1200, 800), picture(800, 800))
    one = int(HASHES[0], 16)
    for bits, same in ((ALIKE, True), (ALIKE + 1, False)):
        other = f"{one ^ (1 << bits) - 1:016x}"
        assert alike(picture(), picture(hash=other)) is same


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(["https://a.example/1.jpg", "https://b.example/2.jpg", "https://c.example/logo.png", "https://d.example/"]),
        st.builds(picture, st.integers(64, 5000), st.integers(64, 5000), st.sampled_from(HASHES), st.sampled_from([0.5, 30.0])),
        st.sampled_from(SourceRank),
        st.integers(0, 7),
    ),
    max_size=4,
    unique_by=lambda c: c.url,
)  # fmt: skip


@given(CANDIDATES, st.randoms())
@settings(deadline=None)
def test_the_choice_does_not_depend_on_order_and_says_why_of_every_other(candidates: list[Candidate], random: Random):
    """One is chosen or none; each of the others has its reason."""
    found = choose(candidates, {})
    mixed = list(candidates)
    random.shuffle(mixed)
    assert choose(mixed, {}) == found
    best = {found.best.url} if found.best is not None else set()
    assert set(found.passed_over) | best == {c.url for c in candidates}
    assert not set(found.passed_over) & best

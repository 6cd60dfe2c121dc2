"""The manifest of sources: what it gives, and how it complains."""

from __future__ import annotations

import pytest

from mystage.adapters.inputs import load_manifest
from mystage.domain.errors import Invalid, NotFound, Unavailable
from mystage.domain.sources import SourceRank

GOOD = """
[[source]]
name = "halls"
start_urls = ["HTTPS://Halls.example/shows?utm_source=x", "pages", "file:feeds/a b.ics"]
kind = "jsonld"
rank = "own_site"
cadence_hours = 6
requests_per_second = 0.5
concurrency = 1
obey_robots = false

[[source]]
name = "maps"
start_urls = ["https://maps.example/api"]
"""


@pytest.fixture
def write(tmp_path):
    """Writes a manifest and answers its path."""

    def run(text: str):
        path = tmp_path / "sources.toml"
        path.write_text(text)
        return path

    return run


def test_sources_are_read_in_order(write, tmp_path):
    """All fields, defaults, addresses in normal form, paths beside the manifest."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "a b.ics").write_text("x")
    halls, maps = load_manifest(write(GOOD))
    assert halls.start_urls == (
        "https://halls.example/shows",
        (tmp_path / "pages").as_uri(),
        (tmp_path / "feeds" / "a b.ics").as_uri(),
    )
    assert (halls.kind, halls.rank, halls.cadence_hours) == ("jsonld", SourceRank.OWN_SITE, 6.0)
    assert (halls.requests_per_second, halls.concurrency, halls.obey_robots) == (0.5, 1, False)
    assert (maps.kind, maps.rank, maps.cadence_hours) == (None, None, 24.0)
    assert (maps.requests_per_second, maps.concurrency, maps.obey_robots) == (1.0, 2, True)


def test_rank_may_be_a_number(write):
    """As in the settings."""
    (source,) = load_manifest(write('[[source]]\nname="a"\nstart_urls=["https://a.example"]\nrank=30'))
    assert source.rank is SourceRank.TICKETING


URL = 'start_urls = ["https://a.example/"]'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no sources"),
        ("x = ", "not TOML"),
        ("source = 3", "no sources"),
        ("source = [3]", "source 1"),
        (f'[[source]]\nname = "a"\n{URL}\n[other]', "unknown key 'other'"),
        (f"[[source]]\n{URL}", "name: Field required"),
        ('[[source]]\nname = "a"', "start_urls: Field required"),
        ('[[source]]\nname = "a"\nstart_urls = []', "start_urls"),
        ('[[source]]\nname = "a"\nstart_urls = ["mailto:x@example.org"]', "no http, https or file address"),
        ('[[source]]\nname = "a"\nstart_urls = ["https://"]', "start_urls"),
        ('[[source]]\nname = "a"\nstart_urls = ["a.example/shows"]', "write web addresses with https://"),
        (f'[[source]]\nname = "a"\n{URL}\nrequest_per_second = 1', "did you mean requests_per_second?"),
        (f'[[source]]\nname = "a"\n{URL}\nzzz = 1', "unknown key 'zzz'"),
        (f'[[source]]\nname = "a"\n{URL}\nconcurrency = 0', "concurrency"),
        (f'[[source]]\nname = "a"\n{URL}\nrequests_per_second = inf', "requests_per_second"),
        (f'[[source]]\nname = "a"\n{URL}\ncadence_hours = "daily"', "cadence_hours"),
        (f'[[source]]\nname = "a"\n{URL}\nrank = "best"', "own_site"),
        (f'[[source]]\nname = "a b"\n{URL}', "name"),
        (f'[[source]]\nname = "a"\n{URL}\n[[source]]\nname = "a"\n{URL}', "used twice"),
    ],
)
def test_mistakes_name_file_entry_and_field(write, text, told):
    """Each mistake is one clear sentence that says where."""
    with pytest.raises(Invalid) as caught:
        load_manifest(write(text))
    assert told in str(caught.value)
    assert "sources.toml" in str(caught.value)


def test_entry_is_named_by_position_and_name(write):
    """In a long manifest one finds the entry."""
    text = f'[[source]]\nname = "a"\n{URL}\n[[source]]\nname = "b"\n{URL}\nconcurrency = -1'
    with pytest.raises(Invalid, match=r"source 2 \(b\)"):
        load_manifest(write(text))


def test_missing_and_unreadable_manifest(tmp_path):
    """Told apart, and named."""
    with pytest.raises(NotFound, match=r"none\.toml"):
        load_manifest(tmp_path / "none.toml")
    with pytest.raises(Unavailable):
        load_manifest(tmp_path)

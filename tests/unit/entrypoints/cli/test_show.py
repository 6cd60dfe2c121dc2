"""How an entity looks on a terminal: what stands in its first line, and in which order its fields follow."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from mystage.application.reading.show import Shown
from mystage.domain.catalog import Artist, Performance, Venue
from mystage.domain.values import Kind
from mystage.entrypoints.cli.reading import print_shown

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _performance(**fields: Any) -> Performance:
    return Performance(kind=Kind.PERFORMANCE, created_at=NOW, updated_at=NOW, **fields)


def _artist(**fields: Any) -> Artist:
    return Artist(kind=Kind.ARTIST, created_at=NOW, updated_at=NOW, **fields)


def _venue(**fields: Any) -> Venue:
    return Venue(kind=Kind.VENUE, created_at=NOW, updated_at=NOW, **fields)


def _lines(shown: Shown) -> list[str]:
    console = Console(file=io.StringIO(), width=120, soft_wrap=True)
    print_shown(console, shown)
    return str(console.file.getvalue()).splitlines()  # type: ignore[attr-defined]  # a StringIO


def test_a_bill_without_a_title_bears_the_names_of_its_acts() -> None:
    bill = _performance(id="prf_1")
    acts = (_artist(id="art_1", name="Nora Quill"), _artist(id="art_2", name="The Tides"))
    assert _lines(Shown(entity=bill, artists=acts))[0].startswith("Nora Quill, The Tides  performance prf_1")
    assert _lines(Shown(entity=bill))[0].startswith("(no title)  performance prf_1")


def test_the_name_comes_first_and_addresses_of_pages_last() -> None:
    hall = _venue(id="ven_1", name="Blue Heron Hall", locality="Oslo", urls=("https://heron.example/",))
    fields = [line.split()[0] for line in _lines(Shown(entity=hall))[1:]]
    assert (fields[0], fields[-1]) == ("name", "urls")
    assert "locality" in fields

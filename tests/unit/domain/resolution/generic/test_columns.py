"""Kinds of columns are told from their values; a caller's word comes first."""

from __future__ import annotations

import pytest

from mystage.domain.resolution.generic.columns import ColumnKind, columns_of, inferred


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("title", ["Amber Song", "Blue Road", "Cold Rain"], ColumnKind.TEXT),
        ("length", ["04:04", "244000", "4m 4sec", "4.067", "unknown"], ColumnKind.DURATION),
        ("year", ["1996", "'96", "96", "2901"], ColumnKind.DATE),
        ("Released", ["18-May-15", "May 18 , 2015"], ColumnKind.DATE),
        ("price", ["$ 1.29", "$ 0.99", "$ 12"], ColumnKind.NUMBER),
        ("phone", ["310/246-1501", "818-762-1221"], ColumnKind.CODE),
        ("barcode", ["4006381333931", "4006381333948"], ColumnKind.CODE),
        ("lat", ["59.91", "48.2"], ColumnKind.LATITUDE),
        ("longitude", ["10.75", "-100.1"], ColumnKind.LONGITUDE),
        ("genre", ["rock", "pop"] * 40, ColumnKind.CATEGORY),
        ("title", ["Intro", "Outro"] * 40, ColumnKind.TEXT),
        ("note", ["", "unknown", "n/a"], None),
    ],
)
def test_a_column_is_what_its_values_are(name: str, values: list[str], kind: ColumnKind | None) -> None:
    assert inferred(name, values) is kind


def test_the_callers_word_comes_first_but_a_number_may_be_a_duration_or_a_year() -> None:
    samples = {"a": ["1", "2"], "b": ["04:04", "4m 4sec"], "c": ["rock", "pop"], "year": ["1999", "2001"]}
    named = {"a": ColumnKind.TEXT, "b": ColumnKind.NUMBER, "c": ColumnKind.TEXT, "year": ColumnKind.NUMBER}
    kinds = [column.kind for column in columns_of(samples, named)]
    assert kinds == [ColumnKind.TEXT, ColumnKind.DURATION, ColumnKind.TEXT, ColumnKind.DATE]

"""Positions with a decimal comma."""

from __future__ import annotations

import pytest

from mystage.domain.resolution.venues.place import pointed


@pytest.mark.parametrize(
    ("written", "meant"),
    [("52,5200", "52.5200"), ("-99,13", "-99.13"), ("52.52", "52.52"), ("", ""), ("1,2.3", "1,2.3")],
)
def test_a_decimal_comma_is_a_point(written: str, meant: str) -> None:
    assert pointed(written) == meant

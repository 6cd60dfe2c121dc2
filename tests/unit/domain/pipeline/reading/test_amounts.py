"""Prices and states out of words."""

from __future__ import annotations

import pytest

from mystage.domain.pipeline.reading.amounts import price_of, status_of


@pytest.mark.parametrize(
    ("quote", "country", "price"),
    [
        ("€18", "", (18, 18, "EUR")),
        ("€18 / €22", "", (18, 22, "EUR")),
        ("18,50 €", "", (18.5, 18.5, "EUR")),
        ("AK 20 / VVK 15 Euro", "", (15, 20, "EUR")),
        ("kr 200,-", "DK", (200, 200, "DKK")),
        ("200 kr", "", (200, 200, None)),
        ("$15-20", "US", (15, 20, "USD")),
        ("$1,250.50", "US", (1250.5, 1250.5, "USD")),
        ("1.200 Ft", "HU", (1200, 1200, "HUF")),
        ("40 zł", "PL", (40, 40, "PLN")),
        ("CHF 35", "", (35, 35, "CHF")),
        ("free", "", (0, 0, None)),
        ("Eintritt frei", "", (0, 0, None)),
        ("€10 or $12", "US", None),
        ("20", "", None),
        ("feel free to call", "", (0, 0, None)),
        ("doors 19:00", "", None),
    ],
)
def test_prices(quote: str, country: str, price: tuple[float, float, str | None] | None) -> None:
    """Numbers count with a currency; a sign that several countries share is theirs, or stays open."""
    assert price_of(quote, country) == price


@pytest.mark.parametrize(
    ("quote", "status"),
    [("SOLD OUT", "sold_out"), ("Ausverkauft!", "sold_out"), ("abgesagt", "cancelled"), ("Aflyst", "cancelled"), ("annulé", "cancelled"),
     ("Cancelado", "cancelled"), ("verschoben", "postponed"), ("verlegt", "rescheduled"), ("moved to the big hall", "rescheduled"),
     ("moved", None), ("merch sold here", None), ("Paper Weather", None), ("", None)],
)  # fmt: skip
def test_states(quote: str, status: str | None) -> None:
    found = status_of(quote)
    assert (found.value if found else None) == status

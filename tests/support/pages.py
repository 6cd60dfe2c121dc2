"""Made-up pages for tests: a folder of shows as JSON-LD, in which venues and artists recur."""

from __future__ import annotations

import json
from pathlib import Path

_VENUES = ("Amber Hall", "The Quiet Cellar", "Kite House", "Nine Lanterns", "Salt Mill", "Old Customs Yard")
_TOWNS = ("Harbel", "Oststrand", "Nidby")
_ACTS = (
    "Paper Weather",
    "The Low Tides",
    "Ida Vell",
    "Brass Owls",
    "Kasimir & the Kin",
    "Moth Parade",
    "Tin Cathedral",
)


def show(number: int, *, time: str = "20:00") -> dict[str, object]:
    """One show; equal numbers give equal shows."""
    venue = number % (len(_VENUES) * len(_TOWNS))
    return {
        "@context": "https://schema.org",
        "@type": "MusicEvent",
        "name": f"{_ACTS[number % 7]} at {_VENUES[venue % 6]}",
        "url": f"https://shows.example/{number}",
        "startDate": f"2027-{number % 12 + 1:02}-{number // 12 % 28 + 1:02}T{time}",
        "location": {
            "@type": "MusicVenue",
            "name": _VENUES[venue % 6],
            "address": {
                "@type": "PostalAddress",
                "streetAddress": f"{venue + 10} Ferry Road",
                "addressLocality": _TOWNS[venue // 6],
                "addressCountry": "DK",
            },
        },
        "performer": [{"@type": "MusicGroup", "name": _ACTS[(number + i) % 7]} for i in range(1 + number % 2)],
    }


def page(*shows: dict[str, object]) -> str:
    """A page that carries these shows."""
    blocks = "".join(f'<script type="application/ld+json">{json.dumps(s)}</script>' for s in shows)
    return f"<!doctype html><html><head><title>Shows</title>{blocks}</head><body><h1>Shows</h1></body></html>"


def folder_of_pages(folder: Path, count: int) -> Path:
    """A folder with `count` pages of two shows each; every show stands on two pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"page-{number:04}.html").write_text(page(show(number), show((number + 1) % count)))
    return folder

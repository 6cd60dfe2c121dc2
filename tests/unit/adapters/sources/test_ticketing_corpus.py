"""Outcomes over the shared corpus of ticketing payloads, read in place; skipped where the corpus is not at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.unit.adapters.sources import ticketing as t

ROOT = Path(os.environ.get("MYSTAGE_SHARED") or Path(__file__).parents[5] / "shared")
CORPUS = ROOT / "corpus" / "ticketing"
ELSEWHERE = ("ticketmaster", "livenation", "shotgun")
"""Kinds whose readers have tests of their own."""


def _labels() -> list[Path]:
    return [p for p in sorted(CORPUS.rglob("*.gold.json")) if not p.name.startswith(ELSEWHERE)]


def _right(label: Path) -> bool:
    gold = json.loads(label.read_bytes())
    document = t.raw(label.with_name(label.name.removesuffix(".gold.json")).read_bytes())
    reader = t.READERS.route(document).reader
    outcome = t.READERS.read(document, reader).outcome.value if reader else "parked"
    return outcome in {gold["expect"], *(other.split(":")[0] for other in gold.get("also_ok", ()))}


def test_outcomes_of_the_ticketing_corpus():
    """At least 95 % of the payloads end as their labels say."""
    labels = _labels()
    if not labels:
        pytest.skip(f"no ticketing corpus under {CORPUS} (set MYSTAGE_SHARED)")
    wrong = [label.name for label in labels if not _right(label)]
    assert 1 - len(wrong) / len(labels) >= 0.95, wrong


@pytest.mark.parametrize("kind", ["spotify", "platform", "enrichment"])
def test_the_generic_reader_takes_nothing_that_is_not_of_events(kind):
    """Histories, webhooks and lookups are left to others."""
    files = sorted((ROOT / "corpus" / kind).rglob("*.json")) if CORPUS.exists() else []
    if not files:
        pytest.skip(f"no {kind} corpus under {ROOT} (set MYSTAGE_SHARED)")
    assert [f.name for f in files if t.READERS.route(t.raw(f.read_bytes())).reader == "event_json"] == []

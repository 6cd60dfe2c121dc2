"""The recorded payloads of the shared corpus (read in place): is each outcome what a careful person would say?"""

import json
import os
from pathlib import Path

import pytest

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument

_ROOT = Path(__file__).parents[4]
_CORPUS = Path(os.environ.get("MYSTAGE_SHARED", _ROOT.parent / "shared")) / "corpus"
_READERS = {
    "bandsintown": ("bandsintown/open/*.json", "bandsintown/open/*.txt"),
    "ticketmaster": ("ticketing/open/ticketmaster-*.json",),
    "google_maps": ("google-maps/open/*.json", "google-maps/open/*.jsonc"),
    "yelp": ("yelp/open/*.json",),
}


def _payloads(reader):
    found = sorted(
        p for pattern in _READERS[reader] for p in _CORPUS.glob(pattern) if not p.name.endswith(".gold.json")
    )
    if not found:
        pytest.skip(f"no corpus at {_CORPUS} (set MYSTAGE_SHARED)")
    return found


def _gold(path):
    return json.loads(path.with_name(f"{path.name}.gold.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def readers():
    return ManifestReaders()


@pytest.mark.parametrize("reader", list(_READERS))
def test_each_payload_is_routed_to_its_reader(readers, reader):
    """Routing is by content: the address says nothing here."""
    strays = [p.name for p in _payloads(reader) if readers.route(RawDocument(body=p.read_bytes())).reader != reader]
    assert strays == []


@pytest.mark.parametrize("reader", list(_READERS))
def test_outcomes_are_right(readers, reader):
    """At least 97 % of the payloads end as labelled (or as another outcome that the label accepts)."""
    wrong = []
    payloads = _payloads(reader)
    for path in payloads:
        gold, reading = _gold(path), readers.read(RawDocument(body=path.read_bytes()), reader)
        right = {gold["expect"], *(outcome.partition(":")[0] for outcome in gold.get("also_ok", ()))}
        if reading.outcome.value not in right:
            wrong.append((path.name, reading.outcome.value))
    assert 1 - len(wrong) / len(payloads) >= 0.97, wrong


@pytest.mark.parametrize("reader", list(_READERS))
def test_errors_are_of_the_labelled_kind(readers, reader):
    for path in _payloads(reader):
        gold = _gold(path)
        if gold["expect"] == "error":
            assert readers.read(RawDocument(body=path.read_bytes()), reader).error.kind.value == gold["error_kind"]


@pytest.mark.parametrize("reader", list(_READERS))
def test_required_names_are_found_and_no_others(readers, reader):
    """Over complete labels: venues and artists by name, at most 3 % too few or too many."""
    wrong = total = 0
    for path in _payloads(reader):
        gold, claims = _gold(path), readers.read(RawDocument(body=path.read_bytes()), reader).claims
        if not gold.get("complete", True):
            continue
        for kind in ("venues", "artists"):
            wanted = {r["name"] for r in gold[kind] if not r.get("optional")}
            allowed = wanted | {r["name"] for r in gold[kind]} | {n for r in gold[kind] for n in r.get("alt_names", ())}
            allowed |= {n for r in gold["performances"] for n in r.get("artists_optional", ())}
            got = {claim.name for claim in getattr(claims, kind)}
            total += len(wanted)
            wrong += len(wanted - got) + len(got - allowed)
    assert wrong <= 0.03 * total

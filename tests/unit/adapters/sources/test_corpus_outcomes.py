"""Real pages and calendars, where they lie beside the project: the outcome is right, and nothing is a defect."""

import json
import os
from pathlib import Path

import pytest

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument

ROOT = Path(__file__).parents[4]
CORPUS = Path(os.environ.get("MYSTAGE_SHARED", ROOT.parent / "shared")) / "corpus"
OWN = ("page", "calendar", "schema_json")
PAYLOADS = sorted(
    p
    for kind in ("pages", "calendars")
    for p in CORPUS.glob(f"{kind}/*/*")
    if p.with_name(f"{p.name}.gold.json").exists()
)


def outcome(path: Path) -> tuple[str | None, str, str]:
    """Reader, outcome and reason for a file."""
    readers, raw = ManifestReaders(), RawDocument(path.read_bytes(), url=path.as_uri())
    routing = readers.route(raw)
    if routing.reader is None:
        return None, routing.route.value, routing.reason
    reading = readers.read(raw, routing.reader)
    return routing.reader, reading.outcome.value, reading.reason


@pytest.mark.skipif(not PAYLOADS, reason=f"no corpus below {CORPUS} (set MYSTAGE_SHARED)")
def test_outcomes_of_the_carriers() -> None:
    """At least 95 % of the files end as a careful person would end them; none is a defect."""
    right = judged = 0
    for path in PAYLOADS:
        gold = json.loads(path.with_name(f"{path.name}.gold.json").read_text("utf-8"))
        reader, found, reason = outcome(path)
        assert "defect" not in reason, path
        if reader in OWN:
            judged += 1
            right += found in {gold["expect"], *(str(o).split(":")[0] for o in gold.get("also_ok", ()))}
    assert judged >= 10
    assert right >= 0.95 * judged

"""How often the kind of a page or file is told right on the shared corpus, measured and printed."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from mystage.adapters.sources.registry import ManifestReaders
from mystage.application.ports.readers import RawDocument
from mystage.domain.pipeline.page_kinds import PageKind, kind_of_reading

ROOT = Path(__file__).parents[4]
CORPUS = Path(os.environ.get("MYSTAGE_SHARED", ROOT.parent / "shared")) / "corpus"
LABELLED = sorted(p for p in CORPUS.glob("*/*/*") if p.with_name(f"{p.name}.gold.json").exists())


def kinds_by_label(gold: dict[str, Any]) -> set[PageKind]:
    """The kinds that a label allows."""
    if gold["expect"] != "records":
        return {PageKind.IRRELEVANT}
    allowed = {PageKind.IRRELEVANT} if gold.get("also_ok") else set()
    shows = [p for p in gold.get("performances", ()) if not p.get("optional")]
    if gold["source"] == "ics" or gold["format"] in ("ics", "xcal"):
        return allowed | {PageKind.CALENDAR}
    if shows:
        return allowed | {PageKind.EVENT if len(shows) == 1 and gold.get("complete", True) else PageKind.EVENT_LIST}
    return allowed | {
        PageKind.VENUE if gold.get("venues") else PageKind.ARTIST if gold.get("artists") else PageKind.IRRELEVANT
    }


def kind_of(path: Path) -> PageKind | None:
    """What we say of a file."""
    readers, raw = ManifestReaders(), RawDocument(path.read_bytes(), url=path.as_uri())
    routing = readers.route(raw)
    return (
        PageKind.IRRELEVANT
        if routing.reader is None
        else kind_of_reading(readers.read(raw, routing.reader), routing.reader)
    )


@pytest.mark.skipif(not LABELLED, reason=f"no corpus below {CORPUS} (set MYSTAGE_SHARED)")
def test_kinds_of_the_corpus() -> None:
    """At least nine in ten files are of the kind that their label gives."""
    wrong = []
    for path in LABELLED:
        gold = json.loads(path.with_name(f"{path.name}.gold.json").read_text("utf-8"))
        found = kind_of(path)
        if found not in kinds_by_label(gold):
            wrong.append((path.name, found, kinds_by_label(gold)))
    accuracy = 1 - len(wrong) / len(LABELLED)
    sys.stdout.write(f"kind of page: {accuracy:.3f} right of {len(LABELLED)}; wrong: {wrong}\n")
    assert accuracy >= 0.9

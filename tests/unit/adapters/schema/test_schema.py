"""Exports of the declared collections, and what a change breaks."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from mystage.adapters.schema import compare, export
from mystage.application.ports.documents import Query, Where
from mystage.application.ports.querying import check_query
from mystage.application.unit_of_work import where
from mystage.domain.access import Public
from mystage.domain.catalog import PERFORMANCES, VENUES
from mystage.domain.collections import ALL
from mystage.domain.errors import Invalid

FILES = export(ALL)
NOW = json.loads(FILES["collections.json"])
RELEASED = Path(__file__).parents[4] / "docs" / "reference" / "schema"


def test_every_collection_declares_its_composites_and_readers() -> None:
    """Unchecked queries and forgotten rules are not possible."""
    assert [c.name for c in ALL if c.composites is None or not c.readers] == []
    assert len({c.name for c in ALL}) == len(ALL)


def test_composites_name_declared_indexes() -> None:
    for collection in ALL:
        known = {index.field for index in collection.indexes}
        for composite in collection.composites or ():
            assert set(composite.fields) <= known, collection.name


def test_the_committed_export_is_that_of_today() -> None:
    """Told to whoever changes a model: `mystage schema export --out docs/reference/schema`."""
    stale = [name for name, content in FILES.items() if (RELEASED / name).read_text() != content]
    assert stale == [], "run: mystage schema export --out docs/reference/schema"


def test_entities_are_public_and_the_audit_is_not() -> None:
    rules = FILES["firestore.rules"]
    assert "match /evt_venues/{id} {\n      allow read: if true;" in rules
    assert "match /audit_logs/{id} {\n      allow read: if role() in ['super_admin'];" in rules
    assert "allow write: if true" not in rules


def test_equal_exports_have_no_differences() -> None:
    assert compare(NOW, NOW) == []


@pytest.mark.parametrize(
    ("change", "breaking"),
    [
        (lambda d: d["evt_venues"]["schema"]["properties"].pop("phone"), True),
        (lambda d: d["evt_venues"]["schema"]["properties"].update(fax={"type": "string"}), False),
        (lambda d: d["evt_venues"]["schema"]["properties"].update(name={"type": "integer"}), True),
        (lambda d: d["evt_venues"]["indexes"].pop("name"), True),
        (lambda d: d["evt_venues"].update(readers=[]), True),
        (lambda d: d["evt_venues"].update(database="admin"), True),
        (lambda d: d.pop("evt_venues"), True),
        (lambda d: d.update(more=d["urls"]), False),
        (lambda d: d["evt_performances"]["schema"]["$defs"]["PerformanceStatus"]["enum"].append("moved"), True),
        (lambda d: d["evt_performances"]["schema"]["$defs"]["PerformanceStatus"]["enum"].pop(), False),
    ],
)
def test_what_breaks_readers_is_told_from_what_adds(change, breaking) -> None:
    later = copy.deepcopy(NOW)
    change(later)
    found = compare(NOW, later)
    assert found
    assert any(d.breaking for d in found) is breaking


def test_a_query_without_its_index_is_refused() -> None:
    """Also by backends that would not need the index: what works on one works on all."""
    ordered = Query(VENUES.name, where(country="DK"), order="name")
    with pytest.raises(Invalid, match="composite index over country, name"):
        check_query(ordered, VENUES)
    declared = Query(PERFORMANCES.name, where(merged_into=None, deleted_at=None), order="start_local")
    assert check_query(declared, PERFORMANCES) is declared
    with pytest.raises(Invalid, match="composite"):
        check_query(Query(PERFORMANCES.name, declared.where, order="start_local", descending=True), PERFORMANCES)
    equalities = Query(VENUES.name, where(country="DK", locality="Nidby"))
    assert check_query(equalities, VENUES) is equalities
    one = Query(PERFORMANCES.name, (Where("start_local", "ge", "2027"), Where("start_local", "lt", "2028")))
    assert check_query(one, PERFORMANCES) is one


def test_public_is_no_role() -> None:
    assert Public.ANYONE.value not in FILES["firestore.rules"].split("role() in", 1)[1]


@pytest.mark.slow
def test_the_types_compile(tmp_path: Path) -> None:
    """The generated TypeScript is syntactically right (checked by Node, which strips the types)."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    code = FILES["types.ts"].replace('import { z } from "zod";', "declare const z: any;")
    body = "\n".join(line for line in code.splitlines() if not line.startswith(("export type", "declare")))
    proxy = "const z = new Proxy(() => z, { get: () => z, apply: () => z });\n"
    (tmp_path / "types.mjs").write_text(proxy + body.replace("} as const;", "};"))
    done = subprocess.run([node, str(tmp_path / "types.mjs")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

"""Curation on the command line: each act shown, done, told and taken back; questions answered by key; labels as a file."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from tests.support.pages import page, show

from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container
from mystage.domain.resolution.judgements import DUPLICATES, DuplicatePair, Reason, ordered, pair_id
from mystage.domain.sources import ENTITY_SOURCES
from mystage.domain.values import Kind
from mystage.entrypoints.cli.app import app
from mystage.entrypoints.cli.errors import exit_code_of
from mystage.entrypoints.cli.session import with_container

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYSTAGE_DATA", str(tmp_path / "catalogue"))
    yield tmp_path
    structlog.reset_defaults()


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run `mystage ARGS` in this process: its exit code, output and errors."""

    def run(*args: str, keys: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mystage", *args])
        monkeypatch.setattr(sys, "stdin", io.StringIO(keys))
        code = exit_code_of(app)
        out, err = capsys.readouterr()
        return code, out.replace("\n", " ") if "--json" not in args else out, err

    return run


@pytest.fixture
def halls(call: Call, bare: Path) -> tuple[str, str]:
    """Two venues with a show each."""
    (bare / "shows.html").write_text(page(show(0), show(1)))
    assert call("run", "shows.html", "--json")[0] == 0
    hits = [json.loads(call("search", name, "--kind", "venue", "--json")[1])["hits"][0] for name in ("amber", "cellar")]
    return hits[0]["document"]["id"], hits[1]["document"]["id"]


def asked(one: str, other: str) -> str:
    """A question between two venues is put in the queue; its id."""
    left, right = ordered(one, other)

    async def ask(container: Container) -> None:
        unit = UnitOfWork(container.store())
        source = {s.entity_id: s.id for s in await unit.of(ENTITY_SOURCES).find()}
        clock = container.clock()
        unit.of(DUPLICATES[Kind.VENUE]).put(
            DuplicatePair(
                id=pair_id(left, right), kind=Kind.VENUE, left=left, right=right, left_source=source[left],
                right_source=source[right], score=0.7, reasons=(Reason(feature="phone", weight=2.5, text="same phone"),),
                found_at=clock.now(),
            )
        )  # fmt: skip
        await unit.commit()

    with_container(None, ask, makes=True)
    return pair_id(left, right)


def told(call: Call, *args: str) -> Any:
    code, out, err = call(*args, "--json")
    assert code == 0, err
    return json.loads(out)


def test_an_act_is_shown_done_told_and_taken_back(call: Call, halls: tuple[str, str]) -> None:
    one, other = halls
    seen = told(call, "merge", one, other, "--survivor", other, "--preview")
    assert (seen["kept"], seen["act"], seen["effects"]["states"]) == (other, "", {one: f"merged into {other}"})
    assert "nothing was changed" in call("merge", one, other, "--dry-run")[1]
    done = told(call, "merge", one, other, "--survivor", other, "--reason", "one door", "--by", "ada")
    assert (done["kept"], done["other"]) == (other, one)
    assert "one door" in call("history", one)[1]
    assert told(call, "history", one)["now"] == other
    assert "conflicts" in call("show", other)[1]
    assert told(call, "unmerge", other, "--merge", one, "--preview")["other"] == one
    assert told(call, "undo", done["act"])["act"].startswith("act_")
    assert call("undo", done["act"])[0] == 2
    assert told(call, "history", one)["state"] == "live"
    assert told(call, "rebuild", "--check")["wrong"] == 0


def test_judging_and_editing(call: Call, halls: tuple[str, str]) -> None:
    one, other = halls
    assert "is now part of" in call("judge", one, other, "same")[1]
    assert "is parted from" in call("judge", one, other, "different")[1]
    assert "Nothing moves" in call("judge", one, other, "different")[1]
    assert call("judge", one, other, "perhaps")[0] == 2
    assert told(call, "edit", one, "alt_names", '["The Amber"]')["kept"] == one
    assert told(call, "show", one)["entity"]["alt_names"] == ["The Amber"]
    assert told(call, "edit", one, "locality", "--empty", "--preview")["effects"]["fields"][0]["field"] == "locality"
    assert call("edit", one, "colour", "red")[0] == 2
    assert call("unmerge", one, "--source", "nothing:venue:x")[0] == 4


def test_questions_are_listed_shown_and_answered(call: Call, halls: tuple[str, str]) -> None:
    question = asked(*halls)
    (row,) = told(call, "duplicates")
    assert (row["id"], row["harm"]) == (question, pytest.approx(0.7 * row["audience"]))
    assert told(call, "duplicates", "list", "--kind", "artist") == []
    assert call("duplicates", "list", "--kind", "hall")[0] == 2
    assert "same phone" in call("duplicates", "show", question)[1]
    assert call("duplicates", "ask")[0] == 2
    assert told(call, "duplicates", "answer", question, "same", "--preview")["preview"] is True
    assert "is now part of" in call("duplicates", "answer", question, "same")[1]
    assert told(call, "duplicates", "list") == []
    assert "1 cluster" in call("resolution", "review-clusters")[1]
    assert call("conflicts", "settle")[0] == 2
    assert {d["entity"] for d in told(call, "conflicts", "list")} <= set(halls)


def test_labelling_by_keys_and_the_file_that_models_learn_from(call: Call, halls: tuple[str, str], bare: Path) -> None:
    """Keys that mean nothing ask again, back takes an answer away, and what was answered when input ends is kept."""
    asked(*halls)
    assert call("resolution", "label", keys="")[1].endswith(
        "0 answers kept. mystage resolution export-labels --kind KIND --out labels.csv "
    )
    assert call("resolution", "label", keys="q")[0] == 0
    assert "1 answer kept" in call("resolution", "label", keys="xbd")[1]
    assert told(call, "duplicates") == []
    out = bare / "labels.csv"
    assert told(call, "resolution", "export-labels", "--kind", "venue", "--out", str(out))["different"] == 1
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["label"], {row["left_name"], row["right_name"]}) == ("0", {"Amber Hall", "The Quiet Cellar"})
    assert call("resolution", "export-labels", "--kind", "", "--out", str(out))[0] == 2
    assert call("resolution", "export-labels", "--kind", "venue", "--out", str(bare / "no" / "such.csv"))[0] == 8

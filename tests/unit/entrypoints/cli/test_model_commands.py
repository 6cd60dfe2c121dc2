"""The commands around reading with a model, where no model is set: what they say and how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from tests.support.pages import page, show

from mystage.application.reading.model_status import BudgetRow, ModelStatus
from mystage.domain.errors import ErrorKind
from mystage.entrypoints.cli.app import app
from mystage.entrypoints.cli.errors import EXIT_CODES, exit_code_of
from mystage.entrypoints.cli.model_lines import model_lines

PROSE = (
    "<html lang='en-GB'><body><h1>Cellar</h1><p>Live music events. Tickets.</p><p>Next month the Owls are with us, on 7 "
    "February 2026, and they will play from 8pm until late.</p></body></html>"
)
GOLD = Path(__file__).parents[4] / "evaluations"


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYSTAGE_DATA", str(tmp_path / "catalogue"))
    yield tmp_path
    structlog.reset_defaults()


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mystage", *args])
        code = exit_code_of(app)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_page_in_prose_waits_and_everybody_says_for_what(call, bare: Path) -> None:
    (bare / "prose.html").write_text(PROSE)
    code, out, _ = call("run", "prose.html", "--json")
    assert (code, json.loads(out)["files"]["parked"]) == (0, 1)
    _, out, _ = call("status")
    assert "1 page waits for a model, or for its budget: mystage extract --pending" in out
    _, out, _ = call("status", "--json")
    assert json.loads(out)["model"]["waiting"] == 1
    code, _, err = call("extract", "--pending")
    assert code == EXIT_CODES[ErrorKind.INVALID]
    assert "MYSTAGE_MODEL" in err


def test_extract_takes_files_or_pending_not_both_and_not_neither(call, bare: Path) -> None:
    (bare / "prose.html").write_text(PROSE)
    for args in ((), ("prose.html", "--pending")):
        code, _, err = call("extract", *args)
        assert code == EXIT_CODES[ErrorKind.INVALID]
        assert "--pending" in err


def test_a_field_is_corrected_and_cleared(call, bare: Path) -> None:
    (bare / "shows.html").write_text(page(show(1)))
    call("run", "shows.html", "--json")
    _, out, _ = call("search", "--kind", "venue", "--json")
    id = json.loads(out)["hits"][0]["document"]["id"]
    code, out, _ = call("correct", id, "capacity", "450", "--by", "ada", "--reason", "counted")
    assert (code, f"{id} capacity: (empty) -> 450" in out) == (0, True)
    code, out, _ = call("correct", id, "capacity", "--clear", "--json")
    assert json.loads(out)["before"] == 450
    _, out, _ = call("show", id, "--json")
    assert "capacity" not in json.loads(out)["entity"]
    for args in (("capacity",), ("capacity", "5", "--clear"), ("size", "5"), ("capacity", "many")):
        assert call("correct", id, *args)[0] == EXIT_CODES[ErrorKind.INVALID]


def test_quality_without_any_reading(call) -> None:
    call("sources")  # begins a catalogue
    code, out, _ = call("quality", "rates")
    assert (code, out.strip()) == (0, "No page was read by a model yet.")
    assert json.loads(call("quality", "rates", "--json")[1]) == []
    assert json.loads(call("quality", "examples", "--json")[1]) == []
    assert call("quality", "choose", "exa_0")[0] == EXIT_CODES[ErrorKind.NOT_FOUND]


def test_a_record_is_scored_without_a_key(call) -> None:
    code, out, _ = call("eval", str(GOLD / "pages"), "--recorded", str(GOLD / "recorded.jsonl"))
    assert code == 0
    assert "performances" in out
    assert "a page (" in out
    (result,) = json.loads(call("eval", str(GOLD / "pages"), "--recorded", str(GOLD / "recorded.jsonl"), "--json")[1])
    assert result["pages"] == 3
    code, _, err = call("eval", str(GOLD / "pages"))
    assert (code, "--recorded" in err) == (EXIT_CODES[ErrorKind.INVALID], True)


def test_the_lines_of_status() -> None:
    found = ModelStatus(
        pages=3, learned=2, calls=4, cache_hits=1, input_tokens=5_000, output_tokens=600, usd=0.0123,
        dropped={"not in the page": 2}, waiting=2, budgets=(BudgetRow(scope="day", spent=0.01, held=0.02, limit=1.0),),
    )  # fmt: skip
    assert list(model_lines(found)) == [
        "5 pages read in 4 calls (5,000 + 600 tokens, $0.0123); 1 kept answer, 2 by learned selectors",
        "dropped: 2 not in the page",
        "budget today, day: $0.0300 of $1",
        "2 pages wait for a model, or for its budget: mystage extract --pending",
    ]
    assert list(model_lines(ModelStatus())) == []

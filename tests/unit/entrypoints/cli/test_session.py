"""Which commands may begin a catalogue, and what the others say where there is none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from mystage.entrypoints.cli.app import app
from mystage.entrypoints.cli.errors import exit_code_of

READING = ["status", "search x", "show abc", "history abc", "duplicates list", "tasks failed", "conflicts list"]


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("MYSTAGE_DATA", "MYSTAGE_STORE", "MYSTAGE_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def called(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    """The exit code of a command line."""
    monkeypatch.setattr(sys, "argv", ["mystage", *args])
    return exit_code_of(app)


@pytest.mark.parametrize("command", READING)
def test_a_mistyped_folder_is_told_and_nothing_is_made(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(monkeypatch, *command.split(), "--data", "typo", "--json") == 4
    said = capsys.readouterr()
    error = json.loads(said.err)["error"]
    assert (error["code"], error["where"], said.out) == ("not_found", "typo", "")
    assert "--data" in error["hint"]
    assert "mystage run" in error["hint"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_wrong_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.csv").write_text("id,name\n")
    assert called(monkeypatch, "status", "--data", "list.csv") == 2
    assert "list.csv: the data folder is a file" in capsys.readouterr().err


def test_a_mistyped_store_is_told_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MYSTAGE_STORE", f"sqlite:///{tmp_path / 'elsewhere' / 'a.db'}")
    assert called(monkeypatch, "status") == 4
    assert "there is no catalogue here" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_run_begins_a_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.html").write_text("<html></html>")
    called(monkeypatch, "run", "empty.html", "--data", "new")
    assert (tmp_path / "new" / "mystage.db").exists()
    assert called(monkeypatch, "status", "--data", "new") == 0

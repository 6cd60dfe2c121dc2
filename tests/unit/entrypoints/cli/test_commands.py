"""The command line: help and --json everywhere, exit codes, error lines, and commands on a prepared catalogue."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
import typer
from tests.support.pages import page, show

from mystage.application.unit_of_work import UnitOfWork
from mystage.containers import Container
from mystage.domain.audit import AUDIT_LOGS
from mystage.domain.delivery import FAILED_TASKS, FailedStatus, Task, dead_letter
from mystage.domain.errors import (
    Conflict,
    ErrorKind,
    Forbidden,
    Invalid,
    MystageError,
    NotFound,
    Throttled,
    Unavailable,
)
from mystage.entrypoints.cli.app import app
from mystage.entrypoints.cli.errors import EXIT_CODES, exit_code_of
from mystage.entrypoints.cli.reading import point
from mystage.entrypoints.cli.session import with_container

NOW = datetime(2026, 1, 1, tzinfo=UTC)
COMMANDS = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
TASKS = [
    f"{group.name} {c.name or c.callback.__name__}"
    for group in app.registered_groups
    for c in group.typer_instance.registered_commands
]
SILENT = {"serve"}
"""It prints no result: it serves."""


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory; no log settings are left behind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYSTAGE_DATA", str(tmp_path / "catalogue"))
    yield tmp_path
    structlog.reset_defaults()


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `mystage ARGS` in this process: its exit code, output and errors."""

    def run(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mystage", *args])
        code = exit_code_of(app)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_commands_are_those_of_the_manual() -> None:
    wanted = (
        "run worker status search show sources extract merge unmerge judge edit undo history rebuild demo doctor serve "
        "discover enrich correct eval quotas"
    ).split()
    assert sorted(COMMANDS) == sorted(wanted)
    groups = {"tasks": "failed resolve retry review", "schedule": "add list pause remove resume run", "schema": "check diff export", "store": "copy dump load migrate verify",
              "quality": "accept dismiss list choose examples rates", "credentials": "add key list remove",
              "duplicates": "list show answer ask", "images": "fetch list", "conflicts": "list choose settle", "resolve": "table score",
              "resolution": "label export-labels review-clusters train"}  # fmt: skip
    assert sorted(TASKS) == sorted(f"{group} {name}" for group, names in groups.items() for name in names.split())


@pytest.mark.parametrize("command", [*COMMANDS, *TASKS])
def test_every_command_explains_itself(call: Any, command: str) -> None:
    """With --help and -h, and with --json where it prints."""
    code, out, _ = call(*command.split(), "--help")
    assert code == 0
    assert "Usage" in out
    assert call(*command.split(), "-h")[0] == 0
    assert ("--json" in out) is (command not in SILENT)


@pytest.mark.parametrize(
    ("error", "code"),
    [(Invalid, 2), (NotFound, 4), (Conflict, 5), (Forbidden, 6), (Throttled, 7), (Unavailable, 8)],
)
def test_every_kind_of_error_has_its_exit_code(
    error: type[MystageError], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line and a hint for people, one JSON object for programs; standard output stays clean."""

    def fail(**_: object) -> None:
        raise error("it broke", where="a.html", hint="mend it")

    monkeypatch.setattr(sys, "argv", ["mystage"])
    assert exit_code_of(fail) == code
    assert capsys.readouterr() == ("", "error: a.html: it broke\n  hint: mend it\n")
    monkeypatch.setattr(sys, "argv", ["mystage", "--json"])
    assert exit_code_of(fail) == code
    out, err = capsys.readouterr()
    row = {"code": error.code, "message": "it broke", "where": "a.html", "hint": "mend it"}
    assert (out, json.loads(err)) == ("", {"error": row})


def test_the_table_of_exit_codes_is_complete() -> None:
    assert set(EXIT_CODES) == set(ErrorKind)
    assert len(set(EXIT_CODES.values()) | {0, 1, 3, 130}) == len(ErrorKind) + 4


def test_ctrl_c_is_no_error_and_a_defect_is_not_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    def slip(**_: object) -> None:
        raise ZeroDivisionError

    assert exit_code_of(stop) == 130
    assert capsys.readouterr().err == "stopped\n"
    with pytest.raises(ZeroDivisionError):
        exit_code_of(slip)


@pytest.mark.parametrize("args", [["no-such-command"], ["show"], ["search", "--limit", "0"], ["merge", "a"]])
def test_wrong_usage_is_exit_code_2_with_words(call: Any, args: list[str]) -> None:
    code, out, err = call(*args)
    assert (code, out) == (2, "")
    assert "Usage" in err


@pytest.mark.parametrize("text", ["north", "1", "1,2,3", "91,0", "0,181", "nan,0", "1,inf", ","])
def test_a_position_that_is_none_is_refused(call: Any, text: str) -> None:
    with pytest.raises(Invalid, match="--near"):
        point(text)
    code, _, err = call("search", "amber", f"--near={text}")
    assert code == 2
    assert "give LAT,LON in degrees" in err


def test_a_position() -> None:
    assert (point("59.91,-10.75").lat, point(" 59.91 , -10.75 ").lon) == (59.91, -10.75)


@pytest.mark.parametrize(
    "args", [["--kind", "hall"], ["--from", "soon"], ["--to", "2026-13-01"], ["--near", "1,1", "--km", "-1"]]
)
def test_a_wrong_search_is_told(call: Any, args: list[str]) -> None:
    call("sources")  # begins a catalogue
    code, out, err = call("search", "amber", *args)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")


def kept(folder: Path) -> None:
    (folder / "shows.html").write_text(page(show(0), show(1)))


def test_the_commands_work_on_one_catalogue(call: Any, bare: Path) -> None:
    """run, search with a typing mistake, show with lineage, merge, unmerge, rebuild --check, status; text and JSON."""
    kept(bare)
    code, out, _ = call("run", "shows.html", "--json")
    summary = json.loads(out)
    assert (code, summary["planned"], summary["entities"]) == (0, 1, {"venue": 2, "artist": 3, "performance": 2})
    found = json.loads(call("search", "ambr", "hal", "--kind", "venue", "--json")[1])
    assert [hit["document"]["name"] for hit in found["hits"]] == ["Amber Hall"]
    amber = found["hits"][0]["document"]["id"]
    other = json.loads(call("search", "cellar", "--kind", "venue", "--json")[1])["hits"][0]["document"]["id"]
    shown = json.loads(call("show", amber, "--lineage", "--json")[1])
    assert (shown["entity"]["name"], len(shown["lineage"]["sources"])) == ("Amber Hall", 1)
    merged = json.loads(call("merge", amber, other, "--by", "ada", "--json")[1])
    assert (merged["kept"], merged["other"]) == (amber, other)
    assert f"{other} was merged into {amber}" in call("show", other)[1].replace("\n", " ")
    assert call("merge", amber, other)[0] == 2
    assert json.loads(call("unmerge", other, "--json")[1])["other"] == other
    code, out, _ = call("rebuild", "--check", "--json")
    assert (code, json.loads(out)["differences"]) == (0, [])
    status = json.loads(call("status", "--json")[1])
    assert (status["failed_tasks"], status["search_documents"]) == (0, 7)
    assert "Amber Hall" in call("search", "amber")[1]
    for command in (["status"], ["sources"], ["show", amber, "--lineage"], ["rebuild"], ["run", "shows.html"]):
        assert call(*command)[0] == 0, command


def test_what_is_not_there_is_exit_code_4(call: Any) -> None:
    call("sources")  # begins a catalogue
    assert call("show", "ven_nowhere")[0] == 4
    assert call("show", "amber")[0] == 2


def test_input_that_is_not_there_is_refused_and_named(call: Any) -> None:
    code, out, _ = call("run", "nowhere.html", "ftp://x.example/", "--json")
    assert code == 2  # nothing at all could be taken
    assert [row["input"] for row in json.loads(out)["refused"]] == ["nowhere.html", "ftp://x.example/"]


def test_extract_prints_a_line_a_file_and_keeps_nothing(call: Any, bare: Path) -> None:
    kept(bare)
    (bare / "broken.json").write_text('{"errors": [{"code": 401, "detail": "Unauthorized"}]}')
    code, out, _ = call("extract", "shows.html", "broken.json", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, [row["outcome"] for row in rows]) == (3, ["records", "error"])
    assert [len(rows[0][kind]) for kind in ("venues", "artists", "performances")] == [2, 3, 2]
    assert not (bare / "catalogue").exists()


@pytest.fixture
def failures(bare: Path) -> list[str]:
    """Three dead letters of two causes."""
    records = [
        dead_letter(Task(id=f"fetch:{n}", queue="fetch", payload={"url_id": f"u{n}"}, attempts=5), error, now=NOW)
        for n, error in enumerate(
            (Unavailable("no answer", where="http://a.example/"), Unavailable("none"), Invalid("no"))
        )
    ]

    async def keep(container: Container) -> None:
        unit = UnitOfWork(container.store())
        for record in records:
            unit.of(FAILED_TASKS).put(record)
        await unit.commit()

    with_container(None, keep, makes=True)
    return [record.id for record in records]


def _state() -> tuple[dict[str, FailedStatus], list[str], list[str]]:
    async def look(container: Container) -> tuple[dict[str, FailedStatus], list[str], list[str]]:
        unit = UnitOfWork(container.store())
        failed = {f.id: f.status for f in await unit.of(FAILED_TASKS).find()}
        waiting = [row.queue for row in await container.store().stats() for _ in range(row.ready)]
        return failed, waiting, [entry.action for entry in await unit.of(AUDIT_LOGS).find()]

    return with_container(None, look, makes=True)


def test_failed_tasks_are_listed_by_cause(call: Any, failures: list[str]) -> None:
    listed = json.loads(call("tasks", "failed", "--json")[1])
    assert [(c["stage"], c["error"], c["count"]) for c in listed["causes"]] == [
        ("fetch", "unavailable", 2),
        ("fetch", "invalid", 1),
    ]
    assert {row["id"] for row in listed["tasks"]} == set(failures)
    text = call("tasks", "failed")[1]
    assert "http://a.example/" in text
    assert "mystage tasks retry --cause" in text.replace("\n", " ")


def test_failed_tasks_are_queued_again_by_id_cause_or_all(call: Any, failures: list[str]) -> None:
    """Once each, with fresh attempts and an audit entry."""
    cause = json.loads(call("tasks", "failed", "--json")[1])["causes"][0]["cause"]
    assert json.loads(call("tasks", "retry", failures[2], "--json")[1]) == {"queued": [failures[2]]}
    assert sorted(json.loads(call("tasks", "retry", "--cause", cause, "--json")[1])["queued"]) == sorted(failures[:2])
    assert json.loads(call("tasks", "retry", "--all", "--json")[1]) == {"queued": []}
    state, waiting, audit = _state()
    assert set(state.values()) == {FailedStatus.RETRYING}
    assert (waiting, audit) == (["fetch"] * 3, ["task.retry"] * 2)
    assert "No failed tasks" in call("tasks", "failed")[1]


def test_failed_tasks_are_set_aside(call: Any, failures: list[str]) -> None:
    assert call("tasks", "resolve", *failures[:2], "--reason", "the site is gone")[0] == 0
    state, waiting, audit = _state()
    assert [state[id] for id in failures] == [FailedStatus.RESOLVED, FailedStatus.RESOLVED, FailedStatus.FAILED]
    assert (waiting, audit) == ([], ["task.resolve"])


def test_unknown_and_unnamed_failures_are_refused(call: Any, failures: list[str]) -> None:
    assert call("tasks", "retry", "failed_nowhere")[0] == 4
    for command in ("retry", "resolve"):
        code, _, err = call("tasks", command)
        assert code == 2
        assert "say which failed tasks" in err
    assert set(_state()[0].values()) == {FailedStatus.FAILED}


def test_typer_is_told_apart_by_shape() -> None:
    """A plain exit of a command is its code."""

    def leave(**_: object) -> int:
        return 3

    assert exit_code_of(leave) == 3
    assert issubclass(typer.Exit, Exception)

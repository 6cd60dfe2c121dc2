"""`doctor` tells what is configured, reachable and missing, and never falls over what is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import tomllib
from pathlib import Path

import pytest
import typer

from mystage.adapters.sources.registry import ManifestReaders
from mystage.containers import running
from mystage.entrypoints.cli import doctor as module
from mystage.entrypoints.cli.configured import HIDDEN
from mystage.entrypoints.cli.doctor import LOW, Report, State, doctor, examine
from mystage.entrypoints.cli.extras import EXTRAS
from mystage.settings import Settings


@pytest.fixture(autouse=True)
def bare(tmp_path, monkeypatch):
    """An empty working directory, and no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.upper().startswith("MYSTAGE_")]:
        monkeypatch.delenv(name)


def setting(report: Report, name: str):
    """The row of a setting."""
    return next(s for s in report.settings if s.name == name)


def check(report: Report, name: str):
    """The check of that name."""
    return next(c for c in report.checks if c.name == name)


def test_a_bare_machine_is_ready(tmp_path):
    """Nothing configured: all is default, the folder will be made and is not made now, and the main job can run."""
    report = examine(None)
    assert report.ok
    assert {s.origin for s in report.settings} == {"default"}
    assert {s.name for s in report.settings} == set(Settings.model_fields)
    assert "will be made" in check(report, "data folder").found
    assert list(tmp_path.iterdir()) == []


def test_each_setting_says_where_it_comes_from(monkeypatch, tmp_path):
    """The command line comes before the environment, and that before the file."""
    (tmp_path / "mystage.toml").write_text('data = "a"\ncontact = "me@a.example"\nmax_attempts = 3\n')
    monkeypatch.setenv("MYSTAGE_DATA", "b")
    monkeypatch.setenv("MYSTAGE_MAX_ATTEMPTS", "4")
    report = examine(Path("c"))
    rows = {
        name: (setting(report, name).value, setting(report, name).origin)
        for name in ("data", "max_attempts", "contact")
    }
    assert rows == {
        "data": ("c", "--data"),
        "max_attempts": ("4", "MYSTAGE_MAX_ATTEMPTS"),
        "contact": ("me@a.example", "mystage.toml"),
    }
    assert report.ok


def test_secrets_are_never_told(monkeypatch, tmp_path, capsys):
    """Neither a right secret, nor a wrong one, nor one under a name that we do not know."""
    monkeypatch.setenv("MYSTAGE_YELP_KEY", "s3cret-one")
    monkeypatch.setenv("MYSTAGE_YELPP_KEY", "s3cret-two")
    (tmp_path / "mystage.toml").write_text('apify_token = ["s3cret-three"]\n')
    for as_json in (True, False):
        with pytest.raises(typer.Exit):
            doctor(data=None, json=as_json)
    told = capsys.readouterr()
    assert "s3cret" not in told.out + told.err
    assert HIDDEN in told.out


def test_wrong_settings_are_told_not_raised(monkeypatch):
    """A wrong value, an unknown name: each is named with what is wrong; the database is not tried."""
    monkeypatch.setenv("MYSTAGE_FETCH_TIMEOUT", "-3")
    monkeypatch.setenv("MYSTAGE_FECH_TIMEOUT", "3")
    report = examine(None)
    assert not report.ok
    assert "greater than 0" in setting(report, "fetch_timeout").wrong
    assert setting(report, "fech_timeout").wrong == "no such setting"
    assert check(report, "database").state is State.FAILED


@pytest.mark.parametrize(
    ("text", "name", "wrong"),
    [
        ("data = [", "mystage.toml", "cannot be read"),
        ("colour = 1", "colour", "Extra inputs"),
        ('source_ranks = {maps = "best"}', "source_ranks", "no such rank"),
    ],
)
def test_a_wrong_file_is_told(tmp_path, text, name, wrong):
    """Not TOML, a key that is no setting, a rank that is none."""
    (tmp_path / "mystage.toml").write_text(text)
    report = examine(None)
    assert not report.ok
    assert wrong in setting(report, name).wrong


def test_an_unwritable_place_is_told(tmp_path):
    """A data folder below a file cannot be made: nothing could be kept."""
    (tmp_path / "file").write_text("x")
    report = examine(tmp_path / "file" / "data")
    assert not report.ok
    assert check(report, "data folder").state is State.FAILED
    assert "--data" in check(report, "data folder").costs


def test_a_catalogue_is_opened(tmp_path):
    """What is there is opened: tasks and search documents are counted."""

    async def make() -> None:
        async with running(Settings(data=tmp_path / "data")) as container:
            await container.submit().urls(["https://a.example/"])

    asyncio.run(make())
    report = examine(tmp_path / "data")
    assert report.ok
    assert "1 waiting" in check(report, "database").found
    assert "0 documents" in check(report, "search index").found


def test_a_damaged_database_is_told(tmp_path):
    """It names the file and what to do, and the other checks go on."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "mystage.db").write_bytes(b"no database " * 1_000)
    report = examine(data)
    assert not report.ok
    assert "mystage.db" in check(report, "database").found
    assert check(report, "database").costs
    assert check(report, "search index").state is State.OK


@pytest.mark.parametrize(
    ("free", "state", "ok"), [(LOW, "ok", True), (LOW - 1, "missing", True), (LOW // 10 - 1, "failed", False)]
)
def test_little_space_is_told(monkeypatch, free, state, ok):
    """Below a GiB it warns; below a tenth of that the main job cannot be promised."""
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    report = examine(None)
    assert (check(report, "disk space").state.value, report.ok) == (state, ok)


def test_missing_extras_cost_what_they_say(monkeypatch):
    """Without a package of a needed part nothing runs; without one of another part the rest does."""
    version = module.metadata.version

    def without(*gone: str):
        def found(name: str) -> str:
            if name in gone:
                raise module.metadata.PackageNotFoundError(name)
            return version(name)

        return found

    monkeypatch.setattr(module.metadata, "version", without("fastapi"))
    report = examine(None)
    assert report.ok
    assert (check(report, "extra http").state, "mystage serve" in check(report, "extra http").costs) == (
        State.MISSING,
        True,
    )
    monkeypatch.setattr(module.metadata, "version", without("selectolax"))
    report = examine(None)
    assert not report.ok
    assert "selectolax" in check(report, "extra sources").found


def test_extras_are_those_of_the_project():
    """The table names each distribution that `pyproject.toml` puts into the extra."""
    root = next(p for p in Path(__file__).resolve().parents if (p / "pyproject.toml").exists())
    declared = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {extra.name for extra in EXTRAS} == set(declared) - {"all"}
    for extra in EXTRAS:
        names = {re.split(r"[>=;\[ ]", line)[0] for line in declared[extra.name]} - {"mystage"}
        assert set(extra.distributions) == names, extra.name


def test_every_key_of_a_reader_is_a_setting(monkeypatch):
    """What the readers' manifest wants can be set; each that is missing is told once, with what it costs."""
    wanted = {variable for reader in ManifestReaders().all() for variable in reader.settings}
    report = examine(None)
    rows = [c for c in report.checks if c.name in wanted]
    assert sorted(c.name for c in rows) == sorted(wanted)
    assert {(c.state, c.found) for c in rows} == {(State.MISSING, "not set")}
    assert all(c.costs for c in rows)
    one = min(wanted)
    monkeypatch.setenv(one, "x")
    assert check(examine(None), one).state is State.OK


def test_exit_codes_and_json(capsys, monkeypatch):
    """0 where the main job can run (nothing raised), 8 where not; JSON is one object."""
    doctor(data=None, json=True)
    assert json.loads(capsys.readouterr().out)["ok"] is True
    monkeypatch.setenv("MYSTAGE_PROFILE", "cloudy")
    with pytest.raises(typer.Exit) as stopped:
        doctor(data=None, json=False)
    assert stopped.value.exit_code == 8
    assert "Not ready" in capsys.readouterr().out


def test_memory_keeps_nothing(monkeypatch):
    """The memory profile works, and says what it costs."""
    monkeypatch.setenv("MYSTAGE_PROFILE", "memory")
    report = examine(None)
    assert report.ok
    assert "outlives" in check(report, "database").costs

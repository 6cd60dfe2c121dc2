"""Settings: where they come from, which source wins, and how wrong ones are told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mystage.domain.errors import Invalid
from mystage.settings import Settings, load

SECRETS = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory and an environment that say nothing."""
    for name in [name for name in os.environ if name.startswith("MYSTAGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_are_safe() -> None:
    settings = load()
    assert (settings.profile, settings.allow_private, settings.requests_per_second) == ("embedded", False, 1.0)


def test_arguments_win_over_the_environment_and_that_over_the_file(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "mystage.toml").write_text("max_attempts = 7\nlease_seconds = 7\nretry_cap = 7\n")
    monkeypatch.setenv("MYSTAGE_LEASE_SECONDS", "8")
    monkeypatch.setenv("MYSTAGE_RETRY_CAP", "8")
    settings = load(retry_cap=9)
    assert (settings.max_attempts, settings.lease_seconds, settings.retry_cap) == (7, 8, 9)


def test_an_argument_of_none_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line passes None for an option that was not given."""
    monkeypatch.setenv("MYSTAGE_DATA", "elsewhere")
    assert load(data=None).data == Path("elsewhere")


def test_ranks_come_from_file_and_environment(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "mystage.toml").write_text('[source_ranks]\nlistings = "ticketing"\n')
    assert load().source_ranks == {"listings": "ticketing"}
    monkeypatch.setenv("MYSTAGE_SOURCE_RANKS", '{"listings": "maps"}')
    assert load().source_ranks == {"listings": "maps"}


def test_a_variable_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing mistake must not pass in silence."""
    monkeypatch.setenv("MYSTAGE_RETRY_CAPS", "5")
    with pytest.raises(Invalid, match="MYSTAGE_RETRY_CAPS"):
        load()


def test_variables_of_the_test_run_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYSTAGE_SHARED", "somewhere")
    assert load().profile == "embedded"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("lease_seconds = 0", "lease_seconds"),
        ('profile = "cloud"', "profile"),
        ("retry_caps = 5", "retry_caps"),
        ("max_attempts = [", "mystage.toml"),
        ('[source_ranks]\nlistings = "best"', "one of curated, owner"),
    ],
)
def test_a_wrong_value_is_named_with_what_may_stand_there(bare: Path, text: str, named: str) -> None:
    (bare / "mystage.toml").write_text(text)
    with pytest.raises(Invalid, match=named):
        load()


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYSTAGE_LEASE_SECONDS", "soon")
    monkeypatch.setenv("MYSTAGE_FETCH_TIMEOUT", "-1")
    with pytest.raises(Invalid, match=r"lease_seconds.*fetch_timeout|fetch_timeout.*lease_seconds"):
        load()


def test_every_key_is_a_secret() -> None:
    """A setting that is called key, token, secret or id of a provider is a SecretStr."""
    suspicious = {n for n in Settings.model_fields if n.endswith(("_key", "_token", "_secret", "_id", "_password"))}
    assert suspicious | {"store"} == set(SECRETS), "the URL of a store may hold a password"
    assert SECRETS


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_never_printed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by repr, str, a JSON dump, nor an error about its neighbour."""
    monkeypatch.setenv(f"MYSTAGE_{name.upper()}", "hunter2-hunter2")
    settings = load()
    assert getattr(settings, name).get_secret_value() == "hunter2-hunter2"
    shown = [repr(settings), str(settings), json.dumps(settings.model_dump(mode="json")), f"{getattr(settings, name)}"]
    with pytest.raises(Invalid) as caught:
        load(lease_seconds="soon")
    assert not [text for text in (*shown, str(caught.value)) if "hunter2" in text]


def test_a_secret_of_a_wrong_type_is_not_told(bare: Path) -> None:
    """The error names the setting, never the value."""
    (bare / "mystage.toml").write_text('yelp_key = ["hunter2-hunter2"]\n')
    with pytest.raises(Invalid, match="yelp_key") as caught:
        load()
    assert "hunter2" not in str(caught.value)

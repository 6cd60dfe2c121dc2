"""`MYSTAGE_STORE` swaps the store alone; a wrong URL is refused without showing its password."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from dependency_injector import providers
from tests.support.programs import ROOT, environment

from mystage.adapters.blobs import FolderBlobs, MemoryBlobs
from mystage.containers import Container
from mystage.domain.errors import Invalid
from mystage.settings import Settings, load


def container(tmp_path: Path, **settings: str) -> Container:
    return Container(settings=providers.Object(Settings(data=tmp_path, **settings)))


@pytest.mark.parametrize(
    ("profile", "url", "kind"),
    [
        ("embedded", "", "SqliteStore"),
        ("memory", "", "MemoryStore"),
        ("embedded", "memory:", "MemoryStore"),
        ("memory", "sqlite:////nowhere/x.db", "SqliteStore"),
        ("embedded", "postgresql://me:hush@db.example:5433/catalogue", "PostgresStore"),
        ("postgres", "postgres://db.example", "PostgresStore"),
    ],
)
async def test_the_url_chooses_the_store_and_nothing_else(tmp_path, profile, url, kind):
    made = container(tmp_path, profile=profile, store=url)
    assert type(made.store()).__name__ == kind
    assert type(made.blobs()) is (MemoryBlobs if profile == "memory" else FolderBlobs)


@pytest.mark.parametrize(
    "url", ["mysql://me:hush@db/x", "hush", "sqlite:hush", "sqlite:///", "postgresql://me:hush@db:port/x"]
)
async def test_a_url_of_no_known_kind_is_refused_without_being_shown(tmp_path, url):
    with pytest.raises(Invalid) as caught:
        container(tmp_path, store=url).store()
    assert caught.value.hint
    assert "hush" not in str(caught.value)


async def test_the_profile_postgres_needs_a_url(tmp_path):
    with pytest.raises(Invalid, match="MYSTAGE_STORE"):
        container(tmp_path, profile="postgres").store()


def test_the_password_does_not_show_in_the_settings(monkeypatch):
    monkeypatch.setenv("MYSTAGE_STORE", "postgresql://me:hush@db/x")
    settings = load()
    assert "hush" not in f"{settings!r}{settings}{settings.model_dump_json()}"
    assert settings.store.get_secret_value().startswith("postgresql://me:hush")


def test_the_drivers_of_postgres_load_only_where_they_are_used():
    code = "import sys, mystage.containers; print([n for n in ('asyncpg', 'alembic', 'psycopg', 'sqlalchemy') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

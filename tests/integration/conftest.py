"""Servers that several suites share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.postgres import Server, require, running_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One PostgreSQL for the whole run; every asker takes a schema of its own."""
    require()
    with running_server() as server:
        yield server
